//! Cases for the bare storage.

use super::support::{delete, one, prefix, put, read_one, write};
use crate::device::{Area, Durability, Kv, Read, Rows, Write};

pub async fn nothing_is_read_from_an_empty_storage<K: Kv>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    for area in Area::ALL {
        assert!(prefix(&kv, area, "").await.is_empty(), "{}", area.name());
        assert_eq!(read_one(&kv, area, "k").await, None);
    }
}

pub async fn a_value_is_read_back<K: Kv>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    write(&kv, vec![put(Area::Meta, "k", b"v")]).await;
    assert_eq!(read_one(&kv, Area::Meta, "k").await.as_deref(), Some(&b"v"[..]));
}

pub async fn a_value_is_replaced<K: Kv>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    write(&kv, vec![put(Area::Meta, "k", b"old")]).await;
    write(&kv, vec![put(Area::Meta, "k", b"new")]).await;
    assert_eq!(prefix(&kv, Area::Meta, "").await, [("k".to_owned(), b"new".to_vec())]);
}

pub async fn a_value_is_deleted<K: Kv>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    write(&kv, vec![put(Area::Delta, "k", b"v"), put(Area::Delta, "l", b"v")]).await;
    write(&kv, vec![delete(Area::Delta, "k")]).await;
    assert_eq!(prefix(&kv, Area::Delta, "").await.len(), 1);
}

pub async fn deleting_what_is_not_there_is_harmless<K: Kv>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    write(&kv, vec![delete(Area::Outbox, "nothing"), put(Area::Outbox, "k", b"v")]).await;
    assert!(read_one(&kv, Area::Outbox, "k").await.is_some());
}

pub async fn areas_do_not_mix<K: Kv>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    write(&kv, Area::ALL.iter().map(|area| put(*area, "k", area.name().as_bytes())).collect()).await;
    for area in Area::ALL {
        assert_eq!(read_one(&kv, area, "k").await.as_deref(), Some(area.name().as_bytes()));
    }
}

pub async fn keys_come_in_order<K: Kv>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    write(&kv, ["b", "a10", "a2", "a"].map(|key| put(Area::Block, key, b"v")).to_vec()).await;
    let keys: Vec<String> = prefix(&kv, Area::Block, "").await.into_iter().map(|(key, _)| key).collect();
    assert_eq!(keys, ["a", "a10", "a2", "b"]);
}

pub async fn a_prefix_finds_what_begins_so_and_no_more<K: Kv>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    write(&kv, ["a", "ab", "abc", "b", "aa"].map(|key| put(Area::Index, key, b"v")).to_vec()).await;
    let keys: Vec<String> = prefix(&kv, Area::Index, "ab").await.into_iter().map(|(key, _)| key).collect();
    assert_eq!(keys, ["ab", "abc"]);
}

pub async fn the_empty_prefix_finds_the_whole_area<K: Kv>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    write(&kv, ["\u{1}", "z", "龍"].map(|key| put(Area::Index, key, b"v")).to_vec()).await;
    assert_eq!(prefix(&kv, Area::Index, "").await.len(), 3);
}

pub async fn a_prefix_is_read_from_a_key_on<K: Kv>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    write(&kv, ["a1", "a2", "a3", "b1"].map(|key| put(Area::Index, key, b"v")).to_vec()).await;
    let read = |from: &str| [Read::From(Area::Index, "a".into(), from.into())];
    let keys = |found: Vec<Rows>| found.into_iter().flatten().map(|(key, _)| key).collect::<Vec<_>>();
    assert_eq!(keys(kv.read(&read("a2")).await.expect("reads")), ["a2", "a3"], "the key itself is there");
    assert_eq!(keys(kv.read(&read("a4")).await.expect("reads")), [""; 0], "nothing of another prefix");
}

pub async fn reading_alone_sees_what_is_complete<K: Kv>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    assert_eq!(kv.read(&[]).await, Ok(Vec::new()), "no read is no error");
    write(&kv, vec![put(Area::Meta, "k", b"v"), put(Area::Block, "b", b"w")]).await;
    let reads = [one(Area::Block, "b"), one(Area::Draft, "none"), one(Area::Meta, "k")];
    let found = kv.read(&reads).await.expect("reads");
    let values: Vec<_> = found.iter().map(|rows| rows.first().map(|(_, value)| value.as_slice())).collect();
    assert_eq!(values, [Some(&b"w"[..]), None, Some(b"v")]);
}

pub async fn a_prefix_of_several_areas_deletes_in_one_only<K: Kv>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    let both = [Area::Block, Area::Delta];
    write(&kv, both.iter().flat_map(|area| ["a1", "a2", "b1"].map(|key| put(*area, key, b"v"))).collect()).await;
    write(&kv, vec![Write::DeletePrefix(Area::Block, "a".into())]).await;
    assert_eq!(prefix(&kv, Area::Block, "").await.len(), 1);
    assert_eq!(prefix(&kv, Area::Delta, "").await.len(), 3);
}

pub async fn reads_are_answered_in_their_order<K: Kv>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    write(&kv, vec![put(Area::Meta, "one", b"1"), put(Area::Delta, "two", b"2")]).await;
    let reads = [one(Area::Delta, "two"), one(Area::Meta, "none"), one(Area::Meta, "one")];
    let found = kv.transact(&reads, Durability::Relaxed, |rows| (Vec::new(), rows)).await.expect("reads");
    let values: Vec<Option<&[u8]>> = found.iter().map(|rows| rows.first().map(|(_, v)| v.as_slice())).collect();
    assert_eq!(values, [Some(&b"2"[..]), None, Some(&b"1"[..])]);
}

pub async fn a_decision_sees_what_was_written_before<K: Kv>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    for expected in 0..5u8 {
        let seen = kv
            .transact(&[one(Area::Meta, "n")], Durability::Relaxed, |rows| {
                let n = rows.first().and_then(|rows| rows.first()).and_then(|(_, v)| v.first()).copied().unwrap_or(0);
                (vec![put(Area::Meta, "n", &[n + 1])], n)
            })
            .await
            .expect("counts");
        assert_eq!(seen, expected);
    }
}

pub async fn a_decision_that_writes_nothing_changes_nothing<K: Kv>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    write(&kv, vec![put(Area::Meta, "k", b"v")]).await;
    let said = kv.transact(&[one(Area::Meta, "k")], Durability::Strict, |_| (Vec::new(), 7)).await;
    assert_eq!(said, Ok(7));
    assert_eq!(read_one(&kv, Area::Meta, "k").await.as_deref(), Some(&b"v"[..]));
}

pub async fn many_writes_are_one_transaction<K: Kv>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    write(&kv, (0..2_000).map(|n| put(Area::Delta, &format!("{n:05}"), b"v")).collect()).await;
    assert_eq!(prefix(&kv, Area::Delta, "").await.len(), 2_000);
}

pub async fn the_later_write_of_a_key_stands<K: Kv>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    let writes = vec![
        put(Area::Meta, "k", b"1"),
        delete(Area::Meta, "k"),
        put(Area::Meta, "k", b"2"),
        put(Area::Meta, "l", b""),
    ];
    write(&kv, writes).await;
    assert_eq!(read_one(&kv, Area::Meta, "k").await.as_deref(), Some(&b"2"[..]));
    assert_eq!(read_one(&kv, Area::Meta, "l").await.as_deref(), Some(&b""[..]));
}

pub async fn large_values_survive<K: Kv>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    let large: Vec<u8> = (0..3_000_000u32).map(|n| n.to_le_bytes()[0] ^ n.to_le_bytes()[1]).collect();
    write(&kv, vec![put(Area::Block, "large", &large)]).await;
    assert!(read_one(&kv, Area::Block, "large").await == Some(large));
}

pub async fn every_byte_survives<K: Kv>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    let bytes: Vec<u8> = (0..=255).collect();
    write(&kv, vec![put(Area::Index, "k", &bytes)]).await;
    assert_eq!(read_one(&kv, Area::Index, "k").await, Some(bytes));
}

pub async fn texts_of_every_script_are_keys<K: Kv>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    for key in ["客戶/新增", "éè", "😀", "a b", "contact:0190"] {
        write(&kv, vec![put(Area::Draft, key, key.as_bytes())]).await;
        assert_eq!(read_one(&kv, Area::Draft, key).await.as_deref(), Some(key.as_bytes()));
    }
}

pub async fn both_durabilities_complete<K: Kv>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    for durability in [Durability::Strict, Durability::Relaxed] {
        let done = kv.transact(&[], durability, |_| (vec![put(Area::Outbox, "k", b"v")], ())).await;
        assert_eq!(done, Ok(()));
    }
}
