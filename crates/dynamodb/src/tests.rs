//! The room as a whole, called by its public API.

mod backups;
mod batches;
mod beside;
mod capacity;
mod collections;
mod corpus;
mod expiry;
mod failures;
mod fuzz;
mod gauges;
mod items;
mod lag;
mod lifecycle;
mod memory;
mod partiql;
mod policies;
mod queries;
mod replicas;
mod streams;
mod tables;
mod templates;
mod transactions;
mod transfers;
mod vectors;
mod wire;
mod wordings;

use std::rc::Rc;

use kernel::{AwsError, Kernel, Scope, StorageBackend, testing};
use serde_json::{Value, json};

use super::{DynamoDb, Pace};

/// Runs `test` against an empty room.
fn run<F: Future<Output = ()> + 'static>(test: impl FnOnce(Client) -> F + 'static) {
    testing::run(|kernel| async move {
        DynamoDb::open(&kernel).await.unwrap();
        test(Client(Rc::new(kernel))).await;
    });
}

/// Runs `test` against a room on what `backend` holds.
fn run_on<F: Future<Output = ()> + 'static>(
    backend: Rc<dyn StorageBackend>,
    test: impl FnOnce(Client, Rc<DynamoDb>) -> F + 'static,
) {
    testing::run_on(backend, |kernel| async move {
        let room = DynamoDb::open(&kernel).await.unwrap();
        test(Client(Rc::new(kernel)), room).await;
    });
}

/// Runs `test` against an empty room whose tables are as fast as `pace`.
fn run_paced<F: Future<Output = ()> + 'static>(pace: Pace, test: impl FnOnce(Client) -> F + 'static) {
    testing::run(move |kernel| async move {
        DynamoDb::open(&kernel).await.unwrap().set_pace(pace).await.unwrap();
        test(Client(Rc::new(kernel))).await;
    });
}

/// Calls the room as root.
#[derive(Clone)]
struct Client(Rc<Kernel>);

impl Client {
    async fn call(&self, operation: &str, input: Value) -> Result<Value, AwsError> {
        let service = match operation {
            "ListStreams" | "DescribeStream" | "GetShardIterator" | "GetRecords" => "streams.dynamodb",
            _ => "dynamodb",
        };
        aws_api::invoke(&self.0, Scope::root(&self.0), service, operation, input).await
    }

    async fn ok(&self, operation: &str, input: Value) -> Value {
        self.call(operation, input).await.unwrap()
    }

    /// The message with which a call is refused.
    async fn refused(&self, operation: &str, input: Value) -> String {
        self.call(operation, input).await.unwrap_err().message
    }

    /// Makes the table `songs` with the key `artist`, `title`, both texts.
    async fn songs(&self) {
        self.ok("CreateTable", songs()).await;
    }

    async fn put(&self, item: Value) {
        self.ok("PutItem", json!({"TableName": "songs", "Item": item})).await;
    }
}

/// What CreateTable takes for a table on demand with a partition and a sort key.
fn songs() -> Value {
    json!({
        "TableName": "songs",
        "AttributeDefinitions": [
            {"AttributeName": "artist", "AttributeType": "S"},
            {"AttributeName": "title", "AttributeType": "S"},
        ],
        "KeySchema": [
            {"AttributeName": "artist", "KeyType": "HASH"},
            {"AttributeName": "title", "KeyType": "RANGE"},
        ],
        "BillingMode": "PAY_PER_REQUEST",
    })
}

/// The key of a song.
fn song(artist: &str, title: &str) -> Value {
    json!({"artist": {"S": artist}, "title": {"S": title}})
}
