//! The events that call a function.

mod http_api;
mod notifications;
mod pull;
pub(crate) mod rest_api;
pub(crate) mod rules;
pub(crate) mod scheduler;

pub(crate) use pull::s3_destination_policy;

use serde_json::{Map, Value, json};

use crate::Problem;
use crate::function::Target;
use crate::ids::suffix_of_text;
use crate::properties::{Property, check};
use crate::resource::{Resource, Source};
use crate::values::{is_alphanumeric, printed};
use crate::world::{Fault, World};

/// Types that are SAM's but not translated here yet.
const NOT_YET: [&str; 4] = ["DocumentDB", "MQ", "MSK", "SelfManagedKafka"];

/// One event of a function.
pub(crate) struct Event {
    /// The function's id and the event's own.
    pub(crate) id: String,
    /// The event's name in the function.
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) properties: Map<String, Value>,
}

impl Event {
    pub(crate) fn get(&self, property: &str) -> Option<&Value> {
        crate::values::given(&self.properties, property)
    }

    pub(crate) fn set(&self, property: &str) -> Option<&Value> {
        crate::values::set(&self.properties, property)
    }

    pub(crate) fn problem<T>(&self, message: impl std::fmt::Display) -> Result<T, Fault> {
        Err(Problem::event(&self.name, message).into())
    }

    /// The permission for a service to call the function.
    pub(crate) fn permission(&self, target: &Target, principal: &str, suffix: &str) -> Resource {
        permission(&self.id, target, principal, suffix)
    }
}

/// The permission for a service to call the function, named after `prefix`.
pub(crate) fn permission(prefix: &str, target: &Target, principal: &str, suffix: &str) -> Resource {
    let id = if is_alphanumeric(suffix) {
        format!("{prefix}Permission{suffix}")
    } else {
        format!("{prefix}Permission{}", suffix_of_text(suffix))
    };
    Resource::new(id, "AWS::Lambda::Permission", &inherited(target))
        .with("Action", "lambda:InvokeFunction")
        .with("FunctionName", target.name())
        .with("Principal", principal)
}

/// What the function hands on to the resources of its events.
pub(crate) fn inherited(target: &Target) -> Map<String, Value> {
    let names = ["Condition", "DeletionPolicy", "UpdateReplacePolicy"];
    let found = names.iter().filter_map(|&name| Some((name.to_owned(), target.attributes.get(name)?.clone())));
    found.collect()
}

/// Reads an event and checks its properties; `properties_of` knows those of each type.
pub(crate) fn read(
    source: &Source,
    name: &str,
    event: &Value,
    properties_of: fn(&str) -> Option<Vec<Property>>,
) -> Result<Event, Fault> {
    let kind = event.get("Type").unwrap_or(&Value::Null);
    let Some((kind, known)) = kind.as_str().and_then(|kind| Some((kind, properties_of(kind)?))) else {
        if kind.as_str().is_some_and(|kind| NOT_YET.contains(&kind)) {
            let sentence = format!("The event type {} is not supported yet.", printed(kind));
            return Err(Problem::event(name, sentence).into());
        }
        return Err(Problem::event(
            name,
            format!("Resource dict has missing or invalid value for key Type. Event Type is: {}.", printed(kind)),
        )
        .into());
    };
    let id = format!("{}{name}", source.id);
    let properties = match event.get("Properties") {
        None => Map::new(),
        Some(Value::Object(map)) => map.clone(),
        Some(_) => {
            let sentence = "Properties of a resource must be an object.";
            return Err(Problem::resource(&id, sentence).into());
        }
    };
    if !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(Problem::resource(&id, "Logical ids must be alphanumeric.").into());
    }
    check(&id, kind, &known, &properties)?;
    Ok(Event { id, name: name.to_owned(), kind: kind.to_owned(), properties })
}

fn properties_of(kind: &str) -> Option<Vec<Property>> {
    Some(match kind {
        "Api" => rest_api::PROPERTIES.to_vec(),
        "HttpApi" => http_api::PROPERTIES.to_vec(),
        "DynamoDB" | "Kinesis" | "SQS" => pull::properties(kind),
        "Schedule" => rules::SCHEDULE.to_vec(),
        "CloudWatchEvent" | "EventBridgeRule" => rules::PATTERN.to_vec(),
        "ScheduleV2" => scheduler::PROPERTIES.to_vec(),
        other => notifications::properties(other)?,
    })
}

/// Checks every event and what it refers to, before anything is made.
pub(crate) fn check_links(function: &Source, world: &World) -> Result<(), Fault> {
    for (name, event) in world.events(&function.id) {
        let checked = read(function, &name, &event, properties_of).and_then(|event| link(&event, world));
        checked.map_err(|fault| of_resource(fault, &function.id))?;
    }
    Ok(())
}

fn link(event: &Event, world: &World) -> Result<(), Fault> {
    match event.kind.as_str() {
        "Api" => rest_api::link(event, world).map(drop),
        "S3" | "Cognito" => notifications::link(event, world).map(drop),
        _ => Ok(()),
    }
}

/// The fault of an event is a fault of the resource that has it.
pub(crate) fn of_resource(fault: Fault, id: &str) -> Fault {
    match fault {
        Fault::Resource(problem) => Fault::Resource(problem.of_resource(id)),
        document @ Fault::Document(_) => document,
    }
}

/// Everything that the function's events need.
pub(crate) fn resources(
    function: &Source,
    target: &Target,
    role: &mut Resource,
    world: &mut World,
) -> Result<Vec<Resource>, Fault> {
    let mut events = world.events(&function.id);
    // `$default` comes before every path, so that its permission is known to cover them.
    events.sort_by_key(|(name, event)| {
        let path = event.get("Properties").and_then(|p| p.get("Path")).and_then(Value::as_str);
        path.unwrap_or(name).to_owned()
    });
    let mut resources = Vec::new();
    for (name, event) in events {
        let made = read(function, &name, &event, properties_of).and_then(|event| match event.kind.as_str() {
            "Api" => rest_api::resources(&event, target, world),
            "HttpApi" => http_api::resources(&event, target, world),
            "DynamoDB" | "Kinesis" | "SQS" => pull::resources(&event, target, role),
            "Schedule" | "CloudWatchEvent" | "EventBridgeRule" => rules::resources(&event, target),
            "ScheduleV2" => scheduler::resources(&event, target, ("LambdaPolicy", "lambda:InvokeFunction")),
            _ => notifications::resources(&event, target, role, world),
        });
        resources.extend(made.map_err(|fault| of_resource(fault, &function.id))?);
    }
    Ok(resources)
}

/// A queue's policy that lets a service of AWS send messages for one source.
pub(crate) fn queue_policy(id: String, attributes: &Map<String, Value>, statement: Value, url: Value) -> Resource {
    Resource::new(id, "AWS::SQS::QueuePolicy", attributes)
        .with("PolicyDocument", json!({ "Version": "2012-10-17", "Statement": [statement] }))
        .with("Queues", json!([url]))
}
