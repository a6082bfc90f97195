//! What an update changes.

use std::collections::BTreeSet;

use kernel::Kernel;
use serde_json::{Value, json};

use crate::plan::Schedule;
use crate::stack::{Plan, Stack};

/// Whether an update would do anything at all.
pub(crate) fn is_changed(stack: &Stack, plan: &Plan) -> bool {
    const COUNTED: [&str; 4] = ["Conditions", "Mappings", "Outputs", "Resources"];
    let old = &stack.plan;
    COUNTED.iter().any(|name| old.template.get(name) != plan.template.get(name))
        || old.parameters != plan.parameters
        || old.tags != plan.tags
}

/// The changes that a plan means, as `DescribeChangeSet` shows them.
pub(crate) fn describe(kernel: &Kernel, stack: Option<&Stack>, plan: &Plan, schedule: &Schedule) -> Vec<Value> {
    let mut changes = Vec::new();
    let mut unsettled: BTreeSet<String> = BTreeSet::new();
    for id in &schedule.order {
        let new = &plan.template["Resources"][id.as_str()];
        let kind = new["Type"].as_str().unwrap_or_default();
        let existing = stack.and_then(|stack| stack.resources.get(id)).filter(|r| r.physical_id.is_some());
        let Some(existing) = existing else {
            unsettled.insert(id.clone());
            changes.push(change("Add", id, None, kind, &json!({})));
            continue;
        };
        let old = stack.map_or(&Value::Null, |stack| &stack.plan.template["Resources"][id.as_str()]);
        let comparison =
            Comparison { kernel, kind, stack, plan, waits_for: &schedule.waits_for[id], unsettled: &unsettled };
        let details = comparison.details(old, new);
        if details.is_empty() {
            continue;
        }
        let recreations: Vec<&str> =
            details.iter().filter_map(|detail| detail["Target"]["RequiresRecreation"].as_str()).collect();
        let replacement = if recreations.contains(&"Always") {
            "True"
        } else if recreations.contains(&"Conditionally") {
            "Conditional"
        } else {
            "False"
        };
        if replacement != "False" {
            unsettled.insert(id.clone());
        }
        let scope: BTreeSet<&str> =
            details.iter().filter_map(|detail| detail["Target"]["Attribute"].as_str()).collect();
        let more = json!({ "Replacement": replacement, "Scope": scope, "Details": details });
        changes.push(change("Modify", id, existing.physical_id.as_deref(), kind, &more));
    }
    for (id, resource) in stack.into_iter().flat_map(|stack| &stack.resources) {
        if !schedule.order.contains(id) && resource.physical_id.is_some() {
            let retained = resource.deletion_policy.as_deref() == Some("Retain");
            let more = json!({ "PolicyAction": if retained { "Retain" } else { "Delete" } });
            changes.push(change("Remove", id, resource.physical_id.as_deref(), &resource.resource_type, &more));
        }
    }
    changes
}

fn change(action: &str, id: &str, physical_id: Option<&str>, kind: &str, more: &Value) -> Value {
    let mut change =
        json!({ "Action": action, "LogicalResourceId": id, "ResourceType": kind, "Scope": [], "Details": [] });
    if let Some(physical_id) = physical_id {
        change["PhysicalResourceId"] = json!(physical_id);
    }
    for (key, value) in more.as_object().into_iter().flatten() {
        change[key.as_str()] = value.clone();
    }
    json!({ "Type": "Resource", "ResourceChange": change })
}

/// What is known when a resource is compared with what it was.
struct Comparison<'a> {
    kernel: &'a Kernel,
    kind: &'a str,
    stack: Option<&'a Stack>,
    plan: &'a Plan,
    waits_for: &'a BTreeSet<String>,
    /// Resources whose values are not known before they are made.
    unsettled: &'a BTreeSet<String>,
}

impl Comparison<'_> {
    /// Why the resource is changed: its own definition, a parameter, or a resource that it refers to.
    fn details(&self, old: &Value, new: &Value) -> Vec<Value> {
        let properties = |resource: &Value| resource.get("Properties").and_then(Value::as_object).cloned();
        let (before, after) = (properties(old).unwrap_or_default(), properties(new).unwrap_or_default());
        let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        let changed = names.into_iter().filter_map(|name| self.property(name, before.get(name), after.get(name)));
        let mut details: Vec<Value> = changed.collect();
        for name in ["Metadata", "DeletionPolicy", "UpdateReplacePolicy", "UpdatePolicy", "CreationPolicy"] {
            if old.get(name) != new.get(name) {
                details.push(json!({
                    "Target": { "Attribute": name, "RequiresRecreation": "Never" },
                    "Evaluation": "Static",
                    "ChangeSource": "DirectModification",
                }));
            }
        }
        details
    }

    fn property(&self, name: &str, before: Option<&Value>, after: Option<&Value>) -> Option<Value> {
        let found = crate::template::references(after.unwrap_or(&Value::Null), None);
        let (source, entity, certain) = if before != after {
            ("DirectModification", None, true)
        } else if let Some(reference) = found.iter().find(|reference| self.is_changed_parameter(&reference.name)) {
            ("ParameterReference", Some(&reference.name), true)
        } else {
            let is_unsettled = |name: &String| self.waits_for.contains(name) && self.unsettled.contains(name);
            let reference = found.iter().find(|reference| is_unsettled(&reference.name))?;
            ("ResourceReference", Some(&reference.name), false)
        };
        let replaces = crate::providers::of(self.kernel, self.kind).is_some_and(|p| p.replaces(self.kind, name));
        let recreation = match (replaces, certain) {
            (true, true) => "Always",
            (true, false) => "Conditionally",
            (false, _) => "Never",
        };
        let mut detail = json!({
            "Target": { "Attribute": "Properties", "Name": name, "RequiresRecreation": recreation },
            "Evaluation": if certain { "Static" } else { "Dynamic" },
            "ChangeSource": source,
        });
        if let Some(entity) = entity {
            detail["CausingEntity"] = json!(entity);
        }
        Some(detail)
    }

    fn is_changed_parameter(&self, name: &str) -> bool {
        self.stack.is_some_and(|stack| stack.plan.parameters.get(name) != self.plan.parameters.get(name))
    }
}
