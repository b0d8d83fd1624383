//! Why an entry is refused: stable codes, with only what the actor sent or may see.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{kind::RecordKey, user::UserId};

/// A field that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{field}: {problem:?}")]
pub struct FieldError {
    /// The column's name.
    pub field: String,
    pub problem: Problem,
}

impl FieldError {
    /// Names a field and what is wrong with it.
    pub fn new(field: &str, problem: Problem) -> Self {
        Self { field: field.to_owned(), problem }
    }
}

/// What is wrong with a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Problem {
    Required,
    /// More characters than `most`.
    TooLong {
        most: usize,
    },
    /// Bytes that no text holds (U+0000).
    ForbiddenCharacter,
    NotAPhone,
    NotAnEmail,
    /// No tax number, or its checksum is wrong.
    NotATaxId,
    NotAWebsite,
    NotABirthday,
    NotADate,
    NotATime,
    NotAnAmount,
    /// No latitude and longitude.
    NotAPosition,
    /// No number, or more than six decimals.
    NotADecimal,
    NotAChoice,
    /// No whole number from `least` to `most`.
    NotANumber {
        least: u32,
        most: u32,
    },
    /// More entries than `most`.
    TooMany {
        most: usize,
    },
    Taken,
}

/// Why the server does not carry out an entry. A person sees it and can mend the entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Refusal {
    /// The record does not exist.
    #[error("missing {id}")]
    Missing { id: Uuid },
    /// A record with this id exists already.
    #[error("{id} exists already")]
    Exists { id: Uuid },
    /// The actor may not write there.
    #[error("not allowed on {on}")]
    NotAllowed { on: RecordKey },
    /// The actor's roles do not allow this action.
    #[error("roles do not allow this")]
    RoleNotAllowed,
    /// Nobody takes their own access away.
    #[error("own access")]
    OwnAccess,
    /// Both customers are one already.
    #[error("already merged")]
    AlreadyMerged,
    /// The one has not gone over into the other.
    #[error("not merged")]
    NotMerged,
    /// The customer that stayed has itself gone over into another one since.
    #[error("merged onward")]
    MergedOnward,
    /// Another customer has gone over into the same one since.
    #[error("merged since")]
    MergedSince,
    /// A merge is taken back within 30 days.
    #[error("too late to take the merge back")]
    UnmergeTooLate,
    /// The record lies in the recycle bin.
    #[error("deleted {id}")]
    Deleted { id: Uuid },
    /// A value breaks a rule.
    #[error("{field}: {problem:?}")]
    Field { field: String, problem: Problem },
    /// No field of this name can be edited.
    #[error("no such field {field}")]
    NoSuchField { field: String },
    /// A department would be its own ancestor.
    #[error("department would be its own ancestor")]
    DepartmentLoop,
    /// Somebody else came first; when, in ms UTC.
    #[error("claimed by {by}")]
    Claimed { by: UserId, at: i64 },
    /// The customer does not lie in the pool.
    #[error("not in the pool")]
    NotInPool,
    /// The actor may not claim from the pool.
    #[error("not a member of the pool")]
    NotAPoolMember,
    /// The pool is switched off.
    #[error("the pool is off")]
    PoolOff,
    /// So many were claimed today already.
    #[error("{most} claimed today")]
    QuotaUsed { most: u32 },
    /// The actor owns so many customers already.
    #[error("owns {held} of {most}")]
    CapacityReached { most: u32, held: u32 },
    /// The former owner may claim from this day on.
    #[error("not before {until}")]
    CoolingOff { until: NaiveDate },
    /// A handover of this person is under way.
    #[error("a handover is under way")]
    HandoverRuns,
    /// A handover is taken back within seven days, and not later.
    #[error("the handover stands")]
    HandoverStands,
    /// The arguments are not of the action's shape.
    #[error("arguments not understood")]
    BadArguments,
    /// The author took the entry back before it was sent.
    #[error("discarded by its author")]
    Discarded,
    /// The server could not carry it out although it tried alone; the operator sees the incident.
    #[error("incident")]
    Incident,
}

impl From<FieldError> for Refusal {
    fn from(error: FieldError) -> Self {
        Refusal::Field { field: error.field, problem: error.problem }
    }
}
