//! The `Globals` section: properties that every resource of a type starts from.

use serde_json::{Map, Value, json};

use crate::Problem;
use crate::py27::{Dict, Py};
use crate::values;
use crate::world::World;

/// The properties that may be given globally, by the type's short name.
const SUPPORTED: [(&str, &[&str]); 8] = [
    (
        "Api",
        &[
            "Auth",
            "Name",
            "DefinitionUri",
            "CacheClusterEnabled",
            "CacheClusterSize",
            "MergeDefinitions",
            "Variables",
            "EndpointConfiguration",
            "MethodSettings",
            "BinaryMediaTypes",
            "MinimumCompressionSize",
            "Cors",
            "GatewayResponses",
            "AccessLogSetting",
            "CanarySetting",
            "TracingEnabled",
            "OpenApiVersion",
            "Domain",
            "AlwaysDeploy",
            "PropagateTags",
            "SecurityPolicy",
            "EndpointAccessMode",
        ],
    ),
    (
        "CapacityProvider",
        &["VpcConfig", "OperatorRole", "Tags", "InstanceRequirements", "ScalingConfig", "KmsKeyArn", "PropagateTags"],
    ),
    (
        "Function",
        &[
            "Handler",
            "Runtime",
            "CodeUri",
            "DeadLetterQueue",
            "Description",
            "MemorySize",
            "Timeout",
            "VpcConfig",
            "Environment",
            "Tags",
            "PropagateTags",
            "Tracing",
            "KmsKeyArn",
            "AutoPublishAlias",
            "AutoPublishAliasAllProperties",
            "Layers",
            "DeploymentPreference",
            "RolePath",
            "PermissionsBoundary",
            "ReservedConcurrentExecutions",
            "ProvisionedConcurrencyConfig",
            "AssumeRolePolicyDocument",
            "EventInvokeConfig",
            "FileSystemConfigs",
            "CodeSigningConfigArn",
            "Architectures",
            "SnapStart",
            "EphemeralStorage",
            "FunctionUrlConfig",
            "RuntimeManagementConfig",
            "LoggingConfig",
            "RecursiveLoop",
            "SourceKMSKeyArn",
            "TenancyConfig",
            "DurableConfig",
            "CapacityProviderConfig",
            "FunctionScalingConfig",
            "PublishToLatestPublished",
            "VersionDeletionPolicy",
        ],
    ),
    (
        "HttpApi",
        &[
            "Auth",
            "AccessLogSettings",
            "StageVariables",
            "Tags",
            "CorsConfiguration",
            "DefaultRouteSettings",
            "Domain",
            "RouteSettings",
            "FailOnWarnings",
            "PropagateTags",
        ],
    ),
    ("LayerVersion", &["PublishLambdaVersion"]),
    ("SimpleTable", &["SSESpecification"]),
    ("StateMachine", &["PropagateTags"]),
    (
        "WebSocketApi",
        &[
            "AccessLogSettings",
            "ApiKeySelectionExpression",
            "DefaultRouteSettings",
            "DisableExecuteApiEndpoint",
            "DisableSchemaValidation",
            "Domain",
            "FailOnWarnings",
            "IpAddressType",
            "PropagateTags",
            "RouteSelectionExpression",
            "RouteSettings",
            "StageVariables",
            "Tags",
        ],
    ),
];

/// Merges the section into the resources and removes it.
pub(crate) fn apply(world: &mut World) -> Result<(), Vec<Problem>> {
    if let Some(globals) = world.template.shift_remove("Globals") {
        let sections = check(&globals).map_err(|problem| vec![problem])?;
        for id in world.resources.ids() {
            merge_into(&id, sections, world).map_err(|problem| vec![problem])?;
        }
    }
    for (_, api) in &mut world.rest_apis {
        follow_open_api_version(api);
    }
    Ok(())
}

fn check(globals: &Value) -> Result<&Map<String, Value>, Problem> {
    let Value::Object(sections) = globals else {
        return Err(Problem::globals("It must be a non-empty dictionary"));
    };
    for (name, properties) in sections {
        let Some((_, supported)) = SUPPORTED.iter().find(|(section, _)| section == name) else {
            let names: Vec<&str> = SUPPORTED.iter().map(|(name, _)| *name).collect();
            return Err(Problem::globals(format!(
                "'{name}' is not supported. Must be one of the following values - {}",
                values::printed(&json!(names))
            )));
        };
        let Value::Object(properties) = properties else {
            return Err(Problem::globals("Value of ${section} must be a dictionary"));
        };
        if let Some(unknown) = properties.keys().find(|key| !supported.contains(&key.as_str())) {
            return Err(Problem::globals(format!(
                "'{unknown}' is not a supported property of '{name}'. Must be one of the \
                 following values - {}",
                values::printed(&json!(supported))
            )));
        }
    }
    Ok(sections)
}

fn merge_into(id: &str, sections: &Map<String, Value>, world: &mut World) -> Result<(), Problem> {
    let kind = world.resources.kind(id).and_then(|kind| kind.strip_prefix("AWS::Serverless::"));
    let Some(Value::Object(section)) = kind.and_then(|kind| sections.get(kind)) else {
        return Ok(());
    };
    let ignored = world.resources.get(id).and_then(|r| r.get("IgnoreGlobals")).cloned();
    let section = without_ignored(id, section, ignored.as_ref())?;
    if let Some(properties) = world.rest_apis.get_mut(id) {
        if let Py::Dict(global) = Py::from_template(&Value::Object(section)) {
            *properties = merge_dicts(&global, properties);
        }
    } else if let Some(properties) = world.resources.properties_mut(id) {
        *properties = merge_maps(section, properties);
    }
    if let Some(Value::Object(resource)) = world.resources.get_mut(id) {
        resource.shift_remove("IgnoreGlobals");
    }
    Ok(())
}

fn without_ignored(
    id: &str,
    section: &Map<String, Value>,
    ignored: Option<&Value>,
) -> Result<Map<String, Value>, Problem> {
    let mut section = section.clone();
    let invalid = |item: String| {
        let subject = format!("Resource {id} has invalid resource attribute 'IgnoreGlobals'");
        Problem::resource(id, format!("{subject}{item}."))
    };
    match ignored {
        None => {}
        Some(value) if !values::truthy(value) => {}
        Some(Value::String(all)) if all == "*" => section.clear(),
        Some(Value::Array(names)) => {
            for name in names {
                let known = name.as_str().and_then(|name| section.shift_remove(name));
                if known.is_none() {
                    return Err(invalid(format!(" on item '{}'", values::printed(name))));
                }
            }
        }
        Some(_) => return Err(invalid(String::new())),
    }
    Ok(section)
}

/// Maps are merged, lists are joined, and of all else the resource's own value stays.
fn merge_maps(mut global: Map<String, Value>, local: &Map<String, Value>) -> Map<String, Value> {
    for (key, value) in local {
        let merged = match (global.remove(key), value) {
            (Some(Value::Array(mut both)), Value::Array(own)) => {
                both.extend(own.iter().cloned());
                Value::Array(both)
            }
            (Some(Value::Object(inner)), Value::Object(own)) if !is_function(&inner) && !is_function(own) => {
                Value::Object(merge_maps(inner, own))
            }
            _ => value.clone(),
        };
        global.insert(key.clone(), merged);
    }
    global
}

fn merge_dicts(global: &Dict, local: &Dict) -> Dict {
    let mut merged = global.shallow_copy();
    for (key, value) in local.iter() {
        let new = match (merged.get(&key.text), value) {
            (Some(Py::List(both)), Py::List(own)) => Py::List(both.iter().chain(own).cloned().collect()),
            (Some(Py::Dict(inner)), Py::Dict(own))
                if !is_function(&inner.to_json()) && !is_function(&own.to_json()) =>
            {
                Py::Dict(merge_dicts(inner, own))
            }
            _ => value.clone(),
        };
        merged.insert_text(key, new);
    }
    merged
}

fn is_function(map: &Map<String, Value>) -> bool {
    map.len() == 1 && map.keys().any(|key| key == "Ref" || key == "Condition" || key.starts_with("Fn::"))
}

/// A definition that SAM writes itself is of the version that the resource asks for.
fn follow_open_api_version(api: &mut Dict) {
    let Some(version) = api.get("OpenApiVersion").cloned() else { return };
    let text = match &version {
        Py::Text(text) => text.text.clone(),
        other => other.print(),
    };
    if !api.contains("__MANAGE_SWAGGER") || !crate::rest_api::is_open_api_3(&text) {
        return;
    }
    let version = if matches!(version, Py::Text(_)) { version } else { Py::from(text) };
    api.insert("OpenApiVersion", version.clone());
    if let Some(Py::Dict(definition)) = api.get_mut("DefinitionBody") {
        definition.insert("openapi", version);
        if definition.truthy("swagger").is_some() {
            definition.remove("swagger");
        }
    }
}
