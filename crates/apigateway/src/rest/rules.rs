//! What API Gateway accepts.

use std::collections::BTreeMap;

use kernel::AwsError;
use serde_json::{Value, json};

use super::model::{Definition, Info, Integration, Method, Resource};
use crate::{
    error::{bad_request, conflict, not_found},
    lambda_uri::function_arn,
};

/// Resources per API.
const MAX_RESOURCES: usize = 300;

/// Methods that a resource may have.
const METHODS: [&str; 8] = ["GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD", "ANY"];

pub fn check_compression(size: Option<i64>) -> Result<(), AwsError> {
    match size {
        Some(size) if !(0..=10_485_760).contains(&size) => {
            Err(bad_request("Invalid minimum compression size, must be between 0 and 10485760"))
        }
        _ => Ok(()),
    }
}

/// The endpoint configuration that `given` asks for, with the defaults filled in.
pub fn endpoint_configuration(given: &Value) -> Result<Value, AwsError> {
    let types = match &given["types"] {
        Value::Array(types) if types.len() > 1 => {
            return Err(bad_request("Cannot create an api with multiple Endpoint Types."));
        }
        Value::Array(types) if types.is_empty() => {
            return Err(bad_request("REGIONAL Configuration and EDGE Configuration cannot be both DISABLED."));
        }
        Value::Array(types) => types.clone(),
        _ => vec![json!("EDGE")],
    };
    let address = given["ipAddressType"].as_str().unwrap_or(if types[0] == "PRIVATE" { "dualstack" } else { "ipv4" });
    if types[0] == "PRIVATE" && address != "dualstack" {
        return Err(bad_request("Only dualstack ipAddressType is supported for Private APIs."));
    }
    let mut configuration = json!({"types": types, "ipAddressType": address});
    if let Some(endpoints) = given["vpcEndpointIds"].as_array().filter(|endpoints| !endpoints.is_empty()) {
        configuration["vpcEndpointIds"] = json!(endpoints);
    }
    Ok(configuration)
}

/// What the query parameters of an import say about the API as a whole.
pub fn apply_parameters(info: &mut Info, parameters: &Value) -> Result<(), AwsError> {
    if let Some(kind) = parameters["endpointConfigurationTypes"].as_str() {
        info.endpoint_configuration = endpoint_configuration(&json!({"types": [kind]}))?;
    }
    if let Some(flag) = parameters["disableExecuteApiEndpoint"].as_str() {
        info.disable_execute_api_endpoint = flag == "true";
    }
    Ok(())
}

/// Where a child called `part` of `parent` stands.
pub fn child_path(parent: &str, part: &str) -> String {
    if parent == "/" { format!("/{part}") } else { format!("{parent}/{part}") }
}

/// Whether `part` stands for any text.
fn is_variable(part: &str) -> bool {
    part.starts_with('{') && part.ends_with('}')
}

fn is_greedy(part: &str) -> bool {
    is_variable(part) && part.ends_with("+}")
}

/// Refuses a child that the tree cannot have.
pub fn check_child(definition: &Definition, parent: &Resource, part: &str) -> Result<(), AwsError> {
    if definition.resources.len() >= MAX_RESOURCES {
        return Err(AwsError::new(
            "LimitExceededException",
            "Maximum number of resources for this API has been reached. Please contact AWS if you need additional resources.",
        ));
    }
    if !is_part(part) {
        return Err(bad_request(
            "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces at the beginning and the end.",
        ));
    }
    if let Some(greedy) = parent.path_part.as_deref().filter(|part| is_greedy(part)) {
        return Err(bad_request(format!("Cannot create a child of a resource with a greedy path variable: {greedy}")));
    }
    for sibling in definition.resources.values().filter(|other| other.parent_id.as_deref() == Some(&parent.id)) {
        let other = sibling.path_part.as_deref().unwrap_or_default();
        if other == part {
            return Err(conflict(format!("Another resource with the same parent already has this name: {part}")));
        }
        if is_variable(other) && is_variable(part) {
            return Err(bad_request(format!(
                "A sibling ({other}) of this resource already has a variable path part -- only one is allowed"
            )));
        }
    }
    Ok(())
}

fn is_part(part: &str) -> bool {
    let plain = |text: &str| {
        !text.is_empty() && text.chars().all(|letter| letter.is_ascii_alphanumeric() || "._-:".contains(letter))
    };
    match part.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        Some(name) => plain(name.strip_suffix('+').unwrap_or(name)),
        None => plain(part),
    }
}

/// The resource `id`.
pub fn resource<'a>(definition: &'a Definition, id: &str) -> Result<&'a Resource, AwsError> {
    definition.resources.get(id).ok_or_else(|| not_found("Invalid Resource identifier specified"))
}

/// The resource `id`, to change it.
pub fn resource_mut<'a>(definition: &'a mut Definition, id: &str) -> Result<&'a mut Resource, AwsError> {
    definition.resources.get_mut(id).ok_or_else(|| not_found("Invalid Resource identifier specified"))
}

/// The method `name` among `methods`.
pub fn method<'a>(methods: &'a BTreeMap<String, Method>, name: &str) -> Result<&'a Method, AwsError> {
    methods.get(name).ok_or_else(|| not_found("Invalid Method identifier specified"))
}

/// Refuses an HTTP method that a resource cannot have.
pub fn check_http_method(name: &str) -> Result<(), AwsError> {
    if METHODS.contains(&name) {
        return Ok(());
    }
    Err(bad_request("Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY"))
}

/// Refuses a method whose authorizer is not there.
pub fn check_authorization(definition: &Definition, method: &Method) -> Result<(), AwsError> {
    let needs_authorizer = matches!(method.authorization_type.as_str(), "CUSTOM" | "COGNITO_USER_POOLS");
    let known = method.authorizer_id.as_ref().is_some_and(|id| definition.authorizers.contains_key(id));
    if needs_authorizer && !known {
        return Err(bad_request(
            "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.",
        ));
    }
    if !needs_authorizer && !matches!(method.authorization_type.as_str(), "NONE" | "AWS_IAM") {
        return Err(bad_request(
            "Invalid authorization type specified. Valid options are NONE, AWS_IAM, CUSTOM, COGNITO_USER_POOLS",
        ));
    }
    Ok(())
}

/// Refuses a method whose request parameters are not told apart, or whose validator or models are not
/// there.
pub fn check_request(definition: &Definition, method: &Method) -> Result<(), AwsError> {
    let mut names: Vec<&str> = method.request_parameters.keys().filter_map(|key| key.splitn(4, '.').nth(3)).collect();
    names.sort_unstable();
    if names.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(bad_request("Parameter names must be unique across querystring, header and path"));
    }
    let validator = method.request_validator_id.as_ref();
    if validator.is_some_and(|id| !definition.validators.contains_key(id)) {
        return Err(bad_request("Invalid Request Validator identifier specified"));
    }
    match method.request_models.values().find(|name| !definition.models.contains_key(*name)) {
        Some(name) => Err(bad_request(format!("Invalid model identifier specified: {name}"))),
        None => Ok(()),
    }
}

/// Refuses an integration whose URI does not fit its type, and fills in the defaults.
pub fn complete_integration(integration: &mut Integration, resource_id: &str) -> Result<(), AwsError> {
    if matches!(integration.kind.as_str(), "AWS" | "AWS_PROXY") {
        check_aws_uri(integration)?;
    }
    if integration.passthrough_behavior.is_empty() {
        "WHEN_NO_MATCH".clone_into(&mut integration.passthrough_behavior);
    }
    if integration.cache_namespace.is_empty() {
        resource_id.clone_into(&mut integration.cache_namespace);
    }
    match integration.timeout_in_millis {
        0 => integration.timeout_in_millis = 29_000,
        50..=29_000 => {}
        _ => return Err(bad_request("Timeout should be between 50 ms and 29000 ms")),
    }
    Ok(())
}

fn check_aws_uri(integration: &Integration) -> Result<(), AwsError> {
    let uri = integration.uri.as_deref().unwrap_or_default();
    let mut parts = uri.splitn(6, ':');
    let is_arn = parts.next() == Some("arn");
    let service = parts.nth(1).unwrap_or_default();
    let target = parts.nth(2).unwrap_or_default();
    if !is_arn || service.is_empty() {
        return Err(bad_request("Invalid ARN specified in the request"));
    }
    if service != "apigateway" || !(target.starts_with("path/") || target.starts_with("action/")) {
        return Err(bad_request("AWS ARN for integration must contain path or action"));
    }
    if integration.kind == "AWS_PROXY" && function_arn(uri).is_none() && !uri.contains(":firehose:action/PutRecord") {
        return Err(bad_request(
            "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.",
        ));
    }
    if integration.http_method.is_none() {
        return Err(bad_request("Enumeration value for HttpMethod must be non-empty"));
    }
    Ok(())
}

/// Refuses a definition that cannot be deployed.
pub fn check_deployable(definition: &Definition) -> Result<(), AwsError> {
    let mut methods = definition.resources.values().flat_map(|resource| resource.resource_methods.values()).peekable();
    if methods.peek().is_none() {
        return Err(bad_request("The REST API doesn't contain any methods"));
    }
    if methods.any(|method| method.method_integration.is_none()) {
        return Err(bad_request("No integration defined for method"));
    }
    Ok(())
}

/// Refuses a stage name with letters that a path cannot hold.
pub fn check_stage_name(name: &str) -> Result<(), AwsError> {
    let fits = !name.is_empty()
        && name.len() <= 128
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-');
    if fits { Ok(()) } else { Err(bad_request("Stage name only allows a-zA-Z0-9_-")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_integration_must_name_a_function() {
        let lambda =
            "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:1:function:f";
        let cases = [
            (format!("{lambda}/invocations"), Ok(())),
            (
                "arn:aws:lambda:us-east-1:1:function:f".to_owned(),
                Err("AWS ARN for integration must contain path or action"),
            ),
            ("lambda".to_owned(), Err("Invalid ARN specified in the request")),
            (
                "arn:aws:apigateway:us-east-1:sqs:path/queue".to_owned(),
                Err(
                    "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.",
                ),
            ),
        ];
        for (uri, expected) in cases {
            let mut integration = Integration {
                kind: "AWS_PROXY".into(),
                uri: Some(uri.clone()),
                http_method: Some("POST".into()),
                ..Integration::default()
            };
            let found = complete_integration(&mut integration, "abc").map_err(|error| error.message);
            assert_eq!(found, expected.map_err(str::to_owned), "{uri}");
        }
    }

    #[test]
    fn path_parts() {
        for (part, fits) in
            [("pets", true), ("{petId}", true), ("{proxy+}", true), ("a b", false), ("{}", false), ("a/b", false)]
        {
            assert_eq!(is_part(part), fits, "{part}");
        }
    }
}
