//! From the properties of a global table to those of its table in one region.

use kernel::AwsError;
use serde_json::{Map, Value, json};

use crate::cfn;

/// What each replica has of its own, as a table has it.
const OWN: [&str; 7] = [
    "ContributorInsightsSpecification",
    "DeletionProtectionEnabled",
    "KinesisStreamSpecification",
    "PointInTimeRecoverySpecification",
    "ResourcePolicy",
    "TableClass",
    "Tags",
];

/// Refuses what nothing here acts on: tables of other accounts, and what protects or tags replicas.
pub fn check_supported(properties: &Value) -> Result<(), AwsError> {
    cfn::check_supported(&["/GlobalTableSourceArn"], properties)?;
    for replica in properties["Replicas"].as_array().into_iter().flatten() {
        const UNSUPPORTED: [&str; 2] = ["/DisassociationProtectionEnabled", "/ReplicaStreamSpecification/Tags"];
        cfn::check_supported(&UNSUPPORTED, replica)?;
        if let Some(mode) = replica.get("GlobalTableSettingsReplicationMode")
            && mode != super::super::MODE
        {
            return Err(AwsError::validation(format!("GlobalTableSettingsReplicationMode {mode} is not supported.")));
        }
    }
    Ok(())
}

/// The properties that the table of `replica` has.
pub fn as_table(properties: &Value, replica: &Value) -> Value {
    let mut table = properties.clone();
    for name in OWN {
        if let Some(value) = replica.get(name) {
            table[name] = value.clone();
        }
    }
    if let Some(key) = replica["SSESpecification"].get("KMSMasterKeyId") {
        table["SSESpecification"]["KMSMasterKeyId"] = key.clone();
    }
    let provisioned = properties["BillingMode"] != "PAY_PER_REQUEST";
    set_throughput(&mut table, properties, replica, provisioned);
    for index in table["GlobalSecondaryIndexes"].as_array_mut().into_iter().flatten() {
        let all = index.clone();
        let own = index_of(replica, &all["IndexName"]);
        for name in SETTINGS {
            index.as_object_mut().map(|members| members.remove(name));
        }
        set_throughput(index, &all, own, provisioned);
        if let Some(insights) = own.get("ContributorInsightsSpecification") {
            index["ContributorInsightsSpecification"] = insights.clone();
        }
    }
    table
}

/// What the settings of a replica in another region are, under the names that a table has them.
pub fn own(properties: &Value, replica: &Value) -> Value {
    let table = as_table(properties, replica);
    let mut own = json!({
        "Region": replica["Region"],
        "GlobalSecondaryIndexes": table["GlobalSecondaryIndexes"],
        "StreamSpecification": replica.get("ReplicaStreamSpecification").cloned().unwrap_or_else(|| json!({})),
    });
    for name in OWN {
        if let Some(value) = replica.get(name) {
            own[name] = value.clone();
        }
    }
    own
}

/// What UpdateTable is told of a replica in another region, to make it or to change it.
pub fn action(properties: &Value, replica: &Value) -> Value {
    let mut action = json!({"RegionName": replica["Region"]});
    if let Some(class) = replica.get("TableClass") {
        action["TableClassOverride"] = class.clone();
    }
    if let Some(key) = replica["SSESpecification"].get("KMSMasterKeyId") {
        action["KMSMasterKeyId"] = key.clone();
    }
    let provisioned = properties["BillingMode"] != "PAY_PER_REQUEST";
    set_overrides(&mut action, replica, provisioned);
    let indexes: Vec<Value> = replica["GlobalSecondaryIndexes"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|index| {
            let mut own = json!({"IndexName": index["IndexName"]});
            set_overrides(&mut own, index, provisioned);
            own
        })
        .filter(|own| own.as_object().is_some_and(|members| members.len() > 1))
        .collect();
    if !indexes.is_empty() {
        action["GlobalSecondaryIndexes"] = Value::Array(indexes);
    }
    action
}

/// The action that makes a replica what the action `after` says, where `before` said something else:
/// what is no longer its own becomes what `table` has. `None` if there is nothing to do.
pub fn change(before: &Value, after: &Value, table: &Value) -> Option<Value> {
    let mut action = after.clone();
    for name in before.as_object().into_iter().flatten().map(|(name, _)| name) {
        if after.get(name).is_some() {
            continue;
        }
        match name.as_str() {
            "ProvisionedThroughputOverride" => {
                let read = table["ProvisionedThroughput"].get("ReadCapacityUnits");
                action[name] = read.map_or(Value::Null, |read| json!({"ReadCapacityUnits": read}));
            }
            "OnDemandThroughputOverride" => {
                let most = table["OnDemandThroughput"].get("MaxReadRequestUnits").cloned();
                action[name] = json!({"MaxReadRequestUnits": most.unwrap_or_else(|| json!(-1))});
            }
            "TableClassOverride" => {
                action[name] = table.get("TableClass").cloned().unwrap_or_else(|| json!("STANDARD"));
            }
            _ => {}
        }
    }
    let changes = before != after && action.as_object().is_some_and(|members| members.len() > 1);
    changes.then_some(action)
}

/// Leaves units alone that scale by themselves before and after: a template's new bounds are no reason to
/// begin again where scaling once began.
pub fn keep_scaled(table: &mut Value, was: &Value, old: [&Value; 2], new: [&Value; 2]) {
    for (kind, side) in [("Write", 0), ("Read", 1)] {
        let (settings, scaled) =
            (format!("{kind}ProvisionedThroughputSettings"), format!("{kind}CapacityAutoScalingSettings"));
        let scales = |properties: [&Value; 2]| properties[side][&settings].get(&scaled).is_some();
        let units = format!("{kind}CapacityUnits");
        if let Some(before) = was["ProvisionedThroughput"].get(&units).filter(|_| scales(old) && scales(new))
            && let Some(after) = table.pointer_mut(&format!("/ProvisionedThroughput/{units}"))
        {
            *after = before.clone();
        }
    }
}

/// What says the throughput of a global table and of its indexes.
const SETTINGS: [&str; 4] = [
    "ReadOnDemandThroughputSettings",
    "ReadProvisionedThroughputSettings",
    "WriteOnDemandThroughputSettings",
    "WriteProvisionedThroughputSettings",
];

/// The throughput of a table, or of an index: writes are common to all replicas, reads can be each one's own.
fn set_throughput(subject: &mut Value, common: &Value, own: &Value, provisioned: bool) {
    let of = |kind: &str| own.get(kind).or_else(|| common.get(kind)).unwrap_or(&Value::Null);
    if provisioned {
        let read = units(of("ReadProvisionedThroughputSettings"), "Read");
        let write = units(&common["WriteProvisionedThroughputSettings"], "Write");
        subject["ProvisionedThroughput"] = json!({"ReadCapacityUnits": read, "WriteCapacityUnits": write});
        return;
    }
    let maxima = [
        ("MaxReadRequestUnits", of("ReadOnDemandThroughputSettings")),
        ("MaxWriteRequestUnits", &common["WriteOnDemandThroughputSettings"]),
    ];
    let given = maxima.into_iter().filter_map(|(name, settings)| Some((name.to_owned(), settings.get(name)?.clone())));
    let given: Map<String, Value> = given.collect();
    if !given.is_empty() {
        subject["OnDemandThroughput"] = Value::Object(given);
    }
}

/// What a replica, or one of its indexes, reads with instead of what the others do.
fn set_overrides(action: &mut Value, own: &Value, provisioned: bool) {
    let settings = own.get("ReadProvisionedThroughputSettings").filter(|_| provisioned);
    if let Some(settings) = settings {
        action["ProvisionedThroughputOverride"] = json!({"ReadCapacityUnits": units(settings, "Read")});
    }
    if let Some(settings) = own.get("ReadOnDemandThroughputSettings").filter(|_| !provisioned) {
        action["OnDemandThroughputOverride"] = settings.clone();
    }
}

/// The units with which a table or an index begins: a number, or where automatic scaling begins.
fn units<'a>(settings: &'a Value, kind: &str) -> &'a Value {
    let scaled = &settings[format!("{kind}CapacityAutoScalingSettings")];
    let begins = scaled.get("SeedCapacity").unwrap_or(&scaled["MinCapacity"]);
    settings.get(format!("{kind}CapacityUnits")).unwrap_or(begins)
}

/// What a replica, or a global table, says of an index.
pub fn index_of<'a>(replica: &'a Value, name: &Value) -> &'a Value {
    let mut indexes = replica["GlobalSecondaryIndexes"].as_array().into_iter().flatten();
    indexes.find(|index| index["IndexName"] == *name).unwrap_or(&Value::Null)
}
