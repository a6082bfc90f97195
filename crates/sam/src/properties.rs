//! Which properties a SAM resource or event has, and what each may look like.

use serde_json::{Map, Value};

use crate::Problem;

/// What a property's value may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Any,
    Map,
    Text,
    TextOrMap,
    List,
    Bool,
    Whole,
    TextOrTexts,
    TextOrMapOrList,
    ListOfTextOrMap,
    MapOfMaps,
    MapOfText,
    MapOfWholeOrMap,
    BoolOrMap,
    DeletionPolicy,
    AnyMap,
    MapOrMaps,
    Texts,
}

/// One property of a type.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Property {
    name: &'static str,
    shape: Shape,
    required: bool,
    /// Whether an intrinsic function may stand for the value, whatever its shape.
    intrinsics: bool,
}

/// A property that may be left out and may be an intrinsic function.
pub(crate) const fn optional(name: &'static str, shape: Shape) -> Property {
    Property { name, shape, required: false, intrinsics: true }
}

/// A property that must be there and may be an intrinsic function.
pub(crate) const fn required(name: &'static str, shape: Shape) -> Property {
    Property { name, shape, required: true, intrinsics: true }
}

/// A property that is handed on as it is.
pub(crate) const fn passed(name: &'static str) -> Property {
    Property { name, shape: Shape::Any, required: false, intrinsics: false }
}

impl Property {
    pub(crate) const fn needed(mut self) -> Self {
        self.required = true;
        self
    }

    /// No intrinsic function may stand for the value.
    pub(crate) const fn literal(mut self) -> Self {
        self.intrinsics = false;
        self
    }
}

/// Checks properties against a type's table; problems are the resource's.
pub(crate) fn check(id: &str, kind: &str, known: &[Property], properties: &Map<String, Value>) -> Result<(), Problem> {
    for name in properties.keys() {
        if !known.iter().any(|property| property.name == name) {
            return Err(Problem::resource(id, format!("property {name} not defined for resource of type {kind}")));
        }
    }
    for property in known {
        check_one(id, property, properties.get(property.name).unwrap_or(&Value::Null))?;
    }
    Ok(())
}

fn check_one(id: &str, property: &Property, value: &Value) -> Result<(), Problem> {
    let name = property.name;
    if property.intrinsics && value.as_object().is_some_and(|map| map.len() == 1) {
        return Ok(());
    }
    if value.is_null() {
        return if property.required {
            Err(Problem::resource(id, format!("Missing required property '{name}'.")))
        } else {
            Ok(())
        };
    }
    if property.shape.fits(value) {
        return Ok(());
    }
    Err(Problem::resource(
        id,
        match property.shape {
            Shape::Map => format!("Property '{name}' should be a map."),
            Shape::Text => format!("Property '{name}' should be a string."),
            Shape::DeletionPolicy => {
                format!("Property '{name}' should be a one of the strings: 'Delete' or 'Retain'.")
            }
            _ => format!("Type of property '{name}' is invalid."),
        },
    ))
}

impl Shape {
    fn fits(self, value: &Value) -> bool {
        let all_of = |shape: Shape| match value {
            Value::Array(items) => items.iter().all(|item| shape.fits(item)),
            Value::Object(map) => map.values().all(|item| shape.fits(item)),
            _ => false,
        };
        match self {
            Self::Any => true,
            Self::Map | Self::AnyMap => value.is_object(),
            Self::Text => value.is_string(),
            Self::TextOrMap => value.is_string() || value.is_object(),
            Self::List => value.is_array(),
            Self::Bool => value.is_boolean(),
            // In Python a truth is a whole number too.
            Self::Whole => value.is_i64() || value.is_u64() || value.is_boolean(),
            Self::TextOrTexts => value.is_string() || value.is_array() && all_of(Self::Text),
            Self::TextOrMapOrList => Self::TextOrMap.fits(value) || Self::ListOfTextOrMap.fits(value),
            Self::ListOfTextOrMap => value.is_array() && all_of(Self::TextOrMap),
            Self::MapOfMaps => value.is_object() && all_of(Self::Map),
            Self::MapOfText => value.is_object() && all_of(Self::Text),
            Self::MapOfWholeOrMap => {
                value.as_object().is_some_and(|map| map.values().all(|item| Self::Whole.fits(item) || item.is_object()))
            }
            Self::BoolOrMap => value.is_boolean() || value.is_object(),
            Self::MapOrMaps => value.is_object() || value.is_array() && all_of(Self::Map),
            Self::Texts => value.is_array() && all_of(Self::Text),
            Self::DeletionPolicy => value == "Delete" || value == "Retain",
        }
    }
}

/// Fails unless the value is a map; `path` is how the sentence names it.
pub(crate) fn expect_map<'a>(id: &str, path: &str, value: &'a Value) -> Result<&'a Map<String, Value>, Problem> {
    value.as_object().ok_or_else(|| Problem::resource(id, format!("Property '{path}' should be a map.")))
}
