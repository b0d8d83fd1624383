//! `cargo xtask test` and its parts: every step with a heading and its time.

use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::packages::{BROWSER, NATIVE};
use crate::setup::{self, CHROMEDRIVER, CHROMIUM, CJK_FONTS, POSTGRESQL};
use crate::site::{self, Mode};
use crate::{check, serve, shell};

/// How the simulator runs.
#[derive(clap::Args, Default)]
pub(crate) struct SimOptions {
    /// How many worlds
    #[arg(long)]
    seeds: Option<u64>,
    /// One world, as a failure printed it
    #[arg(long)]
    seed: Option<u64>,
    /// Run for this long instead of a number of worlds
    #[arg(long)]
    minutes: Option<u64>,
    /// Put a known fault in; the run must find it
    #[arg(long, value_name = "FAULT")]
    plant: Option<String>,
    /// Put every known fault in, each by itself; each must be found
    #[arg(long)]
    plants: bool,
}

/// The simulator's program.
const SIM: [&str; 8] = ["--quiet", "--package", "sync", "--release", "--features", "sim", "--bin", "sim"];

/// A part of the suite.
type Step = (&'static str, fn(&Path) -> Result<()>);

const STORIES: &str = "stories in the browser";

/// From quick to slow, so that most mistakes show early. The linter compiles what is tested.
const STEPS: [Step; 6] = [
    ("check", check::unlinted),
    ("build helper", |root| cargo_test(root, &["--package", "xtask"])),
    ("tests", native),
    ("simulator", simulator),
    ("wasm in the browser", wasm),
    (STORIES, |root| stories(root, None, Mode::Trial, &serve::built(root, Mode::Trial))),
];

/// Runs every step, the later ones too where one failed.
///
/// # Errors
/// At least one step failed.
pub(crate) fn test(root: &Path) -> Result<()> {
    let results: Vec<_> = thread::scope(|scope| {
        // Whether it worked shows where the stories ask for it again.
        let mut ahead = Some(scope.spawn(|| build_ahead(root)));
        let mut run = |name, step: fn(&Path) -> Result<()>| {
            if name == STORIES {
                ahead.take().map(thread::ScopedJoinHandle::join);
            }
            (name, timed(name, || step(root)))
        };
        STEPS.iter().map(|(name, step)| run(*name, *step)).collect()
    });
    println!("\n== Result ==");
    for (name, (outcome, time)) in &results {
        let word = if outcome.is_ok() { "passed" } else { "FAILED" };
        println!("{word}  {name:<24} {:>6.1} s", time.as_secs_f64());
    }
    match results.iter().filter(|(_, (outcome, _))| outcome.is_err()).count() {
        0 => Ok(()),
        failed => bail!("{failed} of {} steps failed", results.len()),
    }
}

/// Builds what the later steps run, each in a folder of its own, while the earlier ones leave a core alone.
///
/// # Errors
/// Something does not build; the step that needs it builds it again and says so.
fn build_ahead(root: &Path) -> Result<()> {
    site::build(root, Mode::Trial)?;
    shell::run(wasm_tests(root).arg("--no-run"))?;
    shell::run(&mut wasm_test_runner(root))?;
    shell::run(&mut shell::cargo(root, &[&["build"], &SIM[..]].concat()))
}

fn timed(name: &str, step: impl FnOnce() -> Result<()>) -> (Result<()>, Duration) {
    println!("\n== {name} ==");
    let start = Instant::now();
    let outcome = step();
    if let Err(error) = &outcome {
        println!("{error:#}");
    }
    (outcome, start.elapsed())
}

fn cargo_test(root: &Path, packages: &[&str]) -> Result<()> {
    shell::run(&mut shell::linted(root, &[&["test", "--quiet", "--no-fail-fast"], packages].concat()))
}

fn native(root: &Path) -> Result<()> {
    setup::system(root, &[&POSTGRESQL])?;
    cargo_test(root, &NATIVE)
}

/// Runs the tests of `app` that need a browser's storage, in that browser.
fn wasm(root: &Path) -> Result<()> {
    setup::system(root, &[&CHROMIUM, &CHROMEDRIVER])?;
    setup::wasm_target(root)?;
    shell::run(&mut wasm_test_runner(root))?;
    let mut tests = wasm_tests(root);
    tests
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", shell::target(root).join("debug/wasm-test-runner"))
        .env("CHROMEDRIVER", "/usr/bin/chromedriver")
        .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", root.join("xtask/webdriver.json"))
        .env("WASM_BINDGEN_TEST_TIMEOUT", "300");
    shell::run(&mut tests)
}

/// What takes those tests to the browser.
fn wasm_test_runner(root: &Path) -> Command {
    let bin = ["--package", "xtask", "--features", "wasm-tests", "--bin", "wasm-test-runner"];
    shell::linted(root, &[&["build", "--quiet"], &bin[..]].concat())
}

/// The tests of what a browser runs, on what the stories' site is made of. Not `--quiet`: cargo passes that on, and
/// the runner does not know it.
fn wasm_tests(root: &Path) -> Command {
    shell::linted(root, &[&["test", "--no-fail-fast", "--profile", "wasm-trial"], &BROWSER[..]].concat())
}

/// Runs the stories, or those whose name contains `story`: on a site in this mode, and on a server of now.
///
/// # Errors
/// The build or a story fails.
pub(crate) fn e2e(root: &Path, story: Option<&str>, mode: Mode) -> Result<()> {
    let server = serve::build_server(root, Mode::Trial)?;
    stories(root, story, mode, &server)
}

/// The same with a server that is there already. In the suite it is the one that the tests were built with: another
/// set of features would compile every dependency once more.
fn stories(root: &Path, story: Option<&str>, mode: Mode, server: &Path) -> Result<()> {
    setup::system(root, &[&CHROMIUM, &CJK_FONTS])?;
    let stories = root.join("end2end");
    setup::npm(&stories)?;
    let site = site::build(root, mode)?;
    shell::run(&mut shell::command(&stories, "npx", &["tsc", "--project", "."]))?;
    let mut playwright = shell::command(&stories, "npx", &["playwright", "test"]);
    playwright.args(story).env("CHANGKE_SERVER", server).env("CHANGKE_SITE", site);
    shell::run(&mut playwright)
}

/// Runs 200 worlds, and sees that they would tell of every fault that can be planted.
fn simulator(root: &Path) -> Result<()> {
    let seeds = SimOptions { seeds: Some(200), ..SimOptions::default() };
    sim(root, &seeds)?;
    sim(root, &SimOptions { plants: true, ..seeds })
}

/// Runs the simulator with what was asked for.
///
/// # Errors
/// A world broke a promise, or a planted fault went unseen.
pub(crate) fn sim(root: &Path, options: &SimOptions) -> Result<()> {
    let mut sim = shell::cargo(root, &[&["run"], &SIM[..], &["--"]].concat());
    let numbers = [("--seeds", options.seeds), ("--seed", options.seed), ("--minutes", options.minutes)];
    for (name, value) in numbers {
        sim.args(value.iter().flat_map(|value| [name.to_owned(), value.to_string()]));
    }
    sim.args(options.plant.iter().flat_map(|fault| ["--plant", fault]));
    sim.args(options.plants.then_some("--plants"));
    shell::run(&mut sim)
}
