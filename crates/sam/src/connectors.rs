//! `AWS::Serverless::Connector`: what one resource needs to be allowed to use another.
//!
//! Connectors come last: they look at what all other resources have become, and make some of them
//! depend on the policies that they add.

use std::sync::OnceLock;

use serde_json::{Map, Value, json};

use crate::Problem;
use crate::properties::{Property, Shape, check, optional};
use crate::resource::{Resource, Source};
use crate::values::{is_alphanumeric, reference, referenced_id, set, truthy};
use crate::world::World;

pub(crate) const KIND: &str = "AWS::Serverless::Connector";

/// What may be connected and by which policies, made from the translator's data by `cargo xtask tables`.
const PROFILES: &str = include_str!("../tables/connectors.json");

const PROPERTIES: [Property; 3] = [
    optional("Source", Shape::AnyMap).needed(),
    optional("Destination", Shape::MapOrMaps).needed(),
    optional("Permissions", Shape::Texts).needed(),
];

/// SAM's types and what they become.
const TRANSLATED: [(&str, &str); 5] = [
    ("AWS::Serverless::Function", "AWS::Lambda::Function"),
    ("AWS::Serverless::StateMachine", "AWS::StepFunctions::StateMachine"),
    ("AWS::Serverless::Api", "AWS::ApiGateway::RestApi"),
    ("AWS::Serverless::HttpApi", "AWS::ApiGatewayV2::Api"),
    ("AWS::Serverless::SimpleTable", "AWS::DynamoDB::Table"),
];

fn profiles() -> &'static Value {
    static TABLE: OnceLock<Value> = OnceLock::new();
    TABLE.get_or_init(|| serde_json::from_str(PROFILES).unwrap_or_default())
}

/// Makes resources of the connectors that stand inside of other resources.
pub(crate) fn unfold(world: &mut World) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut found = Vec::new();
    for id in world.resources.ids() {
        let Some(Value::Object(resource)) = world.resources.get_mut(&id) else { continue };
        let Some(connectors) = resource.shift_remove("Connectors") else { continue };
        let Value::Object(connectors) = connectors else {
            problems.push(Problem::resource(&id, format!("Attribute '{id}.Connectors' should be a map.")));
            continue;
        };
        for (name, connector) in connectors {
            match embedded(&id, &name, connector) {
                Ok(connector) => found.push((id.clone(), format!("{id}{name}"), connector)),
                Err(problem) => problems.push(problem),
            }
        }
    }
    for (owner, id, connector) in found {
        if world.resources.get(&id).is_some() {
            problems.push(Problem::duplicate(&owner, &id, KIND));
        } else {
            world.resources.insert(&id, connector);
        }
    }
    problems
}

fn embedded(owner: &str, name: &str, connector: Value) -> Result<Value, Problem> {
    let id = format!("{owner}{name}");
    let Value::Object(mut connector) = connector else {
        return Err(Problem::resource(&id, format!("{owner}.{id} should be a map.")));
    };
    let Some(Value::Object(properties)) = connector.get_mut("Properties") else {
        let sentence = format!("Attribute 'Connectors.{name}.Properties' should be a map.");
        return Err(Problem::resource(owner, sentence));
    };
    let mut source = Map::new();
    source.insert("Id".to_owned(), json!(owner));
    match properties.shift_remove("SourceReference") {
        None => {}
        Some(Value::Object(more)) if more.contains_key("Id") => {
            return Err(Problem::resource(name, "'Id' shouldn't be defined in 'SourceReference'."));
        }
        Some(Value::Object(more)) => source.extend(more),
        Some(_) => {
            let sentence = format!("Property 'Connectors.{name}.Properties.SourceReference' should be a map.");
            return Err(Problem::resource(owner, sentence));
        }
    }
    properties.insert("Source".to_owned(), Value::Object(source));
    connector.insert("Type".to_owned(), json!(KIND));
    Ok(Value::Object(connector))
}

/// What is known of an end of a connector.
struct End {
    id: Option<String>,
    kind: String,
    /// `Arn`, `Url`, `Id`, `Name`, `Qualifier`.
    values: Map<String, Value>,
    role: Option<Value>,
}

/// The resources of one connector; `output` is what all others have become.
pub(crate) fn translate(
    source: &Source,
    world: &World,
    output: &mut Map<String, Value>,
) -> Result<Vec<Resource>, Problem> {
    check(&source.id, KIND, &PROPERTIES, &source.properties)?;
    let empty = json!({});
    let from = source.get("Source").unwrap_or(&empty);
    let (destinations, many) = match source.get("Destination") {
        Some(Value::Array(list)) => (list.clone(), true),
        one => (one.cloned().into_iter().collect(), false),
    };
    let mut resources = Vec::new();
    for (index, to) in destinations.iter().enumerate() {
        let destination = end(source, to, from, output)?;
        let origin = end(source, from, to, output)?;
        let suffix = if many { format!("Destination{index}") } else { String::new() };
        let mut made = connect(source, &origin, &destination, &suffix, output)?;
        let kind_of = |end: &End| {
            let original = end.id.as_deref().and_then(|id| world.resources.kind(id));
            json!({ "Type": original.unwrap_or(&end.kind) })
        };
        let ends = json!({ "Source": kind_of(&origin), "Destination": kind_of(&destination) });
        for resource in &mut made {
            let metadata = resource.attributes.entry("Metadata").or_insert_with(|| json!({}));
            metadata["aws:sam:connectors"] = json!({ source.id.as_str(): ends });
        }
        resources.extend(made);
    }
    if resources.is_empty() {
        return source.problem("'Destination' is an empty list");
    }
    depend_on_made(&source.id, &resources, output);
    Ok(resources)
}

/// Who depends on the connector depends on what it has become.
fn depend_on_made(id: &str, made: &[Resource], output: &mut Map<String, Value>) {
    for resource in output.values_mut() {
        let mut names = listed(resource.get("DependsOn"));
        if names.iter().any(|name| name == id) {
            names.retain(|name| name != id);
            for resource in made {
                push_once(&mut names, json!(resource.id));
            }
            resource["DependsOn"] = Value::Array(names);
        }
    }
}

fn listed(value: Option<&Value>) -> Vec<Value> {
    match value {
        None => Vec::new(),
        Some(Value::Array(items)) => items.clone(),
        Some(one) => vec![one.clone()],
    }
}

fn push_once(names: &mut Vec<Value>, name: Value) {
    if !names.contains(&name) {
        names.push(name);
    }
}

fn add_dependency(id: &str, on: &str, output: &mut Map<String, Value>) {
    if let Some(resource) = output.get_mut(id) {
        let mut names = listed(resource.get("DependsOn"));
        push_once(&mut names, json!(on));
        resource["DependsOn"] = Value::Array(names);
    }
}

fn end(source: &Source, given: &Value, other: &Value, output: &Map<String, Value>) -> Result<End, Problem> {
    let none = Map::new();
    let given = given.as_object().unwrap_or(&none);
    let describes = given.keys().any(|key| key != "Id" && key != "Qualifier");
    if given.contains_key("Id") == describes {
        return source
            .problem("Must provide 'Id' (with optional 'Qualifier') or a supported combination of other properties.");
    }
    let text = |map: &Map<String, Value>, name: &str| {
        let text = map.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        text.map(str::to_owned)
            .ok_or_else(|| Problem::resource(&source.id, format!("'{name}' is missing or not a string.")))
    };
    let Some(id) = set(given, "Id") else {
        let kind = text(given, "Type")?;
        let kind = TRANSLATED.iter().find(|(sam, _)| *sam == kind).map_or(kind, |(_, kind)| (*kind).to_owned());
        let names =
            [("Arn", "Arn"), ("QueueUrl", "Url"), ("ResourceId", "Id"), ("Name", "Name"), ("Qualifier", "Qualifier")];
        let values = names.iter().filter_map(|(own, name)| Some(((*name).to_owned(), given.get(*own)?.clone())));
        return Ok(End { id: None, kind, values: values.collect(), role: given.get("RoleName").cloned() });
    };
    if !id.is_string() {
        return source.problem("'Id' is missing or not a string.");
    }
    let id = text(given, "Id")?;
    let Some(Value::Object(resource)) = output.get(&id) else {
        return source.problem(format!("Unable to find resource with logical ID '{id}'."));
    };
    let kind = text(resource, "Type")?;
    let properties = resource.get("Properties").and_then(Value::as_object).unwrap_or(&none);
    let known = &profiles()["resources"][kind.as_str()];
    let outputs = replaced(&known["Outputs"], &[("logicalId", Some(json!(id)))]);
    let mut values = outputs.ok().and_then(|outputs| outputs.as_object().cloned()).unwrap_or_default();
    if let Some(qualifier) = given.get("Qualifier") {
        values.insert("Qualifier".to_owned(), qualifier.clone());
    }
    let role = role_of(&known["Inputs"]["Role"], properties, other);
    let role = role.as_ref().and_then(referenced_id).map(reference);
    Ok(End { id: Some(id), kind, values, role })
}

/// The role of a resource: a property of its own or, of a rule, that of the target which is meant.
fn role_of(input: &Value, properties: &Map<String, Value>, other: &Value) -> Option<Value> {
    if let Some(name) = input.as_str() {
        return properties.get(name).cloned();
    }
    if input["Function"] != "GetEventsRuleRole" {
        return None;
    }
    let targets = properties.get("Targets")?.as_array()?;
    let is_meant = |target: &&Value| {
        let arn = &target["Arn"];
        let id = referenced_id(arn);
        id.is_some() && id == other.get("Id").and_then(Value::as_str)
            || other.get("Arn").is_some_and(|other| other == arn)
    };
    targets.iter().find(is_meant)?.get("RoleArn").cloned()
}

fn connect(
    source: &Source,
    from: &End,
    to: &End,
    suffix: &str,
    output: &mut Map<String, Value>,
) -> Result<Vec<Resource>, Problem> {
    let profile = &profiles()["permissions"][from.kind.as_str()][to.kind.as_str()];
    if profile.is_null() {
        return source.problem(format!(
            "Unable to create connector from {} to {}; it's not supported or the template is invalid.",
            from.kind, to.kind
        ));
    }
    let asked = asked(source, from, to, &profile["Properties"])?;
    let mut variables: Vec<(String, Option<Value>)> = Vec::new();
    for (label, name) in [("Arn", "Arn"), ("ResourceId", "Id"), ("Name", "Name"), ("Qualifier", "Qualifier")] {
        for (side, end) in [("Source", from), ("Destination", to)] {
            variables.push((format!("{side}.{label}"), end.values.get(name).cloned()));
        }
    }
    let variables: Vec<(&str, Option<Value>)> =
        variables.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    let properties =
        replaced(&profile["Properties"], &variables).map_err(|sentence| Problem::resource(&source.id, sentence))?;
    let of_source = truthy(&properties["SourcePolicy"]);
    let (owner, side) = if of_source { (from, "Source") } else { (to, "Destination") };
    let needs = |value: Option<&Value>, what: &str| {
        value
            .cloned()
            .ok_or_else(|| Problem::resource(&source.id, format!("Unable to get {what} from '{side}' resource.")))
    };
    let new = |name: &str, kind: &'static str| {
        Resource::new(format!("{}{name}{suffix}", source.id), kind, &source.attributes)
            .depends_on(source.depends_on.clone())
    };
    let document = || {
        let statements = asked.iter().flat_map(|name| listed(properties["AccessCategories"][name].get("Statement")));
        json!({ "Version": "2012-10-17", "Statement": statements.collect::<Vec<_>>() })
    };
    match profile["Type"].as_str() {
        Some("AWS_IAM_ROLE_MANAGED_POLICY") => {
            let role = needs(owner.role.as_ref(), "IAM role name")?;
            let policy = new("Policy", "AWS::IAM::ManagedPolicy")
                .with("PolicyDocument", document())
                .with("Roles", json!([role]));
            make_depend(&properties["DependedBy"], from, to, &policy.id, output);
            Ok(vec![policy])
        }
        Some("AWS_LAMBDA_PERMISSION") => {
            let function = needs(owner.values.get("Arn"), "Lambda function ARN")?;
            let permission = |name: &&String| {
                let settings = &properties["AccessCategories"][name.as_str()];
                ["Action", "Principal", "SourceArn", "SourceAccount"].iter().fold(
                    new(&format!("{name}LambdaPermission"), "AWS::Lambda::Permission")
                        .with("FunctionName", function.clone()),
                    |permission, property| permission.with_given(property, settings.get(property)),
                )
            };
            Ok(asked.iter().map(|name| permission(&name)).collect())
        }
        Some("AWS_SNS_TOPIC_POLICY") => {
            let topic = needs(owner.values.get("Arn"), "SNS topic ARN")?;
            let policy = new("TopicPolicy", "AWS::SNS::TopicPolicy").with("Topics", json!([topic]));
            Ok(vec![policy.with("PolicyDocument", document())])
        }
        _ => {
            let queue = needs(owner.values.get("Url"), "SQS queue URL")?;
            let policy = new("QueuePolicy", "AWS::SQS::QueuePolicy").with("Queues", json!([queue]));
            Ok(vec![policy.with("PolicyDocument", document())])
        }
    }
}

/// What needs a policy before it works is made after it.
fn make_depend(by: &Value, from: &End, to: &End, policy: &str, output: &mut Map<String, Value>) {
    match (by.as_str(), &from.id, &to.id) {
        (Some("SOURCE"), Some(id), _) => add_dependency(id, policy, output),
        (Some("DESTINATION_EVENT_SOURCE_MAPPING"), Some(from), Some(to)) => {
            let is_between = |resource: &Value| {
                let names = |name: &str| resource["Properties"].get(name).and_then(referenced_id);
                resource["Type"] == "AWS::Lambda::EventSourceMapping"
                    && names("FunctionName") == Some(to)
                    && names("EventSourceArn") == Some(from)
            };
            let mappings: Vec<String> =
                output.iter().filter(|(_, resource)| is_between(resource)).map(|(id, _)| id.clone()).collect();
            if let [mapping] = mappings.as_slice() {
                add_dependency(mapping, policy, output);
            }
        }
        _ => {}
    }
}

/// The permissions that are asked for, in the order of the profile.
fn asked(source: &Source, from: &End, to: &End, profile: &Value) -> Result<Vec<String>, Problem> {
    let known: Vec<&String> = profile["AccessCategories"].as_object().into_iter().flat_map(Map::keys).collect();
    let shown = known.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
    let wanted: Vec<&str> =
        source.get("Permissions").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    if wanted.is_empty() {
        return source.problem(format!("'Permissions' cannot be empty; valid values are: {shown}."));
    }
    let unsupported =
        format!("Unsupported 'Permissions' provided for connector from {} to {}; valid", from.kind, to.kind);
    if wanted.iter().any(|name| !known.iter().any(|known| known == name)) {
        return source.problem(format!("{unsupported} values are: {shown}."));
    }
    let asked: Vec<String> = known.into_iter().filter(|name| wanted.contains(&name.as_str())).cloned().collect();
    if let Some(Value::Array(combinations)) = profile.get("ValidAccessCategories") {
        let in_order = |names: &[String]| {
            let mut names = names.to_vec();
            names.sort();
            names
        };
        let valid: Vec<Vec<String>> = combinations
            .iter()
            .map(|names| {
                in_order(&listed(Some(names)).iter().filter_map(|n| n.as_str().map(str::to_owned)).collect::<Vec<_>>())
            })
            .collect();
        if !valid.contains(&in_order(&asked)) {
            let shown = valid.iter().map(|names| names.join(" + ")).collect::<Vec<_>>().join(", ");
            return source.problem(format!("{unsupported} combinations are: {shown}."));
        }
    }
    Ok(asked)
}

/// The value with every `%{name}` replaced: by the value itself where it stands alone, inside of text
/// through `Fn::Sub`.
fn replaced(value: &Value, variables: &[(&str, Option<Value>)]) -> Result<Value, String> {
    match value {
        Value::Array(items) => items.iter().map(|item| replaced(item, variables)).collect(),
        Value::Object(map) => {
            let members = map.iter().map(|(key, value)| Ok((key.clone(), replaced(value, variables)?)));
            members.collect::<Result<Map<String, Value>, String>>().map(Value::Object)
        }
        Value::String(text) => replaced_text(text, variables),
        other => Ok(other.clone()),
    }
}

fn replaced_text(text: &str, variables: &[(&str, Option<Value>)]) -> Result<Value, String> {
    let mut text = text.to_owned();
    let mut used = Map::new();
    for (name, value) in variables {
        let pattern = format!("%{{{name}}}");
        if !text.contains(&pattern) {
            continue;
        }
        let Some(value) = value else { return Err(format!("{name} is missing.")) };
        if text == pattern {
            return Ok(value.clone());
        }
        let letters: String = name.chars().filter(|c| is_alphanumeric(&c.to_string())).collect();
        text = text.replace(&pattern, &format!("${{{letters}}}"));
        used.insert(letters, value.clone());
    }
    let has_variable = text.find("${").is_some_and(|start| text[start..].contains('}'));
    Ok(match (has_variable, used.is_empty()) {
        (false, _) => json!(text),
        (true, true) => json!({ "Fn::Sub": text }),
        (true, false) => json!({ "Fn::Sub": [text, used] }),
    })
}
