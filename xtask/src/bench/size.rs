//! What a browser downloads before the first page shows.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Result;

use super::Measure;
use crate::site::{self, Mode};

/// Measures the built site: the WebAssembly as it is and compressed, and everything together.
///
/// # Errors
/// The site does not build.
pub(super) fn measure(root: &Path) -> Result<Vec<Measure>> {
    let site = site::build(root, Mode::Release)?;
    let kib = |suffix: &str| Ok::<_, anyhow::Error>(bytes(&site, Of::Page, suffix)? as f64 / 1024.0);
    let later = bytes(&site, Of::Worker, ".wasm.br")? as f64 / 1024.0;
    Ok(vec![
        measure_of("size: wasm", kib(".wasm")?),
        measure_of("size: wasm, brotli", kib(".wasm.br")?),
        measure_of("size: script, brotli", kib(".js.br")?),
        measure_of("size: style, brotli", kib(".css.br")?),
        measure_of("size: worker for files, brotli", later),
    ])
}

fn measure_of(name: &str, kib: f64) -> Measure {
    Measure { name: name.to_owned(), unit: "KiB".to_owned(), ours: kib, peers: BTreeMap::new(), limit: None }
}

/// Whose files are added up.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Page,
    /// The worker for files is fetched after the first page, by the service worker.
    Worker,
}

/// Adds up the files below a folder whose name ends so.
fn bytes(folder: &Path, of: Of, suffix: &str) -> Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let workers = entry.file_name().to_string_lossy().starts_with("worker.");
        if entry.file_type()?.is_dir() {
            sum += match (of, workers) {
                (Of::Page, true) => 0,
                (Of::Worker, true) => bytes(&entry.path(), Of::Page, suffix)?,
                (_, false) => bytes(&entry.path(), of, suffix)?,
            };
        } else if of == Of::Page && entry.file_name().to_string_lossy().ends_with(suffix) {
            sum += entry.metadata()?.len();
        }
    }
    Ok(sum)
}
