//! Authorizers: who decides whether a request may pass.

use kernel::{AwsError, Scope};
use serde_json::{Value, json};

use super::{
    control::{listed, result, text},
    model::{Authorizer, RestApi},
    patch,
    words::as_part,
};
use crate::{
    ApiGateway,
    error::{bad_request, conflict, not_found},
};

fn none() -> AwsError {
    not_found("Invalid Authorizer identifier specified")
}

pub async fn create(gateway: &ApiGateway, scope: &Scope, input: Value) -> Result<Value, AwsError> {
    let mut authorizer: Authorizer = aws_api::parse(input.clone())?;
    check(&authorizer)?;
    authorizer.id = gateway.kernel.rng.lower_alphanumeric(6);
    let change = |api: &mut RestApi| {
        if api.definition.authorizers.values().any(|other| other.name == authorizer.name) {
            return Err(conflict(
                "Authorizer name must be unique. Authorizer with this name already exists in this RestApi.",
            ));
        }
        let shown = result(&authorizer);
        api.definition.authorizers.insert(authorizer.id.clone(), authorizer);
        shown
    };
    let made = gateway.rest.change(&gateway.kernel, scope, text(&input, "restApiId"), change).await;
    let busy = "Unable to complete operation due to concurrent modification. Please try again later.";
    made.map_err(|error| as_part(error, conflict(busy)))
}

fn check(authorizer: &Authorizer) -> Result<(), AwsError> {
    if authorizer.authorizer_result_ttl_in_seconds.is_some_and(|seconds| seconds > 3600) {
        return Err(bad_request("Authorizer result TTL must be between 0 and 3600 seconds"));
    }
    match authorizer.kind.as_str() {
        "COGNITO_USER_POOLS" if authorizer.provider_arns.is_empty() => {
            Err(bad_request("Invalid Authorizer: ProviderARNs must not be empty for COGNITO_USER_POOLS"))
        }
        "TOKEN" | "REQUEST" if authorizer.authorizer_uri.is_none() => {
            Err(bad_request("Invalid Authorizer: AuthorizerUri must not be empty"))
        }
        _ => Ok(()),
    }
}

pub fn get(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    gateway.rest.read(scope, text(input, "restApiId"), |api| {
        result(api.definition.authorizers.get(text(input, "authorizerId")).ok_or_else(none)?)
    })?
}

pub fn list(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let items = gateway.rest.read(scope, text(input, "restApiId"), |api| {
        api.definition.authorizers.values().map(result).collect::<Result<Vec<_>, _>>()
    })??;
    listed(items, input)
}

pub async fn update(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let change = |api: &mut RestApi| {
        let authorizer = api.definition.authorizers.get_mut(text(input, "authorizerId")).ok_or_else(none)?;
        for operation in patch::operations(input) {
            patch::authorizer(authorizer, &operation)?;
        }
        check(authorizer)?;
        result(authorizer)
    };
    gateway.rest.change(&gateway.kernel, scope, text(input, "restApiId"), change).await
}

pub async fn delete(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let change = |api: &mut RestApi| {
        let id = text(input, "authorizerId");
        let mut methods = api.definition.resources.values().flat_map(|resource| resource.resource_methods.values());
        if methods.any(|method| method.authorizer_id.as_deref() == Some(id)) {
            return Err(conflict(format!("Cannot delete authorizer '{id}', is referenced in method")));
        }
        api.definition.authorizers.remove(id).map(|_| json!({})).ok_or_else(none)
    };
    gateway.rest.change(&gateway.kernel, scope, text(input, "restApiId"), change).await
}
