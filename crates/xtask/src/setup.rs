//! `setup`: everything that the other commands need. Each of them calls the part that it needs by
//! itself; this one does it all at once, for instance before going offline.

use anyhow::Result;

use crate::process::{cargo, run as call, step};
use crate::toolchain::{self, TARGET};
use crate::{npm, python, tools};

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
    Ok(wasm)
}

/// What the tests need beyond the builds.
pub fn for_tests() -> Result<()> {
    tools::chromium()?;
    npm::install(npm::BROWSER_TESTS)?;
    python::environment()?;
    Ok(())
}
