//! Cases for cursors: another history, changed roles, another build.

use domain::{
    access::Role,
    customer::CustomerCreate,
    kind::Kind,
    mutation::Void,
    user::{UserId, UserPlace},
};
use uuid::Uuid;

use super::support::{Device, Office};
use crate::{
    protocol::{Cursor, NoPage, PullRequest, Seen},
    server::{Pulled, ReadTx, ServerStore, pull},
};

async fn roles<S: ServerStore>(office: &Office<S>, user: UserId, roles: &[Role]) {
    let roles = roles.iter().copied().collect();
    office
        .system(UserPlace { id: user, name: "名".into(), roles, department: None, superior: None, active: true })
        .await;
}

async fn ask<S: ServerStore>(office: &Office<S>, device: &Device, request: &PullRequest) -> Option<NoPage> {
    match pull(&office.store, &device.session(), request, &office.clock).await.expect("an answer") {
        Pulled::Feed(_) => None,
        Pulled::NoPage(why) => Some(why),
    }
}

/// Says why a device may not go on, if it may not.
async fn why<S: ServerStore>(office: &Office<S>, device: &Device) -> Option<NoPage> {
    ask(office, device, &device.request()).await
}

pub async fn a_new_store_has_no_history<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let (one, other) = (fresh().await, fresh().await);
    let mut tx = one.read().await.expect("a snapshot");
    let head = tx.head().await.expect("a head");
    assert_eq!((head.rev, head.pruned), (0, 0));
    assert_eq!((tx.mark(0).await, tx.mark(1).await, tx.arrived(1).await), (Ok(None), Ok(None), Ok(None)));
    drop(tx);
    let other = other.read().await.expect("a snapshot").head().await.expect("a head");
    assert_ne!(head.incarnation, other.incarnation);
}

pub async fn every_revision_has_a_mark_of_its_own<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let head = office.head_rev().await;
    let mut tx = office.store.read().await.expect("a snapshot");
    let mut marks = std::collections::BTreeSet::new();
    for rev in 1..=head {
        marks.insert(tx.mark(rev).await.expect("a mark").expect("a mark"));
    }
    assert_eq!((marks.len() as u64, tx.mark(head + 1).await), (head, Ok(None)));
}

pub async fn marks_tell_histories_apart_from_where_they_part<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let (one, other) = (Office::found(&fresh).await, Office::found(&fresh).await);
    let common = one.head_rev().await;
    one.advance(1);
    // The same entry at the same revision; it only arrived at another moment.
    let mut devices = [one.device(one.north), other.device(other.north)];
    let entry = one.entry(&mut devices[0], Void {});
    let (north, south) = (&devices[0], &devices[1]);
    one.answered(north, std::slice::from_ref(&entry)).await;
    other.answered(south, &[entry]).await;
    let mark = async |office: &Office<S>, rev| {
        office.store.read().await.expect("a snapshot").mark(rev).await.expect("a mark").expect("a mark")
    };
    assert_eq!(mark(&one, common).await, mark(&other, common).await);
    assert_ne!(mark(&one, common + 1).await, mark(&other, common + 1).await);
}

pub async fn a_cursor_of_another_history_is_not_continued<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let (one, other) = (Office::found(&fresh).await, Office::found(&fresh).await);
    one.advance(1);
    one.customer_of(one.north).await;
    other.customer_of(other.north).await;
    let device = one.caught_up(one.north).await;
    assert_eq!(why(&one, &device).await, None);
    assert_eq!(why(&other, &device).await, Some(NoPage::OtherHistory));
    // Even if the other history has gone on far beyond it.
    other.customer_of(other.north).await;
    assert_eq!(why(&other, &device).await, Some(NoPage::OtherHistory));
}

pub async fn a_cursor_ahead_of_the_head_is_of_another_history<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let (backup, office) = (Office::found(&fresh).await, Office::found(&fresh).await);
    office.customer_of(office.north).await;
    let device = office.caught_up(office.north).await;
    assert_eq!(why(&backup, &device).await, Some(NoPage::OtherHistory));
}

pub async fn a_new_incarnation_of_the_same_history_goes_on<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut device = office.caught_up(office.north).await;
    let cursor = device.cursor.clone().expect("a cursor");
    // Restored from a backup that was taken at this very revision: nothing is lost.
    device.cursor = Some(Cursor { incarnation: Uuid::from_u128(9), ..cursor.clone() });
    office.pull(&mut device).await;
    assert_eq!(device.cursor, Some(cursor));
}

pub async fn what_a_device_has_seen_is_compared_without_a_cursor<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let device = office.caught_up(office.north).await;
    let cursor = device.cursor.clone().expect("a cursor");
    let request = |head, mark| PullRequest { cursor: None, seen: Some(Seen { head, mark }), ..device.request() };
    let mark = cursor.mark.expect("a mark");
    assert_eq!(ask(&office, &device, &request(cursor.head, mark)).await, None);
    for (head, mark) in [(cursor.head, Uuid::from_u128(9)), (cursor.head - 1, mark), (cursor.head + 1, mark)] {
        assert_eq!(ask(&office, &device, &request(head, mark)).await, Some(NoPage::OtherHistory));
    }
}

pub async fn narrower_roles_start_over_and_forget<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.north).await;
    let mut device = office.caught_up(office.finance).await;
    assert!(device.holds(id));
    roles(&office, office.finance, &[Role::Purchaser]).await;
    assert_eq!(why(&office, &device).await, Some(NoPage::StartOver { narrowed: true }));
    device.start_over();
    office.pull(&mut device).await;
    assert!(!device.holds(id));
}

pub async fn wider_roles_start_over_beside_what_is_there<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.south).await;
    let mut device = office.caught_up(office.north).await;
    roles(&office, office.north, &[Role::SalesRep, Role::SalesAssistant]).await;
    assert_eq!(why(&office, &device).await, Some(NoPage::StartOver { narrowed: false }));
    device.start_over();
    office.pull(&mut device).await;
    assert!(device.holds(id));
}

pub async fn roles_that_see_the_same_go_on<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    roles(&office, office.north, &[Role::SalesRep, Role::Manager]).await;
    let device = office.caught_up(office.north).await;
    roles(&office, office.north, &[Role::Manager]).await;
    assert_eq!(why(&office, &device).await, None);
}

pub async fn a_build_that_knows_more_kinds_starts_over<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.north).await;
    let contact = office.contact_of(id).await;
    let mut old = office.device(office.north);
    let known = Kind::Contact.number();
    let request = PullRequest { kinds: known, ..old.request() };
    let Pulled::Feed(mut feed) = pull(&office.store, &old.session(), &request, &office.clock).await.expect("an answer")
    else {
        panic!("no feed")
    };
    let mut bytes = Vec::new();
    let end = feed.page(&office.store, &office.clock, 1_000, &mut bytes).await.expect("a page");
    let text = String::from_utf8(bytes).expect("text");
    assert!(text.contains(&id.to_string()) && !text.contains(&contact.to_string()));
    old.cursor = Some(end.cursor.clone());
    assert_eq!(why(&office, &old).await, Some(NoPage::StartOver { narrowed: false }));
    let same = PullRequest { kinds: known, cursor: Some(end.cursor), ..old.request() };
    assert_eq!(ask(&office, &old, &same).await, None);
}

pub async fn whoever_is_unknown_gets_no_page<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let device = office.device(UserId::new(office.id()));
    assert_eq!(why(&office, &device).await, Some(NoPage::OtherSession));
    let north = office.device(office.north);
    let session = office.device(office.south).session();
    let answer = pull(&office.store, &session, &north.request(), &office.clock).await;
    assert!(matches!(answer, Ok(Pulled::NoPage(NoPage::OtherSession))));
}

pub async fn a_cursor_that_was_cut_in_a_revision_goes_on_within_it<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut device = office.caught_up(office.north).await;
    let mut other = office.device(office.boss);
    let mut visits = Vec::new();
    let id = office.customer_of(office.south).await;
    for _ in 0..4 {
        let visit = office.visit(id, office.boss);
        visits.push(visit.record.id);
        office.done(&mut other, visit).await;
    }
    // Five records come into sight at one revision.
    office.assign(id, office.north).await;
    office.done(&mut device, CustomerCreate { customer: office.customer(office.north) }).await;
    for _ in 0..3 {
        office.pull_page(&mut device, 2).await;
    }
    assert!(device.holds(id) && visits.iter().all(|visit| device.holds(*visit)));
}
