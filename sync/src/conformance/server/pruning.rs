//! Cases for what is forgotten after half a year, and for devices that were away longer.

use domain::{
    attachment::{Attachment, AttachmentAdd, AttachmentBin, BlobHash},
    contact::{ContactBin, ContactEdit, ContactId},
    contact_record::ContactRecordBin,
    customer::{CustomerBin, CustomerId, CustomerMerge, CustomerShare},
    edit::{Edit, FieldEdit},
    id::Id,
    kind::{Kind, RecordKey},
    next_action::{NextAction, NextActionAdd, NextActionFinish},
    user::UserId,
    view::Row,
};

use super::support::{DAY, Device, Office, day_of};
use crate::{
    protocol::{NoPage, Verdict},
    server::{Batch, MEMBERS_KEPT_MS, Pulled, ReadTx, ServerStore, WriteTx, Written, prune, purge_binned},
};

async fn why<S: ServerStore>(office: &Office<S>, device: &Device) -> Option<NoPage> {
    match office.begin(device).await {
        Pulled::Feed(_) => None,
        Pulled::NoPage(why) => Some(why),
    }
}

async fn pruned<S: ServerStore>(office: &Office<S>) -> u64 {
    prune(&office.store, &office.clock).await.expect("pruned");
    office.store.read().await.expect("a snapshot").head().await.expect("a head").pruned
}

pub async fn nothing_is_pruned_before_its_time<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.south).await;
    let mut south = office.caught_up(office.south).await;
    office.assign(id, office.north).await;
    office.advance(MEMBERS_KEPT_MS);
    assert_eq!(pruned(&office).await, 0);
    office.pull(&mut south).await;
    assert!(!south.holds(id), "the forget is still told");
}

pub async fn a_device_that_was_away_too_long_starts_over<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.south).await;
    let mut south = office.caught_up(office.south).await;
    office.assign(id, office.north).await;
    let lost = office.head_rev().await;
    office.advance(MEMBERS_KEPT_MS + 1);
    assert_eq!(pruned(&office).await, lost);
    assert_eq!(why(&office, &south).await, Some(NoPage::StartOver { narrowed: false }));
    south.start_over();
    office.pull(&mut south).await;
    assert!(!south.holds(id));
    assert_eq!(why(&office, &south).await, None);
}

pub async fn a_quiet_company_goes_on_after_years<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut device = office.caught_up(office.north).await;
    office.advance(1_000 * DAY);
    assert_eq!(pruned(&office).await, office.head_rev().await);
    office.pull(&mut device).await;
    let id = office.customer_of(office.north).await;
    office.pull(&mut device).await;
    assert!(device.holds(id));
}

pub async fn rows_that_are_open_or_young_stay<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.north).await;
    let share = |right| CustomerShare { id, user: office.south, right, until: None };
    let read = Some(domain::access::Right::Read);
    office.system(share(read)).await;
    office.system(share(None)).await;
    let old = office.head_rev().await;
    office.advance(MEMBERS_KEPT_MS);
    office.system(share(read)).await;
    office.system(share(None)).await;
    office.advance(1);
    assert_eq!(pruned(&office).await, old);
    let group = domain::customer::Customer::group_of(id);
    let mut rows = office.store.read().await.expect("a snapshot").members(&[group]).await.expect("members");
    rows.retain(|row| row.user == office.south);
    assert_eq!(rows.iter().map(|row| row.until_rev).collect::<Vec<_>>(), [Some(old + 2)]);
    assert!(office.caught_up(office.north).await.holds(id));
}

pub async fn moves_are_pruned_with_the_rows<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let (survivor, dead) = (office.customer_of(office.north).await, office.customer_of(office.south).await);
    let contact = office.contact_of(dead).await;
    let south = office.caught_up(office.south).await;
    office.system(CustomerMerge { survivor, dead, take: vec![], keep_owner: false }).await;
    let forgets = async || {
        let viewer = crate::server::Viewer {
            user: office.south,
            scope: south.cursor.as_ref().expect("a cursor").scope,
            client: office.id(),
        };
        let mut tx = office.store.read().await.expect("a snapshot");
        let feed = tx.feed(&viewer, crate::protocol::Place::default(), 1_000).await.expect("a feed");
        feed.iter().filter(|(_, item)| matches!(item, crate::server::Placed::Forget { .. })).count()
    };
    assert_eq!(forgets().await, 1);
    office.advance(MEMBERS_KEPT_MS + 1);
    pruned(&office).await;
    assert_eq!(forgets().await, 0);
    assert_eq!(why(&office, &south).await, Some(NoPage::StartOver { narrowed: false }));
    assert!(!office.caught_up(office.south).await.holds(contact));
}

pub async fn a_first_feed_that_was_cut_goes_on_after_pruning<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    for _ in 0..5 {
        office.customer_of(office.north).await;
    }
    office.advance(1_000 * DAY);
    pruned(&office).await;
    // Its place lies far below what was pruned, but nothing on it is older than that.
    let mut device = office.device(office.north);
    while office.pull_page(&mut device, 2).await.more {
        assert_eq!(why(&office, &device).await, None);
    }
    assert_eq!(device.all::<domain::customer::Customer>().len(), 5);
}

pub async fn a_feed_cut_before_the_loss_starts_over_after_pruning<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.south).await;
    office.customer_of(office.south).await;
    let mut device = office.device(office.south);
    while !device.holds(id) {
        office.pull_page(&mut device, 1).await;
    }
    office.assign(id, office.north).await;
    office.advance(MEMBERS_KEPT_MS);
    // One more page is read long after the first ones, before the feed is cut again.
    office.customer_of(office.south).await;
    office.pull_page(&mut device, 1).await;
    assert!(device.holds(id));
    office.advance(1);
    pruned(&office).await;
    assert_eq!(why(&office, &device).await, Some(NoPage::StartOver { narrowed: false }));
}

pub async fn the_bin_keeps_a_customer_for_thirty_days_and_devices_forget_it_then<S: ServerStore>(
    fresh: impl AsyncFn() -> S,
) {
    let office = Office::found(&fresh).await;
    let (id, other) = (office.customer_of(office.north).await, office.customer_of(office.north).await);
    let mut contacts = Vec::new();
    for _ in 0..20 {
        contacts.push(office.contact_of(id).await);
    }
    let mut devices = [office.caught_up(office.north).await, office.caught_up(office.boss).await];
    office.system(CustomerBin { id, binned: true }).await;
    office.advance(29 * DAY);
    let head = office.head_rev().await;
    purge_binned(&office.store, &office.clock).await.expect("nothing to purge");
    assert_eq!(office.head_rev().await, head);
    office.advance(3 * DAY);
    for _ in 0..2 {
        purge_binned(&office.store, &office.clock).await.expect("purged");
    }
    assert_eq!(office.head_rev().await, head + 1, "once");
    for device in &mut devices {
        office.pull(device).await;
        assert!(!device.holds(id) && contacts.iter().all(|contact| !device.holds(*contact)));
        assert!(device.holds(other));
    }
    let fresh = office.caught_up(office.boss).await;
    assert!(!fresh.holds(id) && fresh.holds(other));
}

fn photo(id: uuid::Uuid, customer: CustomerId, on: RecordKey, author: UserId) -> AttachmentAdd {
    let attachment = Attachment {
        id: id.into(),
        customer,
        on,
        name: "名片.jpg".to_owned(),
        media_type: "image/jpeg".to_owned(),
        bytes: 3,
        hash: BlobHash::of(b"abc"),
        size: None,
        thumbnail: String::new(),
        added_at: 5,
        author,
        late: false,
        deleted_at: None,
        unknown: Default::default(),
    };
    AttachmentAdd { attachment }
}

pub async fn what_was_binned_by_itself_goes_with_what_hangs_on_it<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let customer = office.customer_of(office.north).await;
    let [gone, kept, restored]: [ContactId; 3] =
        [office.contact_of(customer).await, office.contact_of(customer).await, office.contact_of(customer).await];
    let [on_gone, on_kept, on_customer, binned] = [(); 4].map(|()| office.id());
    for (id, on) in [(on_gone, gone), (on_kept, kept)] {
        office.system(photo(id, customer, RecordKey::new(Kind::Contact, on.uuid()), office.north)).await;
    }
    let on = RecordKey::new(Kind::Customer, customer.uuid());
    office.system(photo(on_customer, customer, on, office.north)).await;
    office.system(photo(binned, customer, on, office.north)).await;
    // Each has a conflict about it.
    for id in [gone, kept] {
        office.system(ContactEdit(Edit::fields(id, vec![FieldEdit::new("title", "採購", "廠長")]))).await;
    }
    office.system(ContactBin { id: gone, binned: true }).await;
    office.system(ContactBin { id: restored, binned: true }).await;
    office.system(AttachmentBin { id: binned.into(), binned: true }).await;
    let mut device = office.caught_up(office.north).await;
    assert_eq!(device.all::<domain::conflict::Conflict>().len(), 2);
    office.advance(29 * DAY);
    let head = office.head_rev().await;
    purge_binned(&office.store, &office.clock).await.expect("nothing to purge");
    assert_eq!(office.head_rev().await, head);
    office.system(ContactBin { id: restored, binned: false }).await;
    office.advance(3 * DAY);
    for _ in 0..2 {
        purge_binned(&office.store, &office.clock).await.expect("purged");
    }
    assert_eq!(office.head_rev().await, head + 3, "a restored contact, and once each");
    office.pull(&mut device).await;
    for device in [device, office.caught_up(office.boss).await] {
        assert!(device.holds(customer) && device.holds(kept) && device.holds(restored) && !device.holds(gone));
        let photos: Vec<bool> =
            [on_gone, on_kept, on_customer, binned].map(|id| device.holds(Id::<Attachment>::new(id))).into();
        assert_eq!(photos, [false, true, true, false]);
        let about: Vec<_> = device.all::<domain::conflict::Conflict>().into_iter().map(|it| it.about.id).collect();
        assert_eq!(about, [kept.uuid()]);
    }
}

pub async fn what_arrives_late_lies_in_the_bin_for_thirty_days<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let (id, binned) = (office.customer_of(office.north).await, office.customer_of(office.north).await);
    let contact = office.contact_of(id).await;
    let mut boss = office.caught_up(office.boss).await;
    let entries = [
        office.entry(&mut boss, ContactBin { id: contact, binned: true }),
        office.entry(&mut boss, CustomerBin { id: binned, binned: true }),
    ];
    office.advance(40 * DAY);
    let outcomes = office.answered(&boss, &entries).await;
    assert!(outcomes.iter().all(|outcome| outcome.verdict == Verdict::Applied));
    let there = async || {
        purge_binned(&office.store, &office.clock).await.expect("the store");
        (office.stored(contact).await.is_some(), office.stored(binned).await.is_some())
    };
    assert_eq!(there().await, (true, true));
    office.advance(29 * DAY);
    assert_eq!(there().await, (true, true));
    office.advance(3 * DAY);
    assert_eq!(there().await, (false, false));
}

pub async fn a_contact_whom_a_record_names_is_not_purged<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let customer = office.customer_of(office.north).await;
    let [met, next, free]: [ContactId; 3] =
        [office.contact_of(customer).await, office.contact_of(customer).await, office.contact_of(customer).await];
    let mut visit = office.visit(customer, office.north);
    visit.record.met = vec![met];
    let record = visit.record.id;
    office.system(visit).await;
    let action = NextAction {
        id: Id::new(office.id()),
        customer,
        contact: Some(next),
        due: day_of(office.now()),
        time: None,
        what: "報價".into(),
        assignee: office.north,
        done: None,
        deleted_at: None,
        unknown: Default::default(),
    };
    let id = action.id;
    office.system(NextActionAdd { action }).await;
    for id in [met, next, free] {
        office.system(ContactBin { id, binned: true }).await;
    }
    office.advance(32 * DAY);
    let left = async || {
        let head = office.head_rev().await;
        purge_binned(&office.store, &office.clock).await.expect("the store");
        let mut left = Vec::new();
        for contact in [met, next, free] {
            left.push(office.stored(contact).await.is_some());
        }
        (left, office.head_rev().await - head)
    };
    assert_eq!(left().await, (vec![true, true, false], 1));
    assert_eq!(left().await, (vec![true, true, false], 0), "nothing is noted of those who stay");
    office.system(NextActionFinish { id, done: true }).await;
    assert_eq!(left().await, (vec![true, false, false], 1));
    office.system(ContactRecordBin { id: record, binned: true }).await;
    assert_eq!(left().await, (vec![false, false, false], 1));
}

pub async fn what_cannot_be_read_keeps_nothing_else_in_the_bin<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let [stuck, gone, around] = [
        office.customer_of(office.north).await,
        office.customer_of(office.north).await,
        office.customer_of(office.north).await,
    ];
    let [broken, other]: [ContactId; 2] = [office.contact_of(around).await, office.contact_of(around).await];
    let [below, beside] = [office.id(), office.id()];
    for (id, customer) in [(below, stuck), (beside, around)] {
        let on = RecordKey::new(Kind::Customer, customer.uuid());
        office.system(photo(id, customer, on, office.north)).await;
    }
    for id in [broken, other] {
        office.system(ContactBin { id, binned: true }).await;
    }
    for id in [stuck, gone] {
        office.system(CustomerBin { id, binned: true }).await;
    }
    let unreadable = [
        RecordKey::new(Kind::Attachment, below),
        RecordKey::new(Kind::Attachment, beside),
        RecordKey::new(Kind::Contact, broken.uuid()),
    ];
    let mut tx = office.store.write().await.expect("a transaction");
    let head = tx.head().await.expect("a head").rev;
    let rows = tx.rows(&unreadable).await.expect("rows").into_iter();
    let records = rows.map(|row| {
        let facts = row.key.kind.facts(&row.body).expect("facts");
        Written { key: row.key, existed: true, state: Some((Row { body: "{}".into(), ..row }, facts)) }
    });
    tx.write(&Batch { records: records.collect(), head, ..Batch::default() }).await.expect("written");
    tx.commit().await.expect("kept");
    office.advance(32 * DAY);
    let unpurged = purge_binned(&office.store, &office.clock).await.expect("the store");
    let stay: Vec<_> = unpurged.into_iter().map(|(key, _)| key).collect();
    assert_eq!(stay, [RecordKey::new(Kind::Customer, stuck.uuid()), RecordKey::new(Kind::Contact, broken.uuid())]);
    assert!(office.stored(stuck).await.is_some());
    assert!(office.stored(gone).await.is_none() && office.stored(other).await.is_none());
}

pub async fn what_was_restored_in_time_is_not_purged<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.north).await;
    office.system(CustomerBin { id, binned: true }).await;
    office.advance(20 * DAY);
    office.system(CustomerBin { id, binned: false }).await;
    office.advance(20 * DAY);
    purge_binned(&office.store, &office.clock).await.expect("nothing to purge");
    let device = office.caught_up(office.north).await;
    assert!(device.holds(id));
}
