//! Entering: numbers, previews, what a second tab sees.

use std::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
};

use domain::{
    contact::{Contact, ContactCreate, ContactId},
    customer::{Customer, CustomerCreate, CustomerId},
    kind::{Kind, RecordKey},
    mutation::Action,
};
use uuid::Uuid;

use super::{
    super::support::{Company, Yielding, key, name_of, shown, while_it_waits},
    again,
};
use crate::device::{DeviceError, Guardless, Kv, KvError, Opened, Replica};

pub async fn two_handles_see_each_other<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let (company, kv) = (Company::new(), fresh().await);
    let first = company.open(kv.clone()).await;
    let (second, opened) = Replica::open(kv, Guardless, company.identity(), company.id()).await.expect("opens");
    assert_eq!(opened, Opened::Known);
    assert_eq!(first.meta().client, second.meta().client);
}

pub async fn counters_of_two_handles_have_no_gap<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let (company, kv) = (Company::new(), fresh().await);
    let tabs = [company.open(kv.clone()).await, company.open(kv.clone()).await];
    for n in 0..6 {
        company.enter(&tabs[n % 2], "客戶").await;
    }
    let mut numbers: Vec<u64> = again(&company, &kv).await.outbox().iter().map(|p| p.entry.n).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6]);
}

pub async fn an_entry_survives_reopening<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let (company, kv) = (Company::new(), fresh().await);
    let id = company.enter(&company.open(kv.clone()).await, "鼎盛").await;
    let device = again(&company, &kv).await;
    assert_eq!((device.unsent(), shown(&device, id).as_deref()), (1, Some("鼎盛")));
}

pub async fn numbers_go_on_after_reopening<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let (company, kv) = (Company::new(), fresh().await);
    company.enter(&company.open(kv.clone()).await, "一").await;
    let device = again(&company, &kv).await;
    company.enter(&device, "二").await;
    assert_eq!(device.outbox().iter().map(|p| p.entry.n).max(), Some(2));
}

pub async fn an_ended_database_takes_no_entry<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let (company, kv) = (Company::new(), fresh().await);
    let (device, other) = (company.open(kv.clone()).await, company.open(kv).await);
    company.enter(&device, "鼎盛").await;
    let handed_over = device.outbox().iter().map(|pending| pending.entry.id).collect();
    assert!(device.end(&handed_over).await.expect("the storage"));
    let customer = Customer { owner: Some(company.rep), ..Customer::named(CustomerId::new(company.id()), "遠東") };
    let refused = other.enter(CustomerCreate { customer }, company.making()).await;
    assert_eq!(refused, Err(DeviceError::Storage(KvError::Cleared)), "it is not said to be saved");
}

pub async fn what_was_not_handed_over_keeps_a_database_alive<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let (company, kv) = (Company::new(), fresh().await);
    let (device, other) = (company.open(kv.clone()).await, company.open(kv.clone()).await);
    company.enter(&device, "鼎盛").await;
    let handed_over = device.outbox().iter().map(|pending| pending.entry.id).collect();
    company.enter(&other, "遠東").await;
    assert!(!device.end(&handed_over).await.expect("the storage"));
    assert_eq!(again(&company, &kv).await.unsent(), 2);
}

pub async fn an_entry_is_shown_at_once<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let company = Company::new();
    let device = company.open(fresh().await).await;
    let id = company.enter(&device, "鼎盛").await;
    assert_eq!(name_of(&device, id).await.as_deref(), Some("鼎盛"));
    assert!(device.is_unsent(key(id)));
}

pub async fn an_edit_is_replayed_on_what_waits<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let (company, kv) = (Company::new(), fresh().await);
    let device = company.open(kv.clone()).await;
    let id = company.enter(&device, "甲").await;
    company.edit(&device, id, "甲", "乙").await;
    assert_eq!(shown(&device, id).as_deref(), Some("乙"));
    assert_eq!(shown(&again(&company, &kv).await, id).as_deref(), Some("乙"));
}

pub async fn entries_made_together_follow_each_other<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let (company, kv) = (Company::new(), fresh().await);
    let device = company.open(kv.clone()).await;
    company.enter(&device, "先").await;
    let customer = Customer { owner: Some(company.rep), ..Customer::named(CustomerId::new(company.id()), "一起") };
    let contact = Contact::named(ContactId::new(company.id()), customer.id, "陳");
    let (customer_id, contact_key) = (customer.id, RecordKey::new(Kind::Contact, contact.id.uuid()));
    let actions: Vec<Action> = vec![CustomerCreate { customer }.into(), ContactCreate { contact }.into()];
    let actions = actions.into_iter().map(|action| (action, company.making())).collect();
    let ids = device.enter_all(actions, vec![("import:1".into(), b"{}".to_vec())]).await.expect("enters");
    for device in [&device, &again(&company, &kv).await] {
        let of = |id: &Uuid| device.outbox().iter().find(|pending| pending.entry.id == *id).map(|p| p.entry.n);
        assert_eq!(ids.iter().map(of).collect::<Vec<_>>(), [Some(2), Some(3)]);
        assert_eq!(shown(device, customer_id).as_deref(), Some("一起"));
        assert!(device.shown(contact_key).is_some());
        assert_eq!(device.notes("import:").await.expect("reads"), [("import:1".to_owned(), b"{}".to_vec())]);
    }
    company.exchange(&device).await;
    assert_eq!((device.unsent(), device.attention()), (0, 0));
    device.keep_notes(vec![("import:1".into(), None)]).await.expect("forgets");
    assert!(device.notes("").await.expect("reads").is_empty());
}

pub async fn of_entries_made_together_all_are_saved_or_none<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let company = Company::new();
    let device = company.open(fresh().await).await;
    let customer = Customer { owner: Some(company.rep), ..Customer::named(CustomerId::new(company.id()), "一起") };
    let contact = Contact::named(ContactId::new(company.id()), customer.id, "陳");
    let contact = Contact { remark: "長".repeat(100_000), ..contact };
    let actions: Vec<Action> = vec![CustomerCreate { customer }.into(), ContactCreate { contact }.into()];
    let actions = actions.into_iter().map(|action| (action, company.making())).collect();
    let entered = device.enter_all(actions, vec![("import:1".into(), Vec::new())]).await;
    assert!(matches!(entered, Err(DeviceError::TooLarge { .. })), "{entered:?}");
    assert!(device.outbox().is_empty());
    assert!(device.notes("").await.expect("reads").is_empty());
}

pub async fn what_waits_is_shown_while_more_is_entered<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let company = Company::new();
    let ids = company.customers(2);
    let device = company.open(Yielding(fresh().await)).await;
    company.pull(&device).await;
    company.edit(&device, ids[0], "客戶0", "甲").await;
    let mut looks = 0;
    while_it_waits(company.edit(&device, ids[1], "客戶1", "乙"), || {
        looks += 1;
        assert_eq!(shown(&device, ids[0]).as_deref(), Some("甲"));
        assert!(device.is_unsent(key(ids[0])));
    })
    .await;
    assert!(looks > 0, "nobody looked");
    assert_eq!((shown(&device, ids[0]).as_deref(), shown(&device, ids[1]).as_deref()), (Some("甲"), Some("乙")));
}

pub async fn entries_made_at_once_are_all_shown<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let company = Company::new();
    let ids = company.customers(1);
    let device = company.open(Yielding(fresh().await)).await;
    company.pull(&device).await;
    let mut second = pin!(company.enter(&device, "同時"));
    let mut made = None;
    while_it_waits(company.edit(&device, ids[0], "客戶0", "甲"), || {
        if made.is_none()
            && let Poll::Ready(id) = second.as_mut().poll(&mut Context::from_waker(Waker::noop()))
        {
            made = Some(id);
        }
    })
    .await;
    let made = match made {
        Some(id) => id,
        None => second.await,
    };
    assert_eq!((shown(&device, ids[0]).as_deref(), shown(&device, made).as_deref()), (Some("甲"), Some("同時")));
}

pub async fn a_second_tab_sees_an_entry_after_reloading<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let (company, kv) = (Company::new(), fresh().await);
    let tabs = [company.open(kv.clone()).await, company.open(kv).await];
    let id = company.enter(&tabs[0], "鼎盛").await;
    tabs[1].reload().await.expect("reloads");
    assert_eq!(shown(&tabs[1], id).as_deref(), Some("鼎盛"));
}

pub async fn an_entry_that_is_too_large_is_refused_here<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let company = Company::new();
    let device = company.open(fresh().await).await;
    let contact = Contact {
        remark: "長".repeat(100_000),
        ..Contact::named(ContactId::new(company.id()), CustomerId::new(company.id()), "陳")
    };
    let entered = device.enter(ContactCreate { contact }, company.making()).await;
    assert!(matches!(entered, Err(DeviceError::TooLarge { .. })), "{entered:?}");
    assert!(device.outbox().is_empty());
}

pub async fn drafts_survive_reopening<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let (company, kv) = (Company::new(), fresh().await);
    company.open(kv.clone()).await.keep_draft("customers/new", Some(b"{}".to_vec())).await.expect("is kept");
    let drafts = again(&company, &kv).await.drafts().await.expect("reads");
    assert_eq!(drafts, [("customers/new".to_owned(), b"{}".to_vec())]);
}

pub async fn drafts_are_forgotten<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let company = Company::new();
    let device = company.open(fresh().await).await;
    device.keep_draft("a", Some(b"1".to_vec())).await.expect("is kept");
    device.keep_draft("a", None).await.expect("is forgotten");
    assert!(device.drafts().await.expect("reads").is_empty());
}
