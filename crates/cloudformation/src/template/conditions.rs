//! Conditions, evaluated once for a set of parameters.

use std::collections::BTreeMap;

use kernel::AwsError;
use serde_json::{Map, Value};

use super::evaluate::{Evaluator, Known, Pseudo};
use super::{Parameters, invalid};

/// Which of the template's conditions hold.
#[derive(Debug, Clone, Default)]
pub(crate) struct Conditions(BTreeMap<String, bool>);

impl Conditions {
    pub(crate) fn get(&self, name: &str) -> Option<bool> {
        self.0.get(name).copied()
    }

    /// Whether a resource or an output is made.
    pub(crate) fn allow(&self, node: &Value) -> bool {
        let condition = node.get("Condition").and_then(Value::as_str);
        condition.and_then(|name| self.get(name)).unwrap_or(true)
    }

    pub(crate) fn evaluate(template: &Value, parameters: &Parameters, pseudo: &Pseudo) -> Result<Self, AwsError> {
        let none = Map::new();
        let all = template.get("Conditions").and_then(Value::as_object).unwrap_or(&none);
        let mut evaluation = Evaluation { all, template, parameters, pseudo, known: Self::default(), open: Vec::new() };
        for name in all.keys() {
            evaluation.named(name)?;
        }
        Ok(evaluation.known)
    }
}

struct Evaluation<'a> {
    all: &'a Map<String, Value>,
    template: &'a Value,
    parameters: &'a Parameters,
    pseudo: &'a Pseudo,
    known: Conditions,
    /// Conditions that are being evaluated, to notice circles.
    open: Vec<String>,
}

impl Evaluation<'_> {
    fn named(&mut self, name: &str) -> Result<bool, AwsError> {
        if let Some(known) = self.known.get(name) {
            return Ok(known);
        }
        let Some(definition) = self.all.get(name) else {
            return Err(invalid(format!(
                "Template format error: Unresolved dependencies [{name}]. Cannot reference resources in the Conditions \
                 block of the template"
            )));
        };
        if self.open.iter().any(|open| open == name) {
            return Err(invalid(format!(
                "Template error: Circular dependency in conditions: [{}]",
                self.open.join(", ")
            )));
        }
        self.open.push(name.to_owned());
        let holds = self.holds(definition)?;
        self.open.pop();
        self.known.0.insert(name.to_owned(), holds);
        Ok(holds)
    }

    fn holds(&mut self, node: &Value) -> Result<bool, AwsError> {
        let single = node.as_object().filter(|map| map.len() == 1).and_then(|map| map.iter().next());
        match single.map(|(name, argument)| (name.as_str(), argument)) {
            Some(("Condition", Value::String(name))) => self.named(name),
            Some(("Fn::Not", Value::Array(parts))) if parts.len() == 1 => Ok(!self.holds(&parts[0])?),
            Some(("Fn::And", Value::Array(parts))) => self.each(parts).map(|all| all.into_iter().all(|holds| holds)),
            Some(("Fn::Or", Value::Array(parts))) => self.each(parts).map(|all| all.into_iter().any(|holds| holds)),
            Some(("Fn::Equals", Value::Array(parts))) if parts.len() == 2 => {
                let known = NoResources;
                let evaluator = Evaluator {
                    template: self.template,
                    parameters: self.parameters,
                    conditions: &self.known,
                    pseudo: self.pseudo,
                    known: &known,
                };
                let text =
                    |value: &Value| evaluator.value(value).map(|value| value.map(|v| super::parameters::text_of(&v)));
                Ok(text(&parts[0])? == text(&parts[1])?)
            }
            _ => Err(invalid("Template error: every Conditions member must be a condition function.")),
        }
    }

    fn each(&mut self, parts: &[Value]) -> Result<Vec<bool>, AwsError> {
        parts.iter().map(|part| self.holds(part)).collect()
    }
}

/// Conditions are settled before there are any resources.
pub(crate) struct NoResources;

impl Known for NoResources {
    fn reference(&self, _: &str) -> Option<Value> {
        None
    }

    fn attribute(&self, _: &str, _: &str) -> Option<Value> {
        None
    }

    fn import(&self, _: &str) -> Option<String> {
        None
    }
}
