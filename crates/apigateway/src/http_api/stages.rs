//! Deployments and the stages that point to them.

use kernel::{AwsError, Scope};
use serde_json::{Value, json};

use super::{
    control::{change, listed},
    model::{HttpApi, Stage},
    parts::overlay,
};
use crate::{
    ApiGateway,
    error::{bad_request, conflict, not_found},
    rest::control::{now, result, text},
};

fn no_stage(name: &str) -> AwsError {
    not_found(format!("Invalid stage identifier specified {name}"))
}

fn no_deployment(id: &str) -> AwsError {
    not_found(format!("Invalid Deployment identifier specified {id}"))
}

fn check(api: &HttpApi, stage: &Stage) -> Result<(), AwsError> {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-';
    let name = &stage.stage_name;
    if name != "$default" && (name.is_empty() || !name.chars().all(plain)) {
        return Err(bad_request("Stage name only allows $default or a-zA-Z0-9_-"));
    }
    match &stage.deployment_id {
        Some(id) if !api.deployments.contains_key(id) => Err(no_deployment(id)),
        _ => Ok(()),
    }
}

pub async fn create(gateway: &ApiGateway, scope: &Scope, input: Value) -> Result<Value, AwsError> {
    let now = now(gateway);
    let mut stage: Stage = aws_api::parse(input.clone())?;
    stage.created_date = now;
    stage.last_updated_date = now;
    let name = stage.stage_name.clone();
    change(gateway, scope, &input, |api| {
        check(api, &stage)?;
        if api.stages.contains_key(&name) {
            return Err(conflict("Stage already exists"));
        }
        api.stages.insert(name.clone(), stage);
        Ok(())
    })
    .await?;
    // Shown after the automatic deployment, whose id it holds.
    gateway
        .http
        .read(scope, text(&input, "ApiId"), |api| result(api.stages.get(&name).ok_or_else(|| no_stage(&name))?))?
}

pub fn get(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let name = text(input, "StageName");
    gateway.http.read(scope, text(input, "ApiId"), |api| result(api.stages.get(name).ok_or_else(|| no_stage(name))?))?
}

pub fn list(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let items = gateway
        .http
        .read(scope, text(input, "ApiId"), |api| api.stages.values().map(result).collect::<Result<Vec<_>, _>>())??;
    listed(items, input)
}

pub async fn update(gateway: &ApiGateway, scope: &Scope, input: Value) -> Result<Value, AwsError> {
    let now = now(gateway);
    let name = text(&input, "StageName").to_owned();
    change(gateway, scope, &input, |api| {
        let old = api.stages.get(&name).ok_or_else(|| no_stage(&name))?;
        let mut stage = overlay(old, input.clone())?;
        stage.last_updated_date = now;
        check(api, &stage)?;
        let shown = result(&stage);
        api.stages.insert(name.clone(), stage);
        shown
    })
    .await
}

pub async fn delete(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let name = text(input, "StageName");
    change(gateway, scope, input, |api| api.stages.remove(name).map(|_| json!({})).ok_or_else(|| no_stage(name))).await
}

pub async fn create_deployment(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let now = now(gateway);
    let change = |api: &mut HttpApi| {
        if api.definition.routes.is_empty() {
            return Err(bad_request("At least one route is required before deploying the Api."));
        }
        let stage = input["StageName"].as_str();
        if let Some(name) = stage.filter(|name| !api.stages.contains_key(*name)) {
            return Err(no_stage(name));
        }
        let description = input["Description"].as_str().map(str::to_owned);
        let id = api.deploy(&gateway.kernel.rng, description, false, now);
        if let Some(stage) = stage.and_then(|name| api.stages.get_mut(name)) {
            stage.deployment_id = Some(id.clone());
            stage.last_updated_date = now;
        }
        result(api.deployments.get(&id).ok_or_else(|| no_deployment(&id))?)
    };
    gateway.http.change(&gateway.kernel, scope, text(input, "ApiId"), change).await
}

pub fn get_deployment(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let id = text(input, "DeploymentId");
    gateway
        .http
        .read(scope, text(input, "ApiId"), |api| result(api.deployments.get(id).ok_or_else(|| no_deployment(id))?))?
}

pub fn list_deployments(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let items = gateway.http.read(scope, text(input, "ApiId"), |api| {
        api.deployments.values().map(result).collect::<Result<Vec<_>, _>>()
    })??;
    listed(items, input)
}

pub async fn delete_deployment(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let id = text(input, "DeploymentId");
    let change = |api: &mut HttpApi| {
        if api.stages.values().any(|stage| stage.deployment_id.as_deref() == Some(id)) {
            return Err(bad_request("Active stages pointing to this deployment must be moved or deleted"));
        }
        api.snapshots.remove(id);
        api.deployments.remove(id).map(|_| json!({})).ok_or_else(|| no_deployment(id))
    };
    gateway.http.change(&gateway.kernel, scope, text(input, "ApiId"), change).await
}
