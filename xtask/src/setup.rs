//! What a fresh machine lacks: installed where we may, named plainly where not.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::shell;

/// Something from the system's package manager.
pub(crate) struct SystemTool {
    /// What it is for, in the message where it is missing.
    name: &'static str,
    /// Any of these means that it is there; `*` stands for a version folder.
    found_at: &'static [&'static str],
    /// The Debian packages that bring it.
    packages: &'static [&'static str],
}

/// The browser that runs the stories and the wasm tests.
pub(crate) const CHROMIUM: SystemTool =
    SystemTool { name: "Chromium", found_at: &["/usr/bin/chromium"], packages: &["chromium"] };

/// What drives the browser for wasm tests.
pub(crate) const CHROMEDRIVER: SystemTool =
    SystemTool { name: "ChromeDriver", found_at: &["/usr/bin/chromedriver"], packages: &["chromium-driver"] };

/// Without them, every Chinese character in a story is a box.
pub(crate) const CJK_FONTS: SystemTool = SystemTool {
    name: "Chinese fonts",
    found_at: &["/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"],
    packages: &["fonts-noto-cjk"],
};

/// The second database; the tests start a throw-away cluster of it.
pub(crate) const POSTGRESQL: SystemTool =
    SystemTool { name: "PostgreSQL", found_at: &["/usr/lib/postgresql/*/bin/initdb"], packages: &["postgresql"] };

/// Makes sure that each tool is there.
///
/// # Errors
/// One is missing and we may not install it, or the installation failed.
pub(crate) fn system(root: &Path, tools: &[&SystemTool]) -> Result<()> {
    let missing: Vec<_> = tools.iter().filter(|tool| !tool.is_there()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.iter().map(|tool| tool.name).collect::<Vec<_>>().join(", ");
    let packages: Vec<_> = missing.iter().flat_map(|tool| tool.packages).copied().collect();
    let install = format!("apt-get install --yes {}", packages.join(" "));
    if !Path::new("/usr/bin/apt-get").exists() {
        bail!("missing: {names}. Install it with your system's package manager (on Debian: {install})");
    }
    if shell::output(&mut shell::command(root, "id", &["-u"]))?.trim() != "0" {
        bail!("missing: {names}. Install it with: sudo {install}");
    }
    println!("installing {names}");
    let apt = |arguments: &[&str]| {
        let mut command = shell::command(root, "apt-get", arguments);
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    shell::run(&mut apt(&["update", "--quiet"]))?;
    let arguments = ["install", "--yes", "--quiet", "--no-install-recommends"];
    shell::run(&mut apt(&[&arguments[..], &packages].concat()))?;
    match missing.iter().find(|tool| !tool.is_there()) {
        Some(tool) => bail!("{} is still missing after: {install}", tool.name),
        None => Ok(()),
    }
}

/// What the interface is compiled for.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// Makes sure that the toolchain compiles for [`WASM`]. `rust-toolchain.toml` names it, but a toolchain that was
/// there before us, or a rustup that may install nothing by itself, comes without.
///
/// # Errors
/// It is missing and rustup cannot add it.
pub(crate) fn wasm_target(root: &Path) -> Result<()> {
    let sysroot = shell::output(&mut shell::command(root, "rustc", &["--print", "sysroot"]))?;
    if Path::new(sysroot.trim()).join("lib/rustlib").join(WASM).exists() {
        return Ok(());
    }
    println!("installing the {WASM} target");
    let mut add = shell::command(root, "rustup", &["target", "add", WASM]);
    shell::run(&mut add)
        .with_context(|| format!("rustc needs the {WASM} target; with rustup: rustup target add {WASM}"))
}

/// Installs a folder's npm packages where they are missing or the lock file changed.
///
/// # Errors
/// npm is missing or cannot install.
pub(crate) fn npm(folder: &Path) -> Result<()> {
    let lock = folder.join("package-lock.json");
    let wanted = digest(&fs::read(&lock).with_context(|| format!("cannot read {}", lock.display()))?);
    let stamp = folder.join("node_modules/.changke-lock");
    if fs::read_to_string(&stamp).is_ok_and(|present| present == wanted) {
        return Ok(());
    }
    println!("installing the npm packages of {}", folder.display());
    let mut npm = shell::command(folder, "npm", &["ci", "--no-audit", "--no-fund"]);
    shell::run(&mut npm).context("npm packages are needed; on Debian npm comes with: apt-get install nodejs npm")?;
    Ok(fs::write(stamp, wanted)?)
}

/// Returns a content's SHA-256 in hexadecimal.
pub(crate) fn digest(content: &[u8]) -> String {
    Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}

impl SystemTool {
    fn is_there(&self) -> bool {
        self.found_at.iter().any(|path| expand(path).iter().any(|path| path.exists()))
    }
}

/// Expands the one `*` that a path may have.
fn expand(path: &str) -> Vec<PathBuf> {
    let Some((folder, rest)) = path.split_once("/*/") else {
        return vec![PathBuf::from(path)];
    };
    fs::read_dir(folder)
        .map(|entries| entries.flatten().map(|entry| entry.path().join(rest)).collect())
        .unwrap_or_default()
}
