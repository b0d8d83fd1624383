//! Figures for whoever watches over a server: who may read them, and what they say.

use std::net::SocketAddr;

use axum::{
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{Method, Request, StatusCode, header},
};
use domain::mutation::Action;
use serde_json::{Value, json};
use server::{App, Reader, Settings, metrics_router};
use tower::ServiceExt as _;

use crate::{
    people::{activate, joined},
    quarantine::{Device, customer},
    site::{Browser, serve},
    stores::{Fresh, postgres, sqlite},
};

const TOKEN: &str = "a token of some length";

async fn ask(app: &App, reader: Reader, peer: Option<&str>, headers: &[(&str, &str)]) -> (StatusCode, String) {
    let mut request = Request::builder().uri("/metrics");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut request = request.body(Body::empty()).expect("a request");
    if let Some(peer) = peer {
        request.extensions_mut().insert(ConnectInfo(peer.parse::<SocketAddr>().expect("an address")));
    }
    let answer = metrics_router(app.clone(), reader).oneshot(request).await.expect("an answer");
    let status = answer.status();
    let bytes = to_bytes(answer.into_body(), usize::MAX).await.expect("a body");
    (status, String::from_utf8(bytes.to_vec()).expect("text"))
}

#[tokio::test]
async fn only_programs_of_the_machine_or_with_the_token_read_them() {
    let fresh = sqlite().await;
    let app = serve(&fresh, Settings::default()).await;
    let status = async |reader: Reader, peer, headers: &[(&str, &str)]| ask(&app, reader, peer, headers).await.0;
    for here in ["127.0.0.1:5000", "[::1]:5000", "[::ffff:127.0.0.1]:5000"] {
        assert_eq!(status(Reader::Here, Some(here), &[]).await, StatusCode::OK, "{here}");
        for by_proxies in ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via", "X-Forwarded-Proto"] {
            assert_eq!(status(Reader::Here, Some(here), &[(by_proxies, "127.0.0.1")]).await, StatusCode::FORBIDDEN);
        }
    }
    for away in [Some("192.168.1.5:5000"), Some("[2001:db8::1]:5000"), None] {
        assert_eq!(status(Reader::Here, away, &[]).await, StatusCode::FORBIDDEN, "{away:?}");
    }
    let with = |text: &'static str| [("Authorization", text)];
    for (header, expected) in [
        ("Bearer a token of some length", StatusCode::OK),
        ("Bearer a token of some lengt", StatusCode::UNAUTHORIZED),
        ("Bearer ", StatusCode::UNAUTHORIZED),
        ("a token of some length", StatusCode::UNAUTHORIZED),
    ] {
        assert_eq!(status(Reader::bearer(TOKEN), Some("192.168.1.5:5000"), &with(header)).await, expected, "{header}");
    }
    assert_eq!(status(Reader::bearer(TOKEN), Some("127.0.0.1:5000"), &[]).await, StatusCode::UNAUTHORIZED);
    // The application's own address has none: what a proxy passes on is not among it.
    let request = Request::builder().uri("/metrics").header(header::HOST, "crm.test").body(Body::empty());
    let answer = server::router(app.clone()).oneshot(request.expect("a request")).await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    let mut anybody = Browser::new(&app);
    assert_eq!(anybody.get("/metrics").await.status, StatusCode::NOT_FOUND);
}

async fn they_say_what_happened(fresh: Fresh) {
    let app = serve(&fresh, Settings::default()).await;
    let figures = async || ask(&app, Reader::Here, Some("127.0.0.1:5000"), &[]).await.1;
    let mut boss = Browser::new(&app);
    boss.set_up().await;
    let (mut li, who) = joined(&app, &mut boss, "li", &["sales_rep"]).await;
    let user = who["user"]["id"].as_str().and_then(|id| id.parse().ok()).expect("an id");
    let mut device = Device::of(&who);
    let twice: Vec<(u128, Action)> = vec![(1, customer(100, user)), (2, customer(100, user))];
    let request = device.push(twice);
    for _ in 0..2 {
        assert_eq!(li.post("/push", request.clone()).await.status, StatusCode::OK);
    }
    let pull = json!({ "caller": request["caller"], "kinds": 10, "cursor": null, "unsent": 7 });
    let feed = li.post("/pull", pull).await;
    let rows = feed.text.lines().count() - 1;
    assert_eq!(li.get("/nowhere").await.status, StatusCode::NOT_FOUND);
    let stream = li.open(Method::GET, &format!("/events?client={}", client(&request)), &[], None).await;
    let text = figures().await;
    let says = |line: &str| assert!(text.lines().any(|it| it == line), "{} does not say {line}:\n{text}", fresh.name);
    says(r#"changke_http_requests_total{route="/api/v1/push",method="POST",status="200"} 2"#);
    says(r#"changke_http_requests_total{route="none",method="GET",status="404"} 1"#);
    says(r#"changke_http_request_duration_seconds_count{route="/api/v1/push",method="POST"} 2"#);
    says(r#"changke_pushes_total{outcome="answered"} 2"#);
    // What was sent again is no new entry.
    says(r#"changke_entries_total{outcome="applied"} 1"#);
    says(r#"changke_entries_total{outcome="refused"} 1"#);
    says("changke_pulls_total 1");
    says(&format!("changke_feed_rows_total {rows}"));
    says("changke_devices_connected 1");
    says("changke_entries_unsent 7");
    says("changke_quarantine_entries 0");
    says("changke_conflicts_open 0");
    assert!(rows > 2 && text.ends_with("# EOF\n"));
    let figure = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)).expect("a line");
        line.trim().parse::<i64>().expect("a number")
    };
    assert!(figure("changke_database_size_bytes ") > 50_000);
    // PostgreSQL is backed up by tools of its own, of which nothing is known here.
    assert_eq!(text.contains("changke_last_backup_timestamp_seconds 0"), fresh.name == "SQLite");
    assert_eq!(text.contains("last_backup"), fresh.name == "SQLite");
    for secret in ["鼎盛", "li", user_text(&who).as_str()] {
        assert!(!text.contains(&format!("\"{secret}\"")), "{secret}");
    }

    drop(stream);
    activate(&mut boss, &who["user"], false).await;
    let left = device.push(vec![(3, customer(101, user))]);
    assert_eq!(li.post("/quarantine", left).await.status, StatusCode::OK);
    let text = figures().await;
    for line in ["changke_devices_connected 0", "changke_quarantine_entries 1"] {
        assert!(text.lines().any(|it| it == line), "{text}");
    }
}

#[tokio::test]
async fn verbs_that_somebody_made_up_are_counted_as_one() {
    let fresh = sqlite().await;
    let app = serve(&fresh, Settings::default()).await;
    let anybody = Browser::new(&app);
    for at in 0..3 {
        let verb = Method::from_bytes(format!("MADEUP{at}").as_bytes()).expect("a verb");
        for path in ["/push", "/nowhere"] {
            anybody.open(verb.clone(), path, &[], None).await;
        }
    }
    let text = ask(&app, Reader::Here, Some("127.0.0.1:5000"), &[]).await.1;
    assert!(!text.contains("MADEUP"), "{text}");
    let other = |route: &str| {
        let name = format!(r#"changke_http_request_duration_seconds_count{{route="{route}",method="other"}} 3"#);
        assert!(text.lines().any(|line| line == name), "{text}");
    };
    other("/api/v1/push");
    other("none");
}

fn client(request: &Value) -> String {
    request["caller"]["client"].as_str().expect("an id").to_owned()
}

fn user_text(who: &Value) -> String {
    who["user"]["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn they_say_what_happened_on_sqlite() {
    they_say_what_happened(sqlite().await).await;
}

#[tokio::test]
async fn they_say_what_happened_on_postgres() {
    they_say_what_happened(postgres().await).await;
}
