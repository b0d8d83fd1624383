//! What a new customer is entered with on one screen: whom to talk to, and what to do next.

use domain::{
    contact::Contact,
    customer::{Customer, CustomerEnter},
    next_action::NextAction,
    own::Unknown,
    record::Record as _,
    refusal::{FieldError, Problem},
    value::{TimeOfDay, clean},
};
use leptos::prelude::*;

use crate::{
    data::Data,
    features::{
        form::{Errors, phone_lines, phones_of},
        next_actions::DueField,
    },
    i18n::t,
    ui::{
        input::{Input, InputKind},
        language::text,
    },
};

/// The fields beside the customer's own.
#[derive(Clone, Copy)]
pub struct QuickFields {
    pub contact_name: RwSignal<String>,
    pub contact_phones: RwSignal<String>,
    pub what: RwSignal<String>,
    pub due: RwSignal<String>,
    pub time: RwSignal<String>,
}

impl QuickFields {
    pub fn of(refused: Option<&CustomerEnter>) -> Self {
        let contact = refused.and_then(|enter| enter.contact.as_ref());
        let next = refused.and_then(|enter| enter.next.as_ref());
        let field = |text: Option<String>| RwSignal::new(text.unwrap_or_default());
        Self {
            contact_name: field(contact.map(|contact| contact.name.clone())),
            contact_phones: field(contact.map(|contact| phone_lines(&contact.phones))),
            what: field(next.map(|next| next.what.clone())),
            due: field(next.map(|next| next.due.to_string())),
            time: field(next.and_then(|next| next.time).map(|time| time.to_string())),
        }
    }

    pub fn named(self) -> Vec<(&'static str, RwSignal<String>)> {
        vec![
            ("contact_name", self.contact_name),
            ("contact_phones", self.contact_phones),
            ("what", self.what),
            ("due", self.due),
            ("time", self.time),
        ]
    }

    /// Completes a customer with its contact and next action, or notes what is wrong. A telephone of nobody is
    /// the customer's own. A correction keeps the ids that it had.
    pub fn read(
        self,
        data: Data,
        mut customer: Customer,
        refused: Option<&CustomerEnter>,
        errors: Errors,
    ) -> Option<CustomerEnter> {
        let text = |field: RwSignal<String>| field.with_untracked(|text| clean(text));
        let name = text(self.contact_name);
        let phones = self.contact_phones.with_untracked(|text| phones_of(errors, "contact_phones", text));
        let contact = if name.is_empty() {
            let new = phones.into_iter().filter(|phone| !customer.phones.contains(phone)).collect::<Vec<_>>();
            customer.phones.splice(0..0, new);
            if let Some(error) = customer.validate().err().filter(|error| error.field == "phones") {
                errors.field(FieldError::new("contact_phones", error.problem));
            }
            None
        } else {
            let before = refused.and_then(|enter| enter.contact.as_deref().cloned());
            let before = before.unwrap_or_else(|| Contact::named(data.fresh(), customer.id, ""));
            let contact = Contact { name, phones, ..before };
            if let Err(FieldError { field, problem }) = contact.validate() {
                errors
                    .field(FieldError::new(if field == "phones" { "contact_phones" } else { "contact_name" }, problem));
            }
            Some(contact)
        };
        let next = self.next(data, &customer, contact.as_ref(), refused, errors);
        let (contact, next) = (contact.map(Box::new), next.map(Box::new));
        (!errors.any()).then_some(CustomerEnter { customer, contact, next })
    }

    fn next(
        self,
        data: Data,
        customer: &Customer,
        contact: Option<&Contact>,
        refused: Option<&CustomerEnter>,
        errors: Errors,
    ) -> Option<NextAction> {
        let read = |field: RwSignal<String>| field.with_untracked(|text| clean(text));
        let (what, due) = (read(self.what), read(self.due));
        if what.is_empty() && due.is_empty() && read(self.time).is_empty() {
            return None;
        }
        let due = errors.parsed("due", due.parse().map_err(|_| Problem::Required))?;
        let before = refused.and_then(|enter| enter.next.as_deref());
        let action = NextAction {
            id: before.map_or_else(|| data.fresh(), |next| next.id),
            customer: customer.id,
            contact: contact.map(|contact| contact.id),
            due,
            time: errors.parsed_if_any("time", self.time, TimeOfDay::parse),
            what,
            assignee: before.map_or_else(|| data.user(), |next| next.assignee),
            done: None,
            deleted_at: None,
            unknown: Unknown::new(),
        };
        if let Err(error) = action.validate() {
            errors.field(error);
        }
        Some(action)
    }
}

/// The contact's name and telephone.
#[component]
pub fn QuickContact(fields: QuickFields, errors: Errors) -> impl IntoView {
    view! {
        <div class="form-pair narrow">
            <Input name="contact_name" label=text(t::contacts::contact) value=fields.contact_name error=errors.of("contact_name")/>
            <Input name="contact_phones" label=text(t::customers::phone) value=fields.contact_phones kind=InputKind::Phone error=errors.of("contact_phones")/>
        </div>
    }
}

/// What comes next, and when.
#[component]
pub fn QuickNext(fields: QuickFields, errors: Errors) -> impl IntoView {
    view! {
        <Input name="what" label=text(t::next_actions::action) value=fields.what hint=text(t::next_actions::what_hint) error=errors.of("what")/>
        <DueField value=fields.due error=errors.of("due") time=fields.time time_error=errors.of("time")/>
    }
}
