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
    let kib = |suffix: &str| Ok::<_, anyhow::Error>(bytes(&site, suffix)? as f64 / 1024.0);
    Ok(vec![
        measure_of("size: wasm", kib(".wasm")?),
        measure_of("size: wasm, brotli", kib(".wasm.br")?),
        measure_of("size: script, brotli", kib(".js.br")?),
        measure_of("size: style, brotli", kib(".css.br")?),
    ])
}

fn measure_of(name: &str, kib: f64) -> Measure {
    Measure { name: name.to_owned(), unit: "KiB".to_owned(), ours: kib, peers: BTreeMap::new(), limit: None }
}

/// Adds up the files below a folder whose name ends so.
fn bytes(folder: &Path, suffix: &str) -> Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sum += bytes(&entry.path(), suffix)?;
        } else if entry.file_name().to_string_lossy().ends_with(suffix) {
            sum += entry.metadata()?.len();
        }
    }
    Ok(sum)
}
