//! Who made a record, who changed it last, and through which merges it came to its customer: written by the window on the
//! records ([`crate::view::View`]). Screens read who it was, and nobody but an undone merge where it came from. No field
//! edit names it, so that it is never the reason of a conflict.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{mutation::Moment, user::UserId};

/// Who made a record, and who changed it last. The time at which it was made is that of its id. What an earlier build
/// wrote does not say it; nobody stands where the server itself acted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<UserId>,
    /// Who changed it last, if it was changed since it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_by: Option<UserId>,
    /// When that was, by the author's clock as corrected; ms UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_at: Option<i64>,
    /// The merged records through whose ids it came to the one that it names, the first one first: it was below them, or it
    /// was written to them afterwards.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub came_from: Vec<Uuid>,
    /// The records to which it belonged by a merge that was undone: who was off meanwhile still writes of it as of theirs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parted_from: Vec<Uuid>,
}

impl Stamp {
    /// Returns the stamp of a record that is made.
    pub(crate) fn made(by: &By) -> Self {
        Self { created_by: by.user, ..Self::default() }
    }

    /// Returns the stamp after a change.
    pub(crate) fn changed(self, by: &By) -> Self {
        Self { changed_by: by.user, changed_at: Some(by.at), ..self }
    }

    /// Reads the stamp of a stored body; an empty one where there is none.
    pub fn of(body: &str) -> Self {
        serde_json::from_str(body).unwrap_or_default()
    }
}

/// Who writes, and when it happened (ms UTC).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct By {
    pub user: Option<UserId>,
    pub at: i64,
}

impl From<&Moment> for By {
    fn from(moment: &Moment) -> Self {
        Self { user: moment.actor.user(), at: moment.happened }
    }
}

/// What every record carries beside the fields that its rules know: its stamp, and fields of another build.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unknown {
    #[serde(flatten)]
    pub stamp: Stamp,
    /// Fields that this build does not know; they survive a round trip.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

impl Unknown {
    /// Returns what a record carries that nobody has written yet.
    pub fn new() -> Self {
        Self::default()
    }
}

/// Returns when a record was made, by the time in its id (RFC 9562); ms UTC. `None` for an id without one.
pub fn created_at(id: Uuid) -> Option<i64> {
    let (seconds, nanos) = id.get_timestamp()?.to_unix();
    i64::try_from(seconds * 1000 + u64::from(nanos) / 1_000_000).ok()
}
