//! What anybody may know about the server; also the probe that no captive portal can answer.

use leptos::server;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    NoAnswer,
    protocol::{Get, Json},
};

/// How the server stands.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Status {
    /// Whether an organisation exists.
    pub set_up: bool,
    pub organisation: Option<PublicOrganisation>,
    /// The server's clock; ms UTC.
    pub time: i64,
    pub build: String,
    pub protocol: u16,
    pub protocol_oldest: u16,
}

/// The organisation as the sign-in page names it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PublicOrganisation {
    pub id: Uuid,
    pub name: String,
    pub language: String,
}

/// The server's part.
#[cfg(feature = "ssr")]
#[async_trait::async_trait]
pub trait Desk: Send + Sync {
    /// Says how the server stands.
    async fn status(&self) -> Result<Status, NoAnswer>;
}

/// Asks how the server stands.
#[server(name = AskStatus, prefix = "/api/v1", endpoint = "status", protocol = Json<Get>)]
pub async fn status() -> Result<Status, NoAnswer> {
    super::desk::desk().status().await
}
