//! The template's conditions, as far as they can be settled.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::functions::{Resolver, scalar_text, single};

/// What each condition comes to; nothing for one that waits for the deployment.
pub(super) fn settle(all: &Map<String, Value>, resolver: &Resolver) -> Result<BTreeMap<String, Option<bool>>, String> {
    let mut settling = Settling { all, resolver, known: BTreeMap::new(), open: Vec::new() };
    for name in all.keys() {
        settling.named(name)?;
    }
    Ok(settling.known)
}

struct Settling<'a> {
    all: &'a Map<String, Value>,
    resolver: &'a Resolver<'a>,
    known: BTreeMap<String, Option<bool>>,
    /// Conditions that are being settled, to notice circles.
    open: Vec<String>,
}

impl Settling<'_> {
    fn named(&mut self, name: &str) -> Result<Option<bool>, String> {
        if let Some(known) = self.known.get(name) {
            return Ok(*known);
        }
        if self.open.iter().any(|open| open == name) {
            return Err(format!("Circular dependency in conditions: [{}]", self.open.join(", ")));
        }
        let definition = self.all.get(name).ok_or_else(|| format!("The condition {name} is not defined"))?;
        self.open.push(name.to_owned());
        let holds = self.holds(definition)?;
        self.open.pop();
        self.known.insert(name.to_owned(), holds);
        Ok(holds)
    }

    fn holds(&mut self, node: &Value) -> Result<Option<bool>, String> {
        match single(node) {
            Some(("Condition", Value::String(name))) => self.named(name),
            Some(("Fn::Not", Value::Array(parts))) if parts.len() == 1 => {
                Ok(self.holds(&parts[0])?.map(|holds| !holds))
            }
            Some((name @ ("Fn::And" | "Fn::Or"), Value::Array(parts))) => {
                let parts: Vec<Option<bool>> = parts.iter().map(|part| self.holds(part)).collect::<Result<_, _>>()?;
                let decisive = name == "Fn::Or";
                if parts.contains(&Some(decisive)) {
                    return Ok(Some(decisive));
                }
                Ok(if parts.contains(&None) { None } else { Some(!decisive) })
            }
            Some(("Fn::Equals", Value::Array(parts))) if parts.len() == 2 => self.equal(&parts[0], &parts[1]),
            Some((name @ ("Fn::Equals" | "Fn::Not" | "Condition"), _)) => Err(format!("{name} layout is incorrect")),
            _ => Err("Conditions can only be boolean operations".to_owned()),
        }
    }

    fn equal(&self, left: &Value, right: &Value) -> Result<Option<bool>, String> {
        let mut texts = Vec::new();
        for side in [left, right] {
            let value = self.resolver.value(side)?.unwrap_or_default();
            match scalar_text(&value) {
                Some(text) => texts.push(text),
                None if value.is_null() => texts.push(String::new()),
                None if single(&value).is_some_and(|(name, _)| name == "Ref" || name.starts_with("Fn::")) => {
                    return Ok(None);
                }
                None => return Err("Intrinsic function input type is invalid".to_owned()),
            }
        }
        Ok(Some(texts[0] == texts[1]))
    }
}
