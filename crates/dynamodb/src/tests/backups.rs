use std::{rc::Rc, time::Duration};

use kernel::{MemoryBackend, Scope, testing};
use serde_json::{Value, json};

use super::{Client, run, song, songs};
use crate::DynamoDb;

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

async fn wait(client: &Client, duration: Duration) {
    client.0.clock.sleep(duration).await;
}

/// The moment it is now, as the wire writes it.
fn now(client: &Client) -> f64 {
    client.0.clock.now().secs_f64()
}

async fn recover(client: &Client) {
    let specification = json!({"PointInTimeRecoveryEnabled": true});
    let input = json!({"TableName": "songs", "PointInTimeRecoverySpecification": specification});
    client.ok("UpdateContinuousBackups", input).await;
}

async fn titles(client: &Client, table: &str) -> Vec<String> {
    let found = client.ok("Scan", json!({"TableName": table})).await;
    let mut titles: Vec<String> =
        found["Items"].as_array().unwrap().iter().map(|item| item["title"]["S"].as_str().unwrap().to_owned()).collect();
    titles.sort();
    titles
}

async fn back_up(client: &Client) -> Value {
    let input = json!({"TableName": "songs", "BackupName": "nightly"});
    client.ok("CreateBackup", input).await["BackupDetails"]["BackupArn"].clone()
}

#[test]
fn a_backup_outlives_its_table_and_brings_it_back() {
    let backend = Rc::new(MemoryBackend::default());
    testing::run_on(backend.clone(), |kernel| async move {
        DynamoDb::open(&kernel).await.unwrap();
        let client = Client(Rc::new(kernel));
        client.songs().await;
        client.put(song("Nina", "Sinnerman")).await;
        let made = client.ok("CreateBackup", json!({"TableName": "songs", "BackupName": "nightly"})).await;
        assert_eq!(made["BackupDetails"]["BackupStatus"], "CREATING");
        client.put(song("Nina", "Four Women")).await;
        client.ok("DeleteTable", json!({"TableName": "songs"})).await;
    });
    testing::run_on(backend, |kernel| async move {
        DynamoDb::open(&kernel).await.unwrap();
        let client = Client(Rc::new(kernel));
        let listed = client.ok("ListBackups", json!({"TableName": "songs"})).await;
        let arn = listed["BackupSummaries"][0]["BackupArn"].clone();
        let description = client.ok("DescribeBackup", json!({"BackupArn": arn})).await["BackupDescription"].clone();
        assert_eq!(description["BackupDetails"]["BackupStatus"], "AVAILABLE");
        assert_eq!(description["SourceTableDetails"]["ItemCount"], 1);
        assert_eq!(description["SourceTableFeatureDetails"], json!({}));

        let restore = json!({"TargetTableName": "again", "BackupArn": arn});
        let restored = client.ok("RestoreTableFromBackup", restore.clone()).await["TableDescription"].clone();
        assert_eq!(restored["TableStatus"], "CREATING");
        assert_eq!(restored["RestoreSummary"]["SourceBackupArn"], arn);
        assert_eq!(restored["RestoreSummary"]["RestoreInProgress"], true);
        assert_eq!(titles(&client, "again").await, ["Sinnerman"]);
        let table = client.ok("DescribeTable", json!({"TableName": "again"})).await["Table"].clone();
        assert_eq!((&table["TableStatus"], table.get("RestoreSummary")), (&json!("ACTIVE"), None));
        assert_eq!(client.refused("RestoreTableFromBackup", restore).await, "Table already exists: again");

        let deleted = client.ok("DeleteBackup", json!({"BackupArn": arn})).await;
        assert_eq!(deleted["BackupDescription"]["BackupDetails"]["BackupStatus"], "DELETED");
        let gone = client.call("DescribeBackup", json!({"BackupArn": arn})).await.unwrap_err();
        let words = format!("BackupNotFoundException: Backup not found: {}", arn.as_str().unwrap());
        assert_eq!(gone.to_string(), words);
    });
}

#[test]
fn a_table_comes_back_as_it_was_at_any_moment_of_its_recovery_period() {
    run(|client| async move {
        client.songs().await;
        client.put(song("Nina", "Before")).await;
        recover(&client).await;
        wait(&client, MINUTE).await;
        client.put(song("Nina", "Sinnerman")).await;
        wait(&client, MINUTE).await;
        let moment = now(&client);
        wait(&client, MINUTE).await;
        client.put(song("Nina", "Four Women")).await;
        client.ok("DeleteItem", json!({"TableName": "songs", "Key": song("Nina", "Sinnerman")})).await;
        wait(&client, 5 * MINUTE).await;

        let restore = |target: &str, moment: Value| {
            let mut input = json!({"SourceTableName": "songs", "TargetTableName": target});
            let name = if moment.is_null() { "UseLatestRestorableTime" } else { "RestoreDateTime" };
            input[name] = if moment.is_null() { json!(true) } else { moment };
            input
        };
        client.ok("RestoreTableToPointInTime", restore("then", json!(moment))).await;
        assert_eq!(titles(&client, "then").await, ["Before", "Sinnerman"]);
        client.ok("RestoreTableToPointInTime", restore("lately", Value::Null)).await;
        assert_eq!(titles(&client, "lately").await, ["Before", "Four Women"]);
        let late = client.call("RestoreTableToPointInTime", restore("late", json!(now(&client)))).await.unwrap_err();
        assert_eq!(late.code, "InvalidRestoreTimeException");
        assert!(late.message.starts_with("RestoreDateTime '2026-01-01T00:08:00Z' must be within"), "{}", late.message);
    });
}

#[test]
fn the_last_five_minutes_cannot_be_restored_and_the_period_moves_on() {
    run(|client| async move {
        client.songs().await;
        let specification = json!({"PointInTimeRecoveryEnabled": true, "RecoveryPeriodInDays": 2});
        let input = json!({"TableName": "songs", "PointInTimeRecoverySpecification": specification});
        client.ok("UpdateContinuousBackups", input).await;
        let begin = now(&client);
        let window = |description: &Value| {
            let recovery = &description["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"];
            let at = |name: &str| recovery[name].as_f64().unwrap() - begin;
            (at("EarliestRestorableDateTime"), at("LatestRestorableDateTime"))
        };
        let describe = json!({"TableName": "songs"});
        assert_eq!(window(&client.ok("DescribeContinuousBackups", describe.clone()).await), (0.0, 0.0));
        wait(&client, 3 * DAY).await;
        let days = |count: f64| count * 86_400.0;
        let moved = window(&client.ok("DescribeContinuousBackups", describe).await);
        assert_eq!(moved, (days(1.0), days(3.0) - 300.0));
    });
}

#[test]
fn what_cannot_be_recovered_is_refused_in_awss_order() {
    run(|client| async move {
        client.songs().await;
        let restore = |source: &str, target: &str, more: Value| {
            let mut input = json!({"SourceTableName": source, "TargetTableName": target});
            input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            input
        };
        let latest = json!({"UseLatestRestorableTime": true});
        for (input, words) in [
            (
                restore("missing", "songs", json!({})),
                "ValidationException: Invalid Request: Either one of RestoreDateTime or UseLatestRestorableTime must \
                 be specified, but not both",
            ),
            (restore("missing", "songs", latest.clone()), "TableNotFoundException: Table not found: missing"),
            (
                restore("songs", "songs", latest.clone()),
                "PointInTimeRecoveryUnavailableException: Point in time recovery is not enabled for table 'songs'",
            ),
        ] {
            let refused = client.call("RestoreTableToPointInTime", input).await.unwrap_err();
            assert_eq!(refused.to_string(), words);
        }
        recover(&client).await;
        let taken = client.call("RestoreTableToPointInTime", restore("songs", "songs", latest)).await.unwrap_err();
        assert_eq!(taken.to_string(), "TableAlreadyExistsException: Table already exists: songs");
    });
}

#[test]
fn a_deleted_table_with_recovery_leaves_a_backup_that_only_time_removes() {
    run(|client| async move {
        client.songs().await;
        client.put(song("Nina", "Sinnerman")).await;
        recover(&client).await;
        client.ok("DeleteTable", json!({"TableName": "songs"})).await;
        assert_eq!(client.ok("ListBackups", json!({})).await, json!({"BackupSummaries": []}));
        let listed = client.ok("ListBackups", json!({"BackupType": "SYSTEM"})).await;
        let backup = listed["BackupSummaries"][0].clone();
        assert_eq!(backup["BackupName"], "songs$DeletedTableBackup");
        let arn = backup["BackupArn"].clone();
        let words = client.refused("DeleteBackup", json!({"BackupArn": arn})).await;
        assert!(words.ends_with("It will automatically expire on 2026-02-05T00:00:00.000Z"), "{words}");
        client.ok("RestoreTableFromBackup", json!({"TargetTableName": "songs", "BackupArn": arn})).await;
        assert_eq!(titles(&client, "songs").await, ["Sinnerman"]);
        wait(&client, 35 * DAY).await;
        assert_eq!(client.ok("ListBackups", json!({"BackupType": "ALL"})).await, json!({"BackupSummaries": []}));
    });
}

#[test]
fn a_restore_can_leave_out_indexes_and_change_how_a_table_is_paid_for() {
    run(|client| async move {
        let mut input = songs();
        input["GlobalSecondaryIndexes"] = json!([{
            "IndexName": "by-title",
            "KeySchema": [{"AttributeName": "title", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }]);
        input["Tags"] = json!([{"Key": "team", "Value": "jazz"}]);
        client.ok("CreateTable", input).await;
        client.put(song("Nina", "Sinnerman")).await;
        let backup = back_up(&client).await;
        let restore = |target: &str, more: Value| {
            let mut input = json!({"BackupArn": backup, "TargetTableName": target});
            input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            input
        };
        client.ok("RestoreTableFromBackup", restore("same", json!({}))).await;
        let query = json!({
            "TableName": "same", "IndexName": "by-title", "KeyConditionExpression": "title = :t",
            "ExpressionAttributeValues": {":t": {"S": "Sinnerman"}},
        });
        assert_eq!(client.ok("Query", query).await["Count"], 1);
        let arn = client.ok("DescribeTable", json!({"TableName": "same"})).await["Table"]["TableArn"].clone();
        assert_eq!(client.ok("ListTagsOfResource", json!({"ResourceArn": arn})).await, json!({"Tags": []}));

        let units = json!({"ReadCapacityUnits": 3, "WriteCapacityUnits": 2});
        let bare = json!({
            "GlobalSecondaryIndexOverride": [],
            "BillingModeOverride": "PROVISIONED",
            "ProvisionedThroughputOverride": units,
        });
        client.ok("RestoreTableFromBackup", restore("bare", bare)).await;
        let table = client.ok("DescribeTable", json!({"TableName": "bare"})).await["Table"].clone();
        assert_eq!(table.get("GlobalSecondaryIndexes"), None);
        assert_eq!(table["ProvisionedThroughput"]["ReadCapacityUnits"], 3);

        let other = json!([{
            "IndexName": "other",
            "KeySchema": [{"AttributeName": "artist", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }]);
        for (more, words) in [
            (
                json!({"GlobalSecondaryIndexOverride": other}),
                "Invalid Request: Index other does not match a secondary index that existed in the source table and \
                 cannot be created during the restore operation",
            ),
            (
                json!({"ProvisionedThroughputOverride": units}),
                "Invalid Request: Cannot override ProvisionedThroughput unless BillingMode is PROVISIONED",
            ),
            (
                json!({"BillingModeOverride": "PROVISIONED"}),
                "Invalid Request: Must override ProvisionedThroughput if BillingMode is overridden to PROVISIONED",
            ),
        ] {
            assert_eq!(client.refused("RestoreTableFromBackup", restore("odd", more)).await, words);
        }
    });
}

#[test]
fn the_history_of_a_table_survives_a_restart() {
    let backend = Rc::new(MemoryBackend::default());
    testing::run_on(backend.clone(), |kernel| async move {
        DynamoDb::open(&kernel).await.unwrap();
        let client = Client(Rc::new(kernel));
        client.songs().await;
        recover(&client).await;
        wait(&client, MINUTE).await;
        client.put(song("Nina", "Sinnerman")).await;
    });
    // The clock of every run begins anew, as if it stood at the moment of enabling.
    testing::run_on(backend, |kernel| async move {
        DynamoDb::open(&kernel).await.unwrap();
        let input = json!({
            "SourceTableName": "songs", "TargetTableName": "empty", "UseLatestRestorableTime": true,
        });
        let call = |operation, input| aws_api::invoke(&kernel, Scope::root(&kernel), "dynamodb", operation, input);
        call("RestoreTableToPointInTime", input).await.unwrap();
        assert_eq!(call("Scan", json!({"TableName": "empty"})).await.unwrap()["Count"], 0);
        assert_eq!(call("Scan", json!({"TableName": "songs"})).await.unwrap()["Count"], 1);
    });
}
