//! Writes the booted state of a guest into it:
//! `cargo run -p sandbox --example bake -- FROM.wasm TO.wasm`.

#![expect(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    reason = "a tool reads files and says what went wrong"
)]

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [from, to] = &arguments[..] else {
        eprintln!("bake needs two arguments: the guest to read and the file to write");
        return ExitCode::FAILURE;
    };
    match bake(from, to) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{from} cannot be baked: {error}");
            ExitCode::FAILURE
        }
    }
}

fn bake(from: &str, to: &str) -> Result<(), Box<dyn std::error::Error>> {
    let baked = sandbox::bake("guest", &std::fs::read(from)?)?;
    Ok(std::fs::write(to, baked)?)
}
