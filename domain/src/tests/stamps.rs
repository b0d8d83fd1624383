//! Who made a record and who changed it last.

use serde_json::{Value, json};

use super::support::{Records, customer, id, moment};
use crate::{
    access::Role,
    conflict::Conflict,
    contact::{Contact, ContactCreate},
    customer::{Customer, CustomerBin, CustomerCreate, CustomerEdit, CustomerMerge},
    edit::{Edit, FieldEdit},
    history,
    kind::Kind,
    mutation::{Actor, Moment},
    stamp::{Stamp, created_at},
};

/// The moment at which a user acts.
fn by(user: u128, happened: i64) -> Moment {
    Moment {
        actor: Actor::Person { user: id(user), roles: [Role::Administrator].into() },
        happened,
        ..moment(Role::Administrator)
    }
}

fn edit(field: &str, from: impl Into<Value>, to: impl Into<Value>) -> CustomerEdit {
    CustomerEdit(Edit::fields(id(7), vec![FieldEdit::new(field, from, to)]))
}

fn stamp(records: &Records) -> Stamp {
    records.get::<Customer>(id(7)).unwrap().unknown.stamp
}

#[test]
fn whoever_makes_a_record_stands_in_it_and_so_does_whoever_changed_it_last() {
    let mut records = Records::default();
    records.run(CustomerCreate { customer: customer(7, "鼎盛") }, &by(1, 10)).unwrap();
    let made = Stamp { created_by: Some(id(1)), ..Stamp::default() };
    assert_eq!(stamp(&records), made);
    records.run(edit("level", Value::Null, "A"), &by(2, 20)).unwrap();
    assert_eq!(stamp(&records), Stamp { changed_by: Some(id(2)), changed_at: Some(20), ..made.clone() });
    records.run(CustomerBin { id: id(7), binned: true }, &by(3, 30)).unwrap();
    assert_eq!(stamp(&records), Stamp { changed_by: Some(id(3)), changed_at: Some(30), ..made });
}

#[test]
fn nobody_signs_with_another_name() {
    let mut forged = customer(7, "鼎盛");
    forged.unknown.stamp = Stamp {
        created_by: Some(id(9)),
        changed_by: Some(id(9)),
        changed_at: Some(1),
        came_from: vec![uuid::Uuid::max()],
        parted_from: vec![uuid::Uuid::max()],
    };
    let mut records = Records::default();
    records.run(CustomerCreate { customer: forged }, &by(1, 10)).unwrap();
    assert_eq!(stamp(&records), Stamp { created_by: Some(id(1)), ..Stamp::default() });
    assert!(records.run(edit("created_by", json!(id::<Customer>(1)), json!(id::<Customer>(9))), &by(2, 20)).is_err());
}

#[test]
fn a_stamp_alone_is_neither_a_change_nor_a_conflict() {
    let mut records = Records::default().with(&customer(7, "鼎盛"));
    records.run(edit("level", Value::Null, "A"), &by(2, 20)).unwrap();
    // The same again, and another field by somebody who had not seen the first.
    records.run(edit("level", Value::Null, "A"), &by(3, 30)).unwrap();
    assert_eq!(stamp(&records).changed_by, Some(id(2)));
    records.run(edit("address", Value::Null, "高雄"), &by(4, 15)).unwrap();
    assert_eq!((stamp(&records).changed_by, stamp(&records).created_by), (Some(id(4)), None));
    assert!(records.all::<Conflict>().is_empty());
}

#[test]
fn a_merge_stamps_what_moves_and_the_history_does_not_list_stamps() {
    let mut records = Records::default().with(&customer(7, "甲")).with(&customer(8, "乙"));
    records.run(ContactCreate { contact: Contact::named(id(20), id(8), "陳") }, &by(1, 10)).unwrap();
    let before = serde_json::to_string(&records.get::<Contact>(id(20)).unwrap()).unwrap();
    let merge = CustomerMerge { survivor: id(7), dead: id(8), take: Vec::new(), keep_owner: false };
    records.run(merge, &by(5, 50)).unwrap();
    let contact = records.get::<Contact>(id(20)).unwrap();
    let came_from = vec![id::<Customer>(8).uuid()];
    let moved =
        Stamp { created_by: Some(id(1)), changed_by: Some(id(5)), changed_at: Some(50), came_from, ..Stamp::default() };
    assert_eq!((&contact.unknown.stamp, &stamp(&records).changed_by), (&moved, &Some(id(5))));
    let after = serde_json::to_string(&contact).unwrap();
    let told = history::between(Kind::Contact, Some(&before), Some(&after));
    assert_eq!(told.len(), 1, "the customer: {told:?}");
    assert_eq!(Stamp::of(&after), moved);
}

#[test]
fn the_time_at_which_a_record_was_made_is_in_its_id() {
    assert_eq!(created_at(crate::id::uuid_v7(1_765_000_000_123, [7; 10])), Some(1_765_000_000_123));
    assert_eq!(created_at(uuid::Uuid::from_u128(7)), None);
}
