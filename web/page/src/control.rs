//! The control API: what a local cloud needs beside its services. Files, deploying, the clock, the
//! mailbox and the trace of requests.

use crate::aws::{list_at, text_at, texts_at};
use crate::client::{Client, Failure};
use crate::model::{File, Outline, OutlineNode, Problem, Severity};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::{Map, Value, json};

const PATH: &AsciiSet = &CONTROLS.add(b' ').add(b'%').add(b'?').add(b'#').add(b'"').add(b'<').add(b'>');

/// The virtual clock as it was when it was read.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Clock {
    pub now_millis: f64,
    pub rate: f64,
    pub paused: bool,
}

/// A message that a service sent to a person.
#[derive(Clone, Debug, PartialEq)]
pub struct Mail {
    pub to: String,
    pub subject: String,
    pub body: String,
    pub code: String,
    pub time: f64,
}

/// One request that went through the door.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Span {
    pub id: String,
    pub parent: String,
    pub service: String,
    pub operation: String,
    pub caller: String,
    pub status: u16,
    /// The error's code; empty when there is none.
    pub error: String,
    /// Milliseconds of the virtual clock.
    pub start: f64,
    /// Real milliseconds.
    pub duration: f64,
}

impl Span {
    /// Whether it was refused because too much was asked for at once.
    pub fn is_throttled(&self) -> bool {
        const THROTTLES: [&str; 5] = [
            "ProvisionedThroughputExceededException",
            "ThrottlingException",
            "RequestLimitExceeded",
            "TooManyRequestsException",
            "Throttling",
        ];
        self.status == 429 || THROTTLES.contains(&self.error.as_str())
    }
}

/// The name of the project and the paths of its files.
pub async fn project(client: &Client) -> Result<(String, Vec<String>), Failure> {
    let answer = client.control("GET", "/project", None).await?;
    Ok((text_at(&answer, "/name"), texts_at(&answer, "/files")))
}

/// Puts a project in the place of the one that is there.
pub async fn replace_project(client: &Client, name: &str, files: &[File]) -> Result<(), Failure> {
    let encode = |file: &File| (file.path.clone(), Value::from(STANDARD.encode(file.content.bytes())));
    let files: Map<_, _> = files.iter().map(encode).collect();
    client.control("PUT", "/project", Some(json!({ "name": name, "files": files }))).await.map(drop)
}

/// The bytes of a file.
pub async fn read_file(client: &Client, path: &str) -> Result<Vec<u8>, Failure> {
    Ok(client.control_bytes("GET", &file_path(path), Vec::new()).await?.body)
}

/// Writes a file.
pub async fn write_file(client: &Client, path: &str, bytes: &[u8]) -> Result<(), Failure> {
    client.control_bytes("PUT", &file_path(path), bytes.to_vec()).await.map(drop)
}

/// Deletes a file.
pub async fn delete_file(client: &Client, path: &str) -> Result<(), Failure> {
    client.control_bytes("DELETE", &file_path(path), Vec::new()).await.map(drop)
}

fn file_path(path: &str) -> String {
    format!("/files/{}", utf8_percent_encode(path, PATH))
}

/// What a deployment began with.
pub struct Started {
    pub stack: String,
    /// Whether there is anything to do.
    pub has_changes: bool,
}

/// Starts a deployment; `CloudFormation` then tells how it goes.
pub async fn deploy(client: &Client) -> Result<Started, Failure> {
    let answer = client.control("POST", "/deploy", Some(json!({}))).await?;
    Ok(Started { stack: text_at(&answer, "/stack"), has_changes: answer["changed"] != json!(false) })
}

/// What is wrong with a template, and with what it names in the project.
pub async fn diagnose(client: &Client, template: &str) -> Result<Vec<Problem>, Failure> {
    let answer = client.control_bytes("POST", "/diagnose", template.as_bytes().to_vec()).await?;
    let answer: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    Ok(list_at(&answer, "/diagnostics").iter().map(read_problem).collect())
}

fn read_problem(problem: &Value) -> Problem {
    Problem {
        path: text_at(problem, "/path"),
        line: small_number(problem, "line"),
        column: small_number(problem, "column"),
        severity: match text_at(problem, "/severity").to_lowercase().as_str() {
            "warning" => Severity::Warning,
            _ => Severity::Error,
        },
        message: text_at(problem, "/message"),
    }
}

/// A line or a column; the first when there is none.
fn small_number(value: &Value, name: &str) -> u32 {
    value.get(name).and_then(Value::as_u64).and_then(|number| u32::try_from(number).ok()).unwrap_or(1)
}

/// The resources that the template names, and what they need.
pub async fn outline(client: &Client) -> Result<Outline, Failure> {
    let answer = client.control("GET", "/outline", None).await?;
    let read = |node: &Value| OutlineNode {
        id: text_at(node, "/logical_id"),
        kind: text_at(node, "/type"),
        line: small_number(node, "line"),
        needs: texts_at(node, "/depends_on"),
        called_by: texts_at(node, "/called_by"),
    };
    Ok(Outline { nodes: list_at(&answer, "/resources").iter().map(read).collect() })
}

/// Reads the virtual clock.
pub async fn clock(client: &Client) -> Result<Clock, Failure> {
    client.control("GET", "/clock", None).await.map(|answer| read_clock(&answer))
}

/// Moves the virtual clock forward, and fires every timer on the way.
pub async fn advance_clock(client: &Client, millis: u64) -> Result<Clock, Failure> {
    let body = json!({ "advance_ms": millis });
    client.control("POST", "/clock", Some(body)).await.map(|answer| read_clock(&answer))
}

/// Stops or restarts the virtual clock.
pub async fn pause_clock(client: &Client, paused: bool) -> Result<Clock, Failure> {
    let body = json!({ "pause": paused });
    client.control("POST", "/clock", Some(body)).await.map(|answer| read_clock(&answer))
}

fn read_clock(answer: &Value) -> Clock {
    let number = |name: &str| answer.get(name).and_then(Value::as_f64);
    Clock {
        now_millis: number("now_ms").unwrap_or_default(),
        rate: number("rate").unwrap_or(1.0),
        paused: answer.get("paused").and_then(Value::as_bool).unwrap_or_default(),
    }
}

/// The messages that were sent, newest first.
pub async fn mailbox(client: &Client) -> Result<Vec<Mail>, Failure> {
    let answer = client.control("GET", "/mailbox", None).await?;
    let read = |mail: &Value| Mail {
        to: text_at(mail, "/to"),
        subject: text_at(mail, "/subject"),
        body: text_at(mail, "/body"),
        code: text_at(mail, "/code"),
        time: mail.get("time_ms").and_then(Value::as_f64).unwrap_or_default(),
    };
    let mut mails: Vec<_> = list_at(&answer, "/messages").iter().map(read).collect();
    mails.sort_by(|a, b| b.time.total_cmp(&a.time));
    Ok(mails)
}

/// The last requests that went through the door, oldest first.
pub async fn requests(client: &Client) -> Result<Vec<Span>, Failure> {
    let answer = client.control("GET", "/requests", None).await?;
    let read = |span: &Value| Span {
        id: text_at(span, "/id"),
        parent: text_at(span, "/parent"),
        service: text_at(span, "/service"),
        operation: text_at(span, "/operation"),
        caller: text_at(span, "/caller"),
        status: span
            .get("status")
            .and_then(Value::as_u64)
            .and_then(|status| u16::try_from(status).ok())
            .unwrap_or_default(),
        error: text_at(span, "/error"),
        start: span.get("start_ms").and_then(Value::as_f64).unwrap_or_default(),
        duration: span.get("duration_ms").and_then(Value::as_f64).unwrap_or_default(),
    };
    Ok(list_at(&answer, "/requests").iter().map(read).collect())
}

/// Deletes everything that the workspace holds: its files and all that was deployed.
pub async fn reset(client: &Client) -> Result<(), Failure> {
    client.control("POST", "/reset", Some(json!({}))).await.map(drop)
}
