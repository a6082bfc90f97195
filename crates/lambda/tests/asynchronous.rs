//! Invocations that nobody waits for: retries, destinations, and what says how they are handled.

mod support;

use std::{rc::Rc, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::{Kernel, MemoryBackend};
use serde_json::{Value, json};
use support::{ROLE, call, create, invoke, log_of, ok, package, run, run_on};

const FUNCTION: &str = "arn:aws:lambda:us-east-1:123456789012:function";

async fn pass(kernel: &Kernel, seconds: u64) {
    kernel.clock.sleep(Duration::from_secs(seconds)).await;
}

async fn configure(kernel: &Kernel, more: Value) -> Value {
    let mut input = json!({"FunctionName": "hello"});
    support::extend(&mut input, more);
    ok(kernel, "lambda", "PutFunctionEventInvokeConfig", input).await
}

/// A function that logs the record that it gets.
async fn create_listener(kernel: &Kernel) -> String {
    let source = "export const handler = async (record) => { console.log('RECORD' + JSON.stringify(record)) }";
    let input = json!({
        "FunctionName": "listener", "Runtime": "nodejs22.x", "Handler": "index.handler", "Role": ROLE,
        "Code": {"ZipFile": package(&[("index.mjs", source)])},
    });
    ok(kernel, "lambda", "CreateFunction", input).await;
    format!("{FUNCTION}:listener")
}

async fn records(kernel: &Kernel) -> Vec<Value> {
    let log = log_of(kernel, "listener").await;
    let records = log.iter().filter_map(|line| line.split_once("RECORD"));
    records.map(|(_, record)| serde_json::from_str(record.trim()).expect("a record")).collect()
}

#[test]
fn a_success_is_recorded_at_another_function() {
    run(|kernel| async move {
        create(&kernel, "export const handler = async (event) => event.n * 2", json!({})).await;
        let listener = create_listener(&kernel).await;
        let made = configure(&kernel, json!({"DestinationConfig": {"OnSuccess": {"Destination": listener}}})).await;
        assert_eq!(made["FunctionArn"], format!("{FUNCTION}:hello:$LATEST"));
        assert_eq!(made["DestinationConfig"], json!({"OnSuccess": {"Destination": listener}, "OnFailure": {}}));
        invoke(&kernel, json!({"n": 21}), json!({"InvocationType": "Event"})).await;
        pass(&kernel, 5).await;
        let record = records(&kernel).await.pop().expect("a record");
        let spans = kernel.trace.spans();
        let named = spans.iter().filter(|span| span.operation == "Invoke").collect::<Vec<_>>();
        assert_eq!(named[1].parent, Some(named[0].id), "the trace shows which request brought the event");
        let id = &record["requestContext"]["requestId"];
        assert_eq!(
            record,
            json!({
                "version": "1.0",
                "timestamp": record["timestamp"],
                "requestContext": {
                    "requestId": id,
                    "functionArn": format!("{FUNCTION}:hello:$LATEST"),
                    "condition": "Success",
                    "approximateInvokeCount": 1,
                },
                "requestPayload": {"n": 21},
                "responseContext": {"statusCode": 200, "executedVersion": "$LATEST"},
                "responsePayload": 42,
            })
        );
    });
}

#[test]
fn a_failure_is_kept_in_a_bucket_after_its_retries() {
    run(|kernel| async move {
        create(&kernel, "export const handler = async () => { throw new Error('no') }", json!({})).await;
        ok(&kernel, "s3", "CreateBucket", json!({"Bucket": "failures"})).await;
        let bucket = json!({"OnFailure": {"Destination": "arn:aws:s3:::failures"}});
        configure(&kernel, json!({"MaximumRetryAttempts": 1, "DestinationConfig": bucket})).await;
        invoke(&kernel, json!({"a": 1}), json!({"InvocationType": "Event"})).await;
        let keys = || async {
            let listed = ok(&kernel, "s3", "ListObjectsV2", json!({"Bucket": "failures"})).await;
            let objects = listed["Contents"].as_array().cloned().unwrap_or_default();
            objects.iter().map(|object| object["Key"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
        };
        pass(&kernel, 30).await;
        assert_eq!(keys().await, Vec::<String>::new(), "it waits a minute for its retry");
        pass(&kernel, 60).await;
        let keys = keys().await;
        assert!(keys.len() == 1 && keys[0].starts_with("aws/lambda/async/hello/"), "{keys:?}");
        let object = ok(&kernel, "s3", "GetObject", json!({"Bucket": "failures", "Key": keys[0]})).await;
        let body = STANDARD.decode(object["Body"].as_str().expect("a body")).expect("base64");
        let record: Value = serde_json::from_slice(&body).expect("a record");
        assert_eq!(record["requestContext"]["condition"], "RetriesExhausted");
        assert_eq!(record["requestContext"]["approximateInvokeCount"], 2);
        assert_eq!(record["responseContext"]["functionError"], "Unhandled");
        assert_eq!(record["responsePayload"]["errorMessage"], "no");
    });
}

#[test]
fn an_event_grows_too_old() {
    run(|kernel| async move {
        create(&kernel, "export const handler = async () => { throw new Error('no') }", json!({})).await;
        let listener = create_listener(&kernel).await;
        let destination = json!({"OnFailure": {"Destination": listener}});
        configure(&kernel, json!({"MaximumEventAgeInSeconds": 60, "DestinationConfig": destination})).await;
        invoke(&kernel, json!({}), json!({"InvocationType": "Event"})).await;
        pass(&kernel, 5).await;
        let record = records(&kernel).await.pop().expect("a record at once: the retry would come too late");
        assert_eq!(record["requestContext"]["condition"], "EventAgeExceeded");
        assert_eq!(record["requestContext"]["approximateInvokeCount"], 1);
    });
}

#[test]
fn a_function_that_is_switched_off_passes_its_events_on() {
    run(|kernel| async move {
        create(&kernel, "export const handler = async () => 1", json!({})).await;
        let listener = create_listener(&kernel).await;
        configure(&kernel, json!({"DestinationConfig": {"OnFailure": {"Destination": listener}}})).await;
        let off = json!({"FunctionName": "hello", "ReservedConcurrentExecutions": 0});
        ok(&kernel, "lambda", "PutFunctionConcurrency", off).await;
        invoke(&kernel, json!({"a": 1}), json!({"InvocationType": "Event"})).await;
        pass(&kernel, 5).await;
        let record = records(&kernel).await.pop().expect("a record");
        assert_eq!(record["requestContext"]["condition"], "ZeroReservedConcurrency");
        assert_eq!((&record["requestPayload"], record.get("responsePayload")), (&json!({"a": 1}), None));
    });
}

#[test]
fn a_delivery_that_cannot_be_is_seen_in_the_trace() {
    run(|kernel| async move {
        let queue = "arn:aws:sqs:us-east-1:123456789012:dead";
        let dead_letters = json!({"DeadLetterConfig": {"TargetArn": queue}});
        create(&kernel, "export const handler = async () => { throw new Error('no') }", dead_letters).await;
        configure(&kernel, json!({"MaximumRetryAttempts": 0})).await;
        invoke(&kernel, json!({}), json!({"InvocationType": "Event"})).await;
        pass(&kernel, 5).await;
        let spans = kernel.trace.spans();
        let failed = spans.iter().find(|span| span.operation == format!("DestinationDeliveryFailures {queue}"));
        assert_eq!(failed.and_then(|span| span.error.as_deref()), Some("InternalFailure"));
    });
}

#[test]
fn what_is_accepted_outlives_the_cloud() {
    let backend = Rc::new(MemoryBackend::default());
    run_on(backend.clone(), |kernel| async move {
        create(&kernel, "export const handler = async () => { console.log('try'); throw new Error('no') }", json!({}))
            .await;
        let listener = create_listener(&kernel).await;
        configure(&kernel, json!({"DestinationConfig": {"OnFailure": {"Destination": listener}}})).await;
        invoke(&kernel, json!({}), json!({"InvocationType": "Event"})).await;
        pass(&kernel, 5).await;
    });
    run_on(backend, |kernel| async move {
        pass(&kernel, 300).await;
        let record = records(&kernel).await.pop().expect("a record");
        assert_eq!(record["requestContext"]["approximateInvokeCount"], 3);
    });
}

#[test]
fn configurations_are_changed_listed_and_deleted() {
    run(|kernel| async move {
        create(&kernel, "export const handler = async () => 1", json!({})).await;
        ok(&kernel, "lambda", "PublishVersion", json!({"FunctionName": "hello"})).await;
        configure(&kernel, json!({"MaximumEventAgeInSeconds": 60})).await;
        configure(&kernel, json!({"MaximumRetryAttempts": 1, "Qualifier": "1"})).await;
        let update = json!({"FunctionName": "hello", "MaximumRetryAttempts": 0});
        let updated = ok(&kernel, "lambda", "UpdateFunctionEventInvokeConfig", update).await;
        assert_eq!((&updated["MaximumEventAgeInSeconds"], &updated["MaximumRetryAttempts"]), (&json!(60), &json!(0)));
        let listed = ok(&kernel, "lambda", "ListFunctionEventInvokeConfigs", json!({"FunctionName": "hello"})).await;
        assert_eq!(listed["FunctionEventInvokeConfigs"].as_array().map(Vec::len), Some(2));
        ok(&kernel, "lambda", "DeleteFunctionEventInvokeConfig", json!({"FunctionName": "hello"})).await;
        let gone = call(&kernel, "lambda", "GetFunctionEventInvokeConfig", json!({"FunctionName": "hello"})).await;
        let message = format!("The function {FUNCTION}:hello:$LATEST doesn't have an EventInvokeConfig");
        assert_eq!(gone.expect_err("no configuration").message, message);
    });
}

#[test]
fn mistakes_are_answered_in_the_words_of_aws() {
    run(|kernel| async move {
        create(&kernel, "export const handler = async () => 1", json!({})).await;
        let to = |arn: &str| json!({"DestinationConfig": {"OnSuccess": {"Destination": arn}}});
        for (input, message) in [
            (json!({}), "You must specify at least one of error handling or destination setting.".to_owned()),
            (json!({"Qualifier": "none", "MaximumRetryAttempts": 1}), "The function doesn't exist.".to_owned()),
            (
                to(&format!("{FUNCTION}:hello")),
                "You can't specify the function as a destination for itself.".to_owned(),
            ),
            (
                to(&format!("{FUNCTION}:nobody")),
                format!("The destination ARN {FUNCTION}:nobody is invalid."),
            ),
            (
                to("arn:aws:s3:::bucket"),
                "The provided destination config DestinationConfig(onSuccess=OnSuccess(destination=arn:aws:s3:::bucket), onFailure=null) is invalid.".to_owned(),
            ),
        ] {
            let mut all = json!({"FunctionName": "hello"});
            support::extend(&mut all, input);
            let error = call(&kernel, "lambda", "PutFunctionEventInvokeConfig", all).await.expect_err("a mistake");
            assert_eq!(error.message, message);
        }
    });
}

#[test]
fn a_function_that_goes_on_invoking_itself_is_stopped() {
    run(|kernel| async move {
        let source = "import { LambdaClient, InvokeCommand } from '@aws-sdk/client-lambda';
            const client = new LambdaClient({});
            export const handler = async (round) => {
                console.log('round');
                if (round === 30) return;
                await client.send(new InvokeCommand({ FunctionName: 'hello', InvocationType: 'Event', Payload: String(round + 1) }));
            };";
        create(&kernel, source, json!({})).await;
        let rounds = async || {
            invoke(&kernel, json!(0), json!({"InvocationType": "Event"})).await;
            pass(&kernel, 60).await;
            log_of(&kernel, "hello").await.iter().filter(|line| line.ends_with("\tround\n")).count()
        };
        assert_eq!(rounds().await, 16);
        let allow = json!({"FunctionName": "hello", "RecursiveLoop": "Allow"});
        ok(&kernel, "lambda", "PutFunctionRecursionConfig", allow).await;
        assert_eq!(rounds().await - 16, 31, "whoever wants it may loop");
    });
}
