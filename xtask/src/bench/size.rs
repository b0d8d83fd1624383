//! What a browser downloads: before the first page works, and afterwards.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Result;

use super::Measure;
use crate::site::{self, MODULES, Mode};

/// Measures the built site as it travels: compressed with brotli.
///
/// # Errors
/// The site does not build.
pub(super) fn measure(root: &Path) -> Result<Vec<Measure>> {
    let site = site::build(root, Mode::Release)?;
    let assets = site.join("assets");
    let mut measures = Vec::new();
    for module in MODULES {
        let folder = folder_of(&assets, module.name)?;
        measures.push(measure_of(&format!("size: {}", module.name), bytes(&folder, ".br")?));
        if module.name == "entrance" {
            // What the shell itself asks for; the rest beside it is fetched later, by the service worker.
            let shell = ["boot.", "main.", "shell.", "icons."].map(|name| file_bytes(&assets, name, ".br"));
            let shell: u64 = shell.into_iter().sum::<Result<u64>>()? + fs::metadata(site.join("index.html.br"))?.len();
            measures.push(measure_of("size: first page", shell + bytes(&folder, ".br")?));
        }
    }
    Ok(measures)
}

fn measure_of(name: &str, bytes: u64) -> Measure {
    let kib = bytes as f64 / 1024.0;
    Measure { name: format!("{name}, brotli"), unit: "KiB".to_owned(), ours: kib, peers: BTreeMap::new(), limit: None }
}

/// The folder of a module, whose name holds a hash.
fn folder_of(assets: &Path, name: &str) -> Result<std::path::PathBuf> {
    let prefix = format!("{name}.");
    let found = fs::read_dir(assets)?
        .filter_map(|entry| entry.ok())
        .find(|entry| entry.path().is_dir() && entry.file_name().to_string_lossy().starts_with(&prefix));
    found.map(|entry| entry.path()).ok_or_else(|| anyhow::anyhow!("the site has no module {name}"))
}

/// Adds up the files directly in a folder whose names begin and end so.
fn file_bytes(folder: &Path, prefix: &str, suffix: &str) -> Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_file() && name.starts_with(prefix) && name.ends_with(suffix) {
            sum += entry.metadata()?.len();
        }
    }
    Ok(sum)
}

/// Adds up the files anywhere below a folder whose names end so.
fn bytes(folder: &Path, suffix: &str) -> Result<u64> {
    let mut sum = file_bytes(folder, "", suffix)?;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            sum += bytes(&path, suffix)?;
        }
    }
    Ok(sum)
}
