//! What is kept of a stack: its template, its resources, its events, its change sets.

use indexmap::IndexMap;
use kernel::{Kernel, Scope};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::template::{Parameters, Pseudo};

/// What a person asked for, once it has been found to make sense.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Plan {
    /// The text as it came.
    pub(crate) body: String,
    /// The template with its transforms applied.
    pub(crate) template: Value,
    pub(crate) parameters: Parameters,
    pub(crate) capabilities: Vec<String>,
    pub(crate) tags: Vec<Value>,
    pub(crate) role_arn: Option<String>,
    pub(crate) notification_arns: Vec<String>,
    pub(crate) disable_rollback: bool,
    /// `DO_NOTHING`, `ROLLBACK` or `DELETE`; only of a creation.
    pub(crate) on_failure: Option<String>,
    pub(crate) client_token: Option<String>,
    /// The stack policy that holds while this plan is carried out, as text.
    pub(crate) policy_during_update: Option<String>,
}

/// A stack.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Stack {
    pub(crate) name: String,
    /// Its ARN.
    pub(crate) id: String,
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) created_millis: u64,
    pub(crate) updated_millis: Option<u64>,
    pub(crate) deleted_millis: Option<u64>,
    pub(crate) status: String,
    pub(crate) status_reason: Option<String>,
    pub(crate) plan: Plan,
    pub(crate) termination_protection: bool,
    pub(crate) change_set_id: Option<String>,
    pub(crate) outputs: Vec<Output>,
    pub(crate) resources: IndexMap<String, StackResource>,
    pub(crate) change_sets: Vec<ChangeSet>,
    /// The stack that this one is a resource of.
    pub(crate) parent_id: Option<String>,
    /// The stack at the top of those that this one is nested in.
    pub(crate) root_id: Option<String>,
    /// What a nested stack was before its parent's update, should that be taken back.
    pub(crate) before: Option<Plan>,
    /// The stack policy, as text.
    pub(crate) policy: Option<String>,
    /// How to take back the update that is under way.
    pub(crate) undo: Option<Undo>,
    /// Whether the update that is under way is to be taken back.
    #[serde(skip)]
    pub(crate) is_cancelled: bool,
    #[serde(skip)]
    pub(crate) events: Vec<Event>,
}

/// The way back from an update.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Undo {
    /// The plan before.
    pub(crate) plan: Plan,
    /// What has been done since, in order.
    pub(crate) steps: Vec<Step>,
}

/// A step that was taken.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Step {
    /// A resource that was not there before.
    Created(String),
    /// A resource that was changed in place, or was to be; as it was before.
    Updated(String, StackResource),
    /// A resource that another has taken the place of; as it was before.
    Replaced(String, StackResource),
}

impl Stack {
    /// A stack without anything in it.
    pub(crate) fn new(kernel: &Kernel, scope: &Scope, name: &str) -> Self {
        let (region, account) = (&scope.region, &scope.account);
        let (partition, unique) = (kernel::partition(region), kernel.rng.uuid());
        Self {
            name: name.to_owned(),
            id: format!("arn:{partition}:cloudformation:{region}:{account}:stack/{name}/{unique}"),
            account: account.clone(),
            region: region.clone(),
            created_millis: kernel.clock.now().millis(),
            ..Self::default()
        }
    }

    pub(crate) fn is_deleted(&self) -> bool {
        self.status == "DELETE_COMPLETE"
    }

    pub(crate) fn pseudo(&self) -> Pseudo {
        Pseudo {
            account: self.account.clone(),
            region: self.region.clone(),
            stack_name: self.name.clone(),
            stack_id: self.id.clone(),
            notification_arns: self.plan.notification_arns.clone(),
        }
    }

    pub(crate) fn change_set(&self, name_or_id: &str) -> Option<&ChangeSet> {
        self.change_sets.iter().find(|set| set.name == name_or_id || set.id == name_or_id)
    }
}

/// A resource of a stack.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct StackResource {
    pub(crate) resource_type: String,
    pub(crate) physical_id: Option<String>,
    pub(crate) attributes: Map<String, Value>,
    /// Its properties with every function evaluated.
    pub(crate) properties: Value,
    pub(crate) status: String,
    pub(crate) status_reason: Option<String>,
    pub(crate) updated_millis: u64,
    /// What it waited for when it was made, which waits for it when it is deleted.
    pub(crate) waits_for: Vec<String>,
    pub(crate) deletion_policy: Option<String>,
    pub(crate) update_replace_policy: Option<String>,
    pub(crate) metadata: Option<Value>,
}

/// An output of a stack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Output {
    pub(crate) key: String,
    pub(crate) value: String,
    pub(crate) description: Option<String>,
    pub(crate) export_name: Option<String>,
}

/// Something that happened to a stack or one of its resources.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) logical_id: String,
    pub(crate) physical_id: String,
    pub(crate) resource_type: String,
    pub(crate) millis: u64,
    pub(crate) status: String,
    pub(crate) reason: Option<String>,
    pub(crate) properties: Option<String>,
    pub(crate) client_token: Option<String>,
}

/// What an update would do, found out before it is done.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct ChangeSet {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) created_millis: u64,
    /// Whether it creates the stack.
    pub(crate) creates: bool,
    pub(crate) status: String,
    pub(crate) status_reason: Option<String>,
    pub(crate) execution_status: String,
    pub(crate) changes: Vec<Value>,
    pub(crate) plan: Plan,
}

/// The type under which a stack appears among its own events.
pub(crate) const STACK_TYPE: &str = "AWS::CloudFormation::Stack";
