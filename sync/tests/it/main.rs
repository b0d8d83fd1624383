//! Cross-module proofs: the simulator, the planted faults, the stores.

#[cfg(feature = "sim")]
mod simulation;
