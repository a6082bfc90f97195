//! Contributor Insights, and data streams that take changes.

use std::{cell::RefCell, rc::Rc, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::StatusCode;
use kernel::{Request, Response, Service, async_trait};
use serde_json::{Value, json};

use super::{Client, run, song, songs};

const STREAM: &str = "arn:aws:kinesis:us-east-1:123456789012:stream/changes";

/// A stand-in for Kinesis, with one stream that takes records until it is closed.
#[derive(Default)]
struct Kinesis {
    records: RefCell<Vec<Value>>,
    closed: RefCell<bool>,
}

#[async_trait(?Send)]
impl Service for Kinesis {
    async fn handle(&self, request: Request) -> Response {
        let input: Value = serde_json::from_slice(request.body()).unwrap();
        if *self.closed.borrow() {
            let error = json!({"__type": "ResourceNotFoundException", "message": "Stream changes not found."});
            let mut response = Response::new(Bytes::from(error.to_string()));
            *response.status_mut() = StatusCode::BAD_REQUEST;
            return response;
        }
        let records = input["Records"].as_array().cloned().unwrap_or_default();
        self.records.borrow_mut().extend(records.iter().map(|record| {
            let data = STANDARD.decode(record["Data"].as_str().unwrap()).unwrap();
            serde_json::from_slice::<Value>(&data).unwrap()
        }));
        let answer = json!({"FailedRecordCount": 0, "Records": records.iter().map(|_| json!({})).collect::<Vec<_>>()});
        Response::new(Bytes::from(answer.to_string()))
    }
}

async fn destinations(client: &Client) -> Value {
    let found = client.ok("DescribeKinesisStreamingDestination", json!({"TableName": "songs"})).await;
    found["KinesisDataStreamDestinations"].clone()
}

#[test]
fn a_destination_without_a_stream_fails_and_says_so() {
    run(|client| async move {
        client.songs().await;
        let about = json!({"TableName": "songs", "StreamArn": STREAM});
        let enabled = client.ok("EnableKinesisStreamingDestination", about.clone()).await;
        assert_eq!(enabled["DestinationStatus"], "ENABLING");
        let failed = json!([{
            "StreamArn": STREAM,
            "DestinationStatus": "ENABLE_FAILED",
            "DestinationStatusDescription": "User does not have a permission to use kinesis stream",
        }]);
        assert_eq!(destinations(&client).await, failed);
        assert_eq!(
            client.refused("DisableKinesisStreamingDestination", about).await,
            "Table is not in a valid state to enable Kinesis Streaming Destination: KinesisStreamingDestination must \
             be ACTIVE to perform DISABLE operation."
        );
    });
}

#[test]
fn changes_go_to_the_stream_in_order_until_it_refuses_them() {
    run(|client| async move {
        let kinesis = Rc::new(Kinesis::default());
        client.0.router.register("kinesis", kinesis.clone());
        client.songs().await;
        let about = json!({"TableName": "songs", "StreamArn": STREAM});
        client.ok("EnableKinesisStreamingDestination", about.clone()).await;
        assert_eq!(destinations(&client).await, json!([{"StreamArn": STREAM, "DestinationStatus": "ACTIVE"}]));
        assert_eq!(
            client.refused("EnableKinesisStreamingDestination", about.clone()).await,
            "Table is not in a valid state to enable Kinesis Streaming Destination: EnableKinesisStreamingDestination \
             must be DISABLED or ENABLE_FAILED to perform ENABLE operation."
        );
        client.put(song("Nina", "Sinnerman")).await;
        client.ok("DeleteItem", json!({"TableName": "songs", "Key": song("Nina", "Sinnerman")})).await;
        client.0.clock.sleep(Duration::from_secs(1)).await;
        let told: Vec<Value> = kinesis.records.take();
        assert_eq!(told.iter().map(|record| &record["eventName"]).collect::<Vec<_>>(), ["INSERT", "REMOVE"]);
        assert_eq!(told[0]["dynamodb"]["NewImage"], song("Nina", "Sinnerman"));
        assert_eq!(told[0]["tableName"], "songs");

        *kinesis.closed.borrow_mut() = true;
        client.put(song("Nina", "Four Women")).await;
        client.0.clock.sleep(Duration::from_secs(1)).await;
        let found = destinations(&client).await;
        assert_eq!(found[0]["DestinationStatus"], "ENABLE_FAILED");
        assert_eq!(found[0]["DestinationStatusDescription"], "Stream changes not found.");
    });
}

#[test]
fn insights_count_what_keys_take_and_what_is_refused_to_them() {
    run(|client| async move {
        let mut input = songs();
        input["BillingMode"] = json!("PROVISIONED");
        input["ProvisionedThroughput"] = json!({"ReadCapacityUnits": 1, "WriteCapacityUnits": 1});
        client.ok("CreateTable", input).await;
        client
            .ok("UpdateContributorInsights", json!({"TableName": "songs", "ContributorInsightsAction": "ENABLE"}))
            .await;
        client.put(song("a", "1")).await;
        client.put(song("a", "2")).await;
        client.ok("GetItem", json!({"TableName": "songs", "Key": song("b", "1")})).await;
        let values = json!({":a": {"S": "b"}});
        let query =
            json!({"TableName": "songs", "KeyConditionExpression": "artist = :a", "ExpressionAttributeValues": values});
        client.ok("Query", query).await;
        let select = json!({"Statement": "SELECT * FROM songs WHERE artist = 'b' AND title = '1'"});
        client.ok("ExecuteStatement", select).await;
        client.ok("Scan", json!({"TableName": "songs"})).await;

        let ask = |body: Value| {
            let request = http::Request::post("/").body(Bytes::from(body.to_string())).unwrap();
            let client = client.clone();
            async move {
                let response = client.0.router.dispatch(&client.0, "dynamodb.insights", request).await;
                serde_json::from_slice::<Value>(response.body()).unwrap()
            }
        };
        let rules = ask(json!({})).await["Rules"].clone();
        let rule = |kind: &str| {
            let start = format!("DynamoDBContributorInsights-{kind}-songs-");
            let mut rules = rules.as_array().unwrap().iter();
            rules.find(|rule| rule.as_str().unwrap().starts_with(&start)).unwrap().clone()
        };
        // A written unit counts 3; a read of nothing half a unit, which a Query is, too. Statements do not count.
        let told = |report: &Value| {
            let contributors = report["Contributors"].as_array().unwrap().iter();
            let told = contributors.map(|one| json!([one["Keys"], one["ApproximateAggregateValue"]]));
            told.collect::<Vec<_>>()
        };
        let report = ask(json!({"RuleName": rule("PKC")})).await;
        assert_eq!(told(&report), [json!([["a"], 6.0]), json!([["b"], 1.0])]);
        assert_eq!((&report["KeyLabels"], &report["ApproximateUniqueCount"]), (&json!(["artist"]), &json!(2)));
        assert_eq!(report["MetricDatapoints"][0]["MaxContributorValue"], 6.0);
        let report = ask(json!({"RuleName": rule("SKC"), "MaxContributorCount": 2})).await;
        assert_eq!(told(&report), [json!([["a", "1"], 3.0]), json!([["a", "2"], 3.0])]);
        assert_eq!(
            ask(json!({"RuleName": rule("PKC"), "MaxContributorCount": 26})).await["code"],
            "InvalidParameterValue"
        );
        assert_eq!(ask(json!({"RuleName": "other"})).await["code"], "ResourceNotFoundException");

        while client.call("PutItem", json!({"TableName": "songs", "Item": song("hot", "1")})).await.is_ok() {}
        assert_eq!(told(&ask(json!({"RuleName": rule("SKT")})).await), [json!([["hot", "1"], 1.0])]);
    });
}

#[test]
fn insights_are_of_a_table_or_of_a_global_index_and_listed_while_enabled() {
    run(|client| async move {
        let mut input = songs();
        input["GlobalSecondaryIndexes"] = json!([{
            "IndexName": "by-title",
            "KeySchema": [{"AttributeName": "title", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }]);
        client.ok("CreateTable", input).await;
        let describe = json!({"TableName": "songs"});
        let never = json!({"TableName": "songs", "ContributorInsightsStatus": "DISABLED"});
        assert_eq!(client.ok("DescribeContributorInsights", describe.clone()).await, never);
        let update = |index: Option<&str>, action: &str| {
            let mut input = json!({"TableName": "songs", "ContributorInsightsAction": action});
            if let Some(index) = index {
                input["IndexName"] = json!(index);
            }
            input
        };
        let status = |answer: Value| answer["ContributorInsightsStatus"].as_str().unwrap().to_owned();
        let enabled = client.ok("UpdateContributorInsights", update(None, "ENABLE")).await;
        assert_eq!(status(enabled), "ENABLING");
        assert_eq!(status(client.ok("UpdateContributorInsights", update(None, "ENABLE")).await), "ENABLED");
        client.ok("UpdateContributorInsights", update(Some("by-title"), "ENABLE")).await;
        let described = client.ok("DescribeContributorInsights", describe).await;
        assert_eq!(described["ContributorInsightsRuleList"].as_array().unwrap().len(), 4);

        let first = client.ok("ListContributorInsights", json!({"MaxResults": 1})).await;
        assert_eq!(first["ContributorInsightsSummaries"][0].get("IndexName"), None);
        let rest = client.ok("ListContributorInsights", json!({"NextToken": first["NextToken"]})).await;
        assert_eq!(rest["ContributorInsightsSummaries"][0]["IndexName"], "by-title");
        client.ok("UpdateContributorInsights", update(None, "DISABLE")).await;
        let left = client.ok("ListContributorInsights", json!({})).await;
        assert_eq!(left["ContributorInsightsSummaries"].as_array().unwrap().len(), 1);
        assert_eq!(
            client.refused("UpdateContributorInsights", update(Some("nope"), "ENABLE")).await,
            "Requested resource not found: Index: nope not found for table: songs"
        );
    });
}
