//! Passwords: a person's own, and the first one or a new one by a link.

use leptos::server;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    NoAnswer,
    protocol::{Json, Post},
    session::Who,
};

/// The fewest characters of a password, in a form and on the server.
pub const LENGTH_LEAST: usize = 8;

/// Whose link it is, for the page that it opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkOwner {
    pub name: String,
    pub sign_in: String,
    pub organisation_name: String,
}

/// The server's part.
#[cfg(feature = "ssr")]
#[async_trait::async_trait]
pub trait Desk: Send + Sync {
    /// Says whose link a token is.
    async fn link_owner(&self, request: AskLinkOwner) -> Result<LinkOwner, NoAnswer>;
    /// Sets the password that a link allows, and signs its person in.
    async fn join(&self, request: Join) -> Result<Who, NoAnswer>;
    /// Changes the own password; the person's other sessions end.
    async fn change_password(&self, request: ChangePassword) -> Result<(), NoAnswer>;
}

/// Asks whose link a token is.
#[server(name = AskLinkOwner, prefix = "/api/v1", endpoint = "join/owner", protocol = Json<Post>)]
pub async fn link_owner(token: String) -> Result<LinkOwner, NoAnswer> {
    super::desk::desk().link_owner(AskLinkOwner { token }).await
}

/// Sets the password that a link allows, and signs its person in. `client` is the browser's own id.
#[server(prefix = "/api/v1", endpoint = "join", protocol = Json<Post>)]
pub async fn join(token: String, password: String, #[server(default)] client: Option<Uuid>) -> Result<Who, NoAnswer> {
    super::desk::desk().join(Join { token, password, client }).await
}

/// Changes the own password.
#[server(prefix = "/api/v1", endpoint = "session/password", protocol = Json<Post>)]
pub async fn change_password(old: String, new: String) -> Result<(), NoAnswer> {
    super::desk::desk().change_password(ChangePassword { old, new }).await
}
