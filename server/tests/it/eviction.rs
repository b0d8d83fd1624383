//! A browser that lost its database is told what it had not sent; what left sight long ago is forgotten.

use chrono::NaiveDate;
use domain::{
    customer::{Customer, CustomerAssign, CustomerCreate},
    id::Id,
    mutation::Action,
    user::{UserCreate, UserId},
};
use serde_json::{Value, json};
use server::Settings;
use sync::{
    protocol::{Caller, PROTOCOL, PullRequest, PushRequest},
    server::{ClientRow, Clock, ReadTx, ServerStore, WriteTx, apply_as_system},
};
use uuid::Uuid;

use crate::{
    site::{Browser, serve},
    stores::{Fresh, postgres, sqlite},
    world::{Random, entry, set_up, user},
};

const NOW: i64 = 1_780_000_000_000;

fn caller(who: &Value, client: Uuid) -> Caller {
    let id = |value: &Value| value.as_str().and_then(|id| id.parse::<Uuid>().ok()).expect("an id");
    let organisation = id(&who["organisation"]["id"]);
    Caller { protocol: PROTOCOL, organisation, user: id(&who["user"]["id"]).into(), client }
}

/// What a client reports with a pull.
async fn report(browser: &mut Browser, caller: &Caller, unsent: u32) {
    let request = PullRequest { caller: caller.clone(), kinds: 8, cursor: None, seen: None, unsent };
    let answer = browser.post("/pull", serde_json::to_value(request).expect("JSON")).await;
    assert!(answer.text.starts_with("[\"u\""), "{}", answer.text);
}

/// The clients that a browser is told of: id, unsent entries, whether it lives here.
async fn told(browser: &mut Browser) -> Vec<(Uuid, u64, bool)> {
    let who = browser.get("/session").await.json();
    let clients = who["clients"].as_array().expect("a list");
    let client = |told: &Value| {
        assert!(told["at"].as_i64().is_some_and(|at| at > 0), "{told}");
        let id = told["client"].as_str().and_then(|id| id.parse().ok()).expect("an id");
        (id, told["unsent"].as_u64().expect("a count"), told["here"].as_bool().expect("a flag"))
    };
    clients.iter().map(client).collect()
}

async fn what_was_lost_is_told(fresh: Fresh) {
    let app = serve(&fresh, Settings::default()).await;
    let mut browser = Browser::new(&app);
    let who = browser.set_up().await.json();
    assert_eq!(who["clients"], json!([]), "{}", fresh.name);
    let lost = caller(&who, Uuid::from_u128(11));
    report(&mut browser, &lost, 3).await;
    // Other people's clients are not for her.
    let other = ClientRow {
        id: Uuid::from_u128(10),
        user: UserId::new(Uuid::from_u128(9)),
        expected: 1,
        unsent: 9,
        last_contact: i64::MAX,
    };
    let mut tx = fresh.store.write().await.expect("a transaction");
    tx.touch_client(&other).await.expect("touched");
    tx.commit().await.expect("committed");
    assert_eq!(told(&mut browser).await, [(lost.client, 3, true)]);

    // One of them arrives; then the browser throws its database away, but not its cookies.
    let id: Id<Customer> = Uuid::from_u128(12).into();
    let action: Action =
        CustomerCreate { customer: Customer { owner: Some(lost.user), ..Customer::named(id, "鼎盛") } }.into();
    let entries = vec![entry(Uuid::from_u128(13), 1, &action, NOW, 0)];
    let push = PushRequest { caller: lost.clone(), entries };
    browser.post("/push", serde_json::to_value(push).expect("JSON")).await;
    assert_eq!(told(&mut browser).await, [(lost.client, 2, true)]);

    // Signing in anew in the same browser tells it at once; in another one it lives elsewhere.
    let again = browser.sign_in("mei", "a long password").await.json();
    assert_eq!((&again["clients"][0]["unsent"], &again["clients"][0]["here"]), (&json!(2), &json!(true)));
    let mut elsewhere = Browser::new(&app);
    let there = elsewhere.sign_in("mei", "a long password").await.json();
    assert_eq!((&there["clients"][0]["unsent"], &there["clients"][0]["here"]), (&json!(2), &json!(false)));

    // The fresh client's own report comes first from now on.
    let fresh_client = Caller { client: Uuid::from_u128(14), ..lost.clone() };
    report(&mut browser, &fresh_client, 0).await;
    assert_eq!(told(&mut browser).await, [(fresh_client.client, 0, true), (lost.client, 2, true)]);
    assert!(told(&mut elsewhere).await.iter().all(|(_, _, here)| !here));
}

#[tokio::test]
async fn what_was_lost_is_told_on_sqlite() {
    what_was_lost_is_told(sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_lost_is_told_on_postgres() {
    what_was_lost_is_told(postgres().await).await;
}

/// Long before anybody runs this.
struct LongAgo;

impl Clock for LongAgo {
    fn now(&self) -> i64 {
        1_000_000_000_000
    }

    fn today(&self) -> NaiveDate {
        NaiveDate::default()
    }
}

#[tokio::test]
async fn a_running_server_forgets_what_left_sight_long_ago() {
    let fresh = sqlite().await;
    let mut random = Random(3);
    let [boss, rep] = [(); 2].map(|()| UserId::new(random.id(0)));
    let id: Id<Customer> = random.id(0).into();
    let customer = Customer { owner: Some(rep), ..Customer::named(id, "鼎盛") };
    let actions: [Action; 4] = [
        set_up(boss),
        UserCreate { user: user(rep, "rep", &[domain::access::Role::SalesRep]) }.into(),
        CustomerCreate { customer }.into(),
        CustomerAssign { id, owner: Some(boss), pool: None }.into(),
    ];
    let actions: Vec<_> = actions.into_iter().map(|action| (random.id(0), action)).collect();
    apply_as_system(&fresh.store, &actions, &LongAgo).await.expect("the store").expect("applied");
    let app = serve(&fresh, Settings::default()).await;
    let _background = app.start_background();
    while fresh.store.read().await.expect("a snapshot").head().await.expect("a head").pruned < 4 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let group = Customer::group_of(id);
    let rows = fresh.store.read().await.expect("a snapshot").members(&[group]).await.expect("members");
    assert_eq!(rows.iter().map(|row| row.user).collect::<Vec<_>>(), [boss]);
}
