//! 撞單 as only the server can find it: among all customers of the company, whoever sees them.

mod book;
mod looking;
mod watch;

pub(crate) use looking::Foreign;

use std::{
    collections::HashMap,
    sync::{Mutex as Plain, PoisonError},
};

use domain::user::UserId;
use tokio::sync::Mutex;

use self::book::Book;

/// So often one person may ask whose a customer is in an [`HOUR_MS`]: enough for a day's work, too little for a list.
const ASKS_AN_HOUR: usize = 30;
/// ms.
const HOUR_MS: i64 = 3600 * 1000;

/// All customers by their signs, and who has asked for some.
#[derive(Debug, Default)]
pub(crate) struct Clashes {
    book: Mutex<Book>,
    /// One at a time compares what has arrived.
    finding: Mutex<()>,
    /// When each person asked within the last hour; ms UTC.
    asked: Plain<HashMap<UserId, Vec<i64>>>,
}

impl Clashes {
    /// Counts a question of somebody.
    ///
    /// # Errors
    /// They have asked often enough; the time to wait, in ms.
    pub(crate) fn count(&self, who: UserId, now: i64) -> Result<(), i64> {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let times = asked.entry(who).or_default();
        times.retain(|time| now - time < HOUR_MS);
        match times.first() {
            Some(first) if times.len() >= ASKS_AN_HOUR => Err(first + HOUR_MS - now),
            _ => {
                times.push(now);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::id::Id;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn nobody_asks_for_a_whole_list() {
        let (clashes, mei, li) = (Clashes::default(), Id::new(Uuid::from_u128(1)), Id::new(Uuid::from_u128(2)));
        for minute in 0..30 {
            assert_eq!(clashes.count(mei, minute * 60_000), Ok(()));
        }
        assert_eq!(clashes.count(mei, 30 * 60_000), Err(30 * 60_000));
        assert_eq!(clashes.count(li, 30 * 60_000), Ok(()), "others ask for themselves");
        assert_eq!(clashes.count(mei, HOUR_MS), Ok(()));
    }
}
