//! `DynamoDB`, `Kinesis` and `SQS`: sources that Lambda polls.

use serde_json::{Value, json};

use super::{Event, inherited};
use crate::Problem;
use crate::function::Target;
use crate::policies::allow;
use crate::properties::{Property, Shape, optional, passed};
use crate::resource::Resource;
use crate::values::{is_intrinsic, set};
use crate::world::Fault;

const COMMON: [Property; 25] = [
    optional("BatchSize", Shape::Whole),
    passed("StartingPosition"),
    passed("StartingPositionTimestamp"),
    optional("Enabled", Shape::Bool),
    optional("MaximumBatchingWindowInSeconds", Shape::Whole),
    optional("MaximumRetryAttempts", Shape::Whole),
    optional("BisectBatchOnFunctionError", Shape::Bool),
    optional("MaximumRecordAgeInSeconds", Shape::Whole),
    optional("DestinationConfig", Shape::Map),
    optional("ParallelizationFactor", Shape::Whole),
    optional("Topics", Shape::List),
    optional("Queues", Shape::List),
    optional("SourceAccessConfigurations", Shape::List),
    optional("SecretsManagerKmsKeyId", Shape::Text),
    optional("TumblingWindowInSeconds", Shape::Whole),
    optional("FunctionResponseTypes", Shape::List),
    optional("KafkaBootstrapServers", Shape::List),
    optional("FilterCriteria", Shape::Map),
    passed("KmsKeyArn"),
    optional("ConsumerGroupId", Shape::Text),
    optional("ScalingConfig", Shape::Map),
    optional("ProvisionedPollerConfig", Shape::Map),
    optional("SchemaRegistryConfig", Shape::Map),
    optional("MetricsConfig", Shape::Map),
    optional("LoggingConfig", Shape::Map),
];

/// Properties of the event that the mapping has under the same name.
const HANDED_ON: [&str; 20] = [
    "StartingPosition",
    "StartingPositionTimestamp",
    "BatchSize",
    "Enabled",
    "MaximumBatchingWindowInSeconds",
    "MaximumRetryAttempts",
    "BisectBatchOnFunctionError",
    "MaximumRecordAgeInSeconds",
    "ParallelizationFactor",
    "Topics",
    "Queues",
    "SourceAccessConfigurations",
    "TumblingWindowInSeconds",
    "FunctionResponseTypes",
    "FilterCriteria",
    "KmsKeyArn",
    "ScalingConfig",
    "ProvisionedPollerConfig",
    "MetricsConfig",
    "LoggingConfig",
];

pub(super) fn properties(kind: &str) -> Vec<Property> {
    let mut properties = COMMON.to_vec();
    if kind == "SQS" {
        properties.push(passed("Queue").needed());
    } else {
        properties[1] = passed("StartingPosition").needed();
        properties.push(passed("Stream").needed());
    }
    properties
}

pub(super) fn resources(event: &Event, target: &Target, role: &mut Resource) -> Result<Vec<Resource>, Fault> {
    let source = event.get(if event.kind == "SQS" { "Queue" } else { "Stream" });
    let mut mapping = Resource::new(&*event.id, "AWS::Lambda::EventSourceMapping", &inherited(target))
        .with("FunctionName", target.name())
        .with_given("EventSourceArn", source);
    for property in HANDED_ON {
        mapping = mapping.with_given(property, event.get(property));
    }
    check_filter(event)?;
    for property in ["ConsumerGroupId"] {
        if event.set(property).is_some() {
            return Err(Problem::event(
                &event.id,
                format!("Property {property} not defined for resource of type {}.", event.kind),
            )
            .into());
        }
    }
    if let Some(servers) = event.set("KafkaBootstrapServers") {
        let endpoints = json!({ "Endpoints": { "KafkaBootstrapServers": servers } });
        mapping.put("SelfManagedEventSource", endpoints);
    }
    let name = match event.kind.as_str() {
        "DynamoDB" => "AWSLambdaDynamoDBExecutionRole",
        "Kinesis" => "AWSLambdaKinesisExecutionRole",
        _ => "AWSLambdaSQSQueueExecutionRole",
    };
    add_managed_policy(role, name);
    if let Some(destination) = event.set("DestinationConfig") {
        let (destination, policy) = failure_destination(event, destination)?;
        mapping.put("DestinationConfig", destination);
        if let Some(policy) = policy {
            add_policy(role, policy);
        }
    }
    Ok(vec![mapping])
}

/// The partition is that of the policies that the role has already.
fn add_managed_policy(role: &mut Resource, name: &str) {
    let Some(Value::Array(arns)) = role.properties.get_mut("ManagedPolicyArns") else { return };
    let own = arns.iter().find_map(Value::as_str);
    let partition = own.and_then(|arn| arn.split(':').nth(1)).unwrap_or("aws");
    let arn = json!(format!("arn:{partition}:iam::aws:policy/service-role/{name}"));
    if !arns.contains(&arn) {
        arns.push(arn);
    }
}

fn add_policy(role: &mut Resource, policy: Value) {
    let policies = role.properties.entry("Policies").or_insert_with(|| json!([]));
    if let Value::Array(policies) = policies {
        let document = policy.get("PolicyDocument");
        if !policies.iter().any(|other| other.get("PolicyDocument") == document) {
            policies.push(policy);
        }
    }
}

fn check_filter(event: &Event) -> Result<(), Fault> {
    let Some(filter) = event.set("FilterCriteria").filter(|filter| !is_intrinsic(filter)) else {
        return Ok(());
    };
    if filter.as_object().is_some_and(|map| map.keys().any(|key| key != "Filters")) {
        return event.problem("FilterCriteria field has a wrong format");
    }
    Ok(())
}

/// The destination without SAM's `Type`, and the policy that the type asks for.
fn failure_destination(event: &Event, destination: &Value) -> Result<(Value, Option<Value>), Fault> {
    let failure = destination.get("OnFailure").and_then(Value::as_object);
    let Some(failure) = failure else {
        return Err(Problem::event(&event.id, "Property 'DestinationConfig.OnFailure' should be a map.").into());
    };
    let Some(kind) = set(failure, "Type") else { return Ok((destination.clone(), None)) };
    let arn = failure.get("Destination").unwrap_or(&Value::Null);
    let id = &event.id;
    let policy = match kind.as_str() {
        Some("SQS") => Some(allow(&format!("{id}SQSPolicy"), "sqs:SendMessage", arn)),
        Some("SNS") => Some(allow(&format!("{id}SNSPolicy"), "sns:publish", arn)),
        Some("S3") => Some(s3_destination_policy(arn, id)),
        Some("Kafka") => None,
        _ => {
            return Err(
                Problem::event(id, "The only valid values for 'Type' are 'SQS', 'SNS', 'S3', and 'Kafka'").into()
            );
        }
    };
    let mut destination = destination.clone();
    if let Some(Value::Object(failure)) = destination.get_mut("OnFailure") {
        failure.shift_remove("Type");
    }
    Ok((destination, policy))
}

/// The policy to put events into a bucket.
pub(crate) fn s3_destination_policy(arn: &Value, id: &str) -> Value {
    json!({
        "PolicyName": format!("{id}S3Policy"),
        "PolicyDocument": {
            "Statement": [
                {
                    "Action": "s3:PutObject",
                    "Effect": "Allow",
                    "Resource": { "Fn::Join": ["/", [arn, "*"]] },
                },
                { "Action": "s3:ListBucket", "Effect": "Allow", "Resource": arn },
            ],
        },
    })
}
