//! Functions in Python.

mod support;

use kernel::Kernel;
use serde_json::{Value, json};
use support::{create, invoke, package, run};

async fn create_python(kernel: &Kernel, source: &str, more: Value) {
    let mut input = json!({
        "Runtime": "python3.12", "Handler": "app.lambda_handler", "MemorySize": 256,
        "Code": {"ZipFile": package(&[("app.py", source)])},
    });
    support::extend(&mut input, more);
    create(kernel, "", input).await;
}

#[test]
fn a_function_answers_logs_and_stays_warm() {
    run(|kernel| async move {
        let source = "
count = 0
def lambda_handler(event, context):
    global count
    count += 1
    print('hello', event['name'])
    return {'count': count, 'version': context.function_version}
";
        create_python(&kernel, source, json!({})).await;
        let first = invoke(&kernel, json!({"name": "you"}), json!({})).await;
        assert_eq!(first["Payload"], json!({"count": 1, "version": "$LATEST"}), "{first}");
        let log = first["LogResult"].as_str().expect("a log");
        assert!(log.contains("\nhello you\n") && log.contains("\tInit Duration: "), "{log}");
        let second = invoke(&kernel, json!({"name": "you"}), json!({})).await;
        assert_eq!(second["Payload"]["count"], 2, "the environment is warm");
    });
}

#[test]
fn errors_are_told_as_lambda_tells_them() {
    run(|kernel| async move {
        let source = "def lambda_handler(event, context):\n    return event['absent']\n";
        create_python(&kernel, source, json!({})).await;
        let answer = invoke(&kernel, json!({}), json!({})).await;
        assert_eq!(answer["FunctionError"], "Unhandled");
        let payload = &answer["Payload"];
        assert_eq!((&payload["errorType"], &payload["errorMessage"]), (&json!("KeyError"), &json!("'absent'")));
        assert_eq!(
            payload["stackTrace"],
            json!(["  File \"/var/task/app.py\", line 2, in lambda_handler\n    return event['absent']\n"])
        );
        assert!(payload["requestId"].is_string(), "{payload}");
    });
}

#[test]
fn a_module_that_cannot_be_imported_is_named() {
    run(|kernel| async move {
        create_python(&kernel, "import x\n", json!({})).await;
        let answer = invoke(&kernel, json!({}), json!({})).await;
        let payload = &answer["Payload"];
        assert_eq!(payload["errorType"], "Runtime.ImportModuleError");
        assert_eq!(payload["errorMessage"], "Unable to import module 'app': No module named 'x'");
    });
}

#[test]
fn an_endless_loop_ends_with_its_time_and_a_sleep_with_its_own() {
    run(|kernel| async move {
        let source = "
import time
def lambda_handler(event, context):
    if event.get('sleep'):
        start = time.time()
        time.sleep(event['sleep'])
        return round(time.time() - start, 1)
    while True:
        pass
";
        create_python(&kernel, source, json!({"Timeout": 2})).await;
        let slept = invoke(&kernel, json!({"sleep": 1.5}), json!({})).await;
        assert_eq!(slept["Payload"], 1.5, "{slept}");
        let endless = invoke(&kernel, json!({}), json!({})).await;
        let message = endless["Payload"]["errorMessage"].as_str().expect("a message");
        assert!(message.ends_with("Task timed out after 2.00 seconds"), "{message}");
        let again = invoke(&kernel, json!({"sleep": 0.5}), json!({})).await;
        assert_eq!(again["Payload"], 0.5, "a new environment takes over");
    });
}
