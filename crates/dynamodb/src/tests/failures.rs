//! Storage that fails: memory and storage agree afterwards, and nobody has been told otherwise.

use std::rc::Rc;

use futures_util::future::join3;
use kernel::testing::FailingBackend;
use serde_json::{Value, json};

use super::{Client, run_on, song, songs};

/// `songs` with an index by genre and a stream.
fn watched_songs() -> Value {
    let mut input = songs();
    input["AttributeDefinitions"].as_array_mut().unwrap().push(json!({"AttributeName": "genre", "AttributeType": "S"}));
    input["GlobalSecondaryIndexes"] = json!([{
        "IndexName": "by-genre",
        "KeySchema": [{"AttributeName": "genre", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    }]);
    input["StreamSpecification"] = json!({"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"});
    input
}

fn jazz(title: &str) -> Value {
    let mut item = song("Nina", title);
    item["genre"] = json!({"S": "jazz"});
    item
}

/// The titles in the table, in the index, and in the stream's records.
async fn titles(client: &Client) -> [Vec<String>; 3] {
    let of = |items: &Value, path: &str| {
        let items = items.as_array().unwrap().iter();
        items.map(|item| item.pointer(path).unwrap().as_str().unwrap().to_owned()).collect()
    };
    let table = client.ok("Scan", json!({"TableName": "songs"})).await;
    let index = client.ok("Scan", json!({"TableName": "songs", "IndexName": "by-genre"})).await;
    let streams = client.ok("ListStreams", json!({"TableName": "songs"})).await;
    let stream = &streams["Streams"][0]["StreamArn"];
    let described = client.ok("DescribeStream", json!({"StreamArn": stream})).await;
    let shard = &described["StreamDescription"]["Shards"][0]["ShardId"];
    let input = json!({"StreamArn": stream, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"});
    let iterator = client.ok("GetShardIterator", input).await;
    let records = client.ok("GetRecords", iterator).await;
    [
        of(&table["Items"], "/title/S"),
        of(&index["Items"], "/title/S"),
        of(&records["Records"], "/dynamodb/Keys/title/S"),
    ]
}

#[test]
fn a_write_that_is_not_kept_leaves_no_trace_in_memory_nor_in_storage() {
    let backend = Rc::new(FailingBackend::default());
    let storage = backend.clone();
    run_on(backend.clone(), |client, _| async move {
        client.ok("CreateTable", watched_songs()).await;
        client.put(jazz("kept")).await;
        storage.fail_next();
        let error = client.call("PutItem", json!({"TableName": "songs", "Item": jazz("lost")})).await.unwrap_err();
        assert_eq!((error.code.as_str(), error.status.as_u16()), ("InternalServerError", 500));
        storage.fail_next();
        client.call("DeleteItem", json!({"TableName": "songs", "Key": song("Nina", "kept")})).await.unwrap_err();
        assert_eq!(titles(&client).await, [["kept"], ["kept"], ["kept"]]);
    });
    run_on(backend, |client, _| async move {
        assert_eq!(titles(&client).await, [["kept"], ["kept"], ["kept"]]);
    });
}

#[test]
fn nobody_sees_a_write_before_it_is_kept_and_what_builds_on_it_fails_with_it() {
    let backend = Rc::new(FailingBackend::default());
    let storage = backend.clone();
    run_on(backend, |client, _| async move {
        client.ok("CreateTable", watched_songs()).await;
        storage.stop();
        storage.fail_next();
        let put = client.call("PutItem", json!({"TableName": "songs", "Item": jazz("first")}));
        let only_new =
            json!({"TableName": "songs", "Item": jazz("first"), "ConditionExpression": "attribute_not_exists(title)"});
        let second = async {
            client.0.tasks.breathe().await;
            client.call("PutItem", only_new.clone()).await
        };
        let looks = async {
            client.0.tasks.breathe().await;
            client.0.tasks.breathe().await;
            assert_eq!(titles(&client).await, [[""; 0]; 3], "it is not acknowledged yet");
            storage.go_on();
        };
        let (first, second, ()) = join3(put, second, looks).await;
        assert_eq!(first.unwrap_err().code, "InternalServerError");
        assert_eq!(second.unwrap_err().code, "InternalServerError", "whether the song exists was not certain");
        client.ok("PutItem", only_new).await;
        assert_eq!(titles(&client).await, [["first"]; 3]);
    });
}

#[test]
fn writers_that_wait_for_the_same_commit_build_on_each_other() {
    let backend = Rc::new(FailingBackend::default());
    let storage = backend.clone();
    run_on(backend, |client, _| async move {
        client.songs().await;
        storage.stop();
        let count = || {
            client.call(
                "UpdateItem",
                json!({
                    "TableName": "songs", "Key": song("Nina", "One"), "UpdateExpression": "ADD plays :one",
                    "ExpressionAttributeValues": {":one": {"N": "1"}}, "ReturnValues": "UPDATED_NEW",
                }),
            )
        };
        let go_on = async {
            client.0.tasks.breathe().await;
            storage.go_on();
        };
        let (first, second, ()) = join3(count(), count(), go_on).await;
        assert_eq!(first.unwrap()["Attributes"]["plays"]["N"], "1");
        assert_eq!(second.unwrap()["Attributes"]["plays"]["N"], "2");
    });
}

#[test]
fn a_transaction_that_was_not_kept_can_be_tried_again_with_its_token() {
    let backend = Rc::new(FailingBackend::default());
    let storage = backend.clone();
    run_on(backend, |client, _| async move {
        client.ok("CreateTable", watched_songs()).await;
        let put = json!({"Put": {"TableName": "songs", "Item": jazz("first")}});
        let transaction = json!({"TransactItems": [put], "ClientRequestToken": "once"});
        storage.fail_next();
        client.call("TransactWriteItems", transaction.clone()).await.unwrap_err();
        client.ok("TransactWriteItems", transaction).await;
        assert_eq!(titles(&client).await, [["first"]; 3]);
    });
}

#[test]
fn a_definition_that_is_not_kept_is_not_there() {
    let backend = Rc::new(FailingBackend::default());
    let storage = backend.clone();
    run_on(backend, |client, _| async move {
        storage.fail_next();
        client.call("CreateTable", watched_songs()).await.unwrap_err();
        assert_eq!(client.ok("ListTables", json!({})).await["TableNames"], json!([]));
        assert_eq!(client.ok("ListStreams", json!({})).await["Streams"], json!([]));
        client.ok("CreateTable", watched_songs()).await;
        client.put(jazz("kept")).await;

        storage.fail_next();
        let drop_index =
            json!({"TableName": "songs", "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "by-genre"}}]});
        client.call("UpdateTable", drop_index).await.unwrap_err();
        storage.fail_next();
        client.call("DeleteTable", json!({"TableName": "songs"})).await.unwrap_err();
        assert_eq!(titles(&client).await, [["kept"]; 3]);
    });
}

#[test]
fn a_table_that_is_being_made_is_seen_when_it_is_kept() {
    let backend = Rc::new(FailingBackend::default());
    let storage = backend.clone();
    run_on(backend, |client, _| async move {
        storage.stop();
        storage.fail_next();
        let list = async {
            client.0.tasks.breathe().await;
            client.ok("ListTables", json!({})).await
        };
        let go_on = async {
            client.0.tasks.breathe().await;
            client.0.tasks.breathe().await;
            storage.go_on();
        };
        let (made, listed, ()) = join3(client.call("CreateTable", songs()), list, go_on).await;
        made.unwrap_err();
        assert_eq!(listed["TableNames"], json!([]));
    });
}
