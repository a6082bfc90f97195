//! Reading attribute values from the wire, refusing what AWS refuses.

use std::collections::BTreeSet;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Value};

use super::{AttributeValue, Decimal, Item, NumberError};

/// How many levels an item may have, its attributes' own values being the first.
pub const MAX_DEPTH: usize = 32;

/// Why a value on the wire is none. The words depend on the operation: see
/// [`wording`](crate::rules::wording).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueError {
    /// No type is given.
    Empty,
    /// More than one type is given.
    SeveralTypes,
    /// Not a number, or one that cannot be kept.
    Number(NumberError),
    /// `{"NULL": false}`
    NullIsFalse,
    /// A set without members, by its type.
    EmptySet(&'static str),
    /// A set with a member twice: the type and the members as they were sent.
    Duplicates(&'static str, Vec<String>),
    /// An attribute without a name.
    EmptyName,
    /// Lists and maps stand too deep in each other.
    TooDeep,
}

/// Reads an item or a key: a JSON object of attribute values.
pub fn parse_item(json: &Value) -> Result<Item, ValueError> {
    let parsed = parse_map(json, 0);
    // How deep all of an item is comes before the names within its maps, though not before its own.
    let is_own = || json.get("").is_some();
    if parsed == Err(ValueError::EmptyName) && !is_own() && !fits(json, MAX_DEPTH) {
        return Err(ValueError::TooDeep);
    }
    parsed
}

/// Whether the maps and lists of attribute values in `values` have at most so many levels.
fn fits(values: &Value, levels: usize) -> bool {
    let values: Vec<&Value> = match values {
        Value::Object(values) => values.values().collect(),
        Value::Array(values) => values.iter().collect(),
        _ => return true,
    };
    let documents = values.iter().flat_map(|value| ["M", "L"].map(|kind| value.get(kind)));
    values.is_empty() || levels > 0 && documents.flatten().all(|document| fits(document, levels - 1))
}

/// Reads one attribute value.
pub fn parse_value(json: &Value) -> Result<AttributeValue, ValueError> {
    parse_at(json, 0)
}

fn parse_map(json: &Value, depth: usize) -> Result<Item, ValueError> {
    let Some(object) = json.as_object() else {
        return Ok(Item::new());
    };
    if object.contains_key("") {
        return Err(ValueError::EmptyName);
    }
    object.iter().map(|(name, value)| Ok((name.clone(), parse_at(value, depth)?))).collect()
}

fn parse_at(json: &Value, depth: usize) -> Result<AttributeValue, ValueError> {
    if depth == MAX_DEPTH {
        return Err(ValueError::TooDeep);
    }
    let empty = Map::new();
    let object = json.as_object().unwrap_or(&empty);
    let given = object.iter().filter(|(_, value)| !value.is_null());
    // Every value is looked at before it is noticed that there are several.
    let mut parsed: Vec<_> = given.map(|(kind, value)| parse_typed(kind, value, depth)).collect::<Result<_, _>>()?;
    match (parsed.pop(), parsed.is_empty()) {
        (None, _) => Err(ValueError::Empty),
        (Some(value), true) => Ok(value),
        (Some(_), false) => Err(ValueError::SeveralTypes),
    }
}

fn parse_typed(kind: &str, value: &Value, depth: usize) -> Result<AttributeValue, ValueError> {
    Ok(match kind {
        "S" => AttributeValue::S(text(value)),
        "N" => AttributeValue::N(number(&text(value))?),
        "B" => AttributeValue::B(bytes(value)),
        "BOOL" => AttributeValue::Bool(value.as_bool().unwrap_or_default()),
        "NULL" if value.as_bool() == Some(true) => AttributeValue::Null,
        "NULL" => return Err(ValueError::NullIsFalse),
        "L" => AttributeValue::L(elements(value).iter().map(|one| parse_at(one, depth + 1)).collect::<Result<_, _>>()?),
        "M" => AttributeValue::M(parse_map(value, depth + 1)?),
        "SS" => AttributeValue::Ss(set("SS", elements(value).iter().map(text).collect(), Clone::clone)?),
        "NS" => {
            let numbers = elements(value).iter().map(|one| number(&text(one))).collect::<Result<Vec<_>, _>>()?;
            AttributeValue::Ns(set("NS", numbers, ToString::to_string)?)
        }
        "BS" => {
            let members = elements(value).iter().map(bytes).collect();
            AttributeValue::Bs(set("BS", members, |member| STANDARD.encode(member))?)
        }
        _ => return Err(ValueError::Empty),
    })
}

/// The members sorted, if there are any and none is there twice.
fn set<T: Ord + Clone>(kind: &'static str, members: Vec<T>, show: fn(&T) -> String) -> Result<Vec<T>, ValueError> {
    if members.is_empty() {
        return Err(ValueError::EmptySet(kind));
    }
    let sorted: BTreeSet<T> = members.iter().cloned().collect();
    if sorted.len() < members.len() {
        return Err(ValueError::Duplicates(kind, members.iter().map(show).collect()));
    }
    Ok(sorted.into_iter().collect())
}

fn number(text: &str) -> Result<Decimal, ValueError> {
    Decimal::parse(text).map_err(ValueError::Number)
}

// The wire's codec has checked that texts are texts, lists are lists and blobs are base64.

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn bytes(value: &Value) -> Vec<u8> {
    STANDARD.decode(value.as_str().unwrap_or_default()).unwrap_or_default()
}

fn elements(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_round_trip_with_sets_in_order() {
        let item = json!({
            "b": {"B": "AAEC"}, "bs": {"BS": ["AA==", "/w=="]}, "l": {"L": [{"N": "1.5"}, {"NULL": true}]},
            "m": {"M": {"deep": {"BOOL": false}}}, "ns": {"NS": ["1", "20"]}, "s": {"S": ""}, "ss": {"SS": ["a", "b"]}
        });
        assert_eq!(super::super::item_to_json(&parse_item(&item).unwrap()), item);
        let unsorted = parse_value(&json!({"NS": ["20", "1.0"]})).unwrap();
        assert_eq!(unsorted.to_json(), json!({"NS": ["1", "20"]}));
    }

    #[test]
    fn what_is_no_value_says_why() {
        for (value, why) in [
            (json!({}), ValueError::Empty),
            (json!({"S": "a", "N": "1"}), ValueError::SeveralTypes),
            (json!({"NULL": false}), ValueError::NullIsFalse),
            (json!({"SS": []}), ValueError::EmptySet("SS")),
            (json!({"SS": ["b", "a", "b"]}), ValueError::Duplicates("SS", vec!["b".into(), "a".into(), "b".into()])),
            (json!({"NS": ["1", "1.0"]}), ValueError::Duplicates("NS", vec!["1".into(), "1".into()])),
            (json!({"L": [{"M": {"a": {"N": "x"}}}]}), ValueError::Number(NumberError::NotNumeric("x".into()))),
        ] {
            assert_eq!(parse_value(&value), Err(why), "{value}");
        }
    }

    #[test]
    fn thirty_one_wraps_are_kept_and_thirty_two_refused() {
        let wrapped = |wraps| (0..wraps).fold(json!({"S": "core"}), |inner, _| json!({"M": {"m": inner}}));
        assert!(parse_value(&wrapped(31)).is_ok());
        assert_eq!(parse_value(&wrapped(32)), Err(ValueError::TooDeep));
    }
}
