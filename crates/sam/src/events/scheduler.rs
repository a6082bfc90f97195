//! `ScheduleV2`: schedules of EventBridge Scheduler, for functions and state machines.

use serde_json::{Map, Value, json};

use super::rules::DeadLetters;
use super::{Event, inherited};
use crate::Problem;
use crate::function::Target;
use crate::policies::{allow, trust};
use crate::properties::{Property, Shape, optional, required};
use crate::resource::Resource;
use crate::values::get_att;
use crate::world::Fault;

pub(crate) const PROPERTIES: [Property; 16] = [
    optional("PermissionsBoundary", Shape::Text),
    required("ScheduleExpression", Shape::Text),
    optional("FlexibleTimeWindow", Shape::Map),
    optional("Name", Shape::Text),
    optional("State", Shape::Text),
    optional("Description", Shape::Text),
    optional("StartDate", Shape::Text),
    optional("EndDate", Shape::Text),
    optional("ScheduleExpressionTimezone", Shape::Text),
    optional("GroupName", Shape::Text),
    optional("KmsKeyArn", Shape::Text),
    optional("Input", Shape::Text),
    optional("RoleArn", Shape::Text),
    optional("DeadLetterConfig", Shape::Map),
    optional("RetryPolicy", Shape::Map),
    optional("OmitName", Shape::Bool).literal(),
];

/// The schedule, with the role and the queue that it needs. `call` is what the role may do to the target: the end
/// of the policy's name, and the action.
pub(crate) fn resources(event: &Event, target: &Target, call: (&str, &str)) -> Result<Vec<Resource>, Fault> {
    let mut schedule = schedule(event, target)?;
    let dead_letters = DeadLetters::of(event)?;
    let queue_arn = dead_letters.as_ref().map(DeadLetters::arn);
    let made = dead_letters.and_then(|queue| queue.queue(target));
    let role = match event.set("RoleArn") {
        Some(_) => None,
        None => Some(execution_role(event, target, call, queue_arn.as_ref())),
    };
    let role_arn = role.as_ref().map(|role| get_att(&role.id, "Arn"));
    let mut called = Map::new();
    called.insert("Arn".to_owned(), target.arn());
    called.insert("RoleArn".to_owned(), role_arn.or_else(|| event.set("RoleArn").cloned()).unwrap_or_default());
    for property in ["Input", "RetryPolicy"] {
        if let Some(value) = event.get(property) {
            called.insert(property.to_owned(), value.clone());
        }
    }
    if let Some(arn) = queue_arn {
        called.insert("DeadLetterConfig".to_owned(), json!({ "Arn": arn }));
    }
    schedule.put("Target", called);
    Ok([Some(schedule), made, role].into_iter().flatten().collect())
}

fn schedule(event: &Event, target: &Target) -> Result<Resource, Fault> {
    let mut schedule = Resource::new(&*event.id, "AWS::Scheduler::Schedule", &inherited(target));
    for property in [
        "ScheduleExpression",
        "Description",
        "StartDate",
        "EndDate",
        "ScheduleExpressionTimezone",
        "GroupName",
        "KmsKeyArn",
    ] {
        schedule = schedule.with_given(property, event.get(property));
    }
    let window = event.set("FlexibleTimeWindow").cloned();
    schedule.put("FlexibleTimeWindow", window.unwrap_or_else(|| json!({ "Mode": "OFF" })));
    if let Some(state) = event.set("State") {
        schedule.put("State", state.clone());
    }
    match (event.set("OmitName"), event.set("Name")) {
        (None, name) => schedule.put("Name", name.cloned().unwrap_or_else(|| json!(event.id))),
        (Some(_), None) => {}
        (Some(_), Some(_)) => {
            return Err(Problem::event(&event.id, "Name cannot be set when OmitName is True").into());
        }
    }
    Ok(schedule)
}

fn execution_role(event: &Event, target: &Target, (suffix, action): (&str, &str), queue: Option<&Value>) -> Resource {
    let mut policies = vec![allow(&format!("{}{suffix}", event.id), action, &target.arn())];
    policies.extend(queue.map(|arn| allow(&format!("{}SQSPolicy", event.id), "sqs:SendMessage", arn)));
    let mut role = Resource::new(format!("{}Role", event.id), "AWS::IAM::Role", &inherited(target))
        .with("AssumeRolePolicyDocument", trust("scheduler.amazonaws.com"))
        .with("Policies", policies);
    if let Some(boundary) = event.set("PermissionsBoundary") {
        role.put("PermissionsBoundary", boundary.clone());
    }
    role
}
