use kernel::{Caller, DEFAULT_ACCOUNT, DEFAULT_REGION, Kernel, ResourceContext};
use serde_json::{Value, json};

use super::{run, songs};

pub fn context(kernel: &Kernel) -> ResourceContext {
    ResourceContext {
        kernel: kernel.clone(),
        account: DEFAULT_ACCOUNT.to_owned(),
        region: DEFAULT_REGION.to_owned(),
        caller: Caller::Root { account: DEFAULT_ACCOUNT.to_owned() },
        stack_name: "music".to_owned(),
        stack_id: "arn:aws:cloudformation:us-east-1:123456789012:stack/music/1".to_owned(),
        logical_id: "Songs".to_owned(),
        resource_type: "AWS::DynamoDB::Table".to_owned(),
    }
}

fn properties(more: Value) -> Value {
    let mut properties = songs();
    properties.as_object_mut().unwrap().remove("TableName");
    properties.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    properties
}

#[test]
fn a_template_makes_changes_and_removes_a_table() {
    run(|client| async move {
        let provider = client.0.resource_types.get("AWS::DynamoDB::Table").unwrap();
        let context = context(&client.0);
        let old = properties(json!({"TimeToLiveSpecification": {"AttributeName": "until", "Enabled": "true"}}));
        let made = provider.create(&context, &old).await.unwrap();
        assert!(made.physical_id.starts_with("music-Songs-"), "{}", made.physical_id);
        assert_eq!(made.attributes.get("StreamArn"), None);
        let name = json!({"TableName": made.physical_id});
        let time = client.ok("DescribeTimeToLive", name.clone()).await;
        assert_eq!(time["TimeToLiveDescription"]["AttributeName"], "until");

        let new = properties(json!({
            "TimeToLiveSpecification": {"AttributeName": "until", "Enabled": "true"},
            "StreamSpecification": {"StreamViewType": "NEW_IMAGE"},
            "Tags": [{"Key": "team", "Value": "music"}],
            "GlobalSecondaryIndexes": [{
                "IndexName": "by-title",
                "KeySchema": [{"AttributeName": "title", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }],
        }));
        let changed = provider.update(&context, &made.physical_id, &old, &new).await.unwrap();
        assert!(changed.attributes["StreamArn"].as_str().unwrap().contains("/stream/"));
        let table = client.ok("DescribeTable", name.clone()).await;
        assert_eq!(table["Table"]["GlobalSecondaryIndexes"][0]["IndexName"], "by-title");
        let tags = client.ok("ListTagsOfResource", json!({"ResourceArn": changed.attributes["Arn"]})).await;
        assert_eq!(tags["Tags"], json!([{"Key": "team", "Value": "music"}]));

        for _ in 0..2 {
            provider.delete(&context, &made.physical_id, &new).await.unwrap();
        }
        assert_eq!(client.ok("ListTables", json!({})).await, json!({"TableNames": []}));
    });
}

#[test]
fn a_template_moves_a_table_and_its_indexes_between_the_billing_modes() {
    run(|client| async move {
        let provider = client.0.resource_types.get("AWS::DynamoDB::Table").unwrap();
        let context = context(&client.0);
        let index = |name: &str, more: Value| {
            let mut index = json!({
                "IndexName": name,
                "KeySchema": [{"AttributeName": "title", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            });
            index.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            index
        };
        let on_demand = properties(json!({
            "GlobalSecondaryIndexes": [index("kept", json!({})), index("gone", json!({}))],
        }));
        let made = provider.create(&context, &on_demand).await.unwrap();
        let units = json!({"ReadCapacityUnits": 3, "WriteCapacityUnits": "4"});
        let provisioned = properties(json!({
            "BillingMode": "PROVISIONED",
            "ProvisionedThroughput": units,
            "GlobalSecondaryIndexes": [index("kept", json!({"ProvisionedThroughput": units}))],
        }));
        provider.update(&context, &made.physical_id, &on_demand, &provisioned).await.unwrap();
        let name = json!({"TableName": made.physical_id});
        let table = client.ok("DescribeTable", name.clone()).await["Table"].clone();
        assert_eq!(table["ProvisionedThroughput"]["WriteCapacityUnits"], 4);
        assert_eq!(table["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]["ReadCapacityUnits"], 3);
        assert_eq!(table["GlobalSecondaryIndexes"].as_array().map(Vec::len), Some(1));
        let back = properties(json!({
            "OnDemandThroughput": {"MaxReadRequestUnits": 9},
            "WarmThroughput": {"ReadUnitsPerSecond": 13_000, "WriteUnitsPerSecond": 4_000},
            "GlobalSecondaryIndexes": [index("kept", json!({"OnDemandThroughput": {"MaxReadRequestUnits": 8}}))],
        }));
        provider.update(&context, &made.physical_id, &provisioned, &back).await.unwrap();
        let table = client.ok("DescribeTable", name).await["Table"].clone();
        assert_eq!(table["BillingModeSummary"]["BillingMode"], "PAY_PER_REQUEST");
        assert_eq!(table["OnDemandThroughput"]["MaxReadRequestUnits"], 9);
        assert_eq!(table["WarmThroughput"]["ReadUnitsPerSecond"], 13_000);
        assert_eq!(table["GlobalSecondaryIndexes"][0]["OnDemandThroughput"]["MaxReadRequestUnits"], 8);
    });
}

#[test]
fn a_template_sets_insights_policies_and_encryption() {
    run(|client| async move {
        let provider = client.0.resource_types.get("AWS::DynamoDB::Table").unwrap();
        let context = context(&client.0);
        let policy = json!({"PolicyDocument": {"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
            "Action": "dynamodb:*",
            "Resource": "*",
        }]}});
        let index = |insights: Value| {
            json!([{
                "IndexName": "by-title",
                "KeySchema": [{"AttributeName": "title", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
                "ContributorInsightsSpecification": insights,
            }])
        };
        let mut old = songs();
        old["ContributorInsightsSpecification"] = json!({"Enabled": "true", "Mode": "THROTTLED_KEYS"});
        old["GlobalSecondaryIndexes"] = index(json!({"Enabled": true}));
        old["ResourcePolicy"] = policy.clone();
        old["StreamSpecification"] = json!({
            "StreamViewType": "KEYS_ONLY", "ResourcePolicy": policy,
        });
        provider.create(&context, &old).await.unwrap();
        let table = client.ok("DescribeTable", json!({"TableName": "songs"})).await["Table"].clone();
        let mode = client.ok("DescribeContributorInsights", json!({"TableName": "songs"})).await;
        assert_eq!(
            (&mode["ContributorInsightsStatus"], &mode["ContributorInsightsMode"]),
            (&json!("ENABLED"), &json!("THROTTLED_KEYS"))
        );
        let of_index = json!({"TableName": "songs", "IndexName": "by-title"});
        assert_eq!(
            client.ok("DescribeContributorInsights", of_index.clone()).await["ContributorInsightsStatus"],
            "ENABLED"
        );
        for resource in [&table["TableArn"], &table["LatestStreamArn"]] {
            let found = client.ok("GetResourcePolicy", json!({"ResourceArn": resource})).await;
            assert!(found["Policy"].as_str().unwrap().contains("dynamodb:*"), "{found}");
        }

        let mut new = old.clone();
        new["ContributorInsightsSpecification"] = json!({"Enabled": false});
        new["GlobalSecondaryIndexes"] = index(json!({"Enabled": true, "Mode": "THROTTLED_KEYS"}));
        new.as_object_mut().unwrap().remove("ResourcePolicy");
        new["StreamSpecification"] = json!({"StreamViewType": "KEYS_ONLY"});
        new["SSESpecification"] = json!({"SSEEnabled": true, "SSEType": "KMS"});
        provider.update(&context, "songs", &old, &new).await.unwrap();
        let mode = client.ok("DescribeContributorInsights", json!({"TableName": "songs"})).await;
        assert_eq!(mode["ContributorInsightsStatus"], "DISABLED");
        assert_eq!(
            client.ok("DescribeContributorInsights", of_index).await["ContributorInsightsMode"],
            "THROTTLED_KEYS"
        );
        for resource in [&table["TableArn"], &table["LatestStreamArn"]] {
            let refused = client.refused("GetResourcePolicy", json!({"ResourceArn": resource})).await;
            assert!(refused.starts_with("Resource-based policy not found"), "{refused}");
        }
        let table = client.ok("DescribeTable", json!({"TableName": "songs"})).await["Table"].clone();
        assert_eq!(table["SSEDescription"]["Status"], "ENABLED");
    });
}

#[test]
fn a_template_whose_data_stream_is_missing_fails_and_can_go_back() {
    run(|client| async move {
        let provider = client.0.resource_types.get("AWS::DynamoDB::Table").unwrap();
        let (context, old) = (context(&client.0), songs());
        provider.create(&context, &old).await.unwrap();
        let mut new = old.clone();
        new["KinesisStreamSpecification"] =
            json!({"StreamArn": "arn:aws:kinesis:us-east-1:123456789012:stream/changes"});
        let error = provider.update(&context, "songs", &old, &new).await.unwrap_err();
        assert!(error.message.ends_with("User does not have a permission to use kinesis stream"), "{error:?}");
        provider.update(&context, "songs", &new, &old).await.unwrap();
    });
}

#[test]
fn a_template_that_asks_for_what_is_not_here_fails() {
    run(|client| async move {
        let provider = client.0.resource_types.get("AWS::DynamoDB::Table").unwrap();
        let mut properties = songs();
        properties["StreamSpecification"] = json!({"StreamViewType": "KEYS_ONLY", "Tags": []});
        let error = provider.create(&context(&client.0), &properties).await.unwrap_err();
        assert_eq!(error.message, "Property /StreamSpecification/Tags is not supported by Samlet.");
    });
}
