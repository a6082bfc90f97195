//! The Lambda Runtime API, as a runtime in a sandbox calls it on 127.0.0.1:9001.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode, header};
use serde_json::json;

use super::Invocation;

/// `AWS_LAMBDA_RUNTIME_API`
pub const HOST: &str = "127.0.0.1:9001";

/// What the paths of its calls begin with.
pub const PREFIX: &str = "/2018-06-01/runtime/";

/// What a runtime says by a call.
#[derive(Debug, PartialEq)]
pub enum Message {
    /// It asks for its next invocation.
    Next,
    /// It answers the invocation with that request id.
    Response {
        request_id: String,
        payload: Bytes,
        /// Of a response that is streamed.
        content_type: Option<String>,
    },
    /// The handler failed on the invocation with that request id.
    Error { request_id: String, error_type: String, payload: Bytes },
    /// It could not get ready.
    InitError { error_type: String, payload: Bytes },
    /// Nothing that this API knows.
    Unknown,
}

/// Understands a call of a runtime.
pub fn read(request: &Request<Bytes>) -> Message {
    let Some(path) = request.uri().path().strip_prefix(PREFIX) else { return Message::Unknown };
    let payload = request.body().clone();
    let error_type = || {
        let named = request.headers().get("lambda-runtime-function-error-type").and_then(|name| name.to_str().ok());
        named.map_or_else(|| error_type_of(request.body()), str::to_owned)
    };
    match (request.method(), path.split('/').collect::<Vec<_>>().as_slice()) {
        (&Method::GET, ["invocation", "next"]) => Message::Next,
        (&Method::POST, ["init" | "restore", "error"]) => Message::InitError { error_type: error_type(), payload },
        (&Method::POST, ["invocation", id, "response"]) => {
            Message::Response { request_id: (*id).to_owned(), payload, content_type: streamed_type(request.headers()) }
        }
        (&Method::POST, ["invocation", id, "error"]) => {
            Message::Error { request_id: (*id).to_owned(), error_type: error_type(), payload }
        }
        _ => Message::Unknown,
    }
}

/// The content type of a response that is streamed.
fn streamed_type(headers: &http::HeaderMap) -> Option<String> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    (text("lambda-runtime-function-response-mode")? == "streaming")
        .then(|| text("content-type").unwrap_or("application/octet-stream").to_owned())
}

fn error_type_of(payload: &[u8]) -> String {
    let payload: serde_json::Value = serde_json::from_slice(payload).unwrap_or_default();
    payload["errorType"].as_str().unwrap_or("Runtime.Unknown").to_owned()
}

/// The answer to `next`.
pub fn event(invocation: &Invocation, deadline_ms: u64, trace_id: &str) -> Response<Bytes> {
    let mut response = Response::new(invocation.payload.clone());
    let mut set = |name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    };
    set("content-type", "application/json");
    set("lambda-runtime-aws-request-id", &invocation.request_id);
    set("lambda-runtime-deadline-ms", &deadline_ms.to_string());
    set("lambda-runtime-invoked-function-arn", &invocation.arn);
    set("lambda-runtime-trace-id", trace_id);
    if let Some(context) = &invocation.client_context {
        set("lambda-runtime-client-context", context);
    }
    response
}

/// The answer to everything else that is understood.
pub fn accepted() -> Response<Bytes> {
    answer(StatusCode::ACCEPTED, &json!({"status": "OK"}))
}

/// The answer to a request id that is not the current one.
pub fn wrong_request_id() -> Response<Bytes> {
    let message = json!({"errorMessage": "Invalid request ID", "errorType": "InvalidRequestID"});
    answer(StatusCode::BAD_REQUEST, &message)
}

/// The answer to what this API does not know.
pub fn unknown() -> Response<Bytes> {
    answer(StatusCode::NOT_FOUND, &json!({"errorMessage": "404 page not found", "errorType": "NotFound"}))
}

fn answer(status: StatusCode, body: &serde_json::Value) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(path: &str, body: &'static str) -> Message {
        read(&Request::post(format!("http://{HOST}{PREFIX}{path}")).body(Bytes::from(body)).unwrap())
    }

    #[test]
    fn the_four_messages_of_a_runtime_are_understood() {
        let next = Request::get(format!("http://{HOST}{PREFIX}invocation/next")).body(Bytes::new()).unwrap();
        assert_eq!(read(&next), Message::Next);
        let payload = Bytes::from("{}");
        assert_eq!(
            post("invocation/a/response", "{}"),
            Message::Response { request_id: "a".into(), payload, content_type: None }
        );
        let failed = r#"{"errorType":"TypeError"}"#;
        assert_eq!(
            post("invocation/a/error", failed),
            Message::Error { request_id: "a".into(), error_type: "TypeError".into(), payload: failed.into() }
        );
        assert_eq!(
            post("init/error", failed),
            Message::InitError { error_type: "TypeError".into(), payload: failed.into() }
        );
        assert_eq!(post("exit", ""), Message::Unknown);
    }
}
