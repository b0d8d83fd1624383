//! Results of slow steps, kept by the hash of what went in.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::Result;

use crate::setup::digest;

/// A folder of results. Steps that run beside each other share it.
pub(super) struct Cache {
    folder: PathBuf,
    used: Mutex<HashSet<String>>,
}

impl Cache {
    pub(super) fn open(folder: &Path) -> Result<Cache> {
        fs::create_dir_all(folder)?;
        Ok(Cache { folder: folder.to_path_buf(), used: Mutex::default() })
    }

    /// Returns where the result of a step for these inputs lies: a file or a folder, made now only if the inputs are new.
    pub(super) fn entry(
        &self,
        step: &str,
        inputs: &[&[u8]],
        make: impl FnOnce(&Path) -> Result<()>,
    ) -> Result<PathBuf> {
        let hashes: String = inputs.iter().map(|input| digest(input)).collect();
        let name = format!("{step}-{}", digest(hashes.as_bytes()));
        let path = self.folder.join(&name);
        self.used.lock().unwrap_or_else(PoisonError::into_inner).insert(name.clone());
        if !path.exists() {
            // Renamed into place: an interrupted build must not leave half a result under a good name.
            let unfinished = self.folder.join(format!("unfinished-{name}"));
            delete(&unfinished)?;
            make(&unfinished)?;
            fs::rename(unfinished, &path)?;
        }
        Ok(path)
    }

    /// Deletes what the last build had no use for.
    pub(super) fn forget_unused(&self) -> Result<()> {
        let used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            if !used.contains(&*entry.file_name().to_string_lossy()) {
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
    fn made(cache: &Cache, input: &[u8]) -> bool {
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
        let first = Cache::open(folder.path()).unwrap();
        assert_eq!([b"a", b"b", b"a"].map(|input| made(&first, input)), [true, true, false]);
        let second = Cache::open(folder.path()).unwrap();
        assert!(!made(&second, b"b"));
        second.forget_unused().unwrap();
        assert_eq!([b"a", b"b"].map(|input| made(&second, input)), [true, false]);
    }

    #[test]
    fn a_step_that_fails_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(folder.path()).unwrap();
        let failing = |path: &Path| {
            fs::write(path, "half")?;
            anyhow::bail!("interrupted")
        };
        assert!(cache.entry("step", &[b"a"], failing).is_err());
        assert!(made(&cache, b"a"));
    }
}
