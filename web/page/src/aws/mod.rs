//! The public AWS APIs, as far as the page uses them. Nothing here knows the page; everything goes
//! through the one door, the same that an SDK would use.

pub mod apigateway;
pub mod cloudformation;
pub mod cognito;
pub mod dynamodb;
pub mod lambda;
pub mod logs;
pub mod monitoring;
pub mod streams;
mod xml;

use serde_json::Value;

/// The region that the page works in.
pub const REGION: &str = "us-east-1";

/// The string at a JSON pointer, empty when there is none.
pub fn text_at(value: &Value, pointer: &str) -> String {
    match value.pointer(pointer) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// The list at a JSON pointer, empty when there is none.
pub fn list_at<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The strings of the list at a JSON pointer.
pub fn texts_at(value: &Value, pointer: &str) -> Vec<String> {
    list_at(value, pointer).iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn absent_members_read_as_nothing() {
        let value = json!({"Table": {"TableName": "todo", "Tags": ["a", 1]}});
        assert_eq!(text_at(&value, "/Table/TableName"), "todo");
        assert_eq!(text_at(&value, "/Table/Absent"), "");
        assert_eq!(texts_at(&value, "/Table/Tags"), ["a"]);
        assert!(list_at(&value, "/Nothing").is_empty());
    }
}
