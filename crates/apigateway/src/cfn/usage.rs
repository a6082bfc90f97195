//! `AWS::ApiGateway::ApiKey`, `UsagePlan` and `UsagePlanKey`

use kernel::{AwsError, Created, ResourceContext, ResourceProvider, async_trait};
use serde_json::{Map, Value, json};

use super::{Calls, created, tags};

/// Makes API keys and what they are good for.
pub struct UsageProvider;

fn calls(context: &ResourceContext) -> Calls<'_> {
    Calls { context, service: "apigateway" }
}

#[async_trait(?Send)]
impl ResourceProvider for UsageProvider {
    fn types(&self) -> &'static [&'static str] {
        &["AWS::ApiGateway::ApiKey", "AWS::ApiGateway::UsagePlan", "AWS::ApiGateway::UsagePlanKey"]
    }

    fn replaces(&self, resource_type: &str, property: &str) -> bool {
        match resource_type {
            "AWS::ApiGateway::ApiKey" => matches!(property, "GenerateDistinctId" | "Name" | "Value"),
            "AWS::ApiGateway::UsagePlanKey" => true,
            _ => false,
        }
    }

    async fn create(&self, context: &ResourceContext, properties: &Value) -> Result<Created, AwsError> {
        let calls = calls(context);
        match context.resource_type.as_str() {
            "AWS::ApiGateway::ApiKey" => create_key(&calls, properties).await,
            "AWS::ApiGateway::UsagePlan" => create_plan(&calls, properties).await,
            _ => create_plan_key(&calls, properties).await,
        }
    }

    async fn update(
        &self,
        context: &ResourceContext,
        physical_id: &str,
        old: &Value,
        new: &Value,
    ) -> Result<Created, AwsError> {
        let calls = calls(context);
        let id = json!(physical_id);
        if context.resource_type == "AWS::ApiGateway::ApiKey" {
            update_key(&calls, physical_id, old, new).await?;
            return Ok(created(&id, "APIKeyId"));
        }
        update_plan(&calls, physical_id, old, new).await?;
        Ok(created(&id, "Id"))
    }

    async fn delete(&self, context: &ResourceContext, physical_id: &str, properties: &Value) -> Result<(), AwsError> {
        let calls = calls(context);
        match context.resource_type.as_str() {
            "AWS::ApiGateway::ApiKey" => calls.remove("DeleteApiKey", json!({"apiKey": physical_id})).await,
            "AWS::ApiGateway::UsagePlan" => {
                // A plan goes only without stages.
                let gone = stage_operations("remove", properties);
                calls.remove("UpdateUsagePlan", json!({"usagePlanId": physical_id, "patchOperations": gone})).await?;
                calls.remove("DeleteUsagePlan", json!({"usagePlanId": physical_id})).await
            }
            _ => {
                let input = json!({"usagePlanId": properties["UsagePlanId"], "keyId": properties["KeyId"]});
                calls.remove("DeleteUsagePlanKey", input).await
            }
        }
    }
}

async fn create_key(calls: &Calls<'_>, properties: &Value) -> Result<Created, AwsError> {
    let stages = properties["StageKeys"].as_array().into_iter().flatten();
    let stages: Vec<Value> =
        stages.map(|stage| json!({"restApiId": stage["RestApiId"], "stageName": stage["StageName"]})).collect();
    let name = properties["Name"].as_str().map_or_else(|| calls.context.physical_name(128), str::to_owned);
    let input = json!({
        "name": name,
        "description": properties["Description"],
        "enabled": properties["Enabled"],
        "value": properties["Value"],
        "customerId": properties["CustomerId"],
        "stageKeys": stages,
        "tags": tags(&properties["Tags"]),
    });
    Ok(created(&calls.call("CreateApiKey", input).await?["id"], "APIKeyId"))
}

async fn update_key(calls: &Calls<'_>, id: &str, old: &Value, new: &Value) -> Result<(), AwsError> {
    let changes = [("Description", "/description"), ("CustomerId", "/customerId"), ("Enabled", "/enabled")];
    let mut operations: Vec<Value> = changes
        .iter()
        .filter(|(property, _)| old[property] != new[property])
        .map(|(property, path)| {
            let value = new[property].as_str().map_or_else(|| new[property].to_string(), str::to_owned);
            json!({"op": "replace", "path": path, "value": value})
        })
        .collect();
    if old["StageKeys"] != new["StageKeys"] {
        for (op, properties) in [("remove", old), ("add", new)] {
            for stage in properties["StageKeys"].as_array().into_iter().flatten() {
                let text = |name: &str| stage[name].as_str().unwrap_or_default().to_owned();
                let value = format!("{}/{}", text("RestApiId"), text("StageName"));
                operations.push(json!({"op": op, "path": "/stages", "value": value}));
            }
        }
    }
    calls.call("UpdateApiKey", json!({"apiKey": id, "patchOperations": operations})).await?;
    Ok(())
}

fn throttle(given: &Value) -> Value {
    if !given.is_object() {
        return Value::Null;
    }
    json!({"burstLimit": given["BurstLimit"], "rateLimit": given["RateLimit"]})
}

fn quota(given: &Value) -> Value {
    if !given.is_object() {
        return Value::Null;
    }
    json!({"limit": given["Limit"], "period": given["Period"], "offset": given["Offset"]})
}

async fn create_plan(calls: &Calls<'_>, properties: &Value) -> Result<Created, AwsError> {
    let stages = properties["ApiStages"].as_array().into_iter().flatten();
    let stages: Vec<Value> = stages
        .map(|stage| {
            let methods = stage["Throttle"].as_object().into_iter().flatten();
            let methods: Map<String, Value> = methods.map(|(name, given)| (name.clone(), throttle(given))).collect();
            json!({"apiId": stage["ApiId"], "stage": stage["Stage"], "throttle": methods})
        })
        .collect();
    let name = properties["UsagePlanName"].as_str().map_or_else(|| calls.context.physical_name(128), str::to_owned);
    let input = json!({
        "name": name,
        "description": properties["Description"],
        "apiStages": stages,
        "throttle": throttle(&properties["Throttle"]),
        "quota": quota(&properties["Quota"]),
        "tags": tags(&properties["Tags"]),
    });
    Ok(created(&calls.call("CreateUsagePlan", input).await?["id"], "Id"))
}

/// Patch operations that add or remove every stage of a plan.
fn stage_operations(op: &str, properties: &Value) -> Vec<Value> {
    let stages = properties["ApiStages"].as_array().into_iter().flatten();
    let named = stages.filter_map(|stage| Some(format!("{}:{}", stage["ApiId"].as_str()?, stage["Stage"].as_str()?)));
    named.map(|value| json!({"op": op, "path": "/apiStages", "value": value})).collect()
}

async fn update_plan(calls: &Calls<'_>, id: &str, old: &Value, new: &Value) -> Result<(), AwsError> {
    let mut operations = Vec::new();
    if old["ApiStages"] != new["ApiStages"] {
        operations.extend(stage_operations("remove", old));
        operations.extend(stage_operations("add", new));
    }
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut set = |path: &str, value: &Value| {
        if !value.is_null() {
            operations.push(json!({"op": "replace", "path": path, "value": plain(value)}));
        }
    };
    set("/name", &new["UsagePlanName"]);
    set("/description", &new["Description"]);
    for (property, path) in [("BurstLimit", "/throttle/burstLimit"), ("RateLimit", "/throttle/rateLimit")] {
        set(path, &new["Throttle"][property]);
    }
    for (property, path) in [("Limit", "/quota/limit"), ("Offset", "/quota/offset"), ("Period", "/quota/period")] {
        set(path, &new["Quota"][property]);
    }
    for (property, path) in [("Throttle", "/throttle"), ("Quota", "/quota")] {
        if old[property].is_object() && new[property].is_null() {
            operations.push(json!({"op": "remove", "path": path}));
        }
    }
    calls.call("UpdateUsagePlan", json!({"usagePlanId": id, "patchOperations": operations})).await?;
    Ok(())
}

async fn create_plan_key(calls: &Calls<'_>, properties: &Value) -> Result<Created, AwsError> {
    let input = json!({
        "usagePlanId": properties["UsagePlanId"], "keyId": properties["KeyId"], "keyType": properties["KeyType"],
    });
    let key = calls.call("CreateUsagePlanKey", input).await?;
    let id = [&key["id"], &properties["UsagePlanId"]].map(|part| part.as_str().unwrap_or_default()).join(":");
    Ok(created(&json!(id), "Id"))
}
