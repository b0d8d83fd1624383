//! The pages, one module per capability, named as in `domain`, `locales` and `style`.

pub mod archive;
pub mod attachments;
pub mod contact_records;
pub mod contacts;
pub mod customers;
pub mod duplicates;
pub mod entry_form;
pub mod export;
pub mod form;
pub mod history;
pub mod import;
pub mod list_views;
pub mod next_actions;
pub mod not_found;
pub mod online_form;
pub mod outbox;
pub mod own_fields;
pub mod palette;
pub mod people;
pub mod reach;
pub mod session;
pub mod settings;
pub mod today;
