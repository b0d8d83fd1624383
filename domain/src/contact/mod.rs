//! Contacts: the people at a customer.

mod actions;
mod role;

pub(crate) use actions::survivor;
pub use actions::{ContactBin, ContactCreate, ContactEdit};
pub use role::DecisionRole;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    columns::{Cell, Column, ColumnType, column, fixed},
    customer::{Customer, CustomerId},
    id::Id,
    kind::{Group, Kind, RecordKey},
    own::{OwnFields, Unknown},
    record::Record,
    recycle_bin::purge_day,
    refusal::{FieldError, Problem},
    value::{Birthday, Email, Phone, lengths, required},
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
    /// What they have to say in a purchase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<DecisionRole>,
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birthday: Option<Birthday>,
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
            role: None,
            phones: Vec::new(),
            email: None,
            wechat: String::new(),
            line: String::new(),
            qq: String::new(),
            birthday: None,
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

    fn unknown_mut(&mut self) -> &mut Unknown {
        &mut self.unknown
    }

    fn references(&self) -> Vec<RecordKey> {
        vec![RecordKey::new(Kind::Customer, self.customer.uuid())]
    }

    fn repoint(&mut self, from: Uuid, to: Uuid) {
        if self.customer == Id::new(from) {
            self.customer = Id::new(to);
        }
    }

    fn own(&self) -> Option<&OwnFields> {
        Some(&self.own)
    }

    fn deleted(&self) -> bool {
        self.deleted_at.is_some()
    }

    fn due(&self) -> Option<NaiveDate> {
        self.deleted_at.and_then(purge_day)
    }

    fn columns() -> &'static [Column<Self>] {
        const COLUMNS: &[Column<Contact>] = &[
            fixed("customer", ColumnType::Reference(Kind::Customer), |r| Cell::text(&r.customer.to_string())),
            column("name", ColumnType::Text, |r| Cell::text(&r.name)),
            column("title", ColumnType::Text, |r| Cell::text(&r.title)),
            column("role", ColumnType::Choice, |r| Cell::text(r.role.map_or("", DecisionRole::name))),
            column("phones", ColumnType::Set, |r| Cell::list(&r.phones)),
            column("email", ColumnType::Text, |r| Cell::shown(r.email.as_ref())),
            column("wechat", ColumnType::Text, |r| Cell::text(&r.wechat)),
            column("line", ColumnType::Text, |r| Cell::text(&r.line)),
            column("qq", ColumnType::Text, |r| Cell::text(&r.qq)),
            column("birthday", ColumnType::Text, |r| Cell::shown(r.birthday)),
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
