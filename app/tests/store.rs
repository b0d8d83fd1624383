//! The storage in a real browser: what the engine relies on, and the engine on it.
#![cfg(all(target_arch = "wasm32", feature = "csr"))]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{cell::Cell, rc::Rc};

use app::store::{IdbKv, LocalGuard, VERSION, erase};
use domain::{
    customer::{Customer, CustomerCreate},
    id::Id,
};
use sync::device::{
    Area, Durability, Guard as _, Identity, Kv as _, KvError, Making, Opened, Read, Replaying, Replica, Write,
};
use uuid::Uuid;
use wasm_bindgen::JsCast as _;
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

async fn read(kv: &IdbKv, area: Area, prefix: &str) -> Vec<(String, String)> {
    let reads = [Read::Prefix(area, prefix.into())];
    let rows = kv.transact(&reads, Durability::Relaxed, |rows| (Vec::new(), rows)).await.unwrap();
    rows.into_iter().flatten().map(|(key, bytes)| (key, String::from_utf8(bytes).unwrap())).collect()
}

fn pairs(rows: &[(&str, &str)]) -> Vec<(String, String)> {
    rows.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

#[wasm_bindgen_test]
async fn a_prefix_finds_its_keys_in_key_order() {
    let kv = fresh("changke-test/prefix").await;
    let writes = ["b2", "a", "b10", "c", "b1", "b"].map(|key| put(Area::Delta, key, key)).to_vec();
    write(&kv, writes).await;
    write(&kv, vec![put(Area::Index, "b1", "of another area")]).await;
    let found = read(&kv, Area::Delta, "b").await;
    assert_eq!(found, pairs(&[("b", "b"), ("b1", "b1"), ("b10", "b10"), ("b2", "b2")]));
    assert_eq!(read(&kv, Area::Delta, "").await.len(), 6);
    write(&kv, vec![Write::DeletePrefix(Area::Delta, "b".into()), Write::Delete(Area::Delta, "a".into())]).await;
    assert_eq!(read(&kv, Area::Delta, "").await, pairs(&[("c", "c")]));
}

#[wasm_bindgen_test]
async fn both_durabilities_complete_and_a_reopened_handle_reads_what_was_written() {
    let kv = fresh("changke-test/durability").await;
    for (durability, key) in [(Durability::Strict, "strict"), (Durability::Relaxed, "relaxed")] {
        kv.transact(&[], durability, |_| (vec![put(Area::Outbox, key, key)], ())).await.unwrap();
    }
    kv.drop_handle();
    let other = IdbKv::new("changke-test/durability", || ());
    for kv in [kv, other] {
        let found = read(&kv, Area::Outbox, "").await;
        assert_eq!(found, pairs(&[("relaxed", "relaxed"), ("strict", "strict")]));
    }
}

#[wasm_bindgen_test]
async fn a_decision_sees_what_is_stored_and_answers() {
    let kv = fresh("changke-test/decide").await;
    write(&kv, vec![put(Area::Meta, "one", "1"), put(Area::Meta, "two", "2")]).await;
    let reads = [
        Read::One(Area::Meta, "two".into()),
        Read::One(Area::Meta, "none".into()),
        Read::Prefix(Area::Meta, "o".into()),
    ];
    let found =
        kv.transact(&reads, Durability::Strict, |rows| (vec![put(Area::Meta, "two", "3")], rows)).await.unwrap();
    let expected = vec![vec![("two".to_owned(), b"2".to_vec())], Vec::new(), vec![("one".to_owned(), b"1".to_vec())]];
    assert_eq!(found, expected);
    assert_eq!(read(&kv, Area::Meta, "two").await, pairs(&[("two", "3")]));
}

#[wasm_bindgen_test]
async fn a_transaction_that_cannot_write_everything_leaves_nothing() {
    let kv = fresh("changke-test/atomic").await;
    write(&kv, vec![put(Area::Meta, "kept", "as it was")]).await;
    // More than the 127 MiB that the browser takes as one key.
    let refused = put(Area::Delta, &"k".repeat(70 << 20), "");
    let writes = vec![put(Area::Meta, "kept", "changed"), put(Area::Outbox, "new", "entry"), refused];
    let failed = kv.transact(&[], Durability::Strict, |_| (writes, ())).await;
    assert!(failed.is_err());
    assert_eq!(read(&kv, Area::Meta, "").await, pairs(&[("kept", "as it was")]));
    assert_eq!(read(&kv, Area::Outbox, "").await, Vec::new());
}

#[wasm_bindgen_test]
async fn two_handles_on_one_database_take_turns() {
    let name = "changke-test/turns";
    let first = fresh(name).await;
    let second = IdbKv::new(name, || ());
    write(&first, vec![put(Area::Meta, "count", "0")]).await;
    let raise = |kv: IdbKv| async move {
        for _ in 0..20 {
            let reads = [Read::One(Area::Meta, "count".into())];
            kv.transact(&reads, Durability::Relaxed, |rows| {
                let stored: u32 = std::str::from_utf8(&rows[0][0].1).unwrap().parse().unwrap();
                (vec![put(Area::Meta, "count", &(stored + 1).to_string())], ())
            })
            .await
            .unwrap();
        }
    };
    futures_util::future::join(raise(first.clone()), raise(second)).await;
    assert_eq!(read(&first, Area::Meta, "count").await, pairs(&[("count", "40")]));
}

#[wasm_bindgen_test]
async fn a_handle_stands_aside_when_the_database_is_deleted_and_opens_anew() {
    let name = "changke-test/lost";
    let blocked = Rc::new(Cell::new(0));
    let count = blocked.clone();
    erase(name).await.unwrap();
    let kv = IdbKv::new(name, move || count.set(count.get() + 1));
    write(&kv, vec![put(Area::Meta, "a", "1")]).await;
    erase(name).await.unwrap();
    assert_eq!(read(&kv, Area::Meta, "").await, Vec::new());
    assert_eq!(blocked.get(), 0);
}

#[wasm_bindgen_test]
fn a_note_of_a_replayed_entry_is_found_once() {
    let guard = LocalGuard::new("changke-test/guard");
    assert_eq!(guard.left_behind(), None);
    guard.before(Replaying::Entry(Uuid::from_u128(7)));
    assert_eq!(LocalGuard::new("changke-test/guard").left_behind(), Some(Replaying::Entry(Uuid::from_u128(7))));
    assert_eq!(guard.left_behind(), None);
    guard.before(Replaying::Many);
    assert_eq!(guard.left_behind(), Some(Replaying::Many));
    guard.before(Replaying::Entry(Uuid::from_u128(8)));
    guard.after();
    assert_eq!(guard.left_behind(), None);
}

#[wasm_bindgen_test]
async fn a_database_of_a_later_build_is_left_alone() {
    let name = "changke-test/later";
    erase(name).await.unwrap();
    let factory = web_sys::window().unwrap().indexed_db().unwrap().unwrap();
    let request = factory.open_with_u32(name, VERSION + 1).unwrap();
    for _ in 0..200 {
        if request.ready_state() == web_sys::IdbRequestReadyState::Done {
            break;
        }
        app::platform::time::sleep(5).await;
    }
    let later: web_sys::IdbDatabase = request.result().unwrap().unchecked_into();
    later.close();
    let refused = IdbKv::new(name, || ()).transact(&[], Durability::Strict, |_| (Vec::new(), ())).await;
    assert_eq!(refused, Err(KvError::LaterBuild));
}

const PERSON: Identity = Identity { organisation: Uuid::from_u128(1), user: Uuid::from_u128(2) };

async fn open(name: &str) -> (Replica<IdbKv, LocalGuard>, Opened) {
    let kv = IdbKv::new(name, || ());
    Replica::open(kv, LocalGuard::new(name), PERSON, Uuid::from_u128(3)).await.unwrap()
}

#[wasm_bindgen_test]
async fn what_is_entered_is_there_after_the_database_was_opened_again() {
    let name = "changke-test/replica";
    erase(name).await.unwrap();
    let (replica, opened) = open(name).await;
    assert_eq!(opened, Opened::Fresh);
    let id = Id::new(Uuid::from_u128(100));
    let mut customer = Customer { owner: Some(Id::new(PERSON.user)), ..Customer::named(id, "鼎盛五金") };
    let making = Making {
        id: Uuid::from_u128(200),
        happened: 1_000,
        happened_raw: 1_000,
        business_date: "2026-11-24".parse().unwrap(),
        about: "鼎盛五金".into(),
    };
    replica.enter(CustomerCreate { customer: customer.clone() }, making).await.unwrap();
    replica.keep_draft("customer", Some(b"{}".to_vec())).await.unwrap();
    customer.unknown.stamp.created_by = Some(Id::new(PERSON.user));
    assert_eq!(replica.get(id).await.unwrap(), Some(customer.clone()));

    let (again, opened) = open(name).await;
    assert_eq!(opened, Opened::Known);
    assert_eq!(again.get(id).await.unwrap(), Some(customer));
    assert_eq!(again.outbox().iter().map(|pending| pending.entry.n).collect::<Vec<_>>(), [1]);
    assert_eq!(again.drafts().await.unwrap(), [("customer".to_owned(), b"{}".to_vec())]);
    assert_eq!(again.push_request().map(|push| push.entries.len()), Some(1));
}

#[wasm_bindgen_test]
async fn a_second_tab_sees_what_the_first_entered_and_counts_on() {
    let name = "changke-test/tabs";
    erase(name).await.unwrap();
    let ((first, _), (second, _)) = (open(name).await, open(name).await);
    let enter = async |replica: &Replica<IdbKv, LocalGuard>, number: u128| {
        let id = Id::new(Uuid::from_u128(number));
        let customer = Customer { owner: Some(Id::new(PERSON.user)), ..Customer::named(id, "遠東機電") };
        let making = Making {
            id: Uuid::from_u128(1_000 + number),
            happened: 1_000,
            happened_raw: 1_000,
            business_date: "2026-11-24".parse().unwrap(),
            about: String::new(),
        };
        replica.enter(CustomerCreate { customer }, making).await.unwrap();
        id
    };
    let id = enter(&first, 1).await;
    assert_eq!(second.get::<Customer>(id).await.unwrap(), None);
    second.reload().await.unwrap();
    assert_eq!(second.get(id).await.unwrap().map(|customer: Customer| customer.name), Some("遠東機電".into()));
    enter(&second, 2).await;
    enter(&first, 3).await;
    second.reload().await.unwrap();
    let mut numbers: Vec<u64> = second.outbox().iter().map(|pending| pending.entry.n).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 2, 3]);
}
