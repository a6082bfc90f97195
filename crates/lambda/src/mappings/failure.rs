//! Batches that are given up: what a mapping's destination on failure is told.
//! <https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html>

use jiff::Timestamp;
use kernel::{Arn, AwsError};
use serde_json::{Value, json};

use super::{Mapping, batch::Work, record::Record, shard::Feed, source::Source, work::Attempt};
use crate::{
    Lambda,
    destinations::{Parcel, RESULT_FAILURE},
    names::invalid,
};

impl Feed {
    /// Tells the destination of records that are given up, if there is one.
    pub async fn report(&self, mapping: &Mapping, work: &Work, condition: &str, last: Option<&Attempt>) {
        let Some(destination) = mapping.options.failure_destination() else { return };
        let lambda = &self.duty.lambda;
        let target = mapping.target();
        let Ok(role) = lambda.state.borrow().function(&target).map(|function| function.latest.settings.role.clone())
        else {
            return;
        };
        let now = timestamp(lambda.kernel.clock.now().millis());
        let request_id = last.map_or_else(|| lambda.kernel.rng.uuid(), |attempt| attempt.request_id.clone());
        let mut record = json!({
            "requestContext": {
                "requestId": request_id,
                "functionArn": target.arn(),
                "condition": condition,
                "approximateInvokeCount": work.invocations,
            },
        });
        if let Some((version, failed)) = last.and_then(|attempt| attempt.answered.as_ref()) {
            let error = failed.then_some("Unhandled");
            record["responseContext"] = json!({"statusCode": 200, "executedVersion": version, "functionError": error});
        }
        record["version"] = json!("1.0");
        record["timestamp"] = json!(millis(now));
        let (member, info) = batch_info(mapping, &self.shard, &work.records);
        record[member] = info;
        // Buckets have room for what was to be worked on, too.
        if destination.parse::<Arn>().is_ok_and(|arn| arn.service == "s3") {
            let events: Vec<&Value> = work.records.iter().map(|record| &record.event).collect();
            record["payload"] = json!({"Records": events});
        }
        let folder = format!("aws/lambda/{}/{}", self.duty.uuid, self.shard);
        let parcel = Parcel { record, folder, detail_type: RESULT_FAILURE };
        lambda.send_record(&target, &role, destination, &parcel).await;
    }
}

/// Which records they are: `KinesisBatchInfo` or `DDBStreamBatchInfo`.
fn batch_info(mapping: &Mapping, shard: &str, records: &[Record]) -> (&'static str, Value) {
    let is_kinesis = Source::of(&mapping.source).is_ok_and(Source::is_kinesis);
    let arrival = |record: Option<&Record>| {
        let arrived = timestamp(record.map(|record| record.arrived).unwrap_or_default());
        // Streams of tables tell whole seconds.
        if is_kinesis { millis(arrived) } else { arrived.to_string() }
    };
    let sequence = |record: Option<&Record>| record.map(|record| record.sequence.clone());
    let (first, last) = (records.first(), records.last());
    let info = json!({
        "shardId": shard,
        "startSequenceNumber": sequence(first),
        "endSequenceNumber": sequence(last),
        "approximateArrivalOfFirstRecord": arrival(first),
        "approximateArrivalOfLastRecord": arrival(last),
        "batchSize": records.len(),
        "streamArn": mapping.source,
    });
    (if is_kinesis { "KinesisBatchInfo" } else { "DDBStreamBatchInfo" }, info)
}

fn timestamp(millis: u64) -> Timestamp {
    Timestamp::from_millisecond(millis.cast_signed()).unwrap_or_default()
}

/// `2026-01-01T00:00:00.000Z`
fn millis(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

impl Lambda {
    /// Refuses a destination that cannot be, or that the execution role may not write to.
    pub(super) fn check_failure_destination(&self, mapping: &Mapping) -> Result<(), AwsError> {
        let Some(destination) = mapping.options.failure_destination() else { return Ok(()) };
        let service = destination.split(':').nth(2);
        if !destination.starts_with("kafka://") && !matches!(service, Some("sqs" | "sns" | "s3")) {
            return Err(invalid(&format!("The destination ARN {destination} is invalid.")));
        }
        let target = mapping.target();
        let role = self.state.borrow().function(&target)?.latest.settings.role.clone();
        self.check_destination_access(&target, &role, destination)
    }
}
