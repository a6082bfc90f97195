//! RegisterScalableTarget, DeregisterScalableTarget, DescribeScalableTargets, DescribeScalingActivities.

use std::collections::BTreeMap;

use aws_api::Call;
use kernel::{AwsError, Batch};
use serde_json::{Value, json};

use super::{concerns, described, listed, page, seconds};
use crate::{
    AutoScaling,
    rules::{key, not_found},
    state::{SuspendedState, Target, place},
};

impl AutoScaling {
    /// RegisterScalableTarget
    pub async fn register_scalable_target(&self, call: &Call) -> Result<Value, AwsError> {
        let input = &call.input;
        let key = key(input)?;
        self.check_resource(&call.scope, &key.resource).await?;
        let place = place(&call.scope);
        let mut batch = Batch::default();
        let arn = {
            let mut state = self.state.borrow_mut();
            let known = state.target(&place, &key).cloned();
            let is_new = known.is_none();
            let mut target = known.unwrap_or_else(|| self.new_target());
            for (name, bound) in [("MinCapacity", &mut target.min), ("MaxCapacity", &mut target.max)] {
                match input[name].as_i64() {
                    Some(units) => *bound = u64::try_from(units).map_err(|_| negative(name))?,
                    None if is_new => {
                        return Err(AwsError::validation(format!(
                            "{name} is required when registering a new scalable target"
                        )));
                    }
                    None => {}
                }
            }
            check_bounds(target.min, target.max)?;
            if !input["SuspendedState"].is_null() {
                target.suspended = suspended(input, target.suspended);
            }
            if let Some(tags) = input["Tags"].as_object() {
                if !is_new {
                    return Err(AwsError::validation("Tags can only be given when a scalable target is registered"));
                }
                target.tags = super::tags::read(tags)?;
            }
            let arn = target.arn(&place);
            state.put(&place, &key, target, &mut batch);
            arn
        };
        self.commit(batch).await?;
        self.watch();
        Ok(json!({"ScalableTargetARN": arn}))
    }

    fn new_target(&self) -> Target {
        let id: String = self.kernel.rng.uuid().chars().filter(|letter| *letter != '-').collect();
        Target { id, created_at: self.now(), tags: BTreeMap::new(), ..Target::default() }
    }

    /// DeregisterScalableTarget
    pub async fn deregister_scalable_target(&self, call: &Call) -> Result<Value, AwsError> {
        let key = key(&call.input)?;
        let mut batch = Batch::default();
        let removed = self.state.borrow_mut().remove(&place(&call.scope), &key, &mut batch);
        if removed.is_none() {
            return Err(not_found("scalable target found", &key, None));
        }
        self.commit(batch).await?;
        Ok(json!({}))
    }

    /// DescribeScalableTargets
    pub fn describe_scalable_targets(&self, call: &Call) -> Result<Value, AwsError> {
        let input = &call.input;
        let place = place(&call.scope);
        let state = self.state.borrow();
        let targets = state.targets(&place);
        let wanted = targets.filter(|(key, _)| concerns(input, key) && listed(input, "ResourceIds", &key.resource));
        let described = wanted.map(|(key, target)| {
            let mut answer = described(key);
            let role = "aws-service-role/dynamodb.application-autoscaling.amazonaws.com/\
                        AWSServiceRoleForApplicationAutoScaling_DynamoDBTable";
            answer.insert("MinCapacity".to_owned(), json!(target.min));
            answer.insert("MaxCapacity".to_owned(), json!(target.max));
            answer.insert("RoleARN".to_owned(), json!(format!("arn:aws:iam::{}:role/{role}", place.0)));
            answer.insert("CreationTime".to_owned(), seconds(target.created_at));
            answer.insert("SuspendedState".to_owned(), json!(target.suspended));
            answer.insert("ScalableTargetARN".to_owned(), json!(target.arn(&place)));
            Value::Object(answer)
        });
        page(input, "ScalableTargets", described.collect())
    }

    /// DescribeScalingActivities
    pub fn describe_scaling_activities(&self, call: &Call) -> Result<Value, AwsError> {
        let input = &call.input;
        let place = place(&call.scope);
        let state = self.state.borrow();
        let targets = state.targets(&place).filter(|(key, _)| concerns(input, key));
        let activities = targets.flat_map(|(key, target)| target.activities.iter().map(move |one| (key, one)));
        let mut activities: Vec<_> = activities.collect();
        activities.sort_by_key(|(_, activity)| std::cmp::Reverse(activity.started_at));
        let described = activities.into_iter().map(|(key, activity)| {
            let mut answer = described(key);
            let members = [
                ("ActivityId", json!(activity.id)),
                ("Description", json!(activity.description)),
                ("Cause", json!(activity.cause)),
                ("StartTime", seconds(activity.started_at)),
                ("EndTime", seconds(activity.ended_at)),
                ("StatusCode", json!(activity.status)),
                ("StatusMessage", json!(activity.message)),
            ];
            answer.extend(members.map(|(name, value)| (name.to_owned(), value)));
            Value::Object(answer)
        });
        page(input, "ScalingActivities", described.collect())
    }
}

/// Refuses bounds that no capacity could meet.
pub fn check_bounds(min: u64, max: u64) -> Result<(), AwsError> {
    if min < 1 {
        return Err(AwsError::validation("Minimum capacity of a DynamoDB resource must be at least 1"));
    }
    if max < min {
        return Err(AwsError::validation("Maximum capacity cannot be less than minimum capacity"));
    }
    Ok(())
}

fn negative(name: &str) -> AwsError {
    AwsError::validation(format!("{name} cannot be less than 0"))
}

fn suspended(input: &Value, current: SuspendedState) -> SuspendedState {
    let flag = |name: &str, current: bool| input["SuspendedState"][name].as_bool().unwrap_or(current);
    SuspendedState {
        dynamic_scaling_in_suspended: flag("DynamicScalingInSuspended", current.dynamic_scaling_in_suspended),
        dynamic_scaling_out_suspended: flag("DynamicScalingOutSuspended", current.dynamic_scaling_out_suspended),
        scheduled_scaling_suspended: flag("ScheduledScalingSuspended", current.scheduled_scaling_suspended),
    }
}
