//! A function that counts whom it has greeted since it started.
//!
//! For AWS: `cargo build --release --example greeter --target x86_64-unknown-linux-musl`, and
//! `target/x86_64-unknown-linux-musl/release/examples/greeter` is the `bootstrap`. For Samlet the same with
//! `--target wasm32-wasip1`, and `greeter.wasm`.

use guest_runtime::{run, Error};

fn main() {
    let mut count = 0;
    run(|event, context| {
        let event = String::from_utf8(event)?;
        // A JSON library would do this better, and make the module ten times as large.
        let name = event.split("\"name\":").nth(1).and_then(|rest| rest.split('"').nth(1));
        let name = name.ok_or_else(|| Error::new("BadEvent", "the event has no name"))?;
        count += 1;
        println!("greeting {name}");
        let answer =
            format!("{{\"message\":\"Hello, {name}!\",\"greeted\":{count},\"request\":\"{}\"}}", context.request_id);
        Ok(answer.into_bytes())
    })
}
