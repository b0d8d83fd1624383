//! Leads who make one customer of two and two of one again, and people who go on writing to the id that went. Luck comes
//! from a stream of its own.

use std::collections::BTreeMap;

use domain::{
    contact::{Contact, ContactCreate, ContactId},
    customer::{Customer, CustomerId, CustomerMerge, CustomerUnmerge},
    distinct::CustomersDistinct,
    kind::{Kind, RecordKey},
    mutation::Action,
    record::BodyError,
};

use super::{
    checkers::law,
    device::{Failed, now},
    history::History,
    host::Host,
    rng::Rng,
    world::World,
};
use crate::{memory::Tables, protocol::Verdict, server::JournalRow};

/// As many of the first users lead others: an administrator and two managers.
const LEADS: usize = 3;

/// What people do about customers that are one.
pub(super) struct MergesActor {
    luck: Rng,
}

impl MergesActor {
    pub(super) fn new(luck: Rng) -> Self {
        Self { luck }
    }
}

impl<H: Host> World<H> {
    /// Now and then a lead merges two customers or takes a merge back, and somebody writes to an id that is gone.
    pub(super) fn maybe_merge(&mut self, index: usize) -> Failed {
        if !self.merges.luck.chance(50) {
            return Ok(());
        }
        let Some(user) = self.devices.get(index).map(|device| device.user) else { return Ok(()) };
        let known = self.customers_on(index);
        let leads = self.users.iter().take(LEADS).any(|lead| *lead == user);
        let action = match self.merges.luck.below(4) {
            0 | 1 if leads => self.unmerging(index, &known)?,
            2 if leads => self.merging(&known),
            _ => self.writing_late(index, &known)?,
        };
        let Some(action) = action else { return Ok(()) };
        let entry = self.merges.luck.uuid(self.now);
        self.enter_together(index, vec![(entry, action)], Vec::new()).map(drop)
    }

    /// Two customers become one; now and then somebody only says that they are two.
    fn merging(&mut self, known: &[CustomerId]) -> Option<Action> {
        let survivor = *self.merges.luck.pick(known)?;
        // No page pairs a customer with itself.
        let others: Vec<CustomerId> = known.iter().copied().filter(|other| *other != survivor).collect();
        let dead = *self.merges.luck.pick(&others)?;
        let take = vec!["name".to_owned(), "address".to_owned()];
        let keep_owner = self.merges.luck.chance(50);
        Some(match self.merges.luck.chance(25) {
            true => CustomersDistinct { one: survivor, other: dead, distinct: true }.into(),
            false => CustomerMerge { survivor, dead, take, keep_owner }.into(),
        })
    }

    fn on_device(&mut self, index: usize, known: &[CustomerId]) -> Result<Vec<Customer>, String> {
        let mut customers: Vec<Customer> = Vec::new();
        for id in known {
            customers.extend(self.on_tab(index, |tab| now(tab.get(*id)))?.flatten());
        }
        Ok(customers)
    }

    fn unmerging(&mut self, index: usize, known: &[CustomerId]) -> Result<Option<Action>, String> {
        let customers = self.on_device(index, known)?;
        let joined = customers.iter().flat_map(|stays| stays.joined.iter().map(|note| (stays.id, note.dead, note.at)));
        let joined: Vec<_> = joined.collect();
        let chosen = self.merges.luck.pick(&joined).copied();
        Ok(chosen.map(|(survivor, dead, merged_at)| CustomerUnmerge { survivor, dead, merged_at }.into()))
    }

    fn writing_late(&mut self, index: usize, known: &[CustomerId]) -> Result<Option<Action>, String> {
        let customers = self.on_device(index, known)?;
        let gone: Vec<CustomerId> =
            customers.iter().filter(|customer| customer.merged_into.is_some()).map(|customer| customer.id).collect();
        let Some(customer) = self.merges.luck.pick(&gone).copied() else { return Ok(None) };
        let id = ContactId::new(self.merges.luck.uuid(self.now));
        Ok(Some(ContactCreate { contact: Contact::named(id, customer, "晚到的聯絡人") }.into()))
    }
}

/// After a merge nothing names the dead id. After its undoing everything is back that the merge had moved, and what was
/// written to the dead id in between; what was written to the survivor is there.
pub(super) fn check_merges(tables: &Tables) -> Failed {
    for (key, (_, facts)) in &tables.records {
        for parent in facts.references.iter().filter(|parent| parent.kind == Kind::Customer) {
            let into = tables.records.get(parent).and_then(|(_, facts)| facts.redirect);
            law(into.is_none(), || format!("{key} names {parent}, which went into {into:?}"))?;
        }
    }
    let history = History::new(tables);
    let mut merged: BTreeMap<RecordKey, u64> = BTreeMap::new();
    for row in tables.journal.values().filter(|row| row.verdict == Verdict::Applied) {
        for (key, before) in row.before.iter().filter(|(key, _)| key.kind == Kind::Customer) {
            let before = before.as_ref().and_then(|row| into(&row.body));
            match (before, history.after(*key, row.rev).and_then(into)) {
                (None, Some(_)) => drop(merged.insert(*key, row.rev)),
                (Some(survivor), None) => {
                    let since = merged.remove(key).and_then(|rev| tables.journal.get(&rev));
                    // Whoever is purged is merged with nobody.
                    if let Some(since) = since.filter(|_| history.after(*key, row.rev).is_some()) {
                        check_parted(tables, &history, *key, survivor, since, row)?;
                    }
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// Returns the customer into which one went.
fn into(body: &str) -> Option<CustomerId> {
    BodyError::parse::<Customer>(body).ok()?.merged_into
}

fn purges(row: &JournalRow) -> bool {
    let action = Action::decode(&row.entry.name, row.entry.v, row.entry.args.get());
    matches!(action, Ok(Action::CustomerPurge(_) | Action::RecordPurge(_)))
}

fn check_parted(
    tables: &Tables,
    history: &History<'_>,
    dead: RecordKey,
    survivor: CustomerId,
    merge: &JournalRow,
    undone: &JournalRow,
) -> Failed {
    let survivor = RecordKey::new(Kind::Customer, survivor.uuid());
    // It is below it, or somebody has purged it since.
    let below = |key: RecordKey, parent: RecordKey, since: u64| match history.after(key, undone.rev) {
        Some(body) => key.kind.facts(body).is_ok_and(|facts| facts.references.contains(&parent)),
        None => history.touching(key).any(|row| since < row.rev && row.rev <= undone.rev && purges(row)),
    };
    for (key, before) in &merge.before {
        let facts = before.as_ref().and_then(|row| key.kind.facts(&row.body).ok());
        let was_below = facts.is_some_and(|facts| facts.references.contains(&dead));
        law(!was_below || below(*key, dead, merge.rev), || format!("entry {} left {key} behind", undone.entry.id))?;
    }
    for row in tables.journal.range(merge.rev + 1..undone.rev).map(|(_, row)| row) {
        let action = Action::decode(&row.entry.name, row.entry.v, row.entry.args.get());
        let (customer, added) = match action {
            Ok(Action::ContactCreate(add)) => {
                (add.contact.customer, RecordKey::new(Kind::Contact, add.contact.id.uuid()))
            }
            Ok(Action::ContactRecordAdd(add)) => {
                (add.record.customer, RecordKey::new(Kind::ContactRecord, add.record.id.uuid()))
            }
            Ok(Action::NextActionAdd(add)) => {
                (add.action.customer, RecordKey::new(Kind::NextAction, add.action.id.uuid()))
            }
            _ => continue,
        };
        let written = RecordKey::new(Kind::Customer, customer.uuid());
        let named = row.verdict == Verdict::Applied && [dead, survivor].contains(&written);
        law(!named || below(added, written, row.rev), || {
            format!(
                "{added} was written to {written} by {} and is not there once {} parted them",
                row.entry.id, undone.entry.id
            )
        })?;
    }
    Ok(())
}
