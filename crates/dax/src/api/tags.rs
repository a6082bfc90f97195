//! TagResource, UntagResource, ListTags.

use std::collections::BTreeMap;

use aws_api::Call;
use kernel::{AwsError, Batch};
use serde_json::{Value, json};

use super::{clusters::named_by, page, text, texts};
use crate::{Dax, rules};

impl Dax {
    /// TagResource
    pub async fn tag_resource(&self, call: &Call) -> Result<Value, AwsError> {
        let added = read(&call.input)?;
        self.retag(call, |tags| {
            tags.extend(added);
            check_count(tags)
        })
        .await
    }

    /// UntagResource
    pub async fn untag_resource(&self, call: &Call) -> Result<Value, AwsError> {
        let keys = texts(&call.input, "TagKeys");
        self.retag(call, |tags| {
            if let Some(missing) = keys.iter().find(|key| !tags.contains_key(*key)) {
                return Err(AwsError::new("TagNotFoundFault", format!("Tag {missing} not found.")));
            }
            tags.retain(|key, _| !keys.contains(key));
            Ok(())
        })
        .await
    }

    /// ListTags
    pub fn list_tags(&self, call: &Call) -> Result<Value, AwsError> {
        let (place, name) = named_by(call, text(&call.input, "ResourceName").unwrap_or_default())?;
        let mut state = self.state.borrow_mut();
        let cluster = state.region(&place).clusters.get(&name).ok_or_else(|| rules::no_cluster(None))?;
        page(&call.input, "Tags", written(&cluster.tags))
    }

    async fn retag(
        &self,
        call: &Call,
        change: impl FnOnce(&mut BTreeMap<String, String>) -> Result<(), AwsError>,
    ) -> Result<Value, AwsError> {
        let (place, name) = named_by(call, text(&call.input, "ResourceName").unwrap_or_default())?;
        let mut batch = Batch::default();
        let answer = {
            let mut state = self.state.borrow_mut();
            let cluster = state.region(&place).clusters.get_mut(&name).ok_or_else(|| rules::no_cluster(None))?;
            let mut tags = cluster.tags.clone();
            change(&mut tags)?;
            cluster.tags = tags;
            let answer = written(&cluster.tags);
            state.keep_cluster(&place, &name, &mut batch);
            answer
        };
        self.commit(batch).await?;
        Ok(json!({"Tags": answer}))
    }
}

/// `Tags`
pub fn read(input: &Value) -> Result<BTreeMap<String, String>, AwsError> {
    let given = input["Tags"].as_array().into_iter().flatten();
    let pairs =
        given.filter_map(|tag| Some((text(tag, "Key")?.to_owned(), text(tag, "Value").unwrap_or_default().to_owned())));
    let tags = pairs.collect();
    check_count(&tags)?;
    Ok(tags)
}

fn check_count(tags: &BTreeMap<String, String>) -> Result<(), AwsError> {
    if tags.len() <= rules::MAX_TAGS {
        return Ok(());
    }
    let message = format!("You cannot have more than {} tags for a cluster.", rules::MAX_TAGS);
    Err(AwsError::new("TagQuotaPerResourceExceeded", message))
}

fn written(tags: &BTreeMap<String, String>) -> Vec<Value> {
    tags.iter().map(|(key, value)| json!({"Key": key, "Value": value})).collect()
}
