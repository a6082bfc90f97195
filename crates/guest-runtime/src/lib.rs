//! A custom runtime for AWS Lambda in Rust: the loop that asks the Runtime API for events.
//!
//! The same `main` is built for `provided.al2023` on AWS, where it speaks HTTP over TCP, and for
//! `wasm32-wasip1` in Samlet, where HTTP is an import of the host. It has no dependencies.
//!
//! ```no_run
//! guest_runtime::run(|event, context| {
//!     let event = String::from_utf8_lossy(&event);
//!     Ok(format!("{{\"you sent\": {event}, \"request\": \"{}\"}}", context.request_id).into_bytes())
//! })
//! ```
//!
//! Events and answers are bytes: bring the JSON library of your choice. What the program prints goes to
//! the log.

mod http;
#[cfg_attr(target_family = "wasm", path = "wasm.rs")]
#[cfg_attr(not(target_family = "wasm"), path = "tcp.rs")]
mod wire;

use std::{error, fmt, process};

use http::{Request, Response};

/// What is known of an invocation besides its event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// `Lambda-Runtime-Aws-Request-Id`
    pub request_id: String,
    /// When the function's time is up, in milliseconds since 1970.
    pub deadline_ms: u64,
    /// The function's ARN as it was invoked.
    pub invoked_function_arn: String,
    /// For X-Ray.
    pub trace_id: String,
    /// What a mobile SDK sends along, as JSON.
    pub client_context: Option<String>,
}

/// Why a handler has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// `errorType`
    pub kind: String,
    /// `errorMessage`
    pub message: String,
}

impl Error {
    /// An error of a kind of the function's own.
    pub fn new(kind: impl Into<String>, message: impl Into<String>) -> Self {
        Self { kind: kind.into(), message: message.into() }
    }

    fn json(&self) -> String {
        format!("{{\"errorType\":{},\"errorMessage\":{}}}", text(&self.kind), text(&self.message))
    }
}

/// Every error of Rust can be given by a handler; its kind is `Error`.
impl<E: error::Error> From<E> for Error {
    fn from(error: E) -> Self {
        Self::new("Error", error.to_string())
    }
}

/// Works on events until the function's environment is gone.
///
/// An error of the handler is answered as one, and the next event is asked for. A panic ends the
/// program, as it does in any other.
pub fn run(mut handler: impl FnMut(Vec<u8>, Context) -> Result<Vec<u8>, Error>) -> ! {
    loop {
        if let Err(problem) = turn(&mut handler) {
            eprintln!("the Runtime API does not answer: {problem}");
            process::exit(1);
        }
    }
}

/// Works on one event.
fn turn(handler: &mut impl FnMut(Vec<u8>, Context) -> Result<Vec<u8>, Error>) -> Result<(), Problem> {
    let next = call(&Request { method: "GET", path: "invocation/next", headers: &[], body: &[] })?;
    let context = Context {
        request_id: next.header("lambda-runtime-aws-request-id").unwrap_or_default(),
        deadline_ms: next.header("lambda-runtime-deadline-ms").and_then(|text| text.parse().ok()).unwrap_or_default(),
        invoked_function_arn: next.header("lambda-runtime-invoked-function-arn").unwrap_or_default(),
        trace_id: next.header("lambda-runtime-trace-id").unwrap_or_default(),
        client_context: next.header("lambda-runtime-client-context"),
    };
    let id = context.request_id.clone();
    match handler(next.body, context) {
        Ok(answer) => {
            let path = format!("invocation/{id}/response");
            call(&Request { method: "POST", path: &path, headers: &[], body: &answer })
        }
        Err(error) => {
            let path = format!("invocation/{id}/error");
            let headers = [("Lambda-Runtime-Function-Error-Type", error.kind.as_str())];
            call(&Request { method: "POST", path: &path, headers: &headers, body: error.json().as_bytes() })
        }
    }
    .map(drop)
}

/// Makes a call of the Runtime API, which must be accepted.
fn call(request: &Request<'_>) -> Result<Response, Problem> {
    let response = wire::send(request)?;
    match response.status {
        200..=299 => Ok(response),
        status => Err(Problem(format!("status {status} for {}", request.path))),
    }
}

/// What is wrong between the program and the Runtime API.
#[derive(Debug)]
pub(crate) struct Problem(pub(crate) String);

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text as JSON.
fn text(text: &str) -> String {
    let mut json = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => json.extend(['\\', letter]),
            letter if u32::from(letter) < 0x20 => json.extend(format!("\\u{:04x}", u32::from(letter)).chars()),
            letter => json.push(letter),
        }
    }
    json + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_json() {
        let error = Error::new("Mine", "a \"b\"\nc\\");
        assert_eq!(error.json(), r#"{"errorType":"Mine","errorMessage":"a \"b\"\u000ac\\"}"#);
        let from: Error = "x".parse::<u8>().unwrap_err().into();
        assert_eq!((from.kind.as_str(), from.message.as_str()), ("Error", "invalid digit found in string"));
    }
}
