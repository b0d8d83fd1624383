//! The day report 日報: what a sales rep did on a day is counted from the records ([`Counting`]); stored is only what the
//! rep remarks and what a manager says to it. Each is a group of its own: the rep's and the heads' above.

mod counting;
mod write;

pub use counting::{Counted, Counting, Span};
pub use write::{DayReportWrite, Part};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    access::Right,
    columns::{Cell, Column, ColumnType, fixed},
    department::heads_above,
    id::{Id, derived_uuid},
    kind::{Group, Kind, RecordKey},
    own::Unknown,
    record::{Members, Record, admit},
    refusal::FieldError,
    user::{User, UserId},
    value::lengths,
    view::{Stop, View},
};

/// The id of a day report.
pub type DayReportId = Id<DayReport>;

/// What is said about a rep's day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayReport {
    pub id: DayReportId,
    pub rep: UserId,
    /// The day in the organisation's zone.
    pub day: NaiveDate,
    /// By the rep.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub remark: String,
    /// By a manager.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub comment: String,
    /// Who commented last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commented_by: Option<UserId>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl DayReport {
    /// The longest remark or comment; characters.
    pub const TEXT_MOST: usize = 4_000;

    /// Returns the id of a rep's day: derived, so that two devices mean the same one.
    pub fn id_of(rep: UserId, day: NaiveDate) -> DayReportId {
        Id::new(derived_uuid(rep.uuid(), &format!("day report {day}")))
    }

    /// Returns a report in which nothing is said yet.
    pub fn blank(rep: UserId, day: NaiveDate) -> Self {
        Self {
            id: Self::id_of(rep, day),
            rep,
            day,
            remark: String::new(),
            comment: String::new(),
            commented_by: None,
            unknown: Unknown::new(),
        }
    }

    /// Returns the heads of the departments above a rep.
    fn heads(rep: UserId, view: &mut View) -> Result<Vec<UserId>, Stop> {
        let department = view.get(rep)?.here().and_then(|user: User| user.department);
        Ok(department.map(|department| heads_above(department, view)).transpose()?.unwrap_or_default())
    }
}

impl Record for DayReport {
    const KIND: Kind = Kind::DayReport;
    const PARENTS: &'static [Kind] = &[Kind::User];

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn group(&self) -> Group {
        Group::Of(RecordKey::new(Kind::DayReport, self.id.uuid()))
    }

    fn unknown_mut(&mut self) -> &mut Unknown {
        &mut self.unknown
    }

    /// A move of the rep finds them.
    fn references(&self) -> Vec<RecordKey> {
        vec![RecordKey::new(Kind::User, self.rep.uuid())]
    }

    fn repoint(&mut self, from: Uuid, to: Uuid) {
        if self.rep == Id::new(from) {
            self.rep = Id::new(to);
        }
    }

    fn columns() -> &'static [Column<Self>] {
        const COLUMNS: &[Column<DayReport>] = &[
            fixed("rep", ColumnType::Reference(Kind::User), |r| Cell::text(&r.rep.to_string())),
            fixed("day", ColumnType::Date, |r| Cell::Date(r.day)),
            fixed("remark", ColumnType::LongText, |r| Cell::text(&r.remark)),
            fixed("comment", ColumnType::LongText, |r| Cell::text(&r.comment)),
            fixed("commented_by", ColumnType::Reference(Kind::User), |r| Cell::shown(r.commented_by)),
        ];
        COLUMNS
    }

    fn validate(&self) -> Result<(), FieldError> {
        lengths(&[("remark", &self.remark, Self::TEXT_MOST), ("comment", &self.comment, Self::TEXT_MOST)])
    }

    fn members(&self, view: &mut View) -> Result<Option<Members>, Stop> {
        let mut members = Members::new();
        admit(&mut members, self.rep, Right::Write);
        for head in Self::heads(self.rep, view)? {
            admit(&mut members, head, Right::Write);
        }
        Ok(Some(members))
    }
}
