//! `AWS::DynamoDB::GlobalTable` for CloudFormation: a table in the stack's region, made as
//! `AWS::DynamoDB::Table` is, and its replicas.

mod properties;
mod scaling;

use std::time::Duration;

use kernel::{AwsError, Created, ResourceContext, ResourceProvider, async_trait};
use serde_json::{Value, json};

use crate::cfn::{self, describe, invoke, settings, stream_policy};

/// Makes global tables by the public API.
pub struct Provider;

/// How often a global table that is changing is looked at.
const PAUSE: Duration = Duration::from_millis(200);

#[async_trait(?Send)]
impl ResourceProvider for Provider {
    fn types(&self) -> &'static [&'static str] {
        &["AWS::DynamoDB::GlobalTable"]
    }

    fn replaces(&self, _: &str, property: &str) -> bool {
        matches!(property, "KeySchema" | "LocalSecondaryIndexes" | "TableName")
    }

    async fn create(&self, context: &ResourceContext, properties: &Value) -> Result<Created, AwsError> {
        properties::check_supported(properties)?;
        let mut created = cfn::Provider.create(context, &table_here(context, properties)?).await?;
        let name = created.physical_id.clone();
        scaling::scale(context, &name, None, Some((properties, here(context, properties)?))).await?;
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
        properties::check_supported(new)?;
        let (before, mut after) = (table_here(context, old)?, table_here(context, new)?);
        let (was, is) = ([old, here(context, old)?], [new, here(context, new)?]);
        properties::keep_scaled(&mut after, &before, was, is);
        for index in after["GlobalSecondaryIndexes"].as_array_mut().into_iter().flatten() {
            let name = index["IndexName"].clone();
            let of = |sides: [&'_ Value; 2]| sides.map(|side| properties::index_of(side, &name).clone());
            let (was, is) = (of(was), of(is));
            let known = properties::index_of(&before, &name);
            properties::keep_scaled(index, known, [&was[0], &was[1]], [&is[0], &is[1]]);
        }
        // What replicates cannot do without its stream, whose view type cannot change either.
        let same_stream = |mut table: Value| {
            table["StreamSpecification"] = Value::Null;
            table
        };
        let (before, after) =
            if replicas(old).len() > 1 { (same_stream(before), same_stream(after)) } else { (before, after) };
        let mut created = cfn::Provider.update(context, physical_id, &before, &after).await?;
        let was = named(replicas(old), here(context, new)?).map(|was| (old, was));
        scaling::scale(context, physical_id, was, Some((new, here(context, new)?))).await?;
        for gone in replicas(old).iter().filter(|replica| named(replicas(new), replica).is_none()) {
            scaling::scale(&elsewhere(context, gone), physical_id, Some((old, gone)), None).await?;
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
        for replica in replicas(properties) {
            let there = elsewhere(context, replica);
            scaling::scale(&there, physical_id, Some((properties, replica)), None).await?;
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
fn table_here(context: &ResourceContext, properties: &Value) -> Result<Value, AwsError> {
    Ok(properties::as_table(properties, here(context, properties)?))
}

/// The replica in the stack's region.
fn here<'a>(context: &ResourceContext, properties: &'a Value) -> Result<&'a Value, AwsError> {
    let mut all = replicas(properties).iter();
    all.find(|replica| replica["Region"] == context.region.as_str()).ok_or_else(|| {
        AwsError::validation(
            "Invalid request provided: The Replicas section must contain an entry for the current region",
        )
    })
}

/// Makes the replicas that are new, and gives each what is its own.
async fn add_replicas(context: &ResourceContext, name: &str, old: &Value, new: &Value) -> Result<(), AwsError> {
    let others: Vec<&Value> =
        replicas(new).iter().filter(|replica| replica["Region"] != context.region.as_str()).collect();
    let added: Vec<&Value> = others.iter().copied().filter(|replica| named(replicas(old), replica).is_none()).collect();
    let create = |replica: &Value| json!({"Create": properties::action(new, replica)});
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
        let was = named(replicas(old), replica);
        let after = properties::action(new, replica);
        let base = table_here(context, new)?;
        let action = was.and_then(|was| properties::change(&properties::action(old, was), &after, &base));
        if let Some(action) = action {
            change(context, name, json!([{"Update": action}])).await?;
        }
        let nothing = json!({});
        let before = was.map_or_else(|| nothing.clone(), |was| properties::own(old, was));
        set_own(context, name, &before, &properties::own(new, replica)).await?;
        let there = elsewhere(context, replica);
        scaling::scale(&there, name, was.map(|was| (old, was)), Some((new, replica))).await?;
    }
    let was = named(replicas(old), here(context, new)?);
    let before = was.map_or(Value::Null, |was| properties::own(old, was));
    stream_policy(context, name, &before, &properties::own(new, here(context, new)?)).await
}

/// What a replica in another region has of its own.
async fn set_own(context: &ResourceContext, name: &str, old: &Value, new: &Value) -> Result<(), AwsError> {
    let there = elsewhere(context, new);
    settings(&there, name, old, new).await?;
    if old.get("DeletionProtectionEnabled") != new.get("DeletionProtectionEnabled") {
        let protected = new.get("DeletionProtectionEnabled").cloned().unwrap_or(json!(false));
        invoke(&there, "UpdateTable", json!({"TableName": name, "DeletionProtectionEnabled": protected})).await?;
    }
    Ok(())
}

/// The region of a replica.
fn elsewhere(context: &ResourceContext, replica: &Value) -> ResourceContext {
    ResourceContext { region: replica["Region"].as_str().unwrap_or_default().to_owned(), ..context.clone() }
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
