//! Answers of the control API.

use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use kernel::{AwsError, Request, Response};
use serde_json::{Value, json};

/// An answer that is no success.
pub struct Refusal {
    pub status: StatusCode,
    pub body: Value,
}

impl From<Refusal> for Response {
    fn from(refusal: Refusal) -> Self {
        let mut response = ok(&refusal.body);
        *response.status_mut() = refusal.status;
        response
    }
}

impl From<AwsError> for Refusal {
    fn from(error: AwsError) -> Self {
        Self { status: error.status, body: json!({ "code": error.code, "message": error.message }) }
    }
}

/// A refusal in plain words.
pub fn refuse(status: StatusCode, message: impl Into<String>) -> Refusal {
    Refusal { status, body: json!({ "message": message.into() }) }
}

/// A success with JSON.
pub fn ok(body: &Value) -> Response {
    let mut response = Response::new(Bytes::from(body.to_string()));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// The JSON that a request brings; an empty body is an empty object.
pub fn read_json(request: &Request) -> Result<Value, Refusal> {
    if request.body().is_empty() {
        return Ok(json!({}));
    }
    serde_json::from_slice(request.body())
        .map_err(|error| refuse(StatusCode::BAD_REQUEST, format!("The request's JSON cannot be read: {error}")))
}
