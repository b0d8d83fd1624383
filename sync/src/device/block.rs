//! Segments: the binary index of some blocks. A start reads these and no body.
//!
//! A segment is a run of rows, each with its length first, so that finding all rows of 100,000 is a walk
//! over one buffer with no allocation per row.

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
const GROUP_KIND: usize = 22;
const GROUP_ID: usize = 23;
const REV: usize = 39;
const BLOCK: usize = 47;
const START: usize = 51;
const LEN: usize = 55;
const PARENTS: usize = 59;
const PARENT_BYTES: usize = 17;
const ORG: u8 = u8::MAX;

/// Appends a row to a segment.
pub(crate) fn push_row(out: &mut Vec<u8>, key: RecordKey, group: Group, rev: u64, place: BodyPlace, summary: &Summary) {
    let begin = out.len();
    out.extend_from_slice(&[0; 4]);
    out.push(key.kind.number());
    out.push(u8::from(summary.hidden));
    out.extend_from_slice(key.id.as_bytes());
    let (group_kind, group_id) = match group {
        Group::Org => (ORG, Uuid::nil()),
        Group::Of(root) => (root.kind.number(), root.id),
    };
    out.push(group_kind);
    out.extend_from_slice(group_id.as_bytes());
    out.extend_from_slice(&rev.to_le_bytes());
    for number in [place.block, place.start, place.len] {
        out.extend_from_slice(&number.to_le_bytes());
    }
    out.push(u8::try_from(summary.parents.len()).unwrap_or(u8::MAX));
    for parent in summary.parents.iter().take(usize::from(u8::MAX)) {
        out.push(parent.kind.number());
        out.extend_from_slice(parent.id.as_bytes());
    }
    let text = |out: &mut Vec<u8>, bytes: &[u8]| {
        out.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(0).to_le_bytes());
        out.extend_from_slice(bytes);
    };
    text(out, &summary.search);
    for shown in &summary.shown {
        text(out, shown.as_bytes());
    }
    let len = u32::try_from(out.len() - begin).unwrap_or(u32::MAX);
    if let Some(head) = out.get_mut(begin..begin + 4) {
        head.copy_from_slice(&len.to_le_bytes());
    }
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
        self.bytes.get(FLAGS).is_some_and(|flags| flags & 1 != 0)
    }

    pub(crate) fn group(self) -> Group {
        let kind = self.bytes.get(GROUP_KIND).and_then(|n| Kind::from_number(*n));
        kind.map_or(Group::Org, |kind| Group::Of(RecordKey::new(kind, uuid_at(self.bytes, GROUP_ID))))
    }

    pub(crate) fn rev(self) -> u64 {
        self.bytes.get(REV..REV + 8).and_then(|b| b.try_into().ok()).map_or(0, u64::from_le_bytes)
    }

    pub(crate) fn place(self) -> BodyPlace {
        let number = |at| u32_at(self.bytes, at).unwrap_or(0);
        BodyPlace { block: number(BLOCK), start: number(START), len: number(LEN) }
    }

    pub(crate) fn parents(self) -> impl Iterator<Item = RecordKey> + 'a {
        let count = usize::from(self.bytes.get(PARENTS).copied().unwrap_or(0));
        let bytes = self.bytes;
        (0..count).filter_map(move |i| {
            let at = PARENTS + 1 + i * PARENT_BYTES;
            Some(RecordKey::new(Kind::from_number(*bytes.get(at)?)?, uuid_at(bytes, at + 1)))
        })
    }

    fn texts(self) -> impl Iterator<Item = &'a [u8]> {
        let count = usize::from(self.bytes.get(PARENTS).copied().unwrap_or(0));
        let mut rest = self.bytes.get(PARENTS + 1 + count * PARENT_BYTES..).unwrap_or_default();
        std::iter::from_fn(move || {
            let len = u32_at(rest, 0)? as usize;
            let text = rest.get(4..4 + len)?;
            rest = rest.get(4 + len..)?;
            Some(text)
        })
    }

    /// Returns the search text.
    pub(crate) fn search(self) -> &'a [u8] {
        self.texts().next().unwrap_or_default()
    }

    /// Returns a shown field.
    pub(crate) fn shown(self, place: usize) -> &'a str {
        self.texts().nth(place + 1).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default()
    }

    /// Returns the line as a value.
    pub(crate) fn summary(self) -> Summary {
        Summary {
            parents: self.parents().collect(),
            hidden: self.hidden(),
            search: self.search().to_vec(),
            shown: self.texts().skip(1).map(|text| String::from_utf8_lossy(text).into_owned()).collect(),
        }
    }
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).map(u32::from_le_bytes)
}

fn uuid_at(bytes: &[u8], at: usize) -> Uuid {
    bytes.get(at..at + 16).and_then(|b| b.try_into().ok()).map_or(Uuid::nil(), Uuid::from_bytes)
}
