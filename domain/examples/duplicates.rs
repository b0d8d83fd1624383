//! How well 撞單 is recognised, on pairs that people have judged, and what one check against a whole company takes.
//!
//! `cargo xtask bench duplicates` runs it. Figures go to the standard output as JSON, mistakes to the standard error.

use std::time::Instant;

use domain::{
    customer::Customer,
    duplicate::{KeyIndex, Signs, compare},
    search::pinyin,
};
use uuid::Uuid;

const PAIRS: &str = include_str!("../src/duplicate/pairs.tsv");
const COMPANY: usize = 100_000;
const CHECKS: usize = 2_000;

fn signs(name: &str) -> Signs {
    Signs::of(&Customer::named(Uuid::nil().into(), name))
}

/// A company as large as some have it: the names of the pairs, each with another name before it.
fn name_of(names: &[&str], at: usize) -> String {
    let name = names[at % names.len()];
    let round = at / names.len();
    if round == 0 {
        return name.to_owned();
    }
    let before: Vec<char> = BEFORE.chars().collect();
    let some = [7, 13].map(|step| before[(at * step + round * 11) % before.len()]);
    let before: String = some.iter().collect();
    if name.is_ascii() {
        let mut spelled = String::new();
        pinyin(&before, &mut spelled);
        return format!("{spelled}{name}");
    }
    format!("{before}{name}")
}

/// What companies like to have in their names.
const BEFORE: &str = "宏永佳長聯泰昌盛興隆億達豐華美德信義和順安康金鑫立新東亞環球大同三友正光明瑞祥福壽";

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
    let company: Vec<Signs> = (0..COMPANY).map(|at| signs(&name_of(&names, at))).collect();
    let mut index = KeyIndex::default();
    let began = Instant::now();
    (0..).zip(&company).for_each(|(at, known)| index.add(at, known));
    index.order();
    let made = began.elapsed().as_secs_f64() * 1000.0;
    let mut too_many = 0_u32;
    let mut taken: Vec<f64> = (0..CHECKS)
        .map(|check| {
            let typed = names[check % names.len()];
            let began = Instant::now();
            let asked = signs(typed);
            let sharing = index.sharing(&asked);
            too_many += u32::from(sharing.too_many);
            // As a device has it: the names alone are at hand.
            let known = sharing.customers.iter().map(|at| signs(&name_of(&names, *at as usize)));
            let likely = known.filter(|known| compare(&asked, known).is_likely()).count();
            std::hint::black_box(likely);
            began.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    taken.sort_by(f64::total_cmp);
    let unseen = pairs.iter().filter(|(_, one, other)| {
        let (one, other) = (signs(one), signs(other));
        compare(&one, &other).is_likely() && one.keys().is_disjoint(&other.keys())
    });
    let unseen: Vec<_> = unseen.collect();
    unseen.iter().for_each(|(_, one, other)| eprintln!("no key in common: {one} | {other}"));
    let share = |part: u32, whole: u32| 100.0 * f64::from(part) / f64::from(whole.max(1));
    println!(
        r#"{{"pairs":{},"precision":{},"recall":{},"false_alarms":{},"check_p95_ms":{},"index_ms":{made},"unseen":{},"too_many":{}}}"#,
        pairs.len(),
        share(hit, hit + false_alarm),
        share(hit, hit + missed),
        share(false_alarm, false_alarm + quiet),
        taken[CHECKS * 95 / 100],
        share(u32::try_from(unseen.len()).unwrap_or(u32::MAX), hit + false_alarm),
        share(too_many, u32::try_from(CHECKS).unwrap_or(u32::MAX)),
    );
}
