//! Push, pull and check over HTTP, on both databases.

use axum::http::{Method, StatusCode, header};
use domain::{
    customer::{Customer, CustomerCreate},
    id::Id,
    mutation::Action,
};
use serde_json::{Value, json};
use server::Settings;
use sync::{
    protocol::{Caller, Item, PROTOCOL, PullRequest, PushRequest},
    wire::{Line, read_line},
};
use uuid::Uuid;

use crate::{
    site::{Browser, serve},
    stores::{Fresh, postgres, sqlite},
    world::{Random, entry},
};

const NOW: i64 = 1_780_000_000_000;

/// What a device sends, as JSON.
pub(crate) struct Device {
    pub(crate) caller: Caller,
    random: Random,
}

impl Device {
    pub(crate) fn of(who: &Value, seed: u64) -> Self {
        let id = |value: &Value| value.as_str().and_then(|id| id.parse::<Uuid>().ok()).expect("an id");
        let mut random = Random(seed);
        let caller = Caller {
            protocol: PROTOCOL,
            organisation: id(&who["organisation"]["id"]),
            user: id(&who["user"]["id"]).into(),
            client: random.id(NOW),
        };
        Self { caller, random }
    }

    pub(crate) fn push(&mut self, first: u64, customers: usize) -> Value {
        let entries = (first..).take(customers).map(|n| {
            let id: Id<Customer> = self.random.id(NOW).into();
            let customer = Customer { owner: Some(self.caller.user), ..Customer::named(id, "長興工業") };
            let action: Action = CustomerCreate { customer }.into();
            entry(self.random.id(NOW), n, &action, NOW, 0)
        });
        let request = PushRequest { caller: self.caller.clone(), entries: entries.collect() };
        serde_json::to_value(request).expect("JSON")
    }

    fn pull(&self) -> Value {
        let request = PullRequest { caller: self.caller.clone(), kinds: 8, cursor: None, seen: None, unsent: 0 };
        serde_json::to_value(request).expect("JSON")
    }
}

/// Enter, pull, check: what a device does in a day.
async fn a_day(fresh: Fresh) {
    let app = serve(&fresh, Settings::default()).await;
    let mut browser = Browser::new(&app);
    let who = browser.set_up().await.json();
    let mut device = Device::of(&who, 1);

    for first in [1, 501, 1001] {
        let request = device.push(first, 500);
        // A server that has held the lock long enough answers a prefix; the rest is sent again with it.
        let mut expected = first;
        while expected < first + 500 {
            let answer = browser.post("/push", request.clone()).await.json();
            let reached = answer["answered"]["expected"].as_u64().expect("an answer");
            assert!(reached > expected, "{answer}");
            expected = reached;
        }
        // And again, since the answer was lost.
        let again = browser.post("/push", request).await.json();
        assert_eq!(again["answered"]["head"], first + 500);
        assert_eq!(again["answered"]["outcomes"][499]["known"], true);
    }

    // More than one page: 1,500 customers, the organisation, the administrator, and their outcomes.
    let answer = browser.post("/pull", device.pull()).await;
    assert_eq!(answer.headers[header::CONTENT_TYPE], "application/x-ndjson");
    let lines: Vec<Line> = answer.text.lines().map(|line| read_line(line).expect("a line")).collect();
    let upserts = lines.iter().filter(|line| matches!(line, Line::Item(Item::Upsert { .. }))).count();
    let outcomes = lines.iter().filter(|line| matches!(line, Line::Item(Item::Outcome(_)))).count();
    let ends: Vec<_> =
        lines.iter().filter_map(|line| if let Line::End(end) = line { Some(end) } else { None }).collect();
    assert_eq!((upserts, outcomes), (1502, 1500), "{}", fresh.name);
    assert_eq!(ends.iter().map(|end| end.more).collect::<Vec<_>>(), [true, true, true, false]);

    let last = ends.last().expect("an end");
    let check = json!({ "caller": device.caller, "kinds": 8, "cursor": last.cursor });
    let sums = browser.post("/check", check).await.json();
    assert_eq!(sums["sums"]["customer"]["count"], 1500);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_on_sqlite() {
    a_day(sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_on_postgres() {
    a_day(postgres().await).await;
}

#[tokio::test]
async fn a_feed_is_compressed_as_the_browser_asks() {
    let fresh = sqlite().await;
    let app = serve(&fresh, Settings::default()).await;
    let mut browser = Browser::new(&app);
    let who = browser.set_up().await.json();
    let mut device = Device::of(&who, 1);
    let request = device.push(1, 100);
    browser.post("/push", request).await;
    let plain = browser.post("/pull", device.pull()).await.text.len();
    for (accepted, encoding) in [("gzip, br, zstd", "zstd"), ("gzip, br", "br"), ("gzip", "gzip")] {
        let headers = [("accept-encoding", accepted)];
        let answer = browser.open(Method::POST, "/pull", &headers, Some(device.pull())).await;
        assert_eq!(answer.headers()[header::CONTENT_ENCODING], encoding);
        let bytes = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        assert!(bytes.len() * 2 < plain, "{encoding}: {} of {plain}", bytes.len());
    }
}

#[tokio::test]
async fn what_is_of_the_wrong_shape_has_a_stable_code() {
    let fresh = sqlite().await;
    let app = serve(&fresh, Settings::default()).await;
    let mut browser = Browser::new(&app);
    browser.set_up().await;
    for path in ["/push", "/pull", "/check", "/session", "/set-up"] {
        let answer = browser.post(path, json!({ "caller": 7 })).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::BAD_REQUEST, "bad_request"), "{path}");
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let answer = browser.send(Method::POST, path, &form, None).await;
        assert_eq!(answer.code(), "bad_request", "{path}");
    }
    let large = json!({ "caller": "x".repeat(2 << 20) });
    let answer = browser.post("/push", large).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "too_large"));
    assert_eq!(browser.post("/pull", json!({ "caller": "x".repeat(100 << 10) })).await.code(), "too_large");
}

#[tokio::test]
async fn somebody_elses_session_is_told_and_nothing_is_done() {
    let fresh = sqlite().await;
    let app = serve(&fresh, Settings::default()).await;
    let mut browser = Browser::new(&app);
    let who = browser.set_up().await.json();
    let mut device = Device::of(&who, 1);
    device.caller.user = device.random.id(NOW).into();
    let request = device.push(1, 1);
    assert_eq!(browser.post("/push", request.clone()).await.json(), json!("other_session"));
    assert_eq!(browser.post("/pull", device.pull()).await.text, "[\"n\",\"other_session\"]\n");
    browser.cookies.clear();
    assert_eq!(browser.post("/push", request).await.code(), "signed_out");
}

#[tokio::test]
async fn every_answer_carries_the_requests_mark() {
    let fresh = sqlite().await;
    let app = serve(&fresh, Settings::default()).await;
    let mut browser = Browser::new(&app);
    for path in ["/status", "/session", "/nowhere"] {
        let answer = browser.send(Method::GET, path, &[("x-changke-nonce", "n-42")], None).await;
        assert_eq!(answer.headers["x-changke-nonce"], "n-42", "{path}");
        assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
    }
    let status = browser.get("/status").await.json();
    assert_eq!(status["set_up"].as_bool(), Some(false));
    assert_eq!(status["organisation"], Value::Null);
}
