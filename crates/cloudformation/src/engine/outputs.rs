//! Outputs and exports.

use serde_json::Value;

use super::Engine;
use crate::stack::{Output, Plan};
use crate::template::{Conditions, section};

impl Engine {
    /// Evaluates the outputs and keeps them. The reason why not, if it fails.
    pub(super) fn settle_outputs(&self, plan: &Plan, conditions: &Conditions) -> Result<(), String> {
        let mut outputs = Vec::new();
        for (key, output) in section(&plan.template, "Outputs").filter(|(_, output)| conditions.allow(output)) {
            let text = |value: Option<&Value>| match value {
                None => Ok(None),
                Some(value) => self
                    .evaluate(plan, conditions, value)
                    .map(|value| value.map(|value| crate::template::text_of(&value)))
                    .map_err(|error| error.message),
            };
            let export_name = text(output.get("Export").and_then(|export| export.get("Name")))?;
            outputs.push(Output {
                key: key.clone(),
                value: text(output.get("Value"))?.unwrap_or_default(),
                description: output.get("Description").and_then(Value::as_str).map(str::to_owned),
                export_name,
            });
        }
        self.check_exports(&outputs)?;
        self.change(|stack| stack.outputs = outputs);
        Ok(())
    }

    fn check_exports(&self, outputs: &[Output]) -> Result<(), String> {
        let old = self.read(|stack| stack.outputs.clone()).unwrap_or_default();
        let new_value = |name: &str| {
            let found = outputs.iter().find(|output| output.export_name.as_deref() == Some(name));
            found.map(|output| output.value.clone())
        };
        for (name, value) in old.iter().filter_map(|output| Some((output.export_name.as_deref()?, &output.value))) {
            let verb = match new_value(name) {
                None => "deleted",
                Some(new) if new != *value => "updated",
                Some(_) => continue,
            };
            if let Some(reason) = self.export_in_use(name, verb) {
                return Err(reason);
            }
        }
        let store = self.store.borrow();
        let Some(stack) = store.get(&self.stack_id) else { return Ok(()) };
        for name in outputs.iter().filter_map(|output| output.export_name.as_deref()) {
            if let Some((_, other)) = store.export(&stack.account, &stack.region, name)
                && other.id != stack.id
            {
                return Err(format!("Export with name {name} is already exported by stack {}", other.name));
            }
        }
        Ok(())
    }

    /// Why an export has to stay as it is, if another stack imports it.
    pub(super) fn export_in_use(&self, name: &str, verb: &str) -> Option<String> {
        let store = self.store.borrow();
        let stack = store.get(&self.stack_id)?;
        let users = store.importers(&stack.account, &stack.region, name);
        let users: Vec<&str> = users.into_iter().filter(|user| *user != stack.name).collect();
        (!users.is_empty())
            .then(|| format!("Export {name} cannot be {verb} as it is in use by {}", users.join(" and ")))
    }
}
