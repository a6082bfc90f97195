//! Alarms on the virtual clock.
#![allow(clippy::unwrap_used, reason = "a test says so by failing")]

use std::time::Duration;

use cloudwatch::Metrics;
use kernel::{Kernel, Scope, testing};
use serde_json::{Value, json};

async fn call(kernel: &Kernel, operation: &str, input: Value) -> Value {
    match aws_api::invoke(kernel, Scope::root(kernel), "monitoring", operation, input).await {
        Ok(answer) => answer,
        Err(error) => json!({"error": error.code, "message": error.message}),
    }
}

async fn put(kernel: &Kernel, value: f64) {
    let data = json!({"Namespace": "App", "MetricData": [{"MetricName": "Errors", "Value": value}]});
    assert_eq!(call(kernel, "PutMetricData", data).await, json!({}));
}

async fn alarm(kernel: &Kernel, name: &str, more: Value) {
    let mut definition = json!({
        "AlarmName": name, "Namespace": "App", "MetricName": "Errors", "Statistic": "Sum", "Period": 60,
        "EvaluationPeriods": 1, "Threshold": 5, "ComparisonOperator": "GreaterThanThreshold",
    });
    definition.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    assert_eq!(call(kernel, "PutMetricAlarm", definition).await, json!({}));
}

async fn described(kernel: &Kernel, name: &str) -> Value {
    let types = ["MetricAlarm", "CompositeAlarm"];
    let answer = call(kernel, "DescribeAlarms", json!({"AlarmNames": [name], "AlarmTypes": types})).await;
    let lists = [&answer["MetricAlarms"], &answer["CompositeAlarms"]];
    lists.into_iter().find_map(|list| list.get(0)).cloned().unwrap_or_default()
}

async fn state(kernel: &Kernel, name: &str) -> String {
    described(kernel, name).await["StateValue"].as_str().unwrap_or_default().to_owned()
}

async fn minute(kernel: &Kernel) {
    kernel.clock.sleep(Duration::from_secs(60)).await;
}

#[test]
fn an_alarm_goes_off_comes_back_and_says_why() {
    testing::run(|kernel| async move {
        Metrics::open(&kernel).await.unwrap();
        alarm(&kernel, "errors", json!({})).await;
        assert_eq!(state(&kernel, "errors").await, "INSUFFICIENT_DATA");
        kernel.clock.sleep(Duration::from_secs(1)).await;
        put(&kernel, 9.0).await;
        minute(&kernel).await;
        let found = described(&kernel, "errors").await;
        assert_eq!(found["StateValue"], "ALARM", "{found}");
        assert_eq!(
            found["StateReason"],
            "Threshold Crossed: 1 datapoint [9.0 (01/01/26 00:00:00)] was greater than the threshold (5.0)."
        );
        put(&kernel, 1.0).await;
        minute(&kernel).await;
        assert_eq!(state(&kernel, "errors").await, "OK");
        for _ in 0..4 {
            minute(&kernel).await;
        }
        assert_eq!(state(&kernel, "errors").await, "INSUFFICIENT_DATA", "nothing is known any more");
        let history =
            call(&kernel, "DescribeAlarmHistory", json!({"AlarmName": "errors", "HistoryItemType": "StateUpdate"}));
        let history = history.await;
        let told: Vec<_> =
            history["AlarmHistoryItems"].as_array().unwrap().iter().map(|item| &item["HistorySummary"]).collect();
        assert_eq!(
            told,
            [
                "Alarm updated from OK to INSUFFICIENT_DATA",
                "Alarm updated from ALARM to OK",
                "Alarm updated from INSUFFICIENT_DATA to ALARM"
            ]
        );
    });
}

#[test]
fn missing_data_counts_as_the_alarm_says() {
    testing::run(|kernel| async move {
        Metrics::open(&kernel).await.unwrap();
        for treat in ["missing", "ignore", "breaching", "notBreaching"] {
            alarm(&kernel, treat, json!({"TreatMissingData": treat})).await;
        }
        minute(&kernel).await;
        kernel.clock.sleep(Duration::from_secs(1)).await;
        let mut states = Vec::new();
        for name in ["missing", "ignore", "breaching", "notBreaching"] {
            states.push(state(&kernel, name).await);
        }
        assert_eq!(states, ["INSUFFICIENT_DATA", "INSUFFICIENT_DATA", "ALARM", "OK"]);
    });
}

#[test]
fn a_composite_alarm_follows_others_and_math_can_be_watched() {
    testing::run(|kernel| async move {
        Metrics::open(&kernel).await.unwrap();
        alarm(&kernel, "a", json!({})).await;
        let stat = json!({"Metric": {"Namespace": "App", "MetricName": "Errors"}, "Period": 60, "Stat": "Sum"});
        let metrics = json!([
            {"Id": "m", "MetricStat": stat, "ReturnData": false},
            {"Id": "e", "Expression": "m * 2"},
        ]);
        let definition = json!({
            "AlarmName": "b", "Metrics": metrics, "EvaluationPeriods": 1, "Threshold": 10,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        });
        assert_eq!(call(&kernel, "PutMetricAlarm", definition).await, json!({}));
        let both = json!({"AlarmName": "both", "AlarmRule": "ALARM(a) AND ALARM(\"b\")"});
        assert_eq!(call(&kernel, "PutCompositeAlarm", both).await, json!({}));
        assert_eq!(state(&kernel, "both").await, "OK");
        kernel.clock.sleep(Duration::from_secs(1)).await;
        put(&kernel, 5.0).await;
        minute(&kernel).await;
        assert_eq!((state(&kernel, "a").await, state(&kernel, "b").await), ("OK".into(), "ALARM".into()));
        assert_eq!(state(&kernel, "both").await, "OK");
        put(&kernel, 6.0).await;
        minute(&kernel).await;
        assert_eq!(state(&kernel, "both").await, "ALARM");
        let refused = call(&kernel, "DeleteAlarms", json!({"AlarmNames": ["a"]})).await;
        assert_eq!(refused["error"], "ValidationException");
        assert_eq!(call(&kernel, "DeleteAlarms", json!({"AlarmNames": ["a", "b", "both"]})).await, json!({}));
    });
}
