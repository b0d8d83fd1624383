//! What the server does by itself.

use std::collections::{BTreeMap, BTreeSet, btree_map};

use chrono::NaiveDate;
use domain::{
    customer::{Customer, CustomerId, CustomerPurge, CustomerSharesExpire},
    id::derived_uuid,
    kind::{Kind, RecordKey},
    mutation::Action,
    quarantine::accepted_id,
    record::BodyError,
    recycle_bin::{NAMING, RecordPurge, contacts_named, purge_day},
    refusal::Refusal,
    user::UserId,
    view::{Loaded, Need, Row},
};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::{
    Clock, MEMBERS_KEPT_MS, PRUNED_AT_ONCE, Session,
    store::{JournalRow, ReadTx, ServerStore, StoreError, WriteTx},
    work::{Origin, Work},
};
use crate::protocol::{Entry, Verdict};

/// Carries actions out in the server's own name, in one transaction; all or none.
///
/// # Errors
/// The database is away. The inner error is the first refusal.
pub async fn apply_as_system<S: ServerStore>(
    store: &S,
    actions: &[(Uuid, Action)],
    clock: &dyn Clock,
) -> Result<Result<(), Refusal>, StoreError> {
    let mut tx = store.write().await?;
    let work = Work::open_as_system(&mut tx).await?;
    carry_out(tx, work, actions, clock).await
}

/// Carries actions out in a person's name and with their rights, in one transaction; all or none. For the
/// forms that need the network. What was carried out before, by its id, is not done again.
///
/// # Errors
/// The database is away. The inner error is the first refusal.
pub async fn apply_as<S: ServerStore>(
    store: &S,
    user: UserId,
    actions: &[(Uuid, Action)],
    clock: &dyn Clock,
) -> Result<Result<(), Refusal>, StoreError> {
    let mut tx = store.write().await?;
    let ids: Vec<Uuid> = actions.iter().map(|(id, _)| *id).collect();
    let known: Vec<Uuid> = tx.answered(&ids).await?.into_iter().map(|answered| answered.id).collect();
    let fresh: Vec<(Uuid, Action)> = actions.iter().filter(|(id, _)| !known.contains(id)).cloned().collect();
    let session = Session { organisation: Uuid::nil(), user };
    let work = Work::open(&mut tx, &session).await?;
    carry_out(tx, work, &fresh, clock).await
}

pub(super) async fn carry_out<T: WriteTx>(
    mut tx: T,
    mut work: Work,
    actions: &[(Uuid, Action)],
    clock: &dyn Clock,
) -> Result<Result<(), Refusal>, StoreError> {
    let (now, today) = (clock.now(), clock.today());
    for (id, action) in actions {
        let entry = own_entry(*id, action, now, today, work.rev)?;
        let origin = Origin { client: None, arrived: now, today };
        let outcome = work.take(&mut tx, &entry, Ok(action.clone()), &origin).await?;
        if let Verdict::Refused(refusal) = outcome.verdict {
            return Ok(Err(refusal));
        }
    }
    tx.write(&work.into_batch(None)).await?;
    tx.commit().await?;
    Ok(Ok(()))
}

fn own_entry(id: Uuid, action: &Action, now: i64, today: NaiveDate, seen: u64) -> Result<Entry, StoreError> {
    let fatal = |e: serde_json::Error| StoreError::Fatal(e.to_string());
    Ok(Entry {
        id,
        n: 0,
        name: action.name().to_owned(),
        v: action.version(),
        args: RawValue::from_string(action.args().map_err(fatal)?).map_err(fatal)?,
        happened: now,
        happened_raw: now,
        business_date: today,
        seen,
        about: String::new(),
    })
}

/// Ends the shares whose last day is over. Runs at midnight and before each pull.
///
/// # Errors
/// The database is away.
pub async fn expire_shares<S: ServerStore>(store: &S, clock: &dyn Clock) -> Result<(), StoreError> {
    let today = clock.today();
    let (due, head) = {
        let mut tx = store.read().await?;
        let ended =
            |customer: &Customer| customer.collaborators.iter().any(|c| c.until.is_some_and(|until| until < today));
        (due_customers(&mut tx, today, ended).await?, tx.head().await?)
    };
    // Two histories must not give the same id at the same revision, or a cursor's mark tells nothing.
    let moment = format!("shares_expire:{today}:{}:{}", head.rev, clock.now());
    let customers: Vec<(Uuid, Action)> = due
        .into_iter()
        .map(|id| {
            let key = RecordKey::new(Kind::Customer, id.uuid());
            let entry = derived_uuid(derived_uuid(head.incarnation, &moment), &key.to_string());
            (entry, CustomerSharesExpire { id }.into())
        })
        .collect();
    for chunk in customers.chunks(100) {
        if let Err(refusal) = apply_as_system(store, chunk, clock).await? {
            return Err(StoreError::Fatal(refusal.to_string()));
        }
    }
    Ok(())
}

/// Returns the customers that are due and of which something holds.
async fn due_customers<T: ReadTx>(
    tx: &mut T,
    today: NaiveDate,
    holds: impl Fn(&Customer) -> bool,
) -> Result<Vec<CustomerId>, StoreError> {
    let due: Vec<RecordKey> = tx.due(today).await?.into_iter().filter(|key| key.kind == Kind::Customer).collect();
    if due.is_empty() {
        return Ok(Vec::new());
    }
    let rows = tx.rows(&due).await?;
    let customers = rows.iter().filter_map(|row| BodyError::parse::<Customer>(&row.body).ok());
    Ok(customers.filter(|customer| holds(customer)).map(|customer| customer.id).collect())
}

/// What stays in the recycle bin against a purge, and why.
pub type Unpurged = (RecordKey, Refusal);

/// Purges what has lain in the recycle bin for 30 days: customers, each in a transaction of its own, then records that
/// were put there by themselves. Runs now and then. What is refused, because this build cannot read it or what hangs
/// on it, stays and is returned; it keeps nothing else.
///
/// # Errors
/// The database is away.
pub async fn purge_binned<S: ServerStore>(store: &S, clock: &dyn Clock) -> Result<Vec<Unpurged>, StoreError> {
    let today = clock.today();
    let (customers, head) = {
        let mut tx = store.read().await?;
        let due = binned_long_ago(&mut tx, today, &[Kind::Customer]).await?;
        (due.iter().map(|row| row.key).collect::<Vec<_>>(), tx.head().await?)
    };
    // Two histories must not give the same id at the same revision, or a cursor's mark tells nothing.
    let moment = derived_uuid(head.incarnation, &format!("purge:{today}:{}:{}", head.rev, clock.now()));
    let mut unpurged = purge(store, clock, moment, &customers, 1).await?;
    // What went with its customer is no longer due.
    let records = {
        let mut tx = store.read().await?;
        let due = binned_long_ago(&mut tx, today, &RecordPurge::KINDS).await?;
        nowhere_named(&mut tx, due).await?
    };
    unpurged.extend(purge(store, clock, moment, &records, 100).await?);
    Ok(unpurged)
}

/// Purges records, so many in a transaction; returns what was refused.
async fn purge<S: ServerStore>(
    store: &S,
    clock: &dyn Clock,
    moment: Uuid,
    keys: &[RecordKey],
    at_once: usize,
) -> Result<Vec<Unpurged>, StoreError> {
    let entry = |key: &RecordKey| {
        let action: Action = match key.kind {
            Kind::Customer => CustomerPurge { id: key.id.into() }.into(),
            _ => RecordPurge { record: *key }.into(),
        };
        (derived_uuid(moment, &key.to_string()), action)
    };
    let mut unpurged = Vec::new();
    for some in keys.chunks(at_once) {
        let actions: Vec<(Uuid, Action)> = some.iter().map(entry).collect();
        if apply_as_system(store, &actions, clock).await?.is_ok() {
            continue;
        }
        // One of them is refused: the others go by themselves.
        for (key, action) in some.iter().zip(actions) {
            if let Err(refusal) = apply_as_system(store, &[action], clock).await? {
                unpurged.push((*key, refusal));
            }
        }
    }
    Ok(unpurged)
}

/// Returns the records of kinds that have lain in the recycle bin for 30 days, also by the server's own time: what was
/// put there offline may arrive weeks later, and nobody else could have taken it out again before.
async fn binned_long_ago<T: ReadTx>(tx: &mut T, today: NaiveDate, kinds: &[Kind]) -> Result<Vec<Row>, StoreError> {
    let due: Vec<RecordKey> = tx.due(today).await?.into_iter().filter(|key| kinds.contains(&key.kind)).collect();
    if due.is_empty() {
        return Ok(Vec::new());
    }
    let mut binned = Vec::new();
    for row in tx.rows(&due).await? {
        let lies_there = match row.key.kind {
            // It may be due for a share that ends.
            Kind::Customer => BodyError::parse::<Customer>(&row.body)
                .is_ok_and(|customer| customer.purge_day().is_some_and(|day| day <= today)),
            // What cannot be read is tried, and said to be refused.
            _ => true,
        };
        let came = tx.arrived(row.rev).await?;
        if lies_there && came.and_then(purge_day).is_none_or(|day| day <= today) {
            binned.push(row);
        }
    }
    Ok(binned)
}

/// Leaves out the contacts whom a record of their customer still names.
async fn nowhere_named<T: ReadTx>(tx: &mut T, rows: Vec<Row>) -> Result<Vec<RecordKey>, StoreError> {
    let mut named: BTreeMap<RecordKey, BTreeSet<Uuid>> = BTreeMap::new();
    let mut keys = Vec::new();
    for row in rows {
        let contact = row.key.kind.facts(&row.body).ok().filter(|_| row.key.kind == Kind::Contact);
        let mut kept = false;
        for customer in contact.into_iter().flat_map(|facts| facts.references) {
            let below = match named.entry(customer) {
                btree_map::Entry::Occupied(known) => known.into_mut(),
                btree_map::Entry::Vacant(unknown) => unknown.insert(named_below(tx, customer).await?),
            };
            kept |= below.contains(&row.key.id);
        }
        if !kept {
            keys.push(row.key);
        }
    }
    Ok(keys)
}

/// Returns the contacts whom the records of a customer name.
async fn named_below<T: ReadTx>(tx: &mut T, customer: RecordKey) -> Result<BTreeSet<Uuid>, StoreError> {
    let mut loaded = Loaded::default();
    tx.load(&NAMING.map(|kind| Need::Children { kind, parent: customer }), &mut loaded).await?;
    let children = loaded.children.iter();
    let keys = children.flat_map(|((kind, _), ids)| ids.iter().map(|id| RecordKey::new(*kind, *id)));
    let keys: Vec<RecordKey> = keys.collect();
    let rows = tx.rows(&keys).await?;
    Ok(rows.iter().flat_map(|row| contacts_named(row.key.kind, &row.body)).map(|contact| contact.uuid()).collect())
}

/// Forgets who had which sight, and what moved where, more than 180 days ago; a device that was last here
/// before that starts its feed over. Runs now and then; each time a stretch of history, so that nobody
/// waits long for the lock.
///
/// # Errors
/// The database is away.
pub async fn prune<S: ServerStore>(store: &S, clock: &dyn Clock) -> Result<(), StoreError> {
    let before = clock.now() - MEMBERS_KEPT_MS;
    let mut tx = store.read().await?;
    let head = tx.head().await?;
    // The newest revision that is old enough lies in `old..young`.
    let (mut old, mut young) = (head.pruned, head.rev.min(head.pruned + PRUNED_AT_ONCE) + 1);
    while young - old > 1 {
        let middle = old.midpoint(young);
        match tx.arrived(middle).await? {
            Some(arrived) if arrived >= before => young = middle,
            _ => old = middle,
        }
    }
    drop(tx);
    if old == head.pruned {
        return Ok(());
    }
    let mut tx = store.write().await?;
    tx.prune(old).await?;
    tx.commit().await
}

/// Carries a journal out again, entry by entry, in the names and at the times that it says. What comes
/// out is what the journal's server holds: the proof that the journal is complete.
///
/// # Errors
/// The database is away, or an entry ends otherwise than the journal says.
pub async fn replay<S: ServerStore>(
    store: &S,
    journal: &[JournalRow],
    day_of: impl Fn(i64) -> NaiveDate,
) -> Result<(), StoreError> {
    for row in journal {
        let mut tx = store.write().await?;
        let mut work = match row.author {
            Some(user) => {
                let session = Session { organisation: Uuid::nil(), user };
                Work::open(&mut tx, &session).await?
            }
            None => Work::open_as_system(&mut tx).await?,
        };
        work.look_into_quarantine(tx.answered(&[accepted_id(row.entry.id)]).await?);
        let action = Action::decode(&row.entry.name, row.entry.v, row.entry.args.get());
        let action = action.map_err(|_| Refusal::BadArguments);
        let origin = Origin { client: row.client, arrived: row.arrived, today: day_of(row.arrived) };
        let outcome = work.take(&mut tx, &row.entry, action, &origin).await?;
        if outcome.verdict != row.verdict || outcome.rev != row.rev {
            return Err(StoreError::Fatal(format!("entry {} ended otherwise: {outcome:?}", row.entry.id)));
        }
        tx.write(&work.into_batch(None)).await?;
        tx.commit().await?;
    }
    Ok(())
}
