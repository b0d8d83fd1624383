use std::{fs, path::Path, time::SystemTime};

use anyhow::{Context as _, Result};

use super::authority::Identity;

/// A certificate with its chain and its key, in PEM form.
#[derive(Clone, Copy, Debug)]
pub(super) struct CertFiles<'a> {
    pub(super) certificate: &'a Path,
    pub(super) key: &'a Path,
}

impl CertFiles<'_> {
    pub(super) fn read(self) -> Result<Identity> {
        let read = |path: &Path| fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()));
        Ok(Identity { certificate: read(self.certificate)?, key: read(self.key)? })
    }

    /// Returns when the files were last written; `None` where that cannot be known.
    pub(super) fn stamp(self) -> Option<[SystemTime; 2]> {
        let written = |path: &Path| fs::metadata(path).and_then(|metadata| metadata.modified()).ok();
        Some([written(self.certificate)?, written(self.key)?])
    }
}
