//! What a search reads, made of the lines once there is a list.

use domain::{kind::RecordKey, search::SEPARATOR, summary::found_by};

use super::{Columns, UNLISTED};
use crate::device::{
    kv::Kv,
    replica::{Guard, Replica, State},
};

/// Search texts that are made before `go_on` is asked again.
const TEXTS_AT_ONCE: usize = 32;
/// After so many the room for all others is known well enough.
const TEXTS_TRIED: usize = 512;

impl Columns {
    /// Returns how many rows a search does not see as they are now.
    pub fn unread(&self) -> usize {
        self.unread.len()
    }

    /// Makes the search texts of rows that came or changed. It pauses when `go_on` says no, and returns whether a search
    /// sees every row.
    pub fn read_texts<K: Kv, G: Guard>(&mut self, replica: &Replica<K, G>, mut go_on: impl FnMut() -> bool) -> bool {
        let state = replica.state();
        let (mut read, mut bytes) = (0, 0);
        while let Some(row) = self.unread.pop_front() {
            let text = self.text_of(&state, row);
            (read, bytes) = (read + 1, bytes + text.len());
            // Memory that is asked for at once is not copied while it grows.
            if read == TEXTS_TRIED {
                self.buffer.reserve(0, self.unread.len() * (bytes / TEXTS_TRIED + 1));
            }
            let listed = self.marks.get(row as usize).is_some_and(|mark| *mark != UNLISTED);
            let there = self.buffer.contains(row);
            if listed && (!there || !holds(self.buffer.text(row), &text)) {
                self.buffer.replace(row, &text);
            }
            if read % TEXTS_AT_ONCE == 0 && !go_on() {
                break;
            }
        }
        self.unread.is_empty()
    }

    /// Makes the search text of a row as it is shown.
    fn text_of(&self, state: &State, row: u32) -> Vec<u8> {
        let Some(id) = self.id(row) else { return Vec::new() };
        let key = RecordKey::new(self.kind, id);
        if let Some(previewed) = state.preview.changes.get(&key) {
            return previewed.as_ref().map(|it| it.summary.found_by(self.kind)).unwrap_or_default();
        }
        if let Some(delta) = state.base.delta.get(&key) {
            return delta.summary.found_by(self.kind);
        }
        let line = self.places.get(row as usize).and_then(|place| state.base.line_at(*place));
        let line = line.filter(|line| line.key() == key);
        line.map(|line| found_by(self.kind, line.fields())).unwrap_or_default()
    }
}

/// Says whether a place in the buffer holds just this text; behind it stand separators.
fn holds(place: &[u8], text: &[u8]) -> bool {
    place.strip_prefix(text).is_some_and(|rest| rest.iter().all(|byte| *byte == SEPARATOR))
}
