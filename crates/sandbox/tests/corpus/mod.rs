//! A runtime image against the cases in its folder of `tests/corpus`.
//!
//! A case is a folder with a function's files and beside them:
//! - `case.json`: `shows` (a sentence), and if they are not the usual ones `handler`, `env`,
//!   `memory_mb`, and `answers`, which are given to the function's HTTP calls in turn;
//! - `events.json`: the list of events, one invocation each;
//! - `expected.json`: all that the function said over HTTP, in order: its calls, its responses, its
//!   errors, its end;
//! - `expected.log`: its log lines.
//!
//! Time is virtual and begins at the same moment in every case, so times are part of what is expected.
//! `SAMLET_CASE` names the only case to run, `SAMLET_CORPUS` another folder of cases.
//! With `SAMLET_UPDATE=1` the expected files are written anew: review them before a commit.

use crate::function::{Function, Runtime};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::{env, fs};

fn image(name: &str) -> sandbox::Image {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let guests = env::var_os("SAMLET_GUESTS").map_or(root.join("target/guests"), PathBuf::from);
    let path = guests.join(format!("{name}.wasm"));
    let wasm = fs::read(&path).unwrap_or_else(|error| {
        panic!("{} is missing ({error}): build it with `cargo xtask build --guests`", path.display())
    });
    sandbox::Image::new(name, &wasm).expect("the guest boots")
}

/// Runs every case of a runtime.
pub fn check_all(runtime: &Runtime) {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus").join(runtime.image);
    let corpus = env::var_os("SAMLET_CORPUS").map_or(own, PathBuf::from);
    let only = env::var("SAMLET_CASE").ok();
    let mut cases: Vec<PathBuf> = fs::read_dir(&corpus)
        .expect("the corpus is in the repository")
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| only.as_ref().is_none_or(|only| path.ends_with(only)))
        .collect();
    cases.sort();
    assert!(!cases.is_empty(), "there is no case in {}", corpus.display());

    let image = image(runtime.image);
    let failures: Vec<String> = cases.iter().filter_map(|case| check(&image, runtime, case).err()).collect();
    assert!(failures.is_empty(), "{} of {} cases failed\n{}", failures.len(), cases.len(), failures.join("\n"));
}

fn check(image: &sandbox::Image, runtime: &Runtime, case: &Path) -> Result<(), String> {
    let settings = read_json(&case.join("case.json")).ok_or_else(|| format!("{}: no case.json", case.display()))?;
    let events = read_json(&case.join("events.json")).unwrap_or_else(|| json!([{}]));
    let function = Function::new(image, runtime, case, &settings);
    let (transcript, log) = function.run(events.as_array().expect("a list of events"));

    let transcript = serde_json::to_string_pretty(&Value::Array(transcript)).expect("JSON") + "\n";
    let same_transcript = compare(&case.join("expected.json"), &transcript);
    let same_log = compare(&case.join("expected.log"), &log);
    let name = case.file_name().unwrap_or_default().to_string_lossy();
    match (same_transcript, same_log) {
        (Ok(()), Ok(())) => Ok(()),
        (one, other) => {
            let texts: Vec<String> = [one, other].into_iter().filter_map(Result::err).collect();
            Err(format!("--- {name}: {}\n{}", settings["shows"].as_str().unwrap_or(""), texts.join("\n")))
        }
    }
}

fn compare(path: &Path, actual: &str) -> Result<(), String> {
    if env::var_os("SAMLET_UPDATE").is_some() {
        return fs::write(path, actual).map_err(|error| format!("{}: {error}", path.display()));
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    if expected == actual {
        return Ok(());
    }
    let line = expected.lines().zip(actual.lines()).take_while(|(one, other)| one == other).count();
    Err(format!(
        "{} differs at line {}:\n  expected {}\n  but got  {}\nthe whole of it:\n{actual}",
        path.file_name().unwrap_or_default().to_string_lossy(),
        line + 1,
        expected.lines().nth(line).unwrap_or("the end"),
        actual.lines().nth(line).unwrap_or("the end"),
    ))
}

fn read_json(path: &Path) -> Option<Value> {
    let text = fs::read_to_string(path).ok()?;
    Some(serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}
