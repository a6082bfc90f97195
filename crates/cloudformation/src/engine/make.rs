//! Making and changing resources, as many at once as their references allow.

use std::collections::BTreeSet;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use kernel::{AwsError, Created};
use serde_json::{Map, Value};

use super::{Engine, no_provider, refused};
use crate::plan::Schedule;
use crate::providers;
use crate::stack::{Plan, STACK_TYPE, StackResource, Step};

/// What one operation makes.
pub(super) struct Work<'a> {
    pub(super) plan: &'a Plan,
    pub(super) schedule: Schedule,
}

impl<'a> Work<'a> {
    pub(super) fn new(plan: &'a Plan, schedule: Schedule) -> Self {
        Self { plan, schedule }
    }
}

impl Engine {
    /// Makes every resource that its references allow; stops at the first failure, but lets what is
    /// under way come to its end. Answers which have failed.
    pub(super) async fn make_all(&self, work: &Work<'_>) -> Vec<String> {
        let mut waiting = work.schedule.order.clone();
        let mut made: BTreeSet<String> = BTreeSet::new();
        let mut failed = Vec::new();
        let mut running = FuturesUnordered::new();
        loop {
            if failed.is_empty() && !self.is_cancelled() {
                let is_ready = |id: &String| work.schedule.waits_for[id].iter().all(|other| made.contains(other));
                let (ready, rest) = waiting.into_iter().partition(is_ready);
                waiting = rest;
                let ready: Vec<String> = ready;
                running.extend(ready.into_iter().map(|id| async move { (self.make(work, &id).await, id) }));
            }
            match running.next().await {
                Some((true, id)) => drop(made.insert(id)),
                Some((false, id)) => failed.push(id),
                None => return failed,
            }
        }
    }

    /// Brings one resource to what the plan says. Whether that worked.
    async fn make(&self, work: &Work<'_>, id: &str) -> bool {
        let definition = &work.plan.template["Resources"][id];
        let kind = definition["Type"].as_str().unwrap_or_default();
        let existing = self.resource(id).filter(|resource| resource.physical_id.is_some());
        let properties = definition.get("Properties").unwrap_or(&Value::Null);
        let properties = self.evaluate(work.plan, &work.schedule.conditions, properties);
        let mut wanted = StackResource {
            resource_type: kind.to_owned(),
            waits_for: work.schedule.waits_for[id].iter().cloned().collect(),
            deletion_policy: policy(definition, "DeletionPolicy"),
            update_replace_policy: policy(definition, "UpdateReplacePolicy"),
            metadata: definition.get("Metadata").cloned(),
            ..StackResource::default()
        };
        match properties {
            Ok(properties) => {
                wanted.properties = properties.filter(|p| !p.is_null()).unwrap_or_else(|| Value::Object(Map::new()));
            }
            Err(error) => return self.fail_before(id, existing.as_ref(), wanted, &error),
        }
        match existing {
            None => self.create_resource(id, wanted).await,
            // What a nested stack's template says may have changed although its URL has not.
            Some(old) if old.properties == wanted.properties && old.resource_type == kind && kind != STACK_TYPE => {
                self.keep(id, old, wanted);
                true
            }
            Some(old) => {
                let replaces =
                    old.resource_type != kind || self.needs_replacement(kind, &old.properties, &wanted.properties);
                let action = if replaces { "Replace" } else { "Modify" };
                if let Some(reason) = self.policy_refusal(action, id, kind) {
                    self.event(id, "UPDATE_FAILED", Some(&reason));
                    false
                } else if replaces {
                    self.replace(id, old, wanted).await
                } else {
                    self.update_in_place(id, old, wanted).await
                }
            }
        }
    }

    /// Why the stack's policy forbids an update to touch a resource so.
    pub(super) fn policy_refusal(&self, action: &str, id: &str, kind: &str) -> Option<String> {
        let policy = self.read(|stack| stack.plan.policy_during_update.clone().or_else(|| stack.policy.clone()));
        crate::policy::refusal(policy.flatten().as_deref(), action, id, kind)
    }

    /// A resource whose properties make no sense does not reach its service.
    fn fail_before(&self, id: &str, existing: Option<&StackResource>, wanted: StackResource, error: &AwsError) -> bool {
        let verb = if existing.is_some() { "UPDATE" } else { "CREATE" };
        if existing.is_none() {
            self.put(id, wanted);
        }
        self.event(id, &format!("{verb}_IN_PROGRESS"), None);
        self.event(id, &format!("{verb}_FAILED"), Some(&error.message));
        false
    }

    fn put(&self, id: &str, resource: StackResource) {
        self.change(|stack| drop(stack.resources.insert(id.to_owned(), resource)));
    }

    /// Nothing has changed that its service would know of.
    fn keep(&self, id: &str, old: StackResource, wanted: StackResource) {
        self.put(
            id,
            StackResource {
                waits_for: wanted.waits_for,
                deletion_policy: wanted.deletion_policy,
                update_replace_policy: wanted.update_replace_policy,
                metadata: wanted.metadata,
                ..old
            },
        );
    }

    fn needs_replacement(&self, kind: &str, old: &Value, new: &Value) -> bool {
        let Some(provider) = providers::of(&self.kernel, kind) else { return false };
        let none = Map::new();
        let (old, new) = (old.as_object().unwrap_or(&none), new.as_object().unwrap_or(&none));
        let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        names.into_iter().any(|name| old.get(name) != new.get(name) && provider.replaces(kind, name))
    }

    async fn create_resource(&self, id: &str, wanted: StackResource) -> bool {
        self.put(id, wanted.clone());
        self.event(id, "CREATE_IN_PROGRESS", None);
        match self.ask_to_create(id, &wanted).await {
            Ok(created) => {
                self.set_created(id, created);
                self.note(Step::Created(id.to_owned()));
                self.event(id, "CREATE_IN_PROGRESS", Some("Resource creation Initiated"));
                self.event(id, "CREATE_COMPLETE", None);
                self.commit().await;
                true
            }
            Err(error) => {
                self.event(id, "CREATE_FAILED", Some(&refused(&self.kernel, &wanted.resource_type, &error)));
                false
            }
        }
    }

    async fn replace(&self, id: &str, old: StackResource, wanted: StackResource) -> bool {
        const HENCE: &str = "Requested update requires the creation of a new physical resource; hence creating one.";
        self.event(id, "UPDATE_IN_PROGRESS", Some(HENCE));
        match self.ask_to_create(id, &wanted).await {
            Ok(created) => {
                self.put(id, StackResource { status: "UPDATE_IN_PROGRESS".to_owned(), ..wanted });
                self.set_created(id, created);
                self.note(Step::Replaced(id.to_owned(), old));
                self.event(id, "UPDATE_IN_PROGRESS", Some("Resource creation Initiated"));
                self.event(id, "UPDATE_COMPLETE", None);
                self.commit().await;
                true
            }
            Err(error) => {
                self.event(id, "UPDATE_FAILED", Some(&refused(&self.kernel, &wanted.resource_type, &error)));
                false
            }
        }
    }

    async fn update_in_place(&self, id: &str, old: StackResource, wanted: StackResource) -> bool {
        self.event(id, "UPDATE_IN_PROGRESS", None);
        self.note(Step::Updated(id.to_owned(), old.clone()));
        match self.ask_to_update(id, &old, &wanted.properties).await {
            Ok(updated) => {
                // A custom resource may answer that it is another one from now on.
                if old.physical_id.as_ref() != Some(&updated.physical_id) {
                    self.note(Step::Replaced(id.to_owned(), old));
                }
                self.put(id, StackResource { status: "UPDATE_IN_PROGRESS".to_owned(), ..wanted });
                self.set_created(id, updated);
                self.event(id, "UPDATE_COMPLETE", None);
                self.commit().await;
                true
            }
            Err(error) => {
                self.event(id, "UPDATE_FAILED", Some(&refused(&self.kernel, &wanted.resource_type, &error)));
                false
            }
        }
    }

    fn set_created(&self, id: &str, created: Created) {
        self.change(|stack| {
            if let Some(resource) = stack.resources.get_mut(id) {
                resource.physical_id = Some(created.physical_id);
                resource.attributes = created.attributes;
            }
        });
    }

    async fn ask_to_create(&self, id: &str, wanted: &StackResource) -> Result<Created, AwsError> {
        let kind = wanted.resource_type.as_str();
        let context = self.context(id, kind);
        let provider = providers::of(&self.kernel, kind).ok_or_else(|| no_provider(kind))?;
        provider.create(&context, &wanted.properties).await
    }

    /// Asks the service to change a resource from what it is to `new`.
    pub(super) async fn ask_to_update(&self, id: &str, old: &StackResource, new: &Value) -> Result<Created, AwsError> {
        let kind = old.resource_type.as_str();
        let provider = providers::of(&self.kernel, kind).ok_or_else(|| no_provider(kind))?;
        let physical_id = old.physical_id.as_deref().unwrap_or_default();
        provider.update(&self.context(id, kind), physical_id, &old.properties, new).await
    }
}

fn policy(definition: &Value, name: &str) -> Option<String> {
    definition.get(name).and_then(Value::as_str).map(str::to_owned)
}
