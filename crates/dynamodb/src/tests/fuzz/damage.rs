//! Requests that are spoiled: none may end in anything but an answer or a refusal.

use bytes::Bytes;
use http::header;
use kernel::Scope;
use serde_json::{Value, json};

use super::{
    Chance,
    model::{Key, Write, key_json, random_value},
};
use crate::tests::Client;

/// Sends a body over the wire; `Err` is what a refusal says, which must be the client's fault.
pub async fn send(client: &Client, operation: &str, body: &[u8]) -> Result<Value, Value> {
    let mut request = http::Request::post("/")
        .header(header::CONTENT_TYPE, "application/x-amz-json-1.0")
        .header("x-amz-target", format!("DynamoDB_20120810.{operation}"))
        .body(Bytes::copy_from_slice(body))
        .unwrap();
    request.extensions_mut().insert(Scope::root(&client.0));
    let answer = client.0.router.dispatch(&client.0, "dynamodb", request).await;
    let said: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
    match answer.status().as_u16() {
        200 => Ok(said),
        400 | 413 => Err(said),
        status => panic!("{status} to {operation} {}: {said}", String::from_utf8_lossy(body)),
    }
}

/// A request for a table called `fuzzed`, before it is spoiled.
pub fn nearly_valid(chance: &mut Chance, key: &Key) -> (&'static str, Value) {
    let write = Write::random(chance, key.clone());
    let of_kind = |kind: &str| write.name() == kind;
    match chance.below(8) {
        0 => ("GetItem", json!({"TableName": "fuzzed", "Key": key_json(key), "ProjectionExpression": "a, b[0].c"})),
        1 => (
            "Query",
            json!({
                "TableName": "fuzzed", "IndexName": "by-n", "KeyConditionExpression": "pk = :p AND n > :n",
                "FilterExpression": "size(#a) > :n OR begins_with(group, :p)", "ExpressionAttributeNames": {"#a": "any"},
                "ExpressionAttributeValues": {":p": {"S": "a"}, ":n": {"N": "1"}}, "Limit": 2,
            }),
        ),
        2 => (
            "Scan",
            json!({"TableName": "fuzzed", "ScanFilter": {"n": {
            "ComparisonOperator": "BETWEEN", "AttributeValueList": [{"N": "1"}, random_value(chance, 1)]}}}),
        ),
        3 => ("BatchGetItem", json!({"RequestItems": {"fuzzed": {"Keys": [key_json(key)], "AttributesToGet": ["n"]}}})),
        4 => ("BatchWriteItem", json!({"RequestItems": {"fuzzed": [{"DeleteRequest": {"Key": key_json(key)}}]}})),
        5 => ("TransactWriteItems", json!({"TransactItems": [{write.name(): write.input()}]})),
        _ if of_kind("Put") => ("PutItem", write.input()),
        _ if of_kind("Update") => ("UpdateItem", write.input()),
        _ => ("DeleteItem", write.input()),
    }
}

/// The body of `input` with some of it exchanged, missing, or broken as text.
pub fn spoil(chance: &mut Chance, input: &Value) -> Vec<u8> {
    let mut input = input.clone();
    for _ in 0..=chance.below(2) {
        change(chance, &mut input);
    }
    let mut body = input.to_string().into_bytes();
    if chance.once_in(4) {
        for _ in 0..=chance.below(4) {
            let place = chance.below(body.len());
            body[place] = chance.below(256) as u8;
        }
    }
    if chance.once_in(10) {
        body.truncate(chance.below(body.len()));
    }
    body
}

fn change(chance: &mut Chance, value: &mut Value) {
    let inside = !chance.once_in(5);
    match value {
        Value::Object(fields) if inside && !fields.is_empty() => {
            let place = chance.below(fields.len());
            let Some(name) = fields.keys().nth(place).cloned() else { return };
            if chance.once_in(8) {
                let moved = fields.remove(&name).unwrap_or_default();
                if chance.once_in(2) {
                    fields.insert(format!("{name}{}", chance.pick(&["", " ", "x", ":", "é"])), moved);
                }
            } else if let Some(field) = fields.get_mut(&name) {
                change(chance, field);
            }
        }
        Value::Array(items) if inside && !items.is_empty() => {
            let place = chance.below(items.len());
            match chance.below(6) {
                0 => drop(items.remove(place)),
                1 => items.push(items[place].clone()),
                _ => change(chance, &mut items[place]),
            }
        }
        Value::String(text) if inside => spoil_text(chance, text),
        _ => *value = junk(chance),
    }
}

fn spoil_text(chance: &mut Chance, text: &mut String) {
    let places: Vec<usize> = text.char_indices().map(|(place, _)| place).chain([text.len()]).collect();
    let place = places[chance.below(places.len())];
    match chance.below(4) {
        0 => text.truncate(place),
        1 => text.insert_str(place, &"(".repeat(1 + chance.below(300))),
        _ => {
            let pieces = ["#", ":v0", " AND ", ")", "[", ".", " ", "size(", "1e500", "-", "\u{0}", "🦀", ",", " NOT "];
            text.insert_str(place, chance.pick(&pieces));
        }
    }
}

fn junk(chance: &mut Chance) -> Value {
    match chance.below(10) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!([]),
        3 => json!({}),
        4 => json!(chance.around_zero(1 << 40)),
        5 => json!(1e300),
        6 => json!("x".repeat(1 + chance.below(3000))),
        7 => (0..=chance.below(60)).fold(json!({"S": "core"}), |inner, _| json!({"M": {"m": inner}})),
        8 => (0..=chance.below(60)).fold(json!(1), |inner, _| json!([inner])),
        _ => random_value(chance, 3),
    }
}
