//! `DeploymentPreference`: shifting traffic to a new version through CodeDeploy.

use indexmap::{IndexMap, IndexSet};
use serde_json::{Map, Value, json};

use crate::Problem;
use crate::implicit_api::any_of;
use crate::policies::trust;
use crate::references::find_in_map;
use crate::resource::{Resource, Source};
use crate::values::{
    choose, get_att, given, if_argument, if_parts, intrinsic, is_intrinsic, is_no_value, reference, set, tag_list,
    truthy,
};
use crate::world::World;

const APPLICATION: &str = "ServerlessDeploymentApplication";
const SERVICE_ROLE: &str = "CodeDeployServiceRole";
const CONDITION: &str = "ServerlessCodeDeployCondition";
/// Names that stand for a deployment configuration of CodeDeploy's own.
const PREDEFINED: [&str; 9] = [
    "Canary10Percent5Minutes",
    "Canary10Percent10Minutes",
    "Canary10Percent15Minutes",
    "Canary10Percent30Minutes",
    "Linear10PercentEvery1Minute",
    "Linear10PercentEvery2Minutes",
    "Linear10PercentEvery3Minutes",
    "Linear10PercentEvery10Minutes",
    "AllAtOnce",
];

/// The preferences of all functions, from which one CodeDeploy application is made.
#[derive(Debug, Default)]
pub(crate) struct DeploymentPreferences(IndexMap<String, Preference>);

#[derive(Debug)]
struct Preference {
    settings: Map<String, Value>,
    /// The function's condition, where the preference passes it on.
    condition: Option<String>,
    tags: Option<Map<String, Value>>,
}

/// Notes the function's preference and gives its alias the update policy.
pub(crate) fn register(source: &Source, alias: Option<&mut Resource>, world: &mut World) -> Result<(), Problem> {
    let Some(Value::Object(settings)) = source.set("DeploymentPreference") else { return Ok(()) };
    let mut settings = settings.clone();
    for name in ["Enabled", "Type", "PassthroughCondition"] {
        if let Some(value) = settings.get_mut(name) {
            *value = resolved(value, world)?;
        }
    }
    let passes_condition = match settings.get("PassthroughCondition") {
        None => false,
        Some(value) => truth(source, "PassthroughCondition", value)?,
    };
    let enabled = settings.get("Enabled").is_none_or(|value| truthy(value) && value != "false" && value != "False");
    if !enabled {
        return Ok(());
    }
    if !settings.contains_key("Type") {
        return source.problem("'DeploymentPreference' is missing required Property 'Type'");
    }
    let hooks = match settings.get("Hooks") {
        None => Map::new(),
        Some(Value::Object(hooks)) => hooks.clone(),
        Some(_) => {
            return source.problem("'Hooks' property of 'DeploymentPreference' must be a dictionary");
        }
    };
    let condition = source.attributes.get("Condition").and_then(Value::as_str);
    let tags = source.set("Tags").and_then(Value::as_object);
    let propagates = source.set("PropagateTags").is_some();
    let preference = Preference {
        settings,
        condition: condition.filter(|_| passes_condition).map(str::to_owned),
        tags: tags.filter(|_| propagates).cloned(),
    };
    world.deployment_preferences.0.insert(source.id.clone(), preference);
    let Some(alias) = alias else {
        return source.problem("'DeploymentPreference' requires AutoPublishAlias property to be specified.");
    };
    let mut update = json!({
        "ApplicationName": reference(APPLICATION),
        "DeploymentGroupName": reference(&group_id(&source.id)),
    });
    for (hook, name) in [("PreTraffic", "BeforeAllowTrafficHook"), ("PostTraffic", "AfterAllowTrafficHook")] {
        if let Some(function) = given(&hooks, hook).filter(|value| **value != json!({"Ref": null})) {
            update[name] = function.clone();
        }
    }
    let policy = json!({ "CodeDeployLambdaAliasUpdate": update });
    alias.attributes.insert("UpdatePolicy".to_owned(), policy);
    Ok(())
}

/// With references to parameters and mappings replaced.
fn resolved(value: &Value, world: &World) -> Result<Value, Problem> {
    let value = world.parameters.resolve(value);
    find_in_map(&value, world.template.get("Mappings"))
}

fn truth(source: &Source, name: &str, value: &Value) -> Result<bool, Problem> {
    match value {
        Value::Bool(value) => Ok(*value),
        Value::String(text) if text == "true" || text == "True" => Ok(true),
        Value::String(text) if text == "false" || text == "False" => Ok(false),
        value if is_intrinsic(value) => source.problem(format!(
            "Unsupported intrinsic: the only intrinsic functions supported for property {name} are \
             FindInMap and parameter Refs."
        )),
        _ => source.problem(format!("Invalid value for property {name}.")),
    }
}

fn group_id(function_id: &str) -> String {
    format!("{function_id}DeploymentGroup")
}

impl World {
    /// Adds the CodeDeploy application, its role and the groups, if any function asks for them.
    pub(crate) fn finish_deployment_preferences(
        &mut self,
        output: &mut Map<String, Value>,
        problems: &mut Vec<Problem>,
    ) {
        let preferences = std::mem::take(&mut self.deployment_preferences.0);
        if preferences.is_empty() {
            return;
        }
        let mut resources = Vec::new();
        let condition = shared_condition(&preferences, self);
        let tags: Map<String, Value> = preferences.values().filter_map(|p| p.tags.clone()).flatten().collect();
        resources.push(
            Resource::new(APPLICATION, "AWS::CodeDeploy::Application", &Map::new()).with("ComputePlatform", "Lambda"),
        );
        if !preferences.values().all(|p| set(&p.settings, "Role").is_some()) {
            let limited = ["aws-iso", "aws-iso-b"].contains(&self.partition);
            let name = if limited { "AWSCodeDeployRoleForLambdaLimited" } else { "AWSCodeDeployRoleForLambda" };
            let arn = self.managed_policy_arn(&format!("service-role/{name}"));
            resources.push(
                Resource::new(SERVICE_ROLE, "AWS::IAM::Role", &Map::new())
                    .with("AssumeRolePolicyDocument", trust("codedeploy.amazonaws.com"))
                    .with("ManagedPolicyArns", vec![arn]),
            );
        }
        for resource in &mut resources {
            if !tags.is_empty() {
                resource.put("Tags", tag_list(&tags));
            }
            if let Some(condition) = &condition {
                resource.attributes.insert("Condition".to_owned(), json!(condition));
            }
        }
        for (id, preference) in &preferences {
            match group(id, preference) {
                Ok(group) => resources.push(group),
                Err(problem) => problems.push(problem),
            }
        }
        for resource in resources {
            match resource.to_json() {
                Ok(json) => drop(output.insert(resource.id, json)),
                Err(problem) => problems.push(problem),
            }
        }
    }
}

/// The condition under which any of the functions exists, when all are conditional.
fn shared_condition(preferences: &IndexMap<String, Preference>, world: &mut World) -> Option<String> {
    let all = preferences.values().map(|preference| preference.condition.clone());
    let all: IndexSet<String> = all.collect::<Option<_>>()?;
    let mut names: Vec<String> = all.into_iter().collect();
    if names.len() <= 1 {
        return names.pop();
    }
    world.conditions().extend(any_of(names, CONDITION));
    Some(CONDITION.to_owned())
}

fn group(function_id: &str, preference: &Preference) -> Result<Resource, Problem> {
    let settings = &preference.settings;
    let alarms = alarms(settings.get("Alarms")).map_err(|sentence| Problem::resource(function_id, sentence))?;
    let role = set(settings, "Role").cloned();
    let mut attributes = Map::new();
    if let Some(condition) = &preference.condition {
        attributes.insert("Condition".to_owned(), json!(condition));
    }
    let kind = "AWS::CodeDeploy::DeploymentGroup";
    let mut group = Resource::new(group_id(function_id), kind, &attributes)
        .with("AlarmConfiguration", alarms)
        .with("ApplicationName", reference(APPLICATION))
        .with(
            "AutoRollbackConfiguration",
            json!({
                "Enabled": true,
                "Events":
                    ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"],
            }),
        )
        .with("DeploymentConfigName", configuration(&settings["Type"], None))
        .with("DeploymentStyle", json!({ "DeploymentType": "BLUE_GREEN", "DeploymentOption": "WITH_TRAFFIC_CONTROL" }))
        .with("ServiceRoleArn", role.unwrap_or_else(|| get_att(SERVICE_ROLE, "Arn")));
    if let Some(triggers) = set(settings, "TriggerConfigurations") {
        group.put("TriggerConfigurations", triggers.clone());
    }
    if let Some(tags) = &preference.tags {
        group.put("Tags", tag_list(tags));
    }
    Ok(group)
}

fn alarms(alarms: Option<&Value>) -> Result<Value, String> {
    let Some(alarms) = alarms.filter(|a| truthy(a) && !is_no_value(a)) else {
        return Ok(Value::Null);
    };
    let Some(argument) = if_argument(alarms) else { return alarm_list(alarms) };
    let [condition, yes, no] = if_parts(argument)?;
    Ok(choose(condition, alarm_list(yes)?, alarm_list(no)?))
}

fn alarm_list(alarms: &Value) -> Result<Value, String> {
    let Value::Array(alarms) = alarms else {
        return Err("Alarms must be a list".to_owned());
    };
    if alarms.first().is_none_or(is_no_value) {
        return Ok(json!({}));
    }
    let names: Vec<Value> = alarms.iter().map(|name| json!({ "Name": name })).collect();
    Ok(json!({ "Enabled": true, "Alarms": names }))
}

/// The name of a configuration, with CodeDeploy's prefix where it is one of CodeDeploy's own.
fn configuration(value: &Value, inside: Option<&str>) -> Value {
    const TEXT: &str = "CodeDeployDefault.Lambda${ConfigName}";
    match value {
        Value::Array(items) => items.iter().map(|item| configuration(item, None)).collect(),
        Value::String(name) if PREDEFINED.contains(&name.as_str()) => {
            let parts = json!([TEXT, { "ConfigName": name }]);
            if inside == Some("Fn::Sub") { parts } else { json!({ "Fn::Sub": parts }) }
        }
        value => match intrinsic(value) {
            Some((name, argument)) => json!({ name: configuration(argument, Some(name)) }),
            None => value.clone(),
        },
    }
}
