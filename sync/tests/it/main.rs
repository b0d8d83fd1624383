//! Cross-module proofs: the storage cases in memory, the simulator, the planted faults.

#[cfg(feature = "conformance")]
mod guard;
#[cfg(feature = "conformance")]
mod memory;
#[cfg(feature = "conformance")]
mod memory_server;
#[cfg(feature = "sim")]
mod simulation;
