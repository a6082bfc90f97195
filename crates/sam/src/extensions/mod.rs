//! The `AWS::LanguageExtensions` transform: loops, and functions where templates have none by themselves.
//!
//! Everything that parameters, mappings and conditions settle is written out, as AWS does it; what only
//! a deployment can know stays a function.

mod conditions;
mod for_each;
mod functions;

use serde_json::{Map, Value};

use functions::Resolver;

/// The name of the transform in a template's `Transform` section.
pub const LANGUAGE_EXTENSIONS: &str = "AWS::LanguageExtensions";

/// What is known beside the template.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Values of the template's parameters; those left out take their `Default`.
    pub parameters: Map<String, Value>,
    /// Values of pseudo parameters; those left out stay references.
    pub pseudo: Map<String, Value>,
}

/// Attributes of a resource that must be plain text in the end.
const POLICIES: [&str; 2] = ["DeletionPolicy", "UpdateReplacePolicy"];

/// Extends a template with long-form intrinsic functions; a sentence of what is wrong if that fails.
pub fn extend(template: Value, facts: &Facts) -> Result<Value, String> {
    let Value::Object(mut template) = template else { return Err("Template format error".to_owned()) };
    if template.get("Resources").is_none_or(|resources| !resources.is_object()) {
        return Err("The Resources section must be a map of resources".to_owned());
    }
    let resolver = Resolver::new(&template, facts);
    for_each::expand(&mut template, &resolver)?;
    let resolver = resolver.with_conditions(template.get("Conditions"))?;
    if let Some(Value::Object(conditions)) = template.get_mut("Conditions") {
        for condition in conditions.values_mut() {
            *condition = resolver.value(condition)?.unwrap_or_default();
        }
    }
    let mut resources = Map::new();
    for (id, resource) in template.get("Resources").and_then(Value::as_object).into_iter().flatten() {
        resources.insert(id.clone(), resolve_resource(id, resource, &resolver)?);
    }
    template.insert("Resources".to_owned(), Value::Object(resources));
    if let Some(Value::Object(outputs)) = template.get_mut("Outputs") {
        for (id, output) in outputs {
            *output = resolve_output(id, output, &resolver)?;
        }
    }
    Ok(Value::Object(template))
}

fn resolve_resource(id: &str, resource: &Value, resolver: &Resolver) -> Result<Value, String> {
    if !resource.is_object() {
        return Err(format!("The resource {id} must be a map"));
    }
    if !is_made(resource, resolver)? {
        return Ok(resource.clone());
    }
    let with_id = |sentence: String| format!("{sentence} for resource {id}");
    let resolved = resolver.value(resource).map_err(with_id)?.unwrap_or_default();
    for policy in POLICIES {
        let wanted = resource.get(policy).filter(|value| !value.is_null());
        if wanted.is_some() && resolved.get(policy).is_none_or(|value| !value.is_string()) {
            return Err(format!("Unsupported expression for {policy} in resource {id}"));
        }
    }
    Ok(resolved)
}

fn resolve_output(id: &str, output: &Value, resolver: &Resolver) -> Result<Value, String> {
    if !output.is_object() {
        return Err(format!("[/Outputs/{id}] 'null' values are not allowed in templates"));
    }
    if !is_made(output, resolver)? {
        return Ok(output.clone());
    }
    let resolved = resolver.value(output)?.unwrap_or_default();
    match (output.get("Value"), resolved.get("Value")) {
        (None, _) | (_, Some(_)) => Ok(resolved),
        (Some(_), None) => Err(format!("[/Outputs/{id}/Value] 'null' values are not allowed in templates")),
    }
}

/// Whether a resource or an output is there. What is not may say what it wants.
fn is_made(node: &Value, resolver: &Resolver) -> Result<bool, String> {
    match node.get("Condition").and_then(Value::as_str) {
        None => Ok(true),
        Some(name) => Ok(resolver.condition(name)?.unwrap_or(true)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn extended(template: &Value) -> Result<Value, String> {
        let pseudo = Map::from_iter([("AWS::Region".to_owned(), json!("eu-west-1"))]);
        extend(template.clone(), &Facts { parameters: Map::new(), pseudo })
    }

    #[test]
    fn loops_are_written_out() {
        let template = json!({
            "Parameters": { "Names": { "Type": "CommaDelimitedList", "Default": "a, 10.0" } },
            "Resources": {
                "Fn::ForEach::Topics": ["Name", { "Ref": "Names" }, {
                    "Topic&{Name}": { "Type": "T", "Properties": { "TopicName": { "Fn::Sub": "${Name}.${AWS::Region}" } } },
                }],
            },
        });
        let resources = json!({
            "Topica": { "Type": "T", "Properties": { "TopicName": "a.eu-west-1" } },
            "Topic100": { "Type": "T", "Properties": { "TopicName": "10.0.eu-west-1" } },
        });
        assert_eq!(extended(&template).unwrap()["Resources"], resources);
    }

    #[test]
    fn what_only_a_deployment_knows_stays_a_function() {
        let value = json!({ "Fn::ToJsonString": { "region": { "Ref": "AWS::Region" }, "arn": { "Fn::GetAtt": ["A", "Arn"] } } });
        let length = json!({ "Fn::Length": { "Fn::Split": ["/", "a/b"] } });
        let map = json!({ "Fn::FindInMap": ["Sizes", "none", "Memory", { "DefaultValue": 128 }] });
        let template = json!({
            "Mappings": { "Sizes": { "dev": { "Memory": 512 } } },
            "Resources": { "A": { "Type": "T", "Properties": { "j": value, "n": length, "m": map } } },
        });
        let kept = json!({ "Fn::ToJsonString": { "region": "eu-west-1", "arn": { "Fn::GetAtt": ["A", "Arn"] } } });
        let properties = json!({ "j": kept, "n": 2, "m": 128 });
        assert_eq!(extended(&template).unwrap()["Resources"]["A"]["Properties"], properties);
    }

    #[test]
    fn policies_must_be_settled() {
        let template = |policy: Value| json!({ "Resources": { "A": { "Type": "T", "DeletionPolicy": policy } } });
        let choice = json!({ "Fn::Select": [0, ["Retain", "Delete"]] });
        assert_eq!(extended(&template(choice)).unwrap()["Resources"]["A"]["DeletionPolicy"], "Retain");
        let sentence = "Unsupported expression for DeletionPolicy in resource A";
        assert_eq!(extended(&template(json!({ "Fn::GetAtt": ["B", "C"] }))), Err(sentence.to_owned()));
    }
}
