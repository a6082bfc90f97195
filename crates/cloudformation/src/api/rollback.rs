//! Updates that are stopped or got stuck, and the policies that hold them back.

use kernel::{AwsError, Scope};
use serde_json::{Value, json};

use super::text;
use crate::CloudFormation;
use crate::policy;
use crate::stack::Stack;
use crate::template::invalid;

impl CloudFormation {
    fn stack_of(&self, scope: &Scope, input: &Value) -> Result<Stack, AwsError> {
        let name = text(input, "StackName");
        let stack = self.with_stack(scope, name, Stack::clone);
        stack.ok_or_else(|| invalid(format!("Stack [{name}] does not exist")))
    }

    pub(super) async fn cancel_update_stack(&self, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
        let stack = self.stack_of(scope, input)?;
        if stack.status != "UPDATE_IN_PROGRESS" {
            return Err(invalid("CancelUpdateStack cannot be called from current stack status"));
        }
        self.store.borrow_mut().change(&stack.id, |stack| stack.is_cancelled = true);
        self.commit().await?;
        Ok(json!({}))
    }

    pub(super) async fn continue_update_rollback(&self, scope: Scope, input: &Value) -> Result<Value, AwsError> {
        let stack = self.stack_of(&scope, input)?;
        if stack.status != "UPDATE_ROLLBACK_FAILED" {
            return Err(invalid(format!(
                "Stack:{} is in {} state and can not continue rollback.",
                stack.id, stack.status
            )));
        }
        let skipped: Vec<String> = aws_api::parse(input.get("ResourcesToSkip").cloned().unwrap_or_else(|| json!([])))?;
        let is_stuck = |id: &&String| stack.resources.get(*id).is_some_and(|r| r.status == "UPDATE_FAILED");
        if let Some(id) = skipped.iter().find(|id| !is_stuck(id)) {
            return Err(invalid(format!(
                "Resource to skip {id} is not in a UPDATE_FAILED state or does not belong to stack {}",
                stack.name
            )));
        }
        let reason = Some("User Initiated");
        self.store.borrow_mut().stack_event(&self.kernel, &stack.id, "UPDATE_ROLLBACK_IN_PROGRESS", reason);
        self.commit().await?;
        let role = input.get("RoleARN").and_then(Value::as_str).map(str::to_owned).or(stack.plan.role_arn);
        let engine = self.engine(&scope, &stack.id, role.as_deref());
        self.kernel.tasks.spawn(async move { engine.continue_rollback(&skipped).await });
        Ok(json!({}))
    }

    pub(super) fn get_stack_policy(&self, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
        let stack = self.stack_of(scope, input)?;
        Ok(stack.policy.map_or_else(|| json!({}), |policy| json!({ "StackPolicyBody": policy })))
    }

    pub(super) async fn set_stack_policy(&self, scope: &Scope, input: Value) -> Result<Value, AwsError> {
        let stack = self.stack_of(scope, &input)?;
        let body = match (input.get("StackPolicyBody").and_then(Value::as_str), text(&input, "StackPolicyURL")) {
            (Some(_), url) if !url.is_empty() => {
                return Err(invalid("You cannot specify both StackPolicyURL and StackPolicyBody"));
            }
            (Some(body), _) => body.to_owned(),
            (None, url) => {
                let object = aws_api::ObjectAddress::of_url(url);
                let object = object.ok_or_else(|| invalid("StackPolicyURL must be a supported URL."))?;
                let bytes = object.read(&self.kernel, scope).await;
                let bytes = bytes.map_err(|error| invalid(format!("S3 error: {}", error.message)))?;
                String::from_utf8_lossy(&bytes).into_owned()
            }
        };
        policy::check(&body)?;
        self.store.borrow_mut().change(&stack.id, |stack| stack.policy = Some(body));
        self.commit().await?;
        Ok(json!({}))
    }
}
