//! Results of slow steps, kept by the hash of what went in.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::setup::digest;

/// A folder of results.
pub(super) struct Cache {
    folder: PathBuf,
    used: HashSet<String>,
}

impl Cache {
    pub(super) fn open(folder: &Path) -> Result<Cache> {
        fs::create_dir_all(folder)?;
        Ok(Cache { folder: folder.to_path_buf(), used: HashSet::new() })
    }

    /// Returns where the result of a step for these inputs lies: a file or a folder, made now only if the inputs are new.
    pub(super) fn entry(
        &mut self,
        step: &str,
        inputs: &[&[u8]],
        make: impl FnOnce(&Path) -> Result<()>,
    ) -> Result<PathBuf> {
        let hashes: String = inputs.iter().map(|input| digest(input)).collect();
        let name = format!("{step}-{}", digest(hashes.as_bytes()));
        let path = self.folder.join(&name);
        self.used.insert(name);
        if !path.exists() {
            // Renamed into place: an interrupted build must not leave half a result under a good name.
            let unfinished = self.folder.join("unfinished");
            delete(&unfinished)?;
            make(&unfinished)?;
            fs::rename(unfinished, &path)?;
        }
        Ok(path)
    }

    /// Deletes what the last build had no use for.
    pub(super) fn forget_unused(&self) -> Result<()> {
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            if !self.used.contains(&*entry.file_name().to_string_lossy()) {
                delete(&entry.path())?;
            }
        }
        Ok(())
    }
}

fn delete(path: &Path) -> Result<()> {
    if path.is_dir() {
        fs::remove_dir_all(path)?;
    } else if path.exists() {
        fs::remove_file(path)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asks for one step's result and says whether it was made just now.
    fn made(cache: &mut Cache, input: &[u8]) -> bool {
        let mut made = false;
        let path = cache
            .entry("step", &[input], |path| {
                made = true;
                Ok(fs::write(path, input)?)
            })
            .unwrap();
        assert_eq!(fs::read(path).unwrap(), input);
        made
    }

    #[test]
    fn a_result_is_made_once_and_kept_as_long_as_it_is_used() {
        let folder = tempfile::tempdir().unwrap();
        let mut first = Cache::open(folder.path()).unwrap();
        assert_eq!([b"a", b"b", b"a"].map(|input| made(&mut first, input)), [true, true, false]);
        let mut second = Cache::open(folder.path()).unwrap();
        assert!(!made(&mut second, b"b"));
        second.forget_unused().unwrap();
        assert_eq!([b"a", b"b"].map(|input| made(&mut second, input)), [true, false]);
    }

    #[test]
    fn a_step_that_fails_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let mut cache = Cache::open(folder.path()).unwrap();
        let failing = |path: &Path| {
            fs::write(path, "half")?;
            anyhow::bail!("interrupted")
        };
        assert!(cache.entry("step", &[b"a"], failing).is_err());
        assert!(made(&mut cache, b"a"));
    }
}
