use std::{cell::RefCell, rc::Rc};

use serde_json::{Map, Value};

use crate::{AwsError, Caller};

/// One thing that a request wants to do: an IAM action on a resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Access {
    /// `dynamodb:PutItem`
    pub action: String,
    /// The resource's ARN, or `*` where the action knows no resource.
    pub resource: String,
    /// Condition keys of the service itself, e.g. `dynamodb:LeadingKeys`.
    pub context: Map<String, Value>,
    /// The resource's own policy document, where it has one (a function's permissions).
    pub resource_policy: Option<Value>,
}

impl Access {
    /// Access without condition keys or a resource policy.
    pub fn new(action: impl Into<String>, resource: impl Into<String>) -> Self {
        Self { action: action.into(), resource: resource.into(), context: Map::new(), resource_policy: None }
    }

    /// The same access, judged with the resource's own policy too.
    #[must_use]
    pub fn with_resource_policy(mut self, policy: Option<Value>) -> Self {
        self.resource_policy = policy;
        self
    }
}

/// Decides whether a caller may do something. The IAM service is the one implementation.
pub trait Authorizer {
    /// `Err` holds the access-denied error in AWS's words.
    fn authorize(&self, caller: &Caller, access: &Access) -> Result<(), AwsError>;
}

/// Where services ask; nothing is refused until an [`Authorizer`] has been set.
#[derive(Default)]
pub struct Permissions {
    authorizer: RefCell<Option<Rc<dyn Authorizer>>>,
}

impl Permissions {
    /// Makes `authorizer` the judge of every further request.
    pub fn set(&self, authorizer: Rc<dyn Authorizer>) {
        *self.authorizer.borrow_mut() = Some(authorizer);
    }

    /// Asks whether `caller` may do every one of `accesses`; the first refusal counts.
    pub fn check(&self, caller: &Caller, accesses: &[Access]) -> Result<(), AwsError> {
        let authorizer = self.authorizer.borrow().clone();
        match authorizer {
            Some(authorizer) => accesses.iter().try_for_each(|access| authorizer.authorize(caller, access)),
            None => Ok(()),
        }
    }
}
