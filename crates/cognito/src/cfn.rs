//! The CloudFormation types of user pools.

use kernel::{AwsError, Created, ResourceContext, ResourceProvider, Scope, async_trait};
use serde_json::{Map, Value, json};

pub(crate) struct Provider;

const POOL: &str = "AWS::Cognito::UserPool";
const CLIENT: &str = "AWS::Cognito::UserPoolClient";
const GROUP: &str = "AWS::Cognito::UserPoolGroup";
const DOMAIN: &str = "AWS::Cognito::UserPoolDomain";

async fn cognito(context: &ResourceContext, operation: &str, input: Value) -> Result<Value, AwsError> {
    let scope = Scope::new(&context.kernel, &context.region, context.caller.clone());
    aws_api::invoke(
        &context.kernel,
        scope,
        "cognito-idp",
        operation,
        aws_api::from_template("cognito-idp", operation, &input),
    )
    .await
}

#[async_trait(?Send)]
impl ResourceProvider for Provider {
    fn types(&self) -> &'static [&'static str] {
        &[POOL, CLIENT, GROUP, DOMAIN]
    }

    fn replaces(&self, resource_type: &str, property: &str) -> bool {
        match resource_type {
            POOL => matches!(property, "AliasAttributes" | "UsernameAttributes" | "UsernameConfiguration"),
            CLIENT => matches!(property, "UserPoolId" | "GenerateSecret"),
            GROUP => matches!(property, "UserPoolId" | "GroupName"),
            _ => matches!(property, "UserPoolId" | "Domain"),
        }
    }

    async fn create(&self, context: &ResourceContext, properties: &Value) -> Result<Created, AwsError> {
        match context.resource_type.as_str() {
            POOL => {
                let output = cognito(context, "CreateUserPool", pool_input(context, properties)).await?;
                Ok(pool_created(&output["UserPool"]))
            }
            CLIENT => {
                let output = cognito(context, "CreateUserPoolClient", client_input(context, properties)).await?;
                Ok(client_created(&output["UserPoolClient"]))
            }
            GROUP => {
                let input = group_input(context, properties);
                cognito(context, "CreateGroup", input.clone()).await?;
                Ok(named(&input["GroupName"]))
            }
            _ => {
                cognito(context, "CreateUserPoolDomain", properties.clone()).await?;
                Ok(named(&properties["Domain"]))
            }
        }
    }

    async fn update(
        &self,
        context: &ResourceContext,
        physical_id: &str,
        _: &Value,
        new: &Value,
    ) -> Result<Created, AwsError> {
        match context.resource_type.as_str() {
            POOL => {
                let mut input = pool_input(context, new);
                input["UserPoolId"] = physical_id.into();
                cognito(context, "UpdateUserPool", input).await?;
                let output = cognito(context, "DescribeUserPool", json!({"UserPoolId": physical_id})).await?;
                Ok(pool_created(&output["UserPool"]))
            }
            CLIENT => {
                let mut input = client_input(context, new);
                input["ClientId"] = physical_id.into();
                let output = cognito(context, "UpdateUserPoolClient", input).await?;
                Ok(client_created(&output["UserPoolClient"]))
            }
            GROUP => {
                cognito(context, "DeleteGroup", json!({"UserPoolId": new["UserPoolId"], "GroupName": physical_id}))
                    .await?;
                cognito(context, "CreateGroup", group_input(context, new)).await?;
                Ok(named(&physical_id.into()))
            }
            // Every property of a domain that exists here replaces it.
            _ => Ok(named(&physical_id.into())),
        }
    }

    async fn delete(&self, context: &ResourceContext, physical_id: &str, properties: &Value) -> Result<(), AwsError> {
        let pool = &properties["UserPoolId"];
        let (operation, input) = match context.resource_type.as_str() {
            POOL => ("DeleteUserPool", json!({"UserPoolId": physical_id})),
            CLIENT => ("DeleteUserPoolClient", json!({"UserPoolId": pool, "ClientId": physical_id})),
            GROUP => ("DeleteGroup", json!({"UserPoolId": pool, "GroupName": physical_id})),
            _ => ("DeleteUserPoolDomain", json!({"UserPoolId": pool, "Domain": physical_id})),
        };
        match cognito(context, operation, input).await {
            Err(error) if error.code == "ResourceNotFoundException" => Ok(()),
            result => result.map(drop),
        }
    }
}

fn pool_input(context: &ResourceContext, properties: &Value) -> Value {
    let mut input = properties.clone();
    let name = properties["UserPoolName"].as_str().map_or_else(|| context.physical_name(128), str::to_owned);
    if let Some(fields) = input.as_object_mut() {
        fields.remove("UserPoolName");
        fields.insert("PoolName".into(), name.into());
    }
    input
}

fn client_input(context: &ResourceContext, properties: &Value) -> Value {
    let mut input = properties.clone();
    if properties["ClientName"].is_null() {
        input["ClientName"] = context.physical_name(128).into();
    }
    input
}

fn group_input(context: &ResourceContext, properties: &Value) -> Value {
    let mut input = properties.clone();
    if properties["GroupName"].is_null() {
        input["GroupName"] = context.physical_name(128).into();
    }
    input
}

fn named(name: &Value) -> Created {
    Created { physical_id: name.as_str().unwrap_or_default().to_owned(), attributes: Map::new() }
}

fn pool_created(pool: &Value) -> Created {
    let id = pool["Id"].as_str().unwrap_or_default();
    let region = id.split_once('_').map_or(id, |(region, _)| region);
    let provider = format!("cognito-idp.{region}.amazonaws.com/{id}");
    let mut attributes = Map::new();
    attributes.insert("Arn".into(), pool["Arn"].clone());
    attributes.insert("UserPoolId".into(), id.into());
    attributes.insert("ProviderURL".into(), format!("https://{provider}").into());
    attributes.insert("ProviderName".into(), provider.into());
    Created { physical_id: id.to_owned(), attributes }
}

fn client_created(client: &Value) -> Created {
    let mut created = named(&client["ClientId"]);
    created.attributes.insert("ClientId".into(), client["ClientId"].clone());
    created.attributes.insert("Name".into(), client["ClientName"].clone());
    if client["ClientSecret"].is_string() {
        created.attributes.insert("ClientSecret".into(), client["ClientSecret"].clone());
    }
    created
}
