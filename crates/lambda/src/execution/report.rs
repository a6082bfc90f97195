//! How an invocation ended: what its caller gets.

use bytes::Bytes;
use sandbox::Exit;
use serde_json::json;

/// The largest answer of a function: 6 MB and what AWS allows for its envelope.
pub const MAX_RESPONSE_BYTES: usize = 6_291_556;

/// The largest answer of a function that is streamed.
const MAX_STREAMED_BYTES: usize = 200 << 20;

/// What the caller of a function gets.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    pub payload: Bytes,
    /// What the runtime says of it, if it has streamed it.
    pub content_type: Option<String>,
    /// Whether the payload describes an error: `X-Amz-Function-Error: Unhandled`.
    pub failed: bool,
}

/// How an init or an invocation went wrong.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// The function or its runtime reported an error: its type and payload.
    Reported { error_type: String, payload: Bytes },
    /// The time was up.
    TimedOut,
    /// The runtime is gone.
    Exited(Exit),
    /// There is nothing that can be run, and why.
    InvalidEntrypoint(String),
}

impl Failure {
    /// What the caller gets. `timeout` is the setting in seconds.
    pub fn answer(&self, request_id: &str, timeout: u64) -> Answer {
        let described = |error_type: &str, message: String| {
            let payload =
                json!({"errorType": error_type, "errorMessage": format!("RequestId: {request_id} Error: {message}")});
            Bytes::from(payload.to_string())
        };
        let payload = match self {
            Self::Reported { payload, .. } => payload.clone(),
            Self::TimedOut => described("Sandbox.Timedout", timed_out(timeout)),
            Self::Exited(exit) => described("Runtime.ExitError", exit_reason(exit)),
            Self::InvalidEntrypoint(reason) => described("Runtime.InvalidEntrypoint", reason.clone()),
        };
        Answer { payload, failed: true, content_type: None }
    }
}

/// The answer to a response that a function sent, to a caller that takes it in pieces or whole.
pub fn response(payload: Bytes, content_type: Option<String>, streams: bool) -> Answer {
    let most = if streams && content_type.is_some() { MAX_STREAMED_BYTES } else { MAX_RESPONSE_BYTES };
    if payload.len() <= most {
        return Answer { payload, failed: false, content_type };
    }
    let message = format!("Response payload size exceeded maximum allowed payload size ({most} bytes).");
    let payload = json!({"errorMessage": message, "errorType": "Function.ResponseSizeTooLarge"});
    Answer { payload: payload.to_string().into(), failed: true, content_type: None }
}

/// What is said of a function that took longer than its setting of `timeout` seconds.
pub fn timed_out(timeout: u64) -> String {
    format!("Task timed out after {timeout}.00 seconds")
}

/// What is said of a runtime that is gone.
pub fn exit_reason(exit: &Exit) -> String {
    match exit {
        Exit::Code(0) => "Runtime exited without providing a reason".to_owned(),
        Exit::Code(code) => format!("Runtime exited with error: exit status {code}"),
        Exit::OutOfMemory => "Runtime exited with error: signal: killed".to_owned(),
        Exit::Trap(_) => "Runtime exited with error: signal: aborted".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_described_in_the_words_of_the_service() {
        for (failure, payload) in [
            (
                Failure::TimedOut,
                r#"{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: id Error: Task timed out after 3.00 seconds"}"#,
            ),
            (
                Failure::Exited(Exit::Code(0)),
                r#"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: id Error: Runtime exited without providing a reason"}"#,
            ),
            (
                Failure::Exited(Exit::Code(1)),
                r#"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: id Error: Runtime exited with error: exit status 1"}"#,
            ),
            (
                Failure::Exited(Exit::OutOfMemory),
                r#"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: id Error: Runtime exited with error: signal: killed"}"#,
            ),
        ] {
            let answer = failure.answer("id", 3);
            assert_eq!((answer.failed, &answer.payload[..]), (true, payload.as_bytes()));
        }
        let large = bytes::Bytes::from(vec![b' '; MAX_RESPONSE_BYTES + 1]);
        assert!(response(large.clone(), None, true).failed);
        assert!(response(large.clone(), Some("text/plain".into()), false).failed);
        assert!(!response(large, Some("text/plain".into()), true).failed);
    }
}
