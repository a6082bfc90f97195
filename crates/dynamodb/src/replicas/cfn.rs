//! `AWS::DynamoDB::GlobalTable` for CloudFormation: a table in the stack's region, made as
//! `AWS::DynamoDB::Table` is, and its replicas.

use std::time::Duration;

use kernel::{AwsError, Created, ResourceContext, ResourceProvider, async_trait};
use serde_json::{Map, Value, json};

use crate::cfn::{self, describe, invoke, retag, settings};

/// Makes global tables by the public API.
pub struct Provider;

/// How often a global table that is changing is looked at.
const PAUSE: Duration = Duration::from_millis(200);

/// What each replica has of its own, under the names that a table has it.
const OWN: [(&str, &str); 4] = [
    ("DeletionProtectionEnabled", "DeletionProtectionEnabled"),
    ("PointInTimeRecoverySpecification", "PointInTimeRecoverySpecification"),
    ("TableClass", "TableClass"),
    ("Tags", "Tags"),
];

#[async_trait(?Send)]
impl ResourceProvider for Provider {
    fn types(&self) -> &'static [&'static str] {
        &["AWS::DynamoDB::GlobalTable"]
    }

    fn replaces(&self, _: &str, property: &str) -> bool {
        matches!(property, "KeySchema" | "LocalSecondaryIndexes" | "TableName")
    }

    async fn create(&self, context: &ResourceContext, properties: &Value) -> Result<Created, AwsError> {
        let mut created = cfn::Provider.create(context, &as_table(context, properties)?).await?;
        let name = created.physical_id.clone();
        add_replicas(context, &name, &Value::Null, properties).await?;
        complete(context, &name, &mut created).await?;
        Ok(created)
    }

    async fn update(
        &self,
        context: &ResourceContext,
        physical_id: &str,
        old: &Value,
        new: &Value,
    ) -> Result<Created, AwsError> {
        let (before, after) = (as_table(context, old)?, as_table(context, new)?);
        // What replicates cannot do without its stream, whose view type cannot change either.
        let same_stream = |mut table: Value| {
            table["StreamSpecification"] = Value::Null;
            table
        };
        let (before, after) =
            if replicas(old).len() > 1 { (same_stream(before), same_stream(after)) } else { (before, after) };
        let mut created = cfn::Provider.update(context, physical_id, &before, &after).await?;
        for gone in replicas(old).iter().filter(|replica| named(replicas(new), replica).is_none()) {
            change(context, physical_id, json!([{"Delete": {"RegionName": gone["Region"]}}])).await?;
        }
        add_replicas(context, physical_id, old, new).await?;
        complete(context, physical_id, &mut created).await?;
        Ok(created)
    }

    async fn delete(&self, context: &ResourceContext, physical_id: &str, properties: &Value) -> Result<(), AwsError> {
        let table = match describe(context, physical_id).await {
            Err(error) if error.code == "ResourceNotFoundException" => return Ok(()),
            table => table?,
        };
        let others = table["Replicas"].as_array().cloned().unwrap_or_default();
        let deletes: Vec<Value> =
            others.iter().map(|replica| json!({"Delete": {"RegionName": replica["RegionName"]}})).collect();
        if table["MultiRegionConsistency"] == "STRONG" {
            let mut input = json!({"TableName": physical_id, "ReplicaUpdates": deletes});
            if let Some(witness) = table["GlobalTableWitnesses"][0].get("RegionName") {
                input["GlobalTableWitnessUpdates"] = json!([{"Delete": {"RegionName": witness}}]);
            }
            invoke(context, "UpdateTable", input).await?;
            settled(context, physical_id).await?;
        } else {
            for delete in deletes {
                change(context, physical_id, json!([delete])).await?;
            }
        }
        cfn::Provider.delete(context, physical_id, properties).await
    }
}

fn replicas(properties: &Value) -> &[Value] {
    properties["Replicas"].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn named<'a>(replicas: &'a [Value], like: &Value) -> Option<&'a Value> {
    replicas.iter().find(|replica| replica["Region"] == like["Region"])
}

/// The properties of the table in the stack's region.
fn as_table(context: &ResourceContext, properties: &Value) -> Result<Value, AwsError> {
    let here = replicas(properties).iter().find(|replica| replica["Region"] == context.region.as_str());
    let Some(here) = here else {
        let message = "Invalid request provided: The Replicas section must contain an entry for the current region";
        return Err(AwsError::validation(message));
    };
    let mut table = properties.clone();
    for (own, property) in OWN {
        if let Some(value) = here.get(own) {
            table[property] = value.clone();
        }
    }
    if properties["BillingMode"] != "PAY_PER_REQUEST" {
        let write = &properties["WriteProvisionedThroughputSettings"]["WriteCapacityAutoScalingSettings"];
        let write = write.get("SeedCapacity").unwrap_or(&write["MinCapacity"]);
        let read = &here["ReadProvisionedThroughputSettings"];
        let scaled = &read["ReadCapacityAutoScalingSettings"];
        let read = read.get("ReadCapacityUnits").or(scaled.get("SeedCapacity")).unwrap_or(&scaled["MinCapacity"]);
        table["ProvisionedThroughput"] = json!({"ReadCapacityUnits": read, "WriteCapacityUnits": write});
    }
    Ok(table)
}

/// Makes the replicas that are new, and gives each what is its own.
async fn add_replicas(context: &ResourceContext, name: &str, old: &Value, new: &Value) -> Result<(), AwsError> {
    let others: Vec<&Value> =
        replicas(new).iter().filter(|replica| replica["Region"] != context.region.as_str()).collect();
    let added: Vec<&Value> = others.iter().copied().filter(|replica| named(replicas(old), replica).is_none()).collect();
    let create = |replica: &Value| {
        let mut action = json!({"RegionName": replica["Region"]});
        if let Some(class) = replica.get("TableClass") {
            action["TableClassOverride"] = class.clone();
        }
        json!({"Create": action})
    };
    if new["MultiRegionConsistency"] == "STRONG" && !added.is_empty() {
        let updates: Vec<Value> = added.iter().map(|replica| create(replica)).collect();
        let mut input = json!({"TableName": name, "MultiRegionConsistency": "STRONG", "ReplicaUpdates": updates});
        if let Some(witness) = new["GlobalTableWitnesses"][0].get("Region") {
            input["GlobalTableWitnessUpdates"] = json!([{"Create": {"RegionName": witness}}]);
        }
        invoke(context, "UpdateTable", input).await?;
        settled(context, name).await?;
    } else {
        for replica in added {
            change(context, name, json!([create(replica)])).await?;
        }
    }
    for replica in others {
        let was = named(replicas(old), replica).cloned().unwrap_or_else(|| json!({}));
        set_own(context, name, &was, replica).await?;
    }
    Ok(())
}

/// What a replica in another region has of its own.
async fn set_own(context: &ResourceContext, name: &str, old: &Value, new: &Value) -> Result<(), AwsError> {
    let there = ResourceContext { region: new["Region"].as_str().unwrap_or_default().to_owned(), ..context.clone() };
    let part = |replica: &Value| {
        let kept = replica.get("PointInTimeRecoverySpecification");
        Value::Object(Map::from_iter(kept.map(|value| ("PointInTimeRecoverySpecification".to_owned(), value.clone()))))
    };
    settings(&there, name, &part(old), &part(new)).await?;
    if old.get("Tags") != new.get("Tags") {
        retag(&there, name, old, new).await?;
    }
    if old.get("DeletionProtectionEnabled") != new.get("DeletionProtectionEnabled") {
        let protected = new.get("DeletionProtectionEnabled").cloned().unwrap_or(json!(false));
        invoke(&there, "UpdateTable", json!({"TableName": name, "DeletionProtectionEnabled": protected})).await?;
    }
    Ok(())
}

/// Changes replicas, and waits until they have changed.
async fn change(context: &ResourceContext, name: &str, updates: Value) -> Result<(), AwsError> {
    invoke(context, "UpdateTable", json!({"TableName": name, "ReplicaUpdates": updates})).await?;
    settled(context, name).await
}

async fn settled(context: &ResourceContext, name: &str) -> Result<(), AwsError> {
    loop {
        let table = describe(context, name).await?;
        let replicas = table["Replicas"].as_array().into_iter().flatten().map(|replica| &replica["ReplicaStatus"]);
        let witnesses = table["GlobalTableWitnesses"].as_array().into_iter().flatten();
        let mut all = replicas.chain(witnesses.map(|witness| &witness["WitnessStatus"]));
        if all.all(|status| status == "ACTIVE") {
            return Ok(());
        }
        context.kernel.clock.sleep(PAUSE).await;
    }
}

/// The attributes that only a global table has, and those that its replicas have brought.
async fn complete(context: &ResourceContext, name: &str, created: &mut Created) -> Result<(), AwsError> {
    let table = describe(context, name).await?;
    created.attributes.insert("TableId".to_owned(), table["TableId"].clone());
    if let Some(stream) = table.get("LatestStreamArn") {
        created.attributes.insert("StreamArn".to_owned(), stream.clone());
    }
    Ok(())
}
