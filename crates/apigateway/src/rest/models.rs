//! Models of request bodies, and validators that hold requests to them.

use kernel::{AwsError, Scope};
use serde_json::{Value, json};

use super::{
    control::{listed, result, text},
    model::{Definition, Model, RequestValidator, RestApi},
    patch::{Operation, operations},
    words::as_part,
};
use crate::{
    ApiGateway,
    error::{bad_request, conflict, not_found},
};

const DRAFT_4: &str = "http://json-schema.org/draft-04/schema#";

/// The models that every new API has.
pub fn add_defaults(gateway: &ApiGateway, definition: &mut Definition) {
    let defaults = [
        ("Empty", "This is a default empty schema model", json!({})),
        ("Error", "This is a default error schema model", json!({"message": {"type": "string"}})),
    ];
    for (name, description, properties) in defaults {
        let mut schema = json!({"$schema": DRAFT_4, "title": format!("{name} Schema"), "type": "object"});
        if properties != json!({}) {
            schema["properties"] = properties;
        }
        let model = Model {
            id: gateway.kernel.rng.lower_alphanumeric(6),
            name: name.to_owned(),
            description: Some(description.to_owned()),
            schema: schema.to_string(),
            content_type: "application/json".to_owned(),
        };
        definition.models.insert(model.name.clone(), model);
    }
}

pub async fn create(gateway: &ApiGateway, scope: &Scope, input: Value) -> Result<Value, AwsError> {
    let mut model: Model = aws_api::parse(input.clone())?;
    if model.name.is_empty() {
        return Err(bad_request("Model name must be non-empty"));
    }
    check_schema(&model.schema)?;
    model.description = model.description.filter(|text| !text.is_empty());
    model.id = gateway.kernel.rng.lower_alphanumeric(6);
    let change = |api: &mut RestApi| {
        if api.definition.models.contains_key(&model.name) {
            return Err(conflict("Model name already exists for this REST API"));
        }
        let shown = result(&model);
        api.definition.models.insert(model.name.clone(), model);
        shown
    };
    gateway.rest.change(&gateway.kernel, scope, text(&input, "restApiId"), change).await
}

fn no_model(name: &str) -> AwsError {
    not_found(format!("Invalid model name specified: {name}"))
}

pub fn get(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let name = text(input, "modelName");
    let found = gateway.rest.read(scope, text(input, "restApiId"), |api| {
        result(api.definition.models.get(name).ok_or_else(|| no_model(name))?)
    });
    found.map_err(|error| as_part(error, no_model(name)))?
}

pub async fn update(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let name = text(input, "modelName");
    let change = |api: &mut RestApi| {
        let model = api.definition.models.get_mut(name).ok_or_else(|| no_model(name))?;
        for operation in operations(input) {
            match operation.path {
                _ if operation.op != "replace" => return Err(unsupported(&operation)),
                "/description" => model.description = Some(operation.text()).filter(|text| !text.is_empty()),
                "/schema" => {
                    check_schema(&operation.text())?;
                    model.schema = operation.text();
                }
                _ => return Err(not_among(&operation, "/description, /schema")),
            }
        }
        result(model)
    };
    let changed = gateway.rest.change(&gateway.kernel, scope, text(input, "restApiId"), change).await;
    changed.map_err(|error| as_part(error, no_model(name)))
}

fn unsupported(operation: &Operation) -> AwsError {
    let Operation { op, path, .. } = operation;
    bad_request(format!("Invalid patch path  '{path}' specified for op '{op}'. Please choose supported operations"))
}

fn not_among(operation: &Operation, known: &str) -> AwsError {
    let path = operation.path;
    bad_request(format!("Invalid patch path  '{path}' specified for op 'replace'. Must be one of: [{known}]"))
}

fn check_schema(schema: &str) -> Result<(), AwsError> {
    match serde_json::from_str::<Value>(schema) {
        Ok(_) => Ok(()),
        Err(_) => Err(bad_request("Model schema must have at least 1 property or array items defined")),
    }
}

pub fn list(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let items = gateway.rest.read(scope, text(input, "restApiId"), |api| {
        api.definition.models.values().map(result).collect::<Result<Vec<_>, _>>()
    })??;
    listed(items, input)
}

pub async fn delete(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let name = text(input, "modelName");
    let change = |api: &mut RestApi| {
        for resource in api.definition.resources.values() {
            let uses = |model: &String| model == name;
            let user = resource.resource_methods.values().find(|method| method.request_models.values().any(uses));
            if let Some(method) = user {
                let place = format!("{}/{}", resource.path, method.http_method);
                return Err(conflict(format!(
                    "Cannot delete model '{name}', is referenced in method request: {place}"
                )));
            }
        }
        api.definition.models.remove(name).map(|_| json!({})).ok_or_else(|| no_model(name))
    };
    let removed = gateway.rest.change(&gateway.kernel, scope, text(input, "restApiId"), change).await;
    removed.map_err(|error| as_part(error, no_model(name)))
}

fn no_validator() -> AwsError {
    not_found("Invalid Request Validator identifier specified")
}

pub async fn create_validator(gateway: &ApiGateway, scope: &Scope, input: Value) -> Result<Value, AwsError> {
    let mut validator: RequestValidator = aws_api::parse(input.clone())?;
    validator.id = gateway.kernel.rng.lower_alphanumeric(6);
    let change = |api: &mut RestApi| {
        let shown = result(&validator);
        api.definition.validators.insert(validator.id.clone(), validator);
        shown
    };
    let made = gateway.rest.change(&gateway.kernel, scope, text(&input, "restApiId"), change).await;
    // Recorded from AWS: this operation alone words a missing API so.
    made.map_err(|error| match error.code.as_str() {
        "NotFoundException" => bad_request("Invalid REST API identifier specified"),
        _ => error,
    })
}

pub fn get_validator(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let found = gateway.rest.read(scope, text(input, "restApiId"), |api| {
        result(api.definition.validators.get(text(input, "requestValidatorId")).ok_or_else(no_validator)?)
    });
    found.map_err(|error| as_part(error, no_validator()))?
}

pub async fn update_validator(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let change = |api: &mut RestApi| {
        let id = text(input, "requestValidatorId");
        let validator = api.definition.validators.get_mut(id).ok_or_else(no_validator)?;
        for operation in operations(input) {
            match operation.path {
                _ if operation.op != "replace" => return Err(unsupported(&operation)),
                "/name" if operation.text().is_empty() => {
                    return Err(bad_request("Request Validator name cannot be blank"));
                }
                "/name" => validator.name = operation.text(),
                "/validateRequestBody" => validator.validate_request_body = operation.flag(),
                "/validateRequestParameters" => validator.validate_request_parameters = operation.flag(),
                _ => return Err(not_among(&operation, "/name, /validateRequestParameters, /validateRequestBody")),
            }
        }
        result(validator)
    };
    let changed = gateway.rest.change(&gateway.kernel, scope, text(input, "restApiId"), change).await;
    changed.map_err(|error| as_part(error, no_validator()))
}

pub fn list_validators(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let items = gateway.rest.read(scope, text(input, "restApiId"), |api| {
        api.definition.validators.values().map(result).collect::<Result<Vec<_>, _>>()
    })??;
    listed(items, input)
}

pub async fn delete_validator(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let change = |api: &mut RestApi| {
        let removed = api.definition.validators.remove(text(input, "requestValidatorId"));
        removed.map(|_| json!({})).ok_or_else(no_validator)
    };
    let removed = gateway.rest.change(&gateway.kernel, scope, text(input, "restApiId"), change).await;
    removed.map_err(|error| as_part(error, no_validator()))
}
