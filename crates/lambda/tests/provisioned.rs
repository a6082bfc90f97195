//! Provisioned concurrency: environments that are ready before anybody asks.

mod support;

use std::{rc::Rc, time::Duration};

use futures_util::future::join;
use kernel::{Kernel, MemoryBackend};
use serde_json::{Value, json};
use support::{call, create, invoke, ok, run, run_on};

/// Says how its environment was started, and which event of it this is.
const SOURCE: &str = "let count = 0; export const handler = async () => {
    await new Promise((done) => setTimeout(done, 100));
    return [process.env.AWS_LAMBDA_INITIALIZATION_TYPE, ++count];
}";

async fn publish(kernel: &Kernel) {
    create(kernel, SOURCE, json!({})).await;
    ok(kernel, "lambda", "PublishVersion", json!({"FunctionName": "hello"})).await;
    ok(kernel, "lambda", "CreateAlias", json!({"FunctionName": "hello", "Name": "live", "FunctionVersion": "1"})).await;
}

fn config(qualifier: &str, count: u64) -> Value {
    json!({"FunctionName": "hello", "Qualifier": qualifier, "ProvisionedConcurrentExecutions": count})
}

async fn status(kernel: &Kernel, qualifier: &str) -> Value {
    let names = json!({"FunctionName": "hello", "Qualifier": qualifier});
    ok(kernel, "lambda", "GetProvisionedConcurrencyConfig", names).await
}

async fn settle(kernel: &Kernel) {
    kernel.clock.sleep(Duration::from_secs(1)).await;
}

#[test]
fn environments_get_ready_ahead_and_the_rest_spills_over() {
    run(|kernel| async move {
        publish(&kernel).await;
        let put = ok(&kernel, "lambda", "PutProvisionedConcurrencyConfig", config("live", 1)).await;
        assert_eq!(
            (&put["Status"], &put["AvailableProvisionedConcurrentExecutions"]),
            (&json!("IN_PROGRESS"), &json!(0))
        );
        settle(&kernel).await;
        let ready = status(&kernel, "live").await;
        assert_eq!(
            (&ready["Status"], &ready["AllocatedProvisionedConcurrentExecutions"]),
            (&json!("READY"), &json!(1))
        );
        let live = json!({"Qualifier": "live"});
        let (one, two) = join(invoke(&kernel, json!({}), live.clone()), invoke(&kernel, json!({}), live.clone())).await;
        assert_eq!((&one["Payload"][0], &two["Payload"][0]), (&json!("provisioned-concurrency"), &json!("on-demand")));
        assert!(!one["LogResult"].as_str().expect("a log").contains("Init Duration"), "its init was long before");
        kernel.clock.sleep(Duration::from_secs(30 * 60)).await;
        let later = invoke(&kernel, json!({}), live.clone()).await;
        assert_eq!(later["Payload"], json!(["provisioned-concurrency", 2]), "it stays, however long it idles");
        kernel.clock.sleep(Duration::from_secs(60 * 60)).await;
        let later = invoke(&kernel, json!({}), live).await;
        assert_eq!(
            later["Payload"],
            json!(["provisioned-concurrency", 1]),
            "before it is too old another takes its place"
        );
    });
}

#[test]
fn it_moves_with_its_alias_and_ends_with_its_configuration() {
    run(|kernel| async move {
        publish(&kernel).await;
        ok(&kernel, "lambda", "PutProvisionedConcurrencyConfig", config("live", 2)).await;
        settle(&kernel).await;
        let settings = json!({"FunctionName": "hello", "Description": "second"});
        ok(&kernel, "lambda", "UpdateFunctionConfiguration", settings).await;
        ok(&kernel, "lambda", "PublishVersion", json!({"FunctionName": "hello"})).await;
        let second = json!({"FunctionName": "hello", "Name": "live", "FunctionVersion": "2"});
        ok(&kernel, "lambda", "UpdateAlias", second).await;
        assert_eq!(status(&kernel, "live").await["Status"], "IN_PROGRESS");
        settle(&kernel).await;
        let answer = invoke(&kernel, json!({}), json!({"Qualifier": "2"})).await;
        assert_eq!(answer["Payload"][0], "provisioned-concurrency");
        assert_eq!(invoke(&kernel, json!({}), json!({"Qualifier": "1"})).await["Payload"][0], "on-demand");
        let names = json!({"FunctionName": "hello", "Qualifier": "live"});
        ok(&kernel, "lambda", "DeleteProvisionedConcurrencyConfig", names).await;
        assert_eq!(invoke(&kernel, json!({}), json!({"Qualifier": "2"})).await["Payload"][0], "on-demand");
    });
}

#[test]
fn it_outlives_the_cloud() {
    let backend = Rc::new(MemoryBackend::default());
    run_on(backend.clone(), |kernel| async move {
        publish(&kernel).await;
        ok(&kernel, "lambda", "PutProvisionedConcurrencyConfig", config("1", 1)).await;
    });
    run_on(backend, |kernel| async move {
        settle(&kernel).await;
        assert_eq!(status(&kernel, "1").await["Status"], "READY");
        let answer = invoke(&kernel, json!({}), json!({"Qualifier": "1"})).await;
        assert_eq!(answer["Payload"][0], "provisioned-concurrency");
    });
}

#[test]
fn an_init_that_fails_fails_it() {
    run(|kernel| async move {
        create(&kernel, "throw new Error('never')", json!({})).await;
        ok(&kernel, "lambda", "PublishVersion", json!({"FunctionName": "hello"})).await;
        ok(&kernel, "lambda", "PutProvisionedConcurrencyConfig", config("1", 1)).await;
        settle(&kernel).await;
        let failed = status(&kernel, "1").await;
        assert_eq!(
            (&failed["Status"], &failed["StatusReason"]),
            (&json!("FAILED"), &json!("FUNCTION_ERROR_INIT_FAILURE"))
        );
    });
}

#[test]
fn limits_and_mistakes_are_answered_in_the_words_of_aws() {
    run(|kernel| async move {
        publish(&kernel).await;
        let refused = async |input: Value| {
            call(&kernel, "lambda", "PutProvisionedConcurrencyConfig", input).await.expect_err("a mistake").message
        };
        for (input, message) in [
            (
                config("$LATEST", 1),
                "Provisioned Concurrency Configs cannot be applied to unpublished function versions.",
            ),
            (config("9", 1), "Function not found: arn:aws:lambda:us-east-1:123456789012:function:hello:9"),
            (config("no", 1), "Cannot find alias arn: arn:aws:lambda:us-east-1:123456789012:function:hello:no"),
            (
                config("1", 1001),
                "Specified ConcurrentExecutions for function is greater than account's unreserved concurrency [1000].",
            ),
            (
                config("1", 901),
                "Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below \
                 its minimum value of [100].",
            ),
        ] {
            assert_eq!(refused(input).await, message);
        }
        let reserved = json!({"FunctionName": "hello", "ReservedConcurrentExecutions": 2});
        ok(&kernel, "lambda", "PutFunctionConcurrency", reserved).await;
        assert_eq!(
            refused(config("1", 3)).await,
            "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function"
        );
        ok(&kernel, "lambda", "PutProvisionedConcurrencyConfig", config("1", 2)).await;
        assert_eq!(
            refused(config("live", 1)).await,
            "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version"
        );
        let less = json!({"FunctionName": "hello", "ReservedConcurrentExecutions": 1});
        let error = call(&kernel, "lambda", "PutFunctionConcurrency", less).await.expect_err("too little");
        assert_eq!(
            error.message,
            " ReservedConcurrentExecutions  1 should not be lower than function's total provisioned concurrency [2]."
        );
    });
}
