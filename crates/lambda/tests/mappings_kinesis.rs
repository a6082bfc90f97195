//! Event source mappings: from a data stream to a function.

mod support;

use std::{rc::Rc, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::{Kernel, MemoryBackend};
use serde_json::{Value, json};
use support::{call, create, extend, ok, run, run_on, said};

const STREAM: &str = "arn:aws:kinesis:us-east-1:123456789012:stream/clicks";

/// Logs the data that it gets, and fails when some of it is `bad`.
const SOURCE: &str = "export const handler = async (event) => {
    const data = event.Records.map((record) => atob(record.kinesis.data));
    console.log(data.join(' '));
    if (data.includes('bad')) throw new Error('bad record');
}";

async fn pass(kernel: &Kernel, seconds: u64) {
    kernel.clock.sleep(Duration::from_secs(seconds)).await;
}

async fn make_stream(kernel: &Kernel, shards: u32) {
    ok(kernel, "kinesis", "CreateStream", json!({"StreamName": "clicks", "ShardCount": shards})).await;
    pass(kernel, 1).await;
}

async fn map(kernel: &Kernel, more: Value) -> Value {
    let mut input = json!({"FunctionName": "hello", "EventSourceArn": STREAM, "StartingPosition": "TRIM_HORIZON"});
    extend(&mut input, more);
    let mapping = ok(kernel, "lambda", "CreateEventSourceMapping", input).await;
    pass(kernel, 1).await;
    mapping
}

async fn state(kernel: &Kernel, mapping: &Value) -> Value {
    ok(kernel, "lambda", "GetEventSourceMapping", json!({"UUID": mapping["UUID"]})).await
}

/// Puts records with their partition keys, all at once.
async fn put(kernel: &Kernel, records: &[(&str, &str)]) {
    let records: Vec<Value> =
        records.iter().map(|(key, data)| json!({"PartitionKey": key, "Data": STANDARD.encode(data)})).collect();
    let answer = ok(kernel, "kinesis", "PutRecords", json!({"StreamName": "clicks", "Records": records})).await;
    assert_eq!(answer["FailedRecordCount"], 0);
}

async fn make_bucket(kernel: &Kernel) -> Value {
    ok(kernel, "s3", "CreateBucket", json!({"Bucket": "failed-clicks"})).await;
    json!({"OnFailure": {"Destination": "arn:aws:s3:::failed-clicks"}})
}

/// The objects of the bucket, by key.
async fn objects(kernel: &Kernel) -> Vec<(String, Value)> {
    let listed = ok(kernel, "s3", "ListObjectsV2", json!({"Bucket": "failed-clicks"})).await;
    let mut objects = Vec::new();
    for object in listed["Contents"].as_array().into_iter().flatten() {
        let input = json!({"Bucket": "failed-clicks", "Key": object["Key"]});
        let body = ok(kernel, "s3", "GetObject", input).await["Body"].as_str().expect("a body").to_owned();
        let body = STANDARD.decode(body).expect("Base64");
        let key = object["Key"].as_str().expect("a key").to_owned();
        objects.push((key, serde_json::from_slice(&body).expect("JSON")));
    }
    objects
}

#[test]
fn a_record_looks_as_in_aws() {
    run(|kernel| async move {
        make_stream(&kernel, 1).await;
        let source = "export const handler = async (event) => console.log(JSON.stringify(event))";
        create(&kernel, source, json!({})).await;
        map(&kernel, json!({})).await;
        put(&kernel, &[("k", "Hello")]).await;
        pass(&kernel, 2).await;
        let event: Value = serde_json::from_str(&said(&kernel).await[0]).expect("an event");
        let mut record = event["Records"][0].clone();
        let sequence = record["kinesis"]["sequenceNumber"].as_str().expect("a number").to_owned();
        let arrived = record["kinesis"]["approximateArrivalTimestamp"].take();
        assert!(arrived.as_f64().is_some_and(|arrived| arrived > 1_767_225_600.0), "{arrived}");
        let expected = json!({
            "kinesis": {
                "kinesisSchemaVersion": "1.0", "partitionKey": "k", "sequenceNumber": sequence, "data": "SGVsbG8=",
                "approximateArrivalTimestamp": null,
            },
            "eventSource": "aws:kinesis", "eventVersion": "1.0", "eventName": "aws:kinesis:record",
            "eventID": format!("shardId-000000000000:{sequence}"), "awsRegion": "us-east-1",
            "invokeIdentityArn": support::ROLE, "eventSourceARN": STREAM,
        });
        assert_eq!(record, expected);
    });
}

#[test]
fn a_mapping_begins_where_it_says() {
    run(|kernel| async move {
        make_stream(&kernel, 1).await;
        create(&kernel, SOURCE, json!({})).await;
        put(&kernel, &[("k", "first")]).await;
        pass(&kernel, 10).await;
        let between = kernel.clock.now().secs();
        pass(&kernel, 10).await;
        put(&kernel, &[("k", "second")]).await;
        let mut expected = Vec::new();
        for (position, first) in [("TRIM_HORIZON", "first second"), ("AT_TIMESTAMP", "second"), ("LATEST", "")] {
            let more = json!({"StartingPosition": position, "StartingPositionTimestamp": between});
            let mapping = map(&kernel, more).await;
            assert_eq!(mapping["StartingPositionTimestamp"].is_null(), position != "AT_TIMESTAMP");
            pass(&kernel, 2).await;
            expected.extend((!first.is_empty()).then(|| first.to_owned()));
            assert_eq!(said(&kernel).await, expected, "{position}");
            ok(&kernel, "lambda", "DeleteEventSourceMapping", json!({"UUID": mapping["UUID"]})).await;
            pass(&kernel, 1).await;
        }
        map(&kernel, json!({"StartingPosition": "LATEST"})).await;
        put(&kernel, &[("k", "third")]).await;
        pass(&kernel, 2).await;
        assert_eq!(said(&kernel).await.last().map(String::as_str), Some("third"));
    });
}

#[test]
fn a_consumer_brings_the_same_records() {
    run(|kernel| async move {
        make_stream(&kernel, 1).await;
        create(&kernel, SOURCE, json!({})).await;
        let input = json!({"StreamARN": STREAM, "ConsumerName": "fast"});
        let consumer = ok(&kernel, "kinesis", "RegisterStreamConsumer", input).await["Consumer"]["ConsumerARN"].clone();
        pass(&kernel, 1).await;
        map(&kernel, json!({"EventSourceArn": consumer})).await;
        put(&kernel, &[("k", "a"), ("k", "b")]).await;
        pass(&kernel, 2).await;
        assert_eq!(said(&kernel).await, ["a b"]);
        let gone = format!("{STREAM}/consumer/gone:1");
        let input = json!({"FunctionName": "hello", "EventSourceArn": gone, "StartingPosition": "LATEST"});
        let refused = call(&kernel, "lambda", "CreateEventSourceMapping", input).await.expect_err("there is none");
        assert_eq!(refused.message, format!("Stream not found: {gone}"));
    });
}

#[test]
fn parents_come_before_the_children_of_a_split_and_of_a_merge() {
    run(|kernel| async move {
        make_stream(&kernel, 1).await;
        create(&kernel, SOURCE, json!({})).await;
        let mapping = map(&kernel, json!({"Enabled": false})).await;
        put(&kernel, &[("a", "1"), ("b", "1")]).await;
        let half = (1_u128 << 127).to_string();
        let split = json!({"StreamName": "clicks", "ShardToSplit": "shardId-000000000000", "NewStartingHashKey": half});
        ok(&kernel, "kinesis", "SplitShard", split).await;
        pass(&kernel, 1).await;
        put(&kernel, &[("a", "2"), ("b", "2"), ("c", "2"), ("d", "2")]).await;
        let merge = json!({"StreamName": "clicks", "ShardToMerge": "shardId-000000000001",
            "AdjacentShardToMerge": "shardId-000000000002"});
        ok(&kernel, "kinesis", "MergeShards", merge).await;
        pass(&kernel, 1).await;
        put(&kernel, &[("a", "3"), ("b", "3")]).await;
        ok(&kernel, "lambda", "UpdateEventSourceMapping", json!({"UUID": mapping["UUID"], "Enabled": true})).await;
        pass(&kernel, 20).await;
        assert_eq!(said(&kernel).await.join(" "), "1 1 2 2 2 2 3 3");
        put(&kernel, &[("a", "4")]).await;
        pass(&kernel, 2).await;
        assert_eq!(said(&kernel).await.last().map(String::as_str), Some("4"));
    });
}

#[test]
fn a_mapping_goes_on_where_it_stood_when_the_cloud_is_opened_again() {
    let backend = Rc::new(MemoryBackend::default());
    run_on(backend.clone(), |kernel| async move {
        make_stream(&kernel, 1).await;
        create(&kernel, SOURCE, json!({})).await;
        put(&kernel, &[("k", "before")]).await;
        pass(&kernel, 1).await;
        map(&kernel, json!({"StartingPosition": "LATEST"})).await;
        put(&kernel, &[("k", "a")]).await;
        pass(&kernel, 2).await;
        put(&kernel, &[("k", "b")]).await;
    });
    run_on(backend, |kernel| async move {
        pass(&kernel, 10).await;
        put(&kernel, &[("k", "c")]).await;
        pass(&kernel, 2).await;
        // Time begins anew in every run, so the log is not in the order of the records.
        let mut seen = said(&kernel).await;
        seen.sort();
        assert_eq!(seen, ["a", "b", "c"]);
    });
}

#[test]
fn batches_of_one_shard_run_at_once_and_records_of_one_key_in_order() {
    run(|kernel| async move {
        make_stream(&kernel, 1).await;
        let source = "export const handler = async ({ Records: [record] }) => {
            const name = `${record.kinesis.partitionKey}${atob(record.kinesis.data)}`;
            await new Promise((resolve) => setTimeout(resolve, 1000));
            console.log(name);
        }";
        create(&kernel, source, json!({"Timeout": 30})).await;
        map(&kernel, json!({"ParallelizationFactor": 10, "BatchSize": 1})).await;
        let keys = ["a", "b", "c", "d", "e", "f"];
        for number in ["1", "2"] {
            let records: Vec<_> = keys.iter().map(|key| (*key, number)).collect();
            put(&kernel, &records).await;
        }
        // One after the other they would take twelve seconds.
        pass(&kernel, 7).await;
        let seen = said(&kernel).await;
        assert_eq!(seen.len(), 12, "{seen:?}");
        for key in keys {
            let of_key: Vec<_> = seen.iter().filter(|name| name.starts_with(key)).collect();
            assert_eq!(of_key, [&format!("{key}1"), &format!("{key}2")]);
        }
    });
}

#[test]
fn a_batch_that_fails_stops_its_own_keys_only() {
    let backend = Rc::new(MemoryBackend::default());
    run_on(backend.clone(), |kernel| async move {
        make_stream(&kernel, 1).await;
        create(&kernel, SOURCE, json!({})).await;
        map(&kernel, json!({"ParallelizationFactor": 10, "BatchSize": 1})).await;
        put(&kernel, &[("a", "bad"), ("a", "later"), ("b", "1"), ("c", "1"), ("d", "1")]).await;
        pass(&kernel, 3).await;
        let seen = said(&kernel).await;
        assert!(seen.iter().filter(|data| *data == "1").count() >= 2, "{seen:?}");
        assert!(!seen.contains(&"later".to_owned()));
    });
    run_on(backend, |kernel| async move {
        let before = said(&kernel).await.iter().filter(|data| *data == "bad").count();
        pass(&kernel, 3).await;
        let bad = said(&kernel).await.iter().filter(|data| *data == "bad").count();
        assert!(bad > before, "what is not done comes again");
    });
}

/// Counts, and logs what it is told of its window.
const COUNTING: &str = "export const handler = async ({ Records, state, window, shardId, ...event }) => {
    const count = (state.count ?? 0) + Records.length;
    const span = (Date.parse(window.end) - Date.parse(window.start)) / 1000;
    const flags = `${event.isFinalInvokeForWindow} ${event.isWindowTerminatedEarly}`;
    console.log(`${Records.length} ${count} ${span} ${shardId.slice(-1)} ${event.eventSourceARN.slice(-6)} ${flags}`);
    return { state: { count } };
}";

#[test]
fn a_tumbling_window_hands_its_state_on_and_is_closed() {
    run(|kernel| async move {
        make_stream(&kernel, 1).await;
        create(&kernel, COUNTING, json!({})).await;
        let mapping = map(&kernel, json!({"TumblingWindowInSeconds": 30})).await;
        // To the beginning of a window.
        let now = kernel.clock.now().secs();
        pass(&kernel, 30 - now % 30).await;
        for _ in 0..2 {
            put(&kernel, &[("k", "x"), ("k", "y")]).await;
            pass(&kernel, 5).await;
        }
        pass(&kernel, 30).await;
        put(&kernel, &[("k", "z")]).await;
        pass(&kernel, 60).await;
        let expected = [
            "2 2 30 0 clicks false false",
            "2 4 30 0 clicks false false",
            "0 4 30 0 clicks true false",
            "1 1 30 0 clicks false false",
            "0 1 30 0 clicks true false",
        ];
        assert_eq!(said(&kernel).await, expected);
        assert_eq!(state(&kernel, &mapping).await["LastProcessingResult"], "OK");
    });
}

#[test]
fn a_window_survives_a_restart_and_ends_when_its_state_is_too_large() {
    let backend = Rc::new(MemoryBackend::default());
    run_on(backend.clone(), |kernel| async move {
        make_stream(&kernel, 1).await;
        let source = "export const handler = async ({ Records, state, ...event }) => {
            const data = (state.data ?? '') + Records.map((record) => atob(record.kinesis.data)).join('');
            console.log(`${data} ${event.isFinalInvokeForWindow} ${event.isWindowTerminatedEarly}`);
            return { state: { data, ballast: data.includes('!') ? 'x'.repeat(1 << 20) : '' } };
        }";
        // A mebibyte of JSON takes its time with little memory.
        create(&kernel, source, json!({"Timeout": 60, "MemorySize": 1769})).await;
        map(&kernel, json!({"TumblingWindowInSeconds": 900})).await;
        put(&kernel, &[("k", "a")]).await;
        pass(&kernel, 2).await;
    });
    run_on(backend, |kernel| async move {
        pass(&kernel, 5).await;
        put(&kernel, &[("k", "b")]).await;
        pass(&kernel, 2).await;
        put(&kernel, &[("k", "!")]).await;
        pass(&kernel, 2).await;
        put(&kernel, &[("k", "c")]).await;
        pass(&kernel, 2).await;
        let mut seen = said(&kernel).await;
        seen.sort();
        assert_eq!(seen, ["a false false", "ab false false", "ab! false false", "ab! true true", "c false false"]);
    });
}

#[test]
fn an_answer_without_state_is_a_failure_of_a_windowed_batch() {
    run(|kernel| async move {
        make_stream(&kernel, 1).await;
        create(&kernel, SOURCE, json!({})).await;
        let mapping = map(&kernel, json!({"TumblingWindowInSeconds": 30, "MaximumRetryAttempts": 1})).await;
        put(&kernel, &[("k", "a")]).await;
        pass(&kernel, 3).await;
        assert_eq!(said(&kernel).await, ["a", "a"]);
        assert_eq!(state(&kernel, &mapping).await["LastProcessingResult"], "PROBLEM: Function call failed");
    });
}

#[test]
fn a_batch_that_is_given_up_lies_in_the_bucket() {
    run(|kernel| async move {
        make_stream(&kernel, 1).await;
        create(&kernel, SOURCE, json!({})).await;
        let destination = make_bucket(&kernel).await;
        let mapping = map(&kernel, json!({"MaximumRetryAttempts": 1, "DestinationConfig": destination})).await;
        assert_eq!(mapping["DestinationConfig"], destination);
        put(&kernel, &[("k", "bad"), ("k", "too")]).await;
        pass(&kernel, 5).await;
        let (key, mut record) = objects(&kernel).await.pop().expect("an object");
        let uuid = mapping["UUID"].as_str().expect("a UUID");
        let moment = record["timestamp"].take().as_str().expect("a moment").to_owned();
        let second = moment[..19].replace(':', ".");
        let day = moment[..10].replace('-', "/");
        let folder = format!("aws/lambda/{uuid}/shardId-000000000000/{day}/{second}-");
        assert!(key.starts_with(&folder), "{key}");
        let payload = record["payload"].take();
        assert_eq!(payload["Records"].as_array().map(Vec::len), Some(2));
        assert_eq!(payload["Records"][0]["eventSource"], "aws:kinesis");
        assert!(record["requestContext"]["requestId"].take().is_string());
        let sequence = |place: usize| payload["Records"][place]["kinesis"]["sequenceNumber"].clone();
        let arrived = record["KinesisBatchInfo"]["approximateArrivalOfFirstRecord"].clone();
        assert!(arrived.as_str().is_some_and(|arrived| arrived.len() == 24 && arrived.ends_with('Z')), "{arrived}");
        let expected = json!({
            "requestContext": {
                "requestId": null, "functionArn": "arn:aws:lambda:us-east-1:123456789012:function:hello",
                "condition": "RetryAttemptsExhausted", "approximateInvokeCount": 2,
            },
            "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
            "version": "1.0",
            "timestamp": null,
            "KinesisBatchInfo": {
                "shardId": "shardId-000000000000", "startSequenceNumber": sequence(0),
                "endSequenceNumber": sequence(1), "approximateArrivalOfFirstRecord": arrived,
                "approximateArrivalOfLastRecord": arrived, "batchSize": 2, "streamArn": STREAM,
            },
            "payload": null,
        });
        assert_eq!(record, expected);
        put(&kernel, &[("k", "fine")]).await;
        pass(&kernel, 2).await;
        assert_eq!(said(&kernel).await, ["bad too", "bad too", "fine"]);
    });
}

#[test]
fn a_delivery_that_fails_is_a_span() {
    run(|kernel| async move {
        make_stream(&kernel, 1).await;
        create(&kernel, SOURCE, json!({})).await;
        let queue = "arn:aws:sqs:us-east-1:123456789012:failed";
        let destination = json!({"OnFailure": {"Destination": queue}});
        map(&kernel, json!({"MaximumRetryAttempts": 0, "DestinationConfig": destination})).await;
        put(&kernel, &[("k", "bad")]).await;
        pass(&kernel, 5).await;
        let failed = format!("DestinationDeliveryFailures {queue}");
        assert_eq!(kernel.trace.spans().iter().filter(|span| span.operation == failed).count(), 1);
    });
}

#[test]
fn records_that_are_too_old_are_given_up_before_and_between_tries() {
    run(|kernel| async move {
        make_stream(&kernel, 1).await;
        create(&kernel, SOURCE, json!({})).await;
        let destination = make_bucket(&kernel).await;
        put(&kernel, &[("k", "old")]).await;
        pass(&kernel, 80).await;
        put(&kernel, &[("k", "young"), ("k", "bad")]).await;
        map(&kernel, json!({"MaximumRecordAgeInSeconds": 60, "DestinationConfig": destination})).await;
        pass(&kernel, 120).await;
        let mut counts: Vec<_> = objects(&kernel)
            .await
            .into_iter()
            .map(|(_, record)| {
                assert_eq!(record["requestContext"]["condition"], "RecordAgeExceeded");
                assert!(record["responseContext"].is_null());
                let context = &record["requestContext"];
                (context["approximateInvokeCount"].as_u64(), record["KinesisBatchInfo"]["batchSize"].as_u64())
            })
            .collect();
        counts.sort_unstable();
        // AWS has told eight in a recording of a batch that was tried for a minute.
        assert_eq!(counts, [(Some(1), Some(1)), (Some(8), Some(2))]);
        assert_eq!(said(&kernel).await, ["young bad"; 7]);
    });
}

#[test]
fn a_record_that_fails_alone_is_tried_as_often_as_it_may_after_the_rest_is_done() {
    run(|kernel| async move {
        make_stream(&kernel, 1).await;
        let source = "export const handler = async ({ Records }) => {
            console.log(Records.map((record) => atob(record.kinesis.data)).join(' '));
            const bad = Records.filter((record) => atob(record.kinesis.data) === 'bad');
            return { batchItemFailures: bad.map(({ kinesis }) => ({ itemIdentifier: kinesis.sequenceNumber })) };
        }";
        create(&kernel, source, json!({})).await;
        let destination = make_bucket(&kernel).await;
        let options = json!({"BatchSize": 3, "MaximumRetryAttempts": 3, "DestinationConfig": destination,
            "FunctionResponseTypes": ["ReportBatchItemFailures"]});
        map(&kernel, options).await;
        put(&kernel, &[("k", "0"), ("k", "1"), ("k", "2"), ("k", "3"), ("k", "4"), ("k", "bad")]).await;
        pass(&kernel, 30).await;
        // As in a recording of AWS.
        assert_eq!(said(&kernel).await, ["0 1 2", "3 4 bad", "bad", "bad", "bad", "bad"]);
        let (_, record) = objects(&kernel).await.pop().expect("an object");
        assert_eq!(record["requestContext"]["approximateInvokeCount"], 4);
        assert_eq!(record["responseContext"]["functionError"], Value::Null);
        assert!(record["responseContext"].as_object().is_some_and(|context| context.contains_key("functionError")));
    });
}

#[test]
fn filters_look_into_the_data() {
    run(|kernel| async move {
        make_stream(&kernel, 1).await;
        create(&kernel, SOURCE, json!({})).await;
        let pattern = json!({"data": {"price": [{"numeric": [">", 100]}]}}).to_string();
        map(&kernel, json!({"FilterCriteria": {"Filters": [{"Pattern": pattern}]}})).await;
        put(&kernel, &[("k", r#"{"price":50}"#), ("k", r#"{"price":150}"#), ("k", "no JSON")]).await;
        pass(&kernel, 2).await;
        assert_eq!(said(&kernel).await, [r#"{"price":150}"#]);
    });
}

#[test]
fn an_idle_mapping_hardly_polls_and_tells_how_old_its_newest_record_was() {
    support::run_with_lambda(|kernel, lambda| async move {
        make_stream(&kernel, 1).await;
        create(&kernel, SOURCE, json!({})).await;
        put(&kernel, &[("k", "a")]).await;
        pass(&kernel, 40).await;
        let mapping = map(&kernel, json!({})).await;
        let age = lambda.iterator_age(mapping["UUID"].as_str().expect("a UUID")).expect("an age");
        assert_eq!(age.as_secs(), 40);
        let spans = kernel.trace.spans().len();
        pass(&kernel, 3600).await;
        let polls = kernel.trace.spans().len() - spans;
        assert!(polls <= 32, "{polls}");
    });
}

#[test]
fn mistakes_are_answered_in_the_words_of_aws() {
    run(|kernel| async move {
        make_stream(&kernel, 1).await;
        create(&kernel, SOURCE, json!({})).await;
        let none = "arn:aws:kinesis:us-east-1:123456789012:stream/none";
        let queue = "arn:aws:sqs:us-east-1:123456789012:queue";
        for (more, message) in [
            (json!({"EventSourceArn": none}), format!("Stream not found: {none}")),
            (
                json!({"StartingPosition": null}),
                "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member \
                 must not be null."
                    .to_owned(),
            ),
            (
                json!({"StartingPosition": "AT_TIMESTAMP", "StartingPositionTimestamp": 4_000_000_000_u64}),
                "StartingPositionTimestamp cannot be in the future.".to_owned(),
            ),
            (json!({"EventSourceArn": queue, "FunctionName": "none"}), "Function does not exist".to_owned()),
            (
                json!({"EventSourceArn": queue}),
                format!("Samlet has no event sources of sqs: {queue} cannot be polled."),
            ),
            (
                json!({"Topics": ["topic"]}),
                "Unsupported 'topics' parameter for given event source mapping type.".to_owned(),
            ),
            (
                json!({"DestinationConfig": {"OnFailure": {"Destination": "arn:aws:lambda:us-east-1:123456789012:function:x"}}}),
                "The destination ARN arn:aws:lambda:us-east-1:123456789012:function:x is invalid.".to_owned(),
            ),
        ] {
            let mut input = json!({"FunctionName": "hello", "EventSourceArn": STREAM, "StartingPosition": "LATEST"});
            extend(&mut input, more);
            let error = call(&kernel, "lambda", "CreateEventSourceMapping", input).await.expect_err("a refusal");
            assert_eq!((error.code.as_str(), error.message), ("InvalidParameterValueException", message));
        }
        let input = json!({"FunctionName": "hello", "EventSourceArn": STREAM, "StartingPosition": "invalid"});
        let error = call(&kernel, "lambda", "CreateEventSourceMapping", input).await.expect_err("a refusal");
        assert_eq!(error.code, "ValidationException");
        assert!(error.message.ends_with("[LATEST, AT_TIMESTAMP, TRIM_HORIZON]"), "{}", error.message);
    });
}
