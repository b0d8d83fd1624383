use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ContactRecord, ContactRecordId};
use crate::{
    access::may_write,
    contact::survivor,
    customer::CustomerId,
    kind::{Kind, RecordKey},
    mutation::{Actor, Moment, Mutation, Nature},
    next_action::{Done, NextAction, NextActionId},
    own,
    stamp::Stamp,
    user::UserId,
    view::{Need, Slot, Stop, View},
    visit::{State, Visit, VisitId},
};

/// Writes down a contact and, in the same step, what comes next.
///
/// Next actions are records of their own: a note finishes those that it names and deletes none.
/// Version 1 knew at most one person met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactRecordAdd {
    pub record: ContactRecord,
    /// The next actions that this contact settles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub finishes: Vec<NextActionId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<NextAction>,
}

impl ContactRecordAdd {
    /// Returns the planned visit that it makes true.
    fn planned(&self) -> Option<VisitId> {
        self.record.check_in.as_ref().and_then(|check_in| check_in.visit)
    }
}

/// Says whether what a contact names belongs to its customer, or did when that was written: an undone merge may have taken
/// it back since. Of the other customer its author must have had a right to write, or their contact would be refused.
fn is_of(customer: CustomerId, named: RecordKey, its: CustomerId, at: &Moment, view: &View) -> Result<bool, Stop> {
    if its == customer {
        return Ok(true);
    }
    let Slot::Here(row) = view.row(named)? else { return Ok(false) };
    if !Stamp::of(&row.body).parted_from.contains(&customer.uuid()) {
        return Ok(false);
    }
    let Actor::Person { roles, .. } = &at.actor else { return Ok(true) };
    let standing = view.standing(row.group)?;
    Ok([standing.now, standing.at_seen].into_iter().any(|right| may_write(roles, named.kind, row.group, right)))
}

/// Finishes the next actions that a contact settled, and adds the one to which it led.
///
/// # Errors
/// Refused if the next one exists or is invalid, or not loaded.
pub(crate) fn settle(
    at: &Moment,
    view: &mut View,
    record: ContactRecordId,
    customer: CustomerId,
    by: UserId,
    finishes: &[NextActionId],
    next: Option<&NextAction>,
) -> Result<(), Stop> {
    for id in finishes {
        if let Some(action) = view.get(*id)?.here()
            && action.done.is_none()
            && is_of(customer, RecordKey::new(Kind::NextAction, action.id.uuid()), action.customer, at, view)?
        {
            let done = Done { at: at.happened, by, record: Some(record) };
            view.put(&NextAction { done: Some(done), ..action })?;
        }
    }
    match next {
        Some(next) => view.create(&NextAction { customer, done: None, deleted_at: None, ..next.clone() }),
        None => Ok(()),
    }
}

impl Mutation for ContactRecordAdd {
    const NAME: &'static str = "contact_record_add";
    const VERSION: u16 = 2;
    const NATURE: Nature = Nature::Additive;

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        let customer = survivor(self.record.customer, view)?;
        let author = at.actor.user().unwrap_or(self.record.author);
        view.create(&ContactRecord {
            customer,
            author,
            late: at.late,
            written_to: (customer != self.record.customer).then_some(self.record.customer),
            left_at: None,
            deleted_at: None,
            ..self.record.clone()
        })?;
        if let Some(visit) = self.planned()
            && let Some(visit) = view.get(visit)?.here()
            && visit.rep == author
            && !matches!(visit.state, State::Made { .. })
            && is_of(customer, RecordKey::new(Kind::Visit, visit.id.uuid()), visit.customer, at, view)?
        {
            view.put(&Visit { state: State::Made { record: self.record.id }, ..visit })?;
        }
        settle(at, view, self.record.id, customer, author, &self.finishes, self.next.as_ref())
    }

    fn needs(&self) -> Vec<Need> {
        let record = |kind, id| Need::Record(RecordKey::new(kind, id));
        let mut needs = vec![
            record(Kind::Customer, self.record.customer.uuid()),
            record(Kind::ContactRecord, self.record.id.uuid()),
        ];
        needs.extend(self.finishes.iter().map(|id| record(Kind::NextAction, id.uuid())));
        needs.extend(self.planned().map(|visit| record(Kind::Visit, visit.uuid())));
        needs.extend(own::needs(self.record.own.keys().copied()));
        needs.extend(self.next.iter().map(|next| record(Kind::NextAction, next.id.uuid())));
        needs
    }

    fn creates(&self) -> Vec<RecordKey> {
        let next = self.next.iter().map(|next| RecordKey::new(Kind::NextAction, next.id.uuid()));
        next.chain([RecordKey::new(Kind::ContactRecord, self.record.id.uuid())]).collect()
    }

    fn upgrade(from: u16, mut args: Value) -> Option<Value> {
        if from != 1 {
            return None;
        }
        let met = args.get_mut("record")?.get_mut("met");
        if let Some(met) = met {
            *met = match met.take() {
                Value::Null => Value::Array(Vec::new()),
                Value::Array(list) => Value::Array(list),
                one => Value::Array(vec![one]),
            };
        }
        Some(args)
    }
}
