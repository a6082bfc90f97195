//! The CloudFormation types of IAM.

use kernel::{AwsError, Created, ResourceContext, ResourceProvider, Scope, async_trait};
use serde_json::{Map, Value, json};

pub(crate) struct Provider;

const ROLE: &str = "AWS::IAM::Role";
const MANAGED_POLICY: &str = "AWS::IAM::ManagedPolicy";

async fn iam(context: &ResourceContext, operation: &str, input: Value) -> Result<Value, AwsError> {
    let scope = Scope::new(&context.kernel, &context.region, context.caller.clone());
    aws_api::invoke(&context.kernel, scope, "iam", operation, input).await
}

#[async_trait(?Send)]
impl ResourceProvider for Provider {
    fn types(&self) -> &'static [&'static str] {
        &[ROLE, "AWS::IAM::Policy", MANAGED_POLICY]
    }

    fn replaces(&self, resource_type: &str, property: &str) -> bool {
        match resource_type {
            ROLE => matches!(property, "RoleName" | "Path"),
            MANAGED_POLICY => matches!(property, "ManagedPolicyName" | "Path" | "Description"),
            _ => property == "PolicyName",
        }
    }

    async fn create(&self, context: &ResourceContext, properties: &Value) -> Result<Created, AwsError> {
        match context.resource_type.as_str() {
            ROLE => create_role(context, properties).await,
            MANAGED_POLICY => create_managed_policy(context, properties).await,
            _ => {
                put_inline(context, properties).await?;
                Ok(Created { physical_id: context.physical_name(128), attributes: Map::new() })
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
            ROLE => {
                detach_parts(context, physical_id, old).await?;
                let trust =
                    json!({"RoleName": physical_id, "PolicyDocument": new["AssumeRolePolicyDocument"].to_string()});
                iam(context, "UpdateAssumeRolePolicy", trust).await?;
                attach_parts(context, physical_id, new).await?;
                role_attributes(context, physical_id).await
            }
            MANAGED_POLICY => {
                // A new version in place of the old one; attached roles see it at once.
                detach_policy(context, physical_id, old).await?;
                iam(context, "DeletePolicy", json!({"PolicyArn": physical_id})).await?;
                let name = physical_id.rsplit('/').next().unwrap_or_default();
                create_policy_called(context, name, new).await
            }
            _ => {
                remove_inline(context, old).await?;
                put_inline(context, new).await?;
                Ok(Created { physical_id: physical_id.to_owned(), attributes: Map::new() })
            }
        }
    }

    async fn delete(&self, context: &ResourceContext, physical_id: &str, properties: &Value) -> Result<(), AwsError> {
        let result = match context.resource_type.as_str() {
            ROLE => delete_role(context, physical_id, properties).await,
            MANAGED_POLICY => match detach_policy(context, physical_id, properties).await {
                Ok(()) => iam(context, "DeletePolicy", json!({"PolicyArn": physical_id})).await.map(drop),
                Err(error) => Err(error),
            },
            _ => remove_inline(context, properties).await,
        };
        absent_is_fine(result)
    }
}

fn absent_is_fine(result: Result<(), AwsError>) -> Result<(), AwsError> {
    match result {
        Err(error) if error.code == "NoSuchEntity" => Ok(()),
        result => result,
    }
}

fn texts(value: &Value) -> impl Iterator<Item = &str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str)
}

async fn create_role(context: &ResourceContext, properties: &Value) -> Result<Created, AwsError> {
    let name = properties["RoleName"].as_str().map_or_else(|| context.physical_name(64), str::to_owned);
    let mut input = json!({
        "RoleName": name,
        "AssumeRolePolicyDocument": properties["AssumeRolePolicyDocument"].to_string(),
    });
    for property in ["Path", "Description", "MaxSessionDuration", "PermissionsBoundary", "Tags"] {
        if !properties[property].is_null() {
            input[property] = properties[property].clone();
        }
    }
    iam(context, "CreateRole", input).await?;
    if let Err(error) = attach_parts(context, &name, properties).await {
        absent_is_fine(delete_role(context, &name, properties).await)?;
        return Err(error);
    }
    role_attributes(context, &name).await
}

async fn role_attributes(context: &ResourceContext, name: &str) -> Result<Created, AwsError> {
    let role = iam(context, "GetRole", json!({"RoleName": name})).await?;
    let mut attributes = Map::new();
    attributes.insert("Arn".into(), role["Role"]["Arn"].clone());
    attributes.insert("RoleId".into(), role["Role"]["RoleId"].clone());
    Ok(Created { physical_id: name.to_owned(), attributes })
}

/// Inline policies and attached managed policies.
async fn attach_parts(context: &ResourceContext, role: &str, properties: &Value) -> Result<(), AwsError> {
    for policy in properties["Policies"].as_array().into_iter().flatten() {
        put_policy(context, role, policy).await?;
    }
    for arn in texts(&properties["ManagedPolicyArns"]) {
        iam(context, "AttachRolePolicy", json!({"RoleName": role, "PolicyArn": arn})).await?;
    }
    Ok(())
}

async fn detach_parts(context: &ResourceContext, role: &str, properties: &Value) -> Result<(), AwsError> {
    for policy in properties["Policies"].as_array().into_iter().flatten() {
        let input = json!({"RoleName": role, "PolicyName": policy["PolicyName"]});
        absent_is_fine(iam(context, "DeleteRolePolicy", input).await.map(drop))?;
    }
    for arn in texts(&properties["ManagedPolicyArns"]) {
        absent_is_fine(iam(context, "DetachRolePolicy", json!({"RoleName": role, "PolicyArn": arn})).await.map(drop))?;
    }
    Ok(())
}

async fn delete_role(context: &ResourceContext, role: &str, properties: &Value) -> Result<(), AwsError> {
    detach_parts(context, role, properties).await?;
    iam(context, "DeleteRole", json!({"RoleName": role})).await.map(drop)
}

async fn put_policy(context: &ResourceContext, role: &str, policy: &Value) -> Result<(), AwsError> {
    let document = policy["PolicyDocument"].to_string();
    let input = json!({"RoleName": role, "PolicyName": policy["PolicyName"], "PolicyDocument": document});
    iam(context, "PutRolePolicy", input).await.map(drop)
}

/// `AWS::IAM::Policy` is an inline policy in each of its roles.
async fn put_inline(context: &ResourceContext, properties: &Value) -> Result<(), AwsError> {
    for role in texts(&properties["Roles"]) {
        put_policy(context, role, properties).await?;
    }
    Ok(())
}

async fn remove_inline(context: &ResourceContext, properties: &Value) -> Result<(), AwsError> {
    for role in texts(&properties["Roles"]) {
        let input = json!({"RoleName": role, "PolicyName": properties["PolicyName"]});
        absent_is_fine(iam(context, "DeleteRolePolicy", input).await.map(drop))?;
    }
    Ok(())
}

async fn create_managed_policy(context: &ResourceContext, properties: &Value) -> Result<Created, AwsError> {
    let name = properties["ManagedPolicyName"].as_str().map_or_else(|| context.physical_name(128), str::to_owned);
    create_policy_called(context, &name, properties).await
}

async fn create_policy_called(context: &ResourceContext, name: &str, properties: &Value) -> Result<Created, AwsError> {
    let mut input = json!({"PolicyName": name, "PolicyDocument": properties["PolicyDocument"].to_string()});
    for property in ["Path", "Description"] {
        if !properties[property].is_null() {
            input[property] = properties[property].clone();
        }
    }
    let created = iam(context, "CreatePolicy", input).await?;
    let arn = created["Policy"]["Arn"].as_str().unwrap_or_default().to_owned();
    for role in texts(&properties["Roles"]) {
        iam(context, "AttachRolePolicy", json!({"RoleName": role, "PolicyArn": arn})).await?;
    }
    let mut attributes = Map::new();
    attributes.insert("PolicyArn".into(), arn.clone().into());
    Ok(Created { physical_id: arn, attributes })
}

async fn detach_policy(context: &ResourceContext, arn: &str, properties: &Value) -> Result<(), AwsError> {
    for role in texts(&properties["Roles"]) {
        absent_is_fine(iam(context, "DetachRolePolicy", json!({"RoleName": role, "PolicyArn": arn})).await.map(drop))?;
    }
    Ok(())
}
