//! What the wire says: one function for every operation.

mod actions;
mod policies;
mod tags;
mod targets;

use aws_api::{Call, Operations, unknown_operation};
use kernel::{AwsError, Batch};
use serde_json::{Map, Value, json};

use crate::{
    AutoScaling,
    rules::not_found,
    state::{Key, Target, place},
};

/// Entries of a page if no number is asked for.
const PAGE: usize = 50;

impl AutoScaling {
    /// Does what `call` asks.
    pub async fn dispatch(&self, call: &Call) -> Result<Value, AwsError> {
        match call.operation {
            "RegisterScalableTarget" => self.register_scalable_target(call).await,
            "DeregisterScalableTarget" => self.deregister_scalable_target(call).await,
            "DescribeScalableTargets" => self.describe_scalable_targets(call),
            "DescribeScalingActivities" => self.describe_scaling_activities(call),
            "PutScalingPolicy" => self.put_scaling_policy(call).await,
            "DeleteScalingPolicy" => self.delete_scaling_policy(call).await,
            "DescribeScalingPolicies" => self.describe_scaling_policies(call),
            "PutScheduledAction" => self.put_scheduled_action(call).await,
            "DeleteScheduledAction" => self.delete_scheduled_action(call).await,
            "DescribeScheduledActions" => self.describe_scheduled_actions(call),
            "ListTagsForResource" => self.list_tags_for_resource(call),
            "TagResource" => self.tag_resource(call).await,
            "UntagResource" => self.untag_resource(call).await,
            _ => Err(unknown_operation(self.api())),
        }
    }

    /// Changes a target that must be there, wholly or not at all.
    async fn change<T>(
        &self,
        call: &Call,
        key: &Key,
        change: impl FnOnce(&mut Target) -> Result<T, AwsError>,
    ) -> Result<T, AwsError> {
        let mut batch = Batch::default();
        let answer = {
            let mut state = self.state.borrow_mut();
            let place = place(&call.scope);
            let target = state.target(&place, key);
            let mut target = target.cloned().ok_or_else(|| not_found("scalable target registered", key, None))?;
            let answer = change(&mut target)?;
            state.put(&place, key, target, &mut batch);
            answer
        };
        self.commit(batch).await?;
        self.watch();
        Ok(answer)
    }
}

/// Whether a description asks for what belongs to `key`: no filter lets everything pass.
fn concerns(input: &Value, key: &Key) -> bool {
    let fits = |name: &str, value: &str| input[name].as_str().is_none_or(|wanted| wanted == value);
    input["ServiceNamespace"] == crate::rules::NAMESPACE
        && fits("ResourceId", &key.resource)
        && fits("ScalableDimension", &key.dimension)
}

/// Whether `value` is in the list `name`, or there is no such list.
fn listed(input: &Value, name: &str, value: &str) -> bool {
    let list = input[name].as_array().filter(|list| !list.is_empty());
    list.is_none_or(|list| list.iter().any(|wanted| wanted == value))
}

/// One page of `all`, under `member`; the token is the number of the first entry of the next page.
fn page(input: &Value, member: &str, all: Vec<Value>) -> Result<Value, AwsError> {
    let from = match input["NextToken"].as_str() {
        None => 0,
        Some(token) => token
            .parse()
            .ok()
            .filter(|from| *from < all.len())
            .ok_or_else(|| AwsError::new("InvalidNextTokenException", "The pagination token is not valid."))?,
    };
    let most = input["MaxResults"].as_u64().and_then(|most| usize::try_from(most).ok()).unwrap_or(PAGE).max(1);
    let more = all.len() > from + most;
    let mut answer = Map::new();
    answer.insert(member.to_owned(), all.into_iter().skip(from).take(most).collect());
    if more {
        answer.insert("NextToken".to_owned(), json!((from + most).to_string()));
    }
    Ok(Value::Object(answer))
}

/// A moment as the wire writes it.
fn seconds(millis: u64) -> Value {
    json!(millis as f64 / 1000.0)
}

/// What every description begins with.
fn described(key: &Key) -> Map<String, Value> {
    let members = [
        ("ServiceNamespace", crate::rules::NAMESPACE),
        ("ResourceId", &key.resource),
        ("ScalableDimension", &key.dimension),
    ];
    members.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect()
}
