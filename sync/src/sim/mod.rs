//! The simulator: the real engine, some devices, one server and a network, from one seed. The server is the
//! one in memory, or any other [`Host`].
//!
//! Actors behave like staff, faults come from the world, checkers know nothing of actors. A run with the
//! same seed is the same run.

mod actors;
mod builds;
mod checkers;
mod device;
mod faults;
mod handovers;
mod history;
mod host;
mod jobs;
mod leaving;
mod merges;
mod newcomers;
mod own;
mod pages;
mod people;
mod photos;
mod pools;
mod rng;
mod world;

use std::panic::{AssertUnwindSafe, catch_unwind};

use domain::plant::{Plant, plant};
use uuid::Uuid;

pub use host::{Asked, Host, SimClock};
pub use newcomers::Cast;
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
    /// Jobs that were taken back.
    pub taken_back: usize,
    /// Entries that came into quarantine.
    pub held: usize,
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
    run_with(seed, fault, Cast::Whole)
}

/// Runs one seed with some of those who could act in it.
///
/// # Errors
/// The first law that was broken.
pub fn run_with(seed: u64, fault: Option<Plant>, cast: Cast) -> Result<Report, Broken> {
    live(seed, fault, || World::new(seed, cast))
}

/// Runs one seed against a server that holds nothing but its organisation's id.
///
/// # Errors
/// The first law that was broken.
pub fn run_on<H: Host>(server: H, organisation: Uuid, seed: u64, fault: Option<Plant>) -> Result<Report, Broken> {
    live(seed, fault, || World::around(server, organisation, seed, Cast::Whole))
}

fn live<H: Host>(seed: u64, fault: Option<Plant>, world: impl FnOnce() -> World<H>) -> Result<Report, Broken> {
    plant(fault);
    // Whatever a panic leaves behind, nobody looks at it any more.
    let ended = catch_unwind(AssertUnwindSafe(|| world().live()));
    plant(None);
    let law = match ended {
        Ok(Ok(report)) => return Ok(report),
        Ok(Err(law)) => law,
        Err(panic) => match panic.downcast::<String>() {
            Ok(words) => format!("the engine panicked: {words}"),
            Err(_) => "the engine panicked".into(),
        },
    };
    Err(Broken { seed, law })
}
