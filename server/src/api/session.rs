//! Signing in and out.

use app::online::{
    Code, NoAnswer,
    session::{self, SignIn, Who},
};
use async_trait::async_trait;
use domain::user::User;
use sync::server::{Clock as _, ServerStore, WriteTx};
use uuid::Uuid;

use super::{
    cookie::{Cookie, new_token},
    desk::Desk,
    error::ApiError,
    signed_in::SignedIn,
};
use crate::{App, store::NewSession, throttle::Attempt};

#[async_trait]
impl session::Desk for Desk {
    async fn who(&self) -> Result<Who, NoAnswer> {
        let signed_in = self.signed_in().await?;
        Ok(answer(&self.app, signed_in.user, self.cookie(Cookie::Device).as_deref()).await?)
    }

    async fn sign_in(&self, request: SignIn) -> Result<Who, NoAnswer> {
        Ok(sign_in(self, request).await?)
    }

    async fn sign_out(&self) -> Result<(), NoAnswer> {
        Ok(sign_out(self).await?)
    }
}

async fn sign_in(desk: &Desk, request: SignIn) -> Result<Who, ApiError> {
    let (app, address) = (&desk.app, desk.address);
    let device = desk.cookie(Cookie::Device);
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
        return Err(ApiError::too_many_attempts(wait_ms));
    }
    // Counted before it is checked: many attempts at once are many attempts.
    app.throttle.failed(&attempt, app.clock.now());
    let hash = account.as_ref().and_then(|account| account.hash.clone());
    let fits = app.passwords.fits(request.password, hash).await?;
    let Some(user) = account.map(|account| account.user).filter(|_| fits) else {
        tracing::info!(?address, "sign-in failed");
        return Err(Code::WrongPassword.into());
    };
    app.throttle.succeeded(&attempt);
    if !user.active {
        // A device that still holds something of theirs may hand it over now.
        known_browser(desk, &user).await?;
        return Err(Code::Disabled.into());
    }
    open(desk, user, request.client).await
}

async fn sign_out(desk: &Desk) -> Result<(), ApiError> {
    let app = &desk.app;
    let found = match desk.cookie(Cookie::Session) {
        Some(token_hash) => SignedIn::find(app, token_hash).await?,
        None => None,
    };
    if let Some(SignedIn { user, token_hash, .. }) = found {
        let mut tx = app.store.write().await?;
        tx.end_session(&token_hash).await?;
        tx.commit().await?;
        tracing::info!(user = %user.id, "signed out");
    }
    desk.set_cookie(Cookie::Session.clear(&app.settings));
    Ok(())
}

/// Opens a session and answers who is signed in.
pub(super) async fn open(desk: &Desk, user: User, client: Option<Uuid>) -> Result<Who, ApiError> {
    let app = &desk.app;
    let now = app.clock.now();
    let (token, token_hash) = new_token()?;
    let browser = known_browser(desk, &user).await?;
    let expires = now + app.settings.session_ms;
    let session = NewSession { token_hash, user: user.id, client, browser: browser.clone(), created: now, expires };
    let mut tx = app.store.write().await?;
    tx.keep_session(&session).await?;
    tx.commit().await?;
    tracing::info!(user = %user.id, "signed in");
    desk.set_cookie(Cookie::Session.set(&token, &app.settings));
    answer(app, user, Some(&browser)).await
}

/// Remembers that a person worked in this browser, and returns the hash of the cookie by which it is known.
async fn known_browser(desk: &Desk, user: &User) -> Result<String, ApiError> {
    let app = &desk.app;
    let (new, browser) = match desk.cookie(Cookie::Device) {
        Some(known) => (None, known),
        None => new_token().map(|(token, hash)| (Some(token), hash))?,
    };
    let mut tx = app.store.write().await?;
    tx.remember_device(&browser, user.id, &desk.label(), app.clock.now()).await?;
    tx.commit().await?;
    desk.set_cookie(new.and_then(|token| Cookie::Device.set(&token, &app.settings)));
    Ok(browser)
}

async fn answer(app: &App, user: User, browser: Option<&str>) -> Result<Who, ApiError> {
    let mut tx = app.store.read().await?;
    let organisation = tx.organisation().await?.ok_or(Code::SignedOut)?;
    let clients = tx.last_reports(user.id, browser).await?;
    Ok(Who { user, organisation, clients, time: app.clock.now() })
}
