//! What devices sent after their access had ended: an administrator accepts or discards each entry.

use chrono::NaiveDate;
use domain::{refusal::Refusal, user::UserId};
use leptos::server;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::{
    NoAnswer,
    protocol::{Get, Json, Post},
};

/// An entry that waits for a decision.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Held {
    pub id: Uuid,
    pub author: UserId,
    pub name: String,
    /// The version of the arguments.
    pub v: u16,
    pub args: Box<RawValue>,
    /// What it is about, in its author's words.
    pub about: String,
    /// ms UTC.
    pub happened: i64,
    pub business_date: NaiveDate,
    /// When the server received it; ms UTC.
    pub arrived: i64,
    /// What the browser that sent it calls itself; empty where it does not say.
    #[serde(default)]
    pub device: String,
}

/// An entry that could not be accepted; it waits on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotAccepted {
    pub id: Uuid,
    pub refusal: Refusal,
}

/// The server's part.
#[cfg(feature = "ssr")]
#[async_trait::async_trait]
pub trait Desk: Send + Sync {
    /// Lists what waits.
    async fn held(&self) -> Result<Vec<Held>, NoAnswer>;
    /// Accepts or discards entries, and says which could not be accepted.
    async fn decide(&self, request: Decide) -> Result<Vec<NotAccepted>, NoAnswer>;
}

/// Asks for what waits.
#[server(name = AskHeld, prefix = "/api/v1", endpoint = "quarantine/held", protocol = Json<Get>)]
pub async fn held() -> Result<Vec<Held>, NoAnswer> {
    super::desk::desk().held().await
}

/// Accepts or discards entries, in the order of the list.
#[server(prefix = "/api/v1", endpoint = "quarantine/decide", protocol = Json<Post>)]
pub async fn decide(ids: Vec<Uuid>, accept: bool) -> Result<Vec<NotAccepted>, NoAnswer> {
    super::desk::desk().decide(Decide { ids, accept }).await
}
