//! `lint`: formatting and Clippy, for what runs on the host and for what runs in the page.

use anyhow::Result;

use crate::process::{cargo, run as call, step};
use crate::toolchain::{self, TARGET};

/// What is compiled for wasm32 and only there.
const WASM_PACKAGES: [&str; 3] = ["page", "worker", "runtime-nodejs"];

/// What only the clippy.toml of the core forbids. A test of the core may read its cases from files.
const PURITY: [&str; 3] = ["clippy::disallowed_methods", "clippy::disallowed_types", "clippy::disallowed_macros"];

/// Every lint; the first that fails is the error.
pub fn run() -> Result<()> {
    step("rustfmt", || call(cargo().args(["fmt", "--all", "--check"])))?;
    step("clippy for the host", || call(cargo().args(["clippy", "--quiet", "--", "--deny", "warnings"])))?;
    step("clippy for the tests", || {
        let mut clippy = cargo();
        clippy.args(["clippy", "--quiet", "--all-targets", "--", "--deny", "warnings"]);
        call(clippy.args(PURITY.iter().flat_map(|lint| ["--allow", lint])))
    })?;
    let wasm = toolchain::find_or_install()?;
    step("clippy for wasm32", || {
        let mut clippy = wasm.clippy();
        clippy.args(["--quiet", "--target", TARGET]);
        clippy.args(WASM_PACKAGES.iter().flat_map(|package| ["--package", package]));
        call(clippy.args(["--", "--deny", "warnings"]))
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use crate::process::root;

    /// Crates that stand on an operating system, are tools of one, or are built into a function.
    const HOSTS: [&str; 5] = ["guest-runtime", "runtimes", "server", "store", "xtask"];

    #[test]
    fn every_crate_below_the_hosts_has_the_same_lint_for_purity() {
        let kernel = fs::read_to_string(root().join("crates/kernel/clippy.toml")).unwrap();
        for entry in fs::read_dir(root().join("crates")).unwrap() {
            let folder = entry.unwrap().path();
            let name = folder.file_name().unwrap().to_string_lossy().into_owned();
            if !HOSTS.contains(&name.as_str()) {
                let own = fs::read_to_string(folder.join("clippy.toml")).unwrap_or_default();
                assert!(own == kernel, "crates/{name}/clippy.toml is not that of crates/kernel");
            }
        }
    }
}
