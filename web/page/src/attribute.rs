//! `DynamoDB` attribute values and the plain JSON that people would rather read.

use serde_json::{Map, Number, Value, json};

/// An item as plain JSON, or `None` when plain JSON cannot say what it holds: sets, binary values
/// and numbers with more digits than a JSON reader keeps.
pub fn item_to_plain(item: &Value) -> Option<Value> {
    let attributes = item.as_object()?;
    map_to_plain(attributes)
}

/// Plain JSON as an item.
pub fn item_from_plain(plain: &Value) -> Option<Value> {
    let attributes = plain.as_object()?;
    Some(attributes.iter().map(|(name, value)| (name.clone(), from_plain(value))).collect::<Map<_, _>>().into())
}

/// One attribute value on one line, for a cell of a table.
pub fn summary(value: &Value) -> String {
    let Some((kind, inner)) = value.as_object().and_then(|value| value.iter().next()) else {
        return String::new();
    };
    match (kind.as_str(), inner) {
        ("S" | "N" | "B", Value::String(text)) => text.clone(),
        ("NULL", _) => "null".to_owned(),
        ("SS" | "NS" | "BS", Value::Array(members)) => {
            let members: Vec<_> = members.iter().filter_map(Value::as_str).collect();
            format!("{{{}}}", members.join(", "))
        }
        _ => to_plain(value).unwrap_or_else(|| inner.clone()).to_string(),
    }
}

fn map_to_plain(attributes: &Map<String, Value>) -> Option<Value> {
    let plain = attributes.iter().map(|(name, value)| Some((name.clone(), to_plain(value)?)));
    plain.collect::<Option<Map<_, _>>>().map(Value::Object)
}

fn to_plain(value: &Value) -> Option<Value> {
    let (kind, inner) = value.as_object()?.iter().next()?;
    match (kind.as_str(), inner) {
        ("S", Value::String(_)) | ("BOOL", Value::Bool(_)) => Some(inner.clone()),
        ("N", Value::String(digits)) => {
            let number: Number = serde_json::from_str(digits).ok()?;
            (number.to_string() == *digits).then_some(Value::Number(number))
        }
        ("NULL", _) => Some(Value::Null),
        ("L", Value::Array(members)) => members.iter().map(to_plain).collect::<Option<Vec<_>>>().map(Value::Array),
        ("M", Value::Object(members)) => map_to_plain(members),
        _ => None,
    }
}

fn from_plain(value: &Value) -> Value {
    match value {
        Value::Null => json!({ "NULL": true }),
        Value::Bool(truth) => json!({ "BOOL": truth }),
        Value::Number(number) => json!({ "N": number.to_string() }),
        Value::String(text) => json!({ "S": text }),
        Value::Array(members) => json!({ "L": members.iter().map(from_plain).collect::<Vec<_>>() }),
        Value::Object(members) => {
            let members: Map<_, _> = members.iter().map(|(name, value)| (name.clone(), from_plain(value))).collect();
            json!({ "M": members })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_json_goes_both_ways() {
        let item = json!({
            "id": {"S": "1"}, "n": {"N": "2.5"}, "ok": {"BOOL": true}, "none": {"NULL": true},
            "list": {"L": [{"N": "1"}]}, "map": {"M": {"a": {"S": "b"}}},
        });
        let plain = json!({"id": "1", "n": 2.5, "ok": true, "none": null, "list": [1], "map": {"a": "b"}});
        assert_eq!(item_to_plain(&item), Some(plain.clone()));
        assert_eq!(item_from_plain(&plain), Some(item));
    }

    #[test]
    fn what_plain_json_would_lose_stays_as_it_is() {
        for value in [json!({"SS": ["a"]}), json!({"B": "AA=="}), json!({"N": "0.12345678901234567890123456789"})] {
            assert_eq!(item_to_plain(&json!({ "x": value })), None);
        }
    }

    #[test]
    fn a_cell_shows_a_value_on_one_line() {
        for (value, text) in [
            (json!({"S": "a"}), "a"),
            (json!({"SS": ["a", "b"]}), "{a, b}"),
            (json!({"M": {"a": {"N": "1"}}}), r#"{"a":1}"#),
        ] {
            assert_eq!(summary(&value), text);
        }
    }
}
