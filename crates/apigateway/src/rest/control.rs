//! What the wire says: the operations of version 1.

use aws_api::{Api, Call, Operations, unknown_operation};
use kernel::{Access, AwsError, async_trait};
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    ApiGateway, error,
    rest::{apis, authorizers, methods, models, resources, responses, stages, words},
    tagging,
    usage::{keys, plan_keys, plans},
};

/// The control plane of REST APIs.
pub struct RestControl<'a>(pub &'a ApiGateway);

/// The table of version 1.
fn table() -> &'static Api {
    // A test of aws-api holds every table that a service names.
    aws_api::api("apigateway").unwrap_or_else(|| unreachable!("the table of apigateway is built in"))
}

#[async_trait(?Send)]
impl Operations for RestControl<'_> {
    fn api(&self) -> &'static Api {
        table()
    }

    fn validate(&self, call: &Call) -> Result<(), AwsError> {
        words::validate(table(), call)
    }

    fn access(&self, call: &Call) -> Vec<Access> {
        access(table(), call)
    }

    async fn call(&self, call: Call) -> Result<Value, AwsError> {
        let (gateway, scope, input) = (self.0, &call.scope, call.input);
        match call.operation {
            "CreateRestApi" => apis::create(gateway, scope, input).await,
            "ImportRestApi" => apis::import(gateway, scope, &input).await,
            "PutRestApi" => apis::put(gateway, scope, &input).await,
            "GetRestApi" => apis::get(gateway, scope, &input),
            "GetRestApis" => apis::list(gateway, scope, &input),
            "UpdateRestApi" => apis::update(gateway, scope, &input).await,
            "DeleteRestApi" => apis::delete(gateway, scope, &input).await,
            "GetAccount" => Ok(apis::account()),
            "CreateResource" => resources::create(gateway, scope, &input).await,
            "GetResource" => resources::get(gateway, scope, &input),
            "GetResources" => resources::list(gateway, scope, &input),
            "UpdateResource" => resources::update(gateway, scope, &input).await,
            "DeleteResource" => resources::delete(gateway, scope, &input).await,
            "PutMethod" => methods::put(gateway, scope, input).await,
            "GetMethod" => methods::get(gateway, scope, &input),
            "DeleteMethod" => methods::delete(gateway, scope, &input).await,
            "PutMethodResponse" => methods::put_response(gateway, scope, input).await,
            "GetMethodResponse" => methods::get_response(gateway, scope, &input),
            "DeleteMethodResponse" => methods::delete_response(gateway, scope, &input).await,
            "DeleteIntegrationResponse" => methods::delete_integration_response(gateway, scope, &input).await,
            "PutIntegration" => methods::put_integration(gateway, scope, input).await,
            "GetIntegration" => methods::get_integration(gateway, scope, &input),
            "DeleteIntegration" => methods::delete_integration(gateway, scope, &input).await,
            "PutIntegrationResponse" => methods::put_integration_response(gateway, scope, input).await,
            "GetIntegrationResponse" => methods::get_integration_response(gateway, scope, &input),
            "CreateDeployment" => stages::create_deployment(gateway, scope, &input).await,
            "GetDeployment" => stages::get_deployment(gateway, scope, &input),
            "GetDeployments" => stages::list_deployments(gateway, scope, &input),
            "DeleteDeployment" => stages::delete_deployment(gateway, scope, &input).await,
            "CreateStage" => stages::create(gateway, scope, input).await,
            "GetStage" => stages::get(gateway, scope, &input),
            "GetStages" => stages::list(gateway, scope, &input),
            "UpdateStage" => stages::update(gateway, scope, &input).await,
            "DeleteStage" => stages::delete(gateway, scope, &input).await,
            "CreateAuthorizer" => authorizers::create(gateway, scope, input).await,
            "GetAuthorizer" => authorizers::get(gateway, scope, &input),
            "GetAuthorizers" => authorizers::list(gateway, scope, &input),
            "DeleteAuthorizer" => authorizers::delete(gateway, scope, &input).await,
            "CreateApiKey" => keys::create(gateway, scope, input).await,
            "GetApiKey" => keys::get(gateway, scope, &input),
            "GetApiKeys" => keys::list(gateway, scope, &input),
            "UpdateApiKey" => keys::update(gateway, scope, &input).await,
            "DeleteApiKey" => keys::delete(gateway, scope, &input).await,
            "CreateUsagePlan" => plans::create(gateway, scope, input).await,
            "GetUsagePlan" => plans::get(gateway, scope, &input),
            "GetUsagePlans" => plans::list(gateway, scope, &input),
            "UpdateUsagePlan" => plans::update(gateway, scope, &input).await,
            "DeleteUsagePlan" => plans::delete(gateway, scope, &input).await,
            "CreateUsagePlanKey" => plan_keys::create(gateway, scope, &input).await,
            "GetUsagePlanKey" => plan_keys::get(gateway, scope, &input),
            "GetUsagePlanKeys" => plan_keys::list(gateway, scope, &input),
            "DeleteUsagePlanKey" => plan_keys::delete(gateway, scope, &input).await,
            "CreateModel" => models::create(gateway, scope, input).await,
            "GetModel" => models::get(gateway, scope, &input),
            "GetModels" => models::list(gateway, scope, &input),
            "UpdateModel" => models::update(gateway, scope, &input).await,
            "DeleteModel" => models::delete(gateway, scope, &input).await,
            "CreateRequestValidator" => models::create_validator(gateway, scope, input).await,
            "GetRequestValidator" => models::get_validator(gateway, scope, &input),
            "GetRequestValidators" => models::list_validators(gateway, scope, &input),
            "UpdateRequestValidator" => models::update_validator(gateway, scope, &input).await,
            "DeleteRequestValidator" => models::delete_validator(gateway, scope, &input).await,
            "TagResource" => tagging::tag(gateway, scope, text(&input, "resourceArn"), &input["tags"]).await,
            "UntagResource" => tagging::untag(gateway, scope, text(&input, "resourceArn"), &input["tagKeys"]).await,
            "GetTags" => Ok(json!({"tags": tagging::get(gateway, scope, text(&input, "resourceArn"))?})),
            "UpdateMethod" => methods::update(gateway, scope, &input).await,
            "UpdateIntegration" => methods::update_integration(gateway, scope, &input).await,
            "UpdateAuthorizer" => authorizers::update(gateway, scope, &input).await,
            "PutGatewayResponse" => responses::put(gateway, scope, &input).await,
            "GetGatewayResponse" => responses::get(gateway, scope, &input),
            "GetGatewayResponses" => responses::list(gateway, scope, &input),
            "DeleteGatewayResponse" => responses::delete(gateway, scope, &input).await,
            _ => Err(unknown_operation(table())),
        }
    }
}

/// API Gateway's actions are HTTP methods, its resources the paths of its own API:
/// `apigateway:GET` on `arn:aws:apigateway:REGION::/restapis/ID`.
pub fn access(api: &Api, call: &Call) -> Vec<Access> {
    let Some(operation) = api.operations.get(call.operation) else { return Vec::new() };
    let path = operation.path.split('?').next().unwrap_or_default();
    let path: Vec<String> = path.split('/').map(|segment| filled(segment, &call.input)).collect();
    let arn = kernel::Arn::new("apigateway", &call.scope.region, "", path.join("/"));
    vec![Access::new(format!("apigateway:{}", operation.method), arn.to_string())]
}

/// A segment of a path template with its label filled in. Labels are written in snake case in v1's
/// model and in camel case in v2's, members in the case of each API.
fn filled(segment: &str, input: &Value) -> String {
    let Some(label) = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else {
        return segment.to_owned();
    };
    let plain = |name: &str| name.replace('_', "").to_lowercase();
    let wanted = plain(label);
    let found = input.as_object().and_then(|fields| fields.iter().find(|(name, _)| plain(name) == wanted));
    found.and_then(|(_, value)| value.as_str()).unwrap_or("*").to_owned()
}

/// A wire structure as a result.
pub fn result(value: &impl Serialize) -> Result<Value, AwsError> {
    serde_json::to_value(value).map_err(|error| AwsError::internal(error.to_string()))
}

/// The text member `name` of an input; an absent one is empty, since required members were validated.
pub fn text<'a>(input: &'a Value, name: &str) -> &'a str {
    input[name].as_str().unwrap_or_default()
}

/// The virtual time in seconds since the epoch.
pub fn now(gateway: &ApiGateway) -> u64 {
    gateway.kernel.clock.now().secs()
}

/// A list as version 1 writes it: `item`, with `position` when there is more.
pub fn listed(items: Vec<Value>, input: &Value) -> Result<Value, AwsError> {
    let limit = input["limit"].as_u64().unwrap_or(25).clamp(1, 500) as usize;
    let page = crate::page::cut(items, input["position"].as_str(), limit)?;
    Ok(json!({"items": page.items, "position": page.next}))
}

/// Refuses an empty description, as API Gateway does.
pub fn check_description(input: &Value) -> Result<(), AwsError> {
    match input["description"].as_str() {
        Some("") => Err(error::bad_request("Description cannot be an empty string")),
        _ => Ok(()),
    }
}
