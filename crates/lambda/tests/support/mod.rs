//! A small cloud around the service: logs, tables, a door, and the Node.js guest.

#![allow(dead_code, reason = "every test file uses a part of it")]
#![expect(clippy::disallowed_methods, reason = "a test reads the guest where the build has put it")]

use std::{env, fs, io::Write, path::PathBuf, rc::Rc, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::{AwsError, Kernel, Request, Response, Scope, Service, StorageBackend, async_trait, testing};
use lambda::{Lambda, Runtimes};
use sandbox::Image;
use serde_json::{Value, json};

pub const ROLE: &str = "arn:aws:iam::123456789012:role/hello-role";

/// The guests that `cargo xtask build` has built.
pub struct Guests;

#[async_trait(?Send)]
impl Runtimes for Guests {
    async fn image(&self, name: &str) -> Result<Image, String> {
        let folder = env::var_os("SAMLET_GUESTS")
            .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/guests")), PathBuf::from);
        let path = folder.join(format!("{name}.wasm"));
        let wasm = fs::read(&path).map_err(|error| {
            format!("{} is missing ({error}): build it with `cargo xtask build --guests`", path.display())
        })?;
        Image::new(name, &wasm).map_err(|error| error.to_string())
    }
}

/// Finds the service by the first parts of the host.
struct Door(Kernel);

#[async_trait(?Send)]
impl Service for Door {
    async fn handle(&self, request: Request) -> Response {
        let host = request.headers()["host"].to_str().unwrap_or_default().to_owned();
        let service = host.split_once(".us-east-1").map_or(host.as_str(), |(service, _)| service);
        let service = if service.ends_with(".dkr.ecr") { "ecr-registry" } else { service };
        self.0.router.dispatch(&self.0, service, request).await
    }
}

/// Runs a test in a cloud of Lambda, Logs, DynamoDB, Kinesis and S3 where everything is allowed.
pub fn run<F: Future<Output = ()> + 'static>(test: impl FnOnce(Kernel) -> F + 'static) {
    testing::run(|kernel| async move {
        open(&kernel).await;
        test(kernel).await;
    });
}

/// Like [`run`], with the service itself.
pub fn run_with_lambda<F: Future<Output = ()> + 'static>(test: impl FnOnce(Kernel, Rc<Lambda>) -> F + 'static) {
    testing::run(|kernel| async move {
        let lambda = open(&kernel).await;
        test(kernel, lambda).await;
    });
}

/// Like [`run`], on what an earlier run has stored.
pub fn run_on<F: Future<Output = ()> + 'static>(
    backend: Rc<dyn StorageBackend>,
    test: impl FnOnce(Kernel) -> F + 'static,
) {
    testing::run_on(backend, |kernel| async move {
        open(&kernel).await;
        test(kernel).await;
    });
}

/// Opens the services that a test has.
pub async fn open(kernel: &Kernel) -> Rc<Lambda> {
    kernel.router.set_door(Rc::new(Door(kernel.clone())));
    cloudwatch::Logs::open(kernel).await.expect("logs open");
    dynamodb::DynamoDb::open(kernel).await.expect("dynamodb opens");
    kinesis::Kinesis::open(kernel).await.expect("kinesis opens");
    s3::S3::open(kernel).await.expect("s3 opens");
    ecr::Ecr::open(kernel).await.expect("ecr opens");
    Lambda::open(kernel, Rc::new(Guests)).await.expect("lambda opens")
}

/// Calls an API as the account's root.
pub async fn call(kernel: &Kernel, service: &str, operation: &str, input: Value) -> Result<Value, AwsError> {
    aws_api::invoke(kernel, Scope::root(kernel), service, operation, input).await
}

/// Calls an API that must succeed.
pub async fn ok(kernel: &Kernel, service: &str, operation: &str, input: Value) -> Value {
    match call(kernel, service, operation, input).await {
        Ok(answer) => answer,
        Err(error) => panic!("{operation}: {error}"),
    }
}

/// A package of these files.
pub fn package(files: &[(&str, &str)]) -> String {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in files {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).expect("a new file");
        writer.write_all(content.as_bytes()).expect("room");
    }
    STANDARD.encode(writer.finish().expect("a whole archive").into_inner())
}

/// Creates the Node.js function `hello` of one file.
pub async fn create(kernel: &Kernel, source: &str, more: Value) -> Value {
    let mut input = json!({
        "FunctionName": "hello", "Runtime": "nodejs22.x", "Handler": "index.handler", "Role": ROLE,
        "Code": {"ZipFile": package(&[("index.mjs", source)])},
    });
    extend(&mut input, more);
    ok(kernel, "lambda", "CreateFunction", input).await
}

/// Adds the members of `more`.
pub fn extend(input: &mut Value, more: Value) {
    if let (Some(input), Value::Object(more)) = (input.as_object_mut(), more) {
        input.extend(more);
    }
}

/// Invokes `hello`: the answer with its payload and log as JSON and text.
pub async fn invoke(kernel: &Kernel, event: Value, more: Value) -> Value {
    let mut input = json!({"FunctionName": "hello", "LogType": "Tail", "Payload": STANDARD.encode(event.to_string())});
    extend(&mut input, more);
    let mut answer = ok(kernel, "lambda", "Invoke", input).await;
    let decode = |value: &Value| STANDARD.decode(value.as_str().unwrap_or_default()).unwrap_or_default();
    let payload = decode(&answer["Payload"]);
    answer["Payload"] = serde_json::from_slice(&payload).unwrap_or(Value::Null);
    answer["LogResult"] = json!(String::from_utf8_lossy(&decode(&answer["LogResult"])));
    answer
}

/// What the function `hello` has logged, without what the platform has, oldest first.
pub async fn said(kernel: &Kernel) -> Vec<String> {
    let log = log_of(kernel, "hello").await;
    let lines = log.iter().filter(|line| line.contains("\tINFO\t"));
    lines.filter_map(|line| Some(line.trim_end().rsplit_once('\t')?.1.to_owned())).collect()
}

/// The messages of a function's log, oldest first.
pub async fn log_of(kernel: &Kernel, name: &str) -> Vec<String> {
    kernel.clock.sleep(Duration::from_secs(1)).await;
    let input = json!({"logGroupName": format!("/aws/lambda/{name}")});
    let Ok(found) = call(kernel, "logs", "FilterLogEvents", input).await else { return Vec::new() };
    let events = found["events"].as_array().cloned().unwrap_or_default();
    events.iter().map(|event| event["message"].as_str().unwrap_or_default().to_owned()).collect()
}
