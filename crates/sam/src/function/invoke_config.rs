//! `EventInvokeConfig`: what becomes of asynchronous invocations.

use serde_json::{Map, Value, json};

use crate::Problem;
use crate::ids::suffix_of_text;
use crate::policies::allow;
use crate::resource::{Resource, Source};
use crate::values::{choose, get_att, given, if_argument, if_parts, is_no_value, printed, reference};
use crate::world::World;

/// A destination that is settled: its ARN, the queue or topic made for it, and the policy to use it.
struct Destination {
    arn: Value,
    made: Option<Resource>,
    policy: Value,
}

/// The configuration with all that it needs, and the policies for the function's role.
pub(crate) fn resources(
    source: &Source,
    alias: Option<&Resource>,
    world: &mut World,
) -> Result<(Vec<Resource>, Vec<Value>), Problem> {
    let id = format!("{}EventInvokeConfig", source.id);
    let config = source.get("EventInvokeConfig").map(|config| world.parameters.resolve(config));
    let config = config.and_then(|config| config.as_object().cloned()).unwrap_or_default();
    let mut resources = Vec::new();
    let mut policies = Vec::new();
    let mut destinations = Map::new();
    if let Some(wanted) = crate::values::set(&config, "DestinationConfig") {
        let path = "EventInvokeConfig.DestinationConfig";
        let wanted = crate::properties::expect_map(&source.id, path, wanted)?;
        for name in ["OnSuccess", "OnFailure"] {
            let Some(destination) = given(wanted, name) else { continue };
            let path = format!("{path}.{name}");
            let destination = crate::properties::expect_map(&source.id, &path, destination)?;
            let settled = settle(source, destination, &id, name, world)?;
            destinations.insert(name.to_owned(), json!({ "Destination": settled.arn }));
            resources.extend(settled.made);
            policies.push(settled.policy);
        }
    }
    let qualifier = alias.and_then(|alias| alias.properties.get("Name")).cloned();
    let depends_on = alias.map(|alias| json!([alias.id]));
    resources.push(
        Resource::new(id, "AWS::Lambda::EventInvokeConfig", &source.attributes)
            .depends_on(depends_on)
            .with("FunctionName", reference(&source.id))
            .with("Qualifier", qualifier.unwrap_or_else(|| json!("$LATEST")))
            .with("DestinationConfig", destinations)
            .with_given("MaximumEventAgeInSeconds", config.get("MaximumEventAgeInSeconds"))
            .with_given("MaximumRetryAttempts", config.get("MaximumRetryAttempts")),
    );
    Ok((resources, policies))
}

fn settle(
    source: &Source,
    wanted: &Map<String, Value>,
    config_id: &str,
    name: &str,
    world: &mut World,
) -> Result<Destination, Problem> {
    let id = format!("{config_id}{name}");
    let kind = wanted.get("Type").unwrap_or(&Value::Null);
    let known = ["SQS", "SNS", "EventBridge", "Lambda", "S3Bucket"];
    let Some(kind) = kind.as_str().filter(|kind| known.contains(kind)) else {
        let known = printed(&json!(known));
        return source.problem(format!("'Type: {}' must be one of {known}", printed(kind)));
    };
    let arn = given(wanted, "Destination");
    let conditional = match arn {
        Some(arn) => condition_of(arn, config_id, world)?,
        None => None,
    };
    if let (Some(arn), None) = (arn, &conditional) {
        return Ok(Destination { arn: arn.clone(), made: None, policy: policy(kind, arn, &id) });
    }
    let (suffix, resource_type) = match kind {
        "SQS" => ("Queue", "AWS::SQS::Queue"),
        "SNS" => ("Topic", "AWS::SNS::Topic"),
        _ => return source.problem("Destination is required if Type is not ['SQS', 'SNS']"),
    };
    let mut made = Resource::new(format!("{id}{suffix}"), resource_type, &source.inherited());
    let made_arn = if kind == "SQS" { get_att(&made.id, "Arn") } else { reference(&made.id) };
    let own = source.attributes.get("Condition").and_then(Value::as_str);
    let (arn, condition) = match conditional {
        Some((condition, other)) => (choose(&json!(condition), made_arn, other), Some(condition)),
        None => (made_arn, None),
    };
    if let Some(condition) = both_conditions(&source.id, own, condition, world) {
        made.attributes.insert("Condition".to_owned(), json!(condition));
    }
    let policy = policy(kind, &arn, &id);
    Ok(Destination { arn, made: Some(made), policy })
}

/// The condition under which a destination must be made, and the ARN to take otherwise.
fn condition_of(arn: &Value, config_id: &str, world: &mut World) -> Result<Option<(String, Value)>, Problem> {
    let Some(argument) = if_argument(arn) else { return Ok(None) };
    let [condition, yes, no] = if_parts(argument)
        .map_err(|e| Problem::resource(config_id, format!("Malformed 'Destination' property: {e}.")))?;
    let condition = condition.as_str().unwrap_or_default();
    match (is_no_value(yes), is_no_value(no)) {
        (true, false) => Ok(Some((condition.to_owned(), no.clone()))),
        (false, true) => {
            let negated = format!("NOT{condition}{}", suffix_of_text(config_id));
            let not = json!({ "Fn::Not": [{ "Condition": condition }] });
            world.conditions().insert(negated.clone(), not);
            Ok(Some((negated, yes.clone())))
        }
        _ => Ok(None),
    }
}

fn both_conditions(function_id: &str, own: Option<&str>, other: Option<String>, world: &mut World) -> Option<String> {
    let (Some(own), Some(other)) = (own, &other) else {
        return other.or_else(|| own.map(str::to_owned));
    };
    let name = format!("{own}AND{other}{}", suffix_of_text(function_id));
    // The translator wraps each condition twice.
    let part = |name: &str| json!({ "Condition": { "Condition": name } });
    let and = json!({ "Fn::And": [part(own), part(other)] });
    world.conditions().insert(name.clone(), and);
    Some(name)
}

fn policy(kind: &str, arn: &Value, id: &str) -> Value {
    match kind {
        "SQS" => allow(&format!("{id}SQSPolicy"), "sqs:SendMessage", arn),
        "SNS" => allow(&format!("{id}SNSPolicy"), "sns:publish", arn),
        "EventBridge" => allow(&format!("{id}EventBridgePolicy"), "events:PutEvents", arn),
        "Lambda" => allow(&format!("{id}LambdaPolicy"), "lambda:InvokeFunction", arn),
        _ => crate::events::s3_destination_policy(arn, id),
    }
}
