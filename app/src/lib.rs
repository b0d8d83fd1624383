//! The interface, the words that it speaks, and the server functions.
//!
//! Feature `csr` compiles the interface and the client half of the server functions; feature `ssr` only
//! the server functions and the texts, for the server, and nothing of the interface. What needs no browser, the texts and
//! the view models, is tested natively.

#[cfg(any(feature = "csr", feature = "ssr", test))]
pub mod i18n;
#[cfg(any(feature = "csr", test))]
pub mod layout;
#[cfg(any(feature = "csr", feature = "ssr"))]
pub mod online;
#[cfg(any(feature = "csr", test))]
pub mod sync;
#[cfg(any(feature = "csr", test))]
pub mod ui;

#[cfg(feature = "csr")]
pub mod data;
#[cfg(feature = "csr")]
mod entrance;
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
pub use entrance::start_entrance;
#[cfg(feature = "csr")]
pub use start::start;
