//! `bench`: the figures of tests/bench, each a ratio against a reference measured in the same run; and
//! `bench dynamodb`, the native host against its peers; and `bench sam`, the transform against AWS's.

mod dynamodb;
mod load;
mod sam;
mod server;
mod wire;

use anyhow::Result;

use crate::process::{command, run as call};
use crate::{build, npm, setup, tools};

/// Builds what is measured and runs the benchmarks that `args` name, or all.
pub fn run(args: &[String]) -> Result<()> {
    if args.first().is_some_and(|name| name == "dynamodb") {
        return dynamodb::run(&args[1..]);
    }
    if args.first().is_some_and(|name| name == "sam") {
        return sam::run(&args[1..]);
    }
    build::run(&[])?;
    setup::for_tests()?;
    npm::install(npm::BROWSER_TESTS)?;
    call(command("node").arg("tests/bench/main.mjs").args(args).env("SAMLET_CHROMIUM", tools::chromium()?))
}
