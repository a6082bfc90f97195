//! `FunctionConfiguration`: how answers describe a version.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::{
    names::Target,
    state::{Progress, State, Version},
};

/// A version as the operations on one function describe it.
pub fn describe(state: &State, target: &Target, version: &Version) -> Value {
    let mut members = members(state, target, version);
    let (reason, code) = ("The function is being created.", "Creating");
    let progress = match &version.progress {
        Progress::Settled => json!({"State": "Active", "LastUpdateStatus": "Successful"}),
        Progress::Creating => json!({"State": "Pending", "StateReason": reason, "StateReasonCode": code}),
        Progress::Updating => json!({
            "State": "Active",
            "LastUpdateStatus": "InProgress",
            "LastUpdateStatusReason": reason,
            "LastUpdateStatusReasonCode": code,
        }),
        Progress::Failed { code, reason } => {
            json!({"State": "Failed", "StateReason": reason, "StateReasonCode": code})
        }
    };
    if let Value::Object(progress) = progress {
        members.extend(progress);
    }
    let is_optimized = version.starts_from_snapshot() && version.progress == Progress::Settled;
    members["SnapStart"]["OptimizationStatus"] = json!(if is_optimized { "On" } else { "Off" });
    if let Some(arn) = runtime_version_of(state, target, version) {
        members.insert("RuntimeVersionConfig".into(), json!({"RuntimeVersionArn": arn}));
    }
    Value::Object(members)
}

/// A version as lists describe it: without its state.
pub fn listed(state: &State, target: &Target, version: &Version) -> Value {
    Value::Object(members(state, target, version))
}

/// The ARN of a runtime: there is one version of each here.
pub fn runtime_version(region: &str, runtime: &str) -> String {
    let hash = Sha256::digest(runtime).iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    format!("arn:{}:lambda:{region}::runtime:{hash}", kernel::partition(region))
}

/// The ARN of the runtime that a version runs on: the one that it is held to, or the newest.
fn runtime_version_of(state: &State, target: &Target, version: &Version) -> Option<String> {
    let runtime = version.settings.runtime.as_deref()?;
    let managed = state.function(target).ok().and_then(|function| function.runtime_management.get(&version.name()));
    let held = managed.and_then(|management| management.version_arn.clone());
    Some(held.unwrap_or_else(|| runtime_version(&target.region, runtime)))
}

fn members(state: &State, target: &Target, version: &Version) -> Map<String, Value> {
    // Settings are text, numbers and maps with text keys: they are always an object.
    let mut members = match serde_json::to_value(&version.settings) {
        Ok(Value::Object(members)) => members,
        _ => Map::new(),
    };
    let settings = &version.settings;
    if settings.layers.is_empty() {
        members.remove("Layers");
    } else {
        let layers = settings.layers.iter().map(|arn| match state.layer(arn) {
            Some(layer) => json!({"Arn": arn, "CodeSize": layer.code_size}),
            None => json!({"Arn": arn}),
        });
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
