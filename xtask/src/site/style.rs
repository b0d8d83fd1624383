//! The style sheet: one file, from `style/main.css` and what it imports.

use std::path::Path;

use anyhow::{Result, anyhow};
use lightningcss::bundler::{Bundler, FileProvider};
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, PrinterOptions};

use super::Mode;

/// Bundles and, for a release, minifies the style sheet.
///
/// # Errors
/// A file is missing or is not CSS; the message names the place.
pub(super) fn bundle(entry: &Path, mode: Mode) -> Result<Vec<u8>> {
    let files = FileProvider::new();
    let mut bundler = Bundler::new(&files, None, ParserOptions::default());
    let mut sheet = bundler.bundle(entry).map_err(|error| anyhow!("{error}"))?;
    let minify = mode != Mode::Dev;
    if minify {
        sheet.minify(MinifyOptions::default()).map_err(|error| anyhow!("{error}"))?;
    }
    let printed = sheet.to_css(PrinterOptions { minify, ..Default::default() }).map_err(|error| anyhow!("{error}"))?;
    Ok(printed.code.into_bytes())
}
