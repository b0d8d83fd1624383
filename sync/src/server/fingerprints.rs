//! The company's fingerprints are kept as it wants them: filled where customers were there before them, emptied where the
//! administrator has switched them off.

use domain::{
    customer::CustomerId,
    fingerprints::{Fingerprints, FingerprintsFill, FingerprintsTend, Keeping},
    id::derived_uuid,
    kind::{Kind, RecordKey},
    mutation::Action,
    record::BodyError,
};
use uuid::Uuid;

use super::{
    Clock,
    house::apply_as_system,
    store::{ReadTx, ServerStore, StoreError},
};

/// So many are worked out in one transaction: others wait for it.
const AT_ONCE: usize = 500;

/// Brings the fingerprints to what the company wants. Runs now and then; what it is cut off in goes on the next time.
///
/// # Errors
/// The database is away.
pub async fn keep_fingerprints<S: ServerStore>(store: &S, clock: &dyn Clock) -> Result<(), StoreError> {
    let tend = async |now| carry_out(store, clock, FingerprintsTend { now: Some(now), ..Default::default() }).await;
    let keeping = keeping(store).await?;
    let followed = keeping.follows();
    if keeping.off && keeping.layout == 0 || followed && keeping.filled || !founded(store).await? {
        return Ok(());
    }
    // Those of another layout must not stay beside new ones, nor those that nobody wants.
    if !followed {
        for drop in all(store, Kind::Fingerprints).await?.chunks(AT_ONCE) {
            let drop = drop.iter().map(|id| (*id).into()).collect();
            carry_out(store, clock, FingerprintsTend { drop, now: None }).await?;
        }
    }
    if keeping.off {
        return tend((0, false)).await;
    }
    // What is written from here on is followed: only what stands now is left to be worked out.
    tend((Keeping::LAYOUT, false)).await?;
    for customers in all(store, Kind::Customer).await?.chunks(AT_ONCE) {
        let customers = customers.iter().map(|id| CustomerId::new(*id)).collect();
        carry_out(store, clock, FingerprintsFill { customers }).await?;
    }
    tend((Keeping::LAYOUT, true)).await
}

/// Says whether there is a company.
async fn founded<S: ServerStore>(store: &S) -> Result<bool, StoreError> {
    Ok(!store.read().await?.of_kind(Kind::Organisation, Uuid::nil(), 1).await?.is_empty())
}

async fn keeping<S: ServerStore>(store: &S) -> Result<Keeping, StoreError> {
    let key = RecordKey::new(Kind::Fingerprints, Fingerprints::keeping_id().uuid());
    let rows = store.read().await?.rows(&[key]).await?;
    let Some(row) = rows.first() else { return Ok(Keeping::default()) };
    let record = BodyError::parse::<Fingerprints>(&row.body).map_err(|error| StoreError::Fatal(error.to_string()))?;
    Ok(record.keeping.unwrap_or_default())
}

async fn all<S: ServerStore>(store: &S, kind: Kind) -> Result<Vec<Uuid>, StoreError> {
    let (mut tx, mut ids) = (store.read().await?, Vec::new());
    loop {
        let some = tx.of_kind(kind, ids.last().copied().unwrap_or_default(), 10 * AT_ONCE).await?;
        if some.is_empty() {
            return Ok(ids);
        }
        ids.extend(some);
    }
}

async fn carry_out<S: ServerStore>(store: &S, clock: &dyn Clock, action: impl Into<Action>) -> Result<(), StoreError> {
    let head = store.read().await?.head().await?;
    // Two histories must not give the same id at the same revision, or a cursor's mark tells nothing.
    let id = derived_uuid(head.incarnation, &format!("fingerprints:{}:{}", head.rev, clock.now()));
    match apply_as_system(store, &[(id, action.into())], clock).await? {
        Ok(()) => Ok(()),
        Err(refusal) => Err(StoreError::Fatal(refusal.to_string())),
    }
}
