//! Cases for the engine on top of a storage: the same base, outbox and preview wherever it lies.

use std::collections::BTreeSet;

use domain::{
    access::Right,
    contact::{Contact, ContactCreate, ContactId},
    customer::{CustomerAssign, CustomerId, CustomerShare},
    kind::Kind,
    refusal::Refusal,
    user::UserId,
};
use uuid::Uuid;

use super::support::{Company, key, name_of, prefix, shown};
use crate::{
    device::{Area, Attention, DeviceError, EntryState, Guardless, Identity, Kv, Opened, Replica, chains},
    protocol::{CheckAnswer, NoPage, PushAnswer, Sums},
};

/// Opens the device again on the same storage.
async fn again<K: Kv + Clone>(company: &Company, kv: &K) -> Replica<K> {
    company.open(kv.clone()).await
}

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

pub async fn a_second_tab_sees_an_entry_after_reloading<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let (company, kv) = (Company::new(), fresh().await);
    let tabs = [company.open(kv.clone()).await, company.open(kv).await];
    let id = company.enter(&tabs[0], "鼎盛").await;
    tabs[1].reload().await.expect("reloads");
    assert_eq!(shown(&tabs[1], id).as_deref(), Some("鼎盛"));
}

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

/// A device with more rows than fit deltas.
async fn bulky<K: Kv + Clone>(kv: &K) -> (Company, Replica<K>, Vec<CustomerId>) {
    let company = Company::new();
    let ids = company.customers(260);
    let device = company.open(kv.clone()).await;
    company.pull(&device).await;
    (company, device, ids)
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

pub async fn outcomes_settle_the_outbox<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let (company, kv) = (Company::new(), fresh().await);
    let device = company.open(kv.clone()).await;
    company.enter(&device, "鼎盛").await;
    company.push(&device).await;
    assert_eq!(device.unsent(), 1, "an answer is only a hint");
    company.pull(&device).await;
    assert_eq!((device.unsent(), again(&company, &kv).await.unsent()), (0, 0));
}

pub async fn an_applied_entry_is_shown_from_the_base<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let company = Company::new();
    let device = company.open(fresh().await).await;
    let id = company.enter(&device, "鼎盛").await;
    company.exchange(&device).await;
    assert!(!device.is_unsent(key(id)));
    assert_eq!(shown(&device, id).as_deref(), Some("鼎盛"));
}

/// A device on which the edit of a customer that was taken away has been refused.
async fn refused<K: Kv + Clone>(kv: &K) -> (Company, Replica<K>, Uuid) {
    let company = Company::new();
    let id = company.customers(1)[0];
    let device = company.open(kv.clone()).await;
    company.pull(&device).await;
    company.command(CustomerAssign { id, owner: None });
    let entry = company.edit(&device, id, "客戶0", "改名").await;
    company.exchange(&device).await;
    (company, device, entry)
}

pub async fn a_refused_entry_needs_attention<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let (_, device, entry) = refused(&fresh().await).await;
    let outbox = device.outbox();
    assert_eq!((device.unsent(), device.attention(), outbox[0].entry.id), (0, 1, entry));
    let why = &outbox[0].state;
    assert!(matches!(why, EntryState::NeedsAttention(Attention::Refused(Refusal::NotAllowed { .. }))), "{why:?}");
}

pub async fn attention_survives_reopening<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    let (company, _, entry) = refused(&kv).await;
    let device = again(&company, &kv).await;
    assert_eq!(device.outbox().iter().map(|p| p.entry.id).collect::<Vec<_>>(), [entry]);
}

pub async fn a_corrected_entry_takes_the_place_of_the_refused_one<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    let (company, device, entry) = refused(&kv).await;
    let contact = Contact::named(ContactId::new(company.id()), CustomerId::new(company.id()), "陳");
    device.enter_instead(ContactCreate { contact }, company.making(), Some(entry)).await.expect("is saved");
    for device in [device, again(&company, &kv).await] {
        assert_eq!((device.unsent(), device.attention()), (1, 0));
    }
}

pub async fn a_refused_entry_is_discarded_for_good<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    let (company, device, entry) = refused(&kv).await;
    device.discard(entry).await.expect("is discarded");
    assert!(again(&company, &kv).await.outbox().is_empty());
    assert_eq!(device.discard(entry).await, Err(DeviceError::NoEntry(entry)));
}

pub async fn a_waiting_entry_is_discarded_as_a_void<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let company = Company::new();
    let device = company.open(fresh().await).await;
    let id = company.enter(&device, "不要了").await;
    let entry = device.outbox()[0].entry.id;
    device.discard(entry).await.expect("is discarded");
    assert_eq!(shown(&device, id), None);
    company.enter(&device, "要").await;
    company.exchange(&device).await;
    assert_eq!((device.unsent(), device.attention()), (0, 0), "the counter has no gap");
}

pub async fn chains_hold_what_names_a_refused_creation<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let company = Company::new();
    let device = company.open(fresh().await).await;
    let missing = CustomerId::new(company.id());
    let contact = ContactId::new(company.id());
    let create = ContactCreate { contact: Contact::named(contact, missing, "陳") };
    let head = device.enter(create, company.making()).await.expect("is saved");
    let edit = domain::contact::ContactEdit(domain::edit::Edit::fields(
        contact,
        vec![domain::edit::FieldEdit::new("name", "陳", "陳先生")],
    ));
    let follower = device.enter(edit, company.making()).await.expect("is saved");
    company.exchange(&device).await;
    let chains = chains(&device.outbox());
    assert_eq!((chains.len(), chains[0].head, chains[0].followers.as_slice()), (1, head, &[follower][..]));
}

pub async fn a_lost_customer_leaves_the_device<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let (company, kv) = (Company::new(), fresh().await);
    let ids = company.customers(2);
    let device = company.open(kv.clone()).await;
    company.pull(&device).await;
    company.command(CustomerAssign { id: ids[0], owner: None });
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
    company.command(CustomerAssign { id: ids[9], owner: None });
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
    company.command(CustomerAssign { id, owner: None });
    company.command(CustomerShare { id, user: company.rep, right: Some(Right::Read), until: None });
    company.pull(&device).await;
    assert_eq!(device.children(Kind::Contact, key(id)), BTreeSet::from([contact.id.uuid()]));
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

pub async fn a_check_that_agrees_repairs_nothing<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let (_, device, _) = bulky(&fresh().await).await;
    assert!(device.wants_check());
    let request = device.check_request().expect("has followed the feed");
    let sums = device.with_base(crate::device::Base::sums);
    device.take_check(&request, &CheckAnswer { sums: Some(sums) }).await.expect("takes it");
    assert_eq!((device.repairs(), device.wants_check()), (0, false));
}

pub async fn a_check_that_differs_starts_from_zero<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let (company, device, ids) = bulky(&fresh().await).await;
    let request = device.check_request().expect("has followed the feed");
    device.take_check(&request, &CheckAnswer { sums: Some(Sums::new()) }).await.expect("takes it");
    assert_eq!(device.repairs(), 1);
    assert_eq!(shown(&device, ids[0]).as_deref(), Some("客戶0"), "the old base is shown meanwhile");
    company.pull(&device).await;
    assert_eq!(name_of(&device, ids[0]).await.as_deref(), Some("客戶0"));
}

pub async fn a_base_grows_beside_the_one_that_is_shown<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    let (company, device, ids) = bulky(&kv).await;
    company.enter(&device, "還在等").await;
    device.take_no_page(NoPage::StartOver { narrowed: false }, company.id()).await.expect("begins");
    let mut pages = company.pages(&device, 100).expect("pages");
    let rest = pages.split_off(1);
    device.take_pages(pages).await.expect("takes a page");
    for device in [&device, &again(&company, &kv).await] {
        assert_eq!(shown(device, ids[250]).as_deref(), Some("客戶250"), "nothing vanishes in between");
    }
    device.take_pages(rest).await.expect("takes pages");
    let device = again(&company, &kv).await;
    assert_eq!((name_of(&device, ids[250]).await.as_deref(), device.unsent()), (Some("客戶250"), 1));
}

pub async fn narrowed_sight_forgets_everything_but_the_outbox<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let kv = fresh().await;
    let (company, device, ids) = bulky(&kv).await;
    let entered = company.enter(&device, "還在等").await;
    device.take_no_page(NoPage::StartOver { narrowed: true }, company.id()).await.expect("begins");
    for area in [Area::Block, Area::Index, Area::Delta] {
        assert!(prefix(&kv, area, "").await.is_empty(), "{}", area.name());
    }
    for device in [device, again(&company, &kv).await] {
        assert_eq!((shown(&device, ids[0]), shown(&device, entered).as_deref()), (None, Some("還在等")));
    }
}

pub async fn a_restored_server_gets_its_entries_back<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let company = Company::new();
    let device = company.open(fresh().await).await;
    company.pull(&device).await;
    let backup = company.server.backup();
    let id = company.enter(&device, "還原之後還在").await;
    company.exchange(&device).await;
    company.server.restore(backup, company.id());
    company.exchange(&device).await;
    company.exchange(&device).await;
    assert!(company.server.backup().records.contains_key(&key(id)));
    assert_eq!((device.unsent(), shown(&device, id).as_deref()), (0, Some("還原之後還在")));
}

pub async fn a_copied_profile_takes_a_fresh_name<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let company = Company::new();
    let device = company.open(fresh().await).await;
    company.enter(&device, "一").await;
    let old = device.meta().client;
    device.take_push_answer(PushAnswer::Forked, company.id()).await.expect("takes it");
    assert_ne!(device.meta().client, old);
    company.exchange(&device).await;
    assert_eq!(device.unsent(), 0);
}

pub async fn another_persons_database_is_not_opened<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let (company, kv) = (Company::new(), fresh().await);
    drop(company.open(kv.clone()).await);
    let other = Identity { user: UserId::new(company.id()).uuid(), ..company.identity() };
    let opened = Replica::open(kv, Guardless, other, company.id()).await;
    assert_eq!(opened.err(), Some(DeviceError::OtherIdentity));
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

pub async fn confirmed_entries_are_trimmed_after_two_weeks<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let (company, kv) = (Company::new(), fresh().await);
    let device = company.open(kv.clone()).await;
    company.enter(&device, "一").await;
    company.exchange(&device).await;
    let day = 24 * 3_600_000;
    device.trim_confirmed(company.making().happened + 13 * day).await.expect("trims");
    assert_eq!(prefix(&kv, Area::Confirmed, "").await.len(), 1);
    device.trim_confirmed(company.making().happened + 15 * day).await.expect("trims");
    assert!(prefix(&kv, Area::Confirmed, "").await.is_empty());
}

pub async fn a_page_that_does_not_follow_is_left_alone<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let company = Company::new();
    company.customers(2);
    let device = company.open(fresh().await).await;
    let early = company.pages(&device, 1).expect("pages").split_off(1);
    device.take_pages(early).await.expect("leaves it");
    assert!(device.with_base(crate::device::Base::is_empty));
}
