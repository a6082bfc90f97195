//! Accounts are kept apart, and meet where a policy lets them.
#![allow(clippy::unwrap_used, reason = "a test says so by failing")]

mod support;

use kernel::{Caller, Scope, testing};
use serde_json::json;
use support::open;

#[test]
fn a_table_s_policy_lets_another_account_in() {
    testing::run(|kernel| async move {
        open(&kernel).await;
        let call = |account: &str, operation: &'static str, input| {
            let scope = Scope::new(&kernel, "us-east-1", Caller::Root { account: account.to_owned() });
            let kernel = kernel.clone();
            async move { aws_api::invoke(&kernel, scope, "dynamodb", operation, input).await }
        };
        let (owner, stranger) = ("222222222222", "111111111111");
        let table = json!({
            "TableName": "songs", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "title", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "title", "KeyType": "HASH"}],
        });
        let arn = "arn:aws:dynamodb:us-east-1:222222222222:table/songs";
        call(owner, "CreateTable", table).await.unwrap();
        let read = json!({"TableName": arn, "Key": {"title": {"S": "Sinnerman"}}});
        let write = json!({"TableName": arn, "Item": {"title": {"S": "Sinnerman"}}});
        call(owner, "PutItem", write.clone()).await.unwrap();

        let refused = call(stranger, "GetItem", read.clone()).await.unwrap_err();
        assert_eq!(
            refused.message,
            format!(
                "User: arn:aws:iam::{stranger}:root is not authorized to perform: dynamodb:GetItem on resource: {arn} \
                 because no resource-based policy allows the dynamodb:GetItem action"
            )
        );
        let policy = json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": stranger}, "Action": "dynamodb:GetItem", "Resource": arn},
            {"Effect": "Deny", "Principal": {"AWS": owner}, "Action": "dynamodb:DeleteTable", "Resource": arn},
        ]});
        let policy = json!({"ResourceArn": arn, "Policy": policy.to_string()});
        call(owner, "PutResourcePolicy", policy).await.unwrap();
        assert_eq!(call(stranger, "GetItem", read).await.unwrap()["Item"], write["Item"]);
        assert_eq!(call(stranger, "PutItem", write).await.unwrap_err().code, "AccessDeniedException");
        let denied = call(owner, "DeleteTable", json!({"TableName": "songs"})).await.unwrap_err();
        assert!(denied.message.ends_with("with an explicit deny in a resource-based policy"), "{denied}");
    });
}
