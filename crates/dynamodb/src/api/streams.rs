//! DynamoDB Streams: ListStreams, DescribeStream, GetShardIterator, GetRecords.

use std::ops::Bound;

use aws_api::Call;
use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::AwsError;
use md5::{Digest, Md5};
use serde_json::{Map, Value, json};

use super::{Input, put_some, table_name};
use crate::{
    DynamoDb,
    state::{Stream, StreamRecord, sequence_number},
    value::item_to_json,
};

/// Streams in one answer of ListStreams, records and bytes in one of GetRecords.
const MAX_LISTED: u64 = 100;
const MAX_RECORDS: u64 = 1000;
const MAX_BYTES: usize = 1024 * 1024;
/// How long an iterator may be used, in milliseconds: 15 minutes.
const ITERATOR_LIFE: u64 = 15 * 60 * 1000;

impl DynamoDb {
    /// ListStreams
    pub fn list_streams(&self, call: &Call) -> Result<Value, AwsError> {
        let input = Input(&call.input);
        let limit = input.number("Limit").unwrap_or(MAX_LISTED) as usize;
        let wanted = input.text("TableName").map(table_name);
        let from = match input.text("ExclusiveStartStreamArn") {
            Some(arn) => Bound::Excluded(arn.to_owned()),
            None => Bound::Unbounded,
        };
        let mut state = self.state.borrow_mut();
        let streams = state.region(&call.scope).streams.range((from, Bound::Unbounded)).map(|(_, stream)| stream);
        let streams = streams.filter(|stream| wanted.is_none_or(|table| stream.definition.table == table));
        let mut found: Vec<&Stream> = streams.take(limit + 1).collect();
        let more = found.len() > limit;
        found.truncate(limit);
        let summaries = found.iter().map(|stream| {
            let definition = &stream.definition;
            json!({
                "StreamArn": definition.arn,
                "TableName": definition.table,
                "StreamLabel": definition.label,
            })
        });
        let mut answer = Map::from_iter([("Streams".to_owned(), summaries.collect())]);
        let last = found.last().filter(|_| more).map(|stream| json!(stream.definition.arn));
        put_some(&mut answer, "LastEvaluatedStreamArn", last);
        Ok(Value::Object(answer))
    }

    /// DescribeStream
    pub fn describe_stream(&self, call: &Call) -> Result<Value, AwsError> {
        let input = Input(&call.input);
        let mut state = self.state.borrow_mut();
        let stream = find(&state.region(&call.scope).streams, input.text("StreamArn").unwrap_or_default())?;
        let definition = &stream.definition;
        let mut range = Map::new();
        range.insert("StartingSequenceNumber".to_owned(), json!(sequence_number(stream.starting_sequence())));
        let ended = (!stream.is_open()).then(|| json!(sequence_number(stream.last_sequence())));
        put_some(&mut range, "EndingSequenceNumber", ended);
        let shard = json!({"ShardId": definition.shard, "SequenceNumberRange": range});
        let passed = input.text("ExclusiveStartShardId").is_some_and(|shard| shard >= definition.shard.as_str());
        let limit = input.number("Limit").unwrap_or(MAX_LISTED);
        let shards = if passed || limit == 0 { vec![] } else { vec![shard] };
        Ok(json!({"StreamDescription": {
            "StreamArn": definition.arn,
            "StreamLabel": definition.label,
            "StreamStatus": if stream.is_open() { "ENABLED" } else { "DISABLED" },
            "StreamViewType": definition.view.name(),
            "CreationRequestDateTime": definition.created_at as f64 / 1000.0,
            "TableName": definition.table,
            "KeySchema": definition.key_schema,
            "Shards": shards,
        }}))
    }

    /// GetShardIterator
    pub fn get_shard_iterator(&self, call: &Call) -> Result<Value, AwsError> {
        let input = Input(&call.input);
        let now = self.now();
        let mut state = self.state.borrow_mut();
        let stream = find(&state.region(&call.scope).streams, input.text("StreamArn").unwrap_or_default())?;
        let shard = input.text("ShardId").unwrap_or_default();
        if shard != stream.definition.shard {
            return Err(AwsError::new(
                "ResourceNotFoundException",
                format!("Requested resource not found: Shard: {shard} in Stream: {} not found", stream.definition.arn),
            ));
        }
        let position = match input.text("ShardIteratorType") {
            Some("LATEST") => stream.last_sequence() + 1,
            Some("AT_SEQUENCE_NUMBER") => given_sequence(input, stream, now)?,
            Some("AFTER_SEQUENCE_NUMBER") => given_sequence(input, stream, now)? + 1,
            _ => 0,
        };
        Ok(json!({"ShardIterator": Iterator { stream: &stream.definition.arn, position, issued: now }.to_string()}))
    }

    /// GetRecords
    pub fn get_records(&self, call: &Call) -> Result<Value, AwsError> {
        let input = Input(&call.input);
        let text = input.text("ShardIterator").unwrap_or_default();
        let iterator = Iterator::parse(text).ok_or_else(|| AwsError::validation("Invalid ShardIterator"))?;
        let now = self.now();
        if iterator.issued + ITERATOR_LIFE < now {
            return Err(AwsError::new(
                "ExpiredIteratorException",
                "The shard iterator has expired: it was issued more than 15 minutes ago",
            ));
        }
        let mut state = self.state.borrow_mut();
        let stream = find(&state.region(&call.scope).streams, iterator.stream)?;
        let limit = input.number("Limit").unwrap_or(MAX_RECORDS) as usize;
        let mut next = iterator.position;
        let mut bytes = 0;
        let mut records = Vec::new();
        for record in stream.records_from(iterator.position, now).take(limit) {
            bytes += record.size();
            if bytes > MAX_BYTES && !records.is_empty() {
                break;
            }
            next = record.sequence + 1;
            records.push(written(record, stream, &call.scope.region));
        }
        let mut answer = Map::from_iter([("Records".to_owned(), Value::Array(records))]);
        // A closed shard ends where its last record has been read.
        if stream.is_open() || stream.records_from(next, now).next().is_some() {
            let next = Iterator { position: next, issued: now, ..iterator };
            put_some(&mut answer, "NextShardIterator", Some(json!(next.to_string())));
        }
        Ok(Value::Object(answer))
    }
}

fn find<'a>(streams: &'a std::collections::BTreeMap<String, Stream>, arn: &str) -> Result<&'a Stream, AwsError> {
    streams.get(arn).ok_or_else(|| {
        let message = format!("Requested resource not found: Stream: {arn} not found");
        AwsError::new("ResourceNotFoundException", message)
    })
}

/// The sequence number of a request, which must not lie before the oldest record that is kept.
fn given_sequence(input: Input<'_>, stream: &Stream, now: u64) -> Result<u64, AwsError> {
    let text = input.text("SequenceNumber").ok_or_else(|| {
        AwsError::validation(
            "SequenceNumber is required when ShardIteratorType is AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER",
        )
    })?;
    let sequence = text.strip_prefix('1').and_then(|digits| digits.parse().ok());
    let sequence: u64 = sequence.ok_or_else(|| AwsError::validation(format!("Invalid SequenceNumber: {text}")))?;
    if stream.is_trimmed(sequence, now) {
        return Err(AwsError::new(
            "TrimmedDataAccessException",
            "The operation attempted to read past the oldest stream record in a shard",
        ));
    }
    Ok(sequence)
}

/// A place in a shard, and when it was given out.
#[derive(Clone, Copy)]
struct Iterator<'a> {
    stream: &'a str,
    position: u64,
    issued: u64,
}

impl<'a> Iterator<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (stream, code) = text.split_once("|1|")?;
        let bytes: [u8; 16] = STANDARD.decode(code).ok()?.try_into().ok()?;
        let number = |half: &[u8]| half.try_into().map(u64::from_be_bytes).ok();
        Some(Self { stream, position: number(&bytes[..8])?, issued: number(&bytes[8..])? })
    }
}

impl std::fmt::Display for Iterator<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let code = [self.position.to_be_bytes(), self.issued.to_be_bytes()].concat();
        write!(out, "{}|1|{}", self.stream, STANDARD.encode(code))
    }
}

/// A record as the wire writes it.
fn written(record: &StreamRecord, stream: &Stream, region: &str) -> Value {
    let sequence = sequence_number(record.sequence);
    let mut change = Map::new();
    change.insert("ApproximateCreationDateTime".to_owned(), json!(record.at / 1000));
    change.insert("Keys".to_owned(), item_to_json(&record.keys));
    put_some(&mut change, "NewImage", record.new.as_ref().map(|item| item_to_json(item)));
    put_some(&mut change, "OldImage", record.old.as_ref().map(|item| item_to_json(item)));
    change.insert("SequenceNumber".to_owned(), json!(sequence));
    change.insert("SizeBytes".to_owned(), json!(record.size()));
    change.insert("StreamViewType".to_owned(), json!(stream.definition.view.name()));
    let digest = Md5::digest(format!("{}{sequence}", stream.definition.arn));
    let mut written = Map::new();
    written.insert("eventID".to_owned(), json!(format!("{digest:x}")));
    written.insert("eventName".to_owned(), json!(record.event.name()));
    written.insert("eventVersion".to_owned(), json!("1.1"));
    written.insert("eventSource".to_owned(), json!("aws:dynamodb"));
    written.insert("awsRegion".to_owned(), json!(region));
    written.insert("dynamodb".to_owned(), Value::Object(change));
    let service = json!({"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"});
    put_some(&mut written, "userIdentity", record.by_time_to_live.then_some(service));
    Value::Object(written)
}
