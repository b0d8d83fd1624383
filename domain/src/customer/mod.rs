//! Customers: the root of a group, from whose people everything below takes its visibility.

mod actions;
mod merge;

pub use actions::{CustomerAssign, CustomerBin, CustomerCreate, CustomerEdit, CustomerShare, CustomerSharesExpire};
pub use merge::CustomerMerge;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    access::Right,
    columns::{Cell, Column, ColumnType, column, fixed},
    department::heads_above,
    id::Id,
    kind::{Group, Kind, RecordKey},
    own::{OwnFields, Unknown},
    record::{Members, Record, admit},
    refusal::{FieldError, Problem},
    user::UserId,
    value::{Email, Phone, lengths, required},
    view::{Stop, View},
};

/// The id of a customer.
pub type CustomerId = Id<Customer>;

/// Somebody beside the owner who sees the customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collaborator {
    pub user: UserId,
    pub right: Right,
    /// The last day of the share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
}

/// A customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    pub id: CustomerId,
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub short_name: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub phones: Vec<Phone>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// The company's own grade, such as A, B, C.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub level: String,
    /// Where the customer comes from.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub tags: BTreeSet<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub remark: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<UserId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub collaborators: Vec<Collaborator>,
    /// When it was put into the recycle bin; ms UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<i64>,
    /// The customer that took its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<CustomerId>,
    #[serde(default, skip_serializing_if = "OwnFields::is_empty")]
    pub own: OwnFields,
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl Customer {
    /// Returns a customer of which only the name is known.
    pub fn named(id: CustomerId, name: &str) -> Self {
        Self {
            id,
            name: name.to_owned(),
            short_name: String::new(),
            phones: Vec::new(),
            email: None,
            address: String::new(),
            level: String::new(),
            source: String::new(),
            tags: BTreeSet::new(),
            remark: String::new(),
            owner: None,
            collaborators: Vec::new(),
            deleted_at: None,
            merged_into: None,
            own: OwnFields::new(),
            unknown: Unknown::new(),
        }
    }

    /// Returns the group of the customer and of everything below it.
    pub fn group_of(id: CustomerId) -> Group {
        Group::Of(RecordKey::new(Kind::Customer, id.uuid()))
    }

    /// Returns the name by which colleagues call it.
    pub fn short(&self) -> &str {
        if self.short_name.is_empty() { &self.name } else { &self.short_name }
    }
}

impl Record for Customer {
    const KIND: Kind = Kind::Customer;
    const PARENTS: &'static [Kind] = &[Kind::User];

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn group(&self) -> Group {
        Self::group_of(self.id)
    }

    /// An owner's customers are his children, so that a move of the owner finds them.
    fn references(&self) -> Vec<RecordKey> {
        self.owner.map(|owner| RecordKey::new(Kind::User, owner.uuid())).into_iter().collect()
    }

    fn repoint(&mut self, from: Uuid, to: Uuid) {
        if self.owner == Some(Id::new(from)) {
            self.owner = Some(Id::new(to));
        }
    }

    fn redirect(&self) -> Option<Uuid> {
        self.merged_into.map(Id::uuid)
    }

    fn deleted(&self) -> bool {
        self.deleted_at.is_some()
    }

    fn due(&self) -> Option<NaiveDate> {
        self.collaborators.iter().filter_map(|c| c.until).min().and_then(|until| until.succ_opt())
    }

    fn columns() -> &'static [Column<Self>] {
        const COLUMNS: &[Column<Customer>] = &[
            column("name", ColumnType::Text, |r| Cell::text(&r.name)),
            column("short_name", ColumnType::Text, |r| Cell::text(&r.short_name)),
            column("phones", ColumnType::Set, |r| Cell::list(&r.phones)),
            column("email", ColumnType::Text, |r| Cell::shown(r.email.as_ref())),
            column("address", ColumnType::Text, |r| Cell::text(&r.address)),
            column("level", ColumnType::Choice, |r| Cell::text(&r.level)),
            column("source", ColumnType::Choice, |r| Cell::text(&r.source)),
            column("tags", ColumnType::Set, |r| Cell::list(&r.tags)),
            column("remark", ColumnType::LongText, |r| Cell::text(&r.remark)),
            fixed("owner", ColumnType::Reference(Kind::User), |r| Cell::shown(r.owner)),
            fixed("collaborators", ColumnType::Set, |r| Cell::list(r.collaborators.iter().map(|c| c.user))),
            fixed("deleted_at", ColumnType::Instant, |r| r.deleted_at.map_or(Cell::Empty, Cell::Instant)),
            fixed("merged_into", ColumnType::Reference(Kind::Customer), |r| Cell::shown(r.merged_into)),
        ];
        COLUMNS
    }

    fn validate(&self) -> Result<(), FieldError> {
        required("name", &self.name, 120)?;
        lengths(&[
            ("short_name", &self.short_name, 40),
            ("address", &self.address, 300),
            ("level", &self.level, 20),
            ("source", &self.source, 60),
            ("remark", &self.remark, 10_000),
        ])?;
        if self.phones.len() > 10 {
            return Err(FieldError::new("phones", Problem::TooMany { most: 10 }));
        }
        if self.tags.len() > 50 {
            return Err(FieldError::new("tags", Problem::TooMany { most: 50 }));
        }
        self.tags.iter().try_for_each(|tag| required("tags", tag, 40))
    }

    /// The owner, the collaborators, and the heads of the departments above the owner.
    fn members(&self, view: &mut View) -> Result<Option<Members>, Stop> {
        let mut members = Members::new();
        for collaborator in &self.collaborators {
            admit(&mut members, collaborator.user, collaborator.right);
        }
        if let Some(owner) = self.owner {
            admit(&mut members, owner, Right::Write);
            let department = view.get(owner)?.here().and_then(|user| user.department);
            if let Some(department) = department {
                for head in heads_above(department, view)? {
                    admit(&mut members, head, Right::Write);
                }
            }
        }
        Ok(Some(members))
    }

    fn roots_affected(before: Option<&Self>, after: Option<&Self>, _view: &mut View) -> Result<Vec<RecordKey>, Stop> {
        let people = |c: Option<&Self>| c.map(|c| (c.owner, c.collaborators.clone()));
        let root = before.or(after).map(|c| RecordKey::new(Kind::Customer, c.id.uuid()));
        Ok(if people(before) == people(after) { Vec::new() } else { root.into_iter().collect() })
    }
}
