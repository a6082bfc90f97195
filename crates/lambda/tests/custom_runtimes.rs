//! Functions that bring their own program: a module for WASI preview 1.

mod support;

use std::io::Write;

use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::Kernel;
use serde_json::{Value, json};
use support::{ROLE, extend, invoke, ok, run};

/// A program that knows streams: `$read` puts the event at 2000, `$write` writes that many bytes from
/// there to a descriptor.
fn command(body: &str) -> Vec<u8> {
    let text = format!(
        r#"(module
            (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
            (memory (export "memory") 1)
            (global $len (mut i32) (i32.const 0))
            (func $buffer (param $len i32)
                (i32.store (i32.const 0) (i32.const 2000)) (i32.store (i32.const 4) (local.get $len)))
            (func $read
                (call $buffer (i32.const 1000))
                (drop (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
                (global.set $len (i32.load (i32.const 8))))
            (func $write (param $fd i32)
                (call $buffer (global.get $len))
                (drop (call $fd_write (local.get $fd) (i32.const 0) (i32.const 1) (i32.const 8))))
            (func (export "_start") {body}))"#
    );
    wat::parse_str(text).expect("the program is well-formed")
}

/// A program that speaks the Runtime API: each event is its own answer.
fn runtime() -> Vec<u8> {
    let next = "GET http://127.0.0.1:9001/2018-06-01/runtime/invocation/next\\0a\\0a";
    let text = format!(
        r#"(module
            (import "samlet" "http" (func $http (param i32 i32) (result i64)))
            (import "samlet" "take" (func $take (param i32 i32)))
            (memory (export "memory") 1)
            (data (i32.const 0) "{next}")
            (data (i32.const 100) "POST http://127.0.0.1:9001/2018-06-01/runtime/init/error\0a\0a{{\"errorType\":\"Program.Broken\"}}")
            (func (export "_start")
                (call $take (i32.const 1000) (i32.wrap_i64 (call $http (i32.const 0) (i32.const 62))))
                (drop (call $http (i32.const 100) (i32.const 88)))))"#
    );
    wat::parse_str(text).expect("the program is well-formed")
}

async fn create(kernel: &Kernel, name: &str, program: &[u8], more: Value) {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    writer.start_file(name, zip::write::SimpleFileOptions::default()).expect("a new file");
    writer.write_all(program).expect("room");
    let package = STANDARD.encode(writer.finish().expect("a whole archive").into_inner());
    let mut input = json!({
        "FunctionName": "hello", "Runtime": "provided.al2023", "Handler": "app", "Role": ROLE,
        "Code": {"ZipFile": package},
    });
    extend(&mut input, more);
    ok(kernel, "lambda", "CreateFunction", input).await;
}

fn message(answer: &Value) -> &str {
    answer["Payload"]["errorMessage"].as_str().unwrap_or_default()
}

#[test]
fn a_program_of_streams_answers_each_event_and_logs() {
    for name in ["bootstrap", "bootstrap.wasm", "app.wasm"] {
        run(move |kernel| async move {
            let program = command("(call $read) (call $write (i32.const 1)) (call $write (i32.const 2))");
            create(&kernel, name, &program, json!({})).await;
            for event in [json!({"n": 1}), json!({"n": 2})] {
                let answer = invoke(&kernel, event.clone(), json!({})).await;
                assert_eq!((&answer["Payload"], answer.get("FunctionError")), (&event, None));
                let log = answer["LogResult"].as_str().expect("a log");
                assert!(log.contains(&format!("\n{event}\nEND ")), "{log}");
            }
        });
    }
}

#[test]
fn a_program_that_ends_badly_is_an_error_of_its_runtime() {
    for (body, reason) in [
        ("(call $exit (i32.const 3))", "Runtime exited with error: exit status 3"),
        ("(drop (memory.grow (i32.const 60000)))", "Runtime exited with error: signal: killed"),
        ("unreachable", "Runtime exited with error: signal: aborted"),
        ("(loop $l (br $l))", "Task timed out after 3.00 seconds"),
    ] {
        run(move |kernel| async move {
            create(&kernel, "bootstrap", &command(body), json!({})).await;
            let answer = invoke(&kernel, json!({}), json!({})).await;
            assert_eq!(answer["FunctionError"], "Unhandled");
            assert!(message(&answer).ends_with(&format!(" Error: {reason}")), "{answer}");
        });
    }
}

#[test]
fn a_program_can_speak_the_runtime_api() {
    run(|kernel| async move {
        create(&kernel, "bootstrap", &runtime(), json!({})).await;
        // It takes its event, says that it is broken, and ends.
        let answer = invoke(&kernel, json!({}), json!({})).await;
        assert_eq!(answer["FunctionError"], "Unhandled", "{answer}");
    });
}

#[test]
fn what_is_no_module_says_what_can_be_run() {
    for (name, content, reason) in [
        (
            "bootstrap",
            &b"\x7fELF"[..],
            "fork/exec /var/task/bootstrap: exec format error (this is a program for Linux;",
        ),
        ("bootstrap", b"#!/bin/sh\n", "fork/exec /var/task/bootstrap: exec format error (this is a script;"),
        ("bootstrap", b"\0asm\x01\0\0\0", "fork/exec /var/task/bootstrap: exec format error (the runtime image"),
        ("other", b"", "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"),
    ] {
        run(move |kernel| async move {
            create(&kernel, name, content, json!({})).await;
            let answer = invoke(&kernel, json!({}), json!({})).await;
            assert_eq!(answer["Payload"]["errorType"], "Runtime.InvalidEntrypoint", "{answer}");
            assert!(message(&answer).contains(&format!(" Error: {reason}")), "{answer}");
        });
    }
}
