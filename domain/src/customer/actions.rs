use serde::{Deserialize, Serialize};

use super::{Collaborator, Customer, CustomerId};
use crate::{
    access::{Right, Role},
    edit::edit_mutation,
    kind::{Kind, RecordKey},
    mutation::{Actor, Moment, Mutation, Nature},
    own,
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
        view.create(&Customer { merged_into: None, deleted_at: None, ..self.customer.clone() })
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

/// Gives a customer to another owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerAssign {
    pub id: CustomerId,
    pub owner: Option<UserId>,
}

impl Mutation for CustomerAssign {
    const NAME: &'static str = "customer_assign";

    fn apply(&self, _at: &Moment, view: &mut View) -> Result<(), Stop> {
        let Some(customer) = view.require(self.id)? else { return Ok(()) };
        if let Some(owner) = self.owner {
            view.require(owner)?;
        }
        view.put(&Customer { owner: self.owner, ..customer })
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::Record(key(self.id))]
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
        let Some(customer) = view.require(self.id)? else { return Ok(()) };
        if customer.deleted() == self.binned {
            return Ok(());
        }
        view.put(&Customer { deleted_at: self.binned.then_some(at.happened), ..customer })
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::Record(key(self.id))]
    }
}
