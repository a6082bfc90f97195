//! Streams: made, described, listed, removed.

use std::collections::BTreeMap;

use aws_api::Call;
use kernel::{AwsError, Batch};
use serde_json::{Value, json};

use super::{limit, nothing, page, stream_arn, text};
use crate::{
    Kinesis,
    rules::{self, must_not_be_null},
    state::{self, Change, ID_LENGTH, Shard, Stream, equal_ranges},
};

/// Shards of a stream on demand: 4 MB/s to begin with.
const ON_DEMAND_SHARDS: u32 = 4;
/// The most streams on demand of an account.
const ON_DEMAND_STREAMS: usize = 50;
/// A stream's first sequence numbers are from a little before it was asked for.
const HEAD_START: u64 = 2000;

impl Kinesis {
    pub(super) async fn create_stream(&self, call: &Call) -> Result<Value, AwsError> {
        let input = &call.input;
        let (name, scope) = (text(call, "StreamName"), &call.scope);
        rules::refuse_unsupported(input, &["WarmThroughputMiBps", "RecordDistributionStrategy"])?;
        let on_demand = input["StreamModeDetails"]["StreamMode"] == "ON_DEMAND";
        let count = match (input["ShardCount"].as_u64(), on_demand) {
            (Some(_), true) => {
                return Err(AwsError::validation("ShardCount cannot be specified for a stream in ON_DEMAND mode."));
            }
            (None, true) => ON_DEMAND_SHARDS,
            (Some(count), false) => u32::try_from(count).unwrap_or(u32::MAX),
            (None, false) => return Err(must_not_be_null("shardCount")),
        };
        let tags: BTreeMap<String, String> = aws_api::parse(or_empty(&input["Tags"]))?;
        super::tags::check(&tags, rules::Tagging::Add, name, &scope.account)?;
        rules::check_tag_count(tags.len(), name, &scope.account)?;
        let place = state::place(scope);
        let mut batch = Batch::default();
        {
            let mut state = self.state.borrow_mut();
            if state.stream(&place, name).is_some() {
                let message = format!("Stream {name} under account {} already exists.", scope.account);
                return Err(AwsError::new("ResourceInUseException", message));
            }
            let open = open_shards(state.streams(&place));
            rules::check_shard_limit(open, count as usize, &scope.account, &scope.region)?;
            let now = self.now();
            let second = now.saturating_sub(HEAD_START) / 1000;
            let shards = equal_ranges(count).into_iter().map(|range| Shard::new(range, second, Vec::new()));
            let mut stream = Stream {
                id: self.kernel.rng.lower_alphanumeric(ID_LENGTH),
                name: name.to_owned(),
                arn: stream_arn(call, name),
                created: now,
                on_demand,
                retention_hours: 24,
                max_record_kib: limit(&input["MaxRecordSizeInKiB"], 1024),
                key: None,
                metrics: Vec::new(),
                tags,
                consumers: Vec::new(),
                shards: shards.collect(),
                pending: None,
            };
            stream.begin(Change::Create, now);
            state.add(&place, stream, &mut batch);
        }
        self.commit(batch).await?;
        Ok(nothing())
    }

    pub(super) async fn delete_stream(&self, call: &Call) -> Result<Value, AwsError> {
        let now = self.now();
        self.change(call, |stream| {
            if !stream.consumers.is_empty() && call.input["EnforceConsumerDeletion"] != true {
                let message = format!(
                    "Stream {} under account {} has consumers registered. Deregister them or set \
                     EnforceConsumerDeletion.",
                    stream.name, call.scope.account
                );
                return Err(AwsError::new("ResourceInUseException", message));
            }
            stream.begin(Change::Delete, now);
            Ok(nothing())
        })
        .await
    }

    pub(super) fn describe_stream(&self, call: &Call) -> Result<Value, AwsError> {
        let after = call.input["ExclusiveStartShardId"].as_str();
        self.look(call, |stream| {
            let shards = super::shards::described(stream, self.now());
            let (shards, more) = page(shards, after, limit(&call.input["Limit"], 100));
            let mut description = described(stream);
            description["Shards"] = shards.into_iter().map(|(_, shard)| shard).collect();
            description["HasMoreShards"] = json!(more);
            Ok(json!({"StreamDescription": description}))
        })
    }

    pub(super) fn describe_stream_summary(&self, call: &Call) -> Result<Value, AwsError> {
        self.look(call, |stream| {
            let mut description = described(stream);
            let is_there = stream.status() != "CREATING";
            description["OpenShardCount"] = json!(if is_there { stream.open_shards().count() } else { 0 });
            description["ConsumerCount"] = json!(stream.consumers.len());
            description["MaxRecordSizeInKiB"] = json!(stream.max_record_kib);
            Ok(json!({"StreamDescriptionSummary": description}))
        })
    }

    pub(super) fn list_streams(&self, call: &Call) -> Value {
        let state = self.state.borrow();
        let place = state::place(&call.scope);
        let after = call.input["NextToken"].as_str().or_else(|| call.input["ExclusiveStartStreamName"].as_str());
        let streams = state.streams(&place).map(|stream| (stream.name.clone(), summary(stream)));
        let (streams, more) = page(streams, after, limit(&call.input["Limit"], 100));
        let (names, summaries): (Vec<String>, Vec<Value>) = streams.into_iter().unzip();
        let mut answer = json!({"StreamNames": names, "HasMoreStreams": more, "StreamSummaries": summaries});
        if let Some(last) = names.last().filter(|_| more) {
            answer["NextToken"] = json!(last);
        }
        answer
    }

    pub(super) fn describe_limits(&self, call: &Call) -> Value {
        let state = self.state.borrow();
        let place = state::place(&call.scope);
        json!({
            "ShardLimit": rules::shard_limit(&call.scope.region),
            "OpenShardCount": open_shards(state.streams(&place)),
            "OnDemandStreamCount": state.streams(&place).filter(|stream| stream.on_demand).count(),
            "OnDemandStreamCountLimit": ON_DEMAND_STREAMS,
        })
    }
}

/// The shards of all `streams` that count towards the account's limit: those of streams that choose
/// their number.
pub(super) fn open_shards<'a>(streams: impl Iterator<Item = &'a Stream>) -> usize {
    streams.filter(|stream| !stream.on_demand).map(|stream| stream.open_shards().count()).sum()
}

fn or_empty(value: &Value) -> Value {
    if value.is_null() { json!({}) } else { value.clone() }
}

fn mode(stream: &Stream) -> Value {
    json!({"StreamMode": if stream.on_demand { "ON_DEMAND" } else { "PROVISIONED" }})
}

fn seconds(millis: u64) -> u64 {
    millis / 1000
}

fn summary(stream: &Stream) -> Value {
    json!({
        "StreamName": stream.name,
        "StreamARN": stream.arn,
        "StreamStatus": stream.status(),
        "StreamModeDetails": mode(stream),
        "StreamCreationTimestamp": seconds(stream.created),
    })
}

fn described(stream: &Stream) -> Value {
    let mut description = summary(stream);
    description["RetentionPeriodHours"] = json!(stream.retention_hours);
    description["EnhancedMonitoring"] = json!([{"ShardLevelMetrics": stream.metrics}]);
    description["EncryptionType"] = json!(if stream.key.is_some() { "KMS" } else { "NONE" });
    if let Some(key) = &stream.key {
        description["KeyId"] = json!(key);
    }
    description
}
