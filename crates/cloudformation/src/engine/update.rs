//! Updating a stack, and going back when that fails.

use super::Engine;
use super::delete::deletion_order;
use super::make::Work;
use crate::stack::{Plan, StackResource, Step, Undo};

/// The reason of an update that a person has stopped.
const CANCELLED: &str = "User Initiated";

impl Engine {
    /// Brings the stack from its plan to a new one. The reason why not, if that fails.
    pub(crate) async fn update(self, plan: Plan) -> Result<(), String> {
        let now = self.kernel.clock.now().millis();
        self.change(|stack| {
            stack.updated_millis = Some(now);
            let before = std::mem::replace(&mut stack.plan, plan.clone());
            stack.undo = Some(Undo { plan: before, steps: Vec::new() });
        });
        let result = self.try_update(&plan).await;
        match &result {
            Ok(()) => self.clean_up().await,
            Err(reason) if plan.disable_rollback && !self.is_cancelled() => {
                self.change(|stack| stack.undo = None);
                self.stack_event("UPDATE_FAILED", Some(reason));
                self.commit().await;
            }
            Err(reason) => self.undo_update(reason).await,
        }
        result
    }

    async fn try_update(&self, plan: &Plan) -> Result<(), String> {
        let schedule = self.schedule(plan)?;
        for (id, kind) in self.dropped(&schedule.order) {
            if let Some(reason) = self.policy_refusal("Delete", &id, &kind) {
                self.event(&id, "UPDATE_FAILED", Some(&reason));
                return Err(self.failure(&[id]));
            }
        }
        let work = Work::new(plan, schedule);
        let failed = self.make_all(&work).await;
        if self.is_cancelled() {
            return Err(CANCELLED.to_owned());
        }
        if !failed.is_empty() {
            return Err(self.failure(&failed));
        }
        self.settle_outputs(plan, &work.schedule.conditions)
    }

    /// The resources that a plan with this order no longer has, with their types.
    fn dropped(&self, order: &[String]) -> Vec<(String, String)> {
        let dropped = self.read(|stack| {
            let gone = stack.resources.iter().filter(|(id, _)| !order.contains(id));
            gone.map(|(id, resource)| (id.clone(), resource.resource_type.clone())).collect()
        });
        dropped.unwrap_or_default()
    }

    fn failure(&self, failed: &[String]) -> String {
        let ended = |suffix: &str| {
            let is_so = |id: &&String| self.resource(id).is_some_and(|resource| resource.status == suffix);
            failed.iter().filter(is_so).map(String::as_str).collect::<Vec<_>>().join(", ")
        };
        let sentence = |(verb, names): (&str, String)| {
            (!names.is_empty()).then(|| format!("The following resource(s) failed to {verb}: [{names}]. "))
        };
        let kinds = [("create", ended("CREATE_FAILED")), ("update", ended("UPDATE_FAILED"))];
        kinds.into_iter().filter_map(sentence).collect()
    }

    /// Deletes what the new plan no longer needs.
    pub(super) async fn clean_up(&self) {
        self.stack_event("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", None);
        self.commit().await;
        let steps = self.read(|stack| stack.undo.clone()).flatten().unwrap_or_default().steps;
        for step in steps.into_iter().rev() {
            if let Step::Replaced(id, old) = step {
                self.discard(&id, &old).await;
            }
        }
        self.remove_dropped(false).await;
        self.change(|stack| {
            stack.undo = None;
            stack.is_cancelled = false;
        });
        self.stack_event("UPDATE_COMPLETE", None);
        self.commit().await;
    }

    /// Deletes the resources that the stack's plan does not have.
    async fn remove_dropped(&self, is_new: bool) {
        let plan = self.read(|stack| stack.plan.clone()).unwrap_or_default();
        let Ok(schedule) = self.schedule(&plan) else { return };
        for id in self.read(deletion_order).unwrap_or_default() {
            if !schedule.order.contains(&id) {
                self.remove(&id, is_new).await;
            }
        }
    }

    /// Takes back every step, the last first.
    pub(super) async fn undo_update(&self, reason: &str) {
        let undo = self.read(|stack| stack.undo.clone()).flatten().unwrap_or_default();
        self.stack_event("UPDATE_ROLLBACK_IN_PROGRESS", Some(reason));
        self.change(|stack| stack.plan = undo.plan);
        self.commit().await;
        let mut failed = Vec::new();
        let mut replacements: Vec<(String, StackResource)> = Vec::new();
        for step in undo.steps.into_iter().rev() {
            match step {
                Step::Created(_) => {}
                Step::Replaced(id, old) => {
                    if let Some(new) = self.resource(&id).filter(|new| new.physical_id != old.physical_id) {
                        replacements.push((id.clone(), new));
                        self.event(&id, "UPDATE_IN_PROGRESS", None);
                        self.restore(&id, old);
                    }
                }
                Step::Updated(id, old) => {
                    if !self.change_back(&id, old).await {
                        failed.push(id);
                    }
                }
            }
            self.commit().await;
        }
        if failed.is_empty() {
            self.finish_rollback(replacements).await;
        } else {
            let reason = format!("The following resource(s) failed to update: [{}]. ", failed.join(", "));
            self.stack_event("UPDATE_ROLLBACK_FAILED", Some(&reason));
            self.commit().await;
        }
    }

    /// Tries again to go back to the plan that the stack had before the update that failed; the resources
    /// to skip count as gone back already.
    pub(crate) async fn continue_rollback(&self, skipped: &[String]) {
        let plan = self.read(|stack| stack.plan.clone()).unwrap_or_default();
        let steps = self.read(|stack| stack.undo.clone()).flatten().unwrap_or_default().steps;
        let mut failed = Vec::new();
        for step in steps.into_iter().rev() {
            let Step::Updated(id, old) = step else { continue };
            if self.resource(&id).is_none_or(|resource| resource.status != "UPDATE_FAILED") {
                continue;
            }
            if skipped.contains(&id) {
                self.restore(&id, old);
            } else if !self.change_back(&id, old).await {
                failed.push(id);
            }
        }
        if failed.is_empty() && self.schedule(&plan).is_ok() {
            self.finish_rollback(Vec::new()).await;
            return;
        }
        let reason = format!("The following resource(s) failed to update: [{}]. ", failed.join(", "));
        self.stack_event("UPDATE_ROLLBACK_FAILED", Some(&reason));
        self.commit().await;
    }

    /// Deletes what the failed update has made.
    async fn finish_rollback(&self, replacements: Vec<(String, StackResource)>) {
        self.stack_event("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", None);
        for (id, new) in replacements {
            self.discard(&id, &new).await;
        }
        self.remove_dropped(true).await;
        self.change(|stack| {
            // Resources that could not be made leave no trace but their events.
            stack.resources.retain(|_, resource| resource.physical_id.is_some());
            stack.undo = None;
            stack.is_cancelled = false;
        });
        self.stack_event("UPDATE_ROLLBACK_COMPLETE", None);
        self.commit().await;
    }

    /// Puts a resource's record back to what it was.
    fn restore(&self, id: &str, old: StackResource) {
        self.change(|stack| {
            let restored = StackResource { status: "UPDATE_IN_PROGRESS".to_owned(), ..old };
            stack.resources.insert(id.to_owned(), restored);
        });
        self.event(id, "UPDATE_COMPLETE", None);
    }

    async fn change_back(&self, id: &str, old: StackResource) -> bool {
        self.event(id, "UPDATE_IN_PROGRESS", None);
        let current = self.resource(id).unwrap_or_else(|| old.clone());
        match self.ask_to_update(id, &current, &old.properties).await {
            Ok(_) => {
                self.restore(id, old);
                true
            }
            Err(error) => {
                let reason = super::refused(&self.kernel, &old.resource_type, &error);
                self.event(id, "UPDATE_FAILED", Some(&reason));
                false
            }
        }
    }
}
