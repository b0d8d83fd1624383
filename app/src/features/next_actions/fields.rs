//! What the form of a next action holds.

use domain::{
    contact::ContactId,
    customer::CustomerId,
    next_action::NextAction,
    own::Unknown,
    record::Record as _,
    refusal::Problem,
    user::UserId,
    value::{TimeOfDay, clean},
};
use leptos::prelude::*;
use uuid::Uuid;

use crate::{data::Data, features::form::Errors};

/// The form's fields.
#[derive(Clone, Copy)]
pub struct ActionFields {
    pub what: RwSignal<String>,
    pub due: RwSignal<String>,
    pub time: RwSignal<String>,
    pub contact: RwSignal<String>,
    pub assignee: RwSignal<String>,
    /// Whoever is to do it shall see the customer; empty: no.
    pub share: RwSignal<String>,
}

/// Returns a next action of which only the customer is known.
pub fn blank(data: Data, customer: CustomerId) -> NextAction {
    NextAction {
        id: data.fresh(),
        customer,
        contact: None,
        due: data.today(),
        time: None,
        what: String::new(),
        assignee: data.user(),
        done: None,
        deleted_at: None,
        unknown: Unknown::new(),
    }
}

impl ActionFields {
    /// Begins with an action; a new one has no day yet.
    pub fn of(action: &NextAction, new: bool) -> Self {
        Self {
            what: RwSignal::new(action.what.clone()),
            due: RwSignal::new(if new { String::new() } else { action.due.to_string() }),
            time: RwSignal::new(action.time.map(|time| time.to_string()).unwrap_or_default()),
            contact: RwSignal::new(action.contact.map(|contact| contact.to_string()).unwrap_or_default()),
            assignee: RwSignal::new(action.assignee.to_string()),
            share: RwSignal::new(String::new()),
        }
    }

    pub fn named(self) -> Vec<(&'static str, RwSignal<String>)> {
        vec![
            ("what", self.what),
            ("due", self.due),
            ("time", self.time),
            ("contact", self.contact),
            ("assignee", self.assignee),
            ("share", self.share),
        ]
    }

    /// Who is chosen to do it.
    pub fn chosen(self) -> Option<UserId> {
        self.assignee.with_untracked(|id| Uuid::try_parse(id).ok()).map(UserId::new)
    }

    /// Reads the action, or notes what is wrong.
    pub fn read(self, base: &NextAction, errors: Errors) -> Option<NextAction> {
        errors.require("what", &self.what.get_untracked());
        let due = errors.parsed("due", self.due.get_untracked().parse().map_err(|_| Problem::Required))?;
        let action = NextAction {
            contact: self.contact.with_untracked(|id| Uuid::try_parse(id).ok()).map(ContactId::new),
            due,
            time: errors.parsed_if_any("time", self.time, TimeOfDay::parse),
            what: self.what.with_untracked(|what| clean(what)),
            assignee: self.chosen().unwrap_or(base.assignee),
            ..base.clone()
        };
        if let Err(error) = action.validate() {
            errors.field(error);
        }
        (!errors.any()).then_some(action)
    }
}
