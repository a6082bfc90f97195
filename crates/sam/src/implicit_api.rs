//! The APIs that functions' events imply, and the paths that events add to an API.
//!
//! An `Api` or `HttpApi` event that names no API belongs to `ServerlessRestApi` or
//! `ServerlessHttpApi`. The integrations are written later, with each function; here the paths are
//! laid out, and the API made conditional when everything in it is.

use indexmap::{IndexMap, IndexSet};
use serde_json::{Map, Value, json};

use crate::Problem;
use crate::http_api::{self, OpenApi};
use crate::py27::{Dict, KeyTable, Py, dict};
use crate::rest_api::{self, Swagger};
use crate::values::{reference, set};
use crate::world::{Fault, World};

struct Kind {
    event_type: &'static str,
    api_property: &'static str,
    implicit_id: &'static str,
    condition: &'static str,
    resource_type: &'static str,
    is_rest: bool,
}

const REST: Kind = Kind {
    event_type: "Api",
    api_property: "RestApiId",
    implicit_id: "ServerlessRestApi",
    condition: "ServerlessRestApiCondition",
    resource_type: "AWS::Serverless::Api",
    is_rest: true,
};

const HTTP: Kind = Kind {
    event_type: "HttpApi",
    api_property: "ApiId",
    implicit_id: "ServerlessHttpApi",
    condition: "ServerlessHttpApiCondition",
    resource_type: "AWS::Serverless::HttpApi",
    is_rest: false,
};

/// Types whose events may be methods of an API.
const WITH_EVENTS: [&str; 2] = ["AWS::Serverless::Function", "AWS::Serverless::StateMachine"];

/// What the functions and state machines say about one API.
#[derive(Default)]
struct Claims {
    /// The condition of each method's function, by path and method.
    conditions: IndexMap<String, IndexMap<String, Option<String>>>,
    deletion_policies: Vec<Value>,
    update_replace_policies: Vec<Value>,
}

pub(crate) fn apply(world: &mut World) -> Result<(), Vec<Problem>> {
    for id in world.resources.of_type(&WITH_EVENTS) {
        keep_event_order(&id, world);
    }
    for kind in [REST, HTTP] {
        // Without any REST API in the template there is nothing that its rules could concern.
        if !kind.is_rest || world.resources.is_hashed() {
            apply_kind(&kind, world)?;
        }
    }
    Ok(())
}

fn keep_event_order(function_id: &str, world: &mut World) {
    if !world.resources.is_hashed() {
        return;
    }
    let mut table = KeyTable::default();
    for (name, _) in world.events(function_id) {
        table.add(&name);
    }
    world.event_orders.insert(function_id.to_owned(), table);
}

fn apply_kind(kind: &Kind, world: &mut World) -> Result<(), Vec<Problem>> {
    let existing = put_implicit(kind, world);
    let mut claims: IndexMap<String, Claims> = IndexMap::new();
    let mut problems = Vec::new();
    for function_id in world.resources.of_type(&WITH_EVENTS) {
        match function_events(kind, &function_id, world, &mut claims) {
            Ok(()) => {}
            Err(Fault::Resource(problem)) => problems.push(problem.of_resource(&function_id)),
            Err(Fault::Document(problem)) => return Err(vec![problem]),
        }
    }
    if let Some(claims) = claims.get(kind.implicit_id) {
        attributes_of_implicit(kind, claims, world);
    }
    conditional_paths(kind, &claims, world).map_err(|fault| match fault {
        Fault::Resource(problem) | Fault::Document(problem) => vec![problem],
    })?;
    remove_unused_implicit(kind, existing, world);
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// Puts the implicit API into the template; what stood under its name is kept for later.
fn put_implicit(kind: &Kind, world: &mut World) -> Option<(Value, Option<Dict>)> {
    let existing = world.resources.get(kind.implicit_id).cloned();
    let existing = existing.map(|json| (json, world.rest_apis.get(kind.implicit_id).cloned()));
    let properties = if kind.is_rest {
        let properties = dict([
            ("StageName", "Prod".into()),
            ("DefinitionBody", rest_api::skeleton().into()),
            ("__MANAGE_SWAGGER", Py::Bool(true)),
        ]);
        world.rest_apis.insert(kind.implicit_id.to_owned(), properties);
        json!({})
    } else {
        json!({ "DefinitionBody": http_api::skeleton(), "__MANAGE_SWAGGER": true })
    };
    let resource = json!({ "Type": kind.resource_type, "Properties": properties });
    world.resources.insert(kind.implicit_id, resource);
    existing
}

fn remove_unused_implicit(kind: &Kind, existing: Option<(Value, Option<Dict>)>, world: &mut World) {
    let paths = definition(kind, kind.implicit_id, world).map(|body| body["paths"].clone());
    if paths.is_none_or(|paths| paths.as_object().is_some_and(|map| !map.is_empty())) {
        return;
    }
    world.rest_apis.shift_remove(kind.implicit_id);
    match existing {
        None => {
            world.resources.remove(kind.implicit_id);
        }
        Some((json, properties)) => {
            world.resources.insert(kind.implicit_id, json);
            if let Some(properties) = properties {
                world.rest_apis.insert(kind.implicit_id.to_owned(), properties);
            }
        }
    }
}

fn definition(kind: &Kind, api_id: &str, world: &World) -> Option<Value> {
    if kind.is_rest {
        world.rest_apis.get(api_id)?.get("DefinitionBody").map(Py::to_json)
    } else {
        world.resources.properties(api_id)?.get("DefinitionBody").cloned()
    }
}

fn function_events(
    kind: &Kind,
    function_id: &str,
    world: &mut World,
    claims: &mut IndexMap<String, Claims>,
) -> Result<(), Fault> {
    let mut events = world.events(function_id);
    events.retain(|(_, event)| event.get("Type").is_some_and(|t| t == kind.event_type));
    if events.is_empty() {
        return Ok(());
    }
    let order = KeyTable::order(events.iter().map(|(name, _)| name));
    for name in &order {
        one_event(kind, function_id, name, world, claims)?;
    }
    if let Some(table) = world.event_orders.get_mut(function_id) {
        table.merge(&order);
    }
    Ok(())
}

fn one_event(
    kind: &Kind,
    function_id: &str,
    event_id: &str,
    world: &mut World,
    claims: &mut IndexMap<String, Claims>,
) -> Result<(), Fault> {
    let event = world.events(function_id).into_iter().find(|(name, _)| name == event_id);
    let properties = event.and_then(|(_, event)| event.get("Properties").cloned());
    let mut properties = match properties {
        Some(Value::Object(map)) if map.is_empty() && kind.is_rest => return Ok(()),
        Some(Value::Object(map)) => map,
        None | Some(Value::Null) if kind.is_rest => return Ok(()),
        None => Map::new(),
        Some(_) => return Err(Problem::event(event_id, "Properties should be a map.").into()),
    };
    if !properties.contains_key(kind.api_property) {
        propagate_tags(kind, function_id, world);
        properties.insert(kind.api_property.to_owned(), reference(kind.implicit_id));
    }
    let lacks = |name: &str| set(&properties, name).is_none();
    if !kind.is_rest && lacks("Path") && lacks("Method") {
        properties.insert("Path".to_owned(), json!("$default"));
        properties.insert("Method".to_owned(), json!("x-amazon-apigateway-any-method"));
    }
    let [api_id, path, method] = target(kind, event_id, &properties)?;
    write_event(function_id, event_id, &properties, world);

    let function = world.resources.get(function_id).cloned().unwrap_or_default();
    let condition = function.get("Condition").and_then(Value::as_str).map(str::to_owned);
    let claim = claims.entry(api_id.clone()).or_default();
    let methods = claim.conditions.entry(path.clone()).or_default();
    methods.insert(method.clone(), condition.clone());
    claim.deletion_policies.push(function["DeletionPolicy"].clone());
    claim.update_replace_policies.push(function["UpdateReplacePolicy"].clone());

    add_path(kind, event_id, &api_id, &path, &method, world)?;
    if !kind.is_rest && properties.contains_key("RouteSettings") {
        add_route_settings(event_id, &api_id, &properties, condition.as_deref(), world)?;
    }
    Ok(())
}

fn write_event(function_id: &str, event_id: &str, properties: &Map<String, Value>, world: &mut World) {
    let function = world.resources.properties_mut(function_id);
    let event = function.and_then(|p| p.get_mut("Events")).and_then(|e| e.get_mut(event_id));
    if let Some(Value::Object(event)) = event {
        event.insert("Properties".to_owned(), Value::Object(properties.clone()));
    }
}

/// The API, path and method that an event names.
fn target(kind: &Kind, event_id: &str, properties: &Map<String, Value>) -> Result<[String; 3], Problem> {
    let api = properties.get(kind.api_property).unwrap_or(&Value::Null);
    let api = api.get("Ref").unwrap_or(api);
    let path = properties.get("Path").unwrap_or(&Value::Null);
    let method = properties.get("Method").unwrap_or(&Value::Null);
    for (name, value) in [("Path", path), ("Method", method)] {
        if value.is_null() {
            return Err(Problem::event(event_id, format!("Property '{name}' is required.")));
        }
    }
    let text = |name: &str, value: &Value| {
        value
            .as_str()
            .map(str::to_owned)
            .ok_or_else(|| Problem::event(event_id, format!("Property '{name}' should be a string.")))
    };
    Ok([text(kind.api_property, api)?, text("Path", path)?, text("Method", method)?])
}

fn propagate_tags(kind: &Kind, function_id: &str, world: &mut World) {
    let section = world.resources.kind(function_id).and_then(|kind| kind.strip_prefix("AWS::Serverless::"));
    let globals = world.template.get("Globals").and_then(|globals| globals.get(section?));
    let globals = globals.and_then(Value::as_object).cloned().unwrap_or_default();
    let own = world.resources.properties(function_id).cloned().unwrap_or_default();
    let either = |name: &str| set(&own, name).or_else(|| set(&globals, name)).cloned();
    let (Some(Value::Object(tags)), Some(_)) = (either("Tags"), either("PropagateTags")) else {
        return;
    };
    if kind.is_rest {
        let Some(api) = world.rest_apis.get_mut(kind.implicit_id) else { return };
        let all = api.entry("Tags".into(), || Py::Dict(Dict::inserted()));
        if let Py::Dict(all) = all {
            for (key, value) in &tags {
                all.insert(key, Py::literal(value));
            }
        }
        api.insert("PropagateTags", Py::Bool(true));
    } else if let Some(api) = world.resources.properties_mut(kind.implicit_id) {
        let all = api.entry("Tags").or_insert_with(|| json!({}));
        if let Value::Object(all) = all {
            all.extend(tags);
        }
        api.insert("PropagateTags".to_owned(), json!(true));
    }
}

fn add_path(
    kind: &Kind,
    event_id: &str,
    api_id: &str,
    path: &str,
    method: &str,
    world: &mut World,
) -> Result<(), Fault> {
    let api_type = world.resources.kind(api_id);
    if world.resources.get(api_id).is_none() || kind.is_rest && api_type == Some(HTTP.resource_type) {
        let sentence = format!(
            "{} must be a valid reference to an '{}' resource in same template.",
            kind.api_property, kind.resource_type
        );
        return Err(Problem::event(event_id, sentence).into());
    }
    if kind.is_rest {
        let Some(api) = world.rest_apis.get_mut(api_id) else { return Ok(()) };
        let managed = api.truthy("__MANAGE_SWAGGER").is_some();
        if let Some(body) = api.get("DefinitionBody").filter(|body| rest_api::is_valid(body))
            && managed
        {
            let mut swagger = Swagger::open(body)?;
            swagger.add_path(path, method)?;
            let body = swagger.document();
            api.insert("DefinitionBody", body);
        }
        return Ok(());
    }
    let Some(api) = world.resources.properties_mut(api_id) else { return Ok(()) };
    let managed = set(api, "__MANAGE_SWAGGER").is_some();
    if let Some(body) = api.get("DefinitionBody").filter(|body| http_api::is_valid(body))
        && managed
    {
        let mut definition = OpenApi::open(body)?;
        definition.add_path(path, method)?;
        let body = definition.document();
        api.insert("DefinitionBody".to_owned(), body);
    }
    Ok(())
}

fn add_route_settings(
    event_id: &str,
    api_id: &str,
    event: &Map<String, Value>,
    condition: Option<&str>,
    world: &mut World,
) -> Result<(), Problem> {
    let method = event["Method"].as_str().unwrap_or_default();
    let path = event["Path"].as_str().unwrap_or_default();
    let route = if method == "x-amazon-apigateway-any-method" {
        path.to_owned()
    } else {
        format!("{} {path}", method.to_uppercase())
    };
    let own = event["RouteSettings"].clone();
    let own = match condition {
        Some(condition) => crate::values::only_if(&json!(condition), own),
        None => own,
    };
    let Some(api) = world.resources.properties_mut(api_id) else { return Ok(()) };
    let settings = api.entry("RouteSettings").or_insert_with(|| json!({}));
    let Value::Object(settings) = settings else {
        return Err(Problem::resource(api_id, "Property 'RouteSettings' should be a map."));
    };
    let Value::Object(own) = own else {
        return Err(Problem::event(event_id, "Property 'RouteSettings' should be a map."));
    };
    if let Value::Object(route) = settings.entry(route).or_insert_with(|| json!({})) {
        route.extend(own);
    }
    Ok(())
}

/// The implicit API inherits what all its functions agree on.
fn attributes_of_implicit(kind: &Kind, claims: &Claims, world: &mut World) {
    let all: IndexSet<Option<String>> =
        claims.conditions.values().flat_map(|methods| methods.values().cloned()).collect();
    let condition = combined_condition(&all, kind.condition, world);
    let strongest = |policies: &[Value], ranks: &[&str]| {
        let found = ranks.iter().find(|&&rank| policies.iter().any(|policy| policy == rank));
        found.map(|rank| json!(rank))
    };
    let deletion = strongest(&claims.deletion_policies, &["Retain", "Delete"]);
    let replacement = strongest(&claims.update_replace_policies, &["Retain", "Snapshot", "Delete"]);
    let attributes = [
        ("Condition", condition.map(Value::String)),
        ("DeletionPolicy", deletion),
        ("UpdateReplacePolicy", replacement),
    ];
    if let Some(Value::Object(api)) = world.resources.get_mut(kind.implicit_id) {
        for (name, value) in attributes {
            if let Some(value) = value {
                api.insert(name.to_owned(), value);
            }
        }
    }
}

/// The name of a condition that holds when any of these does; none if something is unconditional.
fn combined_condition(conditions: &IndexSet<Option<String>>, name: &str, world: &mut World) -> Option<String> {
    let mut names: Vec<String> = conditions.iter().cloned().collect::<Option<Vec<_>>>()?;
    match names.len() {
        0 => None,
        1 => names.pop(),
        _ => {
            names.sort();
            world.conditions().extend(any_of(names, name));
            Some(name.to_owned())
        }
    }
}

/// `Fn::Or` takes ten conditions at most, so more are chained.
pub(crate) fn any_of(mut names: Vec<String>, name: &str) -> Map<String, Value> {
    const MOST: usize = 10;
    let mut conditions = Map::new();
    let mut remaining = (names.len().saturating_sub(2)) / (MOST - 1);
    while names.len() > 1 {
        let new = match remaining {
            0 => name.to_owned(),
            number => format!("{name}{number}"),
        };
        remaining = remaining.saturating_sub(1);
        let rest = names.split_off(names.len().min(MOST));
        let parts: Vec<Value> = names.iter().map(|name| json!({ "Condition": name })).collect();
        conditions.insert(new.clone(), json!({ "Fn::Or": parts }));
        names = rest;
        names.push(new);
    }
    conditions
}

/// A path whose methods are all conditional is conditional itself.
fn conditional_paths(kind: &Kind, claims: &IndexMap<String, Claims>, world: &mut World) -> Result<(), Fault> {
    for api_id in world.resources.of_type(&[kind.resource_type]) {
        let Some(body) = definition(kind, &api_id, world).filter(|_| is_managed(kind, &api_id, world)) else {
            continue;
        };
        let mut wrapped: Vec<(String, String)> = Vec::new();
        let paths: Vec<String> =
            body["paths"].as_object().map(|paths| paths.keys().cloned().collect()).unwrap_or_default();
        for path in paths {
            let methods = claims.get(&api_id).and_then(|claims| claims.conditions.get(&path));
            let conditions: IndexSet<_> =
                methods.map(|methods| methods.values().cloned().collect()).unwrap_or_default();
            let name = path_condition(&api_id, &path);
            if let Some(condition) = combined_condition(&conditions, &name, world) {
                wrapped.push((path, condition));
            }
        }
        wrap_paths(kind, &api_id, &wrapped, world)?;
    }
    Ok(())
}

fn is_managed(kind: &Kind, api_id: &str, world: &World) -> bool {
    if kind.is_rest {
        world.rest_apis.get(api_id).is_some_and(|api| api.truthy("__MANAGE_SWAGGER").is_some())
    } else {
        let properties = world.resources.properties(api_id);
        properties.is_some_and(|api| set(api, "__MANAGE_SWAGGER").is_some())
    }
}

fn wrap_paths(kind: &Kind, api_id: &str, wrapped: &[(String, String)], world: &mut World) -> Result<(), Fault> {
    if kind.is_rest {
        let Some(api) = world.rest_apis.get_mut(api_id) else { return Ok(()) };
        let Some(body) = api.get("DefinitionBody") else { return Ok(()) };
        let mut swagger = Swagger::open(body)?;
        for (path, condition) in wrapped {
            // A condition of several is the translator's own, a single one the template's.
            let unicode = *condition != path_condition(api_id, path);
            swagger.make_path_conditional(path, condition, unicode);
        }
        let body = swagger.document();
        api.insert("DefinitionBody", body);
        return Ok(());
    }
    let Some(api) = world.resources.properties_mut(api_id) else { return Ok(()) };
    let Some(body) = api.get("DefinitionBody") else { return Ok(()) };
    let mut definition = OpenApi::open(body)?;
    for (path, condition) in wrapped {
        definition.make_path_conditional(path, condition);
    }
    let body = definition.document();
    api.insert("DefinitionBody".to_owned(), body);
    Ok(())
}

fn path_condition(api_id: &str, path: &str) -> String {
    let path = path.replace('/', "SLASH").replace('{', "OB").replace('}', "CB");
    format!("{api_id}{path}PathCondition")
}
