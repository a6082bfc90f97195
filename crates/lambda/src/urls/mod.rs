//! Function URLs: an address of a function's own.

mod cors;
mod event;
mod serve;

use aws_api::Call;
use kernel::{AwsError, Batch};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    Lambda,
    functions::{page, target},
    names::{Target, conflict, not_found},
    state::{Function, State},
};

pub use serve::Urls;

/// A function's URL.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FunctionUrl {
    /// The first label of its host.
    pub id: String,
    /// `NONE` or `AWS_IAM`
    pub auth_type: String,
    pub cors: Option<Value>,
    /// `BUFFERED`, as long as none is set.
    pub invoke_mode: Option<String>,
    /// Milliseconds.
    pub created: u64,
    /// Milliseconds.
    pub modified: u64,
}

impl Lambda {
    pub(crate) async fn create_function_url(&self, call: Call) -> Result<Value, AwsError> {
        let target = target(&call)?;
        let mut batch = Batch::default();
        let url = {
            let mut state = self.state.borrow_mut();
            check_target(&state, &target)?;
            state.change_function(&target, &mut batch, |function| {
                let key = key(&target);
                if function.urls.contains_key(&key) {
                    return Err(conflict(&format!(
                        "Failed to create function url config for [functionArn = {}]. Error message:  \
                         FunctionUrlConfig exists for this Lambda function",
                        target.arn()
                    )));
                }
                let now = self.kernel.clock.now().millis();
                let url = FunctionUrl {
                    id: self.kernel.rng.lower_alphanumeric(32),
                    auth_type: text(&call.input["AuthType"], "NONE"),
                    cors: cors_of(&call.input),
                    invoke_mode: call.input["InvokeMode"].as_str().map(str::to_owned),
                    created: now,
                    modified: now,
                };
                function.urls.insert(key, url.clone());
                Ok(url)
            })?
        };
        self.commit(batch).await?;
        let mut answer = described_change(&target, &url);
        answer.as_object_mut().map(|members| members.remove("LastModifiedTime"));
        Ok(answer)
    }

    pub(crate) async fn update_function_url(&self, call: Call) -> Result<Value, AwsError> {
        let target = target(&call)?;
        let mut batch = Batch::default();
        let url = {
            let mut state = self.state.borrow_mut();
            check_target(&state, &target)?;
            state.change_function(&target, &mut batch, |function| {
                let url = function.urls.get_mut(&key(&target)).ok_or_else(gone)?;
                url.auth_type = text(&call.input["AuthType"], &url.auth_type);
                if let Some(mode) = call.input["InvokeMode"].as_str() {
                    url.invoke_mode = Some(mode.to_owned());
                }
                if !call.input["Cors"].is_null() {
                    url.cors = cors_of(&call.input);
                }
                url.modified = self.kernel.clock.now().millis();
                Ok(url.clone())
            })?
        };
        self.commit(batch).await?;
        Ok(described_change(&target, &url))
    }

    pub(crate) fn get_function_url(&self, call: Call) -> Result<Value, AwsError> {
        let target = target(&call)?;
        let state = self.state.borrow();
        let function = state.function(&target).map_err(|_| gone())?;
        Ok(describe(&target, find(function, &target)?))
    }

    pub(crate) fn list_function_urls(&self, call: Call) -> Result<Value, AwsError> {
        let target = target(&call)?.function();
        let state = self.state.borrow();
        check_target(&state, &target)?;
        let urls = state.function(&target)?.urls.iter().map(|(qualifier, url)| {
            let target = if qualifier.is_empty() { target.clone() } else { target.with_qualifier(qualifier) };
            (url.id.clone(), describe(&target, url))
        });
        Ok(page("FunctionUrlConfigs", urls.collect(), &call.input))
    }

    pub(crate) async fn delete_function_url(&self, call: Call) -> Result<Value, AwsError> {
        let target = target(&call)?;
        let mut batch = Batch::default();
        {
            let mut state = self.state.borrow_mut();
            find(state.function(&target).map_err(|_| gone())?, &target)?;
            state.change_function(&target, &mut batch, |function| {
                function.urls.remove(&key(&target));
                Ok(())
            })?;
        }
        self.commit(batch).await?;
        Ok(json!({}))
    }
}

/// Refuses a function or an alias that is not there.
fn check_target(state: &State, target: &Target) -> Result<(), AwsError> {
    let has = |function: &Function| match target.qualifier.as_deref() {
        Some(alias) => function.aliases.contains_key(alias),
        None => true,
    };
    let is_there = state.function(target).is_ok_and(has);
    if is_there { Ok(()) } else { Err(not_found("Function does not exist")) }
}

/// The answer to a change tells no invoke mode that nobody has set.
fn described_change(target: &Target, url: &FunctionUrl) -> Value {
    let mut description = describe(target, url);
    if url.invoke_mode.is_none() {
        description.as_object_mut().map(|members| members.remove("InvokeMode"));
    }
    description
}

fn key(target: &Target) -> String {
    target.qualifier.clone().unwrap_or_default()
}

fn find<'a>(function: &'a Function, target: &Target) -> Result<&'a FunctionUrl, AwsError> {
    function.urls.get(&key(target)).ok_or_else(gone)
}

fn gone() -> AwsError {
    not_found("The resource you requested does not exist.")
}

fn text(value: &Value, default: &str) -> String {
    value.as_str().unwrap_or(default).to_owned()
}

fn cors_of(input: &Value) -> Option<Value> {
    Some(input["Cors"].clone()).filter(|cors| cors.as_object().is_some_and(|members| !members.is_empty()))
}

fn describe(target: &Target, url: &FunctionUrl) -> Value {
    let moment = |millis: u64| {
        let moment = jiff::Timestamp::from_millisecond(millis.cast_signed()).unwrap_or_default();
        moment.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
    };
    let mut description = json!({
        "FunctionUrl": format!("https://{}.lambda-url.{}.on.aws/", url.id, target.region),
        "FunctionArn": target.arn(),
        "AuthType": url.auth_type,
        "CreationTime": moment(url.created),
        "LastModifiedTime": moment(url.modified),
        "InvokeMode": url.invoke_mode.as_deref().unwrap_or("BUFFERED"),
    });
    if let Some(cors) = &url.cors {
        description["Cors"] = cors.clone();
    }
    description
}
