//! Where the server functions arrive: one request, and what its answer sets.

use std::net::IpAddr;

use app::online;
use axum::{
    Router,
    body::{Body, Bytes},
    extract::{OriginalUri, Request, State, rejection::BytesRejection},
    http::{
        HeaderMap, HeaderValue,
        header::{ACCEPT, SET_COOKIE},
        request::Parts,
    },
    response::IntoResponse,
    routing::{MethodFilter, on},
};
use leptos_axum::{ResponseOptions, handle_server_fns_with_context};

use super::{
    cookie::Cookie,
    devices,
    error::ApiError,
    json,
    signed_in::{Address, SignedIn},
};
use crate::App;

/// The desk at which one request is answered. Each topic implements its part beside its code.
pub(super) struct Desk {
    pub(super) app: App,
    pub(super) address: Option<IpAddr>,
    headers: HeaderMap,
    answer: ResponseOptions,
}

impl Desk {
    /// Returns who asks.
    pub(super) async fn signed_in(&self) -> Result<SignedIn, ApiError> {
        SignedIn::by(&self.app, &self.headers).await
    }

    /// Reads the hash of the token that the request carries.
    pub(super) fn cookie(&self, cookie: Cookie) -> Option<String> {
        cookie.read(&self.headers, &self.app.settings)
    }

    /// Returns what the browser calls itself.
    pub(super) fn label(&self) -> String {
        devices::label(&self.headers)
    }

    /// Has the answer set or clear a cookie.
    pub(super) fn set_cookie(&self, cookie: Option<HeaderValue>) {
        if let Some(cookie) = cookie {
            self.answer.append_header(SET_COOKIE, cookie);
        }
    }
}

/// Routes every server function by its own address.
pub(super) fn routes() -> Router<App> {
    online::addresses().fold(Router::new(), |router, (address, method)| {
        let path = address.strip_prefix(super::PREFIX).unwrap_or(address);
        match MethodFilter::try_from(method) {
            Ok(method) => router.route(path, on(method, run)),
            Err(_) => router,
        }
    })
}

async fn run(
    State(app): State<App>,
    Address(address): Address,
    OriginalUri(uri): OriginalUri,
    mut parts: Parts,
    body: Result<Bytes, BytesRejection>,
) -> Result<impl IntoResponse, ApiError> {
    let body = body.map_err(json::cut)?;
    parts.uri = uri;
    // No plain HTML form calls here: an answer is never a redirection.
    parts.headers.remove(ACCEPT);
    let headers = parts.headers.clone();
    let request = Request::from_parts(parts, Body::from(body));
    let context = move || {
        let (app, headers) = (app.clone(), headers.clone());
        online::provide_desk(move |answer| Desk { app, address, headers, answer });
    };
    Ok(handle_server_fns_with_context(context, request).await)
}
