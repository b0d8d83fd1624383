//! Laws that hold for every kind, and rules that cross kinds.

mod access;
mod attachments;
mod clashes;
mod customers;
mod distinct;
mod edits;
mod fingerprints;
mod handovers;
mod history;
mod kinds;
mod list_views;
mod merging;
mod next_actions;
mod opportunities;
mod own_fields;
mod people;
mod pools;
mod stamps;
mod support;
mod unmerging;
mod values;
mod visits;
