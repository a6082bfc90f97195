//! Intrinsic functions, looked at without evaluating them: are they well formed, and what do they
//! refer to?

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Conditions, Fault, section};

/// Names that every template may refer to.
pub(crate) const PSEUDO_PARAMETERS: [&str; 8] = [
    "AWS::AccountId",
    "AWS::NoValue",
    "AWS::NotificationARNs",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
];

const KNOWN: [&str; 20] = [
    "Fn::And",
    "Fn::Base64",
    "Fn::Cidr",
    "Fn::Equals",
    "Fn::FindInMap",
    "Fn::ForEach",
    "Fn::GetAZs",
    "Fn::GetAtt",
    "Fn::If",
    "Fn::ImportValue",
    "Fn::Join",
    "Fn::Length",
    "Fn::Not",
    "Fn::Or",
    "Fn::Select",
    "Fn::Split",
    "Fn::Sub",
    "Fn::ToJsonString",
    "Fn::Transform",
    "Ref",
];

/// The only member of a map with one, if its name is that of a function.
pub(crate) fn function(value: &Value) -> Option<(&str, &Value)> {
    let map = value.as_object().filter(|map| map.len() == 1)?;
    let (name, argument) = map.iter().next()?;
    (name == "Ref" || name.starts_with("Fn::")).then_some((name.as_str(), argument))
}

/// Every function of the template that is not well formed.
pub(crate) fn check(template: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    for name in ["Conditions", "Resources", "Outputs"] {
        if let Some(value) = template.get(name) {
            check_node(value, &mut vec![name.to_owned()], template, &mut faults);
        }
    }
    for (name, resource) in section(template, "Resources") {
        if let Some(condition) = resource.get("Condition").and_then(Value::as_str)
            && template.get("Conditions").and_then(|c| c.get(condition)).is_none()
        {
            let sentence = format!(
                "Template format error: Unresolved condition dependency {condition} in the Resources block of the template"
            );
            faults.push(Fault::at(["Resources", name, "Condition"], sentence));
        }
    }
    faults
}

fn check_node(value: &Value, path: &mut Vec<String>, template: &Value, faults: &mut Vec<Fault>) {
    if let Some((name, argument)) = function(value)
        && let Some(sentence) = complaint(name, argument, template)
    {
        faults.push(Fault::at(path.iter().map(String::as_str), sentence));
    }
    let mut child = |step: String, value: &Value| {
        path.push(step);
        check_node(value, path, template, faults);
        path.pop();
    };
    match value {
        Value::Array(items) => items.iter().enumerate().for_each(|(index, item)| child(index.to_string(), item)),
        Value::Object(map) => map.iter().for_each(|(key, value)| child(key.clone(), value)),
        _ => {}
    }
}

/// What is wrong with one function, in the words of AWS.
fn complaint(name: &str, argument: &Value, template: &Value) -> Option<String> {
    let list = argument.as_array().map(Vec::as_slice).unwrap_or_default();
    let sentence = match (name, list) {
        ("Ref", _) if !argument.is_string() => "Template error: every Ref object must have a single String value.",
        ("Fn::GetAtt", _) if !is_get_att(argument) => {
            "Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the \
             resource attribute"
        }
        ("Fn::Equals", list) if list.len() != 2 => {
            "Template error: every Fn::Equals object requires a list of 2 string parameters."
        }
        ("Fn::Join", list) if list.len() != 2 => {
            "Template error: every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of \
             strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined."
        }
        ("Fn::Split", list) if list.len() != 2 => {
            "Template error: every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string \
             to be split or a function that returns a string to be split."
        }
        ("Fn::Select", list) if list.len() != 2 => {
            "Template error: Fn::Select requires a list argument with two elements: an integer index and a list"
        }
        ("Fn::FindInMap", list) if !(3..=4).contains(&list.len()) => {
            "Template error: every Fn::FindInMap object requires three parameters, the map name, map key and the \
             attribute for return value"
        }
        ("Fn::If", list) if list.len() != 3 => "Template error: Fn::If requires a list argument with three arguments",
        ("Fn::If", [condition, ..]) => {
            let condition = condition.as_str().unwrap_or_default();
            let known = template.get("Conditions").and_then(|conditions| conditions.get(condition));
            return known
                .is_none()
                .then(|| format!("Template error: unresolved condition dependency {condition} in Fn::If"));
        }
        ("Fn::Sub", _) if !is_sub(argument) => {
            "Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a \
             string as first argument, and an optional second argument to specify a mapping of values to replace in \
             the string"
        }
        (name, _) if !KNOWN.contains(&name) && !name.starts_with("Fn::ForEach::") => {
            return Some(format!(
                "Template error: Encountered unsupported function: {name} Supported functions are: [{}]",
                KNOWN[..KNOWN.len() - 1].join(", ")
            ));
        }
        _ => return None,
    };
    Some(sentence.to_owned())
}

fn is_get_att(argument: &Value) -> bool {
    match argument {
        Value::String(text) => text.split_once('.').is_some_and(|(name, rest)| !name.is_empty() && !rest.is_empty()),
        Value::Array(parts) => match parts.as_slice() {
            [Value::String(name), Value::String(attribute)] => !name.is_empty() && !attribute.is_empty(),
            [Value::String(name), Value::Object(_)] => !name.is_empty(),
            _ => false,
        },
        _ => false,
    }
}

fn is_sub(argument: &Value) -> bool {
    match argument {
        Value::String(_) => true,
        Value::Array(parts) => matches!(parts.as_slice(), [Value::String(_), Value::Object(_)]),
        _ => false,
    }
}

/// The variables of an `Fn::Sub`: each `${name}` that is not escaped as `${!name}`.
pub(crate) fn variables(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        rest = &rest[start + 2..];
        let Some(end) = rest.find('}') else { break };
        let name = &rest[..end];
        if !name.starts_with('!') {
            names.push(name.trim());
        }
        rest = &rest[end + 1..];
    }
    names
}

/// A name that a node refers to, and where it does.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Reference {
    pub(crate) name: String,
    pub(crate) pointer: Vec<String>,
}

/// What a node refers to. Of an `Fn::If` only the branch that holds counts, if conditions are known.
pub(crate) fn references(value: &Value, conditions: Option<&Conditions>) -> Vec<Reference> {
    let mut found = Vec::new();
    collect(value, conditions, &mut Vec::new(), &mut found);
    found
}

fn collect(value: &Value, conditions: Option<&Conditions>, path: &mut Vec<String>, found: &mut Vec<Reference>) {
    let mut refer = |name: &str, path: &[String]| {
        found.push(Reference { name: name.to_owned(), pointer: path.to_vec() });
    };
    match function(value) {
        Some(("Ref", Value::String(name))) => return refer(name, path),
        Some(("Fn::GetAtt", Value::String(text))) => {
            return refer(text.split('.').next().unwrap_or_default(), path);
        }
        Some(("Fn::GetAtt", Value::Array(parts))) => {
            if let Some(name) = parts.first().and_then(Value::as_str) {
                refer(name, path);
            }
        }
        Some(("Fn::Sub", argument)) => {
            let text = argument.as_str().or_else(|| argument.get(0).and_then(Value::as_str)).unwrap_or_default();
            let own = argument.get(1).and_then(Value::as_object);
            for name in variables(text) {
                if own.is_none_or(|own| !own.contains_key(name)) {
                    let is_pseudo = name.starts_with("AWS::");
                    refer(if is_pseudo { name } else { name.split('.').next().unwrap_or(name) }, path);
                }
            }
        }
        Some(("Fn::If", Value::Array(parts))) if parts.len() == 3 => {
            let holds = conditions.and_then(|all| all.get(parts[0].as_str()?));
            for (index, branch) in [(1, true), (2, false)] {
                if holds.is_none_or(|holds| holds == branch) {
                    path.extend(["Fn::If".to_owned(), index.to_string()]);
                    collect(&parts[index], conditions, path, found);
                    path.truncate(path.len() - 2);
                }
            }
            return;
        }
        _ => {}
    }
    let mut child = |step: String, value: &Value| {
        path.push(step);
        collect(value, conditions, path, found);
        path.pop();
    };
    match value {
        Value::Array(items) => items.iter().enumerate().for_each(|(index, item)| child(index.to_string(), item)),
        Value::Object(map) => map.iter().for_each(|(key, value)| child(key.clone(), value)),
        _ => {}
    }
}

/// References to nothing. With conditions, what is not made does not refer and cannot be referred to.
pub(crate) fn unresolved(template: &Value, conditions: Option<&Conditions>) -> Vec<Fault> {
    let is_made = |resource: &Value| conditions.is_none_or(|all| all.allow(resource));
    let mut known: BTreeSet<&str> = PSEUDO_PARAMETERS.into();
    known.extend(section(template, "Parameters").map(|(name, _)| name.as_str()));
    let resources = section(template, "Resources");
    let made = resources.filter(|(_, resource)| is_made(resource));
    known.extend(made.map(|(name, _)| name.as_str()));
    let mut faults = Vec::new();
    for block in ["Resources", "Outputs"] {
        let mut missing: BTreeSet<String> = BTreeSet::new();
        let mut first = None;
        for (name, node) in section(template, block).filter(|(_, node)| is_made(node)) {
            let mut found = references(node, conditions);
            if block == "Resources" {
                found.extend(dependencies(node, template));
            }
            for reference in found.into_iter().filter(|reference| !known.contains(reference.name.as_str())) {
                let steps = [block, name].into_iter().chain(reference.pointer.iter().map(String::as_str));
                first.get_or_insert_with(|| ::template::pointer(steps));
                missing.insert(reference.name);
            }
        }
        let Some(pointer) = first else { continue };
        let names = missing.into_iter().collect::<Vec<_>>().join(", ");
        // AWS leaves the prefix out where an output refers to a resource that a condition left out.
        let prefix = if block == "Outputs" && conditions.is_some() { "" } else { "Template format error: " };
        let message =
            format!("{prefix}Unresolved resource dependencies [{names}] in the {block} block of the template");
        faults.push(Fault { pointer, message });
    }
    faults
}

/// What `DependsOn` names. One on a resource that a condition left out is no dependency.
fn dependencies(resource: &Value, template: &Value) -> Vec<Reference> {
    let exists = |name: &str| template.get("Resources").and_then(|all| all.get(name)).is_some();
    depends_on(resource)
        .into_iter()
        .filter(|name| !exists(name))
        .map(|name| Reference { name: name.to_owned(), pointer: vec!["DependsOn".to_owned()] })
        .collect()
}

/// The names in a resource's `DependsOn`.
pub(crate) fn depends_on(resource: &Value) -> Vec<&str> {
    match resource.get("DependsOn") {
        Some(Value::String(name)) => vec![name],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn references_to_nothing_are_found() {
        let template = json!({
            "Parameters": {"P": {"Type": "String"}},
            "Resources": {
                "A": {"Type": "T", "Properties": {"x": {"Ref": "P"}, "y": {"Fn::Sub": "${B.Arn} ${AWS::Region} ${!C}"}}},
                "B": {"Type": "T", "DependsOn": ["A", "Gone"]},
            },
            "Outputs": {"O": {"Value": {"Fn::GetAtt": ["Lost", "Arn"]}}},
        });
        let messages: Vec<String> = unresolved(&template, None).into_iter().map(|fault| fault.message).collect();
        assert_eq!(
            messages,
            [
                "Template format error: Unresolved resource dependencies [Gone] in the Resources block of the template",
                "Template format error: Unresolved resource dependencies [Lost] in the Outputs block of the template",
            ]
        );
    }

    #[test]
    fn malformed_functions_are_found() {
        let resource = |function: Value| json!({"Resources": {"A": {"Type": "T", "Properties": {"x": function}}}});
        let first = |function: Value| check(&resource(function)).first().map(|fault| fault.message.clone());
        assert_eq!(
            first(json!({"Fn::If": ["C", 1, 2]})).as_deref(),
            Some("Template error: unresolved condition dependency C in Fn::If")
        );
        assert_eq!(
            first(json!({"Fn::Select": [1]})).as_deref(),
            Some("Template error: Fn::Select requires a list argument with two elements: an integer index and a list")
        );
        assert_eq!(first(json!({"Fn::Join": [",", ["a"]]})), None);
        assert!(first(json!({"Fn::Foo": 1})).is_some());
    }
}
