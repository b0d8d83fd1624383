//! The command line.

mod files;
mod metrics;
mod people;
mod reach;
mod serve;

use std::{
    fs::{self, File, TryLockError},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::{Context as _, Result, bail};
use clap::{Args, Parser, Subcommand};

use crate::store::Store;

/// Changke 常客: a customer file that works where the network does not.
#[derive(Debug, Parser)]
#[command(name = "changke", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the application
    Serve(serve::Options),
    /// Found the organisation with its administrator
    SetUp(people::SetUp),
    /// Add people, list them, set their passwords
    #[command(subcommand)]
    User(people::UserCommand),
    /// Add departments
    #[command(subcommand)]
    Department(people::DepartmentCommand),
    /// Write a copy of the database into a new file, while the server runs
    Backup(files::Backup),
    /// Put a copy back; devices then return what it lacks
    Restore(files::Restore),
    /// Write the whole company as files, one table for each kind of record, into a new ZIP file
    Export(files::Export),
}

/// Where the data lies.
#[derive(Debug, Args)]
struct Data {
    /// The folder of the SQLite database
    #[arg(long, default_value = "./data", value_name = "DIR")]
    data: PathBuf,
    /// A PostgreSQL database instead: postgres://user@host/database
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
}

impl Data {
    fn file(&self) -> PathBuf {
        self.data.join("changke.sqlite")
    }

    async fn open(&self) -> Result<Store> {
        if let Some(url) = &self.database_url {
            return Store::open_postgres(url).await.context("the PostgreSQL database cannot be opened");
        }
        fs::create_dir_all(&self.data).with_context(|| format!("{} cannot be made", self.data.display()))?;
        let file = self.file();
        Store::open_sqlite(&file).await.with_context(|| format!("{} cannot be opened", file.display()))
    }

    /// Takes the folder for this process: one server, or one restore, at a time.
    fn lock(&self) -> Result<Option<File>> {
        if self.database_url.is_some() {
            return Ok(None);
        }
        fs::create_dir_all(&self.data).with_context(|| format!("{} cannot be made", self.data.display()))?;
        let path = self.data.join("changke.lock");
        let file = File::create(&path).with_context(|| format!("{} cannot be made", path.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => bail!("a server runs on {}: stop it first", self.data.display()),
            Err(TryLockError::Error(error)) => Err(error).context("the data folder cannot be locked"),
        }
    }
}

/// Runs the command that the arguments name.
pub fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("changke: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match command {
            Command::Serve(options) => serve::run(options).await,
            Command::SetUp(options) => people::set_up(options).await,
            Command::User(command) => people::user(command).await,
            Command::Department(command) => people::department(command).await,
            Command::Backup(options) => files::backup(options).await,
            Command::Restore(options) => files::restore(options).await,
            Command::Export(options) => files::export(options).await,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_commands_are_sound() {
        use clap::CommandFactory as _;
        Cli::command().debug_assert();
    }
}
