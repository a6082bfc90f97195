//! Amazon Kinesis Data Streams (`kinesis`).
//!
//! [`api`] says what the wire says, [`rules`] what AWS refuses, [`state`] what is kept, and [`cfn`] makes
//! streams and consumers for CloudFormation. Whatever takes a while on AWS takes a moment of virtual time
//! here, and is done when somebody next looks: no task waits for it.

mod api;
mod cfn;
mod measures;
mod rules;
mod state;
#[cfg(test)]
mod tests;

use std::{cell::RefCell, rc::Rc};

use aws_api::{Api, Call, Operations};
use kernel::{Access, AwsError, Batch, Kernel, Request, Response, Service, StorageError, async_trait};
use serde_json::Value;

use state::{Place, State, Stream};

/// The service Kinesis Data Streams.
pub struct Kinesis {
    kernel: Kernel,
    state: RefCell<State>,
}

impl Kinesis {
    /// Opens the service on what it has stored, under the name `kinesis`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn open(kernel: &Kernel) -> Result<Rc<Self>, StorageError> {
        let state = RefCell::new(State::load(kernel).await?);
        let service = Rc::new(Self { kernel: kernel.clone(), state });
        kernel.router.register("kinesis", service.clone());
        kernel.resource_types.add(Rc::new(cfn::Provider));
        Ok(service)
    }

    /// Virtual time in milliseconds.
    fn now(&self) -> u64 {
        self.kernel.clock.now().millis()
    }

    async fn commit(&self, batch: Batch) -> Result<(), AwsError> {
        if batch.is_empty() {
            return Ok(());
        }
        self.kernel.storage.commit(batch).await.map_err(|error| AwsError::internal(error.to_string()))
    }

    /// Ends what is due, before anybody looks.
    async fn settle(&self, place: &Place) -> Result<(), AwsError> {
        let mut batch = Batch::default();
        self.state.borrow_mut().settle(place, self.now(), &mut batch);
        self.commit(batch).await
    }

    /// Looks at the stream that a call names.
    fn look<T>(&self, call: &Call, look: impl FnOnce(&Stream) -> Result<T, AwsError>) -> Result<T, AwsError> {
        let name = api::stream_name(call)?;
        let state = self.state.borrow();
        let stream = state.stream(&state::place(&call.scope), &name);
        look(stream.ok_or_else(|| rules::no_stream(&name, &call.scope.account))?)
    }

    /// Changes the stream that a call names, and stores it.
    async fn change<T>(
        &self,
        call: &Call,
        change: impl FnOnce(&mut Stream) -> Result<T, AwsError>,
    ) -> Result<T, AwsError> {
        let name = api::stream_name(call)?;
        let mut batch = Batch::default();
        let result = {
            let mut state = self.state.borrow_mut();
            let stream = state.stream_mut(&state::place(&call.scope), &name);
            let stream = stream.ok_or_else(|| rules::no_stream(&name, &call.scope.account))?;
            let result = change(stream)?;
            state::keep(stream, &mut batch);
            result
        };
        self.commit(batch).await?;
        Ok(result)
    }
}

#[async_trait(?Send)]
impl Service for Kinesis {
    async fn handle(&self, request: Request) -> Response {
        aws_api::serve(&self.kernel, self, request).await
    }
}

#[async_trait(?Send)]
impl Operations for Kinesis {
    #[expect(clippy::expect_used, reason = "the table is compiled in")]
    fn api(&self) -> &'static Api {
        aws_api::api("kinesis").expect("compiled in")
    }

    fn access(&self, call: &Call) -> Vec<Access> {
        vec![Access::new(format!("kinesis:{}", call.operation), api::resource(call))]
    }

    async fn call(&self, call: Call) -> Result<Value, AwsError> {
        self.settle(&state::place(&call.scope)).await?;
        let begun = self.kernel.clock.now_millis();
        let result = self.run(&call).await;
        self.measure(&call, &result, self.kernel.clock.now_millis() - begun);
        result
    }
}
