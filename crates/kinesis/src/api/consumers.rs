//! Consumers with throughput of their own.

use std::collections::BTreeMap;

use aws_api::Call;
use kernel::AwsError;
use serde_json::{Value, json};

use super::{arn, limit, nothing, page, text};
use crate::{
    Kinesis,
    rules::not_found,
    state::{CHANGE, Consumer, Stream},
};

/// The most consumers of a stream.
const MAX_CONSUMERS: usize = 20;

impl Kinesis {
    pub(super) async fn register_consumer(&self, call: &Call) -> Result<Value, AwsError> {
        let (name, account, now) = (text(call, "ConsumerName"), &call.scope.account, self.now());
        let tags = &call.input["Tags"];
        let tags: BTreeMap<String, String> =
            if tags.is_null() { BTreeMap::new() } else { aws_api::parse(tags.clone())? };
        self.change(call, |stream| {
            if stream.consumers.iter().any(|consumer| consumer.name == name) {
                let message =
                    format!("Consumer {name} already exists on stream {} under account {account}.", stream.name);
                return Err(AwsError::new("ResourceInUseException", message));
            }
            if stream.consumers.len() >= MAX_CONSUMERS {
                let message = format!(
                    "Cannot have more than {MAX_CONSUMERS} consumers on stream {} under account {account}.",
                    stream.name
                );
                return Err(AwsError::new("LimitExceededException", message));
            }
            stream.consumers.push(Consumer { name: name.to_owned(), created: now, tags });
            let consumer = stream.consumers.last().map(|consumer| described(stream, consumer, now));
            Ok(json!({"Consumer": consumer}))
        })
        .await
    }

    pub(super) async fn deregister_consumer(&self, call: &Call) -> Result<Value, AwsError> {
        self.change(call, |stream| {
            let name = find(stream, call)?.name.clone();
            stream.consumers.retain(|consumer| consumer.name != name);
            Ok(nothing())
        })
        .await
    }

    pub(super) fn describe_consumer(&self, call: &Call) -> Result<Value, AwsError> {
        self.look(call, |stream| {
            let mut description = described(stream, find(stream, call)?, self.now());
            description["StreamARN"] = json!(stream.arn);
            Ok(json!({"ConsumerDescription": description}))
        })
    }

    pub(super) fn list_consumers(&self, call: &Call) -> Result<Value, AwsError> {
        let after = call.input["NextToken"].as_str();
        self.look(call, |stream| {
            let mut consumers: Vec<_> = stream.consumers.iter().collect();
            consumers.sort_by(|a, b| a.name.cmp(&b.name));
            let consumers =
                consumers.into_iter().map(|consumer| (consumer.name.clone(), described(stream, consumer, self.now())));
            let (consumers, more) = page(consumers, after, limit(&call.input["MaxResults"], 100));
            let token = consumers.last().filter(|_| more).map(|(name, _)| name.clone());
            let consumers: Vec<Value> = consumers.into_iter().map(|(_, consumer)| consumer).collect();
            let mut answer = json!({"Consumers": consumers});
            if let Some(token) = token {
                answer["NextToken"] = json!(token);
            }
            Ok(answer)
        })
    }
}

/// The name of the consumer in an ARN of one.
pub(super) fn named_by(arn: Option<&str>) -> Option<&str> {
    let (_, rest) = arn?.split_once("/consumer/")?;
    Some(rest.split_once(':').map_or(rest, |(name, _)| name))
}

/// The consumer that a call names, by name or by ARN.
pub(super) fn find<'a>(stream: &'a Stream, call: &Call) -> Result<&'a Consumer, AwsError> {
    let by_arn = call.input["ConsumerARN"].as_str().or_else(|| arn(call));
    let name = call.input["ConsumerName"].as_str().or_else(|| named_by(by_arn)).unwrap_or_default();
    let mut consumers = stream.consumers.iter();
    consumers.find(|consumer| consumer.name == name).ok_or_else(|| gone(name))
}

/// The refusal of a consumer that is not there.
pub(super) fn gone(name: &str) -> AwsError {
    not_found(format!("Consumer {name} not found."))
}

fn described(stream: &Stream, consumer: &Consumer, now: u64) -> Value {
    json!({
        "ConsumerName": consumer.name,
        "ConsumerARN": stream.consumer_arn(consumer),
        "ConsumerStatus": if now < consumer.created + CHANGE { "CREATING" } else { "ACTIVE" },
        "ConsumerCreationTimestamp": consumer.created / 1000,
    })
}
