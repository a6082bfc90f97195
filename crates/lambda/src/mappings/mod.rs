//! Event source mappings: which function gets the records of which stream.
//!
//! [`api`] answers requests, [`options`] holds what they set and [`filter`] what they filter. A [`poller`]
//! finds the shards of a [`stream`]; a [`shard`] is read and its records worked on ([`work`]) in batches.

mod api;
mod batch;
mod bell;
mod consumers;
mod duty;
mod failure;
mod filter;
mod news;
mod options;
mod poller;
mod progress;
mod record;
mod shard;
mod source;
mod stream;
mod window;
mod work;

use std::collections::BTreeMap;

use kernel::{Arn, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::names::Target;

pub use consumers::Consumer;
pub use duty::Pollers;
use options::Options;
use window::Window;

/// How long a mapping is on its way from one state to another, in milliseconds. On AWS it is longer.
const CHANGE: u64 = 500;

/// An event source mapping.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Mapping {
    pub account: String,
    pub region: String,
    /// The function's name.
    pub function: String,
    pub qualifier: Option<String>,
    pub source: String,
    pub starting_position: String,
    /// Seconds, for a mapping that began `AT_TIMESTAMP`.
    #[serde(default)]
    pub starting_position_timestamp: Option<f64>,
    pub options: Options,
    pub enabled: bool,
    /// Milliseconds.
    pub created: u64,
    /// Milliseconds.
    pub last_modified: u64,
    pub last_result: String,
    pub tags: Map<String, Value>,
    /// How far each shard has been worked on.
    pub checkpoints: BTreeMap<String, Checkpoint>,
    /// The open windows of shards.
    #[serde(default)]
    pub windows: BTreeMap<String, Window>,
    #[serde(default)]
    pub transition: Option<Transition>,
}

/// How far a shard has been worked on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Checkpoint {
    /// Up to this sequence number.
    After(String),
    /// To its end.
    Finished,
}

/// A state that lasts for a while.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Passing {
    Creating,
    Enabling,
    Disabling,
    Updating,
    Deleting,
}

/// The way from one state to another.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Transition {
    pub state: Passing,
    /// Milliseconds.
    pub until: u64,
}

impl Mapping {
    /// The function that gets the records.
    pub fn target(&self) -> Target {
        Target {
            account: self.account.clone(),
            region: self.region.clone(),
            name: self.function.clone(),
            qualifier: self.qualifier.clone(),
        }
    }

    /// Whether its stream is read.
    pub fn is_polled(&self) -> bool {
        self.enabled && !self.is_being_deleted()
    }

    fn is_being_deleted(&self) -> bool {
        self.transition.is_some_and(|transition| transition.state == Passing::Deleting)
    }

    fn begin(&mut self, state: Passing, now: Timestamp) {
        self.transition = Some(Transition { state, until: now.millis() + CHANGE });
    }

    /// The state that it is passing through; a mapping that is being deleted does so until it is gone.
    fn passing(&self, now: Timestamp) -> Option<Passing> {
        let lasts = |transition: &Transition| transition.state == Passing::Deleting || now.millis() < transition.until;
        self.transition.filter(lasts).map(|transition| transition.state)
    }

    fn state(&self, now: Timestamp) -> String {
        match self.passing(now) {
            Some(passing) => format!("{passing:?}"),
            None if self.enabled => "Enabled".to_owned(),
            None => "Disabled".to_owned(),
        }
    }

    fn describe(&self, uuid: &str, now: Timestamp) -> Value {
        let arn = Arn::new("lambda", &self.region, &self.account, format!("event-source-mapping:{uuid}"));
        // Options are text, numbers and JSON: they are always an object.
        let mut description = serde_json::to_value(&self.options).unwrap_or_default();
        let members = json!({
            "UUID": uuid,
            "EventSourceArn": self.source,
            "EventSourceMappingArn": arn.to_string(),
            "FunctionArn": self.target().arn(),
            "LastModified": self.last_modified as f64 / 1000.0,
            "LastProcessingResult": self.last_result,
            "StartingPosition": self.starting_position,
            "State": self.state(now),
            "StateTransitionReason": "User action",
        });
        if let (Some(description), Value::Object(members)) = (description.as_object_mut(), members) {
            description.extend(members);
        }
        if let Some(moment) = self.starting_position_timestamp {
            description["StartingPositionTimestamp"] = json!(moment);
        }
        description
    }
}
