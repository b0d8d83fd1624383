//! The server: storage on SQLite and PostgreSQL, the API under `/api/v1`, the site, the command line.

mod api;
mod app;
mod archive;
mod clashes;
pub mod cli;
mod clock;
mod demo;
mod heads;
mod metrics;
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
pub use metrics::{Reader, router as metrics_router};
pub use reach::Reach;
pub use tls::{Authority, Identity};
