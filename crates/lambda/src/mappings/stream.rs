//! Reading a stream by the public API of DynamoDB Streams, as the function's execution role.

use aws_api::invoke;
use kernel::{AwsError, Caller, Scope};
use serde_json::{Value, json};

use super::{Checkpoint, Mapping};
use crate::{Lambda, names::invalid};

/// The name of the API in the router.
const API: &str = "streams.dynamodb";

/// The most records that one `GetRecords` brings.
const MAX_RECORDS: usize = 1000;

/// A shard and the one that it continues.
pub struct Shard {
    pub id: String,
    pub parent: Option<String>,
}

/// Some records, and where to go on: nowhere when the shard has ended.
pub struct Read {
    pub records: Vec<Value>,
    pub next: Option<String>,
}

/// Where to begin in a shard.
pub enum From<'a> {
    /// Where the mapping says, for the first time.
    Start,
    /// After what was done before.
    Checkpoint(Option<&'a Checkpoint>),
}

impl Lambda {
    /// Refuses a stream that is not there or that the function's role may not read.
    pub(super) async fn check_stream(&self, mapping: &Mapping) -> Result<(), AwsError> {
        let source = &mapping.source;
        match self.shards(mapping).await {
            Ok(_) => Ok(()),
            Err(error) if error.code == "AccessDeniedException" => Err(invalid(&format!(
                "Cannot access stream {source}. Please ensure the role can perform the GetRecords, GetShardIterator, \
                 DescribeStream, and ListStreams Actions on your stream in IAM."
            ))),
            Err(_) => Err(invalid(&format!("Stream not found: {source}"))),
        }
    }

    /// The shards of the mapping's stream, parents before children.
    pub(super) async fn shards(&self, mapping: &Mapping) -> Result<Vec<Shard>, AwsError> {
        let mut shards = Vec::new();
        let mut input = json!({"StreamArn": mapping.source});
        loop {
            let answer = self.read_stream(mapping, "DescribeStream", input.clone()).await?;
            let description = &answer["StreamDescription"];
            shards.extend(description["Shards"].as_array().into_iter().flatten().filter_map(|shard| {
                let parent = shard["ParentShardId"].as_str().map(str::to_owned);
                Some(Shard { id: shard["ShardId"].as_str()?.to_owned(), parent })
            }));
            match &description["LastEvaluatedShardId"] {
                Value::String(last) => input["ExclusiveStartShardId"] = json!(last),
                _ => return Ok(shards),
            }
        }
    }

    /// An iterator into a shard.
    pub(super) async fn iterator(
        &self,
        mapping: &Mapping,
        shard: &str,
        from: From<'_>,
    ) -> Result<Option<String>, AwsError> {
        let mut input = json!({"StreamArn": mapping.source, "ShardId": shard});
        match from {
            From::Checkpoint(Some(Checkpoint::Finished)) => return Ok(None),
            From::Checkpoint(Some(Checkpoint::After(sequence))) => {
                input["ShardIteratorType"] = json!("AFTER_SEQUENCE_NUMBER");
                input["SequenceNumber"] = json!(sequence);
            }
            From::Start => input["ShardIteratorType"] = json!(mapping.starting_position),
            From::Checkpoint(None) => input["ShardIteratorType"] = json!("TRIM_HORIZON"),
        }
        let answer = match self.read_stream(mapping, "GetShardIterator", input.clone()).await {
            // What was done last has left the stream: go on with the oldest that is there.
            Err(error) if error.code == "TrimmedDataAccessException" => {
                input["ShardIteratorType"] = json!("TRIM_HORIZON");
                input.as_object_mut().map(|input| input.remove("SequenceNumber"));
                self.read_stream(mapping, "GetShardIterator", input).await?
            }
            answer => answer?,
        };
        Ok(answer["ShardIterator"].as_str().map(str::to_owned))
    }

    /// The next records of a shard.
    pub(super) async fn records(&self, mapping: &Mapping, iterator: &str, most: usize) -> Result<Read, AwsError> {
        let input = json!({"ShardIterator": iterator, "Limit": most.clamp(1, MAX_RECORDS)});
        let mut answer = self.read_stream(mapping, "GetRecords", input).await?;
        let records = match answer["Records"].take() {
            Value::Array(records) => records,
            _ => Vec::new(),
        };
        Ok(Read { records, next: answer["NextShardIterator"].as_str().map(str::to_owned) })
    }

    async fn read_stream(&self, mapping: &Mapping, operation: &str, input: Value) -> Result<Value, AwsError> {
        let role_arn = self.state.borrow().function(&mapping.target())?.latest.settings.role.clone();
        let session_name = mapping.function.clone();
        let caller = Caller::RoleSession { role_arn, session_name, session_policy: None };
        let scope = Scope { account: mapping.account.clone(), ..Scope::new(&self.kernel, &mapping.region, caller) };
        invoke(&self.kernel, scope, API, operation, input).await
    }
}

/// A record as the function gets it.
pub fn event_record(mut record: Value, source: &str) -> Value {
    let moment = &mut record["dynamodb"]["ApproximateCreationDateTime"];
    if let Some(seconds) = moment.as_f64() {
        *moment = json!(seconds as u64);
    }
    // Streams and Lambda spell who did it differently.
    if let Some(identity) = record.get("userIdentity").filter(|identity| !identity.is_null()) {
        record["userIdentity"] = json!({"type": identity["Type"], "principalId": identity["PrincipalId"]});
    }
    record["eventSourceARN"] = json!(source);
    record
}

/// The record's sequence number.
pub fn sequence(record: &Value) -> &str {
    record["dynamodb"]["SequenceNumber"].as_str().unwrap_or_default()
}

/// When the record was written, in whole seconds.
pub fn written(record: &Value) -> u64 {
    record["dynamodb"]["ApproximateCreationDateTime"].as_f64().unwrap_or_default() as u64
}
