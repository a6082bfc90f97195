//! What is different for a table that belongs to a global table: some settings are those of all replicas.

use aws_api::Call;
use kernel::{AwsError, Batch, Caller, Scope};
use serde_json::{Map, Value, json};

use super::{overrides, rules};
use crate::{DynamoDb, api::Input, state::Group};

/// Members of UpdateTable that change all replicas. The others are each replica's own.
const COMMON: [&str; 7] = [
    "BillingMode",
    "GlobalSecondaryIndexUpdates",
    "OnDemandThroughput",
    "ProvisionedThroughput",
    "SSESpecification",
    "TableClass",
    "VectorIndexUpdates",
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
        let (account, region, name) = (&call.scope.account, &call.scope.region, input.table_name());
        let new_indexes = created_indexes(input);
        if !new_indexes.is_empty() {
            self.check_writes_scale(account, region, name).await?;
        }
        let answer = self.update_table(call).await?;
        // What scales by itself does so in each region by itself.
        if matches!(call.scope.caller, Caller::Service { .. }) {
            return Ok(answer);
        }
        let mut common = Map::from_iter([("TableName".to_owned(), json!(input.table_name()))]);
        for name in COMMON {
            common.extend(input.get(name).map(|value| (name.to_owned(), value.clone())));
        }
        if common.len() > 1 {
            common.extend(
                input.get("AttributeDefinitions").map(|value| ("AttributeDefinitions".to_owned(), value.clone())),
            );
            for mut there in elsewhere(call, &group, &Value::Object(common)) {
                self.ready(&there).await?;
                self.adapt(&mut there, &group);
                if COMMON.iter().any(|name| Input(&there.input).has(name)) {
                    self.update_table(&there).await?;
                }
            }
        }
        let on_demand = self.definition_at(account, region, name).is_none_or(|table| table.billing.on_demand);
        for index in new_indexes.iter().filter(|_| !on_demand) {
            for region in std::iter::once(region.as_str()).chain(group.regions()) {
                self.scale_index(account, region, name, index).await?;
            }
        }
        Ok(answer)
    }

    /// Leaves of a change of throughput what another region's table still has to change: it may have read
    /// units of its own, or have the wanted units already.
    fn adapt(&self, there: &mut Call, group: &Group) {
        let Call { input, scope, .. } = there;
        let name = input["TableName"].as_str().unwrap_or_default().to_owned();
        let Some(table) = self.definition_at(&scope.account, &scope.region, &name) else { return };
        let none = Map::new();
        let own = group.replica(&scope.region).map_or(&none, |replica| &replica.overrides);
        let differs = |subject: &mut Value, index: Option<&str>, current: (u64, u64)| {
            let Some(units) = subject.get_mut("ProvisionedThroughput") else { return true };
            if let Some(read) = overrides::read_units(own, index) {
                units["ReadCapacityUnits"] = json!(read);
            }
            let wanted = |kind: &str| units[kind].as_u64().unwrap_or_default();
            (wanted("ReadCapacityUnits"), wanted("WriteCapacityUnits")) != current
        };
        if !differs(input, None, table.billing.throughput) {
            input["ProvisionedThroughput"] = Value::Null;
        }
        let Some(updates) = input["GlobalSecondaryIndexUpdates"].as_array_mut() else { return };
        updates.retain_mut(|update| {
            let Some(update) = update.get_mut("Update") else { return true };
            let name = update["IndexName"].as_str().unwrap_or_default().to_owned();
            table.index(&name).is_none_or(|index| differs(update, Some(&name), index.throughput))
        });
        if updates.is_empty() {
            input["GlobalSecondaryIndexUpdates"] = Value::Null;
        }
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

/// The global indexes that an UpdateTable makes.
fn created_indexes(input: Input<'_>) -> Vec<String> {
    let updates = input.list("GlobalSecondaryIndexUpdates").unwrap_or_default().iter().map(Input);
    let created = updates.filter_map(|update| update.structure("Create").text("IndexName"));
    created.map(str::to_owned).collect()
}

/// The same call in the other regions.
fn elsewhere(call: &Call, group: &Group, input: &Value) -> Vec<Call> {
    let regions = group.regions();
    let calls = regions.map(|region| {
        let scope = Scope { region: region.to_owned(), ..call.scope.clone() };
        Call { operation: call.operation, input: input.clone(), scope, read: None }
    });
    calls.collect()
}
