//! Exports, imports and bulk puts, with the S3 of this cloud.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::{Kernel, MemoryBackend, Scope, testing};
use serde_json::{Value, json};
use std::rc::Rc;

use super::{Client, Pace, song, songs};
use crate::{DynamoDb, wire::gzip};

/// Runs `test` in a cloud of tables, logs and a bucket called `tapes`.
fn run<F: Future<Output = ()> + 'static>(test: impl FnOnce(Tapes) -> F + 'static) {
    testing::run(|kernel| async move {
        let tapes = open(&kernel).await;
        tapes.s3("CreateBucket", json!({"Bucket": "tapes"})).await;
        test(tapes).await;
    });
}

async fn open(kernel: &Kernel) -> Tapes {
    let room = DynamoDb::open(kernel).await.unwrap();
    s3::S3::open(kernel).await.unwrap();
    cloudwatch::Logs::open(kernel).await.unwrap();
    Tapes { db: Client(Rc::new(kernel.clone())), room }
}

struct Tapes {
    db: Client,
    room: Rc<DynamoDb>,
}

impl Tapes {
    async fn s3(&self, operation: &str, input: Value) -> Value {
        aws_api::invoke(&self.db.0, Scope::root(&self.db.0), "s3", operation, input).await.unwrap()
    }

    async fn put(&self, key: &str, body: &[u8]) {
        self.s3("PutObject", json!({"Bucket": "tapes", "Key": key, "Body": STANDARD.encode(body)})).await;
    }

    async fn get(&self, key: &str) -> Vec<u8> {
        let object = self.s3("GetObject", json!({"Bucket": "tapes", "Key": key})).await;
        STANDARD.decode(object["Body"].as_str().unwrap()).unwrap()
    }

    /// The lines of a packed object.
    async fn lines(&self, key: &str) -> Vec<Value> {
        let text = gzip::unpack(&self.get(key).await, 1 << 20).unwrap().unwrap();
        let text = String::from_utf8(text.to_vec()).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    async fn keys(&self, prefix: &str) -> Vec<String> {
        let listed = self.s3("ListObjectsV2", json!({"Bucket": "tapes", "Prefix": prefix})).await;
        let keys = listed["Contents"].as_array().unwrap().iter();
        keys.map(|object| object["Key"].as_str().unwrap().to_owned()).collect()
    }

    async fn wait(&self, seconds: u64) {
        self.db.0.clock.sleep(Duration::from_secs(seconds)).await;
    }

    /// The table `songs`, with point-in-time recovery.
    async fn songs(&self) {
        self.db.songs().await;
        let on = json!({"PointInTimeRecoveryEnabled": true});
        let input = json!({"TableName": "songs", "PointInTimeRecoverySpecification": on});
        self.db.ok("UpdateContinuousBackups", input).await;
    }

    /// Exports `songs` and waits for the end; the description.
    async fn export(&self, members: Value) -> Value {
        let mut input = json!({"TableArn": ARN, "S3Bucket": "tapes"});
        input.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        let begun = self.db.ok("ExportTableToPointInTime", input).await;
        let begun = &begun["ExportDescription"];
        assert_eq!(begun["ExportStatus"], "IN_PROGRESS");
        self.wait(1).await;
        let described = self.db.ok("DescribeExport", json!({"ExportArn": begun["ExportArn"]})).await;
        described["ExportDescription"].clone()
    }

    /// The lines of all data files that an export's manifest names.
    async fn exported(&self, export: &Value) -> Vec<Value> {
        let summary: Value =
            serde_json::from_slice(&self.get(export["ExportManifest"].as_str().unwrap()).await).unwrap();
        let files = self.get(summary["manifestFilesS3Key"].as_str().unwrap()).await;
        let mut lines = Vec::new();
        for file in String::from_utf8(files).unwrap().lines() {
            let file: Value = serde_json::from_str(file).unwrap();
            let found = self.lines(file["dataFileS3Key"].as_str().unwrap()).await;
            assert_eq!(file["itemCount"], found.len());
            lines.extend(found);
        }
        assert_eq!(summary["itemCount"], lines.len());
        lines
    }

    /// Imports into `songs` and waits for the end; the description.
    async fn import(&self, members: Value) -> Value {
        let mut table = songs();
        table["TableName"] = json!("copies");
        let mut input = json!({
            "S3BucketSource": {"S3Bucket": "tapes", "S3KeyPrefix": "in/"},
            "InputFormat": "DYNAMODB_JSON",
            "TableCreationParameters": table,
        });
        input.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        let begun = self.db.ok("ImportTable", input).await;
        let begun = &begun["ImportTableDescription"];
        assert_eq!(begun["ImportStatus"], "IN_PROGRESS");
        let table = self.db.ok("DescribeTable", json!({"TableName": "copies"})).await;
        assert_eq!(table["Table"]["TableStatus"], "CREATING");
        self.wait(1).await;
        let described = self.db.ok("DescribeImport", json!({"ImportArn": begun["ImportArn"]})).await;
        described["ImportTableDescription"].clone()
    }

    async fn scan(&self, table: &str) -> Vec<Value> {
        self.db.ok("Scan", json!({"TableName": table})).await["Items"].as_array().unwrap().clone()
    }

    /// Puts `lines` in bulk and waits for the end; the description.
    async fn bulk_put(&self, lines: &[Value], members: Value) -> Value {
        let text: String = lines.iter().map(|line| line.to_string() + "\n").collect();
        self.put("in/lines", text.as_bytes()).await;
        let begun = self.db.ok("StartBulkPutItems", bulk(members)).await;
        let begun = begun["BulkOperationDescription"].clone();
        assert_eq!(begun["BulkOperationStatus"], "IN_PROGRESS");
        self.wait(1).await;
        self.bulk(&begun["BulkOperationArn"]).await
    }

    async fn bulk(&self, arn: &Value) -> Value {
        let described = self.db.ok("DescribeBulkOperation", json!({"BulkOperationArn": arn})).await;
        described["BulkOperationDescription"].clone()
    }
}

const ARN: &str = "arn:aws:dynamodb:us-east-1:123456789012:table/songs";

fn bulk(members: Value) -> Value {
    let mut input = json!({
        "TableName": "songs",
        "InputS3Configuration": {"S3Bucket": "tapes", "S3KeyPrefix": "in/", "InputFormat": "DYNAMODB_JSON"},
        "OutputS3Configuration": {"S3Bucket": "tapes", "S3KeyPrefix": "out", "OutputType": ["ERROR", "CONDITION_CHECK_FAILURE"]},
    });
    input.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    input
}

#[test]
fn a_full_export_tells_the_table_of_its_moment() {
    run(|tapes| async move {
        tapes.songs().await;
        tapes.db.put(song("a", "1")).await;
        tapes.wait(10).await;
        let moment = tapes.db.0.clock.now().millis() / 1000;
        tapes.wait(10).await;
        tapes.db.put(song("b", "1")).await;

        let then = tapes.export(json!({"ExportTime": moment, "S3Prefix": "daily"})).await;
        assert_eq!((&then["ExportStatus"], &then["ItemCount"]), (&json!("COMPLETED"), &json!(1)));
        assert!(then["ExportManifest"].as_str().unwrap().starts_with("daily/AWSDynamoDB/0"));
        assert_eq!(tapes.exported(&then).await, [json!({"Item": song("a", "1")})]);
        assert_eq!(tapes.keys("daily/").await.len(), 6);

        let now = tapes.export(json!({})).await;
        assert_eq!(tapes.exported(&now).await.len(), 2);
        let listed = tapes.db.ok("ListExports", json!({"TableArn": ARN, "MaxResults": 1})).await;
        assert_eq!(listed["ExportSummaries"][0]["ExportArn"], now["ExportArn"]);
        let next = json!({"TableArn": ARN, "NextToken": listed["NextToken"]});
        assert_eq!(tapes.db.ok("ListExports", next).await["ExportSummaries"][0]["ExportArn"], then["ExportArn"]);
    });
}

#[test]
fn an_export_may_be_filtered() {
    run(|tapes| async move {
        tapes.songs().await;
        for (artist, title) in [("a", "1"), ("a", "2"), ("b", "1")] {
            tapes.db.put(song(artist, title)).await;
        }
        let filter = json!({
            "KeyConditionExpression": "artist = :a and title > :t",
            "ProjectionExpression": "title",
            "ExpressionAttributeValues": {":a": {"S": "a"}, ":t": {"S": "1"}},
        });
        let export = tapes.export(json!({"FilterSpecification": filter})).await;
        assert_eq!(tapes.exported(&export).await, [json!({"Item": {"title": {"S": "2"}}})]);
    });
}

#[test]
fn an_incremental_export_tells_what_became_of_each_item() {
    run(|tapes| async move {
        tapes.songs().await;
        let rated = |title: &str, stars: u32| {
            let mut item = song("a", title);
            item["stars"] = json!({"N": stars.to_string()});
            item
        };
        for title in ["changed", "gone", "kept"] {
            tapes.db.put(rated(title, 1)).await;
        }
        tapes.wait(60).await;
        let from = tapes.db.0.clock.now().millis() / 1000;
        tapes.wait(60).await;
        tapes.db.put(rated("changed", 2)).await;
        tapes.db.put(rated("changed", 3)).await;
        tapes.db.put(rated("new", 1)).await;
        tapes.db.put(rated("passing", 1)).await;
        for title in ["gone", "passing"] {
            tapes.db.ok("DeleteItem", json!({"TableName": "songs", "Key": song("a", title)})).await;
        }
        let written = tapes.db.0.clock.now().millis();
        tapes.wait(20 * 60).await;
        let to = tapes.db.0.clock.now().millis() / 1000;
        tapes.db.put(rated("later", 1)).await;

        let specification = json!({"ExportFromTime": from, "ExportToTime": to});
        let members = json!({"ExportType": "INCREMENTAL_EXPORT", "IncrementalExportSpecification": specification});
        let export = tapes.export(members.clone()).await;
        let mut lines = tapes.exported(&export).await;
        lines.sort_by_key(|line| line["Keys"]["title"]["S"].to_string());
        let metadata = json!({"WriteTimestampMicros": {"N": (written * 1000).to_string()}});
        let expected = [("changed", Some(3), Some(1)), ("gone", None, Some(1)), ("new", Some(1), None)];
        let expected = expected.map(|(title, new, old)| {
            let mut line = json!({"Metadata": metadata, "Keys": song("a", title)});
            for (name, stars) in [("NewImage", new), ("OldImage", old)] {
                if let Some(stars) = stars {
                    line[name] = rated(title, stars);
                }
            }
            line
        });
        assert_eq!(lines, expected);

        let mut new_only = members;
        new_only["IncrementalExportSpecification"]["ExportViewType"] = json!("NEW_IMAGE");
        let export = tapes.export(new_only).await;
        assert!(tapes.exported(&export).await.iter().all(|line| line.get("OldImage").is_none()));
    });
}

#[test]
fn what_cannot_be_exported_is_refused_or_fails() {
    run(|tapes| async move {
        tapes.db.songs().await;
        let refused = async |members: Value| {
            let mut input = json!({"TableArn": ARN, "S3Bucket": "tapes"});
            input.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
            tapes.db.call("ExportTableToPointInTime", input).await.unwrap_err().code
        };
        assert_eq!(refused(json!({})).await, "PointInTimeRecoveryUnavailableException");
        assert_eq!(refused(json!({"TableArn": ARN.replace("songs", "none")})).await, "TableNotFoundException");
        let on = json!({"PointInTimeRecoveryEnabled": true});
        let input = json!({"TableName": "songs", "PointInTimeRecoverySpecification": on});
        tapes.db.ok("UpdateContinuousBackups", input).await;
        assert_eq!(refused(json!({"ExportTime": 1})).await, "InvalidExportTimeException");
        assert_eq!(refused(json!({"ExportFormat": "CSV"})).await, "ValidationException");
        assert_eq!(refused(json!({"ExportType": "INCREMENTAL_EXPORT"})).await, "ValidationException");

        let failed = tapes.export(json!({"S3Bucket": "nowhere"})).await;
        assert_eq!((&failed["ExportStatus"], &failed["FailureCode"]), (&json!("FAILED"), &json!("S3NoSuchBucket")));

        let first = tapes.export(json!({"ClientToken": "t"})).await;
        let again = json!({"TableArn": ARN, "S3Bucket": "tapes", "ClientToken": "t"});
        let again = tapes.db.ok("ExportTableToPointInTime", again).await;
        assert_eq!(again["ExportDescription"], first);
        assert_eq!(refused(json!({"ClientToken": "t", "S3Prefix": "x"})).await, "ExportConflictException");
        let unknown = tapes.db.call("DescribeExport", json!({"ExportArn": format!("{ARN}/export/0")})).await;
        assert_eq!(unknown.unwrap_err().code, "ExportNotFoundException");
    });
}

#[test]
fn what_was_exported_can_be_imported() {
    run(|tapes| async move {
        tapes.songs().await;
        let mut item = song("a", "1");
        item["parts"] = json!({"L": [{"NS": ["1", "2"]}, {"B": "AAE="}, {"NULL": true}]});
        tapes.db.put(item.clone()).await;
        tapes.db.put(song("b", "1")).await;
        let export = tapes.export(json!({})).await;
        let folder = export["ExportManifest"].as_str().unwrap().replace("manifest-summary.json", "data/");
        let source = json!({"S3Bucket": "tapes", "S3KeyPrefix": folder});
        let import = tapes.import(json!({"S3BucketSource": source, "InputCompressionType": "GZIP"})).await;
        assert_eq!((&import["ImportStatus"], &import["ImportedItemCount"]), (&json!("COMPLETED"), &json!(2)));
        assert_eq!(tapes.scan("copies").await, tapes.scan("songs").await);
        let table = tapes.db.ok("DescribeTable", json!({"TableName": "copies"})).await;
        assert_eq!(table["Table"]["TableStatus"], "ACTIVE");
        let listed = tapes.db.ok("ListImports", json!({})).await;
        assert_eq!(listed["ImportSummaryList"][0]["ImportArn"], import["ImportArn"]);
    });
}

#[test]
fn ion_goes_out_and_comes_back() {
    run(|tapes| async move {
        tapes.songs().await;
        let mut item = song("a", "1");
        item["plays"] = json!({"N": "1200"});
        item["tags"] = json!({"SS": ["calm", "old"]});
        tapes.db.put(item.clone()).await;
        let export = tapes.export(json!({"ExportFormat": "ION"})).await;
        let folder = export["ExportManifest"].as_str().unwrap().replace("manifest-summary.json", "data/");
        let keys = tapes.keys(&folder).await;
        assert!(keys[0].ends_with(".ion.gz"), "{keys:?}");
        let text = gzip::unpack(&tapes.get(&keys[0]).await, 1 << 20).unwrap().unwrap();
        let expected = "$ion_1_0 {Item:{artist:\"a\",plays:12d2,tags:$dynamodb_SS::[\"calm\",\"old\"],title:\"1\"}}\n";
        assert_eq!(text, expected);
        let source = json!({"S3Bucket": "tapes", "S3KeyPrefix": folder});
        let import = json!({"S3BucketSource": source, "InputFormat": "ION", "InputCompressionType": "GZIP"});
        assert_eq!(tapes.import(import).await["ImportStatus"], "COMPLETED");
        assert_eq!(tapes.scan("copies").await, [item]);
    });
}

#[test]
fn csv_gives_keys_their_types_and_everything_else_is_text() {
    run(|tapes| async move {
        tapes.put("in/a.csv", b"artist;title;stars\na;1;5\n\"b;\";2;\nshort;row\n").await;
        let options = json!({"Csv": {"Delimiter": ";"}});
        let import = tapes.import(json!({"InputFormat": "CSV", "InputFormatOptions": options})).await;
        let counts =
            ["ProcessedItemCount", "ImportedItemCount", "ErrorCount"].map(|name| import[name].as_u64().unwrap());
        assert_eq!(counts, [3, 2, 1]);
        assert_eq!(
            (&import["ImportStatus"], &import["FailureCode"]),
            (&json!("FAILED"), &json!("ItemValidationError"))
        );
        let mut items = tapes.scan("copies").await;
        items.sort_by_key(|item| item["artist"]["S"].to_string());
        assert_eq!(items[0]["stars"], json!({"S": "5"}));
        assert_eq!((&items[1]["artist"], &items[1]["stars"]), (&json!({"S": "b;"}), &json!({"S": ""})));

        let scope = Scope::root(&tapes.db.0);
        let events = json!({"logGroupName": "/aws-dynamodb/imports"});
        let events = aws_api::invoke(&tapes.db.0, scope, "logs", "FilterLogEvents", events).await.unwrap();
        let message: Value = serde_json::from_str(events["events"][0]["message"].as_str().unwrap()).unwrap();
        assert_eq!(message["itemS3Pointer"], json!({"bucket": "tapes", "key": "in/a.csv", "itemIndex": 2}));
    });
}

#[test]
fn an_import_of_nothing_fails_and_one_of_what_is_unknown_is_refused() {
    run(|tapes| async move {
        let import = tapes.import(json!({})).await;
        assert_eq!((&import["ImportStatus"], &import["FailureCode"]), (&json!("FAILED"), &json!("S3NoSuchKey")));
        let mut input =
            json!({"S3BucketSource": {"S3Bucket": "tapes"}, "InputFormat": "XML", "TableCreationParameters": songs()});
        assert_eq!(tapes.db.call("ImportTable", input.clone()).await.unwrap_err().code, "ValidationException");
        input["InputFormat"] = json!("CSV");
        input["TableCreationParameters"]["TableName"] = json!("copies");
        assert_eq!(tapes.db.call("ImportTable", input).await.unwrap_err().code, "ResourceInUseException");
    });
}

#[test]
fn a_bulk_put_writes_what_it_can_and_reports_the_rest() {
    run(|tapes| async move {
        tapes.db.songs().await;
        tapes.db.put(song("a", "old")).await;
        let unmet = "attribute_not_exists(artist)";
        let lines = [
            json!({"Item": song("a", "1")}),
            json!({"Item": song("a", "old"), "ConditionExpression": unmet}),
            json!({"Item": song("a", "2"), "ConditionExpression": unmet}),
            json!({"Item": {"artist": {"S": "a"}}}),
        ];
        let bulk = tapes.bulk_put(&lines, json!({})).await;
        assert_eq!(bulk["BulkOperationStatus"], "COMPLETED_WITH_ERRORS");
        assert_eq!((&bulk["ProcessedItemCount"], &bulk["FailedItemCount"]), (&json!(4), &json!(1)));
        assert_eq!(bulk["BulkOperationUsage"][0]["Table"], json!({"BulkPutBytes": 26}));
        assert_eq!(tapes.scan("songs").await.len(), 3);

        let keys = tapes.keys("out/AWSDynamoDB/").await;
        let manifest = keys.iter().find(|key| key.ends_with("manifest.json")).unwrap();
        let manifest: Value = serde_json::from_slice(&tapes.get(manifest).await).unwrap();
        let unmet = tapes.lines(manifest["outputFiles"][0]["dataFileS3Key"].as_str().unwrap()).await;
        assert_eq!(unmet, [json!({"Item": song("a", "old"), "ExistingItem": song("a", "old")})]);
        let wrong = tapes.lines(manifest["outputFiles"][1]["dataFileS3Key"].as_str().unwrap()).await;
        assert_eq!((&wrong[0]["S3Key"], &wrong[0]["LineNumber"]), (&json!("in/lines"), &json!(4)));

        let listed = tapes.db.ok("ListBulkOperations", json!({})).await;
        assert_eq!(listed["BulkOperationsSummaryList"][0]["BulkOperationArn"], bulk["BulkOperationArn"]);
    });
}

#[test]
fn a_bulk_put_keeps_to_its_rate_and_can_be_cancelled() {
    run(|tapes| async move {
        tapes.db.songs().await;
        let lines: Vec<Value> = (0..5000).map(|number| json!({"Item": song("a", &number.to_string())})).collect();
        let bulk = tapes.bulk_put(&lines, json!({"MaxWriteRequestUnits": 1024})).await;
        assert_eq!(bulk["BulkOperationStatus"], "IN_PROGRESS");
        let arn = json!({"BulkOperationArn": bulk["BulkOperationArn"]});
        assert_eq!(tapes.db.ok("CancelBulkOperation", arn.clone()).await["BulkOperationStatus"], "CANCELLING");
        tapes.wait(2).await;
        let bulk = tapes.bulk(&bulk["BulkOperationArn"]).await;
        assert_eq!(bulk["BulkOperationStatus"], "CANCELLED");
        assert_eq!(bulk["ProcessedItemCount"], tapes.scan("songs").await.len());
        assert!(tapes.db.call("CancelBulkOperation", arn).await.is_err());
    });
}

#[test]
fn exports_and_imports_go_on_after_a_restart() {
    let backend = Rc::new(MemoryBackend::default());
    testing::run_on(backend.clone(), |kernel| async move {
        let tapes = open(&kernel).await;
        tapes.room.set_pace(Pace { table_ms: 60_000, ..Pace::default() }).await.unwrap();
        tapes.s3("CreateBucket", json!({"Bucket": "tapes"})).await;
        tapes.put("in/a", json!({"Item": song("a", "1")}).to_string().as_bytes()).await;
        let import = tapes.import(json!({})).await;
        assert_eq!(import["ImportStatus"], "IN_PROGRESS");
    });
    testing::run_on(backend, |kernel| async move {
        let tapes = open(&kernel).await;
        tapes.wait(5).await;
        let listed = tapes.db.ok("ListImports", json!({})).await;
        assert_eq!(listed["ImportSummaryList"][0]["ImportStatus"], "COMPLETED");
        assert_eq!(tapes.scan("copies").await, [song("a", "1")]);
    });
}

#[test]
fn a_template_fills_a_table_from_a_bucket() {
    run(|tapes| async move {
        tapes.put("in/songs.csv", b"artist,title\nNina,Sinnerman\nOtis,Respect\n").await;
        let provider = tapes.db.0.resource_types.get("AWS::DynamoDB::Table").unwrap();
        let context = super::templates::context(&tapes.db.0);
        let mut properties = songs();
        properties["ImportSourceSpecification"] = json!({
            "InputFormat": "CSV", "S3BucketSource": {"S3Bucket": "tapes", "S3KeyPrefix": "in/"},
        });
        properties["Tags"] = json!([{"Key": "team", "Value": "music"}]);
        properties["StreamSpecification"] = json!({"StreamViewType": "KEYS_ONLY"});
        let made = provider.create(&context, &properties).await.unwrap();
        assert!(made.attributes["StreamArn"].as_str().unwrap().contains("/stream/"));
        assert_eq!(tapes.db.ok("Scan", json!({"TableName": "songs", "Select": "COUNT"})).await["Count"], 2);
        let tags = tapes.db.ok("ListTagsOfResource", json!({"ResourceArn": made.attributes["Arn"]})).await;
        assert_eq!(tags["Tags"][0]["Value"], "music");

        let mut nowhere = properties.clone();
        nowhere["TableName"] = json!("others");
        nowhere["ImportSourceSpecification"]["S3BucketSource"]["S3Bucket"] = json!("nowhere");
        let error = provider.create(&context, &nowhere).await.unwrap_err();
        assert!(error.message.starts_with("The import of table others failed: "), "{error:?}");
    });
}
