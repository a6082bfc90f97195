//! Answers in pieces: `InvokeWithResponseStream` and function URLs.

mod support;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use support::{create, ok, run};

const HTTP: &str = "export const handler = awslambda.streamifyResponse(async (event, stream) => {
    stream = awslambda.HttpResponseStream.from(stream, { statusCode: 201, headers: { 'content-type': 'text/plain', 'x-a': 'b' } });
    stream.write('hello '); stream.write('you'); stream.end();
});";

/// The bytes of all pieces, and what is said at the end.
fn read(answer: &Value) -> (Vec<u8>, Value) {
    let events = answer["EventStream"].as_array().expect("events");
    let chunks = events.iter().filter_map(|event| event["PayloadChunk"]["Payload"].as_str());
    let bytes = chunks.flat_map(|chunk| STANDARD.decode(chunk).expect("base64")).collect();
    (bytes, events.last().expect("an end")["InvokeComplete"].clone())
}

#[test]
fn a_streamed_answer_may_be_larger_than_6_mb() {
    run(|kernel| async move {
        let source = "export const handler = awslambda.streamifyResponse(async (event, stream) => {
            stream.setContentType('text/plain');
            for (let i = 0; i < 7; i++) stream.write(Buffer.alloc(1 << 20, 120));
            stream.end();
        });";
        create(&kernel, source, json!({"Timeout": 60, "MemorySize": 1769})).await;
        let input = json!({"FunctionName": "hello", "LogType": "Tail"});
        let answer = ok(&kernel, "lambda", "InvokeWithResponseStream", input).await;
        let (bytes, end) = read(&answer);
        assert_eq!((bytes.len(), &answer["ExecutedVersion"]), (7 << 20, &json!("$LATEST")));
        assert!(end["LogResult"].is_string() && end.get("ErrorCode").is_none());
        let whole = ok(&kernel, "lambda", "Invoke", json!({"FunctionName": "hello"})).await;
        assert_eq!(whole["FunctionError"], "Unhandled", "whole answers keep to their limit");
    });
}

#[test]
fn any_function_can_be_asked_and_errors_end_the_stream() {
    run(|kernel| async move {
        create(
            &kernel,
            "export const handler = async (event) => { if (event.fail) throw new Error('no'); return [1] }",
            json!({}),
        )
        .await;
        let ask = async |event: Value| {
            let input = json!({"FunctionName": "hello", "Payload": STANDARD.encode(event.to_string())});
            read(&ok(&kernel, "lambda", "InvokeWithResponseStream", input).await)
        };
        assert_eq!(ask(json!({})).await, (b"[1]".to_vec(), json!({})));
        let (bytes, end) = ask(json!({"fail": true})).await;
        assert_eq!((bytes.len(), &end["ErrorCode"]), (0, &json!("Unhandled")));
        let details: Value = serde_json::from_str(end["ErrorDetails"].as_str().expect("details")).expect("JSON");
        assert_eq!(details["errorMessage"], "no");
    });
}

#[test]
fn a_url_takes_status_and_headers_from_the_beginning_of_the_stream() {
    run(|kernel| async move {
        create(&kernel, HTTP, json!({})).await;
        let config = json!({"FunctionName": "hello", "AuthType": "NONE", "InvokeMode": "RESPONSE_STREAM"});
        let made = ok(&kernel, "lambda", "CreateFunctionUrlConfig", config).await;
        assert_eq!(made["InvokeMode"], "RESPONSE_STREAM");
        let host = made["FunctionUrl"].as_str().expect("a URL").trim_start_matches("https://").trim_end_matches('/');
        let request = http::Request::get("/").header("host", host).body(bytes::Bytes::new()).expect("a request");
        let response = kernel.router.dispatch(&kernel, "lambda-url", request).await;
        assert_eq!((response.status().as_u16(), &response.body()[..]), (201, &b"hello you"[..]));
        assert_eq!(response.headers()["content-type"], "text/plain");
        assert_eq!(response.headers()["x-a"], "b");
    });
}

#[test]
fn on_the_wire_it_is_an_event_stream() {
    run(|kernel| async move {
        create(&kernel, "export const handler = async () => 1", json!({})).await;
        let request = http::Request::post("/2021-11-15/functions/hello/response-streaming-invocations");
        let mut request = request.body(bytes::Bytes::from("{}")).expect("a request");
        request.extensions_mut().insert(kernel::Scope::root(&kernel));
        let response = kernel.router.dispatch(&kernel, "lambda", request).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "application/vnd.amazon.eventstream");
        let text = String::from_utf8_lossy(response.body());
        assert!(text.contains("PayloadChunk") && text.contains("InvokeComplete"), "{text}");
    });
}
