//! DynamoDB and DynamoDB Streams.
//!
//! [`api`] says what the wire says, [`rules`] what AWS refuses and in which words, [`state`] what is
//! kept, [`effects`] what happens unasked; [`expression`] and [`value`] are the language and the data that all of them speak, and
//! [`cfn`] makes tables for CloudFormation. Tables in use are in [`memory`], in the order of their
//! keys, and every change is committed to storage before it is confirmed or seen.

mod access;
mod api;
mod cfn;
mod effects;
mod expression;
mod memory;
mod rules;
mod state;
mod value;

use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
};

use aws_api::{Api, Call, Operations};
use http::HeaderValue;
use kernel::{Access, AwsError, Kernel, Request, Response, Service, StorageError, async_trait};
use serde_json::Value;
use state::State;

/// Both services of one cloud: tables, and their streams.
pub struct DynamoDb {
    kernel: Kernel,
    state: RefCell<State>,
    traffic: RefCell<memory::Traffic>,
    budget: memory::Budget,
    tokens: RefCell<api::Tokens>,
    /// The second of the next sweep for expired items, if there will be one.
    watched: Cell<Option<u64>>,
    me: Weak<Self>,
}

impl DynamoDb {
    /// Reads what is kept and takes part in the cloud: as `dynamodb` and `streams.dynamodb`, and as the
    /// provider of tables for CloudFormation.
    pub async fn open(kernel: &Kernel) -> Result<Rc<Self>, StorageError> {
        let state = state::load(kernel).await?;
        let service = Rc::new_cyclic(|me| Self {
            kernel: kernel.clone(),
            state: RefCell::new(state),
            traffic: RefCell::default(),
            budget: memory::Budget::new(kernel.memory_budget),
            tokens: RefCell::default(),
            watched: Cell::new(None),
            me: me.clone(),
        });
        kernel.router.register("dynamodb", service.clone());
        kernel.router.register("streams.dynamodb", Rc::new(Streams(service.clone())));
        kernel.resource_types.add(Rc::new(cfn::Provider));
        service.watch_expiry();
        Ok(service)
    }

    /// Virtual time in milliseconds.
    fn now(&self) -> u64 {
        self.kernel.clock.now().millis()
    }
}

/// What the host's storage says when it fails, for whoever waits for an answer.
fn storage_failed(error: StorageError) -> AwsError {
    AwsError::new("InternalServerError", error.to_string()).with_status(http::StatusCode::INTERNAL_SERVER_ERROR)
}

#[async_trait(?Send)]
impl Service for DynamoDb {
    async fn handle(&self, request: Request) -> Response {
        with_checksum(aws_api::serve(&self.kernel, self, request).await)
    }
}

#[async_trait(?Send)]
impl Operations for DynamoDb {
    fn api(&self) -> &'static Api {
        api::tables()
    }

    fn validate(&self, call: &Call) -> Result<(), AwsError> {
        rules::request::check(self.api(), call.operation, &call.input)
    }

    fn access(&self, call: &Call) -> Vec<Access> {
        access::needed(call)
    }

    async fn call(&self, call: Call) -> Result<Value, AwsError> {
        self.ready(&call).await?;
        let result = self.dispatch(call).await;
        self.settled(result).await
    }
}

/// The service of streams, which is another one on the wire.
struct Streams(Rc<DynamoDb>);

#[async_trait(?Send)]
impl Service for Streams {
    async fn handle(&self, request: Request) -> Response {
        with_checksum(aws_api::serve(&self.0.kernel, self, request).await)
    }
}

#[async_trait(?Send)]
impl Operations for Streams {
    fn api(&self) -> &'static Api {
        api::streams()
    }

    fn access(&self, call: &Call) -> Vec<Access> {
        access::needed_for_streams(call)
    }

    async fn call(&self, call: Call) -> Result<Value, AwsError> {
        self.0.ready(&call).await?;
        self.0.dispatch_stream(call)
    }
}

/// Adds the checksum of the body, which some SDKs verify.
fn with_checksum(mut response: Response) -> Response {
    let checksum = crc32fast::hash(response.body());
    response.headers_mut().insert("x-amz-crc32", HeaderValue::from(checksum));
    response
}

#[cfg(test)]
mod tests;
