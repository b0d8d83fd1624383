//! `cargo xtask check`: what holds for every line, before any test runs.

use std::path::Path;

use anyhow::{Result, bail};

use crate::packages::{BROWSER, NATIVE};
use crate::setup::{self, WASM};
use crate::shell;

/// What is looked at in one call each.
const LINTED: [&[&str]; 3] = [&NATIVE, &BROWSER, &["--package", "xtask"]];

/// Who must not depend on whom: a package with its target, and what must not be in its tree.
const KEPT_OUT: [(&str, &str, &[&str]); 7] = [
    ("frontend", WASM, &["tokio", "sqlx", "axum", "server"]),
    ("entrance", WASM, &["tokio", "sqlx", "axum", "server"]),
    // What only the interface needs: `app` is there without its feature `csr`. (`leptos_router` says nothing:
    // `leptos_axum` brings it.)
    ("server", "all", &["frontend", "gloo-storage", "console_error_panic_hook"]),
    ("domain", "all", &["leptos", "tokio", "sqlx", "sync", "app"]),
    ("sync", "all", &["leptos", "tokio", "sqlx", "app"]),
    ("app", WASM, &["tokio", "sqlx", "server"]),
    ("worker", WASM, &["leptos", "tokio", "sqlx", "sync", "app"]),
];

/// Runs every check and stops at the first that fails.
///
/// # Errors
/// A check failed; what it printed says where.
pub(crate) fn run(root: &Path) -> Result<()> {
    setup::wasm_target(root)?;
    unlinted(root)?;
    for packages in LINTED {
        println!("clippy {}", packages.join(" "));
        let arguments = [&["clippy", "--quiet"], packages, &["--all-targets", "--", "--deny", "warnings"]].concat();
        shell::run(&mut shell::cargo(root, &arguments))?;
    }
    Ok(())
}

/// Runs the checks that compile nothing.
///
/// # Errors
/// A check failed; what it printed says where.
pub(crate) fn unlinted(root: &Path) -> Result<()> {
    shell::run(&mut shell::cargo(root, &["fmt", "--all", "--check"]))?;
    println!("direction of dependencies");
    KEPT_OUT.iter().try_for_each(|(package, target, unwanted)| depends_on_none(root, package, target, unwanted))
}

/// Sees that none of the packages named is in another's tree of normal dependencies.
fn depends_on_none(root: &Path, package: &str, target: &str, unwanted: &[&str]) -> Result<()> {
    let arguments = ["tree", "--package", package, "--target", target, "--edges", "normal", "--prefix", "none"];
    let tree = shell::output(&mut shell::cargo(root, &arguments))?;
    match unwanted.iter().find(|name| tree.lines().any(|line| line.split(' ').next() == Some(**name))) {
        Some(found) => bail!(
            "{package} depends on {found} ({target}); see: cargo tree --package {package} --target {target} --invert {found}"
        ),
        None => Ok(()),
    }
}
