//! Randomness from the operating system.

use std::time::{SystemTime, UNIX_EPOCH};

use domain::id::uuid_v7;
use sync::server::StoreError;
use uuid::Uuid;

/// Fills bytes.
///
/// # Errors
/// The operating system has none: nothing secret can be made.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], StoreError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| StoreError::Away(error.to_string()))?;
    Ok(bytes)
}

/// Makes a UUIDv7.
///
/// # Errors
/// No randomness.
pub(crate) fn id() -> Result<Uuid, StoreError> {
    Ok(uuid_v7(now(), bytes()?))
}

/// Returns the time; ms UTC.
pub(crate) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
