//! `Fn::ForEach`: parts of a template for each member of a collection.

use serde_json::{Map, Value};

use super::functions::{Resolver, scalar_text};

/// How the keys of loops begin; the loop's name follows.
const PREFIX: &str = "Fn::ForEach::";
const DEEPEST: usize = 5;

/// Writes out the loops of the sections that may have them.
pub(super) fn expand(template: &mut Map<String, Value>, resolver: &Resolver) -> Result<(), String> {
    for section in ["Conditions", "Resources", "Outputs"] {
        let Some(Value::Object(members)) = template.get(section) else { continue };
        let mut loops = Loops { resolver, names: Vec::new(), taken: members.keys().cloned().collect() };
        let expanded = loops.map(members, &mut Vec::new())?;
        if let Some(id) = expanded.keys().find(|id| !id.bytes().all(|byte| byte.is_ascii_alphanumeric())) {
            return Err(format!("{section} name {id} is non alphanumeric"));
        }
        if expanded.is_empty() && section != "Resources" {
            template.shift_remove(section);
        } else {
            template.insert(section.to_owned(), Value::Object(expanded));
        }
    }
    Ok(())
}

struct Loops<'a> {
    resolver: &'a Resolver<'a>,
    /// The names of the loops around, which no loop inside may have.
    names: Vec<String>,
    /// What stands in the section already.
    taken: Vec<String>,
}

impl Loops<'_> {
    /// `identifiers` are those of the loops around.
    fn map(&mut self, map: &Map<String, Value>, identifiers: &mut Vec<String>) -> Result<Map<String, Value>, String> {
        let mut expanded = Map::new();
        for (key, value) in map {
            let members = match key.strip_prefix(PREFIX) {
                Some(name) => self.one(key, name, value, identifiers)?,
                None => Map::from_iter([(key.clone(), self.value(value, identifiers)?)]),
            };
            for (key, value) in members {
                if expanded.contains_key(&key) {
                    return Err(format!("{key} is defined more than once by Fn::ForEach"));
                }
                expanded.insert(key, value);
            }
        }
        Ok(expanded)
    }

    fn value(&mut self, value: &Value, identifiers: &mut Vec<String>) -> Result<Value, String> {
        Ok(match value {
            Value::Object(map) => Value::Object(self.map(map, identifiers)?),
            Value::Array(items) => {
                items.iter().map(|item| self.value(item, identifiers)).collect::<Result<Vec<_>, _>>()?.into()
            }
            other => other.clone(),
        })
    }

    fn one(
        &mut self,
        key: &str,
        name: &str,
        value: &Value,
        identifiers: &mut Vec<String>,
    ) -> Result<Map<String, Value>, String> {
        let layout = || format!("{key} layout is incorrect");
        let Some([Value::String(identifier), collection, Value::Object(body)]) = value.as_array().map(Vec::as_slice)
        else {
            return Err(layout());
        };
        if identifier.is_empty() {
            return Err(layout());
        }
        if self.resolver.is_parameter(name) || self.names.iter().any(|other| other == name) || self.is_taken(name) {
            return Err(format!("{key}: the loop name {name} is used more than once"));
        }
        if self.resolver.is_parameter(identifier)
            || identifiers.contains(identifier)
            || self.is_taken(&format!("{PREFIX}{identifier}"))
        {
            return Err(format!("{key}: the identifier {identifier} is used more than once"));
        }
        if identifiers.len() == DEEPEST {
            return Err(format!("Fn::ForEach may be nested {DEEPEST} deep at most"));
        }
        let items = self.items(key, collection)?;
        self.names.push(name.to_owned());
        identifiers.push(identifier.clone());
        let mut all = Map::new();
        for item in items {
            let Value::Object(body) = substitute(&Value::Object(body.clone()), identifier, &item) else { continue };
            for (key, value) in self.map(&body, identifiers)? {
                if key.contains("${") || key.contains("&{") {
                    return Err(format!("Fn::ForEach could not resolve the key {key}"));
                }
                if all.contains_key(&key) {
                    return Err(format!("{key} is defined more than once by Fn::ForEach"));
                }
                all.insert(key, value);
            }
        }
        identifiers.pop();
        self.names.pop();
        Ok(all)
    }

    fn is_taken(&self, name: &str) -> bool {
        self.taken.iter().any(|taken| taken == name)
    }

    fn items(&self, key: &str, collection: &Value) -> Result<Vec<String>, String> {
        let layout = || format!("{key} layout is incorrect");
        let resolved = self.resolver.value(collection)?.unwrap_or_default();
        let Value::Array(items) = resolved else { return Err(layout()) };
        items.iter().map(|item| scalar_text(item).ok_or_else(layout)).collect()
    }
}

/// The body for one member of the collection: as it is for `${identifier}`, with letters and figures only for
/// `&{identifier}`.
fn substitute(node: &Value, identifier: &str, item: &str) -> Value {
    let text = |text: &str| {
        let plain: String = item.chars().filter(char::is_ascii_alphanumeric).collect();
        text.replace(&format!("${{{identifier}}}"), item).replace(&format!("&{{{identifier}}}"), &plain)
    };
    match node {
        Value::String(value) => Value::String(text(value)),
        Value::Array(items) => items.iter().map(|value| substitute(value, identifier, item)).collect(),
        Value::Object(map) if map.len() == 1 && map.get("Ref").is_some_and(|name| name == identifier) => {
            Value::String(item.to_owned())
        }
        Value::Object(map) => {
            Value::Object(map.iter().map(|(key, value)| (text(key), substitute(value, identifier, item))).collect())
        }
        other => other.clone(),
    }
}
