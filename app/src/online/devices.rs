//! Devices: where people work, and the end of their access there.

use domain::user::UserId;
use leptos::server;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    NoAnswer,
    protocol::{Get, Json, Post},
};

/// A browser in which a person signed in, and what it last reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceReport {
    pub device: Uuid,
    pub user: Uuid,
    /// What the browser calls itself; empty where it does not say.
    pub label: String,
    /// ms UTC.
    pub last_contact: i64,
    /// Entries that it had not sent then.
    pub unsent: u64,
    /// When its access ended; ms UTC.
    pub revoked: Option<i64>,
    /// When it said that nothing of the person is left on it; ms UTC.
    pub cleared: Option<i64>,
    /// It is the browser that asks.
    pub here: bool,
}

/// The server's part.
#[cfg(feature = "ssr")]
#[async_trait::async_trait]
pub trait Desk: Send + Sync {
    /// Lists the devices: everybody's for an administrator, for others their own.
    async fn devices(&self) -> Result<Vec<DeviceReport>, NoAnswer>;
    /// Ends a person's access on a device.
    async fn revoke(&self, request: Revoke) -> Result<(), NoAnswer>;
    /// Says whose access on this device has ended.
    async fn ended_here(&self, request: AskEndedHere) -> Result<Vec<UserId>, NoAnswer>;
    /// Notes that nothing of a person is left on this device.
    async fn cleared(&self, request: Cleared) -> Result<(), NoAnswer>;
}

/// Asks for the devices.
#[server(name = AskDevices, prefix = "/api/v1", endpoint = "devices", protocol = Json<Get>)]
pub async fn devices() -> Result<Vec<DeviceReport>, NoAnswer> {
    super::desk::desk().devices().await
}

/// Ends a person's access on a device; an administrator does it for all, others on their own devices.
#[server(prefix = "/api/v1", endpoint = "devices/revoke", protocol = Json<Post>)]
pub async fn revoke(user: UserId, device: Uuid) -> Result<(), NoAnswer> {
    super::desk::desk().revoke(Revoke { user, device }).await
}

/// Asks who of those that worked on this device may do so no longer. The browser's own cookie says which
/// device it is: the session may have ended.
#[server(name = AskEndedHere, prefix = "/api/v1", endpoint = "devices/ended", protocol = Json<Post>)]
pub async fn ended_here(users: Vec<UserId>) -> Result<Vec<UserId>, NoAnswer> {
    super::desk::desk().ended_here(AskEndedHere { users }).await
}

/// Tells that nothing of a person is left on this device.
#[server(prefix = "/api/v1", endpoint = "devices/cleared", protocol = Json<Post>)]
pub async fn cleared(user: UserId) -> Result<(), NoAnswer> {
    super::desk::desk().cleared(Cleared { user }).await
}
