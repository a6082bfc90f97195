//! Resolving references: to parameters while translating, to generated resources at the end.

use std::collections::HashMap;

use regex_lite::{Captures, Regex};
use serde_json::{Map, Value};

use crate::Problem;

/// The names in `${…}` that SAM looks at.
const SUBSTITUTION: &str = r"\$\{([A-Za-z0-9.]+|AWS::[A-Z][A-Za-z]*)\}";

/// The values of the template's parameters.
#[derive(Debug, Clone, Default)]
pub(crate) struct Parameters(Map<String, Value>);

impl Parameters {
    pub(crate) fn new(values: Map<String, Value>) -> Self {
        Self(values)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// The value with every reference to a parameter replaced; all else stays.
    pub(crate) fn resolve(&self, value: &Value) -> Value {
        let mut value = value.clone();
        self.resolve_in_place(&mut value);
        value
    }

    pub(crate) fn resolve_in_place(&self, value: &mut Value) {
        match lone_member(value) {
            Some(("Ref", Value::String(name))) => {
                if let Some(parameter) = self.0.get(name) {
                    *value = parameter.clone();
                }
            }
            Some(("Fn::Sub", _)) => {
                if let Some(text) = value.get_mut("Fn::Sub").and_then(substitution_text) {
                    *text = self.substitute(text);
                }
            }
            _ => {}
        }
        match value {
            Value::Array(items) => items.iter_mut().for_each(|v| self.resolve_in_place(v)),
            Value::Object(map) => map.values_mut().for_each(|v| self.resolve_in_place(v)),
            _ => {}
        }
    }

    /// Fails if a list is to be put into a text.
    pub(crate) fn check_substitutions(&self, value: &Value) -> Result<(), Problem> {
        if let Some(("Fn::Sub", argument)) = lone_member(value)
            && let Some(text) = argument.as_str().or_else(|| argument.get(0)?.as_str())
            && let Ok(pattern) = Regex::new(SUBSTITUTION)
        {
            let mut values = pattern.captures_iter(text).filter_map(|found| self.0.get(&found[1]));
            if let Some(list) = values.find(|value| value.is_array()) {
                return Err(Problem::template(format!(
                    "Invalid Fn::Sub variable value {}. Fn::Sub expects all variables to be strings.",
                    crate::values::printed(list)
                )));
            }
        }
        match value {
            Value::Array(items) => items.iter().try_for_each(|item| self.check_substitutions(item)),
            Value::Object(map) => map.values().try_for_each(|value| self.check_substitutions(value)),
            _ => Ok(()),
        }
    }

    /// The text with `${Parameter}` replaced.
    pub(crate) fn substitute(&self, text: &str) -> String {
        replace_names(text, |name| Some(self.0.get(name)?.as_str()?.to_owned()))
    }
}

/// The value with every `Fn::FindInMap` replaced that the mappings have a value for.
pub(crate) fn find_in_map(value: &Value, mappings: Option<&Value>) -> Result<Value, Problem> {
    let value = match value {
        Value::Array(items) => {
            items.iter().map(|item| find_in_map(item, mappings)).collect::<Result<Vec<_>, _>>()?.into()
        }
        Value::Object(map) => {
            let member = |(key, value): (&String, &Value)| Ok((key.clone(), find_in_map(value, mappings)?));
            Value::Object(map.iter().map(member).collect::<Result<_, Problem>>()?)
        }
        other => other.clone(),
    };
    let Some(("Fn::FindInMap", argument)) = lone_member(&value) else { return Ok(value) };
    let Some([name, first, second]) = argument.as_array().map(Vec::as_slice) else {
        let shown = crate::values::printed(argument);
        let sentence = format!("Invalid FindInMap value {shown}. FindInMap expects an array with 3 values.");
        return Err(Problem::template(sentence));
    };
    let mut node = mappings.unwrap_or(&Value::Null);
    for (depth, key) in [name, first, second].into_iter().enumerate() {
        if depth > 0 && !node.is_object() {
            return Err(Problem::template(format!(
                "Cannot use Fn::FindInMap on Mapping '{}' which is not a a two-level map.",
                crate::values::printed(name)
            )));
        }
        match key.as_str().and_then(|key| node.get(key)) {
            Some(inner) => node = inner,
            None => return Ok(value.clone()),
        }
    }
    Ok(node.clone())
}

/// What the translation renamed: resources as a whole, and the resources behind `Function.Alias`.
#[derive(Debug, Default)]
pub(crate) struct Renames {
    pub(crate) resources: HashMap<String, String>,
    pub(crate) derived: HashMap<(String, String), String>,
}

impl Renames {
    /// Makes every reference of the template name what the translation has made.
    pub(crate) fn apply(&self, value: &mut Value) {
        self.rename_dependencies(value);
        match lone_member(value) {
            Some(("Ref", Value::String(name))) => {
                if let Some(new) = self.renamed_reference(name) {
                    value["Ref"] = Value::String(new);
                }
            }
            Some(("Fn::Sub", _)) => {
                if let Some(text) = value.get_mut("Fn::Sub").and_then(substitution_text) {
                    *text = replace_whole(text, |name| self.renamed_in_text(name));
                }
            }
            Some(("Fn::GetAtt", argument)) => {
                if let Some(new) = self.renamed_attribute(argument) {
                    value["Fn::GetAtt"] = new;
                }
            }
            _ => {}
        }
        match value {
            Value::Array(items) => items.iter_mut().for_each(|v| self.apply(v)),
            Value::Object(map) => map.values_mut().for_each(|v| self.apply(v)),
            _ => {}
        }
    }

    fn rename_dependencies(&self, value: &mut Value) {
        let rename = |name: &mut Value| {
            if let Some(new) = name.as_str().and_then(|name| self.resources.get(name)) {
                *name = Value::String(new.clone());
            }
        };
        match value.get_mut("DependsOn") {
            Some(Value::Array(names)) => names.iter_mut().for_each(rename),
            Some(name @ Value::String(_)) => rename(name),
            _ => {}
        }
    }

    fn renamed_reference(&self, name: &str) -> Option<String> {
        match name.split_once('.') {
            None => self.resources.get(name).cloned(),
            Some((id, property)) => self.derived(id, property).cloned(),
        }
    }

    fn derived(&self, id: &str, property: &str) -> Option<&String> {
        self.derived.get(&(id.to_owned(), property.to_owned()))
    }

    /// `Function.Alias.Arn` → `FunctionAliaslive.Arn`; `Layer.Arn` → `Layer1234567890.Arn`.
    fn renamed_in_text(&self, name: &str) -> Option<String> {
        let mut parts = name.split('.');
        let id = parts.next()?;
        let id = self.resources.get(id).map_or(id, String::as_str);
        let property = parts.next();
        if let Some(new) = property.and_then(|property| self.derived(id, property)) {
            return Some(join(new, parts));
        }
        Some(join(id, property.into_iter().chain(parts)))
    }

    fn renamed_attribute(&self, argument: &Value) -> Option<Value> {
        let parts: Option<Vec<&str>> = argument.as_array()?.iter().map(Value::as_str).collect();
        let parts = parts.filter(|parts| parts.len() >= 2)?;
        let path = parts.join(".");
        let mut parts: Vec<&str> = path.split('.').collect();
        let mut changed = false;
        if let Some(new) = self.resources.get(parts[0]) {
            parts[0] = new;
            changed = true;
        }
        if let Some(new) = self.derived(parts[0], parts[1]) {
            parts.splice(..2, [new.as_str()]);
            changed = true;
        }
        changed.then(|| Value::from(parts))
    }
}

fn join<'a>(first: &str, rest: impl Iterator<Item = &'a str>) -> String {
    rest.fold(first.to_owned(), |text, part| format!("{text}.{part}"))
}

fn lone_member(value: &Value) -> Option<(&str, &Value)> {
    let map = value.as_object().filter(|map| map.len() == 1)?;
    map.iter().next().map(|(key, value)| (key.as_str(), value))
}

/// The text of an `Fn::Sub`, in either of its forms.
fn substitution_text(argument: &mut Value) -> Option<&mut String> {
    match argument {
        Value::String(text) => Some(text),
        Value::Array(parts) => match parts.first_mut() {
            Some(Value::String(text)) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// Replaces `${name}` by what `value` has for it.
pub(crate) fn replace_names(text: &str, value: impl Fn(&str) -> Option<String>) -> String {
    replace(text, |found| value(&found[1]))
}

/// Replaces the name in `${name}` by another.
fn replace_whole(text: &str, name: impl Fn(&str) -> Option<String>) -> String {
    replace(text, |found| Some(format!("${{{}}}", name(&found[1])?)))
}

fn replace(text: &str, replacement: impl Fn(&Captures) -> Option<String>) -> String {
    let Ok(pattern) = Regex::new(SUBSTITUTION) else {
        return text.to_owned();
    };
    pattern.replace_all(text, |found: &Captures| replacement(found).unwrap_or_else(|| found[0].to_owned())).into_owned()
}
