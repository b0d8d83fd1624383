//! Cases for the people of groups: who is added, removed, stays, and when a share ends.

use domain::{
    access::{Right, Role},
    customer::{Customer, CustomerId, CustomerShare},
    department::{Department, DepartmentCreate, DepartmentPlace},
    id::Id,
    kind::{Group, Kind, RecordKey},
    own::Unknown,
    user::{UserId, UserPlace},
};

use super::support::{DAY, Office, day_of};
use crate::server::{MemberRow, ReadTx, ServerStore, expire_shares};

async fn rows<S: ServerStore>(office: &Office<S>, id: CustomerId) -> Vec<MemberRow> {
    let group = Customer::group_of(id);
    office.store.read().await.expect("a snapshot").members(&[group]).await.expect("members")
}

/// Who is a member now.
async fn open<S: ServerStore>(office: &Office<S>, id: CustomerId) -> Vec<(UserId, Right)> {
    let mut open: Vec<_> = rows(office, id).await;
    open.retain(|row| row.until_rev.is_none());
    open.sort_by_key(|row| row.user);
    open.into_iter().map(|row| (row.user, row.right)).collect()
}

pub async fn owner_and_head_are_the_members<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.north).await;
    assert_eq!(open(&office, id).await, [(office.head, Right::Write), (office.north, Right::Write)]);
    let rev = office.head_rev().await;
    assert!(rows(&office, id).await.iter().all(|row| (row.since, row.from_rev) == (rev, rev)));
    let alone = office.customer_of(office.south).await;
    assert_eq!(open(&office, alone).await, [(office.south, Right::Write)]);
}

pub async fn a_user_is_alone_in_a_private_group<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let group = Group::Of(RecordKey::new(Kind::User, office.south.uuid()));
    let rows = office.store.read().await.expect("a snapshot").members(&[group]).await.expect("members");
    assert_eq!(rows.iter().map(|row| (row.user, row.right)).collect::<Vec<_>>(), [(office.south, Right::Write)]);
}

pub async fn rows_of_those_who_stay_are_not_touched<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.north).await;
    let before = rows(&office, id).await;
    office.system(CustomerShare { id, user: office.south, right: Some(Right::Read), until: None }).await;
    let after = rows(&office, id).await;
    assert!(before.iter().all(|row| after.contains(row)));
    assert_eq!(after.len(), before.len() + 1);
}

pub async fn whoever_leaves_has_an_end_and_whoever_returns_a_new_row<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.south).await;
    let first = office.head_rev().await;
    office.assign(id, office.boss).await;
    office.assign(id, office.south).await;
    let mut of_south = rows(&office, id).await;
    of_south.retain(|row| row.user == office.south);
    of_south.sort_by_key(|row| row.from_rev);
    let ends: Vec<_> = of_south.iter().map(|row| (row.since, row.from_rev, row.until_rev, row.left)).collect();
    assert_eq!(ends, [(first, first, Some(first + 1), true), (first + 2, first + 2, None, false)]);
}

pub async fn a_change_of_right_is_no_loss_of_sight<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.north).await;
    let share = |right| CustomerShare { id, user: office.south, right: Some(right), until: None };
    office.system(share(Right::Read)).await;
    let gained = office.head_rev().await;
    let mut south = office.caught_up(office.south).await;
    let seen = south.base.clone();
    office.system(share(Right::Write)).await;
    let mut of_south = rows(&office, id).await;
    of_south.retain(|row| row.user == office.south);
    of_south.sort_by_key(|row| row.from_rev);
    let rows: Vec<_> = of_south.iter().map(|row| (row.right, row.since, row.until_rev, row.left)).collect();
    assert_eq!(rows, [(Right::Read, gained, Some(gained + 1), false), (Right::Write, gained, None, false)]);
    // The device keeps everything; only the customer itself is sent again.
    office.pull(&mut south).await;
    assert_eq!(south.base.keys().collect::<Vec<_>>(), seen.keys().collect::<Vec<_>>());
}

pub async fn a_swap_under_one_head_sends_the_head_only_the_customer<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let place = |department| UserPlace {
        id: office.south,
        name: "south".into(),
        roles: [Role::SalesRep].into(),
        department,
        superior: None,
        active: true,
    };
    office.system(place(Some(office.department))).await;
    let id = office.customer_of(office.north).await;
    let contact = office.contact_of(id).await;
    let mut head = office.caught_up(office.head).await;
    let held = head.base.clone();
    office.assign(id, office.south).await;
    head.base.clear();
    office.pull(&mut head).await;
    assert!(head.holds(id) && !head.holds(contact), "the contact is not sent again");
    assert_eq!(head.base.len(), 2, "the customer, and what its log says of it");
    assert!(held.contains_key(&RecordKey::new(Kind::Contact, contact.uuid())));
}

pub async fn a_new_department_brings_its_head<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let ids = [office.customer_of(office.south).await, office.customer_of(office.south).await];
    let place = UserPlace {
        id: office.south,
        name: "south".into(),
        roles: [Role::SalesRep].into(),
        department: Some(office.department),
        superior: None,
        active: true,
    };
    office.system(place).await;
    let rev = office.head_rev().await;
    for id in ids {
        assert_eq!(open(&office, id).await, [(office.head, Right::Write), (office.south, Right::Write)]);
        let rows = rows(&office, id).await;
        assert!(rows.iter().any(|row| row.user == office.head && row.since == rev));
    }
}

pub async fn a_new_head_takes_the_old_ones_place<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.north).await;
    let mut old = office.caught_up(office.head).await;
    assert!(old.holds(id));
    let place = DepartmentPlace {
        id: office.department,
        name: "北區".into(),
        parent: None,
        head: Some(office.south),
        branch: false,
    };
    office.system(place).await;
    assert_eq!(open(&office, id).await, [(office.north, Right::Write), (office.south, Right::Write)]);
    office.pull(&mut old).await;
    assert!(!old.holds(id));
    assert!(office.caught_up(office.south).await.holds(id));
}

pub async fn heads_far_above_are_members_too<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.north).await;
    let whole: Id<Department> = Id::new(office.id());
    let department = Department {
        id: whole,
        name: "全國".into(),
        parent: None,
        head: Some(office.south),
        branch: false,
        unknown: Unknown::new(),
    };
    office.system(DepartmentCreate { department }).await;
    let place = |parent| DepartmentPlace {
        id: office.department,
        name: "北區".into(),
        parent,
        head: Some(office.head),
        branch: false,
    };
    office.system(place(Some(whole))).await;
    let above = [office.head, office.north, office.south].map(|user| (user, Right::Write));
    assert_eq!(open(&office, id).await, above);
    office.system(place(None)).await;
    assert_eq!(open(&office, id).await, above[..2]);
}

pub async fn a_share_ends_before_the_first_pull_of_the_day_after<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.north).await;
    let until = Some(day_of(office.now()));
    office.system(CustomerShare { id, user: office.south, right: Some(Right::Read), until }).await;
    let mut south = office.caught_up(office.south).await;
    assert!(south.holds(id));
    office.advance(DAY);
    office.pull(&mut south).await;
    assert!(!south.holds(id), "the server was asleep at midnight");
    assert_eq!(open(&office, id).await.len(), 2);
    let stored: Customer = office.stored(id).await.expect("a customer");
    assert!(stored.collaborators.is_empty());
}

pub async fn a_share_that_has_ended_ends_once<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let share = |id, user, until| CustomerShare { id, user, right: Some(Right::Read), until };
    let ids = [office.customer_of(office.north).await, office.customer_of(office.north).await];
    let today = day_of(office.now());
    office.system(share(ids[0], office.south, Some(today))).await;
    office.system(share(ids[0], office.finance, None)).await;
    office.system(share(ids[1], office.south, today.succ_opt())).await;
    office.advance(DAY);
    let head = office.head_rev().await;
    for _ in 0..3 {
        expire_shares(&office.store, &office.clock).await.expect("expired");
    }
    assert_eq!(office.head_rev().await, head + 1);
    assert_eq!(open(&office, ids[0]).await.len(), 3, "a share without an end stays");
    assert_eq!(open(&office, ids[1]).await.len(), 3, "tomorrow is its last day");
}

pub async fn what_is_due_is_found_by_its_day<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.north).await;
    let today = day_of(office.now());
    let share = |until| CustomerShare { id, user: office.south, right: Some(Right::Read), until };
    office.system(share(Some(today))).await;
    let due = async |day| office.store.read().await.expect("a snapshot").due(day).await.expect("what is due");
    assert!(due(today).await.is_empty());
    let tomorrow = today.succ_opt().expect("a day");
    assert_eq!(due(tomorrow).await, [RecordKey::new(Kind::Customer, id.uuid())].into());
    office.system(share(None)).await;
    assert!(due(tomorrow).await.is_empty());
}
