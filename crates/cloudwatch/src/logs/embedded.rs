//! The embedded metric format: metrics in JSON events, told by their member `_aws`.

use serde_json::Value;

use super::state::Event;
use crate::metrics::{Datum, MetricName, Unit, values_of};

/// What AWS takes of one event at most.
const MOST_METRICS: usize = 100;
const MOST_DIMENSIONS: usize = 30;
const MOST_VALUES: usize = 100;

/// The values that an event carries.
pub fn measured(event: &Event) -> Vec<Datum> {
    // Most events are not of this kind, and need not be read.
    if !event.message.contains("\"_aws\"") {
        return Vec::new();
    }
    // Lambda's Node.js puts the time, the request's id and the level before what is logged as text.
    let before = event.message.find('{').unwrap_or_default();
    let (prefix, json) = event.message.split_at(before);
    let is_embedded = prefix.trim().is_empty() || prefix.ends_with('\t');
    let Ok(root) = serde_json::from_str::<Value>(json.trim()) else { return Vec::new() };
    if !is_embedded {
        return Vec::new();
    }
    let second = root["_aws"]["Timestamp"].as_u64().unwrap_or(event.timestamp) / 1000;
    let directives = root["_aws"]["CloudWatchMetrics"].as_array().into_iter().flatten();
    directives.flat_map(|directive| of_directive(&root, directive, second)).collect()
}

fn of_directive(root: &Value, directive: &Value, second: u64) -> Vec<Datum> {
    let Some(namespace) = directive["Namespace"].as_str() else { return Vec::new() };
    let sets = directive["Dimensions"].as_array().cloned().unwrap_or_else(|| vec![Value::Array(Vec::new())]);
    let sets: Vec<Vec<(String, String)>> = sets.iter().filter_map(|set| dimensions(root, set)).collect();
    let metrics = directive["Metrics"].as_array().into_iter().flatten().take(MOST_METRICS);
    let mut data = Vec::new();
    for metric in metrics {
        let Some(name) = metric["Name"].as_str() else { continue };
        let values: Vec<f64> = match &root[name] {
            Value::Number(number) => number.as_f64().into_iter().collect(),
            Value::Array(values) => values.iter().filter_map(Value::as_f64).take(MOST_VALUES).collect(),
            _ => continue,
        };
        if values.is_empty() {
            continue;
        }
        for set in &sets {
            data.push(Datum {
                name: MetricName::new(namespace, name, set.clone()),
                unit: metric["Unit"].as_str().and_then(Unit::named).unwrap_or_default(),
                second,
                fine: metric["StorageResolution"] == 1,
                values: values_of(&values),
            });
        }
    }
    data
}

/// The dimensions of a set, whose values are members of the event.
fn dimensions(root: &Value, set: &Value) -> Option<Vec<(String, String)>> {
    let names = set.as_array()?;
    if names.len() > MOST_DIMENSIONS {
        return None;
    }
    let pairs = names.iter().map(|name| {
        let name = name.as_str()?;
        let value = match &root[name] {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(value) => value.to_string(),
            _ => return None,
        };
        Some((name.to_owned(), value))
    });
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_carries_a_value_for_each_set_of_dimensions() {
        let message = r#"{"_aws": {"Timestamp": 1574109732004, "CloudWatchMetrics": [{"Namespace": "orders",
            "Dimensions": [["service"], ["service", "operation"], []],
            "Metrics": [{"Name": "time", "Unit": "Milliseconds", "StorageResolution": 60}, {"Name": "sizes"}]}]},
            "service": "api", "operation": "put", "time": 100, "sizes": [1, 2], "requestId": "x"}"#;
        let event = Event { sequence: 0, timestamp: 1, ingested: 1, message: message.to_owned() };
        let data = measured(&event);
        assert_eq!(data.len(), 6);
        assert_eq!((data[0].second, data[0].values.sum), (1_574_109_732, 100.0));
        assert_eq!(data[1].name.dimensions.len(), 2);
        assert_eq!((data[3].values.count, data[3].values.sum), (2.0, 3.0));
        let logged = Event { message: format!("2026-01-01T00:00:00.000Z\tan-id\tINFO\t{message}"), ..event.clone() };
        assert_eq!(measured(&logged).len(), 6);
        assert_eq!(measured(&Event { message: format!("said: {message}"), ..event }).len(), 0);
    }
}
