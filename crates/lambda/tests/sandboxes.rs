//! What is seen of a function's sandboxes from outside.

mod support;

use kernel::{Scope, testing};
use lambda::{Activity, Throttles};
use serde_json::json;
use support::{call, create, invoke, ok, open};

#[test]
fn a_sandbox_is_used_again_and_frozen_in_between() {
    testing::run(|kernel| async move {
        let lambda = open(&kernel).await;
        let scope = Scope::root(&kernel);
        assert!(lambda.sandboxes(&scope, "hello").is_none());
        create(&kernel, "export const handler = async () => 1", json!({"MemorySize": 256})).await;
        assert!(lambda.sandboxes(&scope, "hello").is_some_and(|(sandboxes, _)| sandboxes.is_empty()));

        invoke(&kernel, json!({}), json!({})).await;
        invoke(&kernel, json!({}), json!({})).await;
        let (sandboxes, throttles) = lambda.sandboxes(&scope, "hello").expect("it was made");
        assert_eq!((sandboxes.len(), throttles), (1, Throttles::default()));
        let sandbox = &sandboxes[0];
        assert_eq!((sandbox.activity, sandbox.invocations), (Activity::Frozen, 2));
        assert_eq!((sandbox.version.as_str(), sandbox.memory_mb), ("$LATEST", 256));
        assert!(sandbox.init_ms.is_some_and(|millis| millis > 0.0) && sandbox.used_mb > 0);
    });
}

#[test]
fn a_sandbox_is_busy_while_its_function_waits_and_what_is_refused_is_counted() {
    testing::run(|kernel| async move {
        let lambda = open(&kernel).await;
        let scope = Scope::root(&kernel);
        create(&kernel, "export const handler = () => new Promise((done) => setTimeout(done, 2000))", json!({})).await;
        let one = json!({"FunctionName": "hello", "ReservedConcurrentExecutions": 1});
        ok(&kernel, "lambda", "PutFunctionConcurrency", one).await;
        let first = kernel.clone();
        kernel.tasks.spawn(async move {
            invoke(&first, json!({}), json!({})).await;
        });
        kernel.clock.sleep(std::time::Duration::from_secs(1)).await;
        let refused = call(&kernel, "lambda", "Invoke", json!({"FunctionName": "hello"})).await;
        assert_eq!(refused.map_err(|error| error.code).err().as_deref(), Some("TooManyRequestsException"));
        let (sandboxes, throttles) = lambda.sandboxes(&scope, "hello").expect("it was made");
        assert_eq!(sandboxes.iter().map(|sandbox| sandbox.activity).collect::<Vec<_>>(), [Activity::Busy]);
        assert_eq!((throttles.count, throttles.last_ms), (1, Some(kernel.clock.now().millis())));

        // What is deployed anew begins with sandboxes of its own.
        kernel.clock.sleep(std::time::Duration::from_secs(5)).await;
        let change = json!({"FunctionName": "hello", "MemorySize": 512});
        ok(&kernel, "lambda", "UpdateFunctionConfiguration", change).await;
        assert!(lambda.sandboxes(&scope, "hello").is_some_and(|(sandboxes, _)| sandboxes.is_empty()));
    });
}
