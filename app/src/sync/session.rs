//! Signing in, out, and the first start.

use domain::{organisation::Organisation, user::User, value::Currency};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::http::{self, NoAnswer};

/// What anybody may know about the server.
#[derive(Clone, Debug, Deserialize)]
pub struct Status {
    pub set_up: bool,
    pub organisation: Option<PublicOrganisation>,
}

/// The organisation as the sign-in page names it.
#[derive(Clone, Debug, Deserialize)]
pub struct PublicOrganisation {
    pub name: String,
}

/// Who is signed in.
#[derive(Clone, Debug, Deserialize)]
pub struct Who {
    pub user: User,
    pub organisation: Organisation,
    /// The server's clock; ms UTC.
    pub time: i64,
}

/// Name and password.
#[derive(Clone, Debug, Serialize)]
pub struct SignIn {
    pub sign_in: String,
    pub password: String,
    pub client: Uuid,
}

/// The organisation and its administrator.
#[derive(Clone, Debug, Serialize)]
pub struct SetUp {
    pub organisation: SetUpOrganisation,
    pub name: String,
    pub sign_in: String,
    pub password: String,
    pub client: Uuid,
}

/// The organisation at its foundation.
#[derive(Clone, Debug, Serialize)]
pub struct SetUpOrganisation {
    pub name: String,
    pub language: &'static str,
    pub time_zone: String,
    pub currency: Currency,
}

const NO_BODY: Option<&()> = None;

/// Asks how the server stands.
///
/// # Errors
/// No answer.
pub async fn status() -> Result<Status, NoAnswer> {
    http::json("GET", "status", NO_BODY).await
}

/// Asks who is signed in.
///
/// # Errors
/// Nobody, or no answer.
pub async fn who() -> Result<Who, NoAnswer> {
    http::json("GET", "session", NO_BODY).await
}

/// Signs in.
///
/// # Errors
/// Refused, or no answer.
pub async fn sign_in(request: &SignIn) -> Result<Who, NoAnswer> {
    http::json("POST", "session", Some(request)).await
}

/// Founds the organisation and signs its administrator in.
///
/// # Errors
/// Refused, or no answer.
pub async fn set_up(request: &SetUp) -> Result<Who, NoAnswer> {
    http::json("POST", "set-up", Some(request)).await
}

/// Ends the session.
///
/// # Errors
/// No answer; the session goes on.
pub async fn sign_out() -> Result<(), NoAnswer> {
    let answer: Result<serde_json::Value, NoAnswer> = http::json("DELETE", "session", NO_BODY).await;
    match answer {
        Err(error) if !error.signed_out() => Err(error),
        _ => Ok(()),
    }
}
