//! Files, read and written beside the page: cells in and out, sorting, everything that would hold up a finger.
//!
//! [`Desk`] answers questions; the entry point for the browser hands them over as text with bytes beside them.

mod desk;
#[cfg(target_arch = "wasm32")]
pub mod entry;
mod import;
mod text;
mod vcard;
mod workbook;
mod write;

pub use desk::{Answered, Desk};
