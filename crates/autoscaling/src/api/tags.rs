//! ListTagsForResource, TagResource, UntagResource.

use std::collections::BTreeMap;

use aws_api::Call;
use kernel::AwsError;
use serde_json::{Map, Value, json};

use crate::{
    AutoScaling,
    state::{Key, place},
};

/// Tags that a target may have.
const MAX_TAGS: usize = 50;

impl AutoScaling {
    /// ListTagsForResource
    pub fn list_tags_for_resource(&self, call: &Call) -> Result<Value, AwsError> {
        let state = self.state.borrow();
        let arn = call.input["ResourceARN"].as_str().unwrap_or_default();
        let (_, target) = state.by_arn(&place(&call.scope), arn).ok_or_else(|| missing(arn))?;
        Ok(json!({"Tags": target.tags}))
    }

    /// TagResource
    pub async fn tag_resource(&self, call: &Call) -> Result<Value, AwsError> {
        let key = self.tagged(call)?;
        let added = call.input["Tags"].as_object().map(read).transpose()?.unwrap_or_default();
        self.change(call, &key, |target| {
            target.tags.extend(added);
            check(&target.tags)
        })
        .await?;
        Ok(json!({}))
    }

    /// UntagResource
    pub async fn untag_resource(&self, call: &Call) -> Result<Value, AwsError> {
        let key = self.tagged(call)?;
        let removed = call.input["TagKeys"].as_array().cloned().unwrap_or_default();
        self.change(call, &key, |target| {
            target.tags.retain(|key, _| !removed.iter().any(|removed| removed == key));
            Ok(())
        })
        .await?;
        Ok(json!({}))
    }

    fn tagged(&self, call: &Call) -> Result<Key, AwsError> {
        let arn = call.input["ResourceARN"].as_str().unwrap_or_default();
        let state = self.state.borrow();
        let found = state.by_arn(&place(&call.scope), arn).map(|(key, _)| key.clone());
        found.ok_or_else(|| missing(arn))
    }
}

/// `Tags`
pub fn read(tags: &Map<String, Value>) -> Result<BTreeMap<String, String>, AwsError> {
    let tags = tags.iter().map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned())).collect();
    check(&tags)?;
    Ok(tags)
}

fn check(tags: &BTreeMap<String, String>) -> Result<(), AwsError> {
    if tags.len() > MAX_TAGS {
        return Err(AwsError::new("TooManyTagsException", "The number of tags exceeds the limit of 50"));
    }
    Ok(())
}

fn missing(arn: &str) -> AwsError {
    AwsError::new("ResourceNotFoundException", format!("The resource {arn} was not found"))
}
