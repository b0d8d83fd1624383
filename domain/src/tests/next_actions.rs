//! Next actions: who finishes them, and how they leave.

use super::support::{Records, customer, id, moment};
use crate::{
    access::{Right, Role},
    customer::Customer,
    next_action::{NextAction, NextActionBin, NextActionFinish},
    refusal::Refusal,
    view::Stop,
};

/// What a colleague of the customer's owner is to do; [`moment`] is person 1.
fn given_to(assignee: u128, right: Option<Right>) -> Records {
    let action = NextAction {
        id: id(20),
        customer: id(10),
        contact: None,
        due: "2026-11-28".parse().unwrap(),
        time: None,
        what: "送樣品".to_owned(),
        assignee: id(assignee),
        done: None,
        deleted_at: None,
        unknown: Default::default(),
    };
    let group = Customer::group_of(id(10));
    Records::default().with(&customer(10, "鼎盛")).with(&action).standing(group, right)
}

fn finished(records: &mut Records) -> Result<(), Stop> {
    records.run(NextActionFinish { id: id(20), done: true }, &moment(Role::SalesRep))
}

#[test]
fn whoever_it_was_given_to_finishes_it_with_sight_alone() {
    let mut mine = given_to(1, Some(Right::Read));
    assert_eq!(finished(&mut mine), Ok(()));
    assert_eq!(mine.get::<NextAction>(id(20)).unwrap().done.map(|done| done.by), Some(id(1)));
    let refused = Err(Stop::from(Refusal::RoleNotAllowed));
    assert_eq!(finished(&mut given_to(2, Some(Right::Read))), refused, "another's, and only read");
    assert_eq!(finished(&mut given_to(2, Some(Right::Write))), Ok(()), "another's, and written");
    assert_eq!(finished(&mut given_to(1, None)), refused, "no sight of the customer");
    let finance = moment(Role::Finance);
    let by_finance = given_to(1, None).run(NextActionFinish { id: id(20), done: true }, &finance);
    assert_eq!(by_finance, refused, "a role that writes none");
}

#[test]
fn one_is_deleted_and_brought_back() {
    let mut records = given_to(1, Some(Right::Write));
    let at = moment(Role::SalesRep);
    records.run(NextActionBin { id: id(20), binned: true }, &at).unwrap();
    assert_eq!(records.get::<NextAction>(id(20)).unwrap().deleted_at, Some(at.happened));
    records.run(NextActionBin { id: id(20), binned: false }, &at).unwrap();
    assert_eq!(records.get::<NextAction>(id(20)).unwrap().deleted_at, None);
}
