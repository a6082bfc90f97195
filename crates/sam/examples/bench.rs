//! Measures how long a transform takes: `cargo run --release -p sam --example bench -- DIR`, with `DIR` as in the
//! example `conformance`. Prints a line `TEMPLATE MICROSECONDS` for every template that becomes one, the best of
//! several rounds; parsing is not counted, as it is not for the peer that this is compared with.

#![allow(clippy::disallowed_methods, clippy::disallowed_macros, reason = "a tool of the host, not of the core")]

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;
use std::{env, fs};

use sam::{Application, Options};
use serde_json::{Map, json};

const ROUNDS: usize = 20;

fn main() -> ExitCode {
    let Some(folder) = env::args().nth(1).map(PathBuf::from) else {
        eprintln!("usage: bench DIR");
        return ExitCode::FAILURE;
    };
    let groups = fs::read_to_string(folder.join("groups.tsv")).unwrap_or_default();
    let parameters = [("param1", "value1"), ("param2", "value2")].map(|(name, value)| (name.to_owned(), json!(value)));
    let options = Options {
        parameters: Map::from_iter(parameters),
        region: "ap-southeast-1".to_owned(),
        applications: Some(|_, _| Application::Template("https://example.com/template".to_owned())),
        ..Options::default()
    };
    for line in groups.lines() {
        let ["core" | "ext", "success", name] = line.split('\t').collect::<Vec<_>>()[..] else { continue };
        let text = fs::read_to_string(folder.join(format!("input/{name}.yaml"))).unwrap_or_default();
        let Ok(template) = template::parse(&text) else { continue };
        let round = || {
            let copy = template.value.clone();
            let start = Instant::now();
            let made = sam::transform(copy, &options);
            (start.elapsed(), made.is_ok())
        };
        let best = (0..ROUNDS).map(|_| round()).min();
        if let Some((best, true)) = best {
            println!("{name} {:.1}", best.as_secs_f64() * 1e6);
        }
    }
    ExitCode::SUCCESS
}
