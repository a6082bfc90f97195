//! `Schedule`, `EventBridgeRule` and `CloudWatchEvent`: rules of EventBridge.

use serde_json::{Map, Value, json};

use super::{Event, inherited, queue_policy};
use crate::Problem;
use crate::function::Target;
use crate::properties::{Property, Shape, optional, required};
use crate::resource::Resource;
use crate::values::{get_att, given, reference};
use crate::world::Fault;

pub(super) const SCHEDULE: [Property; 9] = [
    required("Schedule", Shape::Text),
    optional("RuleName", Shape::Text),
    optional("Input", Shape::Text),
    optional("Enabled", Shape::Bool),
    optional("State", Shape::Text),
    optional("Name", Shape::Text),
    optional("Description", Shape::Text),
    optional("DeadLetterConfig", Shape::Map),
    optional("RetryPolicy", Shape::Map),
];

pub(super) const PATTERN: [Property; 11] = [
    optional("EventBusName", Shape::Text),
    optional("RuleName", Shape::Text),
    optional("Pattern", Shape::Map),
    optional("DeadLetterConfig", Shape::Map),
    optional("RetryPolicy", Shape::Map),
    optional("Input", Shape::Text),
    optional("InputPath", Shape::Text),
    optional("Target", Shape::Map),
    optional("Enabled", Shape::Bool),
    optional("State", Shape::Text),
    optional("InputTransformer", Shape::Map),
];

pub(super) fn resources(event: &Event, target: &Target) -> Result<Vec<Resource>, Fault> {
    let mut rule = rule(event, target)?;
    let arn = get_att(&event.id, "Arn");
    let (dead_letters, queue) = dead_letter_queue(event, target, &arn)?;
    rule.put("Targets", json!([rule_target(event, target, "LambdaTarget", dead_letters)]));
    let permission = event.permission(target, "events.amazonaws.com", "").with("SourceArn", arn);
    let mut resources = vec![rule];
    resources.extend(queue);
    resources.push(permission);
    Ok(resources)
}

/// The rule, without its target.
pub(crate) fn rule(event: &Event, target: &Target) -> Result<Resource, Fault> {
    if event.set("State").is_some() && event.get("Enabled").is_some() {
        return event.problem("State and Enabled Properties cannot both be specified.");
    }
    let mut rule = Resource::new(&*event.id, "AWS::Events::Rule", &inherited(target));
    let names: &[(&str, &str)] = match event.kind.as_str() {
        "Schedule" => &[("ScheduleExpression", "Schedule"), ("Name", "Name"), ("Description", "Description")],
        _ => &[("EventBusName", "EventBusName"), ("EventPattern", "Pattern"), ("Name", "RuleName")],
    };
    for (property, own) in names {
        rule = rule.with_given(property, event.get(own));
    }
    if let Some(state) = event.set("State") {
        rule.put("State", state.clone());
    }
    if let Some(enabled) = event.get("Enabled") {
        let enabled = crate::values::truthy(enabled);
        rule.put("State", if enabled { "ENABLED" } else { "DISABLED" });
    }
    Ok(rule)
}

/// What the rule calls; `suffix` ends the id of a target that the event does not name.
pub(crate) fn rule_target(
    event: &Event,
    target: &Target,
    suffix: &str,
    dead_letters: Option<Value>,
) -> Map<String, Value> {
    const LONGEST: usize = 64;
    let own_id = event.get("Target").and_then(|target| target.get("Id")).cloned();
    let id = own_id.unwrap_or_else(|| {
        let prefix: String = event.id.chars().take(LONGEST - suffix.len()).collect();
        json!(format!("{prefix}{suffix}"))
    });
    let mut rule_target = Map::new();
    rule_target.insert("Arn".to_owned(), target.arn());
    rule_target.insert("Id".to_owned(), id);
    for property in ["Input", "InputPath", "RetryPolicy", "InputTransformer"] {
        if let Some(value) = event.get(property) {
            rule_target.insert(property.to_owned(), value.clone());
        }
    }
    if let Some(arn) = dead_letters {
        rule_target.insert("DeadLetterConfig".to_owned(), json!({ "Arn": arn }));
    }
    rule_target
}

/// The queue that a `DeadLetterConfig` means.
pub(crate) enum DeadLetters {
    /// A queue that is there, by its ARN.
    Given(Value),
    /// A queue that SAM makes, by its logical id.
    Made(String),
}

impl DeadLetters {
    pub(crate) fn of(event: &Event) -> Result<Option<Self>, Fault> {
        let Some(Value::Object(config)) = event.get("DeadLetterConfig") else { return Ok(None) };
        let fail = |sentence: &str| Err(Problem::event(&event.id, sentence).into());
        match (config.get("Arn"), config.get("Type")) {
            (Some(_), Some(_)) => {
                return fail("You can either define 'Arn' or 'Type' property of DeadLetterConfig.");
            }
            (None, None) => return fail("No 'Arn' or 'Type' property provided for DeadLetterConfig."),
            (None, Some(kind)) if kind != "SQS" => {
                return fail("The only valid value for 'Type' property of DeadLetterConfig is 'SQS'.");
            }
            (Some(arn), None) if !arn.is_null() => return Ok(Some(Self::Given(arn.clone()))),
            _ => {}
        }
        match given(config, "QueueLogicalId") {
            None => Ok(Some(Self::Made(format!("{}Queue", event.id)))),
            Some(Value::String(id)) => Ok(Some(Self::Made(id.clone()))),
            Some(_) => fail("QueueLogicalId must be a string"),
        }
    }

    pub(crate) fn arn(&self) -> Value {
        match self {
            Self::Given(arn) => arn.clone(),
            Self::Made(id) => get_att(id, "Arn"),
        }
    }

    /// The queue, if it is SAM's.
    pub(crate) fn queue(&self, target: &Target) -> Option<Resource> {
        match self {
            Self::Given(_) => None,
            Self::Made(id) => Some(Resource::new(&**id, "AWS::SQS::Queue", &inherited(target))),
        }
    }
}

/// The ARN of the queue for events that could not be delivered, and the queue with its policy if it is SAM's.
pub(crate) fn dead_letter_queue(
    event: &Event,
    target: &Target,
    rule_arn: &Value,
) -> Result<(Option<Value>, Vec<Resource>), Fault> {
    let Some(dead_letters) = DeadLetters::of(event)? else { return Ok((None, Vec::new())) };
    let arn = dead_letters.arn();
    let Some(queue) = dead_letters.queue(target) else { return Ok((Some(arn), Vec::new())) };
    let statement = json!({
        "Action": "sqs:SendMessage",
        "Effect": "Allow",
        "Principal": { "Service": "events.amazonaws.com" },
        "Resource": arn,
        "Condition": { "ArnEquals": { "aws:SourceArn": rule_arn } },
    });
    let policy_id = format!("{}QueuePolicy", event.id);
    let policy = queue_policy(policy_id, &inherited(target), statement, reference(&queue.id));
    Ok((Some(arn), vec![queue, policy]))
}
