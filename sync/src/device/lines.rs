//! Every record of a kind as one line, straight from the index: what a list filters and counts by.

use domain::{
    kind::{Kind, RecordKey},
    summary::Summary,
};
use uuid::Uuid;

use super::{
    block::LineRef,
    kv::Kv,
    replica::{Guard, Replica},
};

/// A record's line, read in place.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    pub key: RecordKey,
    source: Source<'a>,
}

#[derive(Clone, Copy, Debug)]
enum Source<'a> {
    Stored(LineRef<'a>),
    Newer(&'a Summary),
}

impl<'a> Line<'a> {
    /// Says whether it lies in the recycle bin, or was merged into another.
    pub fn hidden(&self) -> bool {
        match self.source {
            Source::Stored(line) => line.hidden(),
            Source::Newer(summary) => summary.hidden,
        }
    }

    /// Returns the first record of which it is a child.
    pub fn parent(&self) -> Option<RecordKey> {
        match self.source {
            Source::Stored(line) => line.parents().next(),
            Source::Newer(summary) => summary.parents.first().copied(),
        }
    }

    /// Returns the shown fields in their order.
    pub fn fields(&self) -> impl Iterator<Item = &'a str> {
        let (stored, newer) = match self.source {
            Source::Stored(line) => (Some(line.fields()), None),
            Source::Newer(summary) => (None, Some(summary.shown.iter().map(String::as_str))),
        };
        stored.into_iter().flatten().chain(newer.into_iter().flatten())
    }

    /// Returns a shown field; empty if there is none.
    pub fn field(&self, place: usize) -> &'a str {
        match self.source {
            Source::Stored(line) => line.shown(place),
            Source::Newer(summary) => summary.field(place),
        }
    }
}

impl<K: Kv, G: Guard> Replica<K, G> {
    /// Calls `see` with every record of a kind as it is shown, the outbox on top.
    pub fn each_line(&self, kind: Kind, mut see: impl FnMut(Line<'_>)) {
        let state = self.state();
        let (base, preview) = (&state.base, &state.preview);
        let (number, dead) = (kind.number(), base.dead());
        let lines = base.segments().flat_map(|segment| base.all_lines(segment));
        for (place, line) in lines.filter(|(_, line)| line.kind_number() == number) {
            let key = line.key();
            let newer = base.delta.contains_key(&key) || preview.changes.contains_key(&key);
            if !newer && !dead.contains(&place) {
                see(Line { key, source: Source::Stored(line) });
            }
        }
        let range = RecordKey::new(kind, Uuid::nil())..=RecordKey::new(kind, Uuid::max());
        for (key, delta) in base.delta.range(range.clone()).filter(|(key, _)| !preview.changes.contains_key(key)) {
            see(Line { key: *key, source: Source::Newer(&delta.summary) });
        }
        for (key, previewed) in preview.changes.range(range) {
            if let Some(previewed) = previewed {
                see(Line { key: *key, source: Source::Newer(&previewed.summary) });
            }
        }
    }
}
