//! Whether a request's API key is good, and what it may still use.

use jiff::{Timestamp as Moment, tz::TimeZone};
use kernel::{AwsError, Scope, Timestamp};

use super::failure::{Failure, LIMIT_EXCEEDED, MISCONFIGURED, NO_KEY, TOO_MANY};
use crate::{
    ApiGateway,
    usage::{
        model::{KeptPlan, Quota, Throttle, Used},
        plans::limits,
    },
};

/// An API key as requests name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    pub id: String,
    pub value: String,
}

/// The enabled key whose value is `value`.
pub fn key_of(gateway: &ApiGateway, scope: &Scope, value: &str) -> Option<Key> {
    let found = gateway.keys.list(scope, |kept| {
        (kept.key.enabled && kept.key.value == value).then(|| Key { id: kept.key.id.clone(), value: value.to_owned() })
    });
    found.into_iter().flatten().next()
}

/// The stage and method that a key is used for.
pub struct Use<'a> {
    pub api: &'a str,
    pub stage: &'a str,
    /// `/resource/METHOD`
    pub method: String,
    pub now: Timestamp,
}

/// Lets the request pass if the key belongs to a plan of the stage that has not run out.
pub async fn check(gateway: &ApiGateway, scope: &Scope, key: Option<&Key>, used: Use<'_>) -> Result<(), Failure> {
    let key = key.ok_or(NO_KEY)?;
    let plans = gateway.plans.list(scope, |kept| {
        let stage = kept.plan.api_stages.iter().find(|stage| stage.api_id == used.api && stage.stage == used.stage);
        let stage = stage.filter(|_| kept.keys.contains_key(&key.id))?;
        let throttle = stage.throttle.get(&used.method).or(kept.plan.throttle.as_ref()).copied();
        Some((kept.plan.id.clone(), throttle, kept.plan.quota.clone()))
    });
    let Some((plan, throttle, quota)) = plans.into_iter().flatten().next() else {
        return by_stage_keys(gateway, scope, key, &used);
    };
    throttled(gateway, &plan, key, throttle, &used)?;
    match quota {
        Some(quota) => count(gateway, scope, &plan, key, &quota, used.now).await,
        None => Ok(()),
    }
}

/// Keys that name their stages themselves, as they did before there were usage plans.
fn by_stage_keys(gateway: &ApiGateway, scope: &Scope, key: &Key, used: &Use) -> Result<(), Failure> {
    let stage = format!("{}/{}", used.api, used.stage);
    let named = gateway.keys.read(scope, &key.id, |kept| kept.key.stage_keys.contains(&stage));
    if named.unwrap_or_default() { Ok(()) } else { Err(NO_KEY) }
}

fn throttled(
    gateway: &ApiGateway,
    plan: &str,
    key: &Key,
    throttle: Option<Throttle>,
    used: &Use,
) -> Result<(), Failure> {
    let Some(limits) = throttle.as_ref().and_then(limits) else { return Ok(()) };
    let bucket = format!("{plan}/{}/{}/{}", key.id, used.api, used.stage);
    if gateway.memory.buckets.take(bucket, limits, used.now) { Ok(()) } else { Err(TOO_MANY) }
}

/// Counts the request against the quota of its period.
async fn count(
    gateway: &ApiGateway,
    scope: &Scope,
    plan: &str,
    key: &Key,
    quota: &Quota,
    now: Timestamp,
) -> Result<(), Failure> {
    let period = period_of(quota, now);
    let change = |kept: &mut KeptPlan| {
        let used = kept.keys.entry(key.id.clone()).or_default();
        if used.period != period {
            *used = Used { period, requests: 0 };
        }
        if used.requests >= quota.limit {
            return Err(AwsError::new("LimitExceededException", "Limit Exceeded"));
        }
        used.requests += 1;
        Ok(())
    };
    gateway
        .plans
        .change(&gateway.kernel, scope, plan, change)
        .await
        .map_err(|error| if error.code == "LimitExceededException" { LIMIT_EXCEEDED } else { MISCONFIGURED })
}

/// The first day of the quota's current period, counted from the epoch. Weeks begin on Sunday.
fn period_of(quota: &Quota, now: Timestamp) -> u64 {
    let day = now.secs() / 86_400;
    match quota.period.as_str() {
        // The epoch was a Thursday.
        "WEEK" => day - (day + 4) % 7,
        "MONTH" => {
            let moment = i64::try_from(now.secs()).ok().and_then(|seconds| Moment::from_second(seconds).ok());
            let date = moment.unwrap_or_default().to_zoned(TimeZone::UTC).date();
            day - (u64::from(date.day().unsigned_abs()) - 1)
        }
        _ => day,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn periods_begin_at_midnight_on_sunday_and_on_the_first() {
        let quota = |period: &str| Quota { period: period.into(), ..Quota::default() };
        // 2026-11-22 is a Sunday.
        let sunday = 20_779;
        let now = Timestamp::from_millis(0) + Duration::from_secs(sunday * 86_400 + 3600);
        assert_eq!(period_of(&quota("DAY"), now), sunday);
        assert_eq!(period_of(&quota("WEEK"), now), sunday);
        assert_eq!(period_of(&quota("MONTH"), now), sunday - 21);
    }
}
