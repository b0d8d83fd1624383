//! Merging two customers: everything below moves, the dead id leads to the survivor for ever.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::support::{Records, customer, id, moment};
use crate::{
    access::Role,
    conflict::Conflict,
    contact::{Contact, ContactCreate},
    contact_record::{Channel, ContactRecord, ContactRecordAdd},
    customer::{Customer, CustomerEdit, CustomerMerge},
    edit::{Edit, FieldEdit},
    next_action::{NextAction, NextActionAdd},
    own::{OwnFields, Unknown},
    refusal::Refusal,
    view::Stop,
};

fn merge(survivor: u128, dead: u128) -> CustomerMerge {
    CustomerMerge { survivor: id(survivor), dead: id(dead), take: vec!["address".into()], keep_owner: true }
}

fn record(number: u128, of: u128) -> ContactRecord {
    ContactRecord {
        id: id(number),
        customer: id(of),
        channel: Channel::Visit,
        happened_at: 5,
        minutes: None,
        met: Vec::new(),
        result: String::new(),
        text: "看樣".into(),
        check_in: None,
        left_at: None,
        author: id(1),
        late: false,
        written_to: None,
        deleted_at: None,
        own: OwnFields::new(),
        unknown: Unknown::new(),
    }
}

fn action(number: u128, of: u128) -> NextAction {
    NextAction {
        id: id(number),
        customer: id(of),
        contact: None,
        due: NaiveDate::default(),
        time: None,
        what: "回電".into(),
        assignee: id(1),
        done: None,
        deleted_at: None,
        unknown: Unknown::new(),
    }
}

/// Two customers, 7 and 8; a contact, a record and a next action below 8.
fn merged() -> Records {
    let dead = Customer { address: "高雄".into(), owner: Some(id(2)), ..customer(8, "鼎盛五金行") };
    let mut records = Records::default()
        .with(&customer(7, "鼎盛"))
        .with(&dead)
        .with(&Contact::named(id(20), id(8), "陳先生"))
        .with(&record(21, 8))
        .with(&action(22, 8));
    records.run(merge(7, 8), &moment(Role::Administrator)).unwrap();
    records
}

#[test]
fn children_of_every_kind_move_to_the_survivor() {
    let records = merged();
    assert_eq!(records.get::<Contact>(id(20)).unwrap().customer, id(7));
    assert_eq!(records.get::<NextAction>(id(22)).unwrap().customer, id(7));
    let moved: ContactRecord = records.get(id(21)).unwrap();
    assert_eq!((moved.customer, moved.written_to), (id(7), Some(id(8))));
}

#[test]
fn the_survivor_takes_what_was_chosen_and_keeps_the_other_owner() {
    let survivor: Customer = merged().get(id(7)).unwrap();
    assert_eq!((survivor.name.as_str(), survivor.address.as_str()), ("鼎盛", "高雄"));
    assert_eq!(survivor.collaborators.iter().map(|c| c.user).collect::<Vec<_>>(), [id(2)]);
}

#[test]
fn additions_to_the_dead_id_go_to_the_survivor_weeks_later() {
    let mut records = merged();
    let at = moment(Role::SalesRep);
    records.run(ContactCreate { contact: Contact::named(id(30), id(8), "林小姐") }, &at).unwrap();
    records.run(NextActionAdd { action: action(31, 8) }, &at).unwrap();
    let add = ContactRecordAdd { record: record(32, 8), finishes: Vec::new(), next: Some(action(33, 8)) };
    records.run(add, &at).unwrap();
    assert_eq!(records.get::<Contact>(id(30)).unwrap().customer, id(7));
    assert_eq!(records.get::<NextAction>(id(31)).unwrap().customer, id(7));
    assert_eq!(records.get::<NextAction>(id(33)).unwrap().customer, id(7));
    assert_eq!(records.get::<ContactRecord>(id(32)).unwrap().written_to, Some(id(8)));
}

#[test]
fn edits_of_the_dead_id_wait_as_conflicts_on_the_survivor() {
    let mut records = merged();
    let fields = vec![FieldEdit::new("name", "鼎盛五金行", "新名")];
    records.run(CustomerEdit(Edit::fields(id(8), fields)), &moment(Role::SalesRep)).unwrap();
    assert_eq!(records.get::<Customer>(id(7)).unwrap().name, "鼎盛");
    let conflict = records.all::<Conflict>().remove(0);
    assert_eq!((conflict.group, conflict.held), (Customer::group_of(id(7)), true));
    assert_eq!((conflict.theirs, conflict.mine), (json!("鼎盛"), json!("新名")));
}

#[test]
fn merging_twice_is_refused_also_over_a_chain() {
    let mut records = merged().with(&customer(9, "鼎盛三"));
    let at = moment(Role::Administrator);
    assert_eq!(records.run(merge(7, 8), &at), Err(Stop::Refused(Refusal::AlreadyMerged)));
    records.run(merge(9, 7), &at).unwrap();
    assert_eq!(records.run(merge(8, 9), &at), Err(Stop::Refused(Refusal::AlreadyMerged)));
    assert_eq!(records.get::<Contact>(id(20)).unwrap().customer, id(9));
}

#[test]
fn a_rep_may_not_merge() {
    let mut records = Records::default().with(&customer(7, "甲")).with(&customer(8, "乙"));
    let refused = records.run(merge(7, 8), &moment(Role::SalesRep));
    assert_eq!(refused, Err(Stop::Refused(Refusal::RoleNotAllowed)));
}

#[test]
fn a_note_finishes_what_it_names_and_deletes_no_reminder() {
    let mut records = Records::default().with(&customer(7, "甲")).with(&action(40, 7)).with(&action(41, 7));
    let add = ContactRecordAdd { record: record(42, 7), finishes: vec![id(40)], next: None };
    records.run(add, &moment(Role::SalesRep)).unwrap();
    assert!(records.get::<NextAction>(id(40)).unwrap().done.is_some());
    assert_eq!(records.get::<NextAction>(id(41)), Some(action(41, 7)));
}

#[test]
fn arguments_of_version_1_are_understood() {
    let mut args =
        serde_json::to_value(ContactRecordAdd { record: record(50, 7), finishes: vec![], next: None }).unwrap();
    args["record"]["met"] = Value::String(id::<Contact>(20).to_string());
    let decoded = crate::mutation::Action::decode("contact_record_add", 1, &args.to_string());
    match decoded.unwrap() {
        crate::mutation::Action::ContactRecordAdd(add) => assert_eq!(add.record.met, [id(20)]),
        other => panic!("{other:?}"),
    }
}
