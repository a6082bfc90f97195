//! `DynamoDB` attribute values and the plain JSON that people would rather read.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Number, Value, json};

/// The types of `DynamoDB`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    #[default]
    S,
    N,
    B,
    Bool,
    Null,
    M,
    L,
    Ss,
    Ns,
    Bs,
}

impl Kind {
    /// All, in the order in which a choice lists them.
    pub const ALL: [Self; 10] =
        [Self::S, Self::N, Self::Bool, Self::Null, Self::M, Self::L, Self::Ss, Self::Ns, Self::B, Self::Bs];

    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::S => "S",
            Self::N => "N",
            Self::B => "B",
            Self::Bool => "BOOL",
            Self::Null => "NULL",
            Self::M => "M",
            Self::L => "L",
            Self::Ss => "SS",
            Self::Ns => "NS",
            Self::Bs => "BS",
        }
    }

    /// The type of a name on the wire.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The type of a set's members; `None` when it is no set.
    pub fn member(self) -> Option<Self> {
        match self {
            Self::Ss => Some(Self::S),
            Self::Ns => Some(Self::N),
            Self::Bs => Some(Self::B),
            _ => None,
        }
    }

    /// A value of this type that a person typed; one without parts.
    pub fn value(self, text: &str) -> Value {
        match self {
            Self::Bool => json!({ "BOOL": text == "true" }),
            Self::Null => json!({ "NULL": true }),
            // Spaces around a number are a slip of the hand.
            Self::N => json!({ "N": text.trim() }),
            kind => json!({ kind.name(): text }),
        }
    }

    /// Whether a text can be a value of this type. `DynamoDB` has the last word.
    pub fn takes(self, text: &str) -> bool {
        match self {
            Self::N => {
                let number = text.trim();
                number.parse::<f64>().is_ok_and(f64::is_finite)
                    && !number.contains(|c: char| c.is_alphabetic() && c != 'e' && c != 'E')
            }
            Self::B => STANDARD.decode(text.trim()).is_ok(),
            _ => true,
        }
    }
}

/// An item as plain JSON, or `None` when plain JSON cannot say what it holds: sets, binary values
/// and numbers with more digits than a JSON reader keeps.
pub fn item_to_plain(item: &Value) -> Option<Value> {
    let attributes = item.as_object()?;
    map_to_plain(attributes)
}

/// Plain JSON as an item.
pub fn item_from_plain(plain: &Value) -> Option<Value> {
    let attributes = plain.as_object()?;
    Some(attributes.iter().map(|(name, value)| (name.clone(), from_plain(value))).collect::<Map<_, _>>().into())
}

/// One attribute value on one line, for a cell of a table.
pub fn summary(value: &Value) -> String {
    let Some((kind, inner)) = value.as_object().and_then(|value| value.iter().next()) else {
        return String::new();
    };
    match (kind.as_str(), inner) {
        ("S" | "N" | "B", Value::String(text)) => text.clone(),
        ("NULL", _) => "null".to_owned(),
        ("SS" | "NS" | "BS", Value::Array(members)) => {
            let members: Vec<_> = members.iter().filter_map(Value::as_str).collect();
            format!("{{{}}}", members.join(", "))
        }
        _ => to_plain(value).unwrap_or_else(|| inner.clone()).to_string(),
    }
}

fn map_to_plain(attributes: &Map<String, Value>) -> Option<Value> {
    let plain = attributes.iter().map(|(name, value)| Some((name.clone(), to_plain(value)?)));
    plain.collect::<Option<Map<_, _>>>().map(Value::Object)
}

fn to_plain(value: &Value) -> Option<Value> {
    let (kind, inner) = value.as_object()?.iter().next()?;
    match (kind.as_str(), inner) {
        ("S", Value::String(_)) | ("BOOL", Value::Bool(_)) => Some(inner.clone()),
        ("N", Value::String(digits)) => {
            let number: Number = serde_json::from_str(digits).ok()?;
            (number.to_string() == *digits).then_some(Value::Number(number))
        }
        ("NULL", _) => Some(Value::Null),
        ("L", Value::Array(members)) => members.iter().map(to_plain).collect::<Option<Vec<_>>>().map(Value::Array),
        ("M", Value::Object(members)) => map_to_plain(members),
        _ => None,
    }
}

fn from_plain(value: &Value) -> Value {
    match value {
        Value::Null => json!({ "NULL": true }),
        Value::Bool(truth) => json!({ "BOOL": truth }),
        Value::Number(number) => json!({ "N": number.to_string() }),
        Value::String(text) => json!({ "S": text }),
        Value::Array(members) => json!({ "L": members.iter().map(from_plain).collect::<Vec<_>>() }),
        Value::Object(members) => {
            let members: Map<_, _> = members.iter().map(|(name, value)| (name.clone(), from_plain(value))).collect();
            json!({ "M": members })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_json_goes_both_ways() {
        let item = json!({
            "id": {"S": "1"}, "n": {"N": "2.5"}, "ok": {"BOOL": true}, "none": {"NULL": true},
            "list": {"L": [{"N": "1"}]}, "map": {"M": {"a": {"S": "b"}}},
        });
        let plain = json!({"id": "1", "n": 2.5, "ok": true, "none": null, "list": [1], "map": {"a": "b"}});
        assert_eq!(item_to_plain(&item), Some(plain.clone()));
        assert_eq!(item_from_plain(&plain), Some(item));
    }

    #[test]
    fn what_plain_json_would_lose_stays_as_it_is() {
        for value in [json!({"SS": ["a"]}), json!({"B": "AA=="}), json!({"N": "0.12345678901234567890123456789"})] {
            assert_eq!(item_to_plain(&json!({ "x": value })), None);
        }
    }

    #[test]
    fn typed_text_becomes_a_value_of_its_type() {
        assert_eq!(Kind::N.value(" 7 "), json!({"N": "7"}));
        assert_eq!(Kind::Bool.value("true"), json!({"BOOL": true}));
        assert!(Kind::N.takes("1.5e3") && !Kind::N.takes("seven") && !Kind::N.takes("inf") && !Kind::N.takes(""));
        assert!(Kind::B.takes("AA==") && !Kind::B.takes("A"));
    }

    #[test]
    fn a_cell_shows_a_value_on_one_line() {
        for (value, text) in [
            (json!({"S": "a"}), "a"),
            (json!({"SS": ["a", "b"]}), "{a, b}"),
            (json!({"M": {"a": {"N": "1"}}}), r#"{"a":1}"#),
        ] {
            assert_eq!(summary(&value), text);
        }
    }
}
