//! `cargo xtask check`: what holds for every line, before any test runs.

use std::path::Path;

use anyhow::{Result, bail};

use crate::setup::{self, WASM};
use crate::shell;

/// Packages on the target that they run on. One call each: `app` must never be built with both of its features,
/// and cargo unites the features of everything in one call.
const LINTED: [&[&str]; 12] = [
    &["domain", "--all-targets"],
    &["sync", "--all-targets", "--features", "sim"],
    &["app", "--all-targets"],
    &["app", "--features", "ssr", "--lib"],
    &["server", "--all-targets"],
    &["xtask", "--all-targets"],
    &["domain", "--target", WASM],
    &["sync", "--target", WASM],
    &["app", "--features", "csr", "--all-targets", "--target", WASM],
    &["frontend", "--target", WASM],
    &["worker", "--all-targets"],
    &["worker", "--target", WASM],
];

/// Who must not depend on whom: a package with its target, and what must not be in its tree.
const KEPT_OUT: [(&str, &str, &[&str]); 6] = [
    ("frontend", WASM, &["tokio", "sqlx", "axum", "server"]),
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
    shell::run(&mut shell::cargo(root, &["fmt", "--all", "--check"]))?;
    for package in LINTED {
        println!("clippy {}", package.join(" "));
        let arguments = [&["clippy", "--quiet", "--package"], package, &["--", "--deny", "warnings"]].concat();
        shell::run(&mut shell::cargo(root, &arguments))?;
    }
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
