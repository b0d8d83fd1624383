//! `GET /archive`: the whole company as files, for its administrators.

use app::online::Code;
use axum::{
    body::Body,
    extract::State,
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use domain::access::Role;
use sync::server::{Clock as _, ServerStore as _, apply_as};

use super::{blobs::encoded, error::ApiError, signed_in::SignedIn};
use crate::{App, archive, random};

/// Where it is.
pub(super) const PATH: &str = "/archive";

/// Notes who takes it, then streams it.
pub(super) async fn get(State(app): State<App>, signed_in: SignedIn) -> Result<Response, ApiError> {
    let user = signed_in.user;
    if !user.roles.contains(&Role::Administrator) {
        return Err(Code::NotAllowed.into());
    }
    let organisation = app.store.read().await?.organisation().await?.ok_or(Code::SignedOut)?;
    let note = archive::note(&app.store).await?;
    if apply_as(&app.store, user.id, &[(random::id()?, note)], &app.clock).await?.is_err() {
        return Err(Code::NotAllowed.into());
    }
    app.learn().await?;
    tracing::info!(user = %user.id, "exports the whole company");
    let name = format!("{} {}.zip", organisation.name, app.clock.today());
    Ok((headers(&name), Body::from_stream(archive::stream(app.store.clone()))).into_response())
}

fn headers(name: &str) -> [(HeaderName, HeaderValue); 3] {
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
