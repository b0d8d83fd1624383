//! WebAssembly modules: cargo, wasm-bindgen, wasm-opt.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context, Result, anyhow, bail};
use wasm_bindgen_cli_support::Bindgen;

use super::cache::Cache;
use super::{Files, Mode};
use crate::packages::BROWSER;
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

/// What becomes a module: its package, and the name that its files get.
#[derive(Clone, Copy)]
pub(crate) struct Module {
    pub(crate) package: &'static str,
    pub(crate) name: &'static str,
}

/// Builds modules and returns the folder of each.
pub(super) fn build<const N: usize>(
    root: &Path,
    cache: &Cache,
    mode: Mode,
    modules: [Module; N],
) -> Result<[PathBuf; N]> {
    setup::wasm_target(root)?;
    if mode == Mode::Release {
        setup::npm(&root.join("xtask"))?;
    }
    let compiled = compile(root, mode, modules)?;
    let bound = thread::scope(|scope| {
        let begun = modules.map(|module| {
            let raw = fs::read(compiled.join(format!("{}.wasm", module.package)));
            scope.spawn(move || {
                let raw = raw.with_context(|| format!("the module of {}", module.package))?;
                let options = format!("{FEATURES:?}");
                cache.entry(module.name, &[&raw, options.as_bytes()], |to| bind(root, mode, &raw, module.name, to))
            })
        });
        begun.map(|bound| bound.join().unwrap_or_else(|_| bail!("binding a module panicked")))
    });
    let folders: Vec<PathBuf> = bound.into_iter().collect::<Result<_>>()?;
    folders.try_into().map_err(|_| anyhow!("a module is missing"))
}

/// Adds a module's files and returns their addresses.
///
/// All files of a module lie in one folder named by their hash, so the addresses that wasm-bindgen
/// writes into the JavaScript (the wasm beside it, snippets below it) hold as they are.
pub(super) fn add(files: &mut Files, name: &str, bound: &Path) -> Result<Addresses> {
    let mut module = Files::new();
    read_folder(bound, "", &mut module)?;
    let hashes: String = module.values().map(|content| digest(content)).collect();
    let folder = format!("assets/{name}.{}", &digest(hashes.as_bytes())[..12]);
    files.extend(module.into_iter().map(|(file, content)| (format!("{folder}/{file}"), content)));
    Ok(Addresses { script: format!("/{folder}/{name}.js"), wasm: format!("/{folder}/{name}_bg.wasm") })
}

/// Compiles the packages in one call, so that cores have work while one of them is linked; returns where they lie.
fn compile<const N: usize>(root: &Path, mode: Mode, modules: [Module; N]) -> Result<PathBuf> {
    let (profile, folder) = match mode {
        Mode::Dev => ("dev", "debug"),
        Mode::Trial => ("wasm-trial", "wasm-trial"),
        Mode::Release => ("wasm-release", "wasm-release"),
    };
    let build = ["build", "--lib", "--profile", profile];
    let mut build = if mode == Mode::Trial {
        // With a test in the call, dependencies get the features that the tests in the browser give them, so that both
        // share them.
        shell::linted(root, &[&build[..], &["--test", "zone"], &BROWSER].concat())
    } else {
        let mut build = shell::cargo(root, &[&build[..], &["--target", setup::WASM]].concat());
        build.args(modules.iter().flat_map(|module| ["--package", module.package]));
        build
    };
    shell::run(&mut build)?;
    Ok(shell::target(root).join(setup::WASM).join(folder))
}

/// Makes the JavaScript that loads the module, and shrinks the module.
fn bind(root: &Path, mode: Mode, raw: &[u8], name: &str, folder: &Path) -> Result<()> {
    Bindgen::new()
        .input_bytes(name, raw.to_vec())
        .web(true)?
        .typescript(false)
        .omit_default_module_path(false)
        .keep_debug(mode == Mode::Dev)
        .remove_name_section(mode != Mode::Dev)
        .remove_producers_section(mode != Mode::Dev)
        .generate(folder)
        .context("wasm-bindgen")?;
    match mode {
        Mode::Dev | Mode::Trial => Ok(()),
        Mode::Release => optimise(root, &folder.join(format!("{name}_bg.wasm"))),
    }
}

fn optimise(root: &Path, module: &Path) -> Result<()> {
    let path = module.to_string_lossy();
    let mut arguments = vec!["-Oz", &path, "-o", &path];
    arguments.extend(FEATURES);
    let wasm_opt = root.join("xtask/node_modules/.bin/wasm-opt");
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
