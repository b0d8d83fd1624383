//! What somebody leaves goes to others, step by step, while everybody works on and the server goes down in between. Luck comes
//! from a stream of its own.

use domain::{
    customer::Customer,
    handover::{Counts, Estate, Handover, HandoverFinish, HandoverId, HandoverStart, State, Way},
    id::Id,
    next_action::NextAction,
    opportunity::Opportunity,
    pool::Pool,
    user::{User, UserId},
    visit::{self, Visit},
};

use super::{
    checkers::law,
    device::Failed,
    host::Host,
    pools::{all, stored},
    rng::Rng,
    world::World,
};
use crate::memory::Tables;

/// Who hands over, and what runs.
pub(super) struct HandoversActor {
    luck: Rng,
    running: Option<HandoverId>,
}

impl HandoversActor {
    pub(super) fn new(luck: Rng) -> Self {
        Self { luck, running: None }
    }
}

/// What somebody leaves, as the server finds it.
fn estate(tables: &Tables, from: UserId) -> Estate {
    let mut estate = Estate::new(from);
    all::<Customer>(tables).into_iter().for_each(|customer| estate.customer(customer));
    all::<NextAction>(tables).iter().for_each(|action| estate.next_action(action));
    all::<Visit>(tables).iter().for_each(|visit| estate.visit(visit));
    all::<Opportunity>(tables).iter().for_each(|it| estate.opportunity(it));
    for customer in estate.unseen() {
        stored(tables, customer).into_iter().for_each(|customer| estate.see(customer));
    }
    estate
}

fn is_active(tables: &Tables, user: UserId) -> bool {
    stored::<User>(tables, user).is_some_and(|user| user.active)
}

impl<H: Host> World<H> {
    /// Now and then a handover is started, or the server goes on with it for a few customers.
    pub(super) fn maybe_hand_over(&mut self) -> Failed {
        let tables = self.server.tables();
        let running = self.handovers.running.and_then(|id| stored::<Handover>(&tables, id));
        match running.filter(|handover| handover.state == State::Running) {
            Some(handover) => self.go_on_handing_over(&tables, &handover),
            None => self.start_handing_over(&tables),
        }
    }

    fn start_handing_over(&mut self, tables: &Tables) -> Failed {
        let people = self.users.clone();
        let (Some(from), Some(to)) =
            (self.handovers.luck.pick(&people).copied(), self.handovers.luck.pick(&people).copied())
        else {
            return Ok(());
        };
        let pool = all::<Pool>(tables).first().map(|pool| pool.id);
        let way = match (self.handovers.luck.below(4), pool) {
            (0, Some(pool)) => Way::Pool { pool },
            (1, _) => Way::InTurn { among: people.into_iter().filter(|user| *user != from).take(3).collect() },
            _ => Way::One { to },
        };
        let id = Id::new(self.handovers.luck.uuid(self.now));
        let start =
            HandoverStart { id, from, way, reason: "調職".into(), frozen: false, base: 0, total: Counts::default() };
        self.handovers.running = Some(id);
        let entry = self.handovers.luck.uuid(self.now);
        self.server.command(entry, start.into(), self.clock())
    }

    fn go_on_handing_over(&mut self, tables: &Tables, handover: &Handover) -> Failed {
        // The server's own job, or some of its steps: then others work in between.
        if self.handovers.luck.chance(50) {
            self.server.hand_over(1, self.clock())?;
        } else {
            let administrators = |pool| {
                let pool: Option<Pool> = stored(tables, pool);
                pool.map(|pool| pool.administrators).unwrap_or_default()
            };
            let active = |user| is_active(tables, user);
            let given = estate(tables, handover.from).divide(handover, active, administrators);
            if given.is_empty() {
                let entry = self.handovers.luck.uuid(self.now);
                let finish = HandoverFinish { handover: handover.id, back: false };
                self.server.command(entry, finish.into(), self.clock())?;
            }
            let few = 1 + self.handovers.luck.below(16);
            for given in given.into_iter().take(few) {
                let entry = self.handovers.luck.uuid(self.now);
                self.server.command(entry, given.give.into(), self.clock())?;
            }
        }
        self.check_received(tables, handover.from)?;
        self.check_handed_over(handover.id)
    }

    /// Whatever was somebody's before a step is theirs still, or with somebody who is there, or in a pool.
    fn check_received(&self, before: &Tables, from: UserId) -> Failed {
        let after = self.server.tables();
        for customer in all::<Customer>(before).into_iter().filter(|customer| customer.owner == Some(from)) {
            let Some(now) = stored(&after, customer.id) else { continue };
            let arrived = match now.owner {
                Some(owner) => owner == from || is_active(&after, owner),
                None => now.pool.is_some(),
            };
            law(arrived, || format!("customer {} of {from} was handed over to nobody", customer.id))?;
        }
        Ok(())
    }

    /// When a handover is done, nothing is left with whoever leaves: it is looked for without the plan.
    fn check_handed_over(&self, id: HandoverId) -> Failed {
        let tables = self.server.tables();
        let handover: Option<Handover> = stored(&tables, id);
        let Some(handover) = handover.filter(|handover| matches!(handover.state, State::Done { .. })) else {
            return Ok(());
        };
        let from = handover.from;
        // Where no receiver is there any more, what is owned stays.
        let receivers = handover.way.receivers();
        let stays = handover.way.pool().is_none() && !receivers.iter().any(|user| is_active(&tables, *user));
        for customer in all::<Customer>(&tables) {
            let owns = customer.owner == Some(from) && !stays;
            let helps = customer.collaborators.iter().any(|helper| helper.user == from);
            law(!owns && !helps, || format!("customer {} is still with {from}, who has left", customer.id))?;
        }
        // What lies in a pool that nobody administers waits for whoever claims it, and so does what is with somebody who left.
        let nobodys = |customer| {
            let customer: Option<Customer> = stored(&tables, customer);
            let owner = customer.and_then(|customer| customer.owner);
            owner.is_none_or(|owner| (stays && owner == from) || !is_active(&tables, owner))
        };
        for action in all::<NextAction>(&tables).into_iter().filter(|action| action.done.is_none()) {
            let left = action.assignee == from && !nobodys(action.customer);
            law(!left, || format!("next action {} is still with {from}, who has left", action.id))?;
        }
        for visit in all::<Visit>(&tables).into_iter().filter(|visit| visit.state == visit::State::Planned) {
            let left = visit.rep == from && !nobodys(visit.customer);
            law(!left, || format!("visit {} is still with {from}, who has left", visit.id))?;
        }
        Ok(())
    }
}
