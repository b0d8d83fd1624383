//! A record's history over HTTP: who, when, from what device, field by field; for those who see the record.

use axum::http::StatusCode;
use domain::{
    customer::{Customer, CustomerCreate, CustomerEdit},
    edit::{Edit, FieldEdit},
    id::Id,
    mutation::Action,
    user::UserId,
};
use serde_json::{Value, json};
use server::Settings;
use sync::protocol::{Caller, PROTOCOL, PushRequest};
use uuid::Uuid;

use crate::{
    people::joined,
    site::{Browser, serve},
    stores::{Fresh, postgres, sqlite},
    world::entry,
};

const NOW: i64 = 1_780_000_000_000;
const CUSTOMER: Uuid = Uuid::from_u128(1);

/// What a device sends: one entry after the other, a minute between them.
fn push(who: &Value, actions: Vec<Action>) -> Value {
    let id = |value: &Value| value.as_str().and_then(|text| text.parse::<Uuid>().ok()).expect("an id");
    let caller = Caller {
        protocol: PROTOCOL,
        organisation: id(&who["organisation"]["id"]),
        user: id(&who["user"]["id"]).into(),
        client: Uuid::from_u128(77),
    };
    let at = |n: u64| NOW + 60_000 * i64::try_from(n).expect("a small number");
    let numbered = (1_u64..).zip(actions);
    let entries =
        numbered.map(|(n, action)| entry(Uuid::from_u128(100 + u128::from(n)), n, &action, at(n), 0)).collect();
    serde_json::to_value(PushRequest { caller, entries }).expect("JSON")
}

fn edit(field: &str, from: &str, to: &str) -> Action {
    let field = FieldEdit::new(field, if from.is_empty() { Value::Null } else { from.into() }, to);
    CustomerEdit(Edit::fields(Id::<Customer>::new(CUSTOMER), vec![field])).into()
}

async fn history(browser: &mut Browser, before: Option<u64>) -> Value {
    let record = json!({ "kind": "customer", "id": CUSTOMER });
    let answer = browser.post("/history", json!({ "record": record, "before": before })).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json()
}

async fn every_change_is_told_once_to_those_who_see_the_record(fresh: Fresh) {
    let app = serve(&fresh, Settings::default()).await;
    let mut boss = Browser::new(&app);
    boss.set_up().await;
    let (mut li, who) = joined(&app, &mut boss, "li", &["sales_rep"]).await;
    let (mut other, _) = joined(&app, &mut boss, "chen", &["sales_rep"]).await;
    let user: UserId = who["user"]["id"].as_str().and_then(|id| id.parse::<Uuid>().ok()).expect("an id").into();
    let customer = Customer { owner: Some(user), ..Customer::named(CUSTOMER.into(), "鼎盛") };
    let mut actions = vec![CustomerCreate { customer }.into(), edit("name", "鼎盛", "鼎盛行")];
    // More than are told at once.
    let level = |n: u32| if n == 0 { String::new() } else { n.to_string() };
    actions.extend((0..30).map(|n| edit("level", &level(n), &level(n + 1))));
    assert_eq!(li.post("/push", push(&who, actions)).await.status, StatusCode::OK);

    let newest = history(&mut li, None).await;
    let changes = newest["changes"].as_array().expect("changes");
    assert_eq!((changes.len(), &newest["more"]), (20, &json!(true)), "{}", fresh.name);
    let first = &changes[0];
    assert_eq!(first["author"], who["user"]["id"]);
    assert_eq!(first["happened"], json!(NOW + 32 * 60_000));
    assert_eq!(first["fields"], json!([{ "field": { "name": "level" }, "from": "29", "to": "30" }]));
    let last = changes[19]["rev"].as_u64();
    let older = history(&mut li, last).await;
    let older_changes = older["changes"].as_array().expect("changes");
    assert_eq!((older_changes.len(), &older["more"]), (12, &json!(false)));
    assert_eq!(older_changes[0]["fields"][0]["to"], changes[19]["fields"][0]["from"]);
    assert_eq!(older_changes[10]["fields"], json!([{ "field": { "name": "name" }, "from": "鼎盛", "to": "鼎盛行" }]));
    assert_eq!((&older_changes[11]["created"], &older_changes[10]["created"]), (&json!(true), &json!(false)));

    // The administrator sees every customer; another rep does not even learn that there is one.
    assert_eq!(history(&mut boss, None).await["changes"][0]["rev"], first["rev"]);
    for id in [CUSTOMER, Uuid::from_u128(404)] {
        let record = json!({ "record": { "kind": "customer", "id": id } });
        assert_eq!(other.post("/history", record).await.code(), "not_found");
    }
    let user = json!({ "record": { "kind": "user", "id": who["user"]["id"] } });
    assert_eq!(boss.post("/history", user).await.code(), "not_found", "an account's history is nobody's page");
}

#[tokio::test]
async fn every_change_is_told_once_to_those_who_see_the_record_sqlite() {
    every_change_is_told_once_to_those_who_see_the_record(sqlite().await).await;
}

#[tokio::test]
async fn every_change_is_told_once_to_those_who_see_the_record_postgres() {
    every_change_is_told_once_to_those_who_see_the_record(postgres().await).await;
}
