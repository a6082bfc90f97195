//! What an export does: data files, then the manifests that name them.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html>

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::{AwsError, Scope};
use md5::{Digest, Md5};
use serde_json::{Map, Value, json};

use super::{
    export::view_type,
    filter::Filter,
    ion,
    jobs::Job,
    objects::{Objects, encryption},
};
use crate::{
    DynamoDb,
    api::{Input, Past, describe::iso8601, table_name},
    value::{Item, Packed, item_size, item_to_json},
    wire::gzip,
};

/// The size of lines after which a data file is full.
const FILE_SIZE: usize = 8 << 20;

/// What an export tells of one item, and the bytes that are billed for it.
struct Record {
    /// Members that hold attribute values, in their order.
    members: Vec<(&'static str, Value)>,
    /// When it was written, in microseconds, if that is told.
    written: Option<u64>,
    size: usize,
}

impl Record {
    /// The record as a line of a data file.
    fn line(&self, format: &str) -> String {
        if format == "ION" {
            return ion::record(self.written, &self.members);
        }
        let mut line = Map::new();
        if let Some(moment) = self.written {
            line.insert("Metadata".to_owned(), json!({"WriteTimestampMicros": {"N": moment.to_string()}}));
        }
        line.extend(self.members.iter().map(|(name, values)| ((*name).to_owned(), values.clone())));
        Value::Object(line).to_string()
    }
}

impl DynamoDb {
    /// Exports a table; what is then told of the job.
    pub async fn do_export(&self, scope: &Scope, job: &Job) -> Result<Map<String, Value>, AwsError> {
        let request = Input(&job.request);
        let mut objects = Objects::of(self, scope, request);
        let prefix =
            request.text("S3Prefix").map_or_else(String::new, |prefix| format!("{}/", prefix.trim_end_matches('/')));
        let folder = format!("{prefix}AWSDynamoDB/{}", job.id());
        let mut headers = encryption(request);
        headers.insert("ACL".to_owned(), json!("bucket-owner-full-control"));
        objects.put(&format!("{folder}/_started"), b"", &headers).await?;

        let from = moment_of(job, "ExportFromTime");
        let records = self.records(scope, job, from).await?;
        // Incremental exports share a folder for their data.
        let data = if from.is_some() { format!("{prefix}AWSDynamoDB/data") } else { format!("{folder}/data") };
        let (count, size) = (records.len(), records.iter().map(|record| record.size).sum::<usize>());
        let mut files = String::new();
        let format = job.text("ExportFormat");
        for lines in in_files(records) {
            let kind = if format == "ION" { "ion" } else { "json" };
            let key = format!("{data}/{}.{kind}.gz", self.kernel.rng.lower_alphanumeric(26));
            let text = lines.iter().fold(String::new(), |text, record| text + &record.line(format) + "\n");
            let packed = gzip::pack(text.as_bytes());
            let etag = objects.put(&key, &packed, &headers).await?;
            let entry = json!({
                "itemCount": lines.len(),
                "md5Checksum": STANDARD.encode(Md5::digest(&packed)),
                "etag": etag,
                "dataFileS3Key": key,
            });
            files = files + &entry.to_string() + "\n";
            self.kernel.tasks.breathe().await;
        }
        let files_key = format!("{folder}/manifest-files.json");
        let summary_key = format!("{folder}/manifest-summary.json");
        let summary = self.summary(job, &files_key, count, size).to_string();
        for (key, text) in [(&files_key, &files), (&summary_key, &summary)] {
            objects.put(key, text.as_bytes(), &headers).await?;
            let checksum = STANDARD.encode(Md5::digest(text));
            objects.put(&key.replace(".json", ".checksum"), checksum.as_bytes(), &headers).await?;
        }
        let outcome = json!({
            "ExportStatus": "COMPLETED",
            "ExportManifest": summary_key,
            "ItemCount": count,
            "BilledSizeBytes": size,
        });
        Ok(outcome.as_object().cloned().unwrap_or_default())
    }

    /// What the export tells: of every item at its moment, or of every item that changed since `from`.
    async fn records(&self, scope: &Scope, job: &Job, from: Option<u64>) -> Result<Vec<Record>, AwsError> {
        let name = table_name(job.text("TableArn")).to_owned();
        self.tables_ready(scope, &[&name]).await?;
        let Some(from) = from else {
            let past = self.past(scope, &name, job.moment).await?;
            let filter = Filter::read(Input(&job.request), &past.definition)?;
            let items = past.items.iter().map(|(key, item)| (key, item.item()));
            let told = items.filter(|(key, item)| filter.takes(key, item));
            return Ok(told.map(|(_, item)| full(&filter.part(&item))).collect());
        };
        // From the first moment on, up to the last one without it.
        let before = self.past(scope, &name, from.saturating_sub(1)).await?;
        self.tables_ready(scope, &[&name]).await?;
        let after = self.past(scope, &name, job.moment.saturating_sub(1)).await?;
        changed(job, &before, &after)
    }

    fn summary(&self, job: &Job, files_key: &str, count: usize, size: usize) -> Value {
        let told = |name: &str| job.description.get(name).cloned().unwrap_or(Value::Null);
        let mut summary = json!({
            "version": "2020-06-30",
            "exportArn": job.arn(),
            "startTime": iso8601(job.started_at),
            "endTime": iso8601(self.now()),
            "tableArn": told("TableArn"),
            "tableId": told("TableId"),
            "exportTime": iso8601(job.moment),
            "s3Bucket": told("S3Bucket"),
            "s3Prefix": told("S3Prefix"),
            "s3SseAlgorithm": told("S3SseAlgorithm"),
            "s3SseKmsKeyId": told("S3SseKmsKeyId"),
            "manifestFilesS3Key": files_key,
            "billedSizeBytes": size,
            "itemCount": count,
            "outputFormat": told("ExportFormat"),
            "exportType": told("ExportType"),
        });
        if let (Some(from), Some(summary)) = (moment_of(job, "ExportFromTime"), summary.as_object_mut()) {
            summary.insert("version".to_owned(), json!("2023-08-01"));
            summary.remove("exportTime");
            summary.insert("exportFromTime".to_owned(), json!(iso8601(from)));
            summary.insert("exportToTime".to_owned(), json!(iso8601(job.moment)));
            let view = view_type(Input(&job.request));
            summary.insert("outputView".to_owned(), json!(view));
        }
        summary
    }
}

/// A moment of `IncrementalExportSpecification`, in milliseconds.
fn moment_of(job: &Job, name: &str) -> Option<u64> {
    let specification = job.description.get("IncrementalExportSpecification")?;
    specification[name].as_f64().map(|seconds| (seconds * 1000.0).round() as u64)
}

fn full(item: &Item) -> Record {
    Record { members: vec![("Item", item_to_json(item))], written: None, size: item_size(item) }
}

/// What became of every item that changed after `before` and up to `after`. The old image is there where
/// there was one and the view has it, the new one where there is one.
fn changed(job: &Job, before: &Past, after: &Past) -> Result<Vec<Record>, AwsError> {
    let filter = Filter::read(Input(&job.request), &after.definition)?;
    let has_old_images = view_type(Input(&job.request)) == "NEW_AND_OLD_IMAGES";
    let mut written = BTreeMap::new();
    for change in before.changes.iter().filter(|change| change.at < job.moment) {
        // The first change of an item knows the item itself, if `before` does not, by its key alone.
        written.insert(&change.key, change.at);
    }
    let mut records = Vec::new();
    for (key, at) in written {
        let (old, new) = (before.items.get(key), after.items.get(key));
        // An item that came and went in between is not told.
        let Some(known) = new.or(old).map(Packed::item) else { continue };
        if !filter.takes(key, &known) {
            continue;
        }
        let mut members = vec![("Keys", item_to_json(&after.definition.keys.of(&known)))];
        let mut size = 0;
        let images = [("NewImage", new), ("OldImage", old.filter(|_| has_old_images))];
        for (name, image) in images {
            if let Some(image) = image.map(|image| filter.part(&image.item())) {
                size += item_size(&image);
                members.push((name, item_to_json(&image)));
            }
        }
        records.push(Record { members, written: Some(at * 1000), size });
    }
    Ok(records)
}

/// The lines of each data file; there is at least one file.
fn in_files(records: Vec<Record>) -> Vec<Vec<Record>> {
    let mut files = vec![Vec::new()];
    let mut size = 0;
    for record in records {
        if size >= FILE_SIZE {
            files.push(Vec::new());
            size = 0;
        }
        size += record.size;
        if let Some(file) = files.last_mut() {
            file.push(record);
        }
    }
    files
}
