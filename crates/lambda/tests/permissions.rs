//! Who may do what, with IAM as the judge.

mod support;

use kernel::{Caller, Kernel, Scope};
use serde_json::{Value, json};
use support::{call, create, invoke, log_of, ok, run};

/// Makes the execution role of `hello`, which Lambda may assume and which may do `actions`.
async fn role(kernel: &Kernel, actions: &[&str]) {
    iam::Iam::open(kernel).await.expect("iam opens");
    let trust = json!({
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    });
    let input = json!({"RoleName": "hello-role", "AssumeRolePolicyDocument": trust.to_string()});
    ok(kernel, "iam", "CreateRole", input).await;
    let policy = json!({
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}],
    });
    let input = json!({"RoleName": "hello-role", "PolicyName": "p", "PolicyDocument": policy.to_string()});
    ok(kernel, "iam", "PutRolePolicy", input).await;
}

const LISTS_TABLES: &str = "import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
    export const handler = async () => {
        try { return (await new DynamoDBClient({}).send(new ListTablesCommand({}))).TableNames }
        catch (error) { return error.message }
    };";

#[test]
fn a_function_may_do_what_its_role_may() {
    for (actions, allowed) in [(vec!["dynamodb:ListTables"], true), (vec!["dynamodb:GetItem"], false)] {
        run(move |kernel| async move {
            role(&kernel, &actions).await;
            create(&kernel, LISTS_TABLES, json!({})).await;
            let answer = &invoke(&kernel, json!({}), json!({})).await["Payload"];
            if allowed {
                assert_eq!(*answer, json!([]));
            } else {
                let refusal = "User: arn:aws:sts::123456789012:assumed-role/hello-role/hello is not authorized to \
                               perform: dynamodb:ListTables on resource: ";
                assert!(answer.as_str().is_some_and(|message| message.starts_with(refusal)), "{answer}");
            }
            assert!(log_of(&kernel, "hello").await.is_empty(), "a role that may not write logs has none");
        });
    }
}

#[test]
fn logs_are_written_as_the_role() {
    run(|kernel| async move {
        role(&kernel, &["logs:*"]).await;
        create(&kernel, "export const handler = async () => console.log('hi')", json!({})).await;
        invoke(&kernel, json!({}), json!({})).await;
        assert_eq!(log_of(&kernel, "hello").await.len(), 4);
    });
}

#[test]
fn a_role_must_trust_the_service() {
    run(|kernel| async move {
        role(&kernel, &["logs:*"]).await;
        let input = json!({
            "FunctionName": "other", "Runtime": "nodejs22.x", "Handler": "index.handler",
            "Role": "arn:aws:iam::123456789012:role/none",
            "Code": {"ZipFile": support::package(&[("index.mjs", "")])},
        });
        let error = call(&kernel, "lambda", "CreateFunction", input).await.expect_err("a refusal");
        let message = "The role defined for the function cannot be assumed by Lambda.";
        assert_eq!((error.code.as_str(), error.message.as_str()), ("InvalidParameterValueException", message));
    });
}

#[test]
fn the_resource_policy_lets_a_service_in() {
    run(|kernel| async move {
        role(&kernel, &["logs:*"]).await;
        create(&kernel, "export const handler = async () => 1", json!({})).await;
        let api = |arn: &str| {
            let caller = Caller::Service {
                principal: "apigateway.amazonaws.com".to_owned(),
                source_arn: Some(arn.to_owned()),
                source_account: None,
            };
            let scope = Scope::new(&kernel, "us-east-1", caller);
            let kernel = kernel.clone();
            async move { aws_api::invoke(&kernel, scope, "lambda", "Invoke", json!({"FunctionName": "hello"})).await }
        };
        let mine = "arn:aws:execute-api:us-east-1:123456789012:mine/Prod/GET/";
        assert_eq!(api(mine).await.expect_err("no policy yet").status, 403);
        let permission = json!({
            "FunctionName": "hello", "StatementId": "api", "Action": "lambda:InvokeFunction",
            "Principal": "apigateway.amazonaws.com", "SourceArn": "arn:aws:execute-api:us-east-1:123456789012:mine/*/GET/",
        });
        ok(&kernel, "lambda", "AddPermission", permission).await;
        let answer: Value = api(mine).await.expect("an answer");
        assert_eq!(answer["StatusCode"], 200);
        let other = api("arn:aws:execute-api:us-east-1:123456789012:other/Prod/GET/").await;
        assert_eq!(other.expect_err("another API").status, 403);
    });
}

#[test]
fn a_policy_is_put_as_a_whole_too() {
    run(|kernel| async move {
        create(&kernel, "export const handler = async () => 1", json!({})).await;
        let arn = "arn:aws:lambda:us-east-1:123456789012:function:hello";
        let statement = json!({
            "Sid": "all", "Effect": "Allow", "Principal": "*", "Action": "lambda:InvokeFunction", "Resource": arn,
        });
        let document = json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
        let put = ok(&kernel, "lambda", "PutResourcePolicy", json!({"ResourceArn": arn, "Policy": document})).await;
        let policy = ok(&kernel, "lambda", "GetPolicy", json!({"FunctionName": "hello"})).await;
        assert_eq!(put["Policy"], policy["Policy"], "it is the policy that AddPermission adds to");
        let stale = json!({"ResourceArn": arn, "RevisionId": "00000000-0000-4000-8000-000000000000"});
        let error = call(&kernel, "lambda", "DeleteResourcePolicy", stale).await.expect_err("stale");
        assert_eq!(error.status.as_u16(), 412);
        ok(&kernel, "lambda", "DeleteResourcePolicy", json!({"ResourceArn": arn})).await;
        let gone = call(&kernel, "lambda", "GetResourcePolicy", json!({"ResourceArn": arn})).await;
        assert_eq!(gone.expect_err("it is gone").code, "ResourceNotFoundException");
        let broken = json!({"ResourceArn": arn, "Policy": "{"});
        let error = call(&kernel, "lambda", "PutResourcePolicy", broken).await.expect_err("no JSON");
        assert_eq!(error.code, "InvalidParameterValueException");
    });
}
