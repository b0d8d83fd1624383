//! What anybody may know; also the probe that no captive portal can answer.

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
};
use serde::{Deserialize, Serialize};
use sync::{
    protocol::{PROTOCOL, PROTOCOL_OLDEST},
    server::{Clock as _, ServerStore},
};
use uuid::Uuid;

use super::error::ApiError;
use crate::App;

#[derive(Deserialize)]
pub(super) struct Probe {
    #[serde(default)]
    nonce: Option<String>,
}

/// The state of the server.
#[derive(Serialize)]
pub(super) struct Status {
    /// Whether an organisation exists.
    set_up: bool,
    organisation: Option<PublicOrganisation>,
    /// The server's clock; ms UTC.
    time: i64,
    build: &'static str,
    protocol: u16,
    protocol_oldest: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<String>,
}

#[derive(Serialize)]
struct PublicOrganisation {
    id: Uuid,
    name: String,
    language: String,
}

/// `GET /status`
pub(super) async fn status(
    State(app): State<App>,
    probe: Result<Query<Probe>, QueryRejection>,
) -> Result<Json<Status>, ApiError> {
    let Query(Probe { nonce }) = probe.map_err(|_| ApiError::BadRequest)?;
    let organisation = app.store.read().await?.organisation().await?;
    Ok(Json(Status {
        set_up: organisation.is_some(),
        organisation: organisation.map(|organisation| PublicOrganisation {
            id: organisation.id.uuid(),
            name: organisation.name,
            language: organisation.language,
        }),
        time: app.clock.now(),
        build: env!("CARGO_PKG_VERSION"),
        protocol: PROTOCOL,
        protocol_oldest: PROTOCOL_OLDEST,
        nonce: nonce.filter(|nonce| nonce.len() <= 100),
    }))
}
