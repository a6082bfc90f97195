//! GetShardIterator and GetRecords.

use aws_api::Call;
use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::{Timestamp, fmt::strtime, tz::TimeZone};
use kernel::AwsError;
use serde_json::{Value, json};

use super::{
    iterator::{Iterator, LASTS},
    limit, text,
};
use crate::{
    Kinesis,
    rules::{invalid, no_shard, not_found, rate_exceeded},
    state::{self, Record, Sequence, Shard, Stream, shard_id, shard_number, shard_of},
};

/// The most records and bytes of one answer.
const MAX_RECORDS: u64 = 10_000;
const MAX_BYTES: usize = 10 * 1024 * 1024;

impl Kinesis {
    pub(super) fn get_shard_iterator(&self, call: &Call) -> Result<Value, AwsError> {
        let account = &call.scope.account;
        let (id, name) = (text(call, "ShardId"), super::stream_name(call)?);
        let number = shard_number(id).ok_or_else(|| no_shard(id, &name, account))?;
        let now = self.now();
        self.look(call, |stream| {
            let shard = stream.shards.get(number as usize).filter(|_| stream.status() != "CREATING");
            let shard = shard.ok_or_else(|| no_such_shard(number, &name, account))?;
            let index = start(call, shard, number, now).map_err(|problem| problem.words(number, &name, account))?;
            let iterator = Iterator { made: now, stream: name.clone(), id: stream.id.clone(), shard: number, index };
            Ok(json!({"ShardIterator": iterator.text()}))
        })
    }

    pub(super) fn get_records(&self, call: &Call) -> Result<Value, AwsError> {
        let account = &call.scope.account;
        let now = self.now();
        let iterator = Iterator::read(text(call, "ShardIterator")).filter(|iterator| iterator.made <= now);
        let iterator = iterator.ok_or_else(|| invalid("Invalid ShardIterator."))?;
        if now - iterator.made > LASTS {
            return Err(expired(iterator.made, now));
        }
        let (number, name) = (iterator.shard, iterator.stream.clone());
        let mut state = self.state.borrow_mut();
        let stream = state.stream_mut(&state::place(&call.scope), &name);
        let stream = stream.filter(|stream| stream.id == iterator.id && stream.is_usable());
        let stream = stream.ok_or_else(|| no_such_shard(number, &name, account))?;
        let oldest = stream.oldest(now);
        let shard = stream.shards.get_mut(number as usize).ok_or_else(|| no_such_shard(number, &name, account))?;
        if !shard.meter.may_read(now) {
            return Err(rate_exceeded(&shard_of(number, &name, account)));
        }
        let first = shard.position(iterator.index).max(shard.records.partition_point(|record| record.arrived < oldest));
        let most = limit(&call.input["Limit"], MAX_RECORDS) as usize;
        let mut bytes = 0;
        let fits = |record: &&std::rc::Rc<Record>| {
            let fits = bytes == 0 || bytes + record.data.len() <= MAX_BYTES;
            bytes += if fits { record.data.len() + record.partition_key.len() } else { 0 };
            fits
        };
        let taken: Vec<_> = shard.records.iter().skip(first).take(most).take_while(fits).cloned().collect();
        shard.meter.has_read(bytes as u64, now);
        let index = taken.last().map_or(iterator.index, |last| last.index + 1);
        let waiting = shard.records.get(first + taken.len()).map(|record| record.arrived);
        let ended = shard.closed.is_some() && waiting.is_none();
        let key = stream.key.is_some();
        let shard = &stream.shards[number as usize];
        let records: Vec<Value> = taken.iter().map(|record| told(shard, number, record, key)).collect();
        let behind = waiting.map_or(0, |arrived| now.saturating_sub(arrived));
        let mut answer = json!({"Records": records, "MillisBehindLatest": behind});
        if ended {
            answer["ChildShards"] = children(stream, number);
        } else {
            answer["NextShardIterator"] = json!(Iterator { made: now, index, ..iterator }.text());
        }
        Ok(answer)
    }
}

fn told(shard: &Shard, number: u32, record: &Record, encrypted: bool) -> Value {
    let mut told = json!({
        "SequenceNumber": shard.sequence(number, record).text(),
        "ApproximateArrivalTimestamp": record.arrived as f64 / 1000.0,
        "Data": STANDARD.encode(&record.data),
        "PartitionKey": record.partition_key,
    });
    if encrypted {
        told["EncryptionType"] = json!("KMS");
    }
    told
}

fn children(stream: &Stream, parent: u32) -> Value {
    let children = stream.children(parent).map(|(number, shard)| {
        let parents: Vec<String> = shard.parents.iter().map(|parent| shard_id(*parent)).collect();
        json!({"ShardId": shard_id(number), "ParentShards": parents, "HashKeyRange": shard.hash_keys()})
    });
    children.collect()
}

/// Why a call names no place in a shard.
enum Problem {
    /// In these words.
    Said(AwsError),
    /// The sequence number is none, or not one of this stream.
    Number(String, &'static str),
}

impl Problem {
    fn words(self, number: u32, stream: &str, account: &str) -> AwsError {
        match self {
            Self::Said(error) => error,
            Self::Number(sequence, why) => invalid(format!(
                "StartingSequenceNumber {sequence} used in GetShardIterator on {} is invalid{why}.",
                shard_of(number, stream, account)
            )),
        }
    }
}

/// The index of the first record that a call asks for.
fn start(call: &Call, shard: &Shard, number: u32, now: u64) -> Result<u64, Problem> {
    let kind = text(call, "ShardIteratorType");
    let said = |message: String| Err(Problem::Said(invalid(message)));
    let either = "Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (2) \
                  TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified";
    let sequence = text(call, "StartingSequenceNumber");
    match kind {
        "TRIM_HORIZON" | "LATEST" if !sequence.is_empty() => {
            return said(format!("{either} {kind} and also a StartingSequenceNumber."));
        }
        "TRIM_HORIZON" => return Ok(0),
        "LATEST" => return Ok(shard.next_index),
        "AT_TIMESTAMP" => {
            let Some(moment) = call.input["Timestamp"].as_f64() else {
                return said(
                    "Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current request has \
                     no timestamp parameter."
                        .to_owned(),
                );
            };
            let millis = (moment * 1000.0) as u64;
            if millis > now {
                return said(format!(
                    "The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. \
                     timestampInMillis: {millis}, currentTimestampInMillis: {now}"
                ));
            }
            let first = shard.records.partition_point(|record| record.arrived < millis);
            return Ok(shard.records.get(first).map_or(shard.next_index, |record| record.index));
        }
        _ if sequence.is_empty() => return said(format!("{either} {kind} and no StartingSequenceNumber.")),
        _ => {}
    }
    let found = Sequence::parse(sequence).ok_or_else(|| Problem::Number(sequence.to_owned(), ""))?;
    if found.shard != number {
        return said(format!(
            "Invalid StartingSequenceNumber. It encodes {}, while it was used in a call to a shard with {}",
            shard_id(found.shard),
            shard_id(number)
        ));
    }
    if found.created != shard.created {
        return Err(Problem::Number(sequence.to_owned(), " because it did not come from this stream"));
    }
    Ok(if kind == "AT_SEQUENCE_NUMBER" { found.index } else { found.index.saturating_add(1) })
}

fn no_such_shard(number: u32, stream: &str, account: &str) -> AwsError {
    not_found(format!("Shard {} in stream {stream} under account {account} does not exist", shard_id(number)))
}

fn expired(made: u64, now: u64) -> AwsError {
    let (made, now) = (as_java_prints(made), as_java_prints(now));
    AwsError::new(
        "ExpiredIteratorException",
        format!(
            "Iterator expired. The iterator was created at time {made} while right now it is {now} which is further in \
             the future than the tolerated delay of {LASTS} milliseconds."
        ),
    )
}

/// `Thu Jan 22 01:22:02 UTC 2015`
fn as_java_prints(millis: u64) -> String {
    let moment = i64::try_from(millis).ok().and_then(|millis| Timestamp::from_millisecond(millis).ok());
    let moment = moment.unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(TimeZone::UTC);
    strtime::format("%a %b %d %H:%M:%S UTC %Y", &moment).unwrap_or_default()
}
