//! What the control API tells of a function's sandboxes.
#![allow(clippy::unwrap_used, reason = "a test says so by failing")]

mod support;

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::StatusCode;
use kernel::{AwsError, Kernel, Scope, testing};
use serde_json::{Value, json};
use support::open;

async fn aws(kernel: &Kernel, service: &str, operation: &str, input: Value) -> Result<Value, AwsError> {
    aws_api::invoke(kernel, Scope::root(kernel), service, operation, input).await
}

#[test]
fn a_function_that_may_not_run_has_no_sandboxes_and_counts_what_it_refuses() {
    testing::run(|kernel| async move {
        let cloud = open(&kernel).await;
        let trust = json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}},
        ]});
        let role = json!({"RoleName": "hello", "AssumeRolePolicyDocument": trust.to_string()});
        aws(&kernel, "iam", "CreateRole", role).await.unwrap();
        let files = [("index.mjs", b"export const handler = () => {}".as_slice())];
        let function = json!({
            "FunctionName": "hello", "Runtime": "nodejs22.x", "Handler": "index.handler",
            "Code": {"ZipFile": STANDARD.encode(project::archive::pack(files).unwrap())},
            "Role": "arn:aws:iam::123456789012:role/hello",
        });
        aws(&kernel, "lambda", "CreateFunction", function).await.unwrap();
        let seen = async |name: &str| {
            let mut request =
                http::Request::get(format!("http://samlet.internal/sandboxes/{name}")).body(Bytes::new()).unwrap();
            request.extensions_mut().insert(Scope::root(&kernel));
            let response = cloud.handle(request).await;
            (response.status(), serde_json::from_slice::<Value>(response.body()).unwrap())
        };
        assert_eq!(seen("nobody").await.0, StatusCode::NOT_FOUND);
        let nothing = json!({"throttled": 0, "throttled_ms": null, "sandboxes": []});
        assert_eq!(seen("hello").await, (StatusCode::OK, nothing));

        let none = json!({"FunctionName": "hello", "ReservedConcurrentExecutions": 0});
        aws(&kernel, "lambda", "PutFunctionConcurrency", none).await.unwrap();
        aws(&kernel, "lambda", "Invoke", json!({"FunctionName": "hello"})).await.unwrap_err();
        assert_eq!(seen("hello").await.1["throttled"], 1);
    });
}
