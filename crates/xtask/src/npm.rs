//! npm packages: installed from the committed lock file, again only when that has changed.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::process::{command, root, run, step};
use crate::{stamp, tools};

/// The folder of the editor's sources.
pub const PAGE: &str = "web/js";
/// The folder of wasm-opt.
pub const TOOLS: &str = "crates/xtask/tools";
/// The folder of what turns TypeScript into JavaScript in the Node.js image.
pub const TYPESCRIPT: &str = "crates/runtimes/nodejs/typescript";
/// The folder of the browser tests.
pub const BROWSER_TESTS: &str = "tests/e2e";

/// Installs the packages of `folder`, unless they are what its lock file says.
pub fn install(folder: &str) -> Result<()> {
    let lock = format!("{folder}/package-lock.json");
    let digest = stamp::of(&[&lock], &[])?;
    let kept = root().join(folder).join("node_modules/.samlet-stamp");
    if stamp::is_fresh(&kept, &digest) {
        return Ok(());
    }
    tools::check_node()?;
    step(&format!("install the npm packages of {folder}"), || {
        run(npm(folder).args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]))?;
        stamp::write(&kept, &digest)
    })
}

/// Runs a script of the `package.json` in `folder`.
pub fn script(folder: &str, name: &str) -> Result<()> {
    run(npm(folder).args(["run", "--silent", name]))
}

/// Where wasm-opt is.
pub fn tools_bin() -> PathBuf {
    root().join(TOOLS).join("node_modules/.bin")
}

fn npm(folder: &str) -> Command {
    let mut call = command("npm");
    call.current_dir(root().join(Path::new(folder)));
    call
}
