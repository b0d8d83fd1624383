//! Laws that hold for every kind, and rules that cross kinds.

mod customers;
mod edits;
mod kinds;
mod merging;
mod support;
mod values;
