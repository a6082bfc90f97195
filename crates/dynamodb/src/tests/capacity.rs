use serde_json::{Value, json};

use super::{Client, run, song, songs};

/// The table `songs` with so many units for itself and for its index `by-title`.
fn provisioned(table: (u64, u64), index: (u64, u64)) -> Value {
    let units = |(read, write): (u64, u64)| json!({"ReadCapacityUnits": read, "WriteCapacityUnits": write});
    let mut input = songs();
    input["BillingMode"] = json!("PROVISIONED");
    input["ProvisionedThroughput"] = units(table);
    input["GlobalSecondaryIndexes"] = json!([{
        "IndexName": "by-title",
        "KeySchema": [{"AttributeName": "title", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "KEYS_ONLY"},
        "ProvisionedThroughput": units(index),
    }]);
    input
}

fn put(title: usize) -> Value {
    json!({"TableName": "songs", "Item": song("Nina", &format!("{title:04}"))})
}

async fn wait(client: &Client, seconds: u64) {
    client.0.clock.sleep(std::time::Duration::from_secs(seconds)).await;
}

#[test]
fn a_table_of_one_unit_has_five_minutes_of_burst_and_then_one_write_a_second() {
    run(|client| async move {
        client.ok("CreateTable", provisioned((1, 1), (100, 100))).await;
        for title in 0..300 {
            client.ok("PutItem", put(title)).await;
        }
        let error = client.call("PutItem", put(300)).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "ProvisionedThroughputExceededException: The level of configured provisioned throughput for the table was \
             exceeded. Consider increasing your provisioning level with the UpdateTable API."
        );
        assert_eq!(
            error.members["ThrottlingReasons"],
            json!([{
                "reason": "TableWriteProvisionedThroughputExceeded",
                "resource": "arn:aws:dynamodb:us-east-1:123456789012:table/songs",
            }])
        );
        client.ok("GetItem", json!({"TableName": "songs", "Key": song("Nina", "0001")})).await;
        wait(&client, 1).await;
        client.ok("PutItem", put(300)).await;
        assert!(client.call("PutItem", put(301)).await.is_err());
        wait(&client, 10_000).await;
        for title in 0..300 {
            client.ok("PutItem", put(title)).await;
        }
        assert!(client.call("PutItem", put(0)).await.is_err(), "no more than 300 seconds are saved");
    });
}

#[test]
fn an_index_that_is_too_small_holds_back_writes_to_its_table() {
    run(|client| async move {
        client.ok("CreateTable", provisioned((100, 100), (1, 1))).await;
        for title in 0..300 {
            client.ok("PutItem", put(title)).await;
        }
        let error = client.call("PutItem", put(300)).await.unwrap_err();
        assert!(error.message.starts_with(
            "The level of configured provisioned throughput for one or more global secondary indexes of the table was"
        ));
        assert_eq!(error.members["ThrottlingReasons"][0]["reason"], "IndexWriteProvisionedThroughputExceeded");
        let rewrite = json!({
            "TableName": "songs", "Key": song("Nina", "0000"), "UpdateExpression": "SET plays = :n",
            "ExpressionAttributeValues": {":n": {"N": "1"}},
        });
        client.ok("UpdateItem", rewrite).await;
    });
}

#[test]
fn a_batch_gives_back_what_is_throttled_and_fails_only_as_a_whole() {
    run(|client| async move {
        client.ok("CreateTable", provisioned((1, 1), (100, 100))).await;
        for title in 0..290 {
            client.ok("PutItem", put(title)).await;
        }
        let writes: Vec<Value> =
            (0..25).map(|title| json!({"PutRequest": {"Item": song("Ella", &format!("{title:02}"))}})).collect();
        let batch = json!({"RequestItems": {"songs": writes}});
        let answer = client.ok("BatchWriteItem", batch).await;
        let rest = answer["UnprocessedItems"].clone();
        assert_eq!(rest["songs"].as_array().map(Vec::len), Some(15));
        let again = client.call("BatchWriteItem", json!({"RequestItems": rest})).await.unwrap_err();
        assert_eq!(again.code, "ProvisionedThroughputExceededException");
        let scan = json!({"TableName": "songs", "Select": "COUNT"});
        assert_eq!(client.ok("Scan", scan).await["Count"], 300);
    });
}

#[test]
fn a_throttled_transaction_is_cancelled_with_the_reason_of_each_action() {
    run(|client| async move {
        client.ok("CreateTable", provisioned((1, 1), (1000, 1000))).await;
        client.songs_on_demand().await;
        for title in 0..300 {
            client.ok("PutItem", put(title)).await;
        }
        let write = json!({"TransactItems": [
            {"Put": {"TableName": "other", "Item": song("Nina", "One")}},
            {"Put": {"TableName": "songs", "Item": song("Nina", "One")}},
        ]});
        let error = client.call("TransactWriteItems", write).await.unwrap_err();
        assert_eq!(error.members["CancellationReasons"][0], json!({"Code": "None"}));
        assert_eq!(error.members["CancellationReasons"][1]["Code"], "ProvisionedThroughputExceeded");
        let get = json!({"TableName": "other", "Key": song("Nina", "One")});
        assert_eq!(client.ok("GetItem", get).await, json!({}), "nothing of it was done");
    });
}

impl Client {
    async fn songs_on_demand(&self) {
        let mut input = songs();
        input["TableName"] = json!("other");
        self.ok("CreateTable", input).await;
    }
}

#[test]
fn a_table_on_demand_throttles_at_the_maximum_that_was_set() {
    run(|client| async move {
        let mut input = songs();
        input["OnDemandThroughput"] = json!({"MaxWriteRequestUnits": 1});
        client.ok("CreateTable", input).await;
        for title in 0..300 {
            client.ok("PutItem", put(title)).await;
        }
        let error = client.call("PutItem", put(300)).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "ThrottlingException: Throughput exceeds the maximum OnDemandThroughput configured on table or index"
        );
        assert_eq!(error.members["ThrottlingReasons"][0]["reason"], "TableWriteMaxOnDemandThroughputExceeded");
        let free = json!({"TableName": "songs", "OnDemandThroughput": {"MaxWriteRequestUnits": -1}});
        client.ok("UpdateTable", free).await;
        client.ok("PutItem", put(300)).await;
    });
}

#[test]
fn one_hot_partition_throttles_where_the_table_would_not() {
    run(|client| async move {
        client.songs().await;
        let large = "x".repeat(400_000);
        let item = json!({"artist": {"S": "Nina"}, "title": {"S": "Long"}, "text": {"S": large}});
        let put = json!({"TableName": "songs", "Item": item});
        let mut throttled = None;
        for _ in 0..1000 {
            if let Err(error) = client.call("PutItem", put.clone()).await {
                throttled = Some(error);
                break;
            }
        }
        let throttled = throttled.unwrap();
        assert_eq!(throttled.code, "ThrottlingException");
        assert_eq!(throttled.members["ThrottlingReasons"][0]["reason"], "TableWriteKeyRangeThroughputExceeded");
        client.put(song("Ella", "Short")).await;
    });
}

#[test]
fn quotas_of_a_table_and_of_the_account_are_kept() {
    run(|client| async move {
        let over = client.call("CreateTable", provisioned((40_001, 1), (1, 1))).await.unwrap_err();
        assert_eq!(
            over.to_string(),
            "LimitExceededException: The requested ReadCapacityUnits, 40001, is above the per table maximum for the \
             account in us-east-1. Per table maximum: 40000. Refer to the Amazon DynamoDB Developer Guide for current \
             limits and how to request higher limits."
        );
        client.ok("CreateTable", provisioned((40_000, 1), (40_000, 1))).await;
        let mut second = provisioned((1, 1), (1, 1));
        second["TableName"] = json!("second");
        assert_eq!(
            client.refused("CreateTable", second).await,
            "This request would have caused the ReadCapacityUnits limit to be exceeded for the account in us-east-1. \
             Current ReadCapacityUnits reserved by the account: 80000. Limit: 80000. Requested: 2. Refer to the Amazon \
             DynamoDB Developer Guide for current limits and how to request higher limits."
        );
    });
}

#[test]
fn what_a_table_has_been_through_is_described() {
    run(|client| async move {
        client.ok("CreateTable", provisioned((5, 5), (5, 5))).await;
        let units = |read, write| json!({"ReadCapacityUnits": read, "WriteCapacityUnits": write});
        let change = json!({
            "TableName": "songs", "ProvisionedThroughput": units(4, 6),
            "GlobalSecondaryIndexUpdates": [
                {"Update": {"IndexName": "by-title", "ProvisionedThroughput": units(7, 7)}},
            ],
        });
        client.ok("UpdateTable", change).await;
        let table = client.ok("DescribeTable", json!({"TableName": "songs"})).await["Table"].clone();
        let throughput = &table["ProvisionedThroughput"];
        assert_eq!(throughput["NumberOfDecreasesToday"], 1);
        assert_eq!(throughput["LastDecreaseDateTime"], throughput["LastIncreaseDateTime"]);
        assert_eq!(table["WarmThroughput"]["ReadUnitsPerSecond"], 5);
        let index = &table["GlobalSecondaryIndexes"][0];
        assert_eq!(index["ProvisionedThroughput"]["NumberOfDecreasesToday"], 0);
        assert_eq!(index["WarmThroughput"]["WriteUnitsPerSecond"], 7);
        client.ok("UpdateTable", json!({"TableName": "songs", "BillingMode": "PAY_PER_REQUEST"})).await;
        let back = json!({
            "TableName": "songs", "BillingMode": "PROVISIONED", "ProvisionedThroughput": units(1, 1),
        });
        assert_eq!(
            client.refused("UpdateTable", back).await,
            "One or more parameter values were invalid: ProvisionedThroughput must be specified for index: by-title"
        );
        let table = client.ok("DescribeTable", json!({"TableName": "songs"})).await["Table"].clone();
        assert_eq!(table["WarmThroughput"]["ReadUnitsPerSecond"], 12_000);
    });
}

#[test]
fn what_is_consumed_and_throttled_is_measured_by_the_minute() {
    run(|client| async move {
        client.ok("CreateTable", provisioned((1, 1), (1000, 1000))).await;
        for title in 0..300 {
            client.ok("PutItem", put(title)).await;
        }
        assert!(client.call("PutItem", put(300)).await.is_err());
        wait(&client, 60).await;
        client.ok("PutItem", put(300)).await;
        let taken = client.0.metrics.take();
        let sums = |name: &str, index: bool| -> Vec<f64> {
            let wanted =
                taken.iter().filter(|taken| taken.metric.name == name && (taken.metric.dimensions.len() > 1) == index);
            wanted.map(|taken| taken.values.sum).collect()
        };
        assert_eq!(sums("ConsumedReadCapacityUnits", false), [0.0; 0]);
        assert_eq!(sums("ConsumedWriteCapacityUnits", false), [300.0, 1.0]);
        assert_eq!(sums("ConsumedWriteCapacityUnits", true), [300.0, 1.0]);
        assert_eq!(sums("WriteThrottleEvents", false), [1.0]);
        assert_eq!(sums("ProvisionedWriteCapacityUnits", false), [1.0, 1.0]);
        assert_eq!(sums("ThrottledRequests", true), [1.0], "of the table and the operation");
    });
}

#[test]
fn a_cloud_that_throttles_nothing_still_counts() {
    kernel::testing::run(|kernel| async move {
        let room = crate::DynamoDb::open(&kernel).await.unwrap();
        room.set_pace(crate::Pace { unthrottled: true, ..crate::Pace::default() }).await.unwrap();
        let client = Client(std::rc::Rc::new(kernel));
        client.ok("CreateTable", provisioned((1, 1), (1, 1))).await;
        for title in 0..400 {
            client.ok("PutItem", put(title)).await;
        }
        let transaction = json!({"TransactItems": [{"Put": put(0)}]});
        client.ok("TransactWriteItems", transaction).await;
        room.set_pace(crate::Pace::default()).await.unwrap();
        client.ok("PutItem", put(400)).await;
    });
}
