//! The loop between this device and the server: one tab leads, the planner decides, `fetch` carries.

pub mod pages;

#[cfg(feature = "csr")]
mod agent;
#[cfg(feature = "csr")]
mod events;
#[cfg(feature = "csr")]
mod feed;
#[cfg(feature = "csr")]
pub mod http;
#[cfg(feature = "csr")]
mod leader;

#[cfg(feature = "csr")]
pub use agent::start;
