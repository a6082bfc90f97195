//! PartiQL, as it was measured on AWS.

mod batches;
mod refusals;
mod selects;
mod transactions;
mod writes;

use serde_json::{Value, json};

use super::{Client, run, songs};

/// Runs `statement`.
async fn execute(client: &Client, statement: &str) -> Value {
    client.ok("ExecuteStatement", json!({"Statement": statement})).await
}

/// The items that `statement` gives.
async fn items(client: &Client, statement: &str) -> Vec<Value> {
    execute(client, statement).await["Items"].as_array().unwrap().clone()
}

/// The attribute `name` of each item that `statement` gives, without the types.
async fn texts(client: &Client, statement: &str, name: &str) -> Vec<String> {
    let text = |item: &Value| item[name].as_object().unwrap().values().next().unwrap().as_str().unwrap().to_owned();
    items(client, statement).await.iter().map(text).collect()
}

/// The message with which `statement` is refused.
async fn refusal(client: &Client, statement: &str) -> String {
    refusal_with(client, statement, json!(null)).await
}

async fn refusal_with(client: &Client, statement: &str, parameters: Value) -> String {
    let mut input = json!({"Statement": statement});
    if !parameters.is_null() {
        input["Parameters"] = parameters;
    }
    match client.call("ExecuteStatement", input).await {
        Ok(answer) => panic!("{statement} gave {answer}"),
        Err(error) => {
            assert_eq!(error.code, "ValidationException", "{statement}: {}", error.message);
            error.message
        }
    }
}

/// What stands under the key `artist`, `title`.
async fn stored(client: &Client, artist: &str, title: &str) -> Value {
    let get = json!({"TableName": "songs", "Key": super::song(artist, title)});
    client.ok("GetItem", get).await["Item"].clone()
}

/// Puts a song with more attributes.
async fn put(client: &Client, artist: &str, title: &str, more: Value) {
    let mut item = super::song(artist, title);
    item.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    client.put(item).await;
}

/// `songs` with a global index of each projection but `ALL` and a local one.
fn indexed_songs() -> Value {
    let mut table = songs();
    let text = |name: &str| json!({"AttributeName": name, "AttributeType": "S"});
    let key = |name: &str, kind: &str| json!({"AttributeName": name, "KeyType": kind});
    table["AttributeDefinitions"].as_array_mut().unwrap().extend([text("genre"), text("label"), text("year")]);
    table["GlobalSecondaryIndexes"] = json!([
        {
            "IndexName": "by-genre", "KeySchema": [key("genre", "HASH")],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["held"]},
        },
        {
            "IndexName": "by-label", "KeySchema": [key("label", "HASH"), key("genre", "HASH"), key("year", "RANGE")],
            "Projection": {"ProjectionType": "ALL"},
        },
    ]);
    table["LocalSecondaryIndexes"] = json!([{
        "IndexName": "by-year", "KeySchema": [key("artist", "HASH"), key("year", "RANGE")],
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    }]);
    table
}
