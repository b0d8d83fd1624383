//! The simulator holds. That it would notice is seen by `sim --plants`, built to be fast.

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

/// Rules that bring a device down are part of the world; their messages are not for the terminal. What a
/// test has to say it returns, since an assertion would be silent, too.
fn quiet() {
    std::panic::set_hook(Box::new(|_| {}));
}
