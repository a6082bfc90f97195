//! What a bulk put does: reads objects, writes their items one by one, each under its own condition, and
//! reports those that were not written.

use std::{collections::BTreeMap, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::{AwsError, Batch, Scope};
use md5::{Digest, Md5};
use serde_json::{Map, Value, json};

use super::{
    jobs::{Job, Kind},
    lines::{self, Record},
    objects::{Objects, encryption},
    unpack::text_of,
};
use crate::{
    DynamoDb,
    api::{Failure, Growth, Input, Plan, Request, table_name},
    rules::{table_not_found, wording::Layer},
    state::{TableDefinition, Write},
    value::{Packed, item_size, item_to_json},
    wire::gzip,
};

/// Items that are kept at once.
const BATCH: usize = 100;

/// Bytes of a write request unit.
const UNIT: usize = 1024;

/// How far a bulk put is.
#[derive(Default)]
struct Progress {
    processed: u64,
    failed: u64,
    read_bytes: u64,
    total_bytes: u64,
    table_bytes: u64,
    index_bytes: BTreeMap<(bool, String), u64>,
    vector_bytes: BTreeMap<String, f64>,
    /// Lines of the report, by output type.
    report: BTreeMap<&'static str, Vec<String>>,
    /// Units that were written since the last pause.
    units: u64,
    is_cancelled: bool,
}

/// What became of a line.
enum Outcome {
    Written(Box<Plan>),
    /// Its condition does not hold.
    Unmet(Value),
    /// It is wrong in itself.
    Wrong(String),
    /// Somebody else's transaction is about this item.
    Held,
}

impl DynamoDb {
    /// Puts all items; what is then told of the job.
    pub async fn do_bulk_put(&self, scope: &Scope, job: &Job) -> Result<Map<String, Value>, AwsError> {
        let mut progress = Progress::default();
        let put = self.put_all(scope, job, &mut progress).await;
        let reported = self.report(scope, job, &progress).await;
        let mut outcome = told(job, &progress);
        let error = put.err().or(reported.err());
        let status = match &error {
            Some(_) => "FAILED",
            None if progress.is_cancelled => "CANCELLED",
            None if progress.failed > 0 => "COMPLETED_WITH_ERRORS",
            None => "COMPLETED",
        };
        outcome.insert("BulkOperationStatus".to_owned(), json!(status));
        let cancelled = || AwsError::new("Cancelled", "The operation was cancelled by CancelBulkOperation");
        if let Some(error) = error.or_else(|| progress.is_cancelled.then(cancelled)) {
            outcome.insert("FailureCode".to_owned(), json!(error.code));
            outcome.insert("FailureMessage".to_owned(), json!(error.message));
        }
        Ok(outcome)
    }

    async fn put_all(&self, scope: &Scope, job: &Job, progress: &mut Progress) -> Result<(), AwsError> {
        let configuration = Input(&job.request).structure("InputS3Configuration");
        let mut objects = Objects::of(self, scope, configuration);
        let prefix = configuration.text("S3KeyPrefix").unwrap_or_default();
        let listed = objects.list(prefix).await?;
        if listed.is_empty() {
            return Err(AwsError::new("S3NoSuchKey", format!("There are no objects with the prefix {prefix}")));
        }
        progress.total_bytes = listed.iter().map(|object| object.size).sum();
        for object in listed {
            let body = objects.get(&object.key).await?;
            progress.read_bytes += object.size;
            match text_of(configuration.text("InputCompressionType"), &body) {
                Ok(text) => self.put_lines(scope, job, &object.key, &text, progress).await?,
                Err(problem) => progress.wrong(&object.key, 0, &problem, Value::Null),
            }
            if progress.is_cancelled {
                return Ok(());
            }
        }
        Ok(())
    }

    async fn put_lines(
        &self,
        scope: &Scope,
        job: &Job,
        key: &str,
        text: &str,
        progress: &mut Progress,
    ) -> Result<(), AwsError> {
        let format = Input(&job.request).structure("InputS3Configuration").text("InputFormat").map(str::to_owned);
        let mut records = lines::records(format.as_deref(), text);
        loop {
            let part: Vec<Record<'_>> = records.by_ref().take(BATCH).collect();
            if part.is_empty() {
                return Ok(());
            }
            let now = self.job(scope, Kind::BulkPut, job.arn());
            if now.is_some_and(|job| job.text("BulkOperationStatus") == "CANCELLING") {
                progress.is_cancelled = true;
                return Ok(());
            }
            let mut next = 0;
            while next < part.len() {
                next += self.put_some_lines(scope, job, key, &part[next..], progress).await?;
            }
            self.note_job(scope, job.arn(), told(job, progress)).await?;
            self.keep_rate(job, progress).await;
            self.kernel.tasks.breathe().await;
        }
    }

    /// Puts lines up to one whose item a transaction holds, and keeps them; how many they were.
    async fn put_some_lines(
        &self,
        scope: &Scope,
        job: &Job,
        key: &str,
        records: &[Record<'_>],
        progress: &mut Progress,
    ) -> Result<usize, AwsError> {
        let name = table_name(Input(&job.request).table_name()).to_owned();
        self.tables_ready(scope, &[&name]).await?;
        let mut batch = Batch::default();
        let mut done = 0;
        for record in records {
            match self.put_record(scope, &name, record, &mut batch)? {
                (Outcome::Held, _) => break,
                (Outcome::Written(plan), definition) => progress.written(&definition, &plan),
                (Outcome::Unmet(detail), _) => {
                    progress.processed += 1;
                    progress.add("CONDITION_CHECK_FAILURE", detail);
                }
                (Outcome::Wrong(problem), _) => progress.wrong(key, record.line, &problem, json!(record.text)),
            }
            done += 1;
        }
        self.commit(batch).await?;
        self.watch_expiry();
        Ok(done)
    }

    /// Stages the item of a record.
    fn put_record(
        &self,
        scope: &Scope,
        name: &str,
        record: &Record<'_>,
        batch: &mut Batch,
    ) -> Result<(Outcome, TableDefinition), AwsError> {
        let mut state = self.state.borrow_mut();
        let region = state.region(scope);
        let table = region.tables.get(name).ok_or_else(|| table_not_found(name))?;
        let definition = table.definition.clone();
        let request = record.value.clone().and_then(|mut line| {
            line["TableName"] = json!(name);
            line["ReturnValuesOnConditionCheckFailure"] = json!("ALL_OLD");
            Request::read(Input(&line), "Put", Layer::Older).map_err(|error| error.message)
        });
        let request = match request {
            Ok(request) => request,
            Err(problem) => return Ok((Outcome::Wrong(problem), definition)),
        };
        let place = definition.keys.encode(request.subject());
        if place.is_some_and(|place| self.is_held(scope, name, &place)) {
            return Ok((Outcome::Held, definition));
        }
        let plan = match request.plan(table) {
            Ok(plan) => plan,
            Err(Failure::Condition(old)) => {
                let item = item_to_json(request.subject());
                let detail = json!({"Item": item, "ExistingItem": old.map(|item| item_to_json(&item.item()))});
                return Ok((Outcome::Unmet(detail), definition));
            }
            Err(failure) => return Ok((Outcome::Wrong(failure.into_error().message), definition)),
        };
        if let Err(error) = self.check_collection(table, &request, &plan, &mut Growth::default()) {
            return Ok((Outcome::Wrong(error.message), definition));
        }
        let write = Write { key: plan.key.clone(), new: plan.new.clone(), at: self.now(), by_time_to_live: false };
        region.write(name, write, batch);
        Ok((Outcome::Written(Box::new(plan)), definition))
    }

    /// Waits until what was written is no more than `MaxWriteRequestUnits` for each second.
    async fn keep_rate(&self, job: &Job, progress: &mut Progress) {
        let Some(most) = Input(&job.request).number("MaxWriteRequestUnits") else { return };
        let seconds = progress.units / most.max(1);
        if seconds > 0 {
            progress.units -= seconds * most;
            self.kernel.clock.sleep(Duration::from_secs(seconds)).await;
        }
    }

    /// Writes the report: one object for each type of output that is asked for and has something to tell,
    /// and a manifest.
    async fn report(&self, scope: &Scope, job: &Job, progress: &Progress) -> Result<(), AwsError> {
        let output = Input(&job.request).structure("OutputS3Configuration");
        let mut objects = Objects::of(self, scope, output);
        let headers = encryption(output);
        let prefix =
            output.text("S3KeyPrefix").map_or_else(String::new, |prefix| format!("{}/", prefix.trim_end_matches('/')));
        let folder = format!("{prefix}AWSDynamoDB/{}", job.id());
        let wanted = output.list("OutputType").unwrap_or_default();
        let mut files = Vec::new();
        for (kind, lines) in progress.report.iter().filter(|(kind, _)| wanted.contains(&json!(kind))) {
            let key =
                format!("{folder}/data/{}/{}.json.gz", kind.to_lowercase(), self.kernel.rng.lower_alphanumeric(26));
            let packed = gzip::pack(lines.concat().as_bytes());
            objects.put(&key, &packed, &headers).await?;
            let checksum = STANDARD.encode(Md5::digest(&packed));
            files.push(
                json!({"outputType": kind, "itemCount": lines.len(), "md5Checksum": checksum, "dataFileS3Key": key}),
            );
        }
        let manifest = json!({
            "bulkOperationArn": job.arn(),
            "processedItemCount": progress.processed,
            "failedItemCount": progress.failed,
            "outputFiles": files,
        });
        objects.put(&format!("{folder}/manifest.json"), manifest.to_string().as_bytes(), &headers).await?;
        Ok(())
    }
}

impl Progress {
    fn written(&mut self, table: &TableDefinition, plan: &Plan) {
        self.processed += 1;
        let Some(item) = plan.new.as_ref().map(Packed::item) else { return };
        let size = item_size(&item);
        self.table_bytes += size as u64;
        self.units += size.div_ceil(UNIT) as u64;
        for (index, bytes) in &plan.consumed.vectors {
            *self.vector_bytes.entry(index.clone()).or_default() += bytes;
        }
        for index in table.indexes.iter().filter(|index| index.keys.encode(&item).is_some()) {
            let bytes = self.index_bytes.entry((index.local, index.name.clone())).or_default();
            *bytes += index.view_size(&table.keys, &item) as u64;
        }
    }

    fn wrong(&mut self, key: &str, line: usize, problem: &str, text: Value) {
        self.processed += 1;
        self.failed += 1;
        self.add("ERROR", json!({"S3Key": key, "LineNumber": line + 1, "ErrorMessage": problem, "Input": text}));
    }

    fn add(&mut self, kind: &'static str, line: Value) {
        self.report.entry(kind).or_default().push(format!("{line}\n"));
    }
}

/// What is told of a job that is so far.
fn told(job: &Job, progress: &Progress) -> Map<String, Value> {
    let of_indexes = |local: bool| {
        let own = progress.index_bytes.iter().filter(|((is_local, _), _)| *is_local == local);
        let own: Map<String, Value> =
            own.map(|((_, name), bytes)| (name.clone(), json!({"BulkPutBytes": bytes}))).collect();
        (!own.is_empty()).then_some(own)
    };
    let total = progress.table_bytes + progress.index_bytes.values().sum::<u64>();
    let mut usage = json!({
        "TableName": job.description["TableDetails"][0]["TableName"],
        "BulkPutBytes": total,
        "Table": {"BulkPutBytes": progress.table_bytes},
    });
    for (name, indexes) in [("LocalSecondaryIndexes", of_indexes(true)), ("GlobalSecondaryIndexes", of_indexes(false))]
    {
        if let Some(indexes) = indexes {
            usage[name] = Value::Object(indexes);
        }
    }
    if !progress.vector_bytes.is_empty() {
        let bytes = progress.vector_bytes.iter();
        let told = bytes.map(|(name, bytes)| (name.clone(), json!({"BulkPutVectorBytes": *bytes as u64})));
        usage["VectorIndexes"] = Value::Object(told.collect());
    }
    let told = json!({
        "ProcessedItemCount": progress.processed,
        "FailedItemCount": progress.failed,
        "ProcessedInputBytes": progress.read_bytes,
        "TotalInputBytes": progress.total_bytes,
        "BulkOperationUsage": [usage],
    });
    told.as_object().cloned().unwrap_or_default()
}
