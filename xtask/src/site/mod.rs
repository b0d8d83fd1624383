//! The site: everything that a browser gets, as files in one folder.
//!
//! Whatever lies under `assets/` carries its content's hash in its name and never changes; what lies
//! beside it (`index.html`, `sw.js`, the manifest) has a fixed address and is asked for again every time.

mod cache;
mod notices;
mod style;
mod wasm;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use brotli::enc::BrotliEncoderParams;
use cache::Cache;
use flate2::{Compression, write::GzEncoder};
pub(crate) use wasm::Module;

use crate::setup::digest;
use crate::shell;

/// How much work goes into the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Built quickly, with the names of functions in it.
    Dev,
    /// As quick to use as a release, without the half hour that makes it small, and without a warning: what the suite
    /// runs on.
    Trial,
    /// As small as it gets.
    Release,
}

/// The application, the pages before the first session, and what reads and writes other programs' files.
pub(crate) const MODULES: [Module; 3] = [
    Module { package: "frontend", name: "app" },
    Module { package: "entrance", name: "entrance" },
    Module { package: "worker", name: "worker" },
];

/// What is served as it lies in `frontend/`, under its own name.
const FIXED: [&str; 6] = [
    "manifest.webmanifest",
    "icons/icon.svg",
    "icons/icon-180.png",
    "icons/icon-192.png",
    "icons/icon-512.png",
    "icons/maskable-512.png",
];

/// The site's files by path below its root.
type Files = BTreeMap<String, Vec<u8>>;

/// Builds the site where its inputs changed and returns its folder.
///
/// # Errors
/// A step failed; the former site stays as it was.
pub(crate) fn build(root: &Path, mode: Mode) -> Result<PathBuf> {
    let site = shell::target(root).join(match mode {
        Mode::Dev => "site-dev",
        Mode::Trial => "site-trial",
        Mode::Release => "site",
    });
    let cache = Cache::open(&site.with_extension("cache"))?;
    let frontend = root.join("frontend");
    let mut files = Files::new();

    let [app, entrance, worker] = wasm::build(root, &cache, mode, MODULES)?;
    let app = wasm::add(&mut files, "app", &app)?;
    let entrance = wasm::add(&mut files, "entrance", &entrance)?;
    let worker = wasm::add(&mut files, "worker", &worker)?;
    let style = hashed(&mut files, "main.css", style::bundle(&root.join("style/main.css"), mode)?);
    let shell = hashed(&mut files, "shell.css", style::bundle(&frontend.join("shell.css"), mode)?);
    let icons = hashed(&mut files, "icons.svg", read(&root.join("style/icons.svg"))?);
    let boot = hashed(&mut files, "boot.js", read(&frontend.join("boot.js"))?);
    let rescue = hashed(&mut files, "rescue.js", read(&frontend.join("rescue.js"))?);
    let sort = hashed(&mut files, "sort.js", read(&frontend.join("sort.js"))?);
    let regions = hashed(&mut files, "regions.txt", read(&frontend.join("regions.txt"))?);
    let exchange = fill(&text(&frontend.join("exchange.js"))?, &[("module", worker.script)]).into_bytes();
    let exchange = hashed(&mut files, "exchange.js", exchange);
    for name in FIXED {
        files.insert(name.to_owned(), read(&frontend.join(name))?);
    }
    files.insert("notices.txt".to_owned(), notices::file(root)?);

    let template = |name: &str| text(&frontend.join(name));
    let (index, export, service_worker) = (template("index.html")?, template("export.html")?, template("sw.js")?);
    let build = build_id(&files, &[&index, &export, &service_worker]);
    let mut values = vec![
        ("build", build),
        ("app", app.script),
        ("app_wasm", app.wasm),
        ("entrance", entrance.script),
        ("entrance_wasm", entrance.wasm),
        ("style", style),
        ("shell", shell),
        ("icons", icons),
        ("boot", boot),
        ("rescue", rescue),
        ("sort", sort),
        ("regions", regions),
        ("exchange", exchange),
    ];
    for (name, page) in [("index.html", index), ("export.html", export)] {
        files.insert(name.to_owned(), fill(&page, &values).into_bytes());
    }
    // The service worker lists every other file, the pages included; its own address is the browser's business.
    let addresses: Vec<_> = files.keys().map(|name| format!("/{name}")).collect();
    values.push(("files", serde_json::to_string_pretty(&addresses)?));
    files.insert("sw.js".to_owned(), fill(&service_worker, &values).into_bytes());

    write(&site, &files, &cache, mode)?;
    cache.forget_unused()?;
    Ok(site)
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

fn text(path: &Path) -> Result<String> {
    String::from_utf8(read(path)?).with_context(|| format!("{} is no text", path.display()))
}

/// Adds a file under a name that holds its hash and returns its address.
fn hashed(files: &mut Files, name: &str, content: Vec<u8>) -> String {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let path = format!("assets/{stem}.{}.{extension}", &digest(&content)[..12]);
    let address = format!("/{path}");
    files.insert(path, content);
    address
}

/// Names a build by everything in it, so that two equal builds are one to the service worker.
fn build_id(files: &Files, templates: &[&str]) -> String {
    let files = files.iter().map(|(name, content)| format!("{name} {}\n", digest(content)));
    let all: String = files.chain(templates.iter().map(|page| digest(page.as_bytes()))).collect();
    digest(all.as_bytes())[..12].to_owned()
}

fn fill(template: &str, values: &[(&str, String)]) -> String {
    values.iter().fold(template.to_owned(), |page, (name, value)| page.replace(&format!("{{{{{name}}}}}"), value))
}

/// Writes the site beside the former one, with compressed neighbours, and swaps the two.
fn write(site: &Path, files: &Files, cache: &Cache, mode: Mode) -> Result<()> {
    let next = site.with_extension("next");
    let _ = fs::remove_dir_all(&next);
    for (name, content) in files {
        let path = next.join(name);
        fs::create_dir_all(path.parent().context("a file lies in a folder")?)?;
        fs::write(&path, content)?;
        if mode == Mode::Release && !name.ends_with(".png") {
            fs::copy(cache.entry("brotli", &[content], |to| brotli(content, to))?, next.join(format!("{name}.br")))?;
            fs::copy(cache.entry("gzip", &[content], |to| gzip(content, to))?, next.join(format!("{name}.gz")))?;
        }
    }
    let _ = fs::remove_dir_all(site);
    fs::rename(&next, site).with_context(|| format!("cannot replace {}", site.display()))
}

fn brotli(content: &[u8], to: &Path) -> Result<()> {
    let parameters = BrotliEncoderParams { quality: 11, lgwin: 24, size_hint: content.len(), ..Default::default() };
    brotli::BrotliCompress(&mut &content[..], &mut File::create(to)?, &parameters)?;
    Ok(())
}

fn gzip(content: &[u8], to: &Path) -> Result<()> {
    let mut encoder = GzEncoder::new(File::create(to)?, Compression::best());
    encoder.write_all(content)?;
    encoder.finish()?;
    Ok(())
}
