//! `cargo xtask`: everything that a person or a machine does with this repository.
//!
//! Each command first sees to it that what it needs is there, so a fresh clone needs no other
//! preparation than Rust and Node.js.

mod bench;
mod build;
mod conformance;
mod examples;
mod host;
mod lint;
mod npm;
mod precache;
mod process;
mod python;
mod serve;
mod setup;
mod size;
mod stamp;
mod tables;
mod tables_python;
mod tables_sam;
mod test;
mod toolchain;
mod tools;

use std::process::ExitCode;

use anyhow::{Result, bail};

const HELP: &str = "\
Usage: cargo xtask COMMAND

  setup                        install what is missing: wasm toolchain, trunk, npm packages, Chromium
  build [--page|--host|--guests] [--quick]
                               the page into dist/, the native host into target/release/samlet
  serve [--port N] [--base /PATH/] [--quick]
                               build, then serve dist/ on 127.0.0.1 (port 8080)
  test [STEP…]                 every test, or some steps: lint, unit, clients, browser
  lint                         rustfmt and clippy, for the host and for wasm32
  size                         transfer sizes of dist/, kept in tests/scoreboard/size.txt
  bench [NAME…]                figures as ratios against a reference of the same run
  bench sam --path DIR         the SAM transform against AWS's translator
  bench dynamodb [--host FILE] [--seconds N] [--clients N] [--no-peers] [--no-large]
                               the native host against other DynamoDB emulators
  conformance NAME --path DIR [--in-page | --endpoint URL]
                               a public suite against the native host, the page or a peer: parity, dynalite, lambda, sam
  examples                     the modules and archives of static/projects, from their texts
  tables [ARGS…]               generate the API tables from the published models
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&args) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(args: &[String]) -> Result<ExitCode> {
    let (command, rest) = match args.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", args),
    };
    match command {
        "setup" => setup::run().map(|()| ExitCode::SUCCESS),
        "build" => build::run(rest).map(|()| ExitCode::SUCCESS),
        "serve" => serve::run(rest).map(|()| ExitCode::SUCCESS),
        "test" => test::run(rest),
        "lint" => lint::run().map(|()| ExitCode::SUCCESS),
        "size" => size::run().map(|()| ExitCode::SUCCESS),
        "bench" => bench::run(rest).map(|()| ExitCode::SUCCESS),
        "conformance" => conformance::run(rest),
        "examples" => examples::run().map(|()| ExitCode::SUCCESS),
        "tables" => tables::run(rest).map(|()| ExitCode::SUCCESS),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        other => bail!("there is no command `{other}`; `cargo xtask help` lists them"),
    }
}
