//! What the service itself writes into a function's log, in either of its two formats.

use std::fmt::Write;

use serde_json::{Value, json};

use super::report::{Failure, exit_reason, timed_out};
use crate::settings::LoggingConfig;

/// How a function's log is written: `LoggingConfig`.
pub struct Format {
    json: bool,
    /// The least level of what the service says in JSON.
    level: Level,
}

/// How much a line of the service matters: `SystemLogLevel`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Debug,
    Info,
    Warn,
}

impl Level {
    /// That of what has succeeded at this level: what has failed is a warning.
    fn or_warn(self, failure: Option<&Failure>) -> Self {
        if failure.is_some() { Self::Warn } else { self }
    }
}

/// Something that the service has to say.
pub enum Event<'a> {
    Start { request_id: &'a str, version: &'a str },
    Failed { request_id: &'a str, failure: &'a Failure, timeout: u64 },
    End { request_id: &'a str, duration: f64, failure: Option<&'a Failure> },
    Report { figures: &'a Figures<'a>, failure: Option<&'a Failure> },
    InitStart { initialization: &'a str, phase: &'a str, function: &'a str, version: &'a str, memory_mb: u64 },
    RestoreStart { runtime: &'a str, runtime_version: &'a str, function: &'a str, version: &'a str },
    RestoreReport { duration: f64, failure: Option<&'a Failure> },
    InitReport { duration: f64, initialization: &'a str, phase: &'a str, failure: Option<&'a Failure> },
}

/// The figures of one invocation.
pub struct Figures<'a> {
    pub request_id: &'a str,
    /// Milliseconds.
    pub duration: f64,
    pub cold_start: Option<ColdStart>,
    pub memory_mb: u64,
    pub used_mb: u64,
}

/// What went before the first invocation of an environment, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ColdStart {
    Init(f64),
    /// From a snapshot.
    Restore(f64),
}

impl Figures<'_> {
    fn init(&self) -> Option<f64> {
        self.cold_start.and_then(|start| if let ColdStart::Init(millis) = start { Some(millis) } else { None })
    }

    fn restore(&self) -> Option<f64> {
        self.cold_start.and_then(|start| if let ColdStart::Restore(millis) = start { Some(millis) } else { None })
    }

    /// Since August 2025 the init counts into the billed duration. A restore is billed apart.
    fn billed(&self) -> f64 {
        (self.duration + self.init().unwrap_or_default()).ceil()
    }
}

impl Format {
    /// The format that a function is set to.
    pub fn of(config: &LoggingConfig) -> Self {
        let json = config.log_format.as_deref() == Some("JSON");
        let level = match config.system_log_level.as_deref() {
            Some("DEBUG") => Level::Debug,
            Some("WARN") => Level::Warn,
            _ => Level::Info,
        };
        Self { json, level }
    }

    /// The line for `event` at `moment` (ISO 8601), if this format has one.
    pub fn line(&self, event: &Event, moment: &str) -> Option<String> {
        if !self.json {
            return text(event, moment);
        }
        let (kind, record, level) = record(event)?;
        let line = json!({"time": moment, "type": kind, "record": record});
        (level >= self.level).then(|| line.to_string())
    }
}

fn text(event: &Event, moment: &str) -> Option<String> {
    Some(match event {
        Event::Start { request_id, version } => format!("START RequestId: {request_id} Version: {version}"),
        Event::End { request_id, .. } => format!("END RequestId: {request_id}"),
        Event::Failed { request_id, failure, timeout } => match failure {
            // This line begins with its time, like those of the console.
            Failure::TimedOut => format!("{moment} {request_id} {}\n\n", timed_out(*timeout)),
            Failure::Exited(exit) => format!("RequestId: {request_id} Error: {}\nRuntime.ExitError", exit_reason(exit)),
            Failure::InvalidEntrypoint(reason) => {
                format!("RequestId: {request_id} Error: {reason}\nRuntime.InvalidEntrypoint")
            }
            Failure::Reported { .. } => return None,
        },
        Event::Report { figures, failure } => report(figures, *failure),
        Event::InitReport { duration, phase, failure: Some(failure), .. } => {
            format!("INIT_REPORT Init Duration: {duration:.2} ms\tPhase: {phase}\t{}", status(failure))
        }
        Event::RestoreStart { runtime, runtime_version, .. } => {
            format!("RESTORE_START Runtime Version: {runtime}\tRuntime Version ARN: {runtime_version}")
        }
        Event::RestoreReport { duration, failure } => {
            let status = failure.map(|failure| format!("\t{}", status(failure))).unwrap_or_default();
            format!("RESTORE_REPORT Restore Duration: {duration:.2} ms{status}")
        }
        Event::InitStart { .. } | Event::InitReport { .. } => return None,
    })
}

fn report(figures: &Figures, failure: Option<&Failure>) -> String {
    let Figures { request_id, duration, memory_mb, used_mb, .. } = figures;
    let billed = figures.billed();
    let mut line = format!(
        "REPORT RequestId: {request_id}\tDuration: {duration:.2} ms\tBilled Duration: {billed} ms\tMemory Size: \
         {memory_mb} MB\tMax Memory Used: {used_mb} MB\t"
    );
    // Writing to a String cannot fail.
    let _ = match figures.cold_start {
        Some(ColdStart::Init(init)) => write!(line, "Init Duration: {init:.2} ms\t"),
        Some(ColdStart::Restore(restore)) => {
            let billed = restore.ceil();
            write!(line, "Restore Duration: {restore:.2} ms\tBilled Restore Duration: {billed} ms\t")
        }
        None => Ok(()),
    };
    // Errors of the function itself are no failure of the environment.
    if let Some(failure) = failure.filter(|failure| !matches!(failure, Failure::Reported { .. })) {
        line += &status(failure);
    }
    line
}

fn status(failure: &Failure) -> String {
    match error_type(failure) {
        None => "Status: timeout".to_owned(),
        Some(error_type) => format!("Status: error\tError Type: {error_type}"),
    }
}

fn error_type(failure: &Failure) -> Option<&str> {
    match failure {
        Failure::Reported { error_type, .. } => Some(error_type),
        Failure::TimedOut => None,
        Failure::Exited(_) => Some("Runtime.ExitError"),
        Failure::InvalidEntrypoint(_) => Some("Runtime.InvalidEntrypoint"),
    }
}

/// The type and the record of an event, and how much it matters.
fn record(event: &Event) -> Option<(&'static str, Value, Level)> {
    let with_status = |mut record: Value, failure: Option<&Failure>| {
        record["status"] = json!(match failure.map(error_type) {
            None => "success",
            Some(None) => "timeout",
            Some(Some(_)) => "error",
        });
        if let Some(error_type) = failure.and_then(error_type) {
            record["errorType"] = json!(error_type);
        }
        record
    };
    let rounded = |millis: f64| (millis * 1000.0).round() / 1000.0;
    Some(match event {
        Event::Start { request_id, version } => {
            ("platform.start", json!({"requestId": request_id, "version": version}), Level::Info)
        }
        Event::End { request_id, duration, failure } => {
            let metrics = json!({"durationMs": rounded(*duration)});
            let record = with_status(json!({"requestId": request_id, "metrics": metrics}), *failure);
            ("platform.runtimeDone", record, Level::Debug.or_warn(*failure))
        }
        Event::InitStart { initialization, phase, function, version, memory_mb } => {
            let record = json!({
                "initializationType": initialization,
                "phase": phase,
                "functionName": function,
                "functionVersion": version,
                "instanceMaxMemory": memory_mb << 20,
            });
            ("platform.initStart", record, Level::Debug)
        }
        Event::RestoreStart { runtime, runtime_version, function, version } => {
            let record = json!({
                "runtimeVersion": runtime,
                "runtimeVersionArn": runtime_version,
                "functionName": function,
                "functionVersion": version,
            });
            ("platform.restoreStart", record, Level::Debug)
        }
        Event::RestoreReport { duration, failure } => {
            let record = json!({"metrics": {"durationMs": rounded(*duration)}});
            ("platform.restoreReport", with_status(record, *failure), Level::Debug.or_warn(*failure))
        }
        Event::Report { figures, failure } => {
            let mut metrics = json!({
                "durationMs": rounded(figures.duration),
                "billedDurationMs": figures.billed() as u64,
                "memorySizeMB": figures.memory_mb,
                "maxMemoryUsedMB": figures.used_mb,
            });
            if let Some(init) = figures.init() {
                metrics["initDurationMs"] = json!(rounded(init));
            }
            if let Some(restore) = figures.restore() {
                metrics["restoreDurationMs"] = json!(rounded(restore));
                metrics["billedRestoreDurationMs"] = json!(restore.ceil());
            }
            let record = with_status(json!({"requestId": figures.request_id, "metrics": metrics}), *failure);
            ("platform.report", record, Level::Info.or_warn(*failure))
        }
        Event::InitReport { duration, initialization, phase, failure } => {
            let metrics = json!({"durationMs": rounded(*duration)});
            let record = json!({"initializationType": initialization, "phase": phase, "metrics": metrics});
            let level = if *initialization == "on-demand" { Level::Debug } else { Level::Info };
            ("platform.initReport", with_status(record, *failure), level.or_warn(*failure))
        }
        Event::Failed { .. } => return None,
    })
}

#[cfg(test)]
mod tests {
    use sandbox::Exit;

    use super::*;

    const FIGURES: Figures = Figures {
        request_id: "id",
        duration: 1.2,
        cold_start: Some(ColdStart::Init(100.5)),
        memory_mb: 128,
        used_mb: 3,
    };

    fn line(format: Option<&str>, event: &Event) -> Option<String> {
        let config = LoggingConfig { log_format: format.map(str::to_owned), ..LoggingConfig::default() };
        Format::of(&config).line(event, "2026-01-01T00:00:00.000Z")
    }

    #[test]
    fn a_report_bills_the_init_and_rounds_up() {
        assert_eq!(
            line(None, &Event::Report { figures: &FIGURES, failure: None }).unwrap(),
            "REPORT RequestId: id\tDuration: 1.20 ms\tBilled Duration: 102 ms\tMemory Size: 128 MB\tMax Memory Used: \
             3 MB\tInit Duration: 100.50 ms\t"
        );
        let late = Figures { duration: 3000.0, cold_start: None, ..FIGURES };
        assert!(
            line(None, &Event::Report { figures: &late, failure: Some(&Failure::TimedOut) })
                .unwrap()
                .ends_with("Billed Duration: 3000 ms\tMemory Size: 128 MB\tMax Memory Used: 3 MB\tStatus: timeout")
        );
    }

    #[test]
    fn a_restore_is_billed_apart() {
        let restored = Figures { cold_start: Some(ColdStart::Restore(7.25)), ..FIGURES };
        assert_eq!(
            line(None, &Event::Report { figures: &restored, failure: None }).unwrap(),
            "REPORT RequestId: id\tDuration: 1.20 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB\tMax Memory Used: 3 \
             MB\tRestore Duration: 7.25 ms\tBilled Restore Duration: 8 ms\t"
        );
        let report = Event::RestoreReport { duration: 7.25, failure: None };
        assert_eq!(line(None, &report).unwrap(), "RESTORE_REPORT Restore Duration: 7.25 ms");
    }

    #[test]
    fn failures_have_lines_of_their_own() {
        let failed = |failure| line(None, &Event::Failed { request_id: "id", failure, timeout: 3 });
        assert_eq!(
            failed(&Failure::TimedOut).unwrap(),
            "2026-01-01T00:00:00.000Z id Task timed out after 3.00 seconds\n\n"
        );
        assert_eq!(
            failed(&Failure::Exited(Exit::OutOfMemory)).unwrap(),
            "RequestId: id Error: Runtime exited with error: signal: killed\nRuntime.ExitError"
        );
    }

    #[test]
    fn the_json_format_has_the_same_figures() {
        let report = line(Some("JSON"), &Event::Report { figures: &FIGURES, failure: None }).unwrap();
        assert_eq!(
            report,
            r#"{"time":"2026-01-01T00:00:00.000Z","type":"platform.report","record":{"requestId":"id","metrics":{"durationMs":1.2,"billedDurationMs":102,"memorySizeMB":128,"maxMemoryUsedMB":3,"initDurationMs":100.5},"status":"success"}}"#
        );
        assert_eq!(line(Some("JSON"), &Event::End { request_id: "id", duration: 1.2, failure: None }), None);
    }

    #[test]
    fn the_level_says_which_events_are_written() {
        let done = Event::End { request_id: "id", duration: 1.2, failure: None };
        let failed = Event::End { request_id: "id", duration: 1.2, failure: Some(&Failure::TimedOut) };
        let start = Event::Start { request_id: "id", version: "1" };
        let written = |level: &str| {
            let config = LoggingConfig {
                log_format: Some("JSON".to_owned()),
                system_log_level: Some(level.to_owned()),
                ..LoggingConfig::default()
            };
            let format = Format::of(&config);
            [&done, &failed, &start].map(|event| format.line(event, "").is_some())
        };
        assert_eq!(written("DEBUG"), [true, true, true]);
        assert_eq!(written("INFO"), [false, true, true]);
        assert_eq!(written("WARN"), [false, true, false]);
    }
}
