//! CloudFormation: stacks made from templates.
//!
//! `template` understands a template, `plan` checks an order and settles what is to be done, `engine`
//! does it, one resource after another, through the providers that the services offer, and `api` is
//! what the wire says.

mod api;
mod changes;
mod diagnose;
mod engine;
mod plan;
mod stack;
mod store;
mod template;
#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::rc::Rc;

use kernel::{Kernel, Request, Response, Service, StorageError, async_trait};

pub use diagnose::{Diagnostic, Severity, diagnose, diagnose_for};

/// The CloudFormation service of a cloud.
pub struct CloudFormation {
    kernel: Kernel,
    store: Rc<RefCell<store::Store>>,
}

impl CloudFormation {
    /// Loads the stacks and joins the router as `cloudformation`.
    pub async fn open(kernel: &Kernel) -> Result<Rc<Self>, StorageError> {
        let store = Rc::new(RefCell::new(store::Store::load(kernel).await?));
        let service = Rc::new(Self { kernel: kernel.clone(), store });
        kernel.router.register("cloudformation", service.clone());
        Ok(service)
    }
}

#[async_trait(?Send)]
impl Service for CloudFormation {
    async fn handle(&self, request: Request) -> Response {
        aws_api::serve(&self.kernel, self, request).await
    }
}
