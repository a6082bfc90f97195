//! Provisioned concurrency: how many environments of a version or an alias are always ready.

use aws_api::Call;
use http::StatusCode;
use kernel::{AwsError, Batch};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{ACCOUNT_CONCURRENCY, MIN_UNRESERVED, configuration::moment, page, target};
use crate::{
    Lambda,
    names::{Target, conflict, invalid, not_found, untyped},
    state::{Function, LATEST, State},
};

/// What is asked for a version or an alias.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProvisionedConcurrency {
    pub requested: u64,
    /// Milliseconds.
    pub last_modified: u64,
}

impl Function {
    /// How many environments are asked for, of all versions and aliases.
    pub fn provisioned_total(&self) -> u64 {
        self.provisioned.values().map(|config| config.requested).sum()
    }
}

/// How much concurrency of an account is neither reserved for a function nor provisioned.
pub fn unreserved_concurrency(state: &State, target: &Target) -> u64 {
    let functions = state.functions(&target.account, &target.region);
    let taken: u64 = functions.map(|(_, function)| function.reserved.unwrap_or(function.provisioned_total())).sum();
    ACCOUNT_CONCURRENCY.saturating_sub(taken)
}

impl Lambda {
    pub(crate) async fn put_provisioned_concurrency(&self, call: Call) -> Result<Value, AwsError> {
        let target = target(&call)?;
        let requested = call.input["ProvisionedConcurrentExecutions"].as_u64().unwrap_or_default();
        let unpublished = "Provisioned Concurrency Configs cannot be applied to unpublished function versions.";
        let qualifier = published(&target, unpublished)?;
        let config = ProvisionedConcurrency { requested, last_modified: self.kernel.clock.now().millis() };
        let mut batch = Batch::default();
        {
            let mut state = self.state.borrow_mut();
            let function = function_with(&state, &target)?;
            check_overlap(function, qualifier, unpublished)?;
            check_limits(&state, function, &target, requested)?;
            state.change_function(&target, &mut batch, |function| {
                function.provisioned.insert(qualifier.to_owned(), config.clone());
                Ok(())
            })?;
        }
        self.commit(batch).await?;
        let answer = self.describe_provisioned(&target, &config);
        self.provision(&target.function());
        Ok(answer)
    }

    pub(crate) fn get_provisioned_concurrency(&self, call: Call) -> Result<Value, AwsError> {
        let target = target(&call)?;
        let qualifier = published(&target, MUST_BE_PUBLISHED)?;
        let state = self.state.borrow();
        let config = function_with(&state, &target)?.provisioned.get(qualifier).ok_or_else(no_config)?;
        Ok(self.describe_provisioned(&target, config))
    }

    pub(crate) fn list_provisioned_concurrency(&self, call: Call) -> Result<Value, AwsError> {
        let target = target(&call)?.function();
        let state = self.state.borrow();
        let listed = state.function(&target)?.provisioned.iter().map(|(qualifier, config)| {
            let target = target.with_qualifier(qualifier);
            let mut description = self.describe_provisioned(&target, config);
            description["FunctionArn"] = json!(target.arn());
            (qualifier.clone(), description)
        });
        Ok(page("ProvisionedConcurrencyConfigs", listed.collect(), &call.input))
    }

    pub(crate) async fn delete_provisioned_concurrency(&self, call: Call) -> Result<Value, AwsError> {
        let target = target(&call)?;
        let qualifier = published(&target, MUST_BE_PUBLISHED)?;
        let mut batch = Batch::default();
        {
            let mut state = self.state.borrow_mut();
            function_with(&state, &target)?;
            state.change_function(&target, &mut batch, |function| {
                function.provisioned.remove(qualifier);
                Ok(())
            })?;
        }
        self.commit(batch).await?;
        self.provision(&target.function());
        Ok(json!({}))
    }

    fn describe_provisioned(&self, target: &Target, config: &ProvisionedConcurrency) -> Value {
        let (ready, failed) = self.provisioned_now(target);
        let ready = ready.min(config.requested);
        let status = match ready == config.requested {
            true => "READY",
            false if failed => "FAILED",
            false => "IN_PROGRESS",
        };
        let mut description = json!({
            "RequestedProvisionedConcurrentExecutions": config.requested,
            "AvailableProvisionedConcurrentExecutions": ready,
            "AllocatedProvisionedConcurrentExecutions": ready,
            "Status": status,
            "LastModified": moment(config.last_modified),
        });
        if status == "FAILED" {
            description["StatusReason"] = json!("FUNCTION_ERROR_INIT_FAILURE");
        }
        description
    }
}

const MUST_BE_PUBLISHED: &str = "The function resource provided must be an alias or a published version.";

fn published<'a>(target: &'a Target, otherwise: &str) -> Result<&'a str, AwsError> {
    target.qualifier.as_deref().filter(|qualifier| *qualifier != LATEST).ok_or_else(|| invalid(otherwise))
}

/// The function, if it has the version or alias that `target` names.
fn function_with<'a>(state: &'a State, target: &Target) -> Result<&'a Function, AwsError> {
    let qualifier = target.qualifier.as_deref().unwrap_or_default();
    let function = state.function(target).ok().filter(|function| function.has(qualifier));
    // What could be an alias by its form is missed as one.
    function.ok_or_else(|| match qualifier.parse::<u64>() {
        Ok(_) => target.not_found(),
        Err(_) => not_found(&format!("Cannot find alias arn: {}", target.arn())),
    })
}

/// A version and an alias that points to it cannot both have environments of their own.
fn check_overlap(function: &Function, qualifier: &str, unpublished: &str) -> Result<(), AwsError> {
    let provisioned = |name: &str| name != qualifier && function.provisioned.contains_key(name);
    let Some(alias) = function.aliases.get(qualifier) else {
        let mut pointing = function.aliases.iter().filter(|(_, alias)| alias.version == qualifier);
        if pointing.any(|(name, _)| provisioned(name)) {
            return Err(conflict("Version is pointed by a Provisioned Concurrency alias"));
        }
        return Ok(());
    };
    if alias.version == LATEST {
        return Err(invalid(unpublished));
    }
    let mut same = function.aliases.iter().filter(|(_, other)| other.version == alias.version);
    if provisioned(&alias.version) || same.any(|(name, _)| provisioned(name)) {
        let message = "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version";
        return Err(conflict(message));
    }
    Ok(())
}

fn check_limits(state: &State, function: &Function, target: &Target, requested: u64) -> Result<(), AwsError> {
    let qualifier = target.qualifier.as_deref().unwrap_or_default();
    let own = function.provisioned.get(qualifier).map_or(0, |config| config.requested);
    if let Some(reserved) = function.reserved {
        if function.provisioned_total() - own + requested > reserved {
            return Err(invalid(
                "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for \
                 function",
            ));
        }
        return Ok(());
    }
    let unreserved = unreserved_concurrency(state, target) + own;
    if requested > unreserved {
        return Err(untyped(invalid(&format!(
            "Specified ConcurrentExecutions for function is greater than account's unreserved concurrency \
             [{unreserved}]."
        ))));
    }
    if unreserved - requested < MIN_UNRESERVED {
        return Err(untyped(invalid(&format!(
            "Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its \
             minimum value of [{MIN_UNRESERVED}]."
        ))));
    }
    Ok(())
}

fn no_config() -> AwsError {
    AwsError::new(
        "ProvisionedConcurrencyConfigNotFoundException",
        "No Provisioned Concurrency Config found for this function",
    )
    .with_status(StatusCode::NOT_FOUND)
}
