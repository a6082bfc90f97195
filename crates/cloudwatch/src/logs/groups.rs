//! Log groups: names, retention, tags.

use std::collections::BTreeMap;

use aws_api::Call;
use kernel::{AwsError, Batch};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Logs, group_name, invalid, no_such_group, page,
    state::{Group, Place, Stream, group_arn, place},
};

/// The only values that AWS takes, in days.
const RETENTION_DAYS: [u64; 23] =
    [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653, 0];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreateLogGroup {
    log_group_name: String,
    #[serde(default)]
    tags: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ChangeTags {
    #[serde(default)]
    tags: BTreeMap<String, String>,
    #[serde(default)]
    tag_keys: Vec<String>,
}

impl Logs {
    pub(super) async fn create_log_group(&self, call: Call) -> Result<Value, AwsError> {
        let place = place(&call.scope);
        let CreateLogGroup { log_group_name, tags } = aws_api::parse(call.input)?;
        let mut batch = Batch::default();
        {
            let mut state = self.state.borrow_mut();
            if state.group(&place, &log_group_name).is_some() {
                let message = "The specified log group already exists";
                return Err(AwsError::new("ResourceAlreadyExistsException", message));
            }
            let group = Group { created: self.kernel.clock.now().millis(), tags, ..Group::default() };
            state.add_group(&place, &log_group_name, group, &mut batch);
        }
        self.commit(batch).await?;
        Ok(json!({}))
    }

    pub(super) async fn delete_log_group(&self, call: Call) -> Result<Value, AwsError> {
        let name = group_name(&call.input).unwrap_or_default();
        let mut batch = Batch::default();
        let removed = self.state.borrow_mut().remove_group(&place(&call.scope), name, &mut batch);
        removed.ok_or_else(no_such_group)?;
        self.commit(batch).await?;
        Ok(json!({}))
    }

    pub(super) fn describe_log_groups(&self, call: Call) -> Result<Value, AwsError> {
        let (prefix, pattern) = (call.input["logGroupNamePrefix"].as_str(), call.input["logGroupNamePattern"].as_str());
        if prefix.is_some() && pattern.is_some() {
            return Err(invalid("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters."));
        }
        let pattern = pattern.map(str::to_lowercase);
        let wanted = |name: &str| {
            prefix.is_none_or(|prefix| name.starts_with(prefix))
                && pattern.as_deref().is_none_or(|pattern| name.to_lowercase().contains(pattern))
        };
        let place = place(&call.scope);
        let state = self.state.borrow();
        let groups = state.groups(&place).filter(|(name, _)| wanted(name));
        let (groups, token) = page(groups, &call.input, 50);
        let groups: Vec<_> = groups.into_iter().map(|(name, group)| describe(&place, name, group)).collect();
        Ok(with_token(json!({"logGroups": groups}), token))
    }

    /// `PutRetentionPolicy`, and `DeleteRetentionPolicy`, which names no days.
    pub(super) async fn set_retention(&self, call: Call) -> Result<Value, AwsError> {
        let days = call.input["retentionInDays"].as_u64();
        if days.is_some_and(|days| !RETENTION_DAYS.contains(&days)) {
            let message =
                format!("Member must satisfy enum value set: {:?}", &RETENTION_DAYS[..RETENTION_DAYS.len() - 1]);
            let value = days.unwrap_or_default();
            return Err(invalid(&format!(
                "1 validation error detected: Value '{value}' at 'retentionInDays' failed to satisfy constraint: {message}"
            )));
        }
        self.change(&call, |group| group.retention_days = days.filter(|days| *days > 0)).await
    }

    pub(super) fn list_tags(&self, call: Call) -> Result<Value, AwsError> {
        let state = self.state.borrow();
        let name = group_name(&call.input).unwrap_or_default();
        let group = state.group(&place(&call.scope), name).ok_or_else(no_such_group)?;
        Ok(json!({"tags": group.tags}))
    }

    pub(super) async fn change_tags(&self, call: Call) -> Result<Value, AwsError> {
        let ChangeTags { tags, tag_keys } = aws_api::parse(call.input.clone())?;
        self.change(&call, |group| {
            group.tags.extend(tags);
            group.tags.retain(|name, _| !tag_keys.contains(name));
        })
        .await
    }

    pub(super) async fn change(&self, call: &Call, change: impl FnOnce(&mut Group)) -> Result<Value, AwsError> {
        let name = group_name(&call.input).unwrap_or_default();
        let mut batch = Batch::default();
        let changed = self.state.borrow_mut().change_group(&place(&call.scope), name, change, &mut batch);
        changed.ok_or_else(no_such_group)?;
        self.commit(batch).await?;
        Ok(json!({}))
    }
}

fn describe(place: &Place, name: &str, group: &Group) -> Value {
    let arn = group_arn(place, name);
    let stored: usize = group.streams.values().map(stored_bytes).sum();
    let mut description = json!({
        "logGroupName": name,
        "creationTime": group.created,
        "metricFilterCount": group.metric_filters.len(),
        "arn": format!("{arn}:*"),
        "storedBytes": stored,
        "logGroupClass": "STANDARD",
        "logGroupArn": arn,
    });
    if let Some(days) = group.retention_days {
        description["retentionInDays"] = json!(days);
    }
    description
}

fn stored_bytes(stream: &Stream) -> usize {
    stream.events.iter().map(|event| event.message.len() + super::events::OVERHEAD).sum()
}

/// `answer` with the token of its next page, if there is one.
pub(super) fn with_token(mut answer: Value, token: Option<Value>) -> Value {
    if let Some(token) = token {
        answer["nextToken"] = token;
    }
    answer
}
