//! The simulator holds, and it would notice: every planted fault is caught by some seed.

use domain::plant::Plant;
use sync::sim::run;

/// Seeds that broke a law once.
const SEEDS: &str = include_str!("seeds.txt");

#[test]
fn seeds_that_ever_failed_hold_for_ever() {
    quiet();
    for seed in SEEDS.lines().filter_map(|line| line.split('#').next()?.trim().parse().ok()) {
        if let Err(broken) = run(seed, None) {
            panic!("{broken}");
        }
    }
}

#[test]
fn every_planted_fault_is_caught() {
    quiet();
    for fault in Plant::ALL {
        let caught = (1..=200).any(|seed| run(seed, Some(*fault)).is_err());
        assert!(caught, "{fault:?} goes unnoticed in 200 seeds");
    }
}

/// Rules that bring a device down are part of the world; their messages are not for the terminal.
fn quiet() {
    std::panic::set_hook(Box::new(|_| {}));
}
