//! Tags of streams and consumers.

use std::collections::BTreeMap;

use aws_api::Call;
use kernel::AwsError;
use serde_json::{Value, json};

use super::{arn, consumers, limit, nothing, page};
use crate::{
    Kinesis,
    rules::{Tagging, check_tag_count, check_tags},
    state::Stream,
};

/// Refuses tags with characters that they do not have.
pub(super) fn check(
    tags: &BTreeMap<String, String>,
    tagging: Tagging,
    stream: &str,
    account: &str,
) -> Result<(), AwsError> {
    check_tags(tags.iter().flat_map(|(key, value)| [key.as_str(), value.as_str()]), tagging, stream, account)
}

impl Kinesis {
    pub(super) async fn add_tags(&self, call: &Call) -> Result<Value, AwsError> {
        let added: BTreeMap<String, String> = aws_api::parse(call.input["Tags"].clone())?;
        let account = &call.scope.account;
        self.change(call, |stream| {
            let name = stream.name.clone();
            check(&added, Tagging::Add, &name, account)?;
            let tags = tags_mut(call, stream)?;
            let new = added.keys().filter(|key| !tags.contains_key(*key)).count();
            check_tag_count(tags.len() + new, &name, account)?;
            tags.extend(added);
            Ok(nothing())
        })
        .await
    }

    pub(super) async fn remove_tags(&self, call: &Call) -> Result<Value, AwsError> {
        let removed: Vec<String> = aws_api::parse(call.input["TagKeys"].clone())?;
        self.change(call, |stream| {
            check_tags(removed.iter().map(String::as_str), Tagging::Remove, &stream.name, &call.scope.account)?;
            tags_mut(call, stream)?.retain(|key, _| !removed.contains(key));
            Ok(nothing())
        })
        .await
    }

    pub(super) fn list_tags(&self, call: &Call) -> Result<Value, AwsError> {
        let after = call.input["ExclusiveStartTagKey"].as_str();
        self.look(call, |stream| {
            let tags = match consumers::named_by(arn(call)) {
                Some(_) => &consumers::find(stream, call)?.tags,
                None => &stream.tags,
            };
            let tags = tags.iter().map(|(key, value)| (key.clone(), json!({"Key": key, "Value": value})));
            let (tags, more) = page(tags, after, limit(&call.input["Limit"], u64::MAX));
            let tags: Vec<Value> = tags.into_iter().map(|(_, tag)| tag).collect();
            let mut answer = json!({"Tags": tags});
            if call.operation == "ListTagsForStream" {
                answer["HasMoreTags"] = json!(more);
            }
            Ok(answer)
        })
    }
}

/// The tags of what a call names: a consumer or its stream.
fn tags_mut<'a>(call: &Call, stream: &'a mut Stream) -> Result<&'a mut BTreeMap<String, String>, AwsError> {
    if consumers::named_by(arn(call)).is_none() {
        return Ok(&mut stream.tags);
    }
    let name = consumers::find(stream, call)?.name.clone();
    let consumer = stream.consumers.iter_mut().find(|consumer| consumer.name == name);
    consumer.map(|consumer| &mut consumer.tags).ok_or_else(|| consumers::gone(&name))
}
