//! The check: count and sum of hashes per kind, device against server, at an equal cursor.

use super::{
    Clock, Session, expire_shares,
    feed::begin,
    store::{ReadTx, ServerStore, StoreError},
};
use crate::protocol::{CheckAnswer, CheckRequest, PullRequest};

/// Answers the sums of what the caller sees; none if the feed has more for the cursor.
///
/// # Errors
/// The database is away.
pub async fn check<S: ServerStore>(
    store: &S,
    session: &Session,
    request: &CheckRequest,
    clock: &dyn Clock,
) -> Result<CheckAnswer, StoreError> {
    let again = PullRequest {
        caller: request.caller.clone(),
        kinds: request.kinds,
        cursor: Some(request.cursor.clone()),
        seen: None,
        unsent: 0,
    };
    expire_shares(store, clock).await?;
    let mut tx = store.read().await?;
    let Ok(begun) = begin(&mut tx, session, &again).await? else { return Ok(CheckAnswer { sums: None }) };
    let viewer = begun.feed.viewer();
    if !tx.feed(viewer, request.cursor.place, 1).await?.is_empty() {
        return Ok(CheckAnswer { sums: None });
    }
    Ok(CheckAnswer { sums: Some(tx.sums(viewer).await?) })
}
