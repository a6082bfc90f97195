//! All stacks of a cloud, in memory and in the storage.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use kernel::{AwsError, Batch, Entry, Kernel, Space, StorageError};
use serde::Serialize;

use crate::stack::{Event, STACK_TYPE, Stack};

const SPACE: Space = Space::new("cloudformation");

/// The stacks, by ARN, and the changes that are not in the storage yet.
#[derive(Default)]
pub(crate) struct Store {
    stacks: IndexMap<String, Stack>,
    batch: Batch,
    /// The stacks that the next batch is to hold. One that changes often is written once.
    changed: BTreeSet<String>,
}

impl Store {
    /// Loads what an earlier cloud has kept.
    pub(crate) async fn load(kernel: &Kernel) -> Result<Self, StorageError> {
        let mut store = Self::default();
        let mut events: Vec<(String, Event)> = Vec::new();
        kernel.storage.load(&SPACE, |entry| store.restore(entry, &mut events)).await?;
        for (stack_id, event) in events {
            if let Some(stack) = store.stacks.get_mut(&stack_id) {
                stack.events.push(event);
            }
        }
        store.stacks.sort_by(|_, a, _, b| a.created_millis.cmp(&b.created_millis));
        Ok(store)
    }

    /// Takes in an entry; one that cannot be read is of a damaged store and left out.
    fn restore(&mut self, (key, value): Entry, events: &mut Vec<(String, Event)>) {
        let key = String::from_utf8_lossy(&key).into_owned();
        match key.split('\n').collect::<Vec<_>>()[..] {
            ["stack", id] => {
                if let Ok(stack) = serde_json::from_slice(&value) {
                    self.stacks.insert(id.to_owned(), stack);
                }
            }
            ["event", id, _] => {
                if let Ok(event) = serde_json::from_slice(&value) {
                    events.push((id.to_owned(), event));
                }
            }
            _ => {}
        }
    }

    /// The stacks that were on their way when the cloud was closed, with their status. Resources that
    /// were being made did not get there, as far as anyone knows.
    pub(crate) fn settle_interrupted(&mut self, kernel: &Kernel) -> Vec<(String, String)> {
        let is_open = |stack: &&Stack| stack.status.ends_with("_IN_PROGRESS") && stack.status != "REVIEW_IN_PROGRESS";
        let interrupted: Vec<(String, String)> =
            self.stacks.values().filter(is_open).map(|stack| (stack.id.clone(), stack.status.clone())).collect();
        for (id, _) in &interrupted {
            let resources = self.stacks.get(id).into_iter().flat_map(|stack| &stack.resources);
            let open = resources.filter(|(_, resource)| resource.status.ends_with("_IN_PROGRESS"));
            let open: Vec<String> = open.map(|(logical_id, _)| logical_id.clone()).collect();
            for logical_id in open {
                self.resource_event(kernel, id, &logical_id, "_FAILED", Some("The operation was interrupted"));
            }
        }
        interrupted
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Stack> {
        self.stacks.get(id)
    }

    pub(crate) fn all(&self) -> impl DoubleEndedIterator<Item = &Stack> {
        self.stacks.values()
    }

    /// The stack of this name that is not deleted, or of this ARN, deleted or not.
    pub(crate) fn find(&self, account: &str, region: &str, name_or_id: &str) -> Option<&Stack> {
        if name_or_id.starts_with("arn:") {
            return self.stacks.get(name_or_id);
        }
        let here = |stack: &&Stack| stack.account == account && stack.region == region;
        self.stacks.values().filter(here).find(|stack| stack.name == name_or_id && !stack.is_deleted())
    }

    pub(crate) fn insert(&mut self, stack: Stack) {
        let id = stack.id.clone();
        self.stacks.insert(id.clone(), stack);
        self.changed.insert(id);
    }

    /// Changes a stack and marks it to be kept.
    pub(crate) fn change<T>(&mut self, id: &str, change: impl FnOnce(&mut Stack) -> T) -> Option<T> {
        let result = change(self.stacks.get_mut(id)?);
        self.changed.insert(id.to_owned());
        Some(result)
    }

    /// Forgets a stack that never came to be.
    pub(crate) fn remove(&mut self, id: &str) {
        if let Some(stack) = self.stacks.shift_remove(id) {
            self.changed.remove(id);
            self.batch.delete(&SPACE, format!("stack\n{id}"));
            for number in 0..stack.events.len() {
                self.batch.delete(&SPACE, event_key(id, number));
            }
        }
    }

    /// The changes since the last call, to be committed.
    pub(crate) fn take_batch(&mut self) -> Batch {
        for id in std::mem::take(&mut self.changed) {
            if let Some(stack) = self.stacks.get(&id) {
                self.batch.put(&SPACE, format!("stack\n{id}"), encode(stack));
            }
        }
        std::mem::take(&mut self.batch)
    }

    /// Gives the stack a new status and notes it among the events.
    pub(crate) fn stack_event(&mut self, kernel: &Kernel, id: &str, status: &str, reason: Option<&str>) {
        let millis = kernel.clock.now().millis();
        let event_id = kernel.rng.uuid();
        let event = self.change(id, |stack| {
            status.clone_into(&mut stack.status);
            stack.status_reason = reason.map(str::to_owned);
            Event {
                id: event_id,
                logical_id: stack.name.clone(),
                physical_id: stack.id.clone(),
                resource_type: STACK_TYPE.to_owned(),
                millis,
                status: status.to_owned(),
                reason: reason.map(str::to_owned),
                properties: None,
                client_token: stack.plan.client_token.clone(),
            }
        });
        if let Some(event) = event {
            self.push(id, event);
        }
    }

    /// Gives a resource a new status and notes it among the events. A status that starts with `_`
    /// ends what the resource is in the middle of.
    pub(crate) fn resource_event(
        &mut self,
        kernel: &Kernel,
        id: &str,
        logical_id: &str,
        status: &str,
        reason: Option<&str>,
    ) {
        let millis = kernel.clock.now().millis();
        let event = self.change(id, |stack| {
            let client_token = stack.plan.client_token.clone();
            let resource = stack.resources.get_mut(logical_id)?;
            let action = resource.status.split('_').next().unwrap_or_default();
            let status = if status.starts_with('_') { format!("{action}{status}") } else { status.to_owned() };
            resource.status.clone_from(&status);
            resource.status_reason = reason.map(str::to_owned);
            resource.updated_millis = millis;
            Some(Event {
                id: format!("{logical_id}-{status}-{}", moment(millis)),
                logical_id: logical_id.to_owned(),
                physical_id: resource.physical_id.clone().unwrap_or_default(),
                resource_type: resource.resource_type.clone(),
                millis,
                status,
                reason: reason.map(str::to_owned),
                properties: Some(resource.properties.to_string()).filter(|text| text != "null"),
                client_token,
            })
        });
        if let Some(event) = event.flatten() {
            self.push(id, event);
        }
    }

    /// Adds an event to a stack's history.
    pub(crate) fn push(&mut self, id: &str, event: Event) {
        let Some(stack) = self.stacks.get_mut(id) else { return };
        self.batch.put(&SPACE, event_key(id, stack.events.len()), encode(&event));
        stack.events.push(event);
    }

    /// The value of an export, and the stack that has it.
    pub(crate) fn export(&self, account: &str, region: &str, name: &str) -> Option<(&str, &Stack)> {
        let here = self.stacks.values().filter(|s| s.account == account && s.region == region && !s.is_deleted());
        here.flat_map(|stack| stack.outputs.iter().map(move |output| (output, stack)))
            .find(|(output, _)| output.export_name.as_deref() == Some(name))
            .map(|(output, stack)| (output.value.as_str(), stack))
    }

    /// The names of the stacks that import an export.
    pub(crate) fn importers(&self, account: &str, region: &str, name: &str) -> Vec<&str> {
        let here = self.stacks.values().filter(|s| s.account == account && s.region == region && !s.is_deleted());
        here.filter(|stack| imports(stack).iter().any(|import| import == name)).map(|s| s.name.as_str()).collect()
    }
}

/// The exports that a stack's template imports by a plain name.
fn imports(stack: &Stack) -> Vec<String> {
    fn collect(value: &serde_json::Value, found: &mut Vec<String>) {
        match value {
            serde_json::Value::Object(map) => {
                if let Some(name) = map.get("Fn::ImportValue").and_then(serde_json::Value::as_str) {
                    found.push(name.to_owned());
                }
                map.values().for_each(|value| collect(value, found));
            }
            serde_json::Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    collect(&stack.plan.template, &mut found);
    found
}

/// Keys sort in the order of the events.
fn event_key(stack_id: &str, number: usize) -> String {
    format!("event\n{stack_id}\n{number:08}")
}

fn encode(value: &impl Serialize) -> Vec<u8> {
    // Strings, numbers and JSON values with string keys always serialize.
    serde_json::to_vec(value).unwrap_or_default()
}

/// A moment as ISO 8601, in UTC with milliseconds.
pub(crate) fn moment(millis: u64) -> String {
    let stamp = i64::try_from(millis).ok().and_then(|millis| jiff::Timestamp::from_millisecond(millis).ok());
    stamp.map(|stamp| format!("{stamp:.3}")).unwrap_or_default()
}

/// Keeps what has changed; an error is the store's, never a user's.
pub(crate) async fn commit(kernel: &Kernel, batch: Batch) -> Result<(), AwsError> {
    kernel.storage.commit(batch).await.map_err(|error| AwsError::internal(error.to_string()))
}
