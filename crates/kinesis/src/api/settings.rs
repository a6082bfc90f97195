//! Settings of a stream: retention, monitoring, encryption, mode, the size of records.

use aws_api::Call;
use kernel::AwsError;
use serde_json::{Value, json};

use super::{nothing, text};
use crate::{
    Kinesis,
    rules::{self, invalid, must_be_active},
    state::Change,
};

/// Hours of retention that a stream has at least and at most: a day and a year.
const RETENTION: std::ops::RangeInclusive<u64> = 24..=8760;
/// What `ALL` stands for.
const METRICS: [&str; 7] = [
    "IncomingBytes",
    "IncomingRecords",
    "OutgoingBytes",
    "OutgoingRecords",
    "WriteProvisionedThroughputExceeded",
    "ReadProvisionedThroughputExceeded",
    "IteratorAgeMilliseconds",
];

impl Kinesis {
    pub(super) async fn change_retention(&self, call: &Call) -> Result<Value, AwsError> {
        let increases = call.operation == "IncreaseStreamRetentionPeriod";
        let requested = call.input["RetentionPeriodHours"].as_i64().unwrap_or_default();
        let hours = u64::try_from(requested).unwrap_or_default();
        self.change(call, |stream| {
            if hours < *RETENTION.start() {
                return Err(invalid(format!(
                    "Minimum allowed retention period is 24 hours. Requested retention period ({requested} hours) is \
                     too short."
                )));
            }
            if hours > *RETENTION.end() {
                return Err(invalid(format!(
                    "Maximum allowed retention period is 8760 hours. Requested retention period ({requested} hours) is \
                     too long."
                )));
            }
            let (name, existing) = (&stream.name, stream.retention_hours);
            let refused = |how: &str, other: &str| {
                Err(invalid(format!(
                    "Requested retention period ({hours} hours) for stream {name} can not be {how} than existing \
                     retention period ({existing} hours). Use {other}RetentionPeriod API."
                )))
            };
            if increases && hours < existing {
                return refused("shorter", "Decrease");
            }
            if !increases && hours > existing {
                return refused("longer", "Increase");
            }
            stream.retention_hours = hours;
            Ok(nothing())
        })
        .await
    }

    pub(super) async fn change_monitoring(&self, call: &Call) -> Result<Value, AwsError> {
        let enables = call.operation == "EnableEnhancedMonitoring";
        let named: Vec<String> = aws_api::parse(call.input["ShardLevelMetrics"].clone())?;
        let is_named = |metric: &str| named.iter().any(|name| name == "ALL" || name == metric);
        self.change(call, |stream| {
            let current = stream.metrics.clone();
            let is_wanted =
                |metric: &str| if is_named(metric) { enables } else { current.iter().any(|name| name == metric) };
            stream.metrics = METRICS.into_iter().filter(|metric| is_wanted(metric)).map(str::to_owned).collect();
            Ok(json!({
                "StreamName": stream.name,
                "StreamARN": stream.arn,
                "CurrentShardLevelMetrics": current,
                "DesiredShardLevelMetrics": stream.metrics,
            }))
        })
        .await
    }

    pub(super) async fn change_encryption(&self, call: &Call) -> Result<Value, AwsError> {
        let starts = call.operation == "StartStreamEncryption";
        let key = text(call, "KeyId").to_owned();
        let now = self.now();
        self.change(call, |stream| {
            must_be_active(stream, &call.scope.account)?;
            if text(call, "EncryptionType") != "KMS" {
                return Err(invalid("Encryption type cannot be NONE."));
            }
            stream.key = starts.then_some(key);
            stream.begin(Change::Setting, now);
            Ok(nothing())
        })
        .await
    }

    pub(super) async fn change_mode(&self, call: &Call) -> Result<Value, AwsError> {
        rules::refuse_unsupported(&call.input, &["WarmThroughputMiBps"])?;
        let now = self.now();
        self.change(call, |stream| {
            must_be_active(stream, &call.scope.account)?;
            stream.on_demand = call.input["StreamModeDetails"]["StreamMode"] == "ON_DEMAND";
            stream.begin(Change::Setting, now);
            Ok(nothing())
        })
        .await
    }

    pub(super) async fn change_record_size(&self, call: &Call) -> Result<Value, AwsError> {
        let now = self.now();
        self.change(call, |stream| {
            must_be_active(stream, &call.scope.account)?;
            stream.max_record_kib = call.input["MaxRecordSizeInKiB"].as_u64().unwrap_or(stream.max_record_kib);
            stream.begin(Change::Setting, now);
            Ok(nothing())
        })
        .await
    }
}
