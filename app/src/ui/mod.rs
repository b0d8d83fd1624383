//! The kit: native elements with a label, a `data-testid` and one look.
//!
//! A text in a property is reactive (`text(t::common::save)`), so a change of language shows at once.

pub mod icon;
pub mod window;

#[cfg(feature = "csr")]
pub mod banner;
#[cfg(feature = "csr")]
pub mod button;
#[cfg(feature = "csr")]
pub mod confirm;
#[cfg(feature = "csr")]
pub mod dialog;
#[cfg(feature = "csr")]
pub mod drag;
#[cfg(feature = "csr")]
pub mod empty_state;
#[cfg(feature = "csr")]
pub mod field;
#[cfg(feature = "csr")]
pub mod file_button;
#[cfg(feature = "csr")]
pub mod group;
#[cfg(feature = "csr")]
pub mod input;
#[cfg(feature = "csr")]
pub mod language;
#[cfg(feature = "csr")]
pub mod menu;
#[cfg(feature = "csr")]
pub mod picture;
#[cfg(feature = "csr")]
pub mod pill;
#[cfg(feature = "csr")]
pub mod segmented;
#[cfg(feature = "csr")]
pub mod select;
#[cfg(feature = "csr")]
pub mod sync_pill;
#[cfg(feature = "csr")]
pub mod tags;
#[cfg(feature = "csr")]
pub mod text_area;
#[cfg(feature = "csr")]
pub mod theme;
#[cfg(feature = "csr")]
pub mod toast;
#[cfg(feature = "csr")]
pub mod unsent;
#[cfg(feature = "csr")]
pub mod windowed_list;
