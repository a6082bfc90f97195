//! `AWS::Logs::LogGroup`, `LogStream`, `MetricFilter`, `SubscriptionFilter`.

use aws_api::{from_template, invoke};
use kernel::{AwsError, Caller, Created, ResourceContext, ResourceProvider, Scope, async_trait};
use serde_json::{Map, Value, json};

use super::state::group_arn;

/// Makes log groups and what belongs to them by the service's own API.
pub struct Provider;

/// What belongs to a group: how it is made and removed, and what it is called by.
struct Part {
    put: &'static str,
    delete: &'static str,
    /// The property and the member of the API that hold its name.
    name: (&'static str, &'static str),
}

fn part(resource_type: &str) -> Option<Part> {
    let (put, delete, name) = match resource_type {
        "AWS::Logs::LogStream" => ("CreateLogStream", "DeleteLogStream", ("LogStreamName", "logStreamName")),
        "AWS::Logs::MetricFilter" => ("PutMetricFilter", "DeleteMetricFilter", ("FilterName", "filterName")),
        "AWS::Logs::SubscriptionFilter" => {
            ("PutSubscriptionFilter", "DeleteSubscriptionFilter", ("FilterName", "filterName"))
        }
        _ => return None,
    };
    Some(Part { put, delete, name })
}

impl Part {
    async fn put(&self, context: &ResourceContext, name: &str, properties: &Value) -> Result<Created, AwsError> {
        let mut input = from_template("logs", self.put, &lowered(properties));
        input[self.name.1] = json!(name);
        request(context, self.put, input).await?;
        Ok(Created { physical_id: name.to_owned(), attributes: Map::new() })
    }

    async fn delete(&self, context: &ResourceContext, name: &str, properties: &Value) -> Result<(), AwsError> {
        let input = json!({"logGroupName": properties["LogGroupName"], self.name.1: name});
        match request(context, self.delete, input).await {
            Err(error) if error.code != "ResourceNotFoundException" => Err(error),
            _ => Ok(()),
        }
    }
}

/// Templates begin with a capital what the API begins with a small letter; a template's dimensions are a
/// list of keys and values.
fn lowered(properties: &Value) -> Value {
    match properties {
        Value::Object(fields) => {
            let lowered = fields.iter().map(|(name, value)| {
                let mut letters = name.chars();
                let first: String = letters.next().map(|first| first.to_lowercase().collect()).unwrap_or_default();
                let value = if name == "Dimensions" { pairs(value) } else { lowered(value) };
                (first + letters.as_str(), value)
            });
            Value::Object(lowered.collect())
        }
        Value::Array(items) => items.iter().map(lowered).collect(),
        other => other.clone(),
    }
}

fn pairs(list: &Value) -> Value {
    let pairs = list.as_array().into_iter().flatten();
    pairs.filter_map(|pair| Some((pair["Key"].as_str()?.to_owned(), pair["Value"].clone()))).collect()
}

#[async_trait(?Send)]
impl ResourceProvider for Provider {
    fn types(&self) -> &'static [&'static str] {
        &["AWS::Logs::LogGroup", "AWS::Logs::LogStream", "AWS::Logs::MetricFilter", "AWS::Logs::SubscriptionFilter"]
    }

    fn replaces(&self, _resource_type: &str, property: &str) -> bool {
        matches!(property, "LogGroupName" | "LogStreamName" | "FilterName")
    }

    async fn create(&self, context: &ResourceContext, properties: &Value) -> Result<Created, AwsError> {
        if let Some(part) = part(&context.resource_type) {
            let name = properties[part.name.0].as_str().map_or_else(|| context.physical_name(512), str::to_owned);
            return part.put(context, &name, properties).await;
        }
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
        if let Some(part) = part(&context.resource_type) {
            return part.put(context, physical_id, new).await;
        }
        set_retention(context, physical_id, new).await?;
        Ok(created(context, physical_id))
    }

    async fn delete(&self, context: &ResourceContext, physical_id: &str, properties: &Value) -> Result<(), AwsError> {
        if let Some(part) = part(&context.resource_type) {
            return part.delete(context, physical_id, properties).await;
        }
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
