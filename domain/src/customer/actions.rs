use serde::{Deserialize, Serialize};

use super::{Collaborator, Customer, CustomerId, unmerge::exactly};
use crate::{
    access::{Right, Role},
    edit::edit_mutation,
    kind::{Kind, RecordKey},
    mutation::{Actor, Moment, Mutation, Nature},
    own,
    pool::{PoolId, Said, What, Whither, hand},
    record::Record,
    refusal::Refusal,
    user::UserId,
    view::{Need, Stop, View},
};

fn key(id: CustomerId) -> RecordKey {
    RecordKey::new(Kind::Customer, id.uuid())
}

/// Adds a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerCreate {
    pub customer: Customer,
}

impl Mutation for CustomerCreate {
    const NAME: &'static str = "customer_create";
    /// Nobody has a right yet to what does not exist: the rule itself asks for the roles.
    const NATURE: Nature = Nature::Crossing;

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        if let Actor::Person { user, roles } = &at.actor {
            let may = roles.iter().any(|role| role.right(Kind::Customer) == Some(Right::Write));
            let for_others =
                roles.iter().any(|r| matches!(r, Role::Administrator | Role::SalesAssistant | Role::Manager));
            if !may || (self.customer.owner != Some(*user) && !for_others) {
                return Err(Refusal::RoleNotAllowed.into());
            }
        }
        // Whoever enters customers for others may lay them into a pool at once.
        let pool = self.customer.pool.filter(|_| self.customer.owner.is_none());
        view.create(&Customer {
            merged_into: None,
            joined: Vec::new(),
            deleted_at: None,
            pool,
            pooled_on: pool.map(|_| at.business_date),
            received_on: None,
            locked_until: None,
            recycle_since: None,
            ..self.customer.clone()
        })
    }

    fn needs(&self) -> Vec<Need> {
        let own = own::needs(self.customer.own.keys().copied());
        [Need::Record(key(self.customer.id))].into_iter().chain(own).collect()
    }

    fn creates(&self) -> Vec<RecordKey> {
        vec![key(self.customer.id)]
    }
}

edit_mutation! {
    /// Changes fields of a customer.
    CustomerEdit of Customer as "customer_edit"
}

/// Gives a customer to another owner, out of a pool or from somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerAssign {
    pub id: CustomerId,
    /// The pool into which it goes back where nobody is to own it: so an assignment out of it is undone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<PoolId>,
    pub owner: Option<UserId>,
}

impl Mutation for CustomerAssign {
    const NAME: &'static str = "customer_assign";

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        let Some(customer) = view.require(self.id)? else { return Ok(()) };
        if let Some(owner) = self.owner {
            view.require(owner)?;
        }
        let pool = self.pool.filter(|_| self.owner.is_none());
        if let Some(pool) = pool {
            // An owner gives up a customer with a reason, and waits before claiming it again.
            if at.actor.user().is_some_and(|user| customer.owner == Some(user)) && !at.actor.leads() {
                return Err(Refusal::RoleNotAllowed.into());
            }
            if view.require(pool)?.is_some_and(|pool| pool.off) {
                return Err(Refusal::PoolOff.into());
            }
        }
        if (customer.owner, customer.pool.filter(|_| pool.is_some())) == (self.owner, pool) {
            return Ok(());
        }
        if at.actor.only_helps(&customer) {
            return Err(Refusal::RoleNotAllowed.into());
        }
        let whither = match (self.owner, pool) {
            (Some(owner), _) => Whither::Owner(owner),
            (None, Some(pool)) => Whither::Pool(pool),
            (None, None) => Whither::Nobody,
        };
        let said = Said { id: view.derived_id("assigned"), what: What::Assigned, reason: String::new() };
        hand(customer, whither, said, at, view)
    }

    fn needs(&self) -> Vec<Need> {
        let pool = self.pool.map(|pool| RecordKey::new(Kind::Pool, pool.uuid()));
        [key(self.id)].into_iter().chain(pool).map(Need::Record).collect()
    }
}

/// Lets somebody else see or edit a customer, until a day or for good; `right: None` ends it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerShare {
    pub id: CustomerId,
    pub user: UserId,
    pub right: Option<Right>,
    pub until: Option<chrono::NaiveDate>,
}

impl Mutation for CustomerShare {
    const NAME: &'static str = "customer_share";

    fn apply(&self, _at: &Moment, view: &mut View) -> Result<(), Stop> {
        let Some(mut customer) = view.require(self.id)? else { return Ok(()) };
        view.require(self.user)?;
        customer.collaborators.retain(|c| c.user != self.user);
        if let Some(right) = self.right {
            customer.collaborators.push(Collaborator { user: self.user, right, until: self.until });
        }
        view.put(&customer)
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::Record(key(self.id))]
    }
}

/// Ends the shares whose last day has passed; the server runs it at midnight of the organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerSharesExpire {
    pub id: CustomerId,
}

impl Mutation for CustomerSharesExpire {
    const NAME: &'static str = "customer_shares_expire";
    const NATURE: Nature = Nature::Crossing;

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        if at.actor != Actor::System {
            return Err(Refusal::RoleNotAllowed.into());
        }
        let Some(mut customer) = view.get_exact(self.id)?.here() else { return Ok(()) };
        customer.collaborators.retain(|c| c.until.is_none_or(|until| until >= at.business_date));
        view.put(&customer)
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::Record(key(self.id))]
    }
}

/// Puts a customer into the recycle bin, or takes it out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerBin {
    pub id: CustomerId,
    pub binned: bool,
}

impl Mutation for CustomerBin {
    const NAME: &'static str = "customer_bin";

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        let Some(customer) = exactly(self.id, view)? else { return Ok(()) };
        if customer.deleted() == self.binned {
            return Ok(());
        }
        // Whoever puts away the one that went does not mean the one that stayed.
        if customer.merged_into.is_some() {
            return Err(Refusal::AlreadyMerged.into());
        }
        view.put(&Customer { deleted_at: self.binned.then_some(at.happened), ..customer })
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::Record(key(self.id))]
    }
}
