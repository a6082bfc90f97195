//! Tumbling windows: records of a span of time, worked on with a state that is handed on.
//! <https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html>

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::record::Record;

/// The most bytes that a state has: one that is larger ends its window.
pub const MAX_STATE: usize = 1024 * 1024;

/// An open window of a shard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Window {
    /// Seconds.
    pub start: u64,
    /// The first second after it.
    pub end: u64,
    /// What the function has returned last.
    pub state: Value,
}

/// What an invocation is for its window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Records are added.
    Aggregation,
    /// The window is over.
    Final,
    /// The window ends before its time, as its state has grown too large.
    Terminated,
}

impl Window {
    /// The window of so many seconds into which a record falls, by when it was written.
    pub fn of(record: &Record, seconds: u64) -> Self {
        let start = record.arrived / 1000 / seconds * seconds;
        Self { start, end: start + seconds, state: json!({}) }
    }

    /// Whether a record falls into it.
    pub fn holds(&self, record: &Record) -> bool {
        (self.start..self.end).contains(&(record.arrived / 1000))
    }

    /// Whether its state has grown too large.
    pub fn is_full(&self) -> bool {
        self.state.to_string().len() > MAX_STATE
    }

    /// Adds to an event what it tells of the window.
    pub fn tell(&self, event: &mut Value, shard: &str, source: &str, phase: Phase) {
        event["window"] = json!({"start": second(self.start), "end": second(self.end)});
        event["state"] = self.state.clone();
        event["shardId"] = json!(shard);
        event["eventSourceARN"] = json!(source);
        event["isFinalInvokeForWindow"] = json!(phase != Phase::Aggregation);
        event["isWindowTerminatedEarly"] = json!(phase == Phase::Terminated);
    }
}

/// `2020-07-30T17:00:00Z`
fn second(seconds: u64) -> String {
    jiff::Timestamp::from_second(seconds.cast_signed()).unwrap_or_default().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(arrived: u64) -> Record {
        Record { number: 0, sequence: String::new(), arrived, key: String::new(), event: Value::Null, bytes: 0 }
    }

    #[test]
    fn windows_follow_each_other_at_regular_intervals() {
        let window = Window::of(&record(1_596_128_461_500), 300);
        assert_eq!((window.start, window.end), (1_596_128_400, 1_596_128_700));
        assert!(window.holds(&record(1_596_128_699_999)));
        assert!(!window.holds(&record(1_596_128_700_000)));
    }

    #[test]
    fn an_event_tells_its_window() {
        let mut event = json!({"Records": []});
        Window { start: 1_596_128_400, end: 1_596_128_700, state: json!({"a": 1}) }.tell(
            &mut event,
            "shardId-000000000006",
            "arn",
            Phase::Final,
        );
        let expected = json!({
            "Records": [],
            "window": {"start": "2020-07-30T17:00:00Z", "end": "2020-07-30T17:05:00Z"},
            "state": {"a": 1}, "shardId": "shardId-000000000006", "eventSourceARN": "arn",
            "isFinalInvokeForWindow": true, "isWindowTerminatedEarly": false,
        });
        assert_eq!(event, expected);
    }

    #[test]
    fn a_state_is_full_above_a_mebibyte() {
        let mut window = Window { start: 0, end: 1, state: json!("a".repeat(MAX_STATE - 2)) };
        assert!(!window.is_full());
        window.state = json!("a".repeat(MAX_STATE));
        assert!(window.is_full());
    }
}
