//! People and departments, for an administrator. Everybody reads them on the device; they are changed here.

use std::collections::BTreeSet;

use domain::{access::Role, department::DepartmentId, user::UserId};
use leptos::server;
use serde::{Deserialize, Serialize};

use super::{
    NoAnswer,
    protocol::{Get, Json, Post},
};

/// A link by which a person sets their password, once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    pub user: UserId,
    /// What stands behind `/join#`. The server keeps only its hash: it is shown once.
    pub token: String,
    /// ms UTC.
    pub expires: i64,
}

/// How a person's access stands, beside the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub user: UserId,
    /// They have set one, so the invitation was accepted.
    pub has_password: bool,
    /// Until when a link is open; ms UTC.
    pub link_until: Option<i64>,
}

/// The server's part.
#[cfg(feature = "ssr")]
#[async_trait::async_trait]
pub trait Desk: Send + Sync {
    /// Says how everybody's access stands.
    async fn accounts(&self) -> Result<Vec<Account>, NoAnswer>;
    /// Adds a person and makes their link.
    async fn invite(&self, request: Invite) -> Result<Link, NoAnswer>;
    /// Makes a new link; the one before opens nothing any more.
    async fn renew_link(&self, request: RenewLink) -> Result<Link, NoAnswer>;
    /// Changes a person.
    async fn place_person(&self, request: PlacePerson) -> Result<(), NoAnswer>;
    /// Adds a department.
    async fn add_department(&self, request: AddDepartment) -> Result<DepartmentId, NoAnswer>;
    /// Changes a department.
    async fn place_department(&self, request: PlaceDepartment) -> Result<(), NoAnswer>;
}

/// Asks how everybody's access stands.
#[server(prefix = "/api/v1", endpoint = "people/accounts", protocol = Json<Get>)]
pub async fn accounts() -> Result<Vec<Account>, NoAnswer> {
    super::desk::desk().accounts().await
}

/// Adds a person and makes the link by which they set their password.
#[server(prefix = "/api/v1", endpoint = "people/invite", protocol = Json<Post>)]
pub async fn invite(
    name: String,
    sign_in: String,
    roles: BTreeSet<Role>,
    #[server(default)] department: Option<DepartmentId>,
    #[server(default)] superior: Option<UserId>,
) -> Result<Link, NoAnswer> {
    super::desk::desk().invite(Invite { name, sign_in, roles, department, superior }).await
}

/// Makes a new link, for an invitation that ran out or a password that was forgotten.
#[server(prefix = "/api/v1", endpoint = "people/link", protocol = Json<Post>)]
pub async fn renew_link(user: UserId) -> Result<Link, NoAnswer> {
    super::desk::desk().renew_link(RenewLink { user }).await
}

/// Changes a person's name, roles, department and superior, or whether they are active.
#[server(prefix = "/api/v1", endpoint = "people/place", protocol = Json<Post>)]
pub async fn place_person(
    id: UserId,
    name: String,
    roles: BTreeSet<Role>,
    #[server(default)] department: Option<DepartmentId>,
    #[server(default)] superior: Option<UserId>,
    active: bool,
) -> Result<(), NoAnswer> {
    super::desk::desk().place_person(PlacePerson { id, name, roles, department, superior, active }).await
}

/// Adds a department or a branch.
#[server(prefix = "/api/v1", endpoint = "departments/add", protocol = Json<Post>)]
pub async fn add_department(
    name: String,
    #[server(default)] parent: Option<DepartmentId>,
    #[server(default)] head: Option<UserId>,
    #[server(default)] branch: bool,
) -> Result<DepartmentId, NoAnswer> {
    super::desk::desk().add_department(AddDepartment { name, parent, head, branch }).await
}

/// Changes a department or a branch.
#[server(prefix = "/api/v1", endpoint = "departments/place", protocol = Json<Post>)]
pub async fn place_department(
    id: DepartmentId,
    name: String,
    #[server(default)] parent: Option<DepartmentId>,
    #[server(default)] head: Option<UserId>,
    #[server(default)] branch: bool,
) -> Result<(), NoAnswer> {
    super::desk::desk().place_department(PlaceDepartment { id, name, parent, head, branch }).await
}
