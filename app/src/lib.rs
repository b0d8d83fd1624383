//! The interface, the words that it speaks, and the server functions.
//!
//! Feature `csr` compiles the interface; feature `ssr` only the server functions' bodies. What
//! needs neither, the texts and the view models, is compiled always and tested natively.

pub mod i18n;

pub mod layout;
pub mod sync;
pub mod ui;

#[cfg(feature = "csr")]
pub mod data;
#[cfg(feature = "csr")]
pub mod features;
#[cfg(feature = "csr")]
pub mod platform;
#[cfg(feature = "csr")]
pub mod routes;
#[cfg(feature = "csr")]
mod start;
#[cfg(feature = "csr")]
pub mod store;

#[cfg(feature = "csr")]
pub use start::start;
