//! The night in which customers fall back into their pools.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use domain::{
    contact_record::ContactRecord,
    customer::{Customer, CustomerId},
    id::derived_uuid,
    kind::{Kind, RecordKey},
    mutation::Action,
    next_action::NextAction,
    pool::{CustomerRecycle, DaysLeft, Held, Pool, days_left, fits},
    record::{BodyError, Record},
    stamp::created_at,
    user::UserId,
    view::{Loaded, Need},
};
use uuid::Uuid;

use super::{
    Clock,
    house::apply_as_system,
    store::{ReadTx, ServerStore, StoreError},
};

/// How many customers are read at once, and how many fall in one transaction.
const READ_AT_ONCE: usize = 500;
const FALL_AT_ONCE: usize = 100;
/// A device from which nothing has come for so long has been replaced, and nobody waits for it; days.
const REPLACED_DAYS: i64 = 60;

/// Lets customers fall back into their pools whom a rule takes today. One whose owner's devices may hold entries of before
/// the deadline waits for so many days as the pool says. Runs now and then; a second time on one day finds nothing.
///
/// # Errors
/// The database is away.
pub async fn recycle<S: ServerStore>(store: &S, clock: &dyn Clock) -> Result<(), StoreError> {
    let (due, head) = {
        let mut tx = store.read().await?;
        (due(&mut tx, clock).await?, tx.head().await?)
    };
    // Two histories must not give the same id at the same revision, or a cursor's mark tells nothing.
    let moment = derived_uuid(head.incarnation, &format!("recycle:{}:{}", head.rev, clock.now()));
    let entry = |action: CustomerRecycle| -> (Uuid, Action) {
        (derived_uuid(moment, &action.customer.to_string()), action.into())
    };
    let entries: Vec<(Uuid, Action)> = due.into_iter().map(entry).collect();
    let mut refused = None;
    for chunk in entries.chunks(FALL_AT_ONCE) {
        if apply_as_system(store, chunk, clock).await?.is_ok() {
            continue;
        }
        // One that cannot be carried out must not keep the others.
        for one in chunk {
            if let Err(refusal) = apply_as_system(store, std::slice::from_ref(one), clock).await? {
                refused.get_or_insert(refusal);
            }
        }
    }
    refused.map_or(Ok(()), |refusal| Err(StoreError::Fatal(refusal.to_string())))
}

/// Returns what has to be done today.
async fn due<T: ReadTx>(tx: &mut T, clock: &dyn Clock) -> Result<Vec<CustomerRecycle>, StoreError> {
    let today = clock.today();
    let keys: Vec<RecordKey> = tx.due(today).await?.into_iter().filter(|key| key.kind == Kind::Pool).collect();
    let pools: Vec<Pool> = read(tx, &keys).await?;
    let mut owners: BTreeMap<UserId, Vec<&Pool>> = BTreeMap::new();
    for pool in &pools {
        for owner in pool.members.iter().filter(|owner| fits(pool, **owner)) {
            owners.entry(*owner).or_default().push(pool);
        }
    }
    let mut due = Vec::new();
    for (owner, pools) in owners {
        let devices = tx.clients_of(owner).await?;
        let owned = children(tx, Kind::Customer, RecordKey::new(Kind::User, owner.uuid())).await?;
        for some in owned.chunks(READ_AT_ONCE) {
            for customer in read::<Customer, T>(tx, some).await? {
                let Some((left, mut action)) = look(tx, &customer, owner, &pools, clock).await? else { continue };
                // A rule of today, or a lock that was ended, lies in the past already: its first day is when it was found.
                let deadline = left.day.max(customer.recycle_since.unwrap_or(today));
                action.wait = devices.iter().any(|device| {
                    let last = clock.day_of(device.last_contact);
                    (device.unsent > 0 || last < deadline) && (today - last).num_days() <= REPLACED_DAYS
                });
                let noted = customer.recycle_since.filter(|since| today < last_day(*since, &pools, left));
                if left.days > 0 || !action.wait || noted.is_none() {
                    due.push(action);
                }
            }
        }
    }
    Ok(due)
}

/// The day on which a customer that waits falls whatever its owner's devices hold.
fn last_day(since: NaiveDate, pools: &[&Pool], left: DaysLeft) -> NaiveDate {
    let days = pools.iter().find(|pool| pool.id == left.pool).map_or(0, |pool| pool.wait_days);
    since.checked_add_days(Days::new(days.into())).unwrap_or(NaiveDate::MAX)
}

/// Looks at one customer: `None` if it neither falls nor waits.
async fn look<T: ReadTx>(
    tx: &mut T,
    customer: &Customer,
    owner: UserId,
    pools: &[&Pool],
    clock: &dyn Clock,
) -> Result<Option<(DaysLeft, CustomerRecycle)>, StoreError> {
    let today = clock.today();
    let waits = customer.recycle_since.is_some();
    if customer.deleted() || customer.merged_into.is_some() {
        return Ok(None);
    }
    let received = customer.received_on.or_else(|| created_at(customer.id.uuid()).map(|at| clock.day_of(at)));
    // A contact only puts it off: what is not due without one needs no second look.
    let left = days_left(&Held::of(customer, received, None, None), pools.iter().copied(), today);
    if !waits && left.is_none_or(|left| left.days > 0) {
        return Ok(None);
    }
    let last = last_contact(tx, customer.id).await?.map(|at| (at, clock.day_of(at)));
    let planned = planned(tx, customer.id, pools).await?;
    let held = Held::of(customer, received, last.map(|(_, day)| day), planned);
    let left = days_left(&held, pools.iter().copied(), today).or_else(|| never(pools, waits));
    let Some(left) = left else { return Ok(None) };
    if !waits && left.days > 0 {
        return Ok(None);
    }
    let action =
        CustomerRecycle { customer: customer.id, pool: left.pool, owner, received, last_contact: last, wait: false };
    Ok(Some((left, action)))
}

/// What waited and is taken by no rule any more.
fn never(pools: &[&Pool], waits: bool) -> Option<DaysLeft> {
    let pool = pools.first().filter(|_| waits)?;
    Some(DaysLeft { days: i64::MAX, day: NaiveDate::MAX, pool: pool.id })
}

async fn last_contact<T: ReadTx>(tx: &mut T, customer: CustomerId) -> Result<Option<i64>, StoreError> {
    let keys = children(tx, Kind::ContactRecord, RecordKey::new(Kind::Customer, customer.uuid())).await?;
    let records: Vec<ContactRecord> = read(tx, &keys).await?;
    Ok(records.iter().filter(|record| !record.deleted()).map(|record| record.happened_at).max())
}

async fn planned<T: ReadTx>(
    tx: &mut T,
    customer: CustomerId,
    pools: &[&Pool],
) -> Result<Option<NaiveDate>, StoreError> {
    if !pools.iter().flat_map(|pool| &pool.rules).any(|rule| rule.spare_planned) {
        return Ok(None);
    }
    let keys = children(tx, Kind::NextAction, RecordKey::new(Kind::Customer, customer.uuid())).await?;
    let actions: Vec<NextAction> = read(tx, &keys).await?;
    let open = actions.iter().filter(|action| action.done.is_none() && !action.deleted());
    Ok(open.map(|action| action.due).max())
}

async fn children<T: ReadTx>(tx: &mut T, kind: Kind, parent: RecordKey) -> Result<Vec<RecordKey>, StoreError> {
    let mut loaded = Loaded::default();
    tx.load(&[Need::Children { kind, parent }], &mut loaded).await?;
    let ids = loaded.children.into_values().flatten();
    Ok(ids.map(|id| RecordKey::new(kind, id)).collect())
}

/// Reads records; one that this build cannot read stays as it is.
async fn read<R: Record, T: ReadTx>(tx: &mut T, keys: &[RecordKey]) -> Result<Vec<R>, StoreError> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let rows = tx.rows(keys).await?;
    Ok(rows.iter().filter_map(|row| BodyError::parse(&row.body).ok()).collect())
}
