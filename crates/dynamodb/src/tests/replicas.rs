//! Global tables, by the public API of two regions and more.

use std::{rc::Rc, time::Duration};

use kernel::{AwsError, Kernel, MemoryBackend, Scope, testing};
use serde_json::{Value, json};

use super::{DynamoDb, songs};

/// The cloud, and its service as the host holds it.
struct World {
    kernel: Kernel,
    room: Rc<DynamoDb>,
}

fn run<F: Future<Output = ()> + 'static>(test: impl FnOnce(World) -> F + 'static) {
    testing::run(|kernel| async move { test(World::open(kernel).await).await });
}

const HERE: &str = "us-east-1";
const THERE: &str = "eu-west-1";

impl World {
    async fn open(kernel: Kernel) -> Self {
        let room = DynamoDb::open(&kernel).await.unwrap();
        Self { kernel, room }
    }

    async fn call(&self, region: &str, operation: &str, input: Value) -> Result<Value, AwsError> {
        let streams = ["DescribeStream", "GetShardIterator", "GetRecords"];
        let service = if streams.contains(&operation) { "streams.dynamodb" } else { "dynamodb" };
        let scope = Scope { region: region.to_owned(), ..Scope::root(&self.kernel) };
        aws_api::invoke(&self.kernel, scope, service, operation, input).await
    }

    async fn ok(&self, region: &str, operation: &str, input: Value) -> Value {
        self.call(region, operation, input).await.unwrap()
    }

    async fn refused(&self, region: &str, operation: &str, input: Value) -> String {
        self.call(region, operation, input).await.unwrap_err().message
    }

    async fn wait(&self, millis: u64) {
        self.kernel.clock.sleep(Duration::from_millis(millis)).await;
    }

    /// Lets changes of tables and replicas take two seconds.
    async fn slow(&self) {
        self.room.set_pace(crate::Pace { table_ms: 2000, ..crate::Pace::default() }).await.unwrap();
    }

    /// Makes `songs` here and a replica of it there.
    async fn global(&self) {
        self.ok(HERE, "CreateTable", songs()).await;
        self.wait(60_000).await;
        self.ok(HERE, "UpdateTable", update(json!([{"Create": {"RegionName": THERE}}]))).await;
        self.wait(3000).await;
    }

    async fn put(&self, region: &str, plays: u32) {
        let item = json!({"artist": {"S": "a"}, "title": {"S": "t"}, "plays": {"N": plays.to_string()}});
        self.ok(region, "PutItem", json!({"TableName": "songs", "Item": item})).await;
    }

    async fn plays(&self, region: &str) -> Value {
        let key = json!({"artist": {"S": "a"}, "title": {"S": "t"}});
        let answer =
            self.ok(region, "GetItem", json!({"TableName": "songs", "Key": key, "ConsistentRead": true})).await;
        answer["Item"]["plays"]["N"].clone()
    }

    async fn table(&self, region: &str) -> Value {
        self.ok(region, "DescribeTable", json!({"TableName": "songs"})).await["Table"].clone()
    }

    /// What the stream of a region tells.
    async fn events(&self, region: &str) -> Vec<Value> {
        let arn = self.table(region).await["LatestStreamArn"].clone();
        let shards = self.ok(region, "DescribeStream", json!({"StreamArn": arn})).await;
        let mut events = Vec::new();
        for shard in shards["StreamDescription"]["Shards"].as_array().unwrap() {
            let input = json!({"StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"});
            let iterator = self.ok(region, "GetShardIterator", input).await["ShardIterator"].clone();
            let records = self.ok(region, "GetRecords", json!({"ShardIterator": iterator})).await;
            events.extend(records["Records"].as_array().unwrap().iter().map(|record| record["eventName"].clone()));
        }
        events
    }
}

fn update(replicas: Value) -> Value {
    json!({"TableName": "songs", "ReplicaUpdates": replicas})
}

#[test]
fn a_replica_begins_with_all_items_and_each_describes_the_other() {
    run(|world| async move {
        world.ok(HERE, "CreateTable", songs()).await;
        world.wait(60_000).await;
        world.put(HERE, 1).await;
        world.slow().await;
        let answer = world.ok(HERE, "UpdateTable", update(json!([{"Create": {"RegionName": THERE}}]))).await;
        let told = &answer["TableDescription"];
        assert_eq!((&told["TableStatus"], &told["Replicas"]), (&json!("UPDATING"), &json!([])));
        assert_eq!(world.table(HERE).await["Replicas"][0]["ReplicaStatus"], "CREATING");
        assert_eq!(
            world.refused(HERE, "UpdateTable", json!({"TableName": "songs", "TableClass": "STANDARD"})).await,
            "The resource which you are attempting to change is in use."
        );
        world.wait(3000).await;

        assert_eq!(world.plays(THERE).await, "1");
        let (here, there) = (world.table(HERE).await, world.table(THERE).await);
        assert_eq!(
            (&here["GlobalTableVersion"], &there["GlobalTableVersion"]),
            (&json!("2019.11.21"), &json!("2019.11.21"))
        );
        assert_eq!(
            (&here["Replicas"][0]["RegionName"], &there["Replicas"][0]["RegionName"]),
            (&json!(THERE), &json!(HERE))
        );
        assert_eq!(here["Replicas"][0]["ReplicaStatus"], "ACTIVE");
        assert_eq!(here["StreamSpecification"]["StreamViewType"], "NEW_AND_OLD_IMAGES");
        assert!(there["TableArn"].as_str().unwrap().contains(":eu-west-1:"));
        assert_ne!(here["TableId"], there["TableId"]);
        assert!(here.get("MultiRegionConsistency").is_none());
    });
}

#[test]
fn a_change_arrives_after_the_lag_and_is_told_by_the_replica_s_stream_once() {
    run(|world| async move {
        world.global().await;
        world.put(HERE, 1).await;
        assert_eq!(world.plays(THERE).await, Value::Null);
        world.wait(499).await;
        assert_eq!(world.plays(THERE).await, Value::Null);
        world.wait(20).await;
        assert_eq!(world.plays(THERE).await, "1");
        world.put(THERE, 2).await;
        world.wait(600).await;
        assert_eq!(world.plays(HERE).await, "2");
        for region in [HERE, THERE] {
            assert_eq!(world.events(region).await, ["INSERT", "MODIFY"], "{region}");
        }
        assert_eq!(world.room.changes_in_transit(), 0);

        world.room.set_replication_lag(10_000).await.unwrap();
        world.put(HERE, 3).await;
        world.wait(9000).await;
        assert_eq!((world.plays(THERE).await, world.room.changes_in_transit()), (json!("2"), 1));
        world.wait(1100).await;
        assert_eq!(world.plays(THERE).await, "3");
    });
}

#[test]
fn the_last_writer_wins_in_all_regions() {
    run(|world| async move {
        world.global().await;
        world.put(HERE, 1).await;
        world.wait(100).await;
        world.put(THERE, 2).await;
        assert_eq!((world.plays(HERE).await, world.plays(THERE).await), (json!("1"), json!("2")));
        world.wait(1000).await;
        assert_eq!((world.plays(HERE).await, world.plays(THERE).await), (json!("2"), json!("2")));
        // At the very same moment both regions agree all the same.
        world.put(HERE, 3).await;
        world.put(THERE, 4).await;
        world.wait(1000).await;
        assert_eq!(world.plays(HERE).await, world.plays(THERE).await);
    });
}

#[test]
fn what_was_on_its_way_arrives_after_a_restart() {
    let backend = Rc::new(MemoryBackend::default());
    testing::run_on(backend.clone(), |kernel| async move {
        let world = World::open(kernel).await;
        world.global().await;
        world.put(HERE, 1).await;
        assert_eq!(world.plays(THERE).await, Value::Null);
    });
    testing::run_on(backend, |kernel| async move {
        let world = World::open(kernel).await;
        assert_eq!(world.room.changes_in_transit(), 1);
        world.wait(120_000).await;
        assert_eq!(world.plays(THERE).await, "1");
    });
}

#[test]
fn indexes_and_expiry_are_those_of_all_replicas_and_protection_is_not() {
    run(|world| async move {
        world.global().await;
        let index = json!({"Create": {
            "IndexName": "by-title", "KeySchema": [{"AttributeName": "title", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }});
        let attributes = songs()["AttributeDefinitions"].clone();
        let input =
            json!({"TableName": "songs", "AttributeDefinitions": attributes, "GlobalSecondaryIndexUpdates": [index]});
        world.ok(THERE, "UpdateTable", input).await;
        assert_eq!(world.table(HERE).await["GlobalSecondaryIndexes"][0]["IndexName"], "by-title");
        let specification = json!({"Enabled": true, "AttributeName": "until"});
        world
            .ok(HERE, "UpdateTimeToLive", json!({"TableName": "songs", "TimeToLiveSpecification": specification}))
            .await;
        let time = world.ok(THERE, "DescribeTimeToLive", json!({"TableName": "songs"})).await;
        assert_eq!(time["TimeToLiveDescription"]["AttributeName"], "until");
        world.wait(60_000).await;
        world.ok(HERE, "UpdateTable", json!({"TableName": "songs", "DeletionProtectionEnabled": true})).await;
        assert_eq!(world.table(THERE).await["DeletionProtectionEnabled"], false);
    });
}

#[test]
fn a_replica_goes_and_leaves_a_table_of_its_own() {
    run(|world| async move {
        world.global().await;
        let source = "Replica cannot be deleted because it has acted as a source region for new replica(s) being added \
                      to the table in the last 24 hours.";
        assert_eq!(world.refused(HERE, "DeleteTable", json!({"TableName": "songs"})).await, source);
        world.slow().await;
        world.ok(HERE, "UpdateTable", update(json!([{"Delete": {"RegionName": THERE}}]))).await;
        assert_eq!(world.table(HERE).await["Replicas"][0]["ReplicaStatus"], "DELETING");
        world.wait(3000).await;
        assert!(world.table(HERE).await.get("GlobalTableVersion").is_none());
        assert!(world.refused(THERE, "DescribeTable", json!({"TableName": "songs"})).await.contains("not found"));
        world.ok(HERE, "DeleteTable", json!({"TableName": "songs"})).await;
    });
}

#[test]
fn replicas_are_refused_in_aws_s_words() {
    run(|world| async move {
        world.global().await;
        let local = "Cannot add or delete the local region through ReplicaUpdates. Use CreateTable, DeleteTable, or \
                     UpdateTable as required.";
        let two = json!([{"Create": {"RegionName": "us-east-2"}}, {"Create": {"RegionName": "us-west-2"}}]);
        for (updates, message) in [
            (json!([{"Create": {"RegionName": HERE}}]), local),
            (
                json!([{"Create": {"RegionName": THERE}}]),
                "Failed to create a the new replica of table with name: \u{2018}songs\u{2019} because one or more \
                 replicas already existed as tables.",
            ),
            (
                json!([{"Delete": {"RegionName": "ca-central-1"}}]),
                "Update global table operation failed because one or more replicas were not part of the global table. \
                 Please retry the request without these replicas: [ca-central-1].",
            ),
            (json!([{}]), "There are no actions specified in the Replica Update Action of the request."),
            (
                json!([{"Update": {"RegionName": THERE}}]),
                "There are no actions specified in the Replica Update Action of the request.",
            ),
            (
                json!([{"Create": {"RegionName": "us-east-2"}, "Delete": {"RegionName": THERE}}]),
                "Update table operation with more than one type of replica actions not allowed.",
            ),
            (two, "Update table operation with more than one create or delete replica actions not allowed"),
        ] {
            assert_eq!(world.refused(HERE, "UpdateTable", update(updates.clone())).await, message, "{updates}");
        }
        let stream = json!({"TableName": "songs", "StreamSpecification": {"StreamEnabled": false}});
        assert!(world.refused(HERE, "UpdateTable", stream).await.ends_with("not allowed for a Global Table replica."));
    });
}

#[test]
fn a_strongly_consistent_table_is_the_same_everywhere_at_once_and_goes_as_a_whole() {
    run(|world| async move {
        world.ok(HERE, "CreateTable", songs()).await;
        world.wait(60_000).await;
        let strong = |replicas: Value, witnesses: Value| {
            let mut input = update(replicas);
            input["MultiRegionConsistency"] = json!("STRONG");
            input["GlobalTableWitnessUpdates"] = witnesses;
            input
        };
        let one = json!([{"Create": {"RegionName": "us-east-2"}}]);
        assert_eq!(
            world.refused(HERE, "UpdateTable", strong(one.clone(), Value::Null)).await,
            "Unsupported replica count for global tables with MultiRegionConsistency set to STRONG."
        );
        world.ok(HERE, "UpdateTable", strong(one.clone(), json!([{"Create": {"RegionName": "us-west-2"}}]))).await;
        world.wait(3000).await;
        let there = world.table("us-east-2").await;
        assert_eq!(
            (&there["MultiRegionConsistency"], &there["GlobalTableWitnesses"]),
            (&json!("STRONG"), &json!([{"RegionName": "us-west-2", "WitnessStatus": "ACTIVE"}]))
        );

        world.put(HERE, 1).await;
        assert_eq!(world.plays("us-east-2").await, "1");
        world.put("us-east-2", 2).await;
        assert_eq!(world.plays(HERE).await, "2");
        assert_eq!((world.room.changes_in_transit(), world.events("us-east-2").await.len()), (0, 2));

        assert_eq!(
            world.refused(HERE, "UpdateTable", update(json!([{"Create": {"RegionName": THERE}}]))).await,
            "Cannot add replicas to a global table with strong MultiRegionConsistency"
        );
        assert!(
            world
                .refused("us-east-2", "DeleteTable", json!({"TableName": "songs"}))
                .await
                .starts_with("Deletion of only")
        );
        let delete = update(json!([{"Delete": {"RegionName": "us-east-2"}}]));
        assert_eq!(
            world.refused(HERE, "UpdateTable", delete.clone()).await,
            "Update table delete operation does not include all witnesses."
        );
        let mut whole = delete;
        whole["GlobalTableWitnessUpdates"] = json!([{"Delete": {"RegionName": "us-west-2"}}]);
        world.ok(HERE, "UpdateTable", whole).await;
        world.wait(3000).await;
        assert!(world.table(HERE).await.get("MultiRegionConsistency").is_none());
        world.ok(HERE, "DeleteTable", json!({"TableName": "songs"})).await;
    });
}

#[test]
fn the_older_version_is_not_supported_any_more() {
    run(|world| async move {
        world.global().await;
        let create = json!({"GlobalTableName": "songs", "ReplicationGroup": [{"RegionName": HERE}]});
        assert!(world.refused(HERE, "CreateGlobalTable", create).await.contains("version 2017.11.29 is not supported"));
        let name = json!({"GlobalTableName": "songs"});
        assert_eq!(
            world.refused(HERE, "DescribeGlobalTable", name).await,
            "Global table not found: Global table with name: 'songs' does not exist."
        );
        assert_eq!(world.ok(HERE, "ListGlobalTables", json!({})).await, json!({"GlobalTables": []}));
    });
}

#[test]
fn a_template_makes_a_global_table_and_takes_it_away() {
    run(|world| async move {
        let provider = world.kernel.resource_types.get("AWS::DynamoDB::GlobalTable").unwrap();
        let context = kernel::ResourceContext {
            resource_type: "AWS::DynamoDB::GlobalTable".to_owned(),
            ..super::templates::context(&world.kernel)
        };
        let mut properties = songs();
        properties["Replicas"] = json!([
            {"Region": HERE}, {"Region": THERE, "Tags": [{"Key": "team", "Value": "music"}]},
        ]);
        let made = provider.create(&context, &properties).await.unwrap();
        assert!(made.attributes["StreamArn"].as_str().unwrap().contains("/stream/"));
        let there = world.table(THERE).await;
        let tags = world.ok(THERE, "ListTagsOfResource", json!({"ResourceArn": there["TableArn"]})).await;
        assert_eq!(tags["Tags"][0]["Value"], "music");
        let mut alone = properties.clone();
        alone["Replicas"] = json!([{"Region": THERE}]);
        let error = provider.update(&context, "songs", &properties, &alone).await.unwrap_err();
        assert!(error.message.ends_with("must contain an entry for the current region"));
        for _ in 0..2 {
            provider.delete(&context, "songs", &properties).await.unwrap();
        }
        assert!(world.refused(THERE, "DescribeTable", json!({"TableName": "songs"})).await.contains("not found"));
    });
}

#[test]
fn a_template_gives_each_replica_what_is_its_own() {
    run(|world| async move {
        let provider = world.kernel.resource_types.get("AWS::DynamoDB::GlobalTable").unwrap();
        let context = kernel::ResourceContext {
            resource_type: "AWS::DynamoDB::GlobalTable".to_owned(),
            ..super::templates::context(&world.kernel)
        };
        let policy = json!({"PolicyDocument": {"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "dynamodb:*", "Resource": "*",
        }]}});
        let mut properties = songs();
        properties["GlobalSecondaryIndexes"] = json!([{
            "IndexName": "by-title",
            "KeySchema": [{"AttributeName": "title", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
            "WriteOnDemandThroughputSettings": {"MaxWriteRequestUnits": 7},
        }]);
        properties["WriteOnDemandThroughputSettings"] = json!({"MaxWriteRequestUnits": 9});
        properties["Replicas"] = json!([
            {"Region": HERE, "ReadOnDemandThroughputSettings": {"MaxReadRequestUnits": 8}},
            {
                "Region": THERE,
                "ReadOnDemandThroughputSettings": {"MaxReadRequestUnits": 3},
                "ContributorInsightsSpecification": {"Enabled": true},
                "ResourcePolicy": policy.clone(),
                "ReplicaStreamSpecification": {"ResourcePolicy": policy},
                "GlobalSecondaryIndexes": [{
                    "IndexName": "by-title",
                    "ContributorInsightsSpecification": {"Enabled": true, "Mode": "THROTTLED_KEYS"},
                }],
            },
        ]);
        provider.create(&context, &properties).await.unwrap();
        let table = world.table(HERE).await;
        let maxima = json!({"MaxReadRequestUnits": 8, "MaxWriteRequestUnits": 9});
        assert_eq!(table["OnDemandThroughput"], maxima);
        assert_eq!(table["GlobalSecondaryIndexes"][0]["OnDemandThroughput"]["MaxWriteRequestUnits"], 7);
        let there = world.table(THERE).await;
        for resource in [&there["TableArn"], &there["LatestStreamArn"]] {
            world.ok(THERE, "GetResourcePolicy", json!({"ResourceArn": resource})).await;
        }
        let insights = |region: &'static str| {
            let asked = world.ok(region, "ListContributorInsights", json!({}));
            async { asked.await["ContributorInsightsSummaries"].as_array().map(Vec::len) }
        };
        assert_eq!((insights(HERE).await, insights(THERE).await), (Some(0), Some(2)));

        let mut fewer = properties.clone();
        assert_eq!(there["OnDemandThroughput"], json!({"MaxReadRequestUnits": 3, "MaxWriteRequestUnits": 9}));
        fewer["Replicas"][1] = json!({"Region": THERE});
        provider.update(&context, "songs", &properties, &fewer).await.unwrap();
        assert_eq!(insights(THERE).await, Some(0));
        assert_eq!(world.table(THERE).await["OnDemandThroughput"], maxima, "no longer its own");
        assert!(world.table(HERE).await["Replicas"][0].get("OnDemandThroughputOverride").is_none());
        assert!(
            world
                .refused(THERE, "GetResourcePolicy", json!({"ResourceArn": there["LatestStreamArn"]}))
                .await
                .starts_with("Resource-based policy not found")
        );
        fewer["Replicas"][1]["DisassociationProtectionEnabled"] = json!(true);
        let error = provider.update(&context, "songs", &properties, &fewer).await.unwrap_err();
        assert!(error.message.contains("DisassociationProtectionEnabled"), "{error:?}");
    });
}

#[test]
fn a_write_is_consumed_in_every_region() {
    run(|world| async move {
        world.global().await;
        // Since it was last asked: here, and there.
        let consumed = || -> (f64, f64) {
            let taken = world.kernel.metrics.take();
            let sum = |region: &str| {
                let wanted = taken
                    .iter()
                    .filter(|taken| taken.metric.name == "ConsumedWriteCapacityUnits" && taken.metric.region == region);
                wanted.map(|taken| taken.values.sum).sum()
            };
            (sum(HERE), sum(THERE))
        };
        world.put(HERE, 1).await;
        assert_eq!(consumed(), (1.0, 0.0));
        world.wait(1000).await;
        assert_eq!(consumed(), (0.0, 1.0));
        world.put(THERE, 2).await;
        world.wait(1000).await;
        assert_eq!(consumed(), (1.0, 1.0));
    });
}

#[test]
fn a_vector_index_is_one_of_all_replicas() {
    run(|world| async move {
        world.global().await;
        let create = json!({"TableName": "songs", "VectorIndexUpdates": [{"Create": {
            "IndexName": "by-mood",
            "VectorAttribute": {"AttributeName": "mood"},
            "Projection": {"ProjectionType": "KEYS_ONLY"},
            "Dimensions": 1,
            "DistanceFunction": "EUCLIDEAN",
        }}]});
        world.ok(HERE, "UpdateTable", create).await;
        let item = json!({"artist": {"S": "a"}, "title": {"S": "t"}, "mood": {"L": [{"N": "3"}]}});
        world.ok(HERE, "PutItem", json!({"TableName": "songs", "Item": item})).await;
        let search = json!({"TableName": "songs", "IndexName": "by-mood", "SearchVector": [{"N": "1"}], "TopK": 1});
        assert_eq!(world.ok(THERE, "SearchVectors", search.clone()).await, json!({"SearchResults": []}));
        world.wait(1000).await;
        assert_eq!(world.ok(THERE, "SearchVectors", search).await["SearchResults"][0]["Score"], 2.0);
    });
}
