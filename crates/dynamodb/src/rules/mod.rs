//! Validation, limits, capacity: what AWS refuses, and in which words.

pub mod capacity;
pub mod expressions;
pub mod item;
pub mod legacy;
pub mod policy;
pub mod read;
pub mod request;
pub mod restore;
pub mod table;
pub mod tags;
pub mod throttling;
pub mod throughput;
pub mod update_table;
pub mod vectors;
pub mod wording;

use kernel::AwsError;

/// The prefix of many validation messages.
pub const INVALID_VALUES: &str = "One or more parameter values were invalid: ";

/// The greatest size of an item.
pub const MAX_ITEM_SIZE: usize = 409_600;

/// The table or the index does not exist.
pub fn not_found() -> AwsError {
    AwsError::new("ResourceNotFoundException", "Requested resource not found")
}

/// The table does not exist, for operations on tables that name it.
pub fn table_not_found(name: &str) -> AwsError {
    AwsError::new("ResourceNotFoundException", format!("Requested resource not found: Table: {name} not found"))
}

/// The table does not exist, for operations on backups.
pub fn no_such_table(name: &str) -> AwsError {
    AwsError::new("TableNotFoundException", format!("Table not found: {name}"))
}

/// `ValidationException` in the words of operations on backups, exports and imports.
pub fn invalid_request(message: impl std::fmt::Display) -> AwsError {
    AwsError::validation(format!("Invalid Request: {message}"))
}

/// `ValidationException` with [`INVALID_VALUES`] in front.
pub fn invalid_values(message: impl std::fmt::Display) -> AwsError {
    AwsError::validation(format!("{INVALID_VALUES}{message}"))
}
