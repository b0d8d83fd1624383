//! A device whose access has ended hands over what it has not sent, and an administrator decides on it.

use axum::http::{Method, StatusCode};
use domain::{
    contact_record::ContactRecord,
    contact_record::ContactRecordAdd,
    customer::{Customer, CustomerCreate, CustomerEdit},
    edit::{Edit, FieldEdit},
    id::Id,
    mutation::Action,
    user::UserId,
};
use serde_json::{Value, json};
use server::{App, Settings};
use sync::{
    protocol::{Caller, PROTOCOL, PushRequest},
    server::{JournalRow, ReadTx, ServerStore},
};
use uuid::Uuid;

use crate::{
    people::{PASSWORD, activate, devices, joined},
    site::{Browser, serve},
    stores::{Fresh, postgres, sqlite},
    world::{contact_record, entry},
};

const NOW: i64 = 1_780_000_000_000;

fn id_of(value: &Value) -> Uuid {
    value.as_str().and_then(|text| text.parse().ok()).expect("an id")
}

/// What a device of somebody sends.
pub(crate) struct Device {
    caller: Caller,
    next: u64,
}

impl Device {
    pub(crate) fn of(who: &Value) -> Self {
        let caller = Caller {
            protocol: PROTOCOL,
            organisation: id_of(&who["organisation"]["id"]),
            user: id_of(&who["user"]["id"]).into(),
            client: Uuid::from_u128(77),
        };
        Self { caller, next: 1 }
    }

    pub(crate) fn push(&mut self, actions: Vec<(u128, Action)>) -> Value {
        let first = self.next;
        self.next += actions.len() as u64;
        let numbered = (first..).zip(actions);
        let entries = numbered.map(|(n, (id, action))| entry(Uuid::from_u128(id), n, &action, NOW, 0)).collect();
        serde_json::to_value(PushRequest { caller: self.caller.clone(), entries }).expect("JSON")
    }
}

pub(crate) fn customer(id: u128, owner: UserId) -> Action {
    let customer = Customer { owner: Some(owner), ..Customer::named(Uuid::from_u128(id).into(), "鼎盛") };
    CustomerCreate { customer }.into()
}

fn visit(id: u128, to: u128, author: UserId) -> Action {
    let record = contact_record(Uuid::from_u128(id), Uuid::from_u128(to).into(), author, NOW);
    ContactRecordAdd { record, finishes: vec![], next: None }.into()
}

/// A company with an administrator and somebody whose access is about to end.
async fn company(fresh: &Fresh) -> (App, Browser, Browser, Value) {
    let app = serve(fresh, Settings::default()).await;
    let mut boss = Browser::new(&app);
    boss.set_up().await;
    let (li, who) = joined(&app, &mut boss, "li", &["sales_rep"]).await;
    (app, boss, li, who)
}

async fn held(boss: &mut Browser) -> Vec<Value> {
    boss.get("/quarantine/held").await.json().as_array().expect("a list").clone()
}

async fn a_revoked_device_hands_over_its_outbox(fresh: Fresh) {
    let (_app, mut boss, mut li, who) = company(&fresh).await;
    let user: UserId = id_of(&who["user"]["id"]).into();
    let agent = [("user-agent", "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1) Version/19.1 Mobile/15E148 Safari/604.1")];
    li.send(Method::POST, "/session", &agent, Some(json!({ "sign_in": "li", "password": PASSWORD }))).await;
    let mut device = Device::of(&who);
    let sent = device.push(vec![(101, customer(1, user))]);
    assert_eq!(li.post("/push", sent.clone()).await.status, StatusCode::OK);
    let pull = json!({ "caller": sent["caller"], "kinds": 8, "unsent": 0 });
    assert_eq!(li.post("/pull", pull).await.status, StatusCode::OK);
    // Until then, and from elsewhere, nothing can be put there.
    assert_eq!(li.post("/quarantine", sent.clone()).await.code(), "not_allowed", "{}", fresh.name);
    let own = devices(&mut li).await.remove(0);
    let revoke = json!({ "user": user, "device": own["device"] });
    assert_eq!(boss.post("/devices/revoke", revoke).await.status, StatusCode::OK);
    let unsent = device.push(vec![(102, visit(2, 1, user)), (103, customer(3, user)), (104, visit(4, 9, user))]);
    assert_eq!(li.post("/push", unsent.clone()).await.code(), "signed_out");
    assert_eq!(boss.post("/quarantine", unsent.clone()).await.code(), "not_allowed");
    assert_eq!(Browser::new(&_app).post("/quarantine", unsent.clone()).await.code(), "signed_out");

    // Handed over twice, since the answer was lost; what had been applied is no news.
    for request in [sent, unsent.clone(), unsent] {
        let answer = li.post("/quarantine", request.clone()).await.json();
        let ids: Vec<_> = request["entries"].as_array().expect("entries").iter().map(|it| it["id"].clone()).collect();
        assert_eq!(answer["received"], Value::from(ids));
    }
    let waiting = held(&mut boss).await;
    let names: Vec<_> = waiting.iter().map(|entry| entry["name"].as_str().expect("a name")).collect();
    assert_eq!(names, ["contact_record_add", "customer_create", "contact_record_add"]);
    assert_eq!(waiting[0]["author"], who["user"]["id"]);
    assert!(waiting.iter().all(|entry| entry["device"] == "Safari · iPhone"), "{waiting:?}");
    assert!(
        fresh
            .store
            .read()
            .await
            .expect("the database")
            .record(Id::<Customer>::new(Uuid::from_u128(3)))
            .await
            .expect("the database")
            .is_none()
    );

    // One is accepted, one is discarded, and one cannot be: its customer does not exist.
    let decide = |id: u128, accept: bool| json!({ "ids": [Uuid::from_u128(id)], "accept": accept });
    assert_eq!(boss.post("/quarantine/decide", decide(102, true)).await.json(), json!([]));
    assert_eq!(boss.post("/quarantine/decide", decide(102, true)).await.json(), json!([]), "once");
    assert_eq!(boss.post("/quarantine/decide", decide(103, false)).await.json(), json!([]));
    let left = boss.post("/quarantine/decide", decide(104, true)).await.json();
    assert_eq!((&left[0]["id"], &left[0]["refusal"]["code"]), (&json!(Uuid::from_u128(104)), &json!("missing")));
    assert_eq!(held(&mut boss).await.len(), 1);
    let mut tx = fresh.store.read().await.expect("the database");
    let record =
        tx.record(Id::<ContactRecord>::new(Uuid::from_u128(2))).await.expect("the database").expect("the visit");
    assert_eq!((record.author, record.late), (user, true));
    assert!(tx.record(Id::<Customer>::new(Uuid::from_u128(3))).await.expect("the database").is_none());
    let journal = tx.journal(0, 100).await.expect("the database");
    let accepted: Vec<_> = journal.iter().filter(|row| row.entry.name == "quarantine_accept").collect();
    assert_eq!(accepted.len(), 1);
    assert_ne!(accepted[0].author, Some(user), "the administrator answers for it");

    // Nothing is left on the device: the list says so.
    assert_eq!(li.post("/devices/cleared", json!({ "user": user })).await.status, StatusCode::OK);
    let known = devices(&mut boss).await.into_iter().find(|device| device["user"] == who["user"]["id"]);
    assert!(known.expect("her device")["cleared"].as_i64().is_some());
}

#[tokio::test]
async fn a_revoked_device_hands_over_its_outbox_on_sqlite() {
    a_revoked_device_hands_over_its_outbox(sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revoked_device_hands_over_its_outbox_on_postgres() {
    a_revoked_device_hands_over_its_outbox(postgres().await).await;
}

#[tokio::test]
async fn so_does_the_device_of_somebody_who_is_no_longer_active() {
    let fresh = sqlite().await;
    let (_, mut boss, mut li, who) = company(&fresh).await;
    let user: UserId = id_of(&who["user"]["id"]).into();
    assert_eq!(activate(&mut boss, &who["user"], false).await.status, StatusCode::OK);
    let unsent = Device::of(&who).push(vec![(102, customer(1, user))]);
    assert_eq!(li.post("/push", unsent.clone()).await.code(), "signed_out");
    assert_eq!(li.post("/devices/ended", json!({ "users": [user] })).await.json(), json!([user]));
    assert_eq!(li.post("/quarantine", unsent).await.status, StatusCode::OK);
    let all = json!({ "ids": [Uuid::from_u128(102)], "accept": true });
    assert_eq!(boss.post("/quarantine/decide", all).await.json(), json!([]));
    let customer = fresh
        .store
        .read()
        .await
        .expect("the database")
        .record(Id::<Customer>::new(Uuid::from_u128(1)))
        .await
        .expect("the database");
    assert_eq!(customer.expect("the customer").owner, Some(user));
}

#[tokio::test]
async fn one_that_never_comes_back_keeps_its_last_report() {
    let fresh = sqlite().await;
    let (_, mut boss, mut li, who) = company(&fresh).await;
    let device = Device::of(&who);
    let pull = json!({ "caller": device.caller, "kinds": 8, "cursor": null, "unsent": 7 });
    assert_eq!(li.post("/pull", pull).await.status, StatusCode::OK);
    let own = devices(&mut li).await.remove(0);
    assert_eq!(own["unsent"], 7);
    boss.post("/devices/revoke", json!({ "user": who["user"]["id"], "device": own["device"] })).await;
    let known = devices(&mut boss).await.into_iter().find(|device| device["device"] == own["device"]).expect("it");
    assert_eq!((&known["unsent"], &known["last_contact"]), (&json!(7), &own["last_contact"]));
    assert!(known["revoked"].as_i64().is_some());
    assert_eq!(known["cleared"], Value::Null);
}

async fn what_was_accepted_is_not_carried_out_again_when_its_author_comes_back(fresh: Fresh) {
    let (_app, mut boss, mut li, who) = company(&fresh).await;
    let user: UserId = id_of(&who["user"]["id"]).into();
    let mut device = Device::of(&who);
    let sent = device.push(vec![(101, customer(1, user))]);
    assert_eq!(li.post("/push", sent).await.status, StatusCode::OK);
    activate(&mut boss, &who["user"], false).await;
    let edit = |from: &str, to: &str| {
        CustomerEdit(Edit::fields(Uuid::from_u128(1).into(), vec![FieldEdit::new("address", from, to)])).into()
    };
    let unsent = device.push(vec![(102, edit("", "一路")), (103, edit("一路", "二路"))]);
    assert_eq!(li.post("/quarantine", unsent.clone()).await.status, StatusCode::OK);
    let all = json!({ "ids": [Uuid::from_u128(102)], "accept": true });
    assert_eq!(boss.post("/quarantine/decide", all).await.json(), json!([]));
    let mut at_the_office = Device::of(&boss.get("/session").await.json());
    at_the_office.caller.client = Uuid::from_u128(78);
    let corrected = boss.post("/push", at_the_office.push(vec![(201, edit("一路", "三路"))])).await.json();
    assert_eq!(corrected["answered"]["outcomes"][0]["verdict"], "applied", "{corrected}");

    // The answer to the quarantine was lost: what is in the outbox is pushed as if nothing had happened.
    activate(&mut boss, &who["user"], true).await;
    assert_eq!(li.sign_in("li", PASSWORD).await.status, StatusCode::OK);
    let answer = li.post("/push", unsent.clone()).await.json();
    let verdicts: Vec<_> =
        answer["answered"]["outcomes"].as_array().expect("outcomes").iter().map(|it| it["verdict"].clone()).collect();
    assert_eq!(verdicts, ["applied", "applied"], "{answer}");
    let mut tx = fresh.store.read().await.expect("the database");
    let customer = tx.record(Id::<Customer>::new(Uuid::from_u128(1))).await.expect("the database").expect("it");
    assert_eq!(customer.address, "二路", "what was not accepted is carried out now");
    let journal = tx.journal(0, 100).await.expect("the database");
    let again = journal.iter().find(|row| row.entry.id == Uuid::from_u128(102)).expect("in the journal");
    assert!(again.before.is_empty(), "{again:?}");
    let written = journal.iter().find(|row| row.entry.id == Uuid::from_u128(103)).expect("in the journal");
    // One conflict: the office wrote between the two. A second one would come of the entry that ran again.
    assert_eq!(written.before.len(), 2, "{written:?}");
    drop(tx);

    // Accepted after all: it has been carried out.
    let all = json!({ "ids": [Uuid::from_u128(103)], "accept": true });
    assert_eq!(boss.post("/quarantine/decide", all).await.json(), json!([]));
    let head = |journal: &[JournalRow]| journal.last().expect("a line").rev;
    let now = fresh.store.read().await.expect("the database").journal(0, 100).await.expect("the database");
    assert_eq!(head(&now), head(&journal));
    assert_eq!(held(&mut boss).await.len(), 0);
}

#[tokio::test]
async fn what_was_accepted_is_not_carried_out_again_on_sqlite() {
    what_was_accepted_is_not_carried_out_again_when_its_author_comes_back(sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_accepted_is_not_carried_out_again_on_postgres() {
    what_was_accepted_is_not_carried_out_again_when_its_author_comes_back(postgres().await).await;
}
