//! Laws that hold for every kind, and rules that cross kinds.

mod access;
mod attachments;
mod customers;
mod edits;
mod kinds;
mod merging;
mod people;
mod support;
mod values;
