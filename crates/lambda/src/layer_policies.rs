//! Who else may use a version of a layer.

use aws_api::Call;
use kernel::{AwsError, Batch};
use serde_json::{Value, json};

use crate::{
    Lambda,
    functions::precondition_failed,
    layers::{LayerVersion, checked},
    names::{conflict, not_found},
    state::State,
};

impl Lambda {
    pub(crate) async fn add_layer_permission(&self, call: Call) -> Result<Value, AwsError> {
        let arn = checked(&call)?;
        let statement = statement(&call.input, &arn);
        let mut batch = Batch::default();
        let revision = {
            let mut state = self.state.borrow_mut();
            let layer = layer(&state, &arn)?;
            check_revision(&call.input, layer)?;
            let mut policy = layer.policy.clone();
            if policy.statements.iter().any(|existing| existing["Sid"] == statement["Sid"]) {
                return Err(conflict(&format!(
                    "The statement id ({}) provided already exists. Please provide a new statement id, or remove the \
                     existing statement.",
                    statement["Sid"].as_str().unwrap_or_default()
                )));
            }
            policy.statements.push(statement.clone());
            let revision = self.kernel.rng.uuid();
            state.put_layer_policy(&arn, policy, revision.clone(), &mut batch);
            revision
        };
        self.commit(batch).await?;
        Ok(json!({"Statement": statement.to_string(), "RevisionId": revision}))
    }

    pub(crate) fn get_layer_policy(&self, call: Call) -> Result<Value, AwsError> {
        let arn = checked(&call)?;
        let state = self.state.borrow();
        let LayerVersion { policy, policy_revision, .. } = layer(&state, &arn)?;
        if policy.statements.is_empty() {
            return Err(not_found("No policy is associated with the given resource."));
        }
        Ok(json!({"Policy": policy.document().to_string(), "RevisionId": policy_revision}))
    }

    pub(crate) async fn remove_layer_permission(&self, call: Call) -> Result<Value, AwsError> {
        let arn = checked(&call)?;
        let id = call.input["StatementId"].as_str().unwrap_or_default();
        let mut batch = Batch::default();
        {
            let mut state = self.state.borrow_mut();
            let layer = layer(&state, &arn)?;
            check_revision(&call.input, layer)?;
            let mut policy = layer.policy.clone();
            let count = policy.statements.len();
            policy.statements.retain(|statement| statement["Sid"] != id);
            if policy.statements.len() == count {
                return Err(not_found(&format!("Statement {id} is not found in resource policy.")));
            }
            state.put_layer_policy(&arn, policy, self.kernel.rng.uuid(), &mut batch);
        }
        self.commit(batch).await?;
        Ok(json!({}))
    }
}

fn layer<'a>(state: &'a State, arn: &str) -> Result<&'a LayerVersion, AwsError> {
    state.layer(arn).ok_or_else(|| not_found(&format!("Layer version {arn} does not exist.")))
}

fn check_revision(input: &Value, layer: &LayerVersion) -> Result<(), AwsError> {
    match input["RevisionId"].as_str() {
        Some(expected) if expected != layer.policy_revision => Err(precondition_failed(
            "The Revision Id provided does not match the latest Revision Id. Call the GetLayerPolicy API to retrieve \
             the latest Revision Id",
        )),
        _ => Ok(()),
    }
}

fn statement(input: &Value, arn: &str) -> Value {
    let principal = match input["Principal"].as_str() {
        Some(account) if account.len() == 12 => json!({"AWS": format!("arn:aws:iam::{account}:root")}),
        Some(arn) if arn.starts_with("arn:") => json!({"AWS": arn}),
        _ => json!("*"),
    };
    let mut statement = json!({
        "Sid": input["StatementId"],
        "Effect": "Allow",
        "Principal": principal,
        "Action": input["Action"],
        "Resource": arn,
    });
    if let Some(organization) = input["OrganizationId"].as_str() {
        statement["Condition"] = json!({"StringEquals": {"aws:PrincipalOrgID": organization}});
    }
    statement
}
