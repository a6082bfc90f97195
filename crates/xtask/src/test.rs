//! `test`: every check there is, and one line at the end that says how many passed.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::process::{cargo, command, flush, run as run_to_end, step};
use crate::{build, lint, npm, python, setup, tools};

/// What the checks of one step came to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Counts {
    pub passed: u64,
    pub failed: u64,
    pub skipped: u64,
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

const STEPS: [&str; 4] = ["lint", "unit", "clients", "browser"];

/// Runs the named steps, or all; the code is a failure if anything failed.
pub fn run(args: &[String]) -> Result<ExitCode> {
    if let Some(other) = args.iter().find(|arg| !STEPS.contains(&arg.as_str())) {
        bail!("test does not know `{other}`: its steps are {}", STEPS.join(", "));
    }
    let wanted = |step: &str| args.is_empty() || args.iter().any(|arg| arg == step);
    let wasm = setup::for_builds()?;
    setup::for_tests()?;
    let _alone = build::alone()?;

    let mut total = Counts::default();
    let mut broken = Vec::new();
    let mut record = |name: &str, outcome: Result<Counts>| match outcome {
        Ok(counts) => {
            println!("— {name}: {} passed, {} failed", counts.passed, counts.failed);
            if counts.failed > 0 {
                broken.push(name.to_owned());
            }
            total.add(counts);
        }
        Err(error) => {
            eprintln!("— {name}: {error:#}");
            broken.push(name.to_owned());
            total.failed += 1;
        }
    };
    if wanted("lint") {
        record("lint", lint::run().map(|()| Counts { passed: 1, ..Counts::default() }));
    }
    if wanted("unit") {
        record("unit", build::guests(&wasm).and_then(|()| unit()));
    }
    if wanted("clients") {
        record("clients", build::guests(&wasm).and_then(|()| clients()));
    }
    if wanted("browser") {
        record(
            "browser",
            build::guests(&wasm).and_then(|()| build::page(&wasm, build::Effort::Full)).and_then(|()| browser()),
        );
    }

    println!();
    if !broken.is_empty() {
        println!("failed: {}", broken.join(", "));
    }
    println!("{} passed, {} failed", total.passed, total.failed);
    Ok(if broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What the tests are compiled with; a step that asks for the same finds all of it compiled.
const FEATURES: [&str; 2] = ["--features", "sandbox/guest-tests"];

fn unit() -> Result<Counts> {
    let mut call = cargo();
    call.args(["test", "--no-fail-fast"]).args(FEATURES).env("SAMLET_GUESTS", build::guests_folder());
    counted(call, from_cargo)
}

/// Real clients talk to a host that was built as the tests are: with its assertions, and without the minutes
/// that a release takes.
fn clients() -> Result<Counts> {
    step("native host", || run_to_end(cargo().args(["build", "--quiet", "--bin", "samlet"]).args(FEATURES)))?;
    let python = python::environment()?.join("bin/python");
    let mut call = command(python);
    call.args(["-m", "pytest", "--quiet", "-p", "no:cacheprovider", "tests/clients"]);
    counted(call, from_pytest)
}

fn browser() -> Result<Counts> {
    let mut call = command("node");
    call.args(["--test", "--test-reporter=spec", "--test-concurrency=1", "--test-timeout=900000"])
        .args(browser_tests()?)
        .env("SAMLET_CHROMIUM", tools::chromium()?);
    counted(call, from_node)
}

/// The files of the browser tests: Node.js 20 takes names, no patterns.
fn browser_tests() -> Result<Vec<String>> {
    let folder = crate::process::root().join(npm::BROWSER_TESTS);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".test.mjs") {
            found.push(format!("{}/{name}", npm::BROWSER_TESTS));
        }
    }
    found.sort();
    Ok(found)
}

/// Runs a test program, shows its output, and adds up what `count` reads from its lines. A program
/// that fails without a failed test (it did not compile, it crashed) counts as one failure.
pub fn counted(mut call: Command, count: fn(&str) -> Option<Counts>) -> Result<Counts> {
    let mut child = call
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", call.get_program().display()))?;
    let mut counts = Counts::default();
    let output = child.stdout.take().context("the test program has no output")?;
    for line in BufReader::new(output).lines() {
        let line = line?;
        println!("{line}");
        flush();
        if let Some(found) = count(&line) {
            counts.add(found);
        }
    }
    let status = child.wait()?;
    if !status.success() && counts.failed == 0 {
        counts.failed = 1;
    }
    Ok(counts)
}

/// `test result: ok. 3 passed; 0 failed; 1 ignored; …`
fn from_cargo(line: &str) -> Option<Counts> {
    let rest = line.strip_prefix("test result: ")?.split_once(". ")?.1;
    Some(Counts {
        passed: number_before(rest, "passed")?,
        failed: number_before(rest, "failed")?,
        skipped: number_before(rest, "ignored").unwrap_or(0),
    })
}

/// `3 passed, 1 failed in 2.10s`
fn from_pytest(line: &str) -> Option<Counts> {
    let line = line.trim_matches(['=', ' ']);
    let is_summary = line.contains(" in ") && line.ends_with('s') || line.ends_with(')');
    let numbers = ["passed", "failed", "error", "errors"].map(|word| number_before(line, word));
    let [passed, failed, error, errors] = numbers;
    let any = passed.or(failed).or(error).or(errors).is_some();
    (is_summary && any).then(|| Counts {
        passed: passed.unwrap_or(0),
        failed: failed.unwrap_or(0) + error.unwrap_or(0) + errors.unwrap_or(0),
        skipped: number_before(line, "skipped").unwrap_or(0),
    })
}

/// `ℹ pass 3` and `ℹ fail 1`, a line for each.
fn from_node(line: &str) -> Option<Counts> {
    let (word, number) = line.strip_prefix("ℹ ")?.split_once(' ')?;
    let number = number.trim().parse().ok()?;
    let counts = Counts::default();
    match word {
        "pass" => Some(Counts { passed: number, ..counts }),
        "fail" | "cancelled" => Some(Counts { failed: number, ..counts }),
        "skipped" | "todo" => Some(Counts { skipped: number, ..counts }),
        _ => None,
    }
}

/// The number that stands before `word` in a list such as `3 passed, 1 failed`.
pub fn number_before(text: &str, word: &str) -> Option<u64> {
    let words: Vec<&str> = text.split([' ', ',', ';', '(', ')']).filter(|word| !word.is_empty()).collect();
    let at = words.iter().position(|found| *found == word)?;
    words.get(at.checked_sub(1)?)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{Counts, from_cargo, from_node, from_pytest};

    fn counts(passed: u64, failed: u64, skipped: u64) -> Counts {
        Counts { passed, failed, skipped }
    }

    #[test]
    fn the_summaries_of_each_runner_are_read() {
        let cargo = "test result: FAILED. 3 passed; 1 failed; 2 ignored; 0 measured; 0 filtered out";
        assert_eq!(from_cargo(cargo), Some(counts(3, 1, 2)));
        assert_eq!(from_pytest("3 passed, 1 failed, 1 error in 2.10s"), Some(counts(3, 2, 0)));
        assert_eq!(from_pytest("== 12 passed in 61.04s (0:01:01) =="), Some(counts(12, 0, 0)));
        assert_eq!(from_node("ℹ pass 4"), Some(counts(4, 0, 0)));
        assert_eq!(from_node("ℹ fail 2"), Some(counts(0, 2, 0)));
    }

    #[test]
    fn other_lines_count_nothing() {
        assert_eq!(from_cargo("test serve::tests::x ... ok"), None);
        assert_eq!(from_pytest("tests/clients/test_dynamodb.py ....  [100%]"), None);
        assert_eq!(from_node("ℹ duration_ms 12"), None);
    }
}
