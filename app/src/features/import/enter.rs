//! Rows as entries: ids are given, updates compared with what is here, and every deed noted so that it can be undone.

use std::collections::HashMap;

use domain::{
    contact::{Contact, ContactCreate, ContactEdit, ContactId},
    customer::{Customer, CustomerCreate, CustomerEdit, CustomerId},
    exchange::{Deed, Ready, Way, print, same_name, update, update_customer},
    id::Id,
    kind::{Kind, RecordKey},
    mutation::Action,
};

use ::sync::device::DeviceError;

use super::stored::Stored;
use crate::data::{Data, customer_key};

fn contact_key(id: ContactId) -> RecordKey {
    RecordKey::new(Kind::Contact, id.uuid())
}

/// What a run has done so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Done {
    pub created: u64,
    pub updated: u64,
    pub contacts: u64,
    /// Rows that brought nothing new.
    pub unchanged: u64,
}

/// The entries of a batch of rows, with what they do.
#[derive(Default)]
pub struct Batch {
    pub actions: Vec<(Action, String)>,
    pub deeds: Vec<Deed>,
    pub done: Done,
}

/// Turns rows into entries. It remembers which customers the rows made, for the rows that join them.
pub struct Entering {
    data: Data,
    made: HashMap<u32, CustomerId>,
}

impl Entering {
    pub fn new(data: Data) -> Self {
        Self { data, made: HashMap::new() }
    }

    /// Prepares a batch of rows.
    ///
    /// # Errors
    /// The storage failed.
    pub async fn batch(&mut self, rows: Vec<Ready>) -> Result<Batch, DeviceError> {
        let (mut batch, stored) = (Batch::default(), self.stored(&rows).await?);
        for Ready { row, way, records } in rows {
            let about = records.customer.name.clone();
            match way {
                Way::Create => {
                    let id = self.data.fresh();
                    self.made.insert(row, id);
                    batch.add_customer(Customer { id, ..records.customer }, &about);
                    batch.add_contact(self.data, id, records.contact, &about);
                }
                Way::Join(first) => {
                    let Some(customer) = self.made.get(&first).copied() else { continue };
                    batch.add_contact(self.data, customer, records.contact, &about);
                }
                Way::Update(id) => {
                    self.update(&mut batch, &stored, Id::new(id), records.customer, records.contact, &about)
                }
            }
        }
        Ok(batch)
    }

    /// Reads the customers that rows update, with their contacts.
    async fn stored(&self, rows: &[Ready]) -> Result<Stored, DeviceError> {
        let ids =
            rows.iter().filter_map(|ready| if let Way::Update(id) = ready.way { Some(Id::new(id)) } else { None });
        let keys = ids.flat_map(|id| self.contacts_of(id).map(contact_key).chain([customer_key(id)]));
        Stored::read(self.data, keys.collect()).await
    }

    fn contacts_of(&self, customer: CustomerId) -> impl Iterator<Item = ContactId> {
        let ids = self.data.with(|store| store.children(Kind::Contact, customer_key(customer)));
        ids.into_iter().map(Id::new)
    }

    fn update(
        &self,
        batch: &mut Batch,
        stored: &Stored,
        id: CustomerId,
        row: Customer,
        contact: Option<Contact>,
        about: &str,
    ) {
        let before = batch.actions.len();
        let Some(known) = stored.get::<Customer>(id) else { return };
        if let Some(edit) = update_customer(&known, &row).ok().filter(|edit| !edit.is_empty()) {
            batch.deeds.push(Deed::CustomerEdit(edit.clone()));
            batch.actions.push((CustomerEdit(edit).into(), about.to_owned()));
        }
        if let Some(contact) = contact {
            let mut others = self.contacts_of(id).filter_map(|id| stored.get::<Contact>(id));
            let name = same_name(&contact.name);
            match others.find(|other| other.deleted_at.is_none() && same_name(&other.name) == name) {
                Some(known) => {
                    if let Some(edit) = update(&known, &contact).ok().filter(|edit| !edit.is_empty()) {
                        batch.deeds.push(Deed::ContactEdit(edit.clone()));
                        batch.actions.push((ContactEdit(edit).into(), about.to_owned()));
                    }
                }
                None => batch.add_contact(self.data, id, Some(contact), about),
            }
        }
        if batch.actions.len() > before {
            batch.done.updated += 1;
        } else {
            batch.done.unchanged += 1;
        }
    }
}

impl Batch {
    fn add_customer(&mut self, customer: Customer, about: &str) {
        self.deeds.push(Deed::Customer(customer.id, print(&customer)));
        self.actions.push((CustomerCreate { customer }.into(), about.to_owned()));
        self.done.created += 1;
    }

    fn add_contact(&mut self, data: Data, customer: CustomerId, contact: Option<Contact>, about: &str) {
        let Some(contact) = contact else { return };
        let contact = Contact { id: data.fresh(), customer, ..contact };
        self.deeds.push(Deed::Contact(contact.id, print(&contact)));
        self.actions.push((ContactCreate { contact }.into(), about.to_owned()));
        self.done.contacts += 1;
    }
}
