//! Cross-module proofs: the storage cases in memory, the simulator, the planted faults.

#[cfg(feature = "conformance")]
mod memory;
#[cfg(feature = "sim")]
mod simulation;
