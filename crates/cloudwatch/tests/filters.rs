//! What log events make: values of metric filters, deliveries to subscribers.
#![allow(clippy::unwrap_used, reason = "a test says so by failing")]

use std::{cell::RefCell, io::Read, rc::Rc, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use cloudwatch::{Logs, Metrics};
use flate2::read::GzDecoder;
use kernel::{Access, AwsError, Caller, Kernel, Request, Response, Scope, Service, async_trait, testing};
use serde_json::{Value, json};

async fn call(kernel: &Kernel, service: &str, operation: &str, input: Value) -> Value {
    match aws_api::invoke(kernel, Scope::root(kernel), service, operation, input).await {
        Ok(answer) => answer,
        Err(error) => json!({"error": error.code, "message": error.message}),
    }
}

async fn open(kernel: &Kernel) {
    let metrics = Metrics::open(kernel).await.unwrap();
    Logs::open(kernel).await.unwrap().measure_into(metrics);
    call(kernel, "logs", "CreateLogGroup", json!({"logGroupName": "g"})).await;
    call(kernel, "logs", "CreateLogStream", json!({"logGroupName": "g", "logStreamName": "s"})).await;
}

async fn put(kernel: &Kernel, messages: &[&str]) {
    let now = kernel.clock.now().millis();
    let events: Vec<_> = messages.iter().map(|message| json!({"timestamp": now, "message": message})).collect();
    let input = json!({"logGroupName": "g", "logStreamName": "s", "logEvents": events});
    assert!(call(kernel, "logs", "PutLogEvents", input).await["error"].is_null());
}

async fn sum(kernel: &Kernel, namespace: &str, name: &str, dimensions: Value) -> f64 {
    let now = kernel.clock.now().secs_f64();
    let input = json!({
        "Namespace": namespace, "MetricName": name, "Dimensions": dimensions, "Period": 3600,
        "StartTime": now - 3600.0, "EndTime": now + 60.0, "Statistics": ["Sum"],
    });
    let answer = call(kernel, "monitoring", "GetMetricStatistics", input).await;
    answer["Datapoints"].as_array().unwrap().iter().filter_map(|point| point["Sum"].as_f64()).sum()
}

#[test]
fn metric_filters_and_embedded_metrics_make_values() {
    testing::run(|kernel| async move {
        open(&kernel).await;
        let filter = json!({
            "logGroupName": "g", "filterName": "latency", "filterPattern": "{ $.level = \"ERROR\" }",
            "metricTransformations": [{
                "metricNamespace": "App", "metricName": "ErrorLatency", "metricValue": "$.latency",
                "dimensions": {"path": "$.path"},
            }],
        });
        assert_eq!(call(&kernel, "logs", "PutMetricFilter", filter).await, json!({}));
        let filter = json!({
            "logGroupName": "g", "filterName": "all", "filterPattern": "ERROR",
            "metricTransformations": [{"metricNamespace": "App", "metricName": "Errors", "metricValue": "1", "defaultValue": 0}],
        });
        assert_eq!(call(&kernel, "logs", "PutMetricFilter", filter).await, json!({}));
        let embedded = r#"{"_aws": {"CloudWatchMetrics": [{"Namespace": "App", "Dimensions": [[]], "Metrics": [{"Name": "orders"}]}]}, "orders": 4}"#;
        put(
            &kernel,
            &[r#"{"level": "ERROR", "latency": 7, "path": "/a"}"#, r#"{"level": "INFO", "latency": 9}"#, embedded],
        )
        .await;
        assert!(
            (sum(&kernel, "App", "ErrorLatency", json!([{"Name": "path", "Value": "/a"}])).await - 7.0).abs() < 1e-9
        );
        assert!((sum(&kernel, "App", "Errors", json!([])).await - 1.0).abs() < 1e-9);
        assert!((sum(&kernel, "App", "orders", json!([])).await - 4.0).abs() < 1e-9);
        let group = json!([{"Name": "LogGroupName", "Value": "g"}]);
        assert!((sum(&kernel, "AWS/Logs", "IncomingLogEvents", group).await - 3.0).abs() < 1e-9);
        let described =
            call(&kernel, "logs", "DescribeMetricFilters", json!({"metricName": "Errors", "metricNamespace": "App"}))
                .await;
        assert_eq!(described["metricFilters"][0]["filterName"], "all");
        assert_eq!(described["metricFilters"].as_array().unwrap().len(), 1);
        let tested = call(
            &kernel,
            "logs",
            "TestMetricFilter",
            json!({
                "filterPattern": "[ip, ..., status = 4*]", "logEventMessages": ["1.2.3.4 GET 200", "1.2.3.4 GET 404"],
            }),
        )
        .await;
        let extracted = json!({"$ip": "1.2.3.4", "$status": "404"});
        assert_eq!(
            tested["matches"],
            json!([{"eventNumber": 2, "eventMessage": "1.2.3.4 GET 404", "extractedValues": extracted}])
        );
    });
}

/// Stands for the service that runs functions: it keeps what it is invoked with, by whom.
#[derive(Default)]
struct Functions {
    kernel: RefCell<Option<Kernel>>,
    invoked: RefCell<Vec<(Caller, Value)>>,
}

#[async_trait(?Send)]
impl Service for Functions {
    async fn handle(&self, request: Request) -> Response {
        let kernel = self.kernel.borrow().clone().unwrap();
        aws_api::serve(&kernel, self, request).await
    }
}

#[async_trait(?Send)]
impl aws_api::Operations for Functions {
    fn api(&self) -> &'static aws_api::Api {
        aws_api::api("lambda").unwrap()
    }

    fn access(&self, _call: &aws_api::Call) -> Vec<Access> {
        Vec::new()
    }

    async fn call(&self, call: aws_api::Call) -> Result<Value, AwsError> {
        // As if its policy allowed the regional name of the service alone.
        let Caller::Service { principal, .. } = &call.scope.caller else { panic!("{:?}", call.scope.caller) };
        if principal == "logs.amazonaws.com" {
            return Err(AwsError::access_denied("no"));
        }
        self.invoked.borrow_mut().push((call.scope.caller, call.input));
        Ok(json!({"StatusCode": 202}))
    }
}

#[test]
fn subscribers_get_what_the_pattern_lets_through() {
    testing::run(|kernel| async move {
        open(&kernel).await;
        let functions = Rc::new(Functions::default());
        *functions.kernel.borrow_mut() = Some(kernel.clone());
        kernel.router.register("lambda", functions.clone());
        let destination = "arn:aws:lambda:us-east-1:123456789012:function:f";
        let filter = json!({"logGroupName": "g", "filterName": "errors", "filterPattern": "ERROR", "destinationArn": destination});
        assert_eq!(call(&kernel, "logs", "PutSubscriptionFilter", filter).await, json!({}));
        put(&kernel, &["INFO a", "ERROR b", "ERROR c"]).await;
        put(&kernel, &["INFO d"]).await;
        kernel.clock.sleep(Duration::from_secs(1)).await;
        let invoked = functions.invoked.borrow();
        let [(_, test), (caller, delivery)] = &invoked[..] else { panic!("{invoked:?}") };
        assert_eq!((&test["InvocationType"], &delivery["InvocationType"]), (&json!("DryRun"), &json!("Event")));
        let Caller::Service { source_arn, .. } = caller else { panic!() };
        assert_eq!(source_arn.as_deref(), Some("arn:aws:logs:us-east-1:123456789012:log-group:g:*"));
        let payload: Value =
            serde_json::from_slice(&STANDARD.decode(delivery["Payload"].as_str().unwrap()).unwrap()).unwrap();
        let packed = STANDARD.decode(payload["awslogs"]["data"].as_str().unwrap()).unwrap();
        let mut text = String::new();
        GzDecoder::new(&packed[..]).read_to_string(&mut text).unwrap();
        let message: Value = serde_json::from_str(&text).unwrap();
        assert_eq!((&message["messageType"], &message["owner"]), (&json!("DATA_MESSAGE"), &json!("123456789012")));
        assert_eq!((&message["logGroup"], &message["logStream"]), (&json!("g"), &json!("s")));
        assert_eq!(message["subscriptionFilters"], json!(["errors"]));
        let told: Vec<_> = message["logEvents"].as_array().unwrap().iter().map(|event| &event["message"]).collect();
        assert_eq!(told, ["ERROR b", "ERROR c"]);
    });
}

#[test]
fn queries_of_insights_look_at_their_groups_and_times() {
    testing::run(|kernel| async move {
        open(&kernel).await;
        put(&kernel, &[r#"{"level": "ERROR", "ms": 5}"#, r#"{"level": "ERROR", "ms": 7}"#]).await;
        kernel.clock.sleep(Duration::from_secs(3600)).await;
        put(&kernel, &[r#"{"level": "ERROR", "ms": 100}"#]).await;
        let now = kernel.clock.now().secs();
        let query = json!({
            "logGroupName": "g", "startTime": now - 7200, "endTime": now - 60,
            "queryString": "stats max(ms) as worst, count(*) by level",
        });
        let id = call(&kernel, "logs", "StartQuery", query).await["queryId"].clone();
        let answer = call(&kernel, "logs", "GetQueryResults", json!({"queryId": id})).await;
        let cell = |field: &str, value: &str| json!({"field": field, "value": value});
        assert_eq!(answer["results"], json!([[cell("level", "ERROR"), cell("worst", "7"), cell("count(*)", "2")]]));
        assert_eq!((&answer["status"], &answer["statistics"]["recordsScanned"]), (&json!("Complete"), &json!(2.0)));
        let wrong = json!({"logGroupName": "g", "startTime": 0, "endTime": 1, "queryString": "nonsense"});
        assert_eq!(call(&kernel, "logs", "StartQuery", wrong).await["error"], "MalformedQueryException");
    });
}
