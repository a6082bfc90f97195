//! The validator that AWS runs before a service sees a request.

use std::fmt;

use kernel::AwsError;
use serde_json::Value;

use crate::{Api, Constraint, Operation, Shape};

/// One constraint that a value does not keep. Displays as AWS words it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The value as AWS prints it, or `null`.
    pub value: String,
    /// Where it stands, e.g. `keySchema.1.member.attributeName`.
    pub path: String,
    /// What it ought to be, e.g. `Member must have length greater than or equal to 3`.
    pub constraint: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { value, path, constraint } = self;
        if value == "null" {
            write!(out, "Value null at '{path}' failed to satisfy constraint: {constraint}")
        } else {
            write!(out, "Value '{value}' at '{path}' failed to satisfy constraint: {constraint}")
        }
    }
}

/// Refuses an input that breaks its model with `ValidationException`, all violations in one message.
pub fn validate(api: &Api, operation: &Operation, input: &Value) -> Result<(), AwsError> {
    refuse_violations(&violations(api, operation, input))
}

/// Refuses an input for what was found in it, if anything was.
pub fn refuse_violations(found: &[Violation]) -> Result<(), AwsError> {
    if found.is_empty() {
        return Ok(());
    }
    let plural = if found.len() == 1 { "" } else { "s" };
    let listed: Vec<String> = found.iter().map(ToString::to_string).collect();
    Err(AwsError::validation(format!("{} validation error{plural} detected: {}", found.len(), listed.join("; "))))
}

/// Every constraint of the model that `input` breaks, in the model's order.
pub fn violations(api: &Api, operation: &Operation, input: &Value) -> Vec<Violation> {
    let mut found = Vec::new();
    if let Some(shape) = operation.input {
        check(api, shape, input, &Path::Root, &mut found);
    }
    found
}

/// Where a value stands: written out only for a violation, of which there mostly is none.
enum Path<'a> {
    Root,
    Member(&'a Path<'a>, &'a str),
    Element(&'a Path<'a>, usize),
    Entry(&'a Path<'a>, &'a str),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Member(Self::Root, name) => out.write_str(&lower_first(name)),
            Self::Member(parent, name) => write!(out, "{parent}.{}", lower_first(name)),
            Self::Element(parent, index) => write!(out, "{parent}.{}.member", index + 1),
            Self::Entry(parent, key) => write!(out, "{parent}.{key}.member"),
        }
    }
}

fn check(api: &Api, shape: &str, value: &Value, path: &Path<'_>, found: &mut Vec<Violation>) {
    if !api.is_constrained(shape) {
        return;
    }
    let mut report = |constraint: String| {
        found.push(Violation { value: printed(value), path: path.to_string(), constraint });
    };
    match (api.shape(shape), value) {
        (Shape::Structure { members, .. }, Value::Object(fields)) => {
            for member in members {
                let path = Path::Member(path, member.name);
                match fields.get(member.name) {
                    Some(field) => check(api, member.shape, field, &path, found),
                    None if member.required => {
                        let constraint = "Member must not be null".to_owned();
                        found.push(Violation { value: "null".to_owned(), path: path.to_string(), constraint });
                    }
                    None => {}
                }
            }
        }
        (Shape::List { member, size, .. }, Value::Array(items)) => {
            bounds(*size, items.len() as f64, "length").into_iter().for_each(report);
            for (index, item) in items.iter().enumerate() {
                check(api, member, item, &Path::Element(path, index), found);
            }
        }
        (Shape::Map { value: shape, size, .. }, Value::Object(fields)) => {
            bounds(*size, fields.len() as f64, "length").into_iter().for_each(report);
            for (key, field) in fields {
                check(api, shape, field, &Path::Entry(path, key), found);
            }
        }
        (Shape::String { length, pattern, values }, Value::String(text)) => {
            if !values.is_empty() && !values.contains(&text.as_str()) {
                report(format!("Member must satisfy enum value set: [{}]", values.join(", ")));
            }
            if let Some(pattern) = pattern.as_ref().filter(|pattern| !pattern.matches(text)) {
                report(format!("Member must satisfy regular expression pattern: {}", pattern.text));
            }
            bounds(*length, text.chars().count() as f64, "length").into_iter().for_each(report);
        }
        (Shape::Blob(length), Value::String(text)) => {
            let bytes = text.len() / 4 * 3
                - text.bytes().rev().take_while(|byte| *byte == b'=').count().min(text.len() / 4 * 3);
            bounds(*length, bytes as f64, "length").into_iter().for_each(report);
        }
        (Shape::Integer(range) | Shape::Float(range), Value::Number(number)) => {
            bounds(*range, number.as_f64().unwrap_or_default(), "value").into_iter().for_each(report);
        }
        _ => {}
    }
}

fn bounds(constraint: Constraint, actual: f64, what: &str) -> Vec<String> {
    let mut broken = Vec::new();
    if let Some(min) = constraint.min.filter(|min| actual < *min) {
        broken.push(format!("Member must have {what} greater than or equal to {min}"));
    }
    if let Some(max) = constraint.max.filter(|max| actual > *max) {
        broken.push(format!("Member must have {what} less than or equal to {max}"));
    }
    broken
}

/// Paths are spelled as in Java: `TableName` is `tableName`, `SSESpecification` is `sSESpecification`.
fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// A value as Java prints it.
fn printed(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => format!("[{}]", items.iter().map(printed).collect::<Vec<_>>().join(", ")),
        Value::Object(fields) => {
            let fields: Vec<String> = fields.iter().map(|(key, field)| format!("{key}={}", printed(field))).collect();
            format!("{{{}}}", fields.join(", "))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api;
    use serde_json::json;

    fn message(service: &str, operation: &str, input: Value) -> String {
        let api = api(service).unwrap();
        validate(api, &api.operations[operation], &input).unwrap_err().message
    }

    #[test]
    fn a_missing_member_and_a_short_name_are_told_together() {
        assert_eq!(
            message("logs", "PutLogEvents", json!({"logGroupName": "", "logStreamName": "s"})),
            "3 validation errors detected: \
             Value '' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+; \
             Value '' at 'logGroupName' failed to satisfy constraint: Member must have length greater than or equal to 1; \
             Value null at 'logEvents' failed to satisfy constraint: Member must not be null"
        );
    }

    #[test]
    fn list_elements_are_counted_from_one() {
        let input = json!({"FunctionName": "f", "Layers": [], "MemorySize": 64});
        assert_eq!(
            message("lambda", "UpdateFunctionConfiguration", input),
            "1 validation error detected: Value '64' at 'memorySize' failed to satisfy constraint: \
             Member must have value greater than or equal to 128"
        );
    }
}
