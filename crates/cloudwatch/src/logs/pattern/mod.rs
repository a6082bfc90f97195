//! Filter patterns: terms, conditions on JSON events (`{ $.level = "ERROR" }`), and conditions on
//! space-delimited events (`[ip, user, ..., status = 4*]`).

mod columns;
mod condition;
mod json;
mod terms;

use kernel::AwsError;
use serde_json::{Map, Value, json};

use super::invalid;
use columns::Columns;
use json::Conditions;
use terms::Terms;

/// A pattern.
#[derive(Debug)]
pub enum Pattern {
    Terms(Terms),
    Json(Conditions),
    Columns(Columns),
}

impl Pattern {
    /// Reads a pattern.
    pub fn parse(text: &str) -> Result<Self, AwsError> {
        let text = text.trim();
        let pattern = if let Some(inside) = text.strip_prefix('{') {
            inside.strip_suffix('}').and_then(Conditions::parse).map(Self::Json)
        } else if let Some(inside) = text.strip_prefix('[').filter(|_| text != "[]") {
            inside.strip_suffix(']').and_then(Columns::parse).map(Self::Columns)
        } else {
            // No columns look for nothing in particular, as no terms do.
            Terms::parse(if text == "[]" { "" } else { text }).map(Self::Terms)
        };
        pattern.ok_or_else(|| invalid("Invalid filter pattern"))
    }

    /// Whether `message` is one that the pattern looks for.
    pub fn matches(&self, message: &str) -> bool {
        match self {
            Self::Terms(terms) => terms.matches(message),
            Self::Json(conditions) => read(message).is_some_and(|event| conditions.matches(&event)),
            Self::Columns(columns) => columns.matches(message),
        }
    }

    /// The value of what a metric filter names: `$.latency` of a JSON event, `$status` of a column.
    pub fn value(&self, message: &str, name: &str) -> Option<String> {
        match self {
            Self::Terms(_) => None,
            Self::Json(_) => json::Selector::parse(name)?.first(&read(message)?).map(plain),
            Self::Columns(columns) => columns.value(message, name.strip_prefix('$')?),
        }
    }

    /// All values that a pattern names, of a message that it matches.
    pub fn extracted(&self, message: &str) -> Value {
        let values: Map<String, Value> = match self {
            Self::Terms(_) => Map::new(),
            Self::Json(conditions) => {
                let event = read(message).unwrap_or_default();
                let selected = conditions.selectors().into_iter();
                let found = selected
                    .filter_map(|selector| Some((selector.text.clone(), json!(plain(selector.first(&event)?)))));
                found.collect()
            }
            Self::Columns(columns) => {
                let found = columns.values(message).into_iter();
                found.map(|(name, value)| (format!("${name}"), json!(value))).collect()
            }
        };
        Value::Object(values)
    }
}

/// A message that is a JSON object or list.
fn read(message: &str) -> Option<Value> {
    let message = message.trim_start();
    if !message.starts_with(['{', '[']) {
        return None;
    }
    serde_json::from_str(message).ok()
}

/// A value as text.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_found(pattern: &str, message: &str) -> bool {
        Pattern::parse(pattern).unwrap().matches(message)
    }

    #[test]
    fn json_events_are_found_by_conditions() {
        let event = r#"{"eventType": "UpdateTrail", "sourceIPAddress": "111.111.111.111", "arrayKey": ["value", "another"],
            "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}], "nothing": null, "flag": true,
            "latency": 12.5, "cluster.name": "c"}"#;
        for (pattern, expected) in [
            (r#"{ $.eventType = "UpdateTrail" }"#, true),
            ("{ $.eventType = UpdateTrail }", true),
            ("{ $.eventType = Update* }", true),
            (r#"{ $.eventType != "UpdateTrail" }"#, false),
            (r"{ $.sourceIPAddress != 123.123.* }", true),
            (r#"{ $.arrayKey[0] = "value" }"#, true),
            (r#"{ $.arrayKey[*] = "another" }"#, true),
            ("{ $.objectList[1].id = 2 }", true),
            ("{ $.objectList[0].id > 1 }", false),
            ("{ $.latency >= 12.5 && $.latency < 13 }", true),
            ("{ $.latency = 1.25e1 }", true),
            ("{ ($.latency > 100) || ($.flag IS TRUE) }", true),
            ("{ $.flag IS FALSE }", false),
            ("{ $.nothing IS NULL }", true),
            ("{ $.missing IS NULL }", false),
            ("{ $.missing NOT EXISTS }", true),
            ("{ $.latency EXISTS }", true),
            ("{ $.missing != 1 }", false),
            (r#"{ $.['cluster.name'] = "c" }"#, true),
            ("{ $.eventType = %Up.*l$% }", true),
        ] {
            assert_eq!(is_found(pattern, event), expected, "{pattern}");
        }
        assert!(!is_found("{ $.a = 1 }", "no json"));
    }

    #[test]
    fn columns_are_found_by_conditions() {
        let line = r#"127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534"#;
        for (pattern, expected) in [
            ("[ip, id, user, timestamp, request, status_code = 404, bytes]", true),
            ("[ip, id, user, timestamp, request, status_code = 4*, bytes > 1000]", true),
            ("[ip, id, user, timestamp, request, status_code, bytes < 1000]", false),
            ("[..., request = *html*, status_code = 4*, ]", true),
            ("[..., status_code = 404 || status_code = 410, bytes]", true),
            ("[ip != 10.*, ...]", true),
            ("[ip, id]", false),
        ] {
            assert_eq!(is_found(pattern, line), expected, "{pattern}");
        }
        let pattern = Pattern::parse("[ip, id, user, timestamp, request, status_code, bytes]").unwrap();
        assert_eq!(pattern.value(line, "$bytes").as_deref(), Some("1534"));
        assert_eq!(pattern.extracted(line)["$request"], "GET /index.html HTTP/1.0");
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for pattern in
            ["{ $.level = }", "{ level = 1 }", "{ $.a = 1", "[ip, = 3]", "[..., a, ...]", "\"open", "{ $.a = 1 && }"]
        {
            assert_eq!(Pattern::parse(pattern).unwrap_err().code, "InvalidParameterException", "{pattern}");
        }
    }
}
