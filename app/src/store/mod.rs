//! The device's storage: the engine's [`sync::device::Kv`] on IndexedDB.

mod ahead;
mod guard;
mod idb;
mod request;
mod upgrades;

pub use guard::LocalGuard;
pub use idb::{IdbKv, erase};
pub use upgrades::VERSION;
