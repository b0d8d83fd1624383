//! The simulated company on both databases, through the real router.
//!
//! `SIM_SEED=7` runs that seed alone, `SIM_SEEDS=500` so many; `SIM_TRACE=1` tells what happens.

mod database;
mod host;
mod tables;

use std::{rc::Rc, time::Instant};

use domain::plant::Plant;
use sync::sim::{Broken, Report, run_on};

use self::{database::Database, host::RouterHost};

/// Runs one seed.
fn run(database: Database, seed: u64, fault: Option<Plant>) -> Result<Report, Broken> {
    // One thread: planted faults, crashes and the company's time are the thread's own.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let runtime = Rc::new(runtime);
    let _inside = runtime.enter();
    let host = RouterHost::start(&runtime, database, seed);
    let organisation = host.organisation();
    run_on(host, organisation, seed, fault)
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().expect("a number"))
}

fn every_seed_holds(test: &str, database: fn() -> Database, seeds: u64) {
    let seeds = match number("SIM_SEED") {
        Some(seed) => seed..=seed,
        None => 1..=number("SIM_SEEDS").unwrap_or(seeds),
    };
    let (started, mut total, mut ran) = (Instant::now(), Report::default(), 0);
    for seed in seeds {
        match run(database(), seed, None) {
            Ok(report) => {
                total.entries += report.entries;
                total.pulls += report.pulls;
                total.crashes += report.crashes;
                total.restores += report.restores;
            }
            Err(broken) => {
                panic!("{broken}\n  again: SIM_SEED={seed} cargo test -p server --test it simulation::{test}")
            }
        }
        ran += 1;
    }
    println!("{ran} seeds in {:.1} s: {total:?}", started.elapsed().as_secs_f64());
}

#[test]
fn every_seed_holds_on_sqlite() {
    every_seed_holds("every_seed_holds_on_sqlite", Database::sqlite, 12);
}

#[test]
fn every_seed_holds_on_postgres() {
    every_seed_holds("every_seed_holds_on_postgres", Database::postgres, 6);
}
