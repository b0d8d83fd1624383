use std::{net::SocketAddr, path::PathBuf, time::Duration};

use anyhow::{Context as _, Result};
use axum_server::Handle;
use clap::Args;
use tokio::{
    signal::unix::{SignalKind, signal},
    time::timeout,
};
use tracing_subscriber::EnvFilter;

use super::{Data, metrics::MetricsOptions, people::Password, reach::ReachOptions};
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
    #[command(flatten)]
    reach: ReachOptions,
    #[command(flatten)]
    metrics: MetricsOptions,
    /// Fill an empty data folder with a demo company, in zh-Hant, zh-Hans or en
    #[arg(long, value_name = "LANGUAGE", num_args = 0..=1, default_missing_value = "zh-Hant")]
    demo: Option<String>,
    /// How long somebody stays signed in without using it, in seconds
    #[arg(long, default_value_t = 30 * 24 * 3600, value_parser = clap::value_parser!(i64).range(1..=315_360_000))]
    session_seconds: i64,
}

pub(super) async fn run(options: Options) -> Result<()> {
    let reach = options.reach.checked(options.listen)?;
    let reader = options.metrics.reader()?;
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).init();

    let _lock = options.data.lock()?;
    let tls = options.reach.tls(&options.data.data, options.listen).await?;
    let site = site::router(&source(options.site)?).context("the site cannot be read")?;
    let store = options.data.open().await?;
    if let Some(language) = &options.demo {
        fill_demo(&store, language).await?;
    }
    let settings = Settings { reach, session_ms: options.session_seconds * 1000, ..Settings::default() };
    let app = App::new(store.clone(), site, settings).await?;
    let mut background = app.start_background();

    let listener = std::net::TcpListener::bind(options.listen);
    let listener = listener.with_context(|| format!("nothing can listen on {}", options.listen))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    options.metrics.serve(reader, &app, &mut background).await?;
    let handle = Handle::new();
    let service = router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let mut serve = match tls {
        None => {
            println!("Changke serves on http://{address}");
            let server = axum_server::from_tcp(listener)?.handle(handle.clone());
            tokio::spawn(async move { server.serve(service).await })
        }
        Some(secured) => {
            println!("Changke serves on {}", secured.address(address));
            secured.help(address, &mut background).await?;
            background.spawn(secured.tls.clone().renew());
            let server = axum_server::from_tcp_rustls(listener, secured.tls.config)?.handle(handle.clone());
            tokio::spawn(async move { server.serve(service).await })
        }
    };
    let (mut interrupt, mut end) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    tokio::select! {
        ended = &mut serve => ended??,
        _ = interrupt.recv() => {}
        _ = end.recv() => {}
    }
    tracing::info!("stopping");
    app.stop();
    handle.graceful_shutdown(Some(FAREWELL));
    if !serve.is_finished() && timeout(FAREWELL * 2, serve).await.is_err() {
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
        None => anyhow::bail!("this build has no site inside: name the folder of the built site with --site"),
    }
}
