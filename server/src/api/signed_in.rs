//! Who asks: by the session's cookie, in every request anew.

use std::net::{IpAddr, SocketAddr};

use app::online::Code;
use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, request::Parts},
};
use domain::user::User;
use sync::server::{Clock as _, ServerStore, Session, WriteTx};

use super::{cookie::Cookie, error::ApiError};
use crate::{App, Reach};

/// A session is moved on once so much of its life has passed.
const MOVED_AFTER: i64 = 30;

/// A person with a session.
pub(super) struct SignedIn {
    pub(super) user: User,
    pub(super) token_hash: String,
    pub(super) session: Session,
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        SignedIn::by(app, &parts.headers).await
    }
}

impl SignedIn {
    /// Finds the session whose cookie a request carries.
    pub(super) async fn by(app: &App, headers: &HeaderMap) -> Result<SignedIn, ApiError> {
        let token_hash = Cookie::Session.read(headers, &app.settings).ok_or(Code::SignedOut)?;
        Ok(SignedIn::find(app, token_hash).await?.ok_or(Code::SignedOut)?)
    }

    /// Finds a session that has not ended, and moves its end.
    pub(super) async fn find(app: &App, token_hash: String) -> Result<Option<SignedIn>, ApiError> {
        let (now, life) = (app.clock.now(), app.settings.session_ms);
        let found = app.store.read().await?.session(&token_hash, now).await?;
        let Some((user, expires)) = found else { return Ok(None) };
        if expires - now < life - life / MOVED_AFTER {
            let mut tx = app.store.write().await?;
            tx.extend_session(&token_hash, now + life).await?;
            tx.commit().await?;
        }
        let session = Session { organisation: app.store.organisation(), user: user.id };
        Ok(Some(SignedIn { user, token_hash, session }))
    }
}

/// The address that a request comes from, as far as it is known.
pub(super) struct Address(pub(super) Option<IpAddr>);

impl FromRequestParts<App> for Address {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        if app.settings.reach == Reach::BehindProxy {
            // The last one is what our proxy saw; those before are what the browser claims.
            let named = parts.headers.get_all("x-forwarded-for").iter().next_back();
            let named = named.and_then(|value| value.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
            return Ok(Address(named));
        }
        let connected = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Address(connected.map(|ConnectInfo(address)| address.ip())))
    }
}
