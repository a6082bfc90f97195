//! What is different for a table that belongs to a global table: some settings are those of all replicas.

use aws_api::Call;
use kernel::{AwsError, Batch, Scope};
use serde_json::{Map, Value, json};

use super::rules;
use crate::{DynamoDb, api::Input, state::Group};

/// Members of UpdateTable that change all replicas. The others are each replica's own.
const COMMON: [&str; 6] = [
    "BillingMode",
    "GlobalSecondaryIndexUpdates",
    "OnDemandThroughput",
    "ProvisionedThroughput",
    "SSESpecification",
    "TableClass",
];

impl DynamoDb {
    /// UpdateTable, where it is not about replicas.
    pub async fn update_member(&self, call: &Call) -> Result<Value, AwsError> {
        let input = Input(&call.input);
        let Some(group) = self.group_of(call, input.table_name()) else { return self.update_table(call).await };
        if input.has("StreamSpecification") {
            return Err(rules::no_stream_change());
        }
        if group.is_changing() {
            return Err(rules::in_use());
        }
        let answer = self.update_table(call).await?;
        let mut common = Map::from_iter([("TableName".to_owned(), json!(input.table_name()))]);
        for name in COMMON {
            common.extend(input.get(name).map(|value| (name.to_owned(), value.clone())));
        }
        if common.len() > 1 {
            common.extend(
                input.get("AttributeDefinitions").map(|value| ("AttributeDefinitions".to_owned(), value.clone())),
            );
            for there in elsewhere(call, &group, &Value::Object(common)) {
                self.ready(&there).await?;
                self.update_table(&there).await?;
            }
        }
        Ok(answer)
    }

    /// UpdateTimeToLive: items expire in all regions or in none.
    pub async fn update_time_to_live_of_member(&self, call: &Call) -> Result<Value, AwsError> {
        let name = Input(&call.input).table_name();
        let Some(group) = self.group_of(call, name) else { return self.update_time_to_live(call).await };
        if group.strong {
            return Err(rules::no_time_to_live());
        }
        let answer = self.update_time_to_live(call).await?;
        let mut common = call.input.clone();
        common["TableName"] = json!(name);
        for there in elsewhere(call, &group, &common) {
            self.ready(&there).await?;
            self.update_time_to_live(&there).await?;
        }
        Ok(answer)
    }

    /// DeleteTable: the other replicas go on without it.
    pub async fn delete_member(&self, call: &Call) -> Result<Value, AwsError> {
        let name = Input(&call.input).table_name().to_owned();
        let Some(group) = self.group_of(call, &name) else { return self.delete_table(call).await };
        if group.strong {
            return Err(rules::only_one_replica());
        }
        rules::check_source(&group, self.now())?;
        if group.is_changing() {
            return Err(rules::in_use());
        }
        let answer = self.delete_table(call).await?;
        let mut batch = Batch::default();
        self.leave(&mut self.state.borrow_mut(), &call.scope.account, &name, &call.scope.region, &mut batch);
        self.commit(batch).await?;
        Ok(answer)
    }
}

/// The same call in the other regions.
fn elsewhere(call: &Call, group: &Group, input: &Value) -> Vec<Call> {
    let regions = group.regions();
    let calls = regions.map(|region| {
        let scope = Scope { region: region.to_owned(), ..call.scope.clone() };
        Call { operation: call.operation, input: input.clone(), scope }
    });
    calls.collect()
}
