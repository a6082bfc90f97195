//! What an import does: reads objects, fills the table, and logs what it could not take.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::{AwsError, Batch, Caller, Scope};
use serde_json::{Map, Value, json};

use super::{csv, import::LOG_GROUP, jobs::Job, lines, objects::Objects, unpack::text_of};
use crate::{
    DynamoDb,
    api::{Input, table_name},
    rules::{MAX_ITEM_SIZE, item, no_such_table, wording::Layer},
    state::{Place, TableDefinition, Write, keep_definition},
    value::{Item, Packed, item_size, parse_item},
};

/// Items that are kept at once.
const BATCH: usize = 1000;

/// Errors that are logged; the others are only counted.
const MAX_LOGGED: usize = 10_000;

/// Events in one call of PutLogEvents.
const MAX_EVENTS: usize = 1000;

/// How far an import is.
#[derive(Default)]
struct Progress {
    processed_bytes: u64,
    processed: u64,
    imported: u64,
    errors: u64,
    /// What is logged of errors.
    log: Vec<String>,
}

impl DynamoDb {
    /// Fills the table of an import; what is then told of the job.
    pub async fn do_import(&self, scope: &Scope, job: &Job) -> Result<Map<String, Value>, AwsError> {
        let name = table_name(job.text("TableArn")).to_owned();
        let mut progress = Progress::default();
        let read = self.fill(scope, job, &name, &mut progress).await;
        if !progress.log.is_empty() {
            // As in AWS, who does not get the log still gets the count.
            let _ = self.log_errors(scope, job, &progress.log).await;
        }
        self.open_table(scope, &name).await?;
        read?;
        let mut outcome = json!({
            "ImportStatus": "COMPLETED",
            "ErrorCount": progress.errors,
            "ProcessedSizeBytes": progress.processed_bytes,
            "ProcessedItemCount": progress.processed,
            "ImportedItemCount": progress.imported,
        });
        if progress.errors > 0 {
            outcome["ImportStatus"] = json!("FAILED");
            outcome["FailureCode"] = json!("ItemValidationError");
            outcome["FailureMessage"] = json!(
                "Some of the items failed validation checks. Please check CloudWatch error logs for more details."
            );
        }
        Ok(outcome.as_object().cloned().unwrap_or_default())
    }

    async fn fill(&self, scope: &Scope, job: &Job, name: &str, progress: &mut Progress) -> Result<(), AwsError> {
        let request = Input(&job.request);
        let source = request.structure("S3BucketSource");
        let mut objects = Objects::of(self, scope, source);
        let prefix = source.text("S3KeyPrefix").unwrap_or_default();
        let listed = objects.list(prefix).await?;
        if listed.is_empty() {
            return Err(AwsError::new("S3NoSuchKey", format!("There are no objects with the prefix {prefix}")));
        }
        for object in listed {
            let body = objects.get(&object.key).await?;
            progress.processed_bytes += object.size;
            let text = text_of(request.text("InputCompressionType"), &body);
            self.tables_ready(scope, &[name]).await?;
            let definition = self.definition_of(scope, name)?;
            let items = text.map(|text| items_in(request, &text, &definition));
            let items = items.unwrap_or_else(|problem| vec![Err(problem)]);
            let mut batch = BTreeMap::new();
            for (index, item) in items.into_iter().enumerate() {
                progress.processed += 1;
                match item {
                    Ok(item) => {
                        progress.imported += 1;
                        // The check has found the key whole.
                        batch.insert(definition.keys.encode(&item).unwrap_or_default(), Packed::of(&item));
                    }
                    Err(problem) => {
                        progress.errors += 1;
                        if progress.log.len() == MAX_LOGGED {
                            continue;
                        }
                        let pointer = json!({"bucket": source.text("S3Bucket"), "key": object.key, "itemIndex": index});
                        let event =
                            json!({"itemS3Pointer": pointer, "importArn": job.arn(), "errorMessages": [problem]});
                        progress.log.push(event.to_string());
                    }
                }
                if batch.len() == BATCH {
                    self.fill_in(scope, name, std::mem::take(&mut batch)).await?;
                }
            }
            self.fill_in(scope, name, batch).await?;
        }
        Ok(())
    }

    fn definition_of(&self, scope: &Scope, name: &str) -> Result<TableDefinition, AwsError> {
        let mut state = self.state.borrow_mut();
        let table = state.region(scope).tables.get(name).ok_or_else(|| no_such_table(name))?;
        Ok(table.definition.clone())
    }

    /// Puts items into the table, at no cost.
    async fn fill_in(&self, scope: &Scope, name: &str, items: BTreeMap<Vec<u8>, Packed>) -> Result<(), AwsError> {
        self.tables_ready(scope, &[name]).await?;
        let mut batch = Batch::default();
        {
            let mut state = self.state.borrow_mut();
            let region = state.region(scope);
            if !region.tables.contains_key(name) {
                return Err(no_such_table(name));
            }
            for (key, item) in items {
                let write = Write { key, new: Some(item), at: self.now(), by_time_to_live: false };
                region.write(name, write, &mut batch);
            }
        }
        self.commit(batch).await
    }

    /// Opens the tables of imports that did not begin: the cloud was closed between table and job.
    pub fn open_stranded_tables(&self, running: &[(Place, Job)]) {
        let changing = self.state.borrow().changing();
        for ((account, region), table) in changing {
            let is_made_by = |(_, job): &&(Place, Job)| job.text("TableArn") == table.arn;
            let is_import = table.change.as_ref().is_some_and(|change| change.until == u64::MAX);
            if is_import && !running.iter().any(|job| is_made_by(&job)) {
                let scope = Scope { account, ..Scope::new(&self.kernel, &region, Caller::service("dynamodb")) };
                let me = self.me.clone();
                self.kernel.tasks.spawn(async move {
                    if let Some(room) = me.upgrade() {
                        // What cannot be kept is done again after the next start.
                        let _ = room.open_table(&scope, &table.name).await;
                    }
                });
            }
        }
    }

    /// Ends the making of the table: others may use it from now on.
    async fn open_table(&self, scope: &Scope, name: &str) -> Result<(), AwsError> {
        let mut batch = Batch::default();
        {
            let mut state = self.state.borrow_mut();
            let table = state.region(scope).tables.get_mut(name).ok_or_else(|| no_such_table(name))?;
            table.definition.change = None;
            keep_definition(scope, &table.definition, &mut batch);
        }
        self.commit(batch).await
    }

    /// Writes errors to the log group of imports.
    async fn log_errors(&self, scope: &Scope, job: &Job, log: &[String]) -> Result<(), AwsError> {
        let ask = async |operation: &str, input: Value| {
            let scope = scope.child(&self.kernel, Caller::service("dynamodb"));
            match aws_api::invoke(&self.kernel, scope, "logs", operation, input).await {
                Err(error) if error.code != "ResourceAlreadyExistsException" => Err(error),
                _ => Ok(()),
            }
        };
        let stream = job.id();
        ask("CreateLogGroup", json!({"logGroupName": LOG_GROUP})).await?;
        ask("CreateLogStream", json!({"logGroupName": LOG_GROUP, "logStreamName": stream})).await?;
        for part in log.chunks(MAX_EVENTS) {
            let events: Vec<_> =
                part.iter().map(|message| json!({"timestamp": self.now(), "message": message})).collect();
            let input = json!({"logGroupName": LOG_GROUP, "logStreamName": stream, "logEvents": events});
            ask("PutLogEvents", input).await?;
        }
        Ok(())
    }
}

/// The items that an object spells, or why they are none.
fn items_in(request: Input<'_>, text: &str, table: &TableDefinition) -> Vec<Result<Item, String>> {
    let items: Vec<Result<Item, String>> = if request.text("InputFormat") == Some("CSV") {
        rows_as_items(request.structure("InputFormatOptions").structure("Csv"), text, table)
    } else {
        let records = lines::records(request.text("InputFormat"), text);
        let read = |value: Value| parse_item(&value["Item"]).map_err(|error| Layer::Older.refuse_value(&error).message);
        records.map(|record| record.value.and_then(read)).collect()
    };
    let checked = items.into_iter().map(|item| {
        let item = item?;
        if item_size(&item) > MAX_ITEM_SIZE {
            return Err("Item size has exceeded the maximum allowed size".to_owned());
        }
        item::check_item(table, &item).map_err(|error| error.message)?;
        Ok(item)
    });
    checked.collect()
}

/// Rows as items: key attributes, also of indexes, have the types that the table declares, all others are
/// texts.
fn rows_as_items(options: Input<'_>, text: &str, table: &TableDefinition) -> Vec<Result<Item, String>> {
    let delimiter = options.text("Delimiter").and_then(|text| text.chars().next()).unwrap_or(',');
    let mut rows = csv::rows(text, delimiter).into_iter();
    let named = options.list("HeaderList").map(|names| {
        let names = names.iter().map(|name| name.as_str().unwrap_or_default().to_owned());
        Ok(names.collect::<Vec<_>>())
    });
    let header = match named.or_else(|| rows.next()) {
        Some(Ok(header)) => header,
        Some(Err(problem)) => return vec![Err(problem.to_owned())],
        None => return Vec::new(),
    };
    let as_item = |row: csv::Row| {
        let row = row?;
        if row.len() != header.len() {
            return Err(format!("The row has {} fields and the header {}", row.len(), header.len()));
        }
        let mut fields = Map::new();
        for (name, field) in header.iter().zip(row) {
            let declared = table.attributes.iter().find(|attribute| attribute.name == *name);
            let kind = declared.map_or("S", |attribute| attribute.kind.name());
            if kind == "B" && STANDARD.decode(&field).is_err() {
                return Err(format!("{name} is not base64"));
            }
            fields.insert(name.clone(), json!({kind: field}));
        }
        parse_item(&Value::Object(fields)).map_err(|error| Layer::Older.refuse_value(&error).message)
    };
    rows.map(as_item).collect()
}
