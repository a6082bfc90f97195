//! Shard iterators: a place in a shard, written into a text that its owner need not understand.

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::AwsError;

use super::Input;
use crate::state::{Shard, Stream, sequence_at};

/// How long an iterator may be used, in milliseconds: 15 minutes.
const LIFE: u64 = 15 * 60 * 1000;

/// A place in a shard, and when it was given out.
#[derive(Clone)]
pub struct ShardIterator<'a> {
    /// The stream's ARN.
    pub stream: &'a str,
    /// The shard's id.
    pub shard: String,
    /// The first number that is wanted.
    pub position: u64,
    /// Whether there was a record with exactly that number: if it is gone by the time the iterator is
    /// used, something was missed.
    pub exact: bool,
    /// Milliseconds.
    pub issued: u64,
}

impl<'a> ShardIterator<'a> {
    /// What GetShardIterator asks for.
    pub fn asked(input: Input<'_>, arn: &'a str, stream: &Stream, shard: &Shard, now: u64) -> Result<Self, AwsError> {
        let (position, exact) = match input.text("ShardIteratorType") {
            Some("LATEST") => (stream.last_sequence() + 1, false),
            Some("AT_TIMESTAMP") => (given_moment(input)?, false),
            Some("AT_SEQUENCE_NUMBER") => (given_sequence(input, stream, shard, now)?, true),
            Some("AFTER_SEQUENCE_NUMBER") => (given_sequence(input, stream, shard, now)? + 1, false),
            _ => (0, false),
        };
        let next = stream.records_of(shard, position, now).next().map(|record| record.sequence);
        let (position, exact) = match next {
            // AFTER the one is AT the next, so that it is noticed if that goes meanwhile.
            Some(next) if input.text("ShardIteratorType") == Some("AFTER_SEQUENCE_NUMBER") => (next, true),
            next => (position, exact && next == Some(position)),
        };
        Ok(Self { stream: arn, shard: shard.id.clone(), position, exact, issued: now })
    }

    /// Reads what a caller gives back, and refuses it when it is too old.
    pub fn read(text: &'a str, now: u64) -> Result<Self, AwsError> {
        let iterator = Self::parse(text).ok_or_else(|| AwsError::validation("Invalid ShardIterator"))?;
        if iterator.issued + LIFE < now {
            return Err(AwsError::new(
                "ExpiredIteratorException",
                "The shard iterator has expired: it was issued more than 15 minutes ago",
            ));
        }
        Ok(iterator)
    }

    fn parse(text: &'a str) -> Option<Self> {
        let (stream, code) = text.split_once("|1|")?;
        let bytes = STANDARD.decode(code).ok()?;
        let (position, rest) = bytes.split_first_chunk::<8>()?;
        let (issued, rest) = rest.split_first_chunk::<8>()?;
        let (exact, shard) = rest.split_first()?;
        Some(Self {
            stream,
            shard: String::from_utf8(shard.to_vec()).ok()?,
            position: u64::from_be_bytes(*position),
            exact: *exact == 1,
            issued: u64::from_be_bytes(*issued),
        })
    }
}

impl fmt::Display for ShardIterator<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut code = [self.position.to_be_bytes(), self.issued.to_be_bytes()].concat();
        code.push(u8::from(self.exact));
        code.extend_from_slice(self.shard.as_bytes());
        write!(out, "{}|1|{}", self.stream, STANDARD.encode(code))
    }
}

/// The refusal of a place whose record is older than a day.
pub fn trimmed() -> AwsError {
    AwsError::new(
        "TrimmedDataAccessException",
        "The operation attempted to read past the oldest stream record in a shard",
    )
}

/// The sequence number of a request, which must not lie before the oldest record that is kept.
fn given_sequence(input: Input<'_>, stream: &Stream, shard: &Shard, now: u64) -> Result<u64, AwsError> {
    let text = input.text("SequenceNumber").ok_or_else(|| {
        AwsError::validation(
            "SequenceNumber is required when ShardIteratorType is AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER",
        )
    })?;
    let sequence = text.strip_prefix('1').and_then(|digits| digits.parse().ok());
    let outside = |sequence: &u64| *sequence < shard.starting || shard.ending.is_some_and(|ending| *sequence > ending);
    let sequence: u64 = sequence
        .filter(|sequence| !outside(sequence))
        .ok_or_else(|| AwsError::validation(format!("Invalid SequenceNumber: {text}")))?;
    if stream.is_trimmed(sequence, now) {
        return Err(trimmed());
    }
    Ok(sequence)
}

/// The moment of a request, as the number of the first record that can be as late.
fn given_moment(input: Input<'_>) -> Result<u64, AwsError> {
    let seconds = input
        .get("Timestamp")
        .and_then(serde_json::Value::as_f64)
        .ok_or_else(|| AwsError::validation("Timestamp is required when ShardIteratorType is AT_TIMESTAMP"))?;
    Ok(sequence_at((seconds.max(0.0) * 1000.0) as u64))
}
