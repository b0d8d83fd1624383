//! Passwords: a person's own, and those that a link allows to set.

use app::online::{
    Code, NoAnswer,
    password::{self, AskLinkOwner, ChangePassword, Join, LinkOwner},
    session::Who,
};
use async_trait::async_trait;
use domain::user::User;
use sync::server::{Clock as _, ServerStore, WriteTx};

use super::{
    cookie::{Cookie, hash},
    desk::Desk,
    error::ApiError,
    session,
};
use crate::{people, throttle::Attempt};

#[async_trait]
impl password::Desk for Desk {
    async fn link_owner(&self, request: AskLinkOwner) -> Result<LinkOwner, NoAnswer> {
        let user = owner(self, &request.token).await?;
        let mut tx = self.app.store.read().await.map_err(ApiError::from)?;
        let organisation = tx.organisation().await.map_err(ApiError::from)?.ok_or(Code::LinkEnded)?;
        Ok(LinkOwner { name: user.name, sign_in: user.sign_in, organisation_name: organisation.name })
    }

    async fn join(&self, request: Join) -> Result<Who, NoAnswer> {
        Ok(join(self, request).await?)
    }

    async fn change_password(&self, request: ChangePassword) -> Result<(), NoAnswer> {
        Ok(change(self, request).await?)
    }
}

async fn owner(desk: &Desk, token: &str) -> Result<User, ApiError> {
    let mut tx = desk.app.store.read().await?;
    Ok(tx.link(&hash(token), desk.app.clock.now()).await?.ok_or(Code::LinkEnded)?)
}

async fn join(desk: &Desk, request: Join) -> Result<Who, ApiError> {
    let app = &desk.app;
    // A stranger's guess costs no hash.
    owner(desk, &request.token).await?;
    let hashed = people::hash(&app.passwords, request.password).await?;
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    // Looked up where it ends: of two that use it at once, one does.
    let user = tx.link(&hash(&request.token), now).await?.ok_or(Code::LinkEnded)?;
    tx.end_link(user.id).await?;
    tx.set_password(user.id, &hashed, now).await?;
    tx.end_sessions_of(user.id, None).await?;
    tx.commit().await?;
    tracing::info!(user = %user.id, "a password was set by a link");
    session::open(desk, user, request.client).await
}

async fn change(desk: &Desk, request: ChangePassword) -> Result<(), ApiError> {
    let app = &desk.app;
    let signed_in = desk.signed_in().await?;
    let device = desk.cookie(Cookie::Device);
    let known_device = match &device {
        Some(device) => app.store.read().await?.knows_device(device, signed_in.user.id).await?,
        None => false,
    };
    let device = device.as_deref().filter(|_| known_device);
    let attempt = Attempt::new(&signed_in.user.sign_in, desk.address, device);
    if let Some(wait_ms) = app.throttle.wait(&attempt, app.clock.now()) {
        return Err(ApiError::too_many_attempts(wait_ms));
    }
    app.throttle.failed(&attempt, app.clock.now());
    let known = app.store.read().await?.password_of(signed_in.user.id).await?;
    if !app.passwords.fits(request.old, known).await? {
        return Err(Code::WrongPassword.into());
    }
    app.throttle.succeeded(&attempt);
    let hashed = people::hash(&app.passwords, request.new).await?;
    let mut tx = app.store.write().await?;
    tx.set_password(signed_in.user.id, &hashed, app.clock.now()).await?;
    // Whoever knew the old one is out, and so is whoever holds a link; the person goes on here.
    tx.end_link(signed_in.user.id).await?;
    tx.end_sessions_of(signed_in.user.id, Some(&signed_in.token_hash)).await?;
    tx.commit().await?;
    tracing::info!(user = %signed_in.user.id, "the password was changed");
    Ok(())
}
