//! REST APIs themselves.

use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::{AwsError, Scope};
use serde_json::{Value, json};

use super::{
    control::{check_description, listed, now, result, text},
    import::{self, Mode},
    model::{Definition, Info, RestApi},
    models, patch, rules,
};
use crate::{ApiGateway, error::bad_request, shelf::Home};

/// A new API with nothing but its root resource.
fn blank(gateway: &ApiGateway, scope: &Scope, name: &str) -> RestApi {
    let rng = &gateway.kernel.rng;
    let info = Info {
        id: rng.lower_alphanumeric(10),
        name: name.to_owned(),
        created_date: now(gateway),
        api_key_source: "HEADER".to_owned(),
        endpoint_configuration: json!({"types": ["EDGE"], "ipAddressType": "ipv4"}),
        root_resource_id: rng.lower_alphanumeric(10),
        ..Info::default()
    };
    RestApi {
        home: Home::of(scope),
        created_millis: gateway.kernel.clock.now().millis(),
        definition: Definition::with_root(&info.root_resource_id),
        info,
        stages: std::collections::BTreeMap::new(),
        deployments: std::collections::BTreeMap::new(),
        snapshots: std::collections::BTreeMap::new(),
    }
}

pub async fn create(gateway: &ApiGateway, scope: &Scope, input: Value) -> Result<Value, AwsError> {
    check_description(&input)?;
    if text(&input, "name").trim().is_empty() {
        return Err(bad_request("Name cannot be empty"));
    }
    rules::check_compression(input["minimumCompressionSize"].as_i64())?;
    let mut api = blank(gateway, scope, text(&input, "name"));
    let given: Info = aws_api::parse(input.clone())?;
    let info = &mut api.info;
    info.description = given.description;
    info.version = given.version;
    info.binary_media_types = given.binary_media_types;
    info.minimum_compression_size = given.minimum_compression_size;
    info.policy = given.policy;
    info.tags = given.tags;
    info.disable_execute_api_endpoint = given.disable_execute_api_endpoint;
    if !given.api_key_source.is_empty() {
        info.api_key_source = given.api_key_source;
    }
    info.endpoint_configuration = rules::endpoint_configuration(&input["endpointConfiguration"])?;
    models::add_defaults(gateway, &mut api.definition);
    let shown = result(&api.info);
    gateway.rest.insert(&gateway.kernel, api).await?;
    shown
}

/// The OpenAPI document of an import: JSON or YAML in a blob.
fn document(input: &Value) -> Result<Value, AwsError> {
    let bytes = STANDARD.decode(text(input, "body")).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    import::read(&text)
}

pub async fn import(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let document = document(input)?;
    let mut api = blank(gateway, scope, "");
    rules::apply_parameters(&mut api.info, &input["parameters"])?;
    import::apply(&gateway.kernel, &mut api, &document, Mode::Overwrite, base_path(input))?;
    refuse_warnings(&api, input)?;
    let shown = result(&api.info);
    gateway.rest.insert(&gateway.kernel, api).await?;
    shown
}

pub async fn put(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let document = document(input)?;
    let mode = if text(input, "mode") == "overwrite" { Mode::Overwrite } else { Mode::Merge };
    let change = |api: &mut RestApi| {
        rules::apply_parameters(&mut api.info, &input["parameters"])?;
        import::apply(&gateway.kernel, api, &document, mode, base_path(input))?;
        refuse_warnings(api, input)?;
        shown_with_tags(api)
    };
    gateway.rest.change(&gateway.kernel, scope, text(input, "restApiId"), change).await
}

/// How an API is shown by what changes it: its tags even if it has none.
fn shown_with_tags(api: &RestApi) -> Result<Value, AwsError> {
    let mut shown = result(&api.info)?;
    shown["tags"] = json!(api.info.tags);
    Ok(shown)
}

fn base_path(input: &Value) -> &str {
    input["parameters"]["basepath"].as_str().unwrap_or("ignore")
}

fn refuse_warnings(api: &RestApi, input: &Value) -> Result<(), AwsError> {
    let strict = input["failOnWarnings"] == Value::Bool(true);
    if strict && !api.info.warnings.is_empty() {
        let warnings = api.info.warnings.join("\n\t");
        return Err(bad_request(format!("Warnings found during import:\n\t{warnings}")));
    }
    Ok(())
}

pub fn get(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    gateway.rest.read(scope, text(input, "restApiId"), |api| result(&api.info))?
}

pub fn list(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let mut apis = gateway.rest.list(scope, |api| (api.created_millis, result(&api.info)));
    apis.sort_by_key(|(created, _)| *created);
    let shown: Result<Vec<Value>, AwsError> = apis.into_iter().map(|(_, shown)| shown).collect();
    listed(shown?, input)
}

pub async fn update(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let change = |api: &mut RestApi| {
        for operation in patch::operations(input) {
            patch::rest_api(&mut api.info, &operation)?;
        }
        shown_with_tags(api)
    };
    gateway.rest.change(&gateway.kernel, scope, text(input, "restApiId"), change).await
}

pub async fn delete(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    gateway.rest.remove(&gateway.kernel, scope, text(input, "restApiId")).await?;
    Ok(json!({}))
}

/// The account's settings: its limits as AWS sets them for a new account.
pub fn account() -> Value {
    json!({"throttleSettings": {"burstLimit": 5000, "rateLimit": 10000.0}, "features": ["UsagePlans"], "apiKeyVersion": "4"})
}
