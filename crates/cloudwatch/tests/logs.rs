//! CloudWatch Logs by its API.

use std::{rc::Rc, time::Duration};

use cloudwatch::Logs;
use kernel::{Kernel, MemoryBackend, Scope, testing};
use serde_json::{Value, json};

async fn call(kernel: &Kernel, operation: &str, input: Value) -> Value {
    match aws_api::invoke(kernel, Scope::root(kernel), "logs", operation, input).await {
        Ok(answer) => answer,
        Err(error) => json!({"error": error.code, "message": error.message}),
    }
}

async fn make_stream(kernel: &Kernel) {
    call(kernel, "CreateLogGroup", json!({"logGroupName": "g"})).await;
    call(kernel, "CreateLogStream", json!({"logGroupName": "g", "logStreamName": "s"})).await;
}

async fn put(kernel: &Kernel, messages: &[&str]) -> Value {
    let now = kernel.clock.now().millis();
    let events: Vec<_> = messages.iter().map(|message| json!({"timestamp": now, "message": message})).collect();
    call(kernel, "PutLogEvents", json!({"logGroupName": "g", "logStreamName": "s", "logEvents": events})).await
}

fn messages(answer: &Value) -> Vec<&str> {
    answer["events"].as_array().into_iter().flatten().filter_map(|event| event["message"].as_str()).collect()
}

#[test]
fn events_are_paged_in_both_directions() {
    testing::run(|kernel| async move {
        Logs::open(&kernel).await.unwrap();
        make_stream(&kernel).await;
        for message in ["1", "2", "3", "4", "5"] {
            put(&kernel, &[message]).await;
            kernel.clock.sleep(Duration::from_secs(1)).await;
        }
        let get = |more: Value| {
            let mut input = json!({"logGroupName": "g", "logStreamName": "s", "limit": 2});
            input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            call(&kernel, "GetLogEvents", input)
        };
        let newest = get(json!({})).await;
        assert_eq!(messages(&newest), ["4", "5"]);
        let older = get(json!({"nextToken": newest["nextBackwardToken"]})).await;
        assert_eq!(messages(&older), ["2", "3"]);

        let oldest = get(json!({"startFromHead": true})).await;
        assert_eq!(messages(&oldest), ["1", "2"]);
        let end = get(json!({"nextToken": newest["nextForwardToken"]})).await;
        assert!(messages(&end).is_empty());
        assert_eq!(end["nextForwardToken"], newest["nextForwardToken"], "the end repeats its token");
        put(&kernel, &["6"]).await;
        assert_eq!(messages(&get(json!({"nextToken": end["nextForwardToken"]})).await), ["6"]);
    });
}

#[test]
fn errors_are_in_the_words_of_aws() {
    testing::run(|kernel| async move {
        Logs::open(&kernel).await.unwrap();
        make_stream(&kernel).await;
        let cases = [
            (
                "CreateLogGroup",
                json!({"logGroupName": "g"}),
                "ResourceAlreadyExistsException",
                "The specified log group already exists",
            ),
            (
                "CreateLogStream",
                json!({"logGroupName": "g", "logStreamName": "s"}),
                "ResourceAlreadyExistsException",
                "The specified log stream already exists",
            ),
            (
                "DeleteLogGroup",
                json!({"logGroupName": "h"}),
                "ResourceNotFoundException",
                "The specified log group does not exist.",
            ),
            (
                "GetLogEvents",
                json!({"logGroupName": "g", "logStreamName": "t"}),
                "ResourceNotFoundException",
                "The specified log stream does not exist.",
            ),
            (
                "GetLogEvents",
                json!({"logGroupName": "g", "logStreamName": "s", "nextToken": "x"}),
                "InvalidParameterException",
                "The specified nextToken is invalid.",
            ),
            (
                "FilterLogEvents",
                json!({"logGroupName": "g", "nextToken": "x"}),
                "InvalidParameterException",
                "The specified nextToken is invalid.",
            ),
            (
                "GetLogEvents",
                json!({"logGroupName": "g", "logStreamName": "s", "limit": 10001}),
                "InvalidParameterException",
                "1 validation error detected: Value '10001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000",
            ),
            (
                "DescribeLogStreams",
                json!({"logGroupName": "g", "logGroupIdentifier": "g"}),
                "ValidationException",
                "LogGroup name and LogGroup ARN are mutually exclusive parameters.",
            ),
            (
                "PutLogEvents",
                json!({"logGroupName": "g", "logStreamName": "s", "logEvents": [{"timestamp": 2, "message": "b"}, {"timestamp": 1, "message": "a"}]}),
                "InvalidParameterException",
                "Log events in a single PutLogEvents request must be in chronological order.",
            ),
        ];
        for (operation, input, code, message) in cases {
            let answer = call(&kernel, operation, input).await;
            assert_eq!(answer, json!({"error": code, "message": message}), "{operation}");
        }
    });
}

#[test]
fn events_that_are_too_old_or_too_new_are_named() {
    testing::run(|kernel| async move {
        Logs::open(&kernel).await.unwrap();
        make_stream(&kernel).await;
        let now = kernel.clock.now().millis();
        let day = 24 * 3600 * 1000;
        let events: Vec<_> =
            [now - 15 * day, now, now + 3 * 3600 * 1000].map(|at| json!({"timestamp": at, "message": "m"})).into();
        let input = json!({"logGroupName": "g", "logStreamName": "s", "logEvents": events});
        let answer = call(&kernel, "PutLogEvents", input).await;
        assert_eq!(
            answer["rejectedLogEventsInfo"],
            json!({"tooNewLogEventStartIndex": 2, "tooOldLogEventEndIndex": 1})
        );
        let kept = call(&kernel, "GetLogEvents", json!({"logGroupName": "g", "logStreamName": "s"})).await;
        assert_eq!(kept["events"].as_array().unwrap().len(), 1);
    });
}

#[test]
fn filtering_looks_through_all_streams_in_order_of_time() {
    testing::run(|kernel| async move {
        Logs::open(&kernel).await.unwrap();
        make_stream(&kernel).await;
        call(&kernel, "CreateLogStream", json!({"logGroupName": "g", "logStreamName": "a"})).await;
        put(&kernel, &["ERROR one", "fine"]).await;
        kernel.clock.sleep(Duration::from_millis(5)).await;
        let event = json!({"timestamp": kernel.clock.now().millis(), "message": "ERROR two"});
        call(&kernel, "PutLogEvents", json!({"logGroupName": "g", "logStreamName": "a", "logEvents": [event]})).await;

        let filter = |token: Value| {
            let mut input = json!({"logGroupName": "g", "filterPattern": "ERROR", "limit": 1});
            if !token.is_null() {
                input["nextToken"] = token;
            }
            call(&kernel, "FilterLogEvents", input)
        };
        let first = filter(Value::Null).await;
        assert_eq!(messages(&first), ["ERROR one"]);
        let second = filter(first["nextToken"].clone()).await;
        assert_eq!(messages(&second), ["ERROR two"]);
        assert_eq!(second["events"][0]["logStreamName"], "a");
        assert_eq!(second.get("nextToken"), None);
    });
}

#[test]
fn retention_lets_events_expire() {
    testing::run(|kernel| async move {
        Logs::open(&kernel).await.unwrap();
        make_stream(&kernel).await;
        call(&kernel, "PutRetentionPolicy", json!({"logGroupName": "g", "retentionInDays": 1})).await;
        put(&kernel, &["old"]).await;
        kernel.clock.sleep(Duration::from_secs(25 * 3600)).await;
        let kept = call(&kernel, "GetLogEvents", json!({"logGroupName": "g", "logStreamName": "s"})).await;
        assert!(messages(&kept).is_empty());
    });
}

#[test]
fn everything_is_there_after_opening_again() {
    let backend = Rc::new(MemoryBackend::default());
    testing::run_on(backend.clone(), |kernel| async move {
        Logs::open(&kernel).await.unwrap();
        make_stream(&kernel).await;
        call(&kernel, "PutRetentionPolicy", json!({"logGroupName": "g", "retentionInDays": 7})).await;
        put(&kernel, &["1", "2"]).await;
        put(&kernel, &["3"]).await;
    });
    testing::run_on(backend, |kernel| async move {
        Logs::open(&kernel).await.unwrap();
        let kept = call(&kernel, "GetLogEvents", json!({"logGroupName": "g", "logStreamName": "s"})).await;
        assert_eq!(messages(&kept), ["1", "2", "3"]);
        let groups = call(&kernel, "DescribeLogGroups", json!({})).await;
        assert_eq!(groups["logGroups"][0]["retentionInDays"], 7);
        assert_eq!(groups["logGroups"][0]["arn"], "arn:aws:logs:us-east-1:123456789012:log-group:g:*");
    });
}
