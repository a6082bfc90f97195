//! The room as a whole beside DynamoDB, called by its public API.

use std::{rc::Rc, time::Duration};

use dynamodb::DynamoDb;
use kernel::{AwsError, Caller, Kernel, ResourceContext, Scope, testing};
use serde_json::{Value, json};

use crate::AutoScaling;

mod global;

/// A resource of a stack.
fn context_of(kernel: &Kernel, resource_type: &str) -> ResourceContext {
    ResourceContext {
        kernel: kernel.clone(),
        account: kernel::DEFAULT_ACCOUNT.into(),
        region: kernel::DEFAULT_REGION.into(),
        caller: Caller::Root { account: kernel::DEFAULT_ACCOUNT.into() },
        stack_name: "music".into(),
        stack_id: "arn:aws:cloudformation:us-east-1:123456789012:stack/music/1".into(),
        logical_id: "Resource".into(),
        resource_type: resource_type.into(),
    }
}

const WRITES: &str = "dynamodb:table:WriteCapacityUnits";

/// Runs `test` with the table `songs`, of 5 read and 5 write units, and its index `by-title` of as many.
fn run<F: Future<Output = ()> + 'static>(test: impl FnOnce(Client) -> F + 'static) {
    testing::run(|kernel| async move {
        cloudwatch::Metrics::open(&kernel).await.unwrap();
        DynamoDb::open(&kernel).await.unwrap();
        AutoScaling::open(&kernel).await.unwrap();
        let client = Client(Rc::new(kernel));
        let units = json!({"ReadCapacityUnits": 5, "WriteCapacityUnits": 5});
        let attribute = |name: &str| json!({"AttributeName": name, "AttributeType": "S"});
        let key = |name: &str| json!([{"AttributeName": name, "KeyType": "HASH"}]);
        let table = json!({
            "TableName": "songs",
            "AttributeDefinitions": [attribute("artist"), attribute("title")],
            "KeySchema": key("artist"),
            "ProvisionedThroughput": units,
            "GlobalSecondaryIndexes": [{
                "IndexName": "by-title", "KeySchema": key("title"), "ProvisionedThroughput": units,
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }],
        });
        client.dynamodb("CreateTable", table).await.unwrap();
        test(client).await;
    });
}

#[derive(Clone)]
struct Client(Rc<Kernel>);

impl Client {
    async fn dynamodb(&self, operation: &str, input: Value) -> Result<Value, AwsError> {
        aws_api::invoke(&self.0, Scope::root(&self.0), "dynamodb", operation, input).await
    }

    async fn call(&self, operation: &str, input: Value) -> Result<Value, AwsError> {
        aws_api::invoke(&self.0, Scope::root(&self.0), "application-autoscaling", operation, input).await
    }

    async fn ok(&self, operation: &str, input: Value) -> Value {
        self.call(operation, input).await.unwrap()
    }

    async fn register(&self, min: u64, max: u64) -> Value {
        self.ok("RegisterScalableTarget", of_songs(json!({"MinCapacity": min, "MaxCapacity": max}))).await
    }

    async fn track(&self, configuration: Value) {
        let mut policy = json!({
            "PredefinedMetricSpecification": {"PredefinedMetricType": "DynamoDBWriteCapacityUtilization"},
            "TargetValue": 70.0,
        });
        policy.as_object_mut().unwrap().extend(configuration.as_object().unwrap().clone());
        let input = json!({
            "PolicyName": "writes", "PolicyType": "TargetTrackingScaling",
            "TargetTrackingScalingPolicyConfiguration": policy,
        });
        self.ok("PutScalingPolicy", of_songs(input)).await;
    }

    /// Consumes `units` of write capacity in each of some minutes.
    async fn write(&self, minutes: u64, units: usize) {
        for _ in 0..minutes {
            // A write costs what the item was, too: each size has an item of its own.
            let item = json!({"artist": {"S": units.to_string()}, "text": {"S": "x".repeat(units * 1024 - 20)}});
            self.dynamodb("PutItem", json!({"TableName": "songs", "Item": item})).await.unwrap();
            self.wait(60).await;
        }
    }

    async fn wait(&self, seconds: u64) {
        self.0.clock.sleep(Duration::from_secs(seconds)).await;
    }

    async fn write_units(&self) -> u64 {
        let table = self.dynamodb("DescribeTable", json!({"TableName": "songs"})).await.unwrap();
        table["Table"]["ProvisionedThroughput"]["WriteCapacityUnits"].as_u64().unwrap()
    }

    async fn activities(&self) -> Vec<Value> {
        let answer = self.ok("DescribeScalingActivities", json!({"ServiceNamespace": "dynamodb"})).await;
        answer["ScalingActivities"].as_array().unwrap().clone()
    }
}

/// An input about the writes of the table `songs`.
fn of_songs(mut input: Value) -> Value {
    input["ServiceNamespace"] = json!("dynamodb");
    input["ResourceId"] = json!("table/songs");
    input["ScalableDimension"] = json!(WRITES);
    input
}

#[test]
fn throughput_follows_the_load_up_after_two_minutes_and_down_after_fifteen() {
    run(|client| async move {
        client.wait(5).await;
        client.register(5, 12).await;
        client.track(json!({})).await;
        client.write(1, 390).await;
        assert_eq!(client.write_units().await, 5);
        client.write(1, 390).await;
        assert_eq!(client.write_units().await, 10, "6.5 units a second are 65 % of 10");
        let activities = client.activities().await;
        assert_eq!(activities.len(), 1);
        assert_eq!(activities[0]["Description"], "Setting write capacity units to 10.");
        assert_eq!(activities[0]["StatusCode"], "Successful");
        assert_eq!(
            activities[0]["StatusMessage"],
            "Successfully set write capacity units to 10. Change successfully fulfilled by dynamodb."
        );
        assert!(
            activities[0]["Cause"].as_str().unwrap().starts_with("monitor alarm TargetTracking-table/songs-AlarmHigh-")
        );
        client.write(14, 60).await;
        assert_eq!(client.write_units().await, 10);
        client.write(1, 60).await;
        assert_eq!(client.write_units().await, 5, "no less than the minimum");
        client.wait(3600).await;
        assert_eq!(client.activities().await.len(), 2, "a table without traffic stays as it is");
    });
}

#[test]
fn a_cooldown_and_a_suspension_hold_scaling_back() {
    run(|client| async move {
        client.register(5, 100).await;
        client.track(json!({"ScaleOutCooldown": 300})).await;
        client.write(2, 330).await;
        assert_eq!(client.write_units().await, 8);
        client.write(2, 380).await;
        client.write(2, 380).await;
        assert_eq!(client.write_units().await, 8, "it is cooling down");
        client.write(2, 380).await;
        assert_eq!(client.write_units().await, 10);
        let suspended = json!({"SuspendedState": {"DynamicScalingInSuspended": true}});
        client.ok("RegisterScalableTarget", of_songs(suspended)).await;
        client.write(16, 60).await;
        assert_eq!(client.write_units().await, 10);
    });
}

#[test]
fn a_target_is_brought_into_its_bounds_and_schedules_move_them() {
    run(|client| async move {
        client.register(7, 9).await;
        client.wait(61).await;
        assert_eq!(client.write_units().await, 7);
        assert_eq!(client.activities().await[0]["Cause"], "minimum capacity was set to 7");
        let action = json!({
            "ScheduledActionName": "night", "Schedule": "cron(30 0 * * ? *)",
            "ScalableTargetAction": {"MinCapacity": 1, "MaxCapacity": 2},
        });
        client.ok("PutScheduledAction", of_songs(action)).await;
        client.wait(31 * 60).await;
        assert_eq!(client.write_units().await, 2);
        assert_eq!(client.activities().await[0]["Cause"], "maximum capacity was set to 2");
        let targets = client.ok("DescribeScalableTargets", json!({"ServiceNamespace": "dynamodb"})).await;
        assert_eq!(targets["ScalableTargets"][0]["MaxCapacity"], 2);
        client.ok("DeleteScheduledAction", of_songs(json!({"ScheduledActionName": "night"}))).await;
    });
}

#[test]
fn a_decrease_that_dynamodb_refuses_is_a_failed_activity() {
    run(|client| async move {
        for units in [4, 3, 2, 1] {
            let units = json!({"ReadCapacityUnits": units, "WriteCapacityUnits": 5});
            client
                .dynamodb("UpdateTable", json!({"TableName": "songs", "ProvisionedThroughput": units}))
                .await
                .unwrap();
        }
        client.register(1, 3).await;
        client.wait(61).await;
        let activity = client.activities().await.remove(0);
        assert_eq!(activity["StatusCode"], "Failed");
        assert!(activity["StatusMessage"].as_str().unwrap().starts_with(
            "Failed to set write capacity units to 3. Reason: Failed updating table: Subscriber limit exceeded: \
             Provisioned throughput decreases are limited within a given UTC day."
        ));
    });
}

#[test]
fn an_index_has_targets_of_its_own() {
    run(|client| async move {
        let target = json!({
            "ServiceNamespace": "dynamodb", "ResourceId": "table/songs/index/by-title",
            "ScalableDimension": "dynamodb:index:ReadCapacityUnits", "MinCapacity": 20, "MaxCapacity": 30,
        });
        client.ok("RegisterScalableTarget", target).await;
        client.wait(61).await;
        let table = client.dynamodb("DescribeTable", json!({"TableName": "songs"})).await.unwrap();
        let throughput = &table["Table"]["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"];
        assert_eq!((&throughput["ReadCapacityUnits"], &throughput["WriteCapacityUnits"]), (&json!(20), &json!(5)));
    });
}

#[test]
fn what_cannot_be_scaled_is_refused() {
    run(|client| async move {
        let refused =
            async |operation: &str, input: Value| client.call(operation, input).await.unwrap_err().to_string();
        let mut missing = of_songs(json!({"MinCapacity": 1, "MaxCapacity": 2}));
        missing["ResourceId"] = json!("table/gone");
        assert_eq!(
            refused("RegisterScalableTarget", missing).await,
            "ValidationException: DynamoDB table does not exist: table/gone"
        );
        let mut other = of_songs(json!({"MinCapacity": 1, "MaxCapacity": 2}));
        other["ScalableDimension"] = json!("dynamodb:index:ReadCapacityUnits");
        assert_eq!(
            refused("RegisterScalableTarget", other).await,
            "ValidationException: Unsupported service namespace, resource type or scalable dimension"
        );
        assert_eq!(
            refused("PutScalingPolicy", of_songs(json!({"PolicyName": "p"}))).await,
            "ObjectNotFoundException: No scalable target registered for service namespace: dynamodb, resource ID: \
             table/songs, scalable dimension: dynamodb:table:WriteCapacityUnits"
        );
        assert_eq!(
            refused("DeleteScalingPolicy", of_songs(json!({"PolicyName": "p"}))).await,
            "ObjectNotFoundException: No scaling policy found for service namespace: dynamodb, resource ID: \
             table/songs, scalable dimension: dynamodb:table:WriteCapacityUnits, policy name: p"
        );
    });
}

#[test]
fn tags_and_policies_go_with_their_target() {
    run(|client| async move {
        let arn = client.register(5, 10).await["ScalableTargetARN"].clone();
        client.track(json!({})).await;
        client.ok("TagResource", json!({"ResourceARN": arn, "Tags": {"team": "music", "stage": "test"}})).await;
        client.ok("UntagResource", json!({"ResourceARN": arn, "TagKeys": ["stage"]})).await;
        let tags = client.ok("ListTagsForResource", json!({"ResourceARN": arn})).await;
        assert_eq!(tags, json!({"Tags": {"team": "music"}}));
        let all = json!({"ServiceNamespace": "dynamodb"});
        let policies = client.ok("DescribeScalingPolicies", all.clone()).await;
        let policy = &policies["ScalingPolicies"][0];
        assert!(policy["PolicyARN"].as_str().unwrap().ends_with(":resource/dynamodb/table/songs:policyName/writes"));
        client.ok("DeregisterScalableTarget", of_songs(json!({}))).await;
        assert_eq!(client.ok("DescribeScalingPolicies", all).await, json!({"ScalingPolicies": []}));
    });
}

#[test]
fn a_template_makes_a_target_with_its_policy() {
    run(|client| async move {
        let target = context_of(&client.0, "AWS::ApplicationAutoScaling::ScalableTarget");
        let policy = context_of(&client.0, "AWS::ApplicationAutoScaling::ScalingPolicy");
        let provider = client.0.resource_types.get(&target.resource_type).unwrap();
        let of_target = of_songs(json!({"MinCapacity": "5", "MaxCapacity": 50, "RoleARN": "arn:aws:iam::1:role/r"}));
        let made = provider.create(&target, &of_target).await.unwrap();
        assert_eq!(made.physical_id, "table/songs|dynamodb:table:WriteCapacityUnits|dynamodb");
        let of_policy = json!({
            "PolicyName": "writes", "PolicyType": "TargetTrackingScaling", "ScalingTargetId": made.physical_id,
            "TargetTrackingScalingPolicyConfiguration": {
                "TargetValue": "50", "ScaleInCooldown": 60,
                "PredefinedMetricSpecification": {"PredefinedMetricType": "DynamoDBWriteCapacityUtilization"},
            },
        });
        let made_policy = provider.create(&policy, &of_policy).await.unwrap();
        let all = json!({"ServiceNamespace": "dynamodb"});
        let policies = client.ok("DescribeScalingPolicies", all.clone()).await;
        assert_eq!(policies["ScalingPolicies"][0]["PolicyARN"], made_policy.physical_id);
        provider.delete(&policy, &made_policy.physical_id, &of_policy).await.unwrap();
        provider.delete(&target, &made.physical_id, &of_target).await.unwrap();
        provider.delete(&target, &made.physical_id, &of_target).await.unwrap();
        assert_eq!(client.ok("DescribeScalableTargets", all).await, json!({"ScalableTargets": []}));
    });
}
