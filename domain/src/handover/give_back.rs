//! The way back.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    Counts, Handover, HandoverGive, HandoverId, State,
    actions::{in_the_name_of, readable},
};
use crate::{
    customer::{Collaborator, Customer, CustomerId},
    kind::{Kind, RecordKey},
    mutation::{Actor, Moment, Mutation, Nature},
    next_action::{NextAction, NextActionId},
    pool::{Said, What, Whither, hand, passed_on},
    record::{BodyError, Record},
    refusal::Refusal,
    user::UserId,
    view::{Need, Row, Stop, View},
    visit::{self, Visit, VisitId},
};

/// Gives back what one step of a handover gave: the server's own step. What has changed hands since stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandoverReturn {
    pub handover: HandoverId,
    pub customer: CustomerId,
    /// The customer itself was given.
    pub owned: bool,
    /// It was merged into another already.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub merged: bool,
    /// Until when no rule took it, and since when they had it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locked_until: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_on: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<UserId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heir: Option<UserId>,
    /// The shares that ended with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shares: Vec<Collaborator>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<NextActionId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub visits: Vec<VisitId>,
}

impl HandoverReturn {
    /// Works out from the journal what gives a step back: `before` is what its records were. `None` if it moved nothing.
    pub fn of<'a>(
        give: &HandoverGive,
        handover: &Handover,
        before: impl IntoIterator<Item = (RecordKey, Option<&'a Row>)>,
    ) -> Option<Self> {
        let mut back = Self {
            handover: give.handover,
            customer: give.customer,
            owned: false,
            merged: false,
            locked_until: None,
            received_on: None,
            to: give.to,
            heir: give.heir,
            shares: Vec::new(),
            actions: Vec::new(),
            visits: Vec::new(),
        };
        for (key, row) in before {
            let Some(row) = row else { continue };
            match key.kind {
                Kind::Customer => {
                    let Ok(customer) = BodyError::parse::<Customer>(&row.body) else { continue };
                    back.owned = customer.owner == Some(handover.from);
                    back.merged = customer.merged_into.is_some();
                    (back.locked_until, back.received_on) = (customer.locked_until, customer.received_on);
                    // A pool takes every share.
                    let all = back.owned && give.to.is_none();
                    back.shares = customer.collaborators;
                    back.shares.retain(|helper| all || helper.user == handover.from);
                }
                Kind::NextAction => back.actions.push(key.id.into()),
                Kind::Visit => back.visits.push(key.id.into()),
                _ => {}
            }
        }
        let something = back.owned || !back.shares.is_empty() || !back.actions.is_empty() || !back.visits.is_empty();
        something.then_some(back)
    }

    /// Says whether the customer is still where the step left it; what was not given has not moved.
    fn stays(&self, handover: &Handover, customer: &Customer) -> bool {
        // Since then it was given away, claimed or merged.
        let pool = handover.way.pool().filter(|_| self.to.is_none());
        let there = customer.owner == self.to && (self.to.is_some() || customer.pool == pool);
        !self.owned || (there && (self.merged || customer.merged_into.is_none()))
    }

    /// Returns the shares that can come back.
    fn missing(&self, customer: &Customer, today: NaiveDate) -> Vec<Collaborator> {
        let lives = self.owned || customer.merged_into.is_none();
        let wanted = |share: &&Collaborator| {
            let ended = share.until.is_some_and(|until| until < today);
            lives && !ended && customer.collaborators.iter().all(|helper| helper.user != share.user)
        };
        self.shares.iter().filter(wanted).cloned().collect()
    }

    fn is_with(action: &NextAction, heir: UserId) -> bool {
        action.assignee == heir && action.done.is_none()
    }

    fn is_planned_by(visit: &Visit, heir: UserId) -> bool {
        visit.rep == heir && visit.state == visit::State::Planned
    }

    /// Says whether there is anything left of it to be given back on a day: a server that starts anew leaves out what is done.
    pub fn has_something(
        &self,
        handover: &Handover,
        customer: Option<&Customer>,
        actions: &[NextAction],
        visits: &[Visit],
        today: NaiveDate,
    ) -> bool {
        let Some(customer) = customer.filter(|customer| self.stays(handover, customer)) else { return false };
        let heir = self.heir.filter(|heir| *heir != handover.from);
        let work = heir.is_some_and(|heir| {
            actions.iter().any(|action| Self::is_with(action, heir))
                || visits.iter().any(|visit| Self::is_planned_by(visit, heir))
        });
        self.owned || work || !self.missing(customer, today).is_empty()
    }

    /// Gives the customer and the shares back; `None` if it stays, and with it what was to be done.
    fn give_back(&self, handover: &Handover, at: &Moment, view: &mut View) -> Result<Option<Counts>, Stop> {
        let mut counts = Counts::default();
        let customer = readable(view.get_exact::<Customer>(self.customer))?;
        let Some(mut customer) = customer.filter(|customer| self.stays(handover, customer)) else { return Ok(None) };
        for share in self.missing(&customer, at.business_date) {
            counts.shared += u32::from(!self.owned && share.user == handover.from && !customer.deleted());
            customer.collaborators.push(share);
        }
        if !self.owned {
            view.put(&customer)?;
            return Ok(Some(counts));
        }
        let whither = Whither::Owner(handover.from);
        if customer.merged_into.is_some() {
            customer = passed_on(customer, &whither, at);
        } else {
            counts.customers = u32::from(!customer.deleted());
            let said =
                Said { id: view.derived_id("handed_back"), what: What::Assigned, reason: handover.reason.clone() };
            hand(customer, whither, said, at, view)?;
            let Some(handed) = view.get_exact::<Customer>(self.customer)?.here() else { return Ok(None) };
            customer = handed;
        }
        // It is as if it had never been away.
        view.put(&Customer { locked_until: self.locked_until, received_on: self.received_on, ..customer })?;
        Ok(Some(counts))
    }

    /// Gives back what was to be done, where nobody has done it or passed it on.
    fn give_work_back(&self, handover: &Handover, heir: UserId, view: &mut View) -> Result<Counts, Stop> {
        let mut counts = Counts::default();
        for id in &self.actions {
            let action = readable(view.get_exact::<NextAction>(*id))?;
            if let Some(action) = action.filter(|action| Self::is_with(action, heir)) {
                counts.next_actions += u32::from(!action.deleted());
                view.put(&NextAction { assignee: handover.from, ..action })?;
            }
        }
        for id in &self.visits {
            let visit = readable(view.get_exact::<Visit>(*id))?;
            if let Some(visit) = visit.filter(|visit| Self::is_planned_by(visit, heir)) {
                counts.visits += 1;
                view.put(&Visit { rep: handover.from, ..visit })?;
            }
        }
        Ok(counts)
    }
}

impl Mutation for HandoverReturn {
    const NAME: &'static str = "handover_return";
    const NATURE: Nature = Nature::Crossing;

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        if at.actor != Actor::System {
            return Err(Refusal::RoleNotAllowed.into());
        }
        let Some(handover) = view.get_exact(self.handover)?.here() else { return Ok(()) };
        if handover.state != State::Returning {
            return Ok(());
        }
        let at = in_the_name_of(&handover, at);
        view.stamp_by(&at);
        let Some(mut counts) = self.give_back(&handover, &at, view)? else { return Ok(()) };
        if let Some(heir) = self.heir {
            counts = counts + self.give_work_back(&handover, heir, view)?;
        }
        let returned = handover.returned + counts;
        view.put(&Handover { returned, ..handover })
    }

    fn needs(&self) -> Vec<Need> {
        let records = [
            RecordKey::new(Kind::Handover, self.handover.uuid()),
            RecordKey::new(Kind::Customer, self.customer.uuid()),
        ];
        let actions = self.actions.iter().map(|id| RecordKey::new(Kind::NextAction, id.uuid()));
        let visits = self.visits.iter().map(|id| RecordKey::new(Kind::Visit, id.uuid()));
        records.into_iter().chain(actions).chain(visits).map(Need::Record).collect()
    }
}
