//! What the server counts, for Prometheus and whatever reads its format.

mod page;

use std::time::{Duration, Instant};

use axum::{
    extract::{MatchedPath, Request, State},
    http::Method,
    middleware::Next,
    response::Response,
};
use prometheus_client::{
    encoding::{EncodeLabelSet, text},
    metrics::{
        counter::Counter,
        family::{Family, MetricConstructor},
        gauge::Gauge,
        histogram::Histogram,
    },
    registry::{Registry, Unit},
};
use sync::{
    protocol::{PushAnswer, Verdict},
    server::StoreError,
};

pub use page::{Reader, router};

use crate::App;

/// From an answer out of memory to a feed of a whole company; seconds.
const BUCKETS: [f64; 10] = [0.001, 0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Route {
    /// The pattern, never the address: ids are nobody's business here.
    route: String,
    method: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Answered {
    route: String,
    method: &'static str,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

#[derive(Clone)]
struct Buckets;

impl MetricConstructor<Histogram> for Buckets {
    fn new_metric(&self) -> Histogram {
        Histogram::new(BUCKETS)
    }
}

/// Everything that is counted. What the database knows is read when somebody asks.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Answered, Counter>,
    seconds: Family<Route, Histogram, Buckets>,
    pushes: Family<Outcome, Counter>,
    entries: Family<Outcome, Counter>,
    pulls: Counter,
    rows: Counter,
    connected: Gauge,
    unsent: Gauge,
    quarantine: Gauge,
    conflicts: Gauge,
    revision: Gauge,
    size: Gauge,
    backed_up: Gauge,
}

impl Metrics {
    /// Starts to count for a server that knows of its backups, or for one where other tools make them: there a figure
    /// that says "never" would be wrong.
    pub(crate) fn new(knows_backups: bool) -> Self {
        let mut registry = Registry::with_prefix("changke");
        let metrics = Self {
            registry: Registry::default(),
            requests: Family::default(),
            seconds: Family::new_with_constructor(Buckets),
            pushes: Family::default(),
            entries: Family::default(),
            pulls: Counter::default(),
            rows: Counter::default(),
            connected: Gauge::default(),
            unsent: Gauge::default(),
            quarantine: Gauge::default(),
            conflicts: Gauge::default(),
            revision: Gauge::default(),
            size: Gauge::default(),
            backed_up: Gauge::default(),
        };
        registry.register("http_requests", "Requests by route and status", metrics.requests.clone());
        let help = "Time until an answer begins";
        registry.register_with_unit("http_request_duration", help, Unit::Seconds, metrics.seconds.clone());
        registry.register("pushes", "Pushes by how they were answered", metrics.pushes.clone());
        registry.register("entries", "New entries by how they ended", metrics.entries.clone());
        registry.register("pulls", "Pulls that were answered with a feed", metrics.pulls.clone());
        registry.register("feed_rows", "Rows sent in feeds", metrics.rows.clone());
        registry.register("devices_connected", "Devices that listen for news", metrics.connected.clone());
        registry.register("entries_unsent", "Entries on devices, as these last reported", metrics.unsent.clone());
        registry.register("quarantine_entries", "Entries that wait for a decision", metrics.quarantine.clone());
        registry.register("conflicts_open", "Conflicts that nobody has settled", metrics.conflicts.clone());
        registry.register("head_revision", "The newest revision", metrics.revision.clone());
        registry.register_with_unit("database_size", "The database with its files", Unit::Bytes, metrics.size.clone());
        let help = "When a backup was last written and checked; 0 if none was";
        if knows_backups {
            registry.register_with_unit("last_backup_timestamp", help, Unit::Seconds, metrics.backed_up.clone());
        }
        Self { registry, ..metrics }
    }

    /// Counts how a push was answered, with its new entries.
    pub(crate) fn pushed(&self, answer: &PushAnswer) {
        let outcome = match answer {
            PushAnswer::Answered { outcomes, .. } => {
                for new in outcomes.iter().filter(|outcome| !outcome.known) {
                    let applied = new.verdict == Verdict::Applied;
                    self.entries.get_or_create(&Outcome { outcome: if applied { "applied" } else { "refused" } }).inc();
                }
                "answered"
            }
            PushAnswer::Forked => "forked",
            PushAnswer::NotYet { .. } => "not_yet",
            PushAnswer::OtherSession => "other_session",
            PushAnswer::Outdated => "outdated",
        };
        self.pushes.get_or_create(&Outcome { outcome }).inc();
    }

    /// Counts a pull that is answered with a feed.
    pub(crate) fn pulled(&self) {
        self.pulls.inc();
    }

    /// Counts the rows of a page; its last line is its end.
    pub(crate) fn sent(&self, page: &[u8]) {
        let lines = page.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.rows.inc_by(lines.saturating_sub(1));
    }

    /// Counts a device that listens until the answer is dropped.
    pub(crate) fn connected(&self) -> Connected {
        self.connected.inc();
        Connected(self.connected.clone())
    }

    fn answered(&self, route: String, method: &'static str, status: u16, took: Duration) {
        let of_route = Route { route: route.clone(), method };
        self.seconds.get_or_create(&of_route).observe(took.as_secs_f64());
        self.requests.get_or_create(&Answered { route, method, status }).inc();
    }
}

/// One device that listens.
pub(crate) struct Connected(Gauge);

impl Drop for Connected {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// Anybody may make up verbs, and every one would be kept for ever.
fn verb(method: &Method) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or("other")
}

/// Counts every request of the API.
pub(crate) async fn count(State(app): State<App>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let method = verb(request.method());
    let response = next.run(request).await;
    app.metrics.answered(route, method, response.status().as_u16(), began.elapsed());
    response
}

impl App {
    /// Writes all figures in the text format of OpenMetrics 1.0.
    async fn figures(&self) -> Result<String, StoreError> {
        let health = self.store.health().await?;
        let metrics = &self.metrics;
        metrics.unsent.set(health.unsent);
        metrics.quarantine.set(health.quarantine);
        metrics.conflicts.set(health.conflicts);
        metrics.revision.set(health.revision);
        metrics.size.set(health.bytes);
        metrics.backed_up.set(health.backed_up / 1000);
        let mut figures = String::new();
        text::encode(&mut figures, &metrics.registry).map_err(|error| StoreError::Fatal(error.to_string()))?;
        Ok(figures)
    }
}
