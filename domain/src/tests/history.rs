//! What differs between two states of a record, and how an earlier value comes back.

use serde_json::{Value, json};

use super::support::{Records, customer, id, moment};
use crate::{
    access::Role,
    conflict::Conflict,
    customer::{Customer, CustomerEdit},
    edit::FieldName,
    history::{FieldChange, between, restoring},
    kind::{Kind, RecordKey},
    mutation::Action,
    own::{OwnField, OwnFields},
};

fn body(customer: &Customer) -> String {
    serde_json::to_string(customer).unwrap()
}

fn own(value: Value) -> OwnFields {
    [(id::<OwnField>(50).uuid(), serde_json::from_value(value).unwrap())].into()
}

#[test]
fn only_fields_that_differ_are_told_with_both_values() {
    let before = customer(1, "鼎盛");
    let after = Customer { name: "鼎盛行".into(), owner: Some(id(9)), own: own(json!(7)), ..before.clone() };
    let changes = between(Kind::Customer, Some(&body(&before)), Some(&body(&after)));
    let named = |name: &str, from: Value, to: Value| FieldChange { field: FieldName::Name(name.into()), from, to };
    assert_eq!(
        changes,
        [
            named("name", json!("鼎盛"), json!("鼎盛行")),
            named("owner", json!(id::<Customer>(1).to_string()), json!(id::<Customer>(9).to_string())),
            FieldChange { field: FieldName::Own(id::<OwnField>(50).uuid()), from: Value::Null, to: json!(7) },
        ]
    );
    assert!(between(Kind::Customer, Some(&body(&after)), Some(&body(&after))).is_empty());
    assert_eq!(between(Kind::Customer, None, Some(&body(&before))).len(), 2, "a name and an owner");
}

#[test]
fn an_earlier_value_comes_back_by_an_ordinary_edit() {
    let now =
        Customer {
            level: "B".into(), tags: ["新".to_owned()].into(), own: own(json!("新")), ..customer(1, "鼎盛")
        };
    let key = RecordKey::new(Kind::Customer, now.id.uuid());
    let mut records = Records::default().with(&now);
    let fields = [
        (FieldName::Name("level".into()), json!("A")),
        (FieldName::Name("tags".into()), json!(["舊"])),
        (FieldName::Own(id::<OwnField>(50).uuid()), Value::Null),
    ];
    for (field, value) in &fields {
        let action = restoring(key, &body(&records.get::<Customer>(now.id).unwrap()), field, value).unwrap();
        assert!(matches!(action, Action::CustomerEdit(CustomerEdit(_))));
        records.run(action, &moment(Role::SalesRep)).unwrap();
    }
    let restored = records.get::<Customer>(now.id).unwrap();
    assert_eq!((restored.level.as_str(), restored.own), ("A", OwnFields::new()));
    assert_eq!(restored.tags, ["舊".to_owned()].into());
    assert!(records.all::<Conflict>().is_empty());
}

#[test]
fn what_stands_there_already_and_what_no_edit_changes_is_not_restored() {
    let now = customer(1, "鼎盛");
    let key = RecordKey::new(Kind::Customer, now.id.uuid());
    let restore = |name: &str, value| restoring(key, &body(&now), &FieldName::Name(name.into()), &value).is_some();
    assert_eq!(
        [restore("name", json!("鼎盛")), restore("owner", json!(null)), restore("name", json!("x"))],
        [false, false, true]
    );
}
