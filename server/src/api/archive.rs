//! `GET /archive`: the whole company as files, for its administrators.

use app::online::Code;
use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, Method, header},
    response::{IntoResponse, Response},
};
use domain::access::Role;
use sync::server::{Clock as _, ServerStore as _, apply_as};

use super::{blobs::encoded, error::ApiError, signed_in::SignedIn};
use crate::{App, archive, random};

/// Where it is.
pub(super) const PATH: &str = "/archive";

/// How long somebody else's export may still take, as a first guess; ms.
const BUSY_MS: i64 = 60_000;

/// Notes who takes it, then streams it: to one at a time, and to a page of this site only. Another site, or a link in a
/// mail, could otherwise have an administrator's browser take it.
pub(super) async fn get(
    State(app): State<App>,
    signed_in: SignedIn,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let user = signed_in.user;
    // Browsers that do not say from where are older than the header.
    let from_here = headers.get("sec-fetch-site").is_none_or(|site| site == "same-origin");
    if !user.roles.contains(&Role::Administrator) || !from_here {
        return Err(Code::NotAllowed.into());
    }
    let organisation = app.store.read().await?.organisation().await?.ok_or(Code::SignedOut)?;
    let described = described(&format!("{} {}.zip", organisation.name, app.clock.today()));
    if method == Method::HEAD {
        return Ok(described.into_response());
    }
    let held = app.export.clone().try_acquire_owned().map_err(|_| ApiError::too_many_attempts(BUSY_MS))?;
    let note = archive::note(&app.store).await?;
    if apply_as(&app.store, user.id, &[(random::id()?, note)], &app.clock).await?.is_err() {
        return Err(Code::NotAllowed.into());
    }
    app.learn().await?;
    tracing::info!(user = %user.id, "exports the whole company");
    let whole = archive::stream(app.store.clone(), user.id, held);
    Ok((described, Body::from_stream(whole)).into_response())
}

/// What an answer says of the file before it begins.
fn described(name: &str) -> [(HeaderName, HeaderValue); 3] {
    let disposition = format!("attachment; filename*=UTF-8''{}", encoded(name));
    [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/zip")),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::try_from(disposition).unwrap_or(HeaderValue::from_static("attachment")),
        ),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ]
}
