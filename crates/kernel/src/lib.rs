//! What every service stands on.
//!
//! The kernel does no IO and reads no clock of its own. A host (the page's worker, the native binary,
//! a test) gives it four things: wall time, entropy, tasks and a storage backend ([`Host`],
//! [`StorageBackend`]). Out of these it makes what services use: a virtual [`Clock`], [`Tasks`], a
//! [`Rng`], durable [`Storage`] with group commit, the [`Router`] through which every request passes,
//! the [`Trace`] of all of them, and the [`Metrics`] that services record.
//!
//! Everything runs on one thread: services are `Rc` state behind short `RefCell` borrows that never
//! cross an `.await`.

mod access;
mod arn;
mod caller;
mod cfn;
mod clock;
mod error;
mod host;
mod metrics;
mod rng;
mod router;
mod storage;
mod tasks;
#[cfg(feature = "testing")]
pub mod testing;
mod trace;

use std::{ops::Deref, rc::Rc};

pub use access::{Access, Authorizer, Permissions};
pub use arn::{Arn, DEFAULT_ACCOUNT, DEFAULT_REGION, partition};
pub use async_trait::async_trait;
pub use caller::Caller;
pub use cfn::{Created, ResourceContext, ResourceProvider, ResourceTypes};
pub use clock::{Clock, Timestamp};
pub use error::AwsError;
pub use futures_util::future::LocalBoxFuture;
pub use host::Host;
pub use metrics::{Distribution, Measured, Metric, Metrics, Series};
pub use rng::Rng;
pub use router::{Request, Response, Router, Scope, Service};
pub use storage::{Batch, Change, Entry, MemoryBackend, Space, Storage, StorageBackend, StorageError};
pub use tasks::Tasks;
pub use trace::{Span, SpanId, Trace};

/// The running machine that all services of one cloud share. Cloning it clones a handle.
#[derive(Clone)]
pub struct Kernel(Rc<Parts>);

/// The parts of a [`Kernel`], reached through it.
pub struct Parts {
    /// Virtual time.
    pub clock: Clock,
    /// Background tasks and yielding.
    pub tasks: Tasks,
    /// Random identifiers and bytes.
    pub rng: Rng,
    /// Durable ordered maps.
    pub storage: Storage,
    /// The way to every service.
    pub router: Router,
    /// Every request that passed the router.
    pub trace: Trace,
    /// What services measure of themselves.
    pub metrics: Metrics,
    /// Who may do what. Set once by the IAM service.
    pub permissions: Permissions,
    /// The CloudFormation resource types that the services of this cloud offer.
    pub resource_types: ResourceTypes,
    /// How many bytes of what is in storage may also be in memory, about.
    pub memory_budget: usize,
}

impl Kernel {
    /// Builds a kernel on `host`, keeping its data in `backend`, and starts the clock.
    pub fn new(host: Rc<dyn Host>, backend: Rc<dyn StorageBackend>) -> Self {
        let tasks = Tasks::new(host.clone());
        let clock = Clock::new(host.clone());
        clock.start(&tasks);
        Self(Rc::new(Parts {
            rng: Rng::new(host.clone()),
            memory_budget: host.memory_budget(),
            storage: Storage::new(backend, tasks.clone()),
            trace: Trace::new(host),
            metrics: Metrics::default(),
            router: Router::default(),
            permissions: Permissions::default(),
            resource_types: ResourceTypes::default(),
            clock,
            tasks,
        }))
    }

    /// Sends `request` through the door, which finds its service by its host.
    pub async fn send(&self, request: Request) -> Response {
        self.router.send(request).await
    }
}

impl Deref for Kernel {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
