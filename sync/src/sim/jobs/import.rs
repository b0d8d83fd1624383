//! Imports: rows become entries, batch by batch, with notes of what each did, by which the device can take it back.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    contact::{Contact, ContactCreate, ContactId},
    customer::{Customer, CustomerCreate, CustomerEdit, CustomerId},
    exchange::{
        Deed, Undoing, print, stretches, undo_contact, undo_contact_edit, undo_customer, undo_customer_edit, update,
    },
    kind::{Kind, RecordKey},
    mutation::Action,
};
use serde_json::Value;
use uuid::Uuid;

use super::{
    super::{
        device::{Device, Failed, now},
        host::Host,
        world::World,
    },
    Back, Job, State,
};
use crate::device::KvError;

/// Deeds that are taken back at once.
const DEEDS_AT_ONCE: usize = 4;

/// The entries of a batch of rows, with what they do.
#[derive(Default)]
struct Batch {
    entries: Vec<(Uuid, Action)>,
    deeds: Vec<Deed>,
    before: BTreeMap<RecordKey, Option<Value>>,
    forth: BTreeMap<Uuid, RecordKey>,
}

impl Batch {
    fn add(&mut self, entry: Uuid, key: RecordKey, deed: Deed, action: impl Into<Action>) {
        self.entries.push((entry, action.into()));
        self.deeds.push(deed);
        self.forth.insert(entry, key);
    }
}

fn customer_key(id: CustomerId) -> RecordKey {
    RecordKey::new(Kind::Customer, id.uuid())
}

fn contact_key(id: ContactId) -> RecordKey {
    RecordKey::new(Kind::Contact, id.uuid())
}

impl<H: Host> World<H> {
    /// Imports some rows; it ends early where somebody stops it, or nothing can be saved any more.
    pub(super) fn import(&mut self, index: usize) -> Failed {
        if self.devices.get(index).and_then(Device::tab).is_none() {
            return Ok(());
        }
        let import = self.jobs.luck.uuid(self.now);
        let regretted_at = self.regret();
        let at = self.jobs.jobs.len();
        self.jobs.jobs.push(Job {
            device: index,
            back: Back::Noted(import),
            regretted_at,
            before: BTreeMap::new(),
            forth: BTreeMap::new(),
            taken_back: BTreeMap::new(),
            excused: BTreeSet::new(),
            state: State::Done,
        });
        for number in 0..=self.jobs.luck.below(3) {
            let batch = self.batch(index)?;
            let notes = vec![
                (format!("import:{import}"), number.to_string().into_bytes()),
                (deeds_name(import, number), serde_json::to_vec(&batch.deeds).map_err(|e| e.to_string())?),
            ];
            // The storage may be gone, or full, anywhere between the counter, the entries and the notes.
            let fails = self.jobs.luck.chance(20);
            let (writes, error) = (self.jobs.luck.below(batch.entries.len() + 3) as u32, KvError::Lost);
            if let Some(device) = self.devices.get(index).filter(|_| fails) {
                device.disk.fail_in(writes, error);
            }
            let Batch { entries, before, forth, .. } = batch;
            // What the device does not call saved may still have been written: the server's journal tells.
            if let Some(job) = self.jobs.jobs.get_mut(at) {
                for (key, state) in before {
                    job.before.entry(key).or_insert(state);
                }
                job.forth.extend(forth);
            }
            let saved = self.enter_together(index, entries, notes);
            if let Some(device) = self.devices.get(index) {
                device.disk.stop_failing();
            }
            if !saved? || self.jobs.luck.chance(15) {
                break;
            }
        }
        Ok(())
    }

    /// Turns some rows into entries: a new customer with a contact, or what a row changes in one that is here.
    fn batch(&mut self, index: usize) -> Result<Batch, String> {
        let mut batch = Batch::default();
        let Some(user) = self.devices.get(index).map(|device| device.user) else { return Ok(batch) };
        let known = self.customers_on(index);
        for _ in 0..=self.jobs.luck.below(3) {
            let luck = &mut self.jobs.luck;
            let (entry, other) = (luck.uuid(self.now), luck.uuid(self.now));
            let (id, contact) = (CustomerId::new(luck.uuid(self.now)), ContactId::new(luck.uuid(self.now)));
            let picked = luck.pick(&known).copied().filter(|_| luck.chance(40));
            let (number, word) = (luck.below(10_000), luck.below(30));
            let row = Customer {
                owner: Some(user),
                industry: "電子".into(),
                address: format!("路{number}號"),
                tags: [format!("展{word}")].into(),
                remark: format!("匯入{number}"),
                ..Customer::named(id, &format!("匯入{number}"))
            };
            let Some(id) = picked else {
                let deed = Deed::Customer(row.id, print(&row));
                batch.before.extend([(customer_key(row.id), None), (contact_key(contact), None)]);
                batch.add(entry, customer_key(row.id), deed, CustomerCreate { customer: row.clone() });
                let made = Contact::named(contact, row.id, "窗口");
                let deed = Deed::Contact(made.id, print(&made));
                batch.add(other, contact_key(made.id), deed, ContactCreate { contact: made });
                continue;
            };
            let stored: Option<Customer> = self.on_tab(index, |tab| now(tab.get(id)))?.flatten();
            let listed = |it: &Customer| it.deleted_at.is_none() && it.merged_into.is_none();
            let once = batch.forth.values().all(|about| *about != customer_key(id));
            let Some(stored) = stored.filter(|stored| listed(stored) && once) else { continue };
            let edit = update(&stored, &row).map_err(|e| e.to_string())?;
            if !edit.is_empty() {
                if self.is_as_the_server_says(index, customer_key(id)) {
                    let before = serde_json::to_value(&stored).map_err(|e| e.to_string())?;
                    batch.before.insert(customer_key(id), Some(before));
                }
                batch.add(entry, customer_key(id), Deed::CustomerEdit(edit.clone()), CustomerEdit(edit));
            }
        }
        Ok(batch)
    }

    /// Takes an import back by the device's notes, the last deed first. Says whether all of it was gone through.
    pub(super) fn undo_import(&mut self, at: usize, index: usize, import: Uuid) -> Result<bool, String> {
        let noted = format!("import-deeds:{import}:");
        let Some(notes) = self.on_tab(index, |tab| now(tab.notes(&noted)))? else { return Ok(false) };
        let mut deeds: Vec<Deed> = Vec::new();
        for (_, bytes) in notes {
            deeds.extend(serde_json::from_slice::<Vec<Deed>>(&bytes).map_err(|e| e.to_string())?);
        }
        deeds.reverse();
        let own = deeds.iter().filter_map(|deed| if let Deed::Contact(id, _) = deed { Some(id.uuid()) } else { None });
        let own: BTreeSet<Uuid> = own.collect();
        for chunk in stretches(&deeds, DEEDS_AT_ONCE) {
            let (mut actions, mut stays) = (Vec::new(), Vec::new());
            for deed in chunk {
                let Some((key, undoing)) = self.undoing(index, deed, &own)? else { return Ok(false) };
                match undoing {
                    Undoing::Enter(action) => actions.push((key, action)),
                    Undoing::Nothing | Undoing::Changed => stays.push(key),
                }
            }
            if !actions.is_empty() && !self.enter_back(at, index, actions)? {
                return Ok(false);
            }
            if let Some(job) = self.jobs.jobs.get_mut(at) {
                job.excused.extend(stays);
            }
        }
        Ok(true)
    }

    /// Says how a deed is taken back, and what it is about; none if the device came down over it.
    fn undoing(
        &mut self,
        index: usize,
        deed: &Deed,
        own: &BTreeSet<Uuid>,
    ) -> Result<Option<(RecordKey, Undoing)>, String> {
        self.on_tab(index, |tab| {
            let stored = |id: CustomerId| now(tab.get::<Customer>(id));
            let contact = |id: ContactId| now(tab.get::<Contact>(id));
            Ok(match deed {
                Deed::Customer(id, made) => {
                    let below = |kind: &&Kind| kind.parents().contains(&Kind::Customer) && **kind != Kind::Distinct;
                    let kinds = Kind::ALL.iter().filter(below);
                    let mut below = kinds.flat_map(|kind| {
                        let children = tab.children(*kind, customer_key(*id)).into_iter();
                        children.map(|id| RecordKey::new(*kind, id))
                    });
                    let hidden = |key| tab.shown(key).is_none_or(|shown| shown.summary.hidden);
                    let alone = below.all(|key| own.contains(&key.id) || hidden(key));
                    (customer_key(*id), undo_customer(stored(*id)?.as_ref(), made, alone))
                }
                Deed::CustomerEdit(edit) => {
                    (customer_key(edit.id), undo_customer_edit(stored(edit.id)?.as_ref(), edit))
                }
                Deed::Contact(id, made) => (contact_key(*id), undo_contact(contact(*id)?.as_ref(), made)),
                Deed::ContactEdit(edit) => (contact_key(edit.id), undo_contact_edit(contact(edit.id)?.as_ref(), edit)),
            })
        })
    }
}

fn deeds_name(import: Uuid, batch: usize) -> String {
    format!("import-deeds:{import}:{batch:08}")
}
