//! Amazon `CloudWatch` Logs: log groups and their lines.

use super::{list_at, text_at};
use crate::client::{Client, Failure};
use serde_json::{Value, json};

/// One line of a log.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub id: String,
    /// Milliseconds of the virtual clock.
    pub time: f64,
    pub stream: String,
    pub message: String,
}

/// The names of all log groups.
pub async fn groups(client: &Client) -> Result<Vec<String>, Failure> {
    let answer = call(client, "DescribeLogGroups", json!({})).await?;
    Ok(list_at(&answer, "/logGroups").iter().map(|group| text_at(group, "/logGroupName")).collect())
}

/// The lines of a group that hold a filter pattern, oldest first.
pub async fn lines(client: &Client, group: &str, pattern: &str) -> Result<Vec<Line>, Failure> {
    let mut lines = Vec::new();
    let mut token = None::<String>;
    loop {
        let mut request = json!({ "logGroupName": group });
        if !pattern.is_empty() {
            request["filterPattern"] = json!(pattern);
        }
        if let Some(token) = &token {
            request["nextToken"] = json!(token);
        }
        let answer = call(client, "FilterLogEvents", request).await?;
        lines.extend(list_at(&answer, "/events").iter().map(|event| Line {
            id: text_at(event, "/eventId"),
            time: event.get("timestamp").and_then(Value::as_f64).unwrap_or_default(),
            stream: text_at(event, "/logStreamName"),
            message: text_at(event, "/message"),
        }));
        token = answer.get("nextToken").and_then(Value::as_str).map(str::to_owned);
        if token.is_none() {
            return Ok(lines);
        }
    }
}

async fn call(client: &Client, operation: &str, body: Value) -> Result<Value, Failure> {
    client.json("logs", &format!("Logs_20140328.{operation}"), "1.1", body).await
}
