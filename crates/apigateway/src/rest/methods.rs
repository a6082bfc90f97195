//! Methods, their integrations, and what both may answer.

use kernel::{AwsError, Scope};
use serde_json::{Value, json};

use super::{
    control::{result, text},
    model::{Integration, IntegrationResponse, Method, MethodResponse, RestApi},
    patch, rules,
    words::as_resource,
};
use crate::{ApiGateway, error::not_found};

/// Changes the method that `input` names.
async fn change(
    gateway: &ApiGateway,
    scope: &Scope,
    input: &Value,
    change: impl FnOnce(&mut Method) -> Result<Value, AwsError>,
) -> Result<Value, AwsError> {
    let change = |api: &mut RestApi| {
        let resource = rules::resource_mut(&mut api.definition, text(input, "resourceId"))?;
        let name = text(input, "httpMethod");
        let method = resource.resource_methods.get_mut(name);
        change(method.ok_or_else(|| not_found("Invalid Method identifier specified"))?)
    };
    gateway.rest.change(&gateway.kernel, scope, text(input, "restApiId"), change).await.map_err(as_resource)
}

/// Looks at the method that `input` names.
fn read(
    gateway: &ApiGateway,
    scope: &Scope,
    input: &Value,
    look: impl FnOnce(&Method) -> Result<Value, AwsError>,
) -> Result<Value, AwsError> {
    let found = gateway.rest.read(scope, text(input, "restApiId"), |api| {
        let resource = rules::resource(&api.definition, text(input, "resourceId"))?;
        look(rules::method(&resource.resource_methods, text(input, "httpMethod"))?)
    });
    found.map_err(as_resource)?
}

pub async fn put(gateway: &ApiGateway, scope: &Scope, input: Value) -> Result<Value, AwsError> {
    let method: Method = aws_api::parse(input.clone())?;
    let change = |api: &mut RestApi| {
        rules::resource(&api.definition, text(&input, "resourceId"))?;
        rules::check_http_method(&method.http_method)?;
        rules::check_authorization(&api.definition, &method)?;
        rules::check_request(&api.definition, &method)?;
        let resource = rules::resource_mut(&mut api.definition, text(&input, "resourceId"))?;
        if resource.resource_methods.contains_key(&method.http_method) {
            return Err(crate::error::conflict("Method already exists for this resource"));
        }
        let shown = result(&method);
        resource.resource_methods.insert(method.http_method.clone(), method);
        shown
    };
    gateway.rest.change(&gateway.kernel, scope, text(&input, "restApiId"), change).await.map_err(as_resource)
}

pub fn get(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    read(gateway, scope, input, result)
}

pub async fn delete(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let change = |api: &mut RestApi| {
        let resource = rules::resource_mut(&mut api.definition, text(input, "resourceId"))?;
        let removed = resource.resource_methods.remove(text(input, "httpMethod"));
        removed.map(|_| json!({})).ok_or_else(|| not_found("Invalid Method identifier specified"))
    };
    gateway.rest.change(&gateway.kernel, scope, text(input, "restApiId"), change).await.map_err(as_resource)
}

pub async fn put_response(gateway: &ApiGateway, scope: &Scope, input: Value) -> Result<Value, AwsError> {
    let response: MethodResponse = aws_api::parse(input.clone())?;
    change(gateway, scope, &input, |method| {
        let shown = result(&response);
        method.method_responses.insert(response.status_code.clone(), response);
        shown
    })
    .await
}

pub fn get_response(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    read(gateway, scope, input, |method| {
        let response = method.method_responses.get(text(input, "statusCode"));
        result(response.ok_or_else(|| not_found("Invalid Response status code specified"))?)
    })
}

pub async fn put_integration(gateway: &ApiGateway, scope: &Scope, mut input: Value) -> Result<Value, AwsError> {
    // The path's `httpMethod` names the method; the body's is the integration's own.
    let own = input["integrationHttpMethod"].take();
    let mut integration: Integration = {
        let mut fields = input.clone();
        fields["httpMethod"] = own;
        aws_api::parse(fields)?
    };
    integration.integration_responses.clear();
    change(gateway, scope, &input, |method| {
        rules::complete_integration(&mut integration, text(&input, "resourceId"))?;
        let shown = result(&integration);
        method.method_integration = Some(integration);
        shown
    })
    .await
}

fn integration(method: &Method) -> Result<&Integration, AwsError> {
    method.method_integration.as_ref().ok_or_else(|| not_found("Invalid Integration identifier specified"))
}

pub fn get_integration(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    read(gateway, scope, input, |method| result(integration(method)?))
}

pub async fn delete_integration(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    change(gateway, scope, input, |method| {
        integration(method)?;
        method.method_integration = None;
        Ok(json!({}))
    })
    .await
}

pub async fn put_integration_response(gateway: &ApiGateway, scope: &Scope, input: Value) -> Result<Value, AwsError> {
    let mut response: IntegrationResponse = aws_api::parse(input.clone())?;
    // An empty template is none.
    for template in response.response_templates.values_mut() {
        *template = template.take().filter(|text| !text.is_empty());
    }
    change(gateway, scope, &input, |method| {
        integration(method)?;
        let shown = result(&response);
        if let Some(integration) = &mut method.method_integration {
            integration.integration_responses.insert(response.status_code.clone(), response);
        }
        shown
    })
    .await
}

pub fn get_integration_response(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    read(gateway, scope, input, |method| {
        let response = integration(method)?.integration_responses.get(text(input, "statusCode"));
        result(response.ok_or_else(|| not_found("Invalid Response status code specified"))?)
    })
}

/// Changes a method. Unlike [`change`], this needs the whole definition: its authorizers.
pub async fn update(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let change = |api: &mut RestApi| {
        let (resource, name) = (text(input, "resourceId"), text(input, "httpMethod"));
        let mut method = rules::method(&rules::resource(&api.definition, resource)?.resource_methods, name)?.clone();
        for operation in patch::operations(input) {
            patch::method(&mut method, &operation)?;
        }
        rules::check_authorization(&api.definition, &method)?;
        let shown = result(&method);
        let methods = &mut rules::resource_mut(&mut api.definition, resource)?.resource_methods;
        methods.insert(name.to_owned(), method);
        shown
    };
    gateway.rest.change(&gateway.kernel, scope, text(input, "restApiId"), change).await.map_err(as_resource)
}

pub async fn update_integration(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    change(gateway, scope, input, |method| {
        let mut changed = integration(method)?.clone();
        for operation in patch::operations(input) {
            patch::integration(&mut changed, &operation)?;
        }
        rules::complete_integration(&mut changed, text(input, "resourceId"))?;
        let shown = result(&changed);
        method.method_integration = Some(changed);
        shown
    })
    .await
}

pub async fn delete_response(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    change(gateway, scope, input, |method| {
        let removed = method.method_responses.remove(text(input, "statusCode"));
        removed.map(|_| json!({})).ok_or_else(|| not_found("Invalid Response status code specified"))
    })
    .await
}

pub async fn delete_integration_response(
    gateway: &ApiGateway,
    scope: &Scope,
    input: &Value,
) -> Result<Value, AwsError> {
    let no_integration = || not_found("Invalid Integration identifier specified");
    let changed = change(gateway, scope, input, |method| {
        let integration = method.method_integration.as_mut().ok_or_else(no_integration)?;
        let removed = integration.integration_responses.remove(text(input, "statusCode"));
        removed.map(|_| json!({})).ok_or_else(|| not_found("Invalid Response status code specified"))
    });
    // Recorded from AWS: here a missing method is a missing integration.
    changed.await.map_err(|error| match error.message.as_str() {
        "Invalid Method identifier specified" => no_integration(),
        _ => error,
    })
}
