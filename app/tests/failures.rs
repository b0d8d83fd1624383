//! What a browser does to the storage: handles that are lost, no room, other builds, databases that vanish.
#![cfg(all(target_arch = "wasm32", feature = "csr"))]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{cell::Cell, rc::Rc};

use app::{
    platform::time::sleep,
    store::{IdbKv, LocalGuard, VERSION, erase},
};
use domain::{
    customer::{Customer, CustomerCreate},
    id::Id,
};
use js_sys::Function;
use sync::device::{Area, DeviceError, Durability, Identity, Kv as _, KvError, Making, Read, Replica, Write};
use uuid::Uuid;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

async fn fresh(name: &str) -> IdbKv {
    erase(name).await.unwrap();
    IdbKv::new(name, || ())
}

fn put(area: Area, key: &str, value: &str) -> Write {
    Write::Put(area, key.into(), value.into())
}

async fn write(kv: &IdbKv, writes: Vec<Write>) {
    kv.transact(&[], Durability::Relaxed, |_| (writes, ())).await.unwrap();
}

async fn read(kv: &IdbKv, area: Area) -> Vec<(String, String)> {
    let rows = kv.read(&[Read::Prefix(area, String::new())]).await.unwrap().remove(0).into_iter();
    rows.map(|(key, bytes)| (key, String::from_utf8(bytes).unwrap())).collect()
}

fn pairs(rows: &[(&str, &str)]) -> Vec<(String, String)> {
    rows.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

/// Something that a script does to the browser; the function that the script returns undoes it.
struct Meddling(Function);

impl Meddling {
    fn new(script: &str) -> Self {
        Self(Function::new_no_args(script).call0(&JsValue::NULL).unwrap().unchecked_into())
    }
}

impl Drop for Meddling {
    fn drop(&mut self) {
        self.0.call0(&JsValue::NULL).unwrap();
    }
}

/// The next transactions find their handle closed, as after a sleep of the device.
fn lose_handle(times: u32) -> Meddling {
    Meddling::new(&format!(
        "const proto = IDBDatabase.prototype, own = proto.transaction;
        let left = {times};
        proto.transaction = function (...how) {{ if (left-- > 0) this.close(); return own.apply(this, how); }};
        return () => {{ proto.transaction = own; }};"
    ))
}

#[wasm_bindgen_test]
async fn a_handle_that_is_lost_twice_is_opened_anew() {
    let kv = fresh("changke-test/lost-twice").await;
    write(&kv, vec![put(Area::Meta, "a", "1")]).await;
    let lost = lose_handle(2);
    write(&kv, vec![put(Area::Meta, "b", "2")]).await;
    drop(lost);
    assert_eq!(read(&kv, Area::Meta).await, pairs(&[("a", "1"), ("b", "2")]));
}

#[wasm_bindgen_test]
async fn a_handle_that_stays_lost_is_told_and_leaves_nothing_half_done() {
    let kv = fresh("changke-test/stays-lost").await;
    write(&kv, vec![put(Area::Meta, "a", "1")]).await;
    let lost = lose_handle(3);
    let writes = vec![put(Area::Meta, "a", "2"), put(Area::Outbox, "b", "3")];
    let failed = kv.transact(&[], Durability::Strict, |_| (writes.clone(), ())).await;
    drop(lost);
    assert_eq!(failed, Err(KvError::Lost));
    assert_eq!(read(&kv, Area::Outbox).await, Vec::new());
    write(&kv, writes).await;
    assert_eq!(read(&kv, Area::Meta).await, pairs(&[("a", "2")]));
}

#[wasm_bindgen_test]
async fn no_room_is_told_and_leaves_nothing_half_done() {
    let kv = fresh("changke-test/quota").await;
    write(&kv, vec![put(Area::Meta, "a", "1")]).await;
    let full = Meddling::new(
        "const proto = IDBObjectStore.prototype, own = proto.put;
        proto.put = function () { throw new DOMException('no room', 'QuotaExceededError'); };
        return () => { proto.put = own; };",
    );
    let writes = vec![Write::Delete(Area::Meta, "a".into()), put(Area::Outbox, "b", "2")];
    let failed = kv.transact(&[], Durability::Strict, |_| (writes, ())).await;
    drop(full);
    assert_eq!(failed, Err(KvError::Quota));
    assert_eq!(read(&kv, Area::Meta).await, pairs(&[("a", "1")]));
}

#[wasm_bindgen_test]
async fn an_older_tab_in_the_way_is_told_of_and_once_it_is_closed_the_database_opens() {
    let name = "changke-test/blocked";
    write(&fresh(name).await, vec![put(Area::Meta, "a", "1")]).await;
    // It does not hear that another one wants to upgrade.
    let older = Meddling::new(&format!(
        "const request = indexedDB.open('{name}', {VERSION}); return () => request.result.close();"
    ));
    let next_build = Meddling::new(
        "const factory = IDBFactory.prototype, own = factory.open;
        factory.open = function (name, version) { return own.call(this, name, version + 1); };
        return () => { factory.open = own; };",
    );
    let blocked = Rc::new(Cell::new(false));
    let told = blocked.clone();
    let later = IdbKv::new(name, move || told.set(true));
    let close = async {
        while !blocked.get() {
            sleep(5).await;
        }
        drop(older);
    };
    let (found, ()) = futures_util::future::join(read(&later, Area::Meta), close).await;
    drop(next_build);
    assert_eq!(found, pairs(&[("a", "1")]));
}

#[wasm_bindgen_test]
async fn a_database_that_vanishes_is_told_of_and_what_is_in_memory_stays() {
    let name = "changke-test/cleared";
    let kv = fresh(name).await;
    let person = Identity { organisation: Uuid::from_u128(1), user: Uuid::from_u128(2) };
    let (replica, _) = Replica::open(kv, LocalGuard::new(name), person, Uuid::from_u128(3)).await.unwrap();
    let enter = async |number: u128| {
        let customer = Customer::named(Id::new(Uuid::from_u128(number)), "遠東機電");
        let making = Making {
            id: Uuid::from_u128(1_000 + number),
            happened: 1_000,
            happened_raw: 1_000,
            business_date: "2026-11-24".parse().unwrap(),
            about: String::new(),
        };
        replica.enter(CustomerCreate { customer }, making).await
    };
    enter(1).await.unwrap();
    erase(name).await.unwrap();
    let cleared = DeviceError::Storage(KvError::Cleared);
    assert_eq!(enter(2).await, Err(cleared.clone()));
    assert_eq!(replica.reload().await, Err(cleared));
    assert_eq!(replica.outbox().len(), 1);
    assert_eq!(replica.unsent(), 1);
}
