//! `cargo xtask bench`: what we and the peers take, in one report.
//!
//! Each bench writes its entries to `target/bench/report.json`; those of other benches stay.

mod browser;
mod duplicates;
mod size;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::SystemTime;

use anyhow::{Context, Result, bail};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::shell;

/// A bench's name and what measures it.
type Bench = (&'static str, fn(&Path) -> Result<Vec<Measure>>);

const BENCHES: [Bench; 3] =
    [("size", size::measure), ("duplicates", duplicates::measure), ("browser", browser::measure)];

/// One figure.
#[derive(Deserialize)]
pub(crate) struct Measure {
    /// What is measured, beginning with the bench's name.
    pub(crate) name: String,
    pub(crate) unit: String,
    pub(crate) ours: f64,
    /// What others take for the same in the same run, by their name.
    pub(crate) peers: BTreeMap<String, f64>,
    /// What no program of this kind can do better than, or the budget where there is one.
    pub(crate) limit: Option<f64>,
}

/// A figure in the report, with where and when it was taken.
#[derive(Serialize, Deserialize)]
struct Entry {
    name: String,
    unit: String,
    ours: f64,
    peers: BTreeMap<String, f64>,
    limit: Option<f64>,
    /// Each peer's figure divided by ours, and ours by the limit.
    ratio: BTreeMap<String, f64>,
    machine: String,
    date: String,
}

/// Runs the bench named, or all, and prints and keeps their figures.
///
/// # Errors
/// There is no such bench, or one fails.
pub(crate) fn run(root: &Path, name: Option<&str>) -> Result<()> {
    let chosen: Vec<_> = BENCHES.iter().filter(|(bench, _)| name.is_none_or(|name| name == *bench)).collect();
    if chosen.is_empty() {
        bail!("no such bench; there are: {}", BENCHES.map(|(bench, _)| bench).join(", "));
    }
    let path = shell::target(root).join("bench/report.json");
    let machine = machine()?;
    for (bench, measure) in chosen {
        println!("== {bench} ==");
        let date = DateTime::<Utc>::from(SystemTime::now()).to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        let entries = measure(root)?.into_iter().map(|measure| Entry::new(measure, &machine, &date)).collect();
        keep(&path, entries)?;
    }
    println!("{}", path.display());
    Ok(())
}

/// Writes the entries into the report, in the place of former ones of the same name.
fn keep(path: &Path, entries: Vec<Entry>) -> Result<()> {
    let former: Vec<Entry> = match fs::read(path) {
        Ok(report) => serde_json::from_slice(&report).with_context(|| format!("{} is no report", path.display()))?,
        Err(_) => Vec::new(),
    };
    let mut report: BTreeMap<_, _> = former.into_iter().map(|entry| (entry.name.clone(), entry)).collect();
    for entry in entries {
        println!("{}", entry.line());
        report.insert(entry.name.clone(), entry);
    }
    fs::create_dir_all(path.parent().context("the report lies in a folder")?)?;
    Ok(fs::write(path, serde_json::to_vec_pretty(&report.into_values().collect::<Vec<_>>())?)?)
}

impl Entry {
    fn new(measure: Measure, machine: &str, date: &str) -> Entry {
        let mut ratio: BTreeMap<_, _> =
            measure.peers.iter().map(|(peer, value)| (peer.clone(), value / measure.ours)).collect();
        ratio.extend(measure.limit.map(|limit| ("limit".to_owned(), measure.ours / limit)));
        // A browser's clock is coarse: what is quicker takes no time, and nothing compares with that.
        ratio.retain(|_, ratio| ratio.is_finite());
        Entry {
            name: measure.name,
            unit: measure.unit,
            ours: measure.ours,
            peers: measure.peers,
            limit: measure.limit,
            ratio,
            machine: machine.to_owned(),
            date: date.to_owned(),
        }
    }

    fn line(&self) -> String {
        let mut line = format!("{:<44} {:>12.1} {}", self.name, self.ours, self.unit);
        for (other, value) in self
            .peers
            .iter()
            .map(|(peer, value)| (peer.as_str(), value))
            .chain(self.limit.iter().map(|limit| ("limit", limit)))
        {
            line += &format!(", {other} {value:.1}");
            if let Some(ratio) = self.ratio.get(other) {
                line += &format!(" ({ratio:.2}x)");
            }
        }
        line
    }
}

/// Names the machine by its processor and system, not by its host name.
fn machine() -> Result<String> {
    let processor = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = processor
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("unknown processor", |(_, model)| model);
    let cores = std::thread::available_parallelism()?;
    Ok(format!("{model}, {cores} cores, {} {}", std::env::consts::OS, std::env::consts::ARCH))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, ours: f64) -> Entry {
        let (name, unit) = (name.to_owned(), "ms".to_owned());
        let peers = BTreeMap::from([("peer".to_owned(), 30.0)]);
        Entry::new(Measure { name, unit, ours, peers, limit: Some(5.0) }, "machine", "date")
    }

    #[test]
    fn ratios_say_how_often_we_fit_into_a_peer_and_the_limit_into_us() {
        let ratio = entry("start", 10.0).ratio;
        assert_eq!(ratio, BTreeMap::from([("limit".to_owned(), 2.0), ("peer".to_owned(), 3.0)]));
    }

    #[test]
    fn what_took_no_time_has_no_ratio_and_can_be_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        keep(&path, vec![entry("search", 0.0)]).unwrap();
        keep(&path, vec![entry("start", 10.0)]).unwrap();
        let report: Vec<Entry> = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        assert_eq!(report[0].ratio, BTreeMap::from([("limit".to_owned(), 0.0)]));
    }

    #[test]
    fn a_figure_replaces_only_its_own_former_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bench/report.json");
        keep(&path, vec![entry("start", 10.0), entry("search", 4.0)]).unwrap();
        keep(&path, vec![entry("start", 9.0)]).unwrap();
        let report: Vec<Entry> = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        let figures: Vec<_> = report.iter().map(|entry| (entry.name.as_str(), entry.ours)).collect();
        assert_eq!(figures, [("search", 4.0), ("start", 9.0)]);
    }
}
