//! The records of one kind as columns: what a list draws and a search reads, without any body.
//!
//! Columns follow a replica change by change. Rows keep their number for good; what a change costs is
//! in proportion to what changed, not to what is there:
//!
//! - A segment is read once. One that was written anew is shorter than before and is read again.
//! - Deltas and preview lie over the segments' rows; those that came, changed or went are looked at.
//! - What a search reads is made of the lines afterwards, in slices: the first list is there before.

mod order;
#[cfg(test)]
mod tests;
mod texts;

use std::{
    cell::OnceCell,
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet, VecDeque},
};

use domain::{
    kind::{Kind, RecordKey},
    search::SearchBuffer,
};
use rustc_hash::FxHashSet;
use uuid::Uuid;

pub use self::order::Order;
use super::{
    base::{Base, Shown},
    index::{ODD, RowIndex, spread},
    kv::Kv,
    rebase::Preview,
    replica::{Guard, Replica, State},
};

/// Where a row stands in the base: segment and offset.
type Place = (u32, u32);

const NOWHERE: Place = (u32::MAX, u32::MAX);

/// The mark of a row that is not in the list.
const UNLISTED: u64 = 0;

/// The columns of one kind.
#[derive(Debug)]
pub struct Columns {
    kind: Kind,
    /// The shown field that the list is ordered by.
    name_field: usize,
    /// The search texts of the rows in the list, as far as they were made.
    pub buffer: SearchBuffer,
    /// The rows in the list, by name.
    pub order: Order,
    ids: Vec<Uuid>,
    places: Vec<Place>,
    /// Stands for a row's id and name: one that changed is not where the order has it. [`UNLISTED`] where it is in no
    /// list.
    marks: Vec<u64>,
    /// Stands for all that a search text is made of, where a row was looked at by itself; 0 elsewhere. What waits to be
    /// sent is looked at with every change, and seldom is another.
    words: Vec<u64>,
    /// Made when a row is first looked for: the first list needs none.
    rows: OnceCell<RowIndex<u32>>,
    /// The version of the base from which all rows have come so far: no record has come twice.
    untouched: Option<u64>,
    /// The generation of the base that was followed; none before the first.
    base: Option<u64>,
    /// The segments that were read, with their lengths.
    segments: BTreeMap<u32, usize>,
    /// The revisions of the deltas that were seen.
    deltas: BTreeMap<Uuid, u64>,
    previewed: BTreeSet<Uuid>,
    /// Rows to look at once every segment has been read.
    unsettled: Vec<u32>,
    /// Rows whose search text is to be made, or may be an old one.
    unread: VecDeque<u32>,
}

impl Columns {
    /// Makes the columns of a kind whose list is ordered by a shown field.
    pub fn new(kind: Kind, name_field: usize) -> Self {
        Self {
            kind,
            name_field,
            buffer: SearchBuffer::default(),
            order: Order::default(),
            ids: Vec::new(),
            places: Vec::new(),
            marks: Vec::new(),
            words: Vec::new(),
            rows: OnceCell::new(),
            untouched: None,
            base: None,
            segments: BTreeMap::new(),
            deltas: BTreeMap::new(),
            previewed: BTreeSet::new(),
            unsettled: Vec::new(),
            unread: VecDeque::new(),
        }
    }

    /// Comes closer to what the replica shows. It pauses between segments when `go_on` says no, and
    /// returns whether it has arrived; until then the list is the former one with some rows changed.
    pub fn follow<K: Kv, G: Guard>(&mut self, replica: &Replica<K, G>, mut go_on: impl FnMut() -> bool) -> bool {
        let state = replica.state();
        let (base, preview) = (&state.base, &state.preview);
        self.forget_stale(base);
        let fresh: Vec<(u32, usize)> =
            base.segment_sizes().filter(|(number, _)| !self.segments.contains_key(number)).collect();
        if self.ids.is_empty() {
            self.make_room(base);
            self.untouched = Some(base.meta.version);
        } else if self.untouched != Some(base.meta.version) {
            self.untouched = None;
        }
        for (number, size) in fresh {
            self.read_segment(base, preview, number);
            self.segments.insert(number, size);
            if !go_on() {
                self.order.tidy();
                return false;
            }
        }
        self.untouched = None;
        self.settle(base, preview);
        self.order.tidy();
        true
    }

    /// Rows of segments that are gone or were written anew have no place until they are met again.
    fn forget_stale(&mut self, base: &Base) {
        let same_base = self.base.replace(base.meta.generation) == Some(base.meta.generation);
        if !same_base {
            // Another history may have the same revisions.
            let deltas = std::mem::take(&mut self.deltas);
            let rows: Vec<u32> = deltas.keys().filter_map(|id| self.known_row(*id)).collect();
            self.unsettled.extend(rows);
        }
        let now: BTreeMap<u32, usize> = base.segment_sizes().filter(|_| same_base).collect();
        let stale: FxHashSet<u32> =
            self.segments.iter().filter(|(number, size)| now.get(number) != Some(size)).map(|(n, _)| *n).collect();
        if stale.is_empty() {
            return;
        }
        self.segments.retain(|number, _| !stale.contains(number));
        for (row, place) in (0..).zip(&mut self.places) {
            if stale.contains(&place.0) {
                *place = NOWHERE;
                self.unsettled.push(row);
            }
        }
    }

    /// Memory that is asked for at once is not copied while it grows; a browser takes none of it back.
    fn make_room(&mut self, base: &Base) {
        let number = self.kind.number();
        let lines = base.segments().flat_map(|segment| base.all_lines(segment));
        let rows = lines.filter(|(_, line)| line.kind_number() == number).count();
        self.buffer.reserve(rows, 0);
        self.unread.reserve(rows);
        self.ids.reserve(rows);
        self.places.reserve(rows);
        self.marks.reserve(rows);
        self.words.reserve(rows);
    }

    fn read_segment(&mut self, base: &Base, preview: &Preview, segment: u32) {
        let number = self.kind.number();
        let covered = !base.delta.is_empty() || !preview.changes.is_empty();
        let dead = base.dead();
        for (place, line) in base.all_lines(segment).filter(|(_, line)| line.kind_number() == number) {
            if !dead.is_empty() && dead.contains(&place) {
                continue;
            }
            let key = line.key();
            let row = if self.untouched.is_some() { self.new_row(key.id) } else { self.row_of(key.id) };
            self.set_place(row, place);
            if covered && (base.delta.contains_key(&key) || preview.changes.contains_key(&key)) {
                self.unsettled.push(row);
            } else {
                self.put(row, key.id, (!line.hidden()).then(|| line.shown(self.name_field)), 0);
            }
        }
    }

    fn known_row(&self, id: Uuid) -> Option<u32> {
        let rows = self.rows.get_or_init(|| {
            let mut rows = RowIndex::default();
            rows.reserve(self.ids.len());
            (0..).zip(&self.ids).for_each(|(row, id)| rows.insert(spread(*id), row));
            rows
        });
        rows.find(spread(id), |row| self.ids.get(row as usize) == Some(&id))
    }

    fn row_of(&mut self, id: Uuid) -> u32 {
        self.known_row(id).unwrap_or_else(|| self.new_row(id))
    }

    fn new_row(&mut self, id: Uuid) -> u32 {
        self.ids.push(id);
        self.places.push(NOWHERE);
        self.marks.push(UNLISTED);
        self.words.push(0);
        let row = self.buffer.push_removed();
        if let Some(rows) = self.rows.get_mut() {
            rows.insert(spread(id), row);
        }
        row
    }

    fn set_place(&mut self, row: u32, place: Place) {
        if let Some(own) = self.places.get_mut(row as usize) {
            *own = place;
        }
    }

    /// Takes a row's name, none for one that is not in the list, and what stands for its words, 0 for not known.
    fn put(&mut self, row: u32, id: Uuid, name: Option<&str>, words: u64) {
        let mark = name.map_or(UNLISTED, |name| mark_of(id, name));
        let Some(old) = self.marks.get_mut(row as usize).map(|own| std::mem::replace(own, mark)) else { return };
        match (old, mark) {
            (UNLISTED, UNLISTED) => return,
            (_, UNLISTED) => {
                self.buffer.remove(row);
                self.order.removed(row);
                return;
            }
            _ if old != mark => self.order.moved(row),
            _ => {}
        }
        let Some(before) = self.words.get_mut(row as usize).map(|own| std::mem::replace(own, words)) else { return };
        if before == 0 || before != words || !self.buffer.contains(row) {
            self.unread.push_back(row);
        }
    }

    /// Looks at the rows that may differ from what the segments say, or that lie in no segment any more.
    fn settle(&mut self, base: &Base, preview: &Preview) {
        let range = RecordKey::new(self.kind, Uuid::nil())..=RecordKey::new(self.kind, Uuid::max());
        let deltas: BTreeMap<Uuid, u64> =
            base.delta.range(range.clone()).map(|(key, delta)| (key.id, delta.row.rev)).collect();
        let previewed: BTreeSet<Uuid> = preview.changes.range(range).map(|(key, _)| key.id).collect();
        let changed = deltas.iter().filter(|(id, rev)| self.deltas.get(id) != Some(rev));
        let gone = self.deltas.keys().filter(|id| !deltas.contains_key(id));
        let mut look: BTreeSet<Uuid> = changed.map(|(id, _)| id).chain(gone).copied().collect();
        look.extend(self.previewed.iter().chain(&previewed));
        let unsettled = std::mem::take(&mut self.unsettled);
        look.extend(unsettled.iter().filter_map(|row| self.ids.get(*row as usize)));
        for id in look {
            self.look(base, preview, id);
        }
        (self.deltas, self.previewed) = (deltas, previewed);
    }

    /// Takes a record as it is shown.
    fn look(&mut self, base: &Base, preview: &Preview, id: Uuid) {
        let key = RecordKey::new(self.kind, id);
        let summary = match preview.changes.get(&key) {
            Some(previewed) => Some(previewed.as_ref().map(|previewed| &previewed.summary)),
            None => base.delta.get(&key).map(|delta| Some(&delta.summary)),
        };
        let line = match (summary, self.known_row(id)) {
            (None, Some(row)) => self.places.get(row as usize).and_then(|place| base.line_at(*place)),
            _ => None,
        };
        let row = self.row_of(id);
        match (summary.flatten(), line) {
            (Some(summary), _) => {
                let words = words_of(summary.shown.iter().map(String::as_str));
                self.put(row, id, (!summary.hidden).then(|| summary.field(self.name_field)), words);
            }
            (None, Some(line)) => {
                let words = words_of(line.fields());
                self.put(row, id, (!line.hidden()).then(|| line.shown(self.name_field)), words);
            }
            (None, None) => self.put(row, id, None, 0),
        }
    }

    /// Returns a row's record.
    pub fn id(&self, row: u32) -> Option<Uuid> {
        self.ids.get(row as usize).copied()
    }

    /// Returns a record's row, if it is in the list.
    pub fn row(&self, id: Uuid) -> Option<u32> {
        self.known_row(id).filter(|row| self.marks.get(*row as usize).is_some_and(|mark| *mark != UNLISTED))
    }

    /// Returns a row's line without a look into an index.
    pub fn shown<K: Kv, G: Guard>(&self, replica: &Replica<K, G>, row: u32) -> Option<Shown> {
        let state = replica.state();
        let key = RecordKey::new(self.kind, self.id(row)?);
        if state.preview.changes.contains_key(&key) || state.base.delta.contains_key(&key) {
            drop(state);
            return replica.shown(key);
        }
        let line = state.base.line_at(*self.places.get(row as usize)?).filter(|line| line.key() == key)?;
        Some(Shown { key, group: line.group(), rev: line.rev(), summary: line.summary() })
    }

    /// Calls `see` with the names of some rows.
    pub fn names<K: Kv, G: Guard>(
        &self,
        replica: &Replica<K, G>,
        rows: impl IntoIterator<Item = u32>,
        mut see: impl FnMut(&str),
    ) {
        let state = replica.state();
        for row in rows {
            see(self.name(&state, row));
        }
    }

    fn name<'a>(&self, state: &'a State, row: u32) -> &'a str {
        let (Some(id), Some(place)) = (self.id(row), self.places.get(row as usize)) else { return "" };
        let key = RecordKey::new(self.kind, id);
        if let Some(previewed) = state.preview.changes.get(&key) {
            return previewed.as_ref().map(|previewed| previewed.summary.field(self.name_field)).unwrap_or_default();
        }
        if let Some(delta) = state.base.delta.get(&key) {
            return delta.summary.field(self.name_field);
        }
        let line = state.base.line_at(*place).filter(|line| line.key() == key);
        line.map(|line| line.shown(self.name_field)).unwrap_or_default()
    }

    /// Gives every row that waits its place between the others.
    pub fn place_waiting<K: Kv, G: Guard>(
        &mut self,
        replica: &Replica<K, G>,
        mut compare: impl FnMut(&str, &str) -> Ordering,
    ) {
        let state = replica.state();
        let mut order = std::mem::take(&mut self.order);
        order.place_waiting(|a, b| compare(self.name(&state, a), self.name(&state, b)));
        self.order = order;
    }

    /// Returns the present order to be kept on the device: no name and no id is in it.
    pub fn kept_order(&self) -> Vec<u8> {
        let marks = self.order.placed().iter().filter_map(|row| self.marks.get(*row as usize));
        marks.flat_map(|mark| mark.to_le_bytes()).collect()
    }

    /// Takes up a kept order. Rows that are new since, or have another name, wait for their places.
    pub fn restore_order(&mut self, kept: &[u8]) {
        let mut rows = RowIndex::default();
        rows.reserve(self.marks.len());
        let listed = (0..).zip(&self.marks).filter(|(_, mark)| **mark != UNLISTED);
        listed.for_each(|(row, mark)| rows.insert(*mark, row));
        let row_of = |mark: u64| rows.find(mark, |row| self.marks.get(row as usize) == Some(&mark));
        let marks = kept.chunks_exact(8).filter_map(|bytes| bytes.try_into().ok()).map(u64::from_le_bytes);
        let sorted: Vec<u32> = marks.filter_map(row_of).collect();
        self.order.begin_sort();
        self.order.adopt(&sorted);
    }
}

/// Mixes the fields of a line to a number that is not 0.
fn words_of<'a>(fields: impl Iterator<Item = &'a str>) -> u64 {
    let mixed = fields.fold(0, |mixed: u64, field| mixed.rotate_left(23) ^ mark_of(Uuid::nil(), field));
    mixed.max(1)
}

/// Mixes an id and a name to a number that no other row has. Kept on devices: changing it costs every
/// device one sort.
fn mark_of(id: Uuid, name: &str) -> u64 {
    let (high, low) = id.as_u64_pair();
    let mut mark = (high.wrapping_mul(ODD).rotate_left(23) ^ low).wrapping_mul(ODD);
    for chunk in name.as_bytes().chunks(8) {
        let word = chunk.iter().fold(chunk.len() as u64, |word, byte| word << 8 ^ u64::from(*byte));
        mark = (mark.rotate_left(23) ^ word).wrapping_mul(ODD);
    }
    mark ^ mark >> 29
}
