//! Handovers over HTTP: the preview, the start with the end of the account, what comes late, and the way back.

use std::time::Duration;

use axum::http::StatusCode;
use domain::{
    customer::Customer,
    exchange::{Access, AccessNote, ExportNote, Format},
    handover::{Handover, HandoverId, State},
    id::Id,
    kind::Kind,
    user::UserId,
};
use serde_json::{Value, json};
use server::Settings;
use sync::server::ServerStore;
use tokio::time::sleep;
use uuid::Uuid;

use crate::{
    people::{activate, joined},
    quarantine::{Device, customer},
    site::{Browser, serve},
    stores::{Fresh, postgres, sqlite},
};

fn user_of(who: &Value) -> UserId {
    who["user"]["id"].as_str().and_then(|id| id.parse().ok()).expect("an id")
}

async fn owner(fresh: &Fresh, number: u128) -> Option<UserId> {
    let mut tx = fresh.store.read().await.expect("the database");
    let id: Id<Customer> = Uuid::from_u128(number).into();
    tx.record(id).await.expect("the database").expect("a customer").owner
}

/// Waits until the server has done its work.
async fn ended(fresh: &Fresh, id: HandoverId) -> Handover {
    for _ in 0..500 {
        let mut tx = fresh.store.read().await.expect("the database");
        let handover: Handover = tx.record(id).await.expect("the database").expect("a handover");
        if !handover.state.runs() {
            return handover;
        }
        drop(tx);
        sleep(Duration::from_millis(20)).await;
    }
    panic!("the handover does not end");
}

async fn start(boss: &mut Browser, body: Value) -> HandoverId {
    let started = boss.post("/handover/start", body).await;
    assert_eq!(started.status, StatusCode::OK, "{}", started.text);
    started.json().as_str().and_then(|id| id.parse().ok()).expect("an id")
}

async fn whoever_leaves_is_out_and_what_they_had_is_handed_over(fresh: Fresh) {
    let app = serve(&fresh, Settings::default()).await;
    let mut boss = Browser::new(&app);
    boss.set_up().await;
    let (mut li, li_who) = joined(&app, &mut boss, "li", &["sales_rep"]).await;
    let (mut wu, wu_who) = joined(&app, &mut boss, "wu", &["sales_rep"]).await;
    let (_, manager_who) = joined(&app, &mut boss, "chen", &["manager"]).await;
    let [from, to, other] = [&li_who, &wu_who, &manager_who].map(user_of);
    let mut device = Device::of(&li_who);
    let export = ExportNote {
        kind: Kind::Customer,
        rows: 3,
        format: Format::Workbook,
        words: "鼎".into(),
        query: String::new(),
    };
    let opened = AccessNote { what: Access::Opened, count: 50, page: String::new() };
    let entries = vec![
        (101, customer(1, from)),
        (102, customer(2, from)),
        (103, customer(3, from)),
        (104, export.into()),
        (106, opened.into()),
    ];
    assert_eq!(li.post("/push", device.push(entries)).await.status, StatusCode::OK);

    // The preview changes nothing, and is nobody else's business.
    let way = json!({ "how": "in_turn", "among": [to, other] });
    let asked = json!({ "from": from, "way": way });
    let preview = boss.post("/handover/preview", asked.clone()).await.json();
    assert_eq!(preview["counts"]["customers"], 3, "{}: {preview}", fresh.name);
    let mut shares: Vec<_> =
        preview["shares"].as_array().expect("shares").iter().map(|it| it["counts"]["customers"].as_u64()).collect();
    shares.sort_unstable();
    assert_eq!(shares, [Some(1), Some(2)]);
    let taken: Vec<_> = preview["taken"].as_array().expect("a list").iter().map(|it| it["how"].clone()).collect();
    let expected = [
        json!({ "exported": { "kind": "customer", "rows": 3, "format": "workbook", "words": "鼎" } }),
        json!({ "opened": { "customers": 50 } }),
    ];
    assert_eq!(taken, expected, "{}", fresh.name);
    assert_eq!(wu.post("/handover/preview", asked).await.code(), "not_allowed");
    assert_eq!(wu.post("/handover/start", json!({ "from": from, "way": way })).await.code(), "not_allowed");
    assert_eq!(owner(&fresh, 1).await, Some(from));

    let body = json!({ "from": from, "way": way, "reason": "離職", "freeze": true });
    let id = start(&mut boss, body).await;
    let done = ended(&fresh, id).await;
    assert_eq!((done.moved, done.frozen), (done.total, true), "all that there was");
    let owners = [owner(&fresh, 1).await, owner(&fresh, 2).await, owner(&fresh, 3).await];
    assert_eq!(owners, [Some(to), Some(other), Some(to)]);
    assert_eq!(li.get("/session").await.code(), "signed_out");

    // What they had entered until then is reviewed, bears their name, and is handed over like the rest.
    let printed = AccessNote { what: Access::Printed, count: 1, page: "/customers".into() };
    let late = device.push(vec![(105, customer(4, from)), (107, printed.into())]);
    assert_eq!(li.post("/push", late.clone()).await.code(), "signed_out");
    assert_eq!(li.post("/quarantine", late).await.status, StatusCode::OK);
    // What they took along shows while it waits in quarantine.
    let seen = boss.post("/handover/preview", json!({ "from": from })).await.json();
    let print = json!({ "printed": { "page": "/customers" } });
    assert!(seen["taken"].as_array().expect("a list").iter().any(|it| it["how"] == print), "{}: {seen}", fresh.name);
    let accept = json!({ "ids": [Uuid::from_u128(105)], "accept": true });
    assert_eq!(boss.post("/quarantine/decide", accept).await.json(), json!([]));
    assert_eq!(owner(&fresh, 4).await, Some(from));
    let again = start(&mut boss, json!({ "from": from, "way": { "how": "one", "to": to } })).await;
    assert_eq!(ended(&fresh, again).await.moved.customers, 1);
    assert_eq!(owner(&fresh, 4).await, Some(to));

    // The way back, for what is still with its receivers.
    assert_eq!(wu.post("/handover/undo", json!({ "id": id })).await.code(), "not_allowed");
    let undone = boss.post("/handover/undo", json!({ "id": id })).await;
    assert_eq!(undone.status, StatusCode::OK, "{}", undone.text);
    let undone = ended(&fresh, id).await;
    assert!(matches!(undone.state, State::Undone { .. }));
    assert_eq!(undone.returned.customers, 3);
    assert_eq!([owner(&fresh, 3).await, owner(&fresh, 4).await], [Some(from), Some(to)]);
    assert_eq!(activate(&mut boss, &li_who["user"], true).await.status, StatusCode::OK);
}

#[tokio::test]
async fn whoever_leaves_is_out_and_what_they_had_is_handed_over_on_sqlite() {
    whoever_leaves_is_out_and_what_they_had_is_handed_over(sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_leaves_is_out_and_what_they_had_is_handed_over_on_postgres() {
    whoever_leaves_is_out_and_what_they_had_is_handed_over(postgres().await).await;
}

/// A manager below whom the person works hands over, and ends nobody's account.
#[tokio::test]
async fn a_manager_hands_over_but_ends_no_account() {
    let fresh = sqlite().await;
    let app = serve(&fresh, Settings::default()).await;
    let mut boss = Browser::new(&app);
    boss.set_up().await;
    let (mut li, li_who) = joined(&app, &mut boss, "li", &["sales_rep"]).await;
    let (mut chen, chen_who) = joined(&app, &mut boss, "chen", &["manager"]).await;
    let (from, to) = (user_of(&li_who), user_of(&chen_who));
    li.post("/push", Device::of(&li_who).push(vec![(101, customer(1, from))])).await;
    let way = json!({ "how": "one", "to": to });
    let body = json!({ "from": from, "way": way });
    assert_eq!(chen.post("/handover/start", body.clone()).await.code(), "not_allowed", "not below them");
    let place = json!({ "id": from, "name": "li", "roles": ["sales_rep"], "superior": to, "active": true });
    assert_eq!(boss.post("/people/place", place).await.status, StatusCode::OK);
    let freeze = json!({ "from": from, "way": way, "freeze": true });
    assert_eq!(chen.post("/handover/start", freeze).await.code(), "refused");
    assert_eq!(owner(&fresh, 1).await, Some(from), "nothing of it was done");
    let id = start(&mut chen, body).await;
    assert_eq!(ended(&fresh, id).await.moved.customers, 1);
    assert_eq!(owner(&fresh, 1).await, Some(to));
    assert_eq!(li.get("/session").await.status, StatusCode::OK);
}
