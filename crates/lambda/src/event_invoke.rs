//! How a function's asynchronous invocations are handled: retries, age, and where their records go.

use std::collections::BTreeMap;

use aws_api::Call;
use kernel::{Arn, AwsError, Batch};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    Lambda, destinations,
    functions::{page, target, version_of},
    names::{Target, invalid, not_found},
    state::{LATEST, State},
};

/// `FunctionEventInvokeConfig`. What is not set has the default of AWS.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EventInvokeConfig {
    /// Seconds that an event may wait.
    pub max_age: Option<u64>,
    pub max_retries: Option<u64>,
    /// ARNs.
    pub on_success: Option<String>,
    pub on_failure: Option<String>,
    /// Milliseconds.
    pub last_modified: u64,
}

impl EventInvokeConfig {
    /// Takes over what `input` says.
    fn apply(&mut self, input: &Value) {
        let destinations = &input["DestinationConfig"];
        if let Some(seconds) = input["MaximumEventAgeInSeconds"].as_u64() {
            self.max_age = Some(seconds);
        }
        if let Some(retries) = input["MaximumRetryAttempts"].as_u64() {
            self.max_retries = Some(retries);
        }
        for (member, destination) in [("OnSuccess", &mut self.on_success), ("OnFailure", &mut self.on_failure)] {
            if let Some(config) = destinations.get(member) {
                *destination = config["Destination"].as_str().filter(|arn| !arn.is_empty()).map(str::to_owned);
            }
        }
    }

    fn describe(&self, target: &Target, qualifier: &str) -> Value {
        let destination =
            |arn: &Option<String>| arn.as_ref().map_or_else(|| json!({}), |arn| json!({"Destination": arn}));
        let mut description = json!({
            "LastModified": self.last_modified as f64 / 1000.0,
            "FunctionArn": target.qualified(qualifier),
            "DestinationConfig": {
                "OnSuccess": destination(&self.on_success),
                "OnFailure": destination(&self.on_failure),
            },
        });
        if let Some(retries) = self.max_retries {
            description["MaximumRetryAttempts"] = json!(retries);
        }
        if let Some(seconds) = self.max_age {
            description["MaximumEventAgeInSeconds"] = json!(seconds);
        }
        description
    }
}

impl Lambda {
    /// Puts a configuration in place of the old one, or changes the old one.
    pub(crate) async fn put_event_invoke_config(&self, call: Call) -> Result<Value, AwsError> {
        let target = target(&call)?;
        let settings = ["MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig"];
        if settings.iter().all(|member| call.input[*member].is_null()) {
            return Err(invalid("You must specify at least one of error handling or destination setting."));
        }
        let qualifier = qualifier(&target);
        let is_update = call.operation.starts_with("Update");
        let mut config = {
            let state = self.state.borrow();
            let function = state.function(&target).map_err(|_| no_function())?;
            version_of(function, &target).map_err(|_| no_function())?;
            match function.event_invoke.get(&qualifier) {
                Some(config) if is_update => config.clone(),
                None if is_update => return Err(no_config(&target, &qualifier)),
                _ => EventInvokeConfig::default(),
            }
        };
        config.apply(&call.input);
        config.last_modified = self.kernel.clock.now().millis();
        self.check_destinations(&target, &config)?;
        let mut batch = Batch::default();
        self.state.borrow_mut().change_function(&target, &mut batch, |function| {
            function.event_invoke.insert(qualifier.clone(), config.clone());
            Ok(())
        })?;
        self.commit(batch).await?;
        Ok(config.describe(&target, &qualifier))
    }

    pub(crate) fn get_event_invoke_config(&self, call: Call) -> Result<Value, AwsError> {
        let target = target(&call)?;
        let qualifier = qualifier(&target);
        let state = self.state.borrow();
        let config = state.function(&target).ok().and_then(|function| function.event_invoke.get(&qualifier));
        config.map(|config| config.describe(&target, &qualifier)).ok_or_else(|| no_config(&target, &qualifier))
    }

    pub(crate) fn list_event_invoke_configs(&self, call: Call) -> Result<Value, AwsError> {
        let target = target(&call)?.function();
        let state = self.state.borrow();
        let configs: &BTreeMap<_, _> = &state.function(&target).map_err(|_| no_function())?.event_invoke;
        let listed = configs.iter().map(|(qualifier, config)| (qualifier.clone(), config.describe(&target, qualifier)));
        Ok(page("FunctionEventInvokeConfigs", listed.collect(), &call.input))
    }

    pub(crate) async fn delete_event_invoke_config(&self, call: Call) -> Result<Value, AwsError> {
        let target = target(&call)?;
        let qualifier = qualifier(&target);
        let mut batch = Batch::default();
        let mut removed = None;
        let known = self.state.borrow_mut().change_function(&target, &mut batch, |function| {
            removed = function.event_invoke.remove(&qualifier);
            Ok(())
        });
        if known.is_err() || removed.is_none() {
            return Err(no_config(&target, &qualifier));
        }
        self.commit(batch).await?;
        Ok(json!({}))
    }

    /// The configuration for events that were sent to `target`.
    pub(crate) fn event_invoke_config(&self, target: &Target) -> EventInvokeConfig {
        let state = self.state.borrow();
        let config = state.function(target).ok().and_then(|function| function.event_invoke.get(&qualifier(target)));
        config.cloned().unwrap_or_default()
    }

    /// Refuses destinations that cannot be, and those that the execution role may not write to.
    fn check_destinations(&self, target: &Target, config: &EventInvokeConfig) -> Result<(), AwsError> {
        let state = self.state.borrow();
        let role = &version_of(state.function(target)?, target)?.settings.role;
        for (arn, succeeded) in [(&config.on_success, true), (&config.on_failure, false)] {
            let Some(arn) = arn else { continue };
            check_destination(&state, target, config, arn, succeeded)?;
            self.check_destination_access(target, role, arn)?;
        }
        Ok(())
    }
}

fn check_destination(
    state: &State,
    target: &Target,
    config: &EventInvokeConfig,
    arn: &str,
    succeeded: bool,
) -> Result<(), AwsError> {
    let parsed = arn.parse::<Arn>().ok();
    match parsed.as_ref().map(|arn| arn.service.as_str()) {
        Some("lambda") => {
            let named = parsed.and_then(|arn| destinations::function_of(&arn));
            let named = named.ok_or_else(|| invalid(&format!("The destination ARN {arn} is invalid.")))?;
            if named.function() == target.function() {
                return Err(invalid("You can't specify the function as a destination for itself."));
            }
            let there = state.function(&named).and_then(|function| version_of(function, &named).map(drop));
            there.map_err(|_| invalid(&format!("The destination ARN {arn} is invalid.")))
        }
        Some("sqs" | "sns" | "events") => Ok(()),
        Some("s3") if !succeeded => Ok(()),
        _ => {
            let shown = |kind: &str, arn: &Option<String>| match arn {
                Some(arn) => format!("{kind}(destination={arn})"),
                None => "null".to_owned(),
            };
            Err(invalid(&format!(
                "The provided destination config DestinationConfig(onSuccess={}, onFailure={}) is invalid.",
                shown("OnSuccess", &config.on_success),
                shown("OnFailure", &config.on_failure),
            )))
        }
    }
}

fn qualifier(target: &Target) -> String {
    target.qualifier.clone().unwrap_or_else(|| LATEST.to_owned())
}

fn no_function() -> AwsError {
    not_found("The function doesn't exist.")
}

fn no_config(target: &Target, qualifier: &str) -> AwsError {
    not_found(&format!("The function {} doesn't have an EventInvokeConfig", target.qualified(qualifier)))
}
