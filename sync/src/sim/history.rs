//! The states that records went through, for checkers: the journal keeps what stood before each entry.

use std::collections::BTreeMap;

use domain::{kind::RecordKey, quarantine::accepted_id};
use uuid::Uuid;

use crate::{memory::Tables, server::JournalRow};

/// A look at a server's journal.
pub(super) struct History<'a> {
    tables: &'a Tables,
    /// By record: the revisions that touched it, and what stood before each.
    touched: BTreeMap<RecordKey, BTreeMap<u64, Option<&'a str>>>,
    by_entry: BTreeMap<Uuid, u64>,
}

impl<'a> History<'a> {
    pub(super) fn new(tables: &'a Tables) -> Self {
        let (mut touched, mut by_entry) = (BTreeMap::new(), BTreeMap::new());
        for row in tables.journal.values() {
            by_entry.insert(row.entry.id, row.rev);
            for (key, before) in &row.before {
                let states: &mut BTreeMap<_, _> = touched.entry(*key).or_default();
                states.insert(row.rev, before.as_ref().map(|row| row.body.as_ref()));
            }
        }
        Self { tables, touched, by_entry }
    }

    /// Returns a record's body as it was once a revision had been written; none if it was not there.
    pub(super) fn after(&self, key: RecordKey, rev: u64) -> Option<&'a str> {
        let later = self.touched.get(&key).and_then(|states| states.range(rev + 1..).next());
        match later {
            Some((_, before)) => *before,
            None => self.tables.records.get(&key).map(|(row, _)| row.body.as_ref()),
        }
    }

    /// Returns the revisions that touched a record.
    pub(super) fn touching(&self, key: RecordKey) -> impl Iterator<Item = &'a JournalRow> {
        let revisions: Vec<u64> =
            self.touched.get(&key).into_iter().flat_map(|states| states.keys()).copied().collect();
        revisions.into_iter().filter_map(|rev| self.tables.journal.get(&rev))
    }

    /// Returns an entry's row, and that of its acceptance out of quarantine.
    pub(super) fn of_entry(&self, id: Uuid) -> impl Iterator<Item = &'a JournalRow> {
        let revisions = [id, accepted_id(id)].map(|id| self.by_entry.get(&id).copied());
        revisions.into_iter().flatten().filter_map(|rev| self.tables.journal.get(&rev))
    }
}
