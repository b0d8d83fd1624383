//! Laws that hold for every kind, and rules that cross kinds.

mod edits;
mod kinds;
mod merging;
mod support;
mod values;
