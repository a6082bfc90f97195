//! In what order resources are made.

use std::collections::{BTreeMap, BTreeSet};

use kernel::AwsError;
use serde_json::Value;

use super::functions::depends_on;
use super::{Conditions, invalid, references, section};

/// What each resource that is made waits for.
pub(crate) fn scheduled(template: &Value, conditions: &Conditions) -> BTreeMap<String, BTreeSet<String>> {
    let made: BTreeSet<&String> =
        section(template, "Resources").filter(|(_, resource)| conditions.allow(resource)).map(|(id, _)| id).collect();
    let mut graph = BTreeMap::new();
    for (id, resource) in section(template, "Resources").filter(|(id, _)| made.contains(id)) {
        let referred = references(resource, Some(conditions)).into_iter().map(|reference| reference.name);
        let named = depends_on(resource).into_iter().map(str::to_owned);
        let waits: BTreeSet<String> = referred.chain(named).filter(|name| made.contains(name)).collect();
        graph.insert(id.clone(), waits);
    }
    graph
}

/// The resources in an order in which each comes after what it waits for; otherwise as they stand in
/// the template.
pub(crate) fn order(template: &Value, graph: &BTreeMap<String, BTreeSet<String>>) -> Result<Vec<String>, AwsError> {
    let mut waiting: Vec<&String> = section(template, "Resources").map(|(id, _)| id).collect();
    waiting.retain(|id| graph.contains_key(*id));
    let mut done: BTreeSet<&str> = BTreeSet::new();
    let mut order = Vec::new();
    while !waiting.is_empty() {
        let is_ready = |id: &&String| graph[*id].iter().all(|other| done.contains(other.as_str()));
        let (ready, rest): (Vec<&String>, Vec<&String>) = waiting.iter().partition(|id| is_ready(id));
        if ready.is_empty() {
            return Err(circle(graph, &rest));
        }
        done.extend(ready.iter().map(|id| id.as_str()));
        order.extend(ready.into_iter().cloned());
        waiting = rest;
    }
    Ok(order)
}

/// The error that names the resources which wait for each other.
fn circle(graph: &BTreeMap<String, BTreeSet<String>>, rest: &[&String]) -> AwsError {
    let reaches_itself = |start: &String| {
        let mut seen = BTreeSet::new();
        let mut stack: Vec<&String> = graph[start].iter().collect();
        while let Some(id) = stack.pop() {
            if id == start {
                return true;
            }
            if seen.insert(id) {
                stack.extend(graph.get(id).into_iter().flatten());
            }
        }
        false
    };
    let mut names: Vec<&str> = rest.iter().filter(|id| reaches_itself(id)).map(|id| id.as_str()).collect();
    names.sort_unstable();
    invalid(format!("Circular dependency between resources: [{}]", names.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn ordered(resources: &Value) -> Result<Vec<String>, String> {
        let template = json!({ "Resources": resources });
        order(&template, &scheduled(&template, &Conditions::default())).map_err(|error| error.message)
    }

    #[test]
    fn what_is_needed_comes_first() {
        let resources = json!({
            "C": {"DependsOn": "B"},
            "A": {},
            "B": {"Properties": {"x": {"Fn::Sub": "${A.Arn}"}}},
        });
        assert_eq!(ordered(&resources), Ok(vec!["A".to_owned(), "B".to_owned(), "C".to_owned()]));
    }

    #[test]
    fn circles_are_named() {
        let resources =
            json!({"B": {"DependsOn": "A"}, "A": {"Properties": {"x": {"Ref": "B"}}}, "C": {"DependsOn": "A"}});
        assert_eq!(ordered(&resources), Err("Circular dependency between resources: [A, B]".to_owned()));
    }
}
