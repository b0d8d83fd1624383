//! `cargo xtask dist`: one binary that needs no other file.

use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::shell;
use crate::site::{self, Mode};

/// Builds `dist/changke` with the site inside.
///
/// # Errors
/// Something does not build.
pub(crate) fn run(root: &Path) -> Result<()> {
    let site = site::build(root, Mode::Release)?;
    let mut build = shell::cargo(
        root,
        &["build", "--package", "server", "--bin", "changke", "--release", "--features", "embed-site"],
    );
    shell::run(build.env("CHANGKE_SITE", site))?;
    let binary = root.join("dist/changke");
    fs::create_dir_all(root.join("dist"))?;
    // Removed first: a running server keeps its old file, and writing over it would fail.
    let _ = fs::remove_file(&binary);
    fs::copy(shell::target(root).join("release/changke"), &binary)?;
    println!("{}", binary.display());
    Ok(())
}
