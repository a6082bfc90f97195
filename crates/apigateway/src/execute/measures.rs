//! What API Gateway measures of requests, for CloudWatch: namespace `AWS/ApiGateway`.

use kernel::{Metric, Response};

use super::incoming::Incoming;
use crate::ApiGateway;

/// The dimensions by which a request counts.
pub type Dimensions<'a> = Vec<(&'static str, &'a str)>;

/// How the kinds of APIs name the same measurements.
pub struct Names {
    client_errors: &'static str,
    server_errors: &'static str,
}

/// Of REST APIs.
pub const REST: Names = Names { client_errors: "4XXError", server_errors: "5XXError" };

/// Of HTTP APIs.
pub const HTTP: Names = Names { client_errors: "4xx", server_errors: "5xx" };

/// Counts a request and its answer in each of `groups` of dimensions.
pub fn record(
    gateway: &ApiGateway,
    names: &Names,
    incoming: &Incoming,
    groups: &[Dimensions],
    response: &Response,
    integration: Option<f64>,
) {
    let now = gateway.kernel.clock.now();
    let status = response.status();
    let count = |is_so: bool| f64::from(u8::from(is_so));
    let mut measured = vec![
        ("Count", "Count", 1.0),
        (names.client_errors, "Count", count(status.is_client_error())),
        (names.server_errors, "Count", count(status.is_server_error())),
        ("Latency", "Milliseconds", now.since(incoming.now).as_secs_f64() * 1000.0),
    ];
    if let Some(millis) = integration {
        measured.push(("IntegrationLatency", "Milliseconds", millis));
    }
    for dimensions in groups {
        for (name, unit, value) in &measured {
            let metric = Metric::new(&incoming.scope.account, &incoming.scope.region, "AWS/ApiGateway", name, unit);
            let metric = dimensions.iter().fold(metric, |metric, (name, value)| metric.of(name, *value));
            gateway.kernel.metrics.record(metric, *value, now);
        }
    }
}
