//! The feed: what comes, what goes, and where it lies.

use std::collections::BTreeSet;

use domain::{
    access::Right,
    contact::{Contact, ContactCreate, ContactId},
    customer::{CustomerAssign, CustomerShare},
    kind::Kind,
};

use super::{
    super::support::{Company, key, name_of, prefix, shown},
    again, bulky,
};
use crate::device::{Area, Kv};

pub async fn the_first_feed_brings_what_is_there<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let company = Company::new();
    let ids = company.customers(3);
    let device = company.open(fresh().await).await;
    company.pull(&device).await;
    assert!(device.whole());
    for (n, id) in ids.into_iter().enumerate() {
        assert_eq!(shown(&device, id), Some(format!("客戶{n}")));
    }
}

pub async fn a_bulk_feed_becomes_blocks<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    let (_, device, ids) = bulky(&kv).await;
    assert!(prefix(&kv, Area::Delta, "").await.is_empty());
    assert_eq!(prefix(&kv, Area::Block, "").await.len(), 1);
    assert!(ids.iter().all(|id| device.with_base(|base| base.holds(key(*id)))));
}

pub async fn bodies_are_read_from_blocks<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let (_, device, ids) = bulky(&fresh().await).await;
    for n in [0, 100, 259] {
        assert_eq!(name_of(&device, ids[n]).await, Some(format!("客戶{n}")));
    }
}

pub async fn a_later_change_stands_above_its_block<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    let (company, device, ids) = bulky(&kv).await;
    company.rename(ids[5], "客戶5", "新名");
    company.pull(&device).await;
    for device in [device, again(&company, &kv).await] {
        assert_eq!(name_of(&device, ids[5]).await.as_deref(), Some("新名"));
        assert_eq!(device.with_base(crate::device::Base::len), 263);
    }
}

pub async fn the_base_survives_reopening<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    let (company, device, ids) = bulky(&kv).await;
    let sums = device.with_base(crate::device::Base::sums);
    let device = again(&company, &kv).await;
    assert_eq!(device.with_base(crate::device::Base::sums), sums);
    assert_eq!(name_of(&device, ids[7]).await.as_deref(), Some("客戶7"));
}

pub async fn a_lost_customer_leaves_the_device<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let (company, kv) = (Company::new(), fresh().await);
    let ids = company.customers(2);
    let device = company.open(kv.clone()).await;
    company.pull(&device).await;
    company.command(CustomerAssign { id: ids[0], owner: None, pool: None });
    company.pull(&device).await;
    for device in [device, again(&company, &kv).await] {
        assert_eq!((shown(&device, ids[0]), shown(&device, ids[1]).as_deref()), (None, Some("客戶1")));
    }
}

pub async fn a_lost_customer_leaves_its_block<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    let (company, device, ids) = bulky(&kv).await;
    company.rename(ids[9], "客戶9", "舊的也要走");
    company.pull(&device).await;
    company.command(CustomerAssign { id: ids[9], owner: None, pool: None });
    company.pull(&device).await;
    let mut bytes = prefix(&kv, Area::Block, "").await;
    bytes.extend(prefix(&kv, Area::Delta, "").await);
    let text: String = bytes.iter().map(|(_, value)| String::from_utf8_lossy(value)).collect();
    assert!(!text.contains(&ids[9].to_string()));
    for device in [device, again(&company, &kv).await] {
        assert_eq!(name_of(&device, ids[9]).await, None);
        assert_eq!(name_of(&device, ids[10]).await.as_deref(), Some("客戶10"));
    }
}

pub async fn a_customer_that_returns_is_whole_again<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let company = Company::new();
    let id = company.customers(1)[0];
    let contact = Contact::named(ContactId::new(company.id()), id, "陳");
    company.command(ContactCreate { contact: contact.clone() });
    let device = company.open(fresh().await).await;
    company.pull(&device).await;
    company.command(CustomerAssign { id, owner: None, pool: None });
    company.command(CustomerShare { id, user: company.rep, right: Some(Right::Read), until: None });
    company.pull(&device).await;
    assert_eq!(device.children(Kind::Contact, key(id)), BTreeSet::from([contact.id.uuid()]));
}

pub async fn a_page_that_does_not_follow_is_left_alone<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let company = Company::new();
    company.customers(2);
    let device = company.open(fresh().await).await;
    let early = company.pages(&device, 1).expect("pages").split_off(1);
    device.take_pages(early).await.expect("leaves it");
    assert!(device.with_base(crate::device::Base::is_empty));
}

pub async fn a_tab_that_slept_writes_over_nothing<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let (company, kv) = (Company::new(), fresh().await);
    let ids = company.customers(3);
    let tabs = [company.open(kv.clone()).await, company.open(kv.clone()).await];
    let late = company.pages(&tabs[1], 2).expect("pages");
    company.pull(&tabs[0]).await;
    company.rename(ids[0], "客戶0", "新名");
    company.pull(&tabs[0]).await;
    for page in late {
        tabs[1].take_pages(vec![page]).await.expect("leaves it");
    }
    for device in [&tabs[1], &again(&company, &kv).await] {
        assert_eq!(shown(device, ids[0]).as_deref(), Some("新名"));
    }
}

pub async fn compaction_changes_nothing_that_is_shown<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    let (company, device, ids) = bulky(&kv).await;
    for (n, id) in ids.iter().enumerate().take(20) {
        company.rename(*id, &format!("客戶{n}"), &format!("新{n}"));
    }
    company.pull(&device).await;
    let sums = device.with_base(crate::device::Base::sums);
    assert_eq!(device.compact_from(5).await, Ok(true));
    assert!(prefix(&kv, Area::Delta, "").await.is_empty());
    assert_eq!(device.with_base(crate::device::Base::sums), sums);
    assert_eq!(name_of(&device, ids[3]).await.as_deref(), Some("新3"));
    assert_eq!(device.compact_from(5).await, Ok(false), "there is nothing left to do");
}

pub async fn a_compacted_base_survives_reopening<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    let (company, device, ids) = bulky(&kv).await;
    for (n, id) in ids.iter().enumerate().take(200) {
        company.rename(*id, &format!("客戶{n}"), &format!("新{n}"));
    }
    company.pull(&device).await;
    // Most of the first segment is dead by now, and is rewritten.
    device.compact_from(5).await.expect("compacts");
    let sums = device.with_base(crate::device::Base::sums);
    let device = again(&company, &kv).await;
    assert_eq!(device.with_base(crate::device::Base::sums), sums);
    for (n, name) in [(3, "新3"), (199, "新199"), (230, "客戶230")] {
        assert_eq!(name_of(&device, ids[n]).await.as_deref(), Some(name));
    }
}
