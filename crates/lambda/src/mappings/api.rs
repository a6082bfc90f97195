//! The operations on event source mappings.

use std::{collections::BTreeMap, time::Duration};

use aws_api::Call;
use http::StatusCode;
use kernel::{AwsError, Batch};
use serde_json::Value;

use super::{
    CHANGE, Mapping, Passing,
    options::{Options, refuse_success_destination},
    source::{Source, is_elsewhere},
};
use crate::{
    Lambda,
    functions::page,
    names::{Target, conflict, invalid, not_found},
    state::State,
};

impl Lambda {
    pub(crate) async fn create_event_source_mapping(&self, call: Call) -> Result<Value, AwsError> {
        let input = &call.input;
        if !input["SelfManagedEventSource"].is_null() {
            return Err(invalid("Samlet has no self-managed event sources: they cannot be polled."));
        }
        let arn = input["EventSourceArn"].as_str().ok_or_else(|| invalid("Unrecognized event source."))?;
        refuse_success_destination(input)?;
        let target = Target::read(&call.scope, input["FunctionName"].as_str().unwrap_or_default(), None)?;
        if is_elsewhere(arn) {
            self.check_function(&target)?;
        }
        let source = Source::of(arn)?;
        let now = self.kernel.clock.now();
        let (starting_position, starting_position_timestamp) = starting_position(source, input, now.secs_f64())?;
        self.check_function(&target)?;
        let options = Options::read(input, source)?;
        refuse_duplicate(&self.state.borrow(), arn, &target)?;
        let mut mapping = Mapping {
            account: target.account.clone(),
            region: target.region.clone(),
            function: target.name.clone(),
            qualifier: target.qualifier.clone(),
            source: arn.to_owned(),
            starting_position,
            starting_position_timestamp,
            options,
            enabled: input["Enabled"].as_bool().unwrap_or(true),
            created: now.millis(),
            last_modified: now.millis(),
            last_result: "No records processed".to_owned(),
            tags: input["Tags"].as_object().cloned().unwrap_or_default(),
            checkpoints: BTreeMap::new(),
            windows: BTreeMap::new(),
            transition: None,
        };
        mapping.begin(Passing::Creating, now);
        self.check_stream(&mapping).await?;
        self.check_failure_destination(&mapping)?;
        let uuid = self.kernel.rng.uuid();
        self.put_mapping(&uuid, mapping.clone()).await?;
        self.start_poller(&uuid, true).await;
        Ok(mapping.describe(&uuid, now))
    }

    pub(crate) fn get_event_source_mapping(&self, call: Call) -> Result<Value, AwsError> {
        let uuid = uuid(&call);
        let state = self.state.borrow();
        let mapping = state.mapping(uuid).ok_or_else(gone)?;
        Ok(mapping.describe(uuid, self.kernel.clock.now()))
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
        let (state, now) = (self.state.borrow(), self.kernel.clock.now());
        let mappings = state.mappings().filter(|(_, mapping)| wanted(mapping));
        let listed = mappings.map(|(uuid, mapping)| (uuid.clone(), mapping.describe(uuid, now)));
        Ok(page("EventSourceMappings", listed.collect(), &call.input))
    }

    pub(crate) async fn update_event_source_mapping(&self, call: Call) -> Result<Value, AwsError> {
        let uuid = uuid(&call);
        let now = self.kernel.clock.now();
        let mut mapping = self.state.borrow().mapping(uuid).cloned().ok_or_else(gone)?;
        if mapping.passing(now).is_some() {
            return Err(in_use("update"));
        }
        if let Some(name) = call.input["FunctionName"].as_str() {
            let target = Target::read(&call.scope, name, None)?;
            self.check_function(&target)?;
            let is_other = mapping.target() != target;
            if is_other {
                refuse_duplicate(&self.state.borrow(), &mapping.source, &target)?;
            }
            (mapping.function, mapping.qualifier) = (target.name, target.qualifier);
        }
        mapping.options = mapping.options.updated(&call.input, Source::of(&mapping.source)?)?;
        self.check_failure_destination(&mapping)?;
        let enabled = call.input["Enabled"].as_bool().unwrap_or(mapping.enabled);
        let passing = match (mapping.enabled, enabled) {
            (false, true) => Passing::Enabling,
            (true, false) => Passing::Disabling,
            _ => Passing::Updating,
        };
        mapping.enabled = enabled;
        mapping.last_modified = now.millis();
        mapping.begin(passing, now);
        self.put_mapping(uuid, mapping.clone()).await?;
        self.start_poller(uuid, false).await;
        Ok(mapping.describe(uuid, now))
    }

    pub(crate) async fn delete_event_source_mapping(&self, call: Call) -> Result<Value, AwsError> {
        let uuid = uuid(&call);
        let now = self.kernel.clock.now();
        let mut mapping = self.state.borrow().mapping(uuid).cloned().ok_or_else(gone)?;
        if mapping.passing(now).is_some() {
            return Err(in_use("delete"));
        }
        mapping.begin(Passing::Deleting, now);
        self.put_mapping(uuid, mapping.clone()).await?;
        self.pollers.stop(uuid);
        self.remove_in_background(uuid);
        Ok(mapping.describe(uuid, now))
    }

    /// Removes a mapping that is being deleted, after the while that this takes.
    pub(super) fn remove_in_background(&self, uuid: &str) {
        let is_being_deleted = self.state.borrow().mapping(uuid).is_some_and(Mapping::is_being_deleted);
        let Some(lambda) = self.this.upgrade().filter(|_| is_being_deleted) else { return };
        let uuid = uuid.to_owned();
        self.kernel.tasks.spawn(async move {
            lambda.kernel.clock.sleep(Duration::from_millis(CHANGE)).await;
            let mut batch = Batch::default();
            lambda.state.borrow_mut().remove_mapping(&uuid, &mut batch);
            lambda.pollers.forget(&uuid);
            // What cannot be stored is removed after the next opening.
            let _ = lambda.commit(batch).await;
        });
    }

    async fn put_mapping(&self, uuid: &str, mapping: Mapping) -> Result<(), AwsError> {
        let mut batch = Batch::default();
        self.state.borrow_mut().put_mapping(uuid, mapping, &mut batch);
        self.commit(batch).await
    }

    fn check_function(&self, target: &Target) -> Result<(), AwsError> {
        let state = self.state.borrow();
        let function = state.function(target).ok();
        let has = function.is_some_and(|function| target.qualifier.as_deref().is_none_or(|name| function.has(name)));
        if has { Ok(()) } else { Err(invalid("Function does not exist")) }
    }
}

fn uuid(call: &Call) -> &str {
    call.input["UUID"].as_str().unwrap_or_default()
}

fn gone() -> AwsError {
    not_found("The resource you requested does not exist.").with_status(StatusCode::NOT_FOUND)
}

/// The refusal to change a mapping that is on its way from one state to another.
fn in_use(what: &str) -> AwsError {
    AwsError::new("ResourceInUseException", format!("Cannot {what} the event source mapping because it is in use."))
}

/// Where to begin: streams demand it.
fn starting_position(source: Source, input: &Value, now: f64) -> Result<(String, Option<f64>), AwsError> {
    let missing = |member: &str| {
        invalid(&format!(
            "1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be \
             null."
        ))
    };
    let position = input["StartingPosition"].as_str().ok_or_else(|| missing("startingPosition"))?;
    if position != "AT_TIMESTAMP" {
        return Ok((position.to_owned(), None));
    }
    if !source.is_kinesis() {
        let arn = input["EventSourceArn"].as_str().unwrap_or_default();
        return Err(invalid(&format!("Unsupported starting position for arn type: {arn}")));
    }
    let moment = input["StartingPositionTimestamp"].as_f64().ok_or_else(|| missing("startingPositionTimestamp"))?;
    if moment > now {
        return Err(invalid("StartingPositionTimestamp cannot be in the future."));
    }
    Ok((position.to_owned(), Some(moment)))
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
