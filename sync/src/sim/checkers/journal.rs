//! What must hold of the server's journal: effects happen once, in order, by right, and the journal tells all of them.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    access::Right,
    conflict::Conflict,
    customer::Customer,
    edit::{Edit, FieldName, take},
    id::{Id, derived_uuid},
    kind::{Group, Kind, RecordKey},
    mutation::{Action, Nature},
};
use serde_json::{Map, Value};

use super::{
    super::{
        device::{Failed, now},
        host::Host,
        world::{World, day_of},
    },
    law,
};
use crate::{
    memory::{MemoryServer, Tables},
    protocol::Verdict,
    server::{JournalRow, replay},
};

impl<H: Host> World<H> {
    /// Effects happen once, in order, in the name of who wrote them.
    pub(super) fn check_journal(&self, tables: &Tables) -> Failed {
        let (mut ids, mut next) = (BTreeSet::new(), BTreeMap::new());
        for row in tables.journal.values() {
            law(ids.insert(row.entry.id), || format!("entry {} was carried out twice", row.entry.id))?;
            if let Some(saved) = self.saved.get(&row.entry.id) {
                law(row.author == Some(saved.user), || format!("entry {} has a wrong author", row.entry.id))?;
            }
            if let Some(client) = row.client {
                let last = next.insert(client, row.entry.n);
                let in_order = last.is_none_or(|last| row.entry.n > last);
                law(in_order, || format!("client {client}: entry {} after {last:?}", row.entry.n))?;
            }
        }
        let revs: Vec<u64> = tables.journal.keys().copied().collect();
        law(revs.iter().copied().eq(1..=tables.rev), || "revisions have gaps".into())
    }

    /// Nobody wrote in a group without the right to it.
    pub(super) fn check_rights(&self, tables: &Tables) -> Failed {
        for row in tables.journal.values().filter(|row| row.verdict == Verdict::Applied && !row.late) {
            let Some(author) = row.author.filter(|author| !self.saw_all.contains(author)) else { continue };
            let action = Action::decode(&row.entry.name, row.entry.v, row.entry.args.get());
            if !action.is_ok_and(|action| action.nature() != Nature::Crossing) {
                continue;
            }
            // What follows from a change is nobody's work.
            for (key, before) in row.before.iter().filter(|(key, _)| key.kind != Kind::PoolCard) {
                let group = match before {
                    Some(before) => before.group,
                    None => continue,
                };
                let member = tables.members.values().any(|m| {
                    m.group == group
                        && m.user == author
                        && m.right == Right::Write
                        && m.from_rev < row.rev
                        && m.until_rev.is_none_or(|until| until >= row.rev)
                });
                law(member || group == Group::Org, || format!("{author} wrote {key} without a right"))?;
            }
        }
        Ok(())
    }

    /// Two values for one field leave an entry that shows both.
    pub(super) fn check_conflicts(&self, tables: &Tables) -> Failed {
        for row in tables.journal.values().filter(|row| row.verdict == Verdict::Applied) {
            let Ok(Action::CustomerEdit(edit)) = Action::decode(&row.entry.name, row.entry.v, row.entry.args.get())
            else {
                continue;
            };
            let edit: Edit<Customer> = edit.0;
            let key = RecordKey::new(Kind::Customer, edit.id.uuid());
            let before = row.before.iter().find(|(k, _)| *k == key).and_then(|(_, before)| before.as_ref());
            let Some(before) = before.and_then(|row| serde_json::from_str::<Map<String, Value>>(&row.body).ok()) else {
                continue;
            };
            for field in &edit.fields {
                let name = match &field.field {
                    FieldName::Name(name) => name.clone(),
                    FieldName::Own(id) => id.to_string(),
                };
                let stood = take(&before, &field.field);
                // Long texts keep both, lists what each added.
                let merges = name == "remark" || field.to.is_array() || stood.is_array();
                if merges || stood == field.from || stood == field.to {
                    continue;
                }
                let id: Id<Conflict> = Id::new(derived_uuid(row.entry.id, &format!("conflict:customer:{name}")));
                let shown = tables.records.contains_key(&RecordKey::new(Kind::Conflict, id.uuid()));
                law(shown, || format!("entry {} overwrote {name} and nobody is told", row.entry.id))?;
            }
        }
        Ok(())
    }
}

/// The journal, carried out again from the start, gives the server's state.
pub(super) fn check_replay(tables: &Tables) -> Failed {
    let server = MemoryServer::new(tables.incarnation);
    let rows: Vec<JournalRow> = tables.journal.values().cloned().collect();
    now(replay(&server, &rows, day_of)).map_err(|e| format!("the journal cannot be replayed: {e}"))?;
    let again = server.backup();
    for (key, (row, _)) in &tables.records {
        let same = again.records.get(key).is_some_and(|(other, _)| other == row);
        law(same, || format!("the journal gives another {key}"))?;
    }
    law(again.records.len() == tables.records.len(), || "the journal gives more records".into())?;
    law(again.members == tables.members, || "the journal gives other members".into())
}
