//! The first start: an organisation and its administrator.

use domain::{organisation::Region, value::Currency};
use leptos::server;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    NoAnswer,
    protocol::{Json, Post},
    session::Who,
};

/// The organisation at its foundation. What is not given follows from the region, or from the language.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SetUpOrganisation {
    pub name: String,
    pub language: String,
    #[serde(default)]
    pub region: Option<Region>,
    #[serde(default)]
    pub time_zone: Option<String>,
    #[serde(default)]
    pub currency: Option<Currency>,
}

/// The server's part.
#[cfg(feature = "ssr")]
#[async_trait::async_trait]
pub trait Desk: Send + Sync {
    /// Founds the organisation and signs its administrator in.
    async fn set_up(&self, request: SetUp) -> Result<Who, NoAnswer>;
    /// Fills the server with a demo company and signs its administrator in.
    async fn set_up_demo(&self, request: SetUpDemo) -> Result<Who, NoAnswer>;
}

/// Founds the organisation and signs its administrator in. `name`, `sign_in` and `password` are theirs,
/// `client` is the browser's own id.
#[server(prefix = "/api/v1", endpoint = "set-up", protocol = Json<Post>)]
pub async fn set_up(
    organisation: SetUpOrganisation,
    name: String,
    sign_in: String,
    password: String,
    #[server(default)] client: Option<Uuid>,
) -> Result<Who, NoAnswer> {
    super::desk::desk().set_up(SetUp { organisation, name, sign_in, password, client }).await
}

/// Fills an empty server with a demo company in a language, and signs its administrator in. All its people
/// share the password.
#[server(prefix = "/api/v1", endpoint = "set-up/demo", protocol = Json<Post>)]
pub async fn set_up_demo(
    language: String,
    password: String,
    #[server(default)] client: Option<Uuid>,
) -> Result<Who, NoAnswer> {
    super::desk::desk().set_up_demo(SetUpDemo { language, password, client }).await
}
