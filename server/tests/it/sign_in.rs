//! First start, signing in and out, guessing, and requests from elsewhere.

use axum::http::{Method, StatusCode, header};
use serde_json::json;
use server::{Reach, Settings};
use sync::server::apply_as_system;

use crate::{
    site::{Browser, serve},
    stores::{Fresh, postgres, sqlite},
    world::FakeClock,
};

async fn accounts(fresh: Fresh) {
    let app = serve(&fresh, Settings::default()).await;
    let mut browser = Browser::new(&app);
    assert_eq!(browser.get("/session").await.code(), "signed_out");
    let who = browser.set_up().await;
    assert_eq!(who.status, StatusCode::OK, "{} {}", fresh.name, who.text);
    assert_eq!(who.json()["user"]["name"], "陳美玲");
    assert_eq!(who.json()["organisation"]["time_zone"], "Asia/Taipei");
    assert!(!who.text.contains("argon2"), "no hash leaves the server");
    assert_eq!(browser.get("/session").await.json()["user"], who.json()["user"]);
    assert_eq!(browser.get("/status").await.json()["organisation"]["name"], "常客貿易");
    assert_eq!(Browser::new(&app).set_up().await.code(), "already_set_up");

    let old = browser.clone();
    assert_eq!(browser.send(Method::DELETE, "/session", &[], None).await.status, StatusCode::OK);
    assert_eq!(browser.get("/session").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(old.clone().get("/session").await.code(), "signed_out", "the token itself has ended");
    assert_eq!(browser.sign_in("mei", "another password").await.code(), "wrong_password");
    assert_eq!(browser.sign_in("nobody", "a long password").await.code(), "wrong_password");
    assert_eq!(browser.sign_in(" Mei ", "a long password").await.status, StatusCode::OK);
    assert_eq!(browser.get("/session").await.status, StatusCode::OK);
}

#[tokio::test]
async fn accounts_on_sqlite() {
    accounts(sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accounts_on_postgres() {
    accounts(postgres().await).await;
}

#[tokio::test]
async fn a_first_start_with_a_mistake_can_be_repeated() {
    let fresh = sqlite().await;
    let app = serve(&fresh, Settings::default()).await;
    let mut browser = Browser::new(&app);
    let start = |language: &str, password: &str| {
        json!({ "organisation": { "name": "Acme", "language": language },
                "name": "Ann", "sign_in": "ann", "password": password })
    };
    assert_eq!(browser.post("/set-up", start("en", "short")).await.code(), "password_too_short");
    let refused = browser.post("/set-up", start("tlh", "long enough")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.json()["refusal"]["field"], "language");
    assert_eq!(browser.post("/set-up", start("en", "long enough")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_session_ends_unless_it_is_used() {
    let fresh = sqlite().await;
    let app = serve(&fresh, Settings { session_ms: 0, ..Settings::default() }).await;
    let mut browser = Browser::new(&app);
    assert_eq!(browser.set_up().await.status, StatusCode::OK);
    assert_eq!(browser.get("/session").await.code(), "signed_out");
    // The same session in a server that lets them live: its end has passed all the same.
    let app = serve(&fresh, Settings::default()).await;
    let mut later = Browser { cookies: browser.cookies.clone(), ..Browser::new(&app) };
    assert_eq!(later.get("/session").await.code(), "signed_out");
    assert_eq!(later.sign_in("mei", "a long password").await.status, StatusCode::OK);
    assert_eq!(later.get("/session").await.status, StatusCode::OK);
}

#[tokio::test]
async fn guessing_becomes_slow_but_a_known_browser_still_signs_in() {
    let fresh = sqlite().await;
    let app = serve(&fresh, Settings::default()).await;
    let mut colleague = Browser::new(&app);
    colleague.set_up().await;
    let mut guesser = Browser::new(&app);
    for _ in 0..5 {
        assert_eq!(guesser.sign_in("mei", "password1").await.code(), "wrong_password");
    }
    let slow = guesser.sign_in("mei", "a long password").await;
    assert_eq!((slow.status, slow.code().as_str()), (StatusCode::TOO_MANY_REQUESTS, "too_many_attempts"));
    assert!(slow.headers.contains_key(header::RETRY_AFTER));
    assert_eq!(colleague.sign_in("mei", "a long password").await.status, StatusCode::OK);
}

#[tokio::test]
async fn another_site_cannot_act_in_somebodys_name() {
    let fresh = sqlite().await;
    let app = serve(&fresh, Settings::default()).await;
    let mut browser = Browser::new(&app);
    browser.set_up().await;
    for foreign in [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("origin", "https://evil.test")]
    {
        let answer = browser.send(Method::DELETE, "/session", &[foreign], None).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{foreign:?}");
    }
    assert_eq!(browser.get("/session").await.status, StatusCode::OK);
    for own in [("sec-fetch-site", "same-origin"), ("origin", "http://crm.test")] {
        let answer = browser.send(Method::POST, "/session", &[own], Some(json!({}))).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{own:?} reaches the handler");
    }
}

#[tokio::test]
async fn behind_tls_the_cookies_are_secure() {
    let fresh = sqlite().await;
    let app = serve(&fresh, Settings { reach: Reach::BehindProxy, ..Settings::default() }).await;
    let answer = Browser::new(&app).set_up().await;
    let cookies: Vec<_> = answer.headers.get_all(header::SET_COOKIE).iter().map(|c| c.to_str().unwrap()).collect();
    assert_eq!(cookies.len(), 2);
    for cookie in cookies {
        assert!(
            cookie.starts_with("__Host-changke-") && cookie.ends_with("HttpOnly; SameSite=Lax; Secure"),
            "{cookie}"
        );
    }
}

#[tokio::test]
async fn whoever_is_made_inactive_is_out() {
    let fresh = sqlite().await;
    let app = serve(&fresh, Settings::default()).await;
    let mut browser = Browser::new(&app);
    let who = browser.set_up().await.json();
    let id: domain::user::UserId = who["user"]["id"].as_str().and_then(|id| id.parse().ok()).unwrap();
    let roles = [domain::access::Role::Administrator].into();
    let place =
        domain::user::UserPlace {
            id, name: "陳美玲".into(), roles, department: None, superior: None, active: false
        };
    let action = [(uuid::Uuid::from_u128(77), place.into())];
    let placed = apply_as_system(&fresh.store, &action, &FakeClock::new()).await;
    placed.unwrap().unwrap();
    assert_eq!(browser.get("/session").await.code(), "signed_out");
    assert_eq!(browser.sign_in("mei", "a long password").await.code(), "disabled");
    assert_eq!(browser.sign_in("mei", "another password").await.code(), "wrong_password");
}
