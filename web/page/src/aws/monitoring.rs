//! Amazon `CloudWatch`: what a function's metrics say.

use super::{list_at, text_at};
use crate::client::{Client, Failure};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The measurements of a function that are shown: the metric, the statistic.
const MEASURED: [(&str, &str); 7] = [
    ("Invocations", "Sum"),
    ("Errors", "Sum"),
    ("Throttles", "Sum"),
    ("Duration", "p50"),
    ("Duration", "p99"),
    ("ConcurrentExecutions", "Maximum"),
    ("IteratorAge", "Maximum"),
];

/// What a minute of a function saw, by metric and statistic: `Duration p99`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Minute {
    /// Milliseconds of the virtual clock at which it begins.
    pub start: f64,
    values: BTreeMap<String, f64>,
}

impl Minute {
    /// A measurement, if there is one.
    pub fn get(&self, name: &str) -> Option<f64> {
        self.values.get(name).copied()
    }
}

/// The minutes of a function until `now`, in milliseconds of the virtual clock, oldest first. Those in
/// which nothing happened are there too.
pub async fn minutes(client: &Client, function: &str, now: f64, count: usize) -> Result<Vec<Minute>, Failure> {
    let end = (now / 60_000.0).floor() * 60.0 + 60.0;
    let start = end - 60.0 * count as f64;
    let queries: Vec<Value> = MEASURED
        .iter()
        .enumerate()
        .map(|(index, (metric, stat))| {
            let dimensions = [json!({"Name": "FunctionName", "Value": function})];
            let metric = json!({"Namespace": "AWS/Lambda", "MetricName": metric, "Dimensions": dimensions});
            json!({"Id": format!("m{index}"), "MetricStat": {"Metric": metric, "Period": 60, "Stat": stat}})
        })
        .collect();
    let body = json!({"MetricDataQueries": queries, "StartTime": start, "EndTime": end});
    let target = "GraniteServiceVersion20100801.GetMetricData";
    let answer = client.json("monitoring", target, "1.0", body).await?;
    let mut minutes: Vec<Minute> =
        (0..count).map(|index| Minute { start: (start + 60.0 * index as f64) * 1000.0, ..Minute::default() }).collect();
    for result in list_at(&answer, "/MetricDataResults") {
        let id = text_at(result, "/Id");
        let index = id.strip_prefix('m').and_then(|index| index.parse::<usize>().ok());
        let Some((metric, stat)) = index.and_then(|index| MEASURED.get(index)) else { continue };
        let name = if *metric == "Duration" { format!("{metric} {stat}") } else { (*metric).to_owned() };
        for (time, value) in list_at(result, "/Timestamps").iter().zip(list_at(result, "/Values")) {
            let (Some(time), Some(value)) = (time.as_f64(), value.as_f64()) else { continue };
            let place = ((time - start) / 60.0) as usize;
            if let Some(minute) = minutes.get_mut(place) {
                minute.values.insert(name.clone(), value);
            }
        }
    }
    Ok(minutes)
}
