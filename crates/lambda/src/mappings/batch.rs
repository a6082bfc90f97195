//! A batch of records: what a function says about it, and what is done next.

use std::time::Duration;

use serde_json::Value;

use super::{Options, stream::sequence};

/// The first and the longest wait before a batch is tried again.
const FIRST_DELAY: Duration = Duration::from_secs(1);
const LONGEST_DELAY: Duration = Duration::from_secs(60);

/// How much a batch may weigh: an event of 6 MB, less the envelope.
const MAX_BYTES: usize = 6_291_456 - 64;

/// Records that travel together, and how often they have failed.
#[derive(Clone, Debug, PartialEq)]
pub struct Work {
    pub records: Vec<Value>,
    pub failures: i64,
}

/// What a function made of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All done.
    Done,
    /// Nothing done.
    Failed,
    /// Done before the record at this place, failed from there on.
    FailedFrom(usize),
}

/// What comes after a failure.
#[derive(Debug, PartialEq)]
pub enum Next {
    /// Try these, in order.
    Retry(Vec<Work>),
    /// Give the batch up.
    Discard,
}

/// Records that fit into one event, cut off the front of `records`.
pub fn cut(records: &mut Vec<Value>, most: usize) -> Vec<Value> {
    let mut bytes = 0;
    let fitting = records.iter().take(most).take_while(|record| {
        bytes += record.to_string().len() + 1;
        bytes <= MAX_BYTES
    });
    let count = fitting.count().max(1).min(records.len());
    records.drain(..count).collect()
}

/// Reads the answer of a function that reports failures of single records. The lowest sequence
/// number counts; what names no record of the batch fails all of it.
pub fn verdict(answer: &[u8], records: &[Value]) -> Verdict {
    let answer: Value = serde_json::from_slice(answer).unwrap_or(Value::Null);
    match &answer["batchItemFailures"] {
        Value::Null => Verdict::Done,
        Value::Array(failures) => {
            let place = |failure: &Value| {
                let wanted = failure["itemIdentifier"].as_str()?;
                records.iter().position(|record| sequence(record) == wanted)
            };
            let places: Option<Vec<usize>> = failures.iter().map(place).collect();
            match places.map(|places| places.into_iter().min()) {
                Some(None) => Verdict::Done,
                Some(Some(first)) => Verdict::FailedFrom(first),
                None => Verdict::Failed,
            }
        }
        _ => Verdict::Failed,
    }
}

/// What to do with a batch that has failed. Splitting it is no retry.
pub fn after_failure(mut work: Work, options: &Options) -> Next {
    if options.bisect_batch_on_function_error && work.records.len() > 1 {
        let second = work.records.split_off(work.records.len().div_ceil(2));
        let failures = work.failures;
        return Next::Retry(vec![work, Work { records: second, failures }]);
    }
    work.failures += 1;
    let retries = options.maximum_retry_attempts;
    if retries >= 0 && work.failures > retries { Next::Discard } else { Next::Retry(vec![work]) }
}

/// How long to wait after this many failures.
pub fn delay(failures: i64) -> Duration {
    let doublings = u32::try_from(failures.saturating_sub(1).clamp(0, 6)).unwrap_or_default();
    (FIRST_DELAY * 2u32.pow(doublings)).min(LONGEST_DELAY)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn records(count: usize) -> Vec<Value> {
        (0..count).map(|number| json!({"dynamodb": {"SequenceNumber": format!("{}", 100 + number)}})).collect()
    }

    fn options(more: Value) -> Options {
        serde_json::from_value(more).unwrap()
    }

    #[test]
    fn the_first_failed_record_counts_and_rubbish_fails_all() {
        for (answer, expected) in [
            ("null", Verdict::Done),
            ("{}", Verdict::Done),
            ("\"fine\"", Verdict::Done),
            (r#"{"batchItemFailures":[]}"#, Verdict::Done),
            (r#"{"batchItemFailures":null}"#, Verdict::Done),
            (r#"{"batchItemFailures":[{"itemIdentifier":"102"},{"itemIdentifier":"101"}]}"#, Verdict::FailedFrom(1)),
            (r#"{"batchItemFailures":[{"itemIdentifier":""}]}"#, Verdict::Failed),
            (r#"{"batchItemFailures":[{"itemIdentifier":null}]}"#, Verdict::Failed),
            (r#"{"batchItemFailures":[{"wrong":"101"}]}"#, Verdict::Failed),
            (r#"{"batchItemFailures":[{"itemIdentifier":"999"}]}"#, Verdict::Failed),
        ] {
            assert_eq!(verdict(answer.as_bytes(), &records(4)), expected, "{answer}");
        }
    }

    #[test]
    fn a_failed_batch_is_tried_again_as_often_as_it_may() {
        let work = Work { records: records(3), failures: 0 };
        let once = options(json!({"MaximumRetryAttempts": 1}));
        let Next::Retry(next) = after_failure(work, &once) else { panic!("it may be tried again") };
        assert_eq!(next[0].failures, 1);
        assert_eq!(after_failure(next[0].clone(), &once), Next::Discard);
    }

    #[test]
    fn a_split_is_no_retry_until_one_record_is_left() {
        let split = options(json!({"BisectBatchOnFunctionError": true, "MaximumRetryAttempts": 0}));
        let Next::Retry(halves) = after_failure(Work { records: records(3), failures: 0 }, &split) else { panic!() };
        assert_eq!(halves.iter().map(|half| half.records.len()).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(after_failure(halves[1].clone(), &split), Next::Discard);
    }

    #[test]
    fn waits_double_up_to_a_minute() {
        assert_eq!([1, 2, 3, 7, 50].map(|failures| delay(failures).as_secs()), [1, 2, 4, 60, 60]);
    }
}
