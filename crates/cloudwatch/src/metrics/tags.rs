//! Tags of alarms.

use std::collections::BTreeMap;

use aws_api::Call;
use kernel::{AwsError, Batch};
use serde_json::{Value, json};

use super::{Metrics, place, texts};

/// The tags of a list.
pub fn read_tags(list: &Value) -> BTreeMap<String, String> {
    let pairs = list.as_array().into_iter().flatten();
    pairs.filter_map(|pair| Some((pair["Key"].as_str()?.to_owned(), pair["Value"].as_str()?.to_owned()))).collect()
}

impl Metrics {
    /// The tags of a resource; one that is gone has none, as AWS answers.
    pub(super) fn list_tags(&self, call: Call) -> Result<Value, AwsError> {
        let (place, arn) = (place(&call.scope), arn(&call)?);
        let alarms = self.alarms.borrow();
        let tags = alarms.tags(&place, arn).into_iter().flatten();
        let tags: Vec<_> = tags.map(|(key, value)| json!({"Key": key, "Value": value})).collect();
        Ok(json!({"Tags": tags}))
    }

    pub(super) async fn change_tags(&self, call: Call) -> Result<Value, AwsError> {
        let (place, arn) = (place(&call.scope), arn(&call)?);
        let (added, removed) = (read_tags(&call.input["Tags"]), texts(&call.input["TagKeys"]).collect::<Vec<_>>());
        let change = |tags: &mut BTreeMap<String, String>| {
            tags.extend(added);
            tags.retain(|key, _| !removed.contains(&key.as_str()));
        };
        let mut batch = Batch::default();
        self.alarms
            .borrow_mut()
            .change_tags(&place, arn, change, &mut batch)
            .ok_or_else(|| AwsError::new("ResourceNotFoundException", "The named resource does not exist."))?;
        self.commit(batch).await?;
        Ok(json!({}))
    }
}

fn arn(call: &Call) -> Result<&str, AwsError> {
    let arn = call.input["ResourceARN"].as_str().unwrap_or_default();
    let is_ours = arn.parse::<kernel::Arn>().is_ok_and(|arn| arn.service == "cloudwatch");
    is_ours.then_some(arn).ok_or_else(|| super::invalid_value(format!("Invalid arn syntax: {arn}")))
}
