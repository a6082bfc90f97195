//! Amazon `DynamoDB` Streams: reading what changed.

use super::{list_at, text_at};
use crate::client::{Client, Failure};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// One change of one item.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    pub table: String,
    pub sequence: String,
    pub event: String,
    /// Seconds of the virtual clock.
    pub created: f64,
    pub keys: Value,
    pub old: Option<Value>,
    pub new: Option<Value>,
    /// Whether the service did it because the item's time to live was over.
    pub is_by_ttl: bool,
}

/// A shard of a stream, and how far it was read here.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shard {
    pub table: String,
    pub stream: String,
    pub id: String,
    pub parent: String,
    pub from: String,
    /// The last sequence number of a closed shard; an open one has none.
    pub to: String,
    /// The sequence number of the last record that was read.
    pub position: String,
}

/// Reads all streams of the account from their beginning, and remembers how far it came.
#[derive(Default)]
pub struct Reader {
    /// All shards, as they were when they were read last.
    pub shards: Vec<Shard>,
    /// The next iterator by shard; `None` when a closed shard has been read to its end.
    iterators: BTreeMap<(String, String), Option<String>>,
}

impl Reader {
    /// The records that came since the last call.
    pub async fn next(&mut self, client: &Client) -> Result<Vec<Record>, Failure> {
        let mut records = Vec::new();
        let mut shards = Vec::new();
        let streams = call(client, "ListStreams", json!({})).await?;
        for stream in list_at(&streams, "/Streams") {
            let arn = text_at(stream, "/StreamArn");
            let table = text_at(stream, "/TableName");
            let described = call(client, "DescribeStream", json!({ "StreamArn": arn })).await?;
            for shard in list_at(&described, "/StreamDescription/Shards") {
                let mut shard = describe(&table, &arn, shard);
                let before = records.len();
                self.read_shard(client, &table, &arn, &shard.id, &mut records).await?;
                let known = self.shards.iter().find(|known| known.stream == arn && known.id == shard.id);
                let former = known.map(|known| known.position.clone());
                let latest = records[before..].last().map(|record| record.sequence.clone());
                shard.position = latest.or(former).unwrap_or_default();
                shards.push(shard);
            }
        }
        self.shards = shards;
        records.sort_by(|a, b| a.created.total_cmp(&b.created));
        Ok(records)
    }

    async fn read_shard(
        &mut self,
        client: &Client,
        table: &str,
        arn: &str,
        shard: &str,
        records: &mut Vec<Record>,
    ) -> Result<(), Failure> {
        let key = (arn.to_owned(), shard.to_owned());
        let mut iterator = match self.iterators.get(&key) {
            Some(None) => return Ok(()),
            Some(Some(iterator)) => iterator.clone(),
            None => first_iterator(client, arn, shard).await?,
        };
        loop {
            let answer = match call(client, "GetRecords", json!({ "ShardIterator": iterator })).await {
                Ok(answer) => answer,
                Err(failure) => {
                    // An iterator lives fifteen minutes; the next round starts again with a new one.
                    self.iterators.remove(&key);
                    return Err(failure);
                }
            };
            let found = list_at(&answer, "/Records");
            records.extend(found.iter().map(|record| read_record(table, record)));
            let next = answer.get("NextShardIterator").and_then(Value::as_str).map(str::to_owned);
            self.iterators.insert(key.clone(), next.clone());
            match next {
                Some(next) if !found.is_empty() => iterator = next,
                _ => return Ok(()),
            }
        }
    }
}

fn describe(table: &str, stream: &str, shard: &Value) -> Shard {
    Shard {
        table: table.to_owned(),
        stream: stream.to_owned(),
        id: text_at(shard, "/ShardId"),
        parent: text_at(shard, "/ParentShardId"),
        from: text_at(shard, "/SequenceNumberRange/StartingSequenceNumber"),
        to: text_at(shard, "/SequenceNumberRange/EndingSequenceNumber"),
        position: String::new(),
    }
}

async fn first_iterator(client: &Client, arn: &str, shard: &str) -> Result<String, Failure> {
    let request = json!({ "StreamArn": arn, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON" });
    let answer = call(client, "GetShardIterator", request).await?;
    Ok(text_at(&answer, "/ShardIterator"))
}

fn read_record(table: &str, record: &Value) -> Record {
    Record {
        table: table.to_owned(),
        sequence: text_at(record, "/dynamodb/SequenceNumber"),
        event: text_at(record, "/eventName"),
        created: record.pointer("/dynamodb/ApproximateCreationDateTime").and_then(Value::as_f64).unwrap_or_default(),
        keys: record.pointer("/dynamodb/Keys").cloned().unwrap_or_default(),
        old: record.pointer("/dynamodb/OldImage").cloned(),
        new: record.pointer("/dynamodb/NewImage").cloned(),
        is_by_ttl: text_at(record, "/userIdentity/Type") == "Service",
    }
}

async fn call(client: &Client, operation: &str, body: Value) -> Result<Value, Failure> {
    client.json("streams.dynamodb", &format!("DynamoDBStreams_20120810.{operation}"), "1.0", body).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_without_an_end_is_open() {
        let open = json!({"ShardId": "s", "SequenceNumberRange": {"StartingSequenceNumber": "1"}});
        let shard = describe("t", "arn", &open);
        assert_eq!((shard.id.as_str(), shard.from.as_str(), shard.to.as_str()), ("s", "1", ""));
    }
}
