//! `AWS::Serverless::WebSocketApi`: an API whose clients stay connected.

use serde_json::{Map, Value, json};

use crate::Problem;
use crate::http_api::domain_resources;
use crate::properties::{Property, Shape, check, expect_map, optional};
use crate::resource::{Resource, Source};
use crate::values::{given, is_intrinsic, printed, reference, set, substitute};
use crate::world::{Fault, World};

const PROPERTIES: [Property; 18] = [
    optional("ApiKeySelectionExpression", Shape::Text),
    optional("AccessLogSettings", Shape::Map),
    optional("Auth", Shape::Map),
    optional("DefaultRouteSettings", Shape::Map),
    optional("Description", Shape::Text),
    optional("DisableExecuteApiEndpoint", Shape::Bool),
    optional("Domain", Shape::Map),
    optional("DisableSchemaValidation", Shape::Bool),
    optional("FailOnWarnings", Shape::Bool),
    optional("IpAddressType", Shape::Text),
    optional("Name", Shape::Text),
    optional("PropagateTags", Shape::Bool),
    optional("Routes", Shape::Map).needed(),
    optional("RouteSettings", Shape::Map),
    optional("RouteSelectionExpression", Shape::Text).needed(),
    optional("StageName", Shape::TextOrMap),
    optional("StageVariables", Shape::Map),
    optional("Tags", Shape::Map),
];

const TAG: &str = "websocketapi:createdBy";
const DEFAULT_STAGE: &str = "default";
const CONNECT: &str = "$connect";

pub(crate) fn translate(mut source: Source, world: &mut World) -> Result<Vec<Resource>, Fault> {
    check(&source.id, "AWS::Serverless::WebSocketApi", &PROPERTIES, &source.properties)?;
    for name in ["Auth", "Domain", "Routes"] {
        if let Some(value) = source.properties.get_mut(name) {
            world.parameters.resolve_in_place(value);
        }
    }
    // The API keeps none of the resource's attributes, and shares no record set group.
    source.attributes.clear();
    let source = &source;
    check_settings(source)?;
    let own_tags = source.set("Tags").and_then(Value::as_object).cloned();
    let mut tags = own_tags.clone().unwrap_or_default();
    tags.insert(TAG.to_owned(), json!("SAM"));
    let stage_name = source.get("StageName").cloned().unwrap_or_else(|| json!(DEFAULT_STAGE));

    let mut resources = vec![api(source, &tags)];
    let shared = std::mem::take(&mut world.record_set_groups);
    let domain = domain_resources(source, TAG, world);
    world.record_set_groups = shared;
    let domain = domain?;
    let mut stage = stage(source, &stage_name)?;
    let routes = source.set("Routes").and_then(Value::as_object).cloned().unwrap_or_default();
    let mut route_ids = Vec::new();
    let mut authorizer = None;
    for (key, route) in &routes {
        let made = route_resources(source, key, route, &stage_name)?;
        route_ids.push(json!(made[0].id));
        resources.extend(made);
        if key == CONNECT {
            authorizer = connect_authorizer(source, resources.iter_mut().rev().nth(2))?;
        } else if let Some(auth) = auth(source) {
            check_auth(source, auth)?;
        }
    }
    resources.extend(domain);
    if source.set("RouteSettings").is_some() {
        stage.depends_on = Some(Value::Array(route_ids));
    }
    resources.push(stage);
    if let Some(authorizer) = authorizer {
        resources.push(authorizer);
        resources.extend(authorizer_permission(source));
    }
    if own_tags.is_some() && source.set("PropagateTags").is_some() {
        let tagged = ["Api", "Stage", "DomainName"].map(|name| format!("AWS::ApiGatewayV2::{name}"));
        for resource in resources.iter_mut().filter(|resource| tagged.iter().any(|kind| kind == resource.kind)) {
            resource.put("Tags", tags.clone());
        }
    }
    Ok(resources)
}

fn auth(source: &Source) -> Option<&Map<String, Value>> {
    source.set("Auth").and_then(Value::as_object)
}

fn check_settings(source: &Source) -> Result<(), Problem> {
    let routes = source.set("Routes").and_then(Value::as_object);
    let Some(routes) = routes else {
        return source.problem("WebSocket API must have at least one route.");
    };
    let known = |kind: &&Value| is_intrinsic(kind) || **kind == "ipv4" || **kind == "dualstack";
    if source.get("IpAddressType").is_some_and(|kind| !known(&kind)) {
        return source.problem("IpAddressType must be 'ipv4' or 'dualstack'.");
    }
    let tls = source.set("Domain").and_then(|domain| domain.get("MutualTlsAuthentication"));
    if tls.is_some_and(crate::values::truthy) {
        return source.problem("Mutual TLS domain name association is not supported for Websocket APIs.");
    }
    if auth(source).is_some() && !routes.contains_key(CONNECT) {
        return source.problem("Authorization is only available if there is a $connect route.");
    }
    Ok(())
}

fn api(source: &Source, tags: &Map<String, Value>) -> Resource {
    let mut api = Resource::new(&source.id, "AWS::ApiGatewayV2::Api", &source.attributes)
        .depends_on(source.depends_on.clone())
        .with("Name", source.get("Name").cloned().unwrap_or_else(|| json!(source.id)))
        .with("ProtocolType", "WEBSOCKET")
        .with("Tags", tags.clone());
    for name in [
        "ApiKeySelectionExpression",
        "Description",
        "DisableExecuteApiEndpoint",
        "DisableSchemaValidation",
        "IpAddressType",
        "RouteSelectionExpression",
    ] {
        api = api.with_given(name, source.get(name));
    }
    api
}

fn stage(source: &Source, name: &Value) -> Result<Resource, Problem> {
    if name == "$default" {
        return source.problem("Stages cannot be named $default for WebSocket APIs.");
    }
    let id = match name.as_str().unwrap_or_default() {
        DEFAULT_STAGE => format!("{}DefaultStage", source.id),
        text => format!("{}{text}Stage", source.id),
    };
    let mut stage = Resource::new(id, "AWS::ApiGatewayV2::Stage", &source.attributes)
        .with("ApiId", reference(&source.id))
        .with("StageName", name.clone())
        .with("Tags", json!({ TAG: "SAM" }))
        .with("AutoDeploy", true);
    for property in ["StageVariables", "AccessLogSettings", "DefaultRouteSettings", "RouteSettings"] {
        stage = stage.with_given(property, source.get(property));
    }
    Ok(stage)
}

/// The route, its integration, and the permission to call its function.
fn route_resources(source: &Source, key: &str, route: &Value, stage_name: &Value) -> Result<[Resource; 3], Problem> {
    let base = format!("{}{}", source.id, id_of_route(source, key)?);
    let settings = expect_map(&source.id, &format!("Routes.{key}"), route)?;
    let integration_id = format!("{base}Integration");
    let target = json!({ "Fn::Join": ["/", ["integrations", reference(&integration_id)]] });
    let mut route = Resource::new(format!("{base}Route"), "AWS::ApiGatewayV2::Route", &source.attributes)
        .with("RouteKey", key)
        .with("ApiId", reference(&source.id))
        .with("Target", target);
    for name in [
        "ApiKeyRequired",
        "ModelSelectionExpression",
        "OperationName",
        "RequestModels",
        "RouteResponseSelectionExpression",
    ] {
        route = route.with_given(name, settings.get(name));
    }
    if let Some(parameters) = set(settings, "RequestParameters") {
        if key != CONNECT {
            return source.problem("Request parameters are only supported for the $connect route in WebSocket APIs.");
        }
        route.put("RequestParameters", parameters.clone());
    }
    if let Some(auth) = auth(source) {
        check_auth(source, auth)?;
    }
    let Some(function) = settings.get("FunctionArn") else {
        return source.problem("Route must have associated function.");
    };
    let integration = Resource::new(integration_id, "AWS::ApiGatewayV2::Integration", &source.attributes)
        .with("ApiId", reference(&source.id))
        .with("IntegrationType", "AWS_PROXY")
        .with("IntegrationUri", invocation("FunctionArn", function))
        .with_given("TimeoutInMillis", settings.get("IntegrationTimeout"));
    let permission = Resource::new(format!("{base}Permission"), "AWS::Lambda::Permission", &source.attributes)
        .with("Action", "lambda:InvokeFunction")
        .with("FunctionName", function.clone())
        .with("Principal", "apigateway.amazonaws.com")
        .with("SourceArn", route_arn(source, key, stage_name));
    Ok([route, integration, permission])
}

/// The ARN by which API Gateway calls a function, whose own ARN is a variable of that name.
fn invocation(variable: &str, function: &Value) -> Value {
    let arn = format!(
        "arn:${{AWS::Partition}}:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/${{{variable}}}/invocations"
    );
    substitute(&arn, json!({ variable: function }))
}

fn route_arn(source: &Source, key: &str, stage_name: &Value) -> Value {
    let api =
        format!("arn:${{AWS::Partition}}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{{}.ApiId}}", source.id);
    match stage_name.as_str() {
        Some(stage) => json!({ "Fn::Sub": format!("{api}/{stage}/{key}") }),
        None => substitute(&format!("{api}/${{__StageName__}}/{key}"), json!({ "__StageName__": stage_name })),
    }
}

fn id_of_route(source: &Source, key: &str) -> Result<String, Problem> {
    let plain = match key {
        "$connect" | "$disconnect" | "$default" => &key[1..],
        key if crate::values::is_alphanumeric(key) => key,
        _ => {
            return source.problem(format!(
                "Route key '{key}' must be alphanumeric. Only $connect, $disconnect, and $default special routes are \
                 supported."
            ));
        }
    };
    let mut letters = plain.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    Ok(format!("{first}{}", letters.as_str().to_lowercase()))
}

fn check_auth(source: &Source, auth: &Map<String, Value>) -> Result<(), Problem> {
    let Some(kind) = set(auth, "AuthType") else {
        return source.problem("AuthType must be specified for additional auth configurations.");
    };
    match printed(kind).to_uppercase().as_str() {
        "CUSTOM" if set(auth, "AuthArn").is_none() => {
            source.problem("AuthArn must be specified if AuthType is CUSTOM.")
        }
        kind @ ("AWS_IAM" | "NONE") if auth.len() > 1 => {
            source.problem(format!("No additional configurations supported for AuthType {kind}."))
        }
        "AWS_IAM" | "CUSTOM" | "NONE" => Ok(()),
        _ => source.problem("AuthType is not one of AWS_IAM, CUSTOM or NONE."),
    }
}

/// Says on the `$connect` route how callers are checked; the authorizer, if that is a function.
fn connect_authorizer(source: &Source, route: Option<&mut Resource>) -> Result<Option<Resource>, Problem> {
    let (Some(auth), Some(route)) = (auth(source), route) else { return Ok(None) };
    check_auth(source, auth)?;
    let kind = auth.get("AuthType").and_then(Value::as_str).unwrap_or_default();
    if kind != "CUSTOM" {
        route.put("AuthorizationType", if kind == "AWS_IAM" { "AWS_IAM" } else { "NONE" });
        return Ok(None);
    }
    let id = format!("{}ConnectAuthorizer", source.id);
    route.put("AuthorizationType", "CUSTOM");
    route.put("AuthorizerId", reference(&id));
    let mut authorizer = Resource::new(&*id, "AWS::ApiGatewayV2::Authorizer", &source.attributes)
        .with("ApiId", reference(&source.id))
        .with("AuthorizerType", "REQUEST")
        .with("Name", set(auth, "Name").cloned().unwrap_or_else(|| json!(id)))
        .with_given("AuthorizerCredentialsArn", auth.get("InvokeRole"))
        .with_given("IdentitySource", given(auth, "IdentitySource"));
    if let Some(function) = auth.get("AuthArn") {
        authorizer.put("AuthorizerUri", invocation("AuthArn", function));
    }
    Ok(Some(authorizer))
}

fn authorizer_permission(source: &Source) -> Option<Resource> {
    let auth = auth(source)?;
    if set(auth, "InvokeRole").is_some() {
        return None;
    }
    let function = set(auth, "AuthArn")?;
    let arn =
        "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${__ApiId__}/authorizers/*".to_owned();
    let id = format!("{}AuthorizerPermission", source.id);
    let permission = Resource::new(id, "AWS::Lambda::Permission", &source.attributes)
        .with("Action", "lambda:InvokeFunction")
        .with("FunctionName", function.clone())
        .with("Principal", "apigateway.amazonaws.com")
        .with("SourceArn", substitute(&arn, json!({ "__ApiId__": reference(&source.id) })));
    Some(permission)
}
