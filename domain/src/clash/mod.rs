//! 撞單: two people with one customer. It is a task for whoever leads them, and never in anybody's way: what was entered
//! stays, until somebody has looked.
//!
//! It lies with the customer that was there first, so that its owner's superiors have it, and nobody learns by it of a
//! customer that they do not see: of the other one it holds the id alone.

mod actions;

pub use actions::{ClashNote, ClashOpen, ClashSettle};

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    access::Role,
    columns::{Cell, Column, ColumnType, Place, fixed},
    customer::{Customer, CustomerId},
    id::{Id, derived_uuid},
    kind::{Group, Kind, RecordKey},
    own::Unknown,
    record::Record,
    refusal::FieldError,
    user::UserId,
    value::length,
};

/// The id of a clash.
pub type ClashId = Id<Clash>;

/// Who has dealt with it, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    pub by: UserId,
    /// ms UTC.
    pub at: i64,
}

/// Two people with one customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clash {
    pub id: ClashId,
    /// The customer that was there first.
    pub customer: CustomerId,
    /// The one that was entered beside it; none where somebody asks before entering it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<CustomerId>,
    /// Who entered it, or asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<UserId>,
    /// What they call the customer.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub words: String,
    /// ms UTC.
    pub found_at: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled: Option<Settled>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl Clash {
    /// The most characters of what somebody calls a customer.
    pub const WORDS_MOST: usize = 200;

    /// Returns the clash of two customers: a pair has one, whoever finds it and however often.
    pub fn of_pair(one: CustomerId, other: CustomerId) -> ClashId {
        derived_uuid(one.min(other).uuid(), &format!("clash with {}", one.max(other))).into()
    }

    /// Returns the clash of somebody who asks for a customer: asking twice does not make two.
    pub fn of_asking(customer: CustomerId, by: UserId) -> ClashId {
        derived_uuid(customer.uuid(), &format!("asked for by {by}")).into()
    }
}

/// Says whether somebody may deal with it: whoever leads, or anybody at all who is not one of the two.
pub fn settled_by(entered: Option<UserId>, who: UserId, roles: &BTreeSet<Role>, owner: Option<UserId>) -> bool {
    let leads = roles.contains(&Role::Administrator) || roles.contains(&Role::Manager);
    leads || owner != Some(who) && entered != Some(who)
}

impl Record for Clash {
    const KIND: Kind = Kind::Clash;
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
        let other = self.other.filter(|other| *other != self.customer);
        [self.customer].into_iter().chain(other).map(|id| RecordKey::new(Kind::Customer, id.uuid())).collect()
    }

    fn repoint(&mut self, from: Uuid, to: Uuid) {
        if self.customer == Id::new(from) {
            self.customer = Id::new(to);
        }
        if self.other == Some(Id::new(from)) {
            self.other = Some(Id::new(to));
        }
    }

    fn sets_apart(&self, one: Uuid, other: Uuid) -> bool {
        let pair = self.other.map(|other| [self.customer.uuid(), other.uuid()]);
        pair.is_some_and(|pair| pair == [one, other] || pair == [other, one])
    }

    fn columns() -> &'static [Column<Self>] {
        const COLUMNS: &[Column<Clash>] = &[
            fixed("customer", ColumnType::Reference(Kind::Customer), |r| Cell::text(&r.customer.to_string())),
            fixed("other", ColumnType::Reference(Kind::Customer), |r| Cell::shown(r.other)),
            fixed("by", ColumnType::Reference(Kind::User), |r| Cell::shown(r.by)),
            fixed("words", ColumnType::Text, |r| Cell::text(&r.words)),
            fixed("found_at", ColumnType::Instant, |r| Cell::Instant(r.found_at)),
            fixed("settled_at", ColumnType::Instant, |r: &Clash| {
                r.settled.as_ref().map_or(Cell::Empty, |settled| Cell::Instant(settled.at))
            })
            .in_body(Place::At(&["settled", "at"])),
        ];
        COLUMNS
    }

    fn validate(&self) -> Result<(), FieldError> {
        length("words", &self.words, Self::WORDS_MOST)
    }
}
