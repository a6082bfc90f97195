//! The operations on alarms.

use std::collections::{BTreeMap, BTreeSet};

use aws_api::Call;
use kernel::{AwsError, Batch};
use serde_json::{Value, json};

use super::{
    Alarm, Alarms, Happened, Standing, State,
    definition::{Subject, Watch, check_actions},
    name_of,
    rule::CompositeRule,
};
use crate::metrics::{Metrics, invalid_value, metric_name, place, store::Place, tags::read_tags, texts};

/// The entries of one page, if nobody says how many.
const PAGE: usize = 50;

impl Metrics {
    pub(in crate::metrics) async fn put_metric_alarm(&self, call: Call) -> Result<Value, AwsError> {
        Watch::read(&call.input)?;
        self.put_alarm(call, false).await
    }

    pub(in crate::metrics) async fn put_composite_alarm(&self, call: Call) -> Result<Value, AwsError> {
        let name = call.input["AlarmName"].as_str().unwrap_or_default();
        let rule = call.input["AlarmRule"].as_str().unwrap_or_default();
        let rule = CompositeRule::parse(rule)
            .map_err(|reason| AwsError::validation(format!("AlarmRule must not contain syntax errors: {reason}")))?;
        check_actions(&call.input)?;
        {
            let (alarms, place) = (self.alarms.borrow(), place(&call.scope));
            let gone = rule.alarms().into_iter().find(|alarm| alarms.get(&place, name_of(alarm)).is_none());
            if let Some(gone) = gone {
                let message =
                    format!("Could not save the composite alarm as alarms [{gone}] in the alarm rule do not exist");
                return Err(AwsError::validation(message));
            }
            if rule.alarms().into_iter().any(|alarm| alarms.leads_to(&place, name_of(alarm), name)) {
                return Err(AwsError::validation("AlarmRule must not contain a cycle."));
            }
        }
        self.put_alarm(call, true).await
    }

    async fn put_alarm(&self, call: Call, is_composite: bool) -> Result<Value, AwsError> {
        let (place, now) = (place(&call.scope), self.kernel.clock.now().millis());
        let mut definition = call.input;
        let name = definition["AlarmName"].as_str().unwrap_or_default().to_owned();
        let tags = read_tags(&definition["Tags"]);
        if let Some(members) = definition.as_object_mut() {
            members.remove("Tags");
        }
        let mut batch = Batch::default();
        {
            let mut alarms = self.alarms.borrow_mut();
            let old = alarms.get(&place, &name).cloned();
            if old.as_ref().is_some_and(|old| old.is_composite != is_composite) {
                return Err(AwsError::validation(format!("An alarm of another type is already called {name}.")));
            }
            let verb = if old.is_some() { "updated" } else { "created" };
            let fresh = Alarm::new(definition, is_composite, tags, now);
            // An alarm that is changed stays in its state, with its tags.
            let alarm = match old {
                None => fresh,
                Some(old) => Alarm {
                    definition: fresh.definition,
                    actions_enabled: fresh.actions_enabled,
                    configured: now,
                    ..old
                },
            };
            let data = json!({"version": "1.0", "type": if verb == "created" { "Create" } else { "Update" }});
            let summary = format!("Alarm \"{name}\" {verb}");
            alarms.put(&place, &name, alarm, &mut batch);
            alarms.happened(&place, &name, now, "ConfigurationUpdate", summary, &data, &mut batch);
        }
        self.commit(batch).await?;
        self.watch_alarms();
        self.judge_composites(&place).await;
        Ok(json!({}))
    }

    pub(in crate::metrics) fn describe_alarms(&self, call: Call) -> Result<Value, AwsError> {
        let (input, place) = (&call.input, place(&call.scope));
        let names: BTreeSet<&str> = texts(&input["AlarmNames"]).collect();
        let prefix = input["AlarmNamePrefix"].as_str();
        if prefix.is_some() && !names.is_empty() {
            return Err(invalid_value("AlarmNamePrefix and AlarmNames cannot both be given."));
        }
        let alarms = self.alarms.borrow();
        let family = alarms.family(&place, input);
        let mut kinds: Vec<&str> = texts(&input["AlarmTypes"]).collect();
        if kinds.is_empty() {
            // What AWS does for programs that are older than composite alarms.
            kinds = vec!["MetricAlarm"];
        }
        let wanted = |name: &str, alarm: &Alarm| {
            (names.is_empty() || names.contains(name))
                && prefix.is_none_or(|prefix| name.starts_with(prefix))
                && family.as_ref().map_or_else(|| kinds.contains(&alarm.kind()), |family| family.contains(name))
                && input["StateValue"].as_str().is_none_or(|state| state == alarm.standing.state.name())
                && input["ActionPrefix"].as_str().is_none_or(|prefix| has_action(alarm, prefix))
        };
        let after = input["NextToken"].as_str();
        let most = input["MaxRecords"].as_u64().map_or(PAGE, |most| most as usize);
        let found = alarms.of(&place).filter(|(name, alarm)| wanted(name, alarm));
        let mut found = found.filter(|(name, _)| after.is_none_or(|after| name.as_str() > after));
        let page: Vec<_> = found.by_ref().take(most).collect();
        let more = found.next().is_some();
        let of_kind = |is_composite: bool| -> Vec<Value> {
            let chosen = page.iter().filter(|(_, alarm)| alarm.is_composite == is_composite);
            chosen.map(|(name, alarm)| alarm.described(&place, name)).collect()
        };
        let mut answer = json!({"CompositeAlarms": of_kind(true), "MetricAlarms": of_kind(false)});
        if let Some((name, _)) = page.last().filter(|_| more) {
            answer["NextToken"] = json!(name);
        }
        Ok(answer)
    }

    pub(in crate::metrics) fn describe_alarms_for_metric(&self, call: Call) -> Value {
        let (input, place) = (&call.input, place(&call.scope));
        let metric = metric_name(input);
        let fits = |alarm: &Alarm| {
            let same = |name: &str| input[name].is_null() || input[name] == alarm.definition[name];
            let watched = Watch::read(&alarm.definition).ok().map(|watch| watch.subject);
            matches!(watched, Some(Subject::Metric(asked)) if asked.name == metric)
                && ["Statistic", "ExtendedStatistic", "Period", "Unit"].into_iter().all(same)
        };
        let alarms = self.alarms.borrow();
        let found = alarms.of(&place).filter(|(_, alarm)| !alarm.is_composite && fits(alarm));
        let found: Vec<_> = found.map(|(name, alarm)| alarm.described(&place, name)).collect();
        json!({"MetricAlarms": found})
    }

    pub(in crate::metrics) fn describe_alarm_history(&self, call: Call) -> Result<Value, AwsError> {
        let input = &call.input;
        let millis = |name: &str| input[name].as_f64().map(|seconds| (seconds * 1000.0) as u64);
        let (from, to) = (millis("StartDate").unwrap_or(0), millis("EndDate").unwrap_or(u64::MAX));
        let kinds: Vec<&str> = texts(&input["AlarmTypes"]).collect();
        let wanted = |item: &Happened| {
            input["AlarmName"].as_str().is_none_or(|name| name == item.alarm)
                && (kinds.is_empty() || kinds.contains(&item.kind.as_str()))
                && input["HistoryItemType"].as_str().is_none_or(|kind| kind == item.item)
                && (from..=to).contains(&item.at)
        };
        let alarms = self.alarms.borrow();
        let history = alarms.places.get(&place(&call.scope)).into_iter().flat_map(|region| &region.history);
        let mut found: Vec<_> = history.filter(|(_, item)| wanted(item)).collect();
        if input["ScanBy"] != "TimestampAscending" {
            found.reverse();
        }
        let skip = match input["NextToken"].as_str() {
            None => 0,
            Some(token) => token.parse().map_err(|_| AwsError::new("InvalidNextToken", "The NextToken is invalid."))?,
        };
        let most = input["MaxRecords"].as_u64().map_or(PAGE, |most| most as usize);
        let items: Vec<_> = found.iter().skip(skip).take(most).map(|(_, item)| described(item)).collect();
        let mut answer = json!({"AlarmHistoryItems": items});
        if found.len() > skip + most {
            answer["NextToken"] = json!((skip + most).to_string());
        }
        Ok(answer)
    }

    pub(in crate::metrics) async fn delete_alarms(&self, call: Call) -> Result<Value, AwsError> {
        let place = place(&call.scope);
        let mut batch = Batch::default();
        {
            let mut alarms = self.alarms.borrow_mut();
            let names: BTreeSet<&str> = texts(&call.input["AlarmNames"]).collect();
            let present: Vec<&str> = names.iter().copied().filter(|name| alarms.get(&place, name).is_some()).collect();
            if present.is_empty() {
                return Err(AwsError::new("ResourceNotFound", ""));
            }
            for name in present {
                let user = alarms.of(&place).find(|(user, alarm)| {
                    !names.contains(user.as_str()) && children(alarm).iter().any(|child| child == name)
                });
                if let Some((user, _)) = user {
                    return Err(AwsError::validation(format!(
                        "Cannot delete {name} as there are composite alarm(s) depending on it: {user}"
                    )));
                }
                alarms.remove(&place, name, &mut batch);
            }
        }
        self.commit(batch).await?;
        Ok(json!({}))
    }

    pub(in crate::metrics) async fn set_alarm_state(&self, call: Call) -> Result<Value, AwsError> {
        let (input, place) = (&call.input, place(&call.scope));
        let text = |name: &str| input[name].as_str().unwrap_or_default();
        let name = text("AlarmName");
        let data = input["StateReasonData"].as_str().map(str::to_owned);
        if data.as_ref().is_some_and(|data| serde_json::from_str::<serde::de::IgnoredAny>(data).is_err()) {
            return Err(AwsError::new("InvalidFormatFault", "Invalid StateReasonData: it must be JSON."));
        }
        let state = State::named(text("StateValue")).unwrap_or(State::InsufficientData);
        if self.alarms.borrow().get(&place, name).is_none() {
            return Err(AwsError::new("ResourceNotFound", ""));
        }
        let now = self.kernel.clock.now().millis();
        let standing = Standing { state, reason: text("StateReason").to_owned(), data, updated: now };
        self.transition(&place, name, standing).await?;
        self.judge_composites(&place).await;
        Ok(json!({}))
    }

    pub(in crate::metrics) async fn switch_alarm_actions(&self, call: Call) -> Result<Value, AwsError> {
        let (place, enabled) = (place(&call.scope), call.operation == "EnableAlarmActions");
        let now = self.kernel.clock.now().millis();
        let mut batch = Batch::default();
        {
            let mut alarms = self.alarms.borrow_mut();
            for name in texts(&call.input["AlarmNames"]) {
                let change = |alarm: &mut Alarm| {
                    alarm.actions_enabled = enabled;
                    alarm.configured = now;
                };
                // Those that are not there are passed over, as in AWS.
                if alarms.change(&place, name, change, &mut batch).is_some() {
                    let verb = if enabled { "enabled" } else { "disabled" };
                    let summary = format!("Alarm actions {verb} for {name}");
                    let data = json!({"version": "1.0", "type": "Update"});
                    alarms.happened(&place, name, now, "ConfigurationUpdate", summary, &data, &mut batch);
                }
            }
        }
        self.commit(batch).await?;
        Ok(json!({}))
    }
}

impl Alarms {
    /// Notes in the history what happened to an alarm that is there.
    #[expect(clippy::too_many_arguments, reason = "each is a column of the history")]
    pub fn happened(
        &mut self,
        place: &Place,
        name: &str,
        at: u64,
        item: &str,
        summary: String,
        data: &Value,
        batch: &mut Batch,
    ) {
        let Some(alarm) = self.get(place, name) else { return };
        let kind = alarm.kind().to_owned();
        let (alarm, item, data) = (name.to_owned(), item.to_owned(), data.to_string());
        self.note(place, Happened { alarm, kind, at, item, summary, data }, batch);
    }

    /// Whether the state of `goal` has a part in that of `from`.
    fn leads_to(&self, place: &Place, from: &str, goal: &str) -> bool {
        let mut open = vec![from.to_owned()];
        let mut seen = BTreeSet::new();
        while let Some(name) = open.pop() {
            if name == goal {
                return true;
            }
            if seen.insert(name.clone())
                && let Some(alarm) = self.get(place, &name)
            {
                open.extend(children(alarm));
            }
        }
        false
    }

    /// The names that `ChildrenOfAlarmName` or `ParentsOfAlarmName` asks for.
    fn family(&self, place: &Place, input: &Value) -> Option<BTreeSet<String>> {
        if let Some(name) = input["ChildrenOfAlarmName"].as_str() {
            return Some(self.get(place, name).map(children).unwrap_or_default().into_iter().collect());
        }
        let name = input["ParentsOfAlarmName"].as_str()?;
        let parents = self.of(place).filter(|(_, alarm)| children(alarm).iter().any(|child| child == name));
        Some(parents.map(|(name, _)| name.clone()).collect())
    }

    /// Changes the tags of an alarm; `None` if there is none.
    pub fn change_tags(
        &mut self,
        place: &Place,
        arn: &str,
        change: impl FnOnce(&mut BTreeMap<String, String>),
        batch: &mut Batch,
    ) -> Option<()> {
        self.change(place, name_of(arn), |alarm| change(&mut alarm.tags), batch)
    }
}

/// The alarms that a composite alarm depends on.
fn children(alarm: &Alarm) -> Vec<String> {
    let rule = alarm.definition["AlarmRule"].as_str().and_then(|rule| CompositeRule::parse(rule).ok());
    rule.map(|rule| rule.alarms().into_iter().map(|alarm| name_of(alarm).to_owned()).collect()).unwrap_or_default()
}

fn has_action(alarm: &Alarm, prefix: &str) -> bool {
    let lists = ["OKActions", "AlarmActions", "InsufficientDataActions"];
    lists.into_iter().any(|list| texts(&alarm.definition[list]).any(|action| action.starts_with(prefix)))
}

fn described(item: &Happened) -> Value {
    json!({
        "AlarmName": item.alarm,
        "AlarmType": item.kind,
        "Timestamp": item.at as f64 / 1000.0,
        "HistoryItemType": item.item,
        "HistorySummary": item.summary,
        "HistoryData": item.data,
    })
}
