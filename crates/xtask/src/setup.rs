//! `setup`: everything that the other commands need. Each of them calls the part that it needs by
//! itself; this one does it all at once, for instance before going offline.

use anyhow::Result;

use crate::process::{cargo, root, run as call, step};
use crate::toolchain::{self, TARGET};
use crate::{npm, python, stamp, tools};

/// Installs what is missing.
pub fn run() -> Result<()> {
    let wasm = for_builds()?;
    for_tests()?;
    step("fetch the crates", || {
        call(cargo().args(["fetch", "--locked", "--quiet"]))?;
        call(wasm.cargo().args(["fetch", "--locked", "--quiet", "--target", TARGET]))
    })?;
    println!("Everything is there.");
    Ok(())
}

/// What a build of the page needs; answers with the compiler for wasm32.
pub fn for_builds() -> Result<toolchain::Wasm> {
    let wasm = toolchain::find_or_install()?;
    tools::find_or_install()?;
    npm::install(npm::TOOLS)?;
    npm::install(npm::PAGE)?;
    typescript()?;
    Ok(wasm)
}

/// The JavaScript of the Node.js image that comes from npm.
pub fn typescript() -> Result<()> {
    const MADE: &str = "crates/runtimes/nodejs/typescript/sucrase.deflate";
    npm::install(npm::TYPESCRIPT)?;
    let sources = ["build.mjs", "package-lock.json"].map(|name| format!("{}/{name}", npm::TYPESCRIPT));
    let digest = stamp::of(&sources.each_ref().map(String::as_str), &[])?;
    let kept = stamp::file("typescript");
    if root().join(MADE).exists() && stamp::is_fresh(&kept, &digest) {
        return Ok(());
    }
    npm::script(npm::TYPESCRIPT, "build")?;
    stamp::write(&kept, &digest)
}

/// What the tests need beyond the builds.
pub fn for_tests() -> Result<()> {
    tools::chromium()?;
    npm::install(npm::BROWSER_TESTS)?;
    python::environment()?;
    Ok(())
}
