//! Limits of functions, each with the error of AWS, and how layers lie over one another.

mod support;

use std::{cell::Cell, io::Write, rc::Rc};

use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::{AwsError, Kernel};
use serde_json::{Value, json};
use support::{ROLE, call, extend, invoke, ok, run};
use zip::{ZipWriter, write::SimpleFileOptions};

/// A program that knows files: `$open` opens the file whose name lies at 100, `$print` prints what is in it.
fn program(name: &str, body: &str) -> Vec<u8> {
    let text = format!(
        r#"(module
            (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "fd_allocate" (func $allocate (param i32 i64 i64) (result i32)))
            (import "wasi_snapshot_preview1" "path_open"
                (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
            (memory (export "memory") 1024)
            (data (i32.const 100) "{name}")
            (func $open (param $flags i32) (param $rights i64) (result i32)
                (drop (call $path_open (i32.const 3) (i32.const 0) (i32.const 100) (i32.const {len})
                    (local.get $flags) (local.get $rights) (i64.const 0) (i32.const 0) (i32.const 16)))
                (i32.load (i32.const 16)))
            (func $print
                (i32.store (i32.const 0) (i32.const 1000)) (i32.store (i32.const 4) (i32.const 1000))
                (drop (call $fd_read (call $open (i32.const 0) (i64.const 2)) (i32.const 0) (i32.const 1) (i32.const 4)))
                (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))))
            (func (export "_start") {body}))"#,
        len = name.len()
    );
    wat::parse_str(text).expect("the program is well-formed")
}

fn package(files: &[(&str, &[u8])]) -> String {
    let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in files {
        writer.start_file(*name, SimpleFileOptions::default()).expect("a new file");
        writer.write_all(content).expect("room");
    }
    STANDARD.encode(writer.finish().expect("a whole archive").into_inner())
}

async fn create(kernel: &Kernel, name: &str, zip: String, more: Value) -> Result<Value, AwsError> {
    let mut input = json!({
        "FunctionName": name, "Runtime": "provided.al2023", "Handler": "app", "Role": ROLE, "Code": {"ZipFile": zip},
    });
    extend(&mut input, more);
    call(kernel, "lambda", "CreateFunction", input).await
}

async fn layer(kernel: &Kernel, name: &str, files: &[(&str, &[u8])]) -> String {
    let input = json!({"LayerName": name, "Content": {"ZipFile": package(files)}});
    let published = ok(kernel, "lambda", "PublishLayerVersion", input).await;
    published["LayerVersionArn"].as_str().expect("an ARN").to_owned()
}

#[test]
fn a_later_layer_lies_over_an_earlier_one() {
    run(|kernel| async move {
        let bootstrap = package(&[("bootstrap", &program("/opt/word", "(call $print)"))]);
        let one = layer(&kernel, "one", &[("word", b"1"), ("other", b"")]).await;
        let two = layer(&kernel, "two", &[("word", b"2")]).await;
        create(&kernel, "hello", bootstrap, json!({"Layers": [one, two]})).await.unwrap();
        assert_eq!(invoke(&kernel, json!({}), json!({})).await["Payload"], 2);
        let swapped = json!({"FunctionName": "hello", "Layers": [two, one]});
        ok(&kernel, "lambda", "UpdateFunctionConfiguration", swapped).await;
        assert_eq!(invoke(&kernel, json!({}), json!({})).await["Payload"], 1);
    });
}

#[test]
fn packages_and_layers_are_only_so_large() {
    run(|kernel| async move {
        let refused = async |zip: String, more: Value| create(&kernel, "hello", zip, more).await.unwrap_err();
        let error = refused(STANDARD.encode(vec![0; (50 << 20) + 1]), json!({})).await;
        assert_eq!((error.code.as_str(), error.status.as_u16()), ("RequestEntityTooLargeException", 413));
        let error = refused(package(&[("zeros", &vec![0; (250 << 20) + 1])]), json!({})).await;
        assert_eq!(error.message, "Unzipped size must be smaller than 262144000 bytes");

        let mut layers = Vec::new();
        for name in ["a", "b", "c", "d", "e", "f"] {
            layers.push(layer(&kernel, name, &[("x", b"")]).await);
        }
        let small = package(&[("bootstrap", b"")]);
        let error = refused(small.clone(), json!({ "Layers": layers })).await;
        assert_eq!(error.message, "Cannot reference more than 5 layers.");
        let again = layer(&kernel, "a", &[("x", b"2")]).await;
        let error = refused(small.clone(), json!({"Layers": [layers[0], again]})).await;
        assert!(error.message.starts_with("Two different versions of the same layer are not allowed"), "{error}");

        let large = layer(&kernel, "large", &[("zeros", &vec![0; 250 << 20])]).await;
        let error = refused(package(&[("bootstrap", b"12345")]), json!({"Layers": [large]})).await;
        assert_eq!(
            error.message,
            "Function code combined with layers exceeds the maximum allowed size of 262144000 bytes. The actual size \
             is 262144005 bytes."
        );
    });
}

#[test]
fn settings_have_bounds() {
    run(|kernel| async move {
        let code = package(&[("bootstrap", b"")]);
        for (more, expected) in [
            (json!({"MemorySize": 127}), "Value '127' at 'memorySize' failed to satisfy constraint"),
            (json!({"MemorySize": 10_241}), "Value '10241' at 'memorySize' failed to satisfy constraint"),
            (json!({"EphemeralStorage": {"Size": 511}}), "Value '511' at 'ephemeralStorage.size' failed to satisfy"),
            (json!({"EphemeralStorage": {"Size": 10_241}}), "Value '10241' at 'ephemeralStorage.size' failed"),
            (json!({"Timeout": 901}), "Value '901' at 'timeout' failed to satisfy constraint"),
            (json!({"Environment": {"Variables": {"A": "x".repeat(4096)}}}), "exceeded the 4KB limit"),
        ] {
            let error = create(&kernel, "hello", code.clone(), more).await.unwrap_err();
            assert!(error.message.contains(expected), "{error}");
        }
    });
}

#[test]
fn memory_and_tmp_are_as_large_as_the_settings_say() {
    run(|kernel| async move {
        // Exits with the error number of an allocation of 513 MB, and grows to more than 128 MB.
        let body = "(call $exit (call $allocate (call $open (i32.const 1) (i64.const 64)) (i64.const 0) (i64.const 537919488)))";
        create(&kernel, "hello", package(&[("bootstrap", &program("/tmp/a", body))]), json!({})).await.unwrap();
        let ended = async || {
            let answer = invoke(&kernel, json!({}), json!({})).await;
            answer["Payload"]["errorMessage"].as_str().unwrap_or_default().to_owned()
        };
        assert!(ended().await.ends_with("exit status 51"), "ENOSPC");
        let change = json!({"FunctionName": "hello", "EphemeralStorage": {"Size": 1024}});
        ok(&kernel, "lambda", "UpdateFunctionConfiguration", change).await;
        assert_eq!(ended().await, "", "there is room now");
        let body = "(drop (memory.grow (i32.const 1025)))";
        let code = package(&[("bootstrap", &program("", body))]);
        ok(&kernel, "lambda", "UpdateFunctionCode", json!({"FunctionName": "hello", "ZipFile": code})).await;
        assert!(ended().await.ends_with("signal: killed"), "out of memory");
        let change = json!({"FunctionName": "hello", "MemorySize": 256});
        ok(&kernel, "lambda", "UpdateFunctionConfiguration", change).await;
        assert_eq!(ended().await, "");
    });
}

#[test]
fn a_function_that_means_harm_leaves_room_for_others() {
    for body in [
        "(loop $l (br $l))",
        "(loop $l (memory.fill (i32.const 0) (i32.const 1) (i32.const 0x4000000)) (br $l))",
        // Lines of log, without end.
        "(memory.fill (i32.const 1000) (i32.const 10) (i32.const 30000))
         (i32.store (i32.const 0) (i32.const 1000)) (i32.store (i32.const 4) (i32.const 30000))
         (loop $l (drop (call $fd_write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 8))) (br $l))",
    ] {
        run(move |kernel| async move {
            let harm = package(&[("bootstrap", &program("", body))]);
            create(&kernel, "hello", harm, json!({"Timeout": 2})).await.unwrap();
            let other = package(&[("bootstrap", &program("/var/task/word", "(call $print)")), ("word", b"7")]);
            create(&kernel, "other", other, json!({})).await.unwrap();
            let is_over = Rc::new(Cell::new(false));
            let (seen, own) = (is_over.clone(), kernel.clone());
            kernel.tasks.spawn(async move {
                let answer = invoke(&own, json!({}), json!({})).await;
                assert!(answer["Payload"]["errorMessage"].to_string().contains("timed out after 2.00"), "{answer}");
                seen.set(true);
            });
            kernel.tasks.breathe().await;
            let answer = ok(&kernel, "lambda", "Invoke", json!({"FunctionName": "other"})).await;
            assert_eq!(STANDARD.decode(answer["Payload"].as_str().expect("a payload")).expect("base64"), b"7");
            assert!(!is_over.get(), "the other one did not wait for it");
            while !is_over.get() {
                kernel.tasks.breathe().await;
            }
        });
    }
}
