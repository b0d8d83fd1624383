//! What a person waits for, in a real browser, beside others on the same customers: `end2end/bench/`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::Measure;
use crate::setup::{self, CHROMIUM, CJK_FONTS};
use crate::site::{self, Mode};
use crate::{serve, shell};

/// The sizes of the companies that are measured.
const CUSTOMERS: [&str; 2] = ["10000", "100000"];

/// Runs the browser benchmark against the release build.
///
/// # Errors
/// A build, an installation or a measurement of ours fails; a peer that fails is only said so.
pub(super) fn measure(root: &Path) -> Result<Vec<Measure>> {
    setup::system(root, &[&CHROMIUM, &CJK_FONTS])?;
    let stories = root.join("end2end");
    let bench = stories.join("bench");
    setup::npm(&stories)?;
    setup::npm(&bench)?;
    let site = site::build(root, Mode::Release)?;
    let server = serve::build_server(root, Mode::Release)?;
    let companies = companies(root)?;
    for check in ["check", "test"] {
        shell::run(&mut shell::command(&bench, "npm", &["run", "--silent", check]))?;
    }
    let report = shell::target(root).join("bench/browser.json");
    let mut run = shell::command(&bench, "npm", &["run", "--silent", "bench", "--"]);
    run.arg(&report).env("CHANGKE_SERVER", server).env("CHANGKE_SITE", site).env("CHANGKE_COMPANIES", companies);
    shell::run(&mut run)?;
    let figures = fs::read(&report).with_context(|| format!("cannot read {}", report.display()))?;
    serde_json::from_slice(&figures).with_context(|| format!("{} holds no figures", report.display()))
}

/// Makes the companies anew, with the server's own engine, and returns the folder that holds them.
fn companies(root: &Path) -> Result<PathBuf> {
    let folder = shell::target(root).join("bench/companies");
    for customers in CUSTOMERS {
        let company = folder.join(customers);
        if company.exists() {
            fs::remove_dir_all(&company)?;
        }
        let example = ["run", "--quiet", "--release", "--package", "server", "--example", "company", "--"];
        let mut fill = shell::cargo(root, &example);
        fill.args(["--customers", customers, "--data"]).arg(&company);
        shell::run(&mut fill)?;
    }
    Ok(folder)
}
