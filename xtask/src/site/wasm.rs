//! WebAssembly modules: cargo, wasm-bindgen, wasm-opt.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use super::cache::Cache;
use super::{Files, Mode};
use crate::setup::{self, digest};
use crate::shell;

/// What rustc may use on this target; wasm-opt refuses what it was not told.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-simd",
];

/// Where a module's two files are.
pub(super) struct Addresses {
    pub(super) script: String,
    pub(super) wasm: String,
}

/// Builds one package to a module, adds its files and returns their addresses.
///
/// All files of a module lie in one folder named by their hash, so the addresses that wasm-bindgen
/// writes into the JavaScript (the wasm beside it, snippets below it) hold as they are.
pub(super) fn module(
    root: &Path,
    cache: &mut Cache,
    mode: Mode,
    package: &str,
    name: &str,
    files: &mut Files,
) -> Result<Addresses> {
    let raw = compile(root, mode, package)?;
    let options = format!("{FEATURES:?}");
    let bound = cache.entry(name, &[&raw, options.as_bytes()], |folder| bind(root, mode, &raw, name, folder))?;
    let mut module = Files::new();
    read_folder(&bound, "", &mut module)?;
    let hashes: String = module.values().map(|content| digest(content)).collect();
    let folder = format!("assets/{name}.{}", &digest(hashes.as_bytes())[..12]);
    files.extend(module.into_iter().map(|(file, content)| (format!("{folder}/{file}"), content)));
    Ok(Addresses { script: format!("/{folder}/{name}.js"), wasm: format!("/{folder}/{name}_bg.wasm") })
}

/// Compiles the package; cargo knows what changed.
fn compile(root: &Path, mode: Mode, package: &str) -> Result<Vec<u8>> {
    let (profile, folder) = match mode {
        Mode::Dev => ("dev", "debug"),
        Mode::Release => ("wasm-release", "wasm-release"),
    };
    let arguments = ["build", "--package", package, "--lib", "--target", setup::WASM, "--profile", profile];
    setup::wasm_target(root)?;
    shell::run(&mut shell::cargo(root, &arguments))?;
    let path = shell::target(root).join(format!("{}/{folder}/{package}.wasm", setup::WASM));
    fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
}

/// Makes the JavaScript that loads the module, and shrinks the module.
fn bind(root: &Path, mode: Mode, raw: &[u8], name: &str, folder: &Path) -> Result<()> {
    Bindgen::new()
        .input_bytes(name, raw.to_vec())
        .web(true)?
        .typescript(false)
        .omit_default_module_path(false)
        .keep_debug(mode == Mode::Dev)
        .remove_name_section(mode == Mode::Release)
        .remove_producers_section(mode == Mode::Release)
        .generate(folder)
        .context("wasm-bindgen")?;
    match mode {
        Mode::Dev => Ok(()),
        Mode::Release => optimise(root, &folder.join(format!("{name}_bg.wasm"))),
    }
}

fn optimise(root: &Path, module: &Path) -> Result<()> {
    let tools = root.join("xtask");
    setup::npm(&tools)?;
    let path = module.to_string_lossy();
    let mut arguments = vec!["-Oz", &path, "-o", &path];
    arguments.extend(FEATURES);
    let wasm_opt = tools.join("node_modules/.bin/wasm-opt");
    shell::run(&mut shell::command(root, &wasm_opt.to_string_lossy(), &arguments))
}

fn read_folder(folder: &Path, prefix: &str, files: &mut Files) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            read_folder(&entry.path(), &format!("{name}/"), files)?;
        } else {
            files.insert(name, fs::read(entry.path())?);
        }
    }
    Ok(())
}
