//! The resource types of CloudFormation: `AWS::Lambda::*`.

mod function;
mod mapping;
mod properties;

use aws_api::invoke;
use kernel::{AwsError, Created, ResourceContext, ResourceProvider, Scope, async_trait};
use serde_json::{Map, Value, json};

use properties::input;

const FUNCTION: &str = "AWS::Lambda::Function";
const PERMISSION: &str = "AWS::Lambda::Permission";
const MAPPING: &str = "AWS::Lambda::EventSourceMapping";
const VERSION: &str = "AWS::Lambda::Version";
const ALIAS: &str = "AWS::Lambda::Alias";
const LAYER_VERSION: &str = "AWS::Lambda::LayerVersion";
const URL: &str = "AWS::Lambda::Url";
const LAYER_PERMISSION: &str = "AWS::Lambda::LayerVersionPermission";
const CODE_SIGNING_CONFIG: &str = "AWS::Lambda::CodeSigningConfig";
const EVENT_INVOKE_CONFIG: &str = "AWS::Lambda::EventInvokeConfig";

/// Makes resources by the service's own API.
pub struct Provider;

#[async_trait(?Send)]
impl ResourceProvider for Provider {
    fn types(&self) -> &'static [&'static str] {
        &[
            FUNCTION,
            PERMISSION,
            MAPPING,
            VERSION,
            ALIAS,
            LAYER_VERSION,
            LAYER_PERMISSION,
            CODE_SIGNING_CONFIG,
            URL,
            EVENT_INVOKE_CONFIG,
        ]
    }

    fn replaces(&self, resource_type: &str, property: &str) -> bool {
        match resource_type {
            FUNCTION => matches!(property, "FunctionName" | "PackageType"),
            MAPPING => matches!(property, "EventSourceArn" | "StartingPosition" | "StartingPositionTimestamp"),
            ALIAS => matches!(property, "FunctionName" | "Name"),
            URL => matches!(property, "TargetFunctionArn" | "Qualifier"),
            EVENT_INVOKE_CONFIG => matches!(property, "FunctionName" | "Qualifier"),
            CODE_SIGNING_CONFIG => false,
            // Permissions, versions and layer versions cannot be changed.
            _ => true,
        }
    }

    async fn create(&self, context: &ResourceContext, properties: &Value) -> Result<Created, AwsError> {
        match context.resource_type.as_str() {
            FUNCTION => function::create(context, properties).await,
            PERMISSION => create_permission(context, properties).await,
            MAPPING => mapping::create(context, properties).await,
            VERSION => {
                let published = request(context, "PublishVersion", input("PublishVersion", properties)).await?;
                function::stabilize(context, published["FunctionArn"].as_str().unwrap_or_default()).await?;
                provision(context, &properties["FunctionName"], &published["Version"], &Value::Null, properties)
                    .await?;
                Ok(created(
                    &published["FunctionArn"],
                    &[("Version", &published["Version"]), ("FunctionArn", &published["FunctionArn"])],
                ))
            }
            ALIAS => {
                let made = request(context, "CreateAlias", input("CreateAlias", &with_weight_map(properties))).await?;
                provision(context, &properties["FunctionName"], &made["Name"], &Value::Null, properties).await?;
                Ok(created(&made["AliasArn"], &[("AliasArn", &made["AliasArn"])]))
            }
            URL => url(context, "CreateFunctionUrlConfig", properties).await,
            EVENT_INVOKE_CONFIG => event_invoke_config(context, properties).await,
            CODE_SIGNING_CONFIG => {
                let operation = "CreateCodeSigningConfig";
                let made = request(context, operation, input(operation, &with_tag_map(properties))).await?;
                Ok(code_signing_config(&made))
            }
            LAYER_PERMISSION => add_layer_permission(context, properties).await,
            _ => {
                let mut properties = properties.clone();
                if properties["LayerName"].is_null() {
                    properties["LayerName"] = json!(context.physical_name(140));
                }
                let published =
                    request(context, "PublishLayerVersion", input("PublishLayerVersion", &properties)).await?;
                let arn = &published["LayerVersionArn"];
                Ok(created(arn, &[("LayerVersionArn", arn)]))
            }
        }
    }

    async fn update(
        &self,
        context: &ResourceContext,
        physical_id: &str,
        old: &Value,
        new: &Value,
    ) -> Result<Created, AwsError> {
        match context.resource_type.as_str() {
            FUNCTION => function::update(context, physical_id, old, new).await,
            MAPPING => mapping::update(context, physical_id, old, new).await,
            ALIAS => {
                let mut input = input("UpdateAlias", &with_weight_map(new));
                if new["RoutingConfig"].is_null() {
                    input["RoutingConfig"] = json!({});
                }
                let changed = request(context, "UpdateAlias", input).await?;
                provision(context, &new["FunctionName"], &changed["Name"], old, new).await?;
                Ok(created(&changed["AliasArn"], &[("AliasArn", &changed["AliasArn"])]))
            }
            URL => url(context, "UpdateFunctionUrlConfig", new).await,
            EVENT_INVOKE_CONFIG => event_invoke_config(context, new).await,
            CODE_SIGNING_CONFIG => {
                let operation = "UpdateCodeSigningConfig";
                let mut input = input(operation, new);
                properties::reset_removed(&mut input, old, new, &CODE_SIGNING_DEFAULTS);
                input["CodeSigningConfigArn"] = json!(physical_id);
                Ok(code_signing_config(&request(context, operation, input).await?))
            }
            other => Err(AwsError::internal(format!("{other} is replaced, never updated"))),
        }
    }

    async fn delete(&self, context: &ResourceContext, physical_id: &str, properties: &Value) -> Result<(), AwsError> {
        let (operation, input) = match context.resource_type.as_str() {
            FUNCTION | VERSION => ("DeleteFunction", json!({"FunctionName": physical_id})),
            PERMISSION => {
                let input = json!({"FunctionName": properties["FunctionName"], "StatementId": physical_id});
                ("RemovePermission", input)
            }
            MAPPING => return unless_gone(mapping::delete(context, physical_id).await),
            ALIAS => {
                let name = physical_id.rsplit(':').next().unwrap_or_default();
                ("DeleteAlias", json!({"FunctionName": properties["FunctionName"], "Name": name}))
            }
            CODE_SIGNING_CONFIG => ("DeleteCodeSigningConfig", json!({"CodeSigningConfigArn": physical_id})),
            LAYER_PERMISSION => {
                let mut input = layer_of(properties);
                input["StatementId"] = json!(physical_id.rsplit('#').next());
                ("RemoveLayerVersionPermission", input)
            }
            EVENT_INVOKE_CONFIG => {
                let input = json!({"FunctionName": properties["FunctionName"], "Qualifier": properties["Qualifier"]});
                ("DeleteFunctionEventInvokeConfig", input)
            }
            URL => {
                let input = with_function_name(properties);
                (
                    "DeleteFunctionUrlConfig",
                    json!({"FunctionName": input["FunctionName"], "Qualifier": input["Qualifier"]}),
                )
            }
            _ => {
                let (layer, number) = physical_id.rsplit_once(':').unwrap_or_default();
                let number: u64 = number.parse().unwrap_or_default();
                ("DeleteLayerVersion", json!({"LayerName": layer, "VersionNumber": number}))
            }
        };
        unless_gone(request(context, operation, input).await.map(drop))
    }
}

/// What is gone already needs no deletion.
fn unless_gone(deleted: Result<(), AwsError>) -> Result<(), AwsError> {
    match deleted {
        Err(error) if error.code != "ResourceNotFoundException" => Err(error),
        _ => Ok(()),
    }
}

/// What a code signing configuration says when a template does not.
const CODE_SIGNING_DEFAULTS: [(&str, &str); 2] =
    [("Description", "\"\""), ("CodeSigningPolicies", r#"{"UntrustedArtifactOnDeployment": "Warn"}"#)];

fn code_signing_config(answer: &Value) -> Created {
    let config = &answer["CodeSigningConfig"];
    let arn = &config["CodeSigningConfigArn"];
    created(arn, &[("CodeSigningConfigArn", arn), ("CodeSigningConfigId", &config["CodeSigningConfigId"])])
}

/// The layer and the number in the ARN that a template gives.
fn layer_of(properties: &Value) -> Value {
    let (layer, number) =
        properties["LayerVersionArn"].as_str().and_then(|arn| arn.rsplit_once(':')).unwrap_or_default();
    json!({"LayerName": layer, "VersionNumber": number.parse::<u64>().unwrap_or_default()})
}

async fn add_layer_permission(context: &ResourceContext, properties: &Value) -> Result<Created, AwsError> {
    let operation = "AddLayerVersionPermission";
    let mut input = input(operation, properties);
    let id = context.physical_name(100);
    for (member, value) in layer_of(properties).as_object().into_iter().flatten() {
        input[member.as_str()] = value.clone();
    }
    input["StatementId"] = json!(id);
    request(context, operation, input).await?;
    // The resource is named after the layer version and the statement.
    let id = json!(format!("{}#{id}", properties["LayerVersionArn"].as_str().unwrap_or_default()));
    Ok(created(&id, &[("Id", &id)]))
}

async fn create_permission(context: &ResourceContext, properties: &Value) -> Result<Created, AwsError> {
    let id = context.physical_name(100);
    let mut input = input("AddPermission", properties);
    input["StatementId"] = json!(id);
    request(context, "AddPermission", input).await?;
    let id = json!(id);
    Ok(created(&id, &[("Id", &id)]))
}

/// Brings the provisioned concurrency of a version or an alias to what the new template says, and waits
/// until it is there.
async fn provision(
    context: &ResourceContext,
    function: &Value,
    qualifier: &Value,
    old: &Value,
    new: &Value,
) -> Result<(), AwsError> {
    const MEMBER: &str = "ProvisionedConcurrencyConfig";
    let names = json!({"FunctionName": function, "Qualifier": qualifier});
    let wanted = &new[MEMBER]["ProvisionedConcurrentExecutions"];
    if wanted.is_null() {
        if !old[MEMBER].is_null() {
            request(context, "DeleteProvisionedConcurrencyConfig", names).await?;
        }
        return Ok(());
    }
    let mut config = names.clone();
    config["ProvisionedConcurrentExecutions"] = wanted.clone();
    let operation = "PutProvisionedConcurrencyConfig";
    request(context, operation, input(operation, &config)).await?;
    loop {
        let now = request(context, "GetProvisionedConcurrencyConfig", names.clone()).await?;
        match now["Status"].as_str() {
            Some("IN_PROGRESS") => context.kernel.clock.sleep(std::time::Duration::from_secs(1)).await,
            Some("READY") => return Ok(()),
            _ => return Err(AwsError::internal(format!("Provisioned concurrency failed: {}", now["StatusReason"]))),
        }
    }
}

/// Puts all of it, so that what a template no longer says is gone.
async fn event_invoke_config(context: &ResourceContext, properties: &Value) -> Result<Created, AwsError> {
    let operation = "PutFunctionEventInvokeConfig";
    request(context, operation, input(operation, properties)).await?;
    let name = |property: &str| properties[property].as_str().unwrap_or_default();
    Ok(created(&json!(format!("{}|{}", name("FunctionName"), name("Qualifier"))), &[]))
}

/// `Ref` is the function's ARN; the address is an attribute.
async fn url(context: &ResourceContext, operation: &str, properties: &Value) -> Result<Created, AwsError> {
    let made = request(context, operation, input(operation, &with_function_name(properties))).await?;
    let attributes = [("FunctionUrl", &made["FunctionUrl"]), ("FunctionArn", &made["FunctionArn"])];
    Ok(created(&made["FunctionArn"], &attributes))
}

/// Templates call a URL's function its target.
fn with_function_name(properties: &Value) -> Value {
    let mut properties = properties.clone();
    properties["FunctionName"] = properties["TargetFunctionArn"].clone();
    if properties["InvokeMode"].is_null() {
        properties["InvokeMode"] = json!("BUFFERED");
    }
    properties
}

/// Templates list tags; the API of Lambda maps them.
fn with_tag_map(properties: &Value) -> Value {
    let mut properties = properties.clone();
    if let Some(tags) = properties["Tags"].as_array() {
        let pairs = tags.iter().filter_map(|tag| Some((tag["Key"].as_str()?.to_owned(), tag["Value"].clone())));
        properties["Tags"] = Value::Object(pairs.collect());
    }
    properties
}

/// Templates list the weights of an alias; the API maps them.
fn with_weight_map(properties: &Value) -> Value {
    let mut properties = properties.clone();
    if let Some(weights) = properties["RoutingConfig"]["AdditionalVersionWeights"].as_array() {
        let pairs = weights.iter().filter_map(|weight| {
            Some((weight["FunctionVersion"].as_str()?.to_owned(), weight["FunctionWeight"].clone()))
        });
        properties["RoutingConfig"]["AdditionalVersionWeights"] = Value::Object(pairs.collect());
    }
    properties
}

async fn request(context: &ResourceContext, operation: &str, input: Value) -> Result<Value, AwsError> {
    let scope = Scope::new(&context.kernel, &context.region, context.caller.clone());
    let scope = Scope { account: context.account.clone(), ..scope };
    invoke(&context.kernel, scope, "lambda", operation, input).await
}

fn created(physical_id: &Value, attributes: &[(&str, &Value)]) -> Created {
    let attributes: Map<String, Value> =
        attributes.iter().map(|(name, value)| ((*name).to_owned(), (*value).clone())).collect();
    Created { physical_id: physical_id.as_str().unwrap_or_default().to_owned(), attributes }
}
