//! Running other programs.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use anyhow::{Context, Result, bail};

/// Returns the repository's root, wherever the command was called from.
pub(crate) fn root() -> Result<PathBuf> {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).context("xtask lies in the repository's root")
}

/// Returns cargo's folder of results.
pub(crate) fn target(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |folder| root.join(folder))
}

/// Prepares a program that runs in `folder`.
pub(crate) fn command(folder: &Path, program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).args(arguments);
    command
}

/// Prepares cargo, as it was called for us.
pub(crate) fn cargo(root: &Path, arguments: &[&str]) -> Command {
    let program = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    command(root, &program, arguments)
}

/// Prepares cargo so that our own packages are compiled by the linter, and do not compile with a warning: the same
/// code comes out, and nothing is read twice. This is what `cargo clippy` does for `cargo check`.
pub(crate) fn linted(root: &Path, arguments: &[&str]) -> Command {
    let mut cargo = cargo(root, arguments);
    let linter = Path::new(cargo.get_program()).with_file_name("clippy-driver");
    let marks = "__CLIPPY_HACKERY__"; // how clippy-driver wants its arguments told apart
    cargo.env("RUSTC_WORKSPACE_WRAPPER", linter).env("CLIPPY_ARGS", format!("--deny{marks}warnings{marks}"));
    cargo
}

/// Runs a command to its end; its output goes to the terminal.
///
/// # Errors
/// The program is missing or says that it failed.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start {}", shown(command)))?;
    succeeded(command, status)
}

/// Runs a command and returns what it printed.
///
/// # Errors
/// The program is missing, says that it failed or prints something else than text.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("cannot start {}", shown(command)))?;
    if !output.status.success() {
        eprint!("{}", String::from_utf8_lossy(&output.stderr));
    }
    succeeded(command, output.status)?;
    String::from_utf8(output.stdout).with_context(|| format!("{} printed no text", shown(command)))
}

fn succeeded(command: &Command, status: ExitStatus) -> Result<()> {
    if !status.success() {
        bail!("{} failed ({status})", shown(command));
    }
    Ok(())
}

/// The command as one would type it: cargo's and npm's programs without their long folders.
fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    std::iter::once(program.file_name().unwrap_or(program.as_os_str()))
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}
