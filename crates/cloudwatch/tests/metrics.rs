//! CloudWatch metrics by their API.
#![allow(clippy::unwrap_used, reason = "a test says so by failing")]

use std::{rc::Rc, time::Duration};

use cloudwatch::Metrics;
use kernel::{Kernel, MemoryBackend, Metric, Scope, testing};
use serde_json::{Value, json};

async fn call(kernel: &Kernel, operation: &str, input: Value) -> Value {
    match aws_api::invoke(kernel, Scope::root(kernel), "monitoring", operation, input).await {
        Ok(answer) => answer,
        Err(error) => json!({"error": error.code, "message": error.message}),
    }
}

async fn put(kernel: &Kernel, datum: Value) -> Value {
    call(kernel, "PutMetricData", json!({"Namespace": "App", "MetricData": [datum]})).await
}

fn now(kernel: &Kernel) -> f64 {
    kernel.clock.now().secs_f64()
}

async fn data(kernel: &Kernel, queries: Value) -> Value {
    let (start, end) = (now(kernel) - 600.0, now(kernel) + 60.0);
    call(kernel, "GetMetricData", json!({"MetricDataQueries": queries, "StartTime": start, "EndTime": end})).await
}

fn metric(name: &str, stat: &str) -> Value {
    json!({"Metric": {"Namespace": "App", "MetricName": name}, "Period": 60, "Stat": stat})
}

#[test]
fn values_are_summed_up_by_period_and_statistic() {
    testing::run(|kernel| async move {
        Metrics::open(&kernel).await.unwrap();
        put(&kernel, json!({"MetricName": "m", "Values": [1, 2, 10], "Counts": [2, 1, 1], "Unit": "Count"})).await;
        let found = call(&kernel, "GetMetricStatistics", json!({
            "Namespace": "App", "MetricName": "m", "Period": 60, "StartTime": now(&kernel) - 60.0, "EndTime": now(&kernel) + 60.0,
            "Statistics": ["Sum", "SampleCount", "Average", "Minimum", "Maximum"],
        }))
        .await;
        let point = &found["Datapoints"][0];
        assert_eq!((&point["Sum"], &point["SampleCount"], &point["Average"]), (&json!(14.0), &json!(4.0), &json!(3.5)));
        assert_eq!(
            (&point["Minimum"], &point["Maximum"], &point["Unit"]),
            (&json!(1.0), &json!(10.0), &json!("Count"))
        );

        let found = data(
            &kernel,
            json!([
                {"Id": "a", "MetricStat": metric("m", "p75")},
                {"Id": "b", "MetricStat": metric("m", "Sum"), "ReturnData": false},
                {"Id": "c", "Expression": "b / PERIOD(b)", "Label": "rate"},
                {"Id": "d", "Expression": "SEARCH('{App} MetricName=\"m\"', 'Maximum', 60)"},
            ]),
        )
        .await;
        let values: Vec<_> = found["MetricDataResults"]
            .as_array()
            .unwrap()
            .iter()
            .map(|r| (&r["Id"], &r["Label"], &r["Values"]))
            .collect();
        assert_eq!(values.len(), 3, "{found}");
        assert_eq!(values[0], (&json!("a"), &json!("m p75"), &json!([2.0])));
        assert_eq!(values[1], (&json!("c"), &json!("rate"), &json!([14.0 / 60.0])));
        assert_eq!(values[2], (&json!("d"), &json!("m"), &json!([10.0])));
    });
}

#[test]
fn what_services_record_is_seen_at_once_and_kept() {
    let backend = Rc::new(MemoryBackend::default());
    testing::run_on(backend.clone(), |kernel| async move {
        Metrics::open(&kernel).await.unwrap();
        let errors =
            || Metric::new("123456789012", "us-east-1", "AWS/Lambda", "Errors", "Count").of("FunctionName", "f");
        kernel.metrics.record(errors(), 1.0, kernel.clock.now());
        let listed = call(&kernel, "ListMetrics", json!({"Namespace": "AWS/Lambda"})).await;
        assert_eq!(listed["Metrics"][0]["Dimensions"], json!([{"Name": "FunctionName", "Value": "f"}]), "{listed}");
        kernel.metrics.record(errors(), 2.0, kernel.clock.now());
        kernel.clock.sleep(Duration::from_secs(90)).await;
    });
    testing::run_on(backend, |kernel| async move {
        Metrics::open(&kernel).await.unwrap();
        let found = call(&kernel, "GetMetricStatistics", json!({
            "Namespace": "AWS/Lambda", "MetricName": "Errors", "Dimensions": [{"Name": "FunctionName", "Value": "f"}],
            "Period": 300, "StartTime": now(&kernel) - 300.0, "EndTime": now(&kernel) + 60.0, "Statistics": ["Sum"],
        }))
        .await;
        assert_eq!(found["Datapoints"][0]["Sum"], 3.0, "{found}");
    });
}

#[test]
fn errors_are_in_the_words_of_aws() {
    testing::run(|kernel| async move {
        Metrics::open(&kernel).await.unwrap();
        let set = json!({"SampleCount": 10, "Sum": 55, "Minimum": 1, "Maximum": 10});
        for (datum, code, message) in [
            (
                json!({"MetricName": "m", "Value": 1, "Values": [1]}),
                "InvalidParameterCombinationException",
                "The parameters MetricData.member.1.Value and MetricData.member.1.Values are mutually exclusive and you have specified both.",
            ),
            (
                json!({"MetricName": "m", "Value": 1, "StatisticValues": set}),
                "InvalidParameterCombinationException",
                "The parameters MetricData.member.1.Value and MetricData.member.1.StatisticValues are mutually exclusive and you have specified both.",
            ),
            (
                json!({"MetricName": "m", "Values": [1, 10], "Counts": [2, 4, 5]}),
                "InvalidParameterValueException",
                "The parameters MetricData.member.1.Values and MetricData.member.1.Counts must be of the same size.",
            ),
            (
                json!({"MetricName": "m", "Value": "NaN"}),
                "InvalidParameterValueException",
                "The value NaN for parameter MetricData.member.1.Value is invalid.",
            ),
        ] {
            let answer = put(&kernel, datum.clone()).await;
            assert_eq!(answer, json!({"error": code, "message": message}), "{datum}");
        }
        let answer = call(&kernel, "GetMetricStatistics", json!({
            "Namespace": "App", "MetricName": "m", "Period": 1, "StartTime": 0, "EndTime": 86_400, "Statistics": ["Sum"],
        }))
        .await;
        assert_eq!(
            answer["message"],
            "You have requested up to 86400 datapoints, which exceeds the limit of 1440. You may \
                                       reduce the datapoints requested by increasing Period, or decreasing the time range."
        );
    });
}

#[test]
fn pages_of_data_go_on_where_the_last_one_ended() {
    testing::run(|kernel| async move {
        Metrics::open(&kernel).await.unwrap();
        for minute in 0..5 {
            let at = now(&kernel) - 60.0 * f64::from(minute);
            put(&kernel, json!({"MetricName": "m", "Value": minute, "Timestamp": at})).await;
        }
        let mut input = json!({
            "MetricDataQueries": [{"Id": "a", "MetricStat": metric("m", "Sum")}],
            "StartTime": now(&kernel) - 600.0, "EndTime": now(&kernel) + 60.0, "MaxDatapoints": 2,
        });
        let mut seen = Vec::new();
        loop {
            let page = call(&kernel, "GetMetricData", input.clone()).await;
            seen.push(page["MetricDataResults"][0]["Values"].clone());
            if page["NextToken"].is_null() {
                break;
            }
            input["NextToken"] = page["NextToken"].clone();
        }
        assert_eq!(seen, [json!([0.0, 1.0]), json!([2.0, 3.0]), json!([4.0])]);
    });
}
