//! Prints what a guest costs: `cargo run --release -p sandbox --example measure -- GUEST.wasm`.

#![expect(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a tool to look at figures"
)]

use bytes::Bytes;
use http::Response;
use sandbox::{Files, Host, Image, Sandbox, SandboxConfig, Step};
use std::rc::Rc;
use std::time::{Duration, Instant};

struct Clock;

impl Host for Clock {
    fn now_us(&self) -> u64 {
        1_767_323_045_000_000
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

const HANDLER: &str = "
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
const client = new DynamoDBClient({});
export const handler = async (event) => {
  const body = JSON.parse(event.body);
  const total = body.items.reduce((sum, item) => sum + item.price * item.count, 0);
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ total, path: event.rawPath }) };
};";

const EVENT: &str = r#"{"version":"2.0","rawPath":"/orders","headers":{"accept":"*/*","host":"x"},"body":"{\"items\":[{\"price\":2,\"count\":3},{\"price\":5,\"count\":1}]}"}"#;

/// Runs until the function asks for its next event; gives the id of that call.
fn until_next(sandbox: &mut Sandbox) -> u32 {
    loop {
        match sandbox.step() {
            Step::Http(call) if call.request.uri().path().ends_with("/next") => return call.id,
            Step::Http(call) => sandbox.complete(call.id, Response::new(Bytes::from("{}"))),
            Step::Log(line) => println!("log: {line}"),
            Step::Continue => {}
            other => panic!("{other:?}"),
        }
    }
}

fn least(runs: u32, mut run: impl FnMut() -> Duration) -> Duration {
    (0..runs).map(|_| run()).min().unwrap()
}

fn main() {
    let path = std::env::args().nth(1).unwrap();
    let wasm = std::fs::read(path).unwrap();
    let started = Instant::now();
    let image = Image::new("nodejs", &wasm).unwrap();
    println!("boot of the image      {:?}", started.elapsed());
    println!("memory, of it not zero {} KiB, {} KiB", image.memory_bytes() >> 10, image.stored_bytes() >> 10);

    let mut files = Files::new();
    files.insert("/var/task/index.mjs", HANDLER);
    let files = Rc::new(files);
    let start = || {
        let mut config = SandboxConfig::new(Rc::new(Clock));
        config.files = Rc::clone(&files);
        config.env = vec![("_HANDLER".into(), "index.handler".into()), ("AWS_REGION".into(), "us-east-1".into())];
        Sandbox::start(&image, config).unwrap()
    };
    println!(
        "restore                {:?}",
        least(20, || {
            let started = Instant::now();
            drop(start());
            started.elapsed()
        })
    );
    println!(
        "cold start to `next`   {:?}",
        least(20, || {
            let mut sandbox = start();
            let started = Instant::now();
            until_next(&mut sandbox);
            started.elapsed()
        })
    );
    let mut sandbox = start();
    let mut id = until_next(&mut sandbox);
    println!("fuel of the init       {}", sandbox.fuel_used());
    let mut fuel = 0;
    println!(
        "warm invocation        {:?}",
        least(200, || {
            let started = Instant::now();
            let before = sandbox.fuel_used();
            let event = Response::builder()
                .header("Lambda-Runtime-Aws-Request-Id", "1")
                .header("Lambda-Runtime-Deadline-Ms", "1767323048000")
                .body(Bytes::from(EVENT));
            sandbox.complete(id, event.unwrap());
            id = until_next(&mut sandbox);
            fuel = sandbox.fuel_used() - before;
            started.elapsed()
        })
    );
    println!("fuel of an invocation  {fuel}");
}
