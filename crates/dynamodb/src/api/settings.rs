//! What is set beside a table's data: time to live, tags, and the account's limits.

use std::collections::BTreeMap;

use aws_api::Call;
use kernel::{AwsError, Batch};
use serde_json::{Map, Value, json};

use super::{Input, put_some, table_name};
use crate::{
    DynamoDb,
    rules::{
        table_not_found,
        throughput::{ACCOUNT_QUOTA, TABLE_QUOTA},
        wording::Layer,
    },
    state::{TableDefinition, TimeToLive, keep_definition},
};

/// Time to live changes at most once in this time, in milliseconds.
const TIME_TO_LIVE_PAUSE: u64 = 60 * 60 * 1000;
/// Tags that a resource may have.
const MAX_TAGS: usize = 50;

impl DynamoDb {
    /// UpdateTimeToLive
    pub async fn update_time_to_live(&self, call: &Call) -> Result<Value, AwsError> {
        let input = Input(&call.input);
        let specification = input.structure("TimeToLiveSpecification");
        let enabled = specification.flag("Enabled");
        let attribute = specification.text("AttributeName").unwrap_or_default();
        if attribute.is_empty() {
            return Err(AwsError::validation("TimeToLiveSpecification.AttributeName must be non empty"));
        }
        let now = self.now();
        self.change(call, input.table_name(), |table| {
            match &table.time_to_live {
                Some(_) if enabled => return Err(AwsError::validation("TimeToLive is already enabled")),
                None if !enabled => return Err(AwsError::validation("TimeToLive is already disabled")),
                Some(current) if current.attribute != attribute => {
                    return Err(AwsError::validation(format!(
                        "TimeToLive is active on a different AttributeName: current AttributeName is {}",
                        current.attribute
                    )));
                }
                _ => {}
            }
            if table.time_to_live_changed_at.is_some_and(|changed| changed + TIME_TO_LIVE_PAUSE > now) {
                return Err(AwsError::validation(
                    "Time to live has been modified multiple times within a fixed interval",
                ));
            }
            table.time_to_live = enabled.then(|| TimeToLive { attribute: attribute.to_owned() });
            table.time_to_live_changed_at = Some(now);
            Ok(())
        })
        .await?;
        Ok(json!({"TimeToLiveSpecification": {"Enabled": enabled, "AttributeName": attribute}}))
    }

    /// DescribeTimeToLive
    pub fn describe_time_to_live(&self, call: &Call) -> Result<Value, AwsError> {
        let (now, length) = (self.now(), self.pace().table_ms);
        self.look(call, Input(&call.input).table_name(), |table| {
            let changes = table.time_to_live_changed_at.is_some_and(|changed| now < changed + length);
            let description = match &table.time_to_live {
                Some(enabled) => {
                    let status = if changes { "ENABLING" } else { "ENABLED" };
                    json!({"TimeToLiveStatus": status, "AttributeName": enabled.attribute})
                }
                None => json!({"TimeToLiveStatus": if changes { "DISABLING" } else { "DISABLED" }}),
            };
            json!({"TimeToLiveDescription": description})
        })
    }

    /// TagResource
    pub async fn tag_resource(&self, call: &Call) -> Result<Value, AwsError> {
        let input = Input(&call.input);
        let added = tags(input)?;
        self.change(call, resource(call)?, |table| {
            table.tags.extend(added);
            if table.tags.len() > MAX_TAGS {
                return Err(AwsError::validation(format!(
                    "One or more parameter values were invalid: The number of tags exceeds the limit of {MAX_TAGS}"
                )));
            }
            Ok(())
        })
        .await?;
        Ok(json!({}))
    }

    /// UntagResource
    pub async fn untag_resource(&self, call: &Call) -> Result<Value, AwsError> {
        let keys = Input(&call.input).list("TagKeys").unwrap_or_default();
        self.change(call, resource(call)?, |table| {
            table.tags.retain(|key, _| !keys.iter().any(|removed| removed.as_str() == Some(key)));
            Ok(())
        })
        .await?;
        Ok(json!({}))
    }

    /// ListTagsOfResource
    pub fn list_tags_of_resource(&self, call: &Call) -> Result<Value, AwsError> {
        let arn = Input(&call.input).text("ResourceArn").unwrap_or_default();
        let missing = |_| {
            let message = format!("Requested resource not found: ResourcArn: {arn} not found");
            AwsError::new("ResourceNotFoundException", message)
        };
        self.look(call, resource(call)?, |table| {
            let tags = table.tags.iter().map(|(key, value)| json!({"Key": key, "Value": value}));
            json!({"Tags": tags.collect::<Vec<_>>()})
        })
        .map_err(missing)
    }

    /// Looks at the definition of a table.
    pub fn look<T>(&self, call: &Call, name: &str, answer: impl FnOnce(&TableDefinition) -> T) -> Result<T, AwsError> {
        let mut state = self.state.borrow_mut();
        let table = state.region(&call.scope).tables.get(name).ok_or_else(|| table_not_found(name))?;
        Ok(answer(&table.definition))
    }

    /// Changes the definition of a table, wholly or not at all.
    pub async fn change(
        &self,
        call: &Call,
        name: &str,
        change: impl FnOnce(&mut TableDefinition) -> Result<(), AwsError>,
    ) -> Result<(), AwsError> {
        let mut batch = Batch::default();
        {
            let mut state = self.state.borrow_mut();
            let table = state.region(&call.scope).tables.get_mut(name).ok_or_else(|| table_not_found(name))?;
            let mut definition = table.definition.clone();
            change(&mut definition)?;
            keep_definition(&call.scope, &definition, &mut batch);
            let follows = table.definition.time_to_live != definition.time_to_live;
            table.definition = definition;
            if follows {
                table.follow_time_to_live();
            }
        }
        self.commit(batch).await?;
        self.watch_expiry();
        Ok(())
    }
}

/// `Tags`
pub fn tags(input: Input<'_>) -> Result<BTreeMap<String, String>, AwsError> {
    let mut tags = BTreeMap::new();
    for tag in input.list("Tags").unwrap_or_default().iter().map(Input) {
        let key = tag.text("Key").unwrap_or_default();
        if tags.insert(key.to_owned(), tag.text("Value").unwrap_or_default().to_owned()).is_some() {
            return Err(Layer::Older.refuse(format_args!("Duplicate tag key found: {key}")));
        }
    }
    Ok(tags)
}

/// The table that `ResourceArn` names.
fn resource(call: &Call) -> Result<&str, AwsError> {
    let arn = Input(&call.input).text("ResourceArn").unwrap_or_default();
    let mine = format!("arn:{}:dynamodb:{}:", kernel::partition(&call.scope.region), call.scope.region);
    let Some(rest) = arn.strip_prefix(&mine) else {
        return Err(AwsError::validation(format!("Invalid TableArn: Invalid ResourceArn provided as input {arn}")));
    };
    if !rest.starts_with(&format!("{}:", call.scope.account)) {
        return Err(AwsError::access_denied(format!(
            "User: {} is not authorized to perform: dynamodb:{} on resource: {arn}",
            call.scope.caller.arn(),
            call.operation
        ))
        .with_status(http::StatusCode::BAD_REQUEST));
    }
    Ok(table_name(arn))
}

/// The quotas of an account that has asked for nothing.
pub fn limits() -> Value {
    json!({
        "AccountMaxReadCapacityUnits": ACCOUNT_QUOTA,
        "AccountMaxWriteCapacityUnits": ACCOUNT_QUOTA,
        "TableMaxReadCapacityUnits": TABLE_QUOTA,
        "TableMaxWriteCapacityUnits": TABLE_QUOTA,
    })
}

/// Where the region answers.
pub fn endpoints(call: &Call) -> Value {
    let address = format!("dynamodb.{}.amazonaws.com", call.scope.region);
    let mut endpoint = Map::new();
    put_some(&mut endpoint, "Address", Some(json!(address)));
    put_some(&mut endpoint, "CachePeriodInMinutes", Some(json!(1440)));
    json!({"Endpoints": [endpoint]})
}
