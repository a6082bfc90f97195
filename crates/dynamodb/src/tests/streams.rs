use std::time::Duration;

use serde_json::{Value, json};

use super::{Client, run, song, songs};

/// Makes `songs` with a stream; gives the stream's ARN and its shard.
async fn streamed(client: &Client, view: &str) -> (Value, Value) {
    let mut input = songs();
    input["StreamSpecification"] = json!({"StreamEnabled": true, "StreamViewType": view});
    let table = client.ok("CreateTable", input).await;
    let arn = table["TableDescription"]["LatestStreamArn"].clone();
    let stream = client.ok("DescribeStream", json!({"StreamArn": arn})).await;
    (arn, stream["StreamDescription"]["Shards"][0]["ShardId"].clone())
}

async fn iterator(client: &Client, stream: &(Value, Value), kind: &str, at: Option<&Value>) -> Value {
    let mut input = json!({"StreamArn": stream.0, "ShardId": stream.1, "ShardIteratorType": kind});
    if let Some(at) = at {
        input["SequenceNumber"] = at.clone();
    }
    client.ok("GetShardIterator", input).await
}

fn plays(number: &str) -> Value {
    let mut item = song("Nina", "One");
    item["plays"] = json!({"N": number});
    item
}

#[test]
fn each_view_tells_its_part_of_a_change() {
    for (view, new, old) in [
        ("NEW_AND_OLD_IMAGES", true, true),
        ("NEW_IMAGE", true, false),
        ("OLD_IMAGE", false, true),
        ("KEYS_ONLY", false, false),
    ] {
        run(move |client| async move {
            let stream = streamed(&client, view).await;
            client.put(plays("1")).await;
            client.put(plays("1")).await;
            client.put(plays("2")).await;
            client.ok("DeleteItem", json!({"TableName": "songs", "Key": song("Nina", "One")})).await;
            let answer = client.ok("GetRecords", iterator(&client, &stream, "TRIM_HORIZON", None).await).await;
            let records = answer["Records"].as_array().unwrap();
            let names: Vec<_> = records.iter().map(|record| record["eventName"].as_str().unwrap()).collect();
            assert_eq!(names, ["INSERT", "MODIFY", "REMOVE"], "a change that changes nothing is none");
            let change = &records[1]["dynamodb"];
            assert_eq!(change["Keys"], song("Nina", "One"));
            assert_eq!(change.get("NewImage").is_some(), new);
            assert_eq!(change.get("OldImage").is_some(), old);
            assert_eq!(change["SequenceNumber"].as_str().unwrap().len(), 21);
        });
    }
}

#[test]
fn iterators_begin_where_they_are_told_to() {
    run(|client| async move {
        let stream = streamed(&client, "NEW_IMAGE").await;
        client.put(plays("1")).await;
        let latest = iterator(&client, &stream, "LATEST", None).await;
        client.put(plays("2")).await;
        client.put(plays("3")).await;
        let seen = |answer: &Value| {
            let records = answer["Records"].as_array().unwrap().iter();
            records.map(|record| record["dynamodb"]["NewImage"]["plays"]["N"].as_str().unwrap().to_owned()).collect()
        };
        let all = client.ok("GetRecords", iterator(&client, &stream, "TRIM_HORIZON", None).await).await;
        let second = &all["Records"][1]["dynamodb"]["SequenceNumber"];
        let at = iterator(&client, &stream, "AT_SEQUENCE_NUMBER", Some(second)).await;
        let after = iterator(&client, &stream, "AFTER_SEQUENCE_NUMBER", Some(second)).await;
        for (from, numbers) in [(latest, vec!["2", "3"]), (at, vec!["2", "3"]), (after, vec!["3"])] {
            let found: Vec<String> = seen(&client.ok("GetRecords", from).await);
            assert_eq!(found, numbers);
        }
        let mut paged = iterator(&client, &stream, "TRIM_HORIZON", None).await;
        paged["Limit"] = json!(2);
        let first = client.ok("GetRecords", paged).await;
        let rest = client.ok("GetRecords", json!({"ShardIterator": first["NextShardIterator"]})).await;
        let found: Vec<String> = seen(&rest);
        assert_eq!(found, ["3"]);
    });
}

#[test]
fn records_stay_a_day_and_iterators_a_quarter_of_an_hour() {
    run(|client| async move {
        let stream = streamed(&client, "NEW_IMAGE").await;
        client.put(plays("1")).await;
        let old = iterator(&client, &stream, "TRIM_HORIZON", None).await;
        client.0.clock.sleep(Duration::from_secs(16 * 60)).await;
        assert_eq!(client.call("GetRecords", old).await.unwrap_err().code, "ExpiredIteratorException");
        client.0.clock.sleep(Duration::from_secs(24 * 60 * 60)).await;
        let fresh = iterator(&client, &stream, "TRIM_HORIZON", None).await;
        assert_eq!(client.ok("GetRecords", fresh).await["Records"], json!([]));
    });
}

#[test]
fn a_stream_outlives_its_table() {
    run(|client| async move {
        let stream = streamed(&client, "KEYS_ONLY").await;
        client.put(plays("1")).await;
        client.ok("DeleteTable", json!({"TableName": "songs"})).await;
        let described = client.ok("DescribeStream", json!({"StreamArn": stream.0})).await;
        assert_eq!(described["StreamDescription"]["StreamStatus"], "DISABLED");
        let answer = client.ok("GetRecords", iterator(&client, &stream, "TRIM_HORIZON", None).await).await;
        assert_eq!(answer["Records"].as_array().unwrap().len(), 1);
        assert_eq!(answer.get("NextShardIterator"), None);
    });
}
