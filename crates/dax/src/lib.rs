//! DynamoDB Accelerator (DAX): clusters that cache what is read from tables.
//!
//! [`api`] says what the control plane's wire says, [`rules`] what AWS refuses, [`state`] what is kept,
//! [`effects`] what happens to clusters as time passes, and [`cfn`] makes them for CloudFormation.
//!
//! [`endpoint`] is the data plane. AWS's speaks a binary protocol over TCP, which neither a page nor a
//! router of HTTP requests can carry. So a cluster's host answers the HTTP API of DynamoDB instead, for
//! the operations on items that DAX has.

mod api;
mod cfn;
mod effects;
mod endpoint;
mod rules;
mod state;

use std::{
    cell::RefCell,
    rc::{Rc, Weak},
};

use aws_api::{Api, Call, Operations};
use kernel::{Access, AwsError, Batch, Kernel, Request, Response, Service, StorageError, async_trait};
use serde_json::Value;

pub use endpoint::Figures;
use state::State;

/// The service DAX: its control plane, and the endpoints of all clusters.
pub struct Dax {
    kernel: Kernel,
    state: RefCell<State>,
    memory: endpoint::Memory,
    me: Weak<Self>,
}

impl Dax {
    /// Opens the service on what it has stored: as `dax`, with its clusters as `dax-clusters`.
    pub async fn open(kernel: &Kernel) -> Result<Rc<Self>, StorageError> {
        let state = State::load(kernel).await?;
        let service = Rc::new_cyclic(|me| Self {
            kernel: kernel.clone(),
            state: RefCell::new(state),
            memory: endpoint::Memory::default(),
            me: me.clone(),
        });
        kernel.router.register("dax", service.clone());
        kernel.router.register("dax-clusters", Rc::new(endpoint::Clusters(service.clone())));
        kernel.resource_types.add(Rc::new(cfn::Provider));
        service.resume();
        Ok(service)
    }

    /// What the caches of every cluster have done since the cloud was opened.
    pub fn figures(&self) -> Vec<Figures> {
        endpoint::figures(self)
    }

    /// Virtual time in milliseconds.
    fn now(&self) -> u64 {
        self.kernel.clock.now().millis()
    }

    async fn commit(&self, batch: Batch) -> Result<(), AwsError> {
        self.kernel.storage.commit(batch).await.map_err(|error| AwsError::internal(error.to_string()))
    }
}

#[async_trait(?Send)]
impl Service for Dax {
    async fn handle(&self, request: Request) -> Response {
        aws_api::serve(&self.kernel, self, request).await
    }
}

#[async_trait(?Send)]
impl Operations for Dax {
    fn api(&self) -> &'static Api {
        api::table()
    }

    /// DAX has its own name for what other JSON services call `ValidationException`.
    fn validate(&self, call: &Call) -> Result<(), AwsError> {
        let api = self.api();
        let Some(operation) = api.operations.get(call.operation) else { return Ok(()) };
        aws_api::validate(api, operation, &call.input).map_err(|error| rules::invalid(error.message))
    }

    fn access(&self, call: &Call) -> Vec<Access> {
        api::access(call)
    }

    async fn call(&self, call: Call) -> Result<Value, AwsError> {
        self.dispatch(&call).await
    }
}

#[cfg(test)]
mod tests;
