//! What a transaction's work loads, each thing once.

use std::collections::BTreeSet;

use domain::{
    kind::Group,
    mutation::Action,
    view::{Need, Slot},
};

use super::{
    store::{StoreError, WriteTx},
    work::Work,
};
use crate::{protocol::Entry, run::Effects};

impl Work {
    pub(super) async fn load<T: WriteTx>(&mut self, tx: &mut T, needs: &[Need], seen: u64) -> Result<(), StoreError> {
        let groups: BTreeSet<Group> = needs
            .iter()
            .filter_map(|need| if let Need::Standing(group) = need { Some(*group) } else { None })
            .collect();
        self.load_members(tx, &groups).await?;
        if let Some(user) = self.actor.user() {
            for group in groups {
                self.loaded.standings.insert(group, self.roster.standing(group, user, seen));
            }
        }
        let rest: Vec<Need> = needs.iter().filter(|need| !matches!(need, Need::Standing(_))).cloned().collect();
        if !rest.is_empty() {
            tx.load(&rest, &mut self.loaded).await?;
            self.overlay(&rest);
        }
        Ok(())
    }

    /// What this transaction wrote before stands above what the store answers.
    fn overlay(&mut self, needs: &[Need]) {
        for need in needs {
            match need {
                Need::Children { kind, parent } => {
                    let Some(list) = self.loaded.children.get_mut(&(*kind, *parent)) else { continue };
                    for written in self.records.values().filter(|written| written.key.kind == *kind) {
                        match &written.state {
                            Some((_, facts)) if facts.references.contains(parent) => list.insert(written.key.id),
                            _ => list.remove(&written.key.id),
                        };
                    }
                }
                Need::Holder(key) => {
                    let Some(holder) = self.loaded.holders.get_mut(key) else { continue };
                    for written in self.records.values().filter(|written| written.key.kind == key.kind) {
                        let holds = written.state.as_ref().is_some_and(|(_, facts)| facts.keys.contains(key));
                        if holds {
                            *holder = Some(written.key.id);
                        } else if *holder == Some(written.key.id) {
                            *holder = None;
                        }
                    }
                }
                Need::Record(key) => {
                    if let Some(written) = self.records.get(key) {
                        let slot = written.state.as_ref().map_or(Slot::Absent, |(row, _)| Slot::Here(row.clone()));
                        self.loaded.records.insert(*key, slot);
                    }
                }
                Need::Standing(_) => {}
            }
        }
    }

    /// Loads at once what entries say that they will ask for, and the people of the groups found, instead
    /// of in a round trip or two for each entry.
    pub(super) async fn load_ahead<'a, T: WriteTx>(
        &mut self,
        tx: &mut T,
        entries: impl Iterator<Item = &'a Entry>,
    ) -> Result<(), StoreError> {
        let actions = entries.filter_map(|entry| Action::decode(&entry.name, entry.v, entry.args.get()).ok());
        let mut needs: BTreeSet<Need> = actions.flat_map(|action| action.needs()).collect();
        needs.retain(|need| !matches!(need, Need::Standing(_)) && !self.loaded.holds(need));
        if needs.is_empty() {
            return Ok(());
        }
        tx.load(&needs.into_iter().collect::<Vec<_>>(), &mut self.loaded).await?;
        let groups = self.loaded.records.values().filter_map(|slot| match slot {
            Slot::Here(row) if row.group != Group::Org => Some(row.group),
            _ => None,
        });
        self.load_members(tx, &groups.collect()).await
    }

    async fn load_members<T: WriteTx>(&mut self, tx: &mut T, groups: &BTreeSet<Group>) -> Result<(), StoreError> {
        let missing: Vec<Group> = groups.iter().copied().filter(|group| !self.roster.holds(*group)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let mut rows = tx.members(&missing).await?;
        for group in missing {
            let of_group = rows.extract_if(.., |row| row.group == group).collect();
            self.roster.take(group, of_group);
        }
        Ok(())
    }

    /// Loads the member rows of groups whose people change; a new root has none.
    pub(super) async fn load_rosters<T: WriteTx>(&mut self, tx: &mut T, effects: &Effects) -> Result<(), StoreError> {
        let mut stored = BTreeSet::new();
        for group in effects.members.keys() {
            let Group::Of(root) = group else { continue };
            let new = effects.changes.get(root).is_some_and(|change| change.before.is_none());
            if new && !self.roster.holds(*group) {
                self.roster.take(*group, Vec::new());
            } else {
                stored.insert(*group);
            }
        }
        self.load_members(tx, &stored).await
    }
}
