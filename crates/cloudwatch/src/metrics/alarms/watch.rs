//! Alarms at work: they are evaluated by the virtual clock, and change their states.

use std::collections::BTreeSet;

use jiff::Timestamp as Moment;
use kernel::{AwsError, Batch, Timestamp};
use serde_json::{Value, json};

use super::{
    Alarm, Standing, State, arn,
    definition::{Counted, Subject, Watch, plain},
    evaluate::{self, Datapoint},
    name_of,
    rule::CompositeRule,
};
use crate::metrics::{Metrics, store::Place};

/// How often alarms are evaluated, in seconds: every minute, and those of high resolution more often.
const MINUTE: u64 = 60;
const FINE: u64 = 10;

/// How often composite alarms of composite alarms are judged in a row.
const MOST_ROUNDS: usize = 16;

impl Metrics {
    /// Goes on with the alarms that are kept.
    pub(in crate::metrics) fn resume_alarms(&self) {
        self.watch_alarms();
    }

    /// Evaluates alarms from now on, as long as there are any.
    pub(super) fn watch_alarms(&self) {
        {
            let mut alarms = self.alarms.borrow_mut();
            if alarms.watched || alarms.is_empty() {
                return;
            }
            alarms.watched = true;
        }
        let (clock, this) = (self.kernel.clock.clone(), self.this.clone());
        self.kernel.tasks.spawn(async move {
            loop {
                let Some(service) = this.upgrade() else { return };
                if service.alarms.borrow().is_empty() {
                    service.alarms.borrow_mut().watched = false;
                    return;
                }
                let step = if service.has_fine_alarms() { FINE } else { MINUTE };
                drop(service);
                let next = (clock.now().secs() / step + 1) * step;
                clock.sleep_until(Timestamp::from_millis(next * 1000)).await;
                let Some(service) = this.upgrade() else { return };
                service.evaluate_alarms().await;
            }
        });
    }

    fn has_fine_alarms(&self) -> bool {
        let alarms = self.alarms.borrow();
        let mut all = alarms.places.values().flat_map(|region| region.alarms.values());
        all.any(|alarm| !alarm.is_composite && is_fine(alarm))
    }

    async fn evaluate_alarms(&self) {
        // What cannot be stored now stands in memory and is stored with the next values.
        let _ = self.gather().await;
        let now = self.kernel.clock.now().secs();
        let on_minute = now % MINUTE < FINE;
        let due: Vec<(Place, String, Value)> = {
            let alarms = self.alarms.borrow();
            let all =
                alarms.places.iter().flat_map(|(place, region)| region.alarms.iter().map(move |alarm| (place, alarm)));
            let due = all.filter(|(_, (_, alarm))| !alarm.is_composite && (on_minute || is_fine(alarm)));
            due.map(|(place, (name, alarm))| (place.clone(), name.clone(), alarm.definition.clone())).collect()
        };
        let mut changed = BTreeSet::new();
        for (place, name, definition) in due {
            let Some(standing) = self.standing(&place, &name, &definition, now) else { continue };
            // What cannot be stored is evaluated again in a minute.
            if self.transition(&place, &name, standing).await.is_ok() {
                changed.insert(place);
            }
        }
        for place in changed {
            self.judge_composites(&place).await;
        }
    }

    /// The state in which a metric alarm should be, if it is another one than it is in.
    fn standing(&self, place: &Place, name: &str, definition: &Value, now: u64) -> Option<Standing> {
        let watch = Watch::read(definition).ok()?;
        let grain = if watch.period < MINUTE { FINE } else { MINUTE };
        let range = watch.datapoints(&self.store.borrow(), place, now - now % grain);
        let (state, real) = evaluate::evaluate(&watch.rule, &plain(&range));
        let state = state?;
        let is_same = self.alarms.borrow().get(place, name).is_none_or(|alarm| alarm.standing.state == state);
        if is_same {
            return None;
        }
        let reason = evaluate::reason(&watch.rule, state, &real, watch.has_needed, short);
        let data = reason_data(&watch, definition, &range, &real, now);
        Some(Standing { state, reason, data: Some(data.to_string()), updated: now * 1000 })
    }

    /// Puts an alarm into a state, and carries out its actions if that is another one.
    pub(super) async fn transition(&self, place: &Place, name: &str, standing: Standing) -> Result<(), AwsError> {
        let now = self.kernel.clock.now().millis();
        let mut batch = Batch::default();
        let changed = {
            let mut alarms = self.alarms.borrow_mut();
            let Some(old) = alarms.get(place, name).map(|alarm| alarm.standing.clone()) else { return Ok(()) };
            let is_other = old.state != standing.state;
            let new = standing.clone();
            alarms.change(
                place,
                name,
                |alarm| {
                    if is_other {
                        alarm.transitioned = now;
                        alarm.previous = Some(std::mem::replace(&mut alarm.standing, standing));
                    } else {
                        alarm.standing = standing;
                    }
                },
                &mut batch,
            );
            if is_other {
                let summary = format!("Alarm updated from {} to {}", old.state.name(), new.state.name());
                let data = json!({"version": "1.0", "oldState": told(&old), "newState": told(&new)});
                alarms.happened(place, name, now, "StateUpdate", summary, &data, &mut batch);
            }
            alarms.get(place, name).filter(|_| is_other).cloned()
        };
        self.commit(batch).await?;
        if let Some(alarm) = changed {
            self.carry_out(place, name, &alarm);
        }
        Ok(())
    }

    /// Judges the composite alarms of a place until none of them changes any more.
    pub(super) async fn judge_composites(&self, place: &Place) {
        for _ in 0..MOST_ROUNDS {
            let changes = self.composite_changes(place);
            if changes.is_empty() {
                return;
            }
            for (name, standing) in changes {
                // What cannot be stored is judged again with the next change.
                if self.transition(place, &name, standing).await.is_err() {
                    return;
                }
            }
        }
    }

    fn composite_changes(&self, place: &Place) -> Vec<(String, Standing)> {
        let (alarms, now) = (self.alarms.borrow(), self.kernel.clock.now().millis());
        let state = |alarm: &str| alarms.get(place, name_of(alarm)).map(|alarm| alarm.standing.state);
        let composites = alarms.of(place).filter(|(_, alarm)| alarm.is_composite);
        let changes = composites.filter_map(|(name, alarm)| {
            let rule = CompositeRule::parse(alarm.definition["AlarmRule"].as_str()?).ok()?;
            let new = if rule.is_true(&state) { State::Alarm } else { State::Ok };
            if new == alarm.standing.state {
                return None;
            }
            // The child that changed last is what did it.
            let children = rule.alarms();
            let children =
                children.iter().filter_map(|child| Some((name_of(child), alarms.get(place, name_of(child))?)));
            let trigger = children.max_by_key(|(_, child)| child.transitioned);
            let (reason, data) = match trigger {
                Some((child, alarm)) => because_of(&arn(place, child), alarm),
                None => ("The rule of the alarm names no other alarm".to_owned(), json!({"triggeringAlarms": []})),
            };
            Some((name.clone(), Standing { state: new, reason, data: Some(data.to_string()), updated: now }))
        });
        changes.collect()
    }
}

fn because_of(arn: &str, child: &Alarm) -> (String, Value) {
    let moment = moment(child.standing.updated);
    let state = child.standing.state.name();
    let reason = format!("{arn} transitioned to {state} at {}", moment.strftime("%A %d %B, %Y %H:%M:%S UTC"));
    let state = json!({"value": state, "timestamp": iso(child.standing.updated)});
    (reason, json!({"triggeringAlarms": [{"arn": arn, "state": state}]}))
}

fn is_fine(alarm: &Alarm) -> bool {
    let metrics = alarm.definition["Metrics"].as_array().into_iter().flatten();
    let periods = metrics.map(|metric| &metric["MetricStat"]["Period"]).chain([&alarm.definition["Period"]]);
    periods.filter_map(Value::as_u64).any(|period| period < MINUTE)
}

fn told(standing: &Standing) -> Value {
    let mut told = json!({"stateValue": standing.state.name(), "stateReason": standing.reason});
    if let Some(data) = standing.data.as_deref().and_then(|data| serde_json::from_str::<Value>(data).ok()) {
        told["stateReasonData"] = data;
    }
    told
}

fn reason_data(watch: &Watch, definition: &Value, range: &[Option<Counted>], real: &[Datapoint], now: u64) -> Value {
    let mut data = json!({"version": "1.0", "queryDate": iso(now * 1000)});
    if let Some((oldest, _)) = real.last() {
        data["startDate"] = json!(iso(oldest * 1000));
    }
    if let Subject::Metric(_) = watch.subject {
        for (member, name) in [("Unit", "unit"), ("Statistic", "statistic"), ("ExtendedStatistic", "statistic")] {
            if let Some(text) = definition[member].as_str() {
                data[name] = json!(text);
            }
        }
    }
    data["period"] = json!(watch.period);
    let recent: Vec<f64> = real.iter().rev().map(|(_, value)| *value).collect();
    data["recentDatapoints"] = json!(recent);
    data["threshold"] = json!(watch.rule.threshold.value);
    let end = now - now % watch.period.min(MINUTE);
    let newest = range.iter().rev().enumerate().take(watch.rule.periods);
    let evaluated = newest.map(|(index, point)| match point {
        Some(Counted { second, value, count }) => {
            let mut point = json!({"timestamp": iso(second * 1000)});
            if let Some(count) = count {
                point["sampleCount"] = json!(count);
            }
            point["value"] = json!(value);
            point
        }
        None => json!({"timestamp": iso((end - (index as u64 + 1) * watch.period) * 1000)}),
    });
    data["evaluatedDatapoints"] = evaluated.collect();
    data
}

fn moment(millis: u64) -> Moment {
    Moment::from_millisecond(millis.cast_signed()).unwrap_or_default()
}

/// How alarms write time in JSON.
pub fn iso(millis: u64) -> String {
    moment(millis).strftime("%Y-%m-%dT%H:%M:%S%.3f+0000").to_string()
}

/// How reasons write time.
fn short(second: u64) -> String {
    moment(second * 1000).strftime("%d/%m/%y %H:%M:%S").to_string()
}
