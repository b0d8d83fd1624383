//! The server: storage on SQLite and PostgreSQL, the API under `/api/v1`, the site, the command line.

mod api;
mod app;
pub mod cli;
mod clock;
mod demo;
mod heads;
mod password;
mod people;
mod random;
mod reach;
pub mod site;
pub mod store;
mod throttle;
mod tls;

pub use api::{addresses, router};
pub use app::{App, Settings};
pub use reach::Reach;
pub use tls::{Authority, Identity};
