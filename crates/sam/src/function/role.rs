//! The function's execution role.

use serde_json::{Value, json};

use crate::Problem;
use crate::policies::{self, RoleParts, allow, trust};
use crate::resource::{Resource, Source};
use crate::values::{choose, get_att, if_argument, if_parts, is_no_value};
use crate::world::World;

pub(crate) fn construct(
    source: &Source,
    policies: &[Value],
    invoke_policies: Vec<Value>,
    world: &World,
) -> Result<Resource, Problem> {
    let arn = |name: &str| json!(world.managed_policy_arn(name));
    let basic = match source.set("DurableConfig") {
        Some(_) => "service-role/AWSLambdaBasicDurableExecutionRolePolicy",
        None => "service-role/AWSLambdaBasicExecutionRole",
    };
    let mut managed = vec![arn(basic)];
    if super::tracing(source, world).is_some() {
        let aws = world.partition == "aws";
        managed.push(arn(if aws { "AWSXrayWriteOnlyAccess" } else { "AWSXRayDaemonWriteAccess" }));
    }
    if source.set("VpcConfig").is_some() {
        managed.push(arn("service-role/AWSLambdaVPCAccessExecutionRole"));
    }
    let mut documents = Vec::new();
    if let Some(queue) = source.set("DeadLetterQueue") {
        let sqs = queue["Type"] == "SQS";
        let action = if sqs { "sqs:SendMessage" } else { "sns:Publish" };
        let mut policy = allow("DeadLetterQueuePolicy", action, &queue["TargetArn"]);
        policy["PolicyDocument"]["Version"] = json!("2012-10-17");
        documents.push(policy);
    }
    documents.extend(invoke_policies);
    let trusted = source.get("AssumeRolePolicyDocument").cloned();
    policies::role(
        RoleParts {
            id: &source.id,
            attributes: source.inherited(),
            trust: trusted.unwrap_or_else(|| trust("lambda.amazonaws.com")),
            policies,
            managed,
            documents,
            path: source.get("RolePath"),
            boundary: source.get("PermissionsBoundary"),
            tags: super::function_tags(source)?,
        },
        world,
    )
}

/// Gives the function its role; whether the role that was made is needed for that.
pub(crate) fn attach(
    source: &Source,
    function: &mut Resource,
    role: &mut Resource,
    world: &mut World,
) -> Result<bool, Problem> {
    let own_arn = get_att(&role.id, "Arn");
    let Some(given) = source.get("Role").cloned() else {
        function.put("Role", own_arn);
        return Ok(true);
    };
    if if_argument(&given).is_none() {
        return Ok(false);
    }
    let resolved = world.parameters.resolve(&given);
    let parts = if_argument(&resolved).map_or(Err("Fn::If requires 3 arguments"), if_parts);
    let [condition, yes, no] =
        parts.map_err(|e| Problem::resource(&source.id, format!("Malformed 'Role' property: {e}.")))?;
    let name = condition.as_str().unwrap_or_default();
    match (is_no_value(yes), is_no_value(no)) {
        (true, true) => function.put("Role", own_arn),
        (true, false) => {
            function.put("Role", choose(condition, own_arn, no.clone()));
            role.attributes.insert("Condition".to_owned(), condition.clone());
        }
        (false, true) => {
            function.put("Role", choose(condition, yes.clone(), own_arn));
            let negated = format!("NOT{name}");
            role.attributes.insert("Condition".to_owned(), json!(negated));
            let not = json!({ "Fn::Not": [{ "Condition": name }] });
            world.conditions().insert(negated, not);
        }
        (false, false) => {
            function.put("Role", resolved.clone());
            return Ok(false);
        }
    }
    Ok(true)
}
