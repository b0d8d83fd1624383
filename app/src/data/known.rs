//! What this browser remembers of a database, so that a cleared one is told from a first use.

use serde::{Deserialize, Serialize};

use crate::platform::preferences;

/// The last report of a database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// By the device's clock; ms.
    pub at: i64,
    pub unsent: u32,
    /// When the server last answered; ms.
    #[serde(default)]
    pub exchanged: Option<i64>,
}

fn key(database: &str) -> String {
    format!("{database}.report")
}

fn loss_key(database: &str) -> String {
    format!("{database}.loss")
}

/// Keeps a report.
pub fn report(database: &str, report: Report) {
    if let Ok(text) = serde_json::to_string(&report) {
        preferences::set(&key(database), &text);
    }
}

/// Returns the last report; none of a database that this browser never had.
pub fn last_report(database: &str) -> Option<Report> {
    serde_json::from_str(&preferences::get(&key(database))?).ok()
}

/// Says whether this browser has never heard of a database, or has lost all that it knew.
pub fn unheard_of(database: &str) -> bool {
    preferences::get(&key(database)).is_none()
}

/// Notes that a database was cleared after a report, until the person has seen it.
pub fn note_loss(database: &str, report: Report) {
    if let Ok(text) = serde_json::to_string(&report) {
        preferences::set(&loss_key(database), &text);
    }
}

/// Returns the last report of a database that was cleared since.
pub fn loss(database: &str) -> Option<Report> {
    serde_json::from_str(&preferences::get(&loss_key(database))?).ok()
}

/// The person has seen what was lost.
pub fn loss_seen(database: &str) {
    preferences::remove(&loss_key(database));
}

/// Forgets a database that the person removed; that it was here stays known, so that nobody calls it lost.
pub fn forget(database: &str) {
    preferences::set(&key(database), "null");
    loss_seen(database);
}
