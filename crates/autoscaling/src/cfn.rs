//! `AWS::ApplicationAutoScaling::ScalableTarget` and `AWS::ApplicationAutoScaling::ScalingPolicy`.

use kernel::{AwsError, Created, ResourceContext, ResourceProvider, Scope, async_trait};
use serde_json::{Map, Value, json};

const SERVICE: &str = "application-autoscaling";
const TARGET: &str = "AWS::ApplicationAutoScaling::ScalableTarget";
const POLICY: &str = "AWS::ApplicationAutoScaling::ScalingPolicy";

/// What names a target, in every call.
const NAMES: [&str; 3] = ["ServiceNamespace", "ResourceId", "ScalableDimension"];

/// Makes targets and policies by the service's own API.
pub struct Provider;

#[async_trait(?Send)]
impl ResourceProvider for Provider {
    fn types(&self) -> &'static [&'static str] {
        &[TARGET, POLICY]
    }

    fn replaces(&self, resource_type: &str, property: &str) -> bool {
        NAMES.contains(&property) || resource_type == POLICY && matches!(property, "PolicyName" | "ScalingTargetId")
    }

    async fn create(&self, context: &ResourceContext, properties: &Value) -> Result<Created, AwsError> {
        if context.resource_type == POLICY {
            return put_policy(context, properties).await;
        }
        register(context, &Value::Null, properties).await
    }

    async fn update(&self, context: &ResourceContext, _: &str, old: &Value, new: &Value) -> Result<Created, AwsError> {
        if context.resource_type == POLICY {
            return put_policy(context, new).await;
        }
        register(context, old, new).await
    }

    async fn delete(&self, context: &ResourceContext, physical_id: &str, properties: &Value) -> Result<(), AwsError> {
        let result = if context.resource_type == POLICY {
            let mut input = names(properties)?;
            // An ARN ends with the policy's name.
            let name = physical_id.rsplit_once(":policyName/").map_or(physical_id, |(_, name)| name);
            input.insert("PolicyName".to_owned(), json!(name));
            invoke(context, "DeleteScalingPolicy", input).await
        } else {
            invoke(context, "DeregisterScalableTarget", names(properties)?).await
        };
        match result {
            Err(error) if error.code == "ObjectNotFoundException" => Ok(()),
            result => result.map(drop),
        }
    }
}

async fn register(context: &ResourceContext, old: &Value, new: &Value) -> Result<Created, AwsError> {
    let mut input = names(new)?;
    for name in ["MinCapacity", "MaxCapacity", "SuspendedState"] {
        input.insert(name.to_owned(), new[name].clone());
    }
    let named = names(new)?;
    invoke(context, "RegisterScalableTarget", input).await?;
    let actions = |properties: &Value| properties["ScheduledActions"].as_array().cloned().unwrap_or_default();
    let wanted = actions(new);
    for gone in actions(old) {
        let name = &gone["ScheduledActionName"];
        if !wanted.iter().any(|action| action["ScheduledActionName"] == *name) {
            let mut input = named.clone();
            input.insert("ScheduledActionName".to_owned(), name.clone());
            invoke(context, "DeleteScheduledAction", input).await?;
        }
    }
    for action in wanted {
        let mut input = named.clone();
        input.extend(action.as_object().cloned().unwrap_or_default());
        invoke(context, "PutScheduledAction", input).await?;
    }
    let text = |name: &str| named[name].as_str().unwrap_or_default().to_owned();
    let id = format!("{}|{}|{}", text("ResourceId"), text("ScalableDimension"), text("ServiceNamespace"));
    let attributes = Map::from_iter([("Id".to_owned(), json!(id))]);
    Ok(Created { physical_id: id, attributes })
}

async fn put_policy(context: &ResourceContext, properties: &Value) -> Result<Created, AwsError> {
    let mut input = names(properties)?;
    for name in ["PolicyName", "PolicyType", "TargetTrackingScalingPolicyConfiguration"] {
        input.insert(name.to_owned(), properties[name].clone());
    }
    let answer = invoke(context, "PutScalingPolicy", input).await?;
    let arn = answer["PolicyARN"].as_str().unwrap_or_default().to_owned();
    let attributes = Map::from_iter([("Arn".to_owned(), json!(arn))]);
    Ok(Created { physical_id: arn, attributes })
}

/// The names of the target: given one by one, or by `ScalingTargetId`, which is what `Ref` gives of one.
fn names(properties: &Value) -> Result<Map<String, Value>, AwsError> {
    if let Some(id) = properties["ScalingTargetId"].as_str() {
        let parts: Vec<&str> = id.split('|').collect();
        let [resource, dimension, namespace] = parts.as_slice() else {
            return Err(AwsError::validation(format!("Invalid ScalingTargetId: {id}")));
        };
        let values = [namespace, resource, dimension].map(|value| json!(value));
        return Ok(NAMES.map(str::to_owned).into_iter().zip(values).collect());
    }
    Ok(NAMES.into_iter().map(|name| (name.to_owned(), properties[name].clone())).collect())
}

async fn invoke(context: &ResourceContext, operation: &str, input: Map<String, Value>) -> Result<Value, AwsError> {
    let scope = Scope {
        account: context.account.clone(),
        ..Scope::new(&context.kernel, &context.region, context.caller.clone())
    };
    let input = aws_api::from_template(SERVICE, operation, &Value::Object(input));
    aws_api::invoke(&context.kernel, scope, SERVICE, operation, input).await
}
