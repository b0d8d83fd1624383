//! Pairs of customers that are two companies.

use super::support::{Records, id, moment};
use crate::{
    access::Role,
    customer::Customer,
    distinct::{CustomersDistinct, Distinct},
    refusal::Refusal,
    view::Stop,
};

fn company() -> Records {
    Records::default().with(&Customer::named(id(1), "鼎盛五金")).with(&Customer::named(id(2), "鼎晟五金"))
}

fn said(one: u128, other: u128, distinct: bool) -> CustomersDistinct {
    CustomersDistinct { one: id(one), other: id(other), distinct }
}

#[test]
fn a_pair_is_one_record_whoever_says_it_and_in_whatever_order() {
    let (mut records, at) = (company(), moment(Role::SalesRep));
    records.run(said(1, 2, true), &at).unwrap();
    records.run(said(2, 1, true), &at).unwrap();
    let pair = Distinct::id_of(id(2), id(1));
    let stands = records.get::<Distinct>(pair).unwrap();
    assert_eq!((stands.one, stands.other, stands.deleted_at), (id(1), id(2), None));
    records.run(said(1, 2, false), &at).unwrap();
    assert!(records.get::<Distinct>(pair).unwrap().deleted_at.is_some());
    records.run(said(2, 1, true), &at).unwrap();
    assert_eq!(records.get::<Distinct>(pair).unwrap().deleted_at, None);
}

#[test]
fn a_pair_is_of_two_customers_that_exist() {
    let at = moment(Role::SalesRep);
    assert_eq!(company().run(said(1, 1, true), &at), Err(Stop::Refused(Refusal::BadArguments)));
    let missing = Refusal::Missing { id: id::<Customer>(3).uuid() };
    assert_eq!(company().run(said(1, 3, true), &at), Err(Stop::Refused(missing)));
}
