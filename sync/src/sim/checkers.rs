//! What must hold. Checkers know the server's tables and the devices' disks, nothing of actors.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    access::Right,
    conflict::Conflict,
    customer::Customer,
    edit::{Edit, FieldName},
    id::{Id, derived_uuid},
    kind::{Group, Kind, RecordKey},
    mutation::{Action, Nature},
    record::BodyError,
    refusal::Refusal,
    search::SEPARATOR,
    summary::customer_field,
    user::User,
    view::NEWER_FIELD,
};
use serde_json::Value;
use uuid::Uuid;

use super::{
    device::{Device, Failed, Tab, now},
    host::Host,
    world::{World, day_of},
};
use crate::{
    device::{Area, BASES, Bases, Columns, EntryState, Pending},
    memory::{MemoryServer, Tables},
    protocol::{Cursor, Item, Outcome, Place, Verdict},
    server::{JournalRow, Viewer, replay},
    wire::{Line, read_line},
};

fn law(holds: bool, words: impl FnOnce() -> String) -> Failed {
    if holds { Ok(()) } else { Err(words()) }
}

/// What a list shows: each record with its search text and its name.
fn listed(columns: &Columns, tab: &Tab) -> BTreeMap<Option<Uuid>, (Vec<u8>, String)> {
    let text = |row: u32| {
        let text = columns.buffer.text(row);
        let end = text.iter().rposition(|byte| *byte != SEPARATOR).map_or(0, |last| last + 1);
        text.get(..end).unwrap_or_default().to_vec()
    };
    let name = |row: u32| columns.shown(tab, row).map(|shown| shown.summary.field(customer_field::NAME).to_owned());
    let rows = columns.order.list().into_iter();
    rows.map(|row| (columns.id(row), (text(row), name(row).unwrap_or_default()))).collect()
}

/// Says whether a cursor was read from this history.
fn is_of_history(tables: &Tables, cursor: &Cursor) -> bool {
    tables.journal.get(&cursor.head).map(|row| row.mark) == cursor.mark
}

impl<H: Host> World<H> {
    /// Nothing on the wire is out of the receiver's sight.
    pub(super) fn check_nothing_foreign(&self, index: usize, page: &str) -> Failed {
        let tables = self.server.tables();
        let Some(viewer) = self.viewer(&tables, index) else { return Ok(()) };
        for line in page.lines() {
            if let Ok(Line::Item(Item::Upsert { key, .. })) = read_line(line) {
                law(tables.sees(&viewer, key), || format!("device {index} was sent {key}, which it may not see"))?;
            }
        }
        Ok(())
    }

    /// What an entry did stays on the screen from its saving on: an entry leaves the outbox only when
    /// the base has passed its revision.
    pub(super) fn check_no_flicker(&self, index: usize) -> Failed {
        let Some(device) = self.devices.get(index) else { return Ok(()) };
        let Some(tab) = device.tab() else { return Ok(()) };
        // What lies on the disk: another tab may know more than this one.
        let (mut held, mut shown) = (BTreeSet::new(), None);
        for (area, key, bytes) in device.disk.contents() {
            if area == Area::Outbox {
                held.extend(serde_json::from_slice::<Pending>(&bytes).map(|pending| pending.entry.id));
            } else if area == Area::Meta && key == BASES {
                shown = serde_json::from_slice::<Bases>(&bytes).ok().map(|bases| bases.shown);
            }
        }
        let Some(shown) = shown.filter(|base| base.whole) else {
            return Ok(()); // after forgetting everything it begins anew
        };
        let tables = self.server.tables();
        let Some(cursor) = shown.cursor.filter(|cursor| is_of_history(&tables, cursor)) else { return Ok(()) };
        let position = cursor.place.position;
        for row in tables.journal.values().filter(|row| row.verdict == Verdict::Applied) {
            let mine = self.saved.get(&row.entry.id).is_some_and(|saved| saved.device == index);
            if mine && row.client == Some(tab.meta().client) {
                let seen = held.contains(&row.entry.id) || position >= row.rev;
                law(seen, || {
                    format!(
                        "device {index} shows neither outbox nor base of entry {} ({}), at {} of {}",
                        row.entry.id, row.entry.name, position, row.rev
                    )
                })?;
            }
        }
        Ok(())
    }

    /// What is answered has been written.
    pub(super) fn check_answered(&self, outcomes: &[Outcome]) -> Failed {
        let tables = self.server.tables();
        outcomes.iter().try_for_each(|outcome| {
            let written = tables.journal.get(&outcome.rev).is_some_and(|row| row.entry.id == outcome.id);
            law(written, || format!("entry {} was answered and is not written", outcome.id))
        })
    }

    /// The screen shows what was entered last.
    pub(super) fn check_preview(&self, index: usize) -> Failed {
        let tab = self.devices.get(index).and_then(|device| device.tabs.get(self.leader).or(device.tabs.last()));
        let Some(tab) = tab else { return Ok(()) };
        let mut entered: BTreeMap<RecordKey, String> = BTreeMap::new();
        let mut outbox = tab.outbox();
        outbox.sort_by_key(|pending| pending.entry.n);
        for pending in outbox.iter().filter(|pending| pending.state == EntryState::Waiting) {
            if tab.with_preview(|preview| preview.failed.contains_key(&pending.entry.id)) {
                return Ok(());
            }
            match pending.action() {
                Some(Action::CustomerCreate(create)) => {
                    entered.insert(RecordKey::new(Kind::Customer, create.customer.id.uuid()), create.customer.name);
                }
                Some(Action::CustomerEdit(edit)) => {
                    let key = RecordKey::new(Kind::Customer, edit.0.id.uuid());
                    let name = FieldName::Name("name".into());
                    let to = edit.0.fields.iter().find(|field| field.field == name).map(|field| &field.to);
                    if let Some(to) = to.and_then(Value::as_str) {
                        entered.insert(key, to.to_owned());
                    }
                }
                Some(Action::CustomerMerge(_) | Action::CustomerBin(_)) | None => return Ok(()),
                Some(_) => {}
            }
        }
        for (key, name) in entered {
            // A customer that has gone to somebody else, or into another one, has no preview.
            let Some(shown) = tab.shown(key).filter(|shown| !shown.summary.hidden) else { continue };
            law(shown.summary.field(0) == name, || {
                format!("device {index} shows {} where {name} was entered last", shown.summary.field(0))
            })?;
        }
        Ok(())
    }

    /// Every tab's list, which follows change by change, is the one that reading everything anew makes.
    pub(super) fn check_columns(&self, index: usize) -> Failed {
        for tab in self.devices.get(index).map(|device| device.tabs.as_slice()).unwrap_or_default() {
            let mut columns = tab.columns.borrow_mut();
            // Now and then it only gets part of the way, and something else happens before it goes on.
            if self.now % 3 == 0 && !columns.follow(tab, || false) {
                continue;
            }
            while !columns.follow(tab, || true) {}
            let mut fresh = Columns::new(Kind::Customer, customer_field::NAME);
            fresh.follow(tab, || true);
            let (here, there) = (listed(&columns, tab), listed(&fresh, tab));
            law(here == there, || format!("device {index} lists {here:?}, not {there:?}"))?;
            let mut places = columns.order.list();
            places.sort_unstable();
            let mut rows = Vec::new();
            columns.buffer.find("", &mut rows);
            law(places == rows, || format!("device {index} has an order of {places:?}, not {rows:?}"))?;
            columns.place_waiting(tab, str::cmp);
            let (mut names, placed) = (Vec::new(), columns.order.placed().to_vec());
            columns.names(tab, placed, |name| names.push(name.to_owned()));
            let in_order = columns.order.waiting().is_empty() && names.is_sorted();
            law(in_order, || format!("device {index} has names out of their order"))?;
            fresh.restore_order(&columns.kept_order());
            let ids = |columns: &Columns| columns.order.list().iter().map(|row| columns.id(*row)).collect::<Vec<_>>();
            let restored = fresh.order.waiting().is_empty() && ids(&fresh) == ids(&columns);
            law(restored, || format!("device {index} does not find a kept order again"))?;
        }
        Ok(())
    }

    /// A feed that was followed to its end has told a client what became of everything that it sent.
    pub(super) fn check_told(&self, client: Uuid, from: u64, told: &BTreeSet<Uuid>) -> Failed {
        for row in self.server.tables().journal.values() {
            let mine = row.client == Some(client) && row.rev > from;
            law(!mine || told.contains(&row.entry.id), || {
                format!("client {client} is not told what became of {}", row.entry.id)
            })?;
        }
        Ok(())
    }

    /// A tab that has followed the feed to its end has what the server shows it.
    pub(super) fn check_caught_up(&self, index: usize) -> Failed {
        let tables = self.server.tables();
        let tab = self.devices.get(index).and_then(|device| device.tabs.get(self.leader).or(device.tabs.last()));
        let (Some(tab), Some(viewer)) = (tab, self.viewer(&tables, index)) else { return Ok(()) };
        // Another tab may have come in between: the page was dropped, and the cursor may be of a history that
        // was as long as this one when the server was restored.
        let at_head = tab
            .cursor()
            .is_some_and(|cursor| cursor.place == Place::end_of(tables.rev) && is_of_history(&tables, &cursor));
        if !at_head {
            return Ok(());
        }
        let here: BTreeMap<RecordKey, u64> =
            tab.with_base(|base| base.keys().map(|(key, _, rev)| (key, rev)).collect());
        let there: BTreeMap<RecordKey, u64> = tables
            .records
            .iter()
            .filter(|(key, _)| tables.sees(&viewer, **key))
            .map(|(key, (row, _))| (*key, row.rev))
            .collect();
        let odd = here.iter().find(|(key, rev)| there.get(key) != Some(rev));
        let odd = odd.or_else(|| there.iter().find(|(key, rev)| here.get(key) != Some(rev)));
        law(odd.is_none(), || format!("device {index} has caught up, but differs in {odd:?}"))
    }

    fn viewer(&self, tables: &Tables, index: usize) -> Option<Viewer> {
        let device = self.devices.get(index)?;
        let (row, _) = tables.records.get(&RecordKey::new(Kind::User, device.user.uuid()))?;
        let user: User = BodyError::parse(&row.body).ok()?;
        Some(Viewer { user: device.user, scope: user.scope(), client: device.tab()?.meta().client })
    }

    /// Looks at everything, once it has come to rest.
    pub(super) fn check_everything(&mut self) -> Failed {
        let tables = self.server.tables();
        for index in 0..self.devices.len() {
            self.check_replica(&tables, index)?;
            self.check_disk(&tables, index)?;
        }
        self.check_saved(&tables)?;
        self.check_photos(&tables)?;
        self.check_journal(&tables)?;
        self.check_rights(&tables)?;
        self.check_conflicts(&tables)?;
        self.check_unknown_fields(&tables)?;
        self.check_builds(&tables)?;
        check_replay(&tables)
    }

    /// A device's base equals the server's visible set, by key, revision and body.
    fn check_replica(&mut self, tables: &Tables, index: usize) -> Failed {
        self.restart_device(index)?;
        let Some(viewer) = self.viewer(tables, index) else { return Err(format!("device {index} does not start")) };
        let Some(tab) = self.devices.get(index).and_then(Device::tab) else { return Ok(()) };
        let waiting = tab.outbox().iter().filter(|pending| pending.waits()).count();
        law(waiting == 0, || format!("device {index}: {waiting} entries wait for ever"))?;
        let here: BTreeMap<RecordKey, u64> =
            tab.with_base(|base| base.keys().map(|(key, _, rev)| (key, rev)).collect());
        for (key, (row, _)) in &tables.records {
            if !tables.sees(&viewer, *key) {
                law(!here.contains_key(key), || format!("device {index} still holds {key}, out of its sight"))?;
                continue;
            }
            law(here.get(key) == Some(&row.rev), || {
                format!("device {index} has {key} at {:?}, the server at {}", here.get(key), row.rev)
            })?;
            let body = now(tab.base_row(*key)).ok().flatten().map(|row| row.body);
            law(body.as_ref() == Some(&row.body), || format!("device {index} has another body of {key}"))?;
        }
        for key in here.keys() {
            law(tables.records.contains_key(key), || format!("device {index} holds {key}, which is gone"))?;
        }
        let sums = tab.with_base(crate::device::Base::sums);
        let mut theirs = crate::protocol::Sums::new();
        for (key, (row, _)) in tables.records.iter().filter(|(key, _)| tables.sees(&viewer, **key)) {
            theirs.entry(key.kind).or_default().add(key.id, row.rev);
        }
        law(sums == theirs, || format!("device {index}: sums differ"))?;
        law(tab.repairs() == 0, || format!("device {index} was repaired"))
    }

    /// Gone means gone: no bytes of a record out of sight lie on the disk.
    fn check_disk(&self, tables: &Tables, index: usize) -> Failed {
        let (Some(device), Some(viewer)) = (self.devices.get(index), self.viewer(tables, index)) else {
            return Ok(());
        };
        let bodies: Vec<u8> = device
            .disk
            .contents()
            .into_iter()
            .filter(|(area, ..)| matches!(area, Area::Block | Area::Delta))
            .flat_map(|(_, _, bytes)| bytes)
            .collect();
        let text = String::from_utf8_lossy(&bodies);
        for key in tables.records.keys().filter(|key| !tables.sees(&viewer, **key)) {
            let id = format!("{{\"id\":\"{}\"", key.id);
            law(!text.contains(&id), || format!("bytes of {key} still lie on device {index}"))?;
        }
        Ok(())
    }

    /// Every entry that was called saved was applied, or is refused and shown.
    fn check_saved(&self, tables: &Tables) -> Failed {
        let answered: BTreeMap<_, &JournalRow> = tables.journal.values().map(|row| (row.entry.id, row)).collect();
        let mut shown = BTreeMap::new();
        for device in &self.devices {
            for pending in device.tab().map(|tab| tab.outbox()).unwrap_or_default() {
                shown.insert((device.user, pending.entry.id), pending.state);
            }
        }
        for (id, saved) in &self.saved {
            if self.discarded.contains(id) {
                continue;
            }
            let attention = shown.get(&(saved.user, *id));
            match answered.get(id).map(|row| &row.verdict) {
                Some(Verdict::Applied) => {}
                Some(Verdict::Refused(refusal)) => {
                    law(matches!(attention, Some(EntryState::NeedsAttention(_))), || {
                        format!("entry {id} was refused ({refusal}) and nobody sees it")
                    })?;
                    let understood = saved.v != 1 || *refusal != Refusal::BadArguments;
                    law(understood, || format!("entry {id} of an older build was not understood"))?;
                }
                None => law(attention.is_some(), || format!("entry {id}, saved on device {}, is lost", saved.device))?,
            }
        }
        Ok(())
    }

    /// Effects happen once, in order, in the name of who wrote them.
    fn check_journal(&self, tables: &Tables) -> Failed {
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
    fn check_rights(&self, tables: &Tables) -> Failed {
        for row in tables.journal.values().filter(|row| row.verdict == Verdict::Applied && !row.late) {
            let Some(author) = row.author.filter(|author| !self.saw_all.contains(author)) else { continue };
            let action = Action::decode(&row.entry.name, row.entry.v, row.entry.args.get());
            if !action.is_ok_and(|action| action.nature() != Nature::Crossing) {
                continue;
            }
            for (key, before) in &row.before {
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
    fn check_conflicts(&self, tables: &Tables) -> Failed {
        for row in tables.journal.values().filter(|row| row.verdict == Verdict::Applied) {
            let Ok(Action::CustomerEdit(edit)) = Action::decode(&row.entry.name, row.entry.v, row.entry.args.get())
            else {
                continue;
            };
            let edit: Edit<Customer> = edit.0;
            let key = RecordKey::new(Kind::Customer, edit.id.uuid());
            let before = row.before.iter().find(|(k, _)| *k == key).and_then(|(_, before)| before.as_ref());
            let Some(before) = before.and_then(|row| serde_json::from_str::<Value>(&row.body).ok()) else { continue };
            for field in &edit.fields {
                let FieldName::Name(name) = &field.field else { continue };
                let stood = before.get(name).cloned().unwrap_or(Value::Null);
                if name == "remark" || stood == field.from || stood == field.to {
                    continue;
                }
                let id: Id<Conflict> = Id::new(derived_uuid(row.entry.id, &format!("conflict:customer:{name}")));
                let shown = tables.records.contains_key(&RecordKey::new(Kind::Conflict, id.uuid()));
                law(shown, || format!("entry {} overwrote {name} and nobody is told", row.entry.id))?;
            }
        }
        Ok(())
    }

    /// What this build does not know survives what it edits.
    fn check_unknown_fields(&self, tables: &Tables) -> Failed {
        for id in &self.newer {
            if let Some((row, _)) = tables.records.get(&RecordKey::new(Kind::Customer, *id)) {
                law(row.body.contains(NEWER_FIELD), || format!("customer {id} lost a field of a newer build"))?;
            }
        }
        Ok(())
    }
}

/// The journal, carried out again from the start, gives the server's state.
fn check_replay(tables: &Tables) -> Failed {
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
