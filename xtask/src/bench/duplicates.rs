//! How well 撞單 is recognised, on pairs that people have judged.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

use super::Measure;
use crate::shell;

#[derive(Deserialize)]
struct Figures {
    pairs: f64,
    precision: f64,
    recall: f64,
    false_alarms: f64,
    check_p95_ms: f64,
    index_ms: f64,
    unseen: f64,
    too_many: f64,
}

/// Runs the example of `domain` that compares the pairs.
///
/// # Errors
/// It does not build, or prints no figures.
pub(super) fn measure(root: &Path) -> Result<Vec<Measure>> {
    let example = ["run", "--quiet", "--release", "--package", "domain", "--example", "duplicates"];
    let printed = shell::output(&mut shell::cargo(root, &example))?;
    let figures: Figures = serde_json::from_str(&printed).context("the example's figures")?;
    let measure = |name: &str, unit: &str, ours: f64| Measure {
        name: format!("duplicates: {name}"),
        unit: unit.to_owned(),
        ours,
        peers: BTreeMap::new(),
        limit: None,
    };
    Ok(vec![
        measure("pairs", "pairs", figures.pairs),
        measure("precision", "%", figures.precision),
        measure("recall", "%", figures.recall),
        measure("false alarms", "%", figures.false_alarms),
        measure("likely pairs without a key in common", "%", figures.unseen),
        measure("one check against 100,000, p95, native", "ms", figures.check_p95_ms),
        measure("index of 100,000, native", "ms", figures.index_ms),
        measure("names that too many have", "%", figures.too_many),
    ])
}
