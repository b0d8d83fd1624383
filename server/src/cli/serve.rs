use std::{net::SocketAddr, path::PathBuf, time::Duration};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    time::timeout,
};
use tracing_subscriber::EnvFilter;

use super::{Data, people::Password};
use crate::{
    App, Settings, demo,
    password::Passwords,
    people::NotMade,
    random, router,
    site::{self, SiteSource},
    store::Store,
};

/// How long open requests may take to end.
const FAREWELL: Duration = Duration::from_secs(10);

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Where to listen
    #[arg(long, default_value = "127.0.0.1:3000", value_name = "ADDR")]
    listen: SocketAddr,
    #[command(flatten)]
    data: Data,
    /// The folder of the built site
    #[arg(long, value_name = "DIR")]
    site: Option<PathBuf>,
    /// A proxy before this server ends TLS and names the browser's address (X-Forwarded-For)
    #[arg(long)]
    behind_proxy: bool,
    /// Fill an empty data folder with a demo company, in zh-Hant, zh-Hans or en
    #[arg(long, value_name = "LANGUAGE", num_args = 0..=1, default_missing_value = "zh-Hant")]
    demo: Option<String>,
    /// How long somebody stays signed in without using it, in seconds
    #[arg(long, default_value_t = 30 * 24 * 3600, value_parser = clap::value_parser!(i64).range(1..=315_360_000))]
    session_seconds: i64,
}

pub(super) async fn run(options: Options) -> Result<()> {
    if !options.listen.ip().is_loopback() && !options.behind_proxy {
        bail!(
            "{} can be reached by others, and without TLS their browsers neither work offline nor keep a secret. \
             Put a proxy that ends TLS before this server and say --behind-proxy, or listen on 127.0.0.1",
            options.listen
        );
    }
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).init();

    let _lock = options.data.lock()?;
    let site = site::router(&source(options.site)?).context("the site cannot be read")?;
    let store = options.data.open().await?;
    if let Some(language) = &options.demo {
        fill_demo(&store, language).await?;
    }
    let settings = Settings {
        behind_proxy: options.behind_proxy,
        session_ms: options.session_seconds * 1000,
        ..Settings::default()
    };
    let app = App::new(store.clone(), site, settings).await?;
    let background = app.start_background();

    let listener = TcpListener::bind(options.listen).await;
    let listener = listener.with_context(|| format!("nothing can listen on {}", options.listen))?;
    println!("Changke serves on http://{}", listener.local_addr()?);
    let (mut interrupt, mut end) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let stop = app.clone();
    let serve = axum::serve(listener, router(app.clone()).into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(async move { stop.stopped().await })
        .into_future();
    let mut serve = tokio::spawn(serve);
    tokio::select! {
        ended = &mut serve => ended??,
        _ = interrupt.recv() => {}
        _ = end.recv() => {}
    }
    tracing::info!("stopping");
    app.stop();
    if !serve.is_finished() && timeout(FAREWELL, serve).await.is_err() {
        tracing::warn!("some requests did not end in time");
    }
    drop(background);
    store.close().await;
    Ok(())
}

/// Fills an empty store with a demo company; one that has an organisation is served as it is.
async fn fill_demo(store: &Store, language: &str) -> Result<()> {
    let (password, _) = Password::default().take()?;
    match demo::fill(store, &Passwords::default(), language, password.clone(), random::now()).await {
        Ok(administrator) => {
            println!("A demo company is here. Sign in as {}; everybody's password: {password}", administrator.sign_in);
            Ok(())
        }
        Err(NotMade::AlreadySetUp) => {
            println!("There is an organisation already: it is served, and no demo company is made.");
            Ok(())
        }
        Err(error) => Err(error).context("the demo company cannot be made"),
    }
}

fn source(folder: Option<PathBuf>) -> Result<SiteSource> {
    match folder {
        Some(folder) => Ok(SiteSource::Folder(folder)),
        #[cfg(feature = "embed-site")]
        None => Ok(SiteSource::Embedded),
        #[cfg(not(feature = "embed-site"))]
        None => bail!("this build has no site inside: name the folder of the built site with --site"),
    }
}
