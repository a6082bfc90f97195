//! What happens by the minute: scheduled actions run, and policies scale.

use std::collections::BTreeMap;

use kernel::{AwsError, Batch, Caller, Scope, Timestamp};
use serde_json::{Value, json};

use crate::{
    AutoScaling,
    rules::{
        Kind, parts,
        schedule::Schedule,
        tracking::{Alarm, Tracked},
    },
    state::{Action, Activity, Key, Place, Policy, Target},
};

const MINUTE: u64 = 60_000;

/// The seconds by which metrics are asked for, and how far back.
const PERIOD: u64 = 60;
const REMEMBERED: u64 = 3600;

/// A scaling that is due.
struct Scaling {
    units: u64,
    cause: String,
    alarm: Option<Alarm>,
}

/// The throughput of a table or an index as DynamoDB describes it.
struct Throughput {
    read: u64,
    write: u64,
}

impl Throughput {
    fn of(&self, kind: Kind) -> u64 {
        match kind {
            Kind::Read => self.read,
            Kind::Write => self.write,
        }
    }
}

impl AutoScaling {
    /// Sees to it that every minute is looked at while there are targets.
    pub fn watch(&self) {
        if self.watching.get() || self.state.borrow().is_empty() {
            return;
        }
        self.watching.set(true);
        let (me, clock) = (self.me.clone(), self.kernel.clock.clone());
        self.kernel.tasks.spawn(async move {
            let mut minute = clock.now().millis() / MINUTE;
            loop {
                minute += 1;
                clock.sleep_until(Timestamp::from_millis(minute * MINUTE)).await;
                let Some(room) = me.upgrade() else { return };
                if room.state.borrow().is_empty() {
                    room.watching.set(false);
                    return;
                }
                room.look(minute).await;
            }
        });
    }

    async fn look(&self, minute: u64) {
        let keys = self.state.borrow().keys();
        for (place, key) in keys {
            self.run_actions(&place, &key, minute).await;
            self.scale(&place, &key, minute).await;
        }
    }

    /// Sets the bounds that the scheduled actions of this minute give.
    async fn run_actions(&self, place: &Place, key: &Key, minute: u64) {
        let Some(mut target) = self.state.borrow().target(place, key).cloned() else { return };
        if target.suspended.scheduled_scaling_suspended {
            return;
        }
        let due: Vec<Action> = target.actions.values().filter(|action| is_due(action, minute)).cloned().collect();
        if due.is_empty() {
            return;
        }
        for action in due {
            target.min = action.min.unwrap_or(target.min);
            target.max = action.max.unwrap_or(target.max).max(target.min);
        }
        self.keep(place, key, target).await;
    }

    /// Brings a target into its bounds, or does what its policy asks.
    async fn scale(&self, place: &Place, key: &Key, minute: u64) {
        let Some((table, index)) = parts(&key.resource) else { return };
        let scope = self.scope(place);
        // What is gone, on demand, or just being changed has nothing to scale.
        let Some(current) = self.throughput(&scope, table, index).await else { return };
        let consumed = self.consumed(&scope, key).await;
        let Some(target) = self.state.borrow().target(place, key).cloned() else { return };
        let Some(scaling) = due_scaling(&target, key, current.of(Kind::of(&key.dimension)), &consumed, minute) else {
            return;
        };
        let started_at = self.now();
        let result = self.update(&scope, key, &current, scaling.units).await;
        let Some(mut target) = self.state.borrow().target(place, key).cloned() else { return };
        match scaling.alarm.filter(|_| result.is_ok()) {
            Some(Alarm::High) => target.scaled_out_at = Some(started_at),
            Some(Alarm::Low) => target.scaled_in_at = Some(started_at),
            None => {}
        }
        target.note(self.activity(key, &scaling, started_at, result));
        self.keep(place, key, target).await;
    }

    fn activity(&self, key: &Key, scaling: &Scaling, started_at: u64, result: Result<Value, AwsError>) -> Activity {
        let setting = format!("{} to {}", Kind::of(&key.dimension).words(), scaling.units);
        let (status, message) = match result {
            Ok(_) => ("Successful", format!("Successfully set {setting}. Change successfully fulfilled by dynamodb.")),
            Err(error) => {
                ("Failed", format!("Failed to set {setting}. Reason: Failed updating table: {}", error.message))
            }
        };
        Activity {
            id: self.kernel.rng.uuid(),
            description: format!("Setting {setting}."),
            cause: scaling.cause.clone(),
            started_at,
            ended_at: self.now(),
            status: status.to_owned(),
            message,
        }
    }

    async fn keep(&self, place: &Place, key: &Key, target: Target) {
        let mut batch = Batch::default();
        self.state.borrow_mut().put(place, key, target, &mut batch);
        // Nobody waits for an answer: what could not be kept is found out anew in the next minute.
        let _ = self.commit(batch).await;
    }

    /// The service acts by itself, in the account and the region of the target.
    fn scope(&self, (account, region): &Place) -> Scope {
        let caller = Caller::service("dynamodb.application-autoscaling");
        Scope { account: account.clone(), ..Scope::new(&self.kernel, region, caller) }
    }

    /// Refuses a target that is not there.
    pub async fn check_resource(&self, scope: &Scope, resource: &str) -> Result<(), AwsError> {
        let Some((table, index)) = parts(resource) else { return Ok(()) };
        let scope = self.scope(&(scope.account.clone(), scope.region.clone()));
        let described = self.dynamodb(&scope, "DescribeTable", json!({"TableName": table})).await;
        let described = match described {
            Err(error) if error.code == "ResourceNotFoundException" => {
                return Err(AwsError::validation(format!("DynamoDB table does not exist: table/{table}")));
            }
            described => described?,
        };
        match index {
            Some(index) if index_of(&described["Table"], index).is_none() => {
                Err(AwsError::validation(format!("DynamoDB index does not exist: {resource}")))
            }
            _ => Ok(()),
        }
    }

    async fn throughput(&self, scope: &Scope, table: &str, index: Option<&str>) -> Option<Throughput> {
        let described = self.dynamodb(scope, "DescribeTable", json!({"TableName": table})).await.ok()?;
        let table = &described["Table"];
        let on_demand = table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST";
        if on_demand || table["TableStatus"] != "ACTIVE" {
            return None;
        }
        let described = match index {
            Some(name) => index_of(table, name).filter(|index| index["IndexStatus"] == "ACTIVE")?,
            None => table,
        };
        let units = |kind: Kind| described["ProvisionedThroughput"][kind.member()].as_u64();
        Some(Throughput { read: units(Kind::Read)?, write: units(Kind::Write)? })
    }

    /// Units consumed by the minute. Minutes that saw nothing but throttles have no data.
    async fn consumed(&self, scope: &Scope, key: &Key) -> BTreeMap<u64, f64> {
        let Some((table, index)) = parts(&key.resource) else { return BTreeMap::new() };
        let metric = match Kind::of(&key.dimension) {
            Kind::Read => "ConsumedReadCapacityUnits",
            Kind::Write => "ConsumedWriteCapacityUnits",
        };
        let dimension = |name: &str, value: &str| json!({"Name": name, "Value": value});
        let mut dimensions = vec![dimension("TableName", table)];
        dimensions.extend(index.map(|index| dimension("GlobalSecondaryIndexName", index)));
        let now = self.kernel.clock.now().secs();
        let input = json!({
            "Namespace": "AWS/DynamoDB",
            "MetricName": metric,
            "Dimensions": dimensions,
            "Period": PERIOD,
            "Statistics": ["Sum"],
            "StartTime": now.saturating_sub(REMEMBERED),
            "EndTime": now + PERIOD,
        });
        let answer = aws_api::invoke(&self.kernel, scope.clone(), "monitoring", "GetMetricStatistics", input).await;
        let answer = answer.unwrap_or_default();
        let points = answer["Datapoints"].as_array().into_iter().flatten();
        let minutes = points.filter_map(|point| Some((point["Timestamp"].as_u64()? / PERIOD, point["Sum"].as_f64()?)));
        minutes.filter(|(_, units)| *units > 0.0).collect()
    }

    async fn update(&self, scope: &Scope, key: &Key, current: &Throughput, units: u64) -> Result<Value, AwsError> {
        let (table, index) = parts(&key.resource).unwrap_or_default();
        let mut throughput = json!({"ReadCapacityUnits": current.read, "WriteCapacityUnits": current.write});
        throughput[Kind::of(&key.dimension).member()] = json!(units);
        let input = match index {
            Some(index) => json!({
                "TableName": table,
                "GlobalSecondaryIndexUpdates": [
                    {"Update": {"IndexName": index, "ProvisionedThroughput": throughput}},
                ],
            }),
            None => json!({"TableName": table, "ProvisionedThroughput": throughput}),
        };
        self.dynamodb(scope, "UpdateTable", input).await
    }

    async fn dynamodb(&self, scope: &Scope, operation: &str, input: Value) -> Result<Value, AwsError> {
        aws_api::invoke(&self.kernel, scope.clone(), "dynamodb", operation, input).await
    }
}

fn index_of<'a>(table: &'a Value, name: &str) -> Option<&'a Value> {
    table["GlobalSecondaryIndexes"].as_array()?.iter().find(|index| index["IndexName"] == name)
}

fn is_due(action: &Action, minute: u64) -> bool {
    let now = minute * MINUTE;
    if action.start.is_some_and(|start| now < start) || action.end.is_some_and(|end| now > end) {
        return false;
    }
    let anchor = action.start.unwrap_or(action.created_at) / MINUTE;
    // It was read when it was put.
    Schedule::parse(&action.schedule, action.timezone.as_deref()).is_ok_and(|schedule| schedule.is_due(minute, anchor))
}

/// What a target with `current` units needs, if anything.
fn due_scaling(
    target: &Target,
    key: &Key,
    current: u64,
    consumed: &BTreeMap<u64, f64>,
    minute: u64,
) -> Option<Scaling> {
    if current < target.min {
        let cause = format!("minimum capacity was set to {}", target.min);
        return Some(Scaling { units: target.min, cause, alarm: None });
    }
    if current > target.max {
        let cause = format!("maximum capacity was set to {}", target.max);
        return Some(Scaling { units: target.max, cause, alarm: None });
    }
    let (name, policy) = target.policies.first_key_value()?;
    let aim = policy.configuration["TargetValue"].as_f64()?;
    let (alarm, wanted) = Tracked { consumed, now: minute, current, target: aim }.alarm()?;
    let units = wanted.clamp(target.min, target.max);
    let now = minute * MINUTE;
    let (suspended, since, cooldown, side) = match alarm {
        Alarm::High => {
            let suspended = target.suspended.dynamic_scaling_out_suspended;
            (suspended, target.scaled_out_at, "ScaleOutCooldown", "High")
        }
        Alarm::Low => {
            let suspended = target.suspended.dynamic_scaling_in_suspended
                || policy.configuration["DisableScaleIn"].as_bool().unwrap_or_default();
            // Right after it has become larger it does not become smaller either.
            (suspended, target.scaled_in_at.max(target.scaled_out_at), "ScaleInCooldown", "Low")
        }
    };
    if suspended || units == current || is_cooling(policy, cooldown, since, now) {
        return None;
    }
    let cause = format!(
        "monitor alarm TargetTracking-{}-Alarm{side}-{} in state ALARM triggered policy {name}",
        key.resource, policy.id
    );
    Some(Scaling { units, cause, alarm: Some(alarm) })
}

/// Cooldowns are seconds, and none if nothing is said, as is AWS's default for DynamoDB.
fn is_cooling(policy: &Policy, cooldown: &str, since: Option<u64>, now: u64) -> bool {
    let seconds = policy.configuration[cooldown].as_u64().unwrap_or_default();
    since.is_some_and(|since| since + seconds * 1000 > now)
}
