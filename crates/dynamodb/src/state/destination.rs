//! Kinesis data streams to which changes of a table go, and the changes on their way.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{TableDefinition, stream::Change};
use crate::value::{Item, item_size, item_to_json};

/// A data stream that was named as a destination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Destination {
    /// `StreamArn`
    pub arn: String,
    /// What became of it.
    pub status: DestinationStatus,
    /// `ApproximateCreationDateTimePrecision`, where it was named.
    pub precision: Option<String>,
}

/// How a destination fares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DestinationStatus {
    /// Changes go there.
    Active,
    /// They no longer do.
    Disabled,
    /// They never did, or could not go on; and why.
    Failed(String),
}

impl DestinationStatus {
    /// As the wire writes it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Disabled => "DISABLED",
            Self::Failed(_) => "ENABLE_FAILED",
        }
    }
}

/// A change on its way to a data stream.
pub struct Outgoing {
    /// The account and region of the table.
    pub place: (String, String),
    /// The table's name.
    pub table: String,
    /// The data stream.
    pub stream: String,
    /// What decides about the shard: the table's partition key.
    pub partition: String,
    /// What is told.
    pub record: Map<String, Value>,
}

impl TableDefinition {
    /// Where changes go.
    pub fn destination(&self) -> Option<&Destination> {
        self.keeping.destinations.iter().find(|destination| destination.status == DestinationStatus::Active)
    }
}

impl Outgoing {
    /// What the destination of `table` is told of `change`.
    pub fn of(table: &TableDefinition, change: &Change) -> Option<Self> {
        let destination = table.destination()?;
        let mut parts = table.arn.split(':').skip(3).map(str::to_owned);
        let (region, account) = (parts.next()?, parts.next()?);
        let name = match (&change.old, &change.new) {
            (None, _) => "INSERT",
            (Some(_), Some(_)) => "MODIFY",
            (Some(_), None) => "REMOVE",
        };
        let precision = destination.precision.as_deref().unwrap_or("MILLISECOND");
        let at = if precision == "MICROSECOND" { change.at * 1000 } else { change.at };
        let mut told = Map::new();
        told.insert("ApproximateCreationDateTime".to_owned(), json!(at));
        told.insert("Keys".to_owned(), item_to_json(&change.keys));
        let mut size = item_size(&change.keys);
        for (member, image) in [("NewImage", &change.new), ("OldImage", &change.old)] {
            if let Some(image) = image {
                told.insert(member.to_owned(), item_to_json(&image.item()));
                size += image.size();
            }
        }
        told.insert("SizeBytes".to_owned(), json!(size));
        told.insert("ApproximateCreationDateTimePrecision".to_owned(), json!(precision));
        let service = json!({"type": "Service", "principalId": "dynamodb.amazonaws.com"});
        let record = Map::from_iter([
            ("awsRegion".to_owned(), json!(region)),
            ("eventName".to_owned(), json!(name)),
            ("userIdentity".to_owned(), if change.by_time_to_live { service } else { Value::Null }),
            ("recordFormat".to_owned(), json!("application/json")),
            ("tableName".to_owned(), json!(table.name)),
            ("dynamodb".to_owned(), Value::Object(told)),
            ("eventSource".to_owned(), json!("aws:dynamodb")),
        ]);
        Some(Self {
            place: (account, region),
            table: table.name.clone(),
            stream: destination.arn.clone(),
            partition: partition(table, &change.keys),
            record,
        })
    }
}

/// The partition key as text of a length that a data stream takes.
fn partition(table: &TableDefinition, keys: &Item) -> String {
    let place = crate::value::key::place(table.keys.hash.iter().filter_map(|key| keys.get(&key.name)));
    STANDARD.encode(place)
}
