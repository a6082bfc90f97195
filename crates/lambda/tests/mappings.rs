//! Event source mappings: from a table's stream to a function.

mod support;

use std::{rc::Rc, time::Duration};

use kernel::{Kernel, MemoryBackend};
use serde_json::{Value, json};
use support::{call, create, extend, ok, run, run_on, said};

/// Logs the keys of the records that it gets, and fails when one of them is called `bad`.
const SOURCE: &str = "export const handler = async (event) => {
    const ids = event.Records.map((record) => record.dynamodb.Keys.id.S);
    console.log(ids.join(' '));
    if (ids.includes('bad')) throw new Error('bad record');
}";

/// Makes a table with a stream and a function, and maps one to the other.
async fn map(kernel: &Kernel, source: &str, more: Value) -> Value {
    let table = ok(
        kernel,
        "dynamodb",
        "CreateTable",
        json!({
            "TableName": "orders", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        }),
    )
    .await;
    kernel.clock.sleep(Duration::from_secs(5)).await;
    create(kernel, source, json!({})).await;
    let mut input = json!({
        "FunctionName": "hello", "EventSourceArn": table["TableDescription"]["LatestStreamArn"],
        "StartingPosition": "TRIM_HORIZON",
    });
    extend(&mut input, more);
    let mapping = ok(kernel, "lambda", "CreateEventSourceMapping", input).await;
    settle(kernel).await;
    mapping
}

/// Waits until a mapping has passed from one state to another.
async fn settle(kernel: &Kernel) {
    kernel.clock.sleep(Duration::from_secs(1)).await;
}

async fn put(kernel: &Kernel, ids: &[&str]) {
    for id in ids {
        ok(kernel, "dynamodb", "PutItem", json!({"TableName": "orders", "Item": {"id": {"S": id}}})).await;
    }
}

async fn state(kernel: &Kernel, mapping: &Value) -> Value {
    ok(kernel, "lambda", "GetEventSourceMapping", json!({"UUID": mapping["UUID"]})).await
}

#[test]
fn a_clock_that_jumps_is_no_problem_of_the_function() {
    run(|kernel| async move {
        let mapping = map(&kernel, SOURCE, json!({})).await;
        put(&kernel, &["a"]).await;
        kernel.clock.sleep(Duration::from_secs(5)).await;
        // All at once: no poller gets to renew its iterator in between.
        kernel.clock.set_lead_millis(kernel.clock.lead_millis() + 3_600_000.0);
        kernel.clock.sleep(Duration::from_secs(600)).await;
        assert_eq!(state(&kernel, &mapping).await["LastProcessingResult"], "OK");
        put(&kernel, &["b"]).await;
        kernel.clock.sleep(Duration::from_secs(5)).await;
        assert_eq!(said(&kernel).await, ["a", "b"]);
    });
}

#[test]
fn records_reach_the_function_in_order_and_once() {
    run(|kernel| async move {
        let mapping = map(&kernel, SOURCE, json!({})).await;
        assert_eq!((&mapping["State"], &mapping["BatchSize"]), (&json!("Creating"), &json!(100)));
        put(&kernel, &["a", "b", "c"]).await;
        kernel.clock.sleep(Duration::from_secs(2)).await;
        assert_eq!(said(&kernel).await.join(" "), "a b c");
        put(&kernel, &["d"]).await;
        kernel.clock.sleep(Duration::from_secs(2)).await;
        assert_eq!(said(&kernel).await.join(" "), "a b c d");
        let state = state(&kernel, &mapping).await;
        assert_eq!((&state["State"], &state["LastProcessingResult"]), (&json!("Enabled"), &json!("OK")));
    });
}

#[test]
fn a_record_looks_as_in_aws() {
    run(|kernel| async move {
        map(&kernel, "export const handler = async (event) => console.log(JSON.stringify(event))", json!({})).await;
        put(&kernel, &["a"]).await;
        kernel.clock.sleep(Duration::from_secs(2)).await;
        let event: Value = serde_json::from_str(&said(&kernel).await[0]).expect("an event");
        let record = &event["Records"][0];
        assert_eq!((&record["eventName"], &record["eventSource"]), (&json!("INSERT"), &json!("aws:dynamodb")));
        assert_eq!((&record["awsRegion"], &record["eventVersion"]), (&json!("us-east-1"), &json!("1.1")));
        assert_eq!(record["dynamodb"]["NewImage"], json!({"id": {"S": "a"}}));
        let source = record["eventSourceARN"].as_str().expect("an ARN");
        assert!(source.starts_with("arn:aws:dynamodb:us-east-1:123456789012:table/orders/stream/"), "{source}");
    });
}

#[test]
fn a_mapping_passes_through_states_in_which_it_cannot_be_changed() {
    run(|kernel| async move {
        let mapping = map(&kernel, SOURCE, json!({})).await;
        let uuid = json!({"UUID": mapping["UUID"]});
        let update = |enabled: Value| json!({"UUID": mapping["UUID"], "Enabled": enabled});
        for (enabled, passing, settled) in [
            (json!(false), "Disabling", "Disabled"),
            (json!(null), "Updating", "Disabled"),
            (json!(true), "Enabling", "Enabled"),
            (json!(null), "Updating", "Enabled"),
        ] {
            let answer = ok(&kernel, "lambda", "UpdateEventSourceMapping", update(enabled)).await;
            assert_eq!(answer["State"], passing);
            let refused =
                call(&kernel, "lambda", "DeleteEventSourceMapping", uuid.clone()).await.expect_err("it is in use");
            assert_eq!(refused.code, "ResourceInUseException");
            settle(&kernel).await;
            assert_eq!(state(&kernel, &mapping).await["State"], settled);
        }
        let answer = ok(&kernel, "lambda", "DeleteEventSourceMapping", uuid.clone()).await;
        assert_eq!(answer["State"], "Deleting");
        assert_eq!(state(&kernel, &mapping).await["State"], "Deleting");
        settle(&kernel).await;
        let gone = call(&kernel, "lambda", "GetEventSourceMapping", uuid).await.expect_err("it is gone");
        assert_eq!(gone.message, "The resource you requested does not exist.");
    });
}

#[test]
fn a_batch_under_way_is_finished_when_its_mapping_is_disabled() {
    run(|kernel| async move {
        let source = "export const handler = async ({ Records: [record] }) => {
            await new Promise((resolve) => setTimeout(resolve, 3000));
            console.log(record.dynamodb.Keys.id.S);
        }";
        let mapping = map(&kernel, source, json!({"BatchSize": 1})).await;
        ok(&kernel, "lambda", "UpdateFunctionConfiguration", json!({"FunctionName": "hello", "Timeout": 30})).await;
        put(&kernel, &["a", "b"]).await;
        settle(&kernel).await;
        for enabled in [false, true] {
            let update = json!({"UUID": mapping["UUID"], "Enabled": enabled});
            ok(&kernel, "lambda", "UpdateEventSourceMapping", update).await;
            settle(&kernel).await;
        }
        kernel.clock.sleep(Duration::from_secs(10)).await;
        assert_eq!(said(&kernel).await, ["a", "b"], "once each");
    });
}

#[test]
fn a_window_collects_a_batch() {
    run(|kernel| async move {
        map(&kernel, SOURCE, json!({"MaximumBatchingWindowInSeconds": 5})).await;
        for id in ["a", "b", "c"] {
            put(&kernel, &[id]).await;
            kernel.clock.sleep(Duration::from_secs(1)).await;
        }
        kernel.clock.sleep(Duration::from_secs(10)).await;
        assert_eq!(said(&kernel).await, ["a b c"]);
    });
}

#[test]
fn a_batch_is_as_large_as_it_may_be() {
    run(|kernel| async move {
        let mapping = map(&kernel, SOURCE, json!({"BatchSize": 2, "Enabled": false})).await;
        put(&kernel, &["a", "b", "c"]).await;
        kernel.clock.sleep(Duration::from_secs(5)).await;
        assert!(said(&kernel).await.is_empty(), "a mapping that is disabled does nothing");
        ok(&kernel, "lambda", "UpdateEventSourceMapping", json!({"UUID": mapping["UUID"], "Enabled": true})).await;
        kernel.clock.sleep(Duration::from_secs(5)).await;
        assert_eq!(said(&kernel).await, ["a b", "c"]);
    });
}

#[test]
fn latest_is_what_comes_after_the_mapping() {
    run(|kernel| async move {
        let mapping = map(&kernel, SOURCE, json!({"Enabled": false})).await;
        put(&kernel, &["before"]).await;
        ok(&kernel, "lambda", "DeleteEventSourceMapping", json!({"UUID": mapping["UUID"]})).await;
        settle(&kernel).await;
        let again =
            json!({"FunctionName": "hello", "EventSourceArn": mapping["EventSourceArn"], "StartingPosition": "LATEST"});
        ok(&kernel, "lambda", "CreateEventSourceMapping", again).await;
        put(&kernel, &["after"]).await;
        kernel.clock.sleep(Duration::from_secs(5)).await;
        assert_eq!(said(&kernel).await, ["after"]);
    });
}

#[test]
fn a_failing_batch_blocks_its_shard_until_it_is_given_up() {
    run(|kernel| async move {
        let mapping = map(&kernel, SOURCE, json!({"BatchSize": 1, "MaximumRetryAttempts": 2})).await;
        put(&kernel, &["a", "bad", "c"]).await;
        kernel.clock.sleep(Duration::from_secs(60)).await;
        assert_eq!(said(&kernel).await, ["a", "bad", "bad", "bad", "c"]);
        assert_eq!(state(&kernel, &mapping).await["LastProcessingResult"], "OK");
    });
}

#[test]
fn bisecting_finds_the_bad_record() {
    run(|kernel| async move {
        let options = json!({"BisectBatchOnFunctionError": true, "MaximumRetryAttempts": 0, "Enabled": false});
        let mapping = map(&kernel, SOURCE, options).await;
        put(&kernel, &["a", "b", "bad", "d"]).await;
        ok(&kernel, "lambda", "UpdateEventSourceMapping", json!({"UUID": mapping["UUID"], "Enabled": true})).await;
        kernel.clock.sleep(Duration::from_secs(60)).await;
        assert_eq!(said(&kernel).await, ["a b bad d", "a b", "bad d", "bad", "d"]);
    });
}

#[test]
fn reported_failures_are_tried_again_from_the_first() {
    run(|kernel| async move {
        let source = "let tries = 0; export const handler = async (event) => {
            console.log(event.Records.map((record) => record.dynamodb.Keys.id.S).join(' '));
            if (tries++ > 0) return { batchItemFailures: [] };
            return { batchItemFailures: [{ itemIdentifier: event.Records[1].dynamodb.SequenceNumber }] };
        }";
        let options = json!({"FunctionResponseTypes": ["ReportBatchItemFailures"], "Enabled": false});
        let mapping = map(&kernel, source, options).await;
        put(&kernel, &["a", "b", "c"]).await;
        ok(&kernel, "lambda", "UpdateEventSourceMapping", json!({"UUID": mapping["UUID"], "Enabled": true})).await;
        kernel.clock.sleep(Duration::from_secs(60)).await;
        assert_eq!(said(&kernel).await, ["a b c", "b c"]);
    });
}

#[test]
fn filters_keep_records_from_the_function() {
    run(|kernel| async move {
        let pattern = json!({"dynamodb": {"Keys": {"id": {"S": [{"prefix": "b"}]}}}}).to_string();
        map(&kernel, SOURCE, json!({"FilterCriteria": {"Filters": [{"Pattern": pattern}]}})).await;
        put(&kernel, &["a", "b1", "c", "b2"]).await;
        kernel.clock.sleep(Duration::from_secs(5)).await;
        assert_eq!(said(&kernel).await.join(" "), "b1 b2");
    });
}

#[test]
fn a_mapping_goes_on_where_it_stood_when_the_cloud_is_opened_again() {
    let backend = Rc::new(MemoryBackend::default());
    run_on(backend.clone(), |kernel| async move {
        map(&kernel, SOURCE, json!({})).await;
        put(&kernel, &["a"]).await;
        kernel.clock.sleep(Duration::from_secs(5)).await;
        assert_eq!(said(&kernel).await, ["a"]);
        put(&kernel, &["b"]).await;
    });
    run_on(backend, |kernel| async move {
        kernel.clock.sleep(Duration::from_secs(5)).await;
        put(&kernel, &["c"]).await;
        kernel.clock.sleep(Duration::from_secs(5)).await;
        // Time begins anew in every run, so the log is not in the order of the records.
        let mut seen = said(&kernel).await;
        seen.sort();
        assert_eq!(seen, ["a", "b", "c"]);
    });
}

#[test]
fn an_idle_mapping_hardly_polls() {
    run(|kernel| async move {
        map(&kernel, SOURCE, json!({})).await;
        let spans = kernel.trace.spans().len();
        kernel.clock.sleep(Duration::from_secs(3600)).await;
        let polls = kernel.trace.spans().len() - spans;
        assert!(polls <= 14, "{polls}");
    });
}

#[test]
fn mistakes_are_answered_in_the_words_of_aws() {
    run(|kernel| async move {
        let mapping = map(&kernel, SOURCE, json!({})).await;
        let stream = mapping["EventSourceArn"].as_str().expect("an ARN");
        let gone = stream.replace("table/orders/", "table/others/");
        let uuid = mapping["UUID"].as_str().expect("a UUID");
        for (input, code, message) in [
            (json!({"FunctionName": "hello", "StartingPosition": "LATEST"}), "InvalidParameterValueException", "Unrecognized event source.".to_owned()),
            (json!({"FunctionName": "none", "EventSourceArn": stream, "StartingPosition": "LATEST"}), "InvalidParameterValueException", "Function does not exist".to_owned()),
            (
                json!({"FunctionName": "hello", "EventSourceArn": stream}),
                "InvalidParameterValueException",
                "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.".to_owned(),
            ),
            (json!({"FunctionName": "hello", "EventSourceArn": gone, "StartingPosition": "LATEST"}), "InvalidParameterValueException", format!("Stream not found: {gone}")),
            (
                json!({"FunctionName": "hello", "EventSourceArn": stream, "StartingPosition": "LATEST"}),
                "ResourceConflictException",
                format!(
                    "The event source arn (\" {stream} \") and function (\" hello \") provided mapping already exists. Please update or delete the existing mapping with UUID {uuid}"
                ),
            ),
        ] {
            let error = call(&kernel, "lambda", "CreateEventSourceMapping", input).await.expect_err("a refusal");
            assert_eq!((error.code.as_str(), error.message), (code, message));
        }
    });
}

const HOUR: Duration = Duration::from_secs(3600);

#[test]
fn a_shard_is_read_to_its_end_before_the_one_that_continues_it() {
    run(|kernel| async move {
        let mapping = map(&kernel, SOURCE, json!({"Enabled": false})).await;
        put(&kernel, &["a", "b"]).await;
        kernel.clock.sleep(5 * HOUR).await;
        put(&kernel, &["c"]).await;
        kernel.clock.sleep(5 * HOUR).await;
        put(&kernel, &["d"]).await;
        ok(&kernel, "lambda", "UpdateEventSourceMapping", json!({"UUID": mapping["UUID"], "Enabled": true})).await;
        kernel.clock.sleep(Duration::from_secs(10)).await;
        assert_eq!(said(&kernel).await.join(" "), "a b c d");
    });
}

#[test]
fn a_poller_follows_its_stream_from_shard_to_shard_for_days() {
    run(|kernel| async move {
        map(&kernel, SOURCE, json!({})).await;
        for id in ["a", "b", "c", "d", "e"] {
            put(&kernel, &[id]).await;
            kernel.clock.sleep(9 * HOUR).await;
        }
        assert_eq!(said(&kernel).await.join(" "), "a b c d e");
    });
}

#[test]
fn the_children_of_a_split_come_after_their_parent_and_share_its_items() {
    run(|kernel| async move {
        let mapping = map(&kernel, SOURCE, json!({"Enabled": false})).await;
        put(&kernel, &["a", "b", "c", "d", "e", "f"]).await;
        let units = json!({"ReadCapacityUnits": 10, "WriteCapacityUnits": 1500});
        let update = json!({"TableName": "orders", "BillingMode": "PROVISIONED", "ProvisionedThroughput": units});
        ok(&kernel, "dynamodb", "UpdateTable", update).await;
        kernel.clock.sleep(Duration::from_secs(1)).await;
        put(&kernel, &["g", "h", "i", "j", "k", "l"]).await;
        ok(&kernel, "lambda", "UpdateEventSourceMapping", json!({"UUID": mapping["UUID"], "Enabled": true})).await;
        kernel.clock.sleep(Duration::from_secs(10)).await;
        let events = said(&kernel).await;
        assert_eq!(events[0], "a b c d e f");
        assert_eq!(events.len(), 3, "one event of each shard: {events:?}");
        let mut rest: Vec<&str> = events[1..].iter().flat_map(|event| event.split(' ')).collect();
        rest.sort_unstable();
        assert_eq!(rest, ["g", "h", "i", "j", "k", "l"]);
    });
}

#[test]
fn latest_is_at_the_end_of_a_stream_whose_shards_have_rolled_over() {
    run(|kernel| async move {
        let mapping = map(&kernel, SOURCE, json!({"Enabled": false})).await;
        put(&kernel, &["before"]).await;
        kernel.clock.sleep(9 * HOUR).await;
        put(&kernel, &["before too"]).await;
        ok(&kernel, "lambda", "DeleteEventSourceMapping", json!({"UUID": mapping["UUID"]})).await;
        settle(&kernel).await;
        let again =
            json!({"FunctionName": "hello", "EventSourceArn": mapping["EventSourceArn"], "StartingPosition": "LATEST"});
        ok(&kernel, "lambda", "CreateEventSourceMapping", again).await;
        put(&kernel, &["after"]).await;
        kernel.clock.sleep(Duration::from_secs(5)).await;
        assert_eq!(said(&kernel).await, ["after"]);
    });
}
