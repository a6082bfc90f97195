//! What the control API shows of tables, their streams and functions while they are in use.

use dynamodb::{DynamoDb, Reader, Supply};
use kernel::{Caller, Response, Scope};
use lambda::{Activity, Consumer, SandboxView, Throttles, WaitingEvent};
use serde_json::{Value, json};

use super::answer::{Refusal, ok};

/// The throughput of a table and of its indexes.
pub fn capacity(tables: &DynamoDb, scope: &Scope, table: &str) -> Result<Response, Refusal> {
    let gauges = tables.gauges(scope, table)?;
    let show = |gauge: &dynamodb::Gauge| {
        json!({
            "index": gauge.index,
            "on_demand": gauge.on_demand,
            "read": supply(&gauge.read),
            "write": supply(&gauge.write),
        })
    };
    Ok(ok(&json!({ "gauges": gauges.iter().map(show).collect::<Vec<_>>() })))
}

fn supply(supply: &Supply) -> Value {
    let minute = |minute: &dynamodb::Minute| json!({ "minute": minute.number, "units": minute.units, "throttled": minute.throttled });
    let minutes: Vec<_> = supply.minutes.iter().map(minute).collect();
    json!({ "per_second": supply.rate, "saved": supply.saved, "most": supply.most, "minutes": minutes })
}

/// Who reads the streams of tables, and how far: event source mappings by what their functions have done,
/// everybody else by what they have read.
pub fn consumers(tables: &DynamoDb, mappings: &[Consumer]) -> Response {
    let readers = tables.readers();
    let mut consumers: Vec<Value> = mappings.iter().flat_map(|mapping| places(tables, mapping, &readers)).collect();
    let others = readers.iter().filter(|reader| !mappings.iter().any(|mapping| polls(mapping, reader)));
    consumers.extend(others.map(|reader| {
        let lag = tables.lag(&reader.stream, &reader.shard, reader.position.as_deref(), 0);
        json!({
            "stream": reader.stream,
            "shard": reader.shard,
            "name": reader.caller.arn(),
            "position": reader.position,
            "records": lag.map(|lag| lag.records),
            "lag_ms": lag.map(|lag| lag.millis),
            "read_ms": reader.read_at,
        })
    }));
    ok(&json!({ "consumers": consumers }))
}

/// The places of a mapping in the shards that it has not finished.
fn places(tables: &DynamoDb, mapping: &Consumer, readers: &[Reader]) -> Vec<Value> {
    let since = if mapping.starting_position == "LATEST" { mapping.created } else { 0 };
    let place = |shard: String| {
        let position = match mapping.shards.get(&shard) {
            Some(None) => return None,
            Some(position) => position.clone(),
            None => None,
        };
        let lag = tables.lag(&mapping.stream, &shard, position.as_deref(), since);
        let poll = readers.iter().find(|reader| reader.shard == shard && polls(mapping, reader));
        Some(json!({
            "stream": mapping.stream,
            "shard": shard,
            "mapping": mapping.mapping,
            "name": mapping.function,
            "position": position,
            "records": lag.map(|lag| lag.records),
            "lag_ms": lag.map(|lag| lag.millis),
            "read_ms": poll.map(|reader| reader.read_at),
        }))
    };
    let mut shards = tables.shards(&mapping.stream);
    if shards.is_empty() {
        // Of a stream that is no table's we know what the mapping has read, and not how much is left.
        shards = mapping.shards.keys().cloned().collect();
    }
    shards.into_iter().filter_map(place).collect()
}

/// Whether it is the mapping that reads: it does so as its function.
fn polls(mapping: &Consumer, reader: &Reader) -> bool {
    let is_function =
        matches!(&reader.caller, Caller::RoleSession { session_name, .. } if *session_name == mapping.function);
    is_function && reader.stream == mapping.stream
}

/// The execution environments of a function.
pub fn sandboxes(sandboxes: &[SandboxView], throttles: Throttles) -> Response {
    let show = |sandbox: &SandboxView| {
        json!({
            "version": sandbox.version,
            "state": match sandbox.activity {
                Activity::Starting => "starting",
                Activity::Busy => "busy",
                Activity::Frozen => "frozen",
            },
            "since_ms": sandbox.since_ms,
            "started_ms": sandbox.started_ms,
            "invocations": sandbox.invocations,
            "init_ms": sandbox.init_ms,
            "memory_mb": sandbox.memory_mb,
            "used_mb": sandbox.used_mb,
        })
    };
    ok(&json!({
        "throttled": throttles.count,
        "throttled_ms": throttles.last_ms,
        "sandboxes": sandboxes.iter().map(show).collect::<Vec<_>>(),
    }))
}

/// Asynchronous invocations that are not done yet.
pub fn events(events: &[WaitingEvent]) -> Response {
    let show = |event: &WaitingEvent| {
        json!({
            "request_id": event.request_id,
            "qualifier": event.qualifier,
            "accepted_ms": event.accepted_ms,
            "failures": event.failures,
            "due_ms": event.due_ms,
        })
    };
    ok(&json!({ "events": events.iter().map(show).collect::<Vec<_>>() }))
}
