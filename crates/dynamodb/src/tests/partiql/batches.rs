use serde_json::{Value, json};

use super::{indexed_songs, put, run, stored};
use crate::tests::Client;

async fn batch(client: &Client, statements: &[&str]) -> Value {
    let statements: Vec<Value> = statements.iter().map(|statement| json!({"Statement": statement})).collect();
    client.ok("BatchExecuteStatement", json!({"Statements": statements, "ReturnConsumedCapacity": "TOTAL"})).await
}

#[test]
fn each_statement_has_its_own_outcome() {
    run(|client| async move {
        client.ok("CreateTable", indexed_songs()).await;
        put(&client, "Nina", "1", json!({"a": {"N": "1"}})).await;
        let key_only =
            "Select statements within BatchExecuteStatement must specify the primary key in the where clause.";
        let answer = batch(
            &client,
            &[
                "SELECT a FROM songs WHERE artist IN ['Nina'] AND title = '1'",
                "SELECT a FROM songs WHERE artist = 'Nina' AND title = '2'",
                "SELECT * FROM songs WHERE artist = 'Nina'",
                "SELECT * FROM songs WHERE artist = 'Nina' AND title = '1' AND a = 1",
                "SELECT * FROM songs.\"by-genre\" WHERE genre = 'x'",
                "SELECT * FROM songs.\"by-label\" WHERE label = 'x'",
                "SLECT * FROM songs",
                "SELECT * FROM nowhere WHERE artist = 'Nina' AND title = '1'",
            ],
        )
        .await;
        let error = |code: &str, message: &str| json!({"Error": {"Code": code, "Message": message}});
        assert_eq!(
            answer,
            json!({
                "Responses": [
                    {"TableName": "songs", "Item": {"a": {"N": "1"}}},
                    {"TableName": "songs"},
                    error("ValidationError", key_only),
                    error("ValidationError", key_only),
                    error("ValidationError", key_only),
                    error(
                        "ValidationError",
                        "PartiQL statements cannot be executed on tables with multi-attribute HASH keys or \
                         multi-attribute RANGE keys.",
                    ),
                    error(
                        "ValidationError",
                        "Statement wasn't well formed, can't be processed: Expected data manipulation",
                    ),
                    error("ResourceNotFound", "Requested resource not found"),
                ],
                "ConsumedCapacity": [{"CapacityUnits": 1.0, "TableName": "songs"}],
            })
        );
    });
}

#[test]
fn a_write_that_fails_leaves_the_others_alone() {
    run(|client| async move {
        client.songs().await;
        put(&client, "Nina", "1", json!({"a": {"N": "1"}})).await;
        put(&client, "Nina", "2", json!({"a": {"N": "1"}})).await;
        put(&client, "Nina", "3", json!({"a": {"N": "1"}})).await;
        let answer = batch(
            &client,
            &[
                "INSERT INTO songs VALUE {'artist': 'Nina', 'title': '1'}",
                "UPDATE songs SET a = 2 WHERE artist = 'Nina' AND title = '2' AND a = 7",
                "UPDATE songs SET a = 2 WHERE artist = 'Nina' AND title = '3' RETURNING MODIFIED NEW *",
                "UPDATE songs REMOVE x WHERE artist = 'Nina' AND title = '4' RETURNING ALL NEW *",
                "INSERT INTO songs VALUE {'artist': 'Nina', 'title': '5'}",
            ],
        )
        .await;
        let failed =
            |code: &str, message: &str| json!({"Error": {"Code": code, "Message": message}, "TableName": "songs"});
        assert_eq!(
            answer["Responses"],
            json!([
                failed("DuplicateItem", "Duplicate primary key exists in table"),
                failed("ConditionalCheckFailed", "The conditional request failed"),
                {"TableName": "songs", "Item": {"a": {"N": "2"}}},
                failed("ConditionalCheckFailed", "The conditional request failed"),
                {"TableName": "songs"},
            ])
        );
        // Writes that were stopped have cost their attempt.
        assert_eq!(answer["ConsumedCapacity"], json!([{"CapacityUnits": 5.0, "TableName": "songs"}]));
        assert_eq!(stored(&client, "Nina", "5").await["title"], json!({"S": "5"}));
        let stopped = batch(&client, &["INSERT INTO songs VALUE {'artist': 'Nina', 'title': '1'}"]).await;
        assert_eq!(stopped.get("ConsumedCapacity"), None);
    });
}

#[test]
fn some_faults_refuse_the_whole_batch() {
    run(|client| async move {
        client.songs().await;
        let read = "SELECT * FROM songs WHERE artist = 'Nina' AND title = '1'";
        let write = "DELETE FROM songs WHERE artist = 'Nina' AND title = '1'";
        for (statements, words) in [
            ([read, write], "Read and write requests together in the same batch is not supported."),
            ([read, read], "Provided list of item keys contains duplicates"),
            (
                [write, "INSERT INTO songs VALUE {'artist': 'Nina', 'title': '1'}"],
                "Provided list of item keys contains duplicates",
            ),
        ] {
            let statements: Vec<Value> = statements.iter().map(|statement| json!({"Statement": statement})).collect();
            assert_eq!(client.refused("BatchExecuteStatement", json!({"Statements": statements})).await, words);
        }
        let many = vec![json!({"Statement": read}); 26];
        let refused = client.refused("BatchExecuteStatement", json!({"Statements": many})).await;
        assert!(refused.ends_with("Member must have length less than or equal to 25"), "{refused}");
        let refused = client.refused("BatchExecuteStatement", json!({"Statements": []})).await;
        assert!(refused.ends_with("Member must have length greater than or equal to 1"), "{refused}");
        let long = format!("SELECT * FROM songs WHERE artist = '{}'", "x".repeat(8192));
        let refused = client.refused("ExecuteStatement", json!({"Statement": long})).await;
        assert!(refused.ends_with("Member must have length less than or equal to 8192"), "{refused}");
    });
}

#[test]
fn each_statement_reads_as_consistently_as_it_asks() {
    run(|client| async move {
        client.songs().await;
        let statement = |title: &str| {
            json!({
                "Statement": "SELECT * FROM songs WHERE artist = 'Nina' AND title = ?", "Parameters": [{"S": title}],
                "ConsistentRead": title == "1",
            })
        };
        let input = json!({"Statements": [statement("1"), statement("2")], "ReturnConsumedCapacity": "TOTAL"});
        assert_eq!(client.ok("BatchExecuteStatement", input).await["ConsumedCapacity"][0]["CapacityUnits"], json!(1.5));
    });
}
