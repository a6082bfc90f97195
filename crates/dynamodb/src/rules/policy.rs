//! Resource policies: what a document must be, and the form in which it is kept.

use std::collections::BTreeSet;

use kernel::AwsError;
use serde_json::{Map, Value, json};

use super::invalid_values;

/// The greatest size of a document, with its white space.
const MAX_SIZE: usize = 20_480;

/// The elements of a statement, in the order in which AWS writes them.
const ELEMENTS: [&str; 9] =
    ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"];

/// Checks a document and writes it as AWS does: without white space, its elements in a fixed order,
/// lists of one as what they hold, accounts as their root. So two documents that say the same are the same.
pub fn canonical(text: &str) -> Result<String, AwsError> {
    if text.len() > MAX_SIZE {
        return Err(invalid_values(format_args!("Maximum policy size of {MAX_SIZE} bytes exceeded")));
    }
    let document: Value = serde_json::from_str(text).map_err(|_| malformed("This policy contains invalid Json"))?;
    let Value::Object(document) = document else { return Err(malformed("This policy contains invalid Json")) };
    let statements = match document.get("Statement") {
        Some(Value::Array(statements)) => statements.as_slice(),
        Some(one @ Value::Object(_)) => std::slice::from_ref(one),
        _ => &[],
    };
    if statements.is_empty() {
        return Err(malformed("Could not parse the policy: Statement is empty!"));
    }
    let mut ids = BTreeSet::new();
    let mut written = Vec::new();
    for statement in statements {
        let statement = statement.as_object().ok_or_else(|| malformed("This policy contains invalid Json"))?;
        if let Some(id) = statement.get("Sid").and_then(Value::as_str)
            && !ids.insert(id)
        {
            return Err(malformed("The Statement Ids in the policy are not unique"));
        }
        written.push(canonical_statement(statement)?);
    }
    let mut answer = Map::new();
    answer.insert("Version".to_owned(), document.get("Version").cloned().unwrap_or_else(|| json!("2008-10-17")));
    if let Some(id) = document.get("Id") {
        answer.insert("Id".to_owned(), id.clone());
    }
    answer.insert("Statement".to_owned(), Value::Array(written));
    Ok(Value::Object(answer).to_string())
}

fn malformed(why: &str) -> AwsError {
    invalid_values(format_args!("Invalid policy document: {why}"))
}

fn canonical_statement(statement: &Map<String, Value>) -> Result<Value, AwsError> {
    for (element, other) in [("Principal", "NotPrincipal"), ("Action", "NotAction"), ("Resource", "NotResource")] {
        if !statement.contains_key(element) && !statement.contains_key(other) {
            return Err(malformed(&format!("Missing required field {element}")));
        }
    }
    let allows = match statement.get("Effect").and_then(Value::as_str).map(str::to_ascii_lowercase).as_deref() {
        Some("allow") => true,
        Some("deny") => false,
        _ => return Err(malformed("Missing required field Effect")),
    };
    check_actions(statement)?;
    let mut answer = Map::new();
    for element in ELEMENTS {
        let Some(value) = statement.get(element) else { continue };
        let value = match element {
            "Effect" => json!(if allows { "Allow" } else { "Deny" }),
            "Principal" | "NotPrincipal" => principal(value)?,
            _ => single(value),
        };
        answer.insert(element.to_owned(), value);
    }
    let everyone = answer.get("Principal").is_some_and(|principal| *principal == "*" || principal["AWS"] == "*");
    if allows && everyone && !answer.contains_key("Condition") {
        return Err(AwsError::validation(
            "Resource-based policy grants unbounded access in one or more elements. Please revise the policy to ensure \
             least-privilege form of access",
        ));
    }
    Ok(Value::Object(answer))
}

fn check_actions(statement: &Map<String, Value>) -> Result<(), AwsError> {
    let named = ["Action", "NotAction"].into_iter().filter_map(|element| statement.get(element));
    let actions = named.flat_map(|value| match value {
        Value::Array(values) => values.iter().filter_map(Value::as_str).collect(),
        other => other.as_str().into_iter().collect::<Vec<_>>(),
    });
    let of_dynamodb = |action: &str| action == "*" || action.to_ascii_lowercase().starts_with("dynamodb:");
    let strange: Vec<&str> = actions.filter(|action| !of_dynamodb(action)).collect();
    if strange.is_empty() {
        return Ok(());
    }
    Err(malformed(&format!("The following action names are invalid: {}", strange.join(", "))))
}

/// A list of one as what it holds.
fn single(value: &Value) -> Value {
    match value {
        Value::Array(values) if values.len() == 1 => values[0].clone(),
        other => other.clone(),
    }
}

fn principal(value: &Value) -> Result<Value, AwsError> {
    let invalid = || AwsError::validation("Invalid principal in policy document.");
    match value {
        Value::String(text) if text == "*" => Ok(value.clone()),
        Value::Object(kinds) if !kinds.is_empty() => {
            let mut answer = Map::new();
            for (kind, names) in kinds {
                let names = match names {
                    Value::Array(names) => names.as_slice(),
                    one => std::slice::from_ref(one),
                };
                let mut written: Vec<Value> = Vec::new();
                for name in names {
                    let name = name.as_str().ok_or_else(invalid)?;
                    let name =
                        if kind == "AWS" { account_principal(name).ok_or_else(invalid)? } else { name.to_owned() };
                    if !written.contains(&json!(name)) {
                        written.push(json!(name));
                    }
                }
                answer.insert(kind.clone(), single(&Value::Array(written)));
            }
            Ok(Value::Object(answer))
        }
        _ => Err(invalid()),
    }
}

/// An account's number stands for its root.
fn account_principal(name: &str) -> Option<String> {
    if name.len() == 12 && name.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(format!("arn:aws:iam::{name}:root"));
    }
    (name == "*" || name.starts_with("arn:")).then(|| name.to_owned())
}
