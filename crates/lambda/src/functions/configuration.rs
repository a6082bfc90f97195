//! `FunctionConfiguration`: how answers describe a version.

use serde_json::{Map, Value, json};

use super::Shown;
use crate::{names::Target, state::Version};

/// A version as the operations on one function describe it.
pub fn describe(target: &Target, version: &Version, shown: Shown) -> Value {
    let mut members = members(target, version);
    members.insert("State".into(), json!(if shown == Shown::BeingCreated { "Pending" } else { "Active" }));
    match shown {
        Shown::BeingCreated => {
            members.insert("StateReason".into(), json!("The function is being created."));
            members.insert("StateReasonCode".into(), json!("Creating"));
        }
        Shown::BeingUpdated => {
            members.insert("LastUpdateStatus".into(), json!("InProgress"));
            members.insert("LastUpdateStatusReason".into(), json!("The function is being created."));
            members.insert("LastUpdateStatusReasonCode".into(), json!("Creating"));
        }
        Shown::Settled => {
            members.insert("LastUpdateStatus".into(), json!("Successful"));
        }
    }
    Value::Object(members)
}

/// A version as lists describe it: without its state.
pub fn listed(target: &Target, version: &Version) -> Value {
    Value::Object(members(target, version))
}

fn members(target: &Target, version: &Version) -> Map<String, Value> {
    // Settings are text, numbers and maps with text keys: they are always an object.
    let mut members = match serde_json::to_value(&version.settings) {
        Ok(Value::Object(members)) => members,
        _ => Map::new(),
    };
    let settings = &version.settings;
    if settings.layers.is_empty() {
        members.remove("Layers");
    } else {
        let layers = settings.layers.iter().map(|arn| json!({"Arn": arn}));
        members.insert("Layers".into(), layers.collect());
    }
    let mut logging = json!({"LogFormat": "Text", "LogGroup": settings.log_group(&target.name)});
    if settings.logging_config.log_format.as_deref() == Some("JSON") {
        merge(&mut logging, &json!({"ApplicationLogLevel": "INFO", "SystemLogLevel": "INFO"}));
    }
    merge(&mut logging, &members["LoggingConfig"]);
    members.insert("LoggingConfig".into(), logging);
    if let Some(config) = members.remove("ImageConfig") {
        members.insert("ImageConfigResponse".into(), json!({ "ImageConfig": config }));
    }
    let apply_on = settings.snap_start.apply_on.as_deref().unwrap_or("None");
    members.insert("SnapStart".into(), json!({"ApplyOn": apply_on, "OptimizationStatus": "Off"}));
    let computed = json!({
        "FunctionName": target.name,
        "FunctionArn": target.arn(),
        "CodeSize": version.code_size,
        "CodeSha256": version.code,
        "LastModified": moment(version.last_modified),
        "Version": version.name(),
        "RevisionId": version.revision,
    });
    if let Value::Object(computed) = computed {
        members.extend(computed);
    }
    members
}

fn merge(into: &mut Value, from: &Value) {
    if let (Some(into), Some(from)) = (into.as_object_mut(), from.as_object()) {
        into.extend(from.clone());
    }
}

/// `2026-01-01T00:00:00.000+0000`: the one form of time that this API writes so.
pub fn moment(millis: u64) -> String {
    let moment = jiff::Timestamp::from_millisecond(millis.cast_signed()).unwrap_or_default();
    moment.strftime("%Y-%m-%dT%H:%M:%S%.3f+0000").to_string()
}

#[cfg(test)]
mod tests {
    use super::moment;

    #[test]
    fn moments_have_three_digits_and_a_numeric_zone() {
        assert_eq!(moment(1_767_225_600_000), "2026-01-01T00:00:00.000+0000");
    }
}
