//! Amazon Elastic Container Registry (ECR): private repositories of container images.
//!
//! [`api`] says what the wire says, [`rules`] what AWS refuses, [`state`] what is kept, and [`cfn`] makes
//! repositories for CloudFormation. [`downloads`] is the part of the registry's own protocol by which
//! layers leave: what `GetDownloadUrlForLayer` gives an address of.

mod api;
mod cfn;
mod downloads;
mod rules;
mod state;

use std::{cell::RefCell, rc::Rc};

use aws_api::{Api, Call, Operations};
use kernel::{Access, AwsError, Batch, Kernel, Request, Response, Service, StorageError, async_trait};
use serde_json::Value;

use state::State;

/// The service ECR.
pub struct Ecr {
    kernel: Kernel,
    state: RefCell<State>,
    /// Layers whose bytes are still coming, by the id of the upload. AWS forgets them after a day, a cloud
    /// here when it is closed.
    uploads: RefCell<api::Uploads>,
    downloads: downloads::Tickets,
}

impl Ecr {
    /// Opens the service on what it has stored: as `ecr`, with the layers of its registries as `ecr-registry`.
    pub async fn open(kernel: &Kernel) -> Result<Rc<Self>, StorageError> {
        let service = Rc::new(Self {
            kernel: kernel.clone(),
            state: RefCell::new(State::load(kernel).await?),
            uploads: RefCell::default(),
            downloads: downloads::Tickets::default(),
        });
        kernel.router.register("ecr", service.clone());
        kernel.router.register("ecr-registry", Rc::new(downloads::Registry(service.clone())));
        kernel.resource_types.add(Rc::new(cfn::Provider));
        Ok(service)
    }

    async fn commit(&self, batch: Batch) -> Result<(), AwsError> {
        self.kernel.storage.commit(batch).await.map_err(|error| AwsError::internal(error.to_string()))
    }
}

#[async_trait(?Send)]
impl Service for Ecr {
    async fn handle(&self, request: Request) -> Response {
        aws_api::serve(&self.kernel, self, request).await
    }
}

#[async_trait(?Send)]
impl Operations for Ecr {
    fn api(&self) -> &'static Api {
        api::table()
    }

    /// ECR has its own name for what other JSON services call `ValidationException`.
    fn validate(&self, call: &Call) -> Result<(), AwsError> {
        let api = self.api();
        let Some(operation) = api.operations.get(call.operation) else { return Ok(()) };
        aws_api::validate(api, operation, &call.input).map_err(|error| rules::invalid(error.message))
    }

    fn access(&self, call: &Call) -> Vec<Access> {
        self.access_of(call)
    }

    async fn call(&self, call: Call) -> Result<Value, AwsError> {
        self.dispatch(&call).await
    }
}

#[cfg(test)]
mod tests;
