//! `sim [--seeds N] [--seed S] [--minutes M] [--plant FAULT]`: runs the simulator.

use std::{process::ExitCode, time::Instant};

use domain::plant::Plant;
use sync::sim::{Report, run};

struct Options {
    first: u64,
    seeds: u64,
    minutes: Option<u64>,
    fault: Option<Plant>,
}

fn options() -> Result<Options, String> {
    let mut options = Options { first: 1, seeds: 200, minutes: None, fault: None };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
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
        match run(seed, options.fault) {
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
                println!("{error}\n  again: cargo xtask sim --seed {seed}");
            }
        }
        (seed, ran) = (seed + 1, ran + 1);
    }
    let seconds = started.elapsed().as_secs_f64().max(0.001);
    let hours = total.simulated_ms as f64 / 3_600_000.0;
    println!(
        "{ran} seeds, {broken} broken, {:.1} s; {hours:.0} simulated hours, {:.0} a second; {} entries, {} pulls, {} \
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
