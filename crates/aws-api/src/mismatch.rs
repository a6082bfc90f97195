//! The words of AWS's JSON readers for a value of the wrong kind.
//!
//! DynamoDB's reader is a generation younger than the others' and says more: it tells the members of
//! structures from the elements of lists and maps, and names the Java class that it wanted.

use kernel::AwsError;
use serde_json::Value;

use crate::{Api, Shape, json::serialization};

/// The refusal of `value` where `shape`, called `name`, is wanted; `element` says that it stands in a
/// list or a map.
pub(crate) fn refuse(api: &Api, name: &str, value: &Value, element: bool) -> AwsError {
    let shape = api.shape(name);
    if api.service.ends_with("dynamodb") {
        by_dynamodb(api, name, shape, value, element)
    } else {
        by_others(shape, value)
    }
}

/// The refusal of a text that is no base64.
pub(crate) fn refuse_base64(api: &Api, text: &str) -> AwsError {
    if !api.service.ends_with("dynamodb") {
        return serialization("Invalid base64 data");
    }
    let length = text.len();
    serialization(if length.is_multiple_of(4) {
        // Spelled so by AWS.
        "Invalid last non-pad Base64 character dectected".to_owned()
    } else {
        format!("Base64 encoded length is expected a multiple of 4 bytes but found: {length}")
    })
}

/// A text that DynamoDB's reader takes for a boolean.
pub(crate) fn boolean(api: &Api, text: &str) -> Option<bool> {
    const WORDS: [(&str, bool); 6] =
        [("true", true), ("1", true), ("yes", true), ("false", false), ("0", false), ("no", false)];
    let known = WORDS.iter().find(|(word, _)| text.eq_ignore_ascii_case(word));
    known.filter(|_| api.service.ends_with("dynamodb")).map(|(_, value)| *value)
}

/// What DynamoDB's reader says, by an oversight of its authors, of a scalar where a list or a map is
/// wanted in another one.
const NO_CLASS: &str = "class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to class \
                        java.lang.Class (sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and \
                        java.lang.Class are in module java.base of loader 'bootstrap')";

fn by_dynamodb(api: &Api, name: &str, shape: &Shape, value: &Value, element: bool) -> AwsError {
    match (shape, value) {
        (Shape::Structure { .. }, Value::Array(_)) => {
            serialization(format!("Unrecognized collection type class {}", class(api, name)))
        }
        (Shape::Map { value, .. }, Value::Array(_)) => {
            let class = class(api, value);
            serialization(format!("Unrecognized collection type java.util.Map<java.lang.String, {class}>"))
        }
        (Shape::Structure { .. }, _) if element => serialization("Unexpected value type in payload"),
        (Shape::List { .. }, Value::Object(_)) => serialization("Start of structure or map found where not expected"),
        (Shape::Map { .. } | Shape::List { .. }, Value::Bool(_) | Value::Number(_) | Value::String(_)) if element => {
            serialization(NO_CLASS)
        }
        (Shape::Structure { .. } | Shape::Map { .. } | Shape::List { .. }, _) => serialization("Unexpected field type"),
        (_, Value::Object(_)) => serialization("Start of structure or map found where not expected"),
        (_, Value::Array(_)) => serialization(format!("Unrecognized collection type class {}", class(api, name))),
        (Shape::Blob(_), _) => serialization("only base-64-encoded strings are convertible to bytes"),
        (Shape::Boolean, Value::String(_)) => serialization("Unexpected token received from parser"),
        (Shape::Integer(_), _) if name.contains("Long") => cannot_be_converted(value, "Long"),
        (shape, value) => by_others(shape, value),
    }
}

/// The Java class that stands for a shape.
fn class(api: &Api, name: &str) -> String {
    match api.shape(name) {
        Shape::Structure { .. } => format!("com.amazonaws.dynamodb.v20120810.{name}"),
        Shape::List { member, .. } => format!("java.util.List<{}>", class(api, member)),
        Shape::Map { value, .. } => format!("java.util.Map<java.lang.String, {}>", class(api, value)),
        Shape::Integer(_) if name.contains("Long") => "java.lang.Long".to_owned(),
        Shape::Integer(_) => "java.lang.Integer".to_owned(),
        Shape::Boolean => "java.lang.Boolean".to_owned(),
        Shape::Blob(_) => "java.nio.ByteBuffer".to_owned(),
        _ => "java.lang.String".to_owned(),
    }
}

fn by_others(shape: &Shape, value: &Value) -> AwsError {
    let wanted = match shape {
        Shape::Structure { .. } | Shape::Map { .. } => {
            return match value {
                Value::Array(_) => serialization("Unrecognized collection type class java.util.ArrayList"),
                _ => serialization("Unexpected value type in payload"),
            };
        }
        Shape::List { .. } => {
            return match value {
                Value::Object(_) => serialization("Start of structure or map found where not expected."),
                Value::String(_) => serialization("Unexpected field type"),
                _ => serialization("Unexpected value type in payload"),
            };
        }
        Shape::Integer(_) => "Integer",
        Shape::Float(_) => "Double",
        Shape::Boolean => "Boolean",
        Shape::Blob(_) => "Blob",
        Shape::Timestamp { .. } => "Timestamp",
        Shape::String { .. } | Shape::Document => "String",
    };
    match value {
        Value::Object(_) => serialization("Start of structure or map found where not expected."),
        Value::Array(_) => serialization("Unrecognized collection type class java.util.ArrayList"),
        _ => cannot_be_converted(value, wanted),
    }
}

fn cannot_be_converted(value: &Value, wanted: &str) -> AwsError {
    let found = match value {
        Value::String(_) => "STRING_VALUE",
        Value::Number(number) if number.is_f64() => "DECIMAL_VALUE",
        Value::Number(_) => "NUMBER_VALUE",
        Value::Bool(true) => "TRUE_VALUE",
        Value::Bool(false) => "FALSE_VALUE",
        _ => "NULL_VALUE",
    };
    serialization(format!("{found} cannot be converted to {wanted}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::{api, json::read};

    #[test]
    fn dynamodb_s_batches_are_read_as_it_reads_them() {
        let api = api("dynamodb").unwrap();
        for (input, words) in [
            (
                json!({"RequestItems": []}),
                "Unrecognized collection type java.util.Map<java.lang.String, \
                 java.util.List<com.amazonaws.dynamodb.v20120810.WriteRequest>>",
            ),
            (json!({"RequestItems": {"a": 1}}), super::NO_CLASS),
            (json!({"RequestItems": {"a": {}}}), "Start of structure or map found where not expected"),
        ] {
            assert_eq!(read(api, "BatchWriteItemInput", input.clone()).unwrap_err().message, words, "{input}");
        }
        let yes = json!({"TableName": "a", "ConsistentRead": "yes"});
        assert_eq!(read(api, "GetItemInput", yes).unwrap()["ConsistentRead"], true);
        let maybe = json!({"ConsistentRead": "maybe"});
        assert_eq!(read(api, "GetItemInput", maybe).unwrap_err().message, "Unexpected token received from parser");
    }

    #[test]
    fn dynamodb_names_what_it_wanted() {
        let api = api("dynamodb").unwrap();
        for (input, words) in [
            (json!({"TableName": {}}), "Start of structure or map found where not expected"),
            (json!({"TableName": true}), "TRUE_VALUE cannot be converted to String"),
            (json!({"TableName": []}), "Unrecognized collection type class java.lang.String"),
            (json!({"Item": "x"}), "Unexpected field type"),
            (
                json!({"Item": []}),
                "Unrecognized collection type java.util.Map<java.lang.String, \
                 com.amazonaws.dynamodb.v20120810.AttributeValue>",
            ),
            (json!({"Item": {"a": "x"}}), "Unexpected value type in payload"),
            (
                json!({"Item": {"a": []}}),
                "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.AttributeValue",
            ),
            (
                json!({"Item": {"a": {"B": "abcde"}}}),
                "Base64 encoded length is expected a multiple of 4 bytes but found: 5",
            ),
            (json!({"Item": {"a": {"B": 1}}}), "only base-64-encoded strings are convertible to bytes"),
        ] {
            assert_eq!(read(api, "PutItemInput", input.clone()).unwrap_err().message, words, "{input}");
        }
    }
}
