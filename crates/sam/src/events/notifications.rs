//! Services that call a function by themselves: S3, SNS, Cognito, CloudWatch Logs, IoT, Alexa.

use serde_json::{Map, Value, json};

use super::{Event, inherited, permission, queue_policy};
use crate::Problem;
use crate::function::Target;
use crate::properties::{Property, Shape, optional, passed, required};
use crate::resource::Resource;
use crate::values::{choose, get_att, given, only_if, reference, referenced_id, substitute, tag_list, truthy};
use crate::world::{Fault, World};

pub(super) fn properties(kind: &str) -> Option<Vec<Property>> {
    Some(match kind {
        "S3" => vec![
            required("Bucket", Shape::Text),
            required("Events", Shape::TextOrTexts).literal(),
            optional("Filter", Shape::MapOfText),
        ],
        "SNS" => vec![
            required("Topic", Shape::Text),
            optional("Region", Shape::Text),
            passed("FilterPolicy"),
            passed("FilterPolicyScope"),
            optional("SqsSubscription", Shape::BoolOrMap),
            optional("RedrivePolicy", Shape::Map),
        ],
        "Cognito" => vec![required("UserPool", Shape::Text), required("Trigger", Shape::TextOrTexts).literal()],
        "CloudWatchLogs" => {
            vec![required("LogGroupName", Shape::Text), required("FilterPattern", Shape::Text)]
        }
        "IoTRule" => vec![required("Sql", Shape::Text), optional("AwsIotSqlVersion", Shape::Text)],
        "AlexaSkill" => vec![optional("SkillId", Shape::Text)],
        _ => return None,
    })
}

/// The bucket or user pool, which must be a resource of the same template.
pub(super) fn link(event: &Event, world: &World) -> Result<String, Fault> {
    let (property, sentence) = match event.kind.as_str() {
        "S3" => ("Bucket", "S3 events must reference an S3 bucket in the same template."),
        _ => ("UserPool", "Cognito events must reference a Cognito UserPool in the same template."),
    };
    let reference = event.get(property).and_then(|value| value.get("Ref"));
    match reference {
        Some(Value::String(id)) if world.resources.get(id).is_some() => Ok(id.clone()),
        Some(value) if !value.is_string() && event.kind == "S3" => {
            event.problem("'Ref' value in S3 events is not a valid string.")
        }
        Some(value) if !value.is_string() => Err(Problem::event(&event.id, "Ref in Userpool is not a string.").into()),
        _ => event.problem(sentence),
    }
}

pub(super) fn resources(
    event: &Event,
    target: &Target,
    role: &mut Resource,
    world: &mut World,
) -> Result<Vec<Resource>, Fault> {
    match event.kind.as_str() {
        "S3" => bucket(event, target, world),
        "SNS" => topic(event, target, role, world),
        "Cognito" => user_pool(event, target, world),
        "CloudWatchLogs" => Ok(log_group(event, target, world)),
        "IoTRule" => Ok(iot_rule(event, target, world)),
        _ => Ok(vec![
            event
                .permission(target, "alexa-appkit.amazon.com", "")
                .with_given("EventSourceToken", event.get("SkillId")),
        ]),
    }
}

/// One text or a list of them.
fn texts(value: Option<&Value>) -> Vec<Value> {
    match value {
        Some(Value::Array(items)) => items.clone(),
        Some(one) => vec![one.clone()],
        None => Vec::new(),
    }
}

/// A resource of the template that an event changed, as it comes out.
fn changed(id: &str, kind: &'static str, world: &World) -> Resource {
    let json = world.resources.get(id).cloned().unwrap_or_default();
    let kept = ["DeletionPolicy", "UpdatePolicy", "Condition", "UpdateReplacePolicy", "Metadata"];
    let attributes: Map<String, Value> =
        kept.iter().filter_map(|&name| Some((name.to_owned(), json.get(name)?.clone()))).collect();
    let mut resource = Resource::new(id, kind, &attributes).depends_on(json.get("DependsOn").cloned());
    resource.properties = world.resources.properties(id).cloned().unwrap_or_default();
    resource
}

fn bucket(event: &Event, target: &Target, world: &mut World) -> Result<Vec<Resource>, Fault> {
    let id = link(event, world)?;
    let permission =
        event.permission(target, "s3.amazonaws.com", "").with("SourceAccount", reference("AWS::AccountId"));
    match target.condition() {
        Some(condition) => depend_by_tag(&id, &permission.id, condition, world)?,
        None => depend_on(event, &id, &permission.id, world)?,
    }
    let mut call = json!({ "Function": target.arn() });
    if let Some(filter) = event.get("Filter") {
        call["Filter"] = filter.clone();
    }
    let Some(properties) = world.resources.properties_mut(&id) else {
        return Err(Problem::resource(&id, "Properties should be a map.").into());
    };
    let notifications = member_map(&id, properties, "NotificationConfiguration")?;
    let list = notifications.entry("LambdaConfigurations").or_insert_with(|| json!([]));
    if list.is_null() {
        *list = json!([]);
    }
    let Value::Array(list) = list else {
        let sentence = "Invalid type for LambdaConfigurations. Must be a list.";
        return Err(Problem::resource(&id, sentence).into());
    };
    for kind in texts(event.get("Events")) {
        let mut call = call.clone();
        call["Event"] = kind;
        let call = match target.condition() {
            Some(condition) => only_if(condition, call),
            None => call,
        };
        if !list.contains(&call) {
            list.push(call);
        }
    }
    Ok(vec![permission, changed(&id, "AWS::S3::Bucket", world)])
}

fn member_map<'a>(
    id: &str,
    properties: &'a mut Map<String, Value>,
    name: &str,
) -> Result<&'a mut Map<String, Value>, Problem> {
    let value = properties.entry(name).or_insert_with(|| json!({}));
    if value.is_null() {
        *value = json!({});
    }
    let sentence = format!("Property '{name}' should be a map.");
    value.as_object_mut().ok_or_else(|| Problem::resource(id, sentence))
}

/// S3 checks the permission when the bucket is made, so the permission comes first.
fn depend_on(event: &Event, id: &str, permission: &str, world: &mut World) -> Result<(), Problem> {
    let Some(Value::Object(bucket)) = world.resources.get_mut(id) else { return Ok(()) };
    let mut names = texts(bucket.get("DependsOn"));
    if names.iter().any(|name| !name.is_string()) {
        return Err(Problem::resource(
            &event.id,
            "Invalid type for field 'DependsOn'. Expected a string or list of strings.",
        ));
    }
    if !names.iter().any(|name| name == permission) {
        names.push(json!(permission));
    }
    bucket.insert("DependsOn".to_owned(), Value::Array(names));
    Ok(())
}

/// A dependency cannot be conditional, but a tag that names the permission can.
fn depend_by_tag(id: &str, permission: &str, condition: &Value, world: &mut World) -> Result<(), Problem> {
    let Some(properties) = world.resources.properties_mut(id) else { return Ok(()) };
    let tags = properties.entry("Tags").or_insert_with(|| json!([]));
    let Value::Array(tags) = tags else {
        return Err(Problem::resource(id, "Property 'Tags' should be a list."));
    };
    let value = choose(condition, reference(permission), json!("no dependency"));
    let mut tag = Map::new();
    tag.insert(format!("sam:ConditionalDependsOn:{permission}"), value);
    tags.extend(tag_list(&tag));
    Ok(())
}

fn topic(event: &Event, target: &Target, role: &mut Resource, world: &World) -> Result<Vec<Resource>, Fault> {
    let topic = event.get("Topic").cloned().unwrap_or_default();
    let subscription = |protocol: &str, endpoint: Value| {
        let mut subscription = Resource::new(&*event.id, "AWS::SNS::Subscription", &inherited(target))
            .with("Protocol", protocol)
            .with("Endpoint", endpoint)
            .with("TopicArn", topic.clone());
        for name in ["Region", "FilterPolicy", "FilterPolicyScope", "RedrivePolicy"] {
            subscription = subscription.with_given(name, event.get(name));
        }
        subscription
    };
    let Some(through_queue) = event.set("SqsSubscription") else {
        let permission = event.permission(target, "sns.amazonaws.com", "").with("SourceArn", topic.clone());
        return Ok(vec![permission, subscription("lambda", target.arn())]);
    };
    let attributes = inherited(target);
    let mut resources = Vec::new();
    let (arn, url, policy_id, batch_size) = if let Value::Object(queue) = through_queue {
        let (Some(arn), Some(url)) = (crate::values::set(queue, "QueueArn"), crate::values::set(queue, "QueueUrl"))
        else {
            return event.problem("No QueueARN or QueueURL provided.");
        };
        let policy_id = queue.get("QueuePolicyLogicalId").and_then(Value::as_str);
        (arn.clone(), url.clone(), policy_id, queue.get("BatchSize").cloned())
    } else {
        let id = format!("{}Queue", event.id);
        let mut queue = Resource::new(&*id, "AWS::SQS::Queue", &attributes);
        if let Some(fifo) = is_fifo(&topic, world) {
            queue.put("FifoQueue", fifo);
        }
        resources.push(queue);
        (get_att(&id, "Arn"), reference(&id), None, None)
    };
    let poll = Event {
        id: format!("{}EventSourceMapping", event.id),
        name: event.name.clone(),
        kind: "SQS".to_owned(),
        properties: [
            ("Queue".to_owned(), arn.clone()),
            ("BatchSize".to_owned(), batch_size.filter(truthy).unwrap_or_else(|| json!(10))),
            ("Enabled".to_owned(), json!(true)),
        ]
        .into_iter()
        .collect(),
    };
    resources.extend(super::pull::resources(&poll, target, role)?);
    let statement = json!({
        "Action": "sqs:SendMessage",
        "Effect": "Allow",
        "Principal": "*",
        "Resource": arn,
        "Condition": { "ArnEquals": { "aws:SourceArn": topic } },
    });
    let policy_id = policy_id.map_or_else(|| format!("{}QueuePolicy", event.id), str::to_owned);
    resources.push(queue_policy(policy_id, &attributes, statement, url));
    resources.push(subscription("sqs", arn));
    Ok(resources)
}

fn is_fifo(topic: &Value, world: &World) -> Option<Value> {
    let properties = world.resources.properties(referenced_id(topic)?)?;
    Some(world.parameters.resolve(properties.get("FifoTopic")?)).filter(truthy)
}

fn user_pool(event: &Event, target: &Target, world: &mut World) -> Result<Vec<Resource>, Fault> {
    let id = link(event, world)?;
    let prefix = format!("{}Cognito", target.id);
    let permission =
        permission(&prefix, target, "cognito-idp.amazonaws.com", "").with("SourceArn", get_att(&id, "Arn"));
    let Some(properties) = world.resources.properties_mut(&id) else {
        return Err(Problem::resource(&id, "Properties should be a map.").into());
    };
    let config = member_map(&id, properties, "LambdaConfig")?;
    for trigger in texts(event.get("Trigger")) {
        let name = crate::values::printed(&trigger);
        if given(config, &name).is_some() {
            let all = crate::values::printed(event.get("Trigger").unwrap_or(&Value::Null));
            return event.problem(format!("Cognito trigger \"{all}\" defined multiple times."));
        }
        config.insert(name, target.arn());
    }
    Ok(vec![permission, changed(&id, "AWS::Cognito::UserPool", world)])
}

fn log_group(event: &Event, target: &Target, world: &World) -> Vec<Resource> {
    let arn =
        format!("arn:{}:logs:${{AWS::Region}}:${{AWS::AccountId}}:log-group:${{__LogGroupName__}}:*", world.partition);
    let variables = json!({ "__LogGroupName__": event.get("LogGroupName") });
    let permission = event.permission(target, "logs.amazonaws.com", "").with("SourceArn", substitute(&arn, variables));
    let filter = Resource::new(&*event.id, "AWS::Logs::SubscriptionFilter", &inherited(target))
        .depends_on(Some(json!([permission.id])))
        .with_given("LogGroupName", event.get("LogGroupName"))
        .with_given("FilterPattern", event.get("FilterPattern"))
        .with("DestinationArn", target.arn());
    vec![permission, filter]
}

fn iot_rule(event: &Event, target: &Target, world: &World) -> Vec<Resource> {
    let arn = format!("arn:{}:iot:${{AWS::Region}}:${{AWS::AccountId}}:rule/${{RuleName}}", world.partition);
    let permission = event
        .permission(target, "iot.amazonaws.com", "")
        .with("SourceArn", substitute(&arn, json!({ "RuleName": reference(&event.id) })))
        .with("SourceAccount", json!({ "Fn::Sub": "${AWS::AccountId}" }));
    let mut payload = json!({
        "Sql": event.get("Sql"),
        "RuleDisabled": false,
        "Actions": [{ "Lambda": { "FunctionArn": target.arn() } }],
    });
    if let Some(version) = event.set("AwsIotSqlVersion") {
        payload["AwsIotSqlVersion"] = version.clone();
    }
    let rule = Resource::new(&*event.id, "AWS::IoT::TopicRule", &inherited(target)).with("TopicRulePayload", payload);
    vec![permission, rule]
}
