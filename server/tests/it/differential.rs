//! The databases against the reference in memory: the same pushes, then every viewer's feed byte by byte.

use sync::{
    memory::MemoryServer,
    protocol::{CheckRequest, Cursor, NoPage, PAGE_ROWS, PushAnswer},
    server::{JournalRow, Pulled, ReadTx, ServerStore, StoreError, apply_as_system, check, pull, push},
};
use uuid::Uuid;

use crate::{
    stores::{Fresh, postgres, sqlite},
    world::{Device, FakeClock, World, set_up},
};
use sync::server::Clock;

const STEPS: usize = 60;

async fn incarnation<S: ServerStore>(store: &S) -> Uuid {
    store.read().await.expect("a snapshot").head().await.expect("a head").incarnation
}

/// Pulls until caught up; returns all bytes and the last cursor.
async fn feed<S: ServerStore>(
    store: &S,
    device: &Device,
    cursor: Option<Cursor>,
    rows: usize,
    clock: &FakeClock,
) -> (Vec<u8>, Result<Cursor, NoPage>) {
    let mut bytes = Vec::new();
    let request = device.pull(cursor);
    let mut feed = match pull(store, &device.session(), &request, clock).await.expect("a feed") {
        Pulled::Feed(feed) => feed,
        Pulled::NoPage(why) => return (bytes, Err(why)),
    };
    loop {
        let end = feed.page(store, clock, rows, &mut bytes).await.expect("a page");
        if !end.more {
            return (bytes, Ok(end.cursor));
        }
    }
}

/// What one store answers to one viewer: the feed from zero in one piece and in small pages, what is new
/// since the last time, and the sums.
async fn seen<S: ServerStore>(
    store: &S,
    device: &Device,
    last: &mut Option<Cursor>,
    pages: usize,
    clock: &FakeClock,
) -> String {
    let (whole, cursor) = feed(store, device, None, PAGE_ROWS, clock).await;
    let (cut, _) = feed(store, device, None, pages, clock).await;
    let (newer, end) = feed(store, device, last.clone(), pages, clock).await;
    let mut text = String::from_utf8([whole, cut, newer].concat()).expect("text");
    let sums = match cursor {
        Ok(cursor) => {
            let request = CheckRequest { caller: device.caller(), kinds: device.pull(None).kinds, cursor };
            check(store, &device.session(), &request, clock).await.expect("sums").sums
        }
        Err(_) => None,
    };
    text += &format!("{sums:?} {:?}", end.as_ref().err());
    *last = end.ok();
    text
}

async fn run(fresh: Fresh, seed: u64, steps: usize) {
    let clock = FakeClock::new();
    let mut world = World::new(seed);
    // One incarnation, since ids of what the server does by itself derive from it.
    let memory = MemoryServer::new(incarnation(&fresh.store).await);
    let administrator = world.devices[0].user;
    let founding = [(world.random.id(clock.now()), set_up(administrator))];
    apply_as_system(&memory, &founding, &clock).await.expect("memory").expect("applied");
    apply_as_system(&fresh.store, &founding, &clock).await.expect("store").expect("applied");

    let staff = world.staff(clock.now());
    let mut next = (world.devices[0].session(), staff);
    let mut cursors = vec![(None, None); world.devices.len()];
    let (mut applied, mut refused) = (0, 0);
    for at in 0..steps {
        let (session, request) = next;
        let expected = push(&memory, &session, &request, &clock).await.expect("memory");
        let answer = push(&fresh.store, &session, &request, &clock).await.expect("store");
        assert_eq!(expected, answer, "{} seed {seed} step {at}", fresh.name);
        if let PushAnswer::Answered { outcomes, .. } = &answer {
            let here = outcomes.iter().filter(|outcome| outcome.verdict == sync::protocol::Verdict::Applied).count();
            applied += here;
            refused += outcomes.len() - here;
        }
        let pages = 1 + world.random.below(9);
        for (device, (ours, theirs)) in world.devices.iter().zip(&mut cursors) {
            let expected = seen(&memory, device, theirs, pages, &clock).await;
            let answer = seen(&fresh.store, device, ours, pages, &clock).await;
            let parts = expected.lines().zip(answer.lines()).find(|(theirs, ours)| theirs != ours);
            assert!(expected == answer, "{} seed {seed} step {at}: {parts:#?}", fresh.name);
        }
        clock.advance(if world.random.below(12) == 0 { 86_400_000 } else { 61_000 });
        let head = fresh.store.read().await.expect("a snapshot").head().await.expect("a head").rev;
        next = world.step(clock.now(), head);
    }
    let journal = |rows: Result<Vec<JournalRow>, StoreError>| format!("{:#?}", rows.expect("a journal"));
    let expected = journal(memory.read().await.expect("a snapshot").journal(0, 10_000).await);
    let answer = journal(fresh.store.read().await.expect("a snapshot").journal(0, 10_000).await);
    let parts = expected.lines().zip(answer.lines()).find(|(theirs, ours)| theirs != ours);
    assert!(expected == answer, "{} seed {seed}: {parts:#?}", fresh.name);
    assert!(applied > steps && refused > steps / 10, "the world did little: {applied} applied, {refused} refused");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_answers_as_memory_does() {
    for seed in [1, 2] {
        run(sqlite().await, seed, STEPS).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_answers_as_memory_does() {
    for seed in [3, 4] {
        run(postgres().await, seed, STEPS).await;
    }
}
