//! Turns the texts in `locales/` into typed functions; stops the build where the languages differ.

use std::{env, fs, path::Path, process::ExitCode};

#[path = "build/catalogue.rs"]
mod catalogue;
#[path = "build/generate.rs"]
mod generate;

use catalogue::{LOCALES, Message};

fn main() -> ExitCode {
    println!("cargo:rerun-if-changed=locales");
    println!("cargo:rerun-if-changed=build");
    match build() {
        Ok(()) => ExitCode::SUCCESS,
        Err(problems) => {
            for problem in problems {
                println!("cargo::error=locales: {problem}");
            }
            ExitCode::FAILURE
        }
    }
}

/// Writes `texts.rs` for every area; an area is one file name that each language has.
fn build() -> Result<(), Vec<String>> {
    let root = Path::new(&variable("CARGO_MANIFEST_DIR")?).join("locales");
    let mut areas: Vec<(String, Vec<Message>)> = Vec::new();
    let mut problems = Vec::new();
    for area in area_names(&root)? {
        let texts = LOCALES.map(|tag| fs::read_to_string(root.join(tag).join(format!("{area}.toml"))).ok());
        match catalogue::read(&area, texts.each_ref().map(Option::as_deref)) {
            Ok(messages) => areas.push((area, messages)),
            Err(found) => problems.extend(found),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let out = Path::new(&variable("OUT_DIR")?).join("texts.rs");
    fs::write(&out, generate::source(&areas)).map_err(|error| vec![format!("{}: {error}", out.display())])
}

/// The file names of all languages, so that a file that only one language has is noticed.
fn area_names(root: &Path) -> Result<Vec<String>, Vec<String>> {
    let mut names = Vec::new();
    for tag in LOCALES {
        let folder = root.join(tag);
        let entries = fs::read_dir(&folder).map_err(|error| vec![format!("{}: {error}", folder.display())])?;
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.extension().is_some_and(|extension| extension == "toml")
                && let Some(name) = path.file_stem().and_then(|stem| stem.to_str())
            {
                names.push(name.to_owned());
            }
        }
    }
    names.sort();
    names.dedup();
    Ok(names)
}

fn variable(name: &str) -> Result<String, Vec<String>> {
    env::var(name).map_err(|error| vec![format!("{name}: {error}")])
}
