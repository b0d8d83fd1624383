//! Every address of the API, asked as everybody; and what reaches whom.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicI64, AtomicU64, Ordering},
};

use axum::http::{Method, StatusCode};
use domain::{
    access::{Right, Role},
    attachment::BlobHash,
    customer::{Customer, CustomerAssign, CustomerCreate, CustomerEdit, CustomerShare},
    edit::{Edit, FieldEdit},
    id::{Id, derived_uuid},
    kind::{Group, Kind},
    mutation::Action,
    user::{UserId, UserPlace},
};
use serde_json::{Value, json};
use server::{App, Settings, addresses};
use sync::{
    protocol::{Cursor, Item},
    server::apply_as_system,
    wire::{Line, read_line},
};
use uuid::Uuid;

use crate::{
    people::joined,
    site::{Browser, serve},
    stores::{Fresh, sqlite},
    world::{FakeClock, entry},
};

/// Who may call an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    Anybody,
    SignedIn,
    /// Whose roles enter customers.
    Entering,
    Administrators,
    /// A browser in which the access of the person named has ended.
    EndedDevice,
}

const NOW: i64 = 1_780_000_000_000;

const NOBODY: Uuid = Uuid::from_u128(9);

/// Returns who may call an address, and arguments of the right shape. One that is not here fails the test:
/// whoever adds an address says for whom it is.
fn table(method: &Method, path: &str) -> (Open, Option<Value>) {
    let caller = json!({ "protocol": 1, "organisation": NOBODY, "user": NOBODY, "client": NOBODY });
    let place = json!({ "position": 0, "step": 0, "kind": 0, "id": NOBODY });
    let scope = json!({ "all_groups": false, "kinds": 0 });
    let cursor = json!({ "incarnation": NOBODY, "epoch": 0, "scope": scope, "kinds": 8, "place": place, "head": 0 });
    let organisation = json!({ "name": "x", "language": "en" });
    match (method.as_str(), path) {
        ("GET", "/status") | ("DELETE", "/session") => (Open::Anybody, None),
        ("GET", "/session") | ("GET", "/devices") | ("GET", "/events") => (Open::SignedIn, None),
        ("POST", "/session") => (Open::Anybody, Some(json!({ "sign_in": "x", "password": "x" }))),
        ("POST", "/set-up") => (
            Open::Anybody,
            Some(json!({ "organisation": organisation, "name": "x", "sign_in": "x", "password": "long enough" })),
        ),
        ("POST", "/set-up/demo") => (Open::Anybody, Some(json!({ "language": "en", "password": "long enough" }))),
        ("POST", "/join/owner") => (Open::Anybody, Some(json!({ "token": "x" }))),
        ("POST", "/join") => (Open::Anybody, Some(json!({ "token": "x", "password": "long enough" }))),
        ("POST", "/session/password") => (Open::SignedIn, Some(json!({ "old": "x", "new": "long enough" }))),
        ("POST", "/devices/revoke") => (Open::Administrators, Some(json!({ "user": NOBODY, "device": NOBODY }))),
        ("POST", "/devices/ended") => (Open::Anybody, Some(json!({ "users": [] }))),
        ("POST", "/devices/cleared") => (Open::EndedDevice, Some(json!({ "user": NOBODY }))),
        ("POST", "/quarantine") => (Open::EndedDevice, Some(json!({ "caller": caller, "entries": [] }))),
        ("GET", "/quarantine/held") | ("GET", "/people/accounts") | ("GET", "/archive") => (Open::Administrators, None),
        ("POST", "/quarantine/decide") => (Open::Administrators, Some(json!({ "ids": [], "accept": true }))),
        ("POST", "/people/invite") => {
            (Open::Administrators, Some(json!({ "name": "", "sign_in": "x", "roles": ["finance"] })))
        }
        ("POST", "/people/link") => (Open::Administrators, Some(json!({ "user": NOBODY }))),
        ("POST", "/people/place") => {
            (Open::Administrators, Some(json!({ "id": NOBODY, "name": "x", "roles": ["finance"], "active": true })))
        }
        ("POST", "/handover/preview") => (Open::Administrators, Some(json!({ "from": NOBODY }))),
        // A manager hands over what the people below leave: nobody is below them here.
        ("POST", "/handover/start") => {
            (Open::Administrators, Some(json!({ "from": NOBODY, "way": { "how": "one", "to": NOBODY } })))
        }
        ("POST", "/handover/undo") => (Open::Administrators, Some(json!({ "id": NOBODY }))),
        ("POST", "/departments/add") => (Open::Administrators, Some(json!({ "name": "" }))),
        ("POST", "/departments/place") => (Open::Administrators, Some(json!({ "id": NOBODY, "name": "x" }))),
        ("POST", "/history") => (Open::SignedIn, Some(json!({ "record": { "kind": "customer", "id": NOBODY } }))),
        ("POST", "/strangers" | "/strangers/want") => {
            (Open::Entering, Some(json!({ "wanted": { "names": ["鼎盛"] } })))
        }
        ("POST", "/push") => (Open::SignedIn, Some(json!({ "caller": caller, "entries": [] }))),
        ("POST", "/pull") => (Open::SignedIn, Some(json!({ "caller": caller, "kinds": 8, "unsent": 0 }))),
        // Who may, the record decides: see the tests of blobs.
        ("GET" | "PUT", "/records/{kind}/{id}/blobs/{hash}") => (Open::SignedIn, None),
        ("POST", "/check") => (Open::SignedIn, Some(json!({ "caller": caller, "kinds": 8, "cursor": cursor }))),
        _ => panic!("for whom is {method} {path}?"),
    }
}

/// A company in which every role has somebody, with a browser each.
async fn company(fresh: &Fresh, settings: Settings) -> (App, BTreeMap<Role, (Browser, Value)>) {
    let app = serve(fresh, settings).await;
    let mut boss = Browser::new(&app);
    let who = boss.set_up().await.json();
    let mut people = BTreeMap::new();
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Administrator) {
        let word = serde_json::to_value(role).expect("a word");
        let word = word.as_str().expect("text");
        people.insert(role, joined(&app, &mut boss, word, &[word]).await);
    }
    people.insert(Role::Administrator, (boss, who));
    (app, people)
}

#[tokio::test]
async fn every_address_answers_those_it_is_for_and_nobody_else() {
    let fresh = sqlite().await;
    let (app, people) = company(&fresh, Settings::default()).await;
    // Signing out last: it ends the sessions that the others need.
    let mut all = addresses();
    all.sort_by_key(|(_, method)| *method == Method::DELETE);
    for (path, method) in all {
        let (open, body) = table(&method, path);
        let asked = if path == "/events" { format!("{path}?client={NOBODY}") } else { path.to_owned() };
        let asked = asked.replace("{kind}", "attachment").replace("{id}", &NOBODY.to_string());
        let asked = asked.replace("{hash}", &BlobHash::of(b"").to_string());
        let mut strangers = vec![(None, Browser::new(&app))];
        strangers.extend(people.iter().map(|(role, (browser, _))| (Some(*role), browser.clone())));
        for (role, browser) in strangers {
            let answer = browser.open(method.clone(), &asked, &[], body.clone()).await;
            let status = answer.status().as_u16();
            // A stream is let in, and has no end that one could wait for.
            let code = if path == "/events" && status == 200 {
                String::new()
            } else {
                let bytes = axum::body::to_bytes(answer.into_body(), usize::MAX).await.expect("a body");
                let text = String::from_utf8_lossy(&bytes).into_owned();
                assert!(!text.contains("argon2"), "{method} {path}: a hash leaves the server");
                let value: Value = serde_json::from_str(text.lines().next().unwrap_or_default()).unwrap_or_default();
                value["code"].as_str().unwrap_or_default().to_owned()
            };
            let signed_in = role.is_some() && !(method == Method::DELETE && path == "/session");
            let expected = match open {
                Open::Anybody => None,
                Open::SignedIn => (!signed_in).then_some("signed_out"),
                Open::Entering if matches!(role, Some(Role::Finance | Role::Purchaser)) => Some("not_allowed"),
                Open::Entering => (!signed_in).then_some("signed_out"),
                Open::Administrators if role == Some(Role::Administrator) => None,
                Open::Administrators => Some(if signed_in { "not_allowed" } else { "signed_out" }),
                Open::EndedDevice => Some(if signed_in { "not_allowed" } else { "signed_out" }),
            };
            let turned_away = ["signed_out", "not_allowed"].contains(&code.as_str()).then_some(code.as_str());
            assert_eq!(turned_away, expected, "{method} {path} as {role:?}");
            assert_ne!(code, "bad_request", "{method} {path}: the arguments here are of the wrong shape");
            assert_ne!(status, 500, "{method} {path} as {role:?}");
        }
    }
}

fn id(number: u128) -> Id<Customer> {
    Uuid::from_u128(number).into()
}

/// The client of a person, the same each time.
fn person_client(person: &(Browser, Value)) -> Uuid {
    derived_uuid(user_of(person).uuid(), "client")
}

fn caller(person: &(Browser, Value)) -> Value {
    let (_, who) = person;
    json!({ "protocol": 1, "organisation": who["organisation"]["id"], "user": who["user"]["id"],
            "client": person_client(person) })
}

/// What a person's device holds after following the feed from nothing, or from a cursor.
struct Held {
    rows: BTreeSet<(Kind, Uuid)>,
    cursor: Option<Cursor>,
    text: String,
}

impl Held {
    fn new() -> Self {
        Self { rows: BTreeSet::new(), cursor: None, text: String::new() }
    }

    /// Follows the feed to its end; told to start over, it does so at once, as a device does.
    async fn pull(&mut self, person: &mut (Browser, Value)) {
        loop {
            let request =
                json!({ "caller": caller(person), "kinds": Kind::ALL.len(), "cursor": self.cursor, "unsent": 0 });
            self.text = person.0.post("/pull", request).await.text;
            if !self.take() {
                return;
            }
            *self = Held::new();
        }
    }

    /// Takes what was sent; says whether to start over.
    fn take(&mut self) -> bool {
        for line in self.text.lines() {
            match read_line(line).expect("a line") {
                Line::Item(Item::Upsert { key, .. }) => drop(self.rows.insert((key.kind, key.id))),
                Line::Item(Item::Forget { key }) => drop(self.rows.remove(&(key.kind, key.id))),
                Line::Item(Item::ForgetGroup { group: Group::Of(root) }) => {
                    let _ = self.rows.remove(&(root.kind, root.id));
                }
                Line::Item(Item::ForgetGroup { group: Group::Org } | Item::Outcome(_)) => {}
                Line::End(end) => self.cursor = Some(end.cursor),
                Line::NoPage(_) => return true,
                Line::Unknown => {}
            }
        }
        false
    }

    fn customers(&self) -> Vec<u128> {
        self.rows.iter().filter(|(kind, _)| *kind == Kind::Customer).map(|(_, id)| id.as_u128()).collect()
    }
}

/// Carries actions out as the server.
async fn system(fresh: &Fresh, actions: Vec<Action>) {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let id = || Uuid::from_u128(0xac70_0000 + u128::from(NEXT.fetch_add(1, Ordering::Relaxed)));
    let actions: Vec<_> = actions.into_iter().map(|action| (id(), action)).collect();
    apply_as_system(&fresh.store, &actions, &FakeClock::new()).await.expect("the store").expect("applied");
}

fn user_of((_, who): &(Browser, Value)) -> UserId {
    who["user"]["id"].as_str().and_then(|id| id.parse().ok()).expect("an id")
}

fn owned(number: u128, owner: UserId, name: &str) -> Action {
    CustomerCreate { customer: Customer { owner: Some(owner), ..Customer::named(id(number), name) } }.into()
}

#[tokio::test]
async fn each_role_receives_and_writes_what_the_table_says_and_nothing_else() {
    let fresh = sqlite().await;
    let (_app, mut people) = company(&fresh, Settings::default()).await;
    let [rep, manager] = [Role::SalesRep, Role::Manager].map(|role| user_of(&people[&role]));
    system(&fresh, vec![owned(1, rep, "北區客戶"), owned(2, manager, "南區客戶")]).await;
    for (role, person) in &mut people {
        let mut held = Held::new();
        held.pull(person).await;
        let expected: &[u128] = match role {
            Role::Purchaser => &[],
            role if role.sees_all_groups() => &[1, 2],
            Role::SalesRep => &[1],
            _ => &[2],
        };
        assert_eq!(held.customers(), expected, "{role:?}");
        let kinds: BTreeSet<Kind> = held.rows.iter().map(|(kind, _)| *kind).collect();
        assert!(kinds.iter().all(|kind| role.right(*kind).is_some()), "{role:?} receives {kinds:?}");
        for secret in ["argon2", "hash", "token", "password"] {
            assert!(!held.text.contains(secret), "{role:?} is sent a {secret}");
        }
        for (number, name) in [(1, "北區客戶"), (2, "南區客戶")] {
            assert_eq!(held.text.contains(name), expected.contains(&number), "{role:?} and {name}");
        }

        let may = role.right(Kind::Customer) == Some(Right::Write);
        for (n, number) in [(1, 1), (2, 2)] {
            let edit = FieldEdit::new("address", "", format!("{role:?}"));
            let action: Action = CustomerEdit(Edit::fields(id(number), vec![edit])).into();
            let entry = entry(derived_uuid(person_client(person), &number.to_string()), n, &action, NOW, 0);
            let push = json!({ "caller": caller(person), "entries": [entry] });
            let answer = person.0.post("/push", push).await.json();
            let applied = answer["answered"]["outcomes"][0]["verdict"] == "applied";
            assert_eq!(applied, may && expected.contains(&number), "{role:?} on {number}: {answer}");
        }
        // Nobody but an administrator writes people, however the entry reaches the server.
        let place = UserPlace {
            id: rep,
            name: format!("named by {role:?}"),
            roles: [Role::SalesRep].into(),
            department: None,
            superior: None,
            active: true,
        };
        let entry = entry(derived_uuid(person_client(person), "place"), 3, &place.into(), NOW, 0);
        let answer = person.0.post("/push", json!({ "caller": caller(person), "entries": [entry] })).await.json();
        let applied = answer["answered"]["outcomes"][0]["verdict"] == "applied";
        assert_eq!(applied, *role == Role::Administrator, "{role:?}: {answer}");
    }
}

/// A time that passes only when told, for a server that lives through weeks.
static TIME: AtomicI64 = AtomicI64::new(NOW);

fn weeks_pass() {
    TIME.fetch_add(3 * 7 * 24 * 3_600_000, Ordering::Relaxed);
}

#[tokio::test]
async fn whoever_was_away_for_weeks_finds_at_once_what_they_may_see_now() {
    let fresh = sqlite().await;
    let settings =
        Settings { time: || TIME.load(Ordering::Relaxed), session_ms: 400 * 24 * 3_600_000, ..Settings::default() };
    let (app, mut people) = company(&fresh, settings).await;
    let (mut boss, _) = people.remove(&Role::Administrator).expect("the administrator");
    let mut rep = people.remove(&Role::SalesRep).expect("the rep");
    let mut manager = people.remove(&Role::Manager).expect("the manager");
    let (rep_id, manager_id) = (user_of(&rep), user_of(&manager));
    system(&fresh, vec![owned(1, rep_id, "一"), owned(2, rep_id, "二"), owned(3, manager_id, "三")]).await;
    let (mut of_rep, mut of_manager) = (Held::new(), Held::new());
    of_rep.pull(&mut rep).await;
    of_manager.pull(&mut manager).await;
    assert_eq!((of_rep.customers(), of_manager.customers()), (vec![1, 2], vec![3]));

    // Owner and collaborator: the one leaves, the other comes, and goes again at the end of its last day.
    weeks_pass();
    // Tomorrow in UTC: in Taipei it has begun.
    let today = chrono::DateTime::from_timestamp_millis(TIME.load(Ordering::Relaxed) + 86_400_000).expect("a time");
    let today = today.date_naive();
    let share = CustomerShare { id: id(3), user: rep_id, right: Some(Right::Read), until: Some(today) };
    system(&fresh, vec![CustomerAssign { id: id(2), owner: Some(manager_id), pool: None }.into(), share.into()]).await;
    of_rep.pull(&mut rep).await;
    of_manager.pull(&mut manager).await;
    assert_eq!((of_rep.customers(), of_manager.customers()), (vec![1, 3], vec![2, 3]));
    weeks_pass();
    of_rep.pull(&mut rep).await;
    assert_eq!(of_rep.customers(), [1], "the share has ended");

    // A department with its head, by the forms: the head sees what is below, until somebody else is head.
    let north = boss.post("/departments/add", json!({ "name": "北區", "head": manager_id, "branch": true })).await;
    let place = |user: UserId, name: &str, role: &str, department: Value| json!({ "id": user, "name": name, "roles": [role], "department": department, "active": true });
    let placed = boss.post("/people/place", place(rep_id, "rep", "sales_rep", north.json())).await;
    assert_eq!(placed.status, StatusCode::OK, "{}", placed.text);
    weeks_pass();
    of_manager.pull(&mut manager).await;
    assert_eq!(of_manager.customers(), [1, 2, 3]);
    boss.post("/departments/place", json!({ "id": north.json(), "name": "北區", "branch": true })).await;
    weeks_pass();
    of_manager.pull(&mut manager).await;
    assert_eq!(of_manager.customers(), [2, 3]);

    // A role: what it saw goes, and comes back with it.
    boss.post("/people/place", place(manager_id, "manager", "purchaser", Value::Null)).await;
    weeks_pass();
    of_manager.pull(&mut manager).await;
    assert_eq!(of_manager.customers(), [0_u128; 0]);
    boss.post("/people/place", place(manager_id, "manager", "finance", Value::Null)).await;
    weeks_pass();
    of_manager.pull(&mut manager).await;
    assert_eq!(of_manager.customers(), [1, 2, 3]);
    drop(app);
}
