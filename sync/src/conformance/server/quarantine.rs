//! Cases for what an administrator accepts out of quarantine.

use domain::{
    customer::Customer,
    id::Id,
    mutation::{Mutation as _, Void},
    quarantine::QuarantineAccept,
    refusal::Refusal,
};

use super::support::{Office, renamed};
use crate::{
    protocol::{Entry, Verdict},
    server::{ServerStore, accept_held},
};

fn accepting<S>(office: &Office<S>, entry: &Entry) -> QuarantineAccept {
    let args = serde_json::from_str(entry.args.get()).expect("JSON");
    let Entry { name, v, happened, business_date, .. } = entry.clone();
    QuarantineAccept { author: office.north, name, v, args, happened, business_date }
}

/// Lets the administrator accept an entry.
async fn accept<S: ServerStore>(office: &Office<S>, entry: &Entry) -> Result<(), Refusal> {
    let accept = accepting(office, entry);
    accept_held(&office.store, office.boss, entry.id, accept, &office.clock).await.expect("an answer")
}

async fn name<S: ServerStore>(office: &Office<S>, id: Id<Customer>) -> String {
    office.stored(id).await.expect("the customer").name
}

pub async fn what_was_accepted_out_of_quarantine_takes_effect_once<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.north).await;
    let mut device = office.device(office.north);
    let entry = office.entry(&mut device, renamed(id, "鼎盛", "甲"));
    assert_eq!(accept(&office, &entry).await, Ok(()));
    assert_eq!(name(&office, id).await, "甲");
    office.system(renamed(id, "甲", "乙")).await;
    // The note of the decision was lost.
    let head = office.head_rev().await;
    assert_eq!(accept(&office, &entry).await, Ok(()));
    assert_eq!((name(&office, id).await.as_str(), office.head_rev().await), ("乙", head));
    // Its author is back, and their device never heard that it was taken.
    let outcomes = office.answered(&device, std::slice::from_ref(&entry)).await;
    assert_eq!(outcomes[0].verdict, Verdict::Applied, "it has been done");
    assert_eq!(name(&office, id).await, "乙");
    assert!(office.last_line().await.before.is_empty());
}

pub async fn what_its_author_has_sent_is_not_accepted_once_more<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.north).await;
    let mut device = office.device(office.north);
    let entry = office.entry(&mut device, renamed(id, "鼎盛", "甲"));
    office.answered(&device, std::slice::from_ref(&entry)).await;
    office.system(renamed(id, "甲", "乙")).await;
    assert_eq!(accept(&office, &entry).await, Ok(()));
    assert_eq!(name(&office, id).await, "乙");
}

/// One copy of a profile discards an entry, another still sends it, and an administrator has accepted it meanwhile.
pub async fn what_was_accepted_and_discarded_in_a_copy_is_no_fork<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.north).await;
    let mut device = office.device(office.north);
    let entry = office.entry(&mut device, renamed(id, "鼎盛", "甲"));
    assert_eq!(accept(&office, &entry).await, Ok(()));
    let args = serde_json::value::RawValue::from_string("{}".into()).expect("JSON");
    let discarded = Entry { name: Void::NAME.to_owned(), v: Void::VERSION, args, ..entry.clone() };
    office.answered(&device, &[discarded]).await;
    let outcomes = office.answered(&device, std::slice::from_ref(&entry)).await;
    assert_eq!((&outcomes[0].verdict, outcomes[0].known), (&Verdict::Applied, true));
    assert_eq!(name(&office, id).await, "甲");
}
