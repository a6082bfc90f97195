//! Policies of buckets.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html> says which of
//! them are public.

use kernel::AwsError;
use serde_json::Value;

/// The most bytes of a policy.
const MAX_POLICY: usize = 20 * 1024;

/// Condition keys that make a policy one for few, if their values name somebody.
const NARROW: [&str; 11] = [
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceip",
    "aws:sourceowner",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:userid",
];

/// Reads the policy of the bucket with the ARN `bucket`.
pub fn check_policy(text: &str, bucket: &str) -> Result<Value, AwsError> {
    let policy: Value = serde_json::from_str(text)
        .ok()
        .filter(Value::is_object)
        .ok_or_else(|| malformed("Policies must be valid JSON and the first byte must be '{'"))?;
    if text.len() > MAX_POLICY {
        return Err(AwsError::new("PolicyTooLarge", "Normalized policy document exceeds the maximum allowed size"));
    }
    let statements = statements(&policy);
    if statements.is_empty() {
        return Err(malformed("Missing required field Statement"));
    }
    for statement in statements {
        for (field, other) in
            [("Effect", ""), ("Principal", "NotPrincipal"), ("Action", "NotAction"), ("Resource", "NotResource")]
        {
            if statement[field].is_null() && statement[other].is_null() {
                return Err(malformed(&format!("Missing required field {field}")));
            }
        }
        let is_own = |resource: &str| {
            resource.strip_prefix(bucket).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '*']))
                || resource.contains('*') && bucket.starts_with(resource.split('*').next().unwrap_or_default())
        };
        if !texts(&statement["Resource"]).into_iter().all(is_own) {
            return Err(malformed("Policy has invalid resource"));
        }
        if !matches!(statement["Effect"].as_str(), Some("Allow" | "Deny")) {
            return Err(malformed("Invalid effect"));
        }
    }
    Ok(policy)
}

/// Whether a policy lets anybody in.
pub fn is_public(policy: &Value) -> bool {
    statements(policy).into_iter().any(|statement| {
        let principal = &statement["Principal"];
        let is_anybody =
            *principal == "*" || texts(&principal["AWS"]).contains(&"*") || !statement["NotPrincipal"].is_null();
        let conditions = statement["Condition"].as_object().into_iter().flatten();
        let mut keys = conditions.filter_map(|(_, keys)| keys.as_object()).flatten();
        let is_narrow = keys.any(|(key, values)| {
            NARROW.contains(&key.to_ascii_lowercase().as_str())
                && texts(values).iter().all(|value| !value.is_empty() && *value != "*" && !value.ends_with("/0"))
        });
        statement["Effect"] == "Allow" && is_anybody && !is_narrow
    })
}

/// One statement may stand without a list.
fn statements(policy: &Value) -> Vec<&Value> {
    match &policy["Statement"] {
        Value::Array(statements) => statements.iter().collect(),
        statement @ Value::Object(_) => vec![statement],
        _ => Vec::new(),
    }
}

/// One text, or several.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(values) => values.iter().filter_map(Value::as_str).collect(),
        value => value.as_str().into_iter().collect(),
    }
}

fn malformed(message: &str) -> AwsError {
    AwsError::new("MalformedPolicy", message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn policy(members: &Value) -> Value {
        let mut statement = json!({
            "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::music/*"
        });
        statement.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        json!({"Version": "2012-10-17", "Statement": [statement]})
    }

    #[test]
    fn a_policy_is_about_its_own_bucket() {
        let check = |members: Value| {
            check_policy(&policy(&members).to_string(), "arn:aws:s3:::music").map_err(|error| error.message)
        };
        assert!(check(json!({})).is_ok());
        assert!(check(json!({"Resource": ["arn:aws:s3:::music", "arn:aws:s3:::music/in/*"]})).is_ok());
        assert_eq!(check(json!({"Resource": "arn:aws:s3:::musical/*"})), Err("Policy has invalid resource".to_owned()));
        assert_eq!(check(json!({"Principal": null})), Err("Missing required field Principal".to_owned()));
        assert!(check_policy("[]", "arn:aws:s3:::music").is_err());
    }

    #[test]
    fn a_policy_for_anybody_is_public_unless_a_condition_names_somebody() {
        let public = |members: Value| is_public(&policy(&members));
        assert!(public(json!({})));
        assert!(public(json!({"Principal": {"AWS": ["*"]}})));
        assert!(public(json!({"Condition": {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}})));
        assert!(!public(json!({"Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}})));
        assert!(!public(json!({"Effect": "Deny"})));
        assert!(!public(json!({"Principal": {"Service": "logs.amazonaws.com"}})));
    }
}
