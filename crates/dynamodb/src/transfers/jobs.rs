//! Jobs: what is told of them, how they begin, go on and end.

use std::{collections::BTreeMap, time::Duration};

use aws_api::Call;
use kernel::{AwsError, Batch, Caller, Kernel, Scope, Space, StorageError};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{
    DynamoDb,
    api::{Input, describe::seconds},
    state::Place,
    storage_failed,
};

/// `ACCOUNT/REGION/ARN` → job (JSON)
const SPACE: Space = Space::new("dynamodb.transfers");

/// How long a token stands for its request, in milliseconds: 8 hours.
const TOKEN_LIFE: u64 = 8 * 60 * 60 * 1000;

/// How long jobs are listed, in milliseconds: 90 days.
const LISTED: u64 = 90 * 24 * 60 * 60 * 1000;

/// What is waited for before jobs go on after a start, so that all services are there.
const START: Duration = Duration::from_secs(1);

/// What a job does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// A table to objects.
    Export,
    /// Objects to a new table.
    Import,
    /// Objects to a table that is there.
    BulkPut,
}

impl Kind {
    /// The member that tells the status.
    pub fn status(self) -> &'static str {
        match self {
            Self::Export => "ExportStatus",
            Self::Import => "ImportStatus",
            Self::BulkPut => "BulkOperationStatus",
        }
    }

    /// The member that holds the ARN.
    pub fn arn(self) -> &'static str {
        match self {
            Self::Export => "ExportArn",
            Self::Import => "ImportArn",
            Self::BulkPut => "BulkOperationArn",
        }
    }

    /// What stands in ARNs before the job's id.
    fn label(self) -> &'static str {
        match self {
            Self::Export => "export",
            Self::Import => "import",
            Self::BulkPut => "bulk-operation",
        }
    }

    /// The refusal of a token that stands for another request.
    fn conflict(self) -> AwsError {
        let (code, message) = match self {
            Self::Export => (
                "ExportConflictException",
                "Export with the same client token but different parameters has already been requested",
            ),
            Self::Import => (
                "ImportConflictException",
                "Import with the same client token but different parameters has already been requested",
            ),
            Self::BulkPut => (
                "IdempotentParameterMismatchException",
                "DynamoDB rejected the request because you retried a request with a different payload but with an \
                 idempotent token that was already used.",
            ),
        };
        AwsError::new(code, message)
    }
}

/// A job that has begun.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Job {
    /// What it does.
    pub kind: Kind,
    /// Who asked for it, and in whose name it acts. Of jobs of older versions that is not known.
    #[serde(default = "service")]
    pub caller: Caller,
    /// The request, as it came.
    pub request: Value,
    /// The moment of the table that an export tells, in milliseconds.
    pub moment: u64,
    /// When it began, in milliseconds.
    pub started_at: u64,
    /// What its description tells.
    pub description: Map<String, Value>,
}

fn service() -> Caller {
    Caller::service("dynamodb")
}

impl Job {
    /// Its ARN.
    pub fn arn(&self) -> &str {
        self.text(self.kind.arn())
    }

    /// The end of its ARN.
    pub fn id(&self) -> &str {
        self.arn().rsplit('/').next().unwrap_or_default()
    }

    /// A text of its description.
    pub fn text(&self, name: &str) -> &str {
        self.description.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    fn is_running(&self) -> bool {
        matches!(self.text(self.kind.status()), "IN_PROGRESS" | "CANCELLING")
    }
}

/// All jobs, by place and ARN.
pub type Jobs = BTreeMap<Place, BTreeMap<String, Job>>;

/// Reads all jobs.
pub async fn load(kernel: &Kernel) -> Result<Jobs, StorageError> {
    let mut jobs = Jobs::new();
    let mut broken = false;
    let read = |(key, value): kernel::Entry| {
        let key = String::from_utf8(key).unwrap_or_default();
        let mut parts = key.splitn(3, '/').map(str::to_owned);
        match (parts.next(), parts.next(), parts.next(), serde_json::from_slice::<Job>(&value)) {
            (Some(account), Some(region), Some(arn), Ok(job)) => {
                jobs.entry((account, region)).or_default().insert(arn, job);
            }
            _ => broken = true,
        }
    };
    kernel.storage.load(&SPACE, read).await?;
    if broken { Err(StorageError::Backend("the stored transfers are garbled".into())) } else { Ok(jobs) }
}

fn keep(place: &Place, job: &Job, batch: &mut Batch) {
    let key = format!("{}/{}/{}", place.0, place.1, job.arn());
    // Texts, numbers and maps with text keys always serialise.
    batch.put(&SPACE, key, serde_json::to_vec(job).unwrap_or_default());
}

/// The place in which a scope acts.
pub fn place_of(scope: &Scope) -> Place {
    (scope.account.clone(), scope.region.clone())
}

impl DynamoDb {
    /// The job that an equal request with the same token has begun; another request with it is refused.
    pub fn repeated(&self, call: &Call, kind: Kind) -> Result<Option<Job>, AwsError> {
        let Some(token) = Input(&call.input).text("ClientToken") else { return Ok(None) };
        let now = self.now();
        let jobs = self.transfers.borrow();
        let own = jobs.get(&place_of(&call.scope)).into_iter().flat_map(BTreeMap::values);
        let mut known = own.filter(|job| job.kind == kind && job.started_at + TOKEN_LIFE > now);
        match known.rfind(|job| job.request["ClientToken"] == token) {
            Some(job) if job.request != call.input => Err(kind.conflict()),
            job => Ok(job.cloned()),
        }
    }

    /// A job about the table with the ARN `table` that begins now, told by `members`.
    pub fn new_job(&self, call: &Call, kind: Kind, table: &str, members: Value) -> Job {
        let now = self.now();
        let suffix = u32::from_be_bytes(self.kernel.rng.bytes());
        let token = Input(&call.input).text("ClientToken").map_or_else(|| self.kernel.rng.uuid(), str::to_owned);
        let mut description = Map::from_iter([
            (kind.arn().to_owned(), json!(format!("{table}/{}/{now:014}-{suffix:08x}", kind.label()))),
            (kind.status().to_owned(), json!("IN_PROGRESS")),
            ("StartTime".to_owned(), seconds(now)),
            ("ClientToken".to_owned(), json!(token)),
        ]);
        let members = members.as_object().cloned().unwrap_or_default();
        description.extend(members.into_iter().filter(|(_, value)| !value.is_null()));
        let (caller, request) = (call.scope.caller.clone(), call.input.clone());
        Job { kind, caller, request, moment: now, started_at: now, description }
    }

    /// Keeps a new job with what else `batch` holds, and begins it.
    pub async fn begin_job(&self, call: &Call, job: Job, mut batch: Batch) -> Result<Map<String, Value>, AwsError> {
        let (place, description) = (place_of(&call.scope), job.description.clone());
        keep(&place, &job, &mut batch);
        self.commit(batch).await?;
        self.transfers.borrow_mut().entry(place).or_default().insert(job.arn().to_owned(), job.clone());
        self.spawn_job(call.scope.clone(), job, Duration::from_millis(self.pace().table_ms));
        Ok(description)
    }

    fn spawn_job(&self, scope: Scope, job: Job, pause: Duration) {
        let (me, clock) = (self.me.clone(), self.kernel.clock.clone());
        self.kernel.tasks.spawn(async move {
            clock.sleep(pause).await;
            let Some(room) = me.upgrade() else { return };
            let outcome = match job.kind {
                Kind::Export => room.do_export(&scope, &job).await,
                Kind::Import => room.do_import(&scope, &job).await,
                Kind::BulkPut => room.do_bulk_put(&scope, &job).await,
            };
            let outcome = outcome.unwrap_or_else(|error| failure(job.kind, &error));
            // Nobody waits for an answer: what could not be kept is done again after the next start.
            let _ = room.end_job(&scope, job.arn(), outcome).await;
        });
    }

    async fn end_job(&self, scope: &Scope, arn: &str, mut outcome: Map<String, Value>) -> Result<(), AwsError> {
        outcome.insert("EndTime".to_owned(), seconds(self.now()));
        self.note_job(scope, arn, outcome).await
    }

    /// Adds to what is told of a job.
    pub async fn note_job(&self, scope: &Scope, arn: &str, news: Map<String, Value>) -> Result<(), AwsError> {
        let place = place_of(scope);
        let mut batch = Batch::default();
        {
            let mut jobs = self.transfers.borrow_mut();
            let Some(job) = jobs.get_mut(&place).and_then(|jobs| jobs.get_mut(arn)) else { return Ok(()) };
            job.description.extend(news);
            keep(&place, job, &mut batch);
        }
        self.kernel.storage.commit(batch).await.map_err(storage_failed)
    }

    /// What is known of the job with the ARN `arn`.
    pub fn job(&self, scope: &Scope, kind: Kind, arn: &str) -> Option<Job> {
        let jobs = self.transfers.borrow();
        jobs.get(&place_of(scope))?.get(arn).filter(|job| job.kind == kind).cloned()
    }

    /// Jobs of a kind that began in the last 90 days and are about `table`, if one is named: the newest
    /// first, from behind the one that `token` names; and the token of the next page.
    pub fn jobs(
        &self,
        scope: &Scope,
        kind: Kind,
        table: Option<&str>,
        token: Option<&str>,
        most: usize,
    ) -> Result<(Vec<Job>, Option<String>), AwsError> {
        let start = token.map(read_token).transpose()?;
        let now = self.now();
        let jobs = self.transfers.borrow();
        let own = jobs.get(&place_of(scope)).into_iter().flat_map(BTreeMap::values);
        let mut found: Vec<&Job> = own
            .filter(|job| job.kind == kind && job.started_at + LISTED > now)
            .filter(|job| table.is_none_or(|table| job.text("TableArn") == table))
            .collect();
        found.sort_by_key(|job| std::cmp::Reverse((job.id(), job.arn())));
        if let Some(start) = start {
            let known = found.iter().position(|job| job.arn() == start).ok_or_else(invalid_token)?;
            found.drain(..=known);
        }
        let next = found.get(most).and_then(|_| found.get(most - 1)).map(|job| write_token(job.arn()));
        Ok((found.into_iter().take(most).cloned().collect(), next))
    }

    /// Goes on with the jobs that were under way when the cloud was closed, in the name of who asked for them.
    /// A bulk put cannot know which of its items it has written, and ends.
    pub fn resume_jobs(&self) {
        let running: Vec<(Place, Job)> = {
            let jobs = self.transfers.borrow();
            let all = jobs.iter().flat_map(|(place, jobs)| jobs.values().map(move |job| (place, job)));
            all.filter(|(_, job)| job.is_running()).map(|(place, job)| (place.clone(), job.clone())).collect()
        };
        self.open_stranded_tables(&running);
        for ((account, region), job) in running {
            let scope = Scope { account, ..Scope::new(&self.kernel, &region, job.caller.clone()) };
            if job.kind != Kind::BulkPut {
                self.spawn_job(scope, job, START);
                continue;
            }
            let me = self.me.clone();
            self.kernel.tasks.spawn(async move {
                if let Some(room) = me.upgrade() {
                    let error = AwsError::internal("The operation was interrupted by the end of this cloud");
                    // What cannot be kept is said again after the next start.
                    let _ = room.end_job(&scope, job.arn(), failure(job.kind, &error)).await;
                }
            });
        }
    }
}

/// What is told of a job that failed.
fn failure(kind: Kind, error: &AwsError) -> Map<String, Value> {
    Map::from_iter([
        (kind.status().to_owned(), json!("FAILED")),
        ("FailureCode".to_owned(), json!(error.code)),
        ("FailureMessage".to_owned(), json!(error.message)),
    ])
}

/// Tokens are hexadecimal digits, sixteen at a time and at least a hundred and twelve.
fn write_token(arn: &str) -> String {
    let padded = arn.len().max(56).next_multiple_of(8);
    let bytes = arn.bytes().chain(std::iter::repeat(0)).take(padded);
    bytes.fold(String::new(), |token, byte| token + &format!("{byte:02x}"))
}

fn read_token(token: &str) -> Result<String, AwsError> {
    let byte = |at: usize| token.get(at..at + 2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
    let bytes: Option<Vec<u8>> = (0..token.len()).step_by(2).map(byte).collect();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(invalid_token)?;
    Ok(text.trim_end_matches('\0').to_owned())
}

fn invalid_token() -> AwsError {
    AwsError::validation("Invalid NextToken")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_what_the_model_wants_of_them() {
        for arn in ["arn:aws:dynamodb:us-east-1:123456789012:table/songs/import/01767225600000-0badcafe", "a"] {
            let token = write_token(arn);
            assert!(token.len() >= 112 && token.len().is_multiple_of(16));
            assert_eq!(read_token(&token).unwrap(), arn);
        }
        assert_eq!(read_token("xy").unwrap_err().message, "Invalid NextToken");
    }
}
