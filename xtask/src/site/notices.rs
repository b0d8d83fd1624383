//! `notices.txt`: the licences of what others made and the build contains. Data and icons are kept by hand in
//! `frontend/notices.txt`; the libraries follow from the lock file and the licences that they bring.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::shell;

/// What is handed out: the program in the browser, and the server.
const PARTS: [(&str, &str); 3] = [("frontend", crate::setup::WASM), ("worker", crate::setup::WASM), ("server", "all")];

/// A library with what it says about its licence.
struct Library {
    name: String,
    home: String,
    licence: String,
    text: Option<String>,
}

/// Writes the notices of everything in the build.
///
/// # Errors
/// Cargo does not know the libraries.
pub(super) fn file(root: &Path) -> Result<Vec<u8>> {
    let mut notices = fs::read_to_string(root.join("frontend/notices.txt")).context("frontend/notices.txt")?;
    let mut by_text: BTreeMap<String, Vec<Library>> = BTreeMap::new();
    let mut without = Vec::new();
    for library in libraries(root)? {
        match library.text.clone() {
            Some(text) => by_text.entry(text).or_default().push(library),
            None => without.push(library),
        }
    }
    let mut groups: Vec<(String, Vec<Library>)> = by_text.into_iter().collect();
    groups.sort_by(|one, other| one.1[0].name.cmp(&other.1[0].name));
    if !without.is_empty() {
        groups.insert(0, ("The licences named here stand above.".to_owned(), without));
    }
    for (text, libraries) in groups {
        notices.push_str("\n\n======== ");
        let lines = libraries.iter().map(|Library { name, home, licence, .. }| format!("{name}, {home} ({licence})\n"));
        notices.extend(lines);
        notices.push('\n');
        notices.push_str(&text);
        notices.push('\n');
    }
    Ok(notices.into_bytes())
}

/// Every library of others in the parts, by name.
fn libraries(root: &Path) -> Result<Vec<Library>> {
    let mut used = BTreeSet::new();
    for (part, target) in PARTS {
        let tree = ["tree", "--package", part, "--target", target, "--edges", "normal", "--prefix", "none"];
        let tree = shell::output(&mut shell::cargo(root, &tree))?;
        // A line: name, version, and what else is to be said of it. Macros are no part of what they make.
        let lines = tree.lines().filter(|line| !line.contains("(proc-macro)"));
        used.extend(lines.filter_map(|line| {
            let mut words = line.split(' ');
            Some((words.next()?.to_owned(), words.next()?.trim_start_matches('v').to_owned()))
        }));
    }
    let metadata = shell::output(&mut shell::cargo(root, &["metadata", "--format-version", "1"]))?;
    let metadata: Value = serde_json::from_str(&metadata).context("cargo metadata")?;
    let packages = metadata["packages"].as_array().context("cargo metadata names no packages")?;
    let found = packages.iter().filter(|package| !package["source"].is_null()).filter_map(|package| {
        let word = |key: &str| package[key].as_str().unwrap_or_default().to_owned();
        let (name, version) = (word("name"), word("version"));
        used.contains(&(name.clone(), version.clone())).then(|| Library {
            text: Path::new(&word("manifest_path")).parent().and_then(licence_text),
            name: format!("{name} {version}"),
            home: word("repository"),
            licence: word("license"),
        })
    });
    Ok(found.collect())
}

/// The licence that a library brings; of several the shortest to say, MIT.
fn licence_text(folder: &Path) -> Option<String> {
    let files = fs::read_dir(folder).ok()?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut files: Vec<String> = files
        .filter(|name| ["LICEN", "COPYING", "UNLICENSE"].iter().any(|start| name.to_uppercase().starts_with(start)))
        .collect();
    files.sort_by_key(|name| (!name.to_uppercase().contains("MIT"), name.clone()));
    let text = files.iter().find_map(|name| fs::read_to_string(folder.join(name)).ok())?;
    Some(text.replace('\r', "").trim().to_owned())
}
