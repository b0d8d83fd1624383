//! All rows' search texts in one piece of memory.

use memchr::memmem::Finder;

use super::SEPARATOR;
use super::query::Query;

const REMOVED: u32 = u32::MAX;

/// The search texts of all rows, one after the other, so that one pass looks through all of them.
///
/// ```text
/// text    row 0 ␟ row 1 ␟ ␟␟␟␟␟ row 3 ␟ row 2, longer ␟
/// starts  0       8       16    22      30
/// rows    0       1       2     3       2
/// ```
/// Rows keep their number for good. A text that grew is written at the end; its old place is blanked
/// with separators, which no query matches.
#[derive(Clone, Debug, Default)]
pub struct SearchBuffer {
    text: Vec<u8>,
    /// Where each slot begins, in the order of `text`.
    starts: Vec<u32>,
    /// The row that each slot belongs to.
    rows: Vec<u32>,
    /// The slot of each row, or `REMOVED`.
    slots: Vec<u32>,
    /// Bytes of blanked slots.
    blank: usize,
    /// Changes with every change, so that a search knows that its last result is old.
    version: u64,
}

impl SearchBuffer {
    /// Makes room once: wasm memory never shrinks, and growing copies everything.
    pub fn with_capacity(rows: usize, bytes: usize) -> Self {
        Self {
            text: Vec::with_capacity(bytes + rows),
            starts: Vec::with_capacity(rows),
            rows: Vec::with_capacity(rows),
            slots: Vec::with_capacity(rows),
            ..Self::default()
        }
    }

    /// Makes room for more at once.
    pub fn reserve(&mut self, rows: usize, bytes: usize) {
        self.text.reserve(bytes + rows);
        self.starts.reserve(rows);
        self.rows.reserve(rows);
        self.slots.reserve(rows);
    }

    /// Adds a row with the text that [`search_text`](super::search_text) made and returns its number.
    pub fn push(&mut self, text: &[u8]) -> u32 {
        let row = self.push_removed();
        self.append(row, text);
        row
    }

    /// Adds a row that is in no result before [`SearchBuffer::replace`] gives it a text.
    pub fn push_removed(&mut self) -> u32 {
        let row = small(self.slots.len());
        self.slots.push(REMOVED);
        row
    }

    /// Gives a row another text; a removed row comes back.
    pub fn replace(&mut self, row: u32, text: &[u8]) {
        match self.range(row) {
            Some(old) if text.len() < old.len() => {
                let (place, rest) = self.text[old].split_at_mut(text.len());
                place.copy_from_slice(text);
                rest.fill(SEPARATOR);
                self.version += 1;
            }
            _ => {
                self.remove(row);
                self.append(row, text);
            }
        }
    }

    /// Takes a row out of every result; its number stays taken.
    pub fn remove(&mut self, row: u32) {
        let Some(old) = self.range(row) else { return };
        self.blank += old.len();
        self.text[old].fill(SEPARATOR);
        self.slots[row as usize] = REMOVED;
        self.version += 1;
        if self.blank > self.text.len() / 2 {
            self.compact();
        }
    }

    /// Says whether a row is there and not removed.
    pub fn contains(&self, row: u32) -> bool {
        self.slots.get(row as usize).is_some_and(|slot| *slot != REMOVED)
    }

    /// Counts the rows that are not removed.
    pub fn len(&self) -> usize {
        self.slots.iter().filter(|&&slot| slot != REMOVED).count()
    }

    /// Says whether every row is removed.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns a row's search text, as it was pushed or with separators behind it.
    pub fn text(&self, row: u32) -> &[u8] {
        self.range(row).map_or(&[], |range| &self.text[range])
    }

    /// Writes the rows that hold every word of the query, in the order of rows; all for an empty query.
    ///
    /// A [`Search`](super::Search) does the same faster while somebody types.
    pub fn find(&self, query: &str, out: &mut Vec<u32>) {
        Query::new(query).scan(self, out);
    }

    /// Returns the rows that have exactly this field, as [`search_text`](super::search_text) folds it, ordered.
    pub fn holding(&self, field: &[u8]) -> Vec<u32> {
        if field.is_empty() {
            return Vec::new();
        }
        let needle = [field, &[SEPARATOR]].concat();
        let finder = Finder::new(&needle);
        let (mut rows, mut from) = (Vec::new(), 0);
        while let Some(at) = self.text.get(from..).and_then(|rest| finder.find(rest)) {
            let place = from + at;
            if place == 0 || self.text[place - 1] == SEPARATOR {
                rows.push(self.rows[self.slot_at(place, 0)]);
            }
            from = place + 1;
        }
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    pub(super) fn version(&self) -> u64 {
        self.version
    }

    pub(super) fn every_row(&self, out: &mut Vec<u32>) {
        let rows = self.slots.iter().enumerate().filter(|(_, slot)| **slot != REMOVED);
        out.extend(rows.map(|(row, _)| small(row)));
    }

    /// Appends the rows that hold `finder`'s bytes, ordered.
    pub(super) fn scan(&self, finder: &Finder<'_>, out: &mut Vec<u32>) {
        let before = out.len();
        let (mut from, mut slot) = (0, 0);
        while let Some(at) = finder.find(&self.text[from..]) {
            slot = self.slot_at(from + at, slot);
            out.push(self.rows[slot]);
            slot += 1;
            let Some(&next) = self.starts.get(slot) else { break };
            from = next as usize;
        }
        if !out[before..].is_sorted() {
            out[before..].sort_unstable();
        }
    }

    /// Returns the slot that holds a position, looking onwards in growing steps: hits are often near.
    fn slot_at(&self, position: usize, from: usize) -> usize {
        let starts = &self.starts[from..];
        let mut reach = 1;
        while starts.get(reach).is_some_and(|&start| start as usize <= position) {
            reach *= 2;
        }
        let near = &starts[reach / 2..reach.min(starts.len())];
        from + reach / 2 + near.partition_point(|&start| start as usize <= position) - 1
    }

    fn range(&self, row: u32) -> Option<std::ops::Range<usize>> {
        let slot = *self.slots.get(row as usize)?;
        let start = *self.starts.get(slot as usize)? as usize;
        let end = self.starts.get(slot as usize + 1).map_or(self.text.len(), |&next| next as usize);
        Some(start..end)
    }

    fn append(&mut self, row: u32, text: &[u8]) {
        self.slots[row as usize] = small(self.starts.len());
        self.starts.push(small(self.text.len()));
        self.rows.push(row);
        self.text.extend_from_slice(text);
        self.text.push(SEPARATOR);
        self.version += 1;
    }

    /// Writes all rows in order again, without blanks.
    fn compact(&mut self) {
        let mut fresh = Self::with_capacity(self.slots.len(), self.text.len() - self.blank);
        fresh.slots = vec![REMOVED; self.slots.len()];
        let mut rows = Vec::new();
        self.every_row(&mut rows);
        for row in rows {
            let text = self.text(row);
            fresh.append(row, &text[..text.len() - 1]);
        }
        fresh.version = self.version + 1;
        *self = fresh;
    }
}

fn small(number: usize) -> u32 {
    u32::try_from(number).expect("four gigabytes of search text are more than a browser's memory")
}
