//! ImportTable, DescribeImport, ListImports.

use aws_api::Call;
use kernel::{Arn, AwsError, Batch};
use serde_json::{Map, Value, json};

use super::jobs::Kind;
use crate::{
    DynamoDb,
    api::{Input, tables},
    rules::request,
    state::{Change, ChangeKind},
};

/// Imports in one answer of ListImports.
const MAX_LISTED: u64 = 25;

/// Where imports tell what went wrong.
pub const LOG_GROUP: &str = "/aws-dynamodb/imports";

impl DynamoDb {
    /// ImportTable: makes the table, which is `CREATING` until it has its items.
    pub async fn import_table(&self, call: &Call) -> Result<Value, AwsError> {
        if let Some(job) = self.repeated(call, Kind::Import)? {
            return Ok(json!({"ImportTableDescription": job.description}));
        }
        let input = Input(&call.input);
        let parameters = input.get("TableCreationParameters").cloned().unwrap_or_default();
        request::check(tables(), "CreateTable", &call.scope.region, &parameters)?;
        let table = Call { operation: "CreateTable", input: parameters, scope: call.scope.clone(), read: None };
        let now = self.now();
        let change = Change { kind: ChangeKind::Create, since: now, until: u64::MAX };
        let answer = self.make_table(&table, Some(change)).await?;
        let made = &answer["TableDescription"];
        let arn = made["TableArn"].as_str().unwrap_or_default();
        let (region, account) = (&call.scope.region, &call.scope.account);
        let logs = Arn::new("logs", region, account, format!("log-group:{LOG_GROUP}:*"));
        let members = json!({
            "TableArn": arn,
            "TableId": made["TableId"],
            "S3BucketSource": input.get("S3BucketSource"),
            "CloudWatchLogGroupArn": logs.to_string(),
            "InputFormat": input.get("InputFormat"),
            "InputFormatOptions": input.get("InputFormatOptions"),
            "InputCompressionType": input.text("InputCompressionType").unwrap_or("NONE"),
            "TableCreationParameters": table.input,
            "ErrorCount": 0,
            "ProcessedSizeBytes": 0,
            "ProcessedItemCount": 0,
            "ImportedItemCount": 0,
        });
        let job = self.new_job(call, Kind::Import, arn, members);
        Ok(json!({"ImportTableDescription": self.begin_job(call, job, Batch::default()).await?}))
    }

    /// DescribeImport
    pub fn describe_import(&self, call: &Call) -> Result<Value, AwsError> {
        let arn = Input(&call.input).text("ImportArn").unwrap_or_default();
        let missing = || AwsError::new("ImportNotFoundException", format!("Import not found: {arn}"));
        let job = self.job(&call.scope, Kind::Import, arn).ok_or_else(missing)?;
        Ok(json!({"ImportTableDescription": job.description}))
    }

    /// ListImports
    pub fn list_imports(&self, call: &Call) -> Result<Value, AwsError> {
        const TOLD: [&str; 8] = [
            "ImportArn",
            "ImportStatus",
            "TableArn",
            "S3BucketSource",
            "CloudWatchLogGroupArn",
            "InputFormat",
            "StartTime",
            "EndTime",
        ];
        let input = Input(&call.input);
        let most = input.number("PageSize").unwrap_or(MAX_LISTED) as usize;
        let (found, next) =
            self.jobs(&call.scope, Kind::Import, input.text("TableArn"), input.text("NextToken"), most)?;
        let summaries = found.into_iter().map(|mut job| {
            job.description.retain(|name, _| TOLD.contains(&name.as_str()));
            Value::Object(job.description)
        });
        let mut answer = Map::from_iter([("ImportSummaryList".to_owned(), summaries.collect())]);
        answer.extend(next.map(|token| ("NextToken".to_owned(), json!(token))));
        Ok(Value::Object(answer))
    }
}
