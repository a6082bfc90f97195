//! Values that remember where their text came from and in what order their keys were put in.

use std::collections::HashMap;

use serde_json::{Map, Number, Value};

use super::KeyTable;

/// A value of Python.
#[derive(Debug, Clone)]
pub(crate) enum Py {
    None,
    Bool(bool),
    Number(Number),
    Text(Text),
    List(Vec<Py>),
    Dict(Dict),
}

/// Text; what stood in the template is a `unicode`, what the translator writes is a `str`.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    pub(crate) text: String,
    pub(crate) unicode: bool,
}

/// A dictionary: either in the order of Python 2.7's hash table, or in the order of insertion.
#[derive(Debug, Clone)]
pub(crate) struct Dict {
    order: Order,
    members: HashMap<String, Member>,
}

#[derive(Debug, Clone)]
enum Order {
    Hashed(KeyTable),
    Inserted(Vec<String>),
}

#[derive(Debug, Clone)]
struct Member {
    key_is_unicode: bool,
    value: Py,
}

impl Py {
    /// A value of the template: its text is `unicode`, its maps are hash tables.
    pub(crate) fn from_template(value: &Value) -> Self {
        Self::convert(value, true)
    }

    /// A literal of the translator: its text is `str`, its maps keep the order of insertion.
    pub(crate) fn literal(value: &Value) -> Self {
        Self::convert(value, false)
    }

    fn convert(value: &Value, template: bool) -> Self {
        match value {
            Value::Null => Self::None,
            Value::Bool(value) => Self::Bool(*value),
            Value::Number(number) => Self::Number(number.clone()),
            Value::String(text) => Self::Text(Text { text: text.clone(), unicode: template }),
            Value::Array(items) => Self::List(items.iter().map(|item| Self::convert(item, template)).collect()),
            Value::Object(map) => {
                let mut dict = if template { Dict::hashed() } else { Dict::inserted() };
                for (key, value) in map {
                    let key = Text { text: key.clone(), unicode: template };
                    dict.insert_text(key, Self::convert(value, template));
                }
                Self::Dict(dict)
            }
        }
    }

    /// The plain value.
    pub(crate) fn to_json(&self) -> Value {
        match self {
            Self::None => Value::Null,
            Self::Bool(value) => Value::Bool(*value),
            Self::Number(number) => Value::Number(number.clone()),
            Self::Text(text) => Value::String(text.text.clone()),
            Self::List(items) => Value::Array(items.iter().map(Self::to_json).collect()),
            Self::Dict(dict) => Value::Object(dict.to_json()),
        }
    }

    /// `copy.deepcopy`, after which hash tables are rebuilt from their own order.
    pub(crate) fn deep_copy(&self) -> Self {
        match self {
            Self::List(items) => Self::List(items.iter().map(Self::deep_copy).collect()),
            Self::Dict(dict) => Self::Dict(dict.deep_copy()),
            other => other.clone(),
        }
    }

    /// The value after its plain form was edited elsewhere. What is new is the translator's own, but for
    /// the text in `given`, which the template gave.
    pub(crate) fn edited(&self, new: &Value, given: &[&str]) -> Self {
        match (self, new) {
            (Self::Dict(old), Value::Object(map)) => {
                let mut dict = old.clone();
                for (key, value) in map {
                    let value = match old.get(key) {
                        Some(before) => before.edited(value, given),
                        None => Self::hashed(value, given),
                    };
                    let unicode = given.contains(&key.as_str());
                    dict.insert_text(Text { text: key.clone(), unicode }, value);
                }
                Self::Dict(dict)
            }
            (old, new) if old.to_json() == *new => old.clone(),
            (_, new) => Self::hashed(new, given),
        }
    }

    /// A value of the translator whose maps are hash tables.
    fn hashed(value: &Value, given: &[&str]) -> Self {
        match value {
            Value::Array(items) => Self::List(items.iter().map(|item| Self::hashed(item, given)).collect()),
            Value::Object(map) => {
                let mut dict = Dict::hashed();
                for (key, value) in map {
                    let unicode = given.contains(&key.as_str());
                    dict.insert_text(Text { text: key.clone(), unicode }, Self::hashed(value, given));
                }
                Self::Dict(dict)
            }
            Value::String(text) => Self::Text(Text { text: text.clone(), unicode: given.contains(&text.as_str()) }),
            plain => Self::literal(plain),
        }
    }

    pub(crate) fn as_dict(&self) -> Option<&Dict> {
        match self {
            Self::Dict(dict) => Some(dict),
            _ => None,
        }
    }

    pub(crate) fn as_dict_mut(&mut self) -> Option<&mut Dict> {
        match self {
            Self::Dict(dict) => Some(dict),
            _ => None,
        }
    }

    pub(crate) fn as_list(&self) -> Option<&[Py]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(&text.text),
            _ => None,
        }
    }

    pub(crate) fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }

    /// Python's truth: nothing, zero and emptiness are false.
    pub(crate) fn truthy(&self) -> bool {
        match self {
            Self::None => false,
            Self::Bool(value) => *value,
            Self::Number(number) => number.as_f64() != Some(0.0),
            Self::Text(text) => !text.text.is_empty(),
            Self::List(items) => !items.is_empty(),
            Self::Dict(dict) => !dict.is_empty(),
        }
    }

    /// The only member of a map with one, which is how intrinsic functions are written.
    pub(crate) fn single(&self) -> Option<(Text, &Py)> {
        let dict = self.as_dict().filter(|dict| dict.len() == 1)?;
        dict.iter().next()
    }
}

impl From<&str> for Py {
    fn from(text: &str) -> Self {
        Self::Text(Text::from(text))
    }
}

impl From<String> for Py {
    fn from(text: String) -> Self {
        Self::Text(Text { text, unicode: false })
    }
}

impl From<Text> for Py {
    fn from(text: Text) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self { text: text.to_owned(), unicode: false }
    }
}

impl From<Dict> for Py {
    fn from(dict: Dict) -> Self {
        Self::Dict(dict)
    }
}

/// Equality is of contents: neither the origin of text nor the order of keys counts.
impl PartialEq for Py {
    fn eq(&self, other: &Self) -> bool {
        self.to_json() == other.to_json()
    }
}

impl Dict {
    /// An empty dictionary in the order of the hash table.
    pub(crate) fn hashed() -> Self {
        Self { order: Order::Hashed(KeyTable::default()), members: HashMap::new() }
    }

    /// An empty dictionary in the order of insertion.
    pub(crate) fn inserted() -> Self {
        Self { order: Order::Inserted(Vec::new()), members: HashMap::new() }
    }

    pub(crate) fn len(&self) -> usize {
        self.members.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    pub(crate) fn contains(&self, key: &str) -> bool {
        self.members.contains_key(key)
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Py> {
        self.members.get(key).map(|member| &member.value)
    }

    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut Py> {
        self.members.get_mut(key).map(|member| &mut member.value)
    }

    /// A member that Python takes for true.
    pub(crate) fn truthy(&self, key: &str) -> Option<&Py> {
        self.get(key).filter(|value| value.truthy())
    }

    pub(crate) fn insert(&mut self, key: &str, value: impl Into<Py>) {
        self.insert_text(Text::from(key), value.into());
    }

    /// Sets a member; a key that is there already stays the key that it was.
    pub(crate) fn insert_text(&mut self, key: Text, value: Py) {
        if let Some(member) = self.members.get_mut(&key.text) {
            member.value = value;
            return;
        }
        match &mut self.order {
            Order::Hashed(table) => table.add(&key.text),
            Order::Inserted(keys) => keys.push(key.text.clone()),
        }
        let member = Member { key_is_unicode: key.unicode, value };
        self.members.insert(key.text, member);
    }

    pub(crate) fn remove(&mut self, key: &str) -> Option<Py> {
        match &mut self.order {
            Order::Hashed(table) => table.remove(key),
            Order::Inserted(keys) => keys.retain(|other| other != key),
        }
        self.members.remove(key).map(|member| member.value)
    }

    /// `setdefault`
    pub(crate) fn entry(&mut self, key: Text, default: impl FnOnce() -> Py) -> &mut Py {
        if !self.contains(&key.text) {
            self.insert_text(key.clone(), default());
        }
        match self.members.get_mut(&key.text) {
            Some(member) => &mut member.value,
            None => unreachable!("the member was just set"),
        }
    }

    /// `dict.update`, which makes room for all new keys beforehand.
    pub(crate) fn update(&mut self, other: &Dict) {
        let keys: Vec<String> = other.iter().map(|(key, _)| key.text).collect();
        if let Order::Hashed(table) = &mut self.order {
            table.merge(&keys);
        }
        for (key, value) in other.iter() {
            let unicode = key.unicode;
            if let Some(member) = self.members.get_mut(&key.text) {
                member.value = value.clone();
                continue;
            }
            if let Order::Inserted(keys) = &mut self.order {
                keys.push(key.text.clone());
            }
            let member = Member { key_is_unicode: unicode, value: value.clone() };
            self.members.insert(key.text, member);
        }
    }

    /// `dict.copy`
    pub(crate) fn shallow_copy(&self) -> Self {
        let mut copy = self.emptied();
        copy.update(self);
        copy
    }

    fn deep_copy(&self) -> Self {
        let mut copy = self.emptied();
        for (key, value) in self.iter() {
            copy.insert_text(key, value.deep_copy());
        }
        copy
    }

    fn emptied(&self) -> Self {
        match self.order {
            Order::Hashed(_) => Self::hashed(),
            Order::Inserted(_) => Self::inserted(),
        }
    }

    /// The keys, in order.
    pub(crate) fn keys(&self) -> Vec<Text> {
        self.iter().map(|(key, _)| key).collect()
    }

    /// The members, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Text, &Py)> {
        let keys: Vec<&String> = match &self.order {
            Order::Hashed(table) => table.iter().collect(),
            Order::Inserted(keys) => keys.iter().collect(),
        };
        keys.into_iter().filter_map(|key| {
            let member = self.members.get(key)?;
            let text = Text { text: key.clone(), unicode: member.key_is_unicode };
            Some((text, &member.value))
        })
    }

    pub(crate) fn to_json(&self) -> Map<String, Value> {
        self.iter().map(|(key, value)| (key.text, value.to_json())).collect()
    }
}

/// A hash-table dictionary with these members, put in one by one.
pub(crate) fn dict<const N: usize>(members: [(&str, Py); N]) -> Dict {
    let mut dict = Dict::hashed();
    for (key, value) in members {
        dict.insert(key, value);
    }
    dict
}
