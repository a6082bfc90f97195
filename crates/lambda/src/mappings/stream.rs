//! Reading a stream by its public API, as the function's execution role.

use aws_api::invoke;
use kernel::{Access, AwsError, Caller, Scope};
use serde_json::{Value, json};

use super::{
    Checkpoint, Mapping,
    record::{Origin, Record},
    source::{Source, stream_of},
};
use crate::{Lambda, destinations::role_session, names::invalid};

/// A shard and those that it continues: two after a merge.
pub struct Shard {
    pub id: String,
    pub parents: Vec<String>,
}

/// Some records, and where to go on: nowhere when the shard has ended.
pub struct Read {
    pub records: Vec<Record>,
    pub next: Option<String>,
}

/// Where to begin in a shard.
pub enum From<'a> {
    /// Where the mapping says, for the first time.
    Start,
    /// After what was done before.
    Checkpoint(Option<&'a Checkpoint>),
}

impl Source {
    /// The name of the API in the router.
    fn api(self) -> &'static str {
        if self.is_kinesis() { "kinesis" } else { "streams.dynamodb" }
    }

    /// What the API calls the stream.
    fn member(self) -> &'static str {
        if self.is_kinesis() { "StreamARN" } else { "StreamArn" }
    }

    /// What the API calls the record to begin at.
    fn sequence_member(self) -> &'static str {
        if self.is_kinesis() { "StartingSequenceNumber" } else { "SequenceNumber" }
    }

    /// The most records that one `GetRecords` brings.
    pub fn max_records(self) -> usize {
        if self.is_kinesis() { 10_000 } else { 1000 }
    }

    /// What the execution role must be allowed to do.
    fn accesses(self, arn: &str) -> Vec<Access> {
        let on = |resource: &str, actions: &[&str]| -> Vec<Access> {
            actions.iter().map(|action| Access::new(*action, resource)).collect()
        };
        match self {
            Self::Table => on(arn, &["dynamodb:DescribeStream", "dynamodb:GetShardIterator", "dynamodb:GetRecords"]),
            Self::Stream => on(arn, &["kinesis:DescribeStream", "kinesis:GetShardIterator", "kinesis:GetRecords"]),
            Self::Consumer => on(arn, &["kinesis:SubscribeToShard"]),
        }
    }
}

impl Lambda {
    /// Refuses a stream that is not there or that the function's role may not read.
    pub(super) async fn check_stream(&self, mapping: &Mapping) -> Result<(), AwsError> {
        let arn = &mapping.source;
        let cannot_access = || {
            invalid(&format!(
                "Cannot access stream {arn}. Please ensure the role can perform the GetRecords, GetShardIterator, \
                 DescribeStream, and ListStreams Actions on your stream in IAM."
            ))
        };
        let source = Source::of(arn)?;
        let caller = role_session(&self.role_of(mapping)?, &mapping.function);
        if self.kernel.permissions.check(&caller, &source.accesses(arn)).is_err() {
            return Err(cannot_access());
        }
        let not_found = || invalid(&format!("Stream not found: {arn}"));
        if source == Source::Consumer {
            let consumer = json!({"ConsumerARN": arn});
            self.read_stream(mapping, "DescribeStreamConsumer", consumer).await.map_err(|_| not_found())?;
        }
        match self.shards(mapping).await {
            Ok(_) => Ok(()),
            Err(error) if error.code == "AccessDeniedException" => Err(cannot_access()),
            Err(_) => Err(not_found()),
        }
    }

    /// The shards of the mapping's stream, parents before children.
    pub(super) async fn shards(&self, mapping: &Mapping) -> Result<Vec<Shard>, AwsError> {
        let source = Source::of(&mapping.source)?;
        let mut shards: Vec<Shard> = Vec::new();
        let mut input = json!({source.member(): stream_of(&mapping.source)});
        loop {
            let answer = self.read_stream(mapping, "DescribeStream", input.clone()).await?;
            let description = &answer["StreamDescription"];
            shards.extend(description["Shards"].as_array().into_iter().flatten().filter_map(|shard| {
                let parents = ["ParentShardId", "AdjacentParentShardId"];
                let parents = parents.iter().filter_map(|member| Some(shard[*member].as_str()?.to_owned()));
                Some(Shard { id: shard["ShardId"].as_str()?.to_owned(), parents: parents.collect() })
            }));
            let last = if source.is_kinesis() {
                description["HasMoreShards"].as_bool().unwrap_or_default().then(|| shards.last()).flatten()
            } else {
                shards.last().filter(|_| description["LastEvaluatedShardId"].is_string())
            };
            let Some(last) = last else { return Ok(shards) };
            input["ExclusiveStartShardId"] = json!(last.id);
        }
    }

    /// An iterator into a shard.
    pub(super) async fn iterator(
        &self,
        mapping: &Mapping,
        shard: &str,
        from: From<'_>,
    ) -> Result<Option<String>, AwsError> {
        let source = Source::of(&mapping.source)?;
        let mut input = json!({source.member(): stream_of(&mapping.source), "ShardId": shard});
        match from {
            From::Checkpoint(Some(Checkpoint::Finished)) => return Ok(None),
            From::Checkpoint(Some(Checkpoint::After(sequence))) => {
                input["ShardIteratorType"] = json!("AFTER_SEQUENCE_NUMBER");
                input[source.sequence_member()] = json!(sequence);
            }
            From::Start if mapping.starting_position != "AT_TIMESTAMP" => {
                input["ShardIteratorType"] = json!(mapping.starting_position);
            }
            From::Start | From::Checkpoint(None) => begin(&mut input, mapping, source),
        }
        let answer = match self.read_stream(mapping, "GetShardIterator", input.clone()).await {
            // What was done last has left the stream: go on with the oldest that is there.
            Err(error) if error.code == "TrimmedDataAccessException" => {
                input["ShardIteratorType"] = json!("TRIM_HORIZON");
                input.as_object_mut().map(|input| input.remove(source.sequence_member()));
                self.read_stream(mapping, "GetShardIterator", input).await?
            }
            answer => answer?,
        };
        Ok(answer["ShardIterator"].as_str().map(str::to_owned))
    }

    /// The next records of a shard.
    pub(super) async fn records(
        &self,
        mapping: &Mapping,
        shard: &str,
        iterator: &str,
        most: usize,
    ) -> Result<Read, AwsError> {
        let source = Source::of(&mapping.source)?;
        let role = self.role_of(mapping)?;
        let origin = Origin { source, arn: &mapping.source, region: &mapping.region, shard, role: &role };
        let input = json!({"ShardIterator": iterator, "Limit": most.clamp(1, source.max_records())});
        let mut answer = self.read_stream(mapping, "GetRecords", input).await?;
        let records = match answer["Records"].take() {
            Value::Array(records) => records,
            _ => Vec::new(),
        };
        let records = records.into_iter().map(|record| Record::read(record, &origin)).collect();
        Ok(Read { records, next: answer["NextShardIterator"].as_str().map(str::to_owned) })
    }

    fn role_of(&self, mapping: &Mapping) -> Result<String, AwsError> {
        Ok(self.state.borrow().function(&mapping.target())?.latest.settings.role.clone())
    }

    async fn read_stream(&self, mapping: &Mapping, operation: &str, input: Value) -> Result<Value, AwsError> {
        let source = Source::of(&mapping.source)?;
        let role = self.role_of(mapping)?;
        // A consumer's records are pushed to the service, to which the role has subscribed it.
        let caller = match source {
            Source::Consumer => Caller::service("lambda"),
            _ => role_session(&role, &mapping.function),
        };
        let scope = Scope { account: mapping.account.clone(), ..Scope::new(&self.kernel, &mapping.region, caller) };
        invoke(&self.kernel, scope, source.api(), operation, input).await
    }
}

/// Where a mapping begins in a shard of which nothing is done: the shard may be younger than the mapping,
/// so what is "latest" is told by the clock where the stream has one that is fine enough.
fn begin(input: &mut Value, mapping: &Mapping, source: Source) {
    let moment = match mapping.starting_position.as_str() {
        "LATEST" if source.is_kinesis() => Some(mapping.created as f64 / 1000.0),
        "AT_TIMESTAMP" => mapping.starting_position_timestamp,
        _ => None,
    };
    input["ShardIteratorType"] = json!(if moment.is_some() { "AT_TIMESTAMP" } else { "TRIM_HORIZON" });
    if let Some(moment) = moment {
        input["Timestamp"] = json!(moment);
    }
}
