//! Pools 公海: what lies in them, who may claim, and what falls back.

pub mod ask_back;
pub mod badge;
pub mod form;
pub mod lock;
pub mod log;
pub mod page;
pub mod release;
pub mod rules;

pub use ask_back::AskBack;
pub use badge::{FallingBadge, FallingGroup, SOON};
pub use form::{PoolNewPage, PoolSettingsPage};
pub use lock::LockDialog;
pub use log::OwnerLog;
pub use page::PoolsPage;
pub use release::ReleaseDialog;
