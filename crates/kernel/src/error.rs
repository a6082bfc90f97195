use http::StatusCode;
use serde_json::{Map, Value};

/// An answer that AWS gives instead of a result: its code, its words, its HTTP status.
///
/// Each service has its own error enum and one place where it becomes this.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct AwsError {
    /// The shape's name as clients match on it, e.g. `ResourceNotFoundException`.
    pub code: String,
    /// AWS's exact words.
    pub message: String,
    /// The HTTP status.
    pub status: StatusCode,
    /// Further members of the error's shape, e.g. `CancellationReasons`.
    pub members: Box<Map<String, Value>>,
}

impl AwsError {
    /// A client error: status 400, AWS's usual one for JSON and query services.
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into(), status: StatusCode::BAD_REQUEST, members: Box::default() }
    }

    /// The same error under another HTTP status.
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// The same error with one more member of its shape.
    #[must_use]
    pub fn with_member(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    /// `ValidationException` (400), as JSON services say it.
    pub fn validation(message: impl Into<String>) -> Self {
        Self::new("ValidationException", message)
    }

    /// `InternalFailure` (500): ours to mend, never a user's mistake.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new("InternalFailure", message).with_status(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// `AccessDeniedException` (403 or, for JSON 1.x services, whatever the caller sets).
    pub fn access_denied(message: impl Into<String>) -> Self {
        Self::new("AccessDeniedException", message).with_status(StatusCode::FORBIDDEN)
    }
}
