//! `cargo xtask serve`: build what changed, then serve it.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::packages::NATIVE;
use crate::shell;
use crate::site::{self, Mode};

/// What to serve, and where.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Build quickly instead of small and fast
    #[arg(long)]
    dev: bool,
    /// The address to listen on
    #[arg(long, default_value = "127.0.0.1:3000")]
    listen: String,
    /// The folder that holds the database and the attachments
    #[arg(long, default_value = "data")]
    data: String,
    /// PostgreSQL instead of SQLite in the data folder
    #[arg(long)]
    database_url: Option<String>,
}

/// Builds the site and the server, then serves until interrupted.
///
/// # Errors
/// Something does not build, or the server ends with an error.
pub(crate) fn run(root: &Path, options: &Options) -> Result<()> {
    let mode = if options.dev { Mode::Dev } else { Mode::Release };
    let site = site::build(root, mode)?;
    let server = build_server(root, mode)?;
    // The current folder stays the caller's: a relative data folder means what they typed.
    let here = std::env::current_dir()?;
    let mut serve = shell::command(
        &here,
        &server.to_string_lossy(),
        &["serve", "--listen", &options.listen, "--data", &options.data],
    );
    serve.arg("--site").arg(site);
    if let Some(url) = &options.database_url {
        serve.args(["--database-url", url]);
    }
    shell::run(&mut serve)
}

/// Builds the server and returns its binary.
///
/// # Errors
/// It does not build.
pub(crate) fn build_server(root: &Path, mode: Mode) -> Result<PathBuf> {
    let (packages, profile): (&[&str], _) = match mode {
        Mode::Dev | Mode::Trial => (&NATIVE, "dev"),
        Mode::Release => (&["--package", "server"], "release"),
    };
    let build = [&["build", "--bin", "changke", "--profile", profile], packages].concat();
    let cargo = if mode == Mode::Trial { shell::linted } else { shell::cargo };
    shell::run(&mut cargo(root, &build))?;
    Ok(built(root, mode))
}

/// Where cargo puts the server.
pub(crate) fn built(root: &Path, mode: Mode) -> PathBuf {
    let folder = match mode {
        Mode::Dev | Mode::Trial => "debug",
        Mode::Release => "release",
    };
    shell::target(root).join(folder).join("changke")
}
