//! `bench`: the figures of tests/bench, each a ratio against a reference measured in the same run.

use anyhow::Result;

use crate::process::{command, run as call};
use crate::{build, npm, setup, tools};

/// Builds what is measured and runs the benchmarks that `args` name, or all.
pub fn run(args: &[String]) -> Result<()> {
    build::run(&[])?;
    setup::for_tests()?;
    npm::install(npm::BROWSER_TESTS)?;
    call(command("node").arg("tests/bench/main.mjs").args(args).env("SAMLET_CHROMIUM", tools::chromium()?))
}
