use std::rc::Rc;

use kernel::{MemoryBackend, Scope, testing};
use serde_json::json;

use super::{run, song, songs};
use crate::DynamoDb;

#[test]
fn a_table_is_creating_when_it_is_made_and_active_at_the_next_look() {
    run(|client| async move {
        let made = client.ok("CreateTable", songs()).await;
        assert_eq!(made["TableDescription"]["TableStatus"], "CREATING");
        let table = client.ok("DescribeTable", json!({"TableName": "songs"})).await["Table"].clone();
        assert_eq!(table["TableStatus"], "ACTIVE");
        assert_eq!(table["TableArn"], "arn:aws:dynamodb:us-east-1:123456789012:table/songs");
        assert_eq!(table["BillingModeSummary"]["BillingMode"], "PAY_PER_REQUEST");
        let again = client.call("CreateTable", songs()).await.unwrap_err();
        assert_eq!(again.to_string(), "ResourceInUseException: Table already exists: songs");
        assert_eq!(client.ok("ListTables", json!({})).await, json!({"TableNames": ["songs"]}));
        let gone = client.ok("DeleteTable", json!({"TableName": "songs"})).await;
        assert_eq!(gone["TableDescription"]["TableStatus"], "DELETING");
        assert_eq!(
            client.refused("DescribeTable", json!({"TableName": "songs"})).await,
            "Requested resource not found: Table: songs not found"
        );
    });
}

#[test]
fn lists_of_tables_come_in_pages() {
    run(|client| async move {
        for name in ["ccc", "aaa", "bbb"] {
            let mut input = songs();
            input["TableName"] = json!(name);
            client.ok("CreateTable", input).await;
        }
        let first = client.ok("ListTables", json!({"Limit": 2})).await;
        assert_eq!(first, json!({"TableNames": ["aaa", "bbb"], "LastEvaluatedTableName": "bbb"}));
        let rest = client.ok("ListTables", json!({"Limit": 2, "ExclusiveStartTableName": "bbb"})).await;
        assert_eq!(rest, json!({"TableNames": ["ccc"]}));
    });
}

#[test]
fn items_indexes_and_streams_are_there_after_a_restart() {
    let backend = Rc::new(MemoryBackend::default());
    testing::run_on(backend.clone(), |kernel| async move {
        DynamoDb::open(&kernel).await.unwrap();
        let mut input = songs();
        input["StreamSpecification"] = json!({"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"});
        input["GlobalSecondaryIndexes"] = json!([{
            "IndexName": "by-title",
            "KeySchema": [{"AttributeName": "title", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }]);
        let call = |operation, input| aws_api::invoke(&kernel, Scope::root(&kernel), "dynamodb", operation, input);
        call("CreateTable", input).await.unwrap();
        call("PutItem", json!({"TableName": "songs", "Item": song("Nina", "Sinnerman")})).await.unwrap();
    });
    testing::run_on(backend, |kernel| async move {
        DynamoDb::open(&kernel).await.unwrap();
        let call =
            |service, operation, input| aws_api::invoke(&kernel, Scope::root(&kernel), service, operation, input);
        let query = json!({
            "TableName": "songs", "IndexName": "by-title", "KeyConditionExpression": "title = :t",
            "ExpressionAttributeValues": {":t": {"S": "Sinnerman"}},
        });
        let found = call("dynamodb", "Query", query).await.unwrap();
        assert_eq!(found["Items"], json!([song("Nina", "Sinnerman")]));
        let streams = call("streams.dynamodb", "ListStreams", json!({})).await.unwrap();
        let arn = streams["Streams"][0]["StreamArn"].clone();
        let stream = call("streams.dynamodb", "DescribeStream", json!({"StreamArn": arn})).await.unwrap();
        let shard = stream["StreamDescription"]["Shards"][0]["ShardId"].clone();
        let ask = json!({"StreamArn": arn, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"});
        let iterator = call("streams.dynamodb", "GetShardIterator", ask).await.unwrap();
        let records = call("streams.dynamodb", "GetRecords", iterator).await.unwrap();
        assert_eq!(records["Records"][0]["dynamodb"]["NewImage"], song("Nina", "Sinnerman"));
    });
}

#[test]
fn a_table_that_cannot_be_is_refused_in_awss_words() {
    run(|client| async move {
        let with = |name: &str, value: serde_json::Value| {
            let mut input = songs();
            input[name] = value;
            input
        };
        let hash = json!([{"AttributeName": "artist", "KeyType": "HASH"}]);
        for (input, words) in [
            (
                with("KeySchema", hash.clone()),
                "One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match \
                 number of attributes defined in AttributeDefinitions",
            ),
            (
                with("BillingMode", json!("PROVISIONED")),
                "One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be \
                 specified when BillingMode is PROVISIONED",
            ),
            (
                with("KeySchema", json!([{"AttributeName": "artist", "KeyType": "RANGE"}])),
                "Invalid KeySchema: The first KeySchemaElement is not a HASH key type",
            ),
            (
                with("TableName", json!("ab")),
                "1 validation error detected: Value 'ab' at 'tableName' failed to satisfy constraint: Member must \
                 have length greater than or equal to 3",
            ),
        ] {
            assert_eq!(client.refused("CreateTable", input).await, words);
        }
    });
}

#[test]
fn an_index_that_is_added_holds_what_is_there() {
    run(|client| async move {
        client.songs().await;
        client.put(song("Nina", "Sinnerman")).await;
        let update = json!({
            "TableName": "songs",
            "AttributeDefinitions": songs()["AttributeDefinitions"],
            "GlobalSecondaryIndexUpdates": [{"Create": {
                "IndexName": "by-title",
                "KeySchema": [{"AttributeName": "title", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }}],
        });
        let table = client.ok("UpdateTable", update).await["TableDescription"].clone();
        assert_eq!(table["GlobalSecondaryIndexes"][0]["IndexStatus"], "CREATING");
        let scan = client.ok("Scan", json!({"TableName": "songs", "IndexName": "by-title"})).await;
        assert_eq!(scan["Count"], 1);
        let delete = json!({
            "TableName": "songs",
            "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "by-title"}}],
        });
        client.ok("UpdateTable", delete).await;
        let table = client.ok("DescribeTable", json!({"TableName": "songs"})).await;
        assert_eq!(table["Table"].get("GlobalSecondaryIndexes"), None);
    });
}
