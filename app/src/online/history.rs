//! Everything that ever happened to a record. A device keeps the newest part of it.

use domain::{history::FieldChange, kind::RecordKey, user::UserId};
use leptos::server;
use serde::{Deserialize, Serialize};

use super::{
    NoAnswer,
    protocol::{Json, Post},
};

/// One change of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub rev: u64,
    /// `None` for what the server did by itself.
    pub author: Option<UserId>,
    /// What the browser calls itself; empty where that is not known.
    pub device: String,
    /// ms UTC.
    pub happened: i64,
    /// When the server received it; ms UTC.
    pub arrived: i64,
    /// The record began with it.
    pub created: bool,
    pub fields: Vec<FieldChange>,
}

/// A part of a record's history, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    pub changes: Vec<Change>,
    /// There are older ones.
    pub more: bool,
}

/// So many changes are told at once.
pub const CHANGES_AT_ONCE: usize = 20;

/// The server's part.
#[cfg(feature = "ssr")]
#[async_trait::async_trait]
pub trait Desk: Send + Sync {
    /// Tells a record's changes to whoever sees it.
    async fn history(&self, request: AskHistory) -> Result<History, NoAnswer>;
}

/// Asks for the changes of a record before a revision, or for the newest.
#[server(name = AskHistory, prefix = "/api/v1", endpoint = "history", protocol = Json<Post>)]
pub async fn history(record: RecordKey, #[server(default)] before: Option<u64>) -> Result<History, NoAnswer> {
    super::desk::desk().history(AskHistory { record, before }).await
}
