//! The resource policy of a function, a version or an alias as one document: what `AddPermission` writes
//! statement by statement.

use aws_api::Call;
use kernel::{Arn, AwsError, Batch};
use serde_json::{Value, json};

use super::{permissions::check_qualifier, precondition_failed};
use crate::{
    Lambda,
    destinations::function_of,
    names::{Target, invalid, not_found},
    state::{Function, LATEST, Policy},
};

impl Lambda {
    pub(crate) async fn put_resource_policy(&self, call: Call) -> Result<Value, AwsError> {
        let target = target(&call)?;
        if target.qualifier.as_deref() == Some(LATEST) {
            return Err(invalid("We currently do not support adding policies for $LATEST."));
        }
        let statements = statements(call.input["Policy"].as_str().unwrap_or_default())?;
        let mut batch = Batch::default();
        let answer = self.state.borrow_mut().change_function(&target.function(), &mut batch, |function| {
            check_qualifier(function, &target)?;
            check_revision(&call.input, function, &target)?;
            function.policies.insert(key(&target), Policy { statements });
            function.revise(target.qualifier.as_deref(), self.kernel.rng.uuid());
            describe(function, &target)
        })?;
        self.commit(batch).await?;
        Ok(answer)
    }

    pub(crate) fn get_resource_policy(&self, call: Call) -> Result<Value, AwsError> {
        let target = target(&call)?;
        let state = self.state.borrow();
        describe(state.function(&target)?, &target)
    }

    pub(crate) async fn delete_resource_policy(&self, call: Call) -> Result<Value, AwsError> {
        let target = target(&call)?;
        let mut batch = Batch::default();
        self.state.borrow_mut().change_function(&target.function(), &mut batch, |function| {
            check_revision(&call.input, function, &target)?;
            function.policies.remove(&key(&target)).ok_or_else(missing)?;
            function.revise(target.qualifier.as_deref(), self.kernel.rng.uuid());
            Ok(())
        })?;
        self.commit(batch).await?;
        Ok(json!({}))
    }
}

/// The function of this account and region that a call's ARN names.
fn target(call: &Call) -> Result<Target, AwsError> {
    let text = call.input["ResourceArn"].as_str().unwrap_or_default();
    let named = text.parse::<Arn>().ok().and_then(|arn| function_of(&arn)).ok_or_else(missing)?;
    Target::read(&call.scope, &named.arn(), None)
}

fn key(target: &Target) -> String {
    target.qualifier.clone().unwrap_or_default()
}

fn statements(document: &str) -> Result<Vec<Value>, AwsError> {
    let document: Value =
        serde_json::from_str(document).map_err(|_| invalid("The provided policy is not a valid JSON document."))?;
    let statements = match &document["Statement"] {
        Value::Array(statements) => statements.clone(),
        Value::Object(_) => vec![document["Statement"].clone()],
        _ => Vec::new(),
    };
    let is_whole = |statement: &Value| {
        matches!(statement["Effect"].as_str(), Some("Allow" | "Deny"))
            && ["Principal", "Action"].iter().all(|member| !statement[*member].is_null())
    };
    if statements.is_empty() || !statements.iter().all(is_whole) {
        return Err(invalid("Each statement of a policy needs an Effect, a Principal and an Action."));
    }
    Ok(statements)
}

fn check_revision(input: &Value, function: &Function, target: &Target) -> Result<(), AwsError> {
    match input["RevisionId"].as_str() {
        Some(expected) if function.revision(target.qualifier.as_deref()) != Some(expected) => Err(precondition_failed(
            "The Revision Id provided does not match the latest Revision Id. Call the GetResourcePolicy API to \
             retrieve the latest Revision Id",
        )),
        _ => Ok(()),
    }
}

fn describe(function: &Function, target: &Target) -> Result<Value, AwsError> {
    let policy = function.policies.get(&key(target)).ok_or_else(missing)?;
    let revision = function.revision(target.qualifier.as_deref());
    Ok(json!({"Policy": policy.document().to_string(), "RevisionId": revision}))
}

fn missing() -> AwsError {
    not_found("The resource you requested does not exist.")
}
