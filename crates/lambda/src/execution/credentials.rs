//! The execution role's credentials.

use kernel::{AwsError, Caller, Kernel, Scope};
use serde::Deserialize;
use serde_json::json;

use crate::{
    Lambda,
    names::{Target, invalid},
};

/// Temporary credentials, as STS gives them.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Credentials {
    pub access_key_id: String,
    pub secret_access_key: String,
    pub session_token: String,
}

/// Assumes the execution role for a function; `None` in a cloud without STS.
pub async fn assume(kernel: &Kernel, target: &Target, role: &str) -> Result<Option<Credentials>, AwsError> {
    let caller = Caller::service("lambda");
    let scope = Scope { account: target.account.clone(), ..Scope::new(kernel, &target.region, caller) };
    let input = json!({"RoleArn": role, "RoleSessionName": session_name(&target.name)});
    match aws_api::invoke(kernel, scope, "sts", "AssumeRole", input).await {
        Ok(answer) => aws_api::parse(answer["Credentials"].clone()).map(Some),
        Err(error) if error.code == "InternalFailure" => Ok(None),
        Err(_) => Err(AwsError::access_denied("The role defined for the function cannot be assumed by Lambda.")),
    }
}

/// The name of a function's session: its own. But a session's has two characters at least.
pub fn session_name(function: &str) -> String {
    if function.len() > 1 { function.to_owned() } else { format!("{function}@lambda_function") }
}

impl Lambda {
    /// Refuses a role that the service may not assume.
    pub(crate) async fn check_role(&self, call: &aws_api::Call, role: &str) -> Result<(), AwsError> {
        let target = crate::functions::target(call)?;
        match assume(&self.kernel, &target, role).await {
            Ok(_) => Ok(()),
            Err(error) => Err(invalid(&error.message)),
        }
    }
}
