use serde::{Deserialize, Serialize};

use super::{Customer, CustomerCreate};
use crate::{
    contact::Contact,
    kind::{Kind, RecordKey},
    mutation::{Moment, Mutation, Nature},
    next_action::NextAction,
    own,
    view::{Need, Stop, View},
};

/// Adds a customer with whom to talk to there and what to do next: one entry, all of it or nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerEnter {
    pub customer: Customer,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Box<Contact>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Box<NextAction>>,
}

impl Mutation for CustomerEnter {
    const NAME: &'static str = "customer_enter";
    const NATURE: Nature = CustomerCreate::NATURE;

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        CustomerCreate { customer: self.customer.clone() }.apply(at, view)?;
        let customer = self.customer.id;
        if let Some(contact) = &self.contact {
            view.create(&Contact { customer, deleted_at: None, ..(**contact).clone() })?;
        }
        match &self.next {
            Some(next) => view.create(&NextAction { customer, done: None, deleted_at: None, ..(**next).clone() }),
            None => Ok(()),
        }
    }

    fn needs(&self) -> Vec<Need> {
        let own = self.customer.own.keys().chain(self.contact.iter().flat_map(|contact| contact.own.keys()));
        self.creates().into_iter().map(Need::Record).chain(own::needs(own.copied())).collect()
    }

    fn creates(&self) -> Vec<RecordKey> {
        let contact = self.contact.iter().map(|contact| RecordKey::new(Kind::Contact, contact.id.uuid()));
        let next = self.next.iter().map(|next| RecordKey::new(Kind::NextAction, next.id.uuid()));
        [RecordKey::new(Kind::Customer, self.customer.id.uuid())].into_iter().chain(contact).chain(next).collect()
    }
}
