//! The frame of every page: bottom bar on a phone, rail on a tablet, sidebar on a desktop.

pub mod status;

#[cfg(feature = "csr")]
pub mod frame;
#[cfg(feature = "csr")]
pub mod navigation;
#[cfg(feature = "csr")]
pub mod notices;
#[cfg(feature = "csr")]
pub mod page;
#[cfg(feature = "csr")]
pub mod reached;
#[cfg(feature = "csr")]
pub mod split;
#[cfg(feature = "csr")]
pub mod viewport;
