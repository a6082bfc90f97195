//! SnapStart: published versions start from a snapshot of their init.

mod support;

use std::time::Duration;

use kernel::Kernel;
use serde_json::{Value, json};
use support::{call, create, invoke, ok, package, run};

/// Counts its inits, and says what its hooks have done.
const SOURCE: &str = "
import os
import random
from snapshot_restore_py import register_after_restore, register_before_snapshot

drawn = random.random()
done = ['init']
register_before_snapshot(done.append, 'before: registered first')
register_before_snapshot(done.append, 'before: registered last')
register_after_restore(done.append, 'after')

def lambda_handler(event, context):
    return {'done': done, 'drawn': drawn, 'now': random.random(), 'type': os.environ['AWS_LAMBDA_INITIALIZATION_TYPE']}
";

async fn create_python(kernel: &Kernel, source: &str) {
    let settings = json!({
        "Runtime": "python3.12", "Handler": "app.lambda_handler", "MemorySize": 256,
        "Code": {"ZipFile": package(&[("app.py", source)])}, "SnapStart": {"ApplyOn": "PublishedVersions"},
    });
    create(kernel, "", settings).await;
}

async fn publish(kernel: &Kernel) -> Value {
    let published = ok(kernel, "lambda", "PublishVersion", json!({"FunctionName": "hello"})).await;
    assert_eq!((&published["State"], &published["StateReasonCode"]), (&json!("Pending"), &json!("Creating")));
    assert_eq!(published["SnapStart"]["OptimizationStatus"], "Off");
    kernel.clock.sleep(Duration::from_secs(10)).await;
    let named = json!({"FunctionName": "hello", "Qualifier": "1"});
    ok(kernel, "lambda", "GetFunctionConfiguration", named).await
}

#[test]
fn environments_of_a_version_share_an_init_and_differ_in_what_they_draw() {
    run(|kernel| async move {
        create_python(&kernel, SOURCE).await;
        let version = publish(&kernel).await;
        assert_eq!((&version["State"], &version["SnapStart"]["OptimizationStatus"]), (&json!("Active"), &json!("On")));

        let first = invoke(&kernel, json!({}), json!({"Qualifier": "1"})).await;
        let expected = ["init", "before: registered last", "before: registered first", "after"];
        assert_eq!((&first["Payload"]["done"], &first["Payload"]["type"]), (&json!(expected), &json!("snap-start")));
        let log = first["LogResult"].as_str().unwrap();
        for part in
            ["RESTORE_START Runtime Version", "RESTORE_REPORT Restore Duration: ", "\tBilled Restore Duration: "]
        {
            assert!(log.contains(part), "{part} in {log}");
        }
        assert!(!log.contains("Init Duration"), "{log}");

        // Another environment, after the first one has gone.
        kernel.clock.sleep(Duration::from_secs(3600)).await;
        let second = invoke(&kernel, json!({}), json!({"Qualifier": "1"})).await;
        assert_eq!(second["Payload"]["done"], json!(expected));
        assert_eq!(second["Payload"]["drawn"], first["Payload"]["drawn"], "one init");
        assert_ne!(second["Payload"]["now"], first["Payload"]["now"]);

        let latest = invoke(&kernel, json!({}), json!({})).await;
        assert_eq!(latest["Payload"]["type"], "on-demand", "$LATEST has no snapshot");
    });
}

#[test]
fn a_version_whose_init_fails_cannot_be_invoked() {
    run(|kernel| async move {
        create_python(&kernel, "raise RuntimeError('not today')").await;
        let version = publish(&kernel).await;
        assert_eq!((&version["State"], &version["StateReasonCode"]), (&json!("Failed"), &json!("FunctionError")));
        let refused = call(&kernel, "lambda", "Invoke", json!({"FunctionName": "hello", "Qualifier": "1"})).await;
        assert_eq!(refused.unwrap_err().code, "ResourceConflictException");
    });
}

#[test]
fn a_version_is_not_ready_before_its_snapshot() {
    run(|kernel| async move {
        create_python(&kernel, SOURCE).await;
        ok(&kernel, "lambda", "PublishVersion", json!({"FunctionName": "hello"})).await;
        let refused = call(&kernel, "lambda", "Invoke", json!({"FunctionName": "hello", "Qualifier": "1"})).await;
        assert_eq!(refused.unwrap_err().code, "SnapStartNotReadyException");
    });
}
