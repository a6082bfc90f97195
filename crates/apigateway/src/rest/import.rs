//! From an OpenAPI document to a REST API.

use std::collections::BTreeMap;

use kernel::{AwsError, Kernel};
use serde_json::Value;

use super::{
    model::{
        Authorizer, Definition, Integration, IntegrationResponse, Method, MethodResponse, Model, RequestValidator,
        RestApi, Texts,
    },
    resources, responses, rules,
};
use crate::openapi::{self, INTEGRATION, Operation, list, number, object, requirements, resolved, scalar, texts};

pub use crate::openapi::read;

/// What happens to what is there already.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// It stays unless the document names it.
    Merge,
    /// It goes.
    Overwrite,
}

/// Makes `api` what `document` says.
pub fn apply(
    kernel: &Kernel,
    api: &mut RestApi,
    document: &Value,
    mode: Mode,
    base_path: &str,
) -> Result<(), AwsError> {
    describe(api, document);
    let mut import = Import { kernel, document, known: api.definition.clone(), warnings: Vec::new() };
    if mode == Mode::Overwrite {
        api.definition = Definition::with_root(&api.info.root_resource_id);
    }
    let definition = &mut api.definition;
    definition.models.extend(import.models());
    import.gateway_responses(definition)?;
    import.validators(definition);
    import.authorizers(definition);
    let prefix = if base_path == "prepend" { openapi::base_path(document) } else { String::new() };
    for operation in openapi::operations(document) {
        let path = format!("{prefix}{}", operation.path);
        let id = import.resource(definition, &path)?;
        let method = import.method(definition, &operation, &id)?;
        rules::resource_mut(definition, &id)?.resource_methods.insert(operation.method, method);
    }
    api.info.warnings = import.warnings;
    Ok(())
}

/// What the document says about the API as a whole.
fn describe(api: &mut RestApi, document: &Value) {
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
    let media_types = &document["x-amazon-apigateway-binary-media-types"];
    if media_types.is_array() {
        info.binary_media_types = texts(media_types);
    }
    if let Some(source) = document["x-amazon-apigateway-api-key-source"].as_str() {
        info.api_key_source = source.to_uppercase();
    }
    if let Some(size) = number(&document["x-amazon-apigateway-minimum-compression-size"]) {
        info.minimum_compression_size = i64::try_from(size).ok();
    }
    match &document["x-amazon-apigateway-policy"] {
        Value::Null => {}
        Value::String(policy) => info.policy = Some(policy.clone()),
        policy => info.policy = Some(policy.to_string()),
    }
    let endpoint = &document["x-amazon-apigateway-endpoint-configuration"];
    if let Some(flag) = endpoint["disableExecuteApiEndpoint"].as_bool() {
        info.disable_execute_api_endpoint = flag;
    }
}

struct Import<'a> {
    kernel: &'a Kernel,
    document: &'a Value,
    /// What was there before: resources and authorizers keep their ids when they come again.
    known: Definition,
    warnings: Vec<String>,
}

impl Import<'_> {
    fn models(&self) -> BTreeMap<String, Model> {
        let version_3 = &self.document["components"]["schemas"];
        let schemas = if version_3.is_object() { version_3 } else { &self.document["definitions"] };
        let model = |(name, schema): (&String, &Value)| {
            let model = Model {
                id: self.kernel.rng.lower_alphanumeric(6),
                name: name.clone(),
                description: schema["description"].as_str().map(str::to_owned),
                schema: schema.to_string(),
                content_type: "application/json".to_owned(),
            };
            (name.clone(), model)
        };
        object(schemas).map(model).collect()
    }

    fn gateway_responses(&self, definition: &mut Definition) -> Result<(), AwsError> {
        for (kind, given) in object(&self.document["x-amazon-apigateway-gateway-responses"]) {
            definition.gateway_responses.insert(kind.clone(), responses::complete(kind, given)?);
        }
        Ok(())
    }

    fn validators(&self, definition: &mut Definition) {
        for (name, given) in object(&self.document["x-amazon-apigateway-request-validators"]) {
            let known = self.known.validators.values().find(|validator| validator.name == *name);
            let id = known.map_or_else(|| self.kernel.rng.lower_alphanumeric(6), |validator| validator.id.clone());
            let flag = |name: &str| given[name] == Value::Bool(true);
            let validator = RequestValidator {
                id: id.clone(),
                name: name.clone(),
                validate_request_body: flag("validateRequestBody"),
                validate_request_parameters: flag("validateRequestParameters"),
            };
            definition.validators.insert(id, validator);
        }
    }

    fn authorizers(&self, definition: &mut Definition) {
        for (name, scheme) in object(openapi::security_schemes(self.document)) {
            let given = &scheme["x-amazon-apigateway-authorizer"];
            if !given.is_object() {
                continue;
            }
            let known = self.known.authorizers.values().find(|authorizer| authorizer.name == *name);
            let id = known.map_or_else(|| self.kernel.rng.lower_alphanumeric(6), |authorizer| authorizer.id.clone());
            definition.authorizers.insert(id.clone(), authorizer(id, name, scheme, given));
        }
    }

    /// The id of the resource at `path`, made with its parents if it is not there.
    fn resource(&self, definition: &mut Definition, path: &str) -> Result<String, AwsError> {
        let root = definition.resources.values().find(|resource| resource.path == "/");
        let mut parent = root.cloned().ok_or_else(|| AwsError::internal("an API without a root resource"))?;
        for part in path.split('/').filter(|part| !part.is_empty()) {
            let path = rules::child_path(&parent.path, part);
            let found = definition.resources.values().find(|resource| resource.path == path).cloned();
            if let Some(resource) = found {
                parent = resource;
                continue;
            }
            rules::check_child(definition, &parent, part)?;
            let known = self.known.resources.values().find(|resource| resource.path == path);
            let id = known.map_or_else(|| self.kernel.rng.lower_alphanumeric(6), |known| known.id.clone());
            parent = resources::child(&parent, part, id);
            definition.resources.insert(parent.id.clone(), parent.clone());
        }
        Ok(parent.id)
    }

    fn method(
        &mut self,
        definition: &Definition,
        operation: &Operation,
        resource_id: &str,
    ) -> Result<Method, AwsError> {
        let body = operation.body;
        let mut method = Method {
            http_method: operation.method.clone(),
            operation_name: body["operationId"].as_str().map(str::to_owned),
            request_parameters: request_parameters(operation),
            request_models: request_models(operation),
            request_validator_id: self.validator_of(definition, body),
            method_responses: method_responses(self.document, body),
            ..Method::default()
        };
        self.authorize(definition, operation, &mut method);
        let given = &body[INTEGRATION];
        if given.is_object() {
            let mut integration = integration(given);
            rules::complete_integration(&mut integration, resource_id)?;
            method.method_integration = Some(integration);
        }
        Ok(method)
    }

    fn validator_of(&self, definition: &Definition, operation: &Value) -> Option<String> {
        const VALIDATOR: &str = "x-amazon-apigateway-request-validator";
        let name = operation[VALIDATOR].as_str().or_else(|| self.document[VALIDATOR].as_str())?;
        definition.validators.values().find(|validator| validator.name == name).map(|validator| validator.id.clone())
    }

    /// Turns the operation's security requirements into the method's authorization.
    fn authorize(&mut self, definition: &Definition, operation: &Operation, method: &mut Method) {
        "NONE".clone_into(&mut method.authorization_type);
        if operation.body["x-amazon-apigateway-auth"]["type"] == "AWS_IAM" {
            "AWS_IAM".clone_into(&mut method.authorization_type);
        }
        for (name, scopes) in requirements(self.document, operation.body) {
            let scheme = &openapi::security_schemes(self.document)[name];
            if let Some(authorizer) = definition.authorizers.values().find(|authorizer| authorizer.name == name) {
                let cognito = authorizer.kind == "COGNITO_USER_POOLS";
                if cognito { "COGNITO_USER_POOLS" } else { "CUSTOM" }.clone_into(&mut method.authorization_type);
                method.authorizer_id = Some(authorizer.id.clone());
                method.authorization_scopes = scopes;
            } else if scheme["x-amazon-apigateway-authtype"] == "awsSigv4" {
                "AWS_IAM".clone_into(&mut method.authorization_type);
            } else if scheme["type"] == "apiKey" {
                method.api_key_required = true;
            } else if scheme.is_object() {
                let place = format!("{} {}", operation.method, operation.path);
                self.warnings.push(format!("Ignoring security scheme '{name}' of '{place}', which has no authorizer"));
            }
        }
    }
}

fn authorizer(id: String, name: &str, scheme: &Value, given: &Value) -> Authorizer {
    let kind = given["type"].as_str().unwrap_or_default().to_uppercase();
    let header = scheme["name"].as_str().filter(|_| kind != "REQUEST");
    let source = header.map(|header| format!("method.request.header.{header}"));
    Authorizer {
        id,
        name: name.to_owned(),
        provider_arns: texts(&given["providerARNs"]),
        auth_type: scheme["x-amazon-apigateway-authtype"].as_str().map(str::to_owned),
        authorizer_uri: given["authorizerUri"].as_str().map(str::to_owned),
        authorizer_credentials: given["authorizerCredentials"].as_str().map(str::to_owned),
        identity_source: given["identitySource"].as_str().map(str::to_owned).or(source),
        identity_validation_expression: given["identityValidationExpression"].as_str().map(str::to_owned),
        authorizer_result_ttl_in_seconds: number(&given["authorizerResultTtlInSeconds"]),
        kind,
    }
}

/// `method.request.LOCATION.NAME` → required, for every parameter in the path, query or headers.
fn request_parameters(operation: &Operation) -> BTreeMap<String, bool> {
    let named = operation.parameters.iter().filter_map(|parameter| {
        let location = match parameter["in"].as_str()? {
            "query" => "querystring",
            location @ ("path" | "header") => location,
            _ => return None,
        };
        let required = parameter["required"] == Value::Bool(true);
        Some((format!("method.request.{location}.{}", parameter["name"].as_str()?), required))
    });
    named.collect()
}

/// The models of the request's body by content type.
fn request_models(operation: &Operation) -> Texts {
    let model = |schema: &Value| schema["$ref"].as_str()?.rsplit('/').next().map(str::to_owned);
    let swagger = operation.parameters.iter().filter(|parameter| parameter["in"] == "body");
    let swagger = swagger.filter_map(|parameter| Some(("application/json".to_owned(), model(&parameter["schema"])?)));
    let version_3 = object(&operation.body["requestBody"]["content"]);
    swagger.chain(version_3.filter_map(|(kind, body)| Some((kind.clone(), model(&body["schema"])?)))).collect()
}

fn method_responses(document: &Value, operation: &Value) -> BTreeMap<String, MethodResponse> {
    let codes = object(&operation["responses"]).filter(|(code, _)| *code != "default");
    let response = |(code, response): (&String, &Value)| {
        let headers = object(&resolved(document, response)["headers"]);
        let parameters = headers.map(|(name, _)| (format!("method.response.header.{name}"), false));
        let made = MethodResponse {
            status_code: code.clone(),
            response_parameters: parameters.collect(),
            response_models: Texts::new(),
        };
        (code.clone(), made)
    };
    codes.map(response).collect()
}

fn integration(given: &Value) -> Integration {
    let text = |name: &str| given[name].as_str().map(str::to_owned);
    Integration {
        kind: text("type").unwrap_or_default().to_uppercase(),
        http_method: text("httpMethod").map(|method| method.to_uppercase()),
        uri: text("uri"),
        connection_type: text("connectionType"),
        credentials: text("credentials"),
        request_parameters: scalars(&given["requestParameters"]),
        request_templates: scalars(&given["requestTemplates"]),
        passthrough_behavior: text("passthroughBehavior").unwrap_or_default().to_uppercase(),
        content_handling: text("contentHandling"),
        timeout_in_millis: number(&given["timeoutInMillis"]).unwrap_or_default(),
        cache_namespace: text("cacheNamespace").unwrap_or_default(),
        cache_key_parameters: list(&given["cacheKeyParameters"]).iter().filter_map(scalar).collect(),
        integration_responses: object(&given["responses"]).map(|(pattern, made)| response(pattern, made)).collect(),
    }
}

fn response(pattern: &str, given: &Value) -> (String, IntegrationResponse) {
    let status = scalar(&given["statusCode"]).unwrap_or_else(|| "200".to_owned());
    let templates = object(&given["responseTemplates"]);
    let made = IntegrationResponse {
        status_code: status.clone(),
        selection_pattern: (pattern != "default").then(|| pattern.to_owned()),
        response_parameters: scalars(&given["responseParameters"]),
        response_templates: templates.map(|(kind, template)| (kind.clone(), scalar(template))).collect(),
        content_handling: given["contentHandling"].as_str().map(str::to_owned),
    };
    (status, made)
}

/// The entries of an object that are scalars, as text.
fn scalars(value: &Value) -> Texts {
    object(value).filter_map(|(key, value)| Some((key.clone(), scalar(value)?))).collect()
}
