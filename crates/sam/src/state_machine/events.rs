//! The events that start an execution of a state machine.

use serde_json::{Value, json};

use crate::events::{self, Event, rest_api, rules, scheduler};
use crate::function::Target;
use crate::policies::{allow, trust};
use crate::properties::{Property, Shape, optional, required};
use crate::resource::{Resource, Source};
use crate::values::get_att;
use crate::world::{Fault, World};

/// The end of the name of a policy to start executions, and what it allows.
const START: (&str, &str) = ("StartExecutionPolicy", "states:StartExecution");

const SCHEDULE: [Property; 10] = [
    required("Schedule", Shape::Text),
    optional("Input", Shape::Text),
    optional("Enabled", Shape::Bool),
    optional("State", Shape::Text),
    optional("Name", Shape::Text),
    optional("Description", Shape::Text),
    optional("DeadLetterConfig", Shape::Map),
    optional("RetryPolicy", Shape::Map),
    optional("Target", Shape::Map).literal(),
    optional("RoleArn", Shape::Text).literal(),
];

const PATTERN: [Property; 10] = [
    optional("EventBusName", Shape::Text),
    optional("RuleName", Shape::Text),
    optional("Pattern", Shape::Map),
    optional("Input", Shape::Text),
    optional("InputPath", Shape::Text),
    optional("DeadLetterConfig", Shape::Map),
    optional("RetryPolicy", Shape::Map),
    optional("State", Shape::Text),
    optional("Target", Shape::Map).literal(),
    optional("InputTransformer", Shape::Map),
];

const API: [Property; 6] = [
    required("Path", Shape::Text),
    required("Method", Shape::Text),
    required("RestApiId", Shape::Text),
    optional("Stage", Shape::Text),
    optional("Auth", Shape::Map),
    optional("UnescapeMappingTemplate", Shape::Bool).literal(),
];

fn properties_of(kind: &str) -> Option<Vec<Property>> {
    Some(match kind {
        "Api" => API.to_vec(),
        "CloudWatchEvent" | "EventBridgeRule" => PATTERN.to_vec(),
        "Schedule" => SCHEDULE.to_vec(),
        "ScheduleV2" => scheduler::PROPERTIES.to_vec(),
        _ => return None,
    })
}

fn read(source: &Source, name: &str, event: &Value) -> Result<Event, Fault> {
    events::read(source, name, event, properties_of)
}

/// Checks every event and what it refers to, before anything is made.
pub(super) fn check_links(source: &Source, world: &World) -> Result<(), Fault> {
    for (name, event) in world.events(&source.id) {
        let checked = read(source, &name, &event).and_then(|event| match event.kind.as_str() {
            "Api" => rest_api::link(&event, world).map(drop),
            _ => Ok(()),
        });
        checked.map_err(|fault| events::of_resource(fault, &source.id))?;
    }
    Ok(())
}

/// Everything that the state machine's events need.
pub(super) fn resources(source: &Source, target: &Target, world: &mut World) -> Result<Vec<Resource>, Fault> {
    let mut resources = Vec::new();
    for (name, event) in world.events(&source.id) {
        let event = read(source, &name, &event)?;
        resources.extend(match event.kind.as_str() {
            "Api" => {
                let role = role(&event, source, target, "apigateway.amazonaws.com");
                rest_api::start_execution(&event, target, &role, world)?;
                vec![role]
            }
            "ScheduleV2" => scheduler::resources(&event, target, START)?,
            _ => rule(&event, source, target)?,
        });
    }
    Ok(resources)
}

fn rule(event: &Event, source: &Source, target: &Target) -> Result<Vec<Resource>, Fault> {
    let mut rule = rules::rule(event, target)?;
    let (dead_letters, queue) = rules::dead_letter_queue(event, target, &get_att(&event.id, "Arn"))?;
    let role = match event.get("RoleArn") {
        Some(_) => None,
        None => Some(role(event, source, target, "events.amazonaws.com")),
    };
    let role_arn = role.as_ref().map(|role| get_att(&role.id, "Arn"));
    let role_arn = role_arn.or_else(|| event.get("RoleArn").cloned()).unwrap_or_default();
    let mut rule_target = rules::rule_target(event, target, "StepFunctionsTarget", dead_letters);
    rule_target.insert("RoleArn".to_owned(), role_arn);
    rule.put("Targets", json!([rule_target]));
    let mut resources = vec![rule];
    resources.extend(role);
    resources.extend(queue);
    Ok(resources)
}

/// The role as which a service starts executions.
fn role(event: &Event, source: &Source, target: &Target, service: &str) -> Resource {
    let id = format!("{}Role", event.id);
    let (suffix, action) = START;
    let policy = allow(&format!("{id}{suffix}"), action, &target.arn());
    let mut role = Resource::new(id, "AWS::IAM::Role", &events::inherited(target))
        .with("AssumeRolePolicyDocument", trust(service))
        .with("Policies", json!([policy]));
    if let Some(boundary) = source.set("PermissionsBoundary") {
        role.put("PermissionsBoundary", boundary.clone());
    }
    role
}
