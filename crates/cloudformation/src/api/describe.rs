//! What can be asked about stacks, their resources and their events.

use kernel::{AwsError, Scope};
use serde_json::{Value, json};

use super::{page, seconds, text};
use crate::CloudFormation;
use crate::stack::{Event, Stack, StackResource};
use crate::template::invalid;

const PAGE: usize = 100;

fn put(object: &mut Value, name: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        object[name] = value.into();
    }
}

fn stack_json(stack: &Stack) -> Value {
    let plan = &stack.plan;
    let parameters: Vec<Value> = plan
        .parameters
        .shown()
        .into_iter()
        .map(|(name, value)| json!({ "ParameterKey": name, "ParameterValue": value }))
        .collect();
    let outputs: Vec<Value> = stack
        .outputs
        .iter()
        .map(|output| {
            let mut json = json!({ "OutputKey": output.key, "OutputValue": output.value });
            put(&mut json, "Description", output.description.clone());
            put(&mut json, "ExportName", output.export_name.clone());
            json
        })
        .collect();
    let mut json = json!({
        "StackId": stack.id,
        "StackName": stack.name,
        "CreationTime": seconds(stack.created_millis),
        "StackStatus": stack.status,
        "DisableRollback": plan.disable_rollback,
        "NotificationARNs": plan.notification_arns,
        "RollbackConfiguration": {},
        "Tags": plan.tags,
        "EnableTerminationProtection": stack.termination_protection,
        "DriftInformation": { "StackDriftStatus": "NOT_CHECKED" },
    });
    put(&mut json, "StackStatusReason", stack.status_reason.clone());
    put(&mut json, "LastUpdatedTime", stack.updated_millis.map(seconds));
    put(&mut json, "DeletionTime", stack.deleted_millis.map(seconds));
    put(&mut json, "ParentId", stack.parent_id.clone());
    put(&mut json, "RootId", stack.root_id.clone());
    put(&mut json, "ChangeSetId", stack.change_set_id.clone());
    put(&mut json, "RoleARN", plan.role_arn.clone());
    put(&mut json, "Description", plan.template.get("Description").cloned());
    for (name, list) in [("Parameters", parameters), ("Outputs", outputs)] {
        if !list.is_empty() {
            json[name] = json!(list);
        }
    }
    if !plan.capabilities.is_empty() {
        json["Capabilities"] = json!(plan.capabilities);
    }
    json
}

fn resource_json(stack: &Stack, id: &str, resource: &StackResource) -> Value {
    let mut json = summary_json(id, resource);
    json["StackName"] = json!(stack.name);
    json["StackId"] = json!(stack.id);
    json["Timestamp"] = json["LastUpdatedTimestamp"].take();
    if let Value::Object(map) = &mut json {
        map.shift_remove("LastUpdatedTimestamp");
    }
    json
}

fn summary_json(id: &str, resource: &StackResource) -> Value {
    let mut json = json!({
        "LogicalResourceId": id,
        "ResourceType": resource.resource_type,
        "LastUpdatedTimestamp": seconds(resource.updated_millis),
        "ResourceStatus": resource.status,
        "DriftInformation": { "StackResourceDriftStatus": "NOT_CHECKED" },
    });
    put(&mut json, "PhysicalResourceId", resource.physical_id.clone());
    put(&mut json, "ResourceStatusReason", resource.status_reason.clone());
    json
}

fn event_json(stack: &Stack, event: &Event) -> Value {
    let mut json = json!({
        "StackId": stack.id,
        "EventId": event.id,
        "StackName": stack.name,
        "LogicalResourceId": event.logical_id,
        "PhysicalResourceId": event.physical_id,
        "ResourceType": event.resource_type,
        "Timestamp": seconds(event.millis),
        "ResourceStatus": event.status,
    });
    put(&mut json, "ResourceStatusReason", event.reason.clone());
    put(&mut json, "ResourceProperties", event.properties.clone());
    put(&mut json, "ClientRequestToken", event.client_token.clone());
    json
}

fn no_stack(name: &str) -> AwsError {
    invalid(format!("Stack with id {name} does not exist"))
}

impl CloudFormation {
    fn stacks_here(&self, scope: &Scope, read: impl Fn(&Stack) -> Option<Value>) -> Vec<Value> {
        let store = self.store.borrow();
        // The newest come first.
        let here = store.all().rev().filter(|s| s.account == scope.account && s.region == scope.region);
        here.filter_map(read).collect()
    }

    pub(super) fn describe_stacks(&self, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
        let name = text(input, "StackName");
        if name.is_empty() {
            let list = self.stacks_here(scope, |stack| (!stack.is_deleted()).then(|| stack_json(stack)));
            return page(list, input, "Stacks", PAGE);
        }
        let found = self.with_stack(scope, name, stack_json).ok_or_else(|| no_stack(name))?;
        Ok(json!({ "Stacks": [found] }))
    }

    pub(super) fn list_stacks(&self, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
        let filter = input.get("StackStatusFilter").and_then(Value::as_array);
        let list = self.stacks_here(scope, |stack| {
            if filter.is_some_and(|wanted| !wanted.iter().any(|status| *status == stack.status)) {
                return None;
            }
            let mut json = json!({
                "StackId": stack.id,
                "StackName": stack.name,
                "CreationTime": seconds(stack.created_millis),
                "StackStatus": stack.status,
                "DriftInformation": { "StackDriftStatus": "NOT_CHECKED" },
            });
            put(&mut json, "StackStatusReason", stack.status_reason.clone());
            put(&mut json, "LastUpdatedTime", stack.updated_millis.map(seconds));
            put(&mut json, "DeletionTime", stack.deleted_millis.map(seconds));
            put(&mut json, "TemplateDescription", stack.plan.template.get("Description").cloned());
            Some(json)
        });
        page(list, input, "StackSummaries", PAGE)
    }

    pub(super) fn describe_stack_events(&self, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
        let name = text(input, "StackName");
        let events = |stack: &Stack| stack.events.iter().rev().map(|event| event_json(stack, event)).collect();
        let list: Option<Vec<Value>> = self.with_stack(scope, name, events);
        let list = list.ok_or_else(|| invalid(format!("Stack [{name}] does not exist")))?;
        page(list, input, "StackEvents", PAGE)
    }

    pub(super) fn describe_stack_resource(&self, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
        let (name, id) = (text(input, "StackName"), text(input, "LogicalResourceId"));
        let found = self.with_stack(scope, name, |stack| {
            let resource = stack.resources.get(id)?;
            let mut json = resource_json(stack, id, resource);
            json["LastUpdatedTimestamp"] = json["Timestamp"].take();
            put(&mut json, "Metadata", resource.metadata.as_ref().map(Value::to_string));
            if let Value::Object(map) = &mut json {
                map.shift_remove("Timestamp");
            }
            Some(json)
        });
        let found = found.ok_or_else(|| invalid(format!("Stack '{name}' does not exist")))?;
        let found = found.ok_or_else(|| invalid(format!("Resource {id} does not exist for stack {name}")))?;
        Ok(json!({ "StackResourceDetail": found }))
    }

    pub(super) fn describe_stack_resources(&self, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
        let physical = text(input, "PhysicalResourceId");
        let mut name = text(input, "StackName").to_owned();
        if name.is_empty() && !physical.is_empty() {
            let owner = self.store.borrow().all().find(|s| !s.is_deleted() && owns(s, physical)).map(|s| s.id.clone());
            name = owner.ok_or_else(|| invalid(format!("Stack for {physical} does not exist")))?;
        }
        let id = text(input, "LogicalResourceId");
        let list = self.with_stack(scope, &name, |stack| {
            let wanted = stack.resources.iter().filter(|(key, _)| id.is_empty() || *key == id);
            wanted.map(|(key, resource)| resource_json(stack, key, resource)).collect::<Vec<Value>>()
        });
        let list = list.ok_or_else(|| no_stack(&name))?;
        if list.is_empty() && !id.is_empty() {
            return Err(invalid(format!("Resource {id} does not exist for stack {name}")));
        }
        Ok(json!({ "StackResources": list }))
    }

    pub(super) fn list_stack_resources(&self, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
        let name = text(input, "StackName");
        let list = self.with_stack(scope, name, |stack| {
            stack.resources.iter().map(|(id, resource)| summary_json(id, resource)).collect::<Vec<Value>>()
        });
        page(list.ok_or_else(|| no_stack(name))?, input, "StackResourceSummaries", PAGE)
    }

    pub(super) fn list_exports(&self, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
        let mut list = Vec::new();
        let store = self.store.borrow();
        let here = |stack: &&Stack| stack.account == scope.account && stack.region == scope.region;
        for stack in store.all().filter(here).filter(|stack| !stack.is_deleted()) {
            for output in &stack.outputs {
                if let Some(name) = &output.export_name {
                    list.push(json!({ "ExportingStackId": stack.id, "Name": name, "Value": output.value }));
                }
            }
        }
        page(list, input, "Exports", PAGE)
    }

    pub(super) fn list_imports(&self, scope: &Scope, input: &Value) -> Result<Value, AwsError> {
        let name = text(input, "ExportName");
        let store = self.store.borrow();
        let users: Vec<Value> =
            store.importers(&scope.account, &scope.region, name).into_iter().map(|user| json!(user)).collect();
        if users.is_empty() {
            return Err(invalid(format!("Export '{name}' is not imported by any stack.")));
        }
        page(users, input, "Imports", PAGE)
    }
}

fn owns(stack: &Stack, physical_id: &str) -> bool {
    stack.resources.values().any(|resource| resource.physical_id.as_deref() == Some(physical_id))
}
