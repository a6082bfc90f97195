//! What the control API shows of the machine itself.

use std::time::Duration;

use http::StatusCode;
use kernel::{Kernel, Response};
use project::{Diagnostic, Project, Severity};
use serde_json::{Value, json};

use super::{
    Mail, SERVICE,
    answer::{Refusal, ok, refuse},
};
use crate::VirtualTime;

/// The virtual clock.
pub fn clock(kernel: &Kernel) -> Response {
    let clock = &kernel.clock;
    ok(&json!({ "now_ms": clock.now().millis(), "rate": clock.rate(), "paused": clock.is_paused() }))
}

/// Moves, pauses or hurries the clock, and shows it.
pub async fn change_clock(kernel: &Kernel, time: &VirtualTime, order: &Value) -> Result<Response, Refusal> {
    if let Some(pause) = order.get("pause").and_then(Value::as_bool) {
        time.set_paused(pause).await?;
    } else if let Some(rate) = order.get("rate").and_then(Value::as_f64) {
        if !(rate.is_finite() && rate > 0.0) {
            return Err(refuse(StatusCode::BAD_REQUEST, "A rate is a positive number"));
        }
        time.set_rate(rate).await?;
    } else if let Some(millis) = order.get("advance_ms").and_then(Value::as_u64) {
        time.advance(Duration::from_millis(millis)).await?;
    } else {
        return Err(refuse(StatusCode::BAD_REQUEST, "Say advance_ms, rate or pause"));
    }
    Ok(clock(kernel))
}

/// What was sent to people.
pub fn mailbox(messages: &[Mail]) -> Response {
    let show = |mail: &Mail| {
        json!({
            "to": mail.to,
            "channel": mail.channel,
            "subject": mail.subject,
            "body": mail.body,
            "code": mail.code,
            "time_ms": mail.time_ms,
        })
    };
    ok(&json!({ "messages": messages.iter().map(show).collect::<Vec<_>>() }))
}

/// What the caches of DAX have found and what not.
pub fn clusters(dax: Option<&dax::Dax>) -> Response {
    let figures = dax.map(dax::Dax::figures).unwrap_or_default();
    let show = |cluster: &dax::Figures| {
        json!({
            "arn": cluster.arn,
            "address": cluster.address,
            "requests": cluster.counts.requests,
            "item_hits": cluster.counts.item_hits,
            "item_misses": cluster.counts.item_misses,
            "query_hits": cluster.counts.query_hits,
            "query_misses": cluster.counts.query_misses,
            "items": cluster.items,
            "queries": cluster.queries,
        })
    };
    ok(&json!({ "clusters": figures.iter().map(show).collect::<Vec<_>>() }))
}

/// How changes of global tables travel, after setting it as `order` says.
pub async fn replication(tables: &dynamodb::DynamoDb, order: Option<&Value>) -> Result<Response, Refusal> {
    if let Some(order) = order {
        let Some(lag) = order.get("lag_ms").and_then(Value::as_u64) else {
            return Err(refuse(StatusCode::BAD_REQUEST, "Say lag_ms"));
        };
        tables.set_replication_lag(lag).await?;
    }
    Ok(ok(&json!({ "lag_ms": tables.replication_lag(), "in_transit": tables.changes_in_transit() })))
}

/// The newest requests that were answered, but for those that only look.
pub fn requests(kernel: &Kernel) -> Response {
    let spans = kernel.trace.spans();
    let requests: Vec<_> = spans
        .iter()
        .filter(|span| span.service != SERVICE)
        .filter_map(|span| {
            Some(json!({
                "id": span.id.to_string(),
                "parent": span.parent.map(|parent| parent.to_string()).unwrap_or_default(),
                "service": span.service,
                "operation": span.operation,
                "caller": span.caller,
                "request_id": span.request_id,
                "status": span.status?.as_u16(),
                "error": span.error,
                "start_ms": span.started.millis(),
                "virtual_duration_ms": span.ended?.since(span.started).as_millis() as u64,
                "duration_ms": span.wall_millis,
                "request_bytes": span.request_bytes,
                "response_bytes": span.response_bytes,
            }))
        })
        .collect();
    ok(&json!({ "requests": requests }))
}

/// What is wrong with a template, and with what it names in the project.
pub fn diagnose(project: &Project, template: &[u8]) -> Response {
    let path = project.template_path().unwrap_or("template.yaml");
    let mut edited = project.clone();
    edited.files.insert(path.to_owned(), template.to_vec());
    let mut found = Vec::new();
    // A text that is no template at all is said by one of the two only.
    if let Ok(text) = std::str::from_utf8(template) {
        found.extend(cloudformation::diagnose(text).into_iter().map(|diagnostic| in_file(path, diagnostic)));
    }
    let is_known = |line: usize| found.iter().any(|other: &Diagnostic| other.line == line);
    let own: Vec<_> = project::check(&edited).into_iter().filter(|own| !is_known(own.line)).collect();
    found.extend(own);
    ok(&json!({ "diagnostics": found }))
}

fn in_file(path: &str, found: cloudformation::Diagnostic) -> Diagnostic {
    let severity = match found.severity {
        cloudformation::Severity::Error => Severity::Error,
        cloudformation::Severity::Warning => Severity::Warning,
    };
    Diagnostic {
        path: path.to_owned(),
        severity,
        message: found.message,
        line: found.line,
        column: found.column,
        end_line: found.end_line,
        end_column: found.end_column,
    }
}
