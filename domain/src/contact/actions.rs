use serde::{Deserialize, Serialize};

use super::{Contact, ContactId};
use crate::{
    customer::CustomerId,
    edit::edit_mutation,
    kind::{Kind, RecordKey},
    mutation::{Moment, Mutation, Nature},
    own,
    record::Record as _,
    view::{Found, Need, Stop, View},
};

/// Adds a contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactCreate {
    pub contact: Contact,
}

impl Mutation for ContactCreate {
    const NAME: &'static str = "contact_create";
    const NATURE: Nature = Nature::Additive;

    fn apply(&self, _at: &Moment, view: &mut View) -> Result<(), Stop> {
        let survivor = survivor(self.contact.customer, view)?;
        view.create(&Contact { customer: survivor, deleted_at: None, ..self.contact.clone() })
    }

    fn needs(&self) -> Vec<Need> {
        let customer = Need::Record(RecordKey::new(Kind::Customer, self.contact.customer.uuid()));
        let contact = Need::Record(RecordKey::new(Kind::Contact, self.contact.id.uuid()));
        [customer, contact].into_iter().chain(own::needs(self.contact.own.keys().copied())).collect()
    }

    fn creates(&self) -> Vec<RecordKey> {
        vec![RecordKey::new(Kind::Contact, self.contact.id.uuid())]
    }
}

/// Returns the customer that an addition goes to: the one written, or the one that took its place.
///
/// # Errors
/// Refused if it does not exist, or not loaded.
pub(crate) fn survivor(written: CustomerId, view: &mut View) -> Result<CustomerId, Stop> {
    Ok(match view.require(written)? {
        Some(customer) => customer.id,
        None => written, // not on this device: the server decides
    })
}

edit_mutation! {
    /// Changes fields of a contact.
    ContactEdit of Contact as "contact_edit"
}

/// Puts a contact into the recycle bin, or takes it out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactBin {
    pub id: ContactId,
    pub binned: bool,
}

impl Mutation for ContactBin {
    const NAME: &'static str = "contact_bin";

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        match view.get(self.id)? {
            Found::Absent => Err(crate::refusal::Refusal::Missing { id: self.id.uuid() }.into()),
            Found::NotHere => Ok(()),
            Found::Here(contact) if contact.deleted() == self.binned => Ok(()),
            Found::Here(contact) => view.put(&Contact { deleted_at: self.binned.then_some(at.happened), ..contact }),
        }
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::Record(RecordKey::new(Kind::Contact, self.id.uuid()))]
    }
}
