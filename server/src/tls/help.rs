//! The page that explains how a device comes to trust the company's authority. It comes over plain http, before
//! any trust: it gives away nothing but the authority's certificate and the server's address.

use anyhow::{Context as _, Result};
use axum::{
    Router,
    http::{HeaderName, header::CACHE_CONTROL, header::CONTENT_TYPE},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use qrcode::{QrCode, render::svg, render::unicode};

use super::Authority;

const PAGE: &str = include_str!("trust.html");

/// What the page tells.
#[derive(Clone, Debug)]
pub(crate) struct Help {
    /// Where the application is.
    address: String,
    name: String,
    certificate: String,
    picture: String,
}

impl Help {
    /// Prepares the page.
    ///
    /// # Errors
    /// The address is too long for a QR code.
    pub(crate) fn new(authority: &Authority, address: String) -> Result<Self> {
        let code = QrCode::new(&address).context("an address")?;
        let picture = code.render::<svg::Color<'_>>().min_dimensions(160, 160).quiet_zone(false).build();
        Ok(Self { address, name: authority.name(), certificate: authority.certificate().to_owned(), picture })
    }

    /// Returns the page, the certificate and the picture of the address.
    pub(crate) fn router(self) -> Router {
        let page = PAGE.replace("{{address}}", &self.address).replace("{{name}}", &self.name);
        let of = |kind: &'static str, text: String| {
            get(async move || -> Response {
                let headers: [(HeaderName, &str); 2] = [(CONTENT_TYPE, kind), (CACHE_CONTROL, "no-store")];
                (headers, text).into_response()
            })
        };
        Router::new()
            .route("/changke.crt", of("application/x-x509-ca-cert", self.certificate))
            .route("/address.svg", of("image/svg+xml", self.picture))
            .fallback(async move || Html(page))
    }
}

/// Draws an address for a terminal, so that a phone can open it.
///
/// # Errors
/// The address is too long.
pub(crate) fn drawn(address: &str) -> Result<String> {
    Ok(QrCode::new(address).context("an address")?.render::<unicode::Dense1x2>().build())
}
