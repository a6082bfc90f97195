//! The structure of a template: which sections there are and what each must hold.

use serde_json::{Map, Value};

use super::Fault;

const SECTIONS: [&str; 10] = [
    "AWSTemplateFormatVersion",
    "Conditions",
    "Description",
    "Hooks",
    "Mappings",
    "Metadata",
    "Outputs",
    "Parameters",
    "Resources",
    "Rules",
];

const RESOURCE_MEMBERS: [&str; 10] = [
    "Condition",
    "CreationPolicy",
    "DeletionPolicy",
    "DependsOn",
    "Metadata",
    "Properties",
    "Type",
    "UpdatePolicy",
    "UpdateReplacePolicy",
    "Version",
];

/// Everything that is wrong with the structure. Transforms have been applied before, unless `is_source`.
pub(crate) fn check(template: &Value, is_source: bool) -> Vec<Fault> {
    let Value::Object(sections) = template else {
        return vec![Fault::at([], "Template format error: unsupported structure.")];
    };
    let mut faults = Vec::new();
    let known = |name: &str| SECTIONS.contains(&name) || is_source && ["Globals", "Transform"].contains(&name);
    for name in sections.keys().filter(|name| !known(name)) {
        faults.push(Fault::at([name.as_str()], format!("Invalid template property or properties [{name}]")));
    }
    check_parameters(sections, &mut faults);
    check_mappings(sections, &mut faults);
    check_resources(sections, is_source, &mut faults);
    check_outputs(sections, is_source, &mut faults);
    if !is_source {
        for section in ["Resources", "Outputs"] {
            if let Some(value) = sections.get(section) {
                find_nulls(value, &mut vec![section.to_owned()], &mut faults);
            }
        }
    }
    faults
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn members<'a>(
    sections: &'a Map<String, Value>,
    name: &str,
    faults: &mut Vec<Fault>,
) -> impl Iterator<Item = (&'a String, &'a Value)> + use<'a> {
    let section = sections.get(name);
    if section.is_some_and(|section| !section.is_object()) {
        faults.push(Fault::at([name], format!("Template format error: {name} must be an object.")));
    }
    section.and_then(Value::as_object).into_iter().flatten()
}

fn check_parameters(sections: &Map<String, Value>, faults: &mut Vec<Fault>) {
    for (name, parameter) in members(sections, "Parameters", faults) {
        let at = ["Parameters", name.as_str()];
        if !is_name(name) {
            let sentence = format!("Template format error: Parameter name {name} is non alphanumeric.");
            faults.push(Fault::at(at, sentence));
        }
        match parameter.get("Type").and_then(Value::as_str) {
            None => {
                faults
                    .push(Fault::at(at, "Template format error: Every Parameters object must contain a Type member."));
            }
            Some(kind) if !super::parameters::is_known_type(kind) => {
                let sentence = format!("Template format error: Unrecognized parameter type: {kind}");
                faults.push(Fault::at(["Parameters", name, "Type"], sentence));
            }
            Some(_) => {}
        }
    }
}

fn check_mappings(sections: &Map<String, Value>, faults: &mut Vec<Fault>) {
    for (name, mapping) in members(sections, "Mappings", faults) {
        let Value::Object(mapping) = mapping else {
            let sentence = format!("Template format error: Every Mappings member {name} must be a map");
            faults.push(Fault::at(["Mappings", name], sentence));
            continue;
        };
        for (key, attributes) in mapping {
            let Value::Object(attributes) = attributes else {
                let sentence = format!("Template format error: Every Mappings member {key} must be a map");
                faults.push(Fault::at(["Mappings", name, key], sentence));
                continue;
            };
            for (attribute, _) in attributes.iter().filter(|(_, value)| value.is_object()) {
                faults.push(Fault::at(
                    ["Mappings", name, key, attribute],
                    "Template format error: Every Mappings attribute must be a String or a List.",
                ));
            }
        }
    }
}

fn check_resources(sections: &Map<String, Value>, is_source: bool, faults: &mut Vec<Fault>) {
    if sections.get("Resources").is_none_or(|r| r.is_null() || r.as_object().is_some_and(Map::is_empty)) {
        faults.push(Fault::at(["Resources"], "Template format error: At least one Resources member must be defined."));
        return;
    }
    let resources = members(sections, "Resources", faults).filter(|(name, _)| !(is_source && is_loop(name)));
    for (name, resource) in resources {
        let at = ["Resources", name.as_str()];
        if !is_name(name) {
            let sentence = format!("Template format error: Resource name {name} is non alphanumeric.");
            faults.push(Fault::at(at, sentence));
        }
        let Value::Object(resource) = resource else {
            faults.push(Fault::at(at, "Template format error: Any Resources member must be an object."));
            continue;
        };
        let kind = resource.get("Type").and_then(Value::as_str);
        if kind.is_none() {
            let sentence = format!(
                "Template format error: [/Resources/{name}] Every Resources object must contain a Type member."
            );
            faults.push(Fault::at(at, sentence));
        }
        let is_sam = is_source && kind.is_some_and(|kind| kind.starts_with("AWS::Serverless::"));
        // The transform reads what it knows of its own resources and drops the rest.
        let known = |key: &str| RESOURCE_MEMBERS.contains(&key) || is_source && key == "Connectors" || is_sam;
        for key in resource.keys().filter(|key| !known(key)) {
            let sentence = format!("Invalid template resource property '{key}'");
            faults.push(Fault::at(["Resources", name, key], sentence));
        }
    }
}

/// Loops are what a transform has to write out.
fn is_loop(name: &str) -> bool {
    name.starts_with("Fn::ForEach::")
}

fn check_outputs(sections: &Map<String, Value>, is_source: bool, faults: &mut Vec<Fault>) {
    let outputs = members(sections, "Outputs", faults).filter(|(name, _)| !(is_source && is_loop(name)));
    for (name, output) in outputs {
        if !is_name(name) {
            let sentence = format!("Template format error: Output name {name} is non alphanumeric.");
            faults.push(Fault::at(["Outputs", name], sentence));
        }
        if output.get("Value").is_none() {
            faults.push(Fault::at(
                ["Outputs", name],
                "Template format error: Every Outputs member must contain a Value object",
            ));
        }
    }
}

fn find_nulls(value: &Value, path: &mut Vec<String>, faults: &mut Vec<Fault>) {
    match value {
        Value::Null => {
            let sentence = format!("[/{}] 'null' values are not allowed in templates", path.join("/"));
            faults.push(Fault::at(path.iter().map(String::as_str), sentence));
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push(index.to_string());
                find_nulls(item, path, faults);
                path.pop();
            }
        }
        Value::Object(map) => {
            for (key, value) in map {
                path.push(key.clone());
                find_nulls(value, path, faults);
                path.pop();
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn structure_faults_are_in_the_words_of_aws() {
        let cases = [
            (json!("text"), "Template format error: unsupported structure."),
            (json!({}), "Template format error: At least one Resources member must be defined."),
            (json!({"Resources": {"A": "x"}}), "Template format error: Any Resources member must be an object."),
            (
                json!({"Resources": {"A": {}}}),
                "Template format error: [/Resources/A] Every Resources object must contain a Type member.",
            ),
            (
                json!({"Resources": {"a-b": {"Type": "T"}}}),
                "Template format error: Resource name a-b is non alphanumeric.",
            ),
            (json!({"Resources": {"A": {"Type": "T", "Invalid": 1}}}), "Invalid template resource property 'Invalid'"),
            (
                json!({"Resources": {"A": {"Type": "T"}}, "Outputs": {"O": {"Value": null}}}),
                "[/Outputs/O/Value] 'null' values are not allowed in templates",
            ),
            (
                json!({"Resources": {"A": {"Type": "T"}}, "Mappings": {"A": "x"}}),
                "Template format error: Every Mappings member A must be a map",
            ),
        ];
        for (template, expected) in cases {
            let faults = check(&template, false);
            assert_eq!(faults.first().map(|fault| fault.message.as_str()), Some(expected));
        }
    }
}
