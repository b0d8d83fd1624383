//! Two server processes on one database, a writer at each, and a device that follows the feed meanwhile.

use std::collections::BTreeSet;

use axum::{Router, http::StatusCode};
use serde_json::Value;
use server::{App, Settings};
use sync::{
    device::{Guardless, Identity, Page, Replica},
    memory::{MemoryDisk, MemoryKv},
};
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::database::Database;
use crate::{api::Device, site::Browser};

const PUSHES: u64 = 40;
/// Some pages to each pull, so that writers come in between.
const PAGE_ROWS: usize = 7;

async fn server(database: &Database) -> App {
    let settings = Settings { page_rows: PAGE_ROWS, ..Settings::default() };
    App::new(database.open().await, Router::new(), settings).await.expect("a server")
}

async fn writer(mut browser: Browser, mut device: Device) {
    for n in 1..=PUSHES {
        let request = device.push(n, 1);
        let answer = browser.post("/push", request).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        assert_eq!(answer.json()["answered"]["expected"], n + 1, "{}", answer.text);
    }
}

/// Pulls once and takes page by page, as they are streamed.
async fn follow(browser: &mut Browser, tab: &Replica<MemoryKv, Guardless>) {
    let request = serde_json::to_value(tab.pull_request()).expect("JSON");
    let answer = browser.post("/pull", request).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let mut page = String::new();
    for line in answer.text.lines() {
        page += line;
        page.push('\n');
        if line.starts_with("[\"e\"") {
            let read = Page::read(&page).expect("a page").expect("a page");
            tab.take_pages(vec![read]).await.expect("taken");
            page.clear();
        }
    }
    assert_eq!(page, "", "the last page has an end");
}

/// Each revision wrote something of its own here: who stands at the end of one has all up to it.
fn nothing_is_missing(tab: &Replica<MemoryKv, Guardless>) -> u64 {
    let place = tab.cursor().expect("a cursor").place;
    let here: BTreeSet<u64> = tab.with_base(|base| base.keys().map(|(_, _, rev)| rev).collect());
    assert_eq!(here, (1..=place.position).collect());
    place.position
}

async fn nothing_is_missed(database: Database) {
    let (one, two) = (server(&database).await, server(&database).await);
    let mut browser = Browser::new(&one);
    let who: Value = browser.set_up().await.json();
    // The same session at the other server.
    let other = Browser { cookies: browser.cookies.clone(), ..Browser::new(&two) };
    let mut reader = other.clone();
    let (first, second) = (Device::of(&who, 1), Device::of(&who, 2));
    let identity = Identity { organisation: first.caller.organisation, user: first.caller.user.uuid() };
    let kv = MemoryKv::open(&MemoryDisk::new());
    let (tab, _) = Replica::open(kv, Guardless, identity, Uuid::from_u128(3)).await.expect("a device");

    let writers = [tokio::spawn(writer(browser, first)), tokio::spawn(writer(other, second))];
    loop {
        let last_round = writers.iter().all(JoinHandle::is_finished);
        follow(&mut reader, &tab).await;
        let head = nothing_is_missing(&tab);
        if last_round {
            for task in writers {
                task.await.expect("a writer");
            }
            // Revision 1 is the founding.
            assert_eq!(head, 1 + 2 * PUSHES);
            break;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_is_missed_on_sqlite() {
    nothing_is_missed(Database::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_is_missed_on_postgres() {
    let database = tokio::task::spawn_blocking(Database::postgres).await.expect("a database");
    nothing_is_missed(database).await;
}
