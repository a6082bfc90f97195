//! What Kinesis measures of streams, for CloudWatch: namespace `AWS/Kinesis`.

use aws_api::Call;
use kernel::{AwsError, Metric};
use serde_json::Value;

use crate::{Kinesis, api};

impl Kinesis {
    /// Takes in how a call ended that took `millis`.
    pub(crate) fn measure(&self, call: &Call, result: &Result<Value, AwsError>, millis: f64) {
        let arn = api::resource(call);
        let Some((_, stream)) = arn.split_once(":stream/") else { return };
        let now = self.kernel.clock.now();
        let record = |name: &'static str, unit: &'static str, value: f64| {
            let metric = Metric::new(&call.scope.account, &call.scope.region, "AWS/Kinesis", name, unit);
            self.kernel.metrics.record(metric.of("StreamName", stream), value, now);
        };
        let is_throttle = result.as_ref().is_err_and(|error| error.code == "ProvisionedThroughputExceededException");
        let succeeded = f64::from(u8::from(result.is_ok()));
        match (call.operation, result) {
            ("PutRecord", result) => {
                let bytes = bytes(&call.input);
                record("PutRecord.Success", "Count", succeeded);
                record("WriteProvisionedThroughputExceeded", "Count", f64::from(u8::from(is_throttle)));
                if result.is_ok() {
                    record("PutRecord.Bytes", "Bytes", bytes);
                    record("PutRecord.Latency", "Milliseconds", millis);
                    record("IncomingRecords", "Count", 1.0);
                    record("IncomingBytes", "Bytes", bytes);
                }
            }
            ("PutRecords", Ok(answer)) => {
                let sent = call.input["Records"].as_array().map_or(&[][..], Vec::as_slice);
                let told = answer["Records"].as_array().map_or(&[][..], Vec::as_slice);
                let is_kept = |told: &&Value| told["ErrorCode"].is_null();
                let kept = told.iter().filter(is_kept).count() as f64;
                let throttled =
                    told.iter().filter(|told| told["ErrorCode"] == "ProvisionedThroughputExceededException");
                let throttled = throttled.count() as f64;
                let bytes: f64 =
                    sent.iter().zip(told).filter(|(_, told)| is_kept(told)).map(|(sent, _)| bytes(sent)).sum();
                let total = told.len() as f64;
                record("PutRecords.Success", "Count", f64::from(u8::from(kept > 0.0)));
                record("PutRecords.TotalRecords", "Count", total);
                record("PutRecords.SuccessfulRecords", "Count", kept);
                record("PutRecords.FailedRecords", "Count", total - kept - throttled);
                record("PutRecords.ThrottledRecords", "Count", throttled);
                record("WriteProvisionedThroughputExceeded", "Count", throttled);
                record("PutRecords.Bytes", "Bytes", bytes);
                record("PutRecords.Latency", "Milliseconds", millis);
                record("IncomingRecords", "Count", kept);
                record("IncomingBytes", "Bytes", bytes);
            }
            ("GetRecords", result) => {
                record("GetRecords.Success", "Count", succeeded);
                record("ReadProvisionedThroughputExceeded", "Count", f64::from(u8::from(is_throttle)));
                let Ok(answer) = result else { return };
                let records = answer["Records"].as_array().map_or(&[][..], Vec::as_slice);
                record("GetRecords.Records", "Count", records.len() as f64);
                record("GetRecords.Bytes", "Bytes", records.iter().map(bytes).sum());
                record("GetRecords.Latency", "Milliseconds", millis);
                let behind = answer["MillisBehindLatest"].as_f64().unwrap_or_default();
                record("GetRecords.IteratorAgeMilliseconds", "Milliseconds", behind);
            }
            _ => {}
        }
    }
}

/// The size of a record: its data, which is base64 here, and its key.
fn bytes(record: &Value) -> f64 {
    let text = |name: &str| record[name].as_str().unwrap_or_default();
    let (data, key) = (text("Data"), text("PartitionKey"));
    (data.len() / 4 * 3 - data.bytes().rev().take_while(|byte| *byte == b'=').count() + key.len()) as f64
}
