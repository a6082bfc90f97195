//! Doing what a plan says: making, changing, replacing and deleting resources, and going back when
//! that fails. Every step leaves an event, in AWS's order and words.

mod delete;
mod make;
mod outputs;
mod update;

use std::cell::{Ref, RefCell};
use std::rc::Rc;

use kernel::{AwsError, Caller, Kernel, ResourceContext};
use serde_json::Value;

use crate::plan::{Schedule, schedule};
use crate::providers;
use crate::stack::{Plan, Stack, StackResource, Step};
use crate::store::{self, Store};
use crate::template::{Conditions, Evaluator, Known, invalid};

/// One operation on one stack.
#[derive(Clone)]
pub(crate) struct Engine {
    pub(crate) kernel: Kernel,
    pub(crate) store: Rc<RefCell<Store>>,
    pub(crate) stack_id: String,
    /// Who asked for it, or the role that they passed.
    pub(crate) caller: Caller,
}

impl Engine {
    /// Makes a new stack's resources. The reason why not, if that fails.
    pub(crate) async fn create(self) -> Result<(), String> {
        let plan = self.read(|stack| stack.plan.clone()).unwrap_or_default();
        let result = self.try_create(&plan).await;
        match &result {
            Ok(()) => self.stack_event("CREATE_COMPLETE", None),
            Err(reason) => self.undo_creation(&plan, reason).await,
        }
        self.commit().await;
        result
    }

    async fn try_create(&self, plan: &Plan) -> Result<(), String> {
        let schedule = self.schedule(plan)?;
        let work = make::Work::new(plan, schedule);
        let failed = self.make_all(&work).await;
        if !failed.is_empty() {
            return Err(format!("The following resource(s) failed to create: [{}]. ", failed.join(", ")));
        }
        self.settle_outputs(plan, &work.schedule.conditions)
    }

    /// Goes on with what an earlier cloud was in the middle of, the way back where there is one: a
    /// deployment that was cut off cannot know what its services still did.
    pub(crate) async fn resume(self, status: &str) {
        const REASON: &str = "The operation was interrupted";
        match status {
            "CREATE_IN_PROGRESS" | "ROLLBACK_IN_PROGRESS" => {
                let plan = self.read(|stack| stack.plan.clone()).unwrap_or_default();
                self.undo_creation(&plan, REASON).await;
                self.commit().await;
            }
            "DELETE_IN_PROGRESS" => drop(self.delete(&[]).await),
            "UPDATE_IN_PROGRESS" | "UPDATE_ROLLBACK_IN_PROGRESS" => self.undo_update(REASON).await,
            "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS" => self.clean_up().await,
            _ => self.continue_rollback(&[]).await,
        }
    }

    async fn undo_creation(&self, plan: &Plan, reason: &str) {
        let on_failure = plan.on_failure.as_deref().unwrap_or("ROLLBACK");
        if plan.disable_rollback || on_failure == "DO_NOTHING" {
            self.stack_event("CREATE_FAILED", Some(reason));
            return;
        }
        let deletes = on_failure == "DELETE";
        let word = if deletes { "Delete" } else { "Rollback" };
        let reason = format!("{}. {word} requested by user.", reason.trim_end().trim_end_matches('.'));
        let (doing, done) = if deletes {
            ("DELETE_IN_PROGRESS", "DELETE_COMPLETE")
        } else {
            ("ROLLBACK_IN_PROGRESS", "ROLLBACK_COMPLETE")
        };
        self.stack_event(doing, Some(&reason));
        let failed = self.delete_all(true).await;
        if failed.is_empty() {
            self.stack_event(done, None);
        } else {
            let reason = format!("The following resource(s) failed to delete: [{}]. ", failed.join(", "));
            self.stack_event(&done.replace("COMPLETE", "FAILED"), Some(&reason));
        }
    }

    fn schedule(&self, plan: &Plan) -> Result<Schedule, String> {
        let pseudo = self.read(Stack::pseudo).unwrap_or_default();
        schedule(&plan.template, &plan.parameters, &pseudo).map_err(|error| error.message)
    }

    fn read<T>(&self, read: impl FnOnce(&Stack) -> T) -> Option<T> {
        self.store.borrow().get(&self.stack_id).map(read)
    }

    fn resource(&self, id: &str) -> Option<StackResource> {
        self.read(|stack| stack.resources.get(id).cloned()).flatten()
    }

    fn note(&self, step: Step) {
        self.change(|stack| {
            if let Some(undo) = &mut stack.undo {
                undo.steps.push(step);
            }
        });
    }

    fn is_cancelled(&self) -> bool {
        self.read(|stack| stack.is_cancelled).unwrap_or_default()
    }

    fn change(&self, change: impl FnOnce(&mut Stack)) {
        self.store.borrow_mut().change(&self.stack_id, change);
    }

    fn stack_event(&self, status: &str, reason: Option<&str>) {
        self.store.borrow_mut().stack_event(&self.kernel, &self.stack_id, status, reason);
    }

    fn event(&self, id: &str, status: &str, reason: Option<&str>) {
        self.store.borrow_mut().resource_event(&self.kernel, &self.stack_id, id, status, reason);
    }

    /// Keeps what has happened so far. What cannot be kept now is kept with the next commit or lost
    /// with the store, whose failure every later request reports.
    async fn commit(&self) {
        let batch = self.store.borrow_mut().take_batch();
        drop(store::commit(&self.kernel, batch).await);
    }

    fn context(&self, id: &str, resource_type: &str) -> ResourceContext {
        let stack = self.read(|stack| (stack.account.clone(), stack.region.clone(), stack.name.clone()));
        let (account, region, stack_name) = stack.unwrap_or_default();
        ResourceContext {
            kernel: self.kernel.clone(),
            account,
            region,
            caller: self.caller.clone(),
            stack_name,
            stack_id: self.stack_id.clone(),
            logical_id: id.to_owned(),
            resource_type: resource_type.to_owned(),
        }
    }

    /// Evaluates a part of the template with what is known of the stack's resources by now.
    fn evaluate(&self, plan: &Plan, conditions: &Conditions, value: &Value) -> Result<Option<Value>, AwsError> {
        let store = self.store.borrow();
        let Some(stack) = store.get(&self.stack_id) else {
            return Err(AwsError::internal("the stack is gone"));
        };
        let pseudo = stack.pseudo();
        let known = StackView { stack, store: &store };
        let evaluator = Evaluator {
            template: &plan.template,
            parameters: &plan.parameters,
            conditions,
            pseudo: &pseudo,
            known: &known,
        };
        evaluator.value(value)
    }
}

/// The resources of a stack and the exports of all, as functions see them.
struct StackView<'a> {
    stack: &'a Stack,
    store: &'a Ref<'a, Store>,
}

impl Known for StackView<'_> {
    fn reference(&self, logical_id: &str) -> Option<Value> {
        self.stack.resources.get(logical_id)?.physical_id.clone().map(Value::String)
    }

    fn attribute(&self, logical_id: &str, attribute: &str) -> Option<Value> {
        let attributes = &self.stack.resources.get(logical_id)?.attributes;
        if let Some(value) = attributes.get(attribute) {
            return Some(value.clone());
        }
        let mut steps = attribute.split('.');
        let first = attributes.get(steps.next()?)?;
        steps.try_fold(first, |node, step| node.get(step)).cloned()
    }

    fn import(&self, name: &str) -> Option<String> {
        let (value, _) = self.store.export(&self.stack.account, &self.stack.region, name)?;
        Some(value.to_owned())
    }
}

/// The reason of a resource that its service refused, as CloudFormation words it.
fn refused(kernel: &Kernel, kind: &str, error: &AwsError) -> String {
    if providers::is_own(kind) {
        return error.message.clone();
    }
    let contains = |words: &[&str]| words.iter().any(|word| error.code.contains(word));
    let code = if contains(&["AlreadyExists", "ResourceInUse", "ResourceConflict", "Exists"]) {
        "AlreadyExists"
    } else if contains(&["NotFound", "NoSuch"]) {
        "NotFound"
    } else if contains(&["AccessDenied", "Unauthorized"]) {
        "AccessDenied"
    } else if contains(&["Throttling", "TooManyRequests"]) {
        "Throttling"
    } else if contains(&["Validation", "Invalid", "BadRequest", "Malformed"]) {
        "InvalidRequest"
    } else if contains(&["LimitExceeded"]) {
        "ServiceLimitExceeded"
    } else {
        "GeneralServiceException"
    };
    let token = kernel.rng.uuid();
    format!(
        "Resource handler returned message: \"{}\" (RequestToken: {token}, HandlerErrorCode: {code})",
        error.message
    )
}

/// A resource's type that nobody answers for any more.
fn no_provider(kind: &str) -> AwsError {
    invalid(format!("Template format error: Unrecognized resource types: [{kind}]"))
}
