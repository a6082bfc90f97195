//! The operations of CloudFormation.

mod change_sets;
mod describe;
mod rollback;
mod stacks;
mod templates;

use aws_api::{Api, Call, Operations};
use kernel::{Access, AwsError, Caller, Scope, async_trait};
use serde_json::{Value, json};

use crate::CloudFormation;
use crate::engine::Engine;
use crate::stack::Stack;
use crate::store;
use crate::template::invalid;

#[async_trait(?Send)]
impl Operations for CloudFormation {
    fn api(&self) -> &'static Api {
        // The table is part of this build.
        aws_api::api("cloudformation").expect("the table of cloudformation")
    }

    fn access(&self, call: &Call) -> Vec<Access> {
        let name = call.input.get("StackName").and_then(Value::as_str);
        let found = name.and_then(|name| {
            let store = self.store.borrow();
            store.find(&call.scope.account, &call.scope.region, name).map(|stack| stack.id.clone())
        });
        let resource = found.or_else(|| {
            name.map(|name| {
                let (region, account) = (&call.scope.region, &call.scope.account);
                format!("arn:{}:cloudformation:{region}:{account}:stack/{name}/*", kernel::partition(region))
            })
        });
        let action = format!("cloudformation:{}", call.operation);
        vec![Access::new(action, resource.unwrap_or_else(|| "*".to_owned()))]
    }

    async fn call(&self, call: Call) -> Result<Value, AwsError> {
        let (scope, input) = (call.scope, call.input);
        match call.operation {
            "CreateStack" => self.create_stack(scope, input).await,
            "UpdateStack" => self.update_stack(scope, input).await,
            "CancelUpdateStack" => self.cancel_update_stack(&scope, &input).await,
            "ContinueUpdateRollback" => self.continue_update_rollback(scope, &input).await,
            "GetStackPolicy" => self.get_stack_policy(&scope, &input),
            "SetStackPolicy" => self.set_stack_policy(&scope, input).await,
            "DeleteStack" => self.delete_stack(scope, input).await,
            "UpdateTerminationProtection" => self.update_termination_protection(&scope, &input).await,
            "DescribeStacks" => self.describe_stacks(&scope, &input),
            "DescribeStackEvents" => self.describe_stack_events(&scope, &input),
            "DescribeStackResource" => self.describe_stack_resource(&scope, &input),
            "DescribeStackResources" => self.describe_stack_resources(&scope, &input),
            "ListStacks" => self.list_stacks(&scope, &input),
            "ListStackResources" => self.list_stack_resources(&scope, &input),
            "ListExports" => self.list_exports(&scope, &input),
            "ListImports" => self.list_imports(&scope, &input),
            "GetTemplate" => self.get_template(&scope, &input),
            "GetTemplateSummary" => self.get_template_summary(&scope, input).await,
            "ValidateTemplate" => self.validate_template(&scope, input).await,
            "CreateChangeSet" => self.create_change_set(scope, input).await,
            "DescribeChangeSet" => self.describe_change_set(&scope, &input),
            "ListChangeSets" => self.list_change_sets(&scope, &input),
            "DeleteChangeSet" => self.delete_change_set(&scope, &input).await,
            "ExecuteChangeSet" => self.execute_change_set(scope, &input).await,
            _ => Err(aws_api::unknown_operation(self.api())),
        }
    }
}

/// A text of the input; empty if it is not there.
fn text<'a>(input: &'a Value, name: &str) -> &'a str {
    input.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// A moment as the wire holds it: seconds.
#[allow(clippy::cast_precision_loss)]
fn seconds(millis: u64) -> Value {
    // Milliseconds of this era need 41 bits, a float has 52.
    json!(millis as f64 / 1000.0)
}

/// One page of a list, and the token of the next. A token is the number of its first item.
fn page(list: Vec<Value>, input: &Value, name: &str, size: usize) -> Result<Value, AwsError> {
    let token = text(input, "NextToken");
    let start = match token {
        "" => 0,
        token => token.parse::<usize>().map_err(|_| invalid("Invalid NextToken"))?,
    };
    let total = list.len();
    let items: Vec<Value> = list.into_iter().skip(start).take(size).collect();
    let end = start + items.len();
    let mut answer = json!({ name: items });
    if end < total {
        answer["NextToken"] = json!(end.to_string());
    }
    Ok(answer)
}

impl CloudFormation {
    /// Answers with what `read` makes of a stack, if there is one of this name or ARN.
    fn with_stack<T>(&self, scope: &Scope, name: &str, read: impl FnOnce(&Stack) -> T) -> Option<T> {
        self.store.borrow().find(&scope.account, &scope.region, name).map(read)
    }

    /// An engine for an operation that `scope` asks for, acting as the role that it passes, if any.
    fn engine(&self, scope: &Scope, stack_id: &str, role_arn: Option<&str>) -> Engine {
        let caller = match role_arn {
            Some(role_arn) => Caller::RoleSession {
                role_arn: role_arn.to_owned(),
                session_name: "AWSCloudFormation".to_owned(),
                session_policy: None,
            },
            None => scope.caller.clone(),
        };
        Engine { kernel: self.kernel.clone(), store: self.store.clone(), stack_id: stack_id.to_owned(), caller }
    }

    async fn commit(&self) -> Result<(), AwsError> {
        let batch = self.store.borrow_mut().take_batch();
        store::commit(&self.kernel, batch).await
    }
}
