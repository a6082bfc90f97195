//! What is set beside a table's data: time to live, and the account's limits.

use aws_api::Call;
use kernel::{AwsError, Batch};
use serde_json::{Map, Value, json};

use super::{Input, put_some};
use crate::{
    DynamoDb,
    rules::{
        table_not_found,
        throughput::{ACCOUNT_QUOTA, TABLE_QUOTA},
    },
    state::{TableDefinition, TimeToLive, keep_definition},
};

/// Time to live changes at most once in this time, in milliseconds.
const TIME_TO_LIVE_PAUSE: u64 = 60 * 60 * 1000;

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
