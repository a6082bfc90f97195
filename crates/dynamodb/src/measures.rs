//! What DynamoDB measures of requests, for CloudWatch: namespace `AWS/DynamoDB`. Consumed units and
//! throttled reads and writes are measured where they are charged, in [`crate::state::meter`].
//!
//! A request that succeeds costs two readings of the clock and a search among a table's operations.

use std::{cell::RefCell, collections::HashMap};

use aws_api::{Call, Output};
use kernel::{Arn, AwsError, Kernel, Metric, Scope, Series};
use serde_json::Value;

use crate::{
    DynamoDb,
    api::{Input, table_name},
    state::{Delivery, Place},
};

/// The namespace.
pub const NAMESPACE: &str = "AWS/DynamoDB";

/// How many tables are known by name at most; beyond, all are found anew.
const MOST_TABLES: usize = 4096;

/// What is measured of one operation on one table.
struct Measured {
    account: String,
    region: String,
    operation: &'static str,
    latency: Series,
    /// Of queries and scans.
    returned: Option<Series>,
}

/// What is measured of requests, by table.
#[derive(Default)]
pub struct Measures(RefCell<HashMap<String, Vec<Measured>>>);

impl Measures {
    fn succeed(
        &self,
        kernel: &Kernel,
        (place, operation, table): (&Place, &'static str, &str),
        took: f64,
        count: Option<f64>,
    ) {
        let mut tables = self.0.borrow_mut();
        if !tables.contains_key(table) {
            if tables.len() >= MOST_TABLES {
                tables.clear();
            }
            tables.insert(table.to_owned(), Vec::new());
        }
        let Some(operations) = tables.get_mut(table) else { return };
        let is_this =
            |known: &Measured| known.operation == operation && known.region == place.1 && known.account == place.0;
        let index = operations.iter().position(is_this).unwrap_or_else(|| {
            let metric = |name, unit| of_operation(place, name, unit, table, operation);
            let is_read = matches!(operation, "Query" | "Scan" | "ExecuteStatement");
            operations.push(Measured {
                account: place.0.clone(),
                region: place.1.clone(),
                operation,
                latency: kernel.metrics.series(metric("SuccessfulRequestLatency", "Milliseconds")),
                returned: is_read.then(|| kernel.metrics.series(metric("ReturnedItemCount", "Count"))),
            });
            operations.len() - 1
        });
        let (measured, now) = (&operations[index], kernel.clock.now());
        measured.latency.record(took, now);
        if let (Some(returned), Some(count)) = (&measured.returned, count) {
            returned.record(count, now);
        }
    }
}

fn of_operation(place: &Place, name: &'static str, unit: &'static str, table: &str, operation: &str) -> Metric {
    let metric = Metric::new(&place.0, &place.1, NAMESPACE, name, unit);
    metric.of("TableName", table).of("Operation", operation)
}

/// The account and the region in which a request acts.
pub fn place_of(scope: &Scope) -> Place {
    (scope.account.clone(), scope.region.clone())
}

/// What is remembered of a request while it is answered.
pub struct Begun {
    place: Place,
    operation: &'static str,
    table: Option<String>,
    /// Milliseconds.
    at: f64,
}

impl DynamoDb {
    /// Takes in that a request has come.
    pub fn begin_measure(&self, call: &Call) -> Begun {
        let table = Some(Input(&call.input).table_name()).filter(|table| !table.is_empty()).map(str::to_owned);
        Begun { place: place_of(&call.scope), operation: call.operation, table, at: self.kernel.clock.now_millis() }
    }

    /// Takes in how it ended.
    pub fn end_measure(&self, begun: &Begun, result: &Result<Output, AwsError>) {
        let Begun { place, operation, table, at } = begun;
        match (result, table) {
            (Ok(output), Some(table)) => {
                let took = self.kernel.clock.now_millis() - at;
                let count = output.member("Count").and_then(Value::as_f64);
                self.measures.succeed(&self.kernel, (place, operation, table), took, count);
            }
            (Ok(_), None) => {}
            (Err(error), table) => self.measure_failure(place, operation, table.as_deref(), error),
        }
    }

    /// Counts a request that was refused.
    pub fn measure_failure(&self, place: &Place, operation: &'static str, table: Option<&str>, error: &AwsError) {
        let now = self.kernel.clock.now();
        let record = |metric: Metric, value: f64| self.kernel.metrics.record(metric, value, now);
        let plain = |name: &'static str| Metric::new(&place.0, &place.1, NAMESPACE, name, "Count");
        let of_table = |name| plain(name).of("TableName", table.unwrap_or_default());
        let of_operation = |name| of_table(name).of("Operation", operation);
        match error.code.as_str() {
            "ConditionalCheckFailedException" => record(of_table("ConditionalCheckFailedRequests"), 1.0),
            "TransactionConflictException" => record(of_table("TransactionConflict"), 1.0),
            "TransactionCanceledException" => {
                let reasons = error.members.get("CancellationReasons").and_then(Value::as_array);
                let conflicts = reasons.into_iter().flatten().filter(|reason| reason["Code"] == "TransactionConflict");
                let conflicts = conflicts.count();
                if conflicts > 0 {
                    record(plain("TransactionConflict"), conflicts as f64);
                }
            }
            "ProvisionedThroughputExceededException" | "ThrottlingException" | "RequestLimitExceeded" => {
                record(of_operation("ThrottledRequests"), 1.0);
            }
            _ if error.status.is_server_error() => record(of_operation("SystemErrors"), 1.0),
            _ => record(plain("UserErrors"), 1.0),
        }
    }

    /// Counts items that time to live has removed from the table with this ARN.
    pub fn measure_expired(&self, table: &str, count: usize) {
        let Ok(arn) = table.parse::<Arn>() else { return };
        let metric = Metric::new(&arn.account, &arn.region, NAMESPACE, "TimeToLiveDeletedItemCount", "Count");
        let metric = metric.of("TableName", table_name(table));
        self.kernel.metrics.record(metric, count as f64, self.kernel.clock.now());
    }

    /// Tells how long a change was on its way to the other regions.
    pub fn measure_replication(&self, delivery: &Delivery) {
        let (now, (account, region)) = (self.kernel.clock.now(), &delivery.from);
        let took = now.millis().saturating_sub(delivery.at.0);
        for to in &delivery.to {
            let metric = Metric::new(account, region, NAMESPACE, "ReplicationLatency", "Milliseconds");
            let metric = metric.of("TableName", &delivery.change.table).of("ReceivingRegion", to);
            self.kernel.metrics.record(metric, took as f64, now);
        }
    }
}
