//! Lambda authorizers: what REST and HTTP APIs do alike.

use std::time::Duration;

use kernel::Scope;
use serde_json::{Map, Value};

use super::function::{self, Fault, Target};
use crate::{
    ApiGateway,
    lambda_uri::{function_arn, with_stage_variables},
    rest::model::Texts,
};

/// A Lambda authorizer and for which request it is asked.
pub struct Question<'a> {
    pub uri: &'a str,
    pub credentials: Option<&'a str>,
    /// `arn:aws:execute-api:REGION:ACCOUNT:API/authorizers/ID`: on whose behalf the function is called.
    pub source_arn: String,
    pub stage_variables: &'a Texts,
    /// Under which the answer is remembered; `None` asks every time.
    pub cache_key: Option<String>,
    pub lifetime: Duration,
    pub event: Value,
    pub timeout: Duration,
}

/// The authorizer's answer, from memory if it was given before.
pub async fn ask(gateway: &ApiGateway, scope: &Scope, question: Question<'_>) -> Result<Value, Fault> {
    let now = gateway.kernel.clock.now();
    let remembered = question.cache_key.as_ref().and_then(|key| gateway.memory.decisions.borrow().get(key, now));
    if let Some(answer) = remembered {
        return Ok(answer);
    }
    let uri = with_stage_variables(question.uri, question.stage_variables);
    let target = Target {
        arn: function_arn(&uri).ok_or(Fault::Refused)?.to_owned(),
        credentials: question.credentials.map(str::to_owned),
        source_arn: question.source_arn,
        timeout: question.timeout,
    };
    let answer = function::invoke(&gateway.kernel, scope, target, &question.event).await?;
    if let Some(key) = question.cache_key.filter(|_| !question.lifetime.is_zero()) {
        gateway.memory.decisions.borrow_mut().put(key, answer.clone(), now, question.lifetime);
    }
    Ok(answer)
}

/// The authorizer's context as integrations of REST APIs get it: text only.
pub fn texts_of(context: &Value) -> Map<String, Value> {
    let fields = context.as_object().into_iter().flatten();
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    };
    fields.map(|(name, value)| (name.clone(), Value::String(text(value)))).collect()
}
