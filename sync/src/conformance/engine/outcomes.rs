//! What becomes of an entry: settled, refused, discarded, kept for a restored server.

use domain::{
    contact::{Contact, ContactCreate, ContactId},
    customer::CustomerId,
    refusal::Refusal,
};

use super::{
    super::support::{Company, key, prefix, put, shown, write},
    again, refused,
};
use crate::device::{Area, Attention, Confirmed, DeviceError, EntryState, Kv, chains};

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

pub async fn an_answer_of_another_history_settles_nothing<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let (company, kv) = (Company::new(), fresh().await);
    let device = company.open(kv.clone()).await;
    let backup = company.server.backup();
    let id = company.enter(&device, "還沒讀過").await;
    // Answered before, so that no feed brings it.
    company.push(&again(&company, &kv).await).await;
    company.push(&device).await;
    company.server.restore(backup, company.id());
    company.customers(3);
    company.exchange(&device).await;
    company.exchange(&device).await;
    assert!(company.server.backup().records.contains_key(&key(id)));
    assert_eq!(device.unsent(), 0);
}

pub async fn confirmed_entries_take_little_room<K: Kv + Clone>(fresh: impl AsyncFn() -> K) {
    let (company, kv) = (Company::new(), fresh().await);
    let device = company.open(kv.clone()).await;
    company.enter(&device, "一").await;
    company.exchange(&device).await;
    let mut kept: Confirmed =
        prefix(&kv, Area::Confirmed, "").await.iter().find_map(|(_, v)| serde_json::from_slice(v).ok()).expect("one");
    kept.entry.about = "長".repeat(80_000);
    let large = serde_json::to_vec(&kept).expect("a value");
    let key = |n: u32| format!("{n:016}");
    write(&kv, (1_000..1_100).map(|n| put(Area::Confirmed, &key(n), &large)).collect()).await;
    device.trim_confirmed(company.making().happened).await.expect("trims");
    let left = prefix(&kv, Area::Confirmed, "").await;
    let bytes: usize = left.iter().map(|(_, value)| value.len()).sum();
    assert!(bytes <= 16 << 20 && left.len() > 60, "{} of {bytes} bytes", left.len());
    assert_eq!(left.last().map(|(key, _)| key.clone()), Some(key(1_099)), "the newest stay");
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
