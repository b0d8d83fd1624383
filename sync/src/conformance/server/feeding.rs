//! Cases for the feed: its order, what is in it for whom, and pages cut anywhere.

use domain::{
    access::Right,
    contact::Contact,
    customer::{Customer, CustomerCreate, CustomerMerge, CustomerShare},
    kind::Kind,
    mutation::Void,
    user::User,
};
use uuid::Uuid;

use super::support::{Device, Office, renamed};
use crate::{
    protocol::{PAGE_ROWS, Place, Verdict},
    server::{Placed, ReadTx, ServerStore, Viewer},
};

/// A company in which everything happens that a feed may tell.
async fn eventful<S: ServerStore>(fresh: &impl AsyncFn() -> S) -> (Office<S>, Device) {
    let office = Office::found(fresh).await;
    let mut device = office.device(office.south);
    let mut customers = Vec::new();
    for owner in [office.north, office.south, office.north, office.south] {
        let id = office.customer_of(owner).await;
        office.contact_of(id).await;
        customers.push(id);
    }
    office.system(CustomerShare { id: customers[0], user: office.south, right: Some(Right::Read), until: None }).await;
    office.done(&mut device, CustomerCreate { customer: office.customer(office.south) }).await;
    office.act(&mut device, renamed(customers[2], "鼎盛", "鼎新")).await;
    office.assign(customers[1], office.north).await;
    office.assign(customers[2], office.south).await;
    office.assign(customers[1], office.south).await;
    office.assign(customers[0], office.south).await;
    let merge = CustomerMerge { survivor: customers[2], dead: customers[3], take: vec![], keep_owner: false };
    office.system(merge).await;
    (office, device)
}

fn viewer(user: &User, client: Uuid) -> Viewer {
    Viewer { user: user.id, scope: user.scope(), client }
}

/// Returns somebody's whole feed, a few items at a time.
async fn walk<S: ServerStore>(office: &Office<S>, viewer: &Viewer, rows: usize) -> Vec<(Place, Placed)> {
    let (mut after, mut all) = (Place::default(), Vec::new());
    loop {
        let page = office.store.read().await.expect("a snapshot").feed(viewer, after, rows).await.expect("a page");
        assert!(page.len() <= rows);
        let Some((last, _)) = page.last() else { return all };
        after = *last;
        all.extend(page);
    }
}

pub async fn the_feed_is_in_the_order_of_its_places<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let (office, device) = eventful(&fresh).await;
    for id in [office.boss, office.head, office.north, office.south, office.buyer] {
        let user: User = office.stored(id).await.expect("a user");
        let feed = walk(&office, &viewer(&user, device.client), PAGE_ROWS).await;
        assert!(feed.is_sorted_by(|(a, _), (b, _)| a < b), "{}", user.name);
        assert!(feed.len() > 5);
    }
}

pub async fn pages_of_any_size_say_the_same<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let (office, device) = eventful(&fresh).await;
    for id in [office.boss, office.head, office.south] {
        let user: User = office.stored(id).await.expect("a user");
        let viewer = viewer(&user, device.client);
        let whole = walk(&office, &viewer, PAGE_ROWS).await;
        for rows in 1..=whole.len() {
            assert_eq!(walk(&office, &viewer, rows).await, whole, "{} in pages of {rows}", user.name);
        }
    }
}

pub async fn a_base_grows_to_the_same_in_pages_of_any_size<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let (office, mut device) = eventful(&fresh).await;
    office.pull(&mut device).await;
    let (base, outcomes) = (device.base.clone(), device.outcomes.clone());
    assert_eq!((outcomes.len(), device.all::<Customer>().len()), (2, 5));
    for rows in 1..20 {
        device.start_over();
        let ends = office.pull_by(&mut device, rows).await.expect("a feed");
        assert!(ends.iter().rev().skip(1).all(|end| end.more) && !ends.is_empty());
        assert!(device.base == base && device.outcomes == outcomes, "pages of {rows}");
    }
}

pub async fn parents_come_before_their_children<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.north).await;
    office.contact_of(id).await;
    office.system(office.visit(id, office.north)).await;
    office.assign(id, office.south).await;
    let user: User = office.stored(office.south).await.expect("a user");
    let rev = office.head_rev().await;
    let feed = walk(&office, &viewer(&user, office.id()), PAGE_ROWS).await;
    let gained: Vec<Kind> = feed
        .iter()
        .filter(|(place, _)| place.position == rev)
        .filter_map(|(_, item)| if let Placed::Upsert(row) = item { Some(row.key.kind) } else { None })
        .collect();
    assert_eq!(gained, [Kind::Customer, Kind::Contact, Kind::ContactRecord, Kind::Claim]);
}

pub async fn an_outcome_follows_the_record_that_it_is_about<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut device = office.device(office.north);
    office.done(&mut device, CustomerCreate { customer: office.customer(office.north) }).await;
    let user: User = office.stored(office.north).await.expect("a user");
    let feed = walk(&office, &viewer(&user, device.client), 1).await;
    let rev = office.head_rev().await;
    let last: Vec<&Placed> = feed.iter().filter(|(place, _)| place.position == rev).map(|(_, item)| item).collect();
    assert!(matches!(last[..], [Placed::Upsert(_), Placed::Outcome { verdict: Verdict::Applied, .. }]), "{last:?}");
}

pub async fn outcomes_are_told_to_their_client_alone<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let (mut one, mut other) = (office.device(office.north), office.device(office.north));
    office.act(&mut one, Void {}).await;
    office.act(&mut one, renamed(office.customer(office.north).id, "鼎盛", "鼎新")).await;
    for device in [&mut one, &mut other] {
        office.pull(device).await;
    }
    assert_eq!((one.outcomes.len(), other.outcomes.len()), (2, 0));
    assert!(one.outcomes.iter().all(|outcome| matches!(outcome.verdict, Verdict::Refused(_))));
}

pub async fn nothing_new_is_an_empty_page<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut device = office.caught_up(office.boss).await;
    let before = device.clone();
    let ends = office.pull_by(&mut device, 1_000).await.expect("a feed");
    assert_eq!((ends.len(), ends[0].more), (1, false));
    assert!(device.base == before.base && device.cursor == before.cursor);
}

pub async fn a_page_that_is_just_full_is_the_last<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut device = office.caught_up(office.boss).await;
    for _ in 0..4 {
        office.customer_of(office.north).await;
    }
    let ends = office.pull_by(&mut device, 4).await.expect("a feed");
    assert_eq!(ends.iter().map(|end| end.more).collect::<Vec<_>>(), [false]);
    assert_eq!(device.all::<Customer>().len(), 4);
}

pub async fn a_record_that_changes_between_pages_comes_again<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let ids = [office.customer_of(office.north).await, office.customer_of(office.north).await];
    let mut device = office.device(office.boss);
    let end = office.pull_page(&mut device, 1_000).await;
    assert!(!end.more);
    device.start_over();
    while !device.holds(ids[0]) {
        office.pull_page(&mut device, 2).await;
    }
    office.system(renamed(ids[0], "鼎盛", "鼎新")).await;
    office.pull_by(&mut device, 2).await.expect("a feed");
    assert_eq!(device.get(ids[0]).map(|customer: Customer| customer.name).as_deref(), Some("鼎新"));
    assert!(device.holds(ids[1]));
}

pub async fn an_interrupted_feed_goes_on_where_it_stopped<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let (office, mut device) = eventful(&fresh).await;
    let mut whole = device.clone();
    office.pull(&mut whole).await;
    let mut pages = 0;
    while office.pull_page(&mut device, 3).await.more {
        pages += 1;
        assert!(pages < 100);
    }
    assert!(pages > 2 && device.base == whole.base && device.outcomes == whole.outcomes);
}

pub async fn what_moved_is_forgotten_wherever_the_feed_is_cut<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    for pages in 0..10 {
        let office = Office::found(&fresh).await;
        let (survivor, dead) = (office.customer_of(office.north).await, office.customer_of(office.south).await);
        let contact = office.contact_of(dead).await;
        let mut device = office.caught_up(office.south).await;
        office.system(CustomerMerge { survivor, dead, take: Vec::new(), keep_owner: true }).await;
        for _ in 0..pages {
            office.pull_page(&mut device, 1).await;
        }
        // Whatever has not come yet does not come any more.
        office.system(CustomerShare { id: survivor, user: office.south, right: None, until: None }).await;
        office.pull(&mut device).await;
        assert!(!device.holds(contact), "after {pages} pages");
    }
}

pub async fn a_page_says_what_it_follows<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let (office, mut device) = eventful(&fresh).await;
    let ends = office.pull_by(&mut device, 3).await.expect("a feed");
    let mut after = Place::default();
    for end in ends {
        assert_eq!((end.after, end.client), (after, device.client));
        assert!(end.cursor.place > after);
        after = end.cursor.place;
    }
    assert_eq!(after, Place::end_of(office.head_rev().await));
}

pub async fn a_lost_group_is_forgotten_whole<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.south).await;
    let contact = office.contact_of(id).await;
    let mut south = office.caught_up(office.south).await;
    assert!(south.holds(id) && south.holds(contact));
    office.assign(id, office.north).await;
    office.pull(&mut south).await;
    assert!(!south.holds(id) && !south.holds(contact));
}

pub async fn a_gained_group_comes_whole<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.north).await;
    let contact = office.contact_of(id).await;
    let mut south = office.caught_up(office.south).await;
    office.assign(id, office.south).await;
    for rows in [1, 2] {
        let mut device = south.clone();
        office.pull_by(&mut device, rows).await.expect("a feed");
        assert!(device.holds(id) && device.holds(contact), "in pages of {rows}");
    }
    office.pull(&mut south).await;
    assert!(south.get(contact).is_some_and(|contact: Contact| contact.customer == id));
}

pub async fn there_and_back_is_a_forget_and_the_group_again<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.south).await;
    let contact = office.contact_of(id).await;
    let mut device = office.caught_up(office.south).await;
    office.assign(id, office.north).await;
    office.assign(id, office.south).await;
    let user: User = office.stored(office.south).await.expect("a user");
    let after = device.cursor.as_ref().expect("a cursor").place;
    let mut tx = office.store.read().await.expect("a snapshot");
    let feed = tx.feed(&viewer(&user, device.client), after, 100).await.expect("a feed");
    drop(tx);
    let items: Vec<&Placed> = feed.iter().map(|(_, item)| item).collect();
    let kinds = items.iter().skip(1).map(|item| if let Placed::Upsert(row) = item { Some(row.key.kind) } else { None });
    let whole = [Kind::Customer, Kind::Contact, Kind::Claim, Kind::Claim].map(Some);
    assert!(matches!(items[0], Placed::ForgetGroup { .. }) && kinds.eq(whole), "{items:?}");
    for rows in 1..4 {
        let mut device = device.clone();
        office.pull_by(&mut device, rows).await.expect("a feed");
        assert!(device.holds(id) && device.holds(contact), "in pages of {rows}");
    }
    office.assign(id, office.north).await;
    office.pull(&mut device).await;
    assert!(!device.holds(id) && !device.holds(contact));
}

pub async fn a_group_lost_before_its_first_row_came_is_forgotten<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut south = office.caught_up(office.south).await;
    let id = office.customer_of(office.south).await;
    let contact = office.contact_of(id).await;
    office.assign(id, office.north).await;
    office.pull_by(&mut south, 1).await.expect("a feed");
    assert!(!south.holds(id) && !south.holds(contact));
}

pub async fn a_moved_record_is_forgotten_where_it_was<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let (survivor, dead) = (office.customer_of(office.north).await, office.customer_of(office.south).await);
    let contact = office.contact_of(dead).await;
    let (mut north, mut south) = (office.caught_up(office.north).await, office.caught_up(office.south).await);
    office.system(CustomerMerge { survivor, dead, take: vec![], keep_owner: false }).await;
    office.pull(&mut south).await;
    assert!(!south.holds(contact), "it went where the south does not see");
    assert!(south.holds(dead), "the dead customer still leads on");
    office.pull(&mut north).await;
    assert!(north.holds(contact));
    let mut boss = office.caught_up(office.boss).await;
    office.pull(&mut boss).await;
    assert!(boss.holds(contact), "who sees both keeps it");
}

pub async fn kinds_outside_the_roles_are_not_sent<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.north).await;
    office.system(CustomerShare { id, user: office.buyer, right: Some(Right::Write), until: None }).await;
    let buyer = office.caught_up(office.buyer).await;
    assert!(!buyer.holds(id), "a member, but of a role that sees no customers");
    let kinds: std::collections::BTreeSet<Kind> = buyer.base.keys().map(|key| key.kind).collect();
    assert_eq!(kinds, [Kind::Organisation, Kind::Department, Kind::User].into());
}

pub async fn roles_that_see_everything_need_no_membership<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let ids = [office.customer_of(office.north).await, office.customer_of(office.south).await];
    for user in [office.boss, office.finance] {
        let device = office.caught_up(user).await;
        assert!(ids.iter().all(|id| device.holds(*id)));
    }
    let north = office.caught_up(office.north).await;
    assert!(north.holds(ids[0]) && !north.holds(ids[1]));
}

pub async fn bodies_arrive_as_they_were_written<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut device = office.device(office.north);
    let names =
        ["「鼎盛」", "a\"b\\c\n\td", "😀 e\u{301}", "\u{2028}\u{feff}\u{7f}", "'; DROP TABLE record; --", "$1 ?1 %s"];
    let mut made = Vec::new();
    for name in names {
        let customer = Customer { name: name.into(), ..office.customer(office.north) };
        made.push(customer.clone());
        office.done(&mut device, CustomerCreate { customer }).await;
    }
    let seen = office.caught_up(office.head).await;
    for mut customer in made {
        customer.unknown.stamp.created_by = Some(office.north);
        assert_eq!(seen.get(customer.id), Some(customer));
    }
}
