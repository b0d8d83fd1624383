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

/// Forgets a database that the person removed.
pub fn forget(database: &str) {
    preferences::remove(&key(database));
}
