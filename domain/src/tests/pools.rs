//! Pools: who claims, who gives up, what falls back and when, and what the members see.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::support::{Records, customer, id};
use crate::{
    access::{Right, Role},
    contact_record::{Channel, ContactRecord},
    customer::{Collaborator, Customer, CustomerAssign, CustomerEdit, CustomerMerge},
    edit::{Edit, FieldEdit},
    mutation::{Actor, Moment},
    next_action::NextAction,
    pool::{
        Claim, Condition, CustomerAskBack, CustomerClaim, CustomerLock, CustomerRecycle, CustomerRelease, Held, Pool,
        PoolCard, PoolCreate, Rule, Since, What, days_left,
    },
    refusal::Refusal,
    user::{User, UserId},
    view::{Loaded, Stop, View},
};

const POOL: u128 = 70;
const CUSTOMER: u128 = 10;
/// People: two members, the pool's administrator, a stranger.
const LI: u128 = 1;
const WU: u128 = 2;
const BOSS: u128 = 3;
const STRANGER: u128 = 4;

fn day(number: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, number).unwrap()
}

fn at(who: u128, on: NaiveDate, arrived: i64) -> Moment {
    let actor = Actor::Person { user: id(who), roles: [Role::SalesRep].into() };
    Moment {
        actor,
        happened: arrived - 1,
        arrived: Some(arrived),
        arrived_on: Some(on),
        business_date: on,
        late: false,
    }
}

fn system(on: NaiveDate) -> Moment {
    Moment { actor: Actor::System, ..at(LI, on, 99) }
}

fn pool() -> Pool {
    Pool {
        members: [id(LI), id(WU)].into(), administrators: [id(BOSS)].into(), ..Pool::named(id(POOL), "南區公海")
    }
}

fn pooled(number: u128) -> Customer {
    Customer { owner: None, pool: Some(id(POOL)), pooled_on: Some(day(1)), ..customer(number, "鼎盛") }
}

fn person(number: u128) -> User {
    User {
        id: id(number),
        name: format!("person {number}"),
        sign_in: format!("p{number}"),
        roles: [Role::SalesRep].into(),
        department: None,
        superior: None,
        active: true,
        epoch: 0,
        unknown: Default::default(),
    }
}

fn world(pool: &Pool) -> Records {
    let people = [LI, WU, BOSS, STRANGER].map(person);
    let records = Records::default().with(pool).with(&pooled(CUSTOMER));
    people.iter().fold(records, |records, person| records.with(person))
}

fn claim(line: u128, of: u128) -> CustomerClaim {
    CustomerClaim { id: id(line), customer: id(of), pool: id(POOL), note: String::new() }
}

fn release(line: u128, of: u128) -> CustomerRelease {
    CustomerRelease { id: id(line), customer: id(of), pool: id(POOL), reason: "聯絡不上".to_owned() }
}

fn refused(result: Result<(), Stop>) -> Option<Refusal> {
    match result {
        Err(Stop::Refused(refusal)) => Some(refusal),
        _ => None,
    }
}

fn stored(records: &Records) -> Customer {
    records.get(id(CUSTOMER)).unwrap()
}

#[test]
fn the_first_claim_has_it_and_the_second_learns_who_and_when() {
    let mut records = world(&pool());
    records.run(claim(100, CUSTOMER), &at(LI, day(5), 9_000)).unwrap();
    let has = stored(&records);
    assert_eq!((has.owner, has.pool, has.pooled_on, has.received_on), (Some(id(LI)), None, None, Some(day(5))));
    let lost = records.run(claim(101, CUSTOMER), &at(WU, day(5), 9_500));
    assert_eq!(refused(lost), Some(Refusal::Claimed { by: id(LI), at: 9_000 }));
    assert_eq!(records.all::<Claim>().len(), 1, "who loses leaves no line in the log");
    // The same person from another device: done already.
    records.run(claim(102, CUSTOMER), &at(LI, day(5), 9_900)).unwrap();
    assert_eq!(records.all::<Claim>().len(), 1);
}

#[test]
fn only_members_claim_from_a_pool_that_is_on_what_lies_in_it() {
    let mut records = world(&pool()).with(&customer(11, "別人的"));
    let stranger = records.run(claim(100, CUSTOMER), &at(STRANGER, day(5), 1));
    assert_eq!(refused(stranger), Some(Refusal::NotAPoolMember));
    let foreign = records.run(claim(100, 11), &at(WU, day(5), 1));
    assert_eq!(refused(foreign), Some(Refusal::NotInPool), "nobody learns who owns what never lay there");
    let missing = records.run(claim(100, 12), &at(WU, day(5), 1));
    assert!(matches!(refused(missing), Some(Refusal::Missing { .. })));
    assert_eq!(refused(records.run(claim(100, CUSTOMER), &system(day(5)))), Some(Refusal::RoleNotAllowed));
    let mut off = world(&Pool { off: true, ..pool() });
    assert_eq!(refused(off.run(claim(100, CUSTOMER), &at(LI, day(5), 1))), Some(Refusal::PoolOff));
}

#[test]
fn the_quota_counts_the_days_claims_and_nothing_else() {
    let mut records = world(&Pool { quota_per_day: Some(2), ..pool() }).with(&pooled(11)).with(&pooled(12));
    // Assigned and entered customers are no claims.
    records.run(CustomerAssign { id: id(12), owner: Some(id(LI)), pool: None }, &system(day(5))).unwrap();
    records.run(release(90, 12), &at(LI, day(5), 1)).unwrap();
    records.run(claim(100, CUSTOMER), &at(LI, day(5), 2)).unwrap();
    // What is given up again was claimed nevertheless.
    records.run(release(91, CUSTOMER), &at(LI, day(5), 3)).unwrap();
    // A claim that fails costs nothing.
    records.run(claim(95, CUSTOMER), &at(WU, day(5), 3)).unwrap();
    assert!(refused(records.run(claim(101, CUSTOMER), &at(LI, day(5), 4))).is_some());
    records.run(claim(102, 11), &at(LI, day(5), 5)).unwrap();
    let third = records.run(claim(103, 12), &at(LI, day(5), 6));
    assert_eq!(refused(third), Some(Refusal::QuotaUsed { most: 2 }));
    records.run(claim(104, 12), &at(LI, day(6), 7)).unwrap();
}

#[test]
fn capacity_is_what_the_refusal_says() {
    let binned = Customer { deleted_at: Some(5), ..customer(13, "在回收桶") };
    let mut records =
        world(&Pool { capacity: Some(2), ..pool() }).with(&customer(11, "甲")).with(&binned).with(&pooled(14));
    records.run(claim(100, CUSTOMER), &at(LI, day(5), 1)).unwrap();
    let full = records.run(claim(101, 14), &at(LI, day(5), 2));
    assert_eq!(refused(full), Some(Refusal::CapacityReached { most: 2, held: 2 }));
    records.run(release(102, 11), &at(LI, day(5), 3)).unwrap();
    records.run(claim(103, 14), &at(LI, day(5), 4)).unwrap();
}

#[test]
fn the_former_owner_waits_whatever_is_edited_meanwhile() {
    let mut records = world(&Pool { cooling_off_days: 3, ..pool() });
    records.run(claim(100, CUSTOMER), &at(LI, day(1), 1)).unwrap();
    records.run(release(101, CUSTOMER), &at(LI, day(5), 2)).unwrap();
    let edit = FieldEdit::new("remark", serde_json::Value::Null, "改過");
    records.run(CustomerEdit(Edit::fields(id(CUSTOMER), vec![edit])), &at(BOSS, day(7), 3)).unwrap();
    let early = records.run(claim(102, CUSTOMER), &at(LI, day(7), 4));
    assert_eq!(refused(early), Some(Refusal::CoolingOff { until: day(8) }));
    // Others do not wait, and having had it in between does not free the former owner.
    records.run(claim(103, CUSTOMER), &at(WU, day(7), 5)).unwrap();
    records.run(release(104, CUSTOMER), &at(WU, day(7), 6)).unwrap();
    assert!(refused(records.run(claim(105, CUSTOMER), &at(LI, day(7), 7))).is_some());
    records.run(claim(106, CUSTOMER), &at(LI, day(8), 8)).unwrap();
}

#[test]
fn an_owner_gives_up_with_a_reason_and_helpers_do_not() {
    let helper = Collaborator { user: id(WU), right: Right::Write, until: None };
    let owned = Customer { collaborators: vec![helper], ..customer(11, "甲") };
    let mut records = world(&pool()).with(&owned);
    assert_eq!(refused(records.run(release(100, 11), &at(WU, day(5), 1))), Some(Refusal::RoleNotAllowed));
    let silent = CustomerRelease { reason: " ".to_owned(), ..release(100, 11) };
    assert!(matches!(refused(records.run(silent, &at(LI, day(5), 1))), Some(Refusal::Field { .. })));
    records.run(release(100, 11), &at(LI, day(5), 1)).unwrap();
    let given = records.get::<Customer>(id(11)).unwrap();
    assert_eq!((given.owner, given.pool, given.collaborators.len()), (None, Some(id(POOL)), 0));
    let line = records.get::<Claim>(id(100)).unwrap();
    assert_eq!((line.what, line.from, line.reason.as_str()), (What::Released, Some(id(LI)), "聯絡不上"));
}

#[test]
fn every_change_of_owner_stands_in_the_log() {
    let mut records = world(&pool());
    records.run(CustomerAssign { id: id(CUSTOMER), owner: Some(id(WU)), pool: None }, &at(BOSS, day(5), 7)).unwrap();
    let [line] = records.all::<Claim>().try_into().unwrap();
    assert_eq!(
        (line.what, line.pool, line.to, line.by),
        (What::Assigned, Some(id(POOL)), Some(id(WU)), Some(id(BOSS)))
    );
    assert_eq!((stored(&records).pool, stored(&records).received_on), (None, Some(day(5))));
    let lost = records.run(claim(101, CUSTOMER), &at(LI, day(5), 9));
    assert_eq!(refused(lost), Some(Refusal::Claimed { by: id(WU), at: 7 }));
}

#[test]
fn managers_lock_and_owners_do_not() {
    let mut records = world(&pool()).with(&customer(11, "甲"));
    let lock = CustomerLock { customer: id(11), until: Some(day(20)) };
    assert_eq!(refused(records.run(lock.clone(), &at(LI, day(5), 1))), Some(Refusal::RoleNotAllowed));
    let manager = Actor::Person { user: id(BOSS), roles: [Role::Manager].into() };
    records.run(lock, &Moment { actor: manager, ..at(BOSS, day(5), 1) }).unwrap();
    assert_eq!(records.get::<Customer>(id(11)).unwrap().locked_until, Some(day(20)));
}

#[test]
fn a_pool_says_what_is_wrong_with_it() {
    let mut records = Records::default();
    let boss = Moment { actor: Actor::System, ..at(BOSS, day(1), 1) };
    let wrong = [
        Pool { name: String::new(), ..pool() },
        Pool { quota_per_day: Some(0), ..pool() },
        Pool { shown: ["credit_limit".to_owned()].into(), ..pool() },
        Pool { rules: vec![rule(&[(Since::Contact, 0)])], ..pool() },
    ];
    for pool in wrong {
        assert!(refused(records.run(PoolCreate { pool: pool.clone() }, &boss)).is_some(), "{pool:?}");
    }
    records.run(PoolCreate { pool: pool() }, &boss).unwrap();
}

#[test]
fn a_card_shows_what_the_pool_shows_and_nothing_else() {
    let mut customer = pooled(CUSTOMER);
    customer.level = "A".to_owned();
    customer.region = "南區".to_owned();
    customer.remark = "底價 80".to_owned();
    let card = PoolCard::of(&customer, &pool()).unwrap();
    let shown: Vec<_> = card.shown.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    assert_eq!((card.name.as_str(), shown), ("鼎盛", vec![("level", "A"), ("region", "南區")]));
    assert!(!serde_json::to_string(&card).unwrap().contains("底價"));
    let gone = [
        Customer { deleted_at: Some(1), ..customer.clone() },
        Customer { merged_into: Some(id(11)), ..customer.clone() },
        Customer { pool: None, owner: Some(id(LI)), ..customer },
    ];
    assert!(gone.iter().all(|customer| PoolCard::of(customer, &pool()).is_none()));
}

#[test]
fn a_device_without_the_customer_shows_the_claim_on_the_card() {
    let card = PoolCard::of(&pooled(CUSTOMER), &pool()).unwrap();
    let records = Records::default().with(&pool()).with(&card);
    let mut loaded: Loaded = records.into_loaded();
    for need in crate::mutation::Mutation::needs(&claim(100, CUSTOMER)) {
        if let crate::view::Need::Record(key) = need
            && !loaded.records.contains_key(&key)
        {
            loaded.records.insert(key, crate::view::Slot::NotHere);
        }
    }
    let mut view = View::new(&loaded, uuid::Uuid::nil());
    crate::mutation::Mutation::apply(&claim(100, CUSTOMER), &at(LI, day(5), 1), &mut view).unwrap();
    let card = view.get::<PoolCard>(id(CUSTOMER)).unwrap().here().unwrap();
    assert_eq!(card.claimed_by, Some(id(LI)));
}

fn rule(conditions: &[(Since, u32)]) -> Rule {
    let when = conditions.iter().map(|(since, days)| Condition { since: *since, days: *days }).collect();
    Rule { when, ..Rule::default() }
}

/// The day in November on which a customer received on the 1st falls.
fn falls(rules: Vec<Rule>, contact: Option<u32>, change: impl FnOnce(&mut Held<'_>)) -> Option<NaiveDate> {
    let tags: BTreeSet<String> = ["展會".to_owned()].into();
    let mut held = Held {
        level: "A",
        region: "南區",
        tags: &tags,
        received: Some(day(1)),
        last_contact: contact.map(day),
        locked_until: None,
        planned: None,
    };
    change(&mut held);
    let pool = Pool { rules, ..pool() };
    days_left(&held, [&pool], day(1)).map(|left| left.day)
}

#[test]
fn nothing_falls_without_a_rule_or_a_condition() {
    assert_eq!(falls(vec![], None, |_| {}), None);
    assert_eq!(falls(vec![rule(&[])], None, |_| {}), None);
    assert_eq!(falls(vec![Rule { any: true, ..rule(&[]) }], None, |_| {}), None);
}

#[test]
fn no_contact_falls_back_to_the_day_received() {
    let rules = || vec![rule(&[(Since::Contact, 10)])];
    assert_eq!(falls(rules(), None, |_| {}), Some(day(11)));
    assert_eq!(falls(rules(), Some(5), |_| {}), Some(day(15)));
    // A contact of the owner before does not count against this one.
    assert_eq!(falls(rules(), Some(3), |held| held.received = Some(day(8))), Some(day(18)));
    assert_eq!(falls(rules(), None, |held| held.received = None), None);
}

#[test]
fn all_conditions_hold_or_one_is_enough() {
    let both = || rule(&[(Since::Contact, 5), (Since::Received, 20)]);
    assert_eq!(falls(vec![both()], Some(2), |_| {}), Some(day(21)));
    assert_eq!(falls(vec![Rule { any: true, ..both() }], Some(2), |_| {}), Some(day(7)));
    // Several rules: the first that takes it.
    assert_eq!(falls(vec![both(), rule(&[(Since::Received, 9)])], Some(2), |_| {}), Some(day(10)));
}

#[test]
fn a_rule_is_meant_for_levels_regions_and_tags() {
    let base = || rule(&[(Since::Received, 5)]);
    let words = |word: &str| BTreeSet::from([word.to_owned()]);
    let hits = [
        Rule { levels: words("a"), ..base() },
        Rule { regions: words("南區"), ..base() },
        Rule { tags: words("展會"), ..base() },
    ];
    let misses = [
        Rule { levels: words("B"), ..base() },
        Rule { regions: words("北區"), ..base() },
        Rule { tags: words("老客戶"), ..base() },
    ];
    assert!(hits.into_iter().all(|rule| falls(vec![rule], None, |_| {}) == Some(day(6))));
    assert!(misses.into_iter().all(|rule| falls(vec![rule], None, |_| {}).is_none()));
}

#[test]
fn locks_and_plans_spare() {
    let rules = || vec![rule(&[(Since::Received, 5)])];
    assert_eq!(falls(rules(), None, |held| held.locked_until = Some(day(20))), Some(day(21)));
    assert_eq!(falls(rules(), None, |held| held.locked_until = Some(day(2))), Some(day(6)));
    assert_eq!(falls(rules(), None, |held| held.planned = Some(day(20))), Some(day(6)));
    let sparing = vec![Rule { spare_planned: true, ..rule(&[(Since::Received, 5)]) }];
    // The day after the plan is the deadline, not one of weeks ago.
    assert_eq!(falls(sparing, None, |held| held.planned = Some(day(20))), Some(day(21)));
}

fn recycle(wait: bool) -> CustomerRecycle {
    CustomerRecycle {
        customer: id(11),
        pool: id(POOL),
        owner: id(LI),
        received: Some(day(1)),
        last_contact: None,
        wait,
    }
}

fn due_on_the_11th() -> Records {
    world(&Pool { rules: vec![rule(&[(Since::Contact, 10)])], wait_days: 7, ..pool() }).with(&customer(11, "甲"))
}

#[test]
fn the_badge_and_the_job_agree_on_every_day() {
    let tags = BTreeSet::new();
    for contact in [None, Some(1), Some(4), Some(9)] {
        for lock in [None, Some(3), Some(14)] {
            for today in 1..=28 {
                let pool = Pool { rules: vec![rule(&[(Since::Contact, 10)])], ..pool() };
                let held = Held {
                    level: "",
                    region: "",
                    tags: &tags,
                    received: Some(day(1)),
                    last_contact: contact.map(day),
                    locked_until: lock.map(day),
                    planned: None,
                };
                let badge = days_left(&held, [&pool], day(today)).unwrap().days;
                let owned = Customer { locked_until: lock.map(day), ..customer(11, "甲") };
                let mut records = world(&pool).with(&owned);
                let known = contact.map(|on| (i64::from(on), day(on)));
                records.run(CustomerRecycle { last_contact: known, ..recycle(false) }, &system(day(today))).unwrap();
                let fell = records.get::<Customer>(id(11)).unwrap().owner.is_none();
                assert_eq!(fell, badge <= 0, "contact {contact:?}, lock {lock:?}, day {today}");
            }
        }
    }
}

#[test]
fn what_is_due_waits_for_the_owners_device_but_not_for_ever() {
    let mut records = due_on_the_11th();
    let state = |records: &Records| {
        let customer = records.get::<Customer>(id(11)).unwrap();
        (customer.owner.is_some(), customer.recycle_since)
    };
    records.run(recycle(true), &system(day(10))).unwrap();
    assert_eq!(state(&records), (true, None));
    for today in 11..18 {
        records.run(recycle(true), &system(day(today))).unwrap();
        assert_eq!(state(&records), (true, Some(day(11))), "day {today}");
    }
    records.run(recycle(true), &system(day(18))).unwrap();
    assert_eq!(state(&records), (false, None));
    let [line] = records.all::<Claim>().try_into().unwrap();
    assert_eq!((line.what, line.from, line.by), (What::Recycled, Some(id(LI)), None));
}

#[test]
fn a_contact_that_arrives_while_it_waits_keeps_it() {
    let mut records = due_on_the_11th();
    records.run(recycle(true), &system(day(12))).unwrap();
    let contact = |on: i64| ContactRecord {
        id: id(50),
        customer: id(11),
        channel: Channel::Phone,
        happened_at: on,
        minutes: None,
        met: Vec::new(),
        result: String::new(),
        text: "談過了".to_owned(),
        check_in: None,
        left_at: None,
        author: id(LI),
        late: false,
        written_to: None,
        deleted_at: None,
        own: Default::default(),
        unknown: Default::default(),
    };
    let mut records = records.with(&contact(5_000));
    // The server looked before it came: nothing happens.
    records.run(recycle(false), &system(day(13))).unwrap();
    assert!(records.get::<Customer>(id(11)).unwrap().owner.is_some());
    let looked = CustomerRecycle { last_contact: Some((5_000, day(9))), ..recycle(false) };
    records.run(looked, &system(day(13))).unwrap();
    assert_eq!(records.get::<Customer>(id(11)).unwrap().recycle_since, None);
}

#[test]
fn a_plan_spares_in_the_night_too_and_only_the_server_recycles() {
    let sparing = Rule { spare_planned: true, ..rule(&[(Since::Contact, 10)]) };
    let plan = NextAction {
        id: id(60),
        customer: id(11),
        contact: None,
        due: day(20),
        time: None,
        what: "回電".to_owned(),
        assignee: id(LI),
        done: None,
        deleted_at: None,
        unknown: Default::default(),
    };
    let mut records = world(&Pool { rules: vec![sparing], ..pool() }).with(&customer(11, "甲")).with(&plan);
    records.run(recycle(false), &system(day(15))).unwrap();
    assert!(records.get::<Customer>(id(11)).unwrap().owner.is_some());
    assert_eq!(refused(records.run(recycle(false), &at(LI, day(21), 1))), Some(Refusal::RoleNotAllowed));
    records.run(recycle(false), &system(day(21))).unwrap();
    assert!(records.get::<Customer>(id(11)).unwrap().owner.is_none());
}

#[test]
fn customers_of_others_and_of_pools_that_are_off_stay() {
    let base = Pool { rules: vec![rule(&[(Since::Contact, 10)])], ..pool() };
    for pool in [Pool { members: [id(WU)].into(), ..base.clone() }, Pool { off: true, ..base }] {
        let mut records = world(&pool).with(&customer(11, "甲"));
        records.run(recycle(false), &system(day(28))).unwrap();
        assert!(records.get::<Customer>(id(11)).unwrap().owner.is_some());
    }
}

#[test]
fn the_owner_before_asks_back_until_somebody_has_it() {
    let mut records = due_on_the_11th();
    records.run(recycle(false), &system(day(11))).unwrap();
    let ask = |line: u128| CustomerAskBack {
        id: id(line),
        customer: id(11),
        pool: id(POOL),
        reason: "出差沒有網路，這週談過".to_owned(),
    };
    assert_eq!(refused(records.run(ask(80), &at(WU, day(12), 100))), Some(Refusal::RoleNotAllowed));
    records.run(ask(81), &at(LI, day(12), 101)).unwrap();
    assert_eq!(records.get::<Claim>(id(81)).unwrap().what, What::AskedBack);
    records.run(claim(82, 11), &at(WU, day(12), 102)).unwrap();
    let late = records.run(ask(83), &at(LI, day(13), 103));
    assert_eq!(refused(late), Some(Refusal::Claimed { by: id(WU), at: 102 }));
    assert_eq!(refused(records.run(ask(84), &at(STRANGER, day(13), 104))), Some(Refusal::NotInPool));
}

#[test]
fn in_a_pool_the_administrators_have_the_customer() {
    use crate::record::Record as _;
    let records = world(&pool());
    let customer = stored(&records);
    let loaded = records.into_loaded();
    let mut view = View::new(&loaded, uuid::Uuid::nil());
    let members = customer.members(&mut view).unwrap().unwrap();
    assert_eq!(members.into_iter().collect::<Vec<_>>(), [(id(BOSS), Right::Write)]);
    let read = pool().members(&mut view).unwrap().unwrap();
    let readers: Vec<(UserId, Right)> = read.into_iter().collect();
    assert_eq!(readers, [LI, WU, BOSS].map(|user| (id(user), Right::Read)));
}

#[test]
fn an_assignment_out_of_a_pool_is_undone_into_it() {
    let mut records = world(&pool());
    let assign = |owner: Option<u128>, pool| CustomerAssign { id: id(CUSTOMER), owner: owner.map(id), pool };
    assert_eq!(records.run(assign(Some(LI), None), &at(BOSS, day(3), 10)), Ok(()));
    let assigned = records.get::<Customer>(id(CUSTOMER)).unwrap();
    assert_eq!(assigned.pool, None);
    let mut records = world(&pool()).with(&assigned);
    let back =
        Moment { actor: Actor::Person { user: id(BOSS), roles: [Role::Manager].into() }, ..at(BOSS, day(3), 20) };
    assert_eq!(records.run(assign(None, Some(id(POOL))), &back), Ok(()));
    let customer = records.get::<Customer>(id(CUSTOMER)).unwrap();
    assert_eq!((customer.owner, customer.pool), (None, Some(id(POOL))));
}

#[test]
fn a_claim_that_waited_on_a_device_counts_from_the_day_it_arrived() {
    let mut records = world(&pool());
    let late = Moment { arrived_on: Some(day(9)), ..at(LI, day(2), 90) };
    assert_eq!(records.run(claim(80, CUSTOMER), &late), Ok(()));
    assert_eq!(records.get::<Customer>(id(CUSTOMER)).unwrap().received_on, Some(day(9)));
}

#[test]
fn whoever_only_helps_gives_nobody_the_customer() {
    let helper = Collaborator { user: id(WU), right: Right::Write, until: None };
    let owned = Customer { owner: Some(id(LI)), collaborators: vec![helper], ..customer(CUSTOMER, "鼎盛") };
    let mut records = world(&pool()).with(&owned);
    let take = CustomerAssign { id: id(CUSTOMER), owner: Some(id(WU)), pool: None };
    let refused = Err(Stop::Refused(Refusal::RoleNotAllowed));
    assert_eq!(records.run(take.clone(), &at(WU, day(3), 10)), refused);
    assert_eq!(records.run(release(81, CUSTOMER), &at(WU, day(3), 10)), refused);
    // A manager who helps as well still leads.
    let manager = Moment { actor: Actor::Person { user: id(WU), roles: [Role::Manager].into() }, ..at(WU, day(3), 10) };
    assert_eq!(records.run(take, &manager), Ok(()));
}

#[test]
fn finance_reads_customers_and_claims_none() {
    let finance = Moment { actor: Actor::Person { user: id(LI), roles: [Role::Finance].into() }, ..at(LI, day(3), 10) };
    let refused = world(&pool()).run(claim(80, CUSTOMER), &finance);
    assert_eq!(refused, Err(Stop::Refused(Refusal::RoleNotAllowed)));
}

#[test]
fn what_an_owner_has_comes_out_of_the_pool_when_it_is_merged_with_what_lies_there() {
    let owned = Customer { owner: Some(id(LI)), ..customer(11, "鼎盛行") };
    let mut records = world(&pool()).with(&owned);
    let merge = CustomerMerge { survivor: id(CUSTOMER), dead: id(11), take: Vec::new(), keep_owner: true };
    assert_eq!(records.run(merge, &system(day(4))), Ok(()));
    let joined = records.get::<Customer>(id(CUSTOMER)).unwrap();
    assert_eq!((joined.owner, joined.pool, joined.collaborators), (Some(id(LI)), None, Vec::new()));
    let log: Vec<Claim> = records.all();
    assert_eq!(log.iter().map(|line| (line.what, line.to)).collect::<Vec<_>>(), [(What::Assigned, Some(id(LI)))]);
}
