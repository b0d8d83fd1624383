//! Business rules of Changke: records, values and mutations.
//!
//! Everything here is a pure function: no clock, no randomness, no I/O. The same code runs on the
//! device and on the server, so a rule exists once.

pub mod access;
pub mod agenda;
pub mod attachment;
pub mod calendar;
pub mod clash;
pub mod columns;
pub mod conflict;
pub mod contact;
pub mod contact_record;
pub mod customer;
pub mod day_report;
pub mod department;
pub mod distinct;
pub mod duplicate;
pub mod edit;
pub mod exchange;
pub mod fingerprints;
pub mod handover;
pub mod history;
pub mod id;
pub mod kind;
pub mod list_view;
pub mod mutation;
pub mod next_action;
pub mod opportunity;
pub mod organisation;
pub mod own;
pub mod pipeline;
pub mod plant;
pub mod pool;
pub mod quarantine;
pub mod record;
pub mod recycle_bin;
pub mod redirect;
pub mod refusal;
pub mod region;
pub mod search;
pub mod stamp;
pub mod summary;
pub mod user;
pub mod value;
pub mod view;
pub mod visit;

#[cfg(test)]
mod tests;
