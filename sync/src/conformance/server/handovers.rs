//! Cases for handovers: nothing stays with whoever leaves, the work survives the server, and it can be taken back.

use std::collections::BTreeMap;

use domain::{
    access::Right,
    customer::{Customer, CustomerId, CustomerShare},
    handover::{Counts, Handover, HandoverId, HandoverStart, HandoverUndo, State, Way},
    id::Id,
    mutation::Action,
    next_action::{NextAction, NextActionAdd, NextActionId},
    own::Unknown,
    pool::{Claim, Pool, PoolCreate, PoolId, What},
    refusal::Refusal,
    user::UserId,
};

use super::support::{DAY, Device, Office, day_of};
use crate::{
    protocol::Verdict,
    server::{ServerStore, apply_as, hand_over},
};

impl<S: ServerStore> Office<S> {
    fn start(&self, from: UserId, way: Way) -> HandoverStart {
        let id = HandoverId::new(self.id());
        HandoverStart { id, from, way, reason: "離職".into(), frozen: false, base: 0, total: Counts::default() }
    }

    /// Starts a handover in the administrator's name.
    async fn started(&self, from: UserId, way: Way) -> HandoverId {
        let start = self.start(from, way);
        let id = start.id;
        assert_eq!(self.asked(self.boss, start).await, Ok(()));
        id
    }

    /// Asks for something in a form of the server's.
    async fn asked(&self, user: UserId, action: impl Into<Action>) -> Result<(), Refusal> {
        apply_as(&self.store, user, &[(self.id(), action.into())], &self.clock).await.expect("the database")
    }

    async fn taken_back(&self, id: HandoverId) {
        assert_eq!(self.asked(self.boss, HandoverUndo { id }).await, Ok(()));
    }

    async fn worked(&self, most: usize) {
        hand_over(&self.store, &self.clock, most).await.expect("a handover goes on");
    }

    async fn handed_over(&self, from: UserId, way: Way) -> HandoverId {
        let id = self.started(from, way).await;
        self.worked(usize::MAX).await;
        id
    }

    async fn handover(&self, id: HandoverId) -> Handover {
        self.stored(id).await.expect("a handover")
    }

    async fn next_action(&self, customer: CustomerId, assignee: UserId) -> NextActionId {
        let action = NextAction {
            id: Id::new(self.id()),
            customer,
            contact: None,
            due: day_of(self.now()),
            time: None,
            what: "回電".into(),
            assignee,
            done: None,
            deleted_at: None,
            unknown: Unknown::new(),
        };
        let id = action.id;
        self.system(NextActionAdd { action }).await;
        id
    }

    async fn assignee(&self, id: NextActionId) -> UserId {
        self.stored::<NextAction>(id).await.expect("a next action").assignee
    }

    async fn owner_of(&self, id: CustomerId) -> Option<UserId> {
        self.stored::<Customer>(id).await.expect("a customer").owner
    }

    async fn pool_of_head(&self) -> PoolId {
        let pool = Pool { administrators: [self.head].into(), ..Pool::named(Id::new(self.id()), "公海") };
        let id = pool.id;
        self.system(PoolCreate { pool }).await;
        id
    }

    async fn share(&self, id: CustomerId, user: UserId) {
        self.system(CustomerShare { id, user, right: Some(Right::Write), until: None }).await;
    }
}

fn held(device: &Device) -> usize {
    device.all::<Customer>().len() + device.all::<NextAction>().len() + device.all::<Claim>().len()
}

pub async fn a_handover_leaves_nothing_with_whoever_leaves<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let own = office.customer_of(office.north).await;
    let foreign = office.customer_of(office.boss).await;
    office.share(foreign, office.north).await;
    let [kept, lent] = [office.next_action(own, office.north).await, office.next_action(foreign, office.north).await];
    let mut leaver = office.caught_up(office.north).await;
    assert_eq!(leaver.all::<Customer>().len(), 2);
    let id = office.handed_over(office.north, Way::One { to: office.south }).await;
    assert_eq!(office.owner_of(own).await, Some(office.south));
    assert_eq!([office.assignee(kept).await, office.assignee(lent).await], [office.south, office.boss]);
    let done = office.handover(id).await;
    assert!(matches!(done.state, State::Done { .. }));
    assert_eq!(done.moved, Counts { customers: 1, opportunities: 0, next_actions: 2, visits: 0, shared: 1 });
    office.pull(&mut leaver).await;
    assert_eq!(held(&leaver), 0, "it leaves their device, too");
    let receiver = office.caught_up(office.south).await;
    assert!(receiver.holds(own) && receiver.holds(kept) && !receiver.holds(foreign));
    let log: Vec<Claim> = receiver.all();
    assert_eq!(log.iter().map(|line| (line.what, line.by)).collect::<Vec<_>>(), [(What::Assigned, Some(office.boss))]);
    // Again: there is nothing to be done.
    let head = office.head_rev().await;
    office.worked(usize::MAX).await;
    assert_eq!(office.head_rev().await, head);
}

pub async fn a_handover_goes_on_where_the_server_went_down<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut customers = Vec::new();
    for _ in 0..61 {
        customers.push(office.customer_of(office.north).await);
    }
    let way = Way::InTurn { among: vec![office.south, office.head] };
    let id = office.started(office.north, way).await;
    let mut seen = Vec::new();
    for _ in 0..3 {
        office.worked(1).await;
        let now = office.handover(id).await;
        seen.push((now.moved.customers, now.state.runs()));
    }
    assert_eq!(seen, [(25, true), (50, true), (61, false)], "it says how far it is");
    customers.sort_unstable();
    let mut shares: BTreeMap<Option<UserId>, usize> = BTreeMap::new();
    for (at, customer) in customers.into_iter().enumerate() {
        let owner = office.owner_of(customer).await;
        assert_eq!(owner, Some([office.south, office.head][at % 2]), "{at}");
        *shares.entry(owner).or_default() += 1;
    }
    assert_eq!(shares, [(Some(office.south), 31), (Some(office.head), 30)].into());
}

pub async fn a_handover_into_a_pool_is_taken_back_whole<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let pool = office.pool_of_head().await;
    let own = office.customer_of(office.north).await;
    office.share(own, office.south).await;
    let action = office.next_action(own, office.north).await;
    let id = office.handed_over(office.north, Way::Pool { pool }).await;
    let pooled: Customer = office.stored(own).await.expect("a customer");
    assert_eq!((pooled.owner, pooled.pool), (None, Some(pool)));
    assert_eq!(office.assignee(action).await, office.head);
    office.taken_back(id).await;
    office.worked(usize::MAX).await;
    let back: Customer = office.stored(own).await.expect("a customer");
    assert_eq!((back.owner, back.pool, back.collaborators.len()), (Some(office.north), None, 1));
    assert_eq!(office.assignee(action).await, office.north);
    let undone = office.handover(id).await;
    assert!(matches!(undone.state, State::Undone { .. }));
    assert_eq!((undone.returned.customers, undone.returned.next_actions), (1, 1));
    let leaver = office.caught_up(office.north).await;
    assert!(leaver.holds(own));
}

pub async fn a_handover_that_is_taken_back_leaves_what_changed_hands<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let [stays, goes] = [office.customer_of(office.north).await, office.customer_of(office.north).await];
    let id = office.handed_over(office.north, Way::One { to: office.south }).await;
    office.assign(goes, office.head).await;
    office.advance(6 * DAY);
    office.taken_back(id).await;
    // The server goes down before it has begun, and once more when it is done.
    office.worked(0).await;
    assert_eq!(office.handover(id).await.state, State::Returning);
    office.worked(usize::MAX).await;
    office.worked(usize::MAX).await;
    let owners = [office.owner_of(stays).await, office.owner_of(goes).await];
    assert_eq!(owners, [Some(office.north), Some(office.head)]);
    let undone = office.handover(id).await;
    assert_eq!((undone.moved.customers, undone.returned.customers), (2, 1));
}

pub async fn a_handover_that_is_taken_back_goes_on_where_the_server_went_down<S: ServerStore>(
    fresh: impl AsyncFn() -> S,
) {
    let office = Office::found(&fresh).await;
    for _ in 0..61 {
        office.customer_of(office.north).await;
    }
    let id = office.handed_over(office.north, Way::One { to: office.south }).await;
    office.taken_back(id).await;
    let mut seen = Vec::new();
    for _ in 0..3 {
        office.worked(1).await;
        let now = office.handover(id).await;
        seen.push((now.returned.customers, now.state.runs()));
    }
    assert_eq!(seen, [(25, true), (50, true), (61, false)]);
}

pub async fn a_handover_stands_after_a_week<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let own = office.customer_of(office.north).await;
    let id = office.handed_over(office.north, Way::One { to: office.south }).await;
    office.advance(7 * DAY + 1);
    let late = office.asked(office.boss, HandoverUndo { id }).await;
    assert_eq!(late, Err(Refusal::HandoverStands));
    office.worked(usize::MAX).await;
    assert_eq!(office.owner_of(own).await, Some(office.south));
}

pub async fn a_handover_is_told_to_those_who_lead<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    office.customer_of(office.north).await;
    // The head of the north hands over what the north leaves, and not what the south does.
    let foreign = office.start(office.south, Way::One { to: office.north });
    assert_eq!(office.asked(office.head, foreign).await, Err(Refusal::RoleNotAllowed));
    let own = office.start(office.north, Way::One { to: office.south });
    let id = own.id;
    // It says what there was and since when: no device makes that up.
    let pushed = office.act(&mut office.device(office.boss), own.clone()).await;
    assert_eq!(pushed, Verdict::Refused(Refusal::RoleNotAllowed));
    assert_eq!(office.asked(office.head, own).await, Ok(()));
    office.worked(usize::MAX).await;
    for user in [office.boss, office.head] {
        assert!(office.caught_up(user).await.holds(id));
    }
    for user in [office.north, office.south, office.finance, office.buyer] {
        assert!(!office.caught_up(user).await.holds(id));
    }
}
