//! Where a state machine's definition comes from: the template itself, or S3.

use serde_json::{Map, Value, json};

use crate::Problem;
use crate::function::parse_s3_uri;
use crate::ids::indented_json;
use crate::resource::{Resource, Source};
use crate::values::{is_intrinsic, set};

/// Gives the state machine its definition.
pub(super) fn put(source: &Source, machine: &mut Resource) -> Result<(), Problem> {
    let mut substitutions = source.set("DefinitionSubstitutions").and_then(Value::as_object).cloned();
    match (source.set("Definition"), source.set("DefinitionUri")) {
        (Some(_), Some(_)) => {
            return source.problem("Specify either 'Definition' or 'DefinitionUri' property and not both.");
        }
        (Some(definition), None) => {
            let mut definition = definition.clone();
            let mut found = Map::new();
            take_dynamic_values(&mut definition, &mut found);
            if !found.is_empty() {
                substitutions.get_or_insert_default().extend(found);
            }
            let text = indented_json(&definition);
            let lines: Vec<&str> = text.split('\n').collect();
            machine.put("DefinitionString", json!({ "Fn::Join": ["\n", lines] }));
        }
        (None, Some(uri)) => machine.put("DefinitionS3Location", location(source, uri)?),
        (None, None) => {
            return source.problem("Either 'Definition' or 'DefinitionUri' property must be specified.");
        }
    }
    if let Some(substitutions) = substitutions {
        machine.put("DefinitionSubstitutions", substitutions);
    }
    Ok(())
}

/// Puts `${definition_substitution_N}` in the place of what only CloudFormation knows.
fn take_dynamic_values(node: &mut Value, found: &mut Map<String, Value>) {
    let mut take = |value: &mut Value| {
        if is_intrinsic(value) || is_dynamic_reference(value) {
            let name = format!("definition_substitution_{}", found.len() + 1);
            let taken = std::mem::replace(value, json!(format!("${{{name}}}")));
            found.insert(name, taken);
        } else {
            take_dynamic_values(value, found);
        }
    };
    match node {
        Value::Array(items) => items.iter_mut().for_each(take),
        Value::Object(map) => {
            let mut members: Vec<(&String, &mut Value)> = map.iter_mut().collect();
            members.sort_by_key(|(key, _)| *key);
            for (_, value) in members {
                take(value);
            }
        }
        _ => {}
    }
}

/// `{{resolve:service:key}}`, and nothing else.
fn is_dynamic_reference(value: &Value) -> bool {
    let inner = value.as_str().and_then(|text| text.strip_prefix("{{resolve:")?.strip_suffix("}}"));
    inner.and_then(|inner| inner.split_once(':')).is_some_and(|(service, key)| {
        !service.is_empty() && !key.is_empty() && service.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
    })
}

fn location(source: &Source, uri: &Value) -> Result<Value, Problem> {
    let (bucket, key, version) = match uri {
        Value::Object(map) => match (set(map, "Bucket"), set(map, "Key")) {
            (Some(bucket), Some(key)) => (bucket.clone(), key.clone(), map.get("Version").cloned()),
            _ => return source.problem("'DefinitionUri' requires Bucket and Key properties to be specified."),
        },
        other => match other.as_str().and_then(parse_s3_uri) {
            Some(location) => (json!(location.bucket), json!(location.key), location.version.map(Value::from)),
            None => {
                return source.problem(
                    "'DefinitionUri' is not a valid S3 Uri of the form 's3://bucket/key' with optional versionId \
                     query parameter.",
                );
            }
        },
    };
    let mut location = json!({ "Bucket": bucket, "Key": key });
    if let Some(version) = version {
        location["Version"] = version;
    }
    Ok(location)
}
