//! Two writers at once: a reader that follows the head never misses a revision; what is not committed
//! leaves nothing.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use domain::{customer::CustomerCreate, id::Id};
use sync::{
    protocol::{Place, PushAnswer},
    server::{Batch, Clock, Placed, ReadTx, ServerStore, Viewer, WriteTx, apply_as_system, push},
};

use crate::{
    stores::{Fresh, postgres, sqlite},
    world::{Device, FakeClock, Random, set_up},
};

const PUSHES: usize = 40;

async fn founded(fresh: &Fresh, random: &mut Random) -> Device {
    let clock = FakeClock::new();
    let boss: Id<domain::user::User> = random.id(clock.now()).into();
    let founding = [(random.id(clock.now()), set_up(boss))];
    apply_as_system(&fresh.store, &founding, &clock).await.expect("store").expect("applied");
    Device::new(boss, random.id(clock.now()))
}

async fn writer(store: server::store::Store, mut device: Device, seed: u64) {
    let (clock, mut random) = (FakeClock::new(), Random(seed));
    for _ in 0..PUSHES {
        let id: Id<domain::customer::Customer> = random.id(clock.now()).into();
        let customer =
            domain::customer::Customer { owner: Some(device.user), ..domain::customer::Customer::named(id, "客戶") };
        let request = device.push(vec![(random.id(clock.now()), CustomerCreate { customer }.into())], clock.now());
        let answer = push(&store, &device.session(), &request, &clock).await.expect("a push");
        assert!(matches!(answer, PushAnswer::Answered { outcomes, .. } if outcomes.len() == 1));
    }
}

/// Follows the head as a device does and collects every revision that it was shown.
async fn reader(store: server::store::Store, viewer: Viewer, done: Arc<AtomicBool>) -> BTreeSet<u64> {
    let (mut after, mut shown) = (Place::default(), BTreeSet::new());
    loop {
        let last_round = done.load(Ordering::Acquire);
        let mut tx = store.read().await.expect("a snapshot");
        let head = tx.head().await.expect("a head").rev;
        let feed = tx.feed(&viewer, after, 10_000).await.expect("a feed");
        drop(tx);
        shown
            .extend(feed.iter().filter(|(_, item)| matches!(item, Placed::Upsert(_))).map(|(place, _)| place.position));
        assert!(feed.iter().all(|(place, _)| place.position <= head), "a page shows more than its head");
        // From here on everything up to the head counts as seen.
        after = Place::end_of(head);
        if last_round {
            return shown;
        }
    }
}

async fn nothing_is_missed(fresh: Fresh) {
    let mut random = Random(9);
    let one = founded(&fresh, &mut random).await;
    let two = Device::new(one.user, random.id(0));
    let viewer = Viewer {
        user: one.user,
        scope: domain::access::Scope { all_groups: true, kinds: u64::MAX },
        client: random.id(0),
    };
    let done = Arc::new(AtomicBool::new(false));
    let follower = tokio::spawn(reader(fresh.store.clone(), viewer, done.clone()));
    let writers =
        [tokio::spawn(writer(fresh.store.clone(), one, 1)), tokio::spawn(writer(fresh.store.clone(), two, 2))];
    for task in writers {
        task.await.expect("a writer");
    }
    done.store(true, Ordering::Release);
    let shown = follower.await.expect("a reader");
    // Revision 1 is the founding; then one customer a revision.
    let expected: BTreeSet<u64> = (1..=1 + 2 * PUSHES as u64).collect();
    assert_eq!(shown, expected, "{}", fresh.name);
}

async fn rollback_leaves_nothing(fresh: Fresh) {
    let mut random = Random(5);
    let mut device = founded(&fresh, &mut random).await;
    let clock = FakeClock::new();
    let before = fresh.store.read().await.expect("a snapshot").head().await.expect("a head");
    let row = sync::server::ClientRow { id: device.client, user: device.user, expected: 9, unsent: 0, last_contact: 0 };
    let mut tx = fresh.store.write().await.expect("a transaction");
    let batch = Batch { client: Some(row), head: before.rev + 5, ..Batch::default() };
    tx.write(&batch).await.expect("written");
    assert_eq!(tx.head().await.expect("a head").rev, before.rev + 5);
    drop(tx); // the server is gone before it commits
    let mut snapshot = fresh.store.read().await.expect("a snapshot");
    assert_eq!(snapshot.head().await.expect("a head"), before, "{}", fresh.name);
    assert_eq!(snapshot.client(device.client).await.expect("a client"), None);
    drop(snapshot);
    // And the lock is free again.
    let void = vec![(random.id(0), domain::mutation::Void {}.into())];
    let request = device.push(void, clock.now());
    let answer = push(&fresh.store, &device.session(), &request, &clock).await.expect("a push");
    assert!(matches!(answer, PushAnswer::Answered { expected: 2, .. }), "{answer:?}");
}

/// Between reading a client and noting its contact, a push may have raised the counter.
async fn a_contact_never_lowers_the_counter(fresh: Fresh) {
    let mut random = Random(6);
    let device = founded(&fresh, &mut random).await;
    let row = |expected| sync::server::ClientRow {
        id: device.client,
        user: device.user,
        expected,
        unsent: 3,
        last_contact: expected as i64,
    };
    let mut tx = fresh.store.write().await.expect("a transaction");
    let head = tx.head().await.expect("a head").rev;
    tx.write(&Batch { client: Some(row(5)), head, ..Batch::default() }).await.expect("written");
    tx.touch_client(&row(1)).await.expect("touched");
    tx.commit().await.expect("committed");
    let stored = fresh.store.read().await.expect("a snapshot").client(device.client).await.expect("a client");
    assert_eq!(stored.map(|row| (row.expected, row.last_contact)), Some((5, 1)), "{}", fresh.name);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sqlite_has_no_gap() {
    nothing_is_missed(sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn postgres_has_no_gap() {
    nothing_is_missed(postgres().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_forgets_what_is_not_committed() {
    rollback_leaves_nothing(sqlite().await).await;
    a_contact_never_lowers_the_counter(sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_forgets_what_is_not_committed() {
    rollback_leaves_nothing(postgres().await).await;
    a_contact_never_lowers_the_counter(postgres().await).await;
}
