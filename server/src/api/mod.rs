//! The API under `/api/v1`. Its addresses never change: a device may be weeks older than the server.

mod archive;
mod blobs;
mod cookie;
mod desk;
mod devices;
mod error;
mod events;
mod handover;
mod history;
mod json;
mod password;
mod people;
mod quarantine;
mod session;
mod set_up;
mod signed_in;
mod status;
mod strangers;
mod sync;

use app::online::Code;
use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::{HeaderName, HeaderValue, Method, header::CACHE_CONTROL},
    middleware::{Next, from_fn, from_fn_with_state},
    response::Response,
    routing::{MethodRouter, get, post},
};
use tower_http::{CompressionLevel, compression::CompressionLayer, csrf::CsrfLayer};

use self::error::ApiError;
use crate::{App, metrics};

/// Where the API is.
const PREFIX: &str = "/api/v1";
/// The stream of events.
const EVENTS: &str = "/events";
/// The request's own mark, in its answer too: what a captive portal answers has none.
pub(crate) const NONCE: HeaderName = HeaderName::from_static("x-changke-nonce");
/// A push, and room for what surrounds its entries.
const PUSH_BYTES_MOST: usize = ::sync::protocol::PUSH_BYTES_MOST + (256 << 10);
/// Every other request is small.
const BYTES_MOST: usize = 64 << 10;
/// zstd and gzip: fast enough for the network to be the slower part.
const COMPRESSION: CompressionLevel = CompressionLevel::Precise(3);

/// Serves the API, and the site at every other address.
pub fn router(app: App) -> Router {
    let site = app.site.clone();
    // Events are a trickle: compression would hold them back.
    let events = Router::new().route(EVENTS, get(events::events));
    let plain = plain().into_iter();
    let answers = plain
        .fold(Router::new(), |router, (path, handler)| router.route(path, handler))
        .merge(desk::routes())
        .layer(CompressionLayer::new().quality(COMPRESSION));
    // Pictures are compressed already.
    let pieces = DefaultBodyLimit::max(::sync::protocol::BLOB_PIECE_BYTES);
    let blobs = Router::new().route(blobs::PATH, get(blobs::get).put(blobs::put).layer(pieces));
    let whole = Router::new().route(archive::PATH, get(archive::get));
    let api = answers
        .merge(events)
        .merge(whole)
        .merge(blobs)
        .fallback(async || ApiError::from(Code::NotFound))
        .layer(DefaultBodyLimit::max(BYTES_MOST))
        .layer(CsrfLayer::new())
        .layer(from_fn(echo_nonce))
        .layer(from_fn_with_state(app.clone(), metrics::count))
        .with_state(app);
    Router::new().nest(PREFIX, api).fallback_service(site)
}

/// The handlers that are no server functions; all answer `POST`.
fn plain() -> [(&'static str, MethodRouter<App>); 4] {
    let large = DefaultBodyLimit::max(PUSH_BYTES_MOST);
    [
        ("/push", post(sync::push).layer(large)),
        ("/quarantine", post(quarantine::push).layer(large)),
        ("/pull", post(sync::pull)),
        ("/check", post(sync::check)),
    ]
}

/// Returns every address of the API under its prefix, with its method.
pub fn addresses() -> Vec<(&'static str, Method)> {
    let functions = app::online::addresses();
    let functions = functions.map(|(address, method)| (address.strip_prefix(PREFIX).unwrap_or(address), method));
    let plain = plain().map(|(path, _)| (path, Method::POST));
    let read = [EVENTS, blobs::PATH, archive::PATH].map(|path| (path, Method::GET));
    let streams = read.into_iter().chain([(blobs::PATH, Method::PUT)]);
    functions.chain(plain).chain(streams).collect()
}

async fn echo_nonce(request: Request, next: Next) -> Response {
    let nonce = request.headers().get(NONCE).cloned();
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(nonce) = nonce {
        headers.insert(NONCE, nonce);
    }
    response
}
