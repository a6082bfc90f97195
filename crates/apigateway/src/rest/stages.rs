//! Deployments and the stages that point to them.

use kernel::{AwsError, Scope};
use serde_json::{Value, json};

use super::{
    control::{check_description, listed, now, result, text},
    model::{RestApi, Stage, Texts},
    patch, rules,
};
use crate::{
    ApiGateway,
    error::{bad_request, conflict, not_found},
};

/// Stages per API.
const MAX_STAGES: usize = 10;

fn no_deployment() -> AwsError {
    not_found("Invalid Deployment identifier specified")
}

fn no_stage() -> AwsError {
    not_found("Invalid stage identifier specified")
}

pub async fn create_deployment(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    refuse_canary(input)?;
    let (id, now) = (gateway.kernel.rng.lower_alphanumeric(6), now(gateway));
    let change = |api: &mut RestApi| {
        rules::check_deployable(&api.definition)?;
        let description = input["description"].as_str().map(str::to_owned);
        let deployment = result(api.deploy(&id, description, now))?;
        if let Some(name) = input["stageName"].as_str().filter(|name| !name.is_empty()) {
            rules::check_stage_name(name)?;
            if !api.stages.contains_key(name) {
                let stage = new_stage(name, input, now)?;
                add_stage(api, stage)?;
            }
            let stage = api.stages.get_mut(name).ok_or_else(no_stage)?;
            stage.deployment_id = id;
            stage.last_updated_date = now;
        }
        Ok(deployment)
    };
    gateway.rest.change(&gateway.kernel, scope, text(input, "restApiId"), change).await
}

/// A canary that never sings would be worse than none.
fn refuse_canary(input: &Value) -> Result<(), AwsError> {
    match &input["canarySettings"] {
        Value::Null => Ok(()),
        _ => Err(bad_request("Canary deployments are not available yet")),
    }
}

fn new_stage(name: &str, input: &Value, now: u64) -> Result<Stage, AwsError> {
    let variables: Option<Texts> = aws_api::parse(input["variables"].clone())?;
    Ok(Stage {
        stage_name: name.to_owned(),
        description: input["stageDescription"].as_str().map(str::to_owned),
        variables: variables.unwrap_or_default(),
        tracing_enabled: input["tracingEnabled"].as_bool().unwrap_or_default(),
        cache_cluster_status: "NOT_AVAILABLE".to_owned(),
        method_settings: json!({}),
        created_date: now,
        last_updated_date: now,
        ..Stage::default()
    })
}

fn add_stage(api: &mut RestApi, stage: Stage) -> Result<(), AwsError> {
    if api.stages.len() >= MAX_STAGES {
        return Err(AwsError::new(
            "LimitExceededException",
            "Maximum number of stages for this API has been reached. Please contact AWS if you need additional stages.",
        ));
    }
    api.stages.insert(stage.stage_name.clone(), stage);
    Ok(())
}

pub fn get_deployment(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    gateway.rest.read(scope, text(input, "restApiId"), |api| {
        let deployment = api.deployments.get(text(input, "deploymentId")).ok_or_else(no_deployment)?;
        let mut shown = result(deployment)?;
        let wanted = input["embed"].as_array().is_some_and(|names| names.iter().any(|name| name == "apisummary"));
        if let Some(snapshot) = api.snapshots.get(&deployment.id).filter(|_| wanted) {
            for resource in snapshot.resources.values() {
                for (name, method) in &resource.resource_methods {
                    shown["apiSummary"][&resource.path][name] = json!({
                        "authorizationType": method.authorization_type, "apiKeyRequired": method.api_key_required,
                    });
                }
            }
        }
        Ok(shown)
    })?
}

pub fn list_deployments(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let items = gateway.rest.read(scope, text(input, "restApiId"), |api| {
        let mut deployments: Vec<_> = api.deployments.values().collect();
        deployments.sort_by_key(|deployment| deployment.created_date);
        deployments.into_iter().map(result).collect::<Result<Vec<_>, _>>()
    })??;
    listed(items, input)
}

pub async fn delete_deployment(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let change = |api: &mut RestApi| {
        let id = text(input, "deploymentId");
        if !api.deployments.contains_key(id) {
            return Err(no_deployment());
        }
        if api.stages.values().any(|stage| stage.deployment_id == id) {
            return Err(bad_request("Active stages pointing to this deployment must be moved or deleted"));
        }
        api.deployments.remove(id);
        api.snapshots.remove(id);
        Ok(json!({}))
    };
    gateway.rest.change(&gateway.kernel, scope, text(input, "restApiId"), change).await
}

pub async fn create(gateway: &ApiGateway, scope: &Scope, input: Value) -> Result<Value, AwsError> {
    check_description(&input)?;
    refuse_canary(&input)?;
    let now = now(gateway);
    let mut stage: Stage = aws_api::parse(input.clone())?;
    rules::check_stage_name(&stage.stage_name)?;
    "NOT_AVAILABLE".clone_into(&mut stage.cache_cluster_status);
    stage.method_settings = json!({});
    stage.created_date = now;
    stage.last_updated_date = now;
    let change = |api: &mut RestApi| {
        if !api.deployments.contains_key(&stage.deployment_id) {
            return Err(bad_request("Deployment id does not exist"));
        }
        if api.stages.contains_key(&stage.stage_name) {
            return Err(conflict("Stage already exists"));
        }
        let shown = result(&stage);
        add_stage(api, stage)?;
        shown
    };
    gateway.rest.change(&gateway.kernel, scope, text(&input, "restApiId"), change).await
}

pub fn get(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    gateway.rest.read(scope, text(input, "restApiId"), |api| {
        result(api.stages.get(text(input, "stageName")).ok_or_else(no_stage)?)
    })?
}

pub fn list(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let wanted = input["deploymentId"].as_str();
    let items = gateway.rest.read(scope, text(input, "restApiId"), |api| {
        let stages = api.stages.values().filter(|stage| wanted.is_none_or(|id| id == stage.deployment_id));
        stages.map(result).collect::<Result<Vec<_>, _>>()
    })??;
    Ok(json!({"item": items}))
}

pub async fn update(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let now = now(gateway);
    let change = |api: &mut RestApi| {
        let known: Vec<String> = api.deployments.keys().cloned().collect();
        let stage = api.stages.get_mut(text(input, "stageName")).ok_or_else(no_stage)?;
        for operation in patch::operations(input) {
            patch::stage(stage, &operation, &known)?;
        }
        stage.last_updated_date = now;
        result(stage)
    };
    gateway.rest.change(&gateway.kernel, scope, text(input, "restApiId"), change).await
}

pub async fn delete(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let change =
        |api: &mut RestApi| api.stages.remove(text(input, "stageName")).map(|_| json!({})).ok_or_else(no_stage);
    gateway.rest.change(&gateway.kernel, scope, text(input, "restApiId"), change).await
}
