use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use async_trait::async_trait;
use serde_json::{Map, Value};

use crate::{AwsError, Caller, Kernel};

/// For whom a resource is being made: handed to its provider with every call.
#[derive(Clone)]
pub struct ResourceContext {
    /// The machine; providers call their service's own API through its router.
    pub kernel: Kernel,
    /// The stack's account.
    pub account: String,
    /// The stack's region.
    pub region: String,
    /// Who deploys.
    pub caller: Caller,
    /// The stack's name: the first part of generated physical names.
    pub stack_name: String,
    /// The stack's ARN.
    pub stack_id: String,
    /// The resource's name in the template: the second part of generated physical names.
    pub logical_id: String,
    /// `AWS::Service::Type`
    pub resource_type: String,
}

impl ResourceContext {
    /// A generated physical name, `STACK-LOGICALID-RANDOM12`, shortened in its first two parts to
    /// `max_length` characters as CloudFormation does.
    pub fn physical_name(&self, max_length: usize) -> String {
        let suffix = self.kernel.rng.upper_alphanumeric(12);
        let room = max_length.saturating_sub(suffix.len() + 2);
        let (stack, logical) = (&self.stack_name, &self.logical_id);
        let logical_length = logical.len().min(room.saturating_sub(stack.len().min(room / 2)));
        let stack_length = stack.len().min(room - logical_length);
        // Both names are ASCII by CloudFormation's own rules, so any byte is a boundary.
        format!("{}-{}-{suffix}", &stack[..stack_length], &logical[..logical_length])
    }
}

/// What a provider has made.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Created {
    /// What `Ref` gives.
    pub physical_id: String,
    /// What `Fn::GetAtt` gives, by attribute name (`Arn`, `StreamArn`, `Endpoint.Address` …).
    pub attributes: Map<String, Value>,
}

/// A service's side of CloudFormation: makes, changes and removes resources of its types by calling
/// the service's own API. Properties arrive with every intrinsic resolved.
#[async_trait(?Send)]
pub trait ResourceProvider {
    /// The types that this provider knows, e.g. `AWS::DynamoDB::Table`.
    fn types(&self) -> &'static [&'static str];

    /// Whether a change of this top-level property needs a new physical resource ("Update requires:
    /// Replacement" in the type's reference).
    fn replaces(&self, resource_type: &str, property: &str) -> bool;

    /// Makes the resource. An error's message becomes the event's status reason.
    async fn create(&self, context: &ResourceContext, properties: &Value) -> Result<Created, AwsError>;

    /// Changes the resource in place from `old` to `new` properties.
    async fn update(
        &self,
        context: &ResourceContext,
        physical_id: &str,
        old: &Value,
        new: &Value,
    ) -> Result<Created, AwsError>;

    /// Removes the resource. One that is gone already is a success.
    async fn delete(&self, context: &ResourceContext, physical_id: &str, properties: &Value) -> Result<(), AwsError>;
}

/// All resource types of a cloud, by name.
#[derive(Default)]
pub struct ResourceTypes {
    providers: RefCell<BTreeMap<&'static str, Rc<dyn ResourceProvider>>>,
}

impl ResourceTypes {
    /// Offers the types of `provider`.
    pub fn add(&self, provider: Rc<dyn ResourceProvider>) {
        let mut providers = self.providers.borrow_mut();
        for resource_type in provider.types() {
            providers.insert(resource_type, provider.clone());
        }
    }

    /// The provider of `resource_type`.
    pub fn get(&self, resource_type: &str) -> Option<Rc<dyn ResourceProvider>> {
        self.providers.borrow().get(resource_type).cloned()
    }

    /// Every type on offer, in alphabetical order.
    pub fn names(&self) -> Vec<&'static str> {
        self.providers.borrow().keys().copied().collect()
    }
}
