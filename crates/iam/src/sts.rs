//! The Security Token Service.

use std::time::Duration;

use aws_api::{Api, Call, Operations};
use http::StatusCode;
use kernel::{Access, AwsError, Batch, Caller, async_trait};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{Decision, Document, Question, Sts, sigv4::TOKEN_PREFIX, state::Session};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AssumeRole {
    role_arn: String,
    role_session_name: String,
    policy: Option<String>,
    duration_seconds: Option<u32>,
}

#[async_trait(?Send)]
impl Operations for Sts {
    fn api(&self) -> &'static Api {
        // The table is part of this build.
        aws_api::api("sts").expect("the table of sts")
    }

    fn access(&self, call: &Call) -> Vec<Access> {
        match call.operation {
            // Whether a role may be assumed is for its trust policy to say; who one is may always be asked.
            "AssumeRole" | "GetCallerIdentity" => Vec::new(),
            operation => vec![Access::new(format!("sts:{operation}"), "*")],
        }
    }

    async fn call(&self, call: Call) -> Result<Value, AwsError> {
        match call.operation {
            "GetCallerIdentity" => Ok(identity(&call.scope.caller, &call.scope.account)),
            "AssumeRole" => self.assume_role(call).await,
            _ => Err(aws_api::unknown_operation(self.api())),
        }
    }
}

fn identity(caller: &Caller, account: &str) -> Value {
    let user_id = match caller {
        Caller::RoleSession { session_name, .. } => format!("AROA:{session_name}"),
        _ => account.to_owned(),
    };
    json!({"UserId": user_id, "Account": account, "Arn": caller.arn()})
}

impl Sts {
    async fn assume_role(&self, call: Call) -> Result<Value, AwsError> {
        let caller = call.scope.caller;
        let input: AssumeRole = aws_api::parse(call.input)?;
        let (id, max_secs) = self.trusted(&caller, &input.role_arn)?;
        let secs = input.duration_seconds.unwrap_or(3600);
        if secs > max_secs {
            let message = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
            return Err(AwsError::validation(message));
        }
        let kernel = &self.iam.kernel;
        let now = kernel.clock.now();
        let session = Session {
            access_key_id: format!("ASIA{}", kernel.rng.upper_alphanumeric(16)),
            secret: kernel.rng.string("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 40),
            token: format!("{TOKEN_PREFIX}{}", kernel.rng.lower_alphanumeric(120)),
            role_arn: input.role_arn.clone(),
            name: input.role_session_name.clone(),
            policy: input.policy.clone(),
            expires_millis: (now + Duration::from_secs(secs.into())).millis(),
        };
        let mut batch = Batch::default();
        self.iam.state.borrow_mut().put_session(session.clone(), now, &mut batch);
        self.iam.commit(batch).await?;
        let assumed = Caller::RoleSession {
            role_arn: input.role_arn,
            session_name: input.role_session_name.clone(),
            session_policy: input.policy,
        };
        Ok(json!({
            "Credentials": {
                "AccessKeyId": session.access_key_id,
                "SecretAccessKey": session.secret,
                "SessionToken": session.token,
                "Expiration": session.expires().secs(),
            },
            "AssumedRoleUser": {"AssumedRoleId": format!("{id}:{}", input.role_session_name), "Arn": assumed.arn()},
        }))
    }

    /// The role's id and longest session, if its trust policy lets `caller` in.
    fn trusted(&self, caller: &Caller, role_arn: &str) -> Result<(String, u32), AwsError> {
        let state = self.iam.state.borrow();
        let context = Map::new();
        let question = Question { caller, action: "sts:AssumeRole", resource: role_arn, context: &context };
        let role = state.role(role_arn).filter(|role| {
            let trust = Document::read(&role.trust).unwrap_or_default();
            trust.decide(&question) == Decision::Allow
        });
        let role = role.ok_or_else(|| {
            let arn = caller.arn();
            let message = format!("User: {arn} is not authorized to perform: sts:AssumeRole on resource: {role_arn}");
            AwsError::new("AccessDenied", message).with_status(StatusCode::FORBIDDEN)
        })?;
        Ok((role.id.clone(), role.max_session_secs))
    }
}
