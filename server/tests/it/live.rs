//! Live events: told of what is in sight, across servers too.

use std::time::Duration;

use axum::{body::Body, http::Method};
use domain::{access::Role, id::Id, mutation::Action, user::User};
use futures_util::StreamExt as _;
use server::Settings;
use sync::server::{ServerStore as _, apply_as_system};
use tokio::time::timeout;

use crate::{
    site::{Browser, serve},
    stores::{postgres, sqlite},
    world::{FakeClock, Random, user},
};

/// Far more than it takes; a lost event fails instead of hanging.
const PATIENCE: Duration = Duration::from_secs(30);

/// The next event's head.
async fn next(stream: &mut axum::body::BodyDataStream) -> u64 {
    loop {
        let chunk = timeout(PATIENCE, stream.next()).await.expect("an event").expect("an open stream").expect("bytes");
        let text = String::from_utf8_lossy(&chunk);
        if let Some(data) = text.lines().find_map(|line| line.strip_prefix("data: ")) {
            return data.parse().expect("a head");
        }
    }
}

async fn listen(browser: &Browser) -> axum::body::BodyDataStream {
    let path = format!("/events?client={}", uuid::Uuid::from_u128(5));
    let response = browser.open(Method::GET, &path, &[("accept-encoding", "gzip")], None).await;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    assert!(!response.headers().contains_key("content-encoding"), "compression would hold events back");
    Body::into_data_stream(response.into_body())
}

async fn add_somebody(store: &server::store::Store, random: &mut Random) {
    let id: Id<User> = random.id(0).into();
    let name = format!("user{}", random.next());
    let action: Action = domain::user::UserCreate { user: user(id, &name, &[Role::SalesRep]) }.into();
    let done = apply_as_system(store, &[(random.id(0), action)], &FakeClock::new()).await;
    done.expect("the database").expect("applied");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_server_on_the_same_database_tells_too() {
    let fresh = postgres().await;
    let (one, two) = (serve(&fresh, Settings::default()).await, serve(&fresh, Settings::default()).await);
    let _background = (one.start_background(), two.start_background());
    let mut browser = Browser::new(&one);
    browser.set_up().await;
    let mut events = listen(&browser).await;
    assert_eq!(next(&mut events).await, 1);
    add_somebody(&fresh.store, &mut Random(1)).await;
    // The second server learns of it and announces; the first one hears.
    fresh.store.announce(2).await.expect("announced");
    assert!(next(&mut events).await >= 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_ends_with_its_session_and_with_the_server() {
    let fresh = sqlite().await;
    let app = serve(&fresh, Settings::default()).await;
    let mut browser = Browser::new(&app);
    browser.set_up().await;
    let mut ended = listen(&browser).await;
    assert_eq!(next(&mut ended).await, 1);
    let mut other = browser.clone();
    other.sign_in("mei", "a long password").await;
    let mut stays = listen(&other).await;
    assert_eq!(next(&mut stays).await, 1);

    browser.send(Method::DELETE, "/session", &[], None).await;
    add_somebody(&fresh.store, &mut Random(2)).await;
    let head = fresh.store.read().await.expect("a snapshot");
    drop(head);
    // Its poll finds the new head, or a later one: upkeep writes at a start too.
    let background = app.start_background();
    assert!(next(&mut stays).await >= 2);
    assert!(timeout(PATIENCE, ended.next()).await.expect("an end").is_none(), "it is told nothing more");
    app.stop();
    let rest = async { while stays.next().await.is_some() {} };
    timeout(PATIENCE, rest).await.expect("an end");
    drop(background);
}
