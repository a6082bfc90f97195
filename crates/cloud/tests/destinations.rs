//! The changes of a table arrive in a data stream.
#![allow(clippy::unwrap_used, reason = "a test says so by failing")]

mod support;

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::{Kernel, Scope, testing};
use serde_json::{Value, json};
use support::open;

async fn call(kernel: &Kernel, service: &str, operation: &str, input: Value) -> Value {
    aws_api::invoke(kernel, Scope::root(kernel), service, operation, input).await.unwrap()
}

#[test]
fn a_write_is_told_to_the_stream_that_the_table_names() {
    testing::run(|kernel| async move {
        open(&kernel).await;
        call(&kernel, "kinesis", "CreateStream", json!({"StreamName": "s", "ShardCount": 1})).await;
        let table = json!({
            "TableName": "music",
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        });
        call(&kernel, "dynamodb", "CreateTable", table).await;
        kernel.clock.sleep(Duration::from_secs(60)).await;
        let destination = json!({"TableName": "music", "StreamArn": "arn:aws:kinesis:us-east-1:123456789012:stream/s"});
        call(&kernel, "dynamodb", "EnableKinesisStreamingDestination", destination).await;
        let found =
            call(&kernel, "dynamodb", "DescribeKinesisStreamingDestination", json!({"TableName": "music"})).await;
        assert_eq!(found["KinesisDataStreamDestinations"][0]["DestinationStatus"], "ACTIVE");
        call(&kernel, "dynamodb", "PutItem", json!({"TableName": "music", "Item": {"id": {"S": "a"}}})).await;
        kernel.clock.sleep(Duration::from_secs(5)).await;
        let from = json!({"StreamName": "s", "ShardId": "0", "ShardIteratorType": "TRIM_HORIZON"});
        let iterator = call(&kernel, "kinesis", "GetShardIterator", from).await["ShardIterator"].clone();
        let read = call(&kernel, "kinesis", "GetRecords", json!({"ShardIterator": iterator})).await;
        let data = STANDARD.decode(read["Records"][0]["Data"].as_str().unwrap()).unwrap();
        let record: Value = serde_json::from_slice(&data).unwrap();
        assert_eq!(record["eventName"], "INSERT");
        assert_eq!(record["dynamodb"]["NewImage"], json!({"id": {"S": "a"}}));
        assert_eq!(record["eventSource"], "aws:dynamodb");
    });
}
