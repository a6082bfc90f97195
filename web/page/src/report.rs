//! The REPORT line that closes the log of an invocation, in both of Lambda's log formats.

use serde_json::Value;

/// What an invocation took.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Report {
    pub duration_millis: f64,
    pub billed_millis: f64,
    /// The memory setting.
    pub memory_mb: f64,
    pub used_mb: f64,
    /// How long the init of a cold start took.
    pub init_millis: Option<f64>,
}

impl Report {
    /// The report in a log; the last one, if it holds many.
    pub fn find(log: &str) -> Option<Self> {
        log.lines().rev().find_map(|line| {
            let line = line.trim();
            if line.starts_with("REPORT ") { Self::of_text(line) } else { Self::of_json(line) }
        })
    }

    fn of_text(line: &str) -> Option<Self> {
        let figure = |name: &str| {
            let field = line.split('\t').map(str::trim).find_map(|field| field.strip_prefix(name))?;
            field.trim().split(' ').next()?.parse::<f64>().ok()
        };
        Some(Self {
            duration_millis: figure("Duration:")?,
            billed_millis: figure("Billed Duration:")?,
            memory_mb: figure("Memory Size:")?,
            used_mb: figure("Max Memory Used:")?,
            init_millis: figure("Init Duration:"),
        })
    }

    fn of_json(line: &str) -> Option<Self> {
        let line: Value = serde_json::from_str(line).ok()?;
        if line["type"] != "platform.report" {
            return None;
        }
        let figure = |name: &str| line["record"]["metrics"][name].as_f64();
        Some(Self {
            duration_millis: figure("durationMs")?,
            billed_millis: figure("billedDurationMs")?,
            memory_mb: figure("memorySizeMB")?,
            used_mb: figure("maxMemoryUsedMB")?,
            init_millis: figure("initDurationMs"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WARM: Report =
        Report { duration_millis: 1.2, billed_millis: 102.0, memory_mb: 128.0, used_mb: 3.0, init_millis: None };

    #[test]
    fn both_formats_say_the_same() {
        let text = "START RequestId: id Version: $LATEST\nREPORT RequestId: id\tDuration: 1.20 ms\tBilled Duration: \
                    102 ms\tMemory Size: 128 MB\tMax Memory Used: 3 MB\tInit Duration: 100.50 ms\t\n";
        let json = r#"{"type":"platform.report","record":{"metrics":{"durationMs":1.2,"billedDurationMs":102,"memorySizeMB":128,"maxMemoryUsedMB":3,"initDurationMs":100.5}}}"#;
        let cold = Report { init_millis: Some(100.5), ..WARM };
        assert_eq!((Report::find(text), Report::find(json)), (Some(cold), Some(cold)));
    }

    #[test]
    fn a_log_without_a_report_has_none() {
        let warm = "REPORT RequestId: id\tDuration: 1.20 ms\tBilled Duration: 102 ms\tMemory Size: 128 MB\tMax Memory Used: 3 MB\t";
        assert_eq!(Report::find(warm), Some(WARM));
        for log in ["", "hello\n", "REPORT of my own", r#"{"type":"platform.start"}"#] {
            assert_eq!(Report::find(log), None, "{log}");
        }
    }
}
