//! `conformance`: suites that nobody here wrote, run from where they were fetched to.
//!
//! Nothing of a suite is kept here but its score: tests/scoreboard/NAME.txt, and NAME-page.txt for a run in the page.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::host::Host;
use crate::process::{capture, cargo, command, root, run as call, step, succeeds, which};
use crate::test::number_before;
use crate::{build, npm, setup, tools};

/// What a run of a suite came to.
#[derive(Debug, Default)]
struct Outcome {
    passed: usize,
    skipped: usize,
    /// The full names of the tests that failed.
    failures: Vec<String>,
    /// Those among them that expect what AWS no longer answers, each with the reason.
    outdated: Vec<String>,
    /// The counts of the suite's own groups, a line for each, where it has groups.
    groups: Vec<String>,
    /// The counts that a review looks for, `NAME: N of M`; the last lines of a run.
    totals: Vec<String>,
}

/// Runs the suite that the first argument names.
pub fn run(args: &[String]) -> Result<ExitCode> {
    let options = Options::parse(args)?;
    let outcome = match options.name.as_str() {
        "parity" => parity(&options)?,
        "dynalite" => dynalite(&options)?,
        "lambda" => lambda(&options)?,
        "sam" => transform("conformance", &options.folder)?,
        "extensions" => transform("extensions", &options.folder)?,
        other => bail!("there is no suite `{other}`: they are parity, dynalite, lambda, sam and extensions"),
    };
    report(&options, outcome)
}

/// Takes from the failures those that tests/conformance/NAME-outdated.txt explains: lines that begin
/// with `#` give a reason, and the names of tests follow it; a name that ends in `*` stands for all that
/// begin so. A test there that does not fail is told as a failure, so that the file stays true.
fn set_outdated_apart(outcome: &mut Outcome, label: &str, explained: &str) {
    let mut reason = "";
    let mut afresh = true;
    for line in explained.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some(text) = line.strip_prefix('#') {
            reason = text.trim();
            afresh = true;
            continue;
        }
        if std::mem::take(&mut afresh) {
            outcome.outdated.push(format!("{label}: {reason}"));
        }
        let before = outcome.failures.len();
        outcome.failures.retain(|name| {
            let name = name.replace('\n', " ");
            line.strip_suffix('*').map_or(name != line, |beginning| !name.starts_with(beginning))
        });
        if outcome.failures.len() == before {
            outcome.failures.push(format!("{line} (passes, or is not there, although it counts as outdated)"));
        } else {
            outcome.outdated.push(format!("  {line}"));
        }
    }
}

struct Options {
    name: String,
    folder: PathBuf,
    target: Target,
}

/// What a suite is run against.
#[derive(Debug, PartialEq)]
enum Target {
    /// The native host, built for it.
    Host,
    /// A native host that is built already, to save a release build while one works on it.
    HostOf(PathBuf),
    /// The page in a browser: `SAMLET_DIST`, or built for it.
    Page,
    /// A peer to compare with, which runs already. Its score is printed and not kept.
    Peer(String),
}

impl Options {
    fn parse(args: &[String]) -> Result<Self> {
        const USAGE: &str =
            "usage: cargo xtask conformance NAME --path DIR [--in-page | --endpoint URL | --host PROGRAM]";
        let (name, rest) = args.split_first().context(USAGE)?;
        let (mut folder, mut target) = (None, Target::Host);
        let mut rest = rest.iter();
        while let Some(flag) = rest.next() {
            let mut value = || rest.next().context(USAGE);
            match flag.as_str() {
                "--path" => folder = Some(value()?),
                "--endpoint" => target = Target::Peer(value()?.clone()),
                "--host" => target = Target::HostOf(PathBuf::from(value()?)),
                "--in-page" => target = Target::Page,
                _ => bail!(USAGE),
            }
        }
        let folder = folder.context(USAGE)?;
        let folder = fs::canonicalize(folder).with_context(|| format!("there is no folder {folder}"))?;
        Ok(Self { name: name.clone(), folder, target })
    }

    /// Runs `suite` against the target.
    fn against(&self, suite: impl FnOnce(&str) -> Result<()>) -> Result<()> {
        let host = match &self.target {
            Target::Peer(endpoint) => return suite(endpoint),
            Target::HostOf(program) => Host::of(program)?,
            Target::Host => {
                build::guests(&setup::for_builds()?)?;
                build::host()?;
                Host::start()?
            }
            Target::Page => {
                npm::install(npm::BROWSER_TESTS)?;
                if std::env::var_os("SAMLET_DIST").is_none() {
                    build::run(&["--page".to_owned()])?;
                }
                Host::page()?
            }
        };
        suite(host.endpoint())
    }

    /// Where the score is kept; a peer's is not.
    fn scoreboard(&self) -> Option<PathBuf> {
        let file = match self.target {
            Target::Peer(_) => return None,
            Target::Page => format!("{}-page.txt", self.name),
            Target::Host | Target::HostOf(_) => format!("{}.txt", self.name),
        };
        Some(root().join("tests/scoreboard").join(file))
    }
}

/// nubo-db/dynamodb-conformance: Vitest, the endpoint in `DYNAMODB_ENDPOINT`.
fn parity(options: &Options) -> Result<Outcome> {
    packages(&options.folder)?;
    let results = results_file("parity")?;
    options.against(|endpoint| {
        let mut vitest = command(options.folder.join("node_modules/.bin/vitest"));
        vitest
            .current_dir(&options.folder)
            .args(["run", "--reporter=dot", "--reporter=json"])
            .arg(format!("--outputFile={}", results.display()))
            .env("DYNAMODB_ENDPOINT", endpoint)
            .envs(CREDENTIALS);
        scored(&mut vitest)
    })?;
    from_vitest(&read_json(&results)?)
}

/// architect/dynalite: Mocha. Its helpers start a Dynalite of their own; a module that is loaded
/// first sends what they say to that one to our host.
fn dynalite(options: &Options) -> Result<Outcome> {
    packages(&options.folder)?;
    let results = results_file("dynalite")?;
    options.against(|endpoint| {
        let mut mocha = command(options.folder.join("node_modules/.bin/mocha"));
        mocha
            .current_dir(&options.folder)
            .arg("--require")
            .arg(root().join("tests/conformance/redirect.cjs"))
            .args(["--require", "should", "--exit", "--timeout", "60000", "--reporter", "json"])
            .arg("--reporter-option")
            .arg(format!("output={}", results.display()))
            .env("SAMLET_ENDPOINT", endpoint)
            .envs(CREDENTIALS);
        scored(&mut mocha)
    })?;
    from_mocha(&read_json(&results)?)
}

/// Runs a suite. Its status says only whether all passed; its results say what did.
fn scored(suite: &mut Command) -> Result<()> {
    suite.stdin(Stdio::null()).status().context("cannot start the suite")?;
    Ok(())
}

/// What measures a transform: an example of its crate, which reads the suite's data.
fn transform(example: &str, folder: &Path) -> Result<Outcome> {
    let mut run = cargo();
    run.args(["run", "--quiet", "--package", "sam", "--example", example, "--"]);
    Ok(from_lines(&capture(run.arg(folder))?))
}

/// localstack/localstack: those of its tests of Lambda whose answers were recorded on AWS. They want Python
/// 3.13 or newer, as `python3.13` or `python3`; their packages go into `.venv` in the suite's folder.
fn lambda(options: &Options) -> Result<Outcome> {
    const PACKAGES: [&str; 11] = [
        "localstack-core[runtime]==2026.3.0",
        "cbor2==5.8.0",
        "aws-cdk-lib",
        "httpx[http2]",
        "json5",
        "localstack-snapshot==0.3.5",
        "pytest",
        "pytest-httpserver",
        "pytest-rerunfailures",
        "pytest-split",
        "pytest-tinybird",
    ];
    const FILES: [&str; 7] =
        ["api", "common", "destinations", "developer_tools", "integration_xray", "runtimes", "unzip_crash"];
    let environment = options.folder.join(".venv");
    if !environment.join("complete").exists() {
        step("install the suite's packages", || {
            let python = ["python3.13", "python3"].into_iter().find_map(which).context("Python 3 is missing")?;
            call(command(python).args(["-m", "venv", "--clear"]).arg(&environment))?;
            call(command(environment.join("bin/python")).args(["-m", "pip", "install", "--quiet"]).args(PACKAGES))?;
            Ok(fs::write(environment.join("complete"), "")?)
        })?;
    }
    let results = results_file("lambda")?;
    options.against(|endpoint| {
        let mut pytest = command(environment.join("bin/python"));
        pytest.current_dir(&options.folder).args([
            "-m",
            "pytest",
            "-p",
            "lambda_suite",
            "-q",
            "--no-header",
            "--tb=line",
        ]);
        pytest.arg("tests/aws/services/lambda_/test_lambda.py");
        pytest.args(FILES.map(|name| format!("tests/aws/services/lambda_/test_lambda_{name}.py")));
        pytest
            .env("PYTHONPATH", root().join("tests/conformance"))
            .env("SAMLET_RESULTS", &results)
            .env("TEST_SKIP_LOCALSTACK_START", "1")
            .env("TEST_AWS_ENDPOINT_URL", endpoint)
            // The tests know 123456789012 as an account of others.
            .env("TEST_AWS_ACCOUNT_ID", "000000000000")
            .env("TEST_AWS_ACCESS_KEY_ID", "000000000000");
        scored(&mut pytest)
    })?;
    Ok(from_lines(&fs::read_to_string(&results).context("the suite wrote no results")?))
}

const CREDENTIALS: [(&str, &str); 3] =
    [("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test"), ("AWS_REGION", "us-east-1")];

/// The suite's own packages: the locked ones, or where the registry no longer has those, the newest
/// that the suite allows.
fn packages(folder: &Path) -> Result<()> {
    if folder.join("node_modules").exists() {
        return Ok(());
    }
    tools::check_node()?;
    let npm = |args: &[&str]| {
        let mut npm = command("npm");
        npm.current_dir(folder).args(args).args(["--no-audit", "--no-fund", "--loglevel=error"]);
        npm
    };
    step("install the suite's packages", || {
        if folder.join("package-lock.json").exists() && succeeds(&mut npm(&["ci"])) {
            return Ok(());
        }
        call(&mut npm(&["install", "--no-package-lock"]))
    })
}

/// A fresh file for the results of a run.
fn results_file(name: &str) -> Result<PathBuf> {
    let folder = root().join("target/xtask");
    fs::create_dir_all(&folder)?;
    let file = folder.join(format!("{name}-results"));
    if file.exists() {
        fs::remove_file(&file)?;
    }
    Ok(file)
}

fn read_json(file: &Path) -> Result<Value> {
    let text = fs::read(file).context("the suite wrote no results")?;
    serde_json::from_slice(&text).context("the suite's results are not JSON")
}

fn from_vitest(results: &Value) -> Result<Outcome> {
    let files = results["testResults"].as_array().context("no testResults in the results")?;
    let mut outcome = Outcome::default();
    for file in files {
        let tests = file["assertionResults"].as_array().map(Vec::as_slice).unwrap_or_default();
        if tests.is_empty() && file["status"] == "failed" {
            outcome.failures.push(format!("{} (did not run)", text(&file["name"])));
        }
        for test in tests {
            match test["status"].as_str() {
                Some("passed") => outcome.passed += 1,
                Some("failed") => outcome.failures.push(text(&test["fullName"])),
                _ => outcome.skipped += 1,
            }
        }
    }
    Ok(outcome)
}

fn from_mocha(results: &Value) -> Result<Outcome> {
    let count = |list: &str| results[list].as_array().map_or(0, Vec::len);
    let failures = results["failures"].as_array().context("no failures in the results")?;
    Ok(Outcome {
        passed: count("passes"),
        skipped: count("pending"),
        failures: failures.iter().map(|test| text(&test["fullTitle"])).collect(),
        ..Outcome::default()
    })
}

/// `failed: NAME` for each failure, and `GROUP: 3 passed, 1 failed` for each group.
fn from_lines(lines: &str) -> Outcome {
    let mut outcome = Outcome::default();
    for line in lines.lines() {
        if let Some(name) = line.strip_prefix("failed: ") {
            outcome.failures.push(name.to_owned());
        } else if let Some(passed) = number_before(line, "passed") {
            outcome.passed += usize::try_from(passed).unwrap_or(usize::MAX);
            let skipped = number_before(line, "skipped").unwrap_or_default();
            outcome.skipped += usize::try_from(skipped).unwrap_or(usize::MAX);
            outcome.groups.push(line.to_owned());
        } else if line.contains(": ") && line.contains(" of ") {
            outcome.totals.push(line.to_owned());
        }
    }
    outcome
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or("(no name)").to_owned()
}

fn report(options: &Options, mut outcome: Outcome) -> Result<ExitCode> {
    let explained = root().join(format!("tests/conformance/{}-outdated.txt", options.name));
    // A suite of a whole service asks for more than what AWS has changed since: each reason is told.
    let (kind, reason) = match options.name.as_str() {
        "lambda" => ("explained", "explained"),
        _ => ("expect what AWS no longer answers", "outdated"),
    };
    let all = outcome.failures.len();
    let scoreboard = options.scoreboard();
    if let (Ok(explained), Some(_)) = (fs::read_to_string(explained), &scoreboard) {
        set_outdated_apart(&mut outcome, reason, &explained);
    }
    outcome.failures.sort();
    let (failed, outdated) = (outcome.failures.len(), all.saturating_sub(outcome.failures.len()));
    let mut summary = format!("{} passed, {failed} failed, {} skipped\n", outcome.passed, outcome.skipped);
    if outdated > 0 {
        summary =
            format!("{} passed, {failed} failed, {outdated} {kind}, {} skipped\n", outcome.passed, outcome.skipped);
    }
    let mut score = summary.clone();
    for group in &outcome.groups {
        score.push_str(group);
        score.push('\n');
    }
    for failure in &outcome.failures {
        score.push_str("failed: ");
        score.push_str(&failure.replace('\n', " "));
        score.push('\n');
    }
    for line in &outcome.outdated {
        score.push_str(line);
        score.push('\n');
    }
    if let Some(file) = scoreboard {
        fs::write(file, &score)?;
    }
    print!("{score}");
    if !outcome.failures.is_empty() {
        print!("{summary}");
    }
    for total in &outcome.totals {
        println!("{total}");
    }
    let is_clean = outcome.failures.is_empty() && outcome.passed > 0;
    Ok(if is_clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[cfg(test)]
mod tests {
    use super::{Options, Outcome, Target, from_lines, from_mocha, from_vitest, set_outdated_apart};
    use serde_json::json;

    #[test]
    fn the_results_of_each_runner_are_read() {
        let vitest = json!({ "testResults": [{ "assertionResults": [
            { "status": "passed", "fullName": "a" },
            { "status": "failed", "fullName": "b" },
            { "status": "pending", "fullName": "c" },
        ]}]});
        let mocha = json!({
            "passes": [{ "fullTitle": "a" }], "pending": [{}], "failures": [{ "fullTitle": "b" }],
        });
        for outcome in [from_vitest(&vitest).unwrap(), from_mocha(&mocha).unwrap()] {
            assert_eq!((outcome.passed, outcome.skipped), (1, 1));
            assert_eq!(outcome.failures, ["b"]);
        }
        let lines = from_lines("failed: core b\ncore: 3 passed, 1 failed\nrest: 2 passed, 0 failed, 4 skipped\n");
        assert_eq!((lines.passed, lines.skipped, lines.failures), (5, 4, vec!["core b".to_owned()]));
    }

    #[test]
    fn what_is_outdated_does_not_count_unless_it_passes() {
        let names = ["a", "b"].map(str::to_owned).to_vec();
        let mut outcome = Outcome { failures: names, ..Outcome::default() };
        set_outdated_apart(&mut outcome, "outdated", "# worded differently since June\nb\nc\n");
        assert_eq!(outcome.failures, ["a", "c (passes, or is not there, although it counts as outdated)"]);
        assert_eq!(outcome.outdated, ["outdated: worded differently since June", "  b"]);
    }

    #[test]
    fn a_reason_may_stand_for_all_tests_of_a_kind() {
        let names = ["echo[java11]", "echo[java17]", "echo[python]"].map(str::to_owned).to_vec();
        let mut outcome = Outcome { failures: names, ..Outcome::default() };
        set_outdated_apart(&mut outcome, "explained", "# no Java\necho[java*\n");
        assert_eq!(outcome.failures, ["echo[python]"]);
        assert_eq!(outcome.outdated, ["explained: no Java", "  echo[java*"]);
    }

    #[test]
    fn each_target_has_a_score_of_its_own_and_a_peer_none() {
        let of = |more: &[&str]| {
            let args: Vec<String> = ["parity", "--path", "."].iter().chain(more).map(|&arg| arg.to_owned()).collect();
            Options::parse(&args)
        };
        let file = |more: &[&str]| {
            let file = of(more).unwrap().scoreboard()?;
            Some(file.file_name()?.to_string_lossy().into_owned())
        };
        assert_eq!(file(&[]).as_deref(), Some("parity.txt"));
        assert_eq!(file(&["--host", "samlet"]).as_deref(), Some("parity.txt"));
        assert_eq!(file(&["--in-page"]).as_deref(), Some("parity-page.txt"));
        assert_eq!(file(&["--endpoint", "http://127.0.0.1:1"]), None);
        assert_eq!(of(&["--in-page"]).unwrap().target, Target::Page);
        assert!(of(&["--host"]).is_err());
    }

    #[test]
    fn a_file_that_did_not_run_is_a_failure() {
        let vitest = json!({ "testResults": [{ "name": "x", "status": "failed", "assertionResults": [] }]});
        assert_eq!(from_vitest(&vitest).unwrap().failures, ["x (did not run)"]);
    }
}
