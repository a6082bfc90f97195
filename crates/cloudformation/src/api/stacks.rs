//! Creating, updating and deleting stacks.

use kernel::{AwsError, Scope};
use serde::Deserialize;
use serde_json::{Value, json};

use super::text;
use crate::plan::{Order, plan};
use crate::stack::{Plan, Stack};
use crate::template::invalid;
use crate::{CloudFormation, changes};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Named {
    stack_name: String,
    #[serde(default)]
    enable_termination_protection: bool,
    #[serde(flatten)]
    order: Order,
}

/// States in which a stack can be updated.
const SETTLED: [&str; 6] = [
    "CREATE_COMPLETE",
    "CREATE_FAILED",
    "IMPORT_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_FAILED",
    "UPDATE_ROLLBACK_COMPLETE",
];

impl CloudFormation {
    pub(super) async fn create_stack(&self, scope: Scope, input: Value) -> Result<Value, AwsError> {
        let mut input: Named = aws_api::parse(input)?;
        input.order = input.order.fetch(&self.kernel, &scope).await?;
        check_name(&input.stack_name)?;
        if self.with_stack(&scope, &input.stack_name, |_| ()).is_some() {
            let sentence = format!("Stack [{}] already exists", input.stack_name);
            return Err(AwsError::new("AlreadyExistsException", sentence));
        }
        let mut stack = Stack::new(&self.kernel, &scope, &input.stack_name);
        stack.termination_protection = input.enable_termination_protection;
        stack.policy = input.order.stack_policy_body.clone();
        stack.plan = plan(&self.kernel, input.order, &stack.pseudo(), None, false)?;
        let id = stack.id.clone();
        self.store.borrow_mut().insert(stack);
        self.start_creation(&scope, &id).await?;
        Ok(json!({ "StackId": id }))
    }

    pub(super) async fn start_creation(&self, scope: &Scope, id: &str) -> Result<(), AwsError> {
        self.store.borrow_mut().stack_event(&self.kernel, id, "CREATE_IN_PROGRESS", Some("User Initiated"));
        self.commit().await?;
        let role = self.store.borrow().get(id).and_then(|stack| stack.plan.role_arn.clone());
        let engine = self.engine(scope, id, role.as_deref());
        self.kernel.tasks.spawn(async move { drop(engine.create().await) });
        Ok(())
    }

    pub(super) async fn update_stack(&self, scope: Scope, input: Value) -> Result<Value, AwsError> {
        let mut input: Named = aws_api::parse(input)?;
        input.order = input.order.fetch(&self.kernel, &scope).await?;
        let name = &input.stack_name;
        let stack = self
            .with_stack(&scope, name, Stack::clone)
            .ok_or_else(|| invalid(format!("Stack [{name}] does not exist")))?;
        check_updatable(&stack)?;
        let policy = input.order.stack_policy_body.clone();
        let plan = plan(&self.kernel, input.order, &stack.pseudo(), Some(&stack), false)?;
        if !changes::is_changed(&stack, &plan) && stack.status.ends_with("_COMPLETE") {
            return Err(invalid("No updates are to be performed."));
        }
        if policy.is_some() {
            self.store.borrow_mut().change(&stack.id, |stack| stack.policy = policy);
        }
        self.start_update(&scope, &stack.id, plan).await?;
        Ok(json!({ "StackId": stack.id }))
    }

    pub(super) async fn start_update(&self, scope: &Scope, id: &str, plan: Plan) -> Result<(), AwsError> {
        let role = plan.role_arn.clone();
        self.store.borrow_mut().stack_event(&self.kernel, id, "UPDATE_IN_PROGRESS", Some("User Initiated"));
        self.commit().await?;
        let engine = self.engine(scope, id, role.as_deref());
        self.kernel.tasks.spawn(async move { drop(engine.update(plan).await) });
        Ok(())
    }

    pub(super) async fn delete_stack(&self, scope: Scope, input: Value) -> Result<Value, AwsError> {
        let name = text(&input, "StackName");
        let Some(stack) = self.with_stack(&scope, name, Stack::clone) else { return Ok(json!({})) };
        if stack.is_deleted() || stack.status == "DELETE_IN_PROGRESS" {
            return Ok(json!({}));
        }
        if stack.termination_protection {
            return Err(invalid(format!(
                "Stack [{}] cannot be deleted while TerminationProtection is enabled",
                stack.name
            )));
        }
        if stack.status.ends_with("_IN_PROGRESS") && stack.status != "REVIEW_IN_PROGRESS" {
            return Err(invalid(format!("Stack [{}] cannot be deleted while in status {}", stack.name, stack.status)));
        }
        let retained: Vec<String> = aws_api::parse(input.get("RetainResources").cloned().unwrap_or_else(|| json!([])))?;
        if !retained.is_empty() && stack.status != "DELETE_FAILED" {
            return Err(invalid(format!(
                "Invalid operation on stack [{}]. When you delete a stack, specify which resources to retain only when \
                 the stack is in the DELETE_FAILED state.",
                stack.id
            )));
        }
        let role = input.get("RoleARN").and_then(Value::as_str).map(str::to_owned);
        let role = role.or_else(|| stack.plan.role_arn.clone());
        {
            let mut store = self.store.borrow_mut();
            store.change(&stack.id, |stack| stack.change_sets.clear());
            store.stack_event(&self.kernel, &stack.id, "DELETE_IN_PROGRESS", Some("User Initiated"));
        }
        self.commit().await?;
        let engine = self.engine(&scope, &stack.id, role.as_deref());
        self.kernel.tasks.spawn(async move { drop(engine.delete(&retained).await) });
        Ok(json!({}))
    }

    pub(super) async fn update_termination_protection(&self, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
        let name = text(input, "StackName");
        let id = self.with_stack(scope, name, |stack| stack.id.clone());
        let id = id.ok_or_else(|| invalid(format!("Stack [{name}] does not exist")))?;
        let enabled = input["EnableTerminationProtection"].as_bool().unwrap_or_default();
        self.store.borrow_mut().change(&id, |stack| stack.termination_protection = enabled);
        self.commit().await?;
        Ok(json!({ "StackId": id }))
    }
}

pub(super) fn check_updatable(stack: &Stack) -> Result<(), AwsError> {
    if SETTLED.contains(&stack.status.as_str()) {
        return Ok(());
    }
    Err(invalid(format!("Stack:{} is in {} state and can not be updated.", stack.id, stack.status)))
}

/// A stack's name begins with a letter and goes on with letters, figures and hyphens.
pub(super) fn check_name(name: &str) -> Result<(), AwsError> {
    const LONGEST: usize = 128;
    let fail = |constraint: &str| {
        Err(invalid(format!(
            "1 validation error detected: Value '{name}' at 'stackName' failed to satisfy constraint: Member must \
             {constraint}"
        )))
    };
    if name.len() > LONGEST {
        return fail("have length less than or equal to 128");
    }
    let letters = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !letters || !name.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return fail("satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*");
    }
    Ok(())
}
