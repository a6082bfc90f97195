//! What an environment writes: lines for its stream of CloudWatch Logs.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use kernel::{Caller, Kernel, Scope};
use serde_json::{Value, json};

/// The longest line that Logs takes with some room for what it adds.
const MAX_LINE_BYTES: usize = 256 * 1024 - 64;

/// How much one `PutLogEvents` brings at most.
const MAX_BATCH_EVENTS: usize = 1000;
const MAX_BATCH_BYTES: usize = 900_000;

/// How much of an invocation's log a caller can ask for.
const TAIL_BYTES: usize = 4096;

/// A log stream of one environment. It writes as the execution role: a role without permission to
/// write logs has none, as in AWS.
pub struct LogStream {
    kernel: Kernel,
    caller: Caller,
    region: String,
    group: String,
    name: String,
    waiting: RefCell<Vec<(u64, String)>>,
    writing: Cell<bool>,
    exists: Cell<bool>,
    tail: RefCell<Vec<String>>,
}

impl LogStream {
    /// A stream that is made in the group when the first lines are flushed.
    pub fn new(kernel: &Kernel, caller: Caller, region: &str, group: String, version: &str) -> Rc<Self> {
        let day = jiff::Timestamp::from_millisecond(kernel.clock.now().millis().cast_signed()).unwrap_or_default();
        let id: String = kernel.rng.string("0123456789abcdef", 32);
        Rc::new(Self {
            kernel: kernel.clone(),
            caller,
            region: region.to_owned(),
            group,
            name: format!("{}/[{version}]{id}", day.strftime("%Y/%m/%d")),
            waiting: RefCell::default(),
            writing: Cell::new(false),
            exists: Cell::new(false),
            tail: RefCell::default(),
        })
    }

    /// `AWS_LAMBDA_LOG_STREAM_NAME`
    pub fn name(&self) -> &str {
        &self.name
    }

    /// `AWS_LAMBDA_LOG_GROUP_NAME`
    pub fn group(&self) -> &str {
        &self.group
    }

    /// Adds a line that was written at `millis`.
    pub fn write(&self, millis: u64, line: &str) {
        let mut line = line.to_owned();
        if line.len() > MAX_LINE_BYTES {
            let end = (0..=MAX_LINE_BYTES).rev().find(|end| line.is_char_boundary(*end)).unwrap_or_default();
            line.truncate(end);
        }
        if !line.ends_with('\n') {
            line.push('\n');
        }
        self.tail.borrow_mut().push(line.clone());
        let mut waiting = self.waiting.borrow_mut();
        // Logs wants the events of a batch in order.
        let millis = waiting.last().map_or(millis, |(last, _)| millis.max(*last));
        waiting.push((millis, line));
    }

    /// The last 4 KB of what was written since this was asked for last.
    pub fn take_tail(&self) -> Vec<u8> {
        let lines = std::mem::take(&mut *self.tail.borrow_mut()).concat().into_bytes();
        lines[lines.len().saturating_sub(TAIL_BYTES)..].to_vec()
    }

    /// Sends what is waiting, in the background and in order.
    pub fn flush(self: &Rc<Self>) {
        if !self.writing.replace(true) {
            let stream = self.clone();
            self.kernel.tasks.spawn(async move {
                while stream.send_some().await {}
                stream.writing.set(false);
            });
        }
    }

    /// Sends one batch; `false` if there is none.
    async fn send_some(&self) -> bool {
        let events: Vec<Value> = {
            let mut waiting = self.waiting.borrow_mut();
            let mut bytes = 0;
            let fitting = waiting.iter().take(MAX_BATCH_EVENTS).take_while(|(_, line)| {
                bytes += line.len() + 26;
                bytes <= MAX_BATCH_BYTES
            });
            let count = fitting.count();
            waiting
                .drain(..count)
                .map(|(timestamp, message)| json!({"timestamp": timestamp, "message": message}))
                .collect()
        };
        if events.is_empty() {
            return false;
        }
        let names = json!({"logGroupName": self.group, "logStreamName": self.name});
        if !self.exists.replace(true) {
            self.call("CreateLogGroup", json!({"logGroupName": self.group})).await;
            self.call("CreateLogStream", names.clone()).await;
        }
        let mut input = names;
        input["logEvents"] = Value::Array(events);
        self.call("PutLogEvents", input).await;
        true
    }

    /// A refusal is nobody's to hear: the function has answered already.
    async fn call(&self, operation: &str, input: Value) {
        let scope = Scope::new(&self.kernel, &self.region, self.caller.clone());
        let _ = aws_api::invoke(&self.kernel, scope, "logs", operation, input).await;
    }
}
