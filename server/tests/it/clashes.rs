//! 撞單 over HTTP: two devices that entered one customer, and whose customer it is.

use axum::http::StatusCode;
use domain::{
    clash::{Clash, ClashSettle},
    customer::{Customer, CustomerAssign, CustomerCreate, CustomerEdit, CustomerId, CustomerMerge, CustomerUnmerge},
    distinct::{CustomersDistinct, Distinct},
    edit::{Edit, FieldEdit},
    fingerprints::{FingerprintsSwitch, FingerprintsTell, Tells},
    kind::{Kind, RecordKey},
    mutation::Action,
    user::UserId,
};
use serde_json::{Value, json};
use server::{App, Settings};
use sync::{
    protocol::{Caller, PROTOCOL, PushRequest},
    server::{ReadTx as _, ServerStore as _, apply_as, apply_as_system},
};
use uuid::Uuid;

use crate::{
    people::joined,
    site::{Browser, serve},
    stores::{Fresh, postgres, sqlite},
    world::{FakeClock, entry},
};

const NOW: i64 = 1_780_000_000_000;

fn uuid(value: &Value) -> Uuid {
    value.as_str().and_then(|text| text.parse().ok()).expect("an id")
}

fn user(who: &Value) -> UserId {
    uuid(&who["user"]["id"]).into()
}

fn id(number: u128) -> CustomerId {
    Uuid::from_u128(number).into()
}

/// A device that sends what was entered on it.
struct Device {
    browser: Browser,
    who: Value,
    client: u128,
    sent: u64,
}

impl Device {
    async fn of(app: &App, boss: &mut Browser, name: &str, client: u128) -> Self {
        let (browser, who) = joined(app, boss, name, &["sales_rep"]).await;
        Self { browser, who, client, sent: 0 }
    }

    async fn enters(&mut self, number: u128, name: &str) {
        let customer = Customer { owner: Some(user(&self.who)), ..Customer::named(id(number), name) };
        self.sends(CustomerCreate { customer }).await;
    }

    async fn sends(&mut self, action: impl Into<Action>) {
        self.sent += 1;
        let caller = Caller {
            protocol: PROTOCOL,
            organisation: uuid(&self.who["organisation"]["id"]),
            user: user(&self.who),
            client: Uuid::from_u128(self.client),
        };
        let of_entry = Uuid::from_u128(self.client * 1_000 + u128::from(self.sent));
        let entries = vec![entry(of_entry, self.sent, &action.into(), NOW, 0)];
        let request = serde_json::to_value(PushRequest { caller, entries }).expect("JSON");
        let answer = self.browser.post("/push", request).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    }

    async fn asks(&mut self, path: &str, name: &str) -> Value {
        let answer = self.browser.post(path, json!({ "wanted": { "names": [name] } })).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.json()
    }
}

async fn clashes(fresh: &Fresh) -> Vec<Clash> {
    let mut tx = fresh.store.read().await.expect("a snapshot");
    tx.records().await.expect("clashes")
}

async fn what_two_devices_entered_becomes_one_task(fresh: Fresh) {
    let app = serve(&fresh, Settings::default()).await;
    let mut boss = Browser::new(&app);
    let who = boss.set_up().await.json();
    let mut li = Device::of(&app, &mut boss, "li", 71).await;
    let mut chen = Device::of(&app, &mut boss, "chen", 72).await;
    app.find_clashes().await.expect("the store");

    // Both were in the field. Neither upload is refused, and what one has twice is nobody's clash.
    li.enters(1, "鼎盛五金有限公司").await;
    li.enters(2, "鼎盛五金").await;
    chen.enters(3, "深圳市鼎盛五金有限公司").await;
    chen.enters(4, "永信貿易有限公司").await;
    app.find_clashes().await.expect("the store");
    let mut found = clashes(&fresh).await;
    found.sort_by_key(|clash| clash.customer);
    let pairs: Vec<_> = found.iter().map(|clash| (clash.customer, clash.other, clash.by)).collect();
    assert_eq!(pairs, [(id(1), Some(id(3)), Some(user(&chen.who))), (id(2), Some(id(3)), Some(user(&chen.who)))]);

    // It lies with the customer that was there first: its owner has it, whoever entered the other one has not.
    let group = fresh
        .store
        .read()
        .await
        .expect("a snapshot")
        .rows(&[RecordKey::new(Kind::Clash, found[0].id.uuid())])
        .await
        .expect("rows")[0]
        .group;
    assert_eq!(group, Customer::group_of(id(1)));

    // Another server, or the same one after a start, finds nothing new, whatever has been settled meanwhile.
    let settle = ClashSettle { id: found[0].id, settled: true };
    let boss_of_both = user(&who);
    let done = apply_as(&fresh.store, boss_of_both, &[(Uuid::from_u128(900), settle.into())], &FakeClock::new()).await;
    done.expect("the store").expect("settled");
    let other = serve(&fresh, Settings::default()).await;
    other.find_clashes().await.expect("the store");
    assert_eq!(clashes(&fresh).await.len(), 2);

    // Who was told apart before is not asked about.
    by_itself(&fresh, 901, CustomerCreate { customer: Customer::named(id(5), "大華電子") }).await;
    by_itself(&fresh, 902, CustomersDistinct { one: id(4), other: id(5), distinct: true }).await;
    let renamed = FieldEdit::new("name", "大華電子", "永信貿易行");
    by_itself(&fresh, 903, CustomerEdit(Edit::fields(id(5), vec![renamed]))).await;
    for app in [&app, &other] {
        app.find_clashes().await.expect("the store");
    }
    let all = clashes(&fresh).await;
    assert_eq!(all.len(), 2, "{}", fresh.name);
    assert_eq!(all.iter().filter(|clash| clash.settled.is_some()).count(), 1);

    // Who changes an old customer of theirs into somebody's learns nothing: whoever was there has the task.
    chen.enters(6, "舊名行").await;
    li.enters(7, "遠東機電有限公司").await;
    app.find_clashes().await.expect("the store");
    let renamed = FieldEdit::new("name", "舊名行", "遠東機電");
    chen.sends(CustomerEdit(Edit::fields(id(6), vec![renamed]))).await;
    app.find_clashes().await.expect("the store");
    let of = |all: &[Clash], other: CustomerId| -> Vec<_> {
        all.iter().filter(|clash| clash.other == Some(other)).map(|clash| (clash.customer, clash.by)).collect()
    };
    assert_eq!(of(&clashes(&fresh).await, id(6)), [(id(7), Some(user(&chen.who)))]);

    // What one person had twice is two people's as soon as one of them goes to somebody else.
    let assign = CustomerAssign { id: id(2), owner: Some(user(&chen.who)), pool: None };
    by_itself(&fresh, 904, assign).await;
    app.find_clashes().await.expect("the store");
    assert!(of(&clashes(&fresh).await, id(2)).contains(&(id(1), Some(user(&chen.who)))));
}

async fn a_merge_settles_a_clash_and_its_undoing_opens_it_again(fresh: Fresh) {
    let app = serve(&fresh, Settings::default()).await;
    let mut boss = Browser::new(&app);
    boss.set_up().await;
    let mut li = Device::of(&app, &mut boss, "li", 71).await;
    let mut chen = Device::of(&app, &mut boss, "chen", 72).await;
    app.find_clashes().await.expect("the store");
    li.enters(1, "鼎盛五金有限公司").await;
    chen.enters(2, "鼎盛五金").await;
    chen.enters(3, "永信貿易有限公司").await;
    app.find_clashes().await.expect("the store");
    let found = clashes(&fresh).await;
    assert_eq!(found.len(), 1);

    // What is told apart from the one that goes is so from the one that stays.
    by_itself(&fresh, 901, CustomersDistinct { one: id(2), other: id(3), distinct: true }).await;
    let merge = CustomerMerge { survivor: id(1), dead: id(2), take: Vec::new(), keep_owner: true };
    by_itself(&fresh, 902, merge).await;
    assert_eq!(clashes(&fresh).await, []);
    let renamed = FieldEdit::new("name", "永信貿易有限公司", "鼎盛五金行");
    by_itself(&fresh, 903, CustomerEdit(Edit::fields(id(3), vec![renamed]))).await;
    app.find_clashes().await.expect("the store");
    assert_eq!(clashes(&fresh).await, []);

    let mut tx = fresh.store.read().await.expect("a snapshot");
    let stays: Customer = tx.record(id(1)).await.expect("a customer").expect("a customer");
    drop(tx);
    let merged_at = stays.joined[0].at;
    by_itself(&fresh, 904, CustomerUnmerge { survivor: id(1), dead: id(2), merged_at }).await;
    assert_eq!(clashes(&fresh).await, found);
    // The pair with the third one is again that of the one that came back: nothing speaks for the other two any more.
    let mut tx = fresh.store.read().await.expect("a snapshot");
    let pairs: Vec<Distinct> = tx.records().await.expect("pairs");
    assert_eq!(pairs.iter().map(|pair| (pair.one, pair.other)).collect::<Vec<_>>(), [(id(2), id(3))]);
}

async fn by_itself(fresh: &Fresh, id: u128, action: impl Into<Action>) {
    let actions = [(Uuid::from_u128(id), action.into())];
    apply_as_system(&fresh.store, &actions, &FakeClock::new()).await.expect("the store").expect("applied");
}

async fn whoever_asks_learns_as_much_as_the_company_tells(fresh: Fresh) {
    let app = serve(&fresh, Settings::default()).await;
    let mut boss = Browser::new(&app);
    boss.set_up().await;
    let mut li = Device::of(&app, &mut boss, "陳美玲", 71).await;
    let mut chen = Device::of(&app, &mut boss, "chen", 72).await;
    let north = boss.post("/departments/add", json!({ "name": "業務二部" })).await.json();
    let place = json!({ "id": li.who["user"]["id"], "name": "陳美玲", "roles": ["sales_rep"], "department": north,
        "active": true });
    assert_eq!(boss.post("/people/place", place).await.status, StatusCode::OK);
    li.enters(1, "鼎盛五金有限公司").await;

    let told = chen.asks("/strangers", "鼎盛五金").await;
    let expected = json!({ "department": "業務二部", "owner": "陳○", "free": false, "reasons": [{ "name": "same" }] });
    assert_eq!(told["found"], json!([expected]), "{}", fresh.name);
    assert_eq!(li.asks("/strangers", "鼎盛五金").await["found"], json!([]), "what one sees is no stranger");
    assert_eq!(chen.asks("/strangers", "大同").await["found"], json!([]));

    // The word to those who lead opens one task, however often it is said; nobody else has it.
    assert_eq!(chen.asks("/strangers/want", "鼎盛五金").await, json!(1));
    assert_eq!(chen.asks("/strangers/want", "鼎盛五金").await, json!(1));
    let found = clashes(&fresh).await;
    let of = (found.len(), found[0].customer, found[0].other, found[0].by, &*found[0].words);
    assert_eq!(of, (1, id(1), None, Some(user(&chen.who)), "鼎盛五金"));

    // The journal keeps who asked for whom.
    let notes = fresh.store.read().await.expect("a snapshot").journal(0, 1_000).await.expect("the journal");
    let asked = notes.iter().filter(|row| row.entry.name == "clash_note" && row.author == Some(user(&chen.who)));
    assert_eq!(asked.count(), 4);

    // The administrator decides how much is told.
    let no = Value::Null;
    let ways = [
        (Tells::Nothing, &no, &no),
        (Tells::Department, &json!("業務二部"), &no),
        (Tells::Name, &json!("業務二部"), &json!("陳美玲")),
    ];
    for (entry, (tells, department, owner)) in (910..).zip(ways) {
        by_itself(&fresh, entry, FingerprintsTell { tells }).await;
        let told = chen.asks("/strangers", "鼎盛五金").await;
        assert_eq!((&told["found"][0]["department"], &told["found"][0]["owner"]), (department, owner), "{tells:?}");
    }

    // Where the company wants no check, there is none by asking either.
    by_itself(&fresh, 920, FingerprintsSwitch { on: false }).await;
    let wanted = json!({ "wanted": { "names": ["鼎盛五金"] } });
    assert_eq!(chen.browser.post("/strangers", wanted.clone()).await.code(), "not_allowed");
    by_itself(&fresh, 921, FingerprintsSwitch { on: true }).await;

    // Nobody goes through the whole company's customers.
    let mut last = StatusCode::OK;
    for _ in 0..30 {
        last = chen.browser.post("/strangers", wanted.clone()).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn what_two_devices_entered_becomes_one_task_sqlite() {
    what_two_devices_entered_becomes_one_task(sqlite().await).await;
}

#[tokio::test]
async fn what_two_devices_entered_becomes_one_task_postgres() {
    what_two_devices_entered_becomes_one_task(postgres().await).await;
}

#[tokio::test]
async fn whoever_asks_learns_as_much_as_the_company_tells_sqlite() {
    whoever_asks_learns_as_much_as_the_company_tells(sqlite().await).await;
}

#[tokio::test]
async fn whoever_asks_learns_as_much_as_the_company_tells_postgres() {
    whoever_asks_learns_as_much_as_the_company_tells(postgres().await).await;
}

#[tokio::test]
async fn a_merge_settles_a_clash_and_its_undoing_opens_it_again_sqlite() {
    a_merge_settles_a_clash_and_its_undoing_opens_it_again(sqlite().await).await;
}

#[tokio::test]
async fn a_merge_settles_a_clash_and_its_undoing_opens_it_again_postgres() {
    a_merge_settles_a_clash_and_its_undoing_opens_it_again(postgres().await).await;
}
