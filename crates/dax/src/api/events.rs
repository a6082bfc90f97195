//! DescribeEvents

use aws_api::Call;
use kernel::AwsError;
use serde_json::{Value, json};

use super::{page, text};
use crate::{Dax, rules, state::place};

/// How far back events are told unless it is said: a day, in minutes.
const A_DAY: u64 = 24 * 60;
/// How far back they can be asked for: two weeks, in milliseconds.
const TWO_WEEKS: u64 = 14 * 24 * 60 * 60 * 1000;

impl Dax {
    /// DescribeEvents: newest first.
    pub fn describe_events(&self, call: &Call) -> Result<Value, AwsError> {
        let (input, now) = (&call.input, self.now());
        let moment = |name: &str| input[name].as_f64().map(|seconds| (seconds * 1000.0) as u64);
        let duration = input["Duration"].as_u64();
        if moment("StartTime").is_some() && moment("EndTime").is_some() && duration.is_some() {
            return Err(AwsError::new(
                "InvalidParameterCombinationException",
                "StartTime, EndTime and Duration cannot be used together.",
            ));
        }
        if text(input, "SourceName").is_some() && text(input, "SourceType").is_none() {
            return Err(AwsError::new(
                "InvalidParameterCombinationException",
                "If SourceName is supplied, SourceType must also be provided.",
            ));
        }
        let span = duration.unwrap_or(A_DAY).saturating_mul(60_000);
        let end = moment("EndTime").or_else(|| Some(moment("StartTime")? + duration? * 60_000)).unwrap_or(now);
        let start = moment("StartTime").unwrap_or_else(|| end.saturating_sub(span)).max(now.saturating_sub(TWO_WEEKS));
        if start > end {
            return Err(rules::invalid("StartTime must be before EndTime."));
        }
        let mut state = self.state.borrow_mut();
        let events = state.region(&place(&call.scope)).events.iter().rev();
        let wanted = events.filter(|event| {
            (start..=end).contains(&event.at)
                && text(input, "SourceName").is_none_or(|name| name.eq_ignore_ascii_case(&event.source))
                && text(input, "SourceType").is_none_or(|kind| kind == event.kind)
        });
        let described = wanted.map(|event| {
            json!({
                "SourceName": event.source,
                "SourceType": event.kind,
                "Message": event.message,
                "Date": event.at as f64 / 1000.0,
            })
        });
        page(input, "Events", described.collect())
    }
}
