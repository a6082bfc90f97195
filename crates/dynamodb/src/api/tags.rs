//! TagResource, UntagResource, ListTagsOfResource.

use aws_api::Call;
use kernel::AwsError;
use serde_json::{Value, json};

use super::Input;
use crate::{
    DynamoDb,
    rules::{invalid_values, tags as rules},
};

/// The fewest characters of a table's name.
const MIN_NAME: usize = 3;

impl DynamoDb {
    /// TagResource
    pub async fn tag_resource(&self, call: &Call) -> Result<Value, AwsError> {
        let input = Input(&call.input);
        let table = table(call)?;
        if input.list("Tags").is_some_and(<[Value]>::is_empty) {
            return Err(AwsError::validation("Atleast one Tag needs to be provided as Input."));
        }
        let added = rules::read(input)?;
        let change = self.change(call, table, |table| {
            table.tags.extend(added);
            rules::check_count(table.tags.len())
        });
        change.await.map_err(|error| named_by_arn(error, input))?;
        Ok(json!({}))
    }

    /// UntagResource
    pub async fn untag_resource(&self, call: &Call) -> Result<Value, AwsError> {
        let input = Input(&call.input);
        let table = table(call)?;
        let removed = rules::read_keys(input)?;
        let change = self.change(call, table, |table| {
            table.tags.retain(|key, _| !removed.contains(&key.as_str()));
            Ok(())
        });
        change.await.map_err(|error| named_by_arn(error, input))?;
        Ok(json!({}))
    }

    /// ListTagsOfResource
    pub fn list_tags_of_resource(&self, call: &Call) -> Result<Value, AwsError> {
        let listed = self.look(call, table(call)?, |table| {
            let tags = table.tags.iter().map(|(key, value)| json!({"Key": key, "Value": value}));
            json!({"Tags": tags.collect::<Vec<_>>()})
        });
        listed.map_err(|error| named_by_arn(error, Input(&call.input)))
    }
}

/// Operations on tags tell the ARN of what is not there.
fn named_by_arn(error: AwsError, input: Input<'_>) -> AwsError {
    if error.code != "ResourceNotFoundException" {
        return error;
    }
    let arn = input.text("ResourceArn").unwrap_or_default();
    AwsError::new("ResourceNotFoundException", format!("Requested resource not found: ResourceArn: {arn} not found"))
}

/// The table that `ResourceArn` names. Whose it is matters before where it is: nobody is told which
/// regions another account uses.
fn table(call: &Call) -> Result<&str, AwsError> {
    let Some(arn) = Input(&call.input).text("ResourceArn") else {
        return Err(AwsError::validation("Invalid TableArn"));
    };
    if !arn.starts_with("arn:") {
        return Err(invalid_values(format_args!("ARNs must start with 'arn:': {arn}")));
    }
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let [_, partition, service, region, account, resource] = parts[..] else {
        return Err(invalid_values(format_args!("Provided Arn is not a DynamoDB resource arn: {arn}")));
    };
    if service != "dynamodb" {
        return Err(denied(call, arn));
    }
    let Some(path) = resource.strip_prefix("table/") else {
        return Err(invalid_values(format_args!("Provided Arn is not a DynamoDB resource arn: {arn}")));
    };
    if account != call.scope.account {
        return Err(denied(call, arn));
    }
    let (name, within) = path.split_once('/').unwrap_or((path, ""));
    if within.starts_with("index/") {
        return Err(invalid_values(format_args!(
            "Invalid resource arn provided, only table or stream is accepted. Provided resource arn: {arn}"
        )));
    }
    let is_here = partition == kernel::partition(&call.scope.region) && region == call.scope.region;
    if !is_here || !within.is_empty() || name.len() < MIN_NAME {
        return Err(AwsError::validation(format!("Invalid TableArn: Invalid ResourceArn provided as input {arn}")));
    }
    Ok(name)
}

fn denied(call: &Call, arn: &str) -> AwsError {
    let (caller, operation) = (call.scope.caller.arn(), call.operation);
    let message = format!("User: {caller} is not authorized to perform: dynamodb:{operation} on resource: {arn}");
    AwsError::access_denied(message).with_status(http::StatusCode::BAD_REQUEST)
}
