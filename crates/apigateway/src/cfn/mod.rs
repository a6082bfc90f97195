//! The CloudFormation resource types of API Gateway. Every provider calls the public API.

mod http;
mod rest;
mod usage;

use kernel::{AwsError, Created, ResourceContext, Scope};
use serde_json::{Map, Value, json};

pub use http::HttpProvider;
pub use rest::RestProvider;
pub use usage::UsageProvider;

/// The public API of one control plane, called as who deploys.
struct Calls<'a> {
    context: &'a ResourceContext,
    service: &'static str,
}

impl Calls<'_> {
    async fn call(&self, operation: &str, input: Value) -> Result<Value, AwsError> {
        let context = self.context;
        let scope = Scope {
            account: context.account.clone(),
            ..Scope::new(&context.kernel, &context.region, context.caller.clone())
        };
        let input = aws_api::from_template(self.service, operation, &input);
        aws_api::invoke(&context.kernel, scope, self.service, operation, input).await
    }

    /// Makes the tags of `arn` those of `new`. Versions 1 and 2 differ in the members' names.
    async fn retag(
        &self,
        [arn_member, tags_member, keys_member]: [&str; 3],
        arn: &str,
        old: &Value,
        new: &Value,
    ) -> Result<(), AwsError> {
        if old == new {
            return Ok(());
        }
        let none = Map::new();
        let (before, after) = (old.as_object().unwrap_or(&none), new.as_object().unwrap_or(&none));
        let gone: Vec<&String> = before.keys().filter(|key| !after.contains_key(*key)).collect();
        if !gone.is_empty() {
            self.call("UntagResource", json!({arn_member: arn, keys_member: gone})).await?;
        }
        if !after.is_empty() {
            self.call("TagResource", json!({arn_member: arn, tags_member: after})).await?;
        }
        Ok(())
    }

    /// Removes something; that it is gone already is a success.
    async fn remove(&self, operation: &str, input: Value) -> Result<(), AwsError> {
        match self.call(operation, input).await {
            Err(error) if error.code != "NotFoundException" => Err(error),
            _ => Ok(()),
        }
    }
}

/// A resource whose `Ref` and `attribute` are both its id.
fn created(id: &Value, attribute: &str) -> Created {
    let mut attributes = Map::new();
    attributes.insert(attribute.to_owned(), id.clone());
    Created { physical_id: id.as_str().unwrap_or_default().to_owned(), attributes }
}

/// A list of `{Key, Value}` as an object; null stays null.
fn tags(list: &Value) -> Value {
    let Some(list) = list.as_array() else { return list.clone() };
    let pairs = list.iter().filter_map(|tag| Some((tag["Key"].as_str()?.to_owned(), tag["Value"].clone())));
    Value::Object(pairs.collect())
}
