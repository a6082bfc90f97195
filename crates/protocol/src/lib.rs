//! What the page and its worker say to each other.
//!
//! A message is one `ArrayBuffer` that is transferred by `postMessage`: a byte with [`VERSION`], then
//! the message in postcard. Both enums are closed: page and worker come from the same build, and a
//! version that differs (an old page in a cache, a new worker from the server) is found at the first
//! message and is answered by a reload.
//!
//! The order of a conversation:
//!
//! 1. The page starts the worker. The worker says [`FromWorker::Loaded`] once it listens; what is sent
//!    to it before may be lost.
//! 2. The page says [`ToWorker::Hello`]. The worker asks for the workspace's lock. When it has it, it
//!    opens the cloud from storage and is the *leader*; while another tab has it, it forwards to that
//!    tab's worker. Either way it says [`FromWorker::Ready`], and again whenever its role changes.
//! 3. The page sends [`ToWorker::Request`]s, any number at once. Each gets exactly one
//!    [`FromWorker::Response`] or [`FromWorker::OutcomeUnknown`] with the same id, unless it was
//!    cancelled. Requests that are sent before `Ready` wait.
//! 4. [`FromWorker::Event`]s come at any time after `Hello`.
//! 5. After [`FromWorker::Panicked`] the worker is dead. The page terminates it, takes every open
//!    request as of unknown outcome, and starts another, which finds all that was acknowledged.

mod message;

pub use message::{Event, FromWorker, HttpRequest, HttpResponse, RequestId, Role, RuntimeStage, ToWorker};

use serde::{Serialize, de::DeserializeOwned};

/// The version of the messages: raised with every change of an enum or a struct here.
pub const VERSION: u8 = 2;

/// Why bytes are not a message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The other side comes from another build.
    #[error("the page and its engine are of different versions ({found} and {VERSION}); reload the page")]
    Version {
        /// The other side's [`VERSION`].
        found: u8,
    },
    /// The bytes are damaged or were no message at all.
    #[error("a message between the page and its engine cannot be read")]
    Garbled,
}

/// Writes a message: [`ToWorker`] or [`FromWorker`].
pub fn encode<M: Serialize>(message: &M) -> Vec<u8> {
    // Writing plain data into a growing vector has no way to fail; an empty vector would be read as
    // garbled by the other side.
    postcard::to_extend(message, vec![VERSION]).unwrap_or_default()
}

/// Reads a message of the type that this side receives.
pub fn decode<M: DeserializeOwned>(bytes: &[u8]) -> Result<M, DecodeError> {
    match bytes.split_first() {
        Some((&VERSION, message)) => postcard::from_bytes(message).map_err(|_| DecodeError::Garbled),
        Some((&found, _)) => Err(DecodeError::Version { found }),
        None => Err(DecodeError::Garbled),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_survives_the_way() {
        let request = ToWorker::Request {
            id: 7,
            request: HttpRequest {
                method: "POST".into(),
                url: "https://dynamodb.us-east-1.amazonaws.com/".into(),
                headers: vec![("x-amz-target".into(), "DynamoDB_20120810.ListTables".into())],
                body: b"{}".to_vec(),
            },
        };
        assert_eq!(decode(&encode(&request)), Ok(request));
    }

    #[test]
    fn another_version_is_told_from_damage() {
        let mut bytes = encode(&FromWorker::Loaded);
        bytes[0] = VERSION + 1;
        assert_eq!(decode::<FromWorker>(&bytes), Err(DecodeError::Version { found: VERSION + 1 }));
        assert_eq!(decode::<FromWorker>(&[]), Err(DecodeError::Garbled));
        assert_eq!(decode::<FromWorker>(&[VERSION, 0xff]), Err(DecodeError::Garbled));
    }
}
