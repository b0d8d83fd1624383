//! A company with many customers, for benchmarks and for trying things out.
//!
//! `cargo run --release -p server --example company -- --data DIR --customers N` fills a new data folder
//! through the server's own engine. The administrator signs in as `wang`. The bodies lie beside the
//! database in `customers.ndjson`, one a line, for programs that are to be compared on the same rows.

mod customers;
#[path = "../../tests/it/world.rs"]
#[expect(dead_code, reason = "shared with the tests; a part of it is enough here")]
mod world;

use std::{
    fs::{self, File},
    io::{BufWriter, Write as _},
    path::PathBuf,
    time::Instant,
};

use anyhow::{Result, ensure};
use axum::{
    Router,
    body::Body,
    http::{Request, header::CONTENT_TYPE},
};
use clap::Parser;
use domain::{customer::CustomerCreate, id::Id, mutation::Action, user::User};
use http_body_util::BodyExt as _;
use serde::Deserialize;
use server::{App, Settings, router, store::Store};
use sync::{
    protocol::{Caller, PROTOCOL, PushAnswer, PushRequest},
    server::{Clock as _, Session, push},
};
use tower::ServiceExt as _;
use uuid::Uuid;

use world::{FakeClock, Random, entry};

/// Entries of one push.
const BATCH: usize = 500;

#[derive(Parser)]
struct Options {
    /// The folder, which must not hold a company yet
    #[arg(long)]
    data: PathBuf,
    #[arg(long, default_value_t = 10_000)]
    customers: usize,
    /// The administrator's password
    #[arg(long, default_value = "馬到成功 2026")]
    password: String,
}

/// What the set-up answers.
#[derive(Deserialize)]
struct Founded {
    user: Identified,
    organisation: Identified,
}

#[derive(Deserialize)]
struct Identified {
    id: Uuid,
}

/// Founds the company as the first start in a browser does.
async fn found(store: &Store, password: &str) -> Result<Founded> {
    let app = App::new(store.clone(), Router::new(), Settings::default()).await?;
    let body = serde_json::json!({
        "organisation": { "name": "鼎盛貿易", "language": "zh-Hant" },
        "name": "王經理",
        "sign_in": "wang",
        "password": password,
    });
    let request =
        Request::post("/api/v1/set-up").header(CONTENT_TYPE, "application/json").body(Body::from(body.to_string()))?;
    let response = router(app).oneshot(request).await?;
    let status = response.status();
    let answer = response.into_body().collect().await?.to_bytes();
    ensure!(status.is_success(), "the company cannot be founded: {status} {}", String::from_utf8_lossy(&answer));
    Ok(serde_json::from_slice(&answer)?)
}

#[tokio::main]
async fn main() -> Result<()> {
    let options = Options::parse();
    let started = Instant::now();
    fs::create_dir_all(&options.data)?;
    let store = Store::open_sqlite(&options.data.join("changke.sqlite")).await?;
    let Founded { user, organisation } = found(&store, &options.password).await?;
    let owner: Id<User> = user.id.into();

    let (clock, mut random) = (FakeClock::new(), Random(2026));
    let now = clock.now();
    let session = Session { organisation: organisation.id, user: owner };
    let caller = Caller { protocol: PROTOCOL, organisation: organisation.id, user: owner, client: random.id(now) };
    let mut bodies = BufWriter::new(File::create(options.data.join("customers.ndjson"))?);
    let mut made = 0;
    while made < options.customers {
        let mut entries = Vec::new();
        for at in made..options.customers.min(made + BATCH) {
            let customer = customers::customer(&mut random, at, now, owner)?;
            writeln!(bodies, "{}", serde_json::to_string(&customer)?)?;
            let action: Action = CustomerCreate { customer }.into();
            entries.push(entry(random.id(now), at as u64 + 1, &action, now, 0));
        }
        made += entries.len();
        let sent = entries.len();
        let answer = push(&store, &session, &PushRequest { caller: caller.clone(), entries }, &clock).await?;
        let whole = matches!(&answer, PushAnswer::Answered { outcomes, .. } if outcomes.len() == sent);
        ensure!(whole, "a push was not answered whole: {answer:?}");
        if made.is_power_of_two() || made % 10_000 == 0 {
            // As a running server keeps them.
            store.refresh_statistics().await?;
        }
    }
    bodies.flush()?;
    store.close().await;
    println!("{made} customers in {:.1} s", started.elapsed().as_secs_f64());
    Ok(())
}
