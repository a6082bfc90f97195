//! Who reads a table's stream, as the control API tells it: a function that fails falls behind.
#![allow(clippy::unwrap_used, reason = "a test says so by failing")]

mod support;

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use kernel::{Kernel, Scope, testing};
use serde_json::{Value, json};
use support::open;

async fn aws(kernel: &Kernel, service: &str, operation: &str, input: Value) -> Value {
    aws_api::invoke(kernel, Scope::root(kernel), service, operation, input).await.unwrap()
}

/// The stream of a new table, which goes to a function.
async fn stream_with_function(kernel: &Kernel) -> Value {
    let table = json!({
        "TableName": "orders", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"},
    });
    let stream = aws(kernel, "dynamodb", "CreateTable", table).await["TableDescription"]["LatestStreamArn"].clone();
    let policy = |principal: bool, action: &str| {
        let mut statement = json!({"Effect": "Allow", "Action": action});
        if principal {
            statement["Principal"] = json!({"Service": "lambda.amazonaws.com"});
        } else {
            statement["Resource"] = json!("*");
        }
        json!({"Version": "2012-10-17", "Statement": [statement]}).to_string()
    };
    let role = json!({"RoleName": "follow", "AssumeRolePolicyDocument": policy(true, "sts:AssumeRole")});
    aws(kernel, "iam", "CreateRole", role).await;
    let rights = json!({"RoleName": "follow", "PolicyName": "all", "PolicyDocument": policy(false, "*")});
    aws(kernel, "iam", "PutRolePolicy", rights).await;
    let files = [("index.mjs", b"export const handler = () => {}".as_slice())];
    let code = json!({"ZipFile": STANDARD.encode(project::archive::pack(files).unwrap())});
    let function = json!({
        "FunctionName": "follow", "Runtime": "nodejs22.x", "Handler": "index.handler", "Code": code,
        "Role": "arn:aws:iam::123456789012:role/follow",
    });
    aws(kernel, "lambda", "CreateFunction", function).await;
    let mapping = json!({"FunctionName": "follow", "EventSourceArn": stream, "StartingPosition": "TRIM_HORIZON"});
    aws(kernel, "lambda", "CreateEventSourceMapping", mapping).await;
    stream
}

#[test]
fn a_function_that_fails_stays_where_it_is_while_others_read_on() {
    testing::run(|kernel| async move {
        let cloud = open(&kernel).await;
        let stream = stream_with_function(&kernel).await;
        let put = json!({"TableName": "orders", "Item": {"id": {"S": "1"}}});
        aws(&kernel, "dynamodb", "PutItem", put).await;
        kernel.clock.sleep(Duration::from_secs(30)).await;
        let described = aws(&kernel, "streams.dynamodb", "DescribeStream", json!({"StreamArn": stream})).await;
        let shard = &described["StreamDescription"]["Shards"][0]["ShardId"];
        let from = json!({"StreamArn": stream, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"});
        let iterator = aws(&kernel, "streams.dynamodb", "GetShardIterator", from).await;
        aws(&kernel, "streams.dynamodb", "GetRecords", iterator).await;

        let mut request = http::Request::get("http://samlet.internal/consumers").body(Bytes::new()).unwrap();
        request.extensions_mut().insert(Scope::root(&kernel));
        let answer: Value = serde_json::from_slice(cloud.handle(request).await.body()).unwrap();
        let of = |name: &str| {
            let consumers = answer["consumers"].as_array().unwrap();
            consumers.iter().find(|consumer| consumer["name"] == name).unwrap().clone()
        };
        let function = of("follow");
        assert_eq!((&function["position"], &function["records"]), (&Value::Null, &json!(1)));
        assert!(function["lag_ms"].as_u64().unwrap() >= 30_000);
        let root = of("arn:aws:iam::123456789012:root");
        assert_eq!((&root["records"], root["position"].is_string()), (&json!(0), true));
    });
}
