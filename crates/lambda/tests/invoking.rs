//! Functions that run: answers, errors, limits, logs.

mod support;

use kernel::Caller;
use serde_json::json;
use support::{call, create, invoke, log_of, ok, package, run};

#[test]
fn a_function_answers_logs_and_stays_warm() {
    run(|kernel| async move {
        let source = "let count = 0; export const handler = async (event, context) => {
            console.log('hello', event.name);
            return { count: ++count, name: event.name, version: context.functionVersion, memory: context.memoryLimitInMB };
        }";
        let made = create(&kernel, source, json!({})).await;
        assert_eq!(
            (&made["State"], &made["FunctionArn"]),
            (&json!("Pending"), &json!("arn:aws:lambda:us-east-1:123456789012:function:hello"))
        );
        let first = invoke(&kernel, json!({"name": "you"}), json!({})).await;
        assert_eq!(first["Payload"], json!({"count": 1, "name": "you", "version": "$LATEST", "memory": "128"}));
        assert_eq!((&first["StatusCode"], &first["ExecutedVersion"]), (&json!(200), &json!("$LATEST")));
        assert_eq!(first.get("FunctionError"), None);
        let log = first["LogResult"].as_str().expect("a log");
        let lines: Vec<&str> = log.lines().collect();
        assert!(lines[0].starts_with("START RequestId: ") && lines[0].ends_with(" Version: $LATEST"), "{log}");
        assert!(lines[1].ends_with("\tINFO\thello you"), "{log}");
        assert!(lines[2].starts_with("END RequestId: "), "{log}");
        assert!(lines[3].starts_with("REPORT RequestId: ") && lines[3].contains("\tInit Duration: "), "{log}");

        let second = invoke(&kernel, json!({}), json!({})).await;
        assert_eq!(second["Payload"]["count"], 2, "the environment is warm");
        assert!(!second["LogResult"].as_str().expect("a log").contains("Init Duration"));

        let written = log_of(&kernel, "hello").await;
        assert_eq!(written.len(), 8);
        assert_eq!(written[..4].concat(), log);
        let streams = ok(&kernel, "logs", "DescribeLogStreams", json!({"logGroupName": "/aws/lambda/hello"})).await;
        let name = streams["logStreams"][0]["logStreamName"].as_str().expect("a stream");
        assert!(name.starts_with("2026/01/01/[$LATEST]"), "{name}");
    });
}

#[test]
fn the_same_work_takes_the_same_time() {
    let durations = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
    for _ in 0..2 {
        let durations = durations.clone();
        run(move |kernel| async move {
            create(&kernel, "export const handler = async (event) => JSON.stringify(event).length", json!({})).await;
            let answer = invoke(&kernel, json!({"a": [1, 2, 3]}), json!({})).await;
            let log = answer["LogResult"].as_str().expect("a log").to_owned();
            let report = log.split_once("Duration: ").expect("a report").1.to_owned();
            durations.borrow_mut().push(report);
        });
    }
    let durations = durations.borrow();
    assert_eq!(durations[0], durations[1]);
}

#[test]
fn a_thrown_error_is_the_answer() {
    run(|kernel| async move {
        create(&kernel, "export const handler = async () => { throw new RangeError('too far') }", json!({})).await;
        let answer = invoke(&kernel, json!({}), json!({})).await;
        assert_eq!((&answer["StatusCode"], &answer["FunctionError"]), (&json!(200), &json!("Unhandled")));
        assert_eq!(
            (&answer["Payload"]["errorType"], &answer["Payload"]["errorMessage"]),
            (&json!("RangeError"), &json!("too far"))
        );
        assert_eq!(answer["Payload"]["trace"][0], "RangeError: too far");
    });
}

#[test]
fn time_runs_out_while_waiting_and_while_working() {
    for source in [
        "export const handler = () => new Promise((done) => setTimeout(done, 60000))",
        "export const handler = async () => { for (;;) {} }",
        "export const handler = async () => { const end = Date.now() + 60000; while (Date.now() < end); }",
    ] {
        run(move |kernel| async move {
            create(&kernel, source, json!({"Timeout": 2})).await;
            let answer = invoke(&kernel, json!({}), json!({})).await;
            assert_eq!(answer["FunctionError"], "Unhandled");
            assert_eq!(answer["Payload"]["errorType"], "Sandbox.Timedout");
            let message = answer["Payload"]["errorMessage"].as_str().expect("a message");
            assert!(message.ends_with(" Error: Task timed out after 2.00 seconds"), "{message}");
            let log = answer["LogResult"].as_str().expect("a log");
            assert!(log.contains("Task timed out after 2.00 seconds\n"), "{log}");
            assert!(log.contains("\tDuration: 2000.00 ms\t") && log.contains("Status: timeout"), "{log}");
        });
    }
}

#[test]
fn the_clock_of_a_function_shows_its_processor_time() {
    run(|kernel| async move {
        let source = "export const handler = async (event, context) => {
            const before = context.getRemainingTimeInMillis();
            const start = Date.now(); while (Date.now() - start < 500);
            return before - context.getRemainingTimeInMillis();
        }";
        create(&kernel, source, json!({})).await;
        let took = invoke(&kernel, json!({}), json!({})).await["Payload"].as_f64().expect("a number");
        assert!((500.0..700.0).contains(&took), "{took}");
    });
}

#[test]
fn memory_and_exits_end_the_runtime() {
    for (source, reason) in [
        (
            "export const handler = async () => { const all = []; for (;;) all.push(new Uint8Array(1 << 20).fill(1)) }",
            "Runtime exited with error: signal: killed",
        ),
        ("export const handler = async () => process.exit(3)", "Runtime exited with error: exit status 3"),
        ("export const handler = async () => process.exit(0)", "Runtime exited without providing a reason"),
    ] {
        run(move |kernel| async move {
            create(&kernel, source, json!({"Timeout": 60})).await;
            let answer = invoke(&kernel, json!({}), json!({})).await;
            assert_eq!(answer["Payload"]["errorType"], "Runtime.ExitError", "{answer}");
            let message = answer["Payload"]["errorMessage"].as_str().expect("a message");
            assert!(message.ends_with(&format!(" Error: {reason}")), "{message}");
        });
    }
}

#[test]
fn an_init_that_fails_is_tried_once_more_and_then_answered() {
    run(|kernel| async move {
        create(&kernel, "export const other = async () => 1", json!({})).await;
        let answer = invoke(&kernel, json!({}), json!({})).await;
        assert_eq!(answer["FunctionError"], "Unhandled");
        assert_eq!(answer["Payload"]["errorType"], "Runtime.HandlerNotFound");
        let log = answer["LogResult"].as_str().expect("a log");
        assert!(log.contains("Phase: init\tStatus: error\tError Type: Runtime.HandlerNotFound"), "{log}");
        assert!(log.contains("Phase: invoke\tStatus: error"), "{log}");
    });
}

#[test]
fn an_unsigned_call_acts_as_the_execution_role() {
    run(|kernel| async move {
        let source = "import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
            const client = new DynamoDBClient({});
            export const handler = async () => (await client.send(new ListTablesCommand({}))).TableNames;";
        create(&kernel, source, json!({})).await;
        assert_eq!(invoke(&kernel, json!({}), json!({})).await["Payload"], json!([]));
        let spans = kernel.trace.spans();
        let listed = spans.iter().find(|span| span.operation == "ListTables").expect("a span");
        assert_eq!(listed.caller, "arn:aws:sts::123456789012:assumed-role/hello-role/hello");
        let invoked = spans.iter().find(|span| span.operation == "Invoke").expect("a span");
        assert_eq!(listed.parent, Some(invoked.id), "the call shows what caused it");
    });
}

#[test]
fn there_is_no_internet() {
    run(|kernel| async move {
        let source = "export const handler = async () => {
            try { await fetch('https://example.com/') } catch (error) { return `${error.message}: ${error.cause?.message}` }
        }";
        create(&kernel, source, json!({})).await;
        let answer = invoke(&kernel, json!({}), json!({})).await;
        let message = answer["Payload"].as_str().expect("a message");
        assert!(message.contains("ENOTFOUND example.com"), "{message}");
    });
}

#[test]
fn an_event_invocation_is_kept_and_tried_three_times() {
    run(|kernel| async move {
        create(&kernel, "export const handler = async () => { console.log('try'); throw new Error('no') }", json!({}))
            .await;
        let accepted = invoke(&kernel, json!({}), json!({"InvocationType": "Event"})).await;
        assert_eq!((&accepted["StatusCode"], accepted.get("FunctionError")), (&json!(202), None));
        kernel.clock.sleep(std::time::Duration::from_secs(30)).await;
        let tries = |log: &[String]| log.iter().filter(|line| line.ends_with("\ttry\n")).count();
        assert_eq!(tries(&log_of(&kernel, "hello").await), 1);
        kernel.clock.sleep(std::time::Duration::from_secs(600)).await;
        let log = log_of(&kernel, "hello").await;
        assert_eq!(tries(&log), 3);
        let ids: std::collections::BTreeSet<_> = log.iter().filter(|line| line.starts_with("START")).collect();
        assert_eq!(ids.len(), 1, "every try has the request id of the first");
    });
}

#[test]
fn reserved_concurrency_of_nothing_throttles() {
    run(|kernel| async move {
        create(&kernel, "export const handler = async () => 1", json!({})).await;
        let reserve = json!({"FunctionName": "hello", "ReservedConcurrentExecutions": 0});
        ok(&kernel, "lambda", "PutFunctionConcurrency", reserve).await;
        let error = call(&kernel, "lambda", "Invoke", json!({"FunctionName": "hello"})).await.expect_err("a throttle");
        assert_eq!(
            (error.code.as_str(), error.message.as_str(), error.status.as_u16()),
            ("TooManyRequestsException", "Rate Exceeded.", 429)
        );
        assert_eq!(error.members["Reason"], "ReservedFunctionConcurrentInvocationLimitExceeded");
    });
}

#[test]
fn two_invocations_at_once_have_two_environments() {
    run(|kernel| async move {
        let source = "let count = 0; export const handler = async () => { await new Promise((done) => setTimeout(done, 100)); return ++count }";
        create(&kernel, source, json!({})).await;
        let (one, two) =
            futures_util::future::join(invoke(&kernel, json!({}), json!({})), invoke(&kernel, json!({}), json!({})))
                .await;
        assert_eq!((&one["Payload"], &two["Payload"]), (&json!(1), &json!(1)));
        assert_eq!(invoke(&kernel, json!({}), json!({})).await["Payload"], 2);
    });
}

#[test]
fn new_code_and_new_settings_take_a_new_environment() {
    run(|kernel| async move {
        create(&kernel, "export const handler = async () => `${process.env.GREETING} 1`", json!({})).await;
        assert_eq!(invoke(&kernel, json!({}), json!({})).await["Payload"], "undefined 1");
        let settings = json!({"FunctionName": "hello", "Environment": {"Variables": {"GREETING": "hi"}}});
        let updated = ok(&kernel, "lambda", "UpdateFunctionConfiguration", settings).await;
        assert_eq!(updated["LastUpdateStatus"], "InProgress");
        assert_eq!(invoke(&kernel, json!({}), json!({})).await["Payload"], "hi 1");
        let code = package(&[("index.mjs", "export const handler = async () => `${process.env.GREETING} 2`")]);
        ok(&kernel, "lambda", "UpdateFunctionCode", json!({"FunctionName": "hello", "ZipFile": code})).await;
        assert_eq!(invoke(&kernel, json!({}), json!({})).await["Payload"], "hi 2");
    });
}

#[test]
fn an_alias_runs_the_version_that_it_names() {
    run(|kernel| async move {
        create(
            &kernel,
            "export const handler = async (e, context) => [1, context.functionVersion, context.invokedFunctionArn]",
            json!({}),
        )
        .await;
        ok(&kernel, "lambda", "PublishVersion", json!({"FunctionName": "hello"})).await;
        ok(&kernel, "lambda", "CreateAlias", json!({"FunctionName": "hello", "Name": "live", "FunctionVersion": "1"}))
            .await;
        let code = package(&[("index.mjs", "export const handler = async () => 2")]);
        ok(&kernel, "lambda", "UpdateFunctionCode", json!({"FunctionName": "hello", "ZipFile": code})).await;
        assert_eq!(invoke(&kernel, json!({}), json!({})).await["Payload"], 2);
        let live = invoke(&kernel, json!({}), json!({"Qualifier": "live"})).await;
        assert_eq!(live["Payload"], json!([1, "1", "arn:aws:lambda:us-east-1:123456789012:function:hello:live"]));
        assert_eq!(live["ExecutedVersion"], "1");
    });
}

#[test]
fn layers_are_in_opt() {
    run(|kernel| async move {
        let layer = package(&[("nodejs/node_modules/greeting/index.js", "module.exports = 'from a layer'")]);
        let source = "exports.handler = async () => require('greeting')";
        let published = ok(
            &kernel,
            "lambda",
            "PublishLayerVersion",
            json!({"LayerName": "greeting", "Content": {"ZipFile": layer}}),
        )
        .await;
        let arn = &published["LayerVersionArn"];
        assert_eq!(arn, "arn:aws:lambda:us-east-1:123456789012:layer:greeting:1");
        let code = json!({"ZipFile": package(&[("index.js", source)])});
        create(&kernel, "", json!({"Layers": [arn], "Code": code})).await;
        assert_eq!(invoke(&kernel, json!({}), json!({})).await["Payload"], "from a layer");
    });
}

#[test]
fn a_log_in_json_is_json_line_by_line() {
    run(|kernel| async move {
        let source = "export const handler = async () => { console.debug('low'); console.warn('high') }";
        create(&kernel, source, json!({"LoggingConfig": {"LogFormat": "JSON"}})).await;
        let answer = invoke(&kernel, json!({}), json!({})).await;
        let log = answer["LogResult"].as_str().expect("a log");
        let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!(lines.len(), 3, "{log}");
        assert_eq!((&lines[0]["type"], &lines[2]["type"]), (&json!("platform.start"), &json!("platform.report")));
        assert_eq!((&lines[1]["level"], &lines[1]["message"]), (&json!("WARN"), &json!("high")));
    });
}

#[test]
fn a_runtime_that_is_not_there_says_so() {
    run(|kernel| async move {
        create(&kernel, "", json!({"Runtime": "java21"})).await;
        let answer = invoke(&kernel, json!({}), json!({})).await;
        assert_eq!(answer["FunctionError"], "Unhandled");
        assert_eq!(answer["Payload"]["errorType"], "Runtime.NotAvailable");
    });
}

#[test]
fn the_service_may_invoke_for_its_mappings_without_a_policy() {
    run(|kernel| async move {
        create(&kernel, "export const handler = async () => 1", json!({})).await;
        let scope = kernel::Scope::new(&kernel, "us-east-1", Caller::service("lambda"));
        let answer = aws_api::invoke(&kernel, scope, "lambda", "Invoke", json!({"FunctionName": "hello"})).await;
        assert_eq!(answer.expect("an answer")["StatusCode"], 200);
    });
}

#[test]
fn an_idle_environment_goes_after_some_minutes() {
    run(|kernel| async move {
        create(&kernel, "let count = 0; export const handler = async () => ++count", json!({})).await;
        let minutes = |minutes: u64| kernel.clock.sleep(std::time::Duration::from_secs(minutes * 60));
        assert_eq!(invoke(&kernel, json!({}), json!({})).await["Payload"], 1);
        minutes(6).await;
        assert_eq!(invoke(&kernel, json!({}), json!({})).await["Payload"], 2);
        minutes(6).await;
        assert_eq!(invoke(&kernel, json!({}), json!({})).await["Payload"], 3);
        minutes(11).await;
        assert_eq!(invoke(&kernel, json!({}), json!({})).await["Payload"], 1);
    });
}

#[test]
fn a_function_answers_at_its_url() {
    run(|kernel| async move {
        let source = "export const handler = async (event) => ({
            statusCode: 201, headers: { 'x-path': event.rawPath }, body: `hello ${event.queryStringParameters.name}`,
        })";
        create(&kernel, source, json!({})).await;
        let made =
            ok(&kernel, "lambda", "CreateFunctionUrlConfig", json!({"FunctionName": "hello", "AuthType": "NONE"}))
                .await;
        let url = made["FunctionUrl"].as_str().expect("a URL");
        let host = url.trim_start_matches("https://").trim_end_matches('/').to_owned();
        let request =
            http::Request::get("/a/b?name=you").header("host", &host).body(bytes::Bytes::new()).expect("a request");
        let response = kernel.router.dispatch(&kernel, "lambda-url", request).await;
        assert_eq!((response.status().as_u16(), &response.body()[..]), (201, &b"hello you"[..]));
        assert_eq!(response.headers()["x-path"], "/a/b");
        ok(&kernel, "lambda", "DeleteFunctionUrlConfig", json!({"FunctionName": "hello"})).await;
        let request = http::Request::get("/").header("host", &host).body(bytes::Bytes::new()).expect("a request");
        let response = kernel.router.dispatch(&kernel, "lambda-url", request).await;
        assert_eq!((response.status().as_u16(), &response.body()[..]), (404, &br#"{"Message":null}"#[..]));
    });
}
