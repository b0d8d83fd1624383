//! Contacts: the people at a customer.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    columns::{Cell, Column, ColumnType, column, fixed},
    customer::{Customer, CustomerId},
    edit::edit_mutation,
    id::Id,
    kind::{Group, Kind, RecordKey},
    mutation::{Moment, Mutation, Nature},
    own::{OwnFields, Unknown},
    record::Record,
    refusal::{FieldError, Problem},
    value::{Email, Phone, lengths, required},
    view::{Found, Need, Stop, View},
};

/// The id of a contact.
pub type ContactId = Id<Contact>;

/// A person at a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    pub id: ContactId,
    pub customer: CustomerId,
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub phones: Vec<Phone>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub wechat: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub line: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub qq: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub remark: String,
    /// When it was put into the recycle bin; ms UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<i64>,
    #[serde(default, skip_serializing_if = "OwnFields::is_empty")]
    pub own: OwnFields,
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl Contact {
    /// Returns a contact of whom only the name is known.
    pub fn named(id: ContactId, customer: CustomerId, name: &str) -> Self {
        Self {
            id,
            customer,
            name: name.to_owned(),
            title: String::new(),
            phones: Vec::new(),
            email: None,
            wechat: String::new(),
            line: String::new(),
            qq: String::new(),
            remark: String::new(),
            deleted_at: None,
            own: OwnFields::new(),
            unknown: Unknown::new(),
        }
    }
}

impl Record for Contact {
    const KIND: Kind = Kind::Contact;
    const PARENTS: &'static [Kind] = &[Kind::Customer];

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn group(&self) -> Group {
        Customer::group_of(self.customer)
    }

    fn references(&self) -> Vec<RecordKey> {
        vec![RecordKey::new(Kind::Customer, self.customer.uuid())]
    }

    fn repoint(&mut self, from: Uuid, to: Uuid) {
        if self.customer == Id::new(from) {
            self.customer = Id::new(to);
        }
    }

    fn deleted(&self) -> bool {
        self.deleted_at.is_some()
    }

    fn columns() -> &'static [Column<Self>] {
        const COLUMNS: &[Column<Contact>] = &[
            fixed("customer", ColumnType::Reference(Kind::Customer), |r| Cell::text(&r.customer.to_string())),
            column("name", ColumnType::Text, |r| Cell::text(&r.name)),
            column("title", ColumnType::Text, |r| Cell::text(&r.title)),
            column("phones", ColumnType::Set, |r| Cell::list(&r.phones)),
            column("email", ColumnType::Text, |r| Cell::shown(r.email.as_ref())),
            column("wechat", ColumnType::Text, |r| Cell::text(&r.wechat)),
            column("line", ColumnType::Text, |r| Cell::text(&r.line)),
            column("qq", ColumnType::Text, |r| Cell::text(&r.qq)),
            column("remark", ColumnType::LongText, |r| Cell::text(&r.remark)),
            fixed("deleted_at", ColumnType::Instant, |r| r.deleted_at.map_or(Cell::Empty, Cell::Instant)),
        ];
        COLUMNS
    }

    fn validate(&self) -> Result<(), FieldError> {
        required("name", &self.name, 80)?;
        lengths(&[
            ("title", &self.title, 60),
            ("wechat", &self.wechat, 60),
            ("line", &self.line, 60),
            ("qq", &self.qq, 20),
            ("remark", &self.remark, 10_000),
        ])?;
        if self.phones.len() > 10 {
            return Err(FieldError::new("phones", Problem::TooMany { most: 10 }));
        }
        Ok(())
    }
}

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
        vec![
            Need::Record(RecordKey::new(Kind::Customer, self.contact.customer.uuid())),
            Need::Record(RecordKey::new(Kind::Contact, self.contact.id.uuid())),
        ]
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
