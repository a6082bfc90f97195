//! `AWS::Lambda::EventSourceMapping`.

use std::time::Duration;

use kernel::{AwsError, Created, ResourceContext};
use serde_json::{Value, json};

use super::{
    created,
    function::retag,
    properties::{input, reset_removed},
    request, with_tag_map,
};

/// What a mapping's options are when a template does not say.
const DEFAULTS: [(&str, &str); 13] = [
    ("BatchSize", "100"),
    ("BisectBatchOnFunctionError", "false"),
    ("DestinationConfig", r#"{"OnFailure": {}}"#),
    ("Enabled", "true"),
    ("FilterCriteria", r#"{"Filters": []}"#),
    ("FunctionResponseTypes", "[]"),
    ("KMSKeyArn", "\"\""),
    ("MaximumBatchingWindowInSeconds", "0"),
    ("MaximumRecordAgeInSeconds", "-1"),
    ("MaximumRetryAttempts", "-1"),
    ("MetricsConfig", r#"{"Metrics": []}"#),
    ("ParallelizationFactor", "1"),
    ("TumblingWindowInSeconds", "0"),
];

/// How long to wait before a look at a mapping that is on its way.
const PATIENCE: Duration = Duration::from_millis(250);

/// Creates the mapping, and waits until it is at work.
pub async fn create(context: &ResourceContext, properties: &Value) -> Result<Created, AwsError> {
    let operation = "CreateEventSourceMapping";
    let made = request(context, operation, input(operation, &with_tag_map(&as_api(properties)))).await?;
    settle(context, &made["UUID"]).await?;
    Ok(mapping(&made))
}

/// Brings the mapping to what the new template says.
pub async fn update(context: &ResourceContext, uuid: &str, old: &Value, new: &Value) -> Result<Created, AwsError> {
    let operation = "UpdateEventSourceMapping";
    let (old, new) = (&as_api(old), &as_api(new));
    let mut input = input(operation, new);
    reset_removed(&mut input, old, new, &DEFAULTS);
    input["UUID"] = json!(uuid);
    let changed = request(context, operation, input).await?;
    retag(context, &changed["EventSourceMappingArn"], old, new).await?;
    settle(context, &changed["UUID"]).await?;
    Ok(mapping(&changed))
}

/// Deletes the mapping, and waits until it is gone.
pub async fn delete(context: &ResourceContext, uuid: &str) -> Result<(), AwsError> {
    request(context, "DeleteEventSourceMapping", json!({"UUID": uuid})).await?;
    settle(context, &json!(uuid)).await
}

/// Waits until the mapping is in a state that lasts, or gone.
async fn settle(context: &ResourceContext, uuid: &Value) -> Result<(), AwsError> {
    loop {
        let now = match request(context, "GetEventSourceMapping", json!({"UUID": uuid})).await {
            Err(error) if error.code == "ResourceNotFoundException" => return Ok(()),
            now => now?,
        };
        if now["State"] == "Enabled" || now["State"] == "Disabled" {
            return Ok(());
        }
        context.kernel.clock.sleep(PATIENCE).await;
    }
}

/// Templates spell the key's ARN as they spell others.
fn as_api(properties: &Value) -> Value {
    let mut properties = properties.clone();
    if let Some(key) = properties.as_object_mut().and_then(|properties| properties.remove("KmsKeyArn")) {
        properties["KMSKeyArn"] = key;
    }
    properties
}

fn mapping(answer: &Value) -> Created {
    let uuid = &answer["UUID"];
    created(uuid, &[("Id", uuid), ("EventSourceMappingArn", &answer["EventSourceMappingArn"])])
}
