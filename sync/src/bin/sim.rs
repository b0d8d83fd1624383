//! `sim [--seeds N] [--seed S] [--minutes M] [--plant FAULT | --plants]`: runs the simulator.
//!
//! Each seed is lived through twice: by those who acted in the first worlds, and by everybody.

use std::{
    process::ExitCode,
    sync::atomic::{AtomicUsize, Ordering},
    time::Instant,
};

use domain::plant::Plant;
use sync::sim::{Cast, Report, run_with};

const CASTS: [Cast; 2] = [Cast::First, Cast::Whole];

struct Options {
    first: u64,
    seeds: u64,
    minutes: Option<u64>,
    fault: Option<Plant>,
    /// Look for every fault, each planted by itself.
    plants: bool,
}

fn options() -> Result<Options, String> {
    let mut options = Options { first: 1, seeds: 200, minutes: None, fault: None, plants: false };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        if word == "--plants" {
            options.plants = true;
            continue;
        }
        let value = words.next().ok_or_else(|| format!("{word} wants a value"))?;
        let number = || value.parse::<u64>().map_err(|_| format!("{word} wants a number, not {value}"));
        match word.as_str() {
            "--seeds" => options.seeds = number()?,
            "--seed" => (options.first, options.seeds) = (number()?, 1),
            "--minutes" => options.minutes = Some(number()?),
            "--plant" => {
                let fault = Plant::ALL.iter().find(|fault| format!("{fault:?}") == value);
                options.fault = Some(*fault.ok_or_else(|| format!("no fault {value}; there are {:?}", Plant::ALL))?);
            }
            _ => return Err(format!("unknown option {word}")),
        }
    }
    Ok(options)
}

/// Returns the faults that no seed up to a number notices.
fn unnoticed(seeds: u64) -> Vec<Plant> {
    let caught = |fault: Plant, seed: u64| CASTS.iter().any(|cast| run_with(seed, Some(fault), *cast).is_err());
    let unnoticed = |fault: &Plant| !(1..=seeds).any(|seed| caught(*fault, seed));
    // A fault is planted in a thread. The next one goes to whoever is free: some take a hundred times as long.
    let next = AtomicUsize::new(0);
    let look = || -> Vec<Plant> {
        let taken = std::iter::from_fn(|| Plant::ALL.get(next.fetch_add(1, Ordering::Relaxed)).copied());
        taken.filter(unnoticed).collect()
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(look)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap_or_else(|_| Plant::ALL.to_vec())).collect()
    })
}

fn main() -> ExitCode {
    let options = match options() {
        Ok(options) => options,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(2);
        }
    };
    // Rules that bring a device down are part of the world; their messages are not for the terminal.
    std::panic::set_hook(Box::new(|_| {}));
    let started = Instant::now();
    if options.plants {
        let unnoticed = unnoticed(options.seeds);
        println!(
            "{} faults planted, unnoticed in {} seeds: {unnoticed:?}; {:.1} s",
            Plant::ALL.len(),
            options.seeds,
            started.elapsed().as_secs_f64()
        );
        return if unnoticed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let (mut total, mut ran, mut broken) = (Report::default(), 0u64, 0u64);
    let mut seed = options.first;
    loop {
        let over = match options.minutes {
            Some(minutes) => started.elapsed().as_secs() >= minutes * 60,
            None => ran == options.seeds,
        };
        if over {
            break;
        }
        for cast in CASTS {
            match run_with(seed, options.fault, cast) {
                Ok(report) => {
                    total.simulated_ms += report.simulated_ms;
                    total.entries += report.entries;
                    total.pulls += report.pulls;
                    total.crashes += report.crashes;
                    total.restores += report.restores;
                    total.taken_back += report.taken_back;
                    total.held += report.held;
                }
                Err(error) => {
                    broken += 1;
                    println!("{error} ({cast:?})\n  again: cargo xtask sim --seed {seed}");
                }
            }
        }
        (seed, ran) = (seed + 1, ran + 1);
    }
    let seconds = started.elapsed().as_secs_f64().max(0.001);
    let hours = total.simulated_ms as f64 / 3_600_000.0;
    println!(
        "{ran} seeds, each twice, {broken} broken, {:.1} s; {hours:.0} simulated hours, {:.0} a second; {} entries, {} pulls, {} \
         crashes, {} restores, {} jobs taken back, {} entries in quarantine",
        seconds,
        hours / seconds,
        total.entries,
        total.pulls,
        total.crashes,
        total.restores,
        total.taken_back,
        total.held,
    );
    if broken == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
