//! DynamoDB Streams: ListStreams, DescribeStream, GetShardIterator, GetRecords.

use std::ops::Bound;

use aws_api::Call;
use kernel::AwsError;
use md5::{Digest, Md5};
use serde_json::{Map, Value, json};

use super::{
    Input, put_some,
    shard_iterator::{self, ShardIterator},
    table_name,
};
use crate::{
    DynamoDb,
    readers::Reader,
    state::{Shard, Stream, StreamRecord, sequence_number},
    value::item_to_json,
};

/// Streams in one answer of ListStreams, records and bytes in one of GetRecords.
const MAX_LISTED: u64 = 100;
const MAX_RECORDS: u64 = 1000;
const MAX_BYTES: usize = 1024 * 1024;

impl DynamoDb {
    /// ListStreams
    pub fn list_streams(&self, call: &Call) -> Result<Value, AwsError> {
        let input = Input(&call.input);
        let limit = input.number("Limit").unwrap_or(MAX_LISTED).min(MAX_LISTED) as usize;
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
        let mut shards = stream.shards(self.now());
        if input.has("ShardFilter") {
            let parent = input.structure("ShardFilter").text("ShardId").ok_or_else(|| {
                AwsError::validation("ShardId is required when the Type of ShardFilter is CHILD_SHARDS")
            })?;
            shards.retain(|shard| shard.parent.as_deref() == Some(parent));
        }
        if let Some(last) = input.text("ExclusiveStartShardId") {
            shards.retain(|shard| shard.id.as_str() > last);
        }
        let limit = input.number("Limit").unwrap_or(MAX_LISTED).min(MAX_LISTED) as usize;
        let more = shards.len() > limit;
        shards.truncate(limit);
        let mut answer = Map::new();
        answer.insert("StreamArn".to_owned(), json!(definition.arn));
        answer.insert("StreamLabel".to_owned(), json!(definition.label));
        answer.insert("StreamStatus".to_owned(), json!(if stream.is_open() { "ENABLED" } else { "DISABLED" }));
        answer.insert("StreamViewType".to_owned(), json!(definition.view.name()));
        answer.insert("CreationRequestDateTime".to_owned(), json!(definition.created_at as f64 / 1000.0));
        answer.insert("TableName".to_owned(), json!(definition.table));
        answer.insert("KeySchema".to_owned(), definition.key_schema.clone());
        answer.insert("Shards".to_owned(), shards.iter().map(described).collect());
        put_some(&mut answer, "LastEvaluatedShardId", shards.last().filter(|_| more).map(|shard| json!(shard.id)));
        Ok(json!({"StreamDescription": answer}))
    }

    /// GetShardIterator
    pub fn get_shard_iterator(&self, call: &Call) -> Result<Value, AwsError> {
        let input = Input(&call.input);
        let now = self.now();
        let mut state = self.state.borrow_mut();
        let arn = input.text("StreamArn").unwrap_or_default();
        let stream = find(&state.region(&call.scope).streams, arn)?;
        let wanted = input.text("ShardId").unwrap_or_default();
        let shards = stream.shards(now);
        let shard = shards.iter().find(|shard| shard.id == wanted).ok_or_else(|| {
            let message = format!("Requested resource not found: Shard: {wanted} in Stream: {arn} not found");
            AwsError::new("ResourceNotFoundException", message)
        })?;
        Ok(json!({"ShardIterator": ShardIterator::asked(input, arn, stream, shard, now)?.to_string()}))
    }

    /// GetRecords
    pub fn get_records(&self, call: &Call) -> Result<Value, AwsError> {
        let input = Input(&call.input);
        let now = self.now();
        let iterator = ShardIterator::read(input.text("ShardIterator").unwrap_or_default(), now)?;
        let mut state = self.state.borrow_mut();
        let stream = find(&state.region(&call.scope).streams, iterator.stream)?;
        let shards = stream.shards(now);
        let shard = shards.iter().find(|shard| shard.id == iterator.shard).ok_or_else(shard_iterator::trimmed)?;
        let limit = input.number("Limit").unwrap_or(MAX_RECORDS).min(MAX_RECORDS) as usize;
        let mut rest = stream.records_of(shard, iterator.position, now).peekable();
        if iterator.exact && rest.peek().is_none_or(|record| record.sequence != iterator.position) {
            return Err(shard_iterator::trimmed());
        }
        let mut next = iterator.position;
        let mut bytes = 0;
        let mut records = Vec::new();
        while let Some(record) =
            rest.next_if(|record| records.len() < limit && (records.is_empty() || bytes + record.size() <= MAX_BYTES))
        {
            bytes += record.size();
            next = record.sequence + 1;
            records.push(written(record, stream, &call.scope.region));
        }
        let following = rest.next().map(|record| record.sequence);
        self.readers.borrow_mut().note(Reader {
            stream: iterator.stream.to_owned(),
            shard: iterator.shard.clone(),
            caller: call.scope.caller.clone(),
            position: (!records.is_empty()).then(|| sequence_number(next - 1)),
            read_at: now,
        });
        let mut answer = Map::from_iter([("Records".to_owned(), Value::Array(records))]);
        // A closed shard ends where its last record has been read.
        if following.is_some() || shard.ending.is_none() {
            let (position, exact) = (following.unwrap_or(next), following.is_some());
            let next = ShardIterator { position, exact, issued: now, ..iterator };
            put_some(&mut answer, "NextShardIterator", Some(json!(next.to_string())));
        }
        Ok(Value::Object(answer))
    }
}

/// A shard as the wire writes it.
fn described(shard: &Shard) -> Value {
    let mut range = Map::new();
    range.insert("StartingSequenceNumber".to_owned(), json!(sequence_number(shard.starting)));
    put_some(&mut range, "EndingSequenceNumber", shard.ending.map(|ending| json!(sequence_number(ending))));
    let mut described = Map::from_iter([("ShardId".to_owned(), json!(shard.id))]);
    described.insert("SequenceNumberRange".to_owned(), Value::Object(range));
    put_some(&mut described, "ParentShardId", shard.parent.as_ref().map(|parent| json!(parent)));
    Value::Object(described)
}

fn find<'a>(streams: &'a std::collections::BTreeMap<String, Stream>, arn: &str) -> Result<&'a Stream, AwsError> {
    streams.get(arn).ok_or_else(|| {
        let message = format!("Requested resource not found: Stream: {arn} not found");
        AwsError::new("ResourceNotFoundException", message)
    })
}

/// A record as the wire writes it.
fn written(record: &StreamRecord, stream: &Stream, region: &str) -> Value {
    let sequence = sequence_number(record.sequence);
    let mut change = Map::new();
    change.insert("ApproximateCreationDateTime".to_owned(), json!(record.at / 1000));
    change.insert("Keys".to_owned(), item_to_json(&record.keys));
    put_some(&mut change, "NewImage", record.new.as_ref().map(|item| item_to_json(&item.item())));
    put_some(&mut change, "OldImage", record.old.as_ref().map(|item| item_to_json(&item.item())));
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
