//! The device's storage: the engine's [`sync::device::Kv`] on IndexedDB.

mod guard;
mod idb;
mod request;
mod upgrades;

pub use guard::LocalGuard;
pub use idb::{IdbKv, erase, names};
pub use upgrades::VERSION;
