//! A Lambda service that fits on a page: it starts one sandbox, hands it events over the Runtime API,
//! answers its other HTTP calls from a list, and writes all of that down.

use bytes::Bytes;
use http::{Request, Response};
use sandbox::{Files, Host, HttpCall, Image, Sandbox, SandboxConfig, Step};
use serde_json::{Map, Value, json};
use std::cell::Cell;
use std::collections::VecDeque;
use std::path::Path;
use std::rc::Rc;

/// 2026-01-02T03:04:05.000Z
const START_US: u64 = 1_767_323_045_000_000;
const OWN_FILES: [&str; 4] = ["case.json", "events.json", "expected.json", "expected.log"];
const RUNTIME_API: &str = "http://127.0.0.1:9001/2018-06-01/runtime/";

/// Virtual time, and bytes that look random but are the same in every run.
struct TestHost {
    now_us: Cell<u64>,
    seed: Cell<u64>,
}

impl Host for TestHost {
    fn now_us(&self) -> u64 {
        self.now_us.get()
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        for byte in bytes {
            let next = self.seed.get().wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            self.seed.set(next);
            *byte = next.to_be_bytes()[0];
        }
    }
}

/// A runtime that has cases.
pub struct Runtime {
    /// The name of its image and of its folder of cases.
    pub image: &'static str,
    /// What functions call it.
    pub identifier: &'static str,
    /// The handler of a case that names none.
    pub handler: &'static str,
}

/// One function in one sandbox.
pub struct Function {
    sandbox: Sandbox,
    host: Rc<TestHost>,
    answers: VecDeque<Value>,
    timeout_us: u64,
    invocation: u32,
    transcript: Vec<Value>,
    log: String,
}

impl Function {
    /// Starts the function of a case.
    pub fn new(image: &Image, runtime: &Runtime, case: &Path, settings: &Value) -> Self {
        let host = Rc::new(TestHost { now_us: Cell::new(START_US), seed: Cell::new(7) });
        let mut files = Files::new();
        add_files(&mut files, case, "/var/task");
        let mut config = SandboxConfig::new(Rc::clone(&host) as Rc<dyn Host>);
        config.files = Rc::new(files);
        config.env = environment(runtime, settings);
        config.memory_bytes =
            usize::try_from(settings["memory_mb"].as_u64().unwrap_or(128)).expect("a memory size") << 20;
        Function {
            sandbox: Sandbox::start(image, config).expect("the sandbox starts"),
            host,
            answers: settings["answers"].as_array().cloned().unwrap_or_default().into(),
            timeout_us: settings["timeout_ms"].as_u64().unwrap_or(30_000) * 1000,
            invocation: 0,
            transcript: Vec::new(),
            log: String::new(),
        }
    }

    /// Hands over the events; gives what was said over HTTP, and the log.
    pub fn run(mut self, events: &[Value]) -> (Vec<Value>, String) {
        let mut events = events.iter();
        let deadline = START_US + self.timeout_us;
        loop {
            match self.sandbox.step() {
                Step::Continue => {}
                Step::Log(line) => {
                    self.log += &line;
                    self.log.push('\n');
                }
                Step::Http(call) if call.request.uri().to_string().starts_with(RUNTIME_API) => {
                    let path = call.request.uri().path().rsplit('/').next().unwrap_or("").to_owned();
                    if path == "next" {
                        let Some(event) = events.next() else { break };
                        self.hand_over(call.id, event);
                    } else {
                        self.accept(&path, &call);
                    }
                }
                Step::Http(call) => self.answer(&call),
                Step::Waiting { until_us: Some(until) } if until <= deadline => self.host.now_us.set(until),
                Step::Waiting { until_us } => {
                    self.transcript.push(json!({ "waits": until_us.map_or("for ever", |_| "past its timeout") }));
                    break;
                }
                Step::Exited(exit) => {
                    self.transcript.push(json!({ "exited": exit.to_string() }));
                    break;
                }
            }
        }
        (self.transcript, self.log)
    }

    fn hand_over(&mut self, id: u32, event: &Value) {
        self.invocation += 1;
        let deadline = (self.host.now_us.get() + self.timeout_us) / 1000;
        let response = Response::builder()
            .header("Lambda-Runtime-Aws-Request-Id", format!("invocation-{}", self.invocation))
            .header("Lambda-Runtime-Deadline-Ms", deadline)
            .header("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:123456789012:function:case")
            .header("Lambda-Runtime-Trace-Id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=1")
            .body(Bytes::from(event.to_string()))
            .expect("a response");
        self.sandbox.complete(id, response);
    }

    fn accept(&mut self, kind: &str, call: &HttpCall) {
        let body = body_value(call.request.body());
        let kind = if call.request.uri().path().ends_with("init/error") { "init_error" } else { kind };
        self.transcript.push(json!({ kind: body }));
        let accepted = Response::builder().status(202).body(Bytes::from("{\"status\":\"OK\"}"));
        self.sandbox.complete(call.id, accepted.expect("a response"));
    }

    fn answer(&mut self, call: &HttpCall) {
        self.transcript.push(json!({ "call": describe(&call.request) }));
        let answer = self.answers.pop_front().unwrap_or_else(|| json!({}));
        if let Some(reason) = answer["fails"].as_str() {
            self.sandbox.fail(call.id, reason);
            return;
        }
        let mut response =
            Response::builder().status(u16::try_from(answer["status"].as_u64().unwrap_or(200)).expect("a status"));
        for (name, value) in answer["headers"].as_object().unwrap_or(&Map::new()) {
            response = response.header(name, value.as_str().unwrap_or(""));
        }
        let body = match &answer["body"] {
            Value::Null => Bytes::new(),
            Value::String(text) => Bytes::from(text.clone()),
            value => Bytes::from(value.to_string()),
        };
        self.sandbox.complete(call.id, response.body(body).expect("a response"));
    }
}

/// A call as the transcript shows it; headers that say nothing are left out.
fn describe(request: &Request<Bytes>) -> Value {
    let dull = ["user-agent", "accept", "content-length", "amz-sdk-invocation-id", "amz-sdk-request"];
    let headers: Map<String, Value> = request
        .headers()
        .iter()
        .filter(|(name, _)| !dull.contains(&name.as_str()))
        .map(|(name, value)| (name.to_string(), json!(String::from_utf8_lossy(value.as_bytes()))))
        .collect();
    json!({
        "request": format!("{} {}", request.method(), request.uri()),
        "headers": headers,
        "body": body_value(request.body()),
    })
}

fn body_value(body: &Bytes) -> Value {
    if body.is_empty() {
        return Value::Null;
    }
    serde_json::from_slice(body).unwrap_or_else(|_| json!(String::from_utf8_lossy(body)))
}

fn add_files(files: &mut Files, folder: &Path, target: &str) {
    for entry in std::fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable folder").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            add_files(files, &path, &format!("{target}/{name}"));
        } else if target != "/var/task" || !OWN_FILES.contains(&name.as_str()) {
            files.insert(format!("{target}/{name}"), std::fs::read(&path).expect("a readable file"));
        }
    }
}

fn environment(runtime: &Runtime, settings: &Value) -> Vec<(String, String)> {
    let execution_env = format!("AWS_Lambda_{}", runtime.identifier);
    let mut env = vec![
        ("_HANDLER", settings["handler"].as_str().unwrap_or(runtime.handler)),
        ("AWS_REGION", "us-east-1"),
        ("AWS_EXECUTION_ENV", &execution_env),
        ("AWS_LAMBDA_FUNCTION_NAME", "case"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/case"),
        ("AWS_LAMBDA_LOG_STREAM_NAME", "2026/01/02/[$LATEST]stream"),
        ("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001"),
        ("LAMBDA_TASK_ROOT", "/var/task"),
    ];
    let no_env = Map::new();
    let own = settings["env"].as_object().unwrap_or(&no_env);
    env.extend(own.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap_or(""))));
    env.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}
