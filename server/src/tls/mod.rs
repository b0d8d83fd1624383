//! TLS without a proxy: a certificate from elsewhere, or one of the company's own authority.

mod authority;
mod files;
mod help;

use std::{path::PathBuf, sync::Arc, time::Duration};

use anyhow::{Context as _, Result};
use axum_server::tls_rustls::RustlsConfig;
use tokio::time::interval;

pub use self::authority::{Authority, Identity};
use self::files::CertFiles;
pub(crate) use self::{
    authority::vouches_for,
    help::{Help, drawn},
};

/// How often a certificate is looked at: whoever renews it need not restart the server.
const LOOK: Duration = Duration::from_secs(60 * 60);

/// Where certificate and key come from.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// Two files in PEM form, renewed by somebody else.
    Files { certificate: PathBuf, key: PathBuf },
    /// The company's own authority, for these names and addresses of the server.
    Local { authority: Arc<Authority>, names: Vec<String> },
}

/// What the server shows to browsers.
#[derive(Clone)]
pub(crate) struct Tls {
    pub(crate) config: RustlsConfig,
    source: Source,
}

impl Tls {
    /// Loads, or makes, the certificate.
    ///
    /// # Errors
    /// The files cannot be read, are no certificate with its key, or a name is none for a local authority.
    pub(crate) async fn new(source: Source) -> Result<Self> {
        let Identity { certificate, key } = source.identity()?;
        let config = RustlsConfig::from_pem(certificate.into(), key.into()).await;
        Ok(Self { config: config.context("the certificate and its key cannot be used")?, source })
    }

    /// Shows the newest certificate, for as long as the server runs.
    pub(crate) async fn renew(self) {
        let mut ticks = interval(LOOK);
        ticks.tick().await;
        let mut shown = self.source.stamp();
        loop {
            ticks.tick().await;
            let stamp = self.source.stamp();
            if stamp.is_some() && stamp == shown {
                continue;
            }
            match self.show_newest().await {
                Ok(()) => shown = stamp,
                Err(error) => tracing::warn!("the former certificate stays: {error:#}"),
            }
        }
    }

    async fn show_newest(&self) -> Result<()> {
        let Identity { certificate, key } = self.source.identity()?;
        Ok(self.config.reload_from_pem(certificate.into(), key.into()).await?)
    }
}

impl Source {
    fn identity(&self) -> Result<Identity> {
        match self {
            Source::Files { certificate, key } => CertFiles { certificate, key }.read(),
            Source::Local { authority, names } => authority.sign(names),
        }
    }

    /// Returns what changes with the files; one of our own is made anew each time.
    fn stamp(&self) -> Option<[std::time::SystemTime; 2]> {
        match self {
            Source::Files { certificate, key } => CertFiles { certificate, key }.stamp(),
            Source::Local { .. } => None,
        }
    }
}
