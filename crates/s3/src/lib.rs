//! Amazon S3 (`s3`), thin: general purpose buckets without versions, and objects in one piece or in parts.
//!
//! [`wire`] makes one form of all the ways to address and to send, [`api`] says what the wire says, [`rules`]
//! what AWS refuses, [`state`] what is kept, [`notices`] tells functions, and [`cfn`] makes buckets for CloudFormation. What is known of
//! the objects stays in memory; what they hold is read from the storage when it is asked for. A request that
//! asks for more than there is here is refused with `NotImplemented`.

mod api;
mod cfn;
mod notices;
mod rules;
mod state;
mod wire;

use std::{
    cell::RefCell,
    rc::{Rc, Weak},
};

use aws_api::{Api, Call, Operations};
use bytes::Bytes;
use http::Method;
use kernel::{Access, AwsError, Caller, Kernel, Request, Response, Scope, Service, StorageError, async_trait};
use serde_json::Value;

use state::State;

/// The service S3.
pub struct S3 {
    kernel: Kernel,
    state: Rc<RefCell<State>>,
    this: Weak<Self>,
}

impl S3 {
    /// Opens the service on what it has stored, under the name `s3`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn open(kernel: &Kernel) -> Result<Rc<Self>, StorageError> {
        let mut state = State::load(kernel).await?;
        let untold = std::mem::take(&mut state.untold);
        let service = Rc::new_cyclic(|this| Self {
            kernel: kernel.clone(),
            state: Rc::new(RefCell::new(state)),
            this: this.clone(),
        });
        kernel.router.register("s3", service.clone());
        kernel.resource_types.add(Rc::new(cfn::Provider));
        for (id, notice) in untold {
            let scope = Scope::new(kernel, notice.region(), Caller::service("s3"));
            service.deliver(id, notice, scope);
        }
        Ok(service)
    }

    /// Virtual time in milliseconds, in whole seconds as S3 tells it.
    fn now(&self) -> u64 {
        self.kernel.clock.now().millis() / 1000 * 1000
    }
}

#[async_trait(?Send)]
impl Service for S3 {
    async fn handle(&self, mut request: Request) -> Response {
        let is_head = request.method() == Method::HEAD;
        if let Err(error) = wire::simplify(&mut request) {
            let request_id = request.extensions().get::<Scope>().map(|scope| scope.request_id.clone());
            return aws_api::refuse(self.api(), &request, &error, &request_id.unwrap_or_default());
        }
        let mut response = aws_api::serve(&self.kernel, self, request).await;
        if is_head {
            *response.body_mut() = Bytes::new();
        }
        response
    }
}

#[async_trait(?Send)]
impl Operations for S3 {
    #[expect(clippy::expect_used, reason = "the table is compiled in")]
    fn api(&self) -> &'static Api {
        aws_api::api("s3").expect("compiled in")
    }

    /// S3 has no common validator: each operation refuses in its own words.
    fn validate(&self, _: &Call) -> Result<(), AwsError> {
        Ok(())
    }

    fn access(&self, call: &Call) -> Vec<Access> {
        let needed = api::access(call).into_iter();
        // An account may always mend the policies of its own buckets.
        let mends = matches!(call.scope.caller, Caller::Root { .. }) && call.operation.ends_with("BucketPolicy");
        needed.map(|access| if mends { access } else { self.with_policy(&call.scope.caller, access) }).collect()
    }

    async fn call(&self, call: Call) -> Result<Value, AwsError> {
        self.dispatch(&call).await
    }
}

#[cfg(test)]
mod tests;
