//! Who may read the figures.

use std::net::SocketAddr;

use axum::{
    Router,
    extract::{ConnectInfo, Request, State},
    http::{
        HeaderMap, StatusCode,
        header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE},
    },
    response::{IntoResponse, Response},
    routing::get,
};
use sha2::{Digest as _, Sha256};

use crate::App;

/// The text format of OpenMetrics, which Prometheus reads.
const TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// What proxies add: who comes through one does not come from this machine.
const BY_PROXIES: [&str; 5] = ["forwarded", "x-forwarded-for", "x-forwarded-proto", "x-real-ip", "via"];

/// Who may read the figures.
#[derive(Clone)]
pub enum Reader {
    /// Programs on this machine.
    Here,
    /// Whoever carries a token, by its SHA-256: what is compared says nothing about it.
    Bearer([u8; 32]),
}

impl Reader {
    /// Lets those read who carry a token.
    pub fn bearer(token: &str) -> Reader {
        Reader::Bearer(Sha256::digest(token).into())
    }

    fn refuses(&self, peer: Option<SocketAddr>, headers: &HeaderMap) -> Option<StatusCode> {
        match self {
            Reader::Here => {
                let here = peer.is_some_and(|peer| peer.ip().to_canonical().is_loopback());
                let proxied = BY_PROXIES.iter().any(|name| headers.contains_key(*name));
                (!here || proxied).then_some(StatusCode::FORBIDDEN)
            }
            Reader::Bearer(expected) => {
                let carried = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
                let fits = carried.is_some_and(|token| <[u8; 32]>::from(Sha256::digest(token.trim())) == *expected);
                (!fits).then_some(StatusCode::UNAUTHORIZED)
            }
        }
    }
}

/// Serves `GET /metrics`, on an address of its own: whatever a proxy forwards to the application, it is not among it.
pub fn router(app: App, reader: Reader) -> Router {
    Router::new().route("/metrics", get(figures)).with_state((app, reader))
}

async fn figures(State((app, reader)): State<(App, Reader)>, request: Request) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| *peer);
    if let Some(status) = reader.refuses(peer, request.headers()) {
        return match status {
            StatusCode::UNAUTHORIZED => (status, [(WWW_AUTHENTICATE, "Bearer")]).into_response(),
            _ => status.into_response(),
        };
    }
    match app.figures().await {
        Ok(figures) => ([(CONTENT_TYPE, TYPE)], figures).into_response(),
        Err(error) => {
            tracing::warn!(%error, "no figures");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}
