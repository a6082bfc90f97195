//! ExportTableToPointInTime, DescribeExport, ListExports.

use aws_api::Call;
use kernel::{Arn, AwsError, Batch, Scope};
use serde_json::{Map, Value, json};

use super::{filter::Filter, jobs::Kind};
use crate::{
    DynamoDb,
    api::{Input, describe::seconds, recovery_of, table_name},
    rules::{invalid_request, no_such_table},
    state::Recovery,
};

/// Exports in one answer of ListExports.
const MAX_LISTED: u64 = 25;

const MINUTE: u64 = 60 * 1000;
/// The shortest and the longest period of an incremental export, in milliseconds.
const PERIOD: std::ops::RangeInclusive<u64> = 15 * MINUTE..=24 * 60 * MINUTE;

/// The moments of an export, in milliseconds.
pub struct Moments {
    /// Where an incremental export begins.
    pub from: Option<u64>,
    /// What is told, or where an incremental export ends.
    pub to: u64,
}

impl DynamoDb {
    /// ExportTableToPointInTime
    pub async fn export_table_to_point_in_time(&self, call: &Call) -> Result<Value, AwsError> {
        if let Some(job) = self.repeated(call, Kind::Export)? {
            return Ok(json!({"ExportDescription": job.description}));
        }
        let input = Input(&call.input);
        let (scope, name) = table_of(call)?;
        let now = self.now();
        let (moments, arn, uuid) = {
            let mut state = self.state.borrow_mut();
            let table = state.region(&scope).tables.get(&name).ok_or_else(|| no_such_table(&name))?;
            let recovery = recovery_of(&table.definition)?;
            Filter::read(input, &table.definition)?;
            let moments = moments(input, &recovery, now)?;
            (moments, table.definition.arn.clone(), table.definition.uuid.clone())
        };
        let members = json!({
            "TableArn": arn,
            "TableId": uuid,
            "ExportFormat": input.text("ExportFormat").unwrap_or("DYNAMODB_JSON"),
            "ExportType": input.text("ExportType").unwrap_or("FULL_EXPORT"),
            "ExportTime": seconds(moments.to),
            "S3Bucket": input.get("S3Bucket"),
            "S3BucketOwner": input.get("S3BucketOwner"),
            "S3Prefix": input.get("S3Prefix"),
            "S3SseAlgorithm": input.text("S3SseAlgorithm").unwrap_or("AES256"),
            "S3SseKmsKeyId": input.get("S3SseKmsKeyId"),
            "FilterSpecification": input.get("FilterSpecification"),
            "IncrementalExportSpecification": moments.from.map(|from| json!({
                "ExportFromTime": seconds(from),
                "ExportToTime": seconds(moments.to),
                "ExportViewType": view_type(input),
            })),
        });
        let mut job = self.new_job(call, Kind::Export, &arn, members);
        job.moment = moments.to;
        Ok(json!({"ExportDescription": self.begin_job(call, job, Batch::default()).await?}))
    }

    /// DescribeExport
    pub fn describe_export(&self, call: &Call) -> Result<Value, AwsError> {
        let arn = Input(&call.input).text("ExportArn").unwrap_or_default();
        let missing = || AwsError::new("ExportNotFoundException", format!("Export not found: {arn}"));
        let job = self.job(&call.scope, Kind::Export, arn).ok_or_else(missing)?;
        Ok(json!({"ExportDescription": job.description}))
    }

    /// ListExports
    pub fn list_exports(&self, call: &Call) -> Result<Value, AwsError> {
        let input = Input(&call.input);
        let most = input.number("MaxResults").unwrap_or(MAX_LISTED) as usize;
        let (found, next) =
            self.jobs(&call.scope, Kind::Export, input.text("TableArn"), input.text("NextToken"), most)?;
        let summaries = found.iter().map(|job| {
            let told = ["ExportArn", "ExportStatus", "ExportType"];
            told.into_iter().map(|name| (name.to_owned(), json!(job.text(name)))).collect::<Map<_, _>>()
        });
        let mut answer = Map::from_iter([("ExportSummaries".to_owned(), json!(summaries.collect::<Vec<_>>()))]);
        answer.extend(next.map(|token| ("NextToken".to_owned(), json!(token))));
        Ok(Value::Object(answer))
    }
}

/// `ExportViewType`
pub fn view_type(input: Input<'_>) -> &str {
    input.structure("IncrementalExportSpecification").text("ExportViewType").unwrap_or("NEW_AND_OLD_IMAGES")
}

/// Where the table to export is, and its name.
fn table_of(call: &Call) -> Result<(Scope, String), AwsError> {
    let arn = Input(&call.input).text("TableArn").unwrap_or_default();
    let parsed: Arn = arn.parse().map_err(|_| invalid_request("tableArn is not a valid ARN"))?;
    let name = table_name(arn).to_owned();
    // In other regions and accounts there is nothing to be found from here.
    if (&parsed.account, &parsed.region) != (&call.scope.account, &call.scope.region) {
        return Err(no_such_table(&name));
    }
    Ok((call.scope.clone(), name))
}

/// The moments that an export is about; each must lie within the table's recovery period.
fn moments(input: Input<'_>, recovery: &Recovery, now: u64) -> Result<Moments, AwsError> {
    let millis = |input: Input<'_>, name: &str| {
        let moment = input.get(name).and_then(Value::as_f64);
        moment.map(|seconds| (seconds * 1000.0).round().max(0.0) as u64)
    };
    // Moments are shown in whole seconds, so that what is shown must be allowed.
    let check = |moment: u64| match moment {
        moment if moment / 1000 >= recovery.earliest(now) / 1000 && moment <= now => Ok(moment),
        _ => Err(AwsError::new(
            "InvalidExportTimeException",
            "The specified ExportTime is outside of the point in time recovery window.",
        )),
    };
    let is_incremental = input.text("ExportType") == Some("INCREMENTAL_EXPORT");
    let specification = input.get("IncrementalExportSpecification").map(Input);
    let Some(specification) = specification.filter(|_| is_incremental) else {
        if is_incremental {
            return Err(invalid_request("IncrementalExportSpecification is required for INCREMENTAL_EXPORT"));
        }
        if specification.is_some() {
            return Err(invalid_request("IncrementalExportSpecification can only be used with INCREMENTAL_EXPORT"));
        }
        let to = millis(input, "ExportTime").map_or(Ok(now), check)?;
        return Ok(Moments { from: None, to });
    };
    if input.has("ExportTime") {
        return Err(invalid_request("ExportTime cannot be used with INCREMENTAL_EXPORT"));
    }
    let from = millis(specification, "ExportFromTime");
    let from = check(from.ok_or_else(|| invalid_request("ExportFromTime is required for INCREMENTAL_EXPORT"))?)?;
    let to = millis(specification, "ExportToTime").map_or(Ok(now), check)?;
    if !PERIOD.contains(&to.saturating_sub(from)) {
        return Err(invalid_request("The export period must be between 15 minutes and 24 hours"));
    }
    Ok(Moments { from: Some(from), to })
}
