//! A hundred browsers that all push at once, over HTTP on loopback.
//!
//! `cargo run --release -p server --example push_storm [SECONDS]` prints a JSON array with one object for
//! each database. It ends with an error if anything was lost or done twice.

#[path = "../../tests/it/cluster.rs"]
mod cluster;
#[path = "../../tests/it/world.rs"]
#[expect(dead_code, reason = "shared with the tests; a part of it is enough here")]
mod world;

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    time::{Duration, Instant},
};

use axum::{Router, body::Bytes};
use domain::{
    access::{Role, Scope},
    customer::{Customer, CustomerCreate},
    id::Id,
    kind::Kind,
    mutation::{Action, Mutation as _},
    user::{User, UserCreate},
};
use http_body_util::{BodyExt as _, Full};
use hyper::{Request, client::conn::http1::SendRequest};
use hyper_util::rt::TokioIo;
use server::{
    App, Settings, router,
    store::{NewSession, Store},
};
use sha2::{Digest as _, Sha256};
use sync::{
    protocol::{Place, PushAnswer, PushRequest},
    server::{Clock as _, Placed, ReadTx as _, ServerStore as _, Viewer, WriteTx as _, apply_as_system},
};
use tokio::net::{TcpListener, TcpStream};
use uuid::Uuid;

use cluster::Cluster;
use world::{Device, FakeClock, ORGANISATION, Random, set_up, user};

const CLIENTS: usize = 100;
/// Entries of one push: a rep who comes back from a morning without a network.
const ENTRIES: usize = 5;

/// What one browser has done.
struct Done {
    waits: Vec<f64>,
    made: Vec<Uuid>,
}

/// Founds the organisation; every client is a rep of its own, already signed in.
async fn found(store: &Store) -> Vec<Device> {
    let (clock, mut random) = (FakeClock::new(), Random(1));
    let now = clock.now();
    let mut actions: Vec<Action> = vec![set_up(random.id(now).into())];
    let mut devices = Vec::new();
    let mut sessions = Vec::new();
    for at in 0..CLIENTS {
        let id: Id<User> = random.id(now).into();
        actions.push(UserCreate { user: user(id, &format!("rep{at}"), &[Role::SalesRep]) }.into());
        devices.push(Device::new(id, random.id(now)));
        let token_hash = Sha256::digest(token(at)).iter().map(|byte| format!("{byte:02x}")).collect();
        let browser = String::new();
        sessions.push(NewSession { token_hash, user: id, client: None, browser, created: now, expires: i64::MAX });
    }
    let actions: Vec<(Uuid, Action)> = actions.into_iter().map(|action| (random.id(now), action)).collect();
    apply_as_system(store, &actions, &clock).await.expect("the database").expect("applied");
    let mut tx = store.write().await.expect("a transaction");
    for session in &sessions {
        tx.keep_session(session).await.expect("a session");
    }
    tx.commit().await.expect("committed");
    devices
}

fn token(at: usize) -> String {
    format!("browser-{at}")
}

async fn connect(address: SocketAddr) -> SendRequest<Full<Bytes>> {
    let stream = TcpStream::connect(address).await.expect("a connection");
    let (sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.expect("HTTP");
    tokio::spawn(connection);
    sender
}

/// Pushes until the time is over, each push as soon as the one before is answered.
async fn browse(address: SocketAddr, at: usize, mut device: Device, organisation: Uuid, until: Instant) -> Done {
    let (clock, mut random) = (FakeClock::new(), Random(1000 + at as u64));
    let mut sender = connect(address).await;
    let mut done = Done { waits: Vec::new(), made: Vec::new() };
    while Instant::now() < until {
        let now = clock.now();
        let made: Vec<Uuid> = (0..ENTRIES).map(|_| random.id(now)).collect();
        let actions = made.iter().map(|id| {
            let customer = Customer { owner: Some(device.user), ..Customer::named((*id).into(), "長興工業") };
            (random.id(now), CustomerCreate { customer }.into())
        });
        let actions = actions.collect();
        let mut request = device.push(actions, now);
        request.caller.organisation = organisation;
        let started = Instant::now();
        push(&mut sender, address, at, &request).await;
        done.waits.push(started.elapsed().as_secs_f64() * 1000.0);
        done.made.extend(made);
    }
    done
}

/// Sends until all is answered for good.
async fn push(sender: &mut SendRequest<Full<Bytes>>, address: SocketAddr, at: usize, push: &PushRequest) {
    let body = Bytes::from(serde_json::to_vec(push).expect("JSON"));
    let last = push.entries.last().expect("entries").n;
    loop {
        let request = Request::post("/api/v1/push")
            .header("host", address.to_string())
            .header("content-type", "application/json")
            .header("cookie", format!("changke-session={}", token(at)))
            .body(Full::new(body.clone()))
            .expect("a request");
        let answer = sender.send_request(request).await.expect("an answer");
        let status = answer.status();
        let bytes = answer.into_body().collect().await.expect("a body").to_bytes();
        let text = String::from_utf8_lossy(&bytes);
        assert!(status.is_success() || status.as_u16() == 503, "{status}: {text}");
        if let Ok(PushAnswer::Answered { expected, .. }) = serde_json::from_slice(&bytes)
            && expected > last
        {
            return;
        }
    }
}

async fn storm(name: &str, store: Store, time: Duration) -> serde_json::Value {
    let devices = found(&store).await;
    let app = App::new(store.clone(), Router::new(), Settings::default()).await.expect("an app");
    let background = app.start_background();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let service = router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let server = tokio::spawn(async move { axum::serve(listener, service).await });

    let until = Instant::now() + time;
    let organisation = store.organisation();
    let browsers: Vec<_> = devices
        .into_iter()
        .enumerate()
        .map(|(at, device)| tokio::spawn(browse(address, at, device, organisation, until)))
        .collect();
    let (mut waits, mut made) = (Vec::new(), BTreeSet::new());
    for browser in browsers {
        let done = browser.await.expect("a browser");
        waits.extend(done.waits);
        made.extend(done.made);
    }
    server.abort();
    drop(background);

    let viewer = Viewer {
        user: Uuid::nil().into(),
        scope: Scope { all_groups: true, kinds: 1 << Kind::Customer.number() },
        client: ORGANISATION,
    };
    let mut tx = store.read().await.expect("a snapshot");
    // The server writes entries of its own beside them.
    let (mut created, mut after) = (0, 0);
    loop {
        let rows = tx.journal(after, 10_000).await.expect("the journal");
        let Some(last) = rows.last() else { break };
        after = last.rev;
        created += rows.iter().filter(|row| row.entry.name == CustomerCreate::NAME).count();
    }
    let feed = tx.feed(&viewer, Place::default(), usize::MAX >> 1).await.expect("a feed");
    drop(tx);
    let stored: BTreeSet<Uuid> = feed
        .iter()
        .filter_map(|(_, item)| if let Placed::Upsert(row) = item { Some(row.key.id) } else { None })
        .collect();
    assert!(stored == made, "lost or invented: {} stored, {} answered", stored.len(), made.len());
    assert_eq!(created, made.len(), "one revision an entry, none twice");
    store.close().await;

    waits.sort_by(f64::total_cmp);
    let share = |of: usize| (waits[(waits.len() - 1) * of / 100] * 10.0).round() / 10.0;
    serde_json::json!({
        "name": format!("{CLIENTS} clients push {ENTRIES} entries each at once on {name}"),
        "seconds": time.as_secs(),
        "pushes": waits.len(),
        "entries_per_second": made.len() as u64 / time.as_secs().max(1),
        "lost": 0,
        "p50_ms": share(50),
        "p99_ms": share(99),
        "longest_ms": share(100),
    })
}

#[tokio::main]
async fn main() {
    let time = Duration::from_secs(std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(60));
    let folder = tempfile::tempdir().expect("a folder");
    let sqlite = Store::open_sqlite(&folder.path().join("changke.sqlite")).await.expect("SQLite opens");
    let mut cluster = Cluster::start();
    let postgres = Store::open_postgres(&cluster.database()).await.expect("PostgreSQL opens");
    let figures = [storm("SQLite", sqlite, time).await, storm("PostgreSQL", postgres, time).await];
    println!("{}", serde_json::to_string_pretty(&figures).expect("JSON"));
}
