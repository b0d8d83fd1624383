//! A base in memory: segments as they are stored, the deltas above them, and ways to find a record.

use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet},
};

use domain::{
    kind::{Group, Kind, RecordKey},
    summary::Summary,
    view::Row,
};
use rustc_hash::FxHashMap;
use uuid::Uuid;

use super::{
    block::{BodyPlace, LineRef},
    index::{RowIndex, Vacant, spread},
    kv::{Area, KvError, Read, Rows, key_of},
    meta::{BaseMeta, from_bytes},
};
use crate::{
    protocol::{Item, Sums},
    wire::{self, Line},
};

/// A row in a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Slot {
    segment: u32,
    offset: u32,
}

impl Slot {
    fn place(self) -> (u32, u32) {
        (self.segment, self.offset)
    }
}

impl Vacant for Slot {
    const VACANT: Self = Slot { segment: u32::MAX, offset: u32::MAX };
}

/// About what a line takes, for making room.
const ROW_BYTES: usize = 150;

/// A record that is newer than the blocks.
#[derive(Clone, Debug)]
pub(crate) struct DeltaRow {
    pub(crate) row: Row,
    pub(crate) summary: Summary,
}

/// A record as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    pub key: RecordKey,
    pub group: Group,
    pub rev: u64,
    pub summary: Summary,
}

/// What the server said, as far as this device followed it.
#[derive(Debug)]
pub struct Base {
    pub(crate) meta: BaseMeta,
    segments: BTreeMap<u32, Vec<u8>>,
    /// Rows of segments that a newer row stands for: segment and offset.
    dead: BTreeSet<(u32, u32)>,
    pub(crate) delta: BTreeMap<RecordKey, DeltaRow>,
    /// Made when first asked for, then kept up: a page of a first sync must not cost a walk over all rows.
    /// It may name rows that have died since.
    by_key: OnceCell<RowIndex<Slot>>,
    /// The same. It may name rows that have died since.
    by_parent: OnceCell<FxHashMap<(Kind, RecordKey), Vec<Slot>>>,
}

/// The key of a base's list of dead rows.
pub(crate) fn dead_key(base: &str) -> String {
    format!("{base}:dead")
}

impl Base {
    /// Makes an empty base.
    pub(crate) fn empty(meta: BaseMeta) -> Self {
        Self {
            meta,
            segments: BTreeMap::new(),
            dead: BTreeSet::new(),
            delta: BTreeMap::new(),
            by_key: OnceCell::new(),
            by_parent: OnceCell::new(),
        }
    }

    /// Returns what [`Base::take_newer`] wants to be read.
    pub(crate) fn reads_newer(&self) -> [Read; 3] {
        let name = &self.meta.name;
        [
            Read::From(Area::Index, name.clone(), key_of(name, u64::from(self.meta.next_block))),
            Read::Prefix(Area::Delta, name.clone()),
            Read::One(Area::Meta, dead_key(name)),
        ]
    }

    /// Says whether a stored base only has more segments than this one, other deltas and other dead rows.
    pub(crate) fn grew_into(&self, stored: &BaseMeta) -> bool {
        self.meta.same_layout(stored) && self.meta.next_block <= stored.next_block
    }

    /// Loads a base from all that is stored of it: segments, deltas, dead rows.
    pub(crate) fn load(meta: BaseMeta, read: [Rows; 3]) -> Result<Self, KvError> {
        let mut base = Self::empty(BaseMeta::new(&meta.name));
        base.take_newer(meta, read)?;
        Ok(base)
    }

    /// Takes over what another tab has stored.
    pub(crate) fn take_newer(&mut self, meta: BaseMeta, read: [Rows; 3]) -> Result<(), KvError> {
        let [segments, deltas, dead] = read;
        let dead = dead.first().map(|(_, bytes)| from_bytes::<Vec<(u32, u32)>>(bytes)).transpose()?;
        self.set_dead(dead.unwrap_or_default().into_iter().collect());
        for (key, bytes) in segments {
            let number = key.get(1..).and_then(|text| text.parse().ok());
            self.add_segment(number.ok_or_else(|| KvError::Failed(format!("segment {key}")))?, bytes);
        }
        let mut former = std::mem::take(&mut self.delta);
        for (_, bytes) in deltas {
            let text = String::from_utf8(bytes).map_err(|e| KvError::Failed(e.to_string()))?;
            let line = wire::read_line(text.trim_end()).map_err(|e| KvError::Failed(e.to_string()))?;
            let Line::Item(Item::Upsert { key, group, rev, body }) = line else { continue };
            let known = former.remove(&key).filter(|known| known.row.rev == rev && known.row.body.as_ref() == body);
            let summary = known.map_or_else(|| Summary::of(key.kind, body).unwrap_or_default(), |known| known.summary);
            let row = Row { key, group, rev, body: body.into() };
            self.delta.insert(key, DeltaRow { row, summary });
        }
        self.meta = meta;
        Ok(())
    }

    /// Takes a segment's bytes; one that is there already is replaced.
    pub(crate) fn add_segment(&mut self, number: u32, bytes: Vec<u8>) {
        if self.segments.remove(&number).is_some() {
            self.by_key.take();
            self.by_parent.take();
        }
        if self.by_key.get().is_some() || self.by_parent.get().is_some() {
            for (slot, line) in lines_of(number, &bytes).filter(|(slot, _)| !self.dead.contains(&slot.place())) {
                if let Some(by_key) = self.by_key.get_mut() {
                    by_key.insert(spread(line.key().id), slot);
                }
                if let Some(by_parent) = self.by_parent.get_mut() {
                    note_parents(by_parent, line, slot);
                }
            }
        }
        if !bytes.is_empty() {
            self.segments.insert(number, bytes);
        }
    }

    /// Takes over a new list of dead rows.
    pub(crate) fn set_dead(&mut self, dead: BTreeSet<(u32, u32)>) {
        self.dead = dead;
    }

    pub(crate) fn dead(&self) -> &BTreeSet<(u32, u32)> {
        &self.dead
    }

    fn line(&self, slot: Slot) -> Option<LineRef<'_>> {
        LineRef::at(self.segments.get(&slot.segment)?.get(slot.offset as usize..)?)
    }

    /// Returns every line of the segments, dead ones left out.
    fn lines(&self) -> impl Iterator<Item = (Slot, LineRef<'_>)> {
        let mut dead = self.dead.iter().peekable();
        let all = self.segments.iter().flat_map(|(number, bytes)| lines_of(*number, bytes));
        // Both are in order.
        all.filter(move |(slot, _)| {
            while dead.next_if(|died| **died < slot.place()).is_some() {}
            dead.next_if(|died| **died == slot.place()).is_none()
        })
    }

    fn by_key(&self) -> &RowIndex<Slot> {
        self.by_key.get_or_init(|| {
            let mut by_key = RowIndex::default();
            by_key.reserve(self.segments.values().map(|bytes| bytes.len() / ROW_BYTES).sum());
            self.lines().for_each(|(slot, line)| by_key.insert(spread(line.key().id), slot));
            by_key
        })
    }

    fn slot_of(&self, key: RecordKey) -> Option<Slot> {
        let is =
            |slot: Slot| self.line(slot).is_some_and(|line| line.key() == key) && !self.dead.contains(&slot.place());
        self.by_key().find(spread(key.id), is)
    }

    /// Returns the segment row of a key: where it stands, its line.
    pub(crate) fn segment_row(&self, key: RecordKey) -> Option<((u32, u32), LineRef<'_>)> {
        let slot = self.slot_of(key)?;
        Some(((slot.segment, slot.offset), self.line(slot)?))
    }

    /// Returns the lines of a segment, dead ones included.
    pub(crate) fn all_lines(&self, segment: u32) -> impl Iterator<Item = ((u32, u32), LineRef<'_>)> {
        let bytes = self.segments.get(&segment).map(Vec::as_slice).unwrap_or_default();
        lines_of(segment, bytes).map(|(slot, line)| (slot.place(), line))
    }

    /// Returns the line at a place in a segment.
    pub(crate) fn line_at(&self, (segment, offset): (u32, u32)) -> Option<LineRef<'_>> {
        self.line(Slot { segment, offset })
    }

    /// Returns the numbers of the segments.
    pub(crate) fn segments(&self) -> impl Iterator<Item = u32> {
        self.segments.keys().copied()
    }

    /// Returns the segments' numbers and lengths. One that is written anew is shorter than before.
    pub(crate) fn segment_sizes(&self) -> impl Iterator<Item = (u32, usize)> {
        self.segments.iter().map(|(number, bytes)| (*number, bytes.len()))
    }

    /// Says whether a record is here.
    pub fn holds(&self, key: RecordKey) -> bool {
        self.delta.contains_key(&key) || self.slot_of(key).is_some()
    }

    /// Returns where a body lies, if the record is in a block and not newer elsewhere.
    pub(crate) fn body_place(&self, key: RecordKey) -> Option<(BodyPlace, Group, u64)> {
        let line = self.line(self.slot_of(key)?)?;
        Some((line.place(), line.group(), line.rev()))
    }

    /// Returns a record's line.
    pub fn shown(&self, key: RecordKey) -> Option<Shown> {
        if let Some(delta) = self.delta.get(&key) {
            return Some(Shown { key, group: delta.row.group, rev: delta.row.rev, summary: delta.summary.clone() });
        }
        let line = self.line(self.slot_of(key)?)?;
        Some(Shown { key, group: line.group(), rev: line.rev(), summary: line.summary() })
    }

    /// Returns the ids of a record's children of a kind.
    pub fn children(&self, kind: Kind, parent: RecordKey) -> BTreeSet<Uuid> {
        let by_parent = self.by_parent.get_or_init(|| {
            let mut by_parent = FxHashMap::default();
            for (slot, line) in self.lines() {
                note_parents(&mut by_parent, line, slot);
            }
            by_parent
        });
        let stored = by_parent.get(&(kind, parent)).into_iter().flatten();
        let alive = stored.filter(|slot| !self.dead.contains(&slot.place()));
        let lines = alive.filter_map(|slot| self.line(*slot));
        let mut ids: BTreeSet<Uuid> =
            lines.map(LineRef::key).filter(|key| !self.delta.contains_key(key)).map(|key| key.id).collect();
        let newer = self.delta.values().filter(|d| d.row.key.kind == kind && d.summary.parents.contains(&parent));
        ids.extend(newer.map(|delta| delta.row.key.id));
        ids
    }

    /// Calls `see` with the id of every record of a kind.
    pub fn scan(&self, kind: Kind, mut see: impl FnMut(Uuid)) {
        let number = kind.number();
        for (_, line) in self.lines().filter(|(_, line)| line.kind_number() == number) {
            if self.delta.is_empty() || !self.delta.contains_key(&line.key()) {
                see(line.key().id);
            }
        }
        self.delta.values().filter(|delta| delta.row.key.kind == kind).for_each(|delta| see(delta.row.key.id));
    }

    /// Returns a shown field of a record without copying its whole line.
    pub fn field(&self, key: RecordKey, place: usize) -> String {
        if let Some(delta) = self.delta.get(&key) {
            return delta.summary.field(place).to_owned();
        }
        self.slot_of(key).and_then(|slot| self.line(slot)).map(|line| line.shown(place).to_owned()).unwrap_or_default()
    }

    /// Returns every record here: key, group, revision.
    pub fn keys(&self) -> impl Iterator<Item = (RecordKey, Group, u64)> {
        let stored = self.lines().map(|(_, line)| (line.key(), line.group(), line.rev()));
        let old = stored.filter(|(key, ..)| !self.delta.contains_key(key));
        old.chain(self.delta.values().map(|delta| (delta.row.key, delta.row.group, delta.row.rev)))
    }

    /// Returns how many records are here.
    pub fn len(&self) -> usize {
        self.keys().count()
    }

    /// Says whether nothing is here.
    pub fn is_empty(&self) -> bool {
        self.keys().next().is_none()
    }

    /// Returns count and sum of hashes by kind.
    pub fn sums(&self) -> Sums {
        let mut sums = Sums::new();
        for (key, _, rev) in self.keys() {
            sums.entry(key.kind).or_default().add(key.id, rev);
        }
        sums
    }
}

/// Returns the lines of a segment, dead ones included.
fn lines_of(segment: u32, bytes: &[u8]) -> impl Iterator<Item = (Slot, LineRef<'_>)> {
    let mut offset = 0;
    std::iter::from_fn(move || {
        let line = LineRef::at(bytes.get(offset..)?)?;
        let slot = Slot { segment, offset: u32::try_from(offset).ok()? };
        offset += line.len();
        Some((slot, line))
    })
}

fn note_parents(by_parent: &mut FxHashMap<(Kind, RecordKey), Vec<Slot>>, line: LineRef<'_>, slot: Slot) {
    let kind = line.key().kind;
    for parent in line.parents() {
        by_parent.entry((kind, parent)).or_default().push(slot);
    }
}
