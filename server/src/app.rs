//! What all requests share, and what the server does beside them.

use std::{ops::Deref, sync::Arc, time::Duration};

use axum::Router;
use sync::{
    protocol::PAGE_ROWS,
    server::{
        Clock as _, ReadTx, ServerStore, StoreError, WriteTx, expire_shares, hand_over, keep_fingerprints, prune,
        purge_binned, recycle,
    },
};
use tokio::{
    sync::{Mutex, Semaphore, watch},
    task::JoinSet,
    time::interval,
};

use crate::{
    clashes::Clashes,
    clock::ServerClock,
    heads::Heads,
    metrics::Metrics,
    password::Passwords,
    reach::Reach,
    store::{Store, Wal},
    throttle::Throttle,
};

/// How often the server looks after itself.
const HOUSEKEEPING: Duration = Duration::from_secs(60);

/// How often it purges what has lain in the recycle bin long enough: that goes by days.
const EMPTYING: Duration = Duration::from_secs(3600);

/// So many revisions are worth statistics.
const STATISTICS_FROM: u64 = 100;

/// How a server is run.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// What lies between a browser and this server.
    pub reach: Reach,
    /// How long a session lasts without use; ms.
    pub session_ms: i64,
    /// The most rows of one page of a feed.
    pub page_rows: usize,
    /// The clock; ms UTC. A simulated server lives in another time.
    pub time: fn() -> i64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { reach: Reach::Local, session_ms: 30 * 24 * 3600 * 1000, page_rows: PAGE_ROWS, time: crate::random::now }
    }
}

/// A running server. Clones are handles on the same one.
#[derive(Clone)]
pub struct App {
    shared: Arc<Shared>,
}

/// The parts of an [`App`].
pub struct Shared {
    pub(crate) store: Store,
    pub(crate) clock: ServerClock,
    pub(crate) heads: Heads,
    pub(crate) passwords: Passwords,
    pub(crate) throttle: Throttle,
    pub(crate) clashes: Clashes,
    pub(crate) metrics: Metrics,
    /// Held by whoever takes the whole company along: one at a time.
    pub(crate) export: Arc<Semaphore>,
    /// Held by whoever goes on with the handovers: two at a time would do the same twice.
    handing_over: Mutex<()>,
    pub(crate) settings: Settings,
    /// The site, for every address outside the API.
    pub(crate) site: Router,
    stopping: watch::Sender<bool>,
}

impl Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.shared
    }
}

impl App {
    /// Makes a server on a store.
    ///
    /// # Errors
    /// The database is away.
    pub async fn new(store: Store, site: Router, settings: Settings) -> Result<App, StoreError> {
        let metrics = Metrics::new(store.knows_backups());
        let shared = Shared {
            store,
            clock: ServerClock::new(settings.time),
            heads: Heads::default(),
            passwords: Passwords::default(),
            throttle: Throttle::default(),
            clashes: Clashes::default(),
            metrics,
            export: Arc::new(Semaphore::new(1)),
            handing_over: Mutex::new(()),
            settings,
            site,
            stopping: watch::Sender::new(false),
        };
        let app = App { shared: Arc::new(shared) };
        app.learn().await?;
        Ok(app)
    }

    /// Starts what runs beside the requests; it ends when the set is dropped.
    pub fn start_background(&self) -> JoinSet<()> {
        let mut tasks = JoinSet::new();
        let app = self.clone();
        tasks.spawn(async move { app.heads.poll(&app.store).await });
        let app = self.clone();
        tasks.spawn(async move { app.heads.listen(&app.store).await });
        let app = self.clone();
        tasks.spawn(async move { app.heads.announce(&app.store).await });
        let app = self.clone();
        tasks.spawn(async move { app.keep_statistics().await });
        let app = self.clone();
        tasks.spawn(async move { app.watch_clashes().await });
        let app = self.clone();
        tasks.spawn(async move {
            let mut ticks = interval(HOUSEKEEPING);
            loop {
                ticks.tick().await;
                if let Err(error) = app.look_after().await {
                    tracing::warn!(%error, "housekeeping failed; it is tried again");
                }
            }
        });
        let app = self.clone();
        tasks.spawn(async move {
            let mut ticks = interval(EMPTYING);
            loop {
                ticks.tick().await;
                if let Err(error) = app.empty_bin().await {
                    tracing::warn!(%error, "the recycle bin was not emptied; it is tried again");
                }
                if let Err(error) = recycle(&app.store, &app.clock).await {
                    tracing::warn!(%error, "customers did not fall back into their pools; it is tried again");
                }
            }
        });
        tasks
    }

    /// Ends the streams that would otherwise stay open.
    pub fn stop(&self) {
        self.stopping.send_replace(true);
    }

    /// Waits for the server to stop.
    pub(crate) async fn stopped(&self) {
        // The sender lives as long as this handle.
        if self.stopping.subscribe().wait_for(|stopping| *stopping).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Refreshes the database's statistics whenever history has doubled: a young database grows faster than
    /// its own upkeep looks after it.
    async fn keep_statistics(&self) {
        let mut heads = self.heads.follow();
        let mut due = 0;
        loop {
            let head = *heads.borrow_and_update();
            if head >= due {
                match self.store.refresh_statistics().await {
                    Ok(()) => due = head * 2 + STATISTICS_FROM,
                    Err(error) => tracing::warn!(%error, "no statistics; they are tried again"),
                }
            }
            if heads.changed().await.is_err() {
                return;
            }
        }
    }

    /// Takes over what the organisation's record says, and the head.
    pub(crate) async fn learn(&self) -> Result<(), StoreError> {
        let mut tx = self.store.read().await?;
        self.heads.raise(tx.head().await?.rev);
        if let Some(organisation) = tx.organisation().await? {
            self.clock.set_zone(&organisation.time_zone);
        }
        Ok(())
    }

    /// Goes on with the handovers that run.
    pub(crate) async fn hand_over(&self) -> Result<(), StoreError> {
        let alone = self.handing_over.lock().await;
        let ended = hand_over(&self.store, &self.clock, usize::MAX).await;
        drop(alone);
        // Devices that listen are told how far it came.
        self.learn().await?;
        ended
    }

    async fn empty_bin(&self) -> Result<(), StoreError> {
        self.learn().await?;
        for (record, refusal) in purge_binned(&self.store, &self.clock).await? {
            tracing::warn!(%record, %refusal, "it stays in the recycle bin");
        }
        Ok(())
    }

    async fn look_after(&self) -> Result<(), StoreError> {
        self.learn().await?;
        expire_shares(&self.store, &self.clock).await?;
        if let Err(error) = self.hand_over().await {
            tracing::warn!(%error, "a handover does not go on; it is tried again");
        }
        prune(&self.store, &self.clock).await?;
        let mut tx = self.store.write().await?;
        tx.drop_ended_sessions(self.clock.now()).await?;
        tx.commit().await?;
        if let Wal::Stuck { bytes } = self.store.watch_wal().await? {
            tracing::warn!(bytes, "the write-ahead log cannot be written back: a reader holds it");
        }
        self.throttle.forget_old(self.clock.now());
        keep_fingerprints(&self.store, &self.clock).await
    }
}
