//! Records of objects: lines of DynamoDB JSON, `{"Item": {"name": {"S": "value"}}}`, or of [Ion](super::ion).

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;

use super::ion;

/// A record as it stands in an object.
pub struct Record<'a> {
    /// The line in which it begins, from 0 up.
    pub line: usize,
    /// How it is spelled.
    pub text: &'a str,
    /// What it says as DynamoDB JSON, or why it says nothing.
    pub value: Result<Value, String>,
}

/// The records of an object in `format`, one after the other.
pub fn records<'a>(format: Option<&str>, text: &'a str) -> Box<dyn Iterator<Item = Record<'a>> + 'a> {
    if format == Some("ION") {
        return Box::new(ion::records(text));
    }
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    Box::new(lines.map(|(line, text)| Record { line, text, value: read(text) }))
}

/// A line as JSON whose members that hold attribute values hold nothing else; or why it is not.
fn read(line: &str) -> Result<Value, String> {
    let value: Value = serde_json::from_str(line).map_err(|error| format!("The line is not JSON: {error}"))?;
    let Some(item) = value.get("Item").and_then(Value::as_object) else {
        return Err("The line has no Item".to_owned());
    };
    let values = value.get("ExpressionAttributeValues").and_then(Value::as_object);
    for (name, attribute) in item.iter().chain(values.into_iter().flatten()) {
        if !is_attribute_value(attribute) {
            return Err(format!("{name} is not an attribute value"));
        }
    }
    Ok(value)
}

/// Whether every type is given what belongs to it. Depth is bounded by the parser.
fn is_attribute_value(value: &Value) -> bool {
    let Some(value) = value.as_object() else { return false };
    value.iter().all(|(kind, value)| match kind.as_str() {
        "S" | "N" => value.is_string(),
        "B" => is_base64(value),
        "BOOL" | "NULL" => value.is_boolean(),
        "SS" | "NS" => value.as_array().is_some_and(|members| members.iter().all(Value::is_string)),
        "BS" => value.as_array().is_some_and(|members| members.iter().all(is_base64)),
        "L" => value.as_array().is_some_and(|members| members.iter().all(is_attribute_value)),
        "M" => value.as_object().is_some_and(|members| members.values().all(is_attribute_value)),
        _ => false,
    })
}

fn is_base64(value: &Value) -> bool {
    value.as_str().is_some_and(|text| STANDARD.decode(text).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_holds_an_item_of_attribute_values() {
        assert!(read(r#"{"Item": {"a": {"M": {"b": {"L": [{"BS": ["AA=="]}]}}}}}"#).is_ok());
        for line in ["", "{}", r#"{"Item": 1}"#, r#"{"Item": {"a": 1}}"#, r#"{"Item": {"a": {"L": [{"S": 1}]}}}"#] {
            assert!(read(line).is_err(), "{line}");
        }
    }
}
