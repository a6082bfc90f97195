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
mod policy;
mod providers;
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
    responses: Rc<providers::Responses>,
}

impl CloudFormation {
    /// Loads the stacks and joins the router as `cloudformation`.
    pub async fn open(kernel: &Kernel) -> Result<Rc<Self>, StorageError> {
        let store = Rc::new(RefCell::new(store::Store::load(kernel).await?));
        let responses = Rc::new(providers::Responses::default());
        let nested = providers::NestedStacks { kernel: kernel.clone(), store: store.clone() };
        kernel.resource_types.add(Rc::new(providers::Inert));
        kernel.resource_types.add(Rc::new(nested));
        kernel.resource_types.add(Rc::new(providers::CustomResources { responses: responses.clone() }));
        let service = Rc::new(Self { kernel: kernel.clone(), store, responses });
        kernel.router.register("cloudformation", service.clone());
        service.resume();
        Ok(service)
    }
}

impl CloudFormation {
    /// Goes on with the stacks that were on their way when the cloud was closed. Nested ones are their
    /// parents' concern.
    fn resume(&self) {
        let interrupted = self.store.borrow_mut().settle_interrupted(&self.kernel);
        for (stack_id, status) in interrupted {
            let stack = self.store.borrow().get(&stack_id).cloned().unwrap_or_default();
            if stack.parent_id.is_some_and(|parent| self.is_in_progress(&parent)) {
                continue;
            }
            let caller = match stack.plan.role_arn {
                Some(role_arn) => kernel::Caller::RoleSession {
                    role_arn,
                    session_name: "AWSCloudFormation".to_owned(),
                    session_policy: None,
                },
                None => kernel::Caller::Root { account: stack.account },
            };
            let (kernel, store) = (self.kernel.clone(), self.store.clone());
            let engine = engine::Engine { kernel, store, stack_id, caller };
            self.kernel.tasks.spawn(async move { engine.resume(&status).await });
        }
    }

    fn is_in_progress(&self, stack_id: &str) -> bool {
        self.store.borrow().get(stack_id).is_some_and(|stack| stack.status.ends_with("_IN_PROGRESS"))
    }
}

#[async_trait(?Send)]
impl Service for CloudFormation {
    async fn handle(&self, request: Request) -> Response {
        match self.responses.take(&request) {
            Some(response) => response,
            None => aws_api::serve(&self.kernel, self, request).await,
        }
    }
}
