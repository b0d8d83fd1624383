//! Cases for count and sum, and for what the server knows of clients.

use domain::kind::Kind;

use super::support::{Device, Office, renamed};
use crate::{
    protocol::{CheckRequest, PullRequest, Sums},
    server::{ClientRow, Pulled, ReadTx, ServerStore, WriteTx, check, pull},
};

async fn sums<S: ServerStore>(office: &Office<S>, device: &Device) -> Option<Sums> {
    let cursor = device.cursor.clone().expect("a cursor");
    let request = CheckRequest { caller: device.caller(), kinds: device.request().kinds, cursor };
    check(&office.store, &device.session(), &request, &office.clock).await.expect("an answer").sums
}

/// What a device holds, summed up.
fn held(device: &Device) -> Sums {
    let mut sums = Sums::new();
    for (key, (_, rev, _)) in &device.base {
        sums.entry(key.kind).or_default().add(key.id, *rev);
    }
    sums
}

pub async fn sums_are_those_of_the_feed<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    for owner in [office.north, office.south, office.north] {
        let id = office.customer_of(owner).await;
        office.contact_of(id).await;
        office.system(renamed(id, "鼎盛", "鼎新")).await;
    }
    for (user, customers) in [(office.boss, 3), (office.head, 2), (office.south, 1), (office.buyer, 0)] {
        let device = office.caught_up(user).await;
        let sums = sums(&office, &device).await.expect("sums");
        assert_eq!(sums, held(&device));
        assert_eq!(sums.get(&Kind::Customer).map_or(0, |sum| sum.count), customers);
    }
}

pub async fn sums_follow_losses_and_returns<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.south).await;
    office.contact_of(id).await;
    let mut south = office.caught_up(office.south).await;
    for owner in [office.north, office.south, office.boss] {
        office.assign(id, owner).await;
        office.pull(&mut south).await;
        assert_eq!(sums(&office, &south).await, Some(held(&south)));
    }
}

pub async fn a_device_that_holds_something_else_differs<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.north).await;
    let mut device = office.caught_up(office.north).await;
    let row = device.base.get_mut(&domain::kind::RecordKey::new(Kind::Customer, id.uuid())).expect("a row");
    row.1 -= 1;
    assert_ne!(sums(&office, &device).await, Some(held(&device)));
}

pub async fn sums_wait_until_the_device_has_caught_up<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut device = office.caught_up(office.north).await;
    // What others do out of sight does not matter.
    office.customer_of(office.south).await;
    assert!(sums(&office, &device).await.is_some());
    office.customer_of(office.north).await;
    assert_eq!(sums(&office, &device).await, None);
    office.pull(&mut device).await;
    assert!(sums(&office, &device).await.is_some());
}

pub async fn sums_of_another_session_are_not_told<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let device = office.caught_up(office.boss).await;
    let cursor = device.cursor.clone().expect("a cursor");
    let request = CheckRequest { caller: device.caller(), kinds: device.request().kinds, cursor };
    let session = office.device(office.north).session();
    let answer = check(&office.store, &session, &request, &office.clock).await.expect("an answer");
    assert_eq!(answer.sums, None);
}

async fn known<S: ServerStore>(office: &Office<S>, device: &Device) -> Option<ClientRow> {
    office.store.read().await.expect("a snapshot").client(device.client).await.expect("a client")
}

pub(super) async fn report<S: ServerStore>(office: &Office<S>, device: &Device, unsent: u32) {
    let request = PullRequest { unsent, ..device.request() };
    let pulled = pull(&office.store, &device.session(), &request, &office.clock).await.expect("an answer");
    assert!(matches!(pulled, Pulled::Feed(_)));
}

pub async fn a_pull_is_noted_with_what_it_reports<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let device = office.device(office.north);
    assert_eq!(known(&office, &device).await, None);
    report(&office, &device, 7).await;
    let row = ClientRow { id: device.client, user: office.north, expected: 1, unsent: 7, last_contact: office.now() };
    assert_eq!(known(&office, &device).await, Some(row));
}

pub async fn a_contact_is_noted_once_a_minute_or_when_it_says_something_new<S: ServerStore>(
    fresh: impl AsyncFn() -> S,
) {
    let office = Office::found(&fresh).await;
    let device = office.device(office.north);
    let start = office.now();
    let mut noted = Vec::new();
    for (ms, unsent) in [(0, 1), (10_000, 1), (10_000, 2), (10_000, 2), (60_000, 2)] {
        office.advance(ms);
        report(&office, &device, unsent).await;
        noted.push(known(&office, &device).await.map(|row| (row.last_contact - start, row.unsent)));
    }
    assert_eq!(noted, [(0, 1), (0, 1), (20_000, 2), (20_000, 2), (90_000, 2)].map(Some));
}

pub async fn a_push_answers_part_of_what_was_unsent<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut device = office.device(office.north);
    report(&office, &device, 3).await;
    let entries = [(); 2].map(|()| office.entry(&mut device, domain::mutation::Void {}));
    office.answered(&device, &entries).await;
    office.answered(&device, &entries).await;
    assert_eq!(known(&office, &device).await.map(|row| (row.unsent, row.expected)), Some((1, 3)));
}

pub async fn a_check_reports_nothing<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let device = office.caught_up(office.north).await;
    report(&office, &device, 4).await;
    office.advance(120_000);
    sums(&office, &device).await;
    assert_eq!(known(&office, &device).await.map(|row| row.unsent), Some(4));
}

pub async fn a_contact_never_turns_the_counter_back<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut device = office.device(office.north);
    // Read before a push, written after it.
    let stale = ClientRow { id: device.client, user: office.north, expected: 1, unsent: 5, last_contact: 9 };
    office.act(&mut device, domain::mutation::Void {}).await;
    let mut tx = office.store.write().await.expect("a transaction");
    tx.touch_client(&stale).await.expect("touched");
    tx.commit().await.expect("committed");
    let row = known(&office, &device).await.expect("a client");
    assert_eq!((row.expected, row.unsent, row.last_contact), (2, 5, 9));
}
