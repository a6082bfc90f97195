//! The service by its API.

use std::{rc::Rc, time::Duration};

use kernel::{Kernel, MemoryBackend, Scope, testing};
use serde_json::{Value, json};

use crate::Kinesis;

async fn call(kernel: &Kernel, operation: &str, input: Value) -> Value {
    match aws_api::invoke(kernel, Scope::root(kernel), "kinesis", operation, input).await {
        Ok(answer) => answer,
        Err(error) => json!({"error": error.code, "message": error.message}),
    }
}

async fn make(kernel: &Kernel, shards: u32) {
    call(kernel, "CreateStream", json!({"StreamName": "s", "ShardCount": shards})).await;
    kernel.clock.sleep(Duration::from_secs(1)).await;
}

async fn put(kernel: &Kernel, data: &str) -> Value {
    call(kernel, "PutRecord", json!({"StreamName": "s", "PartitionKey": "k", "Data": data})).await
}

async fn iterator(kernel: &Kernel, shard: u32, more: Value) -> String {
    let mut input = json!({"StreamName": "s", "ShardId": format!("shardId-{shard:012}")});
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let answer = call(kernel, "GetShardIterator", input).await;
    answer["ShardIterator"].as_str().map_or_else(|| panic!("{answer}"), str::to_owned)
}

async fn read(kernel: &Kernel, shard: u32, more: Value) -> Vec<String> {
    let iterator = iterator(kernel, shard, more).await;
    let answer = call(kernel, "GetRecords", json!({"ShardIterator": iterator})).await;
    let records = answer["Records"].as_array().unwrap_or_else(|| panic!("{answer}"));
    records.iter().map(|record| record["Data"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn all_five_kinds_of_iterators_find_their_place() {
    testing::run(|kernel| async move {
        Kinesis::open(&kernel).await.unwrap();
        make(&kernel, 1).await;
        put(&kernel, "AAAA").await;
        kernel.clock.sleep(Duration::from_secs(5)).await;
        let between = kernel.clock.now().secs();
        let second = put(&kernel, "BBBB").await["SequenceNumber"].clone();
        assert_eq!(second.as_str().unwrap().len(), 56);
        put(&kernel, "CCCC").await;
        assert_eq!(read(&kernel, 0, json!({"ShardIteratorType": "TRIM_HORIZON"})).await, ["AAAA", "BBBB", "CCCC"]);
        assert!(read(&kernel, 0, json!({"ShardIteratorType": "LATEST"})).await.is_empty());
        let at = |kind: &str| json!({"ShardIteratorType": kind, "StartingSequenceNumber": second});
        assert_eq!(read(&kernel, 0, at("AT_SEQUENCE_NUMBER")).await, ["BBBB", "CCCC"]);
        assert_eq!(read(&kernel, 0, at("AFTER_SEQUENCE_NUMBER")).await, ["CCCC"]);
        let since = json!({"ShardIteratorType": "AT_TIMESTAMP", "Timestamp": between});
        assert_eq!(read(&kernel, 0, since).await, ["BBBB", "CCCC"]);
        let old = iterator(&kernel, 0, json!({"ShardIteratorType": "LATEST"})).await;
        kernel.clock.sleep(Duration::from_secs(301)).await;
        assert_eq!(
            call(&kernel, "GetRecords", json!({"ShardIterator": old})).await["error"],
            "ExpiredIteratorException"
        );
    });
}

#[test]
fn records_last_for_the_retention_and_over_a_restart() {
    let backend = Rc::new(MemoryBackend::default());
    testing::run_on(backend.clone(), |kernel| async move {
        Kinesis::open(&kernel).await.unwrap();
        make(&kernel, 1).await;
        put(&kernel, "AAAA").await;
        kernel.clock.sleep(Duration::from_secs(23 * 3600)).await;
        put(&kernel, "BBBB").await;
    });
    testing::run_on(backend, |kernel| async move {
        Kinesis::open(&kernel).await.unwrap();
        let all = json!({"ShardIteratorType": "TRIM_HORIZON"});
        assert_eq!(read(&kernel, 0, all.clone()).await, ["AAAA", "BBBB"]);
        kernel.clock.sleep(Duration::from_secs(25 * 3600)).await;
        assert_eq!(read(&kernel, 0, all).await, ["BBBB"]);
    });
}

#[test]
fn a_split_shard_ends_and_names_its_children() {
    testing::run(|kernel| async move {
        Kinesis::open(&kernel).await.unwrap();
        make(&kernel, 1).await;
        put(&kernel, "AAAA").await;
        let half = (1_u128 << 127).to_string();
        let split = json!({"StreamName": "s", "ShardToSplit": "shardId-000000000000", "NewStartingHashKey": half});
        call(&kernel, "SplitShard", split.clone()).await;
        assert_eq!(call(&kernel, "SplitShard", split).await["error"], "ResourceInUseException");
        kernel.clock.sleep(Duration::from_secs(1)).await;
        let iterator = iterator(&kernel, 0, json!({"ShardIteratorType": "TRIM_HORIZON"})).await;
        let last = call(&kernel, "GetRecords", json!({"ShardIterator": iterator})).await;
        assert!(last["NextShardIterator"].is_null());
        assert_eq!(last["ChildShards"][1]["HashKeyRange"]["StartingHashKey"], half);
        let merge = json!({"StreamName": "s", "ShardToMerge": "shardId-000000000001",
            "AdjacentShardToMerge": "shardId-000000000002"});
        call(&kernel, "MergeShards", merge).await;
        kernel.clock.sleep(Duration::from_secs(1)).await;
        let shards = call(&kernel, "ListShards", json!({"StreamName": "s"})).await;
        assert_eq!(shards["Shards"][3]["AdjacentParentShardId"], "shardId-000000000002");
        assert!(shards["Shards"][1]["SequenceNumberRange"]["EndingSequenceNumber"].is_string());
    });
}

#[test]
fn a_shard_takes_a_thousand_records_a_second() {
    testing::run(|kernel| async move {
        Kinesis::open(&kernel).await.unwrap();
        make(&kernel, 1).await;
        let records = vec![json!({"PartitionKey": "k", "Data": "AAAA"}); 500];
        let batch = json!({"StreamName": "s", "Records": records});
        for _ in 0..2 {
            assert_eq!(call(&kernel, "PutRecords", batch.clone()).await["FailedRecordCount"], 0);
        }
        let refused = call(&kernel, "PutRecords", batch.clone()).await;
        assert_eq!(refused["FailedRecordCount"], 500);
        assert_eq!(refused["Records"][0]["ErrorCode"], "ProvisionedThroughputExceededException");
        assert_eq!(
            refused["Records"][0]["ErrorMessage"],
            "Rate exceeded for shard shardId-000000000000 in stream s under account 123456789012."
        );
        kernel.clock.sleep(Duration::from_secs(1)).await;
        assert_eq!(call(&kernel, "PutRecords", batch).await["FailedRecordCount"], 0);
    });
}

#[test]
fn a_consumer_is_found_by_its_arn() {
    testing::run(|kernel| async move {
        Kinesis::open(&kernel).await.unwrap();
        make(&kernel, 1).await;
        let stream = "arn:aws:kinesis:us-east-1:123456789012:stream/s";
        let made = call(&kernel, "RegisterStreamConsumer", json!({"StreamARN": stream, "ConsumerName": "c"})).await;
        assert_eq!(made["Consumer"]["ConsumerStatus"], "CREATING");
        kernel.clock.sleep(Duration::from_secs(1)).await;
        let arn = &made["Consumer"]["ConsumerARN"];
        let found = call(&kernel, "DescribeStreamConsumer", json!({"ConsumerARN": arn})).await;
        assert_eq!(found["ConsumerDescription"]["ConsumerStatus"], "ACTIVE");
        call(&kernel, "DeregisterStreamConsumer", json!({"ConsumerARN": arn})).await;
        assert_eq!(
            call(&kernel, "DescribeStreamConsumer", json!({"ConsumerARN": arn})).await["error"],
            "ResourceNotFoundException"
        );
    });
}
