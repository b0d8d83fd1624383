//! Signing in and out.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, header::SET_COOKIE},
    response::{AppendHeaders, IntoResponse},
};
use domain::{organisation::Organisation, user::User};
use serde::{Deserialize, Serialize};
use sync::server::{Clock as _, ServerStore, WriteTx};
use uuid::Uuid;

use super::{
    cookie::{Cookie, new_token},
    error::ApiError,
    json::JsonBody,
    signed_in::{Address, SignedIn},
};
use crate::{App, store::NewSession, throttle::Attempt};

/// Signs somebody in.
#[derive(Deserialize)]
pub(super) struct SignIn {
    sign_in: String,
    password: String,
    /// The browser's client id, for the list of devices.
    #[serde(default)]
    client: Option<Uuid>,
}

/// Who is signed in.
#[derive(Serialize)]
pub(super) struct Who {
    user: User,
    organisation: Organisation,
    /// The server's clock; ms UTC.
    time: i64,
}

/// `GET /session`
pub(super) async fn who(State(app): State<App>, signed_in: SignedIn) -> Result<Json<Who>, ApiError> {
    Ok(Json(answer(&app, signed_in.user).await?))
}

/// `POST /session`
pub(super) async fn sign_in(
    State(app): State<App>,
    Address(address): Address,
    headers: HeaderMap,
    JsonBody(request): JsonBody<SignIn>,
) -> Result<impl IntoResponse, ApiError> {
    let device = Cookie::Device.read(&headers, &app.settings);
    let (account, known_device) = {
        let mut tx = app.store.read().await?;
        let account = tx.account(&request.sign_in).await?;
        let known = match (&account, &device) {
            (Some(account), Some(device)) => tx.knows_device(device, account.user.id).await?,
            _ => false,
        };
        (account, known)
    };
    let attempt = Attempt::new(&request.sign_in, address, device.as_deref().filter(|_| known_device));
    if let Some(wait_ms) = app.throttle.wait(&attempt, app.clock.now()) {
        return Err(ApiError::TooManyAttempts { wait_ms });
    }
    // Counted before it is checked: many attempts at once are many attempts.
    app.throttle.failed(&attempt, app.clock.now());
    let hash = account.as_ref().and_then(|account| account.hash.clone());
    let fits = app.passwords.fits(request.password, hash).await?;
    let Some(user) = account.map(|account| account.user).filter(|user| fits && user.active) else {
        tracing::info!(?address, "sign-in failed");
        return Err(ApiError::WrongPassword);
    };
    app.throttle.succeeded(&attempt);
    open(&app, user, request.client, device).await
}

/// `DELETE /session`
pub(super) async fn sign_out(State(app): State<App>, signed_in: SignedIn) -> Result<impl IntoResponse, ApiError> {
    let mut tx = app.store.write().await?;
    tx.end_session(&signed_in.token_hash).await?;
    tx.commit().await?;
    tracing::info!(user = %signed_in.user.id, "signed out");
    let cleared = Cookie::Session.clear(&app.settings).map(|value| (SET_COOKIE, value));
    Ok((AppendHeaders(cleared), Json(serde_json::json!({}))))
}

/// Opens a session and answers who is signed in.
pub(super) async fn open(
    app: &App,
    user: User,
    client: Option<Uuid>,
    device: Option<String>,
) -> Result<impl IntoResponse + use<>, ApiError> {
    let now = app.clock.now();
    let (token, token_hash) = new_token()?;
    let (new_device, device_hash) = match device {
        Some(known) => (None, known),
        None => new_token().map(|(token, hash)| (Some(token), hash))?,
    };
    let session =
        NewSession { token_hash, user: user.id, client, created: now, expires: now + app.settings.session_ms };
    let mut tx = app.store.write().await?;
    tx.keep_session(&session).await?;
    tx.remember_device(&device_hash, user.id, now).await?;
    tx.commit().await?;
    tracing::info!(user = %user.id, "signed in");
    let session = Cookie::Session.set(&token, &app.settings);
    let device = new_device.and_then(|token| Cookie::Device.set(&token, &app.settings));
    let cookies: Vec<_> = session.into_iter().chain(device).map(|value| (SET_COOKIE, value)).collect();
    Ok((AppendHeaders(cookies), Json(answer(app, user).await?)))
}

async fn answer(app: &App, user: User) -> Result<Who, ApiError> {
    let organisation = app.store.read().await?.organisation().await?.ok_or(ApiError::SignedOut)?;
    Ok(Who { user, organisation, time: app.clock.now() })
}
