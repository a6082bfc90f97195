//! `AWS::Serverless::HttpApi`: an API of API Gateway's second version.

mod auth;
mod definition;
mod domain;

pub(crate) use definition::{DEFAULT_PATH, OpenApi, function_uri, integration_mut, is_any, is_valid, skeleton};
pub(crate) use domain::{alias_target, record_sets, resources as domain_resources, shared_group, zone_of};

use serde_json::{Map, Value, json};

use crate::Problem;
use crate::function::parse_s3_uri;
use crate::ids::suffix_of_text;
use crate::properties::{Property, Shape, check, optional, passed};
use crate::resource::{Resource, Source};
use crate::values::{given, is_alphanumeric, is_intrinsic, printed, reference, set, truthy};
use crate::world::{Fault, World};

const PROPERTIES: [Property; 17] = [
    optional("__MANAGE_SWAGGER", Shape::Bool),
    passed("Name"),
    optional("StageName", Shape::TextOrMap),
    optional("Tags", Shape::Map),
    optional("PropagateTags", Shape::Bool),
    optional("DefinitionBody", Shape::Map),
    optional("DefinitionUri", Shape::TextOrMap),
    optional("StageVariables", Shape::Map),
    optional("CorsConfiguration", Shape::BoolOrMap),
    optional("AccessLogSettings", Shape::Map),
    optional("DefaultRouteSettings", Shape::Map),
    optional("Auth", Shape::Map),
    optional("RouteSettings", Shape::Map),
    optional("Domain", Shape::Map),
    optional("FailOnWarnings", Shape::Bool),
    optional("Description", Shape::Text),
    optional("DisableExecuteApiEndpoint", Shape::Bool),
];

const DEFAULT_STAGE: &str = "$default";
/// The tag by which SAM marks what it makes.
const TAG: &str = "httpapi:createdBy";

pub(crate) fn translate(mut source: Source, world: &mut World) -> Result<Vec<Resource>, Fault> {
    check(&source.id, "AWS::Serverless::HttpApi", &PROPERTIES, &source.properties)?;
    for name in ["CorsConfiguration", "Domain"] {
        if let Some(value) = source.properties.get_mut(name) {
            world.parameters.resolve_in_place(value);
        }
    }
    let mut tags = source.get("Tags").and_then(Value::as_object).cloned();
    let had_tags = tags.as_ref().is_some_and(|tags| !tags.is_empty());
    let has_body = source.get("DefinitionBody").is_some();
    let api = construct(&source, world.partition, &mut tags)?;
    let domain = domain::resources(&source, TAG, world)?;
    let mut resources = vec![api];
    resources.extend(auth::permissions(&source)?);
    resources.extend(domain);
    resources.push(stage(&source, tags.as_ref()));
    // The tags of the source are complete with SAM's own by now.
    if let Some(tags) = tags.filter(|_| had_tags && has_body) {
        for resource in &mut resources {
            if ["AWS::ApiGatewayV2::Stage", "AWS::ApiGatewayV2::DomainName"].contains(&resource.kind) {
                resource.put("Tags", tags.clone());
            }
        }
    }
    Ok(resources)
}

fn construct(source: &Source, partition: &str, tags: &mut Option<Map<String, Value>>) -> Result<Resource, Fault> {
    let mut api =
        Resource::new(&source.id, "AWS::ApiGatewayV2::Api", &source.attributes).depends_on(source.depends_on.clone());
    let uri = source.set("DefinitionUri");
    let mut body = source.set("DefinitionBody").cloned();
    if uri.is_some() && body.is_some() {
        return Err(Problem::resource(
            &source.id,
            "Specify either 'DefinitionUri' or 'DefinitionBody' property and not both.",
        )
        .into());
    }
    add_cors(source, &mut body)?;
    auth::add(source, partition, &mut body)?;
    add_tags(source, tags, &mut body)?;
    if let Some(fail) = source.set("FailOnWarnings") {
        api.put("FailOnWarnings", fail.clone());
    }
    disable_endpoint(source, &mut body)?;
    add_info(source, "Name", "title", &mut body)?;
    add_info(source, "Description", "description", &mut body)?;
    if source.set("FailOnWarnings").is_some() {
        rename_default_path(&mut body);
    }
    match (uri, body) {
        (Some(uri), _) => api.put("BodyS3Location", body_location(&source.id, uri)?),
        (None, Some(body)) => api.put("Body", body),
        (None, None) => {
            return Err(Problem::resource(
                &source.id,
                "'DefinitionUri' or 'DefinitionBody' are required properties of an \
                 'AWS::Serverless::HttpApi'. Add a value for one of these properties or add a \
                 'HttpApi' event to an 'AWS::Serverless::Function'.",
            )
            .into());
        }
    }
    Ok(api)
}

/// `DefinitionUri` as API Gateway writes it.
pub(crate) fn body_location(id: &str, uri: &Value) -> Result<Value, Problem> {
    let location = match uri {
        Value::Object(map) => match (set(map, "Bucket"), set(map, "Key")) {
            (Some(bucket), Some(key)) => {
                let mut location = json!({ "Bucket": bucket, "Key": key });
                if let Some(version) = map.get("Version") {
                    location["Version"] = version.clone();
                }
                location
            }
            _ => {
                return Err(Problem::resource(
                    id,
                    "'DefinitionUri' requires Bucket and Key properties to be specified.",
                ));
            }
        },
        uri => {
            let Some(parsed) = uri.as_str().and_then(parse_s3_uri) else {
                return Err(Problem::resource(
                    id,
                    "'DefinitionUri' is not a valid S3 Uri of the form 's3://bucket/key' with \
                     optional versionId query parameter.",
                ));
            };
            let mut location = json!({ "Bucket": parsed.bucket, "Key": parsed.key });
            if let Some(version) = parsed.version {
                location["Version"] = json!(version);
            }
            location
        }
    };
    Ok(location)
}

/// The settings of CORS, as SAM and as API Gateway write them.
const CORS: [(&str, &str); 6] = [
    ("AllowMethods", "allowMethods"),
    ("AllowHeaders", "allowHeaders"),
    ("AllowOrigins", "allowOrigins"),
    ("MaxAge", "maxAge"),
    ("ExposeHeaders", "exposeHeaders"),
    ("AllowCredentials", "allowCredentials"),
];

fn add_cors(source: &Source, body: &mut Option<Value>) -> Result<(), Fault> {
    let Some(cors) = source.set("CorsConfiguration") else { return Ok(()) };
    let fail = |sentence: &str| Err(Problem::resource(&source.id, sentence).into());
    let Some(definition) = body.as_ref() else {
        return fail("Cors works only with inline OpenApi specified in 'DefinitionBody' property.");
    };
    let wanted = match cors {
        Value::Bool(_) => json!({ "AllowOrigins": ["*"] }),
        cors if is_intrinsic(cors) => json!({ "AllowOrigins": cors }),
        Value::Object(map) => {
            if let Some(key) = map.keys().find(|key| CORS.iter().all(|(name, _)| name != key)) {
                return fail(&format!("Invalid key '{key}' for 'Cors' property."));
            }
            cors.clone()
        }
        _ => return fail("Invalid value for 'Cors' property."),
    };
    if !is_valid(definition) {
        return fail(
            "Unable to add Cors configuration because 'DefinitionBody' does not contain a valid \
             OpenApi definition.",
        );
    }
    if wanted.get("AllowCredentials") == Some(&json!(true)) && wanted["AllowOrigins"] == json!(["*"]) {
        return fail(
            "Unable to add Cors configuration because 'AllowCredentials' can not be true when \
             'AllowOrigin' is \"'*'\" or not set.",
        );
    }
    let mut editor = OpenApi::open(definition)?;
    let Value::Object(configuration) = editor.entry("x-amazon-apigateway-cors", json!({})) else {
        return crate::world::invalid_document(
            "Value of 'x-amazon-apigateway-cors' must be a dictionary according to Swagger spec.",
        );
    };
    let origins = wanted.get("AllowOrigins").filter(|origins| is_intrinsic(origins));
    if let Some(Value::Object(origins)) = origins.map(|origins| lower_first(origins, &CORS)) {
        configuration.extend(origins);
    } else {
        for (name, key) in CORS {
            let value = wanted.get(name).filter(|value| match name {
                "MaxAge" => !value.is_null(),
                "AllowCredentials" => **value == json!(true),
                _ => truthy(value),
            });
            if let Some(value) = value {
                configuration.insert(key.to_owned(), value.clone());
            }
        }
    }
    *body = Some(editor.document());
    Ok(())
}

/// An intrinsic function that gives a whole configuration says it in API Gateway's spelling.
fn lower_first(value: &Value, names: &[(&str, &str)]) -> Value {
    let text = names.iter().fold(value.to_string(), |text, (name, key)| text.replace(name, key));
    serde_json::from_str(&text).unwrap_or_else(|_| value.clone())
}

fn add_tags(source: &Source, tags: &mut Option<Map<String, Value>>, body: &mut Option<Value>) -> Result<(), Fault> {
    let wanted = tags.as_ref().is_some_and(|tags| !tags.is_empty());
    let fail = |sentence: &str| Err(Problem::resource(&source.id, sentence).into());
    let Some(definition) = body.as_ref() else {
        return if wanted {
            fail("Tags works only with inline OpenApi specified in the 'DefinitionBody' property.")
        } else {
            Ok(())
        };
    };
    if !is_valid(definition) {
        return if wanted {
            fail(
                "Unable to add `Tags` because 'DefinitionBody' does not contain a valid OpenApi \
             definition.",
            )
        } else {
            Ok(())
        };
    }
    let tags = tags.get_or_insert_with(Map::new);
    tags.insert(TAG.to_owned(), json!("SAM"));
    let mut editor = OpenApi::open(definition)?;
    let list = editor.entry("tags", json!([]));
    let Value::Array(list) = list else {
        return crate::world::invalid_document(format!(
            "Tags in OpenApi DefinitionBody needs to be a list. {} is a {} not a list.",
            printed(list),
            type_name(list),
        ));
    };
    for (name, value) in tags {
        let value = value.clone();
        match list.iter_mut().find(|tag| tag["name"] == name.as_str()) {
            Some(tag) => tag["x-amazon-apigateway-tag-value"] = value,
            None => list.push(json!({ "name": name, "x-amazon-apigateway-tag-value": value })),
        }
    }
    *body = Some(editor.document());
    Ok(())
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "NoneType",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float",
        Value::Number(_) => "int",
        Value::String(_) => "str",
        Value::Array(_) => "list",
        Value::Object(_) => "dict",
    }
}

fn disable_endpoint(source: &Source, body: &mut Option<Value>) -> Result<(), Fault> {
    let Some(disable) = source.get("DisableExecuteApiEndpoint") else { return Ok(()) };
    let Some(definition) = body.as_ref() else {
        return Err(Problem::resource(
            &source.id,
            "DisableExecuteApiEndpoint works only within 'DefinitionBody' property.",
        )
        .into());
    };
    let mut editor = OpenApi::open(definition)?;
    if let Value::Array(servers) = editor.entry("servers", json!([{}])) {
        for server in servers {
            let Value::Object(server) = server else {
                return crate::world::invalid_document(
                    "Value of 'servers' item must be a dictionary according to Swagger spec.",
                );
            };
            let configuration = server.entry("x-amazon-apigateway-endpoint-configuration").or_insert_with(|| json!({}));
            configuration["disableExecuteApiEndpoint"] = disable.clone();
        }
    }
    *body = Some(editor.document());
    Ok(())
}

/// The API's name and description stand in the definition's `info`.
fn add_info(source: &Source, property: &str, member: &str, body: &mut Option<Value>) -> Result<(), Fault> {
    let Some(text) = source.set(property) else { return Ok(()) };
    let fail = |sentence: String| Err(Problem::resource(&source.id, sentence).into());
    let Some(definition) = body.as_ref() else {
        return fail(format!("{property} works only with inline OpenApi specified in the 'DefinitionBody' property."));
    };
    let existing = definition.get("info").and_then(|info| info.get(member)).cloned();
    let existing = existing.filter(|value| !(member == "title" && *value == reference("AWS::StackName")));
    if existing.is_some_and(|existing| truthy(&existing)) {
        return fail(format!(
            "Unable to set {property} because it is already defined within inline OpenAPI \
             specified in the 'DefinitionBody' property."
        ));
    }
    let mut editor = OpenApi::open(definition)?;
    editor.entry("info", json!({}))[member] = text.clone();
    *body = Some(editor.document());
    Ok(())
}

/// A path must begin with a slash where warnings are failures.
fn rename_default_path(body: &mut Option<Value>) {
    let paths = body.as_mut().and_then(|body| body.get_mut("paths")).and_then(Value::as_object_mut);
    if let Some(paths) = paths
        && let Some(item) = paths.shift_remove(DEFAULT_PATH)
    {
        paths.insert(format!("/{DEFAULT_PATH}"), item);
    }
}

fn stage(source: &Source, tags: Option<&Map<String, Value>>) -> Resource {
    let name = source.set("StageName").cloned().unwrap_or_else(|| json!(DEFAULT_STAGE));
    let text = name.as_str().unwrap_or_default();
    let id = if is_alphanumeric(text) {
        format!("{}{text}Stage", source.id)
    } else if text == DEFAULT_STAGE {
        format!("{}ApiGatewayDefaultStage", source.id)
    } else {
        format!("{}Stage{}", source.id, suffix_of_text(text))
    };
    let mut stage = Resource::new(id, "AWS::ApiGatewayV2::Stage", &source.inherited())
        .with("ApiId", reference(&source.id))
        .with("StageName", name)
        .with("AutoDeploy", true);
    if let Some(tags) = tags {
        stage.put("Tags", tags.clone());
    }
    for property in ["StageVariables", "AccessLogSettings", "DefaultRouteSettings", "RouteSettings"] {
        stage = stage.with_given(property, given(&source.properties, property));
    }
    stage
}
