//! 撞單 as a task.

use super::support::{Records, customer, id, moment};
use crate::{
    access::Role,
    clash::{Clash, ClashId, ClashOpen, ClashSettle},
    customer::CustomerMerge,
    mutation::{Actor, Moment},
    refusal::Refusal,
    view::Stop,
};

fn system() -> Moment {
    Moment { actor: Actor::System, ..moment(Role::Manager) }
}

fn pair() -> Clash {
    Clash {
        id: Clash::of_pair(id(10), id(20)),
        customer: id(10),
        other: Some(id(20)),
        by: Some(id(2)),
        words: "鼎盛五金行".to_owned(),
        found_at: 5,
        settled: None,
        unknown: Default::default(),
    }
}

fn asking(found_at: i64) -> Clash {
    Clash { id: Clash::of_asking(id(10), id(2)), other: None, found_at, ..pair() }
}

fn company() -> Records {
    Records::default().with(&customer(10, "鼎盛五金")).with(&customer(20, "鼎盛五金行"))
}

fn open(records: &mut Records, clash: Clash) {
    assert_eq!(records.run(ClashOpen { clash }, &system()), Ok(()));
}

fn stored(records: &Records, id: ClashId) -> Clash {
    records.get(id).expect("it is there")
}

#[test]
fn a_pair_is_one_task_and_stays_settled_when_it_is_found_again() {
    assert_eq!(Clash::of_pair(id(10), id(20)), Clash::of_pair(id(20), id(10)));
    let mut records = company();
    open(&mut records, pair());
    assert_eq!(records.run(ClashSettle { id: pair().id, settled: true }, &moment(Role::Manager)), Ok(()));
    open(&mut records, Clash { found_at: 9, ..pair() });
    let clash = stored(&records, pair().id);
    assert_eq!((clash.found_at, clash.settled.map(|settled| settled.at)), (5, Some(1_000)));
    assert_eq!(records.run(ClashSettle { id: pair().id, settled: false }, &moment(Role::Manager)), Ok(()));
    assert_eq!(stored(&records, pair().id).settled, None);
}

#[test]
fn whoever_asks_again_is_heard_again() {
    let mut records = company();
    open(&mut records, asking(5));
    assert_eq!(records.run(ClashSettle { id: asking(5).id, settled: true }, &moment(Role::Manager)), Ok(()));
    open(&mut records, Clash { words: "鼎盛".to_owned(), ..asking(9) });
    let clash = stored(&records, asking(5).id);
    assert_eq!((clash.found_at, clash.settled, &*clash.words), (9, None, "鼎盛"));
}

#[test]
fn neither_of_the_two_says_that_it_is_dealt_with() {
    let mut records = company();
    open(&mut records, pair());
    let settle = ClashSettle { id: pair().id, settled: true };
    // Number 1 owns the customer that was there.
    let refused = Err(Stop::Refused(Refusal::RoleNotAllowed));
    assert_eq!(records.run(settle.clone(), &moment(Role::SalesRep)), refused);
    let of = |user: u128| {
        let actor = Actor::Person { user: id(user), roles: [Role::SalesRep].into() };
        Moment { actor, ..moment(Role::SalesRep) }
    };
    assert_eq!(records.run(settle.clone(), &of(2)), refused, "who entered the other one");
    assert_eq!(records.run(settle, &of(3)), Ok(()), "the head of their department");
}

#[test]
fn only_the_server_opens_one() {
    let refused = company().run(ClashOpen { clash: pair() }, &moment(Role::Administrator));
    assert_eq!(refused, Err(Stop::Refused(Refusal::RoleNotAllowed)));
}

#[test]
fn it_goes_with_its_customers_into_a_merge_and_is_none_any_more() {
    let mut records = company();
    open(&mut records, pair());
    let merge = CustomerMerge { dead: id(10), survivor: id(20), take: Vec::new(), keep_owner: true };
    assert_eq!(records.run(merge, &moment(Role::Administrator)), Ok(()));
    assert_eq!(records.get::<Clash>(pair().id), None);
    // Found once more by a device that was off for long: they are one.
    open(&mut records, Clash { id: Clash::of_asking(id(10), id(3)), ..pair() });
    assert_eq!(records.get::<Clash>(Clash::of_asking(id(10), id(3))), None);
}

#[test]
fn one_that_is_found_late_names_who_stayed_at_either_end() {
    let mut records = company().with(&customer(30, "鼎盛工業"));
    let merge = CustomerMerge { dead: id(20), survivor: id(30), take: Vec::new(), keep_owner: true };
    assert_eq!(records.run(merge, &moment(Role::Administrator)), Ok(()));
    open(&mut records, pair());
    assert_eq!(stored(&records, pair().id).other, Some(id(30)));
}
