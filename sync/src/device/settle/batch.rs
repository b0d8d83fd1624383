//! Some pages taken together: which rows stand at their end, and what left sight.

use std::collections::{BTreeMap, BTreeSet};

use domain::kind::{Group, RecordKey};
use rustc_hash::FxHashMap;

use crate::device::{
    base::Base,
    page::{Forget, Happening, Page, Received},
};

/// A row that stands at the end of the pages.
#[derive(Debug)]
pub(super) struct Standing {
    /// The page that brought it.
    pub(super) page: usize,
    pub(super) row: Received,
}

/// What some pages come to.
#[derive(Debug)]
pub(super) struct Batch {
    /// In feed order.
    pub(super) rows: Vec<Standing>,
    /// The bodies of each page.
    pub(super) bodies: Vec<Vec<u8>>,
    /// What the base holds and nothing brought back.
    pub(super) removed: BTreeSet<RecordKey>,
}

impl Batch {
    /// Follows pages from their first to their last happening.
    pub(super) fn of(base: &Base, pages: Vec<Page>) -> Self {
        let lost = lost_groups(base, &pages);
        let mut came: Vec<Option<Standing>> = Vec::with_capacity(pages.iter().map(|page| page.happenings.len()).sum());
        let mut newest: FxHashMap<RecordKey, usize> = FxHashMap::default();
        newest.reserve(came.capacity());
        let mut removed: BTreeSet<RecordKey> = BTreeSet::new();
        let mut bodies = Vec::with_capacity(pages.len());
        for (page, received) in pages.into_iter().enumerate() {
            bodies.push(received.bodies);
            for happening in received.happenings {
                match happening {
                    Happening::Row(row) => {
                        removed.remove(&row.key);
                        if let Some(older) = newest.insert(row.key, came.len()) {
                            withdraw(&mut came, older);
                        }
                        came.push(Some(Standing { page, row }));
                    }
                    Happening::Forget(Forget::Record(key)) => {
                        if let Some(older) = newest.remove(&key) {
                            withdraw(&mut came, older);
                        }
                        removed.insert(key);
                    }
                    Happening::Forget(Forget::Group(group)) => {
                        let stored = lost.get(&group).into_iter().flatten();
                        removed.extend(stored.filter(|key| !newest.contains_key(key)));
                        for slot in &mut came {
                            if let Some(lost) = slot.take_if(|standing| standing.row.group == group) {
                                newest.remove(&lost.row.key);
                                removed.insert(lost.row.key);
                            }
                        }
                    }
                }
            }
        }
        removed.retain(|key| base.holds(*key));
        Self { rows: came.into_iter().flatten().collect(), bodies, removed }
    }

    /// Returns what comes or changes, with its revision.
    pub(super) fn written(&self) -> Vec<(RecordKey, u64)> {
        self.rows.iter().map(|standing| (standing.row.key, standing.row.rev)).collect()
    }
}

fn withdraw(came: &mut [Option<Standing>], at: usize) {
    if let Some(slot) = came.get_mut(at) {
        *slot = None;
    }
}

/// Returns what the base holds of each group that the pages forget: one walk over it, and none in the
/// pages of a first sync.
fn lost_groups(base: &Base, pages: &[Page]) -> BTreeMap<Group, Vec<RecordKey>> {
    let happenings = pages.iter().flat_map(|page| &page.happenings);
    let mut lost: BTreeMap<Group, Vec<RecordKey>> = happenings
        .filter_map(|happening| match happening {
            Happening::Forget(Forget::Group(group)) => Some((*group, Vec::new())),
            _ => None,
        })
        .collect();
    if !lost.is_empty() {
        for (key, group, _) in base.keys() {
            if let Some(keys) = lost.get_mut(&group) {
                keys.push(key);
            }
        }
    }
    lost
}
