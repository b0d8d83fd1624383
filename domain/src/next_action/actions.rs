//! What is done with next actions: planned, changed, finished, deleted.

use serde::{Deserialize, Serialize};

use super::{Done, NextAction, NextActionId};
use crate::{
    access::{Right, may_write},
    contact::survivor,
    edit::edit_mutation,
    kind::{Kind, RecordKey},
    mutation::{Actor, Moment, Mutation, Nature},
    record::Record as _,
    refusal::Refusal,
    view::{Need, Stop, View},
};

/// Adds a next action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextActionAdd {
    pub action: NextAction,
}

impl Mutation for NextActionAdd {
    const NAME: &'static str = "next_action_add";
    const NATURE: Nature = Nature::Additive;

    fn apply(&self, _at: &Moment, view: &mut View) -> Result<(), Stop> {
        let customer = survivor(self.action.customer, view)?;
        view.create(&NextAction { customer, done: None, deleted_at: None, ..self.action.clone() })
    }

    fn needs(&self) -> Vec<Need> {
        vec![
            Need::Record(RecordKey::new(Kind::Customer, self.action.customer.uuid())),
            Need::Record(RecordKey::new(Kind::NextAction, self.action.id.uuid())),
        ]
    }

    fn creates(&self) -> Vec<RecordKey> {
        vec![RecordKey::new(Kind::NextAction, self.action.id.uuid())]
    }
}

edit_mutation! {
    /// Changes a next action: postpones it, gives it to somebody else.
    NextActionEdit of NextAction as "next_action_edit"
}

/// Marks a next action as done, or opens it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextActionFinish {
    pub id: NextActionId,
    pub done: bool,
}

impl Mutation for NextActionFinish {
    const NAME: &'static str = "next_action_finish";
    // Whoever it was given to finishes it, though they may only read the customer.
    const NATURE: Nature = Nature::Crossing;

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        let Some(action) = view.require(self.id)? else { return Ok(()) };
        if !may_finish(&action, at, view)? {
            return Err(Refusal::RoleNotAllowed.into());
        }
        if action.done.is_some() == self.done {
            return Ok(());
        }
        let by = at.actor.user().unwrap_or(action.assignee);
        let done = self.done.then_some(Done { at: at.happened, by, record: None });
        view.put(&NextAction { done, ..action })
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::Record(RecordKey::new(Kind::NextAction, self.id.uuid()))]
    }
}

/// Says whether somebody may mark a next action as done: as any change of the customer, and where it was given to them,
/// with sight of the customer alone.
fn may_finish(action: &NextAction, at: &Moment, view: &View) -> Result<bool, Stop> {
    let Actor::Person { user, roles } = &at.actor else { return Ok(true) };
    let standing = view.standing(action.group())?;
    let seen = if action.assignee == *user { standing.now.or(standing.at_seen).map(|_| Right::Write) } else { None };
    Ok([standing.now, seen].into_iter().any(|right| may_write(roles, Kind::NextAction, action.group(), right)))
}

/// Puts a next action into the recycle bin, or takes it out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextActionBin {
    pub id: NextActionId,
    pub binned: bool,
}

impl Mutation for NextActionBin {
    const NAME: &'static str = "next_action_bin";

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        let Some(action) = view.require(self.id)? else { return Ok(()) };
        if action.deleted() == self.binned {
            return Ok(());
        }
        view.put(&NextAction { deleted_at: self.binned.then_some(at.happened), ..action })
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::Record(RecordKey::new(Kind::NextAction, self.id.uuid()))]
    }
}
