//! Metric filters: values that log events make.

use std::collections::BTreeMap;

use aws_api::Call;
use kernel::{AwsError, Batch};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    Logs,
    groups::with_token,
    invalid, no_such_group, page,
    pattern::Pattern,
    state::{Event, Group, place},
};
use crate::metrics::{Datum, MetricName, Unit, values_of};

const MOST_FILTERS: usize = 100;
const MOST_DIMENSIONS: usize = 3;

/// A metric filter.
#[derive(Clone, Serialize, Deserialize)]
pub struct MetricFilter {
    pattern: String,
    /// `metricTransformations`, as they were given.
    transformations: Vec<Value>,
    /// Milliseconds.
    created: u64,
}

impl Logs {
    pub(super) async fn put_metric_filter(&self, call: Call) -> Result<Value, AwsError> {
        let text = |name: &str| call.input[name].as_str().unwrap_or_default();
        let pattern = text("filterPattern").to_owned();
        Pattern::parse(&pattern)?;
        let transformations = call.input["metricTransformations"].as_array().cloned().unwrap_or_default();
        transformations.iter().try_for_each(check)?;
        let filter = MetricFilter { pattern, transformations, created: self.kernel.clock.now().millis() };
        let name = text("filterName").to_owned();
        let group_name = text("logGroupName").to_owned();
        {
            let state = self.state.borrow();
            let group = state.group(&place(&call.scope), &group_name).ok_or_else(no_such_group)?;
            if group.metric_filters.len() >= MOST_FILTERS && !group.metric_filters.contains_key(&name) {
                return Err(AwsError::new("LimitExceededException", "Resource limit exceeded."));
            }
        }
        self.change(&call, |group| {
            let created = group.metric_filters.get(&name).map_or(filter.created, |old| old.created);
            group.metric_filters.insert(name, MetricFilter { created, ..filter });
        })
        .await
    }

    pub(super) async fn delete_metric_filter(&self, call: Call) -> Result<Value, AwsError> {
        let (place, text) = (place(&call.scope), |name: &str| call.input[name].as_str().unwrap_or_default());
        let (group, name) = (text("logGroupName"), text("filterName"));
        let mut batch = Batch::default();
        {
            let mut state = self.state.borrow_mut();
            let known = state.group(&place, group).ok_or_else(no_such_group)?.metric_filters.contains_key(name);
            if !known {
                let message = "The specified metric filter does not exist.";
                return Err(AwsError::new("ResourceNotFoundException", message));
            }
            state.change_group(&place, group, |group| drop(group.metric_filters.remove(name)), &mut batch);
        }
        self.commit(batch).await?;
        Ok(json!({}))
    }

    pub(super) fn describe_metric_filters(&self, call: Call) -> Result<Value, AwsError> {
        let input = &call.input;
        let text = |name: &str| input[name].as_str();
        if text("metricName").is_some() != text("metricNamespace").is_some() {
            return Err(invalid("metricName and metricNamespace must be specified together."));
        }
        let (state, place) = (self.state.borrow(), place(&call.scope));
        if let Some(group) = text("logGroupName") {
            state.group(&place, group).ok_or_else(no_such_group)?;
        }
        let is_wanted = |group: &str, name: &str, filter: &MetricFilter| {
            text("logGroupName").is_none_or(|wanted| wanted == group)
                && text("filterNamePrefix").is_none_or(|prefix| name.starts_with(prefix))
                && text("metricName").is_none_or(|metric| {
                    filter.transformations.iter().any(|transformation| {
                        transformation["metricName"] == metric
                            && transformation["metricNamespace"] == input["metricNamespace"]
                    })
                })
        };
        let all = state
            .groups(&place)
            .flat_map(|(group, kept)| kept.metric_filters.iter().map(move |(name, filter)| (group, name, filter)));
        let wanted = all.filter(|(group, name, filter)| is_wanted(group, name, filter));
        let keyed: Vec<(String, Value)> =
            wanted.map(|(group, name, filter)| (format!("{name}\n{group}"), described(group, name, filter))).collect();
        let sorted: BTreeMap<String, Value> = keyed.into_iter().collect();
        let (page, token) = page(sorted.iter(), input, 50);
        let filters: Vec<_> = page.into_iter().map(|(_, filter)| filter).collect();
        Ok(with_token(json!({"metricFilters": filters}), token))
    }

    pub(super) fn test_metric_filter(call: &Call) -> Result<Value, AwsError> {
        let pattern = Pattern::parse(call.input["filterPattern"].as_str().unwrap_or_default())?;
        let messages = call.input["logEventMessages"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let matches = messages.enumerate().filter(|(_, message)| pattern.matches(message)).map(|(index, message)| {
            json!({"eventNumber": index + 1, "eventMessage": message, "extractedValues": pattern.extracted(message)})
        });
        Ok(json!({"matches": matches.collect::<Vec<_>>()}))
    }
}

/// The values that the filters of a group make of new events.
pub fn measured(group: &Group, events: &[Event]) -> Vec<Datum> {
    let mut data = Vec::new();
    for filter in group.metric_filters.values() {
        let Ok(pattern) = Pattern::parse(&filter.pattern) else { continue };
        for event in events {
            let is_found = pattern.matches(&event.message);
            for transformation in &filter.transformations {
                let value = if is_found {
                    value(transformation, &pattern, &event.message)
                } else {
                    transformation["defaultValue"].as_f64()
                };
                let dimensions =
                    if is_found { dimensions(transformation, &pattern, &event.message) } else { Some(vec![]) };
                // Events without a dimension's value make no value of a metric that has dimensions.
                let (Some(value), Some(dimensions)) = (value, dimensions) else { continue };
                let text = |name: &str| transformation[name].as_str().unwrap_or_default();
                data.push(Datum {
                    name: MetricName::new(text("metricNamespace"), text("metricName"), dimensions),
                    unit: Unit::named(text("unit")).unwrap_or_default(),
                    second: event.timestamp / 1000,
                    fine: false,
                    values: values_of(&[value]),
                });
            }
        }
    }
    data
}

fn value(transformation: &Value, pattern: &Pattern, message: &str) -> Option<f64> {
    let value = transformation["metricValue"].as_str()?;
    let text = if value.starts_with('$') { pattern.value(message, value)? } else { value.to_owned() };
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

fn dimensions(transformation: &Value, pattern: &Pattern, message: &str) -> Option<Vec<(String, String)>> {
    let Some(dimensions) = transformation["dimensions"].as_object() else { return Some(Vec::new()) };
    let read = dimensions.iter().map(|(name, from)| Some((name.clone(), pattern.value(message, from.as_str()?)?)));
    read.collect()
}

fn check(transformation: &Value) -> Result<(), AwsError> {
    let dimensions = transformation["dimensions"].as_object();
    if dimensions.is_some_and(|dimensions| dimensions.len() > MOST_DIMENSIONS) {
        return Err(invalid("A metric filter can have at most 3 dimensions."));
    }
    if dimensions.is_some_and(|dimensions| !dimensions.is_empty()) && !transformation["defaultValue"].is_null() {
        return Err(invalid(
            "Invalid metric transformation: dimensions and default value are mutually exclusive properties.",
        ));
    }
    let value = transformation["metricValue"].as_str().unwrap_or_default();
    let is_value = value.starts_with('$') || value.parse::<f64>().is_ok();
    if !is_value {
        return Err(invalid(&format!("Invalid metric transformation: invalid metric value '{value}'")));
    }
    Ok(())
}

fn described(group: &str, name: &str, filter: &MetricFilter) -> Value {
    json!({
        "filterName": name,
        "filterPattern": filter.pattern,
        "logGroupName": group,
        "creationTime": filter.created,
        "metricTransformations": filter.transformations,
        "applyOnTransformedLogs": false,
    })
}
