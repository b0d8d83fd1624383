//! Signing in and out.

use domain::{organisation::Organisation, user::User};
use leptos::server;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    NoAnswer,
    protocol::{Delete, Get, Json, Post},
};

/// Who is signed in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Who {
    pub user: User,
    pub organisation: Organisation,
    /// What the person's clients last reported, the latest first. A browser whose database is new, although
    /// one of these lived in it, has lost what that one had not sent.
    #[serde(default)]
    pub clients: Vec<LastReport>,
    /// The server's clock; ms UTC.
    pub time: i64,
}

/// What one of a person's clients said at its last contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastReport {
    pub client: Uuid,
    /// ms UTC.
    pub at: i64,
    /// Entries that it had not sent.
    pub unsent: u64,
    /// It lives, or lived, in the browser that asks.
    pub here: bool,
}

/// The server's part.
#[cfg(feature = "ssr")]
#[async_trait::async_trait]
pub trait Desk: Send + Sync {
    /// Says who is signed in.
    async fn who(&self) -> Result<Who, NoAnswer>;
    /// Opens a session.
    async fn sign_in(&self, request: SignIn) -> Result<Who, NoAnswer>;
    /// Ends the session.
    async fn sign_out(&self) -> Result<(), NoAnswer>;
}

/// Asks who is signed in.
#[server(name = AskWho, prefix = "/api/v1", endpoint = "session", protocol = Json<Get>)]
pub async fn who() -> Result<Who, NoAnswer> {
    super::desk::desk().who().await
}

/// Signs in. `client` is the browser's own id, for the list of devices.
#[server(prefix = "/api/v1", endpoint = "session", protocol = Json<Post>)]
pub async fn sign_in(
    sign_in: String,
    password: String,
    #[server(default)] client: Option<Uuid>,
) -> Result<Who, NoAnswer> {
    super::desk::desk().sign_in(SignIn { sign_in, password, client }).await
}

/// Ends the session. One that has ended already is no mistake.
#[server(prefix = "/api/v1", endpoint = "session", protocol = Json<Delete>)]
pub async fn sign_out() -> Result<(), NoAnswer> {
    super::desk::desk().sign_out().await
}
