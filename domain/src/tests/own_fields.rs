//! Own fields of a company: what people type, what arrives, and what both sides refuse.

use serde_json::json;

use super::support::{Records, customer, id, moment, unstamped};
use crate::{
    access::Role,
    customer::{Customer, CustomerCreate, CustomerEdit},
    edit::{Edit, FieldEdit, FieldName},
    kind::Kind,
    own::{OwnField, OwnFieldCreate, OwnFieldEdit, OwnFields, OwnShape, OwnValue, lines, name_of, value_in},
    record::Record as _,
    refusal::{Problem, Refusal},
    view::Stop,
};

fn field(number: u128, shape: OwnShape) -> OwnField {
    let choices = if shape.has_choices() { vec!["甲".into(), "乙".into(), "丙".into()] } else { Vec::new() };
    OwnField { choices, ..OwnField::named(id(number), Kind::Customer, shape, "車型") }
}

fn own(number: u128, value: serde_json::Value) -> OwnFields {
    [(id::<OwnField>(number).uuid(), serde_json::from_value(value).unwrap())].into()
}

#[test]
fn what_is_typed_becomes_a_value_of_the_shape_or_an_error() {
    let read =
        |shape, text: &str| field(1, shape).read(text).map(|value| value.map(|v| serde_json::to_value(v).unwrap()));
    for (shape, text, value) in [
        (OwnShape::Text, " 十輪 ", json!("十輪")),
        (OwnShape::Number, "1,250", json!(1250)),
        (OwnShape::Number, "12.50", json!("12.5")),
        (OwnShape::Date, "2026-11-27", json!("2026-11-27")),
        (OwnShape::Choice, "乙", json!("乙")),
        (OwnShape::Several, "甲\n丙", json!(["甲", "丙"])),
        (OwnShape::Flag, "0", json!(false)),
    ] {
        assert_eq!(read(shape, text), Ok(Some(value)), "{shape:?}");
    }
    for (shape, text, problem) in [
        (OwnShape::Number, "十二", Problem::NotADecimal),
        (OwnShape::Date, "2026-02-30", Problem::NotADate),
        (OwnShape::Choice, "丁", Problem::NotAChoice),
        (OwnShape::Several, "甲\n丁", Problem::NotAChoice),
        (OwnShape::Flag, "是", Problem::NotAChoice),
    ] {
        assert_eq!(read(shape, text), Err(problem), "{shape:?}");
    }
    let long = "長".repeat(1_001);
    assert_eq!(read(OwnShape::Text, &long), Err(Problem::TooLong { most: 1_000 }));
    let required = OwnField { required: true, ..field(1, OwnShape::Text) };
    assert_eq!((required.read(" "), field(1, OwnShape::Text).read(" ")), (Err(Problem::Required), Ok(None)));
}

#[test]
fn a_text_that_nearly_reads_as_a_date_stays_as_it_was_written() {
    for text in ["2026-1-1", "+2026-01-01", "2026-01-01"] {
        let value: OwnValue = serde_json::from_value(json!(text)).unwrap();
        assert_eq!(serde_json::to_value(&value).unwrap(), json!(text));
        assert_eq!(field(1, OwnShape::Text).check(&value), Ok(()));
    }
}

#[test]
fn only_administrators_may_define_fields() {
    use crate::access::{Right, may_write};
    use crate::kind::Group;
    let may = |role: Role| may_write(&[role].into(), Kind::OwnField, Group::Org, Some(Right::Write));
    assert_eq!(Role::ALL.map(may), [true, false, false, false, false, false]);
}

#[test]
fn a_wrong_value_is_refused_with_its_field_and_an_unknown_one_is_kept() {
    let mut records = Records::default();
    let admin = moment(Role::Administrator);
    records.run(OwnFieldCreate { field: field(50, OwnShape::Number) }, &admin).unwrap();
    let wrong = Customer { own: own(50, json!("很多")), ..customer(1, "鼎盛") };
    let refused =
        Stop::Refused(Refusal::Field { field: name_of(id::<OwnField>(50).uuid()), problem: Problem::NotADecimal });
    let at = moment(Role::SalesRep);
    assert_eq!(records.run(CustomerCreate { customer: wrong }, &at), Err(refused.clone()));
    let unknown = Customer { own: own(51, json!({"later": 1})), ..customer(2, "盛鼎") };
    records.run(CustomerCreate { customer: unknown.clone() }, &at).unwrap();
    assert_eq!(records.get::<Customer>(id(2)).unwrap().own, unknown.own);
    let edit = |to| {
        let field = FieldName::Own(id::<OwnField>(50).uuid());
        CustomerEdit(Edit::fields(id(2), vec![FieldEdit { field, from: json!(null), to }]))
    };
    assert_eq!(records.run(edit(json!(true)), &at), Err(refused));
    records.run(edit(json!(7)), &at).unwrap();
    assert_eq!(records.get::<Customer>(id(2)).unwrap().own.len(), 2);
}

#[test]
fn a_retired_field_keeps_its_values_and_refuses_nothing() {
    let mut records = Records::default().with(&field(50, OwnShape::Number));
    let at = moment(Role::SalesRep);
    let with = Customer { own: own(50, json!(7)), ..customer(1, "鼎盛") };
    records.run(CustomerCreate { customer: with.clone() }, &at).unwrap();
    let retire = Edit::fields(id(50), vec![FieldEdit::new("retired", json!(null), true)]);
    records.run(OwnFieldEdit(retire), &moment(Role::Administrator)).unwrap();
    let renamed = Edit::between(&with, &Customer { name: "鼎盛行".into(), ..with.clone() }).unwrap();
    records.run(CustomerEdit(renamed), &at).unwrap();
    assert_eq!(records.get::<Customer>(id(1)).unwrap().own, with.own);
    let late = Edit::between(&with, &Customer { own: own(50, json!("九")), ..with.clone() }).unwrap();
    records.run(CustomerEdit(late), &at).unwrap();
}

#[test]
fn an_edit_names_the_own_fields_that_differ() {
    let before = Customer { own: own(50, json!("舊")), ..customer(1, "鼎盛") };
    let after = Customer { own: own(51, json!("新")), ..before.clone() };
    let edit = Edit::between(&before, &after).unwrap();
    let pairs: Vec<_> = edit.fields.iter().map(|edit| (edit.from.clone(), edit.to.clone())).collect();
    assert_eq!(pairs, [(json!("舊"), json!(null)), (json!(null), json!("新"))]);
    let mut records = Records::default().with(&before);
    records.run(CustomerEdit(edit), &moment(Role::SalesRep)).unwrap();
    assert_eq!(records.get::<Customer>(id(1)).map(unstamped), Some(after));
}

#[test]
fn several_choices_of_two_people_come_together_and_single_ones_become_a_conflict() {
    let several = field(50, OwnShape::Several);
    let stored = Customer { own: own(50, json!(["甲", "乙"])), ..customer(1, "鼎盛") };
    let mut records = Records::default().with(&several).with(&stored);
    let edit = |from, to| {
        let field = FieldName::Own(id::<OwnField>(50).uuid());
        CustomerEdit(Edit::fields(id(1), vec![FieldEdit { field, from, to }]))
    };
    // Somebody saw only 甲 and made it 丙.
    records.run(edit(json!(["甲"]), json!(["丙"])), &moment(Role::SalesRep)).unwrap();
    assert_eq!(records.get::<Customer>(id(1)).unwrap().own, own(50, json!(["乙", "丙"])));
    assert!(records.all::<crate::conflict::Conflict>().is_empty());
    records.run(edit(json!(["乙", "丙"]), json!(null)), &moment(Role::SalesRep)).unwrap();
    assert!(records.get::<Customer>(id(1)).unwrap().own.is_empty());
}

#[test]
fn a_definition_needs_a_name_a_kind_that_takes_fields_and_something_to_choose() {
    let wrong = |field: OwnField| field.validate().unwrap_err().field;
    assert_eq!(wrong(OwnField { label: " ".into(), ..field(1, OwnShape::Text) }), "label");
    assert_eq!(wrong(OwnField { on: Kind::User, ..field(1, OwnShape::Text) }), "on");
    assert_eq!(wrong(OwnField { choices: Vec::new(), ..field(1, OwnShape::Choice) }), "choices");
}

#[test]
fn the_index_line_gives_back_each_field() {
    let own: OwnFields = own(50, json!(["甲", "乙"])).into_iter().chain(own(51, json!("二\n行"))).collect();
    let line = lines(&own);
    let of = |number: u128| value_in(&line, id::<OwnField>(number).uuid()).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!((of(50), of(51), of(5)), (vec!["甲".into(), "乙".into()], vec!["二 行".into()], vec![]));
}

#[test]
fn a_search_finds_what_own_fields_hold() {
    let record = Customer { own: own(50, json!("藍色大貨車")), ..customer(1, "鼎盛") };
    let summary = crate::summary::Summary::of(Kind::Customer, &serde_json::to_string(&record).unwrap()).unwrap();
    let mut buffer = crate::search::SearchBuffer::default();
    buffer.push(&summary.found_by(Kind::Customer));
    assert_eq!(crate::search::Search::default().find(&buffer, "大貨車"), [0]);
}
