//! The wire of AWS's APIs.
//!
//! One compact [table](Api) per API, generated from AWS's own models by `cargo xtask tables`, says
//! which operations and shapes there are. One validator and one codec per protocol, driven by the
//! tables, turn a request into a [`Call`] and its result into a response. In between, everything is a
//! [`serde_json::Value`] with AWS's member names; blobs are base64 strings, timestamps numbers of
//! seconds since the epoch, whatever the protocol writes.

mod cbor;
mod event_stream;
mod json;
mod mismatch;
mod object;
mod output;
mod query;
mod rest_json;
mod rest_xml;
mod serve;
mod table;
mod template;
mod validate;

pub use object::ObjectAddress;
pub use output::Output;
pub use serve::{Call, Operations, invoke, is_read, parse, readable, refuse, serve, unknown_operation};
pub use table::{Api, Constraint, ErrorShape, Location, Member, Operation, Protocol, Shape, api};
pub use template::from_template;
pub use validate::{Violation, refuse_violations, validate, violations};
