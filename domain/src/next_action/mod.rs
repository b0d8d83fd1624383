//! Next actions: what is to be done with a customer, by whom and when.

mod actions;
mod calendar;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use self::actions::{NextActionAdd, NextActionBin, NextActionEdit, NextActionFinish};
use crate::{
    columns::{Cell, Column, ColumnType, Place, column, fixed},
    contact::ContactId,
    contact_record::ContactRecordId,
    customer::{Customer, CustomerId},
    id::Id,
    kind::{Group, Kind, RecordKey},
    own::Unknown,
    record::Record,
    recycle_bin::purge_day,
    refusal::FieldError,
    user::UserId,
    value::{TimeOfDay, required},
};

/// The id of a next action.
pub type NextActionId = Id<NextAction>;

/// How a next action was finished.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// ms UTC.
    pub at: i64,
    pub by: UserId,
    /// The contact record that settled it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<ContactRecordId>,
}

/// Something to do with a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextAction {
    pub id: NextActionId,
    pub customer: CustomerId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<ContactId>,
    /// The day in the organisation's zone.
    pub due: NaiveDate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<TimeOfDay>,
    pub what: String,
    pub assignee: UserId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<Done>,
    /// When it was put into the recycle bin; ms UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<i64>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl NextAction {
    /// Returns the days to which it is postponed most: the next day, and the same weekday a week later. A late one
    /// counts from today; a day that is no postponement, or not near, is left out.
    pub fn postponements(&self, today: NaiveDate) -> [Option<NaiveDate>; 2] {
        let tomorrow = today.checked_add_days(Days::new(1)).filter(|day| *day > self.due);
        let near = today.checked_add_days(Days::new(7)).is_some_and(|day| day > self.due);
        let next_week = self.due.max(today).checked_add_days(Days::new(7)).filter(|_| near);
        [tomorrow, next_week]
    }
}

impl Record for NextAction {
    const KIND: Kind = Kind::NextAction;
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

    fn deleted(&self) -> bool {
        self.deleted_at.is_some()
    }

    fn due(&self) -> Option<NaiveDate> {
        self.deleted_at.and_then(purge_day)
    }

    fn columns() -> &'static [Column<Self>] {
        const COLUMNS: &[Column<NextAction>] = &[
            fixed("customer", ColumnType::Reference(Kind::Customer), |r| Cell::text(&r.customer.to_string())),
            column("contact", ColumnType::Reference(Kind::Contact), |r| Cell::shown(r.contact)),
            column("due", ColumnType::Date, |r| Cell::Date(r.due)),
            column("time", ColumnType::Text, |r| Cell::shown(r.time)),
            column("what", ColumnType::Text, |r| Cell::text(&r.what)),
            column("assignee", ColumnType::Reference(Kind::User), |r| Cell::text(&r.assignee.to_string())),
            fixed("done_at", ColumnType::Instant, |r: &NextAction| {
                r.done.as_ref().map_or(Cell::Empty, |d| Cell::Instant(d.at))
            })
            .in_body(Place::At(&["done", "at"])),
            fixed("deleted_at", ColumnType::Instant, |r| r.deleted_at.map_or(Cell::Empty, Cell::Instant)),
        ];
        COLUMNS
    }

    fn validate(&self) -> Result<(), FieldError> {
        required("what", &self.what, 500)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_postponed_to_later_days_only() {
        // 28 November 2026 is a Saturday.
        let cases = [
            ("2026-11-20", [Some("2026-11-29"), Some("2026-12-05")]),
            ("2026-11-28", [Some("2026-11-29"), Some("2026-12-05")]),
            ("2026-11-29", [None, Some("2026-12-06")]),
            ("2026-12-05", [None, None]),
        ];
        for (due, expected) in cases {
            let action = NextAction {
                id: Id::new(Uuid::from_u128(1)),
                customer: Id::new(Uuid::from_u128(2)),
                contact: None,
                due: due.parse().unwrap(),
                time: None,
                what: "送樣品".to_owned(),
                assignee: Id::new(Uuid::from_u128(3)),
                done: None,
                deleted_at: None,
                unknown: Unknown::new(),
            };
            let found = action.postponements("2026-11-28".parse().unwrap());
            assert_eq!(found.map(|day| day.map(|day| day.to_string())), expected.map(|day| day.map(str::to_owned)));
        }
    }
}
