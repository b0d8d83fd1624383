//! The simulator holds, and it would notice: every planted fault is caught by some seed.

use std::sync::atomic::{AtomicUsize, Ordering};

use domain::plant::Plant;
use sync::sim::{Cast, run, run_with};

/// Seeds that broke a law once.
const SEEDS: &str = include_str!("seeds.txt");

#[test]
fn seeds_that_ever_failed_hold_for_ever() -> Result<(), String> {
    quiet();
    for seed in SEEDS.lines().filter_map(|line| line.split('#').next()?.trim().parse().ok()) {
        run_with(seed, None, Cast::First).map_err(|broken| broken.to_string())?;
        run(seed, None).map_err(|broken| broken.to_string())?;
    }
    Ok(())
}

#[test]
fn every_planted_fault_is_caught() -> Result<(), String> {
    quiet();
    let unnoticed = |fault: &Plant| !(1..=200).any(|seed| run(seed, Some(*fault)).is_err());
    // A fault is planted in a thread. The next one goes to whoever is free: some take a hundred times as long.
    let next = AtomicUsize::new(0);
    let look = || -> Vec<Plant> {
        let taken = std::iter::from_fn(|| Plant::ALL.get(next.fetch_add(1, Ordering::Relaxed)).copied());
        taken.filter(unnoticed).collect()
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let unnoticed: Vec<Plant> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(look)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap_or_else(|_| Plant::ALL.to_vec())).collect()
    });
    if unnoticed.is_empty() { Ok(()) } else { Err(format!("unnoticed in 200 seeds: {unnoticed:?}")) }
}

/// Rules that bring a device down are part of the world; their messages are not for the terminal. What a
/// test has to say it returns, since an assertion would be silent, too.
fn quiet() {
    std::panic::set_hook(Box::new(|_| {}));
}
