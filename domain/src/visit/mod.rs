//! Visits 拜訪: whom a sales rep plans to see on a day, in which order. What a visit brought is a contact record.

mod actions;
mod rhythm;

pub use actions::{VisitAdd, VisitCancel, VisitCheckOut, VisitPlace};
pub use rhythm::{EVERY_MOST, days_over};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    columns::{Cell, Column, ColumnType, Place, fixed},
    contact_record::ContactRecordId,
    customer::{Customer, CustomerId},
    id::Id,
    kind::{Group, Kind, RecordKey},
    own::Unknown,
    record::Record,
    refusal::FieldError,
    user::UserId,
    value::lengths,
};

/// The id of a planned visit.
pub type VisitId = Id<Visit>;

/// What became of a planned visit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum State {
    #[default]
    Planned,
    /// Somebody was there: the contact record says the rest.
    Made { record: ContactRecordId },
    Cancelled {
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
    },
}

impl State {
    /// The words on the wire.
    pub const NAMES: [&str; 3] = ["planned", "made", "cancelled"];

    /// Returns the word on the wire.
    pub const fn name(&self) -> &'static str {
        match self {
            State::Planned => "planned",
            State::Made { .. } => "made",
            State::Cancelled { .. } => "cancelled",
        }
    }
}

/// A visit in the plan of a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    pub id: VisitId,
    pub customer: CustomerId,
    /// The day in the organisation's zone.
    pub day: NaiveDate,
    /// The place in the day; the smallest comes first.
    pub order: u32,
    /// Who goes there.
    pub rep: UserId,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub purpose: String,
    #[serde(default)]
    pub state: State,
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl Visit {
    /// The most characters of a purpose.
    pub const PURPOSE_MOST: usize = 200;
}

impl Record for Visit {
    const KIND: Kind = Kind::Visit;
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

    fn columns() -> &'static [Column<Self>] {
        const COLUMNS: &[Column<Visit>] = &[
            fixed("customer", ColumnType::Reference(Kind::Customer), |r| Cell::text(&r.customer.to_string())),
            fixed("day", ColumnType::Date, |r| Cell::Date(r.day)),
            fixed("order", ColumnType::Integer, |r| Cell::Integer(r.order.into())),
            fixed("rep", ColumnType::Reference(Kind::User), |r| Cell::text(&r.rep.to_string())),
            fixed("purpose", ColumnType::Text, |r| Cell::text(&r.purpose)),
            fixed("state", ColumnType::Choice, |r: &Visit| Cell::text(r.state.name()))
                .in_body(Place::At(&["state", "is"])),
            fixed("record", ColumnType::Text, |r: &Visit| match &r.state {
                State::Made { record } => Cell::text(&record.to_string()),
                State::Planned | State::Cancelled { .. } => Cell::Empty,
            })
            .in_body(Place::At(&["state", "record"])),
            fixed("reason", ColumnType::Text, |r: &Visit| match &r.state {
                State::Cancelled { reason } => Cell::text(reason),
                State::Planned | State::Made { .. } => Cell::Empty,
            })
            .in_body(Place::At(&["state", "reason"])),
        ];
        COLUMNS
    }

    fn validate(&self) -> Result<(), FieldError> {
        lengths(&[("purpose", &self.purpose, Self::PURPOSE_MOST)])
    }
}
