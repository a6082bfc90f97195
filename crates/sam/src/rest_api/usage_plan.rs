//! `UsagePlan`: an API key and the plan that it is used under, for one API or shared by all.

use serde_json::{Map, Value, json};

use super::Api;
use crate::Problem;
use crate::py27::Py;
use crate::resource::Resource;
use crate::values::reference;
use crate::world::{Fault, World};

const SHARED_CONDITION: &str = "SharedUsagePlanCondition";

/// What the APIs of the template bring to the plan that they share.
#[derive(Debug, Default)]
pub(crate) struct SharedUsagePlan {
    depends_on: Vec<String>,
    api_stages: Vec<Value>,
    stage_keys: Vec<Value>,
    conditions: Vec<String>,
    has_unconditional_api: bool,
    deletion_policy: Option<Value>,
    update_replace_policy: Option<Value>,
}

pub(crate) fn resources(api: &Api, stage: &Resource, world: &mut World) -> Result<Vec<Resource>, Fault> {
    let auth = api.set("Auth").and_then(Py::as_dict);
    let plan = auth.and_then(|auth| auth.get("UsagePlan")).filter(|plan| !plan.is_none());
    let Some(plan) = plan.map(Py::to_json) else { return Ok(Vec::new()) };
    let Value::Object(plan) = plan else {
        return api.fail("'UsagePlan' must be a dictionary");
    };
    let known = ["CreateUsagePlan", "Description", "Quota", "Tags", "Throttle", "UsagePlanName"];
    if plan.keys().any(|key| !known.contains(&key.as_str())) {
        return api.fail("Invalid property for 'UsagePlan'");
    }
    match plan.get("CreateUsagePlan").and_then(Value::as_str) {
        Some("NONE") => Ok(Vec::new()),
        Some("PER_API") => Ok(own_plan(api, stage, &plan)),
        Some("SHARED") => shared_plan(api, stage, &plan, world),
        None if plan.get("CreateUsagePlan").is_none_or(Value::is_null) => {
            api.fail("'CreateUsagePlan' is a required field for UsagePlan.")
        }
        _ => api.fail("'CreateUsagePlan' accepts one of ['SHARED', 'PER_API', 'NONE']."),
    }
}

fn api_stage(api: &Api, stage: &Resource) -> Value {
    json!({ "ApiId": reference(api.id()), "Stage": reference(&stage.id) })
}

fn stage_key(api: &Api, stage: &Resource) -> Value {
    json!({ "RestApiId": reference(api.id()), "StageName": reference(&stage.id) })
}

fn own_plan(api: &Api, stage: &Resource, plan: &Map<String, Value>) -> Vec<Resource> {
    let attributes = api.source.inherited();
    let parts = Parts {
        prefix: api.id().to_owned(),
        depends_on: vec![api.id().to_owned()],
        api_stages: vec![api_stage(api, stage)],
        stage_keys: vec![stage_key(api, stage)],
        attributes: [attributes.clone(), attributes.clone(), attributes],
    };
    parts.resources(plan)
}

fn shared_plan(
    api: &Api,
    stage: &Resource,
    plan: &Map<String, Value>,
    world: &mut World,
) -> Result<Vec<Resource>, Fault> {
    let own = api.source.inherited();
    let first = shared_attributes(&own, world)?;
    let second = shared_attributes(&own, world)?;
    let third = shared_attributes(&own, world)?;
    let shared = &mut world.shared_usage_plan;
    if !shared.depends_on.iter().any(|id| id == api.id()) {
        shared.depends_on.push(api.id().to_owned());
    }
    shared.api_stages.push(api_stage(api, stage));
    shared.stage_keys.push(stage_key(api, stage));
    let parts = Parts {
        prefix: "Serverless".to_owned(),
        depends_on: shared.depends_on.clone(),
        api_stages: shared.api_stages.clone(),
        stage_keys: shared.stage_keys.clone(),
        attributes: [first, second, third],
    };
    Ok(parts.resources(plan))
}

struct Parts {
    prefix: String,
    depends_on: Vec<String>,
    api_stages: Vec<Value>,
    stage_keys: Vec<Value>,
    /// Of the plan, the key and what joins them.
    attributes: [Map<String, Value>; 3],
}

impl Parts {
    fn resources(self, plan: &Map<String, Value>) -> Vec<Resource> {
        let plan_id = format!("{}UsagePlan", self.prefix);
        let key_id = format!("{}ApiKey", self.prefix);
        let [plan_attributes, key_attributes, join_attributes] = &self.attributes;
        let mut usage_plan = Resource::new(&*plan_id, "AWS::ApiGateway::UsagePlan", plan_attributes)
            .depends_on(Some(json!(self.depends_on)))
            .with("ApiStages", self.api_stages);
        for name in ["UsagePlanName", "Description", "Quota", "Tags", "Throttle"] {
            if let Some(value) = crate::values::set(plan, name) {
                usage_plan.put(name, value.clone());
            }
        }
        let key = Resource::new(&*key_id, "AWS::ApiGateway::ApiKey", key_attributes)
            .depends_on(Some(json!([plan_id])))
            .with("Enabled", true)
            .with("StageKeys", self.stage_keys);
        let join_id = format!("{}UsagePlanKey", self.prefix);
        let join = Resource::new(join_id, "AWS::ApiGateway::UsagePlanKey", join_attributes)
            .depends_on(Some(json!([key_id])))
            .with("KeyId", reference(&key_id))
            .with("KeyType", "API_KEY")
            .with("UsagePlanId", reference(&plan_id));
        vec![usage_plan, key, join]
    }
}

/// The attributes of a shared resource, with those of one more API taken into account.
fn shared_attributes(own: &Map<String, Value>, world: &mut World) -> Result<Map<String, Value>, Problem> {
    let condition = own.get("Condition").and_then(Value::as_str);
    add_condition(condition, world)?;
    let shared = &mut world.shared_usage_plan;
    if let Some(policy) = own.get("DeletionPolicy")
        && (shared.deletion_policy.is_none() || policy == "Retain")
    {
        shared.deletion_policy = Some(policy.clone());
    }
    if let Some(policy) = own.get("UpdateReplacePolicy") {
        let stronger = match &shared.update_replace_policy {
            None => true,
            Some(old) => policy == "Retain" || policy == "Snapshot" && old == "Delete",
        };
        if stronger {
            shared.update_replace_policy = Some(policy.clone());
        }
    }
    let mut attributes = Map::new();
    for (name, value) in
        [("DeletionPolicy", &shared.deletion_policy), ("UpdateReplacePolicy", &shared.update_replace_policy)]
    {
        if let Some(value) = value {
            attributes.insert(name.to_owned(), value.clone());
        }
    }
    if !shared.conditions.is_empty() && !shared.has_unconditional_api {
        attributes.insert("Condition".to_owned(), json!(SHARED_CONDITION));
    }
    Ok(attributes)
}

/// The shared resources exist when any of the APIs does.
fn add_condition(condition: Option<&str>, world: &mut World) -> Result<(), Problem> {
    if world.shared_usage_plan.has_unconditional_api {
        return Ok(());
    }
    let Some(condition) = condition else {
        world.shared_usage_plan.has_unconditional_api = true;
        if let Some(Value::Object(conditions)) = world.template.get_mut("Conditions") {
            conditions.shift_remove(SHARED_CONDITION);
        }
        return Ok(());
    };
    if world.shared_usage_plan.conditions.iter().any(|other| other == condition) {
        return Ok(());
    }
    if !world.template.contains_key("Conditions") {
        return Err(Problem::template("Can't have condition without having 'Conditions' section in the template"));
    }
    world.shared_usage_plan.conditions.push(condition.to_owned());
    let all = &world.shared_usage_plan.conditions;
    let combined = match all.as_slice() {
        [only] => json!(only),
        many => {
            let parts: Vec<Value> = many.iter().map(|name| json!({ "Condition": name })).collect();
            json!({ "Fn::Or": parts })
        }
    };
    world.conditions().insert(SHARED_CONDITION.to_owned(), combined);
    Ok(())
}
