//! `samlet`: the same cloud as in the page, on 127.0.0.1, for the AWS CLI, SDKs and plain curl.

mod apis;
mod arguments;
mod deploy;
mod directory;
mod host;
mod invoke;
mod listener;
mod output;
mod runtimes;
mod serve;
mod target;
mod transform;

use std::process::ExitCode;

use anyhow::{Context, Result};
use arguments::Command;

/// Requests are many small texts and maps: with the system's allocator, a third of their time is spent
/// in it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How deep the stack of the thread that runs everything may grow: the interpreter recurses as
/// deep as the programs that it runs.
const STACK_BYTES: usize = 256 << 20;

const USAGE: &str = "\
samlet: AWS serverless on this machine

  samlet serve [DIR…]           start a cloud; deploy the SAM project in each DIR
  samlet deploy DIR             deploy a SAM project
  samlet invoke FUNCTION        invoke a function, by its name or its name in the template
  samlet transform FILE         print what the SAM transform makes of a template

Options:
  --port N                      serve: the port (default 4600; 0 takes a free one)
  --host ADDRESS                serve: the address (default 127.0.0.1)
  --data DIR                    keep everything in DIR; without it everything is gone at the end
  --guests DIR                  where the runtime images are, if not in this program
  --endpoint URL                deploy, invoke: the cloud that `samlet serve` has started
  --stack NAME                  deploy: the stack's name (default: the folder's)
  --parameter NAME=VALUE        deploy, transform: a parameter of the template
  --event FILE                  invoke: the event, JSON; - reads it from standard input
  --region REGION               transform: the region (default us-east-1)
  --version, --help";

fn main() -> ExitCode {
    let command = match arguments::parse() {
        Ok(command) => command,
        Err(error) => {
            eprintln!("samlet: {error:#}");
            return ExitCode::from(2);
        }
    };
    let worker = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(move || run(command));
    let result = worker.map_err(anyhow::Error::from).and_then(|worker| {
        // The thread's own words about its panic stand above.
        worker.join().map_err(|_| anyhow::anyhow!("this is a bug of samlet; what was acknowledged is kept"))?
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("samlet: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    match command {
        Command::Help => output::line(USAGE),
        Command::Version => output::line(&format!("samlet {}", env!("CARGO_PKG_VERSION"))),
        Command::Transform(options) => transform::run(&options),
        Command::Serve(options) => on_one_thread(serve::run(options)),
        Command::Deploy(options) => on_one_thread(deploy::run(options)),
        Command::Invoke(options) => on_one_thread(invoke::run(options)),
    }
}

fn on_one_thread(task: impl Future<Output = Result<()>>) -> Result<()> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().context("the system gives no event loop")?;
    tokio::task::LocalSet::new().block_on(&runtime, task)
}
