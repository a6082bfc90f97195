//! PutRecord and PutRecords.

use aws_api::Call;
use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::{AwsError, Batch};
use md5::{Digest, Md5};
use serde::Deserialize;
use serde_json::{Value, json};

use super::text;
use crate::{
    Kinesis,
    rules::{invalid, must_not_be_null, no_stream, rate_exceeded},
    state::{self, Sequence, Stream, drop_expired, keep_record, shard_id, shard_of},
};

/// The most bytes of one PutRecords.
const MAX_BYTES: usize = 10 * 1024 * 1024;

/// A record as it comes.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    data: String,
    partition_key: Option<String>,
    explicit_hash_key: Option<String>,
}

/// A record that may be written: the number of its shard, its partition key, what it holds.
struct Checked {
    shard: u32,
    partition_key: String,
    data: Vec<u8>,
}

impl Kinesis {
    pub(super) async fn put_record(&self, call: &Call) -> Result<Value, AwsError> {
        let name = super::stream_name(call)?;
        let number = text(call, "SequenceNumberForOrdering");
        let is_past = |sequence: Sequence| sequence.second <= self.now() / 1000;
        if !number.is_empty() && !Sequence::parse(number).is_some_and(is_past) {
            return Err(invalid(format!(
                "ExclusiveMinimumSequenceNumber {number} used in PutRecord on stream {name} under account {} is \
                 invalid.",
                call.scope.account
            )));
        }
        let entry: Entry = aws_api::parse(call.input.clone())?;
        let (mut results, key) = self.write(call, vec![entry]).await?;
        let mut answer = results.pop().unwrap_or_else(|| Err(AwsError::internal("no result")))?;
        if key {
            answer["EncryptionType"] = json!("KMS");
        }
        Ok(answer)
    }

    pub(super) async fn put_records(&self, call: &Call) -> Result<Value, AwsError> {
        let entries: Vec<Entry> = aws_api::parse(call.input["Records"].clone())?;
        let (results, key) = self.write(call, entries).await?;
        let failed = results.iter().filter(|result| result.is_err()).count();
        let told = results.into_iter().map(|result| {
            result.unwrap_or_else(|error| json!({"ErrorCode": error.code, "ErrorMessage": error.message}))
        });
        let mut answer = json!({"FailedRecordCount": failed, "Records": told.collect::<Vec<_>>()});
        if key {
            answer["EncryptionType"] = json!("KMS");
        }
        Ok(answer)
    }

    /// Writes what there is throughput for. The answer for each record, and whether they are encrypted.
    async fn write(&self, call: &Call, entries: Vec<Entry>) -> Result<(Vec<Result<Value, AwsError>>, bool), AwsError> {
        let account = &call.scope.account;
        let name = super::stream_name(call)?;
        let now = self.now();
        let mut batch = Batch::default();
        let (results, key) = {
            let mut state = self.state.borrow_mut();
            let stream = state.stream_mut(&state::place(&call.scope), &name).filter(|stream| stream.is_usable());
            let stream = stream.ok_or_else(|| no_stream(&name, account))?;
            let records = entries.into_iter().map(|entry| check(stream, entry));
            let records = records.collect::<Result<Vec<Checked>, AwsError>>()?;
            if records.iter().map(Checked::size).sum::<usize>() > MAX_BYTES {
                return Err(invalid("Records size exceeds 10 MB limit"));
            }
            if call.input["DryRun"] == true {
                let message = "Request would have succeeded, but DryRun flag is set.";
                return Err(AwsError::new("DryRunOperationException", message));
            }
            drop_expired(stream, now, &mut batch);
            let results = records.into_iter().map(|record| take(stream, record, account, now, &mut batch));
            (results.collect(), stream.key.is_some())
        };
        self.commit(batch).await?;
        Ok((results, key))
    }
}

impl Checked {
    fn size(&self) -> usize {
        self.data.len() + self.partition_key.len()
    }
}

fn check(stream: &Stream, entry: Entry) -> Result<Checked, AwsError> {
    let partition_key = entry.partition_key.ok_or_else(|| must_not_be_null("partitionKey"))?;
    let data =
        STANDARD.decode(&entry.data).map_err(|error| AwsError::new("SerializationException", error.to_string()))?;
    let (length, most) = (data.len(), stream.max_record_kib * 1024);
    if length as u64 > most {
        return Err(AwsError::validation(format!(
            "1 validation error detected: Value 'java.nio.HeapByteBuffer[pos=0 lim={length} cap={length}]' at 'data' \
             failed to satisfy constraint: Member must have length less than or equal to {most}"
        )));
    }
    let hash = match &entry.explicit_hash_key {
        None => u128::from_be_bytes(Md5::digest(partition_key.as_bytes()).into()),
        Some(key) => key.parse().map_err(|_| {
            invalid(format!(
                "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was {key}"
            ))
        })?,
    };
    let shard = stream.shard_for(hash).ok_or_else(|| AwsError::internal("no shard takes this hash key"))?;
    Ok(Checked { shard, partition_key, data })
}

fn take(stream: &mut Stream, record: Checked, account: &str, now: u64, batch: &mut Batch) -> Result<Value, AwsError> {
    let (number, size) = (record.shard, record.size() as u64);
    let shard = &mut stream.shards[number as usize];
    if !shard.meter.write(size, now) {
        return Err(rate_exceeded(&shard_of(number, &stream.name, account)));
    }
    let record = shard.add(record.partition_key, record.data, now);
    let sequence = shard.sequence(number, &record).text();
    keep_record(&stream.id, number, &record, batch);
    Ok(json!({"ShardId": shard_id(number), "SequenceNumber": sequence}))
}
