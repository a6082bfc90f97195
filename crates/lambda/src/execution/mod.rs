//! Running functions: execution environments and what they cost, say and log.

mod credentials;
mod environment;
mod fleet;
mod logs;
mod meter;
mod platform;
mod pool;
mod program;
mod report;
mod runtime_api;
mod sandboxes;
mod snapshots;
mod world;

use std::{cell::RefCell, rc::Rc};

use bytes::Bytes;
use kernel::{Kernel, SpanId};
use sandbox::Files;

use crate::{names::Target, state::Version};

pub use credentials::assume;
pub use environment::Environment;
pub use fleet::{Fleets, on_demand, provisioned};
pub use pool::{Pool, Slot};
pub use program::{Entrypoint, Program};
pub use report::Answer;
pub use sandboxes::{Activity, Sandbox, SandboxView, Sandboxes, Throttles};
pub use snapshots::Snapshots;

/// An event on its way into a function.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// `AwsRequestId`
    pub request_id: String,
    /// The function's ARN as the caller named it.
    pub arn: String,
    pub payload: Bytes,
    /// Base64, as the caller sent it.
    pub client_context: Option<String>,
    /// The request that caused it.
    pub span: Option<SpanId>,
    /// Whether the caller takes the answer in pieces.
    pub streams: bool,
    /// `X-Amzn-Trace-Id` of the request, if it is part of a trace of X-Ray already.
    pub trace_header: Option<String>,
}

/// What an execution environment is made of.
#[derive(Clone)]
pub struct Plan {
    pub kernel: Kernel,
    /// The function, with the version as its qualifier.
    pub target: Target,
    pub version: Version,
    pub entrypoint: Entrypoint,
    /// `/var/task` and `/opt`.
    pub files: Rc<Files>,
    pub credentials: Option<credentials::Credentials>,
    pub initialization: Initialization,
    /// What is seen of the environment from outside.
    pub seen: Rc<Sandbox>,
}

/// When an environment gets ready: `AWS_LAMBDA_INITIALIZATION_TYPE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Initialization {
    /// For the first event that needs it.
    OnDemand,
    /// Ahead of all events.
    Provisioned,
    /// When the version is published, for a snapshot; or from that.
    SnapStart,
}

impl Initialization {
    /// As the environment variable and the log say it.
    pub fn name(self) -> &'static str {
        match self {
            Self::OnDemand => "on-demand",
            Self::Provisioned => "provisioned-concurrency",
            Self::SnapStart => "snap-start",
        }
    }
}

/// The request that the environment is working for, shared with the calls that it makes.
pub type CurrentSpan = Rc<RefCell<Option<SpanId>>>;
