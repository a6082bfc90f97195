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

/// The shards that DescribeStream tells, page by page.
async fn shards(client: &Client, arn: &Value, page: u64) -> Vec<Value> {
    let mut input = json!({"StreamArn": arn, "Limit": page});
    let mut shards = Vec::new();
    loop {
        let answer = client.ok("DescribeStream", input.clone()).await["StreamDescription"].clone();
        shards.extend(answer["Shards"].as_array().unwrap().clone());
        match answer.get("LastEvaluatedShardId") {
            Some(last) => input["ExclusiveStartShardId"] = last.clone(),
            None => return shards,
        }
    }
}

#[test]
fn a_shard_that_has_rolled_over_ends_and_its_child_goes_on() {
    run(|client| async move {
        let (arn, first) = streamed(&client, "NEW_IMAGE").await;
        client.put(plays("1")).await;
        client.0.clock.sleep(Duration::from_secs(5 * 3600)).await;
        client.put(plays("2")).await;
        let listed = shards(&client, &arn, 1).await;
        assert_eq!(listed.len(), 2);
        assert_eq!((&listed[0]["ShardId"], &listed[1]["ParentShardId"]), (&first, &first));
        let filter = json!({"StreamArn": arn, "ShardFilter": {"Type": "CHILD_SHARDS", "ShardId": first}});
        let children = client.ok("DescribeStream", filter).await["StreamDescription"]["Shards"].clone();
        assert_eq!(children, json!([listed[1]]));
        for (shard, plays, is_open) in [(&listed[0], "1", false), (&listed[1], "2", true)] {
            let stream = (arn.clone(), shard["ShardId"].clone());
            let answer = client.ok("GetRecords", iterator(&client, &stream, "TRIM_HORIZON", None).await).await;
            assert_eq!(answer["Records"].as_array().unwrap().len(), 1);
            assert_eq!(answer["Records"][0]["dynamodb"]["NewImage"]["plays"]["N"], plays);
            assert_eq!(answer.get("NextShardIterator").is_some(), is_open);
        }
    });
}

#[test]
fn more_throughput_splits_the_shards_and_each_item_has_one() {
    run(|client| async move {
        let mut input = songs();
        let units = |writes: u64| json!({"ReadCapacityUnits": 5, "WriteCapacityUnits": writes});
        input["BillingMode"] = json!("PROVISIONED");
        input["ProvisionedThroughput"] = units(100);
        input["StreamSpecification"] = json!({"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"});
        let arn = client.ok("CreateTable", input).await["TableDescription"]["LatestStreamArn"].clone();
        client.ok("UpdateTable", json!({"TableName": "songs", "ProvisionedThroughput": units(1500)})).await;
        client.0.clock.sleep(Duration::from_millis(5)).await;
        for number in 0..20 {
            client.put(song(&format!("artist {number}"), "One")).await;
        }
        let listed = shards(&client, &arn, 100).await;
        assert_eq!(listed.len(), 3);
        let mut counts = Vec::new();
        for shard in &listed {
            let stream = (arn.clone(), shard["ShardId"].clone());
            let answer = client.ok("GetRecords", iterator(&client, &stream, "TRIM_HORIZON", None).await).await;
            counts.push(answer["Records"].as_array().unwrap().len());
        }
        assert_eq!((counts[0], counts[1] + counts[2]), (0, 20), "{counts:?}");
        assert!(counts[1] > 0 && counts[2] > 0, "{counts:?}");
    });
}

#[test]
fn a_record_that_goes_before_it_is_read_is_missed_aloud() {
    run(|client| async move {
        let stream = streamed(&client, "KEYS_ONLY").await;
        client.put(plays("1")).await;
        let all = client.ok("GetRecords", iterator(&client, &stream, "TRIM_HORIZON", None).await).await;
        let first = &all["Records"][0]["dynamodb"]["SequenceNumber"];
        client.0.clock.sleep(Duration::from_secs(24 * 3600 - 60)).await;
        let at = iterator(&client, &stream, "AT_SEQUENCE_NUMBER", Some(first)).await;
        client.0.clock.sleep(Duration::from_secs(120)).await;
        assert_eq!(client.call("GetRecords", at).await.unwrap_err().code, "TrimmedDataAccessException");
        let mut again = json!({"StreamArn": stream.0, "ShardId": stream.1, "SequenceNumber": first});
        again["ShardIteratorType"] = json!("AFTER_SEQUENCE_NUMBER");
        assert_eq!(client.call("GetShardIterator", again).await.unwrap_err().code, "TrimmedDataAccessException");
    });
}

#[test]
fn a_stream_can_be_read_from_a_moment_on() {
    run(|client| async move {
        let stream = streamed(&client, "NEW_IMAGE").await;
        client.put(plays("1")).await;
        client.0.clock.sleep(Duration::from_secs(60)).await;
        let moment = client.0.clock.now().secs_f64();
        client.put(plays("2")).await;
        let ask = json!({
            "StreamArn": stream.0, "ShardId": stream.1, "ShardIteratorType": "AT_TIMESTAMP", "Timestamp": moment,
        });
        let answer = client.ok("GetRecords", client.ok("GetShardIterator", ask).await).await;
        assert_eq!(answer["Records"].as_array().unwrap().len(), 1);
        assert_eq!(answer["Records"][0]["dynamodb"]["NewImage"]["plays"]["N"], "2");
    });
}
