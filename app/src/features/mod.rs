//! The pages, one module per capability, named as in `domain`, `locales` and `style`.

pub mod customers;
pub mod import;
pub mod not_found;
pub mod outbox;
pub mod session;
pub mod settings;
pub mod today;
