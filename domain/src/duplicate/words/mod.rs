//! The words in a company's name that do not tell it from another one. Han is folded: simplified.

mod forms;
mod latin;
mod places;
mod trades;

pub(super) use forms::{ALSO, BRANCHES, FORMS, LOOK_ALIKES, SYNONYMS};
pub(super) use latin::{LATIN_FORMS, LATIN_SYNONYMS, LATIN_TRADES};
pub(super) use places::PLACES;
pub(super) use trades::{SHOPS, TRADES};
