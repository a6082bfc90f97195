//! PutScheduledAction, DeleteScheduledAction, DescribeScheduledActions.

use aws_api::Call;
use kernel::AwsError;
use serde_json::{Map, Value, json};

use super::{concerns, described, listed, page, seconds};
use crate::{
    AutoScaling,
    rules::{key, not_found, schedule::Schedule},
    state::{Action, Key, Place, place},
};

impl AutoScaling {
    /// PutScheduledAction
    pub async fn put_scheduled_action(&self, call: &Call) -> Result<Value, AwsError> {
        let input = &call.input;
        let key = key(input)?;
        let name = input["ScheduledActionName"].as_str().unwrap_or_default();
        let now = self.now();
        self.change(call, &key, |target| {
            let known = target.actions.get(name);
            let mut action = known.cloned().unwrap_or_else(|| Action {
                id: self.kernel.rng.uuid(),
                created_at: now,
                schedule: String::new(),
                timezone: None,
                start: None,
                end: None,
                min: None,
                max: None,
            });
            read(input, &mut action)?;
            target.actions.insert(name.to_owned(), action);
            Ok(())
        })
        .await?;
        Ok(json!({}))
    }

    /// DeleteScheduledAction
    pub async fn delete_scheduled_action(&self, call: &Call) -> Result<Value, AwsError> {
        let key = key(&call.input)?;
        let name = call.input["ScheduledActionName"].as_str().unwrap_or_default();
        let missing = || not_found("scheduled action found", &key, Some(("scheduled action", name)));
        if self.state.borrow().target(&place(&call.scope), &key).is_none() {
            return Err(missing());
        }
        self.change(call, &key, |target| target.actions.remove(name).map(drop).ok_or_else(missing)).await?;
        Ok(json!({}))
    }

    /// DescribeScheduledActions
    pub fn describe_scheduled_actions(&self, call: &Call) -> Result<Value, AwsError> {
        let input = &call.input;
        let place = place(&call.scope);
        let state = self.state.borrow();
        let targets = state.targets(&place).filter(|(key, _)| concerns(input, key));
        let actions = targets.flat_map(|(key, target)| target.actions.iter().map(move |action| (key, action)));
        let wanted = actions.filter(|(_, (name, _))| listed(input, "ScheduledActionNames", name));
        let described = wanted.map(|(key, (name, action))| describe(&place, key, name, action));
        page(input, "ScheduledActions", described.collect())
    }
}

/// Changes what the input gives.
fn read(input: &Value, action: &mut Action) -> Result<(), AwsError> {
    let text = |name: &str| input[name].as_str().map(str::to_owned);
    let moment = |name: &str| input[name].as_f64().map(|seconds| (seconds * 1000.0) as u64);
    action.schedule = text("Schedule").unwrap_or_else(|| std::mem::take(&mut action.schedule));
    action.timezone = text("Timezone").or_else(|| action.timezone.take());
    action.start = moment("StartTime").or(action.start);
    action.end = moment("EndTime").or(action.end);
    let bounds = &input["ScalableTargetAction"];
    if !bounds.is_null() {
        (action.min, action.max) = (bounds["MinCapacity"].as_u64(), bounds["MaxCapacity"].as_u64());
    }
    if action.min.is_none() && action.max.is_none() {
        return Err(AwsError::validation(
            "At least one of MinCapacity or MaxCapacity must be given in ScalableTargetAction",
        ));
    }
    if action.schedule.is_empty() {
        return Err(AwsError::validation("Schedule is required for a new scheduled action"));
    }
    Schedule::parse(&action.schedule, action.timezone.as_deref()).map(drop)
}

fn describe(place: &Place, key: &Key, name: &str, action: &Action) -> Value {
    let (account, region) = place;
    let mut answer = described(key);
    let arn = format!(
        "arn:{}:autoscaling:{region}:{account}:scheduledAction:{}:resource/dynamodb/{}:scheduledActionName/{name}",
        kernel::partition(region),
        action.id,
        key.resource
    );
    let bounds = [("MinCapacity", action.min), ("MaxCapacity", action.max)];
    let bounds = bounds.into_iter().filter_map(|(name, units)| Some((name.to_owned(), json!(units?))));
    let members = [
        ("ScheduledActionName", Some(json!(name))),
        ("ScheduledActionARN", Some(json!(arn))),
        ("Schedule", Some(json!(action.schedule))),
        ("Timezone", action.timezone.as_ref().map(|zone| json!(zone))),
        ("StartTime", action.start.map(seconds)),
        ("EndTime", action.end.map(seconds)),
        ("ScalableTargetAction", Some(Value::Object(bounds.collect::<Map<_, _>>()))),
        ("CreationTime", Some(seconds(action.created_at))),
    ];
    answer.extend(members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    Value::Object(answer)
}
