//! What somebody leaves, and how it is divided.

use std::collections::BTreeMap;

use super::{Counts, Handover, HandoverGive};
use crate::{
    customer::{Customer, CustomerId},
    next_action::NextAction,
    opportunity::{Opportunity, Outcome},
    plant::{Plant, planted},
    pool::PoolId,
    record::Record as _,
    user::UserId,
    visit::{State, Visit},
};

/// What somebody has of one customer: the customer itself, or only something to do with it.
#[derive(Clone, Debug)]
struct Holding {
    customer: Option<Customer>,
    counts: Counts,
}

/// Everything that somebody leaves. It is shown all records, customers before opportunities, and keeps what is theirs.
#[derive(Clone, Debug)]
pub struct Estate {
    from: UserId,
    holdings: BTreeMap<CustomerId, Holding>,
}

/// One step of a handover, and what it moves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    pub give: HandoverGive,
    pub counts: Counts,
}

impl Estate {
    /// Begins with nothing.
    pub const fn new(from: UserId) -> Self {
        Self { from, holdings: BTreeMap::new() }
    }

    fn holding(&mut self, id: CustomerId) -> &mut Holding {
        self.holdings.entry(id).or_insert(Holding { customer: None, counts: Counts::default() })
    }

    /// Looks at a customer. One that lies in the recycle bin, or was merged, has an owner too.
    pub fn customer(&mut self, customer: Customer) {
        let owned = customer.owner == Some(self.from);
        let shared = customer.collaborators.iter().any(|helper| helper.user == self.from);
        if !owned && !shared {
            return;
        }
        let lives = !customer.deleted() && customer.merged_into.is_none();
        let holding = self.holding(customer.id);
        holding.counts.customers = u32::from(owned && lives);
        holding.counts.shared = u32::from(shared && !owned && lives);
        holding.customer = Some(customer);
    }

    /// Looks at a next action.
    pub fn next_action(&mut self, action: &NextAction) {
        if action.assignee == self.from && action.done.is_none() && !planted(Plant::HandoverKeepsActions) {
            self.holding(action.customer).counts.next_actions += u32::from(!action.deleted());
        }
    }

    /// Looks at a visit.
    pub fn visit(&mut self, visit: &Visit) {
        if visit.rep == self.from && visit.state == State::Planned {
            self.holding(visit.customer).counts.visits += 1;
        }
    }

    /// Looks at an opportunity: it goes with its customer, and keeps its stage.
    pub fn opportunity(&mut self, opportunity: &Opportunity) {
        let open = opportunity.outcome == Outcome::Open && !opportunity.deleted();
        if let Some(holding) = self.holdings.get_mut(&opportunity.customer).filter(|_| open)
            && holding.customer.as_ref().is_some_and(|customer| customer.owner == Some(self.from))
        {
            holding.counts.opportunities += 1;
        }
    }

    /// Returns the customers of which only something to do is theirs, and which were not looked at.
    pub fn unseen(&self) -> Vec<CustomerId> {
        self.holdings.iter().filter(|(_, holding)| holding.customer.is_none()).map(|(id, _)| *id).collect()
    }

    /// Takes such a customer.
    pub fn see(&mut self, customer: Customer) {
        if let Some(holding) = self.holdings.get_mut(&customer.id) {
            holding.customer.get_or_insert(customer);
        }
    }

    /// Returns how much there is.
    pub fn counts(&self) -> Counts {
        self.holdings.values().map(|holding| holding.counts).fold(Counts::default(), std::ops::Add::add)
    }

    /// Divides it, in the order of the customers' ids; the same for the same records however often the work was interrupted.
    /// What is to be done with a customer goes to its next owner, with somebody else's customer to that owner, and with one
    /// in a pool to the pool's first administrator, else to whoever hands over. Only accounts that are `active` receive: what
    /// would go to an ended one goes to whoever hands over, else to another receiver. What nobody can take is left out.
    pub fn divide<Administrators: IntoIterator<Item = UserId>>(
        &self,
        handover: &Handover,
        active: impl Fn(UserId) -> bool,
        administrators_of: impl Fn(PoolId) -> Administrators,
    ) -> Vec<Given> {
        let takes = |user: &UserId| *user != self.from && active(*user);
        let by = handover.by.filter(takes);
        let stand_in = by.or_else(|| handover.way.receivers().into_iter().find(takes));
        let mut turn = handover.moved.customers as usize;
        let mut given = Vec::new();
        for (id, holding) in &self.holdings {
            let Some(customer) = &holding.customer else { continue };
            let owned = customer.owner == Some(self.from);
            let to = if owned { handover.way.receiver(customer, turn) } else { None };
            let to = to.and_then(|to| Some(to).filter(takes).or(stand_in));
            if owned && to.is_none() && handover.way.pool().is_none() {
                continue;
            }
            turn += usize::from(holding.counts.customers > 0);
            let pool = if owned { handover.way.pool() } else { customer.pool };
            let heir = if owned { to } else { customer.owner.filter(takes) };
            let heir = heir.or_else(|| pool.and_then(|pool| administrators_of(pool).into_iter().find(takes))).or(by);
            let shared = customer.collaborators.iter().any(|helper| helper.user == self.from);
            if owned || shared || heir.is_some() {
                let give = HandoverGive { handover: handover.id, customer: *id, to, heir };
                given.push(Given { give, counts: holding.counts });
            }
        }
        given
    }
}
