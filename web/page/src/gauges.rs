//! What the control API tells of what is in use: throughput, caches, replication, who reads streams, and
//! the sandboxes of functions.

use crate::aws::{list_at, text_at};
use crate::client::{Client, Failure};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

/// The throughput of a table, or of one of its global indexes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gauge {
    /// The index's name; empty for the table itself.
    pub index: String,
    pub is_on_demand: bool,
    pub read: Supply,
    pub write: Supply,
}

/// Units of one kind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Supply {
    pub per_second: f64,
    /// What has been saved for a burst; below zero while a debt is repaid.
    pub saved: f64,
    /// How much can be saved.
    pub most: f64,
    /// Oldest first; a minute in which nothing happened is missing.
    pub minutes: Vec<Minute>,
}

/// What a minute saw.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Minute {
    /// Minutes since 1970, of the virtual clock.
    pub number: u64,
    pub units: f64,
    pub throttled: u64,
}

/// What the caches of a cluster have done since the engine was started.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cluster {
    /// The host of its endpoint.
    pub address: String,
    pub item_hits: u64,
    pub item_misses: u64,
    pub query_hits: u64,
    pub query_misses: u64,
    /// Items in the item cache.
    pub items: u64,
    /// Answers in the query cache.
    pub queries: u64,
}

/// How changes travel between the regions of global tables.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Replication {
    pub lag_millis: u64,
    /// Changes on their way.
    pub in_transit: u64,
}

/// Who reads a shard of a stream, and how far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Consumer {
    pub stream: String,
    pub shard: String,
    /// The UUID of an event source mapping; empty for anybody else.
    pub mapping: String,
    /// The function's name, or the ARN of who reads.
    pub name: String,
    /// The sequence number of the last record that is done; empty before the first.
    pub position: String,
    /// Records that are left; `None` when nobody knows.
    pub records: Option<u64>,
    /// How long the oldest of them has been waiting.
    pub lag_millis: f64,
    /// When it read last, by the virtual clock.
    pub read_at: Option<f64>,
}

/// The throughput of a table and of its indexes.
pub async fn capacity(client: &Client, table: &str) -> Result<Vec<Gauge>, Failure> {
    let table = utf8_percent_encode(table, NON_ALPHANUMERIC);
    let answer = client.control("GET", &format!("/capacity/{table}"), None).await?;
    let read = |gauge: &Value| Gauge {
        index: text_at(gauge, "/index"),
        is_on_demand: gauge["on_demand"] == json!(true),
        read: read_supply(&gauge["read"]),
        write: read_supply(&gauge["write"]),
    };
    Ok(list_at(&answer, "/gauges").iter().map(read).collect())
}

fn read_supply(supply: &Value) -> Supply {
    let number = |value: &Value, name: &str| value.get(name).and_then(Value::as_f64).unwrap_or_default();
    let minute = |minute: &Value| Minute {
        number: count(minute, "minute"),
        units: number(minute, "units"),
        throttled: count(minute, "throttled"),
    };
    Supply {
        per_second: number(supply, "per_second"),
        saved: number(supply, "saved"),
        most: number(supply, "most"),
        minutes: list_at(supply, "/minutes").iter().map(minute).collect(),
    }
}

fn count(value: &Value, name: &str) -> u64 {
    value.get(name).and_then(Value::as_u64).unwrap_or_default()
}

/// The cluster of a name; none before it is made.
pub async fn cluster(client: &Client, name: &str) -> Result<Option<Cluster>, Failure> {
    let answer = client.control("GET", "/dax", None).await?;
    let is_named = |cluster: &&Value| text_at(cluster, "/arn").ends_with(&format!(":cache/{name}"));
    let found = list_at(&answer, "/clusters").iter().find(is_named);
    Ok(found.map(|cluster| Cluster {
        address: text_at(cluster, "/address"),
        item_hits: count(cluster, "item_hits"),
        item_misses: count(cluster, "item_misses"),
        query_hits: count(cluster, "query_hits"),
        query_misses: count(cluster, "query_misses"),
        items: count(cluster, "items"),
        queries: count(cluster, "queries"),
    }))
}

/// How changes travel now.
pub async fn replication(client: &Client) -> Result<Replication, Failure> {
    client.control("GET", "/replication", None).await.map(|answer| read_replication(&answer))
}

/// Sets how long changes travel.
pub async fn set_replication_lag(client: &Client, millis: u64) -> Result<Replication, Failure> {
    let body = json!({ "lag_ms": millis });
    client.control("POST", "/replication", Some(body)).await.map(|answer| read_replication(&answer))
}

fn read_replication(answer: &Value) -> Replication {
    Replication { lag_millis: count(answer, "lag_ms"), in_transit: count(answer, "in_transit") }
}

/// Who reads the streams of all tables.
pub async fn consumers(client: &Client) -> Result<Vec<Consumer>, Failure> {
    let answer = client.control("GET", "/consumers", None).await?;
    let read = |consumer: &Value| Consumer {
        stream: text_at(consumer, "/stream"),
        shard: text_at(consumer, "/shard"),
        mapping: text_at(consumer, "/mapping"),
        name: text_at(consumer, "/name"),
        position: text_at(consumer, "/position"),
        records: consumer.get("records").and_then(Value::as_u64),
        lag_millis: consumer.get("lag_ms").and_then(Value::as_f64).unwrap_or_default(),
        read_at: consumer.get("read_ms").and_then(Value::as_f64),
    };
    Ok(list_at(&answer, "/consumers").iter().map(read).collect())
}

/// What a sandbox is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activity {
    Starting,
    Busy,
    Frozen,
}

/// An execution environment of a function.
#[derive(Clone, Debug, PartialEq)]
pub struct Sandbox {
    pub version: String,
    pub activity: Activity,
    /// Since when it does so, by the virtual clock.
    pub since: f64,
    pub invocations: u64,
    /// How long the init took; none before it is over.
    pub init_millis: Option<f64>,
    pub memory_mb: u64,
    pub used_mb: u64,
}

/// The sandboxes of a function, and the invocations that were refused.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sandboxes {
    pub here: Vec<Sandbox>,
    pub throttled: u64,
}

/// The sandboxes of a function, the oldest first.
pub async fn sandboxes(client: &Client, function: &str) -> Result<Sandboxes, Failure> {
    let function = utf8_percent_encode(function, NON_ALPHANUMERIC);
    let answer = client.control("GET", &format!("/sandboxes/{function}"), None).await?;
    let read = |sandbox: &Value| Sandbox {
        version: text_at(sandbox, "/version"),
        activity: match text_at(sandbox, "/state").as_str() {
            "starting" => Activity::Starting,
            "busy" => Activity::Busy,
            _ => Activity::Frozen,
        },
        since: sandbox.get("since_ms").and_then(Value::as_f64).unwrap_or_default(),
        invocations: count(sandbox, "invocations"),
        init_millis: sandbox.get("init_ms").and_then(Value::as_f64),
        memory_mb: count(sandbox, "memory_mb"),
        used_mb: count(sandbox, "used_mb"),
    };
    let here = list_at(&answer, "/sandboxes").iter().map(read).collect();
    Ok(Sandboxes { here, throttled: count(&answer, "throttled") })
}

/// An asynchronous invocation that waits, or is under way.
#[derive(Clone, Debug, PartialEq)]
pub struct WaitingEvent {
    pub request_id: String,
    /// The version or the alias that was asked for; empty for the latest.
    pub qualifier: String,
    /// When it came, by the virtual clock.
    pub accepted: f64,
    /// How often the function has failed on it.
    pub failures: u64,
    /// When it is due.
    pub due: f64,
}

/// The asynchronous invocations of a function that are not done yet, the oldest first.
pub async fn waiting_events(client: &Client, function: &str) -> Result<Vec<WaitingEvent>, Failure> {
    let function = utf8_percent_encode(function, NON_ALPHANUMERIC);
    let answer = client.control("GET", &format!("/events/{function}"), None).await?;
    let time = |event: &Value, name: &str| event.get(name).and_then(Value::as_f64).unwrap_or_default();
    let read = |event: &Value| WaitingEvent {
        request_id: text_at(event, "/request_id"),
        qualifier: text_at(event, "/qualifier"),
        accepted: time(event, "accepted_ms"),
        failures: count(event, "failures"),
        due: time(event, "due_ms"),
    };
    Ok(list_at(&answer, "/events").iter().map(read).collect())
}
