//! What must hold at every moment, of what a device is sent, keeps and shows.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    edit::FieldName,
    kind::{Kind, RecordKey},
    mutation::Action,
    search::SEPARATOR,
    summary::customer_field,
};
use serde_json::Value;
use uuid::Uuid;

use super::{
    super::{
        device::{Failed, Tab},
        host::Host,
        world::World,
    },
    is_of_history, law,
};
use crate::{
    device::{Area, BASES, Bases, Columns, EntryState, Pending},
    protocol::{Item, Outcome, Place, Verdict},
    wire::{Line, read_line},
};

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

impl<H: Host> World<H> {
    /// Nothing on the wire is out of the receiver's sight.
    pub(in crate::sim) fn check_nothing_foreign(&self, index: usize, page: &str) -> Failed {
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
    pub(in crate::sim) fn check_no_flicker(&self, index: usize) -> Failed {
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
    pub(in crate::sim) fn check_answered(&self, outcomes: &[Outcome]) -> Failed {
        let tables = self.server.tables();
        outcomes.iter().try_for_each(|outcome| {
            let written = tables.journal.get(&outcome.rev).is_some_and(|row| row.entry.id == outcome.id);
            law(written, || format!("entry {} was answered and is not written", outcome.id))
        })
    }

    /// The screen shows what was entered last.
    pub(in crate::sim) fn check_preview(&self, index: usize) -> Failed {
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
                Some(Action::CustomerMerge(_) | Action::CustomerUnmerge(_) | Action::CustomerBin(_)) | None => {
                    return Ok(());
                }
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
    pub(in crate::sim) fn check_columns(&self, index: usize) -> Failed {
        for tab in self.devices.get(index).map(|device| device.tabs.as_slice()).unwrap_or_default() {
            let mut columns = tab.columns.borrow_mut();
            // Now and then it only gets part of the way, and something else happens before it goes on.
            if self.now % 3 == 0 && !columns.follow(tab, || false) {
                continue;
            }
            while !columns.follow(tab, || true) {}
            // And the search does not always get as far as the list.
            if self.now % 5 == 0 {
                columns.read_texts(tab, || false);
                continue;
            }
            columns.read_texts(tab, || true);
            let mut fresh = Columns::new(Kind::Customer, customer_field::NAME);
            fresh.follow(tab, || true);
            fresh.read_texts(tab, || true);
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
    pub(in crate::sim) fn check_told(&self, client: Uuid, from: u64, told: &BTreeSet<Uuid>) -> Failed {
        for row in self.server.tables().journal.values() {
            let mine = row.client == Some(client) && row.rev > from;
            law(!mine || told.contains(&row.entry.id), || {
                format!("client {client} is not told what became of {}", row.entry.id)
            })?;
        }
        Ok(())
    }

    /// A tab that has followed the feed to its end has what the server shows it.
    pub(in crate::sim) fn check_caught_up(&self, index: usize) -> Failed {
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
}
