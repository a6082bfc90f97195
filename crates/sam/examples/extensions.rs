//! Measures `AWS::LanguageExtensions` against templates of aws-sam-cli's tests.
//!
//! `cargo run -p sam --example extensions -- DIR [TEMPLATE]`, where `DIR` holds the templates and, in
//! `forEach/SECTION`, those of loops. An `X.json` with an `XExpected.json` or `XResolved.json` beside it must
//! become that; one of loops without must fail.

#![allow(clippy::disallowed_methods, clippy::disallowed_macros, reason = "a tool of the host, not of the core")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use sam::Facts;
use serde_json::Value;

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let Some(folder) = arguments.next().map(PathBuf::from) else {
        eprintln!("usage: extensions DIR [TEMPLATE]");
        return ExitCode::FAILURE;
    };
    let only = arguments.next();
    let mut failures = Vec::new();
    let (mut pairs, mut equal, mut refused, mut invalid) = (0, 0, 0, 0);
    for part in ["", "forEach/conditions", "forEach/outputs", "forEach/resources"] {
        for (name, file) in templates(&folder.join(part)) {
            if only.as_ref().is_some_and(|only| *only != name) {
                continue;
            }
            let made = read(&file).map(|template| sam::extend(template, &Facts::default()));
            if only.is_some() {
                println!("{made:#?}");
            }
            let Some(made) = made else { continue };
            let passed = match expected(&file) {
                Some(expected) => {
                    pairs += 1;
                    let same = made.as_ref().is_ok_and(|made| comparable(made, &expected));
                    equal += usize::from(same);
                    same
                }
                None if part.is_empty() => continue,
                None => {
                    invalid += 1;
                    refused += usize::from(made.is_err());
                    made.is_err()
                }
            };
            if !passed {
                failures.push(format!("{part}/{name}"));
            }
        }
    }
    for name in failures {
        println!("failed: {name}");
    }
    println!("pairs: {equal} passed, {} failed", pairs - equal);
    println!("invalid loops: {refused} passed, {} failed", invalid - refused);
    println!("language extensions: {equal} of {pairs}");
    ExitCode::SUCCESS
}

fn templates(folder: &Path) -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut found: Vec<(String, PathBuf)> = entries
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .filter_map(|path| Some((path.file_stem()?.to_str()?.to_owned(), path)))
        .filter(|(name, _)| !["Expected", "Resolved", "_expected"].iter().any(|end| name.ends_with(end)))
        .collect();
    found.sort();
    found
}

fn expected(file: &Path) -> Option<Value> {
    let name = file.file_stem()?.to_str()?;
    ["Expected", "Resolved", "_expected"].iter().find_map(|end| read(&file.with_file_name(format!("{name}{end}.json"))))
}

fn read(file: &Path) -> Option<Value> {
    serde_json::from_str(&fs::read_to_string(file).ok()?).ok()
}

/// Whether every resource that is expected is there. In one of the expectations other sections slipped into
/// the resources.
fn comparable(made: &Value, expected: &Value) -> bool {
    let resources = |template: &Value| {
        let mut resources = template["Resources"].as_object().cloned().unwrap_or_default();
        resources.retain(|_, resource| resource.get("Type").is_some());
        resources
    };
    resources(made) == resources(expected)
        && ["Conditions", "Outputs"].iter().all(|section| made.get(section) == expected.get(section))
}
