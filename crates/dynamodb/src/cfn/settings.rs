//! What is set of a table by calls of its own, once it is there.

use kernel::{AwsError, ResourceContext};
use serde_json::{Value, json};

use super::{POLL, describe, indexes, invoke};

/// Makes the settings of a table what `new` says, where `old` said something else.
pub async fn settings(context: &ResourceContext, name: &str, old: &Value, new: &Value) -> Result<(), AwsError> {
    time_to_live(context, name, old, new).await?;
    recovery(context, name, old, new).await?;
    insights(context, name, old, new).await?;
    destination(context, name, old, new).await?;
    if !old.is_null() {
        // CreateTable takes a policy and tags itself.
        if policy(old) != policy(new) {
            let arn = describe(context, name).await?["TableArn"].clone();
            put_policy(context, arn, policy(new)).await?;
        }
        if old.get("Tags") != new.get("Tags") {
            retag(context, name, old, new).await?;
        }
    }
    stream_policy(context, name, old, new).await
}

async fn time_to_live(context: &ResourceContext, name: &str, old: &Value, new: &Value) -> Result<(), AwsError> {
    let lives =
        |properties: &Value| properties.get("TimeToLiveSpecification").filter(|time| is_on(&time["Enabled"])).cloned();
    let (enabled, attribute) = match (lives(old), lives(new)) {
        (before, Some(after)) if before.as_ref() != Some(&after) => (true, after["AttributeName"].clone()),
        (Some(before), None) => (false, before["AttributeName"].clone()),
        _ => return Ok(()),
    };
    let specification = json!({"Enabled": enabled, "AttributeName": attribute});
    let input = json!({"TableName": name, "TimeToLiveSpecification": specification});
    invoke(context, "UpdateTimeToLive", input).await.map(drop)
}

async fn recovery(context: &ResourceContext, name: &str, old: &Value, new: &Value) -> Result<(), AwsError> {
    let recovers = |properties: &Value| {
        let recovery = properties.get("PointInTimeRecoverySpecification");
        recovery.filter(|recovery| is_on(&recovery["PointInTimeRecoveryEnabled"])).cloned()
    };
    if recovers(old) == recovers(new) {
        return Ok(());
    }
    let specification = recovers(new).unwrap_or_else(|| json!({"PointInTimeRecoveryEnabled": false}));
    let input = json!({"TableName": name, "PointInTimeRecoverySpecification": specification});
    invoke(context, "UpdateContinuousBackups", input).await.map(drop)
}

/// Contributor Insights of the table and of each global index that is there.
async fn insights(context: &ResourceContext, name: &str, old: &Value, new: &Value) -> Result<(), AwsError> {
    let of = |properties: &Value, index: Option<&str>| {
        let subject = match index {
            None => Some(properties),
            Some(name) => indexes(properties).iter().find(|index| index["IndexName"] == name),
        };
        let wanted = subject.and_then(|subject| subject.get("ContributorInsightsSpecification"));
        wanted.filter(|wanted| is_on(&wanted["Enabled"])).cloned()
    };
    let names = indexes(new).iter().filter_map(|index| index["IndexName"].as_str());
    for index in std::iter::once(None).chain(names.map(Some)) {
        let wanted = of(new, index);
        if of(old, index) == wanted {
            continue;
        }
        let action = if wanted.is_some() { "ENABLE" } else { "DISABLE" };
        let mut input = json!({"TableName": name, "ContributorInsightsAction": action});
        if let Some(index) = index {
            input["IndexName"] = json!(index);
        }
        if let Some(mode) = wanted.as_ref().and_then(|wanted| wanted.get("Mode")) {
            input["ContributorInsightsMode"] = mode.clone();
        }
        invoke(context, "UpdateContributorInsights", input).await?;
    }
    Ok(())
}

/// The data stream to which changes go.
async fn destination(context: &ResourceContext, name: &str, old: &Value, new: &Value) -> Result<(), AwsError> {
    const PRECISION: &str = "ApproximateCreationDateTimePrecision";
    let wanted = |properties: &Value| properties.get("KinesisStreamSpecification").cloned();
    let (before, after) = (wanted(old), wanted(new));
    if before == after {
        return Ok(());
    }
    let arn = |specification: &Option<Value>| specification.as_ref().map(|wanted| wanted["StreamArn"].clone());
    let precision = after.as_ref().and_then(|wanted| wanted.get(PRECISION));
    if arn(&before) == arn(&after) {
        let precision = precision.cloned().unwrap_or_else(|| json!("MILLISECOND"));
        let input = json!({
            "TableName": name,
            "StreamArn": arn(&after),
            "UpdateKinesisStreamingConfiguration": {PRECISION: precision},
        });
        return invoke(context, "UpdateKinesisStreamingDestination", input).await.map(drop);
    }
    if let Some(arn) = arn(&before)
        && destination_status(context, name, &arn).await?["DestinationStatus"] == "ACTIVE"
    {
        let input = json!({"TableName": name, "StreamArn": arn});
        invoke(context, "DisableKinesisStreamingDestination", input).await?;
    }
    let Some(arn) = arn(&after) else { return Ok(()) };
    let mut input = json!({"TableName": name, "StreamArn": arn});
    if let Some(precision) = precision {
        input["EnableKinesisStreamingConfiguration"] = json!({PRECISION: precision});
    }
    invoke(context, "EnableKinesisStreamingDestination", input).await?;
    loop {
        let found = destination_status(context, name, &arn).await?;
        match found["DestinationStatus"].as_str() {
            Some("ENABLING") => context.kernel.clock.sleep(POLL).await,
            Some("ACTIVE") => return Ok(()),
            _ => {
                let why = found["DestinationStatusDescription"].as_str().unwrap_or_default();
                let arn = arn.as_str().unwrap_or_default();
                return Err(AwsError::validation(format!("Kinesis streaming to {arn} could not be enabled: {why}")));
            }
        }
    }
}

async fn destination_status(context: &ResourceContext, name: &str, arn: &Value) -> Result<Value, AwsError> {
    let found = invoke(context, "DescribeKinesisStreamingDestination", json!({"TableName": name})).await?;
    let mut all = found["KinesisDataStreamDestinations"].as_array().into_iter().flatten();
    Ok(all.find(|destination| destination["StreamArn"] == *arn).cloned().unwrap_or_default())
}

/// The policy of the table's stream. Another stream begins without one.
pub async fn stream_policy(context: &ResourceContext, name: &str, old: &Value, new: &Value) -> Result<(), AwsError> {
    let of = |properties: &Value| properties.get("StreamSpecification").and_then(policy);
    let view = |properties: &Value| properties["StreamSpecification"]["StreamViewType"].clone();
    let before = of(old).filter(|_| view(old) == view(new));
    if before == of(new) || new.get("StreamSpecification").is_none() {
        return Ok(());
    }
    let table = describe(context, name).await?;
    match table.get("LatestStreamArn") {
        Some(arn) => put_policy(context, arn.clone(), of(new)).await,
        None => Ok(()),
    }
}

async fn put_policy(context: &ResourceContext, arn: Value, policy: Option<String>) -> Result<(), AwsError> {
    let (operation, input) = match policy {
        Some(policy) => ("PutResourcePolicy", json!({"ResourceArn": arn, "Policy": policy})),
        None => ("DeleteResourcePolicy", json!({"ResourceArn": arn})),
    };
    invoke(context, operation, input).await.map(drop)
}

/// `ResourcePolicy`, as the API takes it: templates have the document as an object or as its text.
pub fn policy(properties: &Value) -> Option<String> {
    let document = properties.get("ResourcePolicy")?.get("PolicyDocument")?;
    Some(document.as_str().map_or_else(|| document.to_string(), str::to_owned))
}

/// Makes the tags those of `new`.
async fn retag(context: &ResourceContext, name: &str, old: &Value, new: &Value) -> Result<(), AwsError> {
    let arn = describe(context, name).await?["TableArn"].clone();
    let tags = |properties: &Value| properties.get("Tags").and_then(Value::as_array).cloned().unwrap_or_default();
    let keys: Vec<Value> = tags(old).iter().map(|tag| tag["Key"].clone()).collect();
    if !keys.is_empty() {
        invoke(context, "UntagResource", json!({"ResourceArn": arn, "TagKeys": keys})).await?;
    }
    if !tags(new).is_empty() {
        invoke(context, "TagResource", json!({"ResourceArn": arn, "Tags": tags(new)})).await?;
    }
    Ok(())
}

/// Whether a template's flag is on; parameters make flags texts.
pub fn is_on(flag: &Value) -> bool {
    flag.as_bool().unwrap_or_else(|| flag.as_str() == Some("true"))
}
