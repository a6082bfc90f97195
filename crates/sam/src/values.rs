//! Small words for the values of templates.

use serde_json::{Map, Value, json};

/// `{"Ref": name}`
pub(crate) fn reference(name: &str) -> Value {
    json!({ "Ref": name })
}

/// `{"Fn::GetAtt": [name, attribute]}`
pub(crate) fn get_att(name: &str, attribute: &str) -> Value {
    json!({ "Fn::GetAtt": [name, attribute] })
}

/// `{"Fn::Sub": [text, variables]}`
pub(crate) fn substitute(text: &str, variables: Value) -> Value {
    json!({ "Fn::Sub": [text, variables] })
}

/// `{"Fn::If": [condition, value, NoValue]}`
pub(crate) fn only_if(condition: &Value, value: Value) -> Value {
    choose(condition, value, reference("AWS::NoValue"))
}

/// `{"Fn::If": [condition, yes, no]}`
pub(crate) fn choose(condition: &Value, yes: Value, no: Value) -> Value {
    json!({ "Fn::If": [condition, yes, no] })
}

/// The function's name and argument, when the value is an intrinsic function.
pub(crate) fn intrinsic(value: &Value) -> Option<(&str, &Value)> {
    let map = value.as_object().filter(|map| map.len() == 1)?;
    let (name, argument) = map.iter().next()?;
    (name == "Ref" || name == "Condition" || name.starts_with("Fn::")).then_some((name.as_str(), argument))
}

pub(crate) fn is_intrinsic(value: &Value) -> bool {
    intrinsic(value).is_some()
}

/// `{"Ref": "AWS::NoValue"}`
pub(crate) fn is_no_value(value: &Value) -> bool {
    matches!(intrinsic(value), Some(("Ref", name)) if name == "AWS::NoValue")
}

/// The argument of an `Fn::If`, whatever it looks like.
pub(crate) fn if_argument(value: &Value) -> Option<&Value> {
    match intrinsic(value) {
        Some(("Fn::If", argument)) => Some(argument),
        _ => None,
    }
}

/// The three parts of an `Fn::If`'s argument.
pub(crate) fn if_parts(argument: &Value) -> Result<[&Value; 3], &'static str> {
    match argument.as_array().map(Vec::as_slice) {
        Some([condition, yes, no]) => Ok([condition, yes, no]),
        _ => Err("Fn::If requires 3 arguments"),
    }
}

/// The resource that a `Ref` or `Fn::GetAtt` names.
pub(crate) fn referenced_id(value: &Value) -> Option<&str> {
    match intrinsic(value)? {
        ("Ref", name) => name.as_str(),
        ("Fn::GetAtt", Value::Array(parts)) if parts.len() == 2 => parts[0].as_str(),
        ("Fn::GetAtt", Value::String(text)) => {
            let (name, attribute) = text.split_once('.')?;
            (!attribute.contains('.')).then_some(name)
        }
        _ => None,
    }
}

/// Python's truth: nothing, zero and emptiness are false.
pub(crate) fn truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(map) => !map.is_empty(),
    }
}

/// A member that is there and that Python takes for true.
pub(crate) fn set<'a>(map: &'a Map<String, Value>, key: &str) -> Option<&'a Value> {
    map.get(key).filter(|value| truthy(value))
}

/// A member that is there and not null.
pub(crate) fn given<'a>(map: &'a Map<String, Value>, key: &str) -> Option<&'a Value> {
    map.get(key).filter(|value| !value.is_null())
}

/// Letters and figures only, and at least one.
pub(crate) fn is_alphanumeric(text: &str) -> bool {
    !text.is_empty() && text.chars().all(char::is_alphanumeric)
}

/// SAM's `{key: value}` tags as CloudFormation's list.
pub(crate) fn tag_list(tags: &Map<String, Value>) -> Vec<Value> {
    tags.iter()
        .map(|(key, value)| {
            let value = if value.is_null() { json!("") } else { value.clone() };
            json!({ "Key": key, "Value": value })
        })
        .collect()
}

/// How Python prints a value inside a sentence.
pub(crate) fn printed(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => crate::py27::Py::literal(other).print(),
    }
}
