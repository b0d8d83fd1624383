//! The build helper: the only commands that anyone needs. `cargo xtask` lists them.

mod bench;
mod check;
mod dist;
mod packages;
mod serve;
mod setup;
mod shell;
mod site;
mod suite;
mod tables;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use site::Mode;

/// Builds, serves and tests Changke.
#[derive(Parser)]
#[command(bin_name = "cargo xtask", disable_help_subcommand = true, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build what changed, then serve it
    Serve(serve::Options),
    /// Run every check and every test
    Test,
    /// Check format, lints on both targets and the direction of dependencies
    Check,
    /// Run the browser stories, or those whose name contains STORY
    E2e {
        story: Option<String>,
        /// On a site with the names of functions in it, and no optimisation
        #[arg(long)]
        dev: bool,
    },
    /// Run the simulator of devices and server
    Sim(suite::SimOptions),
    /// Measure, and write target/bench/report.json
    Bench { name: Option<String> },
    /// Generate the committed character tables again
    Tables,
    /// Build dist/changke, one binary with the site inside
    Dist,
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    let root = shell::root()?;
    match command {
        Command::Serve(options) => serve::run(&root, &options),
        Command::Test => suite::test(&root),
        Command::Check => check::run(&root),
        Command::E2e { story, dev } => suite::e2e(&root, story.as_deref(), if dev { Mode::Dev } else { Mode::Trial }),
        Command::Sim(options) => suite::sim(&root, &options),
        Command::Bench { name } => bench::run(&root, name.as_deref()),
        Command::Tables => tables::run(&root),
        Command::Dist => dist::run(&root),
    }
}
