//! Functions whose code is a container image in the registry of the same cloud.

mod support;

use std::io::Write;

use base64::{Engine, engine::general_purpose::STANDARD};
use flate2::{Compression, write::GzEncoder};
use kernel::{AwsError, Kernel};
use oci::media_type;
use serde_json::{Value, json};
use support::{ROLE, call, extend, invoke, ok, run};

const REGISTRY: &str = "123456789012.dkr.ecr.us-east-1.amazonaws.com";

/// A program that answers with its arguments, a variable of its environment and a file of the working
/// directory, each in its own line of a JSON text.
fn program() -> Vec<u8> {
    let text = r#"(module
        (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes (param i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "args_get" (func $args (param i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "environ_sizes_get" (func $environ_sizes (param i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "environ_get" (func $environ (param i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "path_open"
            (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
        (memory (export "memory") 1)
        (data (i32.const 100) "\"") (data (i32.const 110) "note")
        (func $write (param $at i32) (param $len i32)
            (i32.store (i32.const 0) (local.get $at)) (i32.store (i32.const 4) (local.get $len))
            (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))))
        ;; Texts end in zeros, which no JSON has: they become commas.
        (func $texts (param $at i32) (param $len i32) (local $i i32)
            (loop $l
                (if (i32.eqz (i32.load8_u (i32.add (local.get $at) (local.get $i))))
                    (then (i32.store8 (i32.add (local.get $at) (local.get $i)) (i32.const 44))))
                (local.set $i (i32.add (local.get $i) (i32.const 1)))
                (br_if $l (i32.lt_u (local.get $i) (local.get $len))))
            (call $write (local.get $at) (local.get $len)))
        (func (export "_start")
            (call $write (i32.const 100) (i32.const 1))
            (drop (call $args_sizes (i32.const 16) (i32.const 20)))
            (drop (call $args (i32.const 1000) (i32.const 2000)))
            (call $texts (i32.const 2000) (i32.load (i32.const 20)))
            (drop (call $environ_sizes (i32.const 16) (i32.const 20)))
            (drop (call $environ (i32.const 8000) (i32.const 10000)))
            (call $texts (i32.const 10000) (i32.load (i32.const 20)))
            (if (i32.eqz (call $open (i32.const 3) (i32.const 0) (i32.const 110) (i32.const 4) (i32.const 0)
                    (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 12)))
                (then (call $write (i32.const 110) (i32.const 4))))
            (call $write (i32.const 100) (i32.const 1))))"#;
    wat::parse_str(text).expect("the program is well-formed")
}

fn layer(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (path, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        builder.append_data(&mut header, path, *content).expect("room");
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&builder.into_inner().expect("a whole archive")).expect("room");
    encoder.finish().expect("a whole stream")
}

async fn ecr(kernel: &Kernel, operation: &str, mut input: Value) -> Value {
    input["repositoryName"] = json!("app");
    ok(kernel, "ecr", operation, input).await
}

/// Uploads a layer or a configuration: what names it in a manifest.
async fn upload(kernel: &Kernel, media_type: &str, bytes: &[u8]) -> Value {
    let id = ecr(kernel, "InitiateLayerUpload", json!({})).await["uploadId"].clone();
    let part = json!({
        "uploadId": id, "partFirstByte": 0, "partLastByte": bytes.len() - 1, "layerPartBlob": STANDARD.encode(bytes),
    });
    ecr(kernel, "UploadLayerPart", part).await;
    let digest = oci::digest(bytes);
    let mut completed = json!({"uploadId": id, "layerDigests": [digest]});
    completed["repositoryName"] = json!("app");
    // A layer of an earlier image is there already.
    let _ = call(kernel, "ecr", "CompleteLayerUpload", completed).await;
    json!({"mediaType": media_type, "digest": digest, "size": bytes.len()})
}

/// Pushes an image of these layers as `app:TAG`.
async fn push(kernel: &Kernel, tag: &str, config: Value, layers: &[Vec<u8>]) -> String {
    let _ = call(kernel, "ecr", "CreateRepository", json!({"repositoryName": "app"})).await;
    let config = json!({"architecture": "wasm", "os": "wasip1", "config": config});
    let config = upload(kernel, media_type::CONFIG, config.to_string().as_bytes()).await;
    let mut manifest = json!({"schemaVersion": 2, "mediaType": media_type::MANIFEST, "config": config, "layers": []});
    for bytes in layers {
        let named = upload(kernel, media_type::LAYER_GZIP, bytes).await;
        manifest["layers"].as_array_mut().expect("a list").push(named);
    }
    let manifest = manifest.to_string();
    ecr(kernel, "PutImage", json!({"imageManifest": manifest, "imageTag": tag})).await;
    format!("{REGISTRY}/app:{tag}")
}

async fn create(kernel: &Kernel, uri: &str, more: Value) -> Result<Value, AwsError> {
    let mut input = json!({"FunctionName": "hello", "PackageType": "Image", "Role": ROLE, "Code": {"ImageUri": uri}});
    extend(&mut input, more);
    call(kernel, "lambda", "CreateFunction", input).await
}

#[test]
fn an_image_runs_as_its_configuration_says() {
    run(|kernel| async move {
        let config = json!({
            "Entrypoint": ["app.wasm", "one"], "Cmd": ["two"], "Env": ["A=1", "AWS_REGION=no"], "WorkingDir": "/work",
        });
        let layers = [layer(&[("app.wasm", b"old"), ("work/note", b"")]), layer(&[("app.wasm", &program())])];
        let uri = push(&kernel, "1", config, &layers).await;
        let created = create(&kernel, &uri, json!({"Environment": {"Variables": {"B": "2"}}})).await.unwrap();
        assert_eq!((&created["PackageType"], &created["CodeSize"]), (&json!("Image"), &json!(0)));
        assert!(created.get("Runtime").is_none() && created.get("Handler").is_none(), "{created}");
        let answer = invoke(&kernel, json!({}), json!({})).await;
        let text = answer["Payload"].as_str().unwrap_or_default().to_owned();
        assert!(text.starts_with("app.wasm,one,two,"), "{answer}");
        assert!(text.contains(",A=1,") && text.contains(",B=2,") && text.contains(",AWS_REGION=us-east-1,"), "{text}");
        assert!(!text.contains("_HANDLER") && text.ends_with(",note"), "{text}");

        let got = ok(&kernel, "lambda", "GetFunction", json!({"FunctionName": "hello"})).await;
        let digest = format!("{REGISTRY}/app@sha256:{}", got["Configuration"]["CodeSha256"].as_str().unwrap());
        assert_eq!(got["Code"], json!({"RepositoryType": "ECR", "ImageUri": uri, "ResolvedImageUri": digest}));
    });
}

#[test]
fn a_function_may_say_otherwise_than_its_image() {
    run(|kernel| async move {
        let files = layer(&[("bin/app", &program()), ("there/note", b"")]);
        let uri = push(&kernel, "1", json!({"Entrypoint": ["/gone"], "Cmd": ["x"]}), &[files]).await;
        let config = json!({"EntryPoint": ["app"], "Command": ["y", "z"], "WorkingDirectory": "/there"});
        let created = create(&kernel, &uri, json!({ "ImageConfig": config })).await.unwrap();
        assert_eq!(created["ImageConfigResponse"], json!({ "ImageConfig": config }));
        let text = invoke(&kernel, json!({}), json!({})).await["Payload"].as_str().unwrap_or_default().to_owned();
        assert!(text.starts_with("app,y,z,") && text.ends_with(",note"), "{text}");
        let update = json!({"FunctionName": "hello", "ImageConfig": {}});
        let updated = ok(&kernel, "lambda", "UpdateFunctionConfiguration", update).await;
        assert!(updated.get("ImageConfigResponse").is_none());
        let answer = invoke(&kernel, json!({}), json!({})).await;
        assert_eq!(answer["Payload"]["errorType"], "Runtime.InvalidEntrypoint", "{answer}");
        let message = answer["Payload"]["errorMessage"].as_str().unwrap_or_default();
        assert!(message.ends_with("Error: fork/exec /gone: no such file or directory"), "{message}");
    });
}

#[test]
fn an_image_is_copied_when_the_function_changes() {
    run(|kernel| async move {
        let old = push(&kernel, "latest", json!({"Cmd": ["/a"]}), &[layer(&[("a", &program())])]).await;
        create(&kernel, &old, json!({})).await.unwrap();
        push(&kernel, "latest", json!({"Cmd": ["/b"]}), &[layer(&[("b", &program())])]).await;
        let text = |answer: Value| answer["Payload"].as_str().unwrap_or_default()[..3].to_owned();
        assert_eq!(text(invoke(&kernel, json!({}), json!({})).await), "/a,");
        ok(&kernel, "lambda", "UpdateFunctionCode", json!({"FunctionName": "hello", "ImageUri": old})).await;
        assert_eq!(text(invoke(&kernel, json!({}), json!({})).await), "/b,");
        ecr(&kernel, "DeleteRepository", json!({"force": true})).await;
        assert_eq!(text(invoke(&kernel, json!({}), json!({})).await), "/b,");
    });
}

#[test]
fn an_image_for_another_machine_does_not_start() {
    run(|kernel| async move {
        let uri = push(&kernel, "1", json!({"Entrypoint": ["/app"]}), &[layer(&[("app", b"\x7fELF")])]).await;
        create(&kernel, &uri, json!({})).await.unwrap();
        let answer = invoke(&kernel, json!({}), json!({})).await;
        assert_eq!(answer["Payload"]["errorType"], "Runtime.InvalidEntrypoint");
        let message = answer["Payload"]["errorMessage"].as_str().unwrap_or_default();
        assert!(message.contains("fork/exec /app: exec format error (this is a program for Linux;"), "{message}");
    });
}

#[test]
fn what_cannot_be_a_function_is_refused_in_the_words_of_aws() {
    run(|kernel| async move {
        let uri = push(&kernel, "1", json!({"Cmd": ["/a"]}), &[layer(&[("a", &program())])]).await;
        let refused = async |uri: &str, more: Value| create(&kernel, uri, more).await.unwrap_err().message;
        for (uri, message) in [
            (format!("{REGISTRY}/app:2"), "does not exist. Provide a valid source image."),
            (format!("{REGISTRY}/other:1"), "does not exist. Provide a valid source image."),
            (format!("{REGISTRY}/app"), "is not valid. Provide a valid source image."),
            ("docker.io/app:1".to_owned(), "is not valid. Provide a valid source image."),
        ] {
            assert_eq!(refused(&uri, json!({})).await, format!("Source image {uri} {message}"));
        }
        assert_eq!(
            refused(&uri, json!({"Runtime": "provided.al2023"})).await,
            "Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image."
        );
        let zip = json!({"PackageType": "Zip", "Runtime": "provided.al2023", "Handler": "x"});
        assert_eq!(
            refused(&uri, zip).await,
            "Please don't provide ImageUri when creating a function with packageType Zip."
        );
        let index = json!({"schemaVersion": 2, "mediaType": media_type::INDEX, "manifests": []}).to_string();
        ecr(&kernel, "PutImage", json!({"imageManifest": index, "imageTag": "list"})).await;
        let list = format!("{REGISTRY}/app:list");
        assert_eq!(
            refused(&list, json!({})).await,
            format!("The image manifest, config or layer media type for the source image {list} is not supported.")
        );
        let large = layer(&[("large", &vec![0; (250 << 20) + 1])]);
        let large = push(&kernel, "large", json!({"Cmd": ["/a"]}), &[large]).await;
        let message = refused(&large, json!({})).await;
        assert!(message.contains("have more than 250 MB"), "{message}");
    });
}
