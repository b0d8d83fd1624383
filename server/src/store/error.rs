//! What a failure of the database means: try again, or not.

use sqlx::Error;
use sync::server::StoreError;

/// What the store's operations return.
pub type StoreResult<T> = Result<T, StoreError>;

/// Sorts a database error.
pub(super) fn failed(error: Error) -> StoreError {
    let text = error.to_string();
    let away = match &error {
        Error::Database(error) => error.code().is_some_and(|code| is_away(&code)),
        Error::Io(_)
        | Error::Tls(_)
        | Error::Protocol(_)
        | Error::PoolTimedOut
        | Error::PoolClosed
        | Error::WorkerCrashed
        | Error::BeginFailed => true,
        _ => false,
    };
    if away { StoreError::Away(text) } else { StoreError::Fatal(text) }
}

/// Stored text that is not what it should be.
pub(super) fn broken(what: impl std::fmt::Display) -> StoreError {
    StoreError::Fatal(format!("stored data is broken: {what}"))
}

/// PostgreSQL's codes have five characters: connection lost (08), read-only after a failover (25006),
/// serialisation and deadlock (40), out of resources (53), lock not to be had (55P03), shutting down (57).
/// SQLite's are numbers whose low byte counts: busy, locked, read-only, I/O, full, cannot open.
fn is_away(code: &str) -> bool {
    match code.parse::<u32>() {
        Ok(number) if code.len() < 5 => matches!(number & 0xff, 5 | 6 | 8 | 10 | 13 | 14),
        _ => matches!(code.get(..2), Some("08" | "40" | "53" | "57")) || matches!(code, "25006" | "55P03"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sorted() {
        for code in ["5", "517", "6", "13", "778", "14", "08006", "40001", "40P01", "53300", "55P03", "57P01", "25006"]
        {
            assert!(is_away(code), "{code}");
        }
        for code in ["1", "19", "1555", "2067", "23505", "22021", "42601", "XX000"] {
            assert!(!is_away(code), "{code}");
        }
    }

    #[test]
    fn a_broken_connection_is_away_and_a_broken_row_is_fatal() {
        let lost = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
        assert!(matches!(failed(Error::Io(lost)), StoreError::Away(_)));
        assert!(matches!(failed(Error::RowNotFound), StoreError::Fatal(_)));
    }
}
