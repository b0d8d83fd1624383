use chrono::Days;
use serde::{Deserialize, Serialize};

use super::{
    Claim, ClaimId, Pool, PoolCard, PoolId, What,
    claim::{Said, Whither, hand, log_of, read},
};
use crate::{
    access::Right,
    customer::{Customer, CustomerId},
    id::Id,
    kind::{Kind, RecordKey},
    mutation::{Actor, Moment, Mutation, Nature},
    own::Unknown,
    record::Record,
    refusal::{FieldError, Refusal},
    user::UserId,
    value::length,
    view::{Found, Need, Stop, View},
};

/// Takes a customer out of a pool. Made offline it is no more than an intent: the server decides, and whoever arrives
/// first has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerClaim {
    /// The line of the log.
    pub id: ClaimId,
    pub customer: CustomerId,
    pub pool: PoolId,
    /// What the claimant wants to remember; it stands in the log, and in the entry if somebody else was first.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

impl CustomerClaim {
    fn key(&self) -> RecordKey {
        RecordKey::new(Kind::Customer, self.customer.uuid())
    }

    /// Shows on a device that does not hold the customer that it is claimed.
    fn foreshow(&self, user: UserId, at: &Moment, view: &mut View) -> Result<(), Stop> {
        if let Some(card) = view.get_exact::<PoolCard>(Id::new(self.customer.uuid()))?.here() {
            view.put(&PoolCard { claimed_by: Some(user), ..card })?;
        }
        view.create(&Claim {
            id: self.id,
            customer: self.customer,
            pool: Some(self.pool),
            what: What::Claimed,
            from: None,
            to: Some(user),
            by: Some(user),
            at: at.happened,
            day: at.business_date,
            reason: self.note.clone(),
            unknown: Unknown::new(),
        })
    }

    /// Refuses whoever has claimed enough today, counted from the log, whatever became of the customers.
    fn require_quota(&self, pool: &Pool, user: UserId, at: &Moment, view: &mut View) -> Result<(), Stop> {
        let Some(most) = pool.quota_per_day else { return Ok(()) };
        let lines = view.children(Kind::Claim, RecordKey::new(Kind::User, user.uuid()))?;
        let log = read(&lines, view)?;
        let today = log.iter().filter(|line| line.pool == Some(pool.id) && line.day == at.business_date);
        if today.count() < most as usize { Ok(()) } else { Err(Refusal::QuotaUsed { most }.into()) }
    }
}

/// Says who has a customer that no longer lies in the pool, as the log knows.
pub(super) fn gone(customer: &Customer, pool: PoolId, log: &[Claim]) -> Refusal {
    let out = log.iter().rev().find(|line| line.to.is_some());
    match out.filter(|line| line.to == customer.owner && line.pool == Some(pool)) {
        Some(Claim { to: Some(by), at, .. }) => Refusal::Claimed { by: *by, at: *at },
        _ => Refusal::NotInPool,
    }
}

/// Refuses whoever lost or gave up the customer less than the pool's cooling-off ago; an edit meanwhile changes nothing.
fn require_cooled(pool: &Pool, user: UserId, log: &[Claim], at: &Moment) -> Result<(), Stop> {
    let left = log.iter().filter(|line| line.left(user)).map(|line| line.day).max();
    let until = left.and_then(|day| day.checked_add_days(Days::new(pool.cooling_off_days.into())));
    match until.filter(|until| at.business_date < *until) {
        Some(until) => Err(Refusal::CoolingOff { until }.into()),
        None => Ok(()),
    }
}

/// Refuses whoever owns as many customers as the pool allows. What lies in the recycle bin does not count.
fn require_room(pool: &Pool, user: UserId, view: &mut View) -> Result<(), Stop> {
    let Some(most) = pool.capacity else { return Ok(()) };
    let owned = view.children(Kind::Customer, RecordKey::new(Kind::User, user.uuid()))?;
    if owned.len() < most as usize {
        return Ok(());
    }
    let mut held: u32 = 0;
    for id in owned {
        let customer = view.get_exact::<Customer>(Id::new(id))?.here();
        let counts = customer.is_some_and(|customer| !customer.deleted() && customer.merged_into.is_none());
        held += u32::from(counts);
    }
    if held < most { Ok(()) } else { Err(Refusal::CapacityReached { most, held }.into()) }
}

impl Mutation for CustomerClaim {
    const NAME: &'static str = "customer_claim";
    /// Whoever claims has no right on the customer yet: the rule itself says who may.
    const NATURE: Nature = Nature::Crossing;

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        let Actor::Person { user, roles } = &at.actor else { return Err(Refusal::RoleNotAllowed.into()) };
        let user = *user;
        // Whoever owns a customer works with it.
        if !roles.iter().any(|role| role.right(Kind::Customer) == Some(Right::Write)) {
            return Err(Refusal::RoleNotAllowed.into());
        }
        length("note", &self.note, Claim::REASON_MOST).map_err(|error: FieldError| Refusal::from(error))?;
        let Some(pool) = view.require(self.pool)? else { return Ok(()) };
        if !pool.admits(user) {
            return Err(Refusal::NotAPoolMember.into());
        }
        if pool.off {
            return Err(Refusal::PoolOff.into());
        }
        let customer = match view.get(self.customer)? {
            Found::Here(customer) => customer,
            Found::NotHere => return self.foreshow(user, at, view),
            Found::Absent => return Err(Refusal::Missing { id: self.customer.uuid() }.into()),
        };
        if customer.owner == Some(user) {
            return Ok(()); // from another device of the same person
        }
        let log = log_of(customer.id, view)?;
        if customer.pool != Some(pool.id) {
            return Err(gone(&customer, pool.id, &log).into());
        }
        if customer.deleted() {
            return Err(Refusal::NotInPool.into());
        }
        require_cooled(&pool, user, &log, at)?;
        self.require_quota(&pool, user, at, view)?;
        require_room(&pool, user, view)?;
        let said = Said { id: self.id, what: What::Claimed, reason: self.note.clone() };
        hand(customer, Whither::Owner(user), said, at, view)
    }

    fn needs(&self) -> Vec<Need> {
        let records = [
            self.key(),
            RecordKey::new(Kind::Pool, self.pool.uuid()),
            RecordKey::new(Kind::PoolCard, self.customer.uuid()),
            RecordKey::new(Kind::Claim, self.id.uuid()),
        ];
        let log = Need::Children { kind: Kind::Claim, parent: self.key() };
        records.into_iter().map(Need::Record).chain([log]).collect()
    }

    fn creates(&self) -> Vec<RecordKey> {
        vec![RecordKey::new(Kind::Claim, self.id.uuid())]
    }
}
