//! What the wire says, operation by operation.

mod consumers;
mod iterator;
mod read;
mod settings;
mod shards;
mod streams;
mod tags;
mod write;

use aws_api::Call;
use kernel::{Arn, AwsError};
use serde_json::{Value, json};

use crate::{Kinesis, rules::invalid};

impl Kinesis {
    /// Does what `call` asks.
    pub async fn run(&self, call: &Call) -> Result<Value, AwsError> {
        match call.operation {
            "AddTagsToStream" | "TagResource" => self.add_tags(call).await,
            "CreateStream" => self.create_stream(call).await,
            "DecreaseStreamRetentionPeriod" | "IncreaseStreamRetentionPeriod" => self.change_retention(call).await,
            "DeleteStream" => self.delete_stream(call).await,
            "DeregisterStreamConsumer" => self.deregister_consumer(call).await,
            "DescribeLimits" => Ok(self.describe_limits(call)),
            "DescribeStream" => self.describe_stream(call),
            "DescribeStreamConsumer" => self.describe_consumer(call),
            "DescribeStreamSummary" => self.describe_stream_summary(call),
            "DisableEnhancedMonitoring" | "EnableEnhancedMonitoring" => self.change_monitoring(call).await,
            "GetRecords" => self.get_records(call),
            "GetShardIterator" => self.get_shard_iterator(call),
            "ListShards" => self.list_shards(call),
            "ListStreamConsumers" => self.list_consumers(call),
            "ListStreams" => Ok(self.list_streams(call)),
            "ListTagsForResource" | "ListTagsForStream" => self.list_tags(call),
            "MergeShards" => self.merge_shards(call).await,
            "PutRecord" => self.put_record(call).await,
            "PutRecords" => self.put_records(call).await,
            "RegisterStreamConsumer" => self.register_consumer(call).await,
            "RemoveTagsFromStream" | "UntagResource" => self.remove_tags(call).await,
            "SplitShard" => self.split_shard(call).await,
            "StartStreamEncryption" | "StopStreamEncryption" => self.change_encryption(call).await,
            "UpdateMaxRecordSize" => self.change_record_size(call).await,
            "UpdateShardCount" => self.update_shard_count(call).await,
            "UpdateStreamMode" => self.change_mode(call).await,
            _ => Err(aws_api::unknown_operation(aws_api::Operations::api(self))),
        }
    }
}

/// A member that is text, or nothing.
fn text<'a>(call: &'a Call, member: &str) -> &'a str {
    call.input[member].as_str().unwrap_or_default()
}

/// The ARN that a call names, of a stream or of its consumer.
fn arn(call: &Call) -> Option<&str> {
    ["StreamARN", "ConsumerARN", "ResourceARN"].iter().find_map(|member| call.input[*member].as_str())
}

/// What a call acts on, for policies.
pub fn resource(call: &Call) -> String {
    if let Some(arn) = arn(call) {
        return arn.to_owned();
    }
    let iterator = || iterator::Iterator::read(text(call, "ShardIterator")).map(|iterator| iterator.stream);
    match call.input["StreamName"].as_str().map(str::to_owned).or_else(iterator) {
        Some(name) => stream_arn(call, &name),
        None => "*".to_owned(),
    }
}

/// The ARN of a stream where a call acts.
fn stream_arn(call: &Call, name: &str) -> String {
    Arn::new("kinesis", &call.scope.region, &call.scope.account, format!("stream/{name}")).to_string()
}

/// The name of the stream that a call names by name or by ARN.
pub fn stream_name(call: &Call) -> Result<String, AwsError> {
    let Some(arn) = arn(call) else {
        let name = call.input["StreamName"].as_str();
        return name.map(str::to_owned).ok_or_else(|| invalid("Either StreamName or StreamARN should be provided."));
    };
    let resource = arn.split(':').nth(5).unwrap_or_default();
    let name = resource.split('/').nth(1).unwrap_or_default();
    let is_here = arn.starts_with(&stream_arn(call, name));
    if !is_here {
        // Streams of other accounts and regions are out of reach.
        let account = arn.split(':').nth(4).unwrap_or_default();
        return Err(crate::rules::no_stream(name, account));
    }
    Ok(name.to_owned())
}

/// One page of `entries`, each with its own token: those after `after`, at most `limit`; and whether
/// there are more.
fn page<T>(
    entries: impl IntoIterator<Item = (String, T)>,
    after: Option<&str>,
    limit: u64,
) -> (Vec<(String, T)>, bool) {
    let mut rest = entries.into_iter().filter(|(token, _)| after.is_none_or(|after| token.as_str() > after));
    let taken: Vec<_> = rest.by_ref().take(limit as usize).collect();
    let more = rest.next().is_some();
    (taken, more)
}

/// `limit` or `default`, which no answer exceeds.
fn limit(value: &Value, default: u64) -> u64 {
    value.as_u64().unwrap_or(default)
}

/// The answer of operations that have none.
fn nothing() -> Value {
    json!({})
}
