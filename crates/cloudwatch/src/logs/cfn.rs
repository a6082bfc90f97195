//! `AWS::Logs::LogGroup`.

use aws_api::invoke;
use kernel::{AwsError, Caller, Created, ResourceContext, ResourceProvider, Scope, async_trait};
use serde_json::{Map, Value, json};

use super::state::group_arn;

/// Makes log groups by the service's own API.
pub struct Provider;

#[async_trait(?Send)]
impl ResourceProvider for Provider {
    fn types(&self) -> &'static [&'static str] {
        &["AWS::Logs::LogGroup"]
    }

    fn replaces(&self, _resource_type: &str, property: &str) -> bool {
        property == "LogGroupName"
    }

    async fn create(&self, context: &ResourceContext, properties: &Value) -> Result<Created, AwsError> {
        let name = match properties["LogGroupName"].as_str() {
            Some(name) => name.to_owned(),
            None => context.physical_name(512),
        };
        let mut input = json!({"logGroupName": name});
        let tags: Map<String, Value> = properties["Tags"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|tag| Some((tag["Key"].as_str()?.to_owned(), tag["Value"].clone())))
            .collect();
        if !tags.is_empty() {
            input["tags"] = Value::Object(tags);
        }
        request(context, "CreateLogGroup", input).await?;
        set_retention(context, &name, properties).await?;
        Ok(created(context, &name))
    }

    async fn update(
        &self,
        context: &ResourceContext,
        physical_id: &str,
        _old: &Value,
        new: &Value,
    ) -> Result<Created, AwsError> {
        set_retention(context, physical_id, new).await?;
        Ok(created(context, physical_id))
    }

    async fn delete(&self, context: &ResourceContext, physical_id: &str, _properties: &Value) -> Result<(), AwsError> {
        match request(context, "DeleteLogGroup", json!({"logGroupName": physical_id})).await {
            Err(error) if error.code != "ResourceNotFoundException" => Err(error),
            _ => Ok(()),
        }
    }
}

async fn set_retention(context: &ResourceContext, name: &str, properties: &Value) -> Result<(), AwsError> {
    // Templates may give numbers as text.
    let days = &properties["RetentionInDays"];
    let days = days.as_u64().or_else(|| days.as_str()?.parse().ok());
    let (operation, input) = match days {
        Some(days) => ("PutRetentionPolicy", json!({"logGroupName": name, "retentionInDays": days})),
        None => ("DeleteRetentionPolicy", json!({"logGroupName": name})),
    };
    request(context, operation, input).await.map(drop)
}

async fn request(context: &ResourceContext, operation: &str, input: Value) -> Result<Value, AwsError> {
    let caller: Caller = context.caller.clone();
    let scope = Scope { account: context.account.clone(), ..Scope::new(&context.kernel, &context.region, caller) };
    invoke(&context.kernel, scope, "logs", operation, input).await
}

fn created(context: &ResourceContext, name: &str) -> Created {
    let arn = group_arn(&(context.account.clone(), context.region.clone()), name);
    let attributes = Map::from_iter([("Arn".to_owned(), json!(format!("{arn}:*")))]);
    Created { physical_id: name.to_owned(), attributes }
}
