//! Condition blocks: operators, set operators, `IfExists`, policy variables.

use std::{cmp::Ordering, net::IpAddr};

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::policy::{like, values};

/// Whether every operator of a condition block holds in `context`, whose keys are in lower case.
pub(crate) fn hold(block: &Map<String, Value>, context: &Map<String, Value>) -> bool {
    block.iter().all(|(operator, keys)| {
        let operator = Operator::parse(operator);
        keys.as_object().is_some_and(|keys| {
            keys.iter().all(|(key, wanted)| {
                let wanted: Vec<String> = texts(wanted).iter().map(|text| substitute(text, context)).collect();
                operator.holds(context.get(&key.to_ascii_lowercase()), &wanted)
            })
        })
    })
}

/// Replaces `${key}` and `${key, 'default'}` by the value of the key; a key without a value and
/// without a default stays, so that it matches nothing.
pub(crate) fn substitute(pattern: &str, context: &Map<String, Value>) -> String {
    let Some((before, rest)) = pattern.split_once("${") else { return pattern.to_owned() };
    let Some((variable, after)) = rest.split_once('}') else { return pattern.to_owned() };
    let (key, default) = variable.split_once(',').map_or((variable, None), |(key, default)| (key, Some(default)));
    let value = match key.trim() {
        literal @ ("*" | "?" | "$") => Some(literal.to_owned()),
        key => context
            .get(&key.to_ascii_lowercase())
            .and_then(|value| values(value).first().map(|text| (*text).to_owned())),
    };
    let value = value.or_else(|| default.map(|text| text.trim().trim_matches('\'').to_owned()));
    let value = value.unwrap_or_else(|| format!("${{{variable}}}"));
    format!("{before}{value}{}", substitute(after, context))
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::String(text) => vec![text.clone()],
        other => vec![other.to_string()],
    }
}

struct Operator<'a> {
    set: Option<Set>,
    if_exists: bool,
    name: &'a str,
}

#[derive(Clone, Copy)]
enum Set {
    ForAllValues,
    ForAnyValue,
}

impl<'a> Operator<'a> {
    fn parse(text: &'a str) -> Self {
        let (set, name) = match text.split_once(':') {
            Some(("ForAllValues", name)) => (Some(Set::ForAllValues), name),
            Some(("ForAnyValue", name)) => (Some(Set::ForAnyValue), name),
            _ => (None, text),
        };
        let (if_exists, name) = name.strip_suffix("IfExists").map_or((false, name), |name| (true, name));
        Self { set, if_exists, name }
    }

    fn holds(&self, actual: Option<&Value>, wanted: &[String]) -> bool {
        if self.name == "Null" {
            return wanted.iter().any(|text| text.eq_ignore_ascii_case("true") == actual.is_none());
        }
        let actual = actual.map(texts).unwrap_or_default();
        if actual.is_empty() && self.if_exists {
            return true;
        }
        match self.set {
            Some(Set::ForAllValues) => actual.iter().all(|text| self.matches(text, wanted)),
            Some(Set::ForAnyValue) => actual.iter().any(|text| self.matches(text, wanted)),
            None => actual.first().map_or(self.is_negated(), |text| self.matches(text, wanted)),
        }
    }

    /// A negated operator holds when the key is absent.
    fn is_negated(&self) -> bool {
        self.name.contains("Not")
    }

    fn matches(&self, actual: &str, wanted: &[String]) -> bool {
        let name = self.name.replace("Not", "");
        let any = wanted.iter().any(|wanted| compare(&name, actual, wanted));
        any != self.is_negated()
    }
}

fn compare(name: &str, actual: &str, wanted: &str) -> bool {
    let numbers = || actual.parse::<f64>().ok()?.partial_cmp(&wanted.parse::<f64>().ok()?);
    let dates = || Some(moment(actual)?.cmp(&moment(wanted)?));
    match name {
        "StringEquals" | "BinaryEquals" => actual == wanted,
        "StringEqualsIgnoreCase" | "Bool" => actual.eq_ignore_ascii_case(wanted),
        "StringLike" => like(wanted, actual),
        "ArnEquals" | "ArnLike" => arn_like(wanted, actual),
        "IpAddress" => in_range(actual, wanted).unwrap_or(false),
        _ => match (name.strip_prefix("Numeric"), name.strip_prefix("Date")) {
            (Some(relation), _) => numbers().is_some_and(|order| ordered(relation, order)),
            (_, Some(relation)) => dates().is_some_and(|order| ordered(relation, order)),
            _ => false,
        },
    }
}

fn ordered(relation: &str, order: Ordering) -> bool {
    match relation {
        "Equals" => order.is_eq(),
        "LessThan" => order.is_lt(),
        "LessThanEquals" => order.is_le(),
        "GreaterThan" => order.is_gt(),
        "GreaterThanEquals" => order.is_ge(),
        _ => false,
    }
}

/// The six parts of an ARN match one by one, so that a star does not reach over a colon.
fn arn_like(pattern: &str, actual: &str) -> bool {
    let (patterns, parts): (Vec<&str>, Vec<&str>) = (pattern.splitn(6, ':').collect(), actual.splitn(6, ':').collect());
    patterns.len() == parts.len() && patterns.iter().zip(parts).all(|(pattern, part)| like(pattern, part))
}

fn moment(text: &str) -> Option<i64> {
    text.parse::<Timestamp>().map(Timestamp::as_second).ok().or_else(|| text.parse().ok())
}

fn in_range(address: &str, range: &str) -> Option<bool> {
    let (network, length) = range.split_once('/').unwrap_or((range, ""));
    let bits = |address: IpAddr| match address {
        IpAddr::V4(address) => (u128::from(address.to_bits()) << 96, 32),
        IpAddr::V6(address) => (address.to_bits(), 128),
    };
    let (address, width) = bits(address.parse().ok()?);
    let (network, network_width) = bits(network.parse().ok()?);
    let length: u32 = if length.is_empty() { width } else { length.parse().ok()? };
    let mask = u128::MAX.checked_shl(128 - length.min(128)).unwrap_or(0);
    Some(width == network_width && address & mask == network & mask)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn operators_hold_as_the_guide_says() {
        let Value::Object(context) = json!({
            "aws:sourcearn": "arn:aws:execute-api:us-east-1:1:abc/Prod/GET/hello",
            "dynamodb:leadingkeys": ["u1", "u1"],
            "aws:username": "ana",
            "aws:sourceip": "10.0.3.4",
            "n": 5,
        }) else {
            panic!()
        };
        for (block, expected) in [
            (json!({"ArnLike": {"aws:SourceArn": "arn:aws:execute-api:us-east-1:1:abc/*/GET/hello"}}), true),
            (json!({"ArnLike": {"aws:SourceArn": "arn:aws:*"}}), false),
            (json!({"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["u1"]}}), true),
            (json!({"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["u2"]}}), false),
            (json!({"ForAllValues:StringEquals": {"missing": ["u2"]}}), true),
            (json!({"StringEquals": {"missing": "x"}}), false),
            (json!({"StringEqualsIfExists": {"missing": "x"}}), true),
            (json!({"StringNotEquals": {"missing": "x"}}), true),
            (json!({"StringLike": {"aws:username": "${aws:username}"}}), true),
            (json!({"Null": {"missing": "true"}}), true),
            (json!({"IpAddress": {"aws:SourceIp": "10.0.0.0/16"}}), true),
            (json!({"NotIpAddress": {"aws:SourceIp": ["10.0.0.0/16"]}}), false),
            (json!({"NumericLessThanEquals": {"n": "5"}}), true),
        ] {
            assert_eq!(hold(block.as_object().unwrap(), &context), expected, "{block}");
        }
    }

    #[test]
    fn variables_have_defaults_and_escapes() {
        let context = Map::new();
        assert_eq!(substitute("home/${aws:username, 'all'}/${*}", &context), "home/all/*");
        assert_eq!(substitute("home/${aws:username}", &context), "home/${aws:username}");
    }
}
