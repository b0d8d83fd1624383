//! Where the columns of a file went the last time: a small choice of this browser.

use domain::exchange::Target;

use crate::platform::preferences;

const KEY: &str = "changke.import.columns";
/// So many kinds of files are remembered.
const MOST: usize = 20;

type Known = Vec<(Vec<String>, Vec<Target>)>;

fn known() -> Known {
    preferences::get(KEY).and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}

/// Returns where columns of these names went.
pub fn targets(header: &[String]) -> Option<Vec<Target>> {
    let found = known().into_iter().find(|(names, _)| names == header);
    found.map(|(_, targets)| targets).filter(|targets| targets.len() == header.len())
}

/// Remembers where columns of these names go.
pub fn keep(header: &[String], targets: &[Target]) {
    let mut known = known();
    known.retain(|(names, _)| names != header);
    known.insert(0, (header.to_vec(), targets.to_vec()));
    known.truncate(MOST);
    if let Ok(text) = serde_json::to_string(&known) {
        preferences::set(KEY, &text);
    }
}
