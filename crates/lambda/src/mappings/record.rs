//! Records on their way from a stream to a function.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::source::Source;

/// A record of a shard.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Its place among all that was read of the shard, given to it when it is taken on.
    pub number: u64,
    pub sequence: String,
    /// When it was written, in milliseconds. Streams of tables tell whole seconds.
    pub arrived: u64,
    /// What it keeps its order with: the partition key, or the key of the item.
    pub key: String,
    /// As the function gets it.
    pub event: Value,
    /// How much it weighs in an event.
    pub bytes: usize,
}

/// Where the records of a shard come from, as their events tell it.
pub struct Origin<'a> {
    pub source: Source,
    /// The mapping's event source.
    pub arn: &'a str,
    pub region: &'a str,
    pub shard: &'a str,
    /// The execution role, as which the stream is read.
    pub role: &'a str,
}

impl Record {
    /// A record as `GetRecords` brings it.
    pub fn read(record: Value, origin: &Origin<'_>) -> Self {
        let (sequence, seconds, key, event) = if origin.source.is_kinesis() {
            let sequence = text(&record["SequenceNumber"]);
            let seconds = record["ApproximateArrivalTimestamp"].as_f64();
            let key = text(&record["PartitionKey"]);
            (sequence.clone(), seconds, key, data_record(&record, &sequence, origin))
        } else {
            let change = &record["dynamodb"];
            let (sequence, key) = (text(&change["SequenceNumber"]), change["Keys"].to_string());
            let seconds = change["ApproximateCreationDateTime"].as_f64();
            (sequence, seconds, key, item_record(record, origin.arn))
        };
        let bytes = event.to_string().len() + 1;
        Self { number: 0, sequence, arrived: (seconds.unwrap_or_default() * 1000.0).round() as u64, key, event, bytes }
    }
}

/// What filters look at: a change of an item as it is, of a data stream's record its data, which must be
/// JSON to pass any filter.
/// <https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis-filtering.html>
pub fn filtered(record: &Record, source: Source) -> Option<Value> {
    if !source.is_kinesis() {
        return Some(record.event.clone());
    }
    let data = STANDARD.decode(record.event["kinesis"]["data"].as_str()?).ok()?;
    let data: Value = serde_json::from_slice(&data).ok()?;
    Some(json!({"data": data}))
}

fn data_record(record: &Value, sequence: &str, origin: &Origin<'_>) -> Value {
    json!({
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": record["PartitionKey"],
            "sequenceNumber": sequence,
            "data": record["Data"],
            "approximateArrivalTimestamp": record["ApproximateArrivalTimestamp"],
        },
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": format!("{}:{sequence}", origin.shard),
        "eventName": "aws:kinesis:record",
        "invokeIdentityArn": origin.role,
        "awsRegion": origin.region,
        "eventSourceARN": origin.arn,
    })
}

fn item_record(mut record: Value, source: &str) -> Value {
    let moment = &mut record["dynamodb"]["ApproximateCreationDateTime"];
    if let Some(seconds) = moment.as_f64() {
        // A number with a point, though it is whole.
        *moment = json!(seconds.trunc());
    }
    // Streams and Lambda spell who did it differently.
    if let Some(identity) = record.get("userIdentity").filter(|identity| !identity.is_null()) {
        record["userIdentity"] = json!({"type": identity["Type"], "principalId": identity["PrincipalId"]});
    }
    record["eventSourceARN"] = json!(source);
    record
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(source: Source) -> Origin<'static> {
        Origin { source, arn: "arn", region: "us-east-1", shard: "shardId-000000000006", role: "role" }
    }

    fn data(data: &str) -> Record {
        let record = json!({
            "SequenceNumber": "495", "ApproximateArrivalTimestamp": 1_545_084_650.987, "PartitionKey": "1",
            "Data": STANDARD.encode(data),
        });
        Record::read(record, &origin(Source::Stream))
    }

    #[test]
    fn a_record_of_a_data_stream_looks_as_in_aws() {
        let record = data("Hello");
        assert_eq!((record.arrived, record.key.as_str()), (1_545_084_650_987, "1"));
        let expected = json!({
            "kinesis": {
                "kinesisSchemaVersion": "1.0", "partitionKey": "1", "sequenceNumber": "495", "data": "SGVsbG8=",
                "approximateArrivalTimestamp": 1_545_084_650.987,
            },
            "eventSource": "aws:kinesis", "eventVersion": "1.0", "eventID": "shardId-000000000006:495",
            "eventName": "aws:kinesis:record", "invokeIdentityArn": "role", "awsRegion": "us-east-1",
            "eventSourceARN": "arn",
        });
        assert_eq!(record.event, expected);
    }

    #[test]
    fn filters_see_the_data_of_data_streams_if_it_is_json() {
        assert_eq!(filtered(&data(r#"{"a":1}"#), Source::Stream), Some(json!({"data": {"a": 1}})));
        assert_eq!(filtered(&data("Hello"), Source::Stream), None);
    }

    #[test]
    fn a_change_of_an_item_tells_its_second_with_a_point() {
        let change = json!({"dynamodb": {"SequenceNumber": "7", "Keys": {"id": {"S": "a"}},
            "ApproximateCreationDateTime": 1_479_499_740}});
        let record = Record::read(change, &origin(Source::Table));
        assert_eq!(record.event["dynamodb"]["ApproximateCreationDateTime"].to_string(), "1479499740.0");
        assert_eq!((record.arrived, record.key.as_str()), (1_479_499_740_000, r#"{"id":{"S":"a"}}"#));
    }
}
