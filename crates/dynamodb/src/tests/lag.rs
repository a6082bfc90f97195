//! Reads that lag behind writes.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Client, run_paced, song, songs};
use crate::Pace;

const LAGGING: Pace =
    Pace { table_ms: 0, index_lag_ms: 500, replica_lag_ms: 100, unthrottled: false, collection_bytes: 0 };

async fn indexed_songs(client: &Client) {
    let mut input = songs();
    input["AttributeDefinitions"].as_array_mut().unwrap().push(json!({"AttributeName": "plays", "AttributeType": "N"}));
    input["GlobalSecondaryIndexes"] = json!([{
        "IndexName": "by-plays",
        "KeySchema": [
            {"AttributeName": "artist", "KeyType": "HASH"}, {"AttributeName": "plays", "KeyType": "RANGE"},
        ],
        "Projection": {"ProjectionType": "ALL"},
    }]);
    client.ok("CreateTable", input).await;
}

async fn put(client: &Client, title: &str, plays: u32) {
    let mut item = song("Nina", title);
    item["plays"] = json!({"N": plays.to_string()});
    client.put(item).await;
}

async fn wait(client: &Client, millis: u64) {
    client.0.clock.sleep(Duration::from_millis(millis)).await;
}

/// The titles that a Query finds, with `more` in its input.
async fn titles(client: &Client, more: Value) -> Vec<String> {
    let mut input = json!({
        "TableName": "songs", "KeyConditionExpression": "artist = :a",
        "ExpressionAttributeValues": {":a": {"S": "Nina"}},
    });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let found = client.ok("Query", input).await;
    let items = found["Items"].as_array().unwrap().iter();
    items.map(|item| item["title"]["S"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn an_eventually_consistent_read_sees_the_table_as_it_was() {
    run_paced(LAGGING, |client| async move {
        indexed_songs(&client).await;
        put(&client, "One", 1).await;
        let get =
            |consistent: bool| json!({"TableName": "songs", "Key": song("Nina", "One"), "ConsistentRead": consistent});
        assert_eq!(client.ok("GetItem", get(false)).await.get("Item"), None);
        assert_eq!(client.ok("GetItem", get(true)).await["Item"]["plays"], json!({"N": "1"}));
        assert_eq!(titles(&client, json!({})).await, Vec::<String>::new());
        assert_eq!(titles(&client, json!({"ConsistentRead": true})).await, ["One"]);
        wait(&client, 100).await;
        assert_eq!(client.ok("GetItem", get(false)).await["Item"]["plays"], json!({"N": "1"}));
        put(&client, "One", 2).await;
        assert_eq!(client.ok("GetItem", get(false)).await["Item"]["plays"], json!({"N": "1"}));
    });
}

#[test]
fn a_global_index_follows_its_table_in_order() {
    run_paced(LAGGING, |client| async move {
        indexed_songs(&client).await;
        for (title, plays) in [("One", 1), ("Two", 2), ("Three", 3)] {
            put(&client, title, plays).await;
        }
        wait(&client, 600).await;
        // One moves to the end, Two goes, Four comes.
        put(&client, "One", 9).await;
        client.ok("DeleteItem", json!({"TableName": "songs", "Key": song("Nina", "Two")})).await;
        put(&client, "Four", 4).await;
        let index = json!({"IndexName": "by-plays"});
        assert_eq!(titles(&client, index.clone()).await, ["One", "Two", "Three"]);
        let backward = json!({"IndexName": "by-plays", "ScanIndexForward": false});
        assert_eq!(titles(&client, backward).await, ["Three", "Two", "One"]);
        wait(&client, 500).await;
        assert_eq!(titles(&client, index).await, ["Three", "Four", "One"]);
    });
}
