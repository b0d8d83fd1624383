//! The server's half: pushes, the feed, members, housekeeping, against any [`ServerStore`].

mod check;
mod feed;
mod fingerprints;
mod handover;
mod house;
mod loading;
mod members;
mod push;
mod quarantine;
mod recycle;
mod sight;
mod store;
mod work;

pub use check::check;
pub use feed::{Feed, Pulled, pull};
pub use fingerprints::keep_fingerprints;
pub use handover::{divide, estate_of, hand_over};
pub use house::{Unpurged, apply_as, apply_as_system, expire_shares, prune, purge_binned, replay};
pub use push::push;
pub use quarantine::accept_held;
pub use recycle::recycle;
pub use sight::seen;
pub use store::{
    Answered, Batch, ClientRow, Head, JournalRow, MemberRow, Moved, Placed, ReadTx, ServerStore, StoreError, Viewer,
    WriteTx, Written,
};

use chrono::NaiveDate;
use domain::{id::Id, user::User};
use uuid::Uuid;

/// Who is signed in, as the session says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    pub organisation: Uuid,
    pub user: Id<User>,
}

/// The server's time.
pub trait Clock: Sync {
    /// Milliseconds UTC.
    fn now(&self) -> i64;
    /// The date in the organisation's zone.
    fn today(&self) -> NaiveDate;
    /// The date of another moment (ms UTC) in the organisation's zone, which is UTC if it is not known.
    fn day_of(&self, at: i64) -> NaiveDate {
        chrono::DateTime::from_timestamp_millis(at).unwrap_or_default().date_naive()
    }
}

/// How long one push may hold the organisation's lock; ms.
const LOCK_MS_MOST: i64 = 200;
/// How old an entry may be that is judged by the right at its time; ms.
const LATE_MS_MOST: i64 = 30 * 24 * 3600 * 1000;
/// How long closed member rows and moves are kept; ms. An older cursor starts from zero.
pub const MEMBERS_KEPT_MS: i64 = 180 * 24 * 3600 * 1000;
/// How many revisions are pruned in one transaction.
const PRUNED_AT_ONCE: u64 = 10_000;

/// Says whether a request comes from the person that is signed in, of a protocol that is served.
pub(crate) fn caller_fits(session: &Session, caller: &crate::protocol::Caller) -> bool {
    use domain::plant::{Plant, planted};
    planted(Plant::UserCheckOff) || (session.user == caller.user && session.organisation == caller.organisation)
}
