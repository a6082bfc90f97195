//! Application Auto Scaling (`application-autoscaling`) for the throughput of DynamoDB's tables and
//! global indexes.
//!
//! [`api`] says what the wire says, [`rules`] what AWS refuses and when it scales, [`state`] what is
//! kept, [`effects`] what happens by the minute, and [`cfn`] makes targets and policies for
//! CloudFormation. Everything is asked of DynamoDB by the router. Other services have nothing here that
//! could be scaled; a target in one of them is refused.

mod api;
mod cfn;
mod effects;
mod rules;
mod state;

use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
};

use aws_api::{Api, Call, Operations};
use kernel::{Access, Arn, AwsError, Batch, Kernel, Request, Response, Service, StorageError, async_trait};
use serde_json::Value;

use state::{State, place};

/// The service Application Auto Scaling.
pub struct AutoScaling {
    kernel: Kernel,
    state: RefCell<State>,
    /// Whether somebody waits for the next minute.
    watching: Cell<bool>,
    me: Weak<Self>,
}

impl AutoScaling {
    /// Opens the service on what it has stored, under the name `application-autoscaling`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn open(kernel: &Kernel) -> Result<Rc<Self>, StorageError> {
        let state = State::load(kernel).await?;
        let service = Rc::new_cyclic(|me| Self {
            kernel: kernel.clone(),
            state: RefCell::new(state),
            watching: Cell::new(false),
            me: me.clone(),
        });
        kernel.router.register("application-autoscaling", service.clone());
        kernel.resource_types.add(Rc::new(cfn::Provider));
        service.watch();
        Ok(service)
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
impl Service for AutoScaling {
    async fn handle(&self, request: Request) -> Response {
        aws_api::serve(&self.kernel, self, request).await
    }
}

#[async_trait(?Send)]
impl Operations for AutoScaling {
    #[expect(clippy::expect_used, reason = "the table is compiled in")]
    fn api(&self) -> &'static Api {
        aws_api::api("application-autoscaling").expect("compiled in")
    }

    fn access(&self, call: &Call) -> Vec<Access> {
        let action = format!("application-autoscaling:{}", call.operation);
        if call.operation.starts_with("Describe") {
            return vec![Access::new(action, "*")];
        }
        if let Some(arn) = call.input["ResourceARN"].as_str() {
            return vec![Access::new(action, arn)];
        }
        let state = self.state.borrow();
        let target = rules::key(&call.input).ok().and_then(|key| state.target(&place(&call.scope), &key));
        let id = target.map_or("*", |target| target.id.as_str());
        let resource = format!("scalable-target/{id}");
        let arn = Arn::new("application-autoscaling", &call.scope.region, &call.scope.account, resource);
        vec![Access::new(action, arn.to_string())]
    }

    async fn call(&self, call: Call) -> Result<Value, AwsError> {
        self.dispatch(&call).await
    }
}

#[cfg(test)]
mod tests;
