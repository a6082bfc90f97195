//! Automatic scaling of global tables: DescribeTableReplicaAutoScaling, UpdateTableReplicaAutoScaling, and
//! what a table with provisioned throughput needs to have replicas.
//!
//! DynamoDB keeps nothing of it. The targets and policies are those of Application Auto Scaling, where
//! each region has its own; writes are scaled alike in all regions, reads in each as it likes.

use aws_api::Call;
use kernel::{AwsError, Scope};
use serde_json::{Map, Value, json};

use super::rules;
use crate::{
    DynamoDb,
    api::Input,
    state::{Group, ReplicaStatus, TableDefinition},
};

const SERVICE: &str = "application-autoscaling";

/// What DynamoDB lets an index scale to that is added to a global table.
const DEFAULT: (u64, u64, f64) = (1, 10, 70.0);

/// What is scaled: a table or an index, its reads or its writes.
#[derive(Clone, Copy)]
pub struct Dimension<'a> {
    table: &'a str,
    index: Option<&'a str>,
    kind: &'static str,
}

impl<'a> Dimension<'a> {
    /// `kind` is `Read` or `Write`.
    pub fn new(table: &'a str, index: Option<&'a str>, kind: &'static str) -> Self {
        Self { table, index, kind }
    }

    fn resource(self) -> String {
        self.index
            .map_or_else(|| format!("table/{}", self.table), |index| format!("table/{}/index/{index}", self.table))
    }

    /// What names the target, in every call.
    pub fn target(self) -> Map<String, Value> {
        let subject = if self.index.is_some() { "index" } else { "table" };
        Map::from_iter([
            ("ServiceNamespace".to_owned(), json!("dynamodb")),
            ("ResourceId".to_owned(), json!(self.resource())),
            ("ScalableDimension".to_owned(), json!(format!("dynamodb:{subject}:{}CapacityUnits", self.kind))),
        ])
    }

    /// The name of a policy that was given none.
    pub fn default_policy(self) -> String {
        format!("DynamoDB{}CapacityUtilization:{}", self.kind, self.resource())
    }

    /// What PutScalingPolicy is told of a policy, but for its name.
    pub fn policy(self, mut tracking: Value) -> Map<String, Value> {
        let metric = format!("DynamoDB{}CapacityUtilization", self.kind);
        tracking["PredefinedMetricSpecification"] = json!({"PredefinedMetricType": metric});
        let mut policy = self.target();
        policy.insert("PolicyType".to_owned(), json!("TargetTrackingScaling"));
        policy.insert("TargetTrackingScalingPolicyConfiguration".to_owned(), tracking);
        policy
    }
}

/// A target of Application Auto Scaling, with its policies.
struct Scaled {
    target: Value,
    policies: Vec<Value>,
}

impl DynamoDb {
    /// DescribeTableReplicaAutoScaling
    pub async fn describe_table_replica_auto_scaling(&self, call: &Call) -> Result<Value, AwsError> {
        let (table, group) = self.global_table(call)?;
        self.described_scaling(call, &table, &group).await
    }

    /// UpdateTableReplicaAutoScaling. As in AWS the answer still tells what was.
    pub async fn update_table_replica_auto_scaling(&self, call: &Call) -> Result<Value, AwsError> {
        let (table, group) = self.global_table(call)?;
        let updates = updates(call, &table, &group)?;
        let answer = self.described_scaling(call, &table, &group).await?;
        for (region, dimension, settings) in updates {
            let scope = Scope { region, ..call.scope.child(&self.kernel, call.scope.caller.clone()) };
            self.set_scaling(&scope, dimension, Input(settings)).await?;
        }
        Ok(answer)
    }

    fn global_table(&self, call: &Call) -> Result<(TableDefinition, Group), AwsError> {
        let name = Input(&call.input).table_name();
        let mut state = self.state.borrow_mut();
        let table = state.region(&call.scope).tables.get(name).map(|table| table.definition.clone());
        let found = table.and_then(|table| table.keeping.group.clone().map(|group| (table, group)));
        found.ok_or_else(|| AwsError::new("ResourceNotFoundException", super::no_group(name)))
    }

    async fn described_scaling(&self, call: &Call, table: &TableDefinition, group: &Group) -> Result<Value, AwsError> {
        let own = (call.scope.region.as_str(), ReplicaStatus::Active);
        let others = group.replicas.iter().map(|replica| (replica.region.as_str(), replica.status));
        let mut replicas = Vec::new();
        for (region, status) in std::iter::once(own).chain(others) {
            let child = call.scope.child(&self.kernel, call.scope.caller.clone());
            let scope = Scope { region: region.to_owned(), ..child };
            let mut replica = json!({"RegionName": region, "ReplicaStatus": status.name()});
            let mut indexes = Vec::new();
            for index in table.indexes.iter().filter(|index| !index.local) {
                let mut described = json!({"IndexName": index.name, "IndexStatus": "ACTIVE"});
                for kind in ["Read", "Write"] {
                    let dimension = Dimension::new(&table.name, Some(&index.name), kind);
                    described[format!("Provisioned{kind}CapacityAutoScalingSettings")] =
                        self.described_dimension(&scope, dimension, table).await;
                }
                indexes.push(described);
            }
            for kind in ["Read", "Write"] {
                let dimension = Dimension::new(&table.name, None, kind);
                replica[format!("ReplicaProvisioned{kind}CapacityAutoScalingSettings")] =
                    self.described_dimension(&scope, dimension, table).await;
            }
            if !indexes.is_empty() {
                replica["GlobalSecondaryIndexes"] = Value::Array(indexes);
            }
            replicas.push(replica);
        }
        Ok(json!({"TableAutoScalingDescription": {
            "TableName": table.name,
            "TableStatus": "ACTIVE",
            "Replicas": replicas,
        }}))
    }

    /// The settings of a dimension. A target without a policy scales nothing, and is told like none.
    async fn described_dimension(&self, scope: &Scope, dimension: Dimension<'_>, table: &TableDefinition) -> Value {
        let scaled = self.scaled(scope, dimension).await.filter(|scaled| !scaled.policies.is_empty());
        let Some(Scaled { target, policies }) = scaled else {
            return json!({"AutoScalingDisabled": true, "ScalingPolicies": []});
        };
        let mut answer = json!({
            "MinimumUnits": target["MinCapacity"],
            "MaximumUnits": target["MaxCapacity"],
            "AutoScalingRoleArn": target["RoleARN"],
        });
        if table.billing.on_demand {
            answer["AutoScalingDisabled"] = json!(true);
        }
        let policies = policies.into_iter().map(|mut policy| {
            let mut tracking = policy["TargetTrackingScalingPolicyConfiguration"].take();
            tracking.as_object_mut().map(|members| members.remove("PredefinedMetricSpecification"));
            json!({"PolicyName": policy["PolicyName"], "TargetTrackingScalingPolicyConfiguration": tracking})
        });
        answer["ScalingPolicies"] = policies.collect();
        answer
    }

    /// What scales a dimension, if something does.
    async fn scaled(&self, scope: &Scope, dimension: Dimension<'_>) -> Option<Scaled> {
        let mut input = dimension.target();
        let policies = self.ask_scaling(scope, "DescribeScalingPolicies", input.clone()).await.ok()?;
        input.remove("ResourceId");
        input.insert("ResourceIds".to_owned(), json!([dimension.resource()]));
        let targets = self.ask_scaling(scope, "DescribeScalableTargets", input).await.ok()?;
        let target = targets["ScalableTargets"].get(0)?.clone();
        Some(Scaled { target, policies: policies["ScalingPolicies"].as_array().cloned().unwrap_or_default() })
    }

    async fn ask_scaling(&self, scope: &Scope, operation: &str, input: Map<String, Value>) -> Result<Value, AwsError> {
        aws_api::invoke(&self.kernel, scope.clone(), SERVICE, operation, Value::Object(input)).await
    }

    /// Makes a dimension scale as `settings` say, or no more.
    async fn set_scaling(&self, scope: &Scope, dimension: Dimension<'_>, settings: Input<'_>) -> Result<(), AwsError> {
        if settings.flag("AutoScalingDisabled") {
            return match self.ask_scaling(scope, "DeregisterScalableTarget", dimension.target()).await {
                Err(error) if error.code == "ObjectNotFoundException" => Ok(()),
                result => result.map(drop),
            };
        }
        let policy = settings.structure("ScalingPolicyUpdate");
        let name = policy.text("PolicyName").map_or_else(|| dimension.default_policy(), str::to_owned);
        let tracking = policy.structure("TargetTrackingScalingPolicyConfiguration").0.clone();
        let bounds = (settings.number("MinimumUnits"), settings.number("MaximumUnits"));
        self.register_scaling(scope, dimension, bounds, &name, tracking).await
    }

    /// Makes a dimension scale between two bounds by one policy, which takes the place of any other.
    async fn register_scaling(
        &self,
        scope: &Scope,
        dimension: Dimension<'_>,
        (min, max): (Option<u64>, Option<u64>),
        policy: &str,
        tracking: Value,
    ) -> Result<(), AwsError> {
        let mut target = dimension.target();
        target.insert("MinCapacity".to_owned(), json!(min));
        target.insert("MaxCapacity".to_owned(), json!(max));
        self.ask_scaling(scope, "RegisterScalableTarget", target).await?;
        let known = self.ask_scaling(scope, "DescribeScalingPolicies", dimension.target()).await?;
        for other in known["ScalingPolicies"].as_array().into_iter().flatten() {
            if other["PolicyName"] != policy {
                let mut input = dimension.target();
                input.insert("PolicyName".to_owned(), other["PolicyName"].clone());
                self.ask_scaling(scope, "DeleteScalingPolicy", input).await?;
            }
        }
        let mut input = dimension.policy(tracking);
        input.insert("PolicyName".to_owned(), json!(policy));
        self.ask_scaling(scope, "PutScalingPolicy", input).await.map(drop)
    }

    /// Refuses a provisioned table whose writes, or an index's, are not scaled: it could not take those of
    /// other regions.
    pub(super) async fn check_writes_scale(&self, account: &str, region: &str, name: &str) -> Result<(), AwsError> {
        let Some(table) = self.definition_at(account, region, name) else { return Ok(()) };
        if table.billing.on_demand {
            return Ok(());
        }
        let scope = self.scope_of(account, region);
        for index in writes(&table) {
            let scaled = self.scaled(&scope, Dimension::new(name, index, "Write")).await;
            if scaled.is_none_or(|scaled| scaled.policies.is_empty()) {
                return Err(rules::unscaled(if index.is_some() { "GSI" } else { "Table" }));
            }
        }
        Ok(())
    }

    /// Lets the writes of a new replica scale as those of the table that it was made of.
    pub(super) async fn copy_scaling(&self, account: &str, from: &str, to: &str, name: &str) -> Result<(), AwsError> {
        let Some(table) = self.definition_at(account, from, name).filter(|table| !table.billing.on_demand) else {
            return Ok(());
        };
        for index in writes(&table) {
            let dimension = Dimension::new(name, index, "Write");
            let Some(scaled) = self.scaled(&self.scope_of(account, from), dimension).await else { continue };
            let bounds = (scaled.target["MinCapacity"].as_u64(), scaled.target["MaxCapacity"].as_u64());
            for policy in &scaled.policies {
                let tracking = policy["TargetTrackingScalingPolicyConfiguration"].clone();
                let policy = policy["PolicyName"].as_str().unwrap_or_default();
                self.register_scaling(&self.scope_of(account, to), dimension, bounds, policy, tracking).await?;
            }
        }
        Ok(())
    }

    /// Lets the writes of an index scale that was added to a global table.
    pub(super) async fn scale_index(
        &self,
        account: &str,
        region: &str,
        table: &str,
        index: &str,
    ) -> Result<(), AwsError> {
        let dimension = Dimension::new(table, Some(index), "Write");
        let (min, max, target) = DEFAULT;
        let (bounds, tracking) = ((Some(min), Some(max)), json!({"TargetValue": target}));
        let scope = self.scope_of(account, region);
        self.register_scaling(&scope, dimension, bounds, &dimension.default_policy(), tracking).await
    }

    /// The definition of a table as it is now.
    pub(super) fn definition_at(&self, account: &str, region: &str, name: &str) -> Option<TableDefinition> {
        let mut state = self.state.borrow_mut();
        state.region_at(account, region).tables.get(name).map(|table| table.definition.clone())
    }
}

/// The table and its global indexes, whose writes scale by themselves.
fn writes(table: &TableDefinition) -> impl Iterator<Item = Option<&str>> {
    let indexes = table.indexes.iter().filter(|index| !index.local).map(|index| Some(index.name.as_str()));
    std::iter::once(None).chain(indexes)
}

/// A change of a dimension in a region.
type Change<'a> = (String, Dimension<'a>, &'a Value);

/// What UpdateTableReplicaAutoScaling is asked for: writes in all regions, reads in the one that is named.
fn updates<'a>(call: &'a Call, table: &'a TableDefinition, group: &Group) -> Result<Vec<Change<'a>>, AwsError> {
    let input = Input(&call.input);
    let regions: Vec<String> =
        std::iter::once(call.scope.region.clone()).chain(group.regions().map(str::to_owned)).collect();
    let mut changes = Vec::new();
    let mut add = |regions: &[String], index: Option<&'a str>, kind: &'static str, settings: Option<&'a Value>| {
        for region in settings.iter().flat_map(|_| regions) {
            changes
                .extend(settings.map(|settings| (region.clone(), Dimension::new(&table.name, index, kind), settings)));
        }
    };
    add(&regions, None, "Write", input.get("ProvisionedWriteCapacityAutoScalingUpdate"));
    for update in input.list("GlobalSecondaryIndexUpdates").unwrap_or_default().iter().map(Input) {
        add(&regions, update.text("IndexName"), "Write", update.get("ProvisionedWriteCapacityAutoScalingUpdate"));
    }
    let mut strangers = Vec::new();
    for update in input.list("ReplicaUpdates").unwrap_or_default().iter().map(Input) {
        let region = update.text("RegionName").unwrap_or_default();
        if !regions.iter().any(|known| known == region) {
            strangers.push(region);
        }
        let here = [region.to_owned()];
        add(&here, None, "Read", update.get("ReplicaProvisionedReadCapacityAutoScalingUpdate"));
        for index in update.list("ReplicaGlobalSecondaryIndexUpdates").unwrap_or_default().iter().map(Input) {
            add(&here, index.text("IndexName"), "Read", index.get("ProvisionedReadCapacityAutoScalingUpdate"));
        }
    }
    if !strangers.is_empty() {
        return Err(AwsError::validation(rules::not_members("replicas", &strangers)));
    }
    let unknown = |index: &&str| table.index(index).is_none_or(|index| index.local);
    let missing: Vec<&str> = changes.iter().filter_map(|(_, dimension, _)| dimension.index).filter(unknown).collect();
    if let Some(missing) = missing.first() {
        return Err(AwsError::new(
            "ResourceNotFoundException",
            format!(
                "Failed to update settings for global table with name: \u{2018}{}\u{2019} because the global secondary \
                 indexes with names: \u{2018}[{missing}]\u{2019} do not exist.",
                table.name
            ),
        ));
    }
    for (_, dimension, settings) in &changes {
        check_settings(&table.name, Input(settings))?;
        if table.billing.on_demand && !Input(settings).flag("AutoScalingDisabled") {
            return Err(on_demand(&table.name, &regions, dimension.kind));
        }
    }
    Ok(changes)
}

fn on_demand(table: &str, regions: &[String], kind: &str) -> AwsError {
    let regions: Vec<String> = regions.iter().map(|region| format!("'{}'", region.to_uppercase())).collect();
    let parameter = if kind == "Read" { "ReplicaProvisionedRead" } else { "ProvisionedWrite" };
    AwsError::validation(format!(
        "Failed to update global table with name \u{2018}{table}\u{2018}. Replicas {} BillingMode is PayPerRequest. You \
         must convert table's BillingMode to PROVISIONED to set parameters: \
         '{parameter}CapacityAutoScalingSettingsUpdate'.",
        regions.join(", ")
    ))
}

/// Scaling is said wholly or disabled.
fn check_settings(table: &str, settings: Input<'_>) -> Result<(), AwsError> {
    let disabled = settings.flag("AutoScalingDisabled");
    let wrong: Vec<String> = ["MaximumUnits", "ScalingPolicyUpdate", "MinimumUnits"]
        .into_iter()
        .filter(|name| settings.has(name) == disabled)
        .map(|name| format!("'{name}'"))
        .collect();
    if wrong.is_empty() {
        return Ok(());
    }
    let wrong = wrong.join(", ");
    // The two sentences differ by a colon, in AWS too.
    Err(AwsError::validation(if disabled {
        format!(
            "Failed to update settings for global table with name \u{2018}{table}\u{2019}: Parameters {wrong} must be \
             left blank when disabling auto scaling."
        )
    } else {
        format!(
            "Failed to update settings for global table with name: \u{2018}{table}\u{2019}: Parameters {wrong} are \
             required unless auto scaling is being disabled."
        )
    }))
}
