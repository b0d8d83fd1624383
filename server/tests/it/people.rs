//! People over HTTP: invited, placed, made inactive, with passwords by link; their devices and departments.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use server::{App, Settings};

use crate::{
    site::{Browser, serve},
    stores::{Fresh, postgres, sqlite},
};

pub(crate) const PASSWORD: &str = "a long password";

/// Invites somebody and returns their id and the link's token.
pub(crate) async fn invite(boss: &mut Browser, sign_in: &str, roles: &[&str]) -> (String, String) {
    let body = json!({ "name": sign_in, "sign_in": sign_in, "roles": roles });
    let link = boss.post("/people/invite", body).await;
    assert_eq!(link.status, StatusCode::OK, "{}", link.text);
    let text = |name: &str| link.json()[name].as_str().expect("text").to_owned();
    (text("user"), text("token"))
}

/// Somebody new, signed in with their own browser, and who they are.
pub(crate) async fn joined(app: &App, boss: &mut Browser, sign_in: &str, roles: &[&str]) -> (Browser, Value) {
    let (_, token) = invite(boss, sign_in, roles).await;
    let mut browser = Browser::new(app);
    let who = browser.post("/join", json!({ "token": token, "password": PASSWORD })).await;
    assert_eq!(who.status, StatusCode::OK, "{}", who.text);
    (browser, who.json())
}

/// Makes somebody inactive, or active again.
pub(crate) async fn activate(boss: &mut Browser, user: &Value, active: bool) -> crate::site::Answer {
    let body =
        json!({ "id": user["id"], "name": user["name"], "roles": user["roles"], "department": null, "active": active });
    boss.post("/people/place", body).await
}

async fn from_the_invitation_to_the_end(fresh: Fresh) {
    let app = serve(&fresh, Settings::default()).await;
    let mut boss = Browser::new(&app);
    boss.set_up().await;
    let (id, token) = invite(&mut boss, "Li", &["sales_rep"]).await;
    assert_eq!(Browser::new(&app).sign_in("li", "").await.code(), "wrong_password", "{}: no password yet", fresh.name);
    let accounts = boss.get("/people/accounts").await.json();
    let account = |all: &Value| all.as_array().expect("a list").iter().find(|it| it["user"] == id.as_str()).cloned();
    let known = account(&accounts).expect("an account");
    assert_eq!(known["has_password"], false);
    assert!(known["link_until"].as_i64().is_some(), "{known}");

    // The link greets its person, works once, and signs in.
    let mut li = Browser::new(&app);
    let owner = li.post("/join/owner", json!({ "token": token })).await.json();
    assert_eq!(owner, json!({ "name": "Li", "sign_in": "Li", "organisation_name": "常客貿易" }));
    assert_eq!(li.post("/join", json!({ "token": token, "password": "short" })).await.code(), "password_too_short");
    let who = li.post("/join", json!({ "token": token, "password": PASSWORD })).await.json();
    assert_eq!(who["user"]["id"], id.as_str());
    for path in ["/join/owner", "/join"] {
        let again = li.post(path, json!({ "token": token, "password": "another password" })).await;
        assert_eq!((again.status, again.code().as_str()), (StatusCode::GONE, "link_ended"), "{path}");
    }
    assert_eq!(account(&boss.get("/people/accounts").await.json()).expect("an account")["has_password"], true);

    // A reset: the newest link counts, the old password works until then, and all sessions end with the new one.
    let link = |answer: Value| answer["token"].as_str().expect("a token").to_owned();
    let first = link(boss.post("/people/link", json!({ "user": id })).await.json());
    let second = link(boss.post("/people/link", json!({ "user": id })).await.json());
    assert_eq!(li.post("/join/owner", json!({ "token": first })).await.code(), "link_ended");
    let mut elsewhere = Browser::new(&app);
    assert_eq!(elsewhere.sign_in("li", PASSWORD).await.status, StatusCode::OK);
    assert_eq!(li.post("/join", json!({ "token": second, "password": "the second one" })).await.status, StatusCode::OK);
    assert_eq!(elsewhere.get("/session").await.code(), "signed_out");
    assert_eq!(elsewhere.sign_in("li", PASSWORD).await.code(), "wrong_password");

    // The own password: the other sessions end, this one goes on.
    assert_eq!(elsewhere.sign_in("li", "the second one").await.status, StatusCode::OK);
    let wrong = li.post("/session/password", json!({ "old": PASSWORD, "new": "the third one" })).await;
    assert_eq!(wrong.code(), "wrong_password");
    let short = li.post("/session/password", json!({ "old": "the second one", "new": "short" })).await;
    assert_eq!(short.code(), "password_too_short");
    let changed = li.post("/session/password", json!({ "old": "the second one", "new": "the third one" })).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text);
    assert_eq!(li.get("/session").await.status, StatusCode::OK);
    assert_eq!(elsewhere.get("/session").await.code(), "signed_out");

    // Inactive: out everywhere, no link, no sign-in; then back again.
    let user = who["user"].clone();
    let open = link(boss.post("/people/link", json!({ "user": id })).await.json());
    assert_eq!(activate(&mut boss, &user, false).await.status, StatusCode::OK);
    assert_eq!(li.get("/session").await.code(), "signed_out");
    assert_eq!(li.sign_in("li", "the third one").await.code(), "disabled");
    assert_eq!(li.post("/join", json!({ "token": open, "password": PASSWORD })).await.code(), "link_ended");
    assert_eq!(boss.post("/people/link", json!({ "user": id })).await.code(), "disabled");
    assert_eq!(activate(&mut boss, &user, true).await.status, StatusCode::OK);
    assert_eq!(li.sign_in("li", "the third one").await.status, StatusCode::OK);
}

#[tokio::test]
async fn from_the_invitation_to_the_end_on_sqlite() {
    from_the_invitation_to_the_end(sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_the_invitation_to_the_end_on_postgres() {
    from_the_invitation_to_the_end(postgres().await).await;
}

#[tokio::test]
async fn what_breaks_a_rule_is_told_at_its_field() {
    let fresh = sqlite().await;
    let app = serve(&fresh, Settings::default()).await;
    let mut boss = Browser::new(&app);
    let who = boss.set_up().await.json();
    invite(&mut boss, "li", &["sales_rep"]).await;
    let refused = |answer: crate::site::Answer| answer.json()["refusal"].clone();
    let taken = boss.post("/people/invite", json!({ "name": "李", "sign_in": " LI ", "roles": ["finance"] })).await;
    assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused(taken), json!({ "code": "field", "field": "sign_in", "problem": { "code": "taken" } }));
    let none = boss.post("/people/invite", json!({ "name": "李", "sign_in": "x", "roles": [] })).await;
    assert_eq!(refused(none)["field"], "roles");
    let nameless = boss.post("/departments/add", json!({ "name": "  " })).await;
    assert_eq!(refused(nameless)["field"], "name");
    assert_eq!(refused(activate(&mut boss, &who["user"], false).await)["code"], "own_access");

    let north = boss.post("/departments/add", json!({ "name": "北區", "branch": true })).await.json();
    let south = boss.post("/departments/add", json!({ "name": "南區", "parent": north })).await.json();
    let circle = boss.post("/departments/place", json!({ "id": north, "name": "北區", "parent": south })).await;
    assert_eq!(refused(circle)["code"], "department_loop");
}

/// The list of devices as one of its readers gets it.
pub(crate) async fn devices(browser: &mut Browser) -> Vec<Value> {
    browser.get("/devices").await.json().as_array().expect("a list").clone()
}

#[tokio::test]
async fn devices_are_listed_and_one_is_revoked_without_the_others() {
    let fresh = sqlite().await;
    let app = serve(&fresh, Settings::default()).await;
    let mut boss = Browser::new(&app);
    boss.set_up().await;
    let (mut li, who) = joined(&app, &mut boss, "li", &["sales_rep"]).await;
    let mut phone = Browser::new(&app);
    let agent = [("user-agent", "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1) Version/19.1 Mobile/15E148 Safari/604.1")];
    let body = json!({ "sign_in": "li", "password": PASSWORD });
    phone.send(Method::POST, "/session", &agent, Some(body)).await;

    assert_eq!(devices(&mut boss).await.len(), 3);
    let own = devices(&mut li).await;
    assert_eq!(own.len(), 2, "only her own: {own:?}");
    let lost = own.iter().find(|device| device["label"] == "Safari · iPhone").expect("the phone").clone();
    assert_eq!((&lost["here"], &lost["revoked"]), (&json!(false), &Value::Null));

    // A colleague may not; whoever it belongs to, or an administrator, may.
    let (mut chen, _) = joined(&app, &mut boss, "chen", &["manager"]).await;
    let revoke = json!({ "user": who["user"]["id"], "device": lost["device"] });
    assert_eq!(chen.post("/devices/revoke", revoke.clone()).await.code(), "not_allowed");
    assert_eq!(phone.get("/session").await.status, StatusCode::OK);
    assert_eq!(li.post("/devices/revoke", revoke.clone()).await.status, StatusCode::OK);
    assert_eq!(phone.get("/session").await.code(), "signed_out");
    assert_eq!(li.get("/session").await.status, StatusCode::OK, "the other one goes on");
    let unknown = json!({ "user": who["user"]["id"], "device": uuid::Uuid::from_u128(5) });
    assert_eq!(boss.post("/devices/revoke", unknown).await.code(), "not_found");

    // Only the device itself is told so, and only of whom it knows.
    let asked = json!({ "users": [who["user"]["id"], uuid::Uuid::from_u128(9)] });
    assert_eq!(phone.post("/devices/ended", asked.clone()).await.json(), json!([who["user"]["id"]]));
    assert_eq!(li.post("/devices/ended", asked.clone()).await.json(), json!([]));
    assert_eq!(Browser::new(&app).post("/devices/ended", asked).await.json(), json!([]));

    // The person may begin anew there.
    assert_eq!(phone.sign_in("li", PASSWORD).await.status, StatusCode::OK);
    let known = devices(&mut li).await.into_iter().find(|device| device["device"] == lost["device"]);
    assert_eq!(known.expect("the phone")["revoked"], Value::Null);
}
