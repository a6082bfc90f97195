//! The checks of a request against the model, in the words of this service where they are its own.

use aws_api::{Api, Operation, Violation, refuse_violations, violations};
use kernel::AwsError;
use serde_json::Value;

use crate::settings;

/// Enumerations that AWS lists in another order than its model, by the member that has them.
const ENUM_ORDERS: [(&str, &str); 3] = [
    ("invokeMode", "RESPONSE_STREAM, BUFFERED"),
    ("recursiveLoop", "Terminate, Allow"),
    ("startingPosition", "LATEST, AT_TIMESTAMP, TRIM_HORIZON"),
];

const ENUM: &str = "Member must satisfy enum value set: [";

/// What names are not: the models say so by a lookahead, which our regular expressions have not.
const DIGITS_ONLY: [(&str, &str, &str); 6] = [
    ("CreateAlias", "Name", "(?!^[0-9]+$)([a-zA-Z0-9-_]+)"),
    ("UpdateAlias", "Name", "(?!^[0-9]+$)([a-zA-Z0-9-_]+)"),
    ("CreateFunctionUrlConfig", "Qualifier", URL_QUALIFIER),
    ("GetFunctionUrlConfig", "Qualifier", URL_QUALIFIER),
    ("UpdateFunctionUrlConfig", "Qualifier", URL_QUALIFIER),
    ("DeleteFunctionUrlConfig", "Qualifier", URL_QUALIFIER),
];

const WEIGHTS: &str = "routingConfig.additionalVersionWeights";

const URL_QUALIFIER: &str = r"((?!^\d+$)^[0-9a-zA-Z-_]+$)";

/// Refuses an input that breaks its model.
pub fn check(api: &Api, operation: &Operation, input: &Value) -> Result<(), AwsError> {
    let mut found = violations(api, operation, input);
    found.retain(|violation| !violation.path.starts_with(WEIGHTS));
    // Runtimes are refused in words of the service's own, which name those that can be used today.
    if let Some(runtime) = found.iter().find(|violation| violation.path == "runtime") {
        return Err(settings::unknown_runtime(&runtime.value));
    }
    found.extend(names_of_digits(operation.name, input));
    found.extend(bad_weights(input));
    for violation in &mut found {
        reword(violation, input);
    }
    refuse_violations(&found)
}

fn names_of_digits(operation: &str, input: &Value) -> Option<Violation> {
    let (_, member, pattern) = DIGITS_ONLY.iter().find(|(name, ..)| *name == operation)?;
    let value = input[*member].as_str()?;
    let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| Violation {
        value: value.to_owned(),
        path: member.to_lowercase(),
        constraint: format!("Member must satisfy regular expression pattern: {pattern}"),
    })
}

/// The shares of an alias's versions, which are refused as a whole, and whose keys the common checks pass.
fn bad_weights(input: &Value) -> Option<Violation> {
    let weights = input["RoutingConfig"]["AdditionalVersionWeights"].as_object()?;
    let is_version = |key: &String| !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit());
    let is_share = |weight: &Value| weight.as_f64().is_some_and(|weight| (0.0..=1.0).contains(&weight));
    let constraint = if !weights.keys().all(is_version) {
        "Map keys must satisfy constraint: [Member must have length less than or equal to 1024, Member must have length \
         greater than or equal to 1, Member must satisfy regular expression pattern: [0-9]+]"
    } else if !weights.values().all(is_share) {
        "Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must have value \
         greater than or equal to 0.0, Member must not be null]"
    } else {
        return None;
    };
    let printed = weights.iter().map(|(key, weight)| format!("{key}={:?}", weight.as_f64().unwrap_or_default()));
    let printed: Vec<_> = printed.collect();
    Some(Violation {
        value: format!("{{{}}}", printed.join(", ")),
        path: WEIGHTS.to_owned(),
        constraint: constraint.to_owned(),
    })
}

fn reword(violation: &mut Violation, input: &Value) {
    if let Some((_, order)) = ENUM_ORDERS.iter().find(|(member, _)| violation.path == *member)
        && violation.constraint.starts_with(ENUM)
    {
        violation.constraint = format!("{ENUM}{order}]");
    }
    reword_element(violation, input);
}

/// A list is refused as a whole, with all that each of its members must satisfy.
fn reword_element(violation: &mut Violation, input: &Value) -> Option<()> {
    let list = violation.path.strip_suffix(".member")?.rsplit_once('.')?.0.to_owned();
    let elements = list.split('.').try_fold(input, |value, name| member(value, name))?.as_array()?;
    let required = match list.as_str() {
        "vpcConfig.subnetIds" | "vpcConfig.securityGroupIds" => format!(
            "Member must have length less than or equal to 1024, Member must have length greater than or equal to 0, {}",
            violation.constraint
        ),
        _ => format!("{}, Member must not be null", violation.constraint),
    };
    let elements: Vec<_> = elements.iter().filter_map(Value::as_str).collect();
    violation.value = format!("[{}]", elements.join(", "));
    violation.constraint = format!("Member must satisfy constraint: [{required}]");
    violation.path = list;
    Some(())
}

/// The member that a path calls `name`: there its first letter is small.
fn member<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    value.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn message(operation: &str, input: Value) -> String {
        let api = aws_api::api("lambda").unwrap();
        check(api, &api.operations[operation], &input).unwrap_err().message
    }

    #[test]
    fn lists_and_enumerations_are_worded_as_aws_does() {
        assert_eq!(
            message("UpdateFunctionCode", json!({"FunctionName": "f", "Architectures": ["X86_64"]})),
            "1 validation error detected: Value '[X86_64]' at 'architectures' failed to satisfy constraint: Member \
             must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]"
        );
        assert_eq!(
            message("PutFunctionRecursionConfig", json!({"FunctionName": "f", "RecursiveLoop": "Maybe"})),
            "1 validation error detected: Value 'Maybe' at 'recursiveLoop' failed to satisfy constraint: Member must \
             satisfy enum value set: [Terminate, Allow]"
        );
    }

    #[test]
    fn a_number_is_no_name() {
        assert_eq!(
            message("GetFunctionUrlConfig", json!({"FunctionName": "f", "Qualifier": "1"})),
            "1 validation error detected: Value '1' at 'qualifier' failed to satisfy constraint: Member must satisfy \
             regular expression pattern: ((?!^\\d+$)^[0-9a-zA-Z-_]+$)"
        );
    }
}
