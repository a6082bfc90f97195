//! `AWS::ApiGatewayV2::*`

use kernel::{Arn, AwsError, Created, ResourceContext, ResourceProvider, async_trait};
use serde_json::{Value, json};

use super::{Calls, created};
use crate::error::bad_request;

/// Makes the parts of HTTP APIs. Their properties have the names of the API's own members.
pub struct HttpProvider;

fn calls(context: &ResourceContext) -> Calls<'_> {
    Calls { context, service: "apigatewayv2" }
}

/// The parts that are made, changed and removed alike: type, operations' noun, member of its id.
const PARTS: [(&str, &str, &str); 5] = [
    ("AWS::ApiGatewayV2::Authorizer", "Authorizer", "AuthorizerId"),
    ("AWS::ApiGatewayV2::Deployment", "Deployment", "DeploymentId"),
    ("AWS::ApiGatewayV2::Integration", "Integration", "IntegrationId"),
    ("AWS::ApiGatewayV2::Route", "Route", "RouteId"),
    ("AWS::ApiGatewayV2::Stage", "Stage", "StageName"),
];

fn part(context: &ResourceContext) -> Result<(&'static str, &'static str), AwsError> {
    let found = PARTS.iter().find(|(name, _, _)| *name == context.resource_type);
    found
        .map(|(_, noun, id)| (*noun, *id))
        .ok_or_else(|| bad_request(format!("Unrecognized resource type {}", context.resource_type)))
}

#[async_trait(?Send)]
impl ResourceProvider for HttpProvider {
    fn types(&self) -> &'static [&'static str] {
        &[
            "AWS::ApiGatewayV2::Api",
            "AWS::ApiGatewayV2::Authorizer",
            "AWS::ApiGatewayV2::Deployment",
            "AWS::ApiGatewayV2::Integration",
            "AWS::ApiGatewayV2::Route",
            "AWS::ApiGatewayV2::Stage",
        ]
    }

    fn replaces(&self, resource_type: &str, property: &str) -> bool {
        match resource_type {
            "AWS::ApiGatewayV2::Api" => property == "ProtocolType",
            "AWS::ApiGatewayV2::Stage" => matches!(property, "ApiId" | "StageName"),
            "AWS::ApiGatewayV2::Deployment" => property != "Description",
            _ => property == "ApiId",
        }
    }

    async fn create(&self, context: &ResourceContext, properties: &Value) -> Result<Created, AwsError> {
        let calls = calls(context);
        if context.resource_type == "AWS::ApiGatewayV2::Api" {
            return create_api(&calls, properties).await;
        }
        let (noun, id) = part(context)?;
        let made = calls.call(&format!("Create{noun}"), members(properties)).await?;
        Ok(created(&made[id], id))
    }

    async fn update(
        &self,
        context: &ResourceContext,
        physical_id: &str,
        old: &Value,
        new: &Value,
    ) -> Result<Created, AwsError> {
        let calls = calls(context);
        if context.resource_type == "AWS::ApiGatewayV2::Api" {
            return update_api(&calls, physical_id, old, new).await;
        }
        let (noun, id) = part(context)?;
        if noun != "Deployment" {
            let mut input = members(new);
            input[id] = json!(physical_id);
            calls.call(&format!("Update{noun}"), input).await?;
        }
        Ok(created(&json!(physical_id), id))
    }

    async fn delete(&self, context: &ResourceContext, physical_id: &str, properties: &Value) -> Result<(), AwsError> {
        let calls = calls(context);
        if context.resource_type == "AWS::ApiGatewayV2::Api" {
            return calls.remove("DeleteApi", json!({"ApiId": physical_id})).await;
        }
        let (noun, id) = part(context)?;
        let mut input = json!({"ApiId": properties["ApiId"]});
        input[id] = json!(physical_id);
        calls.remove(&format!("Delete{noun}"), input).await
    }
}

/// Properties as members. Templates may write a payload's version 2.0 as a number, whose text would be "2".
fn members(properties: &Value) -> Value {
    let mut members = properties.clone();
    for name in ["PayloadFormatVersion", "AuthorizerPayloadFormatVersion"] {
        if let Some(version) = members[name].as_f64() {
            members[name] = json!(format!("{version:.1}"));
        }
    }
    members
}

fn api_created(api: &Value) -> Created {
    let mut made = created(&api["ApiId"], "ApiId");
    made.attributes.insert("ApiEndpoint".to_owned(), api["ApiEndpoint"].clone());
    made
}

fn body(properties: &Value) -> Result<Option<String>, AwsError> {
    if !properties["BodyS3Location"].is_null() {
        return Err(bad_request("BodyS3Location is not available yet: put the definition into Body"));
    }
    let body = &properties["Body"];
    let text = || body.as_str().map_or_else(|| body.to_string(), str::to_owned);
    Ok((!body.is_null()).then(text))
}

async fn create_api(calls: &Calls<'_>, properties: &Value) -> Result<Created, AwsError> {
    let Some(body) = body(properties)? else {
        return Ok(api_created(&calls.call("CreateApi", members(properties)).await?));
    };
    let input = json!({
        "Body": body, "Basepath": properties["Basepath"], "FailOnWarnings": properties["FailOnWarnings"],
    });
    let api = calls.call("ImportApi", input).await?;
    let beside = async {
        apply_beside_body(calls, &api["ApiId"], properties).await?;
        retag(calls, &api["ApiId"], &Value::Null, &properties["Tags"]).await
    };
    if let Err(error) = beside.await {
        calls.remove("DeleteApi", json!({"ApiId": api["ApiId"]})).await?;
        return Err(error);
    }
    Ok(api_created(&api))
}

/// What the template says beside the body wins over the body.
async fn apply_beside_body(calls: &Calls<'_>, id: &Value, properties: &Value) -> Result<(), AwsError> {
    const BESIDE: [&str; 5] = ["Name", "Description", "CorsConfiguration", "DisableExecuteApiEndpoint", "Version"];
    let members = members(properties);
    let mut input = json!({"ApiId": id});
    for name in BESIDE.into_iter().filter(|name| !members[*name].is_null()) {
        input[name] = members[name].clone();
    }
    if input.as_object().is_some_and(|input| input.len() > 1) {
        calls.call("UpdateApi", input).await?;
    }
    Ok(())
}

async fn retag(calls: &Calls<'_>, id: &Value, old: &Value, new: &Value) -> Result<(), AwsError> {
    let path = format!("/apis/{}", id.as_str().unwrap_or_default());
    let arn = Arn::new("apigateway", &calls.context.region, "", path).to_string();
    calls.retag(["ResourceArn", "Tags", "TagKeys"], &arn, old, new).await
}

async fn update_api(calls: &Calls<'_>, id: &str, old: &Value, new: &Value) -> Result<Created, AwsError> {
    if old["Body"] != new["Body"]
        && let Some(body) = body(new)?
    {
        calls.call("ReimportApi", json!({"ApiId": id, "Body": body, "Basepath": new["Basepath"]})).await?;
    }
    retag(calls, &json!(id), &old["Tags"], &new["Tags"]).await?;
    apply_beside_body(calls, &json!(id), new).await?;
    Ok(api_created(&calls.call("GetApi", json!({"ApiId": id})).await?))
}
