use std::time::Duration;

use serde_json::{Value, json};

use super::{Client, run, song, songs};

/// Makes `songs` with a stream of old images, and lets its items live until `until`.
async fn mortal_songs(client: &Client) -> Value {
    let mut input = songs();
    input["StreamSpecification"] = json!({"StreamEnabled": true, "StreamViewType": "OLD_IMAGE"});
    let table = client.ok("CreateTable", input).await;
    client.ok("UpdateTimeToLive", time_to_live(true, "until")).await;
    table["TableDescription"]["LatestStreamArn"].clone()
}

fn time_to_live(enabled: bool, attribute: &str) -> Value {
    json!({
        "TableName": "songs",
        "TimeToLiveSpecification": {"Enabled": enabled, "AttributeName": attribute},
    })
}

async fn put_until(client: &Client, title: &str, second: u64) {
    let mut item = song("Nina", title);
    item["until"] = json!({"N": second.to_string()});
    client.put(item).await;
}

async fn titles(client: &Client) -> Vec<String> {
    let found = client.ok("Scan", json!({"TableName": "songs"})).await;
    let items = found["Items"].as_array().unwrap().iter();
    items.map(|item| item["title"]["S"].as_str().unwrap().to_owned()).collect()
}

async fn records(client: &Client, stream: &Value) -> Vec<Value> {
    let described = client.ok("DescribeStream", json!({"StreamArn": stream})).await;
    let shard = &described["StreamDescription"]["Shards"][0]["ShardId"];
    let ask = json!({"StreamArn": stream, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"});
    let iterator = client.ok("GetShardIterator", ask).await;
    client.ok("GetRecords", iterator).await["Records"].as_array().unwrap().clone()
}

#[test]
fn an_expired_item_lingers_and_is_then_removed_by_the_service() {
    run(|client| async move {
        let stream = mortal_songs(&client).await;
        let until = client.0.clock.now().secs() + 3600;
        put_until(&client, "Later", until + 3600).await;
        put_until(&client, "Soon", until).await;
        client.0.clock.sleep(Duration::from_secs(3630)).await;
        assert_eq!(titles(&client).await.len(), 2, "what has expired can still be read");
        client.0.clock.sleep(Duration::from_secs(330)).await;
        assert_eq!(titles(&client).await, ["Later"]);
        let removal = &records(&client, &stream).await[2];
        assert_eq!(removal["eventName"], "REMOVE");
        assert_eq!(removal["dynamodb"]["OldImage"]["title"], json!({"S": "Soon"}));
        assert_eq!(removal["userIdentity"], json!({"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"}));
        let told = client.0.trace.spans().into_iter().filter(|span| span.operation == "(items expired)").count();
        assert_eq!(told, 1, "who waits for news of tables learns of it from the trace");
    });
}

#[test]
fn an_item_that_is_given_more_time_while_it_lingers_stays() {
    run(|client| async move {
        mortal_songs(&client).await;
        let until = client.0.clock.now().secs() + 10;
        put_until(&client, "Saved", until).await;
        client.0.clock.sleep(Duration::from_secs(20)).await;
        put_until(&client, "Saved", until + 3600).await;
        client.0.clock.sleep(Duration::from_secs(1800)).await;
        assert_eq!(titles(&client).await, ["Saved"]);
    });
}

#[test]
fn only_a_second_of_the_last_five_years_expires_an_item() {
    run(|client| async move {
        mortal_songs(&client).await;
        let now = client.0.clock.now().secs();
        let year = 365 * 24 * 3600;
        put_until(&client, "Ancient", now - 6 * year).await;
        put_until(&client, "Old", now - 4 * year).await;
        let mut text = song("Nina", "Text");
        text["until"] = json!({"S": now.to_string()});
        client.put(text).await;
        client.0.clock.sleep(Duration::from_secs(600)).await;
        let mut left = titles(&client).await;
        left.sort();
        assert_eq!(left, ["Ancient", "Text"], "an old date, and what is no number, expire nothing");
    });
}

#[test]
fn time_to_live_changes_once_in_an_hour() {
    run(|client| async move {
        mortal_songs(&client).await;
        for (specification, words) in [
            (time_to_live(true, "until"), "TimeToLive is already enabled"),
            (
                time_to_live(false, "other"),
                "TimeToLive is active on a different AttributeName: current AttributeName is until",
            ),
            (time_to_live(false, "until"), "Time to live has been modified multiple times within a fixed interval"),
        ] {
            assert_eq!(client.refused("UpdateTimeToLive", specification).await, words);
        }
        client.0.clock.sleep(Duration::from_secs(3600)).await;
        client.ok("UpdateTimeToLive", time_to_live(false, "until")).await;
        let described = client.ok("DescribeTimeToLive", json!({"TableName": "songs"})).await;
        assert_eq!(described, json!({"TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}}));
    });
}
