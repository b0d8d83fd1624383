//! Field edits: different fields merge, one field with two values leaves an entry that shows both.

use serde_json::{Value, json};

use super::support::{Records, customer, id, moment, unstamped};
use crate::{
    access::Role,
    conflict::{Conflict, ConflictResolve},
    customer::{Customer, CustomerBin, CustomerEdit},
    edit::{BOTH_VERSIONS, Edit, FieldEdit, SetEdit},
    refusal::{Problem, Refusal},
    view::Stop,
};

fn edit(field: &str, from: impl Into<Value>, to: impl Into<Value>) -> CustomerEdit {
    CustomerEdit(Edit::fields(id(7), vec![FieldEdit::new(field, from, to)]))
}

/// Runs two edits on one customer and returns it with the number of conflicts.
fn after(edits: [CustomerEdit; 2]) -> (Customer, Vec<Conflict>) {
    let mut records = Records::default().with(&customer(7, "鼎盛五金"));
    for edit in edits {
        records.run(edit, &moment(Role::SalesRep)).unwrap();
    }
    (records.get(id(7)).unwrap(), records.all())
}

#[test]
fn different_fields_merge() {
    let (customer, conflicts) = after([edit("name", "鼎盛五金", "鼎盛"), edit("address", Value::Null, "高雄")]);
    assert_eq!((customer.name.as_str(), customer.address.as_str(), conflicts.len()), ("鼎盛", "高雄", 0));
}

#[test]
fn the_later_arrival_stands_and_all_three_values_are_kept() {
    let (customer, conflicts) = after([edit("name", "鼎盛五金", "甲"), edit("name", "鼎盛五金", "乙")]);
    assert_eq!(customer.name, "乙");
    let conflict = &conflicts[0];
    assert_eq!((&conflict.seen, &conflict.theirs, &conflict.mine), (&json!("鼎盛五金"), &json!("甲"), &json!("乙")));
}

#[test]
fn the_same_value_twice_is_no_conflict() {
    let (customer, conflicts) = after([edit("name", "鼎盛五金", "甲"), edit("name", "鼎盛五金", "甲")]);
    assert_eq!((customer.name.as_str(), conflicts.len()), ("甲", 0));
}

#[test]
fn long_texts_that_changed_on_both_sides_keep_both() {
    let (customer, conflicts) = after([edit("remark", Value::Null, "先付"), edit("remark", Value::Null, "月結")]);
    assert_eq!((customer.remark, conflicts.len()), (format!("先付{BOTH_VERSIONS}月結"), 0));
}

#[test]
fn sets_are_added_to_and_removed_from() {
    let set = |add: &[&str], remove: &[&str]| {
        let values = |words: &[&str]| words.iter().map(|word| json!(word)).collect();
        let sets = vec![SetEdit { field: "tags".into(), add: values(add), remove: values(remove) }];
        CustomerEdit(Edit { id: id(7), fields: Vec::new(), sets })
    };
    let (customer, conflicts) = after([set(&["五金", "急"], &[]), set(&["大戶"], &["急", "沒有"])]);
    assert_eq!(customer.tags.into_iter().collect::<Vec<_>>(), ["五金", "大戶"]);
    assert!(conflicts.is_empty());
}

#[test]
fn any_of_the_three_values_can_be_restored() {
    let mut records = Records::default().with(&customer(7, "原"));
    let at = moment(Role::SalesRep);
    records.run(edit("name", "原", "甲"), &at).unwrap();
    records.run(edit("name", "原", "乙"), &at).unwrap();
    let conflict = records.all::<Conflict>().remove(0);
    records.run(ConflictResolve { id: conflict.id, standing: json!("乙"), value: json!("甲") }, &at).unwrap();
    assert_eq!(records.get::<Customer>(id(7)).unwrap().name, "甲");
    assert!(records.all::<Conflict>().iter().all(|conflict| conflict.resolved.is_some()));
}

#[test]
fn what_no_edit_may_change_is_refused() {
    let mut records = Records::default().with(&customer(7, "鼎盛"));
    let at = moment(Role::SalesRep);
    let cases = [
        (edit("owner", Value::Null, "x"), Refusal::NoSuchField { field: "owner".into() }),
        (edit("nothing", Value::Null, "x"), Refusal::NoSuchField { field: "nothing".into() }),
        (edit("name", "鼎盛", ""), Refusal::Field { field: "name".into(), problem: Problem::Required }),
        (edit("email", Value::Null, "no mail"), Refusal::BadArguments),
        (CustomerEdit(Edit::fields(id(8), Vec::new())), Refusal::Missing { id: id::<Customer>(8).uuid() }),
    ];
    for (edit, refusal) in cases {
        assert_eq!(records.run(edit, &at), Err(Stop::Refused(refusal)));
    }
    records.run(CustomerBin { id: id(7), binned: true }, &at).unwrap();
    let deleted = Refusal::Deleted { id: id::<Customer>(7).uuid() };
    assert_eq!(records.run(edit("name", "鼎盛", "甲"), &at), Err(Stop::Refused(deleted)));
}

#[test]
fn an_edit_between_two_states_leads_from_one_to_the_other() {
    let before = customer(7, "鼎盛");
    let mut changed = before.clone();
    changed.address = "高雄".into();
    changed.tags.insert("五金".into());
    let edit = Edit::between(&before, &changed).unwrap();
    let mut records = Records::default().with(&before);
    records.run(CustomerEdit(edit), &moment(Role::SalesRep)).unwrap();
    assert_eq!(records.get::<Customer>(id(7)).map(unstamped), Some(changed));
}
