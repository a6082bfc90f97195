//! Batches: DynamoDB's two layers repeat the request in two different ways.

use kernel::AwsError;
use serde_json::Value;

use super::is_name;
use crate::api::Input;

/// Keys in one BatchGetItem, and writes in one BatchWriteItem.
const MAX_KEYS: usize = 100;
const MAX_WRITES: usize = 25;

const NAME_CONSTRAINT: &str = "Map keys must satisfy constraint: [Member must have length less than or equal to 255, \
                               Member must have length greater than or equal to 3, Member must satisfy regular \
                               expression pattern: [a-zA-Z0-9_.-]+]";

/// What is wrong with `RequestItems` of BatchGetItem: the newer layer names the member, and repeats the
/// map as JSON.
pub fn batch_get(input: Input<'_>) -> Option<String> {
    let items = input.structure("RequestItems");
    let tables = items.0.as_object()?;
    if tables.is_empty() {
        return Some(at("RequestItems", "Member must have length greater than or equal to 1"));
    }
    if tables.keys().any(|name| is_malformed(name)) {
        let echo = items.0;
        return Some(format!("Value '{echo}' at 'requestItems' failed to satisfy constraint: {NAME_CONSTRAINT}"));
    }
    tables.iter().find_map(|(name, request)| {
        let path = format!("RequestItems.{name}.member.Keys");
        match Input(request).list("Keys")?.len() {
            0 => Some(at(&path, "Member must have length greater than or equal to 1")),
            count if count > MAX_KEYS => {
                Some(at(&path, &format!("Member must have length less than or equal to {MAX_KEYS}")))
            }
            _ => None,
        }
    })
}

/// What is wrong with `RequestItems` of BatchWriteItem: the older layer repeats the map as Java prints
/// it.
pub fn batch_write(input: Input<'_>) -> Result<Vec<String>, AwsError> {
    let items = input.structure("RequestItems");
    let Some(tables) = items.0.as_object().filter(|tables| !tables.is_empty()) else {
        return Err(AwsError::validation("The requestItems parameter is required for BatchWriteItem"));
    };
    let mut constraints = Vec::new();
    if tables.keys().any(|name| is_malformed(name)) {
        constraints.push(NAME_CONSTRAINT.to_owned());
    }
    if tables.values().any(|writes| !(1..=MAX_WRITES).contains(&writes.as_array().map_or(0, Vec::len))) {
        constraints.push(format!(
            "Map value must satisfy constraint: [Member must have length less than or equal to {MAX_WRITES}, Member \
             must have length greater than or equal to 1]"
        ));
    }
    if constraints.is_empty() {
        return Ok(Vec::new());
    }
    let entries = tables.iter().map(|(name, writes)| {
        let writes = writes.as_array().into_iter().flatten().map(|write| printed_write(Input(write)));
        format!("{name}=[{}]", writes.collect::<Vec<_>>().join(", "))
    });
    let echo = entries.collect::<Vec<_>>().join(", ");
    let found = constraints.into_iter();
    let found = found
        .map(|constraint| format!("Value '{{{echo}}}' at 'requestItems' failed to satisfy constraint: {constraint}"));
    Ok(found.collect())
}

fn at(path: &str, constraint: &str) -> String {
    format!("Value at '{path}' failed to satisfy constraint: {constraint}")
}

fn is_malformed(name: &str) -> bool {
    !(name.starts_with("arn:") || is_name(name) && (3..=255).contains(&name.len()))
}

fn printed_write(write: Input<'_>) -> String {
    let put = write.get("PutRequest").map(|put| format!("PutRequest(item={})", printed_item(Input(put), "Item")));
    let delete =
        write.get("DeleteRequest").map(|delete| format!("DeleteRequest(key={})", printed_item(Input(delete), "Key")));
    let or_null = |part: Option<String>| part.unwrap_or_else(|| "null".to_owned());
    format!("WriteRequest(putRequest={}, deleteRequest={})", or_null(put), or_null(delete))
}

fn printed_item(request: Input<'_>, member: &str) -> String {
    let attributes = request.object(member).into_iter().flatten();
    let attributes = attributes.map(|(name, value)| format!("{name}={}", printed_value(value)));
    format!("{{{}}}", attributes.collect::<Vec<_>>().join(", "))
}

fn printed_value(value: &Value) -> String {
    const TYPES: [(&str, &str); 10] = [
        ("S", "s"),
        ("N", "n"),
        ("B", "b"),
        ("SS", "sS"),
        ("NS", "nS"),
        ("BS", "bS"),
        ("M", "m"),
        ("L", "l"),
        ("NULL", "nULL"),
        ("BOOL", "bOOL"),
    ];
    let members = TYPES.map(|(kind, printed)| {
        let inner = value
            .get(kind)
            .map_or_else(|| "null".to_owned(), |inner| inner.as_str().map_or_else(|| inner.to_string(), str::to_owned));
        format!("{printed}={inner}")
    });
    format!("AttributeValue({})", members.join(", "))
}
