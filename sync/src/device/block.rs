//! Segments: the binary index of some blocks. A start reads these and no body.
//!
//! A segment is a run of rows, each with its length first, so that finding all rows of 100,000 is a walk
//! over one buffer with no allocation per row. A start reads and copies every byte of it: numbers are as
//! long as they need to be, and a group that the row says anyway is not said again.
//!
//! ```text
//! length | kind | flags | id | group, unless a flag says it | revision | block, start, length | parents | texts
//! ```

use domain::{
    kind::{Group, Kind, RecordKey},
    summary::Summary,
};
use uuid::Uuid;

/// Where a body lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BodyPlace {
    pub(crate) block: u32,
    pub(crate) start: u32,
    pub(crate) len: u32,
}

const KIND: usize = 4;
const FLAGS: usize = 5;
const ID: usize = 6;
/// Where that begins whose length is not always the same.
const REST: usize = 22;
/// A record's kind and id.
const KEY_BYTES: usize = 17;

const HIDDEN: u8 = 1;
/// The group is the organisation's.
const ORG: u8 = 2;
/// The group is the record's own.
const OWN_GROUP: u8 = 4;
/// The group is that of the first parent.
const GROUP_OF_PARENT: u8 = 8;

/// Appends a row to a segment.
pub(crate) fn push_row(out: &mut Vec<u8>, key: RecordKey, group: Group, rev: u64, place: BodyPlace, summary: &Summary) {
    let begin = out.len();
    out.extend_from_slice(&[0; 4]);
    out.push(key.kind.number());
    let (said, root) = match group {
        Group::Org => (ORG, None),
        Group::Of(root) if root == key => (OWN_GROUP, None),
        Group::Of(root) if summary.parents.first() == Some(&root) => (GROUP_OF_PARENT, None),
        Group::Of(root) => (0, Some(root)),
    };
    out.push(said | if summary.hidden { HIDDEN } else { 0 });
    out.extend_from_slice(key.id.as_bytes());
    root.into_iter().for_each(|root| push_key(out, root));
    for number in [rev, place.block.into(), place.start.into(), place.len.into()] {
        push_number(out, number);
    }
    let parents = summary.parents.get(..usize::from(u8::MAX)).unwrap_or(&summary.parents);
    push_number(out, parents.len() as u64);
    parents.iter().for_each(|parent| push_key(out, *parent));
    for shown in &summary.shown {
        push_number(out, shown.len() as u64);
        out.extend_from_slice(shown.as_bytes());
    }
    let len = u32::try_from(out.len() - begin).unwrap_or(u32::MAX);
    if let Some(head) = out.get_mut(begin..begin + 4) {
        head.copy_from_slice(&len.to_le_bytes());
    }
}

fn push_key(out: &mut Vec<u8>, key: RecordKey) {
    out.push(key.kind.number());
    out.extend_from_slice(key.id.as_bytes());
}

/// Appends a number seven bits a byte, the lowest first; the highest bit says that more follow.
fn push_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// A row of a segment, read in place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LineRef<'a> {
    bytes: &'a [u8],
}

impl<'a> LineRef<'a> {
    /// Reads the row that begins a slice; `None` if the bytes are no row of this build.
    pub(crate) fn at(bytes: &'a [u8]) -> Option<Self> {
        let len = u32_at(bytes, 0)? as usize;
        let bytes = bytes.get(..len)?;
        Kind::from_number(*bytes.get(KIND)?)?;
        Some(Self { bytes })
    }

    pub(crate) fn len(self) -> usize {
        self.bytes.len()
    }

    pub(crate) fn key(self) -> RecordKey {
        // `at` has looked at the kind.
        let kind = self.bytes.get(KIND).and_then(|n| Kind::from_number(*n)).unwrap_or(Kind::Organisation);
        RecordKey::new(kind, uuid_at(self.bytes, ID))
    }

    pub(crate) fn kind_number(self) -> u8 {
        self.bytes.get(KIND).copied().unwrap_or_default()
    }

    pub(crate) fn hidden(self) -> bool {
        self.flags() & HIDDEN != 0
    }

    fn flags(self) -> u8 {
        self.bytes.get(FLAGS).copied().unwrap_or_default()
    }

    pub(crate) fn group(self) -> Group {
        let root = match self.flags() & (ORG | OWN_GROUP | GROUP_OF_PARENT) {
            OWN_GROUP => Some(self.key()),
            GROUP_OF_PARENT => self.parents().next(),
            0 => self.bytes.get(REST..).and_then(key_at),
            _ => None,
        };
        root.map_or(Group::Org, Group::Of)
    }

    /// Returns what stands behind the group.
    fn behind_group(self) -> Rest<'a> {
        let said = self.flags() & (ORG | OWN_GROUP | GROUP_OF_PARENT) != 0;
        Rest(self.bytes.get(REST + if said { 0 } else { KEY_BYTES }..).unwrap_or_default())
    }

    pub(crate) fn rev(self) -> u64 {
        self.behind_group().number()
    }

    pub(crate) fn place(self) -> BodyPlace {
        let mut rest = self.behind_group();
        rest.number();
        let mut number = || u32::try_from(rest.number()).unwrap_or(u32::MAX);
        BodyPlace { block: number(), start: number(), len: number() }
    }

    /// Returns the parents' bytes, and what stands behind them.
    fn behind_place(self) -> (&'a [u8], Rest<'a>) {
        let mut rest = self.behind_group();
        (0..4).for_each(|_| {
            rest.number();
        });
        let bytes = usize::try_from(rest.number()).unwrap_or_default() * KEY_BYTES;
        let (parents, rest) = rest.0.split_at_checked(bytes).unwrap_or_default();
        (parents, Rest(rest))
    }

    pub(crate) fn parents(self) -> impl Iterator<Item = RecordKey> + 'a {
        self.behind_place().0.chunks_exact(KEY_BYTES).filter_map(key_at)
    }

    fn texts(self) -> impl Iterator<Item = &'a [u8]> {
        let mut rest = self.behind_place().1;
        std::iter::from_fn(move || {
            if rest.0.is_empty() {
                return None;
            }
            let len = usize::try_from(rest.number()).unwrap_or(usize::MAX);
            let (text, behind) = rest.0.split_at_checked(len)?;
            rest = Rest(behind);
            Some(text)
        })
    }

    /// Returns the shown fields in their order.
    pub(crate) fn fields(self) -> impl Iterator<Item = &'a str> {
        self.texts().map(|text| std::str::from_utf8(text).unwrap_or_default())
    }

    /// Returns a shown field.
    pub(crate) fn shown(self, place: usize) -> &'a str {
        self.texts().nth(place).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default()
    }

    /// Returns the line as a value.
    pub(crate) fn summary(self) -> Summary {
        Summary {
            parents: self.parents().collect(),
            hidden: self.hidden(),
            shown: self.texts().map(|text| String::from_utf8_lossy(text).into_owned()).collect(),
        }
    }
}

/// What is left of a row while it is read.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    /// Takes a number off the front.
    fn number(&mut self) -> u64 {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let Some((byte, rest)) = self.0.split_first() else { break };
            self.0 = rest;
            number |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        number
    }
}

fn key_at(bytes: &[u8]) -> Option<RecordKey> {
    Some(RecordKey::new(Kind::from_number(*bytes.first()?)?, uuid_at(bytes, 1)))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).map(u32::from_le_bytes)
}

fn uuid_at(bytes: &[u8], at: usize) -> Uuid {
    bytes.get(at..at + 16).and_then(|b| b.try_into().ok()).map_or(Uuid::nil(), Uuid::from_bytes)
}
