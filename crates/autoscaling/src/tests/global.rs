//! Global tables with provisioned throughput: their writes scale in every region.

use std::{rc::Rc, time::Duration};

use dynamodb::DynamoDb;
use kernel::{AwsError, Kernel, Scope, testing};
use serde_json::{Value, json};

use super::{AutoScaling, context_of};

const HERE: &str = "us-east-1";
const THERE: &str = "eu-west-1";

#[derive(Clone)]
struct World(Rc<Kernel>);

fn run<F: Future<Output = ()> + 'static>(test: impl FnOnce(World) -> F + 'static) {
    testing::run(|kernel| async move {
        cloudwatch::Metrics::open(&kernel).await.unwrap();
        DynamoDb::open(&kernel).await.unwrap();
        AutoScaling::open(&kernel).await.unwrap();
        test(World(Rc::new(kernel))).await;
    });
}

impl World {
    async fn call(&self, region: &str, service: &str, operation: &str, input: Value) -> Result<Value, AwsError> {
        let scope = Scope { region: region.to_owned(), ..Scope::root(&self.0) };
        aws_api::invoke(&self.0, scope, service, operation, input).await
    }

    async fn ok(&self, region: &str, operation: &str, input: Value) -> Value {
        self.call(region, "dynamodb", operation, input).await.unwrap()
    }

    async fn refused(&self, operation: &str, input: Value) -> String {
        self.call(HERE, "dynamodb", operation, input).await.unwrap_err().message
    }

    /// Makes the table `songs` with the index `by-title`, which can have replicas but for automatic scaling.
    async fn songs(&self) {
        self.ok(HERE, "CreateTable", songs()).await;
    }

    /// Lets the writes of `resource` scale.
    async fn scale(&self, resource: &str, dimension: &str) {
        let target = json!({
            "ServiceNamespace": "dynamodb", "ResourceId": resource, "ScalableDimension": dimension,
            "MinCapacity": 2, "MaxCapacity": 20,
        });
        self.call(HERE, "application-autoscaling", "RegisterScalableTarget", target.clone()).await.unwrap();
        let mut policy = target;
        policy["PolicyName"] = json!("writes");
        policy["PolicyType"] = json!("TargetTrackingScaling");
        policy["TargetTrackingScalingPolicyConfiguration"] = json!({
            "PredefinedMetricSpecification": {"PredefinedMetricType": "DynamoDBWriteCapacityUtilization"},
            "TargetValue": 60.0,
        });
        self.call(HERE, "application-autoscaling", "PutScalingPolicy", policy).await.unwrap();
    }

    async fn global(&self) {
        self.songs().await;
        self.scale("table/songs", "dynamodb:table:WriteCapacityUnits").await;
        self.scale("table/songs/index/by-title", "dynamodb:index:WriteCapacityUnits").await;
        self.ok(HERE, "UpdateTable", replicate()).await;
    }

    async fn described(&self) -> Value {
        let answer = self.ok(HERE, "DescribeTableReplicaAutoScaling", json!({"TableName": "songs"})).await;
        answer["TableAutoScalingDescription"].clone()
    }

    async fn units(&self, region: &str) -> (u64, u64) {
        let table = self.ok(region, "DescribeTable", json!({"TableName": "songs"})).await;
        let units = &table["Table"]["ProvisionedThroughput"];
        (units["ReadCapacityUnits"].as_u64().unwrap(), units["WriteCapacityUnits"].as_u64().unwrap())
    }
}

fn songs() -> Value {
    let units = json!({"ReadCapacityUnits": 5, "WriteCapacityUnits": 5});
    let attribute = |name: &str| json!({"AttributeName": name, "AttributeType": "S"});
    let key = |name: &str| json!([{"AttributeName": name, "KeyType": "HASH"}]);
    json!({
        "TableName": "songs",
        "AttributeDefinitions": [attribute("artist"), attribute("title")],
        "KeySchema": key("artist"),
        "ProvisionedThroughput": units,
        "GlobalSecondaryIndexes": [{
            "IndexName": "by-title", "KeySchema": key("title"), "ProvisionedThroughput": units,
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }],
    })
}

fn replicate() -> Value {
    json!({"TableName": "songs", "ReplicaUpdates": [{"Create": {
        "RegionName": THERE, "ProvisionedThroughputOverride": {"ReadCapacityUnits": 7},
    }}]})
}

#[test]
fn a_provisioned_table_gets_replicas_when_all_its_writes_scale() {
    run(|world| async move {
        world.songs().await;
        let say = |subject: &str| format!("{subject} write capacity should either be Pay-Per-Request or AutoScaled.");
        assert_eq!(world.refused("UpdateTable", replicate()).await, say("Table"));
        world.scale("table/songs", "dynamodb:table:WriteCapacityUnits").await;
        assert_eq!(world.refused("UpdateTable", replicate()).await, say("GSI"));
        world.scale("table/songs/index/by-title", "dynamodb:index:WriteCapacityUnits").await;
        world.ok(HERE, "UpdateTable", replicate()).await;
        assert_eq!(world.units(THERE).await, (7, 5), "reads are its own");
        let described = world.described().await;
        let there = &described["Replicas"][1];
        let writes = &there["ReplicaProvisionedWriteCapacityAutoScalingSettings"];
        assert_eq!((&writes["MinimumUnits"], &writes["MaximumUnits"]), (&json!(2), &json!(20)));
        assert_eq!(
            writes["ScalingPolicies"],
            json!([{"PolicyName": "writes", "TargetTrackingScalingPolicyConfiguration": {"TargetValue": 60.0}}])
        );
        let off = json!({"AutoScalingDisabled": true, "ScalingPolicies": []});
        assert_eq!(there["ReplicaProvisionedReadCapacityAutoScalingSettings"], off);
        assert_eq!(
            there["GlobalSecondaryIndexes"][0]["ProvisionedWriteCapacityAutoScalingSettings"]["MaximumUnits"],
            20
        );

        let units = json!({"ReadCapacityUnits": 6, "WriteCapacityUnits": 8});
        world.ok(HERE, "UpdateTable", json!({"TableName": "songs", "ProvisionedThroughput": units})).await;
        assert_eq!((world.units(HERE).await, world.units(THERE).await), ((6, 8), (7, 8)));
    });
}

#[test]
fn scaling_of_replicas_is_set_in_every_region_or_in_one() {
    run(|world| async move {
        let update = |more: Value| {
            let mut input = json!({"TableName": "songs"});
            input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            input
        };
        let settings = json!({
            "MinimumUnits": 3, "MaximumUnits": 30,
            "ScalingPolicyUpdate": {"TargetTrackingScalingPolicyConfiguration": {"TargetValue": 50.0}},
        });
        world.songs().await;
        let writes = update(json!({"ProvisionedWriteCapacityAutoScalingUpdate": settings}));
        assert_eq!(
            world.refused("UpdateTableReplicaAutoScaling", writes.clone()).await,
            "Global table with name: 'songs' does not exist."
        );
        world.call(HERE, "dynamodb", "DeleteTable", json!({"TableName": "songs"})).await.unwrap();
        world.global().await;

        let before = world.ok(HERE, "UpdateTableReplicaAutoScaling", writes).await;
        let told = &before["TableAutoScalingDescription"]["Replicas"][0];
        assert_eq!(told["ReplicaProvisionedWriteCapacityAutoScalingSettings"]["MaximumUnits"], 20, "what was");
        let reads = update(json!({"ReplicaUpdates": [{
            "RegionName": THERE, "ReplicaProvisionedReadCapacityAutoScalingUpdate": settings,
        }]}));
        world.ok(HERE, "UpdateTableReplicaAutoScaling", reads).await;
        let described = world.described().await;
        for (replica, reads) in [(0, Value::Null), (1, json!(30))] {
            let replica = &described["Replicas"][replica];
            let writes = &replica["ReplicaProvisionedWriteCapacityAutoScalingSettings"];
            let policy = &writes["ScalingPolicies"][0]["PolicyName"];
            assert_eq!(
                (&writes["MaximumUnits"], policy),
                (&json!(30), &json!("DynamoDBWriteCapacityUtilization:table/songs"))
            );
            assert_eq!(replica["ReplicaProvisionedReadCapacityAutoScalingSettings"]["MaximumUnits"], reads);
        }

        let refused = |settings: Value| {
            let input = update(json!({"ProvisionedWriteCapacityAutoScalingUpdate": settings}));
            let world = world.clone();
            async move { world.refused("UpdateTableReplicaAutoScaling", input).await }
        };
        assert_eq!(
            refused(json!({"AutoScalingDisabled": true, "MinimumUnits": 1, "MaximumUnits": 2})).await,
            "Failed to update settings for global table with name \u{2018}songs\u{2019}: Parameters 'MaximumUnits', \
             'MinimumUnits' must be left blank when disabling auto scaling."
        );
        assert_eq!(
            refused(json!({"MinimumUnits": 1, "MaximumUnits": 2})).await,
            "Failed to update settings for global table with name: \u{2018}songs\u{2019}: Parameters \
             'ScalingPolicyUpdate' are required unless auto scaling is being disabled."
        );
        let nowhere = update(json!({"GlobalSecondaryIndexUpdates": [{
            "IndexName": "nope", "ProvisionedWriteCapacityAutoScalingUpdate": settings,
        }]}));
        assert!(world.refused("UpdateTableReplicaAutoScaling", nowhere).await.contains("\u{2018}[nope]\u{2019}"));
        let off = update(json!({"ProvisionedWriteCapacityAutoScalingUpdate": {"AutoScalingDisabled": true}}));
        world.ok(HERE, "UpdateTableReplicaAutoScaling", off).await;
        let described = world.described().await;
        assert_eq!(
            described["Replicas"][1]["ReplicaProvisionedWriteCapacityAutoScalingSettings"],
            json!({"AutoScalingDisabled": true, "ScalingPolicies": []})
        );
    });
}

#[test]
fn what_other_regions_write_is_consumed_here_and_scales_here() {
    run(|world| async move {
        world.global().await;
        for minute in 0..4 {
            for part in 0..3 {
                let text = "x".repeat(100 * 1024);
                let item = json!({"artist": {"S": format!("{minute}/{part}")}, "text": {"S": text}});
                world.ok(HERE, "PutItem", json!({"TableName": "songs", "Item": item})).await;
            }
            world.0.clock.sleep(Duration::from_secs(60)).await;
        }
        assert!(world.units(THERE).await.1 > 5, "{:?}", world.units(THERE).await);
        assert_eq!(world.units(THERE).await.0, 7);
    });
}

#[test]
fn an_index_that_is_added_scales_by_itself() {
    run(|world| async move {
        world.global().await;
        let add = json!({
            "TableName": "songs",
            "AttributeDefinitions": [
                {"AttributeName": "artist", "AttributeType": "S"}, {"AttributeName": "year", "AttributeType": "N"},
            ],
            "GlobalSecondaryIndexUpdates": [{"Create": {
                "IndexName": "by-year",
                "KeySchema": [{"AttributeName": "year", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
                "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
            }}],
        });
        world.ok(HERE, "UpdateTable", add).await;
        for replica in world.described().await["Replicas"].as_array().unwrap() {
            let writes = &replica["GlobalSecondaryIndexes"][1]["ProvisionedWriteCapacityAutoScalingSettings"];
            assert_eq!((&writes["MinimumUnits"], &writes["MaximumUnits"]), (&json!(1), &json!(10)), "{replica}");
        }
    });
}

#[test]
fn a_template_makes_a_global_table_that_scales() {
    run(|world| async move {
        let provider = world.0.resource_types.get("AWS::DynamoDB::GlobalTable").unwrap();
        let context = context_of(&world.0, "AWS::DynamoDB::GlobalTable");
        let scaled = |most: u64| {
            json!({
                "MinCapacity": 3, "MaxCapacity": most.to_string(), "SeedCapacity": 4,
                "TargetTrackingScalingPolicyConfiguration": {"TargetValue": "70", "DisableScaleIn": "true"},
            })
        };
        let mut properties = songs();
        properties["BillingMode"] = json!("PROVISIONED");
        properties["WriteProvisionedThroughputSettings"] = json!({"WriteCapacityAutoScalingSettings": scaled(9)});
        properties["GlobalSecondaryIndexes"][0]["WriteProvisionedThroughputSettings"] =
            json!({"WriteCapacityAutoScalingSettings": scaled(8)});
        let replica = |region: &str, reads: Value| {
            json!({
                "Region": region, "ReadProvisionedThroughputSettings": reads,
                "GlobalSecondaryIndexes": [{
                    "IndexName": "by-title", "ReadProvisionedThroughputSettings": {"ReadCapacityUnits": 2},
                }],
            })
        };
        properties["Replicas"] = json!([
            replica(HERE, json!({"ReadCapacityUnits": 5})),
            replica(THERE, json!({"ReadCapacityAutoScalingSettings": scaled(7)})),
        ]);
        provider.create(&context, &properties).await.unwrap();
        assert_eq!((world.units(HERE).await, world.units(THERE).await), ((5, 4), (4, 4)));
        let there = world.described().await["Replicas"][1].clone();
        let settings = |kind: &str| there[format!("ReplicaProvisioned{kind}CapacityAutoScalingSettings")].clone();
        assert_eq!((&settings("Write")["MaximumUnits"], &settings("Read")["MaximumUnits"]), (&json!(9), &json!(7)));
        let tracking = &settings("Write")["ScalingPolicies"][0]["TargetTrackingScalingPolicyConfiguration"];
        assert_eq!(*tracking, json!({"TargetValue": 70, "DisableScaleIn": true}));

        let mut wider = properties.clone();
        wider["WriteProvisionedThroughputSettings"] = json!({"WriteCapacityAutoScalingSettings": {"MinCapacity": 2, "MaxCapacity": 99,
                "TargetTrackingScalingPolicyConfiguration": {"TargetValue": 70}}});
        wider["Replicas"][1] = replica(THERE, json!({"ReadCapacityUnits": 6}));
        provider.update(&context, "songs", &properties, &wider).await.unwrap();
        assert_eq!((world.units(HERE).await, world.units(THERE).await), ((5, 4), (6, 4)), "bounds are not units");
        let there = world.described().await["Replicas"][1].clone();
        assert_eq!(there["ReplicaProvisionedWriteCapacityAutoScalingSettings"]["MaximumUnits"], 99);
        assert_eq!(there["ReplicaProvisionedReadCapacityAutoScalingSettings"]["AutoScalingDisabled"], true);
        provider.delete(&context, "songs", &properties).await.unwrap();
        let left = json!({"ServiceNamespace": "dynamodb"});
        let left = world.call(THERE, "application-autoscaling", "DescribeScalableTargets", left).await.unwrap();
        assert_eq!(left["ScalableTargets"], json!([]));
    });
}
