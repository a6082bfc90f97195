//! Gateway responses: what API Gateway itself answers when a request does not reach its integration.

use kernel::{AwsError, Scope};
use serde_json::{Value, json};

use super::{
    control::{result, text},
    model::{GatewayResponse, RestApi, Texts},
};
use crate::{ApiGateway, error::not_found};

/// The body that is sent where nothing else is set.
pub const DEFAULT_TEMPLATE: &str = "{\"message\":$context.error.messageString}";

/// Every type and its default status; `DEFAULT_4XX` and `DEFAULT_5XX` have none of their own.
const TYPES: [(&str, Option<&str>); 21] = [
    ("ACCESS_DENIED", Some("403")),
    ("API_CONFIGURATION_ERROR", Some("500")),
    ("AUTHORIZER_CONFIGURATION_ERROR", Some("500")),
    ("AUTHORIZER_FAILURE", Some("500")),
    ("BAD_REQUEST_BODY", Some("400")),
    ("BAD_REQUEST_PARAMETERS", Some("400")),
    ("DEFAULT_4XX", None),
    ("DEFAULT_5XX", None),
    ("EXPIRED_TOKEN", Some("403")),
    ("INTEGRATION_FAILURE", Some("504")),
    ("INTEGRATION_TIMEOUT", Some("504")),
    ("INVALID_API_KEY", Some("403")),
    ("INVALID_SIGNATURE", Some("403")),
    ("MISSING_AUTHENTICATION_TOKEN", Some("403")),
    ("QUOTA_EXCEEDED", Some("429")),
    ("REQUEST_TOO_LARGE", Some("413")),
    ("RESOURCE_NOT_FOUND", Some("404")),
    ("THROTTLED", Some("429")),
    ("UNAUTHORIZED", Some("401")),
    ("UNSUPPORTED_MEDIA_TYPE", Some("415")),
    ("WAF_FILTERED", Some("403")),
];

/// A response of `kind` with what `given` sets, the defaults elsewhere.
pub fn complete(kind: &str, given: &Value) -> Result<GatewayResponse, AwsError> {
    let default_status = TYPES.iter().find(|(name, _)| *name == kind).and_then(|(_, status)| *status);
    let status = match &given["statusCode"] {
        Value::String(text) => Some(text.clone()),
        // OpenAPI documents often write the number.
        Value::Number(number) => Some(number.to_string()),
        _ => default_status.map(str::to_owned),
    };
    let templates: Option<Texts> = aws_api::parse(given["responseTemplates"].clone())?;
    let parameters: Option<Texts> = aws_api::parse(given["responseParameters"].clone())?;
    let default = || Texts::from([("application/json".to_owned(), DEFAULT_TEMPLATE.to_owned())]);
    Ok(GatewayResponse {
        response_type: kind.to_owned(),
        status_code: status,
        response_parameters: parameters.unwrap_or_default(),
        response_templates: templates.filter(|templates| !templates.is_empty()).unwrap_or_else(default),
        default_response: false,
    })
}

pub async fn put(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let response = complete(text(input, "responseType"), input)?;
    let change = |api: &mut RestApi| {
        let shown = result(&response);
        api.definition.gateway_responses.insert(response.response_type.clone(), response);
        shown
    };
    gateway.rest.change(&gateway.kernel, scope, text(input, "restApiId"), change).await
}

fn shown(api: &RestApi, kind: &str) -> Result<Value, AwsError> {
    if let Some(response) = api.definition.gateway_responses.get(kind) {
        return result(response);
    }
    let mut response = complete(kind, &Value::Null)?;
    let of_class = match response.status_code.as_deref().and_then(|status| status.chars().next()) {
        Some('4') => api.definition.gateway_responses.get("DEFAULT_4XX"),
        Some('5') => api.definition.gateway_responses.get("DEFAULT_5XX"),
        _ => None,
    };
    if let Some(default) = of_class {
        response.status_code = default.status_code.clone().or(response.status_code);
        response.response_parameters.clone_from(&default.response_parameters);
        response.response_templates.clone_from(&default.response_templates);
    }
    response.default_response = true;
    result(&response)
}

pub fn get(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    gateway.rest.read(scope, text(input, "restApiId"), |api| shown(api, text(input, "responseType")))?
}

pub fn list(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let items = gateway.rest.read(scope, text(input, "restApiId"), |api| {
        TYPES.iter().map(|(kind, _)| shown(api, kind)).collect::<Result<Vec<_>, _>>()
    })??;
    Ok(json!({"items": items}))
}

pub async fn delete(gateway: &ApiGateway, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
    let change = |api: &mut RestApi| {
        let removed = api.definition.gateway_responses.remove(text(input, "responseType"));
        removed.map(|_| json!({})).ok_or_else(|| not_found("Gateway response type not defined on api"))
    };
    gateway.rest.change(&gateway.kernel, scope, text(input, "restApiId"), change).await
}
