//! From an OpenAPI 3.0 document to an HTTP API.

use std::collections::BTreeMap;

use kernel::{AwsError, Kernel};
use serde_json::{Map, Value};

use super::{
    model::{Authorizer, Cors, Definition, HttpApi, Integration, Jwt, Route},
    rules,
};
use crate::{
    error::bad_request,
    openapi::{self, INTEGRATION, Operation, number, object, requirements, resolved, scalar, texts},
};

/// Makes `api` what `document` says; routes, integrations and authorizers are replaced.
pub fn apply(kernel: &Kernel, api: &mut HttpApi, document: &Value, base_path: &str) -> Result<(), AwsError> {
    if !document["openapi"].as_str().is_some_and(|version| version.starts_with('3')) {
        return Err(bad_request("Unable to import API: only OpenAPI version 3.0 is supported for HTTP APIs"));
    }
    describe(api, document)?;
    let mut import = Import { kernel, document, definition: Definition::default(), warnings: Vec::new() };
    import.authorizers()?;
    let prefix = if base_path == "prepend" { openapi::base_path(document) } else { String::new() };
    for operation in openapi::operations(document) {
        import.route(&operation, &prefix)?;
    }
    api.definition = import.definition;
    api.info.warnings = import.warnings;
    Ok(())
}

/// What the document says about the API as a whole.
fn describe(api: &mut HttpApi, document: &Value) -> Result<(), AwsError> {
    let info = &mut api.info;
    if let Some(title) = document["info"]["title"].as_str() {
        title.clone_into(&mut info.name);
    }
    if let Some(text) = document["info"]["description"].as_str() {
        info.description = Some(text.to_owned());
    }
    if let Some(version) = scalar(&document["info"]["version"]) {
        info.version = Some(version);
    }
    for tag in openapi::list(&document["tags"]) {
        if let (Some(name), Some(value)) = (tag["name"].as_str(), tag["x-amazon-apigateway-tag-value"].as_str()) {
            info.tags.insert(name.to_owned(), value.to_owned());
        }
    }
    info.cors_configuration = cors(&document["x-amazon-apigateway-cors"]);
    rules::check_cors(info.cors_configuration.as_ref())
}

fn cors(given: &Value) -> Option<Cors> {
    given.is_object().then(|| Cors {
        allow_credentials: given["allowCredentials"].as_bool(),
        allow_headers: texts(&given["allowHeaders"]),
        allow_methods: texts(&given["allowMethods"]),
        allow_origins: texts(&given["allowOrigins"]),
        expose_headers: texts(&given["exposeHeaders"]),
        max_age: number(&given["maxAge"]).and_then(|seconds| i64::try_from(seconds).ok()),
    })
}

struct Import<'a> {
    kernel: &'a Kernel,
    document: &'a Value,
    definition: Definition,
    warnings: Vec<String>,
}

impl Import<'_> {
    fn id(&self) -> String {
        self.kernel.rng.lower_alphanumeric(7)
    }

    fn authorizers(&mut self) -> Result<(), AwsError> {
        let mut found = BTreeMap::new();
        for (name, scheme) in object(openapi::security_schemes(self.document)) {
            let given = &scheme["x-amazon-apigateway-authorizer"];
            if given.is_object() {
                let authorizer = authorizer(self.id(), name, given);
                rules::check_authorizer(&authorizer)?;
                found.insert(authorizer.authorizer_id.clone(), authorizer);
            }
        }
        self.definition.authorizers = found;
        Ok(())
    }

    fn route(&mut self, operation: &Operation, prefix: &str) -> Result<(), AwsError> {
        let is_default = operation.path.trim_start_matches('/') == "$default";
        let key =
            if is_default { "$default".to_owned() } else { format!("{} {prefix}{}", operation.method, operation.path) };
        rules::check_route_key(&key)?;
        let mut route = Route {
            route_id: self.id(),
            route_key: key,
            authorization_type: "NONE".to_owned(),
            operation_name: operation.body["operationId"].as_str().map(str::to_owned),
            ..Route::default()
        };
        self.authorize(operation, &mut route);
        let given = resolved(self.document, &operation.body[INTEGRATION]);
        if given.is_object() {
            let mut integration = integration(self.id(), given);
            rules::complete_integration(&mut integration)?;
            route.target = Some(format!("integrations/{}", integration.integration_id));
            self.definition.integrations.insert(integration.integration_id.clone(), integration);
        }
        self.definition.routes.insert(route.route_id.clone(), route);
        Ok(())
    }

    /// Turns the operation's security requirements into the route's authorization.
    fn authorize(&mut self, operation: &Operation, route: &mut Route) {
        for (name, scopes) in requirements(self.document, operation.body) {
            let scheme = &openapi::security_schemes(self.document)[name];
            let found = self.definition.authorizers.values().find(|authorizer| authorizer.name == name);
            if let Some(authorizer) = found {
                let jwt = authorizer.authorizer_type == "JWT";
                if jwt { "JWT" } else { "CUSTOM" }.clone_into(&mut route.authorization_type);
                route.authorizer_id = Some(authorizer.authorizer_id.clone());
                route.authorization_scopes = scopes;
            } else if scheme["x-amazon-apigateway-authtype"] == "awsSigv4" {
                "AWS_IAM".clone_into(&mut route.authorization_type);
            } else if scheme.is_object() {
                self.warnings.push(format!(
                    "Ignoring security scheme '{name}' of route '{}', which has no authorizer",
                    route.route_key
                ));
            }
        }
    }
}

fn authorizer(id: String, name: &str, given: &Value) -> Authorizer {
    let jwt = &given["jwtConfiguration"];
    let text = |name: &str| given[name].as_str().map(str::to_owned);
    // SAM writes the version as a number.
    let version = match &given["authorizerPayloadFormatVersion"] {
        Value::Number(number) => Some(format!("{:.1}", number.as_f64().unwrap_or(1.0))),
        version => version.as_str().map(str::to_owned),
    };
    Authorizer {
        authorizer_credentials_arn: text("authorizerCredentials"),
        authorizer_id: id,
        authorizer_payload_format_version: version,
        authorizer_result_ttl_in_seconds: number(&given["authorizerResultTtlInSeconds"]),
        authorizer_type: text("type").unwrap_or_default().to_uppercase(),
        authorizer_uri: text("authorizerUri"),
        enable_simple_responses: given["enableSimpleResponses"].as_bool(),
        identity_source: texts(&given["identitySource"]),
        jwt_configuration: jwt.is_object().then(|| Jwt {
            audience: texts(&jwt["audience"]),
            issuer: jwt["issuer"].as_str().unwrap_or_default().to_owned(),
        }),
        name: name.to_owned(),
    }
}

fn integration(id: String, given: &Value) -> Integration {
    let text = |name: &str| given[name].as_str().map(str::to_owned);
    let none = Map::new();
    let parameters = given["requestParameters"].as_object().unwrap_or(&none);
    Integration {
        api_gateway_managed: None,
        connection_type: text("connectionType").unwrap_or_default(),
        credentials_arn: text("credentials"),
        description: text("description"),
        integration_id: id,
        integration_method: text("httpMethod").map(|method| method.to_uppercase()),
        integration_subtype: text("subtype"),
        integration_type: text("type").unwrap_or_default().to_uppercase(),
        integration_uri: text("uri"),
        payload_format_version: scalar(&given["payloadFormatVersion"]).unwrap_or_default(),
        request_parameters: parameters.iter().filter_map(|(key, value)| Some((key.clone(), scalar(value)?))).collect(),
        timeout_in_millis: number(&given["timeoutInMillis"]).unwrap_or_default(),
    }
}
