//! Which keys belong to a usage plan.

use kernel::{AwsError, Scope};
use serde_json::{Value, json};

use super::model::{ApiKey, KeptPlan, Used};
use crate::{
    ApiGateway,
    error::{bad_request, conflict, not_found},
    rest::control::{listed, text},
};

fn missing() -> AwsError {
    not_found("Invalid Usage Plan Key identifier specified")
}

fn shown(key: &ApiKey) -> Value {
    json!({"id": key.id, "type": "API_KEY", "value": key.value, "name": key.name})
}

pub async fn create(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    if text(input, "keyType") != "API_KEY" {
        return Err(bad_request("Invalid key type specified, must be API_KEY"));
    }
    let (plan, id) = (text(input, "usagePlanId"), text(input, "keyId"));
    let key = gateway.keys.read(scope, id, |kept| kept.key.clone())?;
    let stages = gateway.plans.read(scope, plan, |kept| kept.plan.api_stages.clone())?;
    // A key may be in several plans, but in only one per stage.
    let taken = gateway.plans.list(scope, |kept| {
        let shares = kept
            .plan
            .api_stages
            .iter()
            .any(|stage| stages.iter().any(|other| other.api_id == stage.api_id && other.stage == stage.stage));
        kept.keys.contains_key(id) && (kept.plan.id == plan || shares)
    });
    if taken.contains(&true) {
        return Err(conflict(format!(
            "Usage Plan {plan} cannot be added because API Key cannot reference multiple Usage Plans with the same API stage"
        )));
    }
    let add = |kept: &mut KeptPlan| {
        kept.keys.insert(id.to_owned(), Used::default());
        Ok(())
    };
    gateway.plans.change(&gateway.kernel, scope, plan, add).await?;
    Ok(shown(&key))
}

fn keys_of(gateway: &ApiGateway, scope: &Scope, plan: &str) -> Result<Vec<ApiKey>, AwsError> {
    let ids: Vec<String> = gateway.plans.read(scope, plan, |kept| kept.keys.keys().cloned().collect())?;
    ids.iter().map(|id| gateway.keys.read(scope, id, |kept| kept.key.clone())).collect()
}

pub fn get(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let keys = keys_of(gateway, scope, text(input, "usagePlanId"))?;
    keys.iter().find(|key| key.id == text(input, "keyId")).map(shown).ok_or_else(missing)
}

pub fn list(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let keys = keys_of(gateway, scope, text(input, "usagePlanId"))?;
    let prefix = text(input, "nameQuery");
    let named = keys.iter().filter(|key| key.name.as_deref().unwrap_or_default().starts_with(prefix));
    listed(named.map(shown).collect(), input)
}

pub async fn delete(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let remove = |kept: &mut KeptPlan| kept.keys.remove(text(input, "keyId")).map(|_| json!({})).ok_or_else(missing);
    gateway.plans.change(&gateway.kernel, scope, text(input, "usagePlanId"), remove).await
}
