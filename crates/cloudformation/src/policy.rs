//! Stack policies: what an update may do to which resource.
//!
//! Once a stack has a policy, everything that no statement allows is denied.

use kernel::AwsError;
use serde_json::Value;

use crate::template::invalid;

/// Whether a text is a stack policy.
pub(crate) fn check(text: &str) -> Result<(), AwsError> {
    let policy: Option<Value> = serde_json::from_str(text).ok();
    let statements = policy.as_ref().and_then(|policy| policy["Statement"].as_array());
    let is_valid = |statement: &Value| {
        let one_of = |name: &str, not: &str| statement.get(name).is_some() != statement.get(not).is_some();
        let acts = ["Action", "NotAction"].iter().filter_map(|name| statement.get(name)).flat_map(texts);
        let principal = statement.get("Principal");
        matches!(statement["Effect"].as_str(), Some("Allow" | "Deny"))
            && principal.is_some_and(|all| *all == "*" || all["AWS"] == "*")
            && one_of("Action", "NotAction")
            && one_of("Resource", "NotResource")
            && acts.into_iter().all(|action| action == "*" || action.starts_with("Update:"))
    };
    match statements {
        Some(statements) if !statements.is_empty() && statements.iter().all(is_valid) => Ok(()),
        _ => Err(invalid("Error validating stack policy: Invalid stack policy")),
    }
}

/// Why an update may not do `action` (`Modify`, `Replace`, `Delete`) to a resource, if it may not.
pub(crate) fn refusal(policy: Option<&str>, action: &str, id: &str, kind: &str) -> Option<String> {
    let policy: Value = serde_json::from_str(policy?).ok()?;
    let action = format!("Update:{action}");
    let resource = format!("LogicalResourceId/{id}");
    let statements = policy["Statement"].as_array().map(Vec::as_slice).unwrap_or_default();
    let concerns = |statement: &&Value| {
        let named = |name: &str, not: &str, value: &str| match statement.get(name) {
            Some(patterns) => texts(patterns).iter().any(|pattern| matches(pattern, value)),
            None => !texts(&statement[not]).iter().any(|pattern| matches(pattern, value)),
        };
        named("Action", "NotAction", &action)
            && named("Resource", "NotResource", &resource)
            && is_of_type(statement, kind)
    };
    let with = |effect: &str| {
        let mut all = statements.iter().enumerate().filter(|(_, statement)| statement["Effect"] == effect);
        all.find(|(_, statement)| concerns(statement)).map(|(index, _)| index + 1)
    };
    let denied = match (with("Deny"), with("Allow")) {
        (Some(number), _) => number,
        (None, Some(_)) => return None,
        (None, None) => 0,
    };
    Some(format!(
        "Action denied by stack policy: Statement [#{denied}] does not allow [{action}] for resource [{resource}]"
    ))
}

fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn is_of_type(statement: &Value, kind: &str) -> bool {
    let Some(conditions) = statement.get("Condition").and_then(Value::as_object) else { return true };
    conditions.iter().all(|(operator, test)| {
        let wanted = texts(&test["ResourceType"]);
        match operator.as_str() {
            "StringLike" => wanted.iter().any(|pattern| matches(pattern, kind)),
            _ => wanted.contains(&kind),
        }
    })
}

/// `*` stands for any characters.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_no_statement_allows_is_denied() {
        let policy = json!({ "Statement": [
            { "Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*" },
            { "Effect": "Deny", "Action": ["Update:Replace", "Update:Delete"], "Principal": "*",
              "Resource": "LogicalResourceId/Prod*" },
        ]})
        .to_string();
        check(&policy).unwrap();
        assert_eq!(refusal(Some(&policy), "Modify", "ProdTable", "T"), None);
        assert_eq!(
            refusal(Some(&policy), "Replace", "ProdTable", "T").as_deref(),
            Some(
                "Action denied by stack policy: Statement [#2] does not allow [Update:Replace] for resource \
                 [LogicalResourceId/ProdTable]"
            )
        );
        assert_eq!(refusal(None, "Delete", "ProdTable", "T"), None);
        let one_type = json!({ "Statement": [
            { "Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*",
              "Condition": { "StringLike": { "ResourceType": ["AWS::DynamoDB::*"] } } },
        ]})
        .to_string();
        assert_eq!(refusal(Some(&one_type), "Modify", "A", "AWS::DynamoDB::Table"), None);
        assert!(refusal(Some(&one_type), "Modify", "A", "AWS::S3::Bucket").is_some());
        assert_eq!(check("{}").unwrap_err().message, "Error validating stack policy: Invalid stack policy");
    }
}
