//! The model's constraints, in the words of DynamoDB, which are not always those of AWS's common
//! validator.

mod echo;
mod newer;

use aws_api::{Api, Violation, violations};
use kernel::AwsError;
use serde_json::Value;

use super::wording::Layer;
use crate::api::Input;

/// Enumerations that DynamoDB lists in another order than its model.
const ENUM_ORDERS: [(&str, &str); 6] = [
    (
        "[ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES, SPECIFIC_ATTRIBUTES, COUNT]",
        "[SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]",
    ),
    ("[NONE, ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATED_NEW]", "[ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]"),
    ("[S, N, B]", "[B, N, S]"),
    ("[AND, OR]", "[OR, AND]"),
    ("[ALL, KEYS_ONLY, INCLUDE]", "[ALL, INCLUDE, KEYS_ONLY]"),
    (
        "[EQ, NE, IN, LE, LT, GE, GT, BETWEEN, NOT_NULL, NULL, CONTAINS, NOT_CONTAINS, BEGINS_WITH]",
        "[IN, NULL, BETWEEN, LT, NOT_CONTAINS, EQ, GT, NOT_NULL, NE, LE, BEGINS_WITH, GE, CONTAINS]",
    ),
];

/// The order in which members are reported; what is not named here comes between `item` and
/// `globalSecondaryIndexes`.
const MEMBER_ORDER: [&str; 12] = [
    "clientRequestToken",
    "returnConsumedCapacity",
    "tableName",
    "returnItemCollectionMetrics",
    "returnValues",
    "conditionalOperator",
    "key",
    "item",
    "globalSecondaryIndexes",
    "localSecondaryIndexes",
    "attributesToGet",
    "keyConditions",
];

/// How many of [`MEMBER_ORDER`] come before the members that it does not name.
const FIRST_MEMBERS: usize = 8;

/// How many findings one answer tells.
const MAX_FINDINGS: usize = 10;

/// Attributes in a table's key.
const MAX_KEY_ELEMENTS: usize = 2;

/// Checks `input` against the model of `operation`, in the words of `region`.
pub fn check(api: &Api, operation: &str, region: &str, input: &Value) -> Result<(), AwsError> {
    let Some(model) = api.operations.get(operation) else { return Ok(()) };
    if is_about_tables(operation) && !Input(input).has("TableName") {
        return Err(AwsError::validation("The parameter 'TableName' is required but was not present in the request"));
    }
    if is_about_tags(operation, "resourceArn") && !Input(input).has("ResourceArn") {
        return Err(AwsError::validation("Invalid TableArn"));
    }
    let mut found = violations(api, model, input);
    found.retain(|violation| !(violation.path == "tableName" && violation.value != "null"));
    found.extend(table_name(operation, Input(input)));
    found.extend(key_elements(operation, Input(input)));
    // Of what is in the requests of a batch the model says only what is missing.
    found.retain(|violation| !violation.path.starts_with("requestItems") || violation.value == "null");
    found.retain(|violation| !is_about_tags(operation, &violation.path));
    found.sort_by_key(|violation| rank(&violation.path));
    found.truncate(MAX_FINDINGS);
    if let Some(words) = newer::of_query(operation, region, Input(input), &found) {
        return Err(AwsError::validation(words));
    }
    let mut words: Vec<String> = match &found[..] {
        found if let Some(words) = newer::of_write(operation, region, found) => words,
        [only] if is_newer(operation, region, only) => vec![in_newer_words(only)],
        all => all.iter().map(|violation| in_words(operation, violation)).collect(),
    };
    match operation {
        "BatchGetItem" => words.splice(0..0, echo::batch_get(Input(input))).for_each(drop),
        // A malformed table name of a batch gives way to every other finding.
        "BatchWriteItem" if words.is_empty() => words.extend(echo::batch_write(Input(input))?),
        _ => {}
    }
    match words.len() {
        0 => Ok(()),
        1 => Err(AwsError::validation(format!("1 validation error detected: {}", words[0]))),
        count => Err(AwsError::validation(format!("{count} validation errors detected: {}", words.join("; ")))),
    }
}

/// Of tags, and of the resources that have them, DynamoDB has words of its own; the model's are only
/// heard for lists that are not there.
fn is_about_tags(operation: &str, path: &str) -> bool {
    let names_resource = matches!(operation, "TagResource" | "UntagResource" | "ListTagsOfResource");
    path.starts_with("tags.") || path.starts_with("tagKeys.") || names_resource && path == "resourceArn"
}

/// Whether `operation` is about a table rather than about what it holds.
fn is_about_tables(operation: &str) -> bool {
    matches!(operation, "CreateTable" | "UpdateTable" | "DeleteTable" | "DescribeTable" | "DescribeTimeToLive")
}

fn rank(path: &str) -> usize {
    let member = path.split('.').next().unwrap_or_default();
    match MEMBER_ORDER.iter().position(|known| *known == member) {
        Some(position) => 2 * position,
        None => 2 * FIRST_MEMBERS - 1,
    }
}

/// Whether the newer layer tells of a violation, where the older one finds nothing else.
fn is_newer(operation: &str, region: &str, violation: &Violation) -> bool {
    let is_bare = Layer::of(operation, region) == Layer::Bare;
    is_bare && violation.value != "null" && matches!(violation.path.as_str(), "limit" | "transactItems")
}

/// The newer layer names the member as the model does and does not repeat its value.
fn in_newer_words(violation: &Violation) -> String {
    let (first, rest) = violation.path.split_at(violation.path.len().min(1));
    let member = first.to_uppercase() + rest;
    format!("Value at '{member}' failed to satisfy constraint: {}", violation.constraint)
}

fn in_words(operation: &str, violation: &Violation) -> String {
    if operation == "SearchVectors" && violation.value != "null" {
        return in_newer_words(violation);
    }
    let mut words = violation.to_string();
    for (model, order) in ENUM_ORDERS {
        if words.ends_with(model) {
            words.truncate(words.len() - model.len());
            words.push_str(order);
        }
    }
    words
}

/// The table's name, which the model takes for an ARN too and so does not check.
fn table_name(operation: &str, input: Input<'_>) -> Option<Violation> {
    let name = input.text("TableName").filter(|name| !name.starts_with("arn:"))?;
    let least = if is_about_tables(operation) { 3 } else { 1 };
    let constraint = if name.len() < least {
        format!("Member must have length greater than or equal to {least}")
    } else if name.len() > 255 {
        "Member must have length less than or equal to 255".to_owned()
    } else if is_name(name) {
        return None;
    } else {
        "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+".to_owned()
    };
    Some(Violation { value: name.to_owned(), path: "tableName".to_owned(), constraint })
}

/// Whether `name` has only the characters of a table's name.
pub fn is_name(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'))
}

/// A table's key is shorter than the model, which knows the keys of indexes too, would have it.
fn key_elements(operation: &str, input: Input<'_>) -> Option<Violation> {
    let elements = input.list("KeySchema").filter(|_| operation == "CreateTable")?;
    if elements.len() <= MAX_KEY_ELEMENTS {
        return None;
    }
    let printed = elements.iter().map(Input).map(|element| {
        let text = |name| element.text(name).unwrap_or("null");
        format!("KeySchemaElement(attributeName={}, keyType={})", text("AttributeName"), text("KeyType"))
    });
    Some(Violation {
        value: format!("[{}]", printed.collect::<Vec<_>>().join(", ")),
        path: "keySchema".to_owned(),
        constraint: format!("Member must have length less than or equal to {MAX_KEY_ELEMENTS}"),
    })
}
