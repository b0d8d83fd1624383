//! The simulator holds, and it would notice: every planted fault is caught by some seed.

use domain::plant::Plant;
use sync::sim::run;

/// Seeds that broke a law once.
const SEEDS: &str = include_str!("seeds.txt");

#[test]
fn seeds_that_ever_failed_hold_for_ever() -> Result<(), String> {
    quiet();
    for seed in SEEDS.lines().filter_map(|line| line.split('#').next()?.trim().parse().ok()) {
        run(seed, None).map_err(|broken| broken.to_string())?;
    }
    Ok(())
}

#[test]
fn every_planted_fault_is_caught() -> Result<(), String> {
    quiet();
    let unnoticed = |fault: &&Plant| !(1..=200).any(|seed| run(seed, Some(**fault)).is_err());
    let unnoticed: Vec<_> = Plant::ALL.iter().filter(unnoticed).collect();
    if unnoticed.is_empty() { Ok(()) } else { Err(format!("unnoticed in 200 seeds: {unnoticed:?}")) }
}

/// Rules that bring a device down are part of the world; their messages are not for the terminal. What a
/// test has to say it returns, since an assertion would be silent, too.
fn quiet() {
    std::panic::set_hook(Box::new(|_| {}));
}
