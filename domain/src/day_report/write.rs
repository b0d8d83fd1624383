use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::DayReport;
use crate::{
    access::{Right, Role},
    edit::both,
    kind::{Kind, RecordKey},
    mutation::{Actor, Moment, Mutation, Nature},
    refusal::Refusal,
    user::UserId,
    view::{Need, Stop, View},
};

/// Who says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The rep about the own day.
    Remark,
    /// A head above the rep, or an administrator.
    Comment,
}

/// Says something about a rep's day. What was said elsewhere meanwhile is kept beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayReportWrite {
    pub rep: UserId,
    pub day: NaiveDate,
    pub part: Part,
    /// What its author saw.
    #[serde(default)]
    pub from: String,
    pub to: String,
}

impl DayReportWrite {
    fn key(&self) -> RecordKey {
        RecordKey::new(Kind::DayReport, DayReport::id_of(self.rep, self.day).uuid())
    }

    /// Nobody but the rep remarks, and nobody comments on the own day.
    fn require_author(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        let Actor::Person { user, roles } = &at.actor else { return Ok(()) };
        let writes = roles.iter().any(|role| role.right(Kind::DayReport) == Some(Right::Write));
        let own = *user == self.rep;
        let allowed = match self.part {
            Part::Remark => own,
            Part::Comment if own => false,
            Part::Comment => roles.contains(&Role::Administrator) || DayReport::heads(self.rep, view)?.contains(user),
        };
        if writes && allowed { Ok(()) } else { Err(Refusal::RoleNotAllowed.into()) }
    }

    fn onto(&self, current: &str) -> String {
        match (current == self.from, self.to.as_str()) {
            (true, to) => to.to_owned(),
            // Whoever cleared an older text did not mean this one.
            (false, "") => current.to_owned(),
            (false, to) if current.is_empty() => to.to_owned(),
            (false, to) => both(current, to),
        }
    }
}

impl Mutation for DayReportWrite {
    const NAME: &'static str = "day_report_write";
    /// Nobody has a right yet to what does not exist: the rule itself asks who may.
    const NATURE: Nature = Nature::Crossing;

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        self.require_author(at, view)?;
        view.require(self.rep)?;
        let id = DayReport::id_of(self.rep, self.day);
        let mut report = view.get(id)?.here().unwrap_or_else(|| DayReport::blank(self.rep, self.day));
        match self.part {
            Part::Remark => report.remark = self.onto(&report.remark),
            Part::Comment => {
                report.comment = self.onto(&report.comment);
                report.commented_by = at.actor.user();
            }
        }
        crate::record::Record::validate(&report).map_err(Refusal::from)?;
        view.put(&report)
    }

    fn needs(&self) -> Vec<Need> {
        [RecordKey::new(Kind::User, self.rep.uuid()), self.key()].map(Need::Record).into()
    }
}
