//! Own fields of a company: values that an administrator adds to a record kind.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The values of own fields by field id; those of an unknown or retired field are kept.
pub type OwnFields = BTreeMap<Uuid, OwnValue>;

/// One value of an own field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum OwnValue {
    Flag(bool),
    Integer(i64),
    Date(NaiveDate),
    Text(String),
    Several(Vec<String>),
    /// A shape of a later build.
    Other(serde_json::Value),
}

/// Fields that this build does not know; they survive a round trip.
pub type Unknown = serde_json::Map<String, serde_json::Value>;
