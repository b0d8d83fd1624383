//! Which packages go into one cargo call.
//!
//! Cargo unites the features of everything in a call, and compiles a dependency again for every other union: so all
//! that share a target are always named together. `app` is in both groups, with one of its two features in each.

/// The server and what it is made of, on this machine, with what the tests need.
pub(crate) const NATIVE: [&str; 12] = [
    "--package",
    "domain",
    "--package",
    "sync",
    "--package",
    "app",
    "--package",
    "worker",
    "--package",
    "server",
    "--features",
    "app/ssr,sync/sim",
];

/// What a browser runs.
pub(crate) const BROWSER: [&str; 12] = [
    "--package",
    "app",
    "--package",
    "frontend",
    "--package",
    "entrance",
    "--package",
    "worker",
    "--features",
    "app/csr",
    "--target",
    crate::setup::WASM,
];
