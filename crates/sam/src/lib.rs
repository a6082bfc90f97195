//! The `AWS::Serverless-2016-10-31` transform: a template with SAM resources in, a plain
//! CloudFormation template out, the same that AWS's own translator makes.
//!
//! A pure function: it knows no service, reads no file and asks no clock.

mod application;
mod connectors;
mod events;
mod extensions;
mod function;
mod globals;
mod http_api;
mod ids;
mod implicit_api;
mod layer;
mod policies;
mod problem;
mod properties;
mod py27;
mod references;
mod resource;
mod rest_api;
mod simple_table;
mod state_machine;
mod translate;
mod values;
mod websocket_api;
mod world;

pub use extensions::{Facts, LANGUAGE_EXTENSIONS, extend};
pub use problem::{Problem, document_error};

use serde_json::{Map, Value};

/// What the translation needs to know beside the template.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Values of the template's parameters; those left out take their `Default`.
    pub parameters: Map<String, Value>,
    /// The region that the stack will stand in.
    pub region: String,
    /// The time in seconds since the Unix epoch, which an API with `AlwaysDeploy` is deployed by.
    pub time: u64,
    /// Asks the Serverless Application Repository for an application, by its id and its version; a
    /// region without one refuses all.
    pub applications: Option<fn(&str, &str) -> Application>,
    /// Whether everything that a resource becomes carries its `Metadata`, as tools ask for it.
    pub spread_metadata: bool,
}

/// What the Serverless Application Repository says of an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Application {
    /// The URL of its template.
    Template(String),
    /// It is not there, or not for this account.
    Inaccessible,
    /// Its template did not become ready in time.
    NeverReady,
}

/// The name of the transform in a template's `Transform` section.
pub const TRANSFORM: &str = "AWS::Serverless-2016-10-31";

/// Whether the template asks for this transform.
pub fn is_sam(template: &Value) -> bool {
    match template.get("Transform") {
        Some(Value::String(name)) => name == TRANSFORM,
        Some(Value::Array(names)) => names.iter().any(|name| name == TRANSFORM),
        _ => false,
    }
}

/// Translates a template with long-form intrinsic functions.
pub fn transform(template: Value, options: &Options) -> Result<Value, Vec<Problem>> {
    translate::translate(template, options).map_err(problem::without_duplicates)
}
