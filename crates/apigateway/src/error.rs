//! The errors of both control planes.

use http::StatusCode;
use kernel::{AwsError, StorageError};

/// `NotFoundException` (404).
pub fn not_found(message: impl Into<String>) -> AwsError {
    AwsError::new("NotFoundException", message).with_status(StatusCode::NOT_FOUND)
}

/// `BadRequestException` (400).
pub fn bad_request(message: impl Into<String>) -> AwsError {
    AwsError::new("BadRequestException", message)
}

/// `ConflictException` (409).
pub fn conflict(message: impl Into<String>) -> AwsError {
    AwsError::new("ConflictException", message).with_status(StatusCode::CONFLICT)
}

/// What a caller learns when the host's storage refuses.
pub fn storage(error: StorageError) -> AwsError {
    AwsError::internal(error.to_string())
}
