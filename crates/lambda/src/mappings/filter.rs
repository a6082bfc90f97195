//! Filter patterns: which records a function wants to see.

use kernel::AwsError;
use serde_json::Value;

use super::FilterCriteria;
use crate::names::invalid;

/// The most filters that a mapping has.
const MAX_FILTERS: usize = 5;

/// Compiled filters; without any, every record is wanted.
#[derive(Clone, Debug, Default)]
pub struct Filters(Vec<Value>);

/// Reads the patterns of a mapping.
pub fn compile(criteria: Option<&FilterCriteria>) -> Result<Filters, AwsError> {
    let filters = criteria.map(|criteria| criteria.filters.as_slice()).unwrap_or_default();
    if filters.len() > MAX_FILTERS {
        return Err(invalid("The number of filters must be at most 5."));
    }
    let refused = || invalid("Invalid filter pattern definition.");
    let patterns = filters.iter().map(|filter| {
        let pattern: Value = serde_json::from_str(&filter.pattern).map_err(|_| refused())?;
        if is_pattern(&pattern) { Ok(pattern) } else { Err(refused()) }
    });
    patterns.collect::<Result<_, _>>().map(Filters)
}

/// Whether every leaf of a pattern is a list of rules that are known.
fn is_pattern(pattern: &Value) -> bool {
    let Some(members) = pattern.as_object().filter(|members| !members.is_empty()) else { return false };
    members.iter().all(|(name, member)| match member {
        Value::Array(alternatives) if name == "$or" => alternatives.iter().all(is_pattern),
        Value::Array(rules) => !rules.is_empty() && rules.iter().all(is_rule),
        member => is_pattern(member),
    })
}

fn is_rule(rule: &Value) -> bool {
    let Some(members) = rule.as_object() else { return !rule.is_array() };
    let mut members = members.iter();
    let (Some((name, argument)), None) = (members.next(), members.next()) else { return false };
    match name.as_str() {
        "exists" => argument.is_boolean(),
        "prefix" | "suffix" | "equals-ignore-case" => argument.is_string(),
        "anything-but" => !argument.is_null(),
        "numeric" => numeric(argument).is_some(),
        _ => false,
    }
}

impl Filters {
    /// Whether the function wants this record.
    pub fn want(&self, record: &Value) -> bool {
        self.0.is_empty() || self.0.iter().any(|pattern| matches(pattern, Some(record)))
    }
}

fn matches(pattern: &Value, value: Option<&Value>) -> bool {
    let Some(members) = pattern.as_object() else { return false };
    members.iter().all(|(name, member)| match member {
        Value::Array(alternatives) if name == "$or" => alternatives.iter().any(|pattern| matches(pattern, value)),
        Value::Array(rules) => {
            let value = value.and_then(|value| value.get(name));
            rules.iter().any(|rule| allows(rule, value))
        }
        member => matches(member, value.and_then(|value| value.get(name))),
    })
}

fn allows(rule: &Value, value: Option<&Value>) -> bool {
    let Some((name, argument)) = rule.as_object().and_then(|members| members.iter().next()) else {
        return value.is_some_and(|value| is_one_of(value, |value| value == rule));
    };
    if name == "exists" {
        return argument.as_bool() == Some(value.is_some_and(|value| !value.is_object()));
    }
    let Some(value) = value else { return false };
    let text = argument.as_str().unwrap_or_default();
    match name.as_str() {
        "prefix" => is_one_of(value, |value| value.as_str().is_some_and(|value| value.starts_with(text))),
        "suffix" => is_one_of(value, |value| value.as_str().is_some_and(|value| value.ends_with(text))),
        "equals-ignore-case" => {
            is_one_of(value, |value| value.as_str().is_some_and(|value| value.eq_ignore_ascii_case(text)))
        }
        "anything-but" => is_one_of(value, |value| anything_but(argument, value)),
        "numeric" => numeric(argument).is_some_and(|bounds| {
            is_one_of(value, |value| {
                let number = value.as_f64();
                number.is_some_and(|number| bounds.iter().all(|(sign, bound)| compare(sign, number, *bound)))
            })
        }),
        _ => false,
    }
}

/// A list has a property if one of its elements has.
fn is_one_of(value: &Value, property: impl Fn(&Value) -> bool) -> bool {
    match value {
        Value::Array(elements) => elements.iter().any(property),
        value => property(value),
    }
}

fn anything_but(argument: &Value, value: &Value) -> bool {
    match argument {
        Value::Array(refused) => !refused.contains(value),
        Value::Object(_) => !allows(argument, Some(value)),
        refused => value != refused,
    }
}

/// `[">", 0, "<=", 5]` as pairs.
fn numeric(argument: &Value) -> Option<Vec<(&str, f64)>> {
    let parts = argument.as_array().filter(|parts| matches!(parts.len(), 2 | 4))?;
    let pair = |pair: &'_ [Value]| -> Option<(String, f64)> { Some((pair[0].as_str()?.to_owned(), pair[1].as_f64()?)) };
    let known = |sign: &str| ["=", "<", "<=", ">", ">="].into_iter().find(|known| *known == sign);
    parts.chunks(2).map(pair).map(|pair| pair.and_then(|(sign, bound)| Some((known(&sign)?, bound)))).collect()
}

fn compare(sign: &str, number: f64, bound: f64) -> bool {
    match sign {
        "<" => number < bound,
        "<=" => number <= bound,
        ">" => number > bound,
        ">=" => number >= bound,
        // Numbers of patterns are written with few digits: equal means the same text.
        _ => (number - bound).abs() < f64::EPSILON,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::Filter, *};

    fn filters(patterns: &[&str]) -> Result<Filters, AwsError> {
        let filters = patterns.iter().map(|pattern| Filter { pattern: (*pattern).to_owned() }).collect();
        compile(Some(&FilterCriteria { filters }))
    }

    #[test]
    fn every_rule_says_what_it_wants() {
        let record = json!({
            "eventName": "INSERT",
            "dynamodb": {"NewImage": {"id": {"S": "user-1"}, "n": {"N": "5"}, "tags": {"SS": ["a", "b"]}}, "SizeBytes": 26},
        });
        for (pattern, expected) in [
            (r#"{"eventName": ["INSERT", "MODIFY"]}"#, true),
            (r#"{"eventName": ["REMOVE"]}"#, false),
            (r#"{"eventName": ["INSERT"], "dynamodb": {"NewImage": {"id": {"S": [{"prefix": "user-"}]}}}}"#, true),
            (r#"{"dynamodb": {"NewImage": {"id": {"S": [{"prefix": "order-"}]}}}}"#, false),
            (r#"{"dynamodb": {"NewImage": {"id": {"S": [{"suffix": "-1"}]}}}}"#, true),
            (r#"{"eventName": [{"anything-but": ["REMOVE"]}]}"#, true),
            (r#"{"eventName": [{"equals-ignore-case": "insert"}]}"#, true),
            (r#"{"dynamodb": {"SizeBytes": [{"numeric": [">", 20, "<", 30]}]}}"#, true),
            (r#"{"dynamodb": {"SizeBytes": [{"numeric": [">", 26]}]}}"#, false),
            (r#"{"dynamodb": {"NewImage": {"tags": {"SS": ["b"]}}}}"#, true),
            (r#"{"dynamodb": {"NewImage": {"gone": {"S": [{"exists": false}]}}}}"#, true),
            (r#"{"dynamodb": {"NewImage": {"id": {"S": [{"exists": true}]}}}}"#, true),
            (r#"{"$or": [{"eventName": ["REMOVE"]}, {"dynamodb": {"NewImage": {"n": {"N": ["5"]}}}}]}"#, true),
        ] {
            assert_eq!(filters(&[pattern]).unwrap().want(&record), expected, "{pattern}");
        }
        assert!(Filters::default().want(&record));
        assert!(filters(&[r#"{"a": [1]}"#, r#"{"eventName": ["INSERT"]}"#]).unwrap().want(&record));
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for pattern in
            ["[]", "{}", "x", r#"{"eventName": "INSERT"}"#, r#"{"eventName": [{"like": "I"}]}"#, r#"{"a": []}"#]
        {
            assert_eq!(filters(&[pattern]).unwrap_err().message, "Invalid filter pattern definition.", "{pattern}");
        }
    }
}
