//! Updating a stack, and going back when that fails.

use super::Engine;
use super::delete::deletion_order;
use super::make::{Step, Work};
use crate::stack::{Plan, StackResource};

impl Engine {
    /// Brings the stack from its plan to a new one.
    pub(crate) async fn update(self, plan: Plan) {
        let old_plan = self.read(|stack| stack.plan.clone()).unwrap_or_default();
        let now = self.kernel.clock.now().millis();
        self.change(|stack| {
            stack.updated_millis = Some(now);
            stack.plan = plan.clone();
        });
        let schedule = match self.schedule(&plan) {
            Ok(schedule) => schedule,
            Err(reason) => return self.undo_update(old_plan, Vec::new(), &reason).await,
        };
        let work = Work::new(&plan, schedule);
        let failed = self.make_all(&work).await;
        let result = if failed.is_empty() {
            self.settle_outputs(&plan, &work.schedule.conditions)
        } else {
            Err(self.failure(&failed))
        };
        let steps = work.done.take();
        match result {
            Ok(()) => self.clean_up(&work.schedule.order, steps).await,
            Err(reason) if plan.disable_rollback => {
                self.stack_event("UPDATE_FAILED", Some(&reason));
                self.commit().await;
            }
            Err(reason) => self.undo_update(old_plan, steps, &reason).await,
        }
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
    async fn clean_up(&self, order: &[String], steps: Vec<Step>) {
        self.stack_event("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", None);
        self.commit().await;
        for step in steps.into_iter().rev() {
            if let Step::Replaced(id, old) = step {
                self.discard(&id, &old).await;
            }
        }
        for id in self.read(deletion_order).unwrap_or_default() {
            if !order.contains(&id) {
                self.remove(&id, false).await;
            }
        }
        self.stack_event("UPDATE_COMPLETE", None);
        self.commit().await;
    }

    /// Takes back every step, the last first.
    async fn undo_update(&self, old_plan: Plan, steps: Vec<Step>, reason: &str) {
        self.stack_event("UPDATE_ROLLBACK_IN_PROGRESS", Some(reason));
        self.change(|stack| stack.plan = old_plan);
        self.commit().await;
        let mut failed = Vec::new();
        let mut created = Vec::new();
        let mut replacements: Vec<(String, StackResource)> = Vec::new();
        for step in steps.into_iter().rev() {
            match step {
                Step::Created(id) => created.push(id),
                Step::Replaced(id, old) => {
                    if let Some(new) = self.resource(&id) {
                        replacements.push((id.clone(), new));
                    }
                    self.event(&id, "UPDATE_IN_PROGRESS", None);
                    self.restore(&id, old);
                }
                Step::Updated(id, old) => {
                    if !self.change_back(&id, old).await {
                        failed.push(id);
                    }
                }
            }
            self.commit().await;
        }
        if !failed.is_empty() {
            let reason = format!("The following resource(s) failed to update: [{}]. ", failed.join(", "));
            self.stack_event("UPDATE_ROLLBACK_FAILED", Some(&reason));
            self.commit().await;
            return;
        }
        self.stack_event("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", None);
        for (id, new) in replacements {
            self.discard(&id, &new).await;
        }
        for id in created {
            self.remove(&id, true).await;
        }
        self.forget_unmade();
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
                self.event(id, "UPDATE_FAILED", Some(&super::refused(&self.kernel, &error)));
                false
            }
        }
    }

    /// Resources that could not be made leave no trace but their events.
    fn forget_unmade(&self) {
        self.change(|stack| stack.resources.retain(|_, resource| resource.physical_id.is_some()));
    }
}
