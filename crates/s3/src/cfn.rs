//! `AWS::S3::Bucket` and `AWS::S3::BucketPolicy` for CloudFormation.

use kernel::{AwsError, Created, DEFAULT_REGION, ResourceContext, ResourceProvider, Scope, async_trait, partition};
use serde_json::{Map, Value, json};

const BUCKET: &str = "AWS::S3::Bucket";
const POLICY: &str = "AWS::S3::BucketPolicy";

/// The longest name of a bucket.
const LONGEST: usize = 63;

/// Makes buckets by the public API.
pub struct Provider;

#[async_trait(?Send)]
impl ResourceProvider for Provider {
    fn types(&self) -> &'static [&'static str] {
        &[BUCKET, POLICY]
    }

    fn replaces(&self, _: &str, property: &str) -> bool {
        matches!(property, "BucketName" | "Bucket")
    }

    async fn create(&self, context: &ResourceContext, properties: &Value) -> Result<Created, AwsError> {
        if context.resource_type == POLICY {
            return put_policy(context, properties).await;
        }
        check(properties)?;
        let name = properties["BucketName"].as_str().map(str::to_owned);
        // Buckets have names in lower case.
        let name = name.unwrap_or_else(|| context.physical_name(LONGEST).to_ascii_lowercase());
        let input = json!({"Bucket": name});
        // In us-east-1 a bucket that is there already is no error of the API, but one of the stack.
        if invoke(context, "HeadBucket", input.clone()).await.is_ok() {
            return Err(AwsError::new("AlreadyExists", format!("{name} already exists")));
        }
        let mut create = input;
        if context.region != DEFAULT_REGION {
            create["CreateBucketConfiguration"] = json!({"LocationConstraint": context.region});
        }
        invoke(context, "CreateBucket", create).await?;
        if let Err(error) = furnish(context, &name, &Value::Null, properties).await {
            invoke(context, "DeleteBucket", json!({"Bucket": name})).await?;
            return Err(error);
        }
        Ok(created(context, name))
    }

    async fn update(
        &self,
        context: &ResourceContext,
        physical_id: &str,
        old: &Value,
        new: &Value,
    ) -> Result<Created, AwsError> {
        if context.resource_type == POLICY {
            return put_policy(context, new).await;
        }
        check(new)?;
        furnish(context, physical_id, old, new).await?;
        Ok(created(context, physical_id.to_owned()))
    }

    async fn delete(&self, context: &ResourceContext, physical_id: &str, _: &Value) -> Result<(), AwsError> {
        let operation = if context.resource_type == POLICY { "DeleteBucketPolicy" } else { "DeleteBucket" };
        match invoke(context, operation, json!({"Bucket": physical_id})).await {
            Err(error) if error.code == "NoSuchBucket" => Ok(()),
            result => result.map(drop),
        }
    }
}

/// Refuses what buckets here cannot do; what they always are can be asked for.
fn check(properties: &Value) -> Result<(), AwsError> {
    for (name, value) in properties.as_object().into_iter().flatten() {
        let is_so = match name.as_str() {
            "BucketName"
            | "BucketEncryption"
            | "NotificationConfiguration"
            | "PublicAccessBlockConfiguration"
            | "Tags" => true,
            "AccessControl" => *value == "Private",
            "OwnershipControls" => value["Rules"] == json!([{"ObjectOwnership": "BucketOwnerEnforced"}]),
            "VersioningConfiguration" => value["Status"] == "Suspended",
            _ => false,
        };
        if !is_so {
            let message = format!("Buckets here do not have this property, or not with this value: {name}");
            return Err(AwsError::new("UnsupportedProperty", message));
        }
    }
    Ok(())
}

/// Puts the policy of a bucket.
async fn put_policy(context: &ResourceContext, properties: &Value) -> Result<Created, AwsError> {
    let document = match &properties["PolicyDocument"] {
        Value::String(text) => text.clone(),
        document => document.to_string(),
    };
    let name = properties["Bucket"].as_str().unwrap_or_default().to_owned();
    invoke(context, "PutBucketPolicy", json!({"Bucket": name, "Policy": document})).await?;
    Ok(Created { physical_id: name, attributes: Map::new() })
}

/// Makes the settings of a bucket those of `new`.
async fn furnish(context: &ResourceContext, bucket: &str, old: &Value, new: &Value) -> Result<(), AwsError> {
    const BLOCK: &str = "PublicAccessBlockConfiguration";
    const VERSIONS: &str = "VersioningConfiguration";
    let differs = |name: &str| old[name] != new[name];
    if differs(BLOCK) {
        // What is not said is not blocked; a bucket without the property has what new buckets have.
        let given = &new[BLOCK];
        let flag = |name: &str| given.is_null() || given[name] == true || given[name] == "true";
        let names = ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"];
        let flags: Map<String, Value> = names.iter().map(|name| ((*name).to_owned(), json!(flag(name)))).collect();
        invoke(context, "PutPublicAccessBlock", json!({"Bucket": bucket, BLOCK: flags})).await?;
    }
    if differs("Tags") {
        let tags = if new["Tags"].is_null() { json!([]) } else { new["Tags"].clone() };
        invoke(context, "PutBucketTagging", json!({"Bucket": bucket, "Tagging": {"TagSet": tags}})).await?;
    }
    if differs(VERSIONS) && !new[VERSIONS].is_null() {
        invoke(context, "PutBucketVersioning", json!({"Bucket": bucket, VERSIONS: new[VERSIONS]})).await?;
    }
    notify(context, bucket, old, new).await
}

/// Makes the bucket's notifications those of `new`.
async fn notify(context: &ResourceContext, bucket: &str, old: &Value, new: &Value) -> Result<(), AwsError> {
    const NOTIFICATIONS: &str = "NotificationConfiguration";
    let new = &new[NOTIFICATIONS];
    if old[NOTIFICATIONS] == *new {
        return Ok(());
    }
    let one_by_one = |configuration: &Value| {
        let rules = configuration["Filter"]["S3Key"]["Rules"].as_array();
        let mut input = json!({
            "LambdaFunctionArn": configuration["Function"],
            "Events": [configuration["Event"]],
        });
        if let Some(rules) = rules {
            input["Filter"] = json!({"Key": {"FilterRules": rules}});
        }
        input
    };
    let functions = new["LambdaConfigurations"].as_array().into_iter().flatten().map(one_by_one);
    let configuration = json!({
        "LambdaFunctionConfigurations": functions.collect::<Vec<_>>(),
        "TopicConfigurations": new["TopicConfigurations"],
        "QueueConfigurations": new["QueueConfigurations"],
        "EventBridgeConfiguration": new["EventBridgeConfiguration"],
    });
    let input = json!({"Bucket": bucket, NOTIFICATIONS: configuration});
    invoke(context, "PutBucketNotificationConfiguration", input).await.map(drop)
}

fn created(context: &ResourceContext, name: String) -> Created {
    let (region, partition) = (&context.region, partition(&context.region));
    let attributes = json!({
        "Arn": format!("arn:{partition}:s3:::{name}"),
        "DomainName": format!("{name}.s3.amazonaws.com"),
        "DualStackDomainName": format!("{name}.s3.dualstack.{region}.amazonaws.com"),
        "RegionalDomainName": format!("{name}.s3.{region}.amazonaws.com"),
    });
    let attributes = attributes.as_object().cloned().unwrap_or_default();
    Created { physical_id: name, attributes }
}

async fn invoke(context: &ResourceContext, operation: &str, input: Value) -> Result<Value, AwsError> {
    let scope = Scope {
        account: context.account.clone(),
        ..Scope::new(&context.kernel, &context.region, context.caller.clone())
    };
    aws_api::invoke(&context.kernel, scope, "s3", operation, input).await
}
