use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{State, Visit, VisitId};
use crate::{
    contact::survivor,
    contact_record::{ContactRecordId, MINUTES_MOST, settle},
    kind::{Kind, RecordKey},
    mutation::{Moment, Mutation, Nature},
    next_action::{NextAction, NextActionId},
    refusal::Refusal,
    user::UserId,
    value::length,
    view::{Need, Stop, View},
};

fn key(id: VisitId) -> RecordKey {
    RecordKey::new(Kind::Visit, id.uuid())
}

/// Everybody plans their own days; whoever leads plans for others, too.
fn plans_for(rep: UserId, at: &Moment) -> Result<(), Stop> {
    let own = at.actor.user().is_none_or(|user| user == rep);
    if own || at.actor.leads() { Ok(()) } else { Err(Refusal::RoleNotAllowed.into()) }
}

/// Puts a customer into the plan of a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitAdd {
    pub visit: Visit,
}

impl Mutation for VisitAdd {
    const NAME: &'static str = "visit_add";
    const NATURE: Nature = Nature::Additive;

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        plans_for(self.visit.rep, at)?;
        let customer = survivor(self.visit.customer, view)?;
        view.create(&Visit { customer, state: State::Planned, ..self.visit.clone() })
    }

    fn needs(&self) -> Vec<Need> {
        let customer = RecordKey::new(Kind::Customer, self.visit.customer.uuid());
        [customer, key(self.visit.id)].map(Need::Record).into()
    }

    fn creates(&self) -> Vec<RecordKey> {
        vec![key(self.visit.id)]
    }
}

/// Moves a planned visit to a place in a day; the last move stands. One that was made or cancelled meanwhile stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitPlace {
    pub id: VisitId,
    pub day: NaiveDate,
    pub order: u32,
}

impl Mutation for VisitPlace {
    const NAME: &'static str = "visit_place";

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        match view.require(self.id)? {
            Some(visit) if visit.state == State::Planned => {
                plans_for(visit.rep, at)?;
                view.put(&Visit { day: self.day, order: self.order, ..visit })
            }
            _ => Ok(()),
        }
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::Record(key(self.id))]
    }
}

/// Takes a visit out of the plan and says why, or puts it back. One that was made stays made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitCancel {
    pub id: VisitId,
    /// None puts it back.
    #[serde(default)]
    pub reason: Option<String>,
}

impl VisitCancel {
    /// The most characters of a reason.
    pub const REASON_MOST: usize = 200;
}

impl Mutation for VisitCancel {
    const NAME: &'static str = "visit_cancel";

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        let Some(visit) = view.require(self.id)? else { return Ok(()) };
        plans_for(visit.rep, at)?;
        let state = match (&visit.state, &self.reason) {
            (State::Planned, Some(reason)) => {
                length("reason", reason, Self::REASON_MOST).map_err(Refusal::from)?;
                State::Cancelled { reason: reason.clone() }
            }
            (State::Cancelled { .. }, None) => State::Planned,
            _ => return Ok(()),
        };
        view.put(&Visit { state, ..visit })
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::Record(key(self.id))]
    }
}

/// Ends a visit: says when its author left, and in the same step what comes next. What it brought is written by
/// [`ContactRecordEdit`](crate::contact_record::ContactRecordEdit) beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitCheckOut {
    pub record: ContactRecordId,
    /// ms UTC.
    pub left_at: i64,
    /// The next actions that this visit settles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub finishes: Vec<NextActionId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<NextAction>,
}

impl Mutation for VisitCheckOut {
    const NAME: &'static str = "visit_check_out";
    // It completes what its author began, though the customer may be somebody else's by now.
    const NATURE: Nature = Nature::Additive;

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        let Some(mut record) = view.require(self.record)? else { return Ok(()) };
        let (customer, id, author) = (record.customer, record.id, record.author);
        if at.actor.user().is_some_and(|user| user != author) {
            return Err(Refusal::RoleNotAllowed.into());
        }
        // Whoever leaves twice left the first time.
        if let (Some(check_in), None) = (&record.check_in, record.left_at) {
            record.left_at = Some(self.left_at);
            let minutes = u16::try_from((self.left_at - check_in.at).max(0) / 60_000).unwrap_or(MINUTES_MOST);
            record.minutes.get_or_insert(minutes.min(MINUTES_MOST));
            view.put(&record)?;
        }
        settle(at, view, id, customer, at.actor.user().unwrap_or(author), &self.finishes, self.next.as_ref())
    }

    fn needs(&self) -> Vec<Need> {
        let next = self.next.iter().map(|next| next.id);
        let actions = self.finishes.iter().copied().chain(next);
        let actions = actions.map(|id| Need::Record(RecordKey::new(Kind::NextAction, id.uuid())));
        [Need::Record(RecordKey::new(Kind::ContactRecord, self.record.uuid()))].into_iter().chain(actions).collect()
    }

    fn creates(&self) -> Vec<RecordKey> {
        self.next.iter().map(|next| RecordKey::new(Kind::NextAction, next.id.uuid())).collect()
    }
}
