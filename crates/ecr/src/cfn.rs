//! `AWS::ECR::Repository` for CloudFormation.

use kernel::{AwsError, Created, ResourceContext, ResourceProvider, Scope, async_trait};
use serde_json::{Map, Value, json};

use crate::state::{arn, host};

/// Makes repositories by the public API.
pub struct Provider;

const REPOSITORY: &str = "AWS::ECR::Repository";

#[async_trait(?Send)]
impl ResourceProvider for Provider {
    fn types(&self) -> &'static [&'static str] {
        &[REPOSITORY]
    }

    fn replaces(&self, _: &str, property: &str) -> bool {
        matches!(property, "RepositoryName" | "EncryptionConfiguration")
    }

    async fn create(&self, context: &ResourceContext, properties: &Value) -> Result<Created, AwsError> {
        let given = properties["RepositoryName"].as_str().map(str::to_owned);
        // Names of repositories have no capital letters.
        let name = given.unwrap_or_else(|| context.physical_name(256).to_ascii_lowercase());
        let mut input = json!({"repositoryName": name});
        if let Some(mutability) = properties["ImageTagMutability"].as_str() {
            input["imageTagMutability"] = json!(mutability);
        }
        if !properties["ImageScanningConfiguration"].is_null() {
            input["imageScanningConfiguration"] = scanning(properties);
        }
        if let Some(kind) = properties["EncryptionConfiguration"]["EncryptionType"].as_str() {
            input["encryptionConfiguration"] = json!({"encryptionType": kind});
            if let Some(key) = properties["EncryptionConfiguration"]["KmsKey"].as_str() {
                input["encryptionConfiguration"]["kmsKey"] = json!(key);
            }
        }
        if properties["Tags"].is_array() {
            input["tags"] = properties["Tags"].clone();
        }
        request(context, "CreateRepository", input).await?;
        set_policies(context, &name, &Value::Null, properties).await?;
        Ok(created(context, &name))
    }

    async fn update(
        &self,
        context: &ResourceContext,
        name: &str,
        old: &Value,
        new: &Value,
    ) -> Result<Created, AwsError> {
        if old["ImageTagMutability"] != new["ImageTagMutability"] {
            let wanted = new["ImageTagMutability"].as_str().unwrap_or("MUTABLE");
            let input = json!({"repositoryName": name, "imageTagMutability": wanted});
            request(context, "PutImageTagMutability", input).await?;
        }
        if old["ImageScanningConfiguration"] != new["ImageScanningConfiguration"] {
            let input = json!({"repositoryName": name, "imageScanningConfiguration": scanning(new)});
            request(context, "PutImageScanningConfiguration", input).await?;
        }
        set_policies(context, name, old, new).await?;
        set_tags(context, name, old, new).await?;
        Ok(created(context, name))
    }

    async fn delete(&self, context: &ResourceContext, name: &str, properties: &Value) -> Result<(), AwsError> {
        let mut input = json!({"repositoryName": name});
        if properties["EmptyOnDelete"] == true || properties["EmptyOnDelete"] == "true" {
            input["force"] = json!(true);
        }
        match request(context, "DeleteRepository", input).await {
            Err(error) if error.code == "RepositoryNotFoundException" => Ok(()),
            result => result.map(drop),
        }
    }
}

fn scanning(properties: &Value) -> Value {
    let scans = &properties["ImageScanningConfiguration"]["ScanOnPush"];
    json!({"scanOnPush": *scans == true || *scans == "true"})
}

/// The repository's own policy, and that of its images' lives.
async fn set_policies(context: &ResourceContext, name: &str, old: &Value, new: &Value) -> Result<(), AwsError> {
    let as_text = |policy: &Value| policy.as_str().map_or_else(|| policy.to_string(), str::to_owned);
    if old["RepositoryPolicyText"] != new["RepositoryPolicyText"] {
        let policy = &new["RepositoryPolicyText"];
        if policy.is_null() {
            request(context, "DeleteRepositoryPolicy", json!({"repositoryName": name})).await?;
        } else {
            let input = json!({"repositoryName": name, "policyText": as_text(policy)});
            request(context, "SetRepositoryPolicy", input).await?;
        }
    }
    let (old, new) = (&old["LifecyclePolicy"]["LifecyclePolicyText"], &new["LifecyclePolicy"]["LifecyclePolicyText"]);
    if old != new {
        if new.is_null() {
            request(context, "DeleteLifecyclePolicy", json!({"repositoryName": name})).await?;
        } else {
            let input = json!({"repositoryName": name, "lifecyclePolicyText": as_text(new)});
            request(context, "PutLifecyclePolicy", input).await?;
        }
    }
    Ok(())
}

async fn set_tags(context: &ResourceContext, name: &str, old: &Value, new: &Value) -> Result<(), AwsError> {
    let keys =
        |tags: &Value| -> Vec<Value> { tags.as_array().into_iter().flatten().map(|tag| tag["Key"].clone()).collect() };
    let (old, new) = (&old["Tags"], &new["Tags"]);
    if old == new {
        return Ok(());
    }
    let place = (context.account.clone(), context.region.clone());
    let kept = keys(new);
    let gone: Vec<Value> = keys(old).into_iter().filter(|key| !kept.contains(key)).collect();
    if !gone.is_empty() {
        request(context, "UntagResource", json!({"resourceArn": arn(&place, name), "tagKeys": gone})).await?;
    }
    if !kept.is_empty() {
        request(context, "TagResource", json!({"resourceArn": arn(&place, name), "tags": new})).await?;
    }
    Ok(())
}

fn created(context: &ResourceContext, name: &str) -> Created {
    let place = (context.account.clone(), context.region.clone());
    let attributes = [("Arn", arn(&place, name)), ("RepositoryUri", format!("{}/{name}", host(&place)))];
    let attributes = attributes.into_iter().map(|(key, value)| (key.to_owned(), json!(value)));
    Created { physical_id: name.to_owned(), attributes: Map::from_iter(attributes) }
}

async fn request(context: &ResourceContext, operation: &str, input: Value) -> Result<Value, AwsError> {
    let scope = Scope::new(&context.kernel, &context.region, context.caller.clone());
    let scope = Scope { account: context.account.clone(), ..scope };
    aws_api::invoke(&context.kernel, scope, "ecr", operation, input).await
}
