//! Measures the translation against the test data of AWS's own translator.
//!
//! `cargo run -p sam --example conformance -- DIR [TEMPLATE]`, where `DIR` (or `SAMLET_SAM_DATA`)
//! holds `input/*.yaml`, `output/*.json` and `groups.tsv`. With `TEMPLATE`, both sides are printed.

#![allow(clippy::disallowed_methods, clippy::disallowed_macros, reason = "a tool of the host, not of the core")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use sam::{Application, Options};
use serde_json::{Map, Value, json};

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let folder = arguments.next().or_else(|| env::var("SAMLET_SAM_DATA").ok());
    let Some(folder) = folder.map(PathBuf::from) else {
        eprintln!("usage: conformance DIR [TEMPLATE]");
        return ExitCode::FAILURE;
    };
    let Ok(groups) = fs::read_to_string(folder.join("groups.tsv")) else {
        eprintln!("{} has no groups.tsv", folder.display());
        return ExitCode::FAILURE;
    };
    let only = arguments.next();
    let mut scores: BTreeMap<(String, String), (usize, Vec<String>)> = BTreeMap::new();
    for line in groups.lines().skip(1) {
        let [scope, kind, name] = line.split('\t').collect::<Vec<_>>()[..] else { continue };
        // The case about the time has no output to compare with.
        if name == "translate_always_deploy" || only.as_deref().is_some_and(|only| only != name) {
            continue;
        }
        let (expected, actual) = run(&folder, kind, name);
        let passed = expected == actual;
        if only.is_some() {
            print_both(&expected, &actual);
        }
        let score = scores.entry((scope.to_owned(), kind.to_owned())).or_default();
        if passed { score.0 += 1 } else { score.1.push(name.to_owned()) }
    }
    for ((scope, kind), (passed, failed)) in &scores {
        for name in failed {
            println!("failed: {scope} {kind} {name}");
        }
        println!("{scope} {kind}: {passed} passed, {} failed", failed.len());
    }
    if only.is_none() {
        for (scope, kinds) in [("core", &["success", "error"][..]), ("ext", &["success", "error", "translate"])] {
            let counted = scores.iter().filter(|((s, kind), _)| s == scope && kinds.contains(&kind.as_str()));
            let (passed, all) =
                counted.fold((0, 0), |sum, (_, (passed, failed))| (sum.0 + passed, sum.1 + passed + failed.len()));
            println!("{scope}: {passed} of {all}");
        }
    }
    ExitCode::SUCCESS
}

/// What should come out and what does, both in an order that does not count.
fn run(folder: &Path, kind: &str, name: &str) -> (Value, Value) {
    let read = |path: String| fs::read_to_string(folder.join(path)).unwrap_or_default();
    let expected: Value = serde_json::from_str(&read(format!("output/{name}.json"))).unwrap_or_default();
    let text = read(format!("input/{name}.yaml"));
    let parameters: Map<String, Value> = [("param1", "value1"), ("param2", "value2")]
        .map(|(name, value)| (name.to_owned(), json!(value)))
        .into_iter()
        .collect();
    let options = Options {
        parameters,
        region: "ap-southeast-1".to_owned(),
        time: 0,
        applications: Some(application),
        spread_metadata: kind == "translate",
    };
    let actual = match template::parse(&text) {
        Err(error) => json!({ "syntax": error.message }),
        Ok(template) => match sam::transform(template.value, &options) {
            Ok(value) => sorted(value),
            Err(problems) => json!({ "errorMessage": sam::document_error(&problems) }),
        },
    };
    match expected.get("errorMessage") {
        Some(message) => (json!({ "errorMessage": message }), actual),
        None => (sorted(expected), actual),
    }
}

/// The translator's tests ask no repository: some ids stand for what it may say.
fn application(id: &str, _version: &str) -> Application {
    match id {
        "no-access" | "non-existent" | "invalid-semver" => Application::Inaccessible,
        "preparing-never-ready" => Application::NeverReady,
        _ => Application::Template("https://awsserverlessrepo-changesets-xxx.s3.amazonaws.com/signed-url".to_owned()),
    }
}

fn sorted(value: Value) -> Value {
    match value {
        Value::Array(items) => {
            let mut items: Vec<Value> = items.into_iter().map(sorted).collect();
            items.sort_by_cached_key(ToString::to_string);
            Value::Array(items)
        }
        Value::Object(map) => {
            let mut members: Vec<_> = map.into_iter().map(|(k, v)| (k, sorted(v))).collect();
            members.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(members.into_iter().collect())
        }
        // In Python `4` and `4.0` are equal.
        Value::Number(number) => number.as_f64().map_or(Value::Number(number), Value::from),
        other => other,
    }
}

fn print_both(expected: &Value, actual: &Value) {
    println!("--- expected\n{expected:#}\n--- actual\n{actual:#}");
}
