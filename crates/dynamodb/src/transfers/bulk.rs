//! StartBulkPutItems, DescribeBulkOperation, ListBulkOperations, CancelBulkOperation.

use aws_api::Call;
use kernel::{AwsError, Batch};
use serde_json::{Map, Value, json};

use super::jobs::Kind;
use crate::{
    DynamoDb,
    api::{Input, in_use},
    rules::table_not_found,
};

/// Bulk operations in one answer of ListBulkOperations.
const MAX_LISTED: u64 = 10;

impl DynamoDb {
    /// StartBulkPutItems
    pub async fn start_bulk_put_items(&self, call: &Call) -> Result<Value, AwsError> {
        if let Some(job) = self.repeated(call, Kind::BulkPut)? {
            return Ok(json!({"BulkOperationDescription": job.description}));
        }
        let input = Input(&call.input);
        let output = input.structure("OutputS3Configuration");
        // The model does not require it, but the guide does.
        if !output.has("S3Bucket") {
            return Err(AwsError::validation("OutputS3Configuration must have an S3Bucket"));
        }
        if output.has("S3SseKmsKeyId") && output.text("S3SseAlgorithm") != Some("KMS") {
            return Err(AwsError::validation("S3SseKmsKeyId can only be specified when S3SseAlgorithm is KMS"));
        }
        let name = input.table_name();
        let (arn, uuid) = {
            let mut state = self.state.borrow_mut();
            let table = state.region(&call.scope).tables.get(name).ok_or_else(|| table_not_found(name))?;
            if table.definition.status_at(self.now()) != "ACTIVE" {
                return Err(in_use(format!("Table is not in the ACTIVE state: {name}")));
            }
            (table.definition.arn.clone(), table.definition.uuid.clone())
        };
        let members = json!({
            "TableDetails": [{"TableName": arn, "TableId": uuid}],
            "InputS3Configuration": input.get("InputS3Configuration"),
            "OutputS3Configuration": output.0,
            "ProcessedItemCount": 0,
            "ProcessedInputBytes": 0,
            "FailedItemCount": 0,
            "MaxWriteRequestUnits": input.get("MaxWriteRequestUnits"),
            "PerformanceTier": input.text("PerformanceTier").unwrap_or("STANDARD"),
        });
        let job = self.new_job(call, Kind::BulkPut, &arn, members);
        Ok(json!({"BulkOperationDescription": self.begin_job(call, job, Batch::default()).await?}))
    }

    /// DescribeBulkOperation
    pub fn describe_bulk_operation(&self, call: &Call) -> Result<Value, AwsError> {
        let arn = Input(&call.input).text("BulkOperationArn").unwrap_or_default();
        let job = self.job(&call.scope, Kind::BulkPut, arn).ok_or_else(|| missing(arn))?;
        Ok(json!({"BulkOperationDescription": job.description}))
    }

    /// ListBulkOperations
    pub fn list_bulk_operations(&self, call: &Call) -> Result<Value, AwsError> {
        const TOLD: [&str; 4] = ["BulkOperationArn", "BulkOperationStatus", "StartTime", "EndTime"];
        let input = Input(&call.input);
        let most = input.number("MaxResults").unwrap_or(MAX_LISTED) as usize;
        let (found, next) = self.jobs(&call.scope, Kind::BulkPut, None, input.text("NextToken"), most)?;
        let summaries = found.into_iter().map(|mut job| {
            job.description.retain(|name, _| TOLD.contains(&name.as_str()));
            Value::Object(job.description)
        });
        let mut answer = Map::from_iter([("BulkOperationsSummaryList".to_owned(), summaries.collect())]);
        answer.extend(next.map(|token| ("NextToken".to_owned(), json!(token))));
        Ok(Value::Object(answer))
    }

    /// CancelBulkOperation. The operation notices before its next items.
    pub async fn cancel_bulk_operation(&self, call: &Call) -> Result<Value, AwsError> {
        let arn = Input(&call.input).text("BulkOperationArn").unwrap_or_default();
        let job = self.job(&call.scope, Kind::BulkPut, arn).ok_or_else(|| missing(arn))?;
        let status = job.text("BulkOperationStatus");
        if !matches!(status, "IN_PROGRESS" | "CANCELLING") {
            return Err(AwsError::validation(format!("The bulk operation is not in progress: {status}")));
        }
        let cancelling = Map::from_iter([("BulkOperationStatus".to_owned(), json!("CANCELLING"))]);
        self.note_job(&call.scope, arn, cancelling).await?;
        Ok(json!({"BulkOperationArn": arn, "BulkOperationStatus": "CANCELLING"}))
    }
}

fn missing(arn: &str) -> AwsError {
    let message = format!("Requested resource not found: BulkOperationArn: {arn} not found");
    AwsError::new("ResourceNotFoundException", message)
}
