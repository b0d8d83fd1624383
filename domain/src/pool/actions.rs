use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    Claim, ClaimId, Pool, PoolId, What,
    claim::{Said, Whither, hand, log_of},
    claiming::gone,
};
use crate::{
    access::Role,
    customer::{Customer, CustomerId},
    edit::edit_mutation,
    kind::{Kind, RecordKey},
    mutation::{Actor, Moment, Mutation, Nature},
    own::Unknown,
    record::Record,
    refusal::Refusal,
    value::required,
    view::{Found, Need, Stop, View},
};

fn records(customer: CustomerId, pool: Option<PoolId>, line: Option<ClaimId>) -> Vec<Need> {
    let customer = RecordKey::new(Kind::Customer, customer.uuid());
    let pool = pool.map(|id| RecordKey::new(Kind::Pool, id.uuid()));
    let line = line.map(|id| RecordKey::new(Kind::Claim, id.uuid()));
    [Some(customer), pool, line].into_iter().flatten().map(Need::Record).collect()
}

fn require_reason(reason: &str) -> Result<(), Stop> {
    Ok(required("reason", reason, Claim::REASON_MOST).map_err(Refusal::from)?)
}

/// Adds a pool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolCreate {
    pub pool: Pool,
}

impl Mutation for PoolCreate {
    const NAME: &'static str = "pool_create";

    fn apply(&self, _at: &Moment, view: &mut View) -> Result<(), Stop> {
        view.create(&self.pool)
    }

    fn needs(&self) -> Vec<Need> {
        self.creates().into_iter().map(Need::Record).collect()
    }

    fn creates(&self) -> Vec<RecordKey> {
        vec![RecordKey::new(Kind::Pool, self.pool.id.uuid())]
    }
}

edit_mutation! {
    /// Changes a pool: its people, its rules, what its cards show.
    PoolEdit of Pool as "pool_edit"
}

/// Lays a customer into a pool. The owner does it, or whoever stands above; somebody who only helps does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerRelease {
    /// The line of the log.
    pub id: ClaimId,
    pub customer: CustomerId,
    pub pool: PoolId,
    pub reason: String,
}

impl Mutation for CustomerRelease {
    const NAME: &'static str = "customer_release";

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        require_reason(&self.reason)?;
        let (Some(customer), Some(pool)) = (view.require(self.customer)?, view.require(self.pool)?) else {
            return Ok(());
        };
        if customer.deleted() {
            return Err(Refusal::Deleted { id: customer.id.uuid() }.into());
        }
        if pool.off {
            return Err(Refusal::PoolOff.into());
        }
        if customer.pool == Some(pool.id) {
            return Ok(());
        }
        if at.actor.only_helps(&customer) {
            return Err(Refusal::RoleNotAllowed.into());
        }
        let said = Said { id: self.id, what: What::Released, reason: self.reason.clone() };
        hand(customer, Whither::Pool(pool.id), said, at, view)
    }

    fn needs(&self) -> Vec<Need> {
        records(self.customer, Some(self.pool), Some(self.id))
    }

    fn creates(&self) -> Vec<RecordKey> {
        vec![RecordKey::new(Kind::Claim, self.id.uuid())]
    }
}

/// Keeps a customer out of every pool's reach up to a day, or ends that. Managers and administrators do it: an owner who
/// could would lock everything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerLock {
    pub customer: CustomerId,
    /// The last day.
    pub until: Option<NaiveDate>,
}

impl Mutation for CustomerLock {
    const NAME: &'static str = "customer_lock";

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        if let Actor::Person { roles, .. } = &at.actor
            && !roles.iter().any(|role| matches!(role, Role::Administrator | Role::Manager))
        {
            return Err(Refusal::RoleNotAllowed.into());
        }
        let Some(customer) = view.require(self.customer)? else { return Ok(()) };
        view.put(&Customer { locked_until: self.until.filter(|_| customer.owner.is_some()), ..customer })
    }

    fn needs(&self) -> Vec<Need> {
        records(self.customer, None, None)
    }
}

/// Asks the pool's administrators for a customer that one owned last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerAskBack {
    /// The line of the log.
    pub id: ClaimId,
    pub customer: CustomerId,
    pub pool: PoolId,
    pub reason: String,
}

impl Mutation for CustomerAskBack {
    const NAME: &'static str = "customer_ask_back";
    /// Whoever asks has lost the right.
    const NATURE: Nature = Nature::Crossing;

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        let Some(user) = at.actor.user() else { return Err(Refusal::RoleNotAllowed.into()) };
        require_reason(&self.reason)?;
        let customer = match view.get(self.customer)? {
            Found::Here(customer) => customer,
            Found::NotHere => return Ok(()),
            Found::Absent => return Err(Refusal::Missing { id: self.customer.uuid() }.into()),
        };
        let log = log_of(customer.id, view)?;
        let owned_last = log.iter().rev().find(|line| line.what != What::AskedBack).is_some_and(|line| line.left(user));
        if customer.pool != Some(self.pool) {
            // Only who owned it learns where it is now.
            let owned = log.iter().any(|line| line.left(user));
            return Err(if owned { gone(&customer, self.pool, &log) } else { Refusal::NotInPool }.into());
        }
        if !owned_last {
            return Err(Refusal::RoleNotAllowed.into());
        }
        view.create(&Claim {
            id: self.id,
            customer: customer.id,
            pool: customer.pool,
            what: What::AskedBack,
            from: Some(user),
            to: None,
            by: Some(user),
            at: at.arrived.unwrap_or(at.happened),
            day: at.business_date,
            reason: self.reason.clone(),
            unknown: Unknown::new(),
        })
    }

    fn needs(&self) -> Vec<Need> {
        let parent = RecordKey::new(Kind::Customer, self.customer.uuid());
        let log = Need::Children { kind: Kind::Claim, parent };
        records(self.customer, None, Some(self.id)).into_iter().chain([log]).collect()
    }

    fn creates(&self) -> Vec<RecordKey> {
        vec![RecordKey::new(Kind::Claim, self.id.uuid())]
    }
}
