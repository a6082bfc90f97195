//! Changes on their way to Kinesis data streams: sent by Kinesis' own API, in their order.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderValue, Method, StatusCode, header};
use kernel::{AwsError, Batch, Caller, Request, Scope};
use serde_json::{Map, Value, json};

use crate::{
    DynamoDb,
    state::{DestinationStatus, Outgoing, keep_definition},
};

/// Records in one call of PutRecords.
const MAX_RECORDS: usize = 500;
/// How long is waited before records that a stream had no room for are sent again.
const PAUSE: Duration = Duration::from_secs(1);

impl DynamoDb {
    /// Sends what waits, unless somebody does so already.
    pub fn send_to_kinesis(&self) {
        if self.state.borrow().outgoing.is_empty() || self.delivering.replace(true) {
            return;
        }
        let me = self.me.clone();
        self.kernel.tasks.spawn(async move {
            if let Some(room) = me.upgrade() {
                room.send_all_to_kinesis().await;
            }
        });
    }

    async fn send_all_to_kinesis(&self) {
        loop {
            let batch = self.next_batch();
            if batch.is_empty() {
                self.delivering.set(false);
                return;
            }
            if let Err(error) = self.put_records(&batch).await {
                self.fail(&batch[0], &error).await;
            }
        }
    }

    /// The next changes that go to one stream.
    fn next_batch(&self) -> Vec<Outgoing> {
        let mut state = self.state.borrow_mut();
        let outgoing = &mut state.outgoing;
        let Some(stream) = outgoing.front().map(|first| first.stream.clone()) else { return Vec::new() };
        let count = outgoing.iter().take(MAX_RECORDS).take_while(|change| change.stream == stream).count();
        outgoing.drain(..count).collect()
    }

    async fn put_records(&self, batch: &[Outgoing]) -> Result<(), AwsError> {
        let mut records: Vec<Value> = batch.iter().map(|change| self.record(change)).collect();
        let (account, region) = batch[0].place.clone();
        while !records.is_empty() {
            let scope = Scope { account: account.clone(), ..self.own_scope(&region) };
            let input = json!({"StreamARN": batch[0].stream, "Records": records});
            let answer = self.ask_kinesis(scope, "PutRecords", &input).await?;
            let results = answer["Records"].as_array().cloned().unwrap_or_default();
            let refused = |index: usize| results.get(index).is_some_and(|result| !result["ErrorCode"].is_null());
            records =
                records.into_iter().enumerate().filter(|(at, _)| refused(*at)).map(|(_, record)| record).collect();
            if !records.is_empty() {
                self.kernel.clock.sleep(PAUSE).await;
            }
        }
        Ok(())
    }

    /// Asks Kinesis, whose table this cloud may not have, in its own protocol.
    pub async fn ask_kinesis(&self, scope: Scope, operation: &str, input: &Value) -> Result<Value, AwsError> {
        let mut request = Request::new(Bytes::from(input.to_string()));
        *request.method_mut() = Method::POST;
        let target = HeaderValue::from_str(&format!("Kinesis_20131202.{operation}"));
        let target = target.map_err(|error| AwsError::internal(error.to_string()))?;
        request.headers_mut().insert("x-amz-target", target);
        let json = HeaderValue::from_static("application/x-amz-json-1.1");
        request.headers_mut().insert(header::CONTENT_TYPE, json);
        request.extensions_mut().insert(scope);
        let response = self.kernel.router.dispatch(&self.kernel, "kinesis", request).await;
        let body: Value = serde_json::from_slice(response.body()).unwrap_or_default();
        if response.status() == StatusCode::OK {
            return Ok(body);
        }
        let text = |name: &str| body[name].as_str().map(str::to_owned);
        let message = text("message")
            .or_else(|| text("Message"))
            .unwrap_or_else(|| format!("Kinesis answered {operation} with {}", response.status()));
        Err(AwsError::new(text("__type").unwrap_or_else(|| "InternalFailure".to_owned()), message))
    }

    fn own_scope(&self, region: &str) -> Scope {
        Scope::new(&self.kernel, region, Caller::service("dynamodb"))
    }

    fn record(&self, change: &Outgoing) -> Value {
        let mut record = Map::from_iter([("eventID".to_owned(), json!(self.kernel.rng.uuid()))]);
        record.extend(change.record.clone());
        json!({"Data": STANDARD.encode(Value::Object(record).to_string()), "PartitionKey": change.partition})
    }

    /// A stream that refuses records is no destination any more, and says why.
    async fn fail(&self, change: &Outgoing, error: &AwsError) {
        let (account, region) = change.place.clone();
        let scope = Scope { account, ..self.own_scope(&region) };
        let mut batch = Batch::default();
        {
            let mut state = self.state.borrow_mut();
            let Some(table) = state.region(&scope).tables.get_mut(&change.table) else { return };
            let destinations = &mut table.definition.keeping.destinations;
            let active = destinations.iter_mut().find(|destination| destination.arn == change.stream);
            let Some(destination) = active.filter(|found| found.status == DestinationStatus::Active) else { return };
            destination.status = DestinationStatus::Failed(error.message.clone());
            keep_definition(&scope, &table.definition, &mut batch);
        }
        // Nobody waits for an answer; the next refusal says it again.
        let _ = self.commit(batch).await;
    }
}
