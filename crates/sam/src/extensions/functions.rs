//! Functions, settled as far as the template and its parameters go.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Facts, conditions};

/// Settles functions.
pub(super) struct Resolver<'a> {
    /// Values of parameters; none for one that must not be shown.
    parameters: BTreeMap<String, Option<Value>>,
    facts: &'a Facts,
    mappings: Value,
    /// Once they are settled.
    conditions: Option<BTreeMap<String, Option<bool>>>,
}

/// The only member of a map with one.
pub(super) fn single(value: &Value) -> Option<(&str, &Value)> {
    let map = value.as_object().filter(|map| map.len() == 1)?;
    map.iter().next().map(|(name, argument)| (name.as_str(), argument))
}

/// A text, number or truth as text.
pub(super) fn scalar_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

fn is_function(value: &Value) -> bool {
    single(value).is_some_and(|(name, _)| name == "Ref" || name.starts_with("Fn::"))
}

/// Whether anything is left in the value that only a deployment can settle.
fn has_function(value: &Value) -> bool {
    is_function(value)
        || match value {
            Value::Array(items) => items.iter().any(has_function),
            Value::Object(map) => map.values().any(has_function),
            _ => false,
        }
}

fn layout<T>(name: &str) -> Result<T, String> {
    Err(format!("{name} layout is incorrect"))
}

impl<'a> Resolver<'a> {
    pub(super) fn new(template: &Map<String, Value>, facts: &'a Facts) -> Self {
        let declared = template.get("Parameters").and_then(Value::as_object);
        let value = |(name, definition): (&String, &Value)| {
            let given = facts.parameters.get(name).or_else(|| definition.get("Default"));
            let hidden = definition.get("NoEcho").and_then(scalar_text).is_some_and(|flag| flag == "true");
            (name.clone(), given.filter(|_| !hidden).map(|value| typed(value, definition)))
        };
        let parameters = declared.into_iter().flatten().map(value).collect();
        let mappings = template.get("Mappings").cloned().unwrap_or_default();
        Self { parameters, facts, mappings, conditions: None }
    }

    pub(super) fn with_conditions(mut self, all: Option<&Value>) -> Result<Self, String> {
        let none = Map::new();
        let settled = conditions::settle(all.and_then(Value::as_object).unwrap_or(&none), &self)?;
        self.conditions = Some(settled);
        Ok(self)
    }

    pub(super) fn is_parameter(&self, name: &str) -> bool {
        self.parameters.contains_key(name)
    }

    /// Whether a condition holds, if that can be told.
    pub(super) fn condition(&self, name: &str) -> Result<Option<bool>, String> {
        match &self.conditions {
            None => Ok(None),
            Some(settled) => settled.get(name).copied().ok_or_else(|| {
                format!("Template format error: Unresolved condition dependency {name} in the Resources block of the template")
            }),
        }
    }

    /// The value with what can be settled; nothing for `AWS::NoValue`.
    pub(super) fn value(&self, value: &Value) -> Result<Option<Value>, String> {
        if let Some((name, argument)) = single(value)
            && is_function(value)
        {
            return self.function(name, argument);
        }
        Ok(Some(match value {
            Value::Array(items) => Value::Array(self.items(items)?),
            Value::Object(map) => {
                let mut members = Map::new();
                for (key, value) in map {
                    if let Some(value) = self.value(value)? {
                        members.insert(key.clone(), value);
                    }
                }
                Value::Object(members)
            }
            other => other.clone(),
        }))
    }

    fn items(&self, items: &[Value]) -> Result<Vec<Value>, String> {
        let resolved: Result<Vec<Option<Value>>, String> = items.iter().map(|item| self.value(item)).collect();
        Ok(resolved?.into_iter().flatten().collect())
    }

    fn function(&self, name: &str, argument: &Value) -> Result<Option<Value>, String> {
        match name {
            "Ref" => self.reference(argument),
            "Fn::If" => self.choice(argument),
            "Fn::Sub" => self.substitute(argument).map(Some),
            "Fn::Join" => self.join(argument).map(Some),
            "Fn::Split" => self.split(argument).map(Some),
            "Fn::Select" => self.select(argument).map(Some),
            "Fn::FindInMap" => self.find(argument),
            "Fn::Length" => self.length(argument).map(Some),
            "Fn::ToJsonString" => self.to_json(argument).map(Some),
            // A macro of its own sees its part of the template as it is.
            "Fn::Transform" => Ok(Some(json!({ name: argument }))),
            other => Ok(Some(json!({ other: self.value(argument)?.unwrap_or_default() }))),
        }
    }

    fn reference(&self, argument: &Value) -> Result<Option<Value>, String> {
        let Some(Value::String(name)) = self.value(argument)? else { return layout("Ref") };
        if name == "AWS::NoValue" {
            return Ok(None);
        }
        let known = self.known(&name);
        Ok(Some(known.cloned().unwrap_or_else(|| json!({ "Ref": name }))))
    }

    /// The value of a parameter or pseudo parameter.
    fn known(&self, name: &str) -> Option<&Value> {
        self.parameters.get(name).and_then(Option::as_ref).or_else(|| self.facts.pseudo.get(name))
    }

    fn choice(&self, argument: &Value) -> Result<Option<Value>, String> {
        let Some([Value::String(name), yes, no]) = argument.as_array().map(Vec::as_slice) else {
            return layout("Fn::If");
        };
        if let Some(holds) = self.condition(name)? {
            return self.value(if holds { yes } else { no });
        }
        let no_value = || json!({ "Ref": "AWS::NoValue" });
        let (yes, no) = (self.value(yes)?.unwrap_or_else(no_value), self.value(no)?.unwrap_or_else(no_value));
        Ok(Some(json!({ "Fn::If": [name, yes, no] })))
    }

    fn substitute(&self, argument: &Value) -> Result<Value, String> {
        let (text, own) = match argument {
            Value::String(text) => (text, Map::new()),
            Value::Array(parts) => match parts.as_slice() {
                [Value::String(text), Value::Object(own)] => (text, own.clone()),
                _ => return layout("Fn::Sub"),
            },
            _ => return layout("Fn::Sub"),
        };
        let mut rest_of_own = Map::new();
        let mut values = BTreeMap::new();
        for (name, value) in own {
            let Some(value) = self.value(&value)?.filter(|value| !value.is_null()) else { return layout("Fn::Sub") };
            match scalar_text(&value) {
                Some(text) => drop(values.insert(name, text)),
                None => drop(rest_of_own.insert(name, value)),
            }
        }
        let value_of = |name: &str| {
            let own = values.get(name).cloned();
            own.or_else(|| self.known(name).filter(|_| !rest_of_own.contains_key(name)).and_then(scalar_text))
        };
        let pieces = pieces(text);
        let is_settled = |piece: &Piece| match piece {
            Piece::Variable(name) => value_of(name).is_some(),
            Piece::Text(_) | Piece::Literal(_) => true,
        };
        if pieces.iter().all(is_settled) {
            let written = pieces.iter().map(|piece| match piece {
                Piece::Text(text) => (*text).to_owned(),
                Piece::Literal(text) => format!("${{{text}}}"),
                Piece::Variable(name) => value_of(name).unwrap_or_default(),
            });
            return Ok(Value::String(written.collect()));
        }
        let written = pieces.iter().map(|piece| match piece {
            Piece::Text(text) => (*text).to_owned(),
            Piece::Literal(text) => format!("${{!{text}}}"),
            Piece::Variable(name) => match value_of(name) {
                Some(value) => value.replace("${", "${!"),
                None => format!("${{{name}}}"),
            },
        });
        let text: String = written.collect();
        Ok(if rest_of_own.is_empty() { json!({ "Fn::Sub": text }) } else { json!({ "Fn::Sub": [text, rest_of_own] }) })
    }

    fn join(&self, argument: &Value) -> Result<Value, String> {
        let Some([delimiter, items]) = argument.as_array().map(Vec::as_slice) else { return layout("Fn::Join") };
        let delimiter = self.value(delimiter)?.unwrap_or_default();
        let items = self.value(items)?.unwrap_or_default();
        if let (Some(delimiter), Value::Array(list)) = (scalar_text(&delimiter), &items)
            && let Some(texts) = list.iter().map(scalar_text).collect::<Option<Vec<String>>>()
        {
            return Ok(Value::String(texts.join(&delimiter)));
        }
        if !items.is_array() && !is_function(&items) {
            return layout("Fn::Join");
        }
        Ok(json!({ "Fn::Join": [delimiter, items] }))
    }

    fn split(&self, argument: &Value) -> Result<Value, String> {
        let Some([Value::String(delimiter), text]) = argument.as_array().map(Vec::as_slice) else {
            return layout("Fn::Split");
        };
        if delimiter.is_empty() {
            return Err("Fn::Split delimiter cannot be empty".to_owned());
        }
        match self.value(text)? {
            Some(Value::String(text)) => Ok(text.split(delimiter.as_str()).collect()),
            other => Ok(json!({ "Fn::Split": [delimiter, other.unwrap_or_default()] })),
        }
    }

    fn select(&self, argument: &Value) -> Result<Value, String> {
        let Some([index, items]) = argument.as_array().map(Vec::as_slice) else { return layout("Fn::Select") };
        let index = self.value(index)?.unwrap_or_default();
        let items = self.value(items)?.unwrap_or_default();
        let Some(number) = scalar_text(&index) else {
            return if is_function(&index) {
                Ok(json!({ "Fn::Select": [index, items] }))
            } else {
                layout("Fn::Select")
            };
        };
        let Ok(number) = number.parse::<usize>() else { return layout("Fn::Select") };
        match &items {
            Value::Array(list) => {
                let item = list.get(number).cloned();
                item.ok_or_else(|| format!("Fn::Select cannot select nonexistent value at index {number}"))
            }
            other if is_function(other) => Ok(json!({ "Fn::Select": [index, items] })),
            _ => layout("Fn::Select"),
        }
    }

    fn find(&self, argument: &Value) -> Result<Option<Value>, String> {
        let Some([map, first, second, options @ ..]) = argument.as_array().map(Vec::as_slice) else {
            return layout("Fn::FindInMap");
        };
        let fallback = match options {
            [] => None,
            [options] => options.get("DefaultValue"),
            _ => return layout("Fn::FindInMap"),
        };
        let mut steps = Vec::new();
        let mut waits = false;
        for step in [map, first, second] {
            let step = self.value(step)?.unwrap_or_default();
            let is_pseudo = |(name, argument): (&str, &Value)| {
                name == "Ref" && argument.as_str().is_some_and(|name| name.starts_with("AWS::"))
            };
            match scalar_text(&step) {
                Some(_) => {}
                // What stands for the account or the region may not be known yet.
                None if single(&step).is_some_and(is_pseudo) || is_sub(&step) => waits = true,
                None => return layout("Fn::FindInMap"),
            }
            steps.push(step);
        }
        if waits {
            steps.extend(options.iter().cloned());
            return Ok(Some(json!({ "Fn::FindInMap": steps })));
        }
        let keys: Vec<String> = steps.iter().filter_map(scalar_text).collect();
        let found = keys.iter().try_fold(&self.mappings, |node, key| node.get(key)).filter(|value| !value.is_null());
        match found.or(fallback) {
            Some(value) => self.value(value),
            None => Err(format!("Template error: Unable to get mapping for {}", keys.join("::"))),
        }
    }

    fn length(&self, argument: &Value) -> Result<Value, String> {
        if !argument.is_array() && !is_function(argument) {
            return layout("Fn::Length");
        }
        match self.value(argument)? {
            Some(Value::Array(items)) => Ok(json!(items.len())),
            Some(other) if is_function(&other) => Ok(json!({ "Fn::Length": other })),
            _ => layout("Fn::Length"),
        }
    }

    fn to_json(&self, argument: &Value) -> Result<Value, String> {
        if !argument.is_array() && !argument.is_object() {
            return layout("Fn::ToJsonString");
        }
        refuse_in_json(argument)?;
        let resolved = self.value(argument)?.unwrap_or_default();
        if has_split(&resolved) {
            return Err("Unable to resolve Fn::Split intrinsic function".to_owned());
        }
        Ok(if has_function(&resolved) {
            json!({ "Fn::ToJsonString": resolved })
        } else {
            Value::String(resolved.to_string())
        })
    }
}

fn is_sub(value: &Value) -> bool {
    single(value).is_some_and(|(name, _)| name == "Fn::Sub")
}

/// A part of the text of an `Fn::Sub`.
enum Piece<'a> {
    Text(&'a str),
    /// `${!text}`
    Literal(&'a str),
    /// `${name}`
    Variable(&'a str),
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let Some(length) = rest[start..].find('}') else { break };
        pieces.push(Piece::Text(&rest[..start]));
        let name = &rest[start + 2..start + length];
        pieces.push(name.strip_prefix('!').map_or(Piece::Variable(name.trim()), Piece::Literal));
        rest = &rest[start + length + 1..];
    }
    pieces.push(Piece::Text(rest));
    pieces
}

/// What `Fn::ToJsonString` does not take.
fn refuse_in_json(value: &Value) -> Result<(), String> {
    match single(value) {
        Some(("Ref", name)) if name == "AWS::NotificationARNs" => {
            return Err("Fn::ToJsonString does not support AWS::NotificationARNs pseudo parameter".to_owned());
        }
        Some((name @ ("Fn::And" | "Fn::Equals" | "Fn::Not" | "Fn::Or" | "Condition"), _)) => {
            return Err(format!("Fn::ToJsonString does not support {name} intrinsic function"));
        }
        _ => {}
    }
    match value {
        Value::Array(items) => items.iter().try_for_each(refuse_in_json),
        Value::Object(map) => map.values().try_for_each(refuse_in_json),
        _ => Ok(()),
    }
}

fn has_split(value: &Value) -> bool {
    single(value).is_some_and(|(name, argument)| name == "Fn::Split" && argument.is_array())
        || match value {
            Value::Array(items) => items.iter().any(has_split),
            Value::Object(map) => map.values().any(has_split),
            _ => false,
        }
}

/// A parameter's value as its type has it: lists as lists, numbers as numbers.
fn typed(value: &Value, definition: &Value) -> Value {
    let kind = definition.get("Type").and_then(Value::as_str).unwrap_or_default();
    match value {
        Value::String(text) if kind == "CommaDelimitedList" || kind.contains("List<") => {
            text.split(',').map(str::trim).collect()
        }
        Value::String(text) if kind == "Number" => match text.parse::<serde_json::Number>() {
            Ok(number) => Value::Number(number),
            Err(_) => value.clone(),
        },
        other => other.clone(),
    }
}
