//! Words that version 1 has for itself; recorded from AWS.

use aws_api::{Api, Call, Violation};
use kernel::AwsError;

use crate::error::not_found;

/// Whether the API itself is missing.
fn is_missing_api(error: &AwsError) -> bool {
    error.message.starts_with("Invalid API identifier specified")
}

/// In questions about resources, methods and integrations, a missing API is a missing resource.
pub fn as_resource(error: AwsError) -> AwsError {
    if is_missing_api(&error) { not_found("Invalid Resource identifier specified") } else { error }
}

/// In questions about a part that has a name or id of its own, it is that part which is missing.
pub fn as_part(error: AwsError, part: AwsError) -> AwsError {
    if is_missing_api(&error) { part } else { error }
}

/// Enumerations that AWS lists in an order of its own, and that order.
const ORDERS: [(&str, &str); 4] = [
    ("[add, remove, replace, move, copy, test]", "[add, remove, move, test, replace, copy]"),
    ("[HTTP, AWS, MOCK, HTTP_PROXY, AWS_PROXY]", "[HTTP, MOCK, AWS_PROXY, HTTP_PROXY, AWS]"),
    ("[REGIONAL, EDGE, PRIVATE]", "[PRIVATE, EDGE, REGIONAL]"),
    (
        "[DEFAULT_4XX, DEFAULT_5XX, RESOURCE_NOT_FOUND, UNAUTHORIZED, INVALID_API_KEY, ACCESS_DENIED, \
         AUTHORIZER_FAILURE, AUTHORIZER_CONFIGURATION_ERROR, INVALID_SIGNATURE, EXPIRED_TOKEN, \
         MISSING_AUTHENTICATION_TOKEN, INTEGRATION_FAILURE, INTEGRATION_TIMEOUT, API_CONFIGURATION_ERROR, \
         UNSUPPORTED_MEDIA_TYPE, BAD_REQUEST_PARAMETERS, BAD_REQUEST_BODY, REQUEST_TOO_LARGE, THROTTLED, \
         QUOTA_EXCEEDED, WAF_FILTERED]",
        "[REQUEST_TOO_LARGE, RESOURCE_NOT_FOUND, AUTHORIZER_CONFIGURATION_ERROR, MISSING_AUTHENTICATION_TOKEN, \
         BAD_REQUEST_BODY, INVALID_SIGNATURE, INVALID_API_KEY, BAD_REQUEST_PARAMETERS, AUTHORIZER_FAILURE, \
         UNAUTHORIZED, INTEGRATION_TIMEOUT, ACCESS_DENIED, DEFAULT_4XX, DEFAULT_5XX, WAF_FILTERED, QUOTA_EXCEEDED, \
         THROTTLED, API_CONFIGURATION_ERROR, UNSUPPORTED_MEDIA_TYPE, INTEGRATION_FAILURE, EXPIRED_TOKEN]",
    ),
];

/// The common validator, with the names that API Gateway gives to members of a body:
/// `putIntegrationInput.type`, but `statusCode` for a part of the path. Those of the body come first.
pub fn validate(table: &'static Api, call: &Call) -> Result<(), AwsError> {
    let Some(operation) = table.operations.get(call.operation) else { return Ok(()) };
    let found = aws_api::violations(table, operation, &call.input);
    if found.is_empty() {
        return Ok(());
    }
    let (first, rest) = call.operation.split_at(1);
    let prefix = format!("{}{rest}Input", first.to_lowercase());
    let in_path = |violation: &Violation| {
        let member = violation.path.split('.').next().unwrap_or_default();
        operation.path.contains(&format!("{{{}}}", snake_case(member)))
    };
    let (path, body): (Vec<Violation>, Vec<Violation>) = found.into_iter().partition(in_path);
    let body = body.into_iter().map(|mut violation| {
        violation.path = format!("{prefix}.{}", violation.path);
        violation
    });
    let found: Vec<String> = body.chain(path).map(|violation| in_own_words(violation).to_string()).collect();
    let plural = if found.len() == 1 { "" } else { "s" };
    Err(AwsError::validation(format!("{} validation error{plural} detected: {}", found.len(), found.join("; "))))
}

/// The violation with AWS's order of values; that of a list's element is told of the list.
fn in_own_words(mut violation: Violation) -> Violation {
    for (ours, theirs) in ORDERS {
        violation.constraint = violation.constraint.replace(ours, theirs);
    }
    let element = violation.path.strip_suffix(".member").and_then(|path| path.rsplit_once('.'));
    if let Some((list, _)) = element {
        violation.path = list.to_owned();
        violation.value = format!("[{}]", violation.value);
        violation.constraint = format!("Member must satisfy constraint: [{}]", violation.constraint);
    }
    violation
}

/// `restApiId` → `restapi_id`, as labels of paths are written.
fn snake_case(member: &str) -> String {
    let member = member.replace("restApi", "restapi");
    let letters = member.chars().flat_map(|letter| {
        let upper = letter.is_ascii_uppercase();
        upper.then_some('_').into_iter().chain(std::iter::once(letter.to_ascii_lowercase()))
    });
    letters.collect()
}
