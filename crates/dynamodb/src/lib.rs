//! DynamoDB and DynamoDB Streams.
//!
//! [`api`] says what the wire says, [`rules`] what AWS refuses and in which words, [`state`] what is
//! kept, [`effects`] what happens unasked; [`expression`], [`partiql`] and [`value`] are the languages and the data that all of them speak, and
//! [`cfn`] makes tables for CloudFormation. Tables in use are in [`memory`], in the order of their
//! keys, and every change is committed to storage before it is confirmed or seen.

mod access;
mod api;
mod cfn;
mod conditions;
mod effects;
mod expression;
mod gauges;
mod insights;
mod measures;
mod memory;
mod pace;
mod partiql;
mod readers;
mod replicas;
mod rules;
mod state;
mod transfers;
mod value;
mod wire;

use std::{
    any::Any,
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
};

use aws_api::{Api, Call, Operations, Output};
pub use gauges::{Gauge, Supply};
use kernel::{Access, AwsError, Kernel, Request, Response, Scope, Service, StorageError, async_trait};
pub use pace::Pace;
pub use readers::{Lag, Reader};
use serde_json::Value;
use state::State;
pub use state::meter::Minute;
pub use wire::{refuse, request_id};

/// Both services of one cloud: tables, and their streams.
pub struct DynamoDb {
    kernel: Kernel,
    state: RefCell<State>,
    traffic: RefCell<memory::Traffic>,
    budget: memory::Budget,
    meters: RefCell<state::meter::Meters>,
    contributors: RefCell<state::contributors::Contributors>,
    measures: measures::Measures,
    readers: RefCell<readers::Readers>,
    tokens: RefCell<api::Tokens>,
    holds: RefCell<api::Holds>,
    pace: Cell<Pace>,
    /// The second of the next sweep for expired items, if there will be one.
    watched: Cell<Option<u64>>,
    replication: replicas::Replication,
    transfers: RefCell<transfers::Jobs>,
    /// Whether changes are being sent to data streams.
    delivering: Cell<bool>,
    me: Weak<Self>,
}

impl DynamoDb {
    /// Reads what is kept and takes part in the cloud: as `dynamodb` and `streams.dynamodb`, and as the
    /// provider of tables for CloudFormation.
    pub async fn open(kernel: &Kernel) -> Result<Rc<Self>, StorageError> {
        let state = state::load(kernel).await?;
        let pace = pace::load(kernel).await?;
        let tokens = api::load_tokens(kernel).await?;
        let transfers = transfers::load(kernel).await?;
        let service = Rc::new_cyclic(|me| Self {
            kernel: kernel.clone(),
            state: RefCell::new(state),
            traffic: RefCell::default(),
            budget: memory::Budget::new(kernel.memory_budget),
            meters: RefCell::new(state::meter::Meters::new(kernel.metrics.clone())),
            contributors: RefCell::default(),
            measures: measures::Measures::default(),
            readers: RefCell::default(),
            tokens: RefCell::new(tokens),
            holds: RefCell::default(),
            pace: Cell::default(),
            watched: Cell::new(None),
            replication: replicas::Replication::default(),
            transfers: RefCell::new(transfers),
            delivering: Cell::new(false),
            me: me.clone(),
        });
        kernel.router.register("dynamodb", service.clone());
        kernel.router.register("streams.dynamodb", Rc::new(Streams(service.clone())));
        kernel.router.register("dynamodb.insights", Rc::new(insights::Reports(service.clone())));
        kernel.resource_types.add(Rc::new(cfn::Provider));
        kernel.resource_types.add(Rc::new(replicas::Provider));
        service.resume_replication().await?;
        service.watch_expiry();
        service.follow(pace);
        service.resume_changes();
        service.resume_jobs();
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
        answer(&self.kernel, self, request).await
    }
}

#[async_trait(?Send)]
impl Operations for DynamoDb {
    fn api(&self) -> &'static Api {
        api::tables()
    }

    fn validate(&self, call: &Call) -> Result<(), AwsError> {
        rules::request::check(self.api(), call.operation, &call.scope.region, &call.input)
            .inspect_err(|error| self.measure_failure(&measures::place_of(&call.scope), call.operation, None, error))
    }

    fn read(&self, operation: &str, body: &[u8], scope: &Scope) -> Option<(Value, Rc<dyn Any>)> {
        api::plain::read(operation, body, scope)
    }

    fn access(&self, call: &Call) -> Vec<Access> {
        // A plain request comes from the account itself, which only policies of tables can refuse.
        if call.read.is_some() && !self.state.borrow().has_policies {
            return Vec::new();
        }
        let mut needed = access::needed(call);
        self.describe_to_policies(call, &mut needed);
        access::with_policies(&self.state.borrow(), &call.scope.caller, needed)
    }

    async fn call(&self, call: Call) -> Result<Value, AwsError> {
        self.answer(call).await.map(Output::into_value)
    }

    async fn answer(&self, call: Call) -> Result<Output, AwsError> {
        let call = for_owner(call)?;
        let begun = self.begin_measure(&call);
        let result = self.carry(call).await;
        self.end_measure(&begun, &result);
        result
    }
}

impl DynamoDb {
    async fn carry(&self, call: Call) -> Result<Output, AwsError> {
        self.replicas_ready(&call).await?;
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
        answer(&self.0.kernel, self, request).await
    }
}

#[async_trait(?Send)]
impl Operations for Streams {
    fn api(&self) -> &'static Api {
        api::streams()
    }

    fn access(&self, call: &Call) -> Vec<Access> {
        access::with_policies(&self.0.state.borrow(), &call.scope.caller, access::needed_for_streams(call))
    }

    async fn call(&self, call: Call) -> Result<Value, AwsError> {
        let call = for_owner(call)?;
        self.0.ready(&call).await?;
        self.0.dispatch_stream(call)
    }
}

/// Answers a request of the wire, or one of this cloud's own, which is read already.
async fn answer(kernel: &Kernel, operations: &dyn Operations, mut request: Request) -> Response {
    if aws_api::is_read(&request) {
        return aws_api::serve(kernel, operations, request).await;
    }
    let asked = wire::Asked::of(&request);
    let answer = match refused(kernel, operations.api(), &mut request) {
        Some(answer) => answer,
        None => aws_api::serve(kernel, operations, request).await,
    };
    asked.finish(answer)
}

/// The answer to a request that is none of an operation, or of nobody who may ask for one.
fn refused(kernel: &Kernel, api: &'static Api, request: &mut Request) -> Option<Response> {
    let answer = wire::open(request);
    let anew;
    let scope = if let Some(scope) = request.extensions().get::<Scope>() {
        scope
    } else {
        anew = Scope::root(kernel);
        &anew
    };
    if let Some(answer) = answer {
        return Some(wire::identified(answer, &scope.request_id));
    }
    if let Err(error) = wire::check_caller(scope) {
        return Some(wire::unauthenticated(api, request, error, &scope.request_id));
    }
    wire::search::check(request).err().map(|error| aws_api::refuse(api, request, &error, &scope.request_id))
}

/// A call that names a table of another account by its ARN acts there; that it may has been judged.
fn for_owner(mut call: Call) -> Result<Call, AwsError> {
    // Plain requests name no ARNs.
    if call.read.is_some() {
        return Ok(call);
    }
    if let Some(account) = access::owner(&call)? {
        call.scope.account = account;
    }
    Ok(call)
}

#[cfg(test)]
mod tests;
