//! Code and templates lie in S3, where `sam deploy` and `aws cloudformation package` put them.
#![allow(clippy::unwrap_used, reason = "a test says so by failing")]

mod support;

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::{AwsError, Kernel, Scope, testing};
use serde_json::{Value, json};
use support::open;

async fn aws(kernel: &Kernel, service: &str, operation: &str, input: Value) -> Result<Value, AwsError> {
    aws_api::invoke(kernel, Scope::root(kernel), service, operation, input).await
}

async fn put(kernel: &Kernel, key: &str, body: &[u8]) {
    let object = json!({"Bucket": "packages", "Key": key, "Body": STANDARD.encode(body)});
    aws(kernel, "s3", "PutObject", object).await.unwrap();
}

#[test]
fn a_template_that_is_too_long_for_a_request_lies_in_a_bucket() {
    testing::run(|kernel| async move {
        open(&kernel).await;
        aws(&kernel, "s3", "CreateBucket", json!({"Bucket": "packages"})).await.unwrap();
        let description = "long ".repeat(200);
        let groups = (0..100).map(|at| {
            let group = json!({"Type": "AWS::Logs::LogGroup", "Metadata": {"About": description}});
            (format!("Group{at}"), group)
        });
        let template = json!({"Resources": groups.collect::<serde_json::Map<_, _>>()}).to_string();
        assert!(template.len() > 51_200);
        put(&kernel, "a/long.template", template.as_bytes()).await;
        let order = |url: &str| json!({"StackName": "s", "TemplateURL": url});
        let refused = |url: &'static str| aws(&kernel, "cloudformation", "CreateStack", order(url));
        let missing = refused("https://packages.s3.us-east-1.amazonaws.com/none").await.unwrap_err();
        assert!(missing.message.starts_with("S3 error: The specified key does not exist."), "{}", missing.message);
        assert_eq!(refused("packages/none").await.unwrap_err().message, "TemplateURL must be a supported URL.");
        aws(&kernel, "cloudformation", "CreateStack", order("https://s3.amazonaws.com/packages/a/long.template"))
            .await
            .unwrap();
        kernel.clock.sleep(Duration::from_secs(60)).await;
        let made = aws(&kernel, "cloudformation", "DescribeStacks", json!({"StackName": "s"})).await.unwrap();
        assert_eq!(made["Stacks"][0]["StackStatus"], "CREATE_COMPLETE");
    });
}

#[test]
fn the_code_of_a_function_lies_in_a_bucket() {
    testing::run(|kernel| async move {
        open(&kernel).await;
        let trust = json!({"Statement": [{
            "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"},
        }]});
        let role = json!({"RoleName": "r", "AssumeRolePolicyDocument": trust.to_string()});
        aws(&kernel, "iam", "CreateRole", role).await.unwrap();
        let create = || {
            let function = json!({
                "FunctionName": "f", "Runtime": "nodejs22.x", "Handler": "index.handler",
                "Role": "arn:aws:iam::123456789012:role/r", "Code": {"S3Bucket": "packages", "S3Key": "code.zip"},
            });
            aws(&kernel, "lambda", "CreateFunction", function)
        };
        let refused = |error: AwsError| error.message.replace("Error occurred while GetObject. S3 Error ", "");
        assert_eq!(
            refused(create().await.unwrap_err()),
            "Code: NoSuchBucket. S3 Error Message: The specified bucket does not exist",
        );
        aws(&kernel, "s3", "CreateBucket", json!({"Bucket": "packages"})).await.unwrap();
        assert_eq!(
            refused(create().await.unwrap_err()),
            "Code: NoSuchKey. S3 Error Message: The specified key does not exist.",
        );
        let zip = project::archive::pack([("index.js", b"exports.handler = () => 1".as_slice())]).unwrap();
        put(&kernel, "code.zip", &zip).await;
        assert_eq!(create().await.unwrap()["CodeSize"], zip.len());
    });
}
