//! The demo company: as large as promised, alike for the same day, and with a journal that tells all of it.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use domain::{
    clash::Clash,
    contact::Contact,
    contact_record::ContactRecord,
    customer::Customer,
    department::Department,
    next_action::NextAction,
    opportunity::{Opportunity, Outcome},
    record::Record,
    user::User,
    value::Phone,
};
use serde_json::json;
use server::{App, Settings};
use sync::server::{ReadTx, ServerStore};

use crate::{
    site::{Browser, serve},
    stores::{Fresh, sqlite},
};

const NOW: i64 = 1_796_000_000_000;

async fn demo(fresh: &Fresh, language: &str) -> (App, Browser) {
    let app = serve(fresh, Settings { time: || NOW, ..Settings::default() }).await;
    let mut browser = Browser::new(&app);
    let body = json!({ "language": language, "password": "a long password" });
    let answer = browser.post("/set-up/demo", body).await;
    assert_eq!(answer.status, StatusCode::OK, "{language}: {}", answer.text);
    (app, browser)
}

async fn all<R: Record>(fresh: &Fresh) -> Vec<R> {
    fresh.store.read().await.expect("a snapshot").records().await.expect("records")
}

#[tokio::test]
async fn it_is_as_large_as_promised_in_every_language() {
    for language in ["zh-Hant", "zh-Hans", "en"] {
        let fresh = sqlite().await;
        let (app, mut browser) = demo(&fresh, language).await;
        let customers: Vec<Customer> = all(&fresh).await;
        let (users, departments): (Vec<User>, Vec<Department>) = (all(&fresh).await, all(&fresh).await);
        let branches = departments.iter().filter(|department| department.branch).count();
        assert_eq!((customers.len(), users.len(), branches), (300, 12, 3), "{language}");
        let pooled = customers.iter().filter(|customer| customer.pool.is_some() && customer.owner.is_none()).count();
        let owned = customers.iter().filter(|customer| customer.pool.is_none() && customer.owner.is_some()).count();
        assert_eq!((pooled, owned), (12, 288), "{language}: in the pool, and with an owner");
        assert!(customers.iter().all(|customer| !customer.phones.is_empty()));
        app.find_clashes().await.expect("the store");
        let clashes: Vec<Clash> = all(&fresh).await;
        assert_eq!(clashes.len(), 1, "{language}: two people have met at one company");
        let contacts: Vec<Contact> = all(&fresh).await;
        let phones = customers.iter().flat_map(|it| &it.phones).chain(contacts.iter().flat_map(|it| &it.phones));
        let phones: Vec<_> = phones.map(Phone::digits).collect();
        let different: BTreeSet<_> = phones.iter().collect();
        assert_eq!((different.len(), phones.len() > 500), (phones.len(), true), "{language}: a number for each");

        let records: Vec<ContactRecord> = all(&fresh).await;
        let first = records.iter().map(|record| record.happened_at).min().unwrap_or_default();
        let last = records.iter().map(|record| record.happened_at).max().unwrap_or_default();
        assert!(records.len() > 1_500, "{language}: {}", records.len());
        assert!(last < NOW && last - first > 340 * 24 * 3_600_000, "{language}: a year");
        assert!(records.iter().all(|record| !record.late));

        let actions: Vec<NextAction> = all(&fresh).await;
        let open: Vec<_> = actions.iter().filter(|action| action.done.is_none()).collect();
        let today = chrono::DateTime::from_timestamp_millis(NOW).expect("a time").date_naive();
        let overdue = open.iter().filter(|action| action.due < today).count();
        assert!(open.len() > 100 && overdue < open.len() / 2, "{language}: {overdue} of {}", open.len());

        let deals: Vec<Opportunity> = all(&fresh).await;
        let (open, ended): (Vec<_>, Vec<_>) = deals.iter().partition(|it| it.outcome == Outcome::Open);
        assert!(open.len() > 30 && ended.len() > 15, "{language}: {} open, {} ended", open.len(), ended.len());

        // Everybody gets in, and a branch manager sees the branch, no more.
        for user in &users {
            let mut own = Browser::new(&app);
            assert_eq!(own.sign_in(&user.sign_in, "a long password").await.status, StatusCode::OK, "{}", user.name);
        }
        let again = browser.post("/set-up/demo", json!({ "language": language, "password": "a long password" })).await;
        assert_eq!(again.code(), "already_set_up");
    }
}

#[tokio::test]
async fn on_the_same_day_it_is_the_same_company() {
    let (one, other) = (sqlite().await, sqlite().await);
    demo(&one, "zh-Hant").await;
    demo(&other, "zh-Hant").await;
    let [a, b] = [all::<Customer>(&one).await, all::<Customer>(&other).await];
    assert_eq!(a, b);
}

#[tokio::test]
async fn its_journal_names_who_did_what_in_order() {
    let fresh = sqlite().await;
    demo(&fresh, "en").await;
    let journal = fresh.store.read().await.expect("a snapshot").journal(0, 100_000).await.expect("a journal");
    assert!(journal.windows(2).all(|pair| pair[0].arrived <= pair[1].arrived), "history runs forwards");
    let mut by_name: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &journal {
        *by_name.entry(row.entry.name.as_str()).or_default() += 1;
        assert_eq!(row.author.is_some(), row.client.is_some());
    }
    assert_eq!(by_name.get("customer_create"), Some(&300));
    assert_eq!(by_name.get("user_create"), Some(&11), "the administrator comes with the organisation");
    assert!(journal.iter().filter(|row| row.entry.name == "contact_record_add").all(|row| row.author.is_some()));
}

#[tokio::test]
async fn a_language_or_password_that_will_not_do_is_told_and_nothing_is_made() {
    let fresh = sqlite().await;
    let app = serve(&fresh, Settings::default()).await;
    let mut browser = Browser::new(&app);
    let refused = browser.post("/set-up/demo", json!({ "language": "tlh", "password": "a long password" })).await;
    assert_eq!(refused.json()["refusal"]["field"], "language");
    let short = browser.post("/set-up/demo", json!({ "language": "en", "password": "short" })).await;
    assert_eq!(short.code(), "password_too_short");
    assert_eq!(browser.get("/status").await.json()["set_up"], false);
}
