//! What a replica has of its own: its class, its key, and what it reads with.

use serde_json::{Map, Value, json};

use crate::{
    api::Input,
    state::{TableDefinition, ThroughputHistory},
};

/// What sets no maximum.
const NO_MAXIMUM: i64 = -1;

/// Gives the table of a replica what `overrides` say, as the members of a replica action say it.
pub fn apply(overrides: &Map<String, Value>, table: &mut TableDefinition, now: u64) {
    let overrides = Value::Object(overrides.clone());
    let overrides = Input(&overrides);
    if let Some(class) = overrides.text("TableClassOverride") {
        table.class = Some(class.to_owned());
    }
    if let Some(key) = overrides.text("KMSMasterKeyId") {
        table.encryption = Some(json!({"Enabled": true, "SSEType": "KMS", "KMSMasterKeyId": key}));
    }
    let billing = &mut table.billing;
    set_units(overrides, &mut billing.throughput, &mut billing.history, now);
    set_maximum(overrides, &mut table.on_demand_throughput);
    for own in overrides.list("GlobalSecondaryIndexes").unwrap_or_default().iter().map(Input) {
        // As in AWS, one that is not there is not missed.
        let named = table.indexes.iter_mut().find(|index| Some(index.name.as_str()) == own.text("IndexName"));
        if let Some(index) = named {
            set_units(own, &mut index.throughput, &mut index.history, now);
            set_maximum(own, &mut index.on_demand_throughput);
        }
    }
}

fn set_units(own: Input<'_>, units: &mut (u64, u64), history: &mut ThroughputHistory, now: u64) {
    if let Some(read) = own.structure("ProvisionedThroughputOverride").number("ReadCapacityUnits") {
        let new = (read, units.1);
        if new != *units {
            history.note_change(*units, new, now);
            *units = new;
        }
    }
}

fn set_maximum(own: Input<'_>, maxima: &mut Option<Value>) {
    let Some(maximum) = own.structure("OnDemandThroughputOverride").get("MaxReadRequestUnits") else { return };
    let maxima = maxima.get_or_insert_with(|| json!({}));
    if *maximum == NO_MAXIMUM {
        maxima.as_object_mut().map(|members| members.shift_remove("MaxReadRequestUnits"));
    } else {
        maxima["MaxReadRequestUnits"] = maximum.clone();
    }
}

/// Leaves of `overrides` what is not what `table` has itself: only that is told.
pub fn forget_inherited(overrides: &mut Map<String, Value>, table: &TableDefinition) {
    let maxima = table.on_demand_throughput.as_ref().and_then(|maxima| maxima.get("MaxReadRequestUnits"));
    let most = maxima.cloned().unwrap_or_else(|| json!(NO_MAXIMUM));
    overrides.retain(|name, value| match name.as_str() {
        "ProvisionedThroughputOverride" => value["ReadCapacityUnits"] != table.billing.throughput.0,
        "OnDemandThroughputOverride" => value["MaxReadRequestUnits"] != most,
        _ => true,
    });
}

/// The read units that a replica has of its own, of the table or of an index.
pub fn read_units(overrides: &Map<String, Value>, index: Option<&str>) -> Option<u64> {
    let overrides = Value::Object(overrides.clone());
    let overrides = Input(&overrides);
    let own = match index {
        None => overrides,
        Some(name) => {
            let mut indexes = overrides.list("GlobalSecondaryIndexes").unwrap_or_default().iter().map(Input);
            indexes.find(|index| index.text("IndexName") == Some(name))?
        }
    };
    own.structure("ProvisionedThroughputOverride").number("ReadCapacityUnits")
}
