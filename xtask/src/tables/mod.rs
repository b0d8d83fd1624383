//! `cargo xtask tables`: makes the character tables of `domain/src/search/tables` and the places of
//! `frontend/regions.txt` again from their sources.

mod fold;
mod readings;
mod regions;
mod sources;

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, ensure};

/// What all tables may weigh inside the site.
const BROTLI_BYTES_MOST: usize = 60 * 1024;

/// Fetches the sources, writes the tables and says what they weigh.
///
/// # Errors
/// A source cannot be fetched or is not the pinned one, or the tables have become too heavy.
pub(crate) fn run(root: &Path) -> Result<()> {
    let work = std::env::temp_dir().join(format!("changke-tables-{}", std::process::id()));
    fs::create_dir_all(&work).with_context(|| format!("cannot make {}", work.display()))?;
    let sources = sources::fetch(&work);
    let regions = regions::table(&work);
    fs::remove_dir_all(&work).with_context(|| format!("cannot remove {}", work.display()))?;
    let (sources, regions) = (sources?, regions?);

    let folder = root.join("domain/src/search/tables");
    write(&folder, "fold.bin", &fold::table(&sources)?)?;
    write(&folder, "readings.bin", &readings::table(&sources)?)?;

    write(&root.join("frontend"), "regions.txt", regions.as_bytes())?;
    println!("regions.txt: {} bytes, {} in brotli", regions.len(), brotli_length(regions.as_bytes())?);

    let mut total = 0;
    for name in ["fold.bin", "readings.bin", "names.txt"] {
        let bytes = fs::read(folder.join(name)).with_context(|| format!("cannot read {name}"))?;
        let weight = brotli_length(&bytes)?;
        println!("{name}: {} bytes, {weight} in brotli", bytes.len());
        total += weight;
    }
    println!("together: {total} bytes in brotli of {BROTLI_BYTES_MOST}");
    ensure!(total <= BROTLI_BYTES_MOST, "the tables are too heavy for the site");
    Ok(())
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<()> {
    let path = folder.join(name);
    fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))
}

fn brotli_length(bytes: &[u8]) -> Result<usize> {
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 1 << 16, 11, 22);
    writer.write_all(bytes)?;
    Ok(writer.into_inner().len())
}
