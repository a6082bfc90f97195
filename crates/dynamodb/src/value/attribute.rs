use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::Decimal;

/// An item, or a part of one: attributes by name.
pub type Item = BTreeMap<String, AttributeValue>;

/// One value, of one of DynamoDB's ten types. Sets are sorted, so that sets with the same members are
/// equal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AttributeValue {
    /// Text.
    S(String),
    /// A number.
    N(Decimal),
    /// Bytes.
    B(Vec<u8>),
    /// True or false.
    Bool(bool),
    /// Nothing.
    Null,
    /// A list of values.
    L(Vec<AttributeValue>),
    /// A map of values.
    M(Item),
    /// A set of texts.
    Ss(Vec<String>),
    /// A set of numbers.
    Ns(Vec<Decimal>),
    /// A set of bytes.
    Bs(Vec<Vec<u8>>),
}

impl AttributeValue {
    /// The type's name on the wire: `S`, `BOOL` …
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::S(_) => "S",
            Self::N(_) => "N",
            Self::B(_) => "B",
            Self::Bool(_) => "BOOL",
            Self::Null => "NULL",
            Self::L(_) => "L",
            Self::M(_) => "M",
            Self::Ss(_) => "SS",
            Self::Ns(_) => "NS",
            Self::Bs(_) => "BS",
        }
    }

    /// Whether the value has at most `levels` levels, itself being the first.
    pub fn fits_depth(&self, levels: usize) -> bool {
        let Some(below) = levels.checked_sub(1) else { return false };
        match self {
            Self::L(values) => values.iter().all(|value| value.fits_depth(below)),
            Self::M(members) => members.values().all(|value| value.fits_depth(below)),
            _ => true,
        }
    }

    /// The value as the wire writes it: `{"S": "text"}`.
    pub fn to_json(&self) -> Value {
        let inner = match self {
            Self::S(text) => Value::String(text.clone()),
            Self::N(number) => Value::String(number.to_string()),
            Self::B(bytes) => Value::String(STANDARD.encode(bytes)),
            Self::Bool(value) => Value::Bool(*value),
            Self::Null => Value::Bool(true),
            Self::L(values) => values.iter().map(Self::to_json).collect(),
            Self::M(item) => item_to_json(item),
            Self::Ss(texts) => json!(texts),
            Self::Ns(numbers) => numbers.iter().map(ToString::to_string).collect(),
            Self::Bs(members) => members.iter().map(|bytes| STANDARD.encode(bytes)).collect(),
        };
        let mut value = Map::with_capacity(1);
        value.insert(self.type_name().to_owned(), inner);
        Value::Object(value)
    }
}

/// An item as the wire writes it.
pub fn item_to_json(item: &Item) -> Value {
    Value::Object(item.iter().map(|(name, value)| (name.clone(), value.to_json())).collect())
}
