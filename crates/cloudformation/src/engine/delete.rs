//! Deleting resources and stacks.

use std::collections::BTreeMap;

use kernel::AwsError;

use super::{Engine, no_provider, refused};
use crate::stack::{Event, Stack, StackResource};
use crate::store::moment;

impl Engine {
    /// Deletes the stack with all its resources but those `retained`. The reason why not, if that fails.
    pub(crate) async fn delete(self, retained: &[String]) -> Result<(), String> {
        let result = self.try_delete(retained).await;
        match &result {
            Ok(()) => {
                let now = self.kernel.clock.now().millis();
                self.change(|stack| {
                    stack.deleted_millis = Some(now);
                    stack.outputs.clear();
                });
                self.stack_event("DELETE_COMPLETE", None);
            }
            Err(reason) => self.stack_event("DELETE_FAILED", Some(reason)),
        }
        self.commit().await;
        result
    }

    async fn try_delete(&self, retained: &[String]) -> Result<(), String> {
        let exports =
            self.read(|stack| stack.outputs.iter().filter_map(|output| output.export_name.clone()).collect::<Vec<_>>());
        for name in exports.unwrap_or_default() {
            if let Some(reason) = self.export_in_use(&name, "deleted") {
                return Err(reason);
            }
        }
        for id in retained {
            self.event(id, "DELETE_SKIPPED", None);
            self.change(|stack| drop(stack.resources.shift_remove(id)));
        }
        let failed = self.delete_all(false).await;
        if failed.is_empty() {
            return Ok(());
        }
        Err(format!("The following resource(s) failed to delete: [{}]. ", failed.join(", ")))
    }

    /// Deletes all resources, those that wait for others first. Answers which could not be deleted.
    /// `is_new` says that all this belongs to a creation that is taken back.
    pub(super) async fn delete_all(&self, is_new: bool) -> Vec<String> {
        let order = self.read(deletion_order).unwrap_or_default();
        let mut failed = Vec::new();
        for id in order {
            let Some(resource) = self.resource(&id) else { continue };
            if resource.physical_id.is_none() || resource.status == "DELETE_COMPLETE" {
                continue;
            }
            if is_retained(resource.deletion_policy.as_deref(), is_new) {
                self.event(&id, "DELETE_SKIPPED", None);
                continue;
            }
            self.event(&id, "DELETE_IN_PROGRESS", None);
            match self.ask_to_delete(&id, &resource).await {
                Ok(()) => self.event(&id, "DELETE_COMPLETE", None),
                Err(error) => {
                    self.event(&id, "DELETE_FAILED", Some(&refused(&self.kernel, &resource.resource_type, &error)));
                    failed.push(id);
                }
            }
            self.commit().await;
        }
        failed
    }

    /// Deletes a resource that the template no longer has, or one that an update has made in vain.
    pub(super) async fn remove(&self, id: &str, is_new: bool) {
        let Some(resource) = self.resource(id) else { return };
        if resource.physical_id.is_some() {
            if is_retained(resource.deletion_policy.as_deref(), is_new) {
                self.event(id, "DELETE_SKIPPED", None);
            } else {
                self.event(id, "DELETE_IN_PROGRESS", None);
                if let Err(error) = self.ask_to_delete(id, &resource).await {
                    self.event(id, "DELETE_FAILED", Some(&refused(&self.kernel, &resource.resource_type, &error)));
                    self.commit().await;
                    return;
                }
                self.event(id, "DELETE_COMPLETE", None);
            }
        }
        self.change(|stack| drop(stack.resources.shift_remove(id)));
        self.commit().await;
    }

    /// Deletes the physical resource that another has taken the place of.
    pub(super) async fn discard(&self, id: &str, old: &StackResource) {
        if is_retained(old.update_replace_policy.as_deref(), false) {
            self.event_of(id, old, "DELETE_SKIPPED", None);
            return;
        }
        self.event_of(id, old, "DELETE_IN_PROGRESS", None);
        match self.ask_to_delete(id, old).await {
            Ok(()) => self.event_of(id, old, "DELETE_COMPLETE", None),
            Err(error) => {
                self.event_of(id, old, "DELETE_FAILED", Some(refused(&self.kernel, &old.resource_type, &error)));
            }
        }
        self.commit().await;
    }

    /// An event of a physical resource that is not the stack's current one of that name.
    fn event_of(&self, id: &str, resource: &StackResource, status: &str, reason: Option<String>) {
        let millis = self.kernel.clock.now().millis();
        let event = Event {
            id: format!("{id}-{status}-{}", moment(millis)),
            logical_id: id.to_owned(),
            physical_id: resource.physical_id.clone().unwrap_or_default(),
            resource_type: resource.resource_type.clone(),
            millis,
            status: status.to_owned(),
            reason,
            properties: None,
            client_token: self.read(|stack| stack.plan.client_token.clone()).flatten(),
        };
        self.store.borrow_mut().push(&self.stack_id, event);
    }

    async fn ask_to_delete(&self, id: &str, resource: &StackResource) -> Result<(), AwsError> {
        let kind = resource.resource_type.as_str();
        let provider = crate::providers::of(&self.kernel, kind).ok_or_else(|| no_provider(kind))?;
        let physical_id = resource.physical_id.as_deref().unwrap_or_default();
        provider.delete(&self.context(id, kind), physical_id, &resource.properties).await
    }
}

/// Whether a policy keeps a resource. `Retain` keeps even what a failed operation has just made,
/// `RetainExceptOnCreate` does not; `Snapshot` is for types that have snapshots, of which there is
/// none here.
fn is_retained(policy: Option<&str>, is_new: bool) -> bool {
    match policy {
        Some("Retain") => true,
        Some("RetainExceptOnCreate") => !is_new,
        _ => false,
    }
}

/// Each resource comes before those that it waited for when it was made.
pub(super) fn deletion_order(stack: &Stack) -> Vec<String> {
    let mut waited_for: BTreeMap<&str, usize> = BTreeMap::new();
    for name in stack.resources.values().flat_map(|resource| &resource.waits_for) {
        *waited_for.entry(name).or_default() += 1;
    }
    let mut waiting: Vec<&String> = stack.resources.keys().rev().collect();
    let mut order = Vec::new();
    while !waiting.is_empty() {
        let free = |id: &&String| waited_for.get(id.as_str()).is_none_or(|count| *count == 0);
        let (mut ready, mut rest): (Vec<&String>, Vec<&String>) = waiting.into_iter().partition(free);
        if ready.is_empty() {
            // A circle cannot have been made; if the records say so, any order is as good.
            ready = std::mem::take(&mut rest);
        }
        for id in &ready {
            for name in stack.resources.get(*id).into_iter().flat_map(|resource| &resource.waits_for) {
                if let Some(count) = waited_for.get_mut(name.as_str()) {
                    *count = count.saturating_sub(1);
                }
            }
        }
        order.extend(ready.into_iter().cloned());
        waiting = rest;
    }
    order
}
