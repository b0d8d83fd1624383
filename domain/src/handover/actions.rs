use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Counts, Handover, HandoverId, State, Way, may_hand_over};
use crate::{
    access::{Right, Role},
    customer::{Customer, CustomerId},
    department::Department,
    id::Id,
    kind::{Kind, RecordKey},
    mutation::{Actor, Moment, Mutation, Nature},
    next_action::NextAction,
    opportunity::{Opportunity, Outcome},
    own::Unknown,
    plant::{Plant, planted},
    pool::{Said, What, Whither, hand, passed_on},
    record::Record,
    refusal::{FieldError, Problem, Refusal},
    user::{User, UserId},
    view::{Found, Need, Stop, View},
    visit::{self, Visit},
};

fn key(id: HandoverId) -> RecordKey {
    RecordKey::new(Kind::Handover, id.uuid())
}

fn user_key(id: UserId) -> RecordKey {
    RecordKey::new(Kind::User, id.uuid())
}

/// One that this build cannot read is nobody's; it must not keep everything else with whoever leaves.
pub(super) fn readable<R>(found: Result<Found<R>, Stop>) -> Result<Option<R>, Stop> {
    match found {
        Err(Stop::Broken(_)) => Ok(None),
        found => Ok(found?.here()),
    }
}

/// Returns the moment in the name of whoever hands over: the server only does the work.
pub(super) fn in_the_name_of(handover: &Handover, at: &Moment) -> Moment {
    let actor = handover.by.map_or(Actor::System, |user| Actor::Person { user, roles: BTreeSet::new() });
    Moment { actor, ..at.clone() }
}

/// Refuses whoever may not hand over what somebody leaves.
fn require_right(from: UserId, at: &Moment, view: &mut View) -> Result<(), Stop> {
    let Actor::Person { user, roles } = &at.actor else { return Ok(()) };
    let view = std::cell::RefCell::new(view);
    let may = may_hand_over(
        *user,
        roles,
        from,
        |id| -> Result<Option<User>, Stop> { Ok(view.borrow_mut().get(id)?.here()) },
        |id| -> Result<Option<Department>, Stop> { Ok(view.borrow_mut().get(id)?.here()) },
    )?;
    if may { Ok(()) } else { Err(Refusal::RoleNotAllowed.into()) }
}

/// Nobody else ends an account.
fn administers(actor: &Actor) -> bool {
    matches!(actor, Actor::Person { roles, .. } if roles.contains(&Role::Administrator))
}

/// Says whether an account may be used; whoever cannot be read receives nothing.
fn active(id: UserId, view: &mut View) -> Result<bool, Stop> {
    Ok(readable(view.get(id))?.is_some_and(|user: User| user.active))
}

/// Returns the running handovers in which somebody takes part, except one.
fn running_of(user: UserId, except: HandoverId, view: &mut View) -> Result<Vec<Handover>, Stop> {
    let mut running = Vec::new();
    for id in view.children(Kind::Handover, user_key(user))? {
        let handover = readable(view.get_exact::<Handover>(Id::new(id)))?;
        running.extend(handover.filter(|handover| handover.id != except && handover.state.runs()));
    }
    Ok(running)
}

/// Starts a handover; the server does the rest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandoverStart {
    pub id: HandoverId,
    pub from: UserId,
    pub way: Way,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The account is ended in the same step, by another entry.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub frozen: bool,
    /// The revision behind which the journal will tell what was moved.
    #[serde(default)]
    pub base: u64,
    /// What there is.
    #[serde(default)]
    pub total: Counts,
}

impl HandoverStart {
    /// Refuses receivers who could not work with what they receive.
    fn require_receivers(&self, view: &mut View) -> Result<(), Stop> {
        for receiver in self.way.receivers() {
            let Some(user) = view.require(receiver)? else { continue };
            let works = user.roles.iter().any(|role| role.right(Kind::Customer) == Some(Right::Write));
            if !user.active || !works {
                return Err(Refusal::from(FieldError::new("to", Problem::NotAChoice)).into());
            }
        }
        match self.way.pool() {
            Some(pool) if view.require(pool)?.is_some_and(|pool| pool.off) => Err(Refusal::PoolOff.into()),
            _ => Ok(()),
        }
    }

    /// Nobody leaves and receives at a time: what goes round in a circle comes to rest nowhere.
    fn require_quiet(&self, view: &mut View) -> Result<(), Stop> {
        let mut busy = !running_of(self.from, self.id, view)?.is_empty();
        for receiver in self.way.receivers() {
            busy |= running_of(receiver, self.id, view)?.iter().any(|other| other.from == receiver);
        }
        if busy { Err(Refusal::HandoverRuns.into()) } else { Ok(()) }
    }
}

impl Mutation for HandoverStart {
    const NAME: &'static str = "handover_start";
    /// A manager hands over what others hold: the rule itself says who may.
    const NATURE: Nature = Nature::Crossing;

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        view.require(self.from)?;
        require_right(self.from, at, view)?;
        self.require_receivers(view)?;
        self.require_quiet(view)?;
        view.create(&Handover {
            id: self.id,
            from: self.from,
            by: at.actor.user(),
            at: at.arrived.unwrap_or(at.happened),
            way: self.way.clone(),
            reason: self.reason.trim().to_owned(),
            frozen: self.frozen && administers(&at.actor),
            base: self.base,
            total: self.total,
            moved: Counts::default(),
            returned: Counts::default(),
            state: State::Running,
            unknown: Unknown::new(),
        })
    }

    fn needs(&self) -> Vec<Need> {
        let people: Vec<RecordKey> = self.way.receivers().into_iter().chain([self.from]).map(user_key).collect();
        let pool = self.way.pool().map(|pool| RecordKey::new(Kind::Pool, pool.uuid()));
        let records = people.iter().copied().chain(pool).chain([key(self.id)]).map(Need::Record);
        let children = people.iter().map(|parent| Need::Children { kind: Kind::Handover, parent: *parent });
        records.chain(children).collect()
    }

    fn creates(&self) -> Vec<RecordKey> {
        vec![key(self.id)]
    }
}

/// Hands one customer over, with all that is to be done with it: the server's own step. Of somebody else's customer only what
/// was to be done goes, and the share ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandoverGive {
    pub handover: HandoverId,
    pub customer: CustomerId,
    /// Who owns it next; nobody where it goes into the pool, or is somebody else's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<UserId>,
    /// Who does from now on what was to be done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heir: Option<UserId>,
}

impl HandoverGive {
    fn customer_key(&self) -> RecordKey {
        RecordKey::new(Kind::Customer, self.customer.uuid())
    }

    /// Says whether the records are no longer what this step was planned for: it moves nothing then, and the server plans anew.
    fn stale(&self, handover: &Handover, customer: &Customer, view: &mut View) -> Result<bool, Stop> {
        if customer.owner == Some(handover.from) {
            // It was somebody else's, or its receiver's account has ended.
            let nowhere = self.to.is_none() && handover.way.pool().is_none();
            let ended = match self.to {
                Some(to) => !active(to, view)?,
                None => false,
            };
            if nowhere || ended {
                return Ok(true);
            }
        } else if let Some(owner) = customer.owner
            && self.heir != Some(owner)
            && active(owner, view)?
        {
            return Ok(true);
        }
        match self.heir {
            Some(heir) => Ok(!active(heir, view)?),
            None => Ok(false),
        }
    }

    /// Gives the customer, or ends the share.
    fn give(&self, handover: &Handover, customer: Customer, at: &Moment, view: &mut View) -> Result<Counts, Stop> {
        let mut counts = Counts::default();
        let (owned, helpers) = (customer.owner == Some(handover.from), customer.collaborators.len());
        let mut customer = customer;
        customer.collaborators.retain(|helper| helper.user != handover.from);
        let shared = customer.collaborators.len() < helpers;
        if !owned {
            counts.shared = u32::from(shared && !customer.deleted());
            view.put(&customer)?;
            return Ok(counts);
        }
        let (whither, what) = match (self.to, handover.way.pool()) {
            (Some(to), _) => (Whither::Owner(to), What::Assigned),
            (None, Some(pool)) => (Whither::Pool(pool), What::Released),
            (None, None) => return Ok(counts),
        };
        // What was merged has left its log to the survivor.
        if customer.merged_into.is_some() {
            view.put(&passed_on(customer, &whither, at))?;
            return Ok(counts);
        }
        counts.customers = u32::from(!customer.deleted());
        let said = Said { id: view.derived_id("handed_over"), what, reason: handover.reason.clone() };
        hand(customer, whither, said, at, view)?;
        for id in view.children(Kind::Opportunity, self.customer_key())? {
            let opportunity = readable(view.get_exact::<Opportunity>(Id::new(id)))?;
            let open = opportunity.is_some_and(|it| it.outcome == Outcome::Open && !it.deleted());
            counts.opportunities += u32::from(open);
        }
        Ok(counts)
    }

    /// Gives what was to be done.
    fn give_work(&self, from: UserId, heir: UserId, view: &mut View) -> Result<Counts, Stop> {
        let mut counts = Counts::default();
        for id in view.children(Kind::NextAction, self.customer_key())? {
            let action = readable(view.get_exact::<NextAction>(Id::new(id)))?;
            let theirs = action.filter(|action| action.assignee == from && action.done.is_none());
            if let Some(action) = theirs.filter(|_| !planted(Plant::HandoverKeepsActions)) {
                counts.next_actions += u32::from(!action.deleted());
                view.put(&NextAction { assignee: heir, ..action })?;
            }
        }
        for id in view.children(Kind::Visit, self.customer_key())? {
            let visit = readable(view.get_exact::<Visit>(Id::new(id)))?;
            if let Some(visit) = visit.filter(|visit| visit.rep == from && visit.state == visit::State::Planned) {
                counts.visits += 1;
                view.put(&Visit { rep: heir, ..visit })?;
            }
        }
        Ok(counts)
    }
}

impl Mutation for HandoverGive {
    const NAME: &'static str = "handover_give";
    const NATURE: Nature = Nature::Crossing;

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        if at.actor != Actor::System {
            return Err(Refusal::RoleNotAllowed.into());
        }
        let Some(handover) = view.get_exact(self.handover)?.here() else { return Ok(()) };
        if handover.state != State::Running {
            return Ok(());
        }
        let Some(customer) = view.get_exact(self.customer)?.here() else { return Ok(()) };
        if self.stale(&handover, &customer, view)? {
            return Ok(());
        }
        let at = in_the_name_of(&handover, at);
        view.stamp_by(&at);
        let mut counts = self.give(&handover, customer, &at, view)?;
        if let Some(heir) = self.heir.filter(|heir| *heir != handover.from) {
            counts = counts + self.give_work(handover.from, heir, view)?;
        }
        let moved = handover.moved + counts;
        view.put(&Handover { moved, ..handover })
    }

    fn needs(&self) -> Vec<Need> {
        let children = [Kind::NextAction, Kind::Visit, Kind::Opportunity];
        let children = children.map(|kind| Need::Children { kind, parent: self.customer_key() });
        let people = [self.to, self.heir].into_iter().flatten().map(user_key);
        let records = [key(self.handover), self.customer_key()].into_iter().chain(people).map(Need::Record);
        records.chain(children).collect()
    }
}

/// Says that the server has done what there was to do, forth or back. It names the way: whoever saw that all was given must not
/// end the return that has begun since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandoverFinish {
    pub handover: HandoverId,
    /// What was to be given back is given back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub back: bool,
}

impl Mutation for HandoverFinish {
    const NAME: &'static str = "handover_finish";
    const NATURE: Nature = Nature::Crossing;

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        if at.actor != Actor::System {
            return Err(Refusal::RoleNotAllowed.into());
        }
        let Some(handover) = view.get_exact(self.handover)?.here() else { return Ok(()) };
        let now = at.arrived.unwrap_or(at.happened);
        let state = match (handover.state, self.back) {
            (State::Running, false) => State::Done { at: now },
            (State::Returning, true) => State::Undone { at: now },
            _ => return Ok(()),
        };
        view.put(&Handover { state, ..handover })
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::Record(key(self.handover))]
    }
}

/// Takes a handover back, within a week. What has changed hands since stays where it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandoverUndo {
    pub id: HandoverId,
}

impl Mutation for HandoverUndo {
    const NAME: &'static str = "handover_undo";
    const NATURE: Nature = Nature::Crossing;

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        let Some(handover) = view.require(self.id)? else { return Ok(()) };
        require_right(handover.from, at, view)?;
        match handover.state {
            State::Returning | State::Undone { .. } => Ok(()),
            State::Running => Err(Refusal::HandoverRuns.into()),
            State::Done { .. } if !handover.can_be_undone(at.arrived.unwrap_or(at.happened)) => {
                Err(Refusal::HandoverStands.into())
            }
            // What comes back would be given away again at once.
            State::Done { .. }
                if running_of(handover.from, handover.id, view)?.iter().any(|other| other.from == handover.from) =>
            {
                Err(Refusal::HandoverRuns.into())
            }
            State::Done { .. } => view.put(&Handover { state: State::Returning, ..handover }),
        }
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::Record(key(self.id))]
    }
}
