//! Patch operations: how version 1 updates things.

use kernel::AwsError;
use serde_json::{Value, json};

use super::model::{AccessLog, Authorizer, Info, Integration, Method, Stage, Texts};
use crate::error::bad_request;

/// One operation of a patch.
pub struct Operation<'a> {
    /// `add`, `remove`, `replace` …
    pub op: &'a str,
    /// A JSON pointer.
    pub path: &'a str,
    /// Always text.
    pub value: Option<&'a str>,
}

/// The operations of an update's input, in order.
pub fn operations(input: &Value) -> Vec<Operation<'_>> {
    let listed = input["patchOperations"].as_array().map(Vec::as_slice).unwrap_or_default();
    listed.iter().map(Operation::read).collect()
}

/// A segment of a JSON pointer as it was before it was escaped.
fn unescaped(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
}

impl<'a> Operation<'a> {
    fn read(operation: &'a Value) -> Self {
        Self {
            op: operation["op"].as_str().unwrap_or_default(),
            path: operation["path"].as_str().unwrap_or_default(),
            value: operation["value"].as_str(),
        }
    }

    /// The value, or nothing.
    pub fn text(&self) -> String {
        self.value.unwrap_or_default().to_owned()
    }

    /// Whether the value is `true`.
    pub fn flag(&self) -> bool {
        self.value == Some("true")
    }

    /// The operation on one entry of a map under `prefix`: its key, and what to set, if not to remove.
    fn entry(&self, prefix: &str) -> Option<(String, Option<String>)> {
        let key = unescaped(self.path.strip_prefix(prefix)?);
        Some((key, (self.op != "remove").then(|| self.text())))
    }
}

/// Changes what `GetRestApi` shows.
pub fn rest_api(info: &mut Info, operation: &Operation) -> Result<(), AwsError> {
    if let Some((media_type, set)) = operation.entry("/binaryMediaTypes/") {
        info.binary_media_types.retain(|known| *known != media_type);
        match set {
            Some(other) if operation.op == "replace" => info.binary_media_types.push(other),
            Some(_) => info.binary_media_types.push(media_type),
            None => {}
        }
        return Ok(());
    }
    if operation.path.starts_with("/endpointConfiguration/") {
        return endpoint(info, operation);
    }
    match (operation.op, operation.path) {
        ("replace", "/name") if operation.text().trim().is_empty() => return Err(bad_request("Name cannot be empty")),
        ("replace", "/name") => info.name = operation.text(),
        ("replace", "/description") => info.description = Some(operation.text()),
        ("remove", "/description") => info.description = None,
        ("replace", "/version") => info.version = Some(operation.text()),
        ("replace", "/policy") => info.policy = Some(operation.text()).filter(|policy| !policy.is_empty()),
        ("replace", "/apiKeySource") => info.api_key_source = operation.text(),
        ("replace", "/disableExecuteApiEndpoint") => info.disable_execute_api_endpoint = operation.flag(),
        ("replace", "/minimumCompressionSize") => {
            // What is no number is as far outside the limits as a negative one.
            let size = operation.value.filter(|size| !size.is_empty()).map(|size| size.parse().unwrap_or(-1));
            super::rules::check_compression(size)?;
            info.minimum_compression_size = size;
        }
        (_, "/minimumCompressionSize") => {
            return Err(bad_request("Invalid patch operation specified. Must be one of: [replace]"));
        }
        (_, path) => return Err(bad_request(format!("Invalid patch path {path}"))),
    }
    Ok(())
}

/// Changes where an API's endpoint is.
fn endpoint(info: &mut Info, operation: &Operation) -> Result<(), AwsError> {
    const KINDS: [&str; 3] = ["REGIONAL", "EDGE", "PRIVATE"];
    let value = operation.text();
    if operation.entry("/endpointConfiguration/types/").is_some() {
        if !KINDS.contains(&value.as_str()) {
            return Err(bad_request("Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE"));
        }
        info.endpoint_configuration = super::rules::endpoint_configuration(&json!({"types": [value]}))?;
        return Ok(());
    }
    match (operation.path, value.as_str()) {
        ("/endpointConfiguration/ipAddressType", _) if operation.op != "replace" => {
            Err(bad_request("Invalid patch operation specified. Must be one of: [replace]"))
        }
        ("/endpointConfiguration/ipAddressType", "ipv4" | "dualstack") => {
            let types = &info.endpoint_configuration["types"];
            let wanted = json!({"types": types, "ipAddressType": value});
            info.endpoint_configuration = super::rules::endpoint_configuration(&wanted)?;
            Ok(())
        }
        ("/endpointConfiguration/ipAddressType", _) => {
            Err(bad_request("ipAddressType must be either ipv4 or dualstack."))
        }
        _ => Err(refused(operation)),
    }
}

/// Changes a stage, which may point to any of `deployments`.
pub fn stage(stage: &mut Stage, operation: &Operation, deployments: &[String]) -> Result<(), AwsError> {
    if let Some((name, set)) = operation.entry("/variables/") {
        match set {
            Some(value) => stage.variables.insert(name, value),
            None => stage.variables.remove(&name),
        };
        return Ok(());
    }
    if method_setting(stage, operation) {
        return Ok(());
    }
    if operation.path.starts_with("/accessLogSettings") {
        return access_log(&mut stage.access_log_settings, operation);
    }
    match operation.path {
        "/deploymentId" => {
            let id = operation.text();
            if !deployments.contains(&id) {
                return Err(bad_request("Deployment id does not exist"));
            }
            stage.deployment_id = id;
        }
        "/description" => stage.description = Some(operation.text()),
        "/tracingEnabled" => stage.tracing_enabled = operation.flag(),
        path => return Err(bad_request(format!("Invalid method setting path: {path}"))),
    }
    Ok(())
}

/// Changes where a stage writes its access log.
fn access_log(settings: &mut Option<AccessLog>, operation: &Operation) -> Result<(), AwsError> {
    if (operation.op, operation.path) == ("remove", "/accessLogSettings") {
        *settings = None;
        return Ok(());
    }
    let text = operation.text();
    if text.is_empty() {
        return Err(bad_request("Access Log value must not be empty"));
    }
    let settings = settings.get_or_insert_default();
    match operation.path {
        "/accessLogSettings/destinationArn" => settings.destination_arn = text,
        "/accessLogSettings/format" => settings.format = text,
        _ => {
            return Err(bad_request(
                "Invalid accessLogSettings path. Must be one of : [/accessLogSettings/destinationArn, /accessLogSettings/format]",
            ));
        }
    }
    Ok(())
}

/// Changes a setting of a stage's methods, `/RESOURCE/METHOD/GROUP/NAME`; `false` for any other path.
fn method_setting(stage: &mut Stage, operation: &Operation) -> bool {
    const SETTINGS: [(&str, &str); 8] = [
        ("/metrics/enabled", "metricsEnabled"),
        ("/logging/loglevel", "loggingLevel"),
        ("/logging/dataTrace", "dataTraceEnabled"),
        ("/throttling/burstLimit", "throttlingBurstLimit"),
        ("/throttling/rateLimit", "throttlingRateLimit"),
        ("/caching/enabled", "cachingEnabled"),
        ("/caching/ttlInSeconds", "cacheTtlInSeconds"),
        ("/caching/dataEncrypted", "cacheDataEncrypted"),
    ];
    let found = SETTINGS.iter().find_map(|(end, name)| Some((operation.path.strip_suffix(end)?, *name)));
    let Some((place, name)) = found else { return false };
    let text = operation.text();
    let value = match name {
        "loggingLevel" => json!(text),
        "throttlingRateLimit" => json!(text.parse::<f64>().ok()),
        "throttlingBurstLimit" | "cacheTtlInSeconds" => json!(text.parse::<u64>().ok()),
        _ => json!(operation.flag()),
    };
    let place = place.trim_start_matches('/');
    match operation.op {
        "remove" => stage.method_settings[place][name] = Value::Null,
        _ => stage.method_settings[place][name] = value,
    }
    true
}

/// Sets or removes an entry of `map` under `prefix`; `false` for any other path.
fn in_map(map: &mut Texts, prefix: &str, operation: &Operation) -> bool {
    match operation.entry(prefix) {
        Some((key, Some(value))) => {
            map.insert(key, value);
        }
        Some((key, None)) => {
            map.remove(&key);
        }
        None => return false,
    }
    true
}

/// Refuses a path that cannot be patched.
fn refused(operation: &Operation) -> AwsError {
    bad_request(format!("Invalid patch path {}", operation.path))
}

/// What an optional text becomes.
fn optional(operation: &Operation) -> Option<String> {
    (operation.op != "remove").then(|| operation.text())
}

/// Changes a method.
pub fn method(method: &mut Method, operation: &Operation) -> Result<(), AwsError> {
    const ONLY_REPLACED: [&str; 5] =
        ["/authorizationType", "/authorizerId", "/apiKeyRequired", "/operationName", "/requestValidatorId"];
    if in_map(&mut method.request_models, "/requestModels/", operation) {
        return Ok(());
    }
    if let Some((name, set)) = operation.entry("/requestParameters/") {
        match set {
            Some(_) => method.request_parameters.insert(name, operation.flag()),
            None => method.request_parameters.remove(&name),
        };
        return Ok(());
    }
    if ONLY_REPLACED.contains(&operation.path) && operation.op != "replace" {
        return Err(bad_request("Invalid patch operation specified. Must be one of: [replace]"));
    }
    match operation.path {
        "/authorizationType" => method.authorization_type = operation.text(),
        "/authorizerId" => method.authorizer_id = Some(operation.text()),
        "/apiKeyRequired" => method.api_key_required = operation.flag(),
        "/operationName" => method.operation_name = Some(operation.text()),
        "/requestValidatorId" => method.request_validator_id = optional(operation).filter(|id| !id.is_empty()),
        "/authorizationScopes" if operation.op == "remove" => {
            method.authorization_scopes.retain(|scope| *scope != operation.text());
        }
        "/authorizationScopes" => method.authorization_scopes.push(operation.text()),
        _ => return Err(refused(operation)),
    }
    Ok(())
}

/// Changes an integration.
pub fn integration(integration: &mut Integration, operation: &Operation) -> Result<(), AwsError> {
    if in_map(&mut integration.request_templates, "/requestTemplates/", operation)
        || in_map(&mut integration.request_parameters, "/requestParameters/", operation)
    {
        return Ok(());
    }
    match operation.path {
        "/uri" => integration.uri = Some(operation.text()),
        "/httpMethod" => integration.http_method = Some(operation.text()),
        "/credentials" => integration.credentials = optional(operation).filter(|role| !role.is_empty()),
        "/passthroughBehavior" => integration.passthrough_behavior = operation.text(),
        "/contentHandling" => integration.content_handling = optional(operation),
        "/cacheNamespace" => integration.cache_namespace = operation.text(),
        "/timeoutInMillis" => integration.timeout_in_millis = operation.text().parse().unwrap_or_default(),
        _ => return Err(refused(operation)),
    }
    Ok(())
}

/// Changes an authorizer.
pub fn authorizer(authorizer: &mut Authorizer, operation: &Operation) -> Result<(), AwsError> {
    match operation.path {
        "/name" => authorizer.name = operation.text(),
        "/type" => authorizer.kind = operation.text(),
        "/authType" => authorizer.auth_type = optional(operation),
        "/authorizerUri" => authorizer.authorizer_uri = Some(operation.text()),
        "/authorizerCredentials" => authorizer.authorizer_credentials = optional(operation),
        "/identitySource" => authorizer.identity_source = Some(operation.text()),
        "/identityValidationExpression" => authorizer.identity_validation_expression = optional(operation),
        "/authorizerResultTtlInSeconds" => authorizer.authorizer_result_ttl_in_seconds = operation.text().parse().ok(),
        "/providerARNs" if operation.op == "remove" => {
            authorizer.provider_arns.retain(|arn| *arn != operation.text());
        }
        "/providerARNs" => authorizer.provider_arns.push(operation.text()),
        _ => return Err(refused(operation)),
    }
    Ok(())
}
