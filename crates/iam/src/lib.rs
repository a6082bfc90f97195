//! IAM and STS: roles and their policies, sessions, signatures, and the one judge of every request.
//!
//! Callers whose access key this cloud has not issued act as the root of an account: the one that
//! the key spells, if it is twelve digits, or the default one. So any credentials work from outside,
//! as people expect of an emulator, while functions and federated users, whose keys are issued here,
//! are verified and judged as AWS would.

mod api;
mod authorizer;
mod cfn;
mod conditions;
mod managed;
mod policy;
mod sigv4;
mod state;
mod sts;

use std::{cell::RefCell, rc::Rc};

use kernel::{AwsError, Batch, Kernel, Request, Response, Service, Space, StorageError, async_trait};

pub use authorizer::evaluate;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};
pub use policy::{Decision, Document, Principal, Question};
pub use sigv4::{CredentialScope, Signed};
use state::State;

/// RFC 3986's unreserved characters stay, all others are escaped.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

const SPACE: Space = Space::new("iam");

/// The IAM service of a cloud; also its judge ([`kernel::Authorizer`]) and its memory of sessions.
pub struct Iam {
    kernel: Kernel,
    state: RefCell<State>,
}

/// The STS service of a cloud.
pub struct Sts {
    iam: Rc<Iam>,
}

impl Iam {
    /// Loads roles, policies and sessions and joins the router as `iam` and `sts`.
    pub async fn open(kernel: &Kernel) -> Result<Rc<Self>, StorageError> {
        let mut state = State::default();
        kernel.storage.load(&SPACE, |entry| state.restore(entry)).await?;
        let iam = Rc::new(Self { kernel: kernel.clone(), state: RefCell::new(state) });
        kernel.router.register("iam", iam.clone());
        kernel.router.register("sts", Rc::new(Sts { iam: iam.clone() }));
        kernel.permissions.set(iam.clone());
        kernel.resource_types.add(Rc::new(cfn::Provider));
        Ok(iam)
    }

    async fn commit(&self, batch: Batch) -> Result<(), AwsError> {
        self.kernel.storage.commit(batch).await.map_err(|error| AwsError::internal(error.to_string()))
    }
}

#[async_trait(?Send)]
impl Service for Iam {
    async fn handle(&self, request: Request) -> Response {
        aws_api::serve(&self.kernel, self, request).await
    }
}

#[async_trait(?Send)]
impl Service for Sts {
    async fn handle(&self, request: Request) -> Response {
        aws_api::serve(&self.iam.kernel, self, request).await
    }
}
