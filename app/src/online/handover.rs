//! Handovers: what somebody leaves, how it would be divided, its start and its undoing. How far one is stands in its record,
//! on the device.

use domain::{
    exchange::Format,
    handover::{Counts, HandoverId, Way},
    kind::Kind,
    user::UserId,
};
use leptos::server;
use serde::{Deserialize, Serialize};

use super::{
    NoAnswer,
    protocol::{Json, Post},
};

/// What one person would receive; nobody is the pool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    pub to: Option<UserId>,
    pub counts: Counts,
}

/// How somebody took something along.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Taking {
    /// A list as a file.
    Exported {
        kind: Kind,
        rows: u32,
        format: Format,
        /// What was searched for, if the list was not whole.
        words: String,
    },
    /// The page at an address.
    Printed { page: String },
    /// So many customers within an hour.
    Opened { customers: u32 },
}

/// Something that somebody took along, as their device has reported it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// ms UTC.
    pub happened: i64,
    pub how: Taking,
    /// What the browser calls itself; empty where it does not say.
    #[serde(default)]
    pub device: String,
}

/// What somebody leaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    pub counts: Counts,
    /// How a way divides it; empty where none was given.
    pub shares: Vec<Share>,
    /// What they took along in the last 30 days: files first, and of each kind the newest.
    pub taken: Vec<Taken>,
}

/// The server's part.
#[cfg(feature = "ssr")]
#[async_trait::async_trait]
pub trait Desk: Send + Sync {
    /// Says what somebody leaves, and how a way divides it.
    async fn preview_handover(&self, request: PreviewHandover) -> Result<Preview, NoAnswer>;
    /// Starts a handover.
    async fn start_handover(&self, request: StartHandover) -> Result<HandoverId, NoAnswer>;
    /// Takes a handover back.
    async fn undo_handover(&self, request: UndoHandover) -> Result<(), NoAnswer>;
}

/// Asks what somebody leaves, and how a way divides it.
#[server(prefix = "/api/v1", endpoint = "handover/preview", protocol = Json<Post>)]
pub async fn preview_handover(from: UserId, #[server(default)] way: Option<Way>) -> Result<Preview, NoAnswer> {
    super::desk::desk().preview_handover(PreviewHandover { from, way }).await
}

/// Starts a handover, and ends the account with it if wanted.
#[server(prefix = "/api/v1", endpoint = "handover/start", protocol = Json<Post>)]
pub async fn start_handover(
    from: UserId,
    way: Way,
    #[server(default)] reason: String,
    #[server(default)] freeze: bool,
) -> Result<HandoverId, NoAnswer> {
    super::desk::desk().start_handover(StartHandover { from, way, reason, freeze }).await
}

/// Takes a handover back, within a week.
#[server(prefix = "/api/v1", endpoint = "handover/undo", protocol = Json<Post>)]
pub async fn undo_handover(id: HandoverId) -> Result<(), NoAnswer> {
    super::desk::desk().undo_handover(UndoHandover { id }).await
}
