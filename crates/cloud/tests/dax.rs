//! A DAX cluster before a table: what its caches find, what they learn of writes, and what reads cost.
#![allow(clippy::unwrap_used, reason = "a test says so by failing")]

mod support;

use std::{rc::Rc, time::Duration};

use bytes::Bytes;
use cloud::Cloud;
use http::StatusCode;
use kernel::{AwsError, Caller, Kernel, Scope, testing};
use serde_json::{Value, json};
use support::open;

/// A cloud with the table `songs`, the role `dax` and the cluster `music`.
struct World {
    kernel: Kernel,
    cloud: Rc<Cloud>,
    host: String,
}

fn run<F: Future<Output = ()> + 'static>(test: impl FnOnce(World) -> F + 'static) {
    testing::run(|kernel| async move {
        let cloud = open(&kernel).await;
        let mut world = World { kernel, cloud, host: String::new() };
        world.prepare().await;
        test(world).await;
    });
}

impl World {
    async fn prepare(&mut self) {
        let allow = |action: &str| json!([{"Effect": "Allow", "Action": action, "Resource": "*"}]);
        let trust = json!([
            {"Effect": "Allow", "Principal": {"Service": "dax.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ]);
        let role = json!({"RoleName": "dax", "AssumeRolePolicyDocument": json!({"Statement": trust}).to_string()});
        self.aws("iam", "CreateRole", role).await;
        let policy = json!({"Statement": allow("dynamodb:*")}).to_string();
        let policy = json!({"RoleName": "dax", "PolicyName": "tables", "PolicyDocument": policy});
        self.aws("iam", "PutRolePolicy", policy).await;
        let table = json!({
            "TableName": "songs",
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "N"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "BillingMode": "PAY_PER_REQUEST",
        });
        self.aws("dynamodb", "CreateTable", table).await;
        self.kernel.clock.sleep(Duration::from_secs(60)).await;
        let cluster = json!({
            "ClusterName": "music", "NodeType": "dax.t3.small", "ReplicationFactor": 1,
            "IamRoleArn": "arn:aws:iam::123456789012:role/dax",
        });
        self.aws("dax", "CreateCluster", cluster).await;
        self.kernel.clock.sleep(Duration::from_secs(6)).await;
        let clusters = self.aws("dax", "DescribeClusters", json!({})).await;
        let endpoint = &clusters["Clusters"][0]["ClusterDiscoveryEndpoint"]["Address"];
        endpoint.as_str().unwrap().clone_into(&mut self.host);
    }

    /// Calls a service directly, as root.
    async fn aws(&self, service: &str, operation: &str, input: Value) -> Value {
        aws_api::invoke(&self.kernel, Scope::root(&self.kernel), service, operation, input).await.unwrap()
    }

    /// Sends a request to the cluster.
    async fn send(&self, operation: &str, input: Value, caller: Caller) -> Result<Value, Value> {
        let mut request = http::Request::post(format!("http://{}/", self.host))
            .header("x-amz-target", format!("DynamoDB_20120810.{operation}"))
            .body(Bytes::from(input.to_string()))
            .unwrap();
        request.extensions_mut().insert(Scope::new(&self.kernel, "us-east-1", caller));
        let response = self.cloud.handle(request).await;
        let body = serde_json::from_slice(response.body()).unwrap_or_default();
        if response.status() == StatusCode::OK { Ok(body) } else { Err(body) }
    }

    /// Asks the cluster, as root.
    async fn dax(&self, operation: &str, input: Value) -> Value {
        let root = Caller::Root { account: "123456789012".to_owned() };
        self.send(operation, input, root).await.unwrap()
    }

    async fn put_behind(&self, id: u32, title: &str) {
        let item = json!({"id": {"N": id.to_string()}, "title": {"S": title}});
        self.aws("dynamodb", "PutItem", json!({"TableName": "songs", "Item": item})).await;
    }

    /// The title that the cluster tells, and the read units that it cost.
    async fn title(&self, id: u32) -> (Option<String>, f64) {
        let answer = self.dax("GetItem", get(id)).await;
        let units = answer["ConsumedCapacity"]["CapacityUnits"].as_f64().unwrap();
        (answer["Item"]["title"]["S"].as_str().map(str::to_owned), units)
    }

    /// Hits and misses of items, then of queries.
    async fn counts(&self) -> Vec<u64> {
        let mut request = http::Request::get("http://samlet.internal/dax").body(Bytes::new()).unwrap();
        request.extensions_mut().insert(Scope::root(&self.kernel));
        let answer = self.cloud.handle(request).await;
        let answer: Value = serde_json::from_slice(answer.body()).unwrap();
        let figures = ["item_hits", "item_misses", "query_hits", "query_misses"];
        figures.into_iter().map(|figure| answer["clusters"][0][figure].as_u64().unwrap()).collect()
    }

    async fn wait(&self, seconds: u64) {
        self.kernel.clock.sleep(Duration::from_secs(seconds)).await;
    }
}

fn get(id: u32) -> Value {
    json!({"TableName": "songs", "Key": {"id": {"N": id.to_string()}}, "ReturnConsumedCapacity": "TOTAL"})
}

#[expect(clippy::unnecessary_wraps, reason = "it stands beside what may be missing")]
fn told(title: &str) -> Option<String> {
    Some(title.to_owned())
}

#[test]
fn an_item_is_read_once_in_five_minutes() {
    run(|world| async move {
        world.put_behind(1, "Yesterday").await;
        assert_eq!(world.title(1).await, (told("Yesterday"), 0.5));
        world.put_behind(1, "Today").await;
        assert_eq!(world.title(1).await, (told("Yesterday"), 0.0));
        let mut strong = get(1);
        strong["ConsistentRead"] = json!(true);
        assert_eq!(world.dax("GetItem", strong).await["Item"]["title"]["S"], "Today");
        assert_eq!(world.title(1).await, (told("Yesterday"), 0.0), "a strong read is not cached");
        world.wait(300).await;
        assert_eq!(world.title(1).await, (told("Today"), 0.5));
        assert_eq!(world.counts().await, [2, 2, 0, 0]);
    });
}

#[test]
fn that_there_is_no_item_is_remembered_until_one_is_written_through() {
    run(|world| async move {
        assert_eq!(world.title(1).await, (None, 0.5));
        world.put_behind(1, "Yesterday").await;
        assert_eq!(world.title(1).await, (None, 0.0));
        let item = json!({"id": {"N": "1.0"}, "title": {"S": "Today"}});
        world.dax("PutItem", json!({"TableName": "songs", "Item": item})).await;
        assert_eq!(world.title(1).await, (told("Today"), 0.0));
        let update = json!({
            "TableName": "songs", "Key": {"id": {"N": "1"}}, "UpdateExpression": "SET title = :t",
            "ExpressionAttributeValues": {":t": {"S": "Tomorrow"}},
        });
        assert_eq!(world.dax("UpdateItem", update).await, json!({}));
        assert_eq!(world.title(1).await, (told("Tomorrow"), 0.0));
        world.dax("DeleteItem", json!({"TableName": "songs", "Key": {"id": {"N": "1"}}})).await;
        assert_eq!(world.title(1).await, (None, 0.5));
    });
}

#[test]
fn what_a_table_refuses_changes_no_cache() {
    run(|world| async move {
        world.put_behind(1, "Yesterday").await;
        world.title(1).await;
        let item = json!({"id": {"N": "1"}, "title": {"S": "Never"}});
        let put = json!({"TableName": "songs", "Item": item, "ConditionExpression": "attribute_not_exists(id)"});
        let root = Caller::Root { account: "123456789012".to_owned() };
        let refused = world.send("PutItem", put, root.clone()).await.unwrap_err();
        assert_eq!(refused["__type"], "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException");
        assert_eq!(world.title(1).await, (told("Yesterday"), 0.0));
        let unknown = world.send("CreateTable", json!({}), root).await.unwrap_err();
        assert!(unknown["__type"].as_str().unwrap().ends_with("UnknownOperationException"));
    });
}

#[test]
fn a_query_s_answer_stays_although_its_items_are_written_through() {
    run(|world| async move {
        let put = |title: &str| json!({"TableName": "songs", "Item": {"id": {"N": "1"}, "title": {"S": title}}});
        world.dax("PutItem", put("Yesterday")).await;
        let scan = |wanted: &str| json!({"TableName": "songs", "ReturnConsumedCapacity": wanted});
        let first = world.dax("Scan", scan("TOTAL")).await;
        assert_eq!(first["ConsumedCapacity"], json!({"TableName": "songs", "CapacityUnits": 0.5}));
        world.dax("PutItem", put("Today")).await;
        let second = world.dax("Scan", scan("INDEXES")).await;
        assert_eq!(second["Items"][0]["title"]["S"], "Yesterday");
        assert_eq!(second["ConsumedCapacity"]["Table"], json!({"CapacityUnits": 0.0}));
        assert!(world.dax("Scan", scan("NONE")).await.get("ConsumedCapacity").is_none());
        assert_eq!(world.counts().await, [0, 0, 2, 1]);
        world.wait(300).await;
        assert_eq!(world.dax("Scan", scan("NONE")).await["Items"][0]["title"]["S"], "Today");
    });
}

#[test]
fn a_batch_asks_the_table_only_for_what_is_not_known() {
    run(|world| async move {
        for id in 1..=3 {
            world.put_behind(id, "Song").await;
        }
        world.title(1).await;
        let keys = |ids: &[u32]| ids.iter().map(|id| json!({"id": {"N": id.to_string()}})).collect::<Value>();
        let batch =
            |ids: &[u32]| json!({"RequestItems": {"songs": {"Keys": keys(ids)}}, "ReturnConsumedCapacity": "TOTAL"});
        let answer = world.dax("BatchGetItem", batch(&[1, 2, 3, 4])).await;
        assert_eq!(answer["Responses"]["songs"].as_array().unwrap().len(), 3);
        assert_eq!(answer["ConsumedCapacity"][0]["CapacityUnits"], 1.5);
        let again = world.dax("BatchGetItem", batch(&[1, 2, 3, 4])).await;
        assert_eq!(again["Responses"]["songs"].as_array().unwrap().len(), 3);
        assert_eq!(again["ConsumedCapacity"], json!([{"TableName": "songs", "CapacityUnits": 0.0}]));
        let root = Caller::Root { account: "123456789012".to_owned() };
        assert!(world.send("BatchGetItem", batch(&[1, 1]), root).await.is_err(), "duplicates stay refused");

        let write = json!({"RequestItems": {"songs": [
            {"PutRequest": {"Item": {"id": {"N": "1"}, "title": {"S": "New"}}}},
            {"DeleteRequest": {"Key": {"id": {"N": "2"}}}},
        ]}});
        world.dax("BatchWriteItem", write).await;
        assert_eq!(world.title(1).await, (told("New"), 0.0));
        assert_eq!(world.title(2).await, (None, 0.5));
    });
}

#[test]
fn a_transaction_brings_its_items_into_the_cache_afterwards() {
    run(|world| async move {
        let put = json!({"Put": {"TableName": "songs", "Item": {"id": {"N": "1"}, "title": {"S": "Both"}}}});
        world.dax("TransactWriteItems", json!({"TransactItems": [put]})).await;
        world.wait(1).await;
        assert_eq!(world.title(1).await, (told("Both"), 0.0));
    });
}

#[test]
fn the_caller_needs_the_cluster_and_the_cluster_the_table() {
    run(|world| async move {
        let stranger = Caller::RoleSession {
            role_arn: "arn:aws:iam::123456789012:role/nobody".to_owned(),
            session_name: "me".to_owned(),
            session_policy: None,
        };
        let refused = world.send("GetItem", get(1), stranger).await.unwrap_err();
        assert_eq!(
            refused["message"].as_str().or(refused["Message"].as_str()).unwrap(),
            "User: arn:aws:sts::123456789012:assumed-role/nobody/me is not authorized to perform: dax:GetItem on \
             resource: arn:aws:dax:us-east-1:123456789012:cache/music because no identity-based policy allows the \
             dax:GetItem action"
        );
        world.aws("iam", "DeleteRolePolicy", json!({"RoleName": "dax", "PolicyName": "tables"})).await;
        let root = Caller::Root { account: "123456789012".to_owned() };
        let refused = world.send("GetItem", get(1), root).await.unwrap_err();
        let message = refused["message"].as_str().or(refused["Message"].as_str()).unwrap();
        assert!(message.contains("assumed-role/dax/music is not authorized to perform: dynamodb:GetItem"), "{message}");
    });
}

#[test]
fn a_role_that_does_not_trust_dax_is_refused() {
    run(|world| async move {
        let cluster = json!({
            "ClusterName": "other", "NodeType": "dax.t3.small", "ReplicationFactor": 1,
            "IamRoleArn": "arn:aws:iam::123456789012:role/none",
        });
        let result: Result<Value, AwsError> =
            aws_api::invoke(&world.kernel, Scope::root(&world.kernel), "dax", "CreateCluster", cluster).await;
        let error = result.unwrap_err();
        assert_eq!(error.code, "InvalidParameterValueException");
        assert_eq!(error.message, "No permission to assume role: arn:aws:iam::123456789012:role/none");
    });
}
