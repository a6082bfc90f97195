//! HTTP APIs themselves.

use std::collections::BTreeMap;

use kernel::{AwsError, Scope};
use serde_json::{Value, json};

use super::{
    control::{change, listed},
    import,
    model::{Definition, HttpApi, Info, Integration, Route, Stage},
    parts::overlay,
    rules,
};
use crate::{
    ApiGateway,
    error::bad_request,
    rest::control::{now, result, text},
    shelf::Home,
};

/// A new API without routes.
fn blank(gateway: &ApiGateway, scope: &Scope, name: &str) -> HttpApi {
    let id = gateway.kernel.rng.lower_alphanumeric(10);
    HttpApi {
        home: Home::of(scope),
        info: Info {
            api_endpoint: format!("https://{id}.execute-api.{}.amazonaws.com", scope.region),
            api_id: id,
            api_key_selection_expression: "$request.header.x-api-key".to_owned(),
            created_date: now(gateway),
            ip_address_type: "ipv4".to_owned(),
            name: name.to_owned(),
            protocol_type: "HTTP".to_owned(),
            route_selection_expression: "$request.method $request.path".to_owned(),
            ..Info::default()
        },
        definition: Definition::default(),
        stages: BTreeMap::new(),
        deployments: BTreeMap::new(),
        snapshots: BTreeMap::new(),
    }
}

pub async fn create(gateway: &ApiGateway, scope: &Scope, input: Value) -> Result<Value, AwsError> {
    if text(&input, "ProtocolType") == "WEBSOCKET" {
        return Err(bad_request("WebSocket APIs are not available yet"));
    }
    let mut api = blank(gateway, scope, text(&input, "Name"));
    let given: Info = aws_api::parse(input.clone())?;
    rules::check_cors(given.cors_configuration.as_ref())?;
    let info = &mut api.info;
    info.cors_configuration = given.cors_configuration;
    info.description = given.description;
    info.disable_execute_api_endpoint = given.disable_execute_api_endpoint;
    info.tags = given.tags;
    info.version = given.version;
    if let Some(target) = input["Target"].as_str() {
        quick_create(gateway, &mut api, &input, target)?;
    }
    let shown = result(&api.info);
    gateway.http.insert(&gateway.kernel, api).await?;
    shown
}

/// A route, an integration and the stage `$default`, all of which API Gateway manages.
fn quick_create(gateway: &ApiGateway, api: &mut HttpApi, input: &Value, target: &str) -> Result<(), AwsError> {
    let (rng, now) = (&gateway.kernel.rng, now(gateway));
    let is_url = target.starts_with("http://") || target.starts_with("https://");
    let mut integration = Integration {
        api_gateway_managed: Some(true),
        credentials_arn: input["CredentialsArn"].as_str().map(str::to_owned),
        integration_id: rng.lower_alphanumeric(7),
        integration_type: if is_url { "HTTP_PROXY" } else { "AWS_PROXY" }.to_owned(),
        integration_uri: Some(target.to_owned()),
        payload_format_version: if is_url { "1.0" } else { "2.0" }.to_owned(),
        ..Integration::default()
    };
    rules::complete_integration(&mut integration)?;
    let route = Route {
        api_gateway_managed: Some(true),
        authorization_type: "NONE".to_owned(),
        route_id: rng.lower_alphanumeric(7),
        route_key: input["RouteKey"].as_str().unwrap_or("$default").to_owned(),
        target: Some(format!("integrations/{}", integration.integration_id)),
        ..Route::default()
    };
    rules::check_route_key(&route.route_key)?;
    api.definition.routes.insert(route.route_id.clone(), route);
    api.definition.integrations.insert(integration.integration_id.clone(), integration);
    let stage = Stage {
        api_gateway_managed: Some(true),
        auto_deploy: true,
        created_date: now,
        last_updated_date: now,
        stage_name: "$default".to_owned(),
        ..Stage::default()
    };
    api.stages.insert(stage.stage_name.clone(), stage);
    api.deploy_automatically(rng, now);
    Ok(())
}

pub async fn import(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let document = crate::openapi::read(text(input, "Body"))?;
    let mut api = blank(gateway, scope, "");
    import::apply(&gateway.kernel, &mut api, &document, text(input, "Basepath"))?;
    refuse_warnings(&api, input)?;
    let shown = result(&api.info);
    gateway.http.insert(&gateway.kernel, api).await?;
    shown
}

pub async fn reimport(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let document = crate::openapi::read(text(input, "Body"))?;
    change(gateway, scope, input, |api| {
        import::apply(&gateway.kernel, api, &document, text(input, "Basepath"))?;
        refuse_warnings(api, input)?;
        result(&api.info)
    })
    .await
}

fn refuse_warnings(api: &HttpApi, input: &Value) -> Result<(), AwsError> {
    let strict = input["FailOnWarnings"] == Value::Bool(true);
    if strict && !api.info.warnings.is_empty() {
        return Err(bad_request(format!("Warnings found during import:\n\t{}", api.info.warnings.join("\n\t"))));
    }
    Ok(())
}

pub fn get(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    gateway.http.read(scope, text(input, "ApiId"), |api| result(&api.info))?
}

pub fn list(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let shown: Result<Vec<Value>, AwsError> = gateway.http.list(scope, |api| result(&api.info)).into_iter().collect();
    listed(shown?, input)
}

pub async fn update(gateway: &ApiGateway, scope: &Scope, input: Value) -> Result<Value, AwsError> {
    change(gateway, scope, &input, |api| {
        let info = overlay(&api.info, input.clone())?;
        rules::check_cors(info.cors_configuration.as_ref())?;
        api.info = info;
        result(&api.info)
    })
    .await
}

pub async fn delete(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    gateway.http.remove(&gateway.kernel, scope, text(input, "ApiId")).await?;
    Ok(json!({}))
}
