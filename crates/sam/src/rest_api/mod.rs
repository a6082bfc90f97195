//! `AWS::Serverless::Api`: a REST API with its stage and deployment.

mod auth;
mod authorizer;
mod cors;
mod deployment;
mod domain;
mod policy;
mod swagger;
mod usage_plan;

pub(crate) use auth::add_to_method as add_auth_to_method;
pub(crate) use policy::{add_custom_statements, add_resource_policy};
pub(crate) use swagger::{
    INTEGRATION, Swagger, branches_mut, invalid_method, is_open_api_3, is_valid, method_name, only_if, skeleton,
};
pub(crate) use usage_plan::SharedUsagePlan;

use serde_json::{Value, json};

use crate::Problem;
use crate::properties::{Property, Shape, check, optional};
use crate::py27::{Dict, Py, Text, dict};
use crate::references::Parameters;
use crate::resource::{Resource, Source};
use crate::values::is_intrinsic;
use crate::world::{Fault, World};

const PROPERTIES: [Property; 33] = [
    optional("__MANAGE_SWAGGER", Shape::Bool),
    optional("Name", Shape::TextOrMap),
    optional("StageName", Shape::TextOrMap).needed(),
    optional("Tags", Shape::Map),
    optional("PropagateTags", Shape::Bool),
    optional("DefinitionBody", Shape::Map),
    optional("DefinitionUri", Shape::TextOrMap),
    optional("MergeDefinitions", Shape::Bool).literal(),
    optional("CacheClusterEnabled", Shape::Bool),
    optional("CacheClusterSize", Shape::Text),
    optional("Variables", Shape::Map),
    optional("EndpointConfiguration", Shape::TextOrMap),
    optional("MethodSettings", Shape::List),
    optional("BinaryMediaTypes", Shape::List),
    optional("MinimumCompressionSize", Shape::Whole),
    optional("Cors", Shape::TextOrMap),
    optional("Auth", Shape::Map),
    optional("GatewayResponses", Shape::Map),
    optional("AccessLogSetting", Shape::Map),
    optional("CanarySetting", Shape::Map),
    optional("TracingEnabled", Shape::Bool),
    optional("OpenApiVersion", Shape::Text),
    optional("Models", Shape::Map),
    optional("Domain", Shape::Map),
    optional("FailOnWarnings", Shape::Bool),
    optional("Description", Shape::Text),
    optional("Mode", Shape::Text),
    optional("DisableExecuteApiEndpoint", Shape::Bool),
    optional("ApiKeySourceType", Shape::Text),
    optional("AlwaysDeploy", Shape::Bool).literal(),
    optional("Policy", Shape::TextOrMap),
    optional("SecurityPolicy", Shape::Text),
    optional("EndpointAccessMode", Shape::Text),
];

const ENDPOINT: &str = "x-amazon-apigateway-endpoint-configuration";

/// An API while it is being translated.
pub(crate) struct Api<'a> {
    pub(crate) source: &'a Source,
    pub(crate) properties: Dict,
    /// The definition, where it stands in the template.
    pub(crate) body: Option<Py>,
    pub(crate) partition: &'static str,
}

impl Api<'_> {
    pub(crate) fn id(&self) -> &str {
        &self.source.id
    }

    /// A property that Python takes for true.
    pub(crate) fn set(&self, name: &str) -> Option<&Py> {
        self.properties.truthy(name)
    }

    /// A property that is not null.
    pub(crate) fn given(&self, name: &str) -> Option<&Py> {
        self.properties.get(name).filter(|value| !value.is_none())
    }

    pub(crate) fn fail<T>(&self, message: &str) -> Result<T, Fault> {
        Err(Problem::resource(self.id(), message).into())
    }
}

pub(crate) fn translate(source: &Source, world: &mut World) -> Result<Vec<Resource>, Fault> {
    let mut properties = world.rest_apis.get(&source.id).cloned().unwrap_or_else(Dict::hashed);
    check(&source.id, "AWS::Serverless::Api", &PROPERTIES, &properties.to_json())?;
    for name in ["BinaryMediaTypes", "Domain", "Auth"] {
        if let Some(value) = properties.get_mut(name) {
            resolve_in_place(value, &world.parameters);
        }
    }
    let body = properties.truthy("DefinitionBody").cloned();
    let mut api = Api { source, properties, body, partition: world.partition };
    let rest_api = rest_api(&mut api)?;
    let domain = domain::resources(&mut api, world)?;
    let (deployment, stage) = deployment::with_stage(&api, &rest_api, world);
    let mut resources = vec![rest_api, deployment];
    let usage_plan = usage_plan::resources(&api, &stage, world)?;
    resources.push(stage);
    resources.extend(auth::permissions(&api)?);
    resources.extend(domain);
    resources.extend(usage_plan);
    if api.set("PropagateTags").is_some()
        && let Some(Py::Dict(tags)) = api.set("Tags")
    {
        crate::function::propagate_tags(&mut resources, &tags.to_json());
    }
    Ok(resources)
}

/// References to parameters replaced, as in [`Parameters::resolve_in_place`]; parameters are text of
/// the template, too.
fn resolve_in_place(value: &mut Py, parameters: &Parameters) {
    if let Some((key, argument)) = value.single() {
        match (key.text.as_str(), argument) {
            ("Ref", Py::Text(name)) => {
                if let Some(parameter) = parameters.get(&name.text) {
                    *value = Py::from_template(parameter);
                }
            }
            ("Fn::Sub", _) => substitute(value, parameters),
            _ => {}
        }
    }
    match value {
        Py::List(items) => items.iter_mut().for_each(|item| resolve_in_place(item, parameters)),
        Py::Dict(map) => {
            for key in map.keys() {
                if let Some(value) = map.get_mut(&key.text) {
                    resolve_in_place(value, parameters);
                }
            }
        }
        _ => {}
    }
}

fn substitute(value: &mut Py, parameters: &Parameters) {
    let text = match value.as_dict_mut().and_then(|map| map.get_mut("Fn::Sub")) {
        Some(Py::Text(text)) => text,
        Some(Py::List(parts)) => match parts.first_mut() {
            Some(Py::Text(text)) => text,
            _ => return,
        },
        _ => return,
    };
    text.text = parameters.substitute(&text.text);
}

fn rest_api(api: &mut Api) -> Result<Resource, Fault> {
    check_definition(api)?;
    let mut resource = Resource::new(api.id(), "AWS::ApiGateway::RestApi", &api.source.attributes)
        .depends_on(api.source.depends_on.clone());
    for name in ["BinaryMediaTypes", "MinimumCompressionSize"] {
        resource = resource.with_given(name, api.given(name).map(Py::to_json).as_ref());
    }
    match api.set("EndpointConfiguration").map(Py::to_json) {
        Some(configuration) => set_endpoint(api, &mut resource, &configuration)?,
        // Only the standard partition has edge-optimised APIs.
        None if api.partition != "aws" => set_endpoint(api, &mut resource, &json!("REGIONAL"))?,
        None => {}
    }
    cors::add(api)?;
    auth::add(api)?;
    add_gateway_responses(api)?;
    add_binary_media_types(api)?;
    add_models(api)?;
    disable_endpoint(api)?;
    if let Some(uri) = api.set("DefinitionUri").map(Py::to_json) {
        resource.put("BodyS3Location", crate::http_api::body_location(api.id(), &uri)?);
    } else if let Some(body) = api.body.take() {
        let body = to_open_api_3(api, body)?;
        resource.put("Body", body.to_json());
        api.body = Some(body);
    }
    let handed_on = [
        "FailOnWarnings",
        "Name",
        "Description",
        "Mode",
        "ApiKeySourceType",
        "Policy",
        "SecurityPolicy",
        "EndpointAccessMode",
    ];
    for name in handed_on {
        resource = resource.with_given(name, api.set(name).map(Py::to_json).as_ref());
    }
    Ok(resource)
}

fn check_definition(api: &Api) -> Result<(), Fault> {
    let has_uri = api.set("DefinitionUri").is_some();
    if has_uri && api.body.is_some() {
        return api.fail("Specify either 'DefinitionUri' or 'DefinitionBody' property and not both.");
    }
    if has_uri && api.set("MergeDefinitions").is_some() {
        return api.fail("Cannot set 'MergeDefinitions' to True when using `DefinitionUri`.");
    }
    if let Some(version) = api.set("OpenApiVersion") {
        let version = swagger::text_of(version);
        if !swagger::matches_version(&version, "23") {
            return api.fail("The OpenApiVersion value must be of the format '3.0.0'.");
        }
    }
    Ok(())
}

fn set_endpoint(api: &Api, resource: &mut Resource, value: &Value) -> Result<(), Fault> {
    let kind = value.get("Type").filter(|kind| crate::values::truthy(kind));
    let Some(kind) = kind else {
        resource.put("EndpointConfiguration", json!({ "Types": [value] }));
        resource.put("Parameters", json!({ "endpointConfigurationTypes": value }));
        return Ok(());
    };
    let mut configuration = json!({ "Types": [kind] });
    let endpoints = (value.get("VPCEndpointIds"), value.get("VpcEndpointIds"));
    if let (Some(_), Some(_)) = endpoints {
        return api.fail(
            "'VPCEndpointIds' and 'VpcEndpointIds' cannot be used together in \
             EndpointConfiguration.",
        );
    }
    if let Some(ids) = endpoints.0.or(endpoints.1) {
        configuration["VpcEndpointIds"] = ids.clone();
    }
    if let Some(addresses) = value.get("IpAddressType") {
        configuration["IpAddressType"] = addresses.clone();
    }
    resource.put("EndpointConfiguration", configuration);
    resource.put("Parameters", json!({ "endpointConfigurationTypes": kind }));
    Ok(())
}

fn add_gateway_responses(api: &mut Api) -> Result<(), Fault> {
    let Some(Py::Dict(responses)) = api.set("GatewayResponses").cloned() else { return Ok(()) };
    let Some(body) = &api.body else {
        return api.fail(
            "GatewayResponses works only with inline Swagger specified in 'DefinitionBody' \
             property.",
        );
    };
    for (name, response) in responses.iter() {
        let json = response.to_json();
        if is_intrinsic(&json) {
            return api.fail(
                "Unable to set GatewayResponses attribute because intrinsic functions are not \
                 supported for this field.",
            );
        }
        let Value::Object(map) = &json else {
            return api.fail(&format!(
                "Invalid property type '{}' for GatewayResponses. Expected an object of type \
                 'GatewayResponse'.",
                type_name(response)
            ));
        };
        let known = ["ResponseParameters", "ResponseTemplates", "StatusCode"];
        if let Some(key) = map.keys().find(|key| !known.contains(&key.as_str())) {
            return api.fail(&format!("Invalid property '{key}' in 'GatewayResponses' property '{}'.", name.text));
        }
    }
    if !is_valid(body) {
        return api.fail(
            "Unable to add Auth configuration because 'DefinitionBody' does not contain a valid \
             Swagger definition.",
        );
    }
    let mut swagger = Swagger::open(body)?;
    for (name, response) in responses.iter() {
        let response = gateway_response(api, &name.text, response)?;
        swagger.gateway_responses.insert_text(name, response.into());
    }
    api.body = Some(swagger.document());
    Ok(())
}

fn type_name(value: &Py) -> &'static str {
    match value {
        Py::None => "NoneType",
        Py::Bool(_) => "bool",
        Py::Number(number) if number.is_f64() => "float",
        Py::Number(_) => "int",
        Py::Text(_) => "Py27UniStr",
        Py::List(_) => "list",
        Py::Dict(_) => "Py27Dict",
    }
}

fn gateway_response(api: &Api, name: &str, response: &Py) -> Result<Dict, Fault> {
    let empty = Dict::hashed();
    let response = response.as_dict().unwrap_or(&empty);
    let mut parameters = Dict::hashed();
    if let Some(given) = response.truthy("ResponseParameters") {
        let Py::Dict(given) = given else {
            return api.fail(&format!("Property 'GatewayResponses.{name}.ResponseParameters' should be a map."));
        };
        let kinds = [("Headers", "header."), ("Paths", "path."), ("QueryStrings", "querystring.")];
        if let Some(key) = given.keys().iter().find(|key| kinds.iter().all(|(k, _)| *k != key.text)) {
            return api.fail(&format!("Invalid gateway response parameter '{}'", key.text));
        }
        for (kind, prefix) in kinds {
            let Some(values) = given.get(kind) else { continue };
            let Py::Dict(values) = values else {
                return api.fail(&format!("Property 'ResponseParameters.{kind}' should be a map."));
            };
            for (key, value) in values.iter() {
                let text = format!("gatewayresponse.{prefix}{}", key.text);
                parameters.insert_text(Text { text, unicode: key.unicode }, value.clone());
            }
        }
    }
    let templates = response.truthy("ResponseTemplates").cloned();
    let mut swagger = dict([
        ("responseParameters", parameters.into()),
        ("responseTemplates", templates.unwrap_or_else(|| Dict::hashed().into())),
    ]);
    if let Some(status) = response.get("StatusCode").filter(|status| !status.is_none()) {
        let text = swagger::text_of(status);
        let figures = (1..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        if status.truthy() && !figures {
            return api.fail("Property 'StatusCode' must be numeric");
        }
        if !text.is_empty() {
            swagger.insert("statusCode", text);
        }
    }
    Ok(swagger)
}

fn add_binary_media_types(api: &mut Api) -> Result<(), Fault> {
    let (Some(types), Some(body)) = (api.set("BinaryMediaTypes").cloned(), &api.body) else {
        return Ok(());
    };
    let mut swagger = Swagger::open(body)?;
    swagger.document.insert("x-amazon-apigateway-binary-media-types", unescaped(&types));
    api.body = Some(swagger.document());
    Ok(())
}

/// `~1` stands for a slash.
fn unescaped(value: &Py) -> Py {
    let text = |text: &str| Text { text: text.replace("~1", "/"), unicode: true };
    match value {
        Py::Text(value) => Py::Text(text(&value.text)),
        Py::List(items) => Py::List(items.iter().map(unescaped).collect()),
        Py::Dict(map) => {
            let mut copy = Dict::hashed();
            for (key, value) in map.iter() {
                copy.insert_text(text(&key.text), unescaped(value));
            }
            copy.into()
        }
        other => other.clone(),
    }
}

fn add_models(api: &mut Api) -> Result<(), Fault> {
    let Some(Py::Dict(models)) = api.set("Models").cloned() else { return Ok(()) };
    let Some(body) = &api.body else {
        return api.fail("Models works only with inline Swagger specified in 'DefinitionBody' property.");
    };
    if !is_valid(body) {
        return api.fail(
            "Unable to add Models definitions because 'DefinitionBody' does not contain a valid \
             Swagger definition.",
        );
    }
    if models.iter().any(|(_, model)| model.as_dict().is_none()) {
        return api.fail("Invalid value for 'Models' property");
    }
    let mut swagger = Swagger::open(body)?;
    for (name, model) in models.iter() {
        if model.as_dict().and_then(|model| model.truthy("type")).is_none() {
            return crate::world::invalid_document("'Models' schema is missing 'type'.");
        }
        let name = Text { text: name.text.to_lowercase(), unicode: name.unicode };
        swagger.definitions.insert_text(name, model.clone());
    }
    let body = swagger.document();
    api.body = Some(to_open_api_3(api, body)?);
    Ok(())
}

fn disable_endpoint(api: &mut Api) -> Result<(), Fault> {
    let Some(disable) = api.given("DisableExecuteApiEndpoint").cloned() else { return Ok(()) };
    let Some(body) = &api.body else {
        return api.fail("DisableExecuteApiEndpoint works only within 'DefinitionBody' property.");
    };
    let mut swagger = Swagger::open(body)?;
    let disable_in = |holder: &mut Dict| match holder.entry(ENDPOINT.into(), || Py::Dict(Dict::inserted())) {
        Py::Dict(configuration) => {
            configuration.insert("disableExecuteApiEndpoint", disable.clone());
            None
        }
        _ => Some(format!("The value of '{ENDPOINT}' should be a map")),
    };
    let version = swagger.document.truthy("openapi").map(swagger::text_of);
    if version.is_some_and(|version| is_open_api_3(&version)) {
        let one = || Py::List(vec![Dict::hashed().into()]);
        if let Py::List(servers) = swagger.document.entry("servers".into(), one) {
            for (index, server) in servers.iter_mut().enumerate() {
                let complaint = match server {
                    Py::Dict(server) => disable_in(server),
                    _ => Some("It should be a map".to_owned()),
                };
                if let Some(complaint) = complaint {
                    return crate::world::invalid_document(format!(
                        "Invalid OpenAPI definition of 'servers[{index}]': {complaint}."
                    ));
                }
            }
        }
    } else if let Some(complaint) = disable_in(&mut swagger.document) {
        return crate::world::invalid_document(format!("Invalid OpenAPI definition: {complaint}."));
    }
    api.body = Some(swagger.document());
    Ok(())
}

/// Moves what has another place in OpenAPI 3, if the API is of that version.
pub(crate) fn to_open_api_3(api: &Api, body: Py) -> Result<Py, Fault> {
    let Py::Dict(mut document) = body else { return Ok(body) };
    if document.get("swagger").is_some_and(|version| !version.is_none()) {
        return Ok(document.into());
    }
    let asked = api.given("OpenApiVersion");
    let own = document.get("openapi").filter(|version| !version.is_none());
    let version = asked.or(own).map(swagger::text_of);
    if !version.is_some_and(|version| is_open_api_3(&version)) {
        return Ok(document.into());
    }
    for (old, new) in [("securityDefinitions", "securitySchemes"), ("definitions", "schemas")] {
        let Some(moved) = document.truthy(old).cloned() else { continue };
        let components = document.truthy("components").and_then(Py::as_dict).cloned();
        let mut components = components.unwrap_or_else(Dict::hashed);
        components.insert(new, moved);
        document.insert("components", components);
        document.remove(old);
    }
    if let Some(paths) = document.get_mut("paths").filter(|paths| paths.truthy()) {
        let Py::Dict(paths) = paths else {
            return crate::world::invalid_document("Value of paths must be a dictionary according to Swagger spec.");
        };
        for path in paths.keys() {
            let Some(item) = paths.get_mut(&path.text) else { continue };
            let Py::Dict(item) = item else { return swagger::invalid_path(&path.text) };
            match item.get_mut("options").filter(|options| options.truthy()) {
                None => {}
                Some(Py::Dict(options)) => cors::to_open_api_3(options, &path.text)?,
                Some(_) => {
                    return crate::world::invalid_document(format!(
                        "Value of options method for path {} must be a dictionary according to \
                         Swagger spec.",
                        path.text
                    ));
                }
            }
        }
    }
    Ok(document.into())
}
