//! All services wired to one router: [`Cloud`] is the only type that a host needs.

mod address;
pub mod control;
mod door;
mod mortal;
mod time;
mod workspace;

use std::rc::Rc;

use kernel::{Host, Kernel, Request, Response, StorageBackend, StorageError};

pub use lambda::Runtimes;
pub use time::VirtualTime;
pub use workspace::Workspace;

/// A running account: every service, over one host and one store.
pub struct Cloud {
    kernel: Kernel,
    time: VirtualTime,
    control: Rc<control::Control>,
}

impl Cloud {
    /// Opens every service on what `backend` holds, and resumes where the last cloud stood.
    ///
    /// # Errors
    /// When the store cannot be read, or a newer version of Samlet has written it.
    pub async fn open(
        host: Rc<dyn Host>,
        backend: Rc<dyn StorageBackend>,
        runtimes: Rc<dyn Runtimes>,
    ) -> Result<Rc<Self>, StorageError> {
        Self::on(Kernel::new(host, backend), runtimes).await
    }

    /// Like [`open`](Self::open), on a machine that is there already.
    ///
    /// # Errors
    /// The same.
    pub async fn on(kernel: Kernel, runtimes: Rc<dyn Runtimes>) -> Result<Rc<Self>, StorageError> {
        let time = VirtualTime::restore(&kernel).await?;
        let iam = iam::Iam::open(&kernel).await?;
        cloudwatch::Logs::open(&kernel).await?;
        let dynamodb = dynamodb::DynamoDb::open(&kernel).await?;
        autoscaling::AutoScaling::open(&kernel).await?;
        let dax = dax::Dax::open(&kernel).await?;
        ecr::Ecr::open(&kernel).await?;
        kinesis::Kinesis::open(&kernel).await?;
        s3::S3::open(&kernel).await?;
        let lambda = lambda::Lambda::open(&kernel, runtimes).await?;
        apigateway::ApiGateway::open(&kernel).await?;
        let cognito = cognito::Cognito::open(&kernel).await?;
        cloudformation::CloudFormation::open(&kernel).await?;
        let control = control::Control::open(&kernel, time.clone()).await?;
        control.add_mailbox(cognito);
        control.add_clusters(dax);
        control.add_tables(dynamodb);
        control.add_functions(lambda);
        kernel.router.set_door(Rc::new(door::Door::new(&kernel, iam)));
        Ok(Rc::new(Self { kernel, time, control }))
    }

    /// Answers any request: its host, or its signature and target, say for which service it is.
    pub async fn handle(&self, request: Request) -> Response {
        self.kernel.send(request).await
    }

    /// The machine under the services.
    pub fn kernel(&self) -> &Kernel {
        &self.kernel
    }

    pub(crate) fn control(&self) -> &control::Control {
        &self.control
    }

    /// The clock, with changes that last.
    pub fn time(&self) -> &VirtualTime {
        &self.time
    }
}
