//! `AWS::ApiGateway::*`

use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::{Arn, AwsError, Created, ResourceContext, ResourceProvider, async_trait};
use serde_json::{Map, Value, json};

use super::{Calls, created, tags};
use crate::{error::bad_request, openapi::texts};

/// Makes the parts of REST APIs.
pub struct RestProvider;

fn calls(context: &ResourceContext) -> Calls<'_> {
    Calls { context, service: "apigateway" }
}

#[async_trait(?Send)]
impl ResourceProvider for RestProvider {
    fn types(&self) -> &'static [&'static str] {
        &[
            "AWS::ApiGateway::Account",
            "AWS::ApiGateway::Authorizer",
            "AWS::ApiGateway::Deployment",
            "AWS::ApiGateway::GatewayResponse",
            "AWS::ApiGateway::Method",
            "AWS::ApiGateway::Model",
            "AWS::ApiGateway::RequestValidator",
            "AWS::ApiGateway::Resource",
            "AWS::ApiGateway::RestApi",
            "AWS::ApiGateway::Stage",
        ]
    }

    fn replaces(&self, resource_type: &str, property: &str) -> bool {
        match resource_type {
            "AWS::ApiGateway::RestApi" => property == "CloneFrom",
            "AWS::ApiGateway::Stage" => matches!(property, "RestApiId" | "StageName"),
            "AWS::ApiGateway::Deployment" => matches!(property, "RestApiId" | "DeploymentCanarySettings"),
            "AWS::ApiGateway::Method" => matches!(property, "RestApiId" | "ResourceId" | "HttpMethod"),
            "AWS::ApiGateway::GatewayResponse" => matches!(property, "RestApiId" | "ResponseType"),
            // The tree is not rearranged in place; the others are not edited.
            "AWS::ApiGateway::Resource"
            | "AWS::ApiGateway::Authorizer"
            | "AWS::ApiGateway::Model"
            | "AWS::ApiGateway::RequestValidator" => true,
            _ => false,
        }
    }

    async fn create(&self, context: &ResourceContext, properties: &Value) -> Result<Created, AwsError> {
        let calls = calls(context);
        match context.resource_type.as_str() {
            "AWS::ApiGateway::RestApi" => create_api(&calls, properties).await,
            "AWS::ApiGateway::Deployment" => create_deployment(&calls, properties).await,
            "AWS::ApiGateway::Stage" => create_stage(&calls, properties).await,
            "AWS::ApiGateway::Resource" => {
                let input = json!({
                    "restApiId": properties["RestApiId"], "parentId": properties["ParentId"],
                    "pathPart": properties["PathPart"],
                });
                Ok(created(&calls.call("CreateResource", input).await?["id"], "ResourceId"))
            }
            "AWS::ApiGateway::Method" => put_method(&calls, properties).await,
            "AWS::ApiGateway::Authorizer" => create_authorizer(&calls, properties).await,
            "AWS::ApiGateway::Model" => create_model(&calls, properties).await,
            "AWS::ApiGateway::RequestValidator" => {
                let input = json!({
                    "restApiId": properties["RestApiId"],
                    "name": properties["Name"],
                    "validateRequestBody": properties["ValidateRequestBody"],
                    "validateRequestParameters": properties["ValidateRequestParameters"],
                });
                Ok(created(&calls.call("CreateRequestValidator", input).await?["id"], "RequestValidatorId"))
            }
            "AWS::ApiGateway::GatewayResponse" => put_gateway_response(&calls, properties).await,
            _ => Ok(Created { physical_id: context.physical_name(64), ..Created::default() }),
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
        match context.resource_type.as_str() {
            "AWS::ApiGateway::RestApi" => update_api(&calls, physical_id, old, new).await,
            "AWS::ApiGateway::Stage" => update_stage(&calls, physical_id, old, new).await,
            "AWS::ApiGateway::Method" => {
                calls.remove("DeleteMethod", method_input(old)).await?;
                put_method(&calls, new).await
            }
            "AWS::ApiGateway::GatewayResponse" => put_gateway_response(&calls, new).await,
            "AWS::ApiGateway::Deployment" => Ok(created(&json!(physical_id), "DeploymentId")),
            _ => Ok(Created { physical_id: physical_id.to_owned(), ..Created::default() }),
        }
    }

    async fn delete(&self, context: &ResourceContext, physical_id: &str, properties: &Value) -> Result<(), AwsError> {
        let calls = calls(context);
        let api = &properties["RestApiId"];
        match context.resource_type.as_str() {
            "AWS::ApiGateway::RestApi" => calls.remove("DeleteRestApi", json!({"restApiId": physical_id})).await,
            "AWS::ApiGateway::Deployment" => delete_deployment(&calls, physical_id, properties).await,
            "AWS::ApiGateway::Stage" => {
                calls.remove("DeleteStage", json!({"restApiId": api, "stageName": physical_id})).await
            }
            "AWS::ApiGateway::Resource" => {
                calls.remove("DeleteResource", json!({"restApiId": api, "resourceId": physical_id})).await
            }
            "AWS::ApiGateway::Method" => calls.remove("DeleteMethod", method_input(properties)).await,
            "AWS::ApiGateway::Authorizer" => {
                calls.remove("DeleteAuthorizer", json!({"restApiId": api, "authorizerId": physical_id})).await
            }
            "AWS::ApiGateway::Model" => {
                calls.remove("DeleteModel", json!({"restApiId": api, "modelName": physical_id})).await
            }
            "AWS::ApiGateway::RequestValidator" => {
                let input = json!({"restApiId": api, "requestValidatorId": physical_id});
                calls.remove("DeleteRequestValidator", input).await
            }
            "AWS::ApiGateway::GatewayResponse" => {
                let input = json!({"restApiId": api, "responseType": properties["ResponseType"]});
                calls.remove("DeleteGatewayResponse", input).await
            }
            _ => Ok(()),
        }
    }
}

fn api_created(api: &Value) -> Created {
    let mut made = created(&api["id"], "RestApiId");
    made.attributes.insert("RootResourceId".to_owned(), api["rootResourceId"].clone());
    made
}

async fn create_api(calls: &Calls<'_>, properties: &Value) -> Result<Created, AwsError> {
    let title = &properties["Body"]["info"]["title"];
    let name = if properties["Name"].is_string() { &properties["Name"] } else { title };
    let endpoint = &properties["EndpointConfiguration"];
    let types = match &properties["Parameters"]["endpointConfigurationTypes"] {
        Value::String(kind) if endpoint["Types"].is_null() => json!([kind]),
        _ => endpoint["Types"].clone(),
    };
    let endpoint: Map<String, Value> = [
        ("types", types),
        ("vpcEndpointIds", endpoint["VpcEndpointIds"].clone()),
        ("ipAddressType", endpoint["IpAddressType"].clone()),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_null())
    .map(|(name, value)| (name.to_owned(), value))
    .collect();
    let input = json!({
        "name": name,
        "description": properties["Description"],
        "binaryMediaTypes": properties["BinaryMediaTypes"],
        "minimumCompressionSize": properties["MinimumCompressionSize"],
        "apiKeySource": properties["ApiKeySourceType"],
        "endpointConfiguration": endpoint,
        "policy": policy(&properties["Policy"]),
        "tags": tags(&properties["Tags"]),
        "disableExecuteApiEndpoint": properties["DisableExecuteApiEndpoint"],
    });
    let api = calls.call("CreateRestApi", input).await?;
    let id = api["id"].as_str().unwrap_or_default();
    if let Err(error) = put_body(calls, id, properties).await {
        calls.remove("DeleteRestApi", json!({"restApiId": id})).await?;
        return Err(error);
    }
    Ok(api_created(&api))
}

fn policy(document: &Value) -> Value {
    match document {
        Value::Object(_) => json!(document.to_string()),
        other => other.clone(),
    }
}

/// Imports the body, if there is one; a name in the template wins over the body's title.
async fn put_body(calls: &Calls<'_>, id: &str, properties: &Value) -> Result<(), AwsError> {
    if !properties["BodyS3Location"].is_null() {
        return Err(bad_request("BodyS3Location is not available yet: put the definition into Body"));
    }
    let body = &properties["Body"];
    if body.is_null() {
        return Ok(());
    }
    let text = body.as_str().map_or_else(|| body.to_string(), str::to_owned);
    let input = json!({
        "restApiId": id,
        "mode": properties["Mode"].as_str().unwrap_or("overwrite"),
        "failOnWarnings": properties["FailOnWarnings"],
        "parameters": properties["Parameters"],
        "body": STANDARD.encode(text),
    });
    calls.call("PutRestApi", input).await?;
    let mut patches = vec![("/name", &properties["Name"]), ("/description", &properties["Description"])];
    patches.retain(|(_, value)| value.is_string());
    patch_api(calls, id, &patches).await
}

async fn patch_api(calls: &Calls<'_>, id: &str, patches: &[(&str, &Value)]) -> Result<(), AwsError> {
    let operations = patches.iter().map(|(path, value)| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        json!({"op": "replace", "path": path, "value": text})
    });
    apply_patch(calls, id, operations.collect()).await
}

async fn apply_patch(calls: &Calls<'_>, id: &str, operations: Vec<Value>) -> Result<(), AwsError> {
    if operations.is_empty() {
        return Ok(());
    }
    calls.call("UpdateRestApi", json!({"restApiId": id, "patchOperations": operations})).await?;
    Ok(())
}

async fn update_api(calls: &Calls<'_>, id: &str, old: &Value, new: &Value) -> Result<Created, AwsError> {
    const PATCHED: [(&str, &str); 5] = [
        ("Name", "/name"),
        ("Description", "/description"),
        ("ApiKeySourceType", "/apiKeySource"),
        ("DisableExecuteApiEndpoint", "/disableExecuteApiEndpoint"),
        ("MinimumCompressionSize", "/minimumCompressionSize"),
    ];
    if old["Body"] != new["Body"] {
        put_body(calls, id, new).await?;
    }
    let changed = |property: &str| old[property] != new[property] && !new[property].is_null();
    let policy = policy(&new["Policy"]);
    let endpoint = &new["EndpointConfiguration"]["Types"][0];
    let mut patches: Vec<(&str, &Value)> = PATCHED
        .iter()
        .filter(|(property, _)| changed(property))
        .map(|(property, path)| (*path, &new[*property]))
        .collect();
    if changed("Policy") {
        patches.push(("/policy", &policy));
    }
    if changed("EndpointConfiguration") && endpoint.is_string() {
        patches.push(("/endpointConfiguration/types/EDGE", endpoint));
    }
    patch_api(calls, id, &patches).await?;
    apply_patch(calls, id, media_type_operations(old, new)).await?;
    let arn = Arn::new("apigateway", &calls.context.region, "", format!("/restapis/{id}")).to_string();
    calls.retag(["resourceArn", "tags", "tagKeys"], &arn, &tags(&old["Tags"]), &tags(&new["Tags"])).await?;
    Ok(api_created(&calls.call("GetRestApi", json!({"restApiId": id})).await?))
}

fn media_type_operations(old: &Value, new: &Value) -> Vec<Value> {
    let types = |properties: &Value| texts(&properties["BinaryMediaTypes"]);
    let path = |kind: &String| format!("/binaryMediaTypes/{}", kind.replace('~', "~0").replace('/', "~1"));
    let (before, after) = (types(old), types(new));
    let gone =
        before.iter().filter(|kind| !after.contains(kind)).map(|kind| json!({"op": "remove", "path": path(kind)}));
    let come = after.iter().filter(|kind| !before.contains(kind)).map(|kind| json!({"op": "add", "path": path(kind)}));
    gone.chain(come).collect()
}

async fn create_deployment(calls: &Calls<'_>, properties: &Value) -> Result<Created, AwsError> {
    let description = &properties["StageDescription"];
    let input = json!({
        "restApiId": properties["RestApiId"],
        "description": properties["Description"],
        "stageName": properties["StageName"],
        "stageDescription": description["Description"],
        "variables": description["Variables"],
    });
    Ok(created(&calls.call("CreateDeployment", input).await?["id"], "DeploymentId"))
}

/// A stage that the deployment itself has made goes with it.
async fn delete_deployment(calls: &Calls<'_>, id: &str, properties: &Value) -> Result<(), AwsError> {
    let (api, stage) = (&properties["RestApiId"], &properties["StageName"]);
    if stage.is_string() {
        let found = calls.call("GetStage", json!({"restApiId": api, "stageName": stage})).await;
        if found.is_ok_and(|found| found["deploymentId"] == id) {
            calls.remove("DeleteStage", json!({"restApiId": api, "stageName": stage})).await?;
        }
    }
    calls.remove("DeleteDeployment", json!({"restApiId": api, "deploymentId": id})).await
}

async fn create_stage(calls: &Calls<'_>, properties: &Value) -> Result<Created, AwsError> {
    let input = json!({
        "restApiId": properties["RestApiId"],
        "stageName": properties["StageName"],
        "deploymentId": properties["DeploymentId"],
        "description": properties["Description"],
        "variables": properties["Variables"],
        "tracingEnabled": properties["TracingEnabled"],
        "documentationVersion": properties["DocumentationVersion"],
        "tags": tags(&properties["Tags"]),
        "canarySettings": properties["CanarySetting"],
    });
    let stage = calls.call("CreateStage", input).await?;
    let mut operations = method_settings(properties);
    operations.extend(access_log(&Value::Null, &properties["AccessLogSetting"]));
    if !operations.is_empty() {
        let (api, name) = (&properties["RestApiId"], &properties["StageName"]);
        let input = json!({"restApiId": api, "stageName": name, "patchOperations": operations});
        calls.call("UpdateStage", input).await?;
    }
    Ok(Created { physical_id: stage["stageName"].as_str().unwrap_or_default().to_owned(), ..Created::default() })
}

/// Patch operations that make the access log what `new` says.
fn access_log(old: &Value, new: &Value) -> Vec<Value> {
    if new.is_null() && old.is_object() {
        return vec![json!({"op": "remove", "path": "/accessLogSettings"})];
    }
    let settings = [("DestinationArn", "destinationArn"), ("Format", "format")];
    let set = settings.iter().filter(|(property, _)| new[property].is_string());
    let operation = |path: &str, value: &Value| json!({"op": "replace", "path": format!("/accessLogSettings/{path}"), "value": value});
    set.map(|(property, path)| operation(path, &new[*property])).collect()
}

/// Patch operations that set what the template says of methods.
fn method_settings(properties: &Value) -> Vec<Value> {
    const SETTINGS: [(&str, &str); 7] = [
        ("MetricsEnabled", "metrics/enabled"),
        ("LoggingLevel", "logging/loglevel"),
        ("DataTraceEnabled", "logging/dataTrace"),
        ("ThrottlingBurstLimit", "throttling/burstLimit"),
        ("ThrottlingRateLimit", "throttling/rateLimit"),
        ("CachingEnabled", "caching/enabled"),
        ("CacheTtlInSeconds", "caching/ttlInSeconds"),
    ];
    let mut operations = Vec::new();
    for setting in properties["MethodSettings"].as_array().into_iter().flatten() {
        // `/~1pets~1{id}` is how templates write `/pets/{id}`; the root is a lone slash.
        let resource = match setting["ResourcePath"].as_str().unwrap_or("/*") {
            "/" => "~1",
            path => path.strip_prefix('/').unwrap_or(path),
        };
        let method = setting["HttpMethod"].as_str().unwrap_or("*");
        for (property, path) in SETTINGS.iter().filter(|(property, _)| !setting[property].is_null()) {
            let value = setting[property].as_str().map_or_else(|| setting[property].to_string(), str::to_owned);
            operations.push(json!({"op": "replace", "path": format!("/{resource}/{method}/{path}"), "value": value}));
        }
    }
    operations
}

async fn update_stage(calls: &Calls<'_>, name: &str, old: &Value, new: &Value) -> Result<Created, AwsError> {
    let mut operations = Vec::new();
    for (property, path) in [("DeploymentId", "/deploymentId"), ("Description", "/description")] {
        if old[property] != new[property] && new[property].is_string() {
            operations.push(json!({"op": "replace", "path": path, "value": new[property]}));
        }
    }
    let none = Map::new();
    let variables = |properties: &Value| properties["Variables"].as_object().cloned().unwrap_or_else(|| none.clone());
    let (before, after) = (variables(old), variables(new));
    for (key, value) in &after {
        operations.push(json!({"op": "replace", "path": format!("/variables/{key}"), "value": value}));
    }
    for key in before.keys().filter(|key| !after.contains_key(*key)) {
        operations.push(json!({"op": "remove", "path": format!("/variables/{key}")}));
    }
    operations.extend(method_settings(new));
    operations.extend(access_log(&old["AccessLogSetting"], &new["AccessLogSetting"]));
    let input = json!({"restApiId": new["RestApiId"], "stageName": name, "patchOperations": operations});
    calls.call("UpdateStage", input).await?;
    Ok(Created { physical_id: name.to_owned(), ..Created::default() })
}

fn method_input(properties: &Value) -> Value {
    json!({
        "restApiId": properties["RestApiId"], "resourceId": properties["ResourceId"],
        "httpMethod": properties["HttpMethod"],
    })
}

/// `input` with more members.
fn with(mut input: Value, members: Value) -> Value {
    if let (Some(input), Value::Object(members)) = (input.as_object_mut(), members) {
        input.extend(members);
    }
    input
}

async fn put_method(calls: &Calls<'_>, properties: &Value) -> Result<Created, AwsError> {
    let base = method_input(properties);
    let members = json!({
        "authorizationType": properties["AuthorizationType"].as_str().unwrap_or("NONE"),
        "authorizerId": properties["AuthorizerId"],
        "apiKeyRequired": properties["ApiKeyRequired"],
        "operationName": properties["OperationName"],
        "requestParameters": properties["RequestParameters"],
        "requestModels": properties["RequestModels"],
        "requestValidatorId": properties["RequestValidatorId"],
        "authorizationScopes": properties["AuthorizationScopes"],
    });
    calls.call("PutMethod", with(base.clone(), members)).await?;
    for response in properties["MethodResponses"].as_array().into_iter().flatten() {
        let members = json!({
            "statusCode": response["StatusCode"],
            "responseParameters": response["ResponseParameters"],
            "responseModels": response["ResponseModels"],
        });
        calls.call("PutMethodResponse", with(base.clone(), members)).await?;
    }
    if properties["Integration"].is_object() {
        put_integration(calls, &base, &properties["Integration"]).await?;
    }
    let id = [&base["restApiId"], &base["resourceId"], &base["httpMethod"]];
    let id: Vec<&str> = id.into_iter().filter_map(Value::as_str).collect();
    Ok(Created { physical_id: id.join("|"), ..Created::default() })
}

async fn put_integration(calls: &Calls<'_>, base: &Value, integration: &Value) -> Result<(), AwsError> {
    let members = json!({
        "type": integration["Type"],
        "integrationHttpMethod": integration["IntegrationHttpMethod"],
        "uri": integration["Uri"],
        "credentials": integration["Credentials"],
        "requestParameters": integration["RequestParameters"],
        "requestTemplates": integration["RequestTemplates"],
        "passthroughBehavior": integration["PassthroughBehavior"],
        "contentHandling": integration["ContentHandling"],
        "timeoutInMillis": integration["TimeoutInMillis"],
    });
    calls.call("PutIntegration", with(base.clone(), members)).await?;
    for response in integration["IntegrationResponses"].as_array().into_iter().flatten() {
        let members = json!({
            "statusCode": response["StatusCode"],
            "selectionPattern": response["SelectionPattern"],
            "responseParameters": response["ResponseParameters"],
            "responseTemplates": response["ResponseTemplates"],
            "contentHandling": response["ContentHandling"],
        });
        calls.call("PutIntegrationResponse", with(base.clone(), members)).await?;
    }
    Ok(())
}

async fn create_authorizer(calls: &Calls<'_>, properties: &Value) -> Result<Created, AwsError> {
    let input = json!({
        "restApiId": properties["RestApiId"],
        "name": properties["Name"],
        "type": properties["Type"],
        "providerARNs": properties["ProviderARNs"],
        "authType": properties["AuthType"],
        "authorizerUri": properties["AuthorizerUri"],
        "authorizerCredentials": properties["AuthorizerCredentials"],
        "identitySource": properties["IdentitySource"],
        "identityValidationExpression": properties["IdentityValidationExpression"],
        "authorizerResultTtlInSeconds": properties["AuthorizerResultTtlInSeconds"],
    });
    Ok(created(&calls.call("CreateAuthorizer", input).await?["id"], "AuthorizerId"))
}

async fn create_model(calls: &Calls<'_>, properties: &Value) -> Result<Created, AwsError> {
    let schema = match &properties["Schema"] {
        Value::String(text) => text.clone(),
        schema => schema.to_string(),
    };
    let name = properties["Name"].as_str().map(str::to_owned);
    // Names of models are letters and digits only.
    let name = name.unwrap_or_else(|| calls.context.physical_name(64).replace('-', ""));
    let input = json!({
        "restApiId": properties["RestApiId"],
        "name": name,
        "description": properties["Description"],
        "contentType": properties["ContentType"].as_str().unwrap_or("application/json"),
        "schema": schema,
    });
    calls.call("CreateModel", input).await?;
    Ok(Created { physical_id: name, ..Created::default() })
}

async fn put_gateway_response(calls: &Calls<'_>, properties: &Value) -> Result<Created, AwsError> {
    let input = json!({
        "restApiId": properties["RestApiId"],
        "responseType": properties["ResponseType"],
        "statusCode": properties["StatusCode"],
        "responseParameters": properties["ResponseParameters"],
        "responseTemplates": properties["ResponseTemplates"],
    });
    calls.call("PutGatewayResponse", input).await?;
    let id = [&properties["RestApiId"], &properties["ResponseType"]].map(|part| part.as_str().unwrap_or_default());
    Ok(Created { physical_id: id.join("|"), ..Created::default() })
}
