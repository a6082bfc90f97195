//! Item collections of tables with local indexes: their sizes, and their limit.

use serde_json::{Value, json};

use super::{Client, run_paced, song, songs};
use crate::Pace;

/// Room for two songs of 1,000 bytes with their entries in the index, not for three.
const NARROW: Pace =
    Pace { table_ms: 0, index_lag_ms: 0, replica_lag_ms: 0, unthrottled: false, collection_bytes: 4_500 };

/// A table of songs with a local index that holds all of them again.
async fn indexed_songs(client: &Client) {
    let mut input = songs();
    input["AttributeDefinitions"].as_array_mut().unwrap().push(json!({"AttributeName": "plays", "AttributeType": "N"}));
    input["LocalSecondaryIndexes"] = json!([{
        "IndexName": "by-plays",
        "KeySchema": [
            {"AttributeName": "artist", "KeyType": "HASH"}, {"AttributeName": "plays", "KeyType": "RANGE"},
        ],
        "Projection": {"ProjectionType": "ALL"},
    }]);
    client.ok("CreateTable", input).await;
}

/// A song with so many bytes of lyrics that stands in the index.
fn long_song(title: &str, lyrics: usize) -> Value {
    let mut item = song("Nina", title);
    item["plays"] = json!({"N": "1"});
    item["lyrics"] = json!({"S": "x".repeat(lyrics)});
    item
}

fn put(item: Value) -> Value {
    json!({"TableName": "songs", "Item": item, "ReturnItemCollectionMetrics": "SIZE"})
}

#[test]
fn a_collection_that_is_full_may_only_shrink() {
    run_paced(NARROW, |client| async move {
        indexed_songs(&client).await;
        client.ok("PutItem", put(long_song("one", 900))).await;
        client.ok("PutItem", put(long_song("two", 900))).await;
        let error = client.call("PutItem", put(long_song("three", 900))).await.unwrap_err();
        assert_eq!(error.code, "ItemCollectionSizeLimitExceededException");
        assert_eq!(error.message, "Collection size exceeded.");
        let mut other = long_song("three", 900);
        other["artist"] = json!({"S": "Ella"});
        client.ok("PutItem", put(other)).await;
        client.ok("PutItem", put(long_song("two", 800))).await;
        let grow = json!({
            "TableName": "songs", "Key": song("Nina", "two"), "UpdateExpression": "SET lyrics = :l",
            "ExpressionAttributeValues": {":l": {"S": "x".repeat(2000)}},
        });
        assert_eq!(client.refused("UpdateItem", grow).await, "Collection size exceeded.");
        client.ok("DeleteItem", json!({"TableName": "songs", "Key": song("Nina", "one")})).await;
        client.ok("PutItem", put(long_song("three", 900))).await;
    });
}

#[test]
fn items_of_one_request_count_together() {
    run_paced(NARROW, |client| async move {
        indexed_songs(&client).await;
        let writes: Value = ["one", "two", "three"]
            .iter()
            .map(|title| json!({"PutRequest": {"Item": long_song(title, 900)}}))
            .collect();
        let error = client.call("BatchWriteItem", json!({"RequestItems": {"songs": writes}})).await.unwrap_err();
        assert_eq!(error.code, "ItemCollectionSizeLimitExceededException");
        let actions = |titles: &[&str]| -> Value {
            titles.iter().map(|title| json!({"Put": {"TableName": "songs", "Item": long_song(title, 900)}})).collect()
        };
        let error =
            client.call("TransactWriteItems", json!({"TransactItems": actions(&["one", "two", "three"])})).await;
        let error = error.unwrap_err();
        assert!(error.message.ends_with("[None, None, ItemCollectionSizeLimitExceeded]"), "{}", error.message);
        let there = client.ok("Scan", json!({"TableName": "songs"})).await;
        assert_eq!(there["Count"], 0, "nothing of either was written");
        let input = json!({"TransactItems": actions(&["one", "two"]), "ReturnItemCollectionMetrics": "SIZE"});
        let answer = client.ok("TransactWriteItems", input).await;
        assert_eq!(answer["ItemCollectionMetrics"]["songs"][1]["SizeEstimateRangeGB"], json!([0.0, 1.0]));
    });
}

#[test]
fn metrics_name_the_collection_even_of_an_item_that_is_not_there() {
    run_paced(NARROW, |client| async move {
        indexed_songs(&client).await;
        let delete = json!({
            "TableName": "songs", "Key": song("Nina", "one"), "ReturnItemCollectionMetrics": "SIZE",
        });
        let answer = client.ok("DeleteItem", delete).await;
        assert_eq!(
            answer["ItemCollectionMetrics"],
            json!({"ItemCollectionKey": {"artist": {"S": "Nina"}}, "SizeEstimateRangeGB": [0.0, 1.0]})
        );
    });
}
