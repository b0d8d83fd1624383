use std::{fs, net::SocketAddr, path::PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use tokio::{net::TcpListener, task::JoinSet};

use crate::{App, Reader, metrics_router};

/// A shorter token could be guessed.
const TOKEN_LEAST: usize = 16;

#[derive(Debug, Args)]
pub(super) struct MetricsOptions {
    /// Where figures for Prometheus are served, at /metrics; an address of its own, so that no proxy passes it on
    #[arg(long, value_name = "ADDR", num_args = 0..=1, default_missing_value = "127.0.0.1:9464")]
    metrics_listen: Option<SocketAddr>,
    /// A file with the token that readers of the figures carry (Authorization: Bearer); beyond loopback it is needed
    #[arg(long, value_name = "FILE", requires = "metrics_listen")]
    metrics_token_file: Option<PathBuf>,
}

impl MetricsOptions {
    /// Says who may read the figures.
    pub(super) fn reader(&self) -> Result<Reader> {
        let Some(file) = &self.metrics_token_file else {
            return match self.metrics_listen {
                Some(listen) if !listen.ip().is_loopback() => {
                    bail!("{listen} can be reached by others: say --metrics-token-file, or listen on 127.0.0.1")
                }
                _ => Ok(Reader::Here),
            };
        };
        let token = fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
        if token.trim().len() < TOKEN_LEAST {
            bail!("the token in {} has fewer than {TOKEN_LEAST} characters", file.display());
        }
        Ok(Reader::bearer(token.trim()))
    }

    /// Serves the figures beside the application, if that was asked for.
    pub(super) async fn serve(&self, reader: Reader, app: &App, background: &mut JoinSet<()>) -> Result<()> {
        let Some(listen) = self.metrics_listen else { return Ok(()) };
        let listener = TcpListener::bind(listen).await;
        let listener = listener.with_context(|| format!("nothing can listen on {listen}: say --metrics-listen"))?;
        println!("Figures are on http://{}/metrics", listener.local_addr()?);
        let service = metrics_router(app.clone(), reader).into_make_service_with_connect_info::<SocketAddr>();
        background.spawn(async move {
            if let Err(error) = axum::serve(listener, service).await {
                tracing::warn!(%error, "the figures are gone");
            }
        });
        Ok(())
    }
}
