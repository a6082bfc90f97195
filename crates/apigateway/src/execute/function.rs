//! Calling a Lambda function for an integration or an authorizer.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use futures_util::future::{Either, select};
use kernel::{AwsError, Caller, Kernel, Scope};
use serde_json::{Value, json};

/// What to call, and as whom.
pub struct Target {
    /// The function, version or alias.
    pub arn: String,
    /// The role to act as; without one, the function's own policy must allow API Gateway.
    pub credentials: Option<String>,
    /// The ARN of the method or route on whose behalf.
    pub source_arn: String,
    /// How long to wait for the answer.
    pub timeout: Duration,
}

/// Why there is no answer.
#[derive(Debug)]
pub enum Fault {
    /// It took too long.
    Timeout,
    /// The call was not allowed, or there is no such function.
    Refused,
    /// The function raised an error; this is what Lambda says of it.
    Function(Value),
}

/// Calls the function with `event` and waits for its answer, for no longer than the timeout. A function
/// that takes longer goes on by itself, as it does in AWS.
pub async fn invoke(kernel: &Kernel, scope: &Scope, target: Target, event: &Value) -> Result<Value, Fault> {
    let caller = caller(kernel, scope, &target).await.map_err(|_| Fault::Refused)?;
    let input = json!({
        "FunctionName": target.arn,
        "InvocationType": "RequestResponse",
        "Payload": STANDARD.encode(event.to_string()),
    });
    let (sender, answer) = futures_channel::oneshot::channel();
    let (owned, scope) = (kernel.clone(), scope.child(kernel, caller));
    kernel.tasks.spawn(async move {
        let result = aws_api::invoke(&owned, scope, "lambda", "Invoke", input).await;
        // Nobody waits any more when the timeout was first.
        let _ = sender.send(result);
    });
    let timeout = Box::pin(kernel.clock.sleep(target.timeout));
    match select(answer, timeout).await {
        Either::Left((Ok(Ok(output)), _)) => read(&output),
        Either::Left(_) => Err(Fault::Refused),
        Either::Right(_) => Err(Fault::Timeout),
    }
}

fn read(output: &Value) -> Result<Value, Fault> {
    let payload = output["Payload"].as_str().and_then(|text| STANDARD.decode(text).ok()).unwrap_or_default();
    let payload = serde_json::from_slice(&payload).unwrap_or(Value::Null);
    if output["FunctionError"].is_string() { Err(Fault::Function(payload)) } else { Ok(payload) }
}

/// As whom the function is called: API Gateway itself, the integration's role, or the API's caller.
async fn caller(kernel: &Kernel, scope: &Scope, target: &Target) -> Result<Caller, AwsError> {
    let gateway = Caller::Service {
        principal: "apigateway.amazonaws.com".to_owned(),
        source_arn: Some(target.source_arn.clone()),
        source_account: None,
    };
    match target.credentials.as_deref() {
        None | Some("") => Ok(gateway),
        Some(pattern) if pattern.ends_with(":iam::*:user/*") => Ok(scope.caller.clone()),
        Some(role) => {
            // Fails unless the role trusts API Gateway.
            let session = "BackplaneAssumeRoleSession";
            let input = json!({"RoleArn": role, "RoleSessionName": session});
            aws_api::invoke(kernel, scope.child(kernel, gateway), "sts", "AssumeRole", input).await?;
            Ok(Caller::RoleSession {
                role_arn: role.to_owned(),
                session_name: session.to_owned(),
                session_policy: None,
            })
        }
    }
}
