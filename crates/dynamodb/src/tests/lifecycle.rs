use std::time::Duration;

use serde_json::{Value, json};

use super::{Client, run_paced, song, songs};
use crate::Pace;

const SLOW: Pace = Pace { table_ms: 9000, index_lag_ms: 0, replica_lag_ms: 0, unthrottled: false, collection_bytes: 0 };

const IN_USE: &str = "ResourceInUseException: Attempt to change a resource which is still in use: ";

async fn wait(client: &Client, millis: u64) {
    client.0.clock.sleep(Duration::from_millis(millis)).await;
}

async fn table(client: &Client) -> Value {
    client.ok("DescribeTable", json!({"TableName": "songs"})).await["Table"].clone()
}

async fn error(client: &Client, operation: &str, input: Value) -> String {
    client.call(operation, input).await.unwrap_err().to_string()
}

fn add_index() -> Value {
    json!({
        "TableName": "songs",
        "AttributeDefinitions": [{"AttributeName": "title", "AttributeType": "S"},
            {"AttributeName": "artist", "AttributeType": "S"}],
        "GlobalSecondaryIndexUpdates": [{"Create": {
            "IndexName": "by-title",
            "KeySchema": [{"AttributeName": "title", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }}],
    })
}

fn remove_index() -> Value {
    json!({"TableName": "songs", "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "by-title"}}]})
}

#[test]
fn a_table_is_made_and_deleted_in_time_and_meanwhile_refuses() {
    run_paced(SLOW, |client| async move {
        client.songs().await;
        assert_eq!(table(&client).await["TableStatus"], "CREATING");
        let put = json!({"TableName": "songs", "Item": song("Nina", "One")});
        let missing = "ResourceNotFoundException: Requested resource not found";
        assert_eq!(error(&client, "PutItem", put.clone()).await, missing);
        let delete = json!({"TableName": "songs"});
        for (operation, input) in [("DeleteTable", delete.clone()), ("CreateTable", songs())] {
            assert_eq!(error(&client, operation, input).await, format!("{IN_USE}Table is being created: songs"));
        }
        wait(&client, 9000).await;
        assert_eq!(table(&client).await["TableStatus"], "ACTIVE");
        client.ok("PutItem", put.clone()).await;
        let answer = client.ok("DeleteTable", delete.clone()).await;
        assert_eq!(answer["TableDescription"]["TableStatus"], "DELETING");
        assert_eq!(table(&client).await["TableStatus"], "DELETING");
        assert_eq!(error(&client, "PutItem", put).await, missing);
        assert_eq!(
            error(&client, "DeleteTable", delete.clone()).await,
            format!("{IN_USE}Table is being deleted: songs")
        );
        wait(&client, 9001).await;
        assert_eq!(
            error(&client, "DescribeTable", delete).await,
            "ResourceNotFoundException: Requested resource not found: Table: songs not found"
        );
    });
}

#[test]
fn an_index_is_allocated_then_filled_then_there() {
    run_paced(SLOW, |client| async move {
        client.songs().await;
        wait(&client, 9000).await;
        client.put(song("Nina", "Sinnerman")).await;
        let answer = client.ok("UpdateTable", add_index()).await["TableDescription"].clone();
        let phase = |table: &Value| {
            let index = &table["GlobalSecondaryIndexes"][0];
            (table["TableStatus"].clone(), index["IndexStatus"].clone(), index.get("Backfilling").cloned())
        };
        assert_eq!(phase(&answer), (json!("UPDATING"), json!("CREATING"), Some(json!(false))));
        assert_eq!(
            error(&client, "UpdateTable", remove_index()).await,
            format!(
                "{IN_USE}Index creation is in resource allocation phase. Retry deletion during backfilling phase or \
                 when the index is active. Table: songs Index: by-title"
            )
        );
        wait(&client, 3000).await;
        assert_eq!(phase(&table(&client).await), (json!("ACTIVE"), json!("CREATING"), Some(json!(true))));
        let scan = json!({"TableName": "songs", "IndexName": "by-title"});
        assert_eq!(
            client.refused("Scan", scan.clone()).await,
            "Cannot read from backfilling global secondary index: by-title"
        );
        assert_eq!(
            error(&client, "DeleteTable", json!({"TableName": "songs"})).await,
            format!("{IN_USE}Cannot delete table while indexes are being created, updated, or deleted.")
        );
        wait(&client, 6000).await;
        assert_eq!(phase(&table(&client).await), (json!("ACTIVE"), json!("ACTIVE"), None));
        assert_eq!(client.ok("Scan", scan.clone()).await["Count"], 1);
        client.ok("UpdateTable", remove_index()).await;
        assert_eq!(phase(&table(&client).await), (json!("UPDATING"), json!("DELETING"), None));
        assert_eq!(client.refused("Scan", scan).await, "The table does not have the specified index: by-title");
        wait(&client, 9001).await;
        assert_eq!(table(&client).await.get("GlobalSecondaryIndexes"), None);
    });
}

#[test]
fn an_index_that_is_being_filled_can_be_given_up() {
    run_paced(SLOW, |client| async move {
        client.songs().await;
        wait(&client, 9000).await;
        client.ok("UpdateTable", add_index()).await;
        wait(&client, 5000).await;
        client.ok("UpdateTable", remove_index()).await;
        wait(&client, 9001).await;
        assert_eq!(table(&client).await.get("GlobalSecondaryIndexes"), None);
    });
}

#[test]
fn one_change_of_a_table_waits_for_the_other() {
    run_paced(SLOW, |client| async move {
        client.songs().await;
        wait(&client, 9000).await;
        let units = json!({"ReadCapacityUnits": 5, "WriteCapacityUnits": 5});
        let update = json!({"TableName": "songs", "BillingMode": "PROVISIONED", "ProvisionedThroughput": units});
        client.ok("UpdateTable", update.clone()).await;
        assert_eq!(table(&client).await["TableStatus"], "UPDATING");
        client.put(song("Nina", "One")).await;
        assert_eq!(
            error(&client, "UpdateTable", update).await,
            format!("{IN_USE}Table IOPS are currently being updated. Table: songs")
        );
    });
}

#[test]
fn time_to_live_is_enabling_first() {
    run_paced(SLOW, |client| async move {
        client.songs().await;
        wait(&client, 9000).await;
        let specification = json!({"Enabled": true, "AttributeName": "until"});
        client.ok("UpdateTimeToLive", json!({"TableName": "songs", "TimeToLiveSpecification": specification})).await;
        for status in ["ENABLING", "ENABLED"] {
            let described = client.ok("DescribeTimeToLive", json!({"TableName": "songs"})).await;
            let expected = json!({"TimeToLiveStatus": status, "AttributeName": "until"});
            assert_eq!(described["TimeToLiveDescription"], expected);
            wait(&client, 9000).await;
        }
    });
}
