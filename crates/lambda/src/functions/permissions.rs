//! Resource policies: who else may invoke a function.

use aws_api::Call;
use kernel::{AwsError, Batch};
use serde_json::{Map, Value, json};

use super::{precondition_failed, target};
use crate::{
    Lambda,
    names::{Target, conflict, invalid, not_found},
    state::{Function, LATEST, Policy, State},
};

impl Lambda {
    pub(crate) async fn add_permission(&self, call: Call) -> Result<Value, AwsError> {
        let target = target(&call)?;
        if target.qualifier.as_deref() == Some(LATEST) {
            return Err(invalid("We currently do not support adding policies for $LATEST."));
        }
        let statement = statement(&call.input, &target)?;
        let mut batch = Batch::default();
        self.state.borrow_mut().change_function(&target.function(), &mut batch, |function| {
            check_qualifier(function, &target)?;
            check_policy_revision(&call.input, function, &target)?;
            let policy = function.policies.entry(target.qualifier.clone().unwrap_or_default()).or_default();
            if policy.statements.iter().any(|existing| existing["Sid"] == statement["Sid"]) {
                return Err(conflict(&format!(
                    "The statement id ({}) provided already exists. Please provide a new statement id, or remove the \
                     existing statement.",
                    statement["Sid"].as_str().unwrap_or_default()
                )));
            }
            policy.statements.push(statement.clone());
            function.revise(target.qualifier.as_deref(), self.kernel.rng.uuid());
            Ok(())
        })?;
        self.commit(batch).await?;
        Ok(json!({"Statement": statement.to_string()}))
    }

    pub(crate) async fn remove_permission(&self, call: Call) -> Result<Value, AwsError> {
        let target = target(&call)?;
        let id = call.input["StatementId"].as_str().unwrap_or_default();
        let mut batch = Batch::default();
        {
            let mut state = self.state.borrow_mut();
            let unknown = |_| not_found(&format!("No policy found for: {}", target.function_arn()));
            state.function(&target).map_err(unknown)?;
            state.change_function(&target.function(), &mut batch, |function| {
                check_qualifier(function, &target)?;
                let key = target.qualifier.clone().unwrap_or_default();
                check_policy_revision(&call.input, function, &target)?;
                let missing = || not_found("No policy is associated with the given resource.");
                let policy = function.policies.get_mut(&key).ok_or_else(missing)?;
                let count = policy.statements.len();
                policy.statements.retain(|statement| statement["Sid"] != id);
                if policy.statements.len() == count {
                    return Err(not_found(&format!("Statement {id} is not found in resource policy.")));
                }
                if policy.statements.is_empty() {
                    function.policies.remove(&key);
                }
                function.revise(target.qualifier.as_deref(), self.kernel.rng.uuid());
                Ok(())
            })?;
        }
        self.commit(batch).await?;
        Ok(json!({}))
    }

    pub(crate) fn get_policy(&self, call: Call) -> Result<Value, AwsError> {
        let target = target(&call)?;
        let state = self.state.borrow();
        let missing = || not_found("The resource you requested does not exist.");
        let function = state.function(&target).map_err(|_| missing())?;
        let policy = function.policies.get(target.qualifier.as_deref().unwrap_or_default()).ok_or_else(missing)?;
        let revision = function.revision(target.qualifier.as_deref());
        Ok(json!({"Policy": policy.document().to_string(), "RevisionId": revision}))
    }
}

/// The policy that belongs to exactly what `target` names; one without statements, which lets nobody
/// in, if there is none.
pub fn policy_for(state: &State, target: &Target) -> Value {
    let qualifier = target.qualifier.as_deref().unwrap_or_default();
    let policy = state.function(target).ok().and_then(|function| function.policies.get(qualifier));
    policy.map_or_else(|| Policy::default().document(), Policy::document)
}

/// Refuses a version or an alias that is not there.
pub fn check_qualifier(function: &Function, target: &Target) -> Result<(), AwsError> {
    match target.qualifier.as_deref() {
        Some(qualifier) if !function.has(qualifier) => {
            // What could be an alias by its form is missed as one.
            let alias_like = !qualifier.contains('$') && qualifier.parse::<u64>().is_err();
            let message = format!("Cannot find alias arn: {}", target.arn());
            Err(if alias_like { not_found(&message) } else { target.not_found() })
        }
        _ => Ok(()),
    }
}

/// A policy has no revision of its own: it is that of the version or alias that it belongs to.
fn check_policy_revision(input: &Value, function: &Function, target: &Target) -> Result<(), AwsError> {
    match input["RevisionId"].as_str() {
        Some(expected) if function.revision(target.qualifier.as_deref()) != Some(expected) => {
            let message = "The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to \
                           retrieve the latest Revision Id";
            Err(precondition_failed(message))
        }
        _ => Ok(()),
    }
}

fn statement(input: &Value, target: &Target) -> Result<Value, AwsError> {
    let principal = principal(input["Principal"].as_str().unwrap_or_default(), target)?;
    let mut equals = Map::new();
    for (member, key) in [
        ("SourceAccount", "AWS:SourceAccount"),
        ("FunctionUrlAuthType", "lambda:FunctionUrlAuthType"),
        ("EventSourceToken", "lambda:EventSourceToken"),
        ("PrincipalOrgID", "aws:PrincipalOrgID"),
    ] {
        if let Some(value) = input[member].as_str() {
            equals.insert(key.to_owned(), json!(value));
        }
    }
    let mut conditions = Map::new();
    if !equals.is_empty() {
        conditions.insert("StringEquals".to_owned(), Value::Object(equals));
    }
    if let Some(invoked_via_url) = input["InvokedViaFunctionUrl"].as_bool() {
        let condition = json!({"lambda:InvokedViaFunctionUrl": invoked_via_url.to_string()});
        conditions.insert("Bool".to_owned(), condition);
    }
    if let Some(arn) = input["SourceArn"].as_str() {
        conditions.insert("ArnLike".to_owned(), json!({"AWS:SourceArn": arn}));
    }
    let mut statement = json!({
        "Sid": input["StatementId"],
        "Effect": "Allow",
        "Principal": principal,
        "Action": input["Action"],
        "Resource": target.arn(),
    });
    if !conditions.is_empty() {
        statement["Condition"] = Value::Object(conditions);
    }
    Ok(statement)
}

/// A service by its domain, an account by its number or an ARN, or everyone.
fn principal(text: &str, target: &Target) -> Result<Value, AwsError> {
    if text == "*" {
        return Ok(json!("*"));
    }
    if text.starts_with("arn:") {
        return Ok(json!({"AWS": text}));
    }
    if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let partition = kernel::partition(&target.region);
        return Ok(json!({"AWS": format!("arn:{partition}:iam::{text}:root")}));
    }
    if [".amazonaws.com", ".amazonaws.com.cn", ".amazon.com"].iter().any(|domain| text.ends_with(domain)) {
        return Ok(json!({"Service": text}));
    }
    Err(invalid("The provided principal was invalid. Please check the principal and try again."))
}
