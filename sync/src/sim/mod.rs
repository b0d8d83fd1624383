//! The simulator: the real engine, some devices, one server and a network, from one seed.
//!
//! Actors behave like staff, faults come from the world, checkers know nothing of actors. A run with the
//! same seed is the same run.

mod actors;
mod builds;
mod checkers;
mod device;
mod faults;
mod pages;
mod people;
mod rng;
mod world;

use domain::plant::{Plant, plant};

pub use world::World;

/// How a run went.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Simulated time; ms.
    pub simulated_ms: i64,
    pub entries: usize,
    pub pulls: usize,
    pub crashes: usize,
    pub restores: usize,
}

/// A law that a run broke.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("seed {seed}: {law}")]
pub struct Broken {
    pub seed: u64,
    pub law: String,
}

/// Runs one seed, with a planted fault or without.
///
/// # Errors
/// The first law that was broken.
pub fn run(seed: u64, fault: Option<Plant>) -> Result<Report, Broken> {
    plant(fault);
    let ended = std::panic::catch_unwind(|| World::new(seed).live());
    plant(None);
    match ended {
        Ok(result) => result.map_err(|law| Broken { seed, law }),
        Err(_) => Err(Broken { seed, law: "the engine panicked".into() }),
    }
}
