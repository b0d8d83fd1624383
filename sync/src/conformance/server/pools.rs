//! Cases for pools: one winner however many claim, cards for the members, and customers that fall back.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    task::Poll,
};

use domain::{
    access::{Right, Role},
    contact_record::ContactRecord,
    customer::{Customer, CustomerBin, CustomerId, CustomerMerge, CustomerShare},
    edit::Edit,
    id::Id,
    pool::{
        Claim, Condition, CustomerAskBack, CustomerClaim, CustomerRelease, Pool, PoolCard, PoolCreate, PoolEdit,
        PoolId, Rule, Since, What,
    },
    refusal::Refusal,
    user::{UserCreate, UserId},
};
use uuid::Uuid;

use super::support::{DAY, Office, person, renamed};
use crate::{
    protocol::Verdict,
    server::{Clock as _, ServerStore, recycle},
};

const CLAIMANTS: u128 = 50;

impl<S: ServerStore> Office<S> {
    /// A pool of the north and the south that the head administers.
    async fn pool(&self, change: impl FnOnce(&mut Pool)) -> PoolId {
        let mut pool = Pool::named(Id::new(self.id()), "公海");
        pool.members = [self.north, self.south].into();
        pool.administrators = [self.head].into();
        change(&mut pool);
        self.system(PoolCreate { pool: pool.clone() }).await;
        pool.id
    }

    async fn pool_edit(&self, id: PoolId, change: impl FnOnce(&mut Pool)) {
        let before: Pool = self.stored(id).await.expect("a pool");
        let mut after = before.clone();
        change(&mut after);
        self.system(PoolEdit(Edit::between(&before, &after).expect("JSON"))).await;
    }

    fn release(&self, customer: CustomerId, pool: PoolId) -> CustomerRelease {
        CustomerRelease { id: Id::new(self.id()), customer, pool, reason: "做不起來".to_owned() }
    }

    fn claim(&self, customer: CustomerId, pool: PoolId) -> CustomerClaim {
        CustomerClaim { id: Id::new(self.id()), customer, pool, note: String::new() }
    }

    /// A customer that the server has laid into a pool.
    async fn pooled(&self, pool: PoolId) -> CustomerId {
        let id = self.customer_of(self.boss).await;
        self.system(self.release(id, pool)).await;
        id
    }

    /// A customer that somebody has received today.
    async fn received(&self, owner: UserId) -> CustomerId {
        let id = self.customer_of(self.boss).await;
        self.assign(id, owner).await;
        id
    }

    async fn owner(&self, id: CustomerId) -> Option<UserId> {
        self.stored::<Customer>(id).await.expect("a customer").owner
    }

    async fn night(&self) {
        recycle(&self.store, &self.clock).await.expect("a quiet night");
    }
}

fn after(days: u32) -> Vec<Rule> {
    vec![Rule { when: vec![Condition { since: Since::Contact, days }], ..Rule::default() }]
}

fn card_of(id: CustomerId) -> Id<PoolCard> {
    Id::new(id.uuid())
}

/// Runs futures in turns.
async fn all<T>(mut futures: Vec<Pin<Box<dyn Future<Output = T> + '_>>>) -> Vec<T> {
    let mut done = Vec::new();
    poll_fn(|cx| {
        futures.retain_mut(|future| match future.as_mut().poll(cx) {
            Poll::Ready(output) => {
                done.push(output);
                false
            }
            Poll::Pending => true,
        });
        if futures.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    done
}

pub async fn fifty_claims_at_once_have_one_winner<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let people: Vec<UserId> = (0..CLAIMANTS).map(|n| UserId::new(Uuid::from_u128(10_000 + n))).collect();
    for (n, user) in people.iter().enumerate() {
        office.system(UserCreate { user: person(*user, &format!("rep {n}"), Role::SalesRep) }).await;
    }
    let members = people.iter().copied().collect();
    let pool = office.pool(|pool| (pool.members, pool.quota_per_day) = (members, Some(1))).await;
    let (id, other) = (office.pooled(pool).await, office.pooled(pool).await);
    let claims: Vec<_> = people
        .iter()
        .map(|user| {
            let (mut device, office) = (office.device(*user), &office);
            let future = async move { (*user, office.act(&mut device, office.claim(id, pool)).await) };
            Box::pin(future) as Pin<Box<dyn Future<Output = _>>>
        })
        .collect();
    let ended = all(claims).await;
    let winner = office.owner(id).await.expect("an owner");
    let line = office.journal().await.into_iter().find(|row| row.author == Some(winner)).expect("a line");
    for (user, verdict) in &ended {
        let expected = match *user == winner {
            true => Verdict::Applied,
            false => Verdict::Refused(Refusal::Claimed { by: winner, at: line.arrived }),
        };
        assert_eq!(*verdict, expected);
    }
    assert_eq!(ended.len(), people.len());
    // Who lost has claimed nothing today; who won has.
    let loser = people.iter().find(|user| **user != winner).expect("a loser");
    let [mut lost, mut won] = [*loser, winner].map(|user| office.device(user));
    let full = office.act(&mut won, office.claim(other, pool)).await;
    assert_eq!(full, Verdict::Refused(Refusal::QuotaUsed { most: 1 }));
    office.done(&mut lost, office.claim(other, pool)).await;
}

pub async fn members_see_the_card_and_administrators_the_customer<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let pool = office.pool(|_| {}).await;
    let id = office.received(office.north).await;
    let visit = office.visit(id, office.north);
    let record = visit.record.id;
    let mut north = office.caught_up(office.north).await;
    office.done(&mut north, visit).await;
    office.system(CustomerShare { id, user: office.south, right: Some(Right::Write), until: None }).await;
    let mut south = office.caught_up(office.south).await;
    assert!(south.holds(id) && !south.holds(card_of(id)));
    office.done(&mut north, office.release(id, pool)).await;
    for device in [&mut north, &mut south] {
        office.pull(device).await;
        assert!(device.holds(card_of(id)) && !device.holds(id) && !device.holds(record));
    }
    let head = office.caught_up(office.head).await;
    assert!(head.holds(id) && head.holds(record) && head.holds(card_of(id)));
    let buyer = office.caught_up(office.buyer).await;
    assert!(!buyer.holds(card_of(id)));
    // Who takes it has it with all below it, and the card is gone for everybody.
    office.done(&mut south, office.claim(id, pool)).await;
    for device in [&mut north, &mut south] {
        office.pull(device).await;
    }
    assert!(south.holds(id) && south.holds(record) && !south.holds(card_of(id)));
    assert!(!north.holds(id) && !north.holds(card_of(id)));
    let log: Vec<What> = south.all::<Claim>().iter().map(|line| line.what).collect();
    assert_eq!(log.len(), 3, "assigned, released, claimed: {log:?}");
}

pub async fn a_card_follows_its_customer_and_its_pool<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let pool = office.pool(|pool| pool.shown.clear()).await;
    let (id, other) = (office.pooled(pool).await, office.pooled(pool).await);
    let mut head = office.caught_up(office.head).await;
    office.done(&mut head, renamed(id, "鼎盛", "鼎新")).await;
    let card: PoolCard = office.stored(card_of(id)).await.expect("a card");
    assert_eq!((card.name.as_str(), card.shown.len()), ("鼎新", 0));
    assert_eq!(card.unknown.stamp, Default::default(), "it is nobody's work");
    // More than a rule may ask for one by one.
    for _ in 0..20 {
        office.pooled(pool).await;
    }
    let mut edit = renamed(id, "鼎新", "鼎豐");
    edit.0.fields.push(domain::edit::FieldEdit::new("short_name", serde_json::Value::Null, "鼎"));
    office.done(&mut head, edit).await;
    office.pool_edit(pool, |pool| pool.shown = ["short_name".to_owned()].into()).await;
    let card: PoolCard = office.stored(card_of(id)).await.expect("a card");
    assert_eq!(card.shown.get("short_name").map(String::as_str), Some("鼎"));
    // Another administrator has the customers from then on, and the one before no more; one that lay in the recycle bin
    // meanwhile when it comes out of it.
    let binned = office.pooled(pool).await;
    office.system(CustomerBin { id: binned, binned: true }).await;
    office.pool_edit(pool, |pool| pool.administrators = [office.south].into()).await;
    office.pull(&mut head).await;
    assert!(!head.holds(id) && !head.holds(card_of(id)));
    assert!(office.caught_up(office.south).await.holds(id));
    office.system(CustomerBin { id: binned, binned: false }).await;
    office.pull(&mut head).await;
    assert!(!head.holds(binned) && office.caught_up(office.south).await.holds(binned));
    // One that goes into another customer has no card any more.
    office.system(CustomerMerge { survivor: other, dead: id, take: Vec::new(), keep_owner: false }).await;
    assert!(office.stored(card_of(id)).await.is_none() && office.stored(card_of(other)).await.is_some());
}

pub async fn what_is_due_falls_at_midnight<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let pool = office.pool(|pool| pool.rules = after(3)).await;
    let [id, spoken] = [office.received(office.north).await, office.received(office.north).await];
    office.advance(DAY);
    let mut north = office.caught_up(office.north).await;
    office.done(&mut north, office.visit(spoken, office.north)).await;
    office.advance(DAY);
    office.night().await;
    assert_eq!(office.owner(id).await, Some(office.north));
    office.advance(DAY);
    office.pull(&mut north).await;
    office.night().await;
    assert_eq!((office.owner(id).await, office.owner(spoken).await), (None, Some(office.north)));
    assert_eq!(office.stored::<Customer>(id).await.and_then(|customer| customer.pool), Some(pool));
    let head = office.head_rev().await;
    office.night().await;
    assert_eq!(office.head_rev().await, head, "a second time finds nothing");
    office.pull(&mut north).await;
    assert!(!north.holds(id) && north.holds(card_of(id)) && north.holds(spoken));
}

pub async fn what_is_due_waits_for_a_silent_device<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let pool = office.pool(|pool| (pool.rules, pool.wait_days) = (after(3), 2)).await;
    let id = office.received(office.north).await;
    let mut boat = office.caught_up(office.north).await;
    let since = async || office.stored::<Customer>(id).await.and_then(|customer| customer.recycle_since);
    office.advance(3 * DAY);
    let due = office.clock.today();
    office.night().await;
    assert_eq!((office.owner(id).await, since().await), (Some(office.north), Some(due)));
    let head = office.head_rev().await;
    office.advance(DAY);
    office.night().await;
    assert_eq!((since().await, office.head_rev().await), (Some(due), head));
    office.advance(DAY);
    // Written on the boat while the customer was still there.
    let visit = office.visit(id, office.north);
    let record = visit.record.id;
    let entry = office.entry(&mut boat, visit);
    office.night().await;
    assert_eq!((office.owner(id).await, since().await), (None, None));
    let verdicts = office.answered(&boat, &[entry]).await;
    assert_eq!(verdicts[0].verdict, Verdict::Applied);
    assert!(office.stored::<ContactRecord>(record).await.expect("it is kept").late);
    let ask = CustomerAskBack { id: Id::new(office.id()), customer: id, pool, reason: "在船上".to_owned() };
    let line = ask.id;
    office.done(&mut boat, ask).await;
    assert!(office.caught_up(office.head).await.holds(line));
}

pub async fn what_is_due_waits_for_unsent_entries<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    office.pool(|pool| pool.rules = after(3)).await;
    let id = office.received(office.north).await;
    let mut device = office.device(office.north);
    office.advance(3 * DAY);
    super::checking::report(&office, &device, 2).await;
    office.night().await;
    assert_eq!(office.owner(id).await, Some(office.north));
    office.done(&mut device, office.visit(id, office.north)).await;
    super::checking::report(&office, &device, 0).await;
    office.night().await;
    let customer: Customer = office.stored(id).await.expect("a customer");
    assert_eq!((customer.owner, customer.recycle_since), (Some(office.north), None), "the visit has saved it");
}

pub async fn what_is_written_for_a_claimed_customer_comes_with_the_claim<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let pool = office.pool(|_| {}).await;
    let id = office.pooled(pool).await;
    let mut verdicts = Vec::new();
    for user in [office.south, office.north] {
        let mut device = office.caught_up(user).await;
        let claim = office.entry(&mut device, office.claim(id, pool));
        let visit = office.entry(&mut device, office.visit(id, user));
        verdicts
            .push(office.answered(&device, &[claim, visit]).await.into_iter().map(|it| it.verdict).collect::<Vec<_>>());
    }
    assert_eq!(verdicts[0], [Verdict::Applied, Verdict::Applied]);
    let lost = matches!(
        verdicts[1][..],
        [Verdict::Refused(Refusal::Claimed { .. }), Verdict::Refused(Refusal::NotAllowed { .. })]
    );
    assert!(lost, "both stay with their author: {:?}", verdicts[1]);
}
