//! Contact records 聯系記錄: a talk, a mail, a message or a visit, written down once.

mod add;

pub use add::ContactRecordAdd;
pub(crate) use add::settle;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    columns::{Cell, Column, ColumnType, Place, column, fixed},
    contact::ContactId,
    customer::{Customer, CustomerId},
    edit::edit_mutation,
    id::Id,
    kind::{Group, Kind, RecordKey},
    mutation::{Moment, Mutation},
    own::{OwnFields, Unknown},
    record::Record,
    recycle_bin::purge_day,
    refusal::{FieldError, Problem},
    user::UserId,
    value::{Position, lengths},
    view::{Need, Stop, View},
    visit::{State, Visit, VisitId},
};

/// The id of a contact record.
pub type ContactRecordId = Id<ContactRecord>;

/// The longest contact: a day.
pub const MINUTES_MOST: u16 = 24 * 60;

/// The way in which somebody was contacted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    #[default]
    Phone,
    Email,
    /// Instant message.
    Im,
    Visit,
    Other,
}

impl Channel {
    /// Every channel, the most frequent first.
    pub const ALL: [Channel; 5] = [Channel::Phone, Channel::Email, Channel::Im, Channel::Visit, Channel::Other];

    /// Returns the word on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Channel::Phone => "phone",
            Channel::Email => "email",
            Channel::Im => "im",
            Channel::Visit => "visit",
            Channel::Other => "other",
        }
    }
}

/// A farther circle says nothing about where somebody was; metres.
pub const ACCURACY_MOST: u32 = 100_000;

/// How somebody reported at the door. It is never edited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckIn {
    /// ms UTC.
    pub at: i64,
    /// Where the device was; none where its user did not want to say, or it did not know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// The radius around the position within which the device was with 95 % certainty; metres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy: Option<u32>,
    /// The planned visit that it made true; none off the plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visit: Option<VisitId>,
}

/// One contact with a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactRecord {
    pub id: ContactRecordId,
    pub customer: CustomerId,
    pub channel: Channel,
    /// When it took place; ms UTC.
    pub happened_at: i64,
    /// How long it took.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u16>,
    /// Who was met.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub met: Vec<ContactId>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub result: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// How a visit began, where its author checked in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check_in: Option<CheckIn>,
    /// When its author checked out; ms UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_at: Option<i64>,
    pub author: UserId,
    /// Written by somebody who no longer had the right when it arrived.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub late: bool,
    /// The merged customer under whose id it was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written_to: Option<CustomerId>,
    /// When it was put into the recycle bin; ms UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<i64>,
    #[serde(default, skip_serializing_if = "OwnFields::is_empty")]
    pub own: OwnFields,
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl ContactRecord {
    /// Says whether it is a visit that its author checked in to and has not left.
    pub fn is_under_way(&self) -> bool {
        self.check_in.is_some() && self.left_at.is_none() && self.deleted_at.is_none()
    }

    /// Says whether it is a visit that stood in nobody's plan.
    pub fn is_off_plan(&self) -> bool {
        self.channel == Channel::Visit && self.check_in.as_ref().is_none_or(|check_in| check_in.visit.is_none())
    }
}

impl Record for ContactRecord {
    const KIND: Kind = Kind::ContactRecord;
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
            let written = *self.written_to.get_or_insert(Id::new(from));
            // Once a merge is undone it is where it was written to.
            self.written_to = Some(written).filter(|written| *written != self.customer);
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
        const COLUMNS: &[Column<ContactRecord>] = &[
            fixed("customer", ColumnType::Reference(Kind::Customer), |r| Cell::text(&r.customer.to_string())),
            column("channel", ColumnType::Choice, |r| Cell::text(r.channel.name())),
            column("happened_at", ColumnType::Instant, |r| Cell::Instant(r.happened_at)),
            column("minutes", ColumnType::Integer, |r| r.minutes.map_or(Cell::Empty, |n| Cell::Integer(n.into()))),
            column("met", ColumnType::Set, |r| Cell::list(&r.met)),
            column("result", ColumnType::Text, |r| Cell::text(&r.result)),
            column("text", ColumnType::LongText, |r| Cell::text(&r.text)),
            fixed("author", ColumnType::Reference(Kind::User), |r| Cell::text(&r.author.to_string())),
            fixed("late", ColumnType::Flag, |r| Cell::Flag(r.late)),
            fixed("deleted_at", ColumnType::Instant, |r| r.deleted_at.map_or(Cell::Empty, Cell::Instant)),
            fixed("checked_in_at", ColumnType::Instant, |r: &ContactRecord| {
                r.check_in.as_ref().map_or(Cell::Empty, |check_in| Cell::Instant(check_in.at))
            })
            .in_body(Place::At(&["check_in", "at"])),
            fixed("left_at", ColumnType::Instant, |r| r.left_at.map_or(Cell::Empty, Cell::Instant)),
            fixed("position", ColumnType::Text, |r: &ContactRecord| {
                Cell::shown(r.check_in.as_ref().and_then(|check_in| check_in.position))
            })
            .in_body(Place::At(&["check_in", "position"])),
            fixed("accuracy", ColumnType::Integer, |r: &ContactRecord| {
                let accuracy = r.check_in.as_ref().and_then(|check_in| check_in.accuracy);
                accuracy.map_or(Cell::Empty, |metres| Cell::Integer(metres.into()))
            })
            .in_body(Place::At(&["check_in", "accuracy"])),
            fixed("visit", ColumnType::Text, |r: &ContactRecord| {
                Cell::shown(r.check_in.as_ref().and_then(|check_in| check_in.visit))
            })
            .in_body(Place::At(&["check_in", "visit"])),
        ];
        COLUMNS
    }

    fn validate(&self) -> Result<(), FieldError> {
        if self.minutes.is_some_and(|minutes| minutes > MINUTES_MOST) {
            return Err(FieldError::new("minutes", Problem::NotANumber { least: 0, most: MINUTES_MOST.into() }));
        }
        if self.check_in.as_ref().and_then(|check_in| check_in.accuracy).is_some_and(|metres| metres > ACCURACY_MOST) {
            return Err(FieldError::new("accuracy", Problem::NotANumber { least: 0, most: ACCURACY_MOST }));
        }
        lengths(&[("result", &self.result, 200), ("text", &self.text, 10_000)])
    }
}

edit_mutation! {
    /// Changes fields of a contact record.
    ContactRecordEdit of ContactRecord as "contact_record_edit"
}

/// A plan that a check-in made true is open again without it.
fn plan_of(visit: VisitId, record: ContactRecordId, binned: bool, view: &mut View) -> Result<(), Stop> {
    let Some(plan) = view.get(visit)?.here() else { return Ok(()) };
    let made = State::Made { record };
    let state = match plan.state {
        _ if binned && plan.state == made => State::Planned,
        State::Planned if !binned => made,
        _ => return Ok(()),
    };
    view.put(&Visit { state, ..plan })
}

/// Puts a contact record into the recycle bin, or takes it out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactRecordBin {
    pub id: ContactRecordId,
    pub binned: bool,
}

impl Mutation for ContactRecordBin {
    const NAME: &'static str = "contact_record_bin";

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        match view.require(self.id)? {
            Some(record) if record.deleted() != self.binned => {
                let visit = record.check_in.as_ref().and_then(|check_in| check_in.visit);
                view.put(&ContactRecord { deleted_at: self.binned.then_some(at.happened), ..record })?;
                match visit {
                    Some(visit) => plan_of(visit, self.id, self.binned, view),
                    None => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::Record(RecordKey::new(Kind::ContactRecord, self.id.uuid()))]
    }
}
