//! Event source mappings: which function gets the records of which stream.

mod batch;
mod consumers;
mod filter;
mod news;
mod poller;
mod stream;

use std::collections::BTreeMap;

use aws_api::Call;
use http::StatusCode;
use kernel::{Arn, AwsError, Batch};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{
    Lambda,
    functions::page,
    names::{Target, conflict, invalid, not_found},
    state::State,
};

pub use consumers::Consumer;
pub use poller::Pollers;

/// The most records of a stream that a function gets at once.
const MAX_BATCH_SIZE: usize = 10_000;

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
}

/// How far a shard has been worked on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Checkpoint {
    /// Up to this sequence number.
    After(String),
    /// To its end.
    Finished,
}

/// The members of a mapping that its owner sets, named as on the wire.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Options {
    #[serde(default = "default_batch_size")]
    pub batch_size: usize,
    #[serde(default)]
    pub maximum_batching_window_in_seconds: u64,
    #[serde(default = "one")]
    pub parallelization_factor: u64,
    #[serde(default = "unlimited")]
    pub maximum_record_age_in_seconds: i64,
    #[serde(default)]
    pub bisect_batch_on_function_error: bool,
    #[serde(default = "unlimited")]
    pub maximum_retry_attempts: i64,
    #[serde(default)]
    pub tumbling_window_in_seconds: u64,
    #[serde(default)]
    pub function_response_types: Vec<String>,
    #[serde(default = "no_destination")]
    pub destination_config: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter_criteria: Option<FilterCriteria>,
}

/// `FilterCriteria`: a record that one of the filters matches is wanted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FilterCriteria {
    #[serde(default)]
    pub filters: Vec<Filter>,
}

/// One filter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Filter {
    pub pattern: String,
}

fn default_batch_size() -> usize {
    100
}

fn one() -> u64 {
    1
}

fn unlimited() -> i64 {
    -1
}

fn no_destination() -> Value {
    json!({"OnFailure": {}})
}

impl Options {
    fn read(input: &Value) -> Result<Self, AwsError> {
        let options: Self = aws_api::parse(input.clone())?;
        options.check()?;
        Ok(options)
    }

    /// These options with the members of `input` in place of the old ones.
    fn updated(&self, input: &Value) -> Result<Self, AwsError> {
        let mut members = serde_json::to_value(self).map_err(|error| AwsError::internal(error.to_string()))?;
        if let (Some(members), Some(changes)) = (members.as_object_mut(), input.as_object()) {
            members.extend(changes.clone());
        }
        Self::read(&members)
    }

    fn check(&self) -> Result<(), AwsError> {
        if (1..60).contains(&self.maximum_record_age_in_seconds) || self.maximum_record_age_in_seconds == 0 {
            return Err(invalid("MaximumRecordAgeInSeconds must be -1 or between 60 and 604800."));
        }
        if self.batch_size > MAX_BATCH_SIZE {
            return Err(invalid("BatchSize must be between 1 and 10000."));
        }
        if self.tumbling_window_in_seconds > 0 {
            return Err(invalid("Samlet does not know tumbling windows yet."));
        }
        if !self.destination_config["OnFailure"]["Destination"].is_null() {
            return Err(invalid("Samlet does not know destinations of failed batches yet."));
        }
        filter::compile(self.filter_criteria.as_ref()).map(drop)
    }
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

    fn describe(&self, uuid: &str, state: &str) -> Value {
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
            "State": state,
            "StateTransitionReason": "User action",
        });
        if let (Some(description), Value::Object(members)) = (description.as_object_mut(), members) {
            description.extend(members);
        }
        description
    }

    fn state(&self) -> &'static str {
        if self.enabled { "Enabled" } else { "Disabled" }
    }
}

impl Lambda {
    pub(crate) async fn create_event_source_mapping(&self, call: Call) -> Result<Value, AwsError> {
        let input = &call.input;
        let source = input["EventSourceArn"].as_str().ok_or_else(|| invalid("Unrecognized event source."))?;
        let target = Target::read(&call.scope, input["FunctionName"].as_str().unwrap_or_default(), None)?;
        let starting_position = starting_position(source, input)?;
        let mapping = {
            let state = self.state.borrow();
            let function = state.function(&target).map_err(|_| invalid("Function does not exist"))?;
            if target.qualifier.as_deref().is_some_and(|qualifier| !function.has(qualifier)) {
                return Err(invalid("Function does not exist"));
            }
            refuse_duplicate(&state, source, &target)?;
            let now = self.kernel.clock.now().millis();
            Mapping {
                account: target.account.clone(),
                region: target.region.clone(),
                function: target.name.clone(),
                qualifier: target.qualifier.clone(),
                source: source.to_owned(),
                starting_position,
                options: Options::read(input)?,
                enabled: input["Enabled"].as_bool().unwrap_or(true),
                created: now,
                last_modified: now,
                last_result: "No records processed".to_owned(),
                tags: input["Tags"].as_object().cloned().unwrap_or_default(),
                checkpoints: BTreeMap::new(),
            }
        };
        self.check_stream(&mapping).await?;
        let uuid = self.kernel.rng.uuid();
        let mut batch = Batch::default();
        self.state.borrow_mut().put_mapping(&uuid, mapping.clone(), &mut batch);
        self.commit(batch).await?;
        self.start_poller(&uuid, true).await;
        Ok(mapping.describe(&uuid, "Creating"))
    }

    pub(crate) fn get_event_source_mapping(&self, call: Call) -> Result<Value, AwsError> {
        let uuid = uuid(&call);
        let state = self.state.borrow();
        let mapping = state.mapping(uuid).ok_or_else(gone)?;
        Ok(mapping.describe(uuid, mapping.state()))
    }

    pub(crate) fn list_event_source_mappings(&self, call: Call) -> Result<Value, AwsError> {
        let target = match call.input["FunctionName"].as_str() {
            Some(name) => Some(Target::read(&call.scope, name, None)?),
            None => None,
        };
        let source = call.input["EventSourceArn"].as_str();
        let wanted = |mapping: &Mapping| {
            mapping.account == call.scope.account
                && mapping.region == call.scope.region
                && source.is_none_or(|source| mapping.source == source)
                && target.as_ref().is_none_or(|target| mapping.target() == *target)
        };
        let state = self.state.borrow();
        let mappings = state.mappings().filter(|(_, mapping)| wanted(mapping));
        let listed = mappings.map(|(uuid, mapping)| (uuid.clone(), mapping.describe(uuid, mapping.state())));
        Ok(page("EventSourceMappings", listed.collect(), &call.input))
    }

    pub(crate) async fn update_event_source_mapping(&self, call: Call) -> Result<Value, AwsError> {
        let uuid = uuid(&call);
        let mut mapping = self.state.borrow().mapping(uuid).cloned().ok_or_else(gone)?;
        if let Some(name) = call.input["FunctionName"].as_str() {
            let target = Target::read(&call.scope, name, None)?;
            self.state.borrow().function(&target).map_err(|_| invalid("Function does not exist"))?;
            (mapping.function, mapping.qualifier) = (target.name, target.qualifier);
        }
        mapping.options = mapping.options.updated(&call.input)?;
        mapping.enabled = call.input["Enabled"].as_bool().unwrap_or(mapping.enabled);
        mapping.last_modified = self.kernel.clock.now().millis();
        let mut batch = Batch::default();
        self.state.borrow_mut().put_mapping(uuid, mapping.clone(), &mut batch);
        self.commit(batch).await?;
        self.start_poller(uuid, false).await;
        Ok(mapping.describe(uuid, "Updating"))
    }

    pub(crate) async fn delete_event_source_mapping(&self, call: Call) -> Result<Value, AwsError> {
        let uuid = uuid(&call);
        let mut batch = Batch::default();
        let mapping = self.state.borrow_mut().remove_mapping(uuid, &mut batch).ok_or_else(gone)?;
        self.commit(batch).await?;
        self.pollers.stop(uuid);
        Ok(mapping.describe(uuid, "Deleting"))
    }
}

fn uuid(call: &Call) -> &str {
    call.input["UUID"].as_str().unwrap_or_default()
}

fn gone() -> AwsError {
    not_found("The resource you requested does not exist.").with_status(StatusCode::NOT_FOUND)
}

/// Where to begin: streams demand it.
fn starting_position(source: &str, input: &Value) -> Result<String, AwsError> {
    let service = source.parse::<Arn>().map_err(|_| invalid("Unrecognized event source."))?.service;
    if service != "dynamodb" {
        return Err(invalid(&format!("Samlet does not poll event sources of {service} yet.")));
    }
    let Some(position) = input["StartingPosition"].as_str() else {
        return Err(invalid(
            "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must \
             not be null.",
        ));
    };
    if position == "AT_TIMESTAMP" {
        return Err(invalid(&format!("Unsupported starting position for arn type: {source}")));
    }
    Ok(position.to_owned())
}

fn refuse_duplicate(state: &State, source: &str, target: &Target) -> Result<(), AwsError> {
    let same = |mapping: &Mapping| mapping.source == source && mapping.target().key() == target.key();
    let Some((uuid, _)) = state.mappings().find(|(_, mapping)| same(mapping)) else { return Ok(()) };
    Err(conflict(&format!(
        "The event source arn (\" {source} \") and function (\" {} \") provided mapping already exists. Please update \
         or delete the existing mapping with UUID {uuid}",
        target.name
    )))
}
