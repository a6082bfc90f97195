//! Usage plans.

use std::collections::BTreeMap;

use kernel::{AwsError, Scope};
use serde_json::{Value, json};

use super::model::{ApiStage, KeptPlan, Quota, Throttle, UsagePlan};
use crate::{
    ApiGateway,
    error::{bad_request, not_found},
    rest::{
        control::{listed, result, text},
        patch::{Operation, operations},
    },
    shelf::Home,
};

pub async fn create(gateway: &ApiGateway, scope: &Scope, input: Value) -> Result<Value, AwsError> {
    let mut plan: UsagePlan = aws_api::parse(input)?;
    if plan.name.trim().is_empty() {
        return Err(bad_request("Usage Plan name cannot be blank"));
    }
    plan.id = gateway.kernel.rng.lower_alphanumeric(6);
    check_quota(plan.quota.as_ref())?;
    for stage in &plan.api_stages {
        check_stage(gateway, scope, stage, &plan.id)?;
    }
    let shown = result(&plan);
    let kept = KeptPlan { home: Home::of(scope), plan, keys: BTreeMap::new() };
    gateway.plans.insert(&gateway.kernel, kept).await?;
    shown
}

fn check_quota(quota: Option<&Quota>) -> Result<(), AwsError> {
    let Some(quota) = quota else { return Ok(()) };
    let days = match quota.period.as_str() {
        "DAY" => 1,
        "WEEK" => 7,
        "MONTH" => 28,
        _ => return Err(bad_request("Usage Plan quota period must be one of DAY, WEEK, MONTH")),
    };
    if quota.offset >= days {
        return Err(bad_request(format!("Usage Plan quota offset must be zero or less than {days}")));
    }
    Ok(())
}

fn check_stage(gateway: &ApiGateway, scope: &Scope, stage: &ApiStage, plan: &str) -> Result<(), AwsError> {
    let ApiStage { api_id, stage, .. } = stage;
    let known = gateway.rest.read(scope, api_id, |api| api.stages.contains_key(stage));
    if known.unwrap_or_default() {
        Ok(())
    } else {
        Err(not_found(format!("Invalid API Stage {{api: {api_id}, stage: {stage}}} specified for usageplan {plan}")))
    }
}

/// How a plan is shown by everything but its creation.
fn shown(plan: &UsagePlan) -> Result<Value, AwsError> {
    let mut shown = result(plan)?;
    shown["tags"] = json!(plan.tags);
    Ok(shown)
}

pub fn get(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    gateway.plans.read(scope, text(input, "usagePlanId"), |kept| shown(&kept.plan))?
}

pub fn list(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let key = input["keyId"].as_str();
    let items =
        gateway.plans.list(scope, |kept| key.is_none_or(|id| kept.keys.contains_key(id)).then(|| result(&kept.plan)));
    listed(items.into_iter().flatten().collect::<Result<_, _>>()?, input)
}

pub async fn update(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let change = |kept: &mut KeptPlan| {
        for operation in operations(input) {
            patch(gateway, scope, &mut kept.plan, &operation)?;
        }
        check_quota(kept.plan.quota.as_ref())?;
        shown(&kept.plan)
    };
    gateway.plans.change(&gateway.kernel, scope, text(input, "usagePlanId"), change).await
}

fn patch(gateway: &ApiGateway, scope: &Scope, plan: &mut UsagePlan, operation: &Operation) -> Result<(), AwsError> {
    let number = || operation.value.and_then(|text| text.parse::<u64>().ok());
    match (operation.op, operation.path) {
        (_, "/name") => plan.name = operation.text(),
        (_, "/description") => plan.description = Some(operation.text()),
        ("remove", "/quota") => plan.quota = None,
        ("remove", "/throttle") => plan.throttle = None,
        (_, "/quota/limit") => plan.quota.get_or_insert_default().limit = number().unwrap_or_default(),
        (_, "/quota/offset") => plan.quota.get_or_insert_default().offset = number().unwrap_or_default(),
        (_, "/quota/period") => plan.quota.get_or_insert_default().period = operation.text(),
        (_, "/throttle/burstLimit") => plan.throttle.get_or_insert_default().burst_limit = number(),
        (_, "/throttle/rateLimit") => {
            let rate = operation.value.and_then(|text| text.parse().ok());
            plan.throttle.get_or_insert_default().rate_limit = rate;
        }
        (op, "/apiStages") => {
            let named = operation.value.and_then(|text| text.split_once(':'));
            let (api, name) = named.ok_or_else(|| bad_request("Invalid API Stage specified"))?;
            let stage = ApiStage { api_id: api.to_owned(), stage: name.to_owned(), ..ApiStage::default() };
            let known = plan.api_stages.iter().position(|other| other.api_id == api && other.stage == name);
            match (op, known) {
                ("remove", Some(place)) => {
                    plan.api_stages.remove(place);
                }
                ("remove", None) => return Err(not_found("Invalid API Stage specified")),
                (_, Some(_)) => {}
                (_, None) => {
                    check_stage(gateway, scope, &stage, &plan.id)?;
                    plan.api_stages.push(stage);
                }
            }
        }
        (_, path) => return Err(bad_request(format!("Invalid patch path {path}"))),
    }
    Ok(())
}

pub async fn delete(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let id = text(input, "usagePlanId");
    let stages = gateway.plans.read(scope, id, |kept| kept.plan.api_stages.len())?;
    if stages > 0 {
        return Err(bad_request(format!(
            "Cannot delete Usage Plan {id} because it still has active stages associated with it"
        )));
    }
    gateway.plans.remove(&gateway.kernel, scope, id).await?;
    Ok(json!({}))
}

/// The limit of `throttle` that is set, if both of its numbers are.
pub fn limits(throttle: &Throttle) -> Option<(f64, f64)> {
    let burst = throttle.burst_limit? as f64;
    Some((burst, throttle.rate_limit?))
}
