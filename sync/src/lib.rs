//! How replicas agree: one server, many devices, no network most of the time.
//!
//! - Devices send **mutations** in order; the server runs each for good and gives it a revision.
//! - Devices pull one ordered **feed** of records, forgets and their own outcomes.
//! - A device shows its **base** (what the server said) with its **outbox** replayed on top.
//!
//! Nothing here does I/O: the engine is written against [`server::ServerStore`] and [`device::Kv`],
//! each with an in-memory reference, a conformance suite and implementations elsewhere.

#[cfg(feature = "conformance")]
pub mod conformance;
pub mod device;
pub mod memory;
pub mod planner;
pub mod protocol;
pub mod run;
pub mod server;
#[cfg(feature = "sim")]
pub mod sim;
pub mod wire;
