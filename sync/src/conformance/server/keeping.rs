//! Cases for the store by itself: transactions, what is loaded, the journal and its before-images.

use domain::{
    customer::{Customer, CustomerCreate, CustomerMerge},
    exchange::{ExportNote, Format},
    kind::{Group, Kind, RecordKey},
    record::{Facts, LookupKey},
    user::User,
    view::{Loaded, Need, Row, Slot},
};
use uuid::Uuid;

use super::support::{DAY, Office, day_of, renamed};
use crate::{
    protocol::Verdict,
    server::{Batch, ClientRow, ReadTx, ServerStore, WriteTx, Written, replay},
};

pub async fn what_is_not_committed_leaves_nothing<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let before = office.head_rev().await;
    let client = office.id();
    let row = ClientRow { id: client, user: office.north, expected: 9, unsent: 0, last_contact: 0 };
    let (key, row_of) = (RecordKey::new(Kind::Customer, office.id()), bare(&office));
    let written = Written { key, existed: false, state: Some(row_of(key)) };
    let mut tx = office.store.write().await.expect("a transaction");
    let batch = Batch { client: Some(row), records: vec![written], head: before + 5, ..Batch::default() };
    tx.write(&batch).await.expect("written");
    tx.prune(before).await.expect("pruned");
    drop(tx); // the server is gone before it commits
    let mut tx = office.store.read().await.expect("a snapshot");
    let head = tx.head().await.expect("a head");
    assert_eq!((head.rev, head.pruned), (before, 0));
    assert_eq!((tx.client(client).await, tx.rows(&[key]).await), (Ok(None), Ok(vec![])));
    drop(tx);
    // And the lock is free again.
    office.customer_of(office.north).await;
}

/// Makes rows of customers without going through a rule.
fn bare<S: ServerStore>(office: &Office<S>) -> impl Fn(RecordKey) -> (Row, Facts) {
    let customer = office.customer(office.north);
    move |key| {
        let facts = Facts::of(&Customer { id: key.id.into(), ..customer.clone() });
        (Row { key, group: facts.group, rev: 1, body: "{}".into() }, facts)
    }
}

pub async fn a_snapshot_stays_as_it_was<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.north).await;
    let key = RecordKey::new(Kind::Customer, id.uuid());
    let mut tx = office.store.read().await.expect("a snapshot");
    let (head, rows) = (tx.head().await, tx.rows(&[key]).await);
    office.system(renamed(id, "鼎盛", "鼎新")).await;
    assert_eq!((tx.head().await, tx.rows(&[key]).await), (head, rows));
    drop(tx);
    assert_eq!(office.stored(id).await.map(|customer: Customer| customer.name).as_deref(), Some("鼎新"));
}

pub async fn a_head_never_falls<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let before = office.head_rev().await;
    for head in [before + 4, before] {
        let mut tx = office.store.write().await.expect("a transaction");
        tx.write(&Batch { head, ..Batch::default() }).await.expect("written");
        tx.commit().await.expect("committed");
    }
    assert_eq!(office.head_rev().await, before + 4);
}

pub async fn what_is_loaded_says_what_is_absent<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.north).await;
    let (here, absent) = (RecordKey::new(Kind::Customer, id.uuid()), RecordKey::new(Kind::Customer, office.id()));
    // The same id under another kind is another record.
    let other_kind = RecordKey::new(Kind::Contact, id.uuid());
    let (known, unknown) = (User::sign_in_key("North"), User::sign_in_key("nobody"));
    let children = Need::Children { kind: Kind::Customer, parent: RecordKey::new(Kind::User, office.north.uuid()) };
    let none = Need::Children { kind: Kind::Contact, parent: absent };
    let needs = [
        Need::Record(here),
        Need::Record(absent),
        Need::Record(other_kind),
        Need::Holder(known.clone()),
        Need::Holder(unknown.clone()),
        children,
        none,
    ];
    let mut loaded = Loaded::default();
    office.store.read().await.expect("a snapshot").load(&needs, &mut loaded).await.expect("loaded");
    assert!(matches!(&loaded.records[&here], Slot::Here(row) if row.rev == 8 && row.group == Customer::group_of(id)));
    assert!(matches!((&loaded.records[&absent], &loaded.records[&other_kind]), (Slot::Absent, Slot::Absent)));
    assert_eq!((loaded.holders[&known], loaded.holders[&unknown]), (Some(office.north.uuid()), None));
    assert_eq!(loaded.children[&(Kind::Customer, RecordKey::new(Kind::User, office.north.uuid()))], [id.uuid()].into());
    assert!(loaded.children[&(Kind::Contact, absent)].is_empty());
}

pub async fn references_follow_the_newest_state<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.north).await;
    office.assign(id, office.south).await;
    let owned = async |user: domain::user::UserId| {
        let (parent, mut loaded) = (RecordKey::new(Kind::User, user.uuid()), Loaded::default());
        let need = Need::Children { kind: Kind::Customer, parent };
        office.store.read().await.expect("a snapshot").load(&[need], &mut loaded).await.expect("loaded");
        loaded.children.into_values().next().expect("an answer").len()
    };
    assert_eq!((owned(office.north).await, owned(office.south).await), (0, 1));
}

pub async fn a_purged_record_is_gone_with_its_keys<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let key = RecordKey::new(Kind::User, office.south.uuid());
    let sign_in = User::sign_in_key("south");
    let mut tx = office.store.write().await.expect("a transaction");
    let written = Written { key, existed: true, state: None };
    tx.write(&Batch { records: vec![written], ..Batch::default() }).await.expect("written");
    tx.commit().await.expect("committed");
    let mut loaded = Loaded::default();
    let mut tx = office.store.read().await.expect("a snapshot");
    tx.load(&[Need::Record(key), Need::Holder(sign_in.clone())], &mut loaded).await.expect("loaded");
    assert!(matches!(loaded.records[&key], Slot::Absent));
    assert_eq!(loaded.holders[&sign_in], None);
}

pub async fn of_two_holders_the_smaller_id_is_named<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let key = LookupKey::new(Kind::Customer, "tax", "0001");
    let (ids, row) = ([7_u128, 3, 5].map(|n| Uuid::from_u128(n << 70)), bare(&office));
    let records = ids.iter().map(|id| {
        let key_of = RecordKey::new(Kind::Customer, *id);
        let (row, facts) = row(key_of);
        Written { key: key_of, existed: false, state: Some((row, Facts { keys: vec![key.clone()], ..facts })) }
    });
    let mut tx = office.store.write().await.expect("a transaction");
    tx.write(&Batch { records: records.collect(), ..Batch::default() }).await.expect("written");
    tx.commit().await.expect("committed");
    let mut loaded = Loaded::default();
    office
        .store
        .read()
        .await
        .expect("a snapshot")
        .load(&[Need::Holder(key.clone())], &mut loaded)
        .await
        .expect("loaded");
    assert_eq!(loaded.holders[&key], Some(ids[1]));
}

pub async fn more_is_asked_and_written_than_one_statement_takes<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let row = bare(&office);
    let keys: Vec<RecordKey> =
        (0..33_000_u128).map(|n| RecordKey::new(Kind::Customer, Uuid::from_u128(n << 64 | 5))).collect();
    let written = keys.iter().map(|key| Written { key: *key, existed: false, state: Some(row(*key)) });
    let mut tx = office.store.write().await.expect("a transaction");
    tx.write(&Batch { records: written.collect(), ..Batch::default() }).await.expect("written");
    tx.commit().await.expect("committed");
    let mut tx = office.store.read().await.expect("a snapshot");
    let mut found: Vec<RecordKey> = tx.rows(&keys).await.expect("rows").iter().map(|row| row.key).collect();
    found.sort_unstable();
    assert!(found == keys);
    let groups: Vec<Group> = keys.iter().map(|key| Group::Of(*key)).collect();
    assert_eq!(tx.members(&groups).await, Ok(vec![]));
    let ids: Vec<Uuid> = keys.iter().map(|key| key.id).collect();
    assert_eq!(tx.answered(&ids).await, Ok(vec![]));
}

pub async fn an_answered_entry_is_found_by_its_id<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut device = office.device(office.north);
    let entry = office.entry(&mut device, CustomerCreate { customer: office.customer(office.north) });
    let outcome = office.answered(&device, std::slice::from_ref(&entry)).await.remove(0);
    let mut found =
        office.store.read().await.expect("a snapshot").answered(&[entry.id, office.id()]).await.expect("answers");
    let answered = found.pop().expect("one");
    assert!(found.is_empty());
    assert_eq!((answered.id, answered.rev, &answered.hash), (entry.id, outcome.rev, &entry.hash()));
    assert_eq!((answered.author, answered.client), (Some(office.north), Some(device.client)));
    assert_eq!(answered.verdict, Verdict::Applied);
}

pub async fn the_journal_keeps_an_entry_as_it_came<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut device = office.device(office.north);
    device.seen = 4;
    let entry = office.entry(&mut device, CustomerCreate { customer: office.customer(office.north) });
    office.advance(DAY);
    office.answered(&device, std::slice::from_ref(&entry)).await;
    let line = office.last_line().await;
    let told = |entry: &crate::protocol::Entry| serde_json::to_string(entry).expect("JSON");
    assert_eq!(told(&line.entry), told(&entry));
    assert_eq!((line.rev, line.arrived), (office.head_rev().await, office.now()));
    let mut tx = office.store.read().await.expect("a snapshot");
    assert_eq!(tx.mark(line.rev).await, Ok(Some(line.mark)));
    assert_eq!(tx.arrived(line.rev).await, Ok(Some(line.arrived)));
}

pub async fn the_journal_is_read_in_stretches<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let whole: Vec<u64> = office.journal().await.iter().map(|row| row.rev).collect();
    let (mut after, mut revs) = (0, Vec::new());
    loop {
        let rows = office.store.read().await.expect("a snapshot").journal(after, 3).await.expect("a journal");
        let Some(last) = rows.last() else { break };
        assert!(rows.len() <= 3);
        after = last.rev;
        revs.extend(rows.iter().map(|row| row.rev));
    }
    assert_eq!(revs, whole);
}

pub async fn the_journal_keeps_what_was_there_before<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.north).await;
    let key = RecordKey::new(Kind::Customer, id.uuid());
    assert_eq!(office.last_line().await.before, [(key, None)]);
    let row = office.store.read().await.expect("a snapshot").rows(&[key]).await.expect("rows").remove(0);
    office.system(renamed(id, "鼎盛", "鼎新")).await;
    assert_eq!(office.last_line().await.before, [(key, Some(row))]);
}

pub async fn an_entry_that_changes_nothing_has_no_images<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.north).await;
    let rev = office.head_rev().await;
    let mut device = office.device(office.north);
    office.done(&mut device, renamed(id, "鼎盛", "鼎盛")).await;
    assert!(office.last_line().await.before.is_empty());
    let key = RecordKey::new(Kind::Customer, id.uuid());
    let row = office.store.read().await.expect("a snapshot").rows(&[key]).await.expect("rows").remove(0);
    assert_eq!((row.rev, office.head_rev().await), (rev, rev + 1));
}

pub async fn two_changes_in_one_push_have_two_images<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let id = office.customer_of(office.north).await;
    let mut device = office.device(office.north);
    let entries =
        [office.entry(&mut device, renamed(id, "鼎盛", "甲")), office.entry(&mut device, renamed(id, "甲", "乙"))];
    office.answered(&device, &entries).await;
    let journal = office.journal().await;
    let names: Vec<String> = journal[journal.len() - 2..]
        .iter()
        .filter_map(|row| row.before[0].1.as_ref())
        .map(|row| serde_json::from_str::<Customer>(&row.body).expect("a customer").name)
        .collect();
    assert_eq!(names, ["鼎盛", "甲"]);
}

pub async fn the_journal_carried_out_again_gives_the_same_state<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let (one, other) = (office.customer_of(office.north).await, office.customer_of(office.south).await);
    office.contact_of(other).await;
    let mut north = office.caught_up(office.north).await;
    office.assign(one, office.south).await;
    office.act(&mut north, renamed(one, "鼎盛", "鼎新")).await;
    office.act(&mut north, office.visit(one, office.north)).await;
    let mut boss = office.device(office.boss);
    let merge = CustomerMerge { survivor: one, dead: other, take: vec![], keep_owner: true };
    office.done(&mut boss, merge).await;
    let journal = office.journal().await;

    let again = office.elsewhere(fresh().await);
    replay(&again.store, &journal, day_of).await.expect("replayed");
    assert_eq!(again.head_rev().await, office.head_rev().await);
    for user in [office.boss, office.head, office.south] {
        assert_eq!(again.caught_up(user).await.base, office.caught_up(user).await.base);
    }
    let (theirs, ours) = (again.journal().await, office.journal().await);
    for (theirs, ours) in theirs.iter().zip(&ours) {
        assert_eq!((theirs.mark, &theirs.verdict, &theirs.before), (ours.mark, &ours.verdict, &ours.before));
    }
}

pub async fn an_export_changes_nothing_but_the_journal<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut device = office.device(office.north);
    let before = office.head_rev().await;
    let (words, query) = ("鼎盛".into(), "level=A".into());
    let note = ExportNote { kind: Kind::Customer, rows: 3, format: Format::Workbook, words, query };
    assert_eq!(office.act(&mut device, note).await, Verdict::Applied);
    let line = office.last_line().await;
    assert_eq!((line.rev, line.entry.name.as_str(), line.author), (before + 1, "export_note", Some(office.north)));
    assert!(line.before.is_empty());
}
