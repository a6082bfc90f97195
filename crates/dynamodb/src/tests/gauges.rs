//! What is shown of tables and streams in use, beside the API.

use std::{rc::Rc, time::Duration};

use kernel::{MemoryBackend, Scope};
use serde_json::json;

use super::{run_on, song, songs};
use crate::Lag;

#[test]
fn a_gauge_tells_what_is_left_of_a_burst_and_what_the_last_minutes_consumed() {
    run_on(Rc::new(MemoryBackend::default()), |client, room| async move {
        let mut input = songs();
        input["BillingMode"] = json!("PROVISIONED");
        input["ProvisionedThroughput"] = json!({"ReadCapacityUnits": 1, "WriteCapacityUnits": 2});
        client.ok("CreateTable", input).await;
        for title in 0..10 {
            client.put(song("Nina", &title.to_string())).await;
        }
        let scope = Scope::root(&client.0);
        let write = &room.gauges(&scope, "songs").unwrap()[0].write;
        assert_eq!((write.rate, write.saved, write.most), (2.0, 590.0, 600.0));
        assert_eq!((write.minutes.len(), write.minutes[0].units, write.minutes[0].throttled), (1, 10.0, 0));
        client.0.clock.sleep(Duration::from_secs(60)).await;
        let write = &room.gauges(&scope, "songs").unwrap()[0].write;
        assert_eq!((write.saved, write.most), (600.0, 600.0), "no more than can be saved");
        assert!(room.gauges(&scope, "gone").is_err());
    });
}

#[test]
fn a_reader_is_known_by_the_last_record_that_it_read_and_by_what_is_left() {
    run_on(Rc::new(MemoryBackend::default()), |client, room| async move {
        let mut input = songs();
        input["StreamSpecification"] = json!({"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"});
        let table = client.ok("CreateTable", input).await;
        let arn = table["TableDescription"]["LatestStreamArn"].as_str().unwrap().to_owned();
        let shard = room.shards(&arn).remove(0);
        for title in ["One", "Two", "Three"] {
            client.put(song("Nina", title)).await;
        }
        client.0.clock.sleep(Duration::from_secs(7)).await;
        assert_eq!(room.lag(&arn, &shard, None, 0), Some(Lag { records: 3, millis: 7_000 }));
        let now = client.0.clock.now().millis();
        assert_eq!(room.lag(&arn, &shard, None, now), Some(Lag::default()), "who begins at LATEST has nothing to read");

        let first = json!({"StreamArn": arn, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"});
        let iterator = client.ok("GetShardIterator", first).await["ShardIterator"].clone();
        let answer = client.ok("GetRecords", json!({"ShardIterator": iterator, "Limit": 2})).await;
        let reader = room.readers().remove(0);
        assert_eq!(reader.position.as_deref(), answer["Records"][1]["dynamodb"]["SequenceNumber"].as_str());
        assert_eq!(room.lag(&arn, &shard, reader.position.as_deref(), 0).unwrap().records, 1);
    });
}
