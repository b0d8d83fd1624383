//! Laws that hold for every kind, and rules that cross kinds.

mod access;
mod attachments;
mod customers;
mod distinct;
mod edits;
mod history;
mod kinds;
mod list_views;
mod merging;
mod own_fields;
mod people;
mod stamps;
mod support;
mod values;
