//! `AWS::Kinesis::Stream` and `AWS::Kinesis::StreamConsumer`.

use std::time::Duration;

use aws_api::invoke;
use kernel::{AwsError, Created, ResourceContext, ResourceProvider, Scope, async_trait};
use serde_json::{Map, Value, json};

const STREAM: &str = "AWS::Kinesis::Stream";
const CONSUMER: &str = "AWS::Kinesis::StreamConsumer";
/// The time between two looks at a stream that changes.
const POLL: Duration = Duration::from_millis(500);
/// Properties that nothing here acts on.
const UNSUPPORTED: [&str; 2] = ["WarmThroughputMiBps", "RecordDistributionStrategy"];

/// Makes streams and consumers by the public API.
pub struct Provider;

#[async_trait(?Send)]
impl ResourceProvider for Provider {
    fn types(&self) -> &'static [&'static str] {
        &[STREAM, CONSUMER]
    }

    fn replaces(&self, resource_type: &str, property: &str) -> bool {
        match resource_type {
            CONSUMER => property != "Tags",
            _ => property == "Name",
        }
    }

    async fn create(&self, context: &ResourceContext, properties: &Value) -> Result<Created, AwsError> {
        if context.resource_type == CONSUMER {
            return create_consumer(context, properties).await;
        }
        let name = properties["Name"].as_str().map_or_else(|| context.physical_name(128), str::to_owned);
        let mut input = json!({"StreamName": name});
        for member in ["StreamModeDetails", "WarmThroughputMiBps", "RecordDistributionStrategy"] {
            input[member] = properties[member].clone();
        }
        if !is_on_demand(properties) {
            input["ShardCount"] = json!(number(&properties["ShardCount"]).unwrap_or(1));
        }
        if let Some(size) = number(&properties["MaxRecordSizeInKiB"]) {
            input["MaxRecordSizeInKiB"] = json!(size);
        }
        request(context, "CreateStream", without_nulls(input)).await?;
        settled(context, &name).await?;
        set(context, &name, &Value::Null, properties).await?;
        Ok(created(context, &name))
    }

    async fn update(
        &self,
        context: &ResourceContext,
        physical_id: &str,
        old: &Value,
        new: &Value,
    ) -> Result<Created, AwsError> {
        if context.resource_type == CONSUMER {
            return set_tags(context, "ResourceARN", physical_id, old, new)
                .await
                .and(described_consumer(context, physical_id).await);
        }
        if let Some(name) = UNSUPPORTED.iter().find(|name| !new[**name].is_null()) {
            return Err(AwsError::validation(format!("Samlet does not know {name} of Kinesis yet.")));
        }
        set(context, physical_id, old, new).await?;
        Ok(created(context, physical_id))
    }

    async fn delete(&self, context: &ResourceContext, physical_id: &str, _: &Value) -> Result<(), AwsError> {
        let answer = if context.resource_type == CONSUMER {
            request(context, "DeregisterStreamConsumer", json!({"ConsumerARN": physical_id})).await
        } else {
            let input = json!({"StreamName": physical_id, "EnforceConsumerDeletion": true});
            match request(context, "DeleteStream", input).await {
                Ok(_) => settled(context, physical_id).await.map(|()| Value::Null),
                error => error,
            }
        };
        match answer {
            Err(error) if error.code != "ResourceNotFoundException" => Err(error),
            _ => Ok(()),
        }
    }
}

/// Brings a stream from `old` to `new` properties; `old` is null for one that has just been made.
async fn set(context: &ResourceContext, name: &str, old: &Value, new: &Value) -> Result<(), AwsError> {
    let is_new = old.is_null();
    if !is_new && is_on_demand(old) != is_on_demand(new) {
        let mode = if is_on_demand(new) { "ON_DEMAND" } else { "PROVISIONED" };
        let input = json!({"StreamARN": arn(context, name), "StreamModeDetails": {"StreamMode": mode}});
        change(context, name, "UpdateStreamMode", input).await?;
    }
    let count = number(&new["ShardCount"]).filter(|count| !is_new && number(&old["ShardCount"]) != Some(*count));
    if let Some(count) = count.filter(|_| !is_on_demand(new)) {
        let input = json!({"StreamName": name, "TargetShardCount": count, "ScalingType": "UNIFORM_SCALING"});
        change(context, name, "UpdateShardCount", input).await?;
    }
    let (before, after) = (number(&old["RetentionPeriodHours"]), number(&new["RetentionPeriodHours"]));
    let (before, after) = (before.unwrap_or(24), after.unwrap_or(24));
    if before != after {
        let operation = if after > before { "IncreaseStreamRetentionPeriod" } else { "DecreaseStreamRetentionPeriod" };
        change(context, name, operation, json!({"StreamName": name, "RetentionPeriodHours": after})).await?;
    }
    let (before, after) = (number(&old["MaxRecordSizeInKiB"]), number(&new["MaxRecordSizeInKiB"]));
    if !is_new && before != after {
        let input = json!({"StreamARN": arn(context, name), "MaxRecordSizeInKiB": after.unwrap_or(1024)});
        change(context, name, "UpdateMaxRecordSize", input).await?;
    }
    set_encryption(context, name, &old["StreamEncryption"], &new["StreamEncryption"]).await?;
    set_metrics(context, name, &old["DesiredShardLevelMetrics"], &new["DesiredShardLevelMetrics"]).await?;
    set_tags(context, "ResourceARN", &arn(context, name), old, new).await
}

async fn set_encryption(context: &ResourceContext, name: &str, old: &Value, new: &Value) -> Result<(), AwsError> {
    if old == new {
        return Ok(());
    }
    let (operation, encryption) =
        if new.is_null() { ("StopStreamEncryption", old) } else { ("StartStreamEncryption", new) };
    let mut input = encryption.clone();
    input["StreamName"] = json!(name);
    change(context, name, operation, input).await
}

async fn set_metrics(context: &ResourceContext, name: &str, old: &Value, new: &Value) -> Result<(), AwsError> {
    let listed = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let (old, new) = (listed(old), listed(new));
    let removed: Vec<_> = old.iter().filter(|metric| !new.contains(metric)).collect();
    for (operation, metrics) in
        [("DisableEnhancedMonitoring", json!(removed)), ("EnableEnhancedMonitoring", json!(new))]
    {
        if metrics.as_array().is_some_and(|metrics| !metrics.is_empty()) {
            request(context, operation, json!({"StreamName": name, "ShardLevelMetrics": metrics})).await?;
        }
    }
    Ok(())
}

async fn set_tags(
    context: &ResourceContext,
    member: &str,
    arn: &str,
    old: &Value,
    new: &Value,
) -> Result<(), AwsError> {
    let (old, new) = (tags(&old["Tags"]), tags(&new["Tags"]));
    let removed: Vec<&String> = old.keys().filter(|key| !new.contains_key(*key)).collect();
    if !removed.is_empty() {
        request(context, "UntagResource", json!({member: arn, "TagKeys": removed})).await?;
    }
    if !new.is_empty() && new != old {
        request(context, "TagResource", json!({member: arn, "Tags": new})).await?;
    }
    Ok(())
}

/// Tags as a map, in whichever form a template has them.
fn tags(tags: &Value) -> Map<String, Value> {
    let pairs = tags.as_array().into_iter().flatten();
    pairs.filter_map(|tag| Some((tag["Key"].as_str()?.to_owned(), tag["Value"].clone()))).collect()
}

fn is_on_demand(properties: &Value) -> bool {
    properties["StreamModeDetails"]["StreamMode"] == "ON_DEMAND"
}

/// Templates may give numbers as text.
fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

fn without_nulls(mut input: Value) -> Value {
    if let Some(members) = input.as_object_mut() {
        members.retain(|_, value| !value.is_null());
    }
    input
}

fn arn(context: &ResourceContext, name: &str) -> String {
    kernel::Arn::new("kinesis", &context.region, &context.account, format!("stream/{name}")).to_string()
}

async fn change(context: &ResourceContext, name: &str, operation: &str, input: Value) -> Result<(), AwsError> {
    request(context, operation, input).await?;
    settled(context, name).await
}

/// Waits until nothing is under way.
async fn settled(context: &ResourceContext, name: &str) -> Result<(), AwsError> {
    loop {
        let answer = request(context, "DescribeStreamSummary", json!({"StreamName": name})).await?;
        if answer["StreamDescriptionSummary"]["StreamStatus"] == "ACTIVE" {
            return Ok(());
        }
        context.kernel.clock.sleep(POLL).await;
    }
}

fn created(context: &ResourceContext, name: &str) -> Created {
    let attributes = Map::from_iter([("Arn".to_owned(), json!(arn(context, name)))]);
    Created { physical_id: name.to_owned(), attributes }
}

async fn create_consumer(context: &ResourceContext, properties: &Value) -> Result<Created, AwsError> {
    let input = json!({
        "StreamARN": properties["StreamARN"],
        "ConsumerName": properties["ConsumerName"],
        "Tags": if tags(&properties["Tags"]).is_empty() { Value::Null } else { json!(tags(&properties["Tags"])) },
    });
    let answer = request(context, "RegisterStreamConsumer", without_nulls(input)).await?;
    let arn = answer["Consumer"]["ConsumerARN"].as_str().unwrap_or_default().to_owned();
    described_consumer(context, &arn).await
}

async fn described_consumer(context: &ResourceContext, arn: &str) -> Result<Created, AwsError> {
    loop {
        let answer = request(context, "DescribeStreamConsumer", json!({"ConsumerARN": arn})).await?;
        let Value::Object(mut attributes) = answer["ConsumerDescription"].clone() else {
            return Err(AwsError::internal("a consumer without description"));
        };
        if attributes["ConsumerStatus"] == "ACTIVE" {
            // `Fn::GetAtt` gives text.
            attributes["ConsumerCreationTimestamp"] = json!(attributes["ConsumerCreationTimestamp"].to_string());
            return Ok(Created { physical_id: arn.to_owned(), attributes });
        }
        context.kernel.clock.sleep(POLL).await;
    }
}

async fn request(context: &ResourceContext, operation: &str, input: Value) -> Result<Value, AwsError> {
    let scope = Scope::new(&context.kernel, &context.region, context.caller.clone());
    let scope = Scope { account: context.account.clone(), ..scope };
    invoke(&context.kernel, scope, "kinesis", operation, input).await
}
