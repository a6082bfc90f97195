//! API keys.

use kernel::{AwsError, Scope};
use serde_json::{Value, json};

use super::model::{ApiKey, KeptKey};
use crate::{
    ApiGateway,
    error::{bad_request, conflict, not_found},
    rest::{
        control::{listed, now, result, text},
        patch::{Operation, operations},
    },
    shelf::Home,
};

const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

pub async fn create(gateway: &ApiGateway, scope: &Scope, mut input: Value) -> Result<Value, AwsError> {
    let stages = input["stageKeys"].take();
    let stages = stages.as_array().into_iter().flatten();
    let stages: Vec<String> =
        stages.map(|stage| format!("{}/{}", text(stage, "restApiId"), text(stage, "stageName"))).collect();
    for stage in &stages {
        check_stage(gateway, scope, stage)?;
    }
    if let Some(fields) = input.as_object_mut() {
        fields.remove("stageKeys");
    }
    let (rng, now) = (&gateway.kernel.rng, now(gateway));
    let mut key: ApiKey = aws_api::parse(input)?;
    if key.value.is_empty() {
        key.value = rng.string(LETTERS, 40);
    }
    check_value(gateway, scope, &key.value)?;
    key.id = rng.lower_alphanumeric(10);
    key.created_date = now;
    key.last_updated_date = now;
    key.stage_keys = stages;
    let shown = result(&key);
    gateway.keys.insert(&gateway.kernel, KeptKey { home: Home::of(scope), key }).await?;
    shown
}

fn check_value(gateway: &ApiGateway, scope: &Scope, value: &str) -> Result<(), AwsError> {
    match value.len() {
        0..20 => return Err(bad_request("API Key value should be at least 20 characters")),
        20..=128 => {}
        _ => return Err(bad_request("API Key value exceeds maximum size of 128 characters")),
    }
    if gateway.keys.list(scope, |kept| kept.key.value == value).contains(&true) {
        return Err(conflict("API Key already exists"));
    }
    Ok(())
}

/// Refuses an `API/STAGE` that is not there.
fn check_stage(gateway: &ApiGateway, scope: &Scope, stage: &str) -> Result<(), AwsError> {
    let (api, name) = stage.split_once('/').unwrap_or_default();
    let known = gateway.rest.read(scope, api, |api| api.stages.contains_key(name));
    if known.unwrap_or_default() { Ok(()) } else { Err(not_found("Invalid stage identifier specified")) }
}

/// How a key is shown: its value only on demand.
fn shown(key: &ApiKey, with_value: bool) -> Result<Value, AwsError> {
    let mut shown = result(key)?;
    if let Some(fields) = shown.as_object_mut() {
        if !with_value {
            fields.remove("value");
        }
        fields.insert("tags".to_owned(), json!(key.tags));
    }
    Ok(shown)
}

pub fn get(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let with_value = input["includeValue"].as_bool().unwrap_or_default();
    gateway.keys.read(scope, text(input, "apiKey"), |kept| shown(&kept.key, with_value))?
}

pub fn list(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let with_value = input["includeValues"].as_bool().unwrap_or_default();
    let prefix = text(input, "nameQuery");
    let items = gateway.keys.list(scope, |kept| {
        let named = kept.key.name.as_deref().unwrap_or_default().starts_with(prefix);
        named.then(|| shown(&kept.key, with_value))
    });
    listed(items.into_iter().flatten().collect::<Result<_, _>>()?, input)
}

pub async fn update(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let now = now(gateway);
    let change = |kept: &mut KeptKey| {
        for operation in operations(input) {
            patch(&mut kept.key, &operation)?;
        }
        kept.key.last_updated_date = now;
        shown(&kept.key, false)
    };
    gateway.keys.change(&gateway.kernel, scope, text(input, "apiKey"), change).await
}

fn patch(key: &mut ApiKey, operation: &Operation) -> Result<(), AwsError> {
    match operation.path {
        "/enabled" => key.enabled = operation.flag(),
        "/name" => key.name = Some(operation.text()),
        "/description" => key.description = Some(operation.text()),
        "/customerId" => key.customer_id = Some(operation.text()),
        "/stages" | "/stageKeys" if operation.op == "remove" => {
            key.stage_keys.retain(|stage| *stage != operation.text());
        }
        "/stages" | "/stageKeys" => key.stage_keys.push(operation.text()),
        path => return Err(bad_request(format!("Invalid patch path {path}"))),
    }
    Ok(())
}

pub async fn delete(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let id = text(input, "apiKey");
    gateway.keys.remove(&gateway.kernel, scope, id).await?;
    let with_key = gateway.plans.list(scope, |kept| kept.keys.contains_key(id).then(|| kept.plan.id.clone()));
    for plan in with_key.into_iter().flatten() {
        let forget = |kept: &mut super::model::KeptPlan| {
            kept.keys.remove(id);
            Ok(())
        };
        gateway.plans.change(&gateway.kernel, scope, &plan, forget).await?;
    }
    Ok(json!({}))
}
