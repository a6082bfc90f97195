//! A batch of records: what a function says about it, and what is done next.

use std::time::Duration;

use serde_json::Value;

use super::{Options, record::Record};

/// The first and the longest wait before a batch is tried again.
const FIRST_DELAY: Duration = Duration::from_millis(500);
const LONGEST_DELAY: Duration = Duration::from_secs(60);

/// How much the records of a batch may weigh: an event of 6 MB, less the envelope.
pub const MAX_BYTES: usize = 6_291_456 - 64;

/// Records that travel together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Work {
    pub records: Vec<Record>,
    /// How often they have failed, as far as it counts for `MaximumRetryAttempts`.
    pub failures: i64,
    /// How often the function has got them.
    pub invocations: u64,
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
    Discard(Work),
}

/// How many of the first `most` records fit into one event: at least one.
pub fn fitting<'a>(records: impl Iterator<Item = &'a Record>, most: usize) -> usize {
    let mut bytes = 0;
    let fits = records.take(most).take_while(|record| {
        bytes += record.bytes;
        bytes <= MAX_BYTES
    });
    fits.count().max(1)
}

/// Reads the answer of a function that reports failures of single records. The lowest sequence
/// number counts; what names no record of the batch fails all of it.
pub fn verdict(answer: &Value, records: &[Record]) -> Verdict {
    match &answer["batchItemFailures"] {
        Value::Null => Verdict::Done,
        Value::Array(failures) => {
            let place = |failure: &Value| {
                let wanted = failure["itemIdentifier"].as_str()?;
                records.iter().position(|record| record.sequence == wanted)
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
        let second = Work { records: second, ..work };
        return Next::Retry(vec![work, second]);
    }
    work.failures += 1;
    let retries = options.maximum_retry_attempts;
    if retries >= 0 && work.failures > retries { Next::Discard(work) } else { Next::Retry(vec![work]) }
}

/// How long to wait after this many failures.
pub fn delay(failures: i64) -> Duration {
    let doublings = u32::try_from(failures.saturating_sub(1).clamp(0, 7)).unwrap_or_default();
    (FIRST_DELAY * 2u32.pow(doublings)).min(LONGEST_DELAY)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn records(count: usize) -> Vec<Record> {
        let record = |number| Record {
            number,
            sequence: format!("{}", 100 + number),
            arrived: 0,
            key: String::new(),
            event: Value::Null,
            bytes: 3_000_000,
        };
        (0..count as u64).map(record).collect()
    }

    fn work(count: usize) -> Work {
        Work { records: records(count), ..Work::default() }
    }

    fn options(more: Value) -> Options {
        serde_json::from_value(more).unwrap()
    }

    #[test]
    fn the_first_failed_record_counts_and_rubbish_fails_all() {
        for (answer, expected) in [
            ("null", Verdict::Done),
            ("{}", Verdict::Done),
            ("[]", Verdict::Done),
            ("\"\"", Verdict::Done),
            (r#"{"batchItemFailures":[]}"#, Verdict::Done),
            (r#"{"batchItemFailures":null}"#, Verdict::Done),
            (r#"{"batchItemFailures":[{"itemIdentifier":"102"},{"itemIdentifier":"101"}]}"#, Verdict::FailedFrom(1)),
            (r#"{"batchItemFailures":[{"itemIdentifier":""}]}"#, Verdict::Failed),
            (r#"{"batchItemFailures":[{"itemIdentifier":null}]}"#, Verdict::Failed),
            (r#"{"batchItemFailures":[{"itemIdentifier":101}]}"#, Verdict::Failed),
            (r#"{"batchItemFailures":[{"wrong":"101"}]}"#, Verdict::Failed),
            (r#"{"batchItemFailures":[{"itemIdentifier":"999"}]}"#, Verdict::Failed),
            (r#"{"batchItemFailures":"101"}"#, Verdict::Failed),
        ] {
            let answer: Value = serde_json::from_str(answer).unwrap();
            assert_eq!(verdict(&answer, &records(4)), expected, "{answer}");
        }
    }

    #[test]
    fn a_batch_has_six_megabytes() {
        let mut waiting = records(5);
        assert_eq!(fitting(waiting.iter(), 100), 2);
        assert_eq!(fitting(waiting.iter(), 1), 1);
        waiting[0].bytes = 10_000_000;
        assert_eq!(fitting(waiting.iter(), 100), 1, "one that is too large goes alone");
    }

    #[test]
    fn a_failed_batch_is_tried_again_as_often_as_it_may() {
        let once = options(json!({"MaximumRetryAttempts": 1}));
        let Next::Retry(next) = after_failure(work(3), &once) else { panic!("it may be tried again") };
        assert_eq!(next[0].failures, 1);
        assert!(matches!(after_failure(next[0].clone(), &once), Next::Discard(_)));
    }

    #[test]
    fn a_split_is_no_retry_until_one_record_is_left() {
        let split = options(json!({"BisectBatchOnFunctionError": true, "MaximumRetryAttempts": 0}));
        let Next::Retry(halves) = after_failure(work(3), &split) else { panic!() };
        assert_eq!(halves.iter().map(|half| half.records.len()).collect::<Vec<_>>(), [2, 1]);
        assert!(matches!(after_failure(halves[1].clone(), &split), Next::Discard(_)));
    }

    #[test]
    fn waits_double_up_to_a_minute() {
        assert_eq!([1, 2, 3, 8, 50].map(|failures| delay(failures).as_millis()), [500, 1000, 2000, 60_000, 60_000]);
    }
}
