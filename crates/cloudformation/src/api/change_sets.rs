//! Change sets: what an update would do, shown before it is done.

use kernel::{AwsError, Scope};
use serde::Deserialize;
use serde_json::{Value, json};

use super::stacks::{check_name, check_updatable};
use super::{page, seconds, text};
use crate::plan::{Order, plan, schedule};
use crate::stack::{ChangeSet, Plan, Stack};
use crate::template::invalid;
use crate::{CloudFormation, changes};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Wanted {
    stack_name: String,
    change_set_name: String,
    change_set_type: Option<String>,
    description: Option<String>,
    #[serde(flatten)]
    order: Order,
}

const NOTHING: &str =
    "The submitted information didn't contain changes. Submit different information to create a change set.";

pub(super) fn not_found(name: &str) -> AwsError {
    AwsError::new("ChangeSetNotFound", format!("ChangeSet [{name}] does not exist"))
}

impl CloudFormation {
    pub(super) async fn create_change_set(&self, scope: Scope, input: Value) -> Result<Value, AwsError> {
        let mut wanted: Wanted = aws_api::parse(input)?;
        wanted.order = wanted.order.fetch(&self.kernel, &scope).await?;
        let existing = self.with_stack(&scope, &wanted.stack_name, Stack::clone);
        let existing = existing.filter(|stack| !(stack.is_deleted() && creates(&wanted)));
        check_target(&wanted, existing.as_ref())?;
        let stack = match existing {
            Some(stack) => stack,
            None => self.review(&scope, &wanted.stack_name),
        };
        let made = self.change_set(&wanted, &stack);
        let set = match made {
            Ok(set) => set,
            Err(error) => {
                if stack.status.is_empty() {
                    self.store.borrow_mut().remove(&stack.id);
                }
                return Err(error);
            }
        };
        let answer = json!({ "Id": set.id, "StackId": stack.id });
        {
            let mut store = self.store.borrow_mut();
            if stack.status.is_empty() {
                let reason = Some("User Initiated");
                store.stack_event(&self.kernel, &stack.id, "REVIEW_IN_PROGRESS", reason);
            }
            store.change(&stack.id, |stack| stack.change_sets.push(set));
        }
        self.commit().await?;
        Ok(answer)
    }

    /// A stack that exists only to be reviewed.
    fn review(&self, scope: &Scope, name: &str) -> Stack {
        let stack = Stack::new(&self.kernel, scope, name);
        self.store.borrow_mut().insert(stack.clone());
        stack
    }

    fn change_set(&self, wanted: &Wanted, stack: &Stack) -> Result<ChangeSet, AwsError> {
        let creates = creates(wanted);
        let previous = (!creates).then_some(stack);
        let partition = kernel::partition(&stack.region);
        let (region, account, name) = (&stack.region, &stack.account, &wanted.change_set_name);
        let unique = self.kernel.rng.uuid();
        let mut set = ChangeSet {
            id: format!("arn:{partition}:cloudformation:{region}:{account}:changeSet/{name}/{unique}"),
            name: name.clone(),
            description: wanted.description.clone(),
            created_millis: self.kernel.clock.now().millis(),
            creates,
            status: "CREATE_COMPLETE".to_owned(),
            execution_status: "AVAILABLE".to_owned(),
            ..ChangeSet::default()
        };
        match plan(&self.kernel, wanted.order.clone(), &stack.pseudo(), previous, true) {
            Ok(plan) => {
                let schedule = schedule(&plan.template, &plan.parameters, &stack.pseudo())?;
                set.changes = changes::describe(&self.kernel, previous, &plan, &schedule);
                if previous.is_some_and(|stack| !changes::is_changed(stack, &plan)) {
                    fail(&mut set, NOTHING);
                }
                set.plan = plan;
            }
            // Transforms run after the request has been taken.
            Err(error) if error.message.starts_with("Transform ") => fail(&mut set, &error.message),
            Err(error) => return Err(error),
        }
        Ok(set)
    }

    /// The ARN of the stack and the change set that a request means.
    fn meant(&self, scope: &Scope, input: &Value) -> Result<(String, ChangeSet), AwsError> {
        let (name, set) = (text(input, "StackName"), text(input, "ChangeSetName"));
        let find = |stack: &Stack| stack.change_set(set).cloned().map(|found| (stack.id.clone(), found));
        if set.starts_with("arn:") {
            let found = self.store.borrow().all().find_map(find);
            return found.ok_or_else(|| not_found(set));
        }
        if name.is_empty() {
            return Err(invalid("StackName must be specified if ChangeSetName is not specified as an ARN."));
        }
        let found = self.with_stack(scope, name, find);
        found.ok_or_else(|| invalid(format!("Stack [{name}] does not exist")))?.ok_or_else(|| not_found(set))
    }

    pub(super) fn describe_change_set(&self, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
        let (stack_id, set) = self.meant(scope, input)?;
        let stack_name = self.store.borrow().get(&stack_id).map(|stack| stack.name.clone());
        let mut json = page(set.changes.clone(), input, "Changes", 100)?;
        let parameters: Vec<Value> = set
            .plan
            .parameters
            .shown()
            .into_iter()
            .map(|(name, value)| json!({ "ParameterKey": name, "ParameterValue": value }))
            .collect();
        let more = json!({
            "ChangeSetName": set.name,
            "ChangeSetId": set.id,
            "StackId": stack_id,
            "StackName": stack_name,
            "Parameters": parameters,
            "CreationTime": seconds(set.created_millis),
            "ExecutionStatus": set.execution_status,
            "Status": set.status,
            "NotificationARNs": set.plan.notification_arns,
            "RollbackConfiguration": {},
            "Capabilities": set.plan.capabilities,
            "Tags": set.plan.tags,
            "IncludeNestedStacks": false,
        });
        for (key, value) in more.as_object().into_iter().flatten() {
            json[key.as_str()] = value.clone();
        }
        for (name, value) in [("Description", set.description), ("StatusReason", set.status_reason)] {
            if let Some(value) = value {
                json[name] = json!(value);
            }
        }
        Ok(json)
    }

    pub(super) fn list_change_sets(&self, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
        let name = text(input, "StackName");
        let list = self.with_stack(scope, name, |stack| {
            let summary = |set: &ChangeSet| {
                let mut json = json!({
                    "StackId": stack.id,
                    "StackName": stack.name,
                    "ChangeSetId": set.id,
                    "ChangeSetName": set.name,
                    "ExecutionStatus": set.execution_status,
                    "Status": set.status,
                    "CreationTime": seconds(set.created_millis),
                    "IncludeNestedStacks": false,
                });
                if let Some(reason) = &set.status_reason {
                    json["StatusReason"] = json!(reason);
                }
                json
            };
            stack.change_sets.iter().map(summary).collect::<Vec<Value>>()
        });
        let list = list.ok_or_else(|| invalid(format!("Stack [{name}] does not exist")))?;
        page(list, input, "Summaries", 100)
    }

    pub(super) async fn delete_change_set(&self, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
        let found = match self.meant(scope, input) {
            Ok(found) => found,
            // One that is gone already is a success.
            Err(error) if error.code == "ChangeSetNotFound" => return Ok(json!({})),
            Err(error) => return Err(error),
        };
        let (stack_id, set) = found;
        self.store.borrow_mut().change(&stack_id, |stack| stack.change_sets.retain(|other| other.id != set.id));
        self.commit().await?;
        Ok(json!({}))
    }

    pub(super) async fn execute_change_set(&self, scope: Scope, input: &Value) -> Result<Value, AwsError> {
        let (stack_id, set) = self.meant(&scope, input)?;
        if set.status != "CREATE_COMPLETE" || set.execution_status != "AVAILABLE" {
            let sentence =
                format!("ChangeSet [{}] cannot be executed in its current status of [{}]", set.id, set.status);
            return Err(AwsError::new("InvalidChangeSetStatus", sentence));
        }
        let mut plan = set.plan.clone();
        plan.client_token = input.get("ClientRequestToken").and_then(Value::as_str).map(str::to_owned);
        plan.disable_rollback = input["DisableRollback"].as_bool().unwrap_or(plan.disable_rollback);
        self.take_over(&stack_id, &set, &plan);
        if set.creates {
            self.start_creation(&scope, &stack_id).await?;
        } else {
            self.start_update(&scope, &stack_id, plan).await?;
        }
        Ok(json!({}))
    }

    /// Of a stack's change sets only the one that is executed stays.
    fn take_over(&self, stack_id: &str, set: &ChangeSet, plan: &Plan) {
        self.store.borrow_mut().change(stack_id, |stack| {
            stack.change_sets.retain(|other| other.id == set.id);
            for set in &mut stack.change_sets {
                "EXECUTE_COMPLETE".clone_into(&mut set.execution_status);
            }
            stack.change_set_id = Some(set.id.clone());
            if set.creates {
                stack.plan = plan.clone();
            }
        });
    }
}

/// Whether a change set may be made for this stack, or for none.
fn check_target(wanted: &Wanted, existing: Option<&Stack>) -> Result<(), AwsError> {
    let (name, set) = (&wanted.stack_name, &wanted.change_set_name);
    let Some(stack) = existing else {
        if !creates(wanted) || name.starts_with("arn:") {
            return Err(invalid(format!("Stack [{name}] does not exist")));
        }
        return check_name(name);
    };
    if stack.change_set(set).is_some() {
        let sentence = format!("ChangeSet [{set}] already exists");
        return Err(AwsError::new("AlreadyExistsException", sentence));
    }
    if !creates(wanted) {
        return check_updatable(stack);
    }
    if stack.status == "REVIEW_IN_PROGRESS" {
        return Ok(());
    }
    Err(invalid(format!("Stack [{name}] already exists and cannot be created again with the changeSet [{set}].")))
}

fn creates(wanted: &Wanted) -> bool {
    wanted.change_set_type.as_deref() == Some("CREATE")
}

fn fail(set: &mut ChangeSet, reason: &str) {
    "FAILED".clone_into(&mut set.status);
    "UNAVAILABLE".clone_into(&mut set.execution_status);
    set.status_reason = Some(reason.to_owned());
}
