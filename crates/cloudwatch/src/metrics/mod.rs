//! CloudWatch metrics (`monitoring`): values, what is computed of them, alarms and dashboards.

mod alarms;
mod cfn;
mod dashboards;
mod data;
mod list;
mod math;
mod put;
mod search;
mod statistic;
mod statistics;
mod store;
mod tags;
mod units;

use std::{
    cell::RefCell,
    rc::{Rc, Weak},
    time::Duration,
};

use aws_api::{Api, Call, Operations};
use kernel::{
    Access, Arn, AwsError, Batch, Kernel, Request, Response, Scope, Service, StorageError, Timestamp, async_trait,
};
use serde_json::{Value, json};

use alarms::Alarms;
use dashboards::Dashboards;
pub use put::{Datum, values_of};
use store::Store;
pub use store::{MetricName, Place};
pub use units::Unit;

/// The service CloudWatch.
pub struct Metrics {
    kernel: Kernel,
    store: RefCell<Store>,
    alarms: RefCell<Alarms>,
    dashboards: RefCell<Dashboards>,
    this: Weak<Self>,
}

/// How often metrics that services record are taken in: by the minute, as AWS publishes them.
const MINUTE: Duration = Duration::from_secs(60);

impl Metrics {
    /// Opens the service on what it has stored, under the name `monitoring`.
    pub async fn open(kernel: &Kernel) -> Result<Rc<Self>, StorageError> {
        let store = RefCell::new(Store::load(kernel).await?);
        let alarms = RefCell::new(Alarms::load(kernel).await?);
        let dashboards = RefCell::new(Dashboards::load(kernel).await?);
        let service =
            Rc::new_cyclic(|this| Self { kernel: kernel.clone(), store, alarms, dashboards, this: this.clone() });
        kernel.router.register("monitoring", service.clone());
        kernel.resource_types.add(Rc::new(cfn::Provider));
        service.take_in();
        service.resume_alarms();
        Ok(service)
    }

    /// Takes in what services record, at the end of each minute in which they do.
    fn take_in(&self) {
        let (kernel, this) = (self.kernel.clone(), self.this.clone());
        self.kernel.tasks.spawn(async move {
            loop {
                kernel.metrics.recorded().await;
                kernel.clock.sleep_until(next_minute(kernel.clock.now())).await;
                let Some(service) = this.upgrade() else { return };
                // What cannot be stored now stands in memory and is stored with the next values.
                let _ = service.gather().await;
            }
        });
    }

    /// Takes in what services have recorded up to now, and stores it.
    async fn gather(&self) -> Result<(), AwsError> {
        self.gather_unstored();
        let now = self.kernel.clock.now().secs();
        let batch = self.store.borrow_mut().changes(now);
        self.commit(batch).await
    }

    /// Takes in what services have recorded up to now: who asks for values shall see all there are.
    fn gather_unstored(&self) {
        let taken = self.kernel.metrics.take();
        let mut store = self.store.borrow_mut();
        for measured in taken {
            store.add_measured(measured);
        }
    }

    /// Adds values, which are durable when this is done.
    pub async fn add(&self, place: &Place, data: Vec<Datum>) -> Result<(), AwsError> {
        let batch = {
            let mut store = self.store.borrow_mut();
            for Datum { name, unit, second, fine, values } in data {
                store.add(place, name, unit, (second, fine), &values);
            }
            store.changes(self.kernel.clock.now().secs())
        };
        self.commit(batch).await
    }

    async fn commit(&self, batch: Batch) -> Result<(), AwsError> {
        if batch.is_empty() {
            return Ok(());
        }
        self.kernel.storage.commit(batch).await.map_err(|error| AwsError::internal(error.to_string()))
    }
}

fn next_minute(now: Timestamp) -> Timestamp {
    let minute = MINUTE.as_millis() as u64;
    Timestamp::from_millis((now.millis() / minute + 1) * minute)
}

#[async_trait(?Send)]
impl Service for Metrics {
    async fn handle(&self, mut request: Request) -> Response {
        if let Err(error) = put::inflate(&mut request) {
            let id = request.extensions().get::<Scope>().map(|scope| scope.request_id.clone()).unwrap_or_default();
            return aws_api::refuse(self.api(), &request, &error, &id);
        }
        aws_api::serve(&self.kernel, self, request).await
    }
}

#[async_trait(?Send)]
impl Operations for Metrics {
    fn api(&self) -> &'static Api {
        aws_api::api("monitoring").expect("the table of monitoring is part of aws-api")
    }

    /// AWS tells the states of alarms in another order than its model.
    fn validate(&self, call: &Call) -> Result<(), AwsError> {
        let Some(operation) = self.api().operations.get(call.operation) else { return Ok(()) };
        aws_api::validate(self.api(), operation, &call.input).map_err(|error| AwsError {
            message: error.message.replace("[OK, ALARM, INSUFFICIENT_DATA]", "[INSUFFICIENT_DATA, ALARM, OK]"),
            ..error
        })
    }

    fn access(&self, call: &Call) -> Vec<Access> {
        access(call)
    }

    async fn call(&self, call: Call) -> Result<Value, AwsError> {
        self.gather_unstored();
        match call.operation {
            "PutMetricData" => self.put_metric_data(call).await,
            "ListMetrics" => self.list_metrics(call),
            "GetMetricStatistics" => self.get_metric_statistics(call),
            "GetMetricData" => self.get_metric_data(call),
            "PutMetricAlarm" => self.put_metric_alarm(call).await,
            "PutCompositeAlarm" => self.put_composite_alarm(call).await,
            "DescribeAlarms" => self.describe_alarms(call),
            "DescribeAlarmsForMetric" => Ok(self.describe_alarms_for_metric(call)),
            "DescribeAlarmHistory" => self.describe_alarm_history(call),
            "DeleteAlarms" => self.delete_alarms(call).await,
            "SetAlarmState" => self.set_alarm_state(call).await,
            "EnableAlarmActions" | "DisableAlarmActions" => self.switch_alarm_actions(call).await,
            "PutDashboard" => self.put_dashboard(call).await,
            "GetDashboard" => self.get_dashboard(call),
            "ListDashboards" => Ok(self.list_dashboards(call)),
            "DeleteDashboards" => self.delete_dashboards(call).await,
            "ListTagsForResource" => self.list_tags(call),
            "TagResource" | "UntagResource" => self.change_tags(call).await,
            _ => Err(aws_api::unknown_operation(self.api())),
        }
    }
}

fn access(call: &Call) -> Vec<Access> {
    let Scope { account, region, .. } = &call.scope;
    let action = format!("cloudwatch:{}", call.operation);
    let alarm = |name: &str| Arn::new("cloudwatch", region, account, format!("alarm:{name}")).to_string();
    let dashboard = |name: &str| Arn::new("cloudwatch", "", account, format!("dashboard/{name}")).to_string();
    let resources = match call.operation {
        "PutMetricAlarm" | "PutCompositeAlarm" | "SetAlarmState" => {
            vec![alarm(call.input["AlarmName"].as_str().unwrap_or_default())]
        }
        "DeleteAlarms" | "EnableAlarmActions" | "DisableAlarmActions" => {
            texts(&call.input["AlarmNames"]).map(alarm).collect()
        }
        "DescribeAlarms" | "DescribeAlarmHistory" => vec![alarm("*")],
        "PutDashboard" | "GetDashboard" => vec![dashboard(call.input["DashboardName"].as_str().unwrap_or_default())],
        "DeleteDashboards" => texts(&call.input["DashboardNames"]).map(dashboard).collect(),
        "TagResource" | "UntagResource" | "ListTagsForResource" => {
            vec![call.input["ResourceARN"].as_str().unwrap_or_default().to_owned()]
        }
        _ => vec!["*".to_owned()],
    };
    let accesses = resources.into_iter().map(|resource| {
        let mut access = Access::new(action.clone(), resource);
        if let ("PutMetricData", Some(namespace)) = (call.operation, call.input["Namespace"].as_str()) {
            access.context.insert("cloudwatch:namespace".to_owned(), json!(namespace));
        }
        access
    });
    accesses.collect()
}

/// The place in which a call acts.
fn place(scope: &Scope) -> Place {
    (scope.account.clone(), scope.region.clone())
}

/// The texts of a list.
fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}

fn invalid_value(message: impl Into<String>) -> AwsError {
    AwsError::new("InvalidParameterValueException", message)
}

fn invalid_combination(message: impl Into<String>) -> AwsError {
    AwsError::new("InvalidParameterCombinationException", message)
}

fn missing(message: impl Into<String>) -> AwsError {
    AwsError::new("MissingRequiredParameterException", message)
}

/// The name of a metric as requests spell it.
fn metric_name(metric: &Value) -> MetricName {
    let text = |name: &str| metric[name].as_str().unwrap_or_default();
    MetricName::new(text("Namespace"), text("MetricName"), dimensions(&metric["Dimensions"]))
}

fn dimensions(list: &Value) -> Vec<(String, String)> {
    let pairs = list.as_array().into_iter().flatten();
    pairs.filter_map(|pair| Some((pair["Name"].as_str()?.to_owned(), pair["Value"].as_str()?.to_owned()))).collect()
}

/// A metric as answers spell it.
fn described(name: &MetricName) -> Value {
    let dimensions: Vec<_> =
        name.dimensions.iter().map(|(name, value)| json!({"Name": name, "Value": value})).collect();
    json!({"Namespace": name.namespace, "MetricName": name.name, "Dimensions": dimensions})
}
