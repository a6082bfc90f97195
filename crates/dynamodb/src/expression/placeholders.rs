//! What `#names` and `:values` stand for, and which of them were used.

use std::{cell::RefCell, collections::BTreeSet};

use serde_json::{Map, Value};

use crate::value::{AttributeValue, Item};

/// `ExpressionAttributeNames` and `ExpressionAttributeValues` of a request.
#[derive(Debug, Default)]
pub struct Placeholders {
    names: Map<String, Value>,
    values: Item,
    used: RefCell<BTreeSet<String>>,
}

impl Placeholders {
    /// Placeholders whose keys have not been checked yet.
    pub fn new(names: Map<String, Value>, values: Item) -> Self {
        Self { names, values, used: RefCell::default() }
    }

    /// The attribute that `#placeholder` stands for.
    pub fn name(&self, placeholder: &str) -> Result<String, String> {
        self.used.borrow_mut().insert(placeholder.to_owned());
        let name = self.names.get(placeholder).and_then(Value::as_str);
        name.map(str::to_owned).ok_or_else(|| {
            format!(
                "An expression attribute name used in the document path is not defined; attribute name: {placeholder}"
            )
        })
    }

    /// The value that `:placeholder` stands for.
    pub fn value(&self, placeholder: &str) -> Result<AttributeValue, String> {
        self.used.borrow_mut().insert(placeholder.to_owned());
        self.values.get(placeholder).cloned().ok_or_else(|| {
            format!("An expression attribute value used in expression is not defined; attribute value: {placeholder}")
        })
    }

    /// Refuses placeholders that no expression has used.
    pub fn check_all_used(&self) -> Result<(), String> {
        let used = self.used.borrow();
        let unused = |keys: Vec<&String>| {
            let names: Vec<&str> = keys.into_iter().filter(|key| !used.contains(*key)).map(String::as_str).collect();
            (!names.is_empty()).then(|| names.join(", "))
        };
        for (parameter, names) in [
            ("ExpressionAttributeNames", unused(self.names.keys().collect())),
            ("ExpressionAttributeValues", unused(self.values.keys().collect())),
        ] {
            if let Some(names) = names {
                return Err(format!("Value provided in {parameter} unused in expressions: keys: {{{names}}}"));
            }
        }
        Ok(())
    }
}
