//! What alarms do when their state changes: they invoke functions. Topics and other targets are no part
//! of this cloud; an action that names one fails, and the history says so.

use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::{Arn, AwsError, Batch, Caller, Scope};
use serde_json::{Map, Value, json};

use super::{Alarm, Standing, State, arn, name_of, watch::iso};
use crate::metrics::{Metrics, store::Place, texts};

/// Who invokes functions for alarms.
const PRINCIPAL: &str = "lambda.alarms.cloudwatch.amazonaws.com";

impl Metrics {
    /// Carries out the actions of an alarm whose state has changed; nobody waits for them.
    pub(super) fn carry_out(&self, place: &Place, name: &str, alarm: &Alarm) {
        if !alarm.actions_enabled || self.is_suppressed(place, alarm) {
            return;
        }
        let actions: Vec<String> =
            texts(&alarm.definition[alarm.standing.state.actions()]).map(str::to_owned).collect();
        let Some(service) = self.this.upgrade().filter(|_| !actions.is_empty()) else { return };
        let (place, name, alarm) = (place.clone(), name.to_owned(), alarm.clone());
        self.kernel.tasks.spawn(async move {
            for action in actions {
                let outcome = service.act(&place, &name, &alarm, &action).await;
                service.note_action(&place, &name, &alarm, &action, outcome).await;
            }
        });
    }

    /// Whether the alarm that suppresses the actions of another one is in alarm.
    fn is_suppressed(&self, place: &Place, alarm: &Alarm) -> bool {
        let Some(suppressor) = alarm.definition["ActionsSuppressor"].as_str() else { return false };
        self.alarms.borrow().get(place, name_of(suppressor)).is_some_and(|alarm| alarm.standing.state == State::Alarm)
    }

    async fn act(&self, place: &Place, name: &str, alarm: &Alarm, action: &str) -> Result<(), AwsError> {
        let target: Option<Arn> = action.parse().ok();
        let Some(target) = target.filter(|target| target.service == "lambda") else {
            let service = action.split(':').nth(2).unwrap_or_default();
            return Err(AwsError::new("UnknownService", format!("There is no service {service} in this cloud.")));
        };
        let caller = Caller::Service {
            principal: PRINCIPAL.to_owned(),
            source_arn: Some(arn(place, name)),
            source_account: Some(place.0.clone()),
        };
        let scope = Scope::new(&self.kernel, &target.region, caller);
        let scope = Scope { account: place.0.clone(), ..scope };
        let payload = STANDARD.encode(self.event(place, name, alarm).to_string());
        let input = json!({"FunctionName": action, "InvocationType": "Event", "Payload": payload});
        aws_api::invoke(&self.kernel, scope, "lambda", "Invoke", input).await.map(drop)
    }

    async fn note_action(&self, place: &Place, name: &str, alarm: &Alarm, action: &str, outcome: Result<(), AwsError>) {
        let now = self.kernel.clock.now();
        if let Err(error) = &outcome {
            self.kernel.trace.failed("monitoring", &format!("AlarmAction {action}"), now, error);
        }
        let summary = match &outcome {
            Ok(()) => format!("Successfully executed action {action}"),
            Err(error) => format!("Failed to execute action {action}. Received error: \"{}\"", error.message),
        };
        let state = if outcome.is_ok() { "Succeeded" } else { "Failed" };
        let data = json!({
            "actionState": state,
            "stateUpdateTimestamp": alarm.standing.updated,
            "notificationResource": action,
            "error": outcome.err().map(|error| error.message),
        });
        let mut batch = Batch::default();
        self.alarms.borrow_mut().happened(place, name, now.millis(), "Action", summary, &data, &mut batch);
        // A line of the history that cannot be stored is lost after a restart, and nothing else.
        let _ = self.commit(batch).await;
    }

    /// What a function is told.
    fn event(&self, place: &Place, name: &str, alarm: &Alarm) -> Value {
        let mut data = json!({"alarmName": name, "state": state(&alarm.standing)});
        if let Some(previous) = &alarm.previous {
            data["previousState"] = state(previous);
        }
        data["configuration"] = self.configuration(alarm);
        json!({
            "source": "aws.cloudwatch",
            "alarmArn": arn(place, name),
            "accountId": place.0,
            "time": iso(self.kernel.clock.now().millis()),
            "region": place.1,
            "alarmData": data,
        })
    }

    fn configuration(&self, alarm: &Alarm) -> Value {
        let definition = &alarm.definition;
        let mut configuration = Map::new();
        if let Some(description) = definition["AlarmDescription"].as_str() {
            configuration.insert("description".into(), json!(description));
        }
        if alarm.is_composite {
            configuration.insert("alarmRule".into(), definition["AlarmRule"].clone());
        } else {
            let metrics: Vec<Value> = if let Some(metrics) = definition["Metrics"].as_array() {
                metrics.iter().map(query).collect()
            } else {
                let stat = definition["Statistic"].as_str().or(definition["ExtendedStatistic"].as_str());
                let stat =
                    metric_stat(definition, &definition["Period"], stat.unwrap_or_default(), &definition["Unit"]);
                vec![json!({"id": self.kernel.rng.uuid(), "metricStat": stat, "returnData": true})]
            };
            configuration.insert("metrics".into(), json!(metrics));
        }
        Value::Object(configuration)
    }
}

fn state(standing: &Standing) -> Value {
    let mut state = json!({"value": standing.state.name(), "reason": standing.reason});
    if let Some(data) = &standing.data {
        state["reasonData"] = json!(data);
    }
    state["timestamp"] = json!(iso(standing.updated));
    state
}

fn query(query: &Value) -> Value {
    let mut told = json!({"id": query["Id"]});
    if let Some(expression) = query["Expression"].as_str() {
        told["expression"] = json!(expression);
    }
    if let Some(label) = query["Label"].as_str() {
        told["label"] = json!(label);
    }
    let stat = &query["MetricStat"];
    if stat.is_object() {
        let name = stat["Stat"].as_str().unwrap_or_default();
        told["metricStat"] = metric_stat(&stat["Metric"], &stat["Period"], name, &stat["Unit"]);
    }
    told["returnData"] = json!(query["ReturnData"] != false);
    told
}

fn metric_stat(metric: &Value, period: &Value, stat: &str, unit: &Value) -> Value {
    let dimensions: Map<String, Value> =
        super::super::dimensions(&metric["Dimensions"]).into_iter().map(|(name, value)| (name, json!(value))).collect();
    let mut told = json!({
        "metric": {"namespace": metric["Namespace"], "name": metric["MetricName"], "dimensions": dimensions},
        "period": period,
        "stat": stat,
    });
    if let Some(unit) = unit.as_str() {
        told["unit"] = json!(unit);
    }
    told
}
