//! How browsers are to reach the server: what was asked for, and what it takes.

use std::{
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use tokio::{net::TcpListener, task::JoinSet};

use crate::{
    Reach,
    tls::{Authority, Help, Source, Tls, drawn},
};

#[derive(Debug, Args)]
pub(super) struct ReachOptions {
    /// A proxy before this server ends TLS and names the browser's address (X-Forwarded-For)
    #[arg(long, conflicts_with_all = ["tls_cert", "tls_local"])]
    behind_proxy: bool,
    /// The certificate with its chain, in PEM form; it is read again when it changes
    #[arg(long, value_name = "FILE", requires = "tls_key", conflicts_with = "tls_local")]
    tls_cert: Option<PathBuf>,
    /// The certificate's key, in PEM form
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Make certificates by an authority of your own, which colleagues install on their devices once
    #[arg(long)]
    tls_local: bool,
    /// A name or address of this server, for --tls-local; without any, its addresses in the local network
    #[arg(long, value_name = "NAME", requires = "tls_local")]
    tls_name: Vec<String>,
    /// Where the page that explains the installation listens, over plain http; by default one port further on
    #[arg(long, value_name = "ADDR", requires = "tls_local")]
    help_listen: Option<SocketAddr>,
}

/// TLS with what is told about it.
pub(super) struct Secured {
    pub(super) tls: Tls,
    /// The name in the server's address; empty where the certificate is somebody else's.
    name: String,
    help: Option<(Arc<Authority>, SocketAddr)>,
}

impl ReachOptions {
    /// Says what lies between browsers and this server.
    pub(super) fn checked(&self, listen: SocketAddr) -> Result<Reach> {
        if self.behind_proxy {
            return Ok(Reach::BehindProxy);
        }
        if self.tls_local || self.tls_cert.is_some() {
            return Ok(Reach::Tls);
        }
        if !listen.ip().is_loopback() {
            bail!(
                "{listen} can be reached by others, and without TLS their browsers neither work offline nor keep a \
                 secret. Say --tls-cert and --tls-key, or --tls-local for an authority of your own, or put a proxy \
                 that ends TLS before this server and say --behind-proxy; or listen on 127.0.0.1"
            );
        }
        Ok(Reach::Local)
    }

    /// Prepares TLS, if this server is to end it.
    pub(super) async fn tls(&self, data: &Path, listen: SocketAddr) -> Result<Option<Secured>> {
        if let (Some(certificate), Some(key)) = (self.tls_cert.clone(), self.tls_key.clone()) {
            let tls = Tls::new(Source::Files { certificate, key }).await?;
            return Ok(Some(Secured { tls, name: String::new(), help: None }));
        }
        if !self.tls_local {
            return Ok(None);
        }
        let authority = Arc::new(Authority::open(&data.join("tls"))?);
        let names = if self.tls_name.is_empty() { local_names(listen.ip())? } else { self.tls_name.clone() };
        let name = names.first().cloned().context("no name for this server: say --tls-name")?;
        let tls = Tls::new(Source::Local { authority: authority.clone(), names }).await?;
        let next = SocketAddr::new(listen.ip(), if listen.port() == 0 { 0 } else { listen.port().saturating_add(1) });
        Ok(Some(Secured { tls, name, help: Some((authority, self.help_listen.unwrap_or(next))) }))
    }
}

impl Secured {
    /// Returns the server's address.
    pub(super) fn address(&self, listening: SocketAddr) -> String {
        if self.name.is_empty() {
            return format!("https://{listening}");
        }
        url("https", &self.name, listening.port())
    }

    /// Serves the page that explains the installation, and says where.
    pub(super) async fn help(&self, listening: SocketAddr, background: &mut JoinSet<()>) -> Result<()> {
        let Some((authority, listen)) = &self.help else { return Ok(()) };
        let listener = TcpListener::bind(listen).await;
        let listener = listener.with_context(|| format!("nothing can listen on {listen}: say --help-listen"))?;
        let address = url("http", &self.name, listener.local_addr()?.port());
        let page = Help::new(authority, self.address(listening))?.router();
        background.spawn(async move {
            if let Err(error) = axum::serve(listener, page).await {
                tracing::warn!(%error, "the page about the certificate is gone");
            }
        });
        println!("New devices open {address} first, to install the certificate:\n{}", drawn(&address)?);
        Ok(())
    }
}

fn url(scheme: &str, name: &str, port: u16) -> String {
    let host = if name.parse::<std::net::Ipv6Addr>().is_ok() { format!("[{name}]") } else { name.to_owned() };
    format!("{scheme}://{host}:{port}")
}

/// Returns the addresses under which the local network finds this machine, those of version 4 first.
fn local_names(listen: IpAddr) -> Result<Vec<String>> {
    if !listen.is_unspecified() {
        return Ok(vec![listen.to_string()]);
    }
    let interfaces = if_addrs::get_if_addrs().context("the addresses of this machine")?;
    let mut addresses: Vec<IpAddr> = interfaces.iter().map(if_addrs::Interface::ip).collect();
    addresses.retain(|address| !address.is_loopback() && crate::tls::vouches_for(&address.to_string()));
    // Links of version 6 need a zone, which no certificate names.
    addresses.retain(|address| !matches!(address, IpAddr::V6(address) if address.is_unicast_link_local()));
    addresses.sort();
    Ok(addresses.iter().map(IpAddr::to_string).collect())
}
