use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{
    Held, Pool, PoolId, What,
    claim::{Said, Whither, hand},
    days_left, fits,
};
use crate::{
    contact_record::ContactRecord,
    customer::{Customer, CustomerId},
    id::Id,
    kind::{Kind, RecordKey},
    mutation::{Actor, Moment, Mutation, Nature},
    next_action::NextAction,
    record::Record,
    refusal::Refusal,
    user::UserId,
    view::{Found, Need, Stop, View},
};

/// Lets a customer fall back into a pool if a rule takes it. Only the server does it; it looks again at all that it has
/// found, since somebody may have written meanwhile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerRecycle {
    pub customer: CustomerId,
    pub pool: PoolId,
    /// The owner whose devices were looked at.
    pub owner: UserId,
    /// The day on which the customer was received, in the organisation's zone.
    pub received: Option<NaiveDate>,
    /// The newest contact that was found, ms UTC, and its day.
    pub last_contact: Option<(i64, NaiveDate)>,
    /// A device of the owner may hold entries of before the deadline.
    pub wait: bool,
}

impl CustomerRecycle {
    fn key(&self) -> RecordKey {
        RecordKey::new(Kind::Customer, self.customer.uuid())
    }

    /// Returns whether something was written since the server looked.
    fn outdated(&self, view: &mut View) -> Result<bool, Stop> {
        let known = self.last_contact.map(|(at, _)| at);
        for id in view.children(Kind::ContactRecord, self.key())? {
            let record = readable(view.get_exact::<ContactRecord>(Id::new(id)))?;
            if record.is_some_and(|record| !record.deleted() && Some(record.happened_at) > known) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn planned(&self, pool: &Pool, view: &mut View) -> Result<Option<NaiveDate>, Stop> {
        if !pool.rules.iter().any(|rule| rule.spare_planned) {
            return Ok(None);
        }
        let mut last = None;
        for id in view.children(Kind::NextAction, self.key())? {
            let action = readable(view.get_exact::<NextAction>(Id::new(id)))?;
            last = last.max(action.filter(|a| a.done.is_none() && !a.deleted()).map(|a| a.due));
        }
        Ok(last)
    }
}

/// One that this build cannot read says nothing, to the server's search as to this rule; it must not keep everybody else's
/// customers from falling.
fn readable<R>(found: Result<Found<R>, Stop>) -> Result<Option<R>, Stop> {
    match found {
        Err(Stop::Broken(_)) => Ok(None),
        found => Ok(found?.here()),
    }
}

impl Mutation for CustomerRecycle {
    const NAME: &'static str = "customer_recycle";
    const NATURE: Nature = Nature::Crossing;

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        if at.actor != Actor::System {
            return Err(Refusal::RoleNotAllowed.into());
        }
        let Some(customer) = view.get_exact(self.customer)?.here() else { return Ok(()) };
        let Some(pool) = view.get_exact::<Pool>(self.pool)?.here() else { return Ok(()) };
        let hidden = customer.deleted() || customer.merged_into.is_some();
        if hidden || customer.owner != Some(self.owner) || self.outdated(view)? {
            return Ok(());
        }
        let planned = self.planned(&pool, view)?;
        let held = Held::of(&customer, self.received, self.last_contact.map(|(_, day)| day), planned);
        let pools = Some(&pool).filter(|pool| fits(pool, self.owner));
        let due = days_left(&held, pools, at.business_date).is_some_and(|left| left.days <= 0);
        if !due {
            return view.put(&Customer { recycle_since: None, ..customer });
        }
        let since = customer.recycle_since.unwrap_or(at.business_date);
        let until = since.checked_add_days(Days::new(pool.wait_days.into()));
        if self.wait && until.is_some_and(|until| at.business_date < until) {
            return view.put(&Customer { recycle_since: Some(since), ..customer });
        }
        let said = Said { id: view.derived_id("recycled"), what: What::Recycled, reason: String::new() };
        hand(customer, Whither::Pool(pool.id), said, at, view)
    }

    fn needs(&self) -> Vec<Need> {
        let children = [Kind::ContactRecord, Kind::NextAction];
        let children = children.map(|kind| Need::Children { kind, parent: self.key() });
        let records = [self.key(), RecordKey::new(Kind::Pool, self.pool.uuid())];
        records.map(Need::Record).into_iter().chain(children).collect()
    }
}
