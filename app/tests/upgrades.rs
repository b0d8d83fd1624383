//! Today's build opens the database of every earlier version, as a device held it then.
//!
//! The fixtures are written by the story `end2end/tests/fixture.spec.ts` and never changed: a version without
//! one does not compile.
#![cfg(all(target_arch = "wasm32", feature = "csr"))]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;

use app::store::{IdbKv, LocalGuard, VERSION, erase};
use domain::{customer::Customer, id::Id, kind::RecordKey};
use js_sys::{Function, Promise};
use serde_json::Value;
use sync::device::{Area, Base, Identity, Kv as _, Opened, Read, Replica};
use uuid::Uuid;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// The database of each version, from 1 on.
const FIXTURES: [&str; VERSION as usize] = [include_str!("fixtures/store-v1.json")];

/// Makes a database of the fixture's version with everything in it.
const LOAD: &str = r#"
    const { version, stores } = JSON.parse(fixture);
    const bytes = (value) =>
        typeof value === "string"
            ? new TextEncoder().encode(value)
            : Uint8Array.from(atob(value.base64), (character) => character.charCodeAt(0));
    return new Promise((resolve, reject) => {
        const request = indexedDB.open(name, version);
        request.onupgradeneeded = () => {
            for (const [area, rows] of Object.entries(stores)) {
                const store = request.result.createObjectStore(area);
                for (const [key, value] of rows) store.put(bytes(value), key);
            }
        };
        request.onsuccess = () => resolve(request.result.close());
        request.onerror = () => reject(request.error);
    });
"#;

async fn load(name: &str, fixture: &str) {
    let load = Function::new_with_args("name, fixture", LOAD);
    let loading: Promise = load.call2(&JsValue::NULL, &name.into(), &fixture.into()).unwrap().unchecked_into();
    JsFuture::from(loading).await.unwrap();
}

/// The texts of an object store in a fixture, by key.
fn texts(fixture: &Value, area: Area) -> BTreeMap<String, String> {
    let rows = fixture["stores"][area.name()].as_array().unwrap().iter();
    rows.map(|row| (row[0].as_str().unwrap().to_owned(), row[1].as_str().unwrap().to_owned())).collect()
}

/// The entries of an object store in a fixture.
fn entries(fixture: &Value, area: Area) -> Vec<Value> {
    texts(fixture, area).values().map(|text| serde_json::from_str::<Value>(text).unwrap()["entry"].clone()).collect()
}

fn uuid(value: &Value) -> Uuid {
    Uuid::try_parse(value.as_str().unwrap()).unwrap()
}

async fn opens(version: usize, text: &str) {
    let name = format!("changke-test/upgrade-{version}");
    erase(&name).await.unwrap();
    load(&name, text).await;
    let fixture: Value = serde_json::from_str(text).unwrap();
    assert_eq!(fixture["version"], version);

    let client: Value = serde_json::from_str(&texts(&fixture, Area::Meta)["client"]).unwrap();
    let identity = &client["identity"];
    let person = Identity { organisation: uuid(&identity["organisation"]), user: uuid(&identity["user"]) };
    let kv = IdbKv::new(&name, || ());
    let (replica, opened) =
        Replica::open(kv.clone(), LocalGuard::new(&name), person, Uuid::from_u128(9)).await.unwrap();
    assert_eq!(opened, Opened::Known, "version {version}");
    assert_eq!(replica.meta().client, uuid(&client["client"]));
    assert!(replica.whole() && replica.with_base(Base::len) > 0);

    // Bodies that lie in blocks are found by the index, even if a later layout feeds it anew.
    assert!(!fixture["stores"][Area::Block.name()].as_array().unwrap().is_empty(), "the fixture shows too little");
    let keys: Vec<RecordKey> = replica.with_base(|base| base.keys().map(|(key, ..)| key).collect());
    assert!(keys.len() > 200);
    assert_eq!(replica.rows(&keys).await.unwrap().len(), keys.len());

    let (waiting, confirmed) = (entries(&fixture, Area::Outbox), entries(&fixture, Area::Confirmed));
    assert!(waiting.len() >= 2 && !confirmed.is_empty(), "the fixture shows too little");
    let mut sent: Vec<Uuid> = replica.push_request().unwrap().entries.iter().map(|entry| entry.id).collect();
    let mut expected: Vec<Uuid> = waiting.iter().map(|entry| uuid(&entry["id"])).collect();
    sent.sort();
    expected.sort();
    assert_eq!(sent, expected, "the outbox of version {version} would be sent whole");

    // What the server said and what only this device has: every customer that was entered on it is shown.
    let mut customers = 0;
    for entry in confirmed.iter().chain(&waiting).filter(|entry| entry["name"] == "customer_create") {
        let customer = &entry["args"]["customer"];
        let shown: Customer = replica.get(Id::new(uuid(&customer["id"]))).await.unwrap().unwrap();
        assert_eq!(shown.name, customer["name"].as_str().unwrap());
        customers += 1;
    }
    assert!(customers >= 3, "the fixture shows too little");

    let stored = replica.drafts().await.unwrap().into_iter();
    let stored = stored.map(|(key, bytes)| (key, String::from_utf8(bytes).unwrap())).collect::<BTreeMap<_, _>>();
    assert_eq!(stored, texts(&fixture, Area::Draft));
    assert!(!stored.is_empty(), "the fixture shows too little");

    // What cannot be pulled again is as it was, byte for byte.
    for area in [Area::Outbox, Area::Confirmed] {
        let rows = kv.read(&[Read::Prefix(area, String::new())]).await.unwrap().remove(0).into_iter();
        let rows: BTreeMap<_, _> = rows.map(|(key, bytes)| (key, String::from_utf8(bytes).unwrap())).collect();
        assert_eq!(rows, texts(&fixture, area), "{} of version {version}", area.name());
    }
}

#[wasm_bindgen_test]
async fn the_database_of_every_version_opens_with_everything_in_it() {
    for (at, fixture) in FIXTURES.iter().enumerate() {
        opens(at + 1, fixture).await;
    }
}
