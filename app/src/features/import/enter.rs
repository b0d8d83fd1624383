//! Rows as entries: ids are given, updates compared with what is here, and every deed noted so that it can be undone.

use std::collections::HashMap;

use domain::{
    contact::{Contact, ContactCreate, ContactEdit},
    customer::{Customer, CustomerCreate, CustomerEdit, CustomerId},
    exchange::{Deed, Ready, Way, print, same_name, update, update_customer},
    id::Id,
    mutation::Action,
};

use crate::data::{Data, customer_key};

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
    pub async fn batch(&mut self, rows: Vec<Ready>) -> Batch {
        let mut batch = Batch::default();
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
                    self.update(&mut batch, Id::new(id), records.customer, records.contact, &about).await
                }
            }
        }
        batch
    }

    async fn update(&self, batch: &mut Batch, id: CustomerId, row: Customer, contact: Option<Contact>, about: &str) {
        let before = batch.actions.len();
        let Some(stored) = self.data.get::<Customer>(id).await else { return };
        if let Some(edit) = update_customer(&stored, &row).ok().filter(|edit| !edit.is_empty()) {
            batch.deeds.push(Deed::CustomerEdit(edit.clone()));
            batch.actions.push((CustomerEdit(edit).into(), about.to_owned()));
        }
        if let Some(contact) = contact {
            let others: Vec<Contact> = self.data.children(customer_key(id)).await;
            let name = same_name(&contact.name);
            match others.into_iter().find(|other| other.deleted_at.is_none() && same_name(&other.name) == name) {
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
