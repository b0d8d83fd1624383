//! Cases for what follows from customers: the fingerprints that everybody has of all of them.

use domain::{
    customer::{CustomerBin, CustomerCreate},
    fingerprints::{Bucket, Fingerprint, Fingerprints, FingerprintsSwitch, FingerprintsTend, Keeping},
    kind::{Kind, RecordKey},
    record::BodyError,
};
use uuid::Uuid;

use super::support::{Office, renamed};
use crate::server::{ReadTx, ServerStore, apply_as_system, keep_fingerprints};

/// Returns what is stored of a customer's fingerprints.
async fn prints<S: ServerStore>(office: &Office<S>, customer: Uuid) -> Vec<Fingerprint> {
    let record: Option<Fingerprints> = office.stored(Bucket::of_customer(customer)).await;
    record.map(|record| record.of.prints().cloned().collect()).unwrap_or_default()
}

async fn stored<S: ServerStore>(office: &Office<S>) -> usize {
    let keeping = Fingerprints::keeping_id().uuid();
    let ids = office.store.read().await.expect("a snapshot").of_kind(Kind::Fingerprints, Uuid::nil(), 100).await;
    ids.expect("ids").into_iter().filter(|id| *id != keeping).count()
}

pub async fn the_company_knows_of_every_customer_by_its_fingerprint<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    keep_fingerprints(&office.store, &office.clock).await.expect("kept");
    let mut device = office.device(office.north);
    let id = office.customer_of(office.north).await;
    let entered = prints(&office, id.uuid()).await;
    assert_eq!(entered.len(), 1);
    // Somebody who does not see the customer has it, too.
    assert!(!office.caught_up(office.south).await.holds(id));
    let bucket = Bucket::of_customer(id.uuid());
    assert!(office.caught_up(office.south).await.holds(bucket));
    office.done(&mut device, renamed(id, "鼎盛", "永信")).await;
    let renamed = prints(&office, id.uuid()).await;
    assert_eq!(renamed.len(), 1);
    assert_ne!(renamed, entered);
    office.done(&mut device, CustomerBin { id, binned: true }).await;
    assert_eq!(prints(&office, id.uuid()).await, Vec::new());
    assert!(!office.caught_up(office.south).await.holds(bucket), "an empty record goes");
}

pub async fn fingerprints_are_emptied_and_filled_as_the_administrator_wants<S: ServerStore>(
    fresh: impl AsyncFn() -> S,
) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.north).await;
    let mut administrator = office.device(office.boss);
    keep_fingerprints(&office.store, &office.clock).await.expect("kept");
    assert_eq!(stored(&office).await, 1);
    office.done(&mut administrator, FingerprintsSwitch { on: false }).await;
    keep_fingerprints(&office.store, &office.clock).await.expect("kept");
    assert_eq!(stored(&office).await, 0);
    let other = office.customer_of(office.north).await;
    assert_eq!(stored(&office).await, 0, "nothing is added while they are off");
    office.done(&mut administrator, FingerprintsSwitch { on: true }).await;
    keep_fingerprints(&office.store, &office.clock).await.expect("kept");
    for id in [id, other] {
        assert_ne!(prints(&office, id.uuid()).await, Vec::new());
    }
    // Off and on again before the server looks: what was written in between is not missing for ever.
    office.done(&mut administrator, FingerprintsSwitch { on: false }).await;
    let between = office.customer_of(office.north).await;
    office.done(&mut administrator, FingerprintsSwitch { on: true }).await;
    keep_fingerprints(&office.store, &office.clock).await.expect("kept");
    assert_ne!(prints(&office, between.uuid()).await, Vec::new());
}

/// More customers than one transaction takes.
const MANY: usize = 520;

pub async fn fingerprints_of_another_layout_are_made_anew<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let customers: Vec<_> = (0..MANY).map(|_| office.customer(office.north)).collect();
    let ids: Vec<_> = customers.iter().map(|customer| customer.id.uuid()).collect();
    let actions: Vec<_> =
        customers.into_iter().map(|customer| (office.id(), CustomerCreate { customer }.into())).collect();
    apply_as_system(&office.store, &actions, &office.clock).await.expect("the store").expect("entered");
    keep_fingerprints(&office.store, &office.clock).await.expect("kept");
    assert_eq!(all(&office).await, MANY);
    // Another build has made them in its own way, and worked out somebody's otherwise.
    let id = ids[MANY / 2];
    let drop = vec![Bucket::of_customer(id)];
    office.system(FingerprintsTend { drop, now: Some((Keeping::LAYOUT + 1, false)) }).await;
    assert_eq!(prints(&office, id).await, Vec::new());
    keep_fingerprints(&office.store, &office.clock).await.expect("kept");
    assert_eq!(all(&office).await, MANY);
    assert!(office.stored::<Fingerprints>(Fingerprints::keeping_id()).await.is_some_and(|record| {
        record.keeping == Some(Keeping { layout: Keeping::LAYOUT, filled: true, ..Keeping::default() })
    }));
}

/// Counts the customers whose fingerprints are stored.
async fn all<S: ServerStore>(office: &Office<S>) -> usize {
    let mut tx = office.store.read().await.expect("a snapshot");
    let ids = tx.of_kind(Kind::Fingerprints, Uuid::nil(), 10_000).await.expect("ids");
    let keys: Vec<_> = ids.into_iter().map(|id| RecordKey::new(Kind::Fingerprints, id)).collect();
    let rows = tx.rows(&keys).await.expect("rows");
    let records = rows.iter().map(|row| BodyError::parse::<Fingerprints>(&row.body).expect("readable"));
    records.map(|record| record.of.prints().count()).sum()
}
