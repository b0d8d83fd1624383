//! How well 撞單 is recognised, on pairs that people have judged, and what one check against a whole company takes.
//!
//! `cargo xtask bench duplicates` runs it. Figures go to the standard output as JSON, mistakes to the standard error.

use std::time::Instant;

use domain::{
    customer::Customer,
    duplicate::{Signs, compare},
};
use uuid::Uuid;

const PAIRS: &str = include_str!("../src/duplicate/pairs.tsv");
const COMPANY: usize = 100_000;
const CHECKS: usize = 200;

fn signs(name: &str) -> Signs {
    Signs::of(&Customer::named(Uuid::nil().into(), name))
}

fn main() {
    let pairs: Vec<(bool, &str, &str)> = PAIRS
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let mut parts = line.split('\t');
            Some((parts.next()? == "same", parts.next()?, parts.next()?))
        })
        .collect();
    let (mut hit, mut missed, mut false_alarm, mut quiet) = (0_u32, 0_u32, 0_u32, 0_u32);
    for (same, one, other) in &pairs {
        let verdict = compare(&signs(one), &signs(other));
        match (same, verdict.is_likely()) {
            (true, true) => hit += 1,
            (true, false) => missed += 1,
            (false, true) => false_alarm += 1,
            (false, false) => quiet += 1,
        }
        if *same != verdict.is_likely() {
            eprintln!("{} {one} | {other}: {verdict:?}", if *same { "missed" } else { "false alarm" });
        }
    }
    let names: Vec<&str> = pairs.iter().flat_map(|(_, one, other)| [*one, *other]).collect();
    let company: Vec<Signs> = (0..COMPANY).map(|at| signs(&format!("{}{at}", names[at % names.len()]))).collect();
    let mut taken: Vec<f64> = (0..CHECKS)
        .map(|check| {
            let asked = signs(names[check % names.len()]);
            let began = Instant::now();
            let likely = company.iter().filter(|known| compare(&asked, known).is_likely()).count();
            std::hint::black_box(likely);
            began.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    taken.sort_by(f64::total_cmp);
    let share = |part: u32, whole: u32| 100.0 * f64::from(part) / f64::from(whole.max(1));
    println!(
        r#"{{"pairs":{},"precision":{},"recall":{},"false_alarms":{},"check_p95_ms":{}}}"#,
        pairs.len(),
        share(hit, hit + false_alarm),
        share(hit, hit + missed),
        share(false_alarm, false_alarm + quiet),
        taken[CHECKS * 95 / 100],
    );
}
