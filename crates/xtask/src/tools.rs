//! The programs around the compiler: trunk, wasm-bindgen, clang, Chromium.
//!
//! What Cargo builds from source goes into a cache of the user's, outside the repository, so that a
//! fresh clone does not build it again.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::process::{capture, cargo, command, run, step, succeeds, which};

const TRUNK: &str = "0.21.14";
const WASM_BINDGEN: &str = "0.2.130";

/// The user's cache of this project.
pub fn cache() -> PathBuf {
    let base = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")))
        .unwrap_or_else(std::env::temp_dir);
    base.join("samlet")
}

/// Where the tools that Cargo built are.
pub fn bin() -> PathBuf {
    cache().join("tools/bin")
}

/// trunk and wasm-bindgen, in the versions that the page is built with.
pub fn find_or_install() -> Result<()> {
    // Trunk's lock file is good. wasm-bindgen-cli's is not used: it may name a version of a
    // dependency that has been withdrawn since.
    install("trunk", "trunk", TRUNK, &["--locked"])?;
    install("wasm-bindgen-cli", "wasm-bindgen", WASM_BINDGEN, &[])
}

fn install(package: &str, program: &str, version: &str, options: &[&str]) -> Result<()> {
    let path = bin().join(program);
    let is_there =
        || capture(command(&path).arg("--version")).is_ok_and(|text| text.split_whitespace().nth(1) == Some(version));
    if is_there() {
        return Ok(());
    }
    let root = cache().join("tools");
    fs::create_dir_all(&root).with_context(|| format!("cannot create {}", root.display()))?;
    // Two of these at once would do the same ten minutes of work twice.
    let lock = File::create(root.join(format!("{package}.lock")))?;
    lock.lock().context("cannot lock the tools' folder")?;
    if is_there() {
        return Ok(());
    }
    step(&format!("install {package} {version} (some minutes, once)"), || {
        // A tool that runs for a second does not need a minute of optimisation.
        run(cargo()
            .args(["install", package, "--version", version, "--root"])
            .arg(&root)
            .args(options)
            // Its build is thrown away; it has no place among the results of this repository.
            .env_remove("CARGO_TARGET_DIR")
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "64")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "0"))
    })
}

/// A C compiler for wasm32, and the archiver that goes with it.
pub struct Clang {
    clang: OsString,
    ar: OsString,
}

impl Clang {
    /// The variables that tell Rust's build scripts about it.
    pub fn env(&self) -> Vec<(String, OsString)> {
        vec![
            ("CC_wasm32_unknown_unknown".into(), self.clang.clone()),
            ("AR_wasm32_unknown_unknown".into(), self.ar.clone()),
            ("CFLAGS_wasm32_unknown_unknown".into(), "-O2".into()),
        ]
    }
}

/// The clang of one version of LLVM, as Debian names it.
pub fn clang_of_llvm(major: &str) -> Clang {
    Clang { clang: format!("clang-{major}").into(), ar: format!("llvm-ar-{major}").into() }
}

/// The newest clang on PATH that knows wasm32.
pub fn clang() -> Result<Clang> {
    const OLDEST: u32 = 16;
    let numbered = (OLDEST..=40).rev().map(|major| clang_of_llvm(&major.to_string()));
    let plain = Clang { clang: "clang".into(), ar: "llvm-ar".into() };
    let candidates = numbered.chain([plain]);
    for candidate in candidates {
        if knows_wasm(&candidate) {
            return Ok(candidate);
        }
    }
    if can_apt() {
        apt_install(&["clang-16", "llvm-16"])?;
        return Ok(clang_of_llvm("16"));
    }
    bail!("clang {OLDEST} or newer with llvm-ar is missing: install it from your package manager")
}

fn knows_wasm(candidate: &Clang) -> bool {
    let on_path = |program: &OsString| program.to_str().and_then(which).is_some();
    on_path(&candidate.clang)
        && on_path(&candidate.ar)
        && capture(command(&candidate.clang).arg("--print-targets")).is_ok_and(|targets| targets.contains("wasm32"))
}

/// The Chromium that the browser tests drive: `SAMLET_CHROMIUM`, or one of the usual names.
pub fn chromium() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("SAMLET_CHROMIUM") {
        return Ok(path.into());
    }
    let find = || ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"].into_iter().find_map(which);
    if let Some(path) = find() {
        return Ok(path);
    }
    apt_install_or_say(&["chromium"], "the browser that the tests drive")?;
    find().context("the package `chromium` put no such program on PATH")
}

/// Whether packages can be installed here without asking anybody.
pub fn can_apt() -> bool {
    Path::new("/etc/debian_version").exists()
        && which("apt-get").is_some()
        && capture(command("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// Installs Debian packages.
pub fn apt_install(packages: &[&str]) -> Result<()> {
    let apt = |arguments: &[&str]| {
        let mut call = command("apt-get");
        call.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        call
    };
    run(&mut apt(&["update", "-qq"]))?;
    let mut call = apt(&["install", "-y", "-qq", "--no-install-recommends"]);
    run(call.args(packages))
}

/// Installs Debian packages where that can be done, and says what to install where it cannot.
pub fn apt_install_or_say(packages: &[&str], what: &str) -> Result<()> {
    let names = packages.join(" ");
    if can_apt() {
        return step(&format!("install {names}"), || apt_install(packages));
    }
    bail!("{what} is missing: install {names} with your package manager")
}

/// The full path of the file of an installed Debian package that ends in `end`.
pub fn file_of_package(package: &str, end: &str) -> Option<PathBuf> {
    which("dpkg")?;
    let files = capture(command("dpkg").args(["-L", package])).ok()?;
    let found = files.lines().map(PathBuf::from).find(|path| path.ends_with(end));
    found.filter(|path| path.exists())
}

/// Node.js and npm bring the editor and the browser tests; nothing here can install them.
pub fn check_node() -> Result<()> {
    const OLDEST: u32 = 20;
    let version = capture(command("node").arg("--version")).unwrap_or_default();
    let major = version.trim().trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_none_or(|major| major < OLDEST) || !succeeds(command("npm").arg("--version")) {
        bail!("Node.js {OLDEST} or newer with npm is missing: install it from your package manager");
    }
    Ok(())
}
