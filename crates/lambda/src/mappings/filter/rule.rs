//! The rules of event patterns for a single value.

use std::{cmp::Ordering, net::IpAddr};

use serde_json::Value;

/// Numbers of patterns are within this, both ways.
const MAX_NUMBER: f64 = 5.0e9;

/// What a value must be.
#[derive(Clone, Debug, PartialEq)]
pub enum Rule {
    /// Text, a number, a boolean or null.
    Equals(Value),
    Exists(bool),
    Text(Text),
    /// Neither equal to any of these nor matched by any of those.
    AnythingBut(Vec<Value>, Vec<Text>),
    Numeric(Vec<(Comparison, f64)>),
    /// An address of a network, and the length of the part that must be the same.
    Cidr(IpAddr, u8),
}

/// What a text must look like.
#[derive(Clone, Debug, PartialEq)]
pub enum Text {
    Prefix(String),
    PrefixIgnoringCase(String),
    Suffix(String),
    SuffixIgnoringCase(String),
    EqualsIgnoringCase(String),
    /// Pieces between which anything may stand.
    Wildcard(Vec<String>),
}

/// How a number compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Equal,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

impl Rule {
    /// Reads a rule; `None` if it is none.
    pub fn read(rule: &Value) -> Option<Self> {
        let members = match rule {
            Value::Array(_) => return None,
            Value::Object(members) => members,
            plain => return Some(Self::Equals(plain.clone())),
        };
        let mut members = members.iter();
        let (Some((name, argument)), None) = (members.next(), members.next()) else { return None };
        match name.as_str() {
            "exists" => argument.as_bool().map(Self::Exists),
            "numeric" => numeric(argument).map(Self::Numeric),
            "cidr" => {
                let (address, bits) = argument.as_str()?.split_once('/')?;
                let (address, bits): (IpAddr, u8) = (address.parse().ok()?, bits.parse().ok()?);
                (bits <= width(address)).then_some(Self::Cidr(address, bits))
            }
            "anything-but" => anything_but(argument),
            _ => Text::read(name, argument).map(Self::Text),
        }
    }

    /// Whether it holds for one of the values that there are.
    pub fn holds(&self, values: &[&Value]) -> bool {
        match self {
            Self::Exists(there) => *there != values.is_empty(),
            rule => values.iter().any(|value| rule.allows(value)),
        }
    }

    fn allows(&self, value: &Value) -> bool {
        match self {
            Self::Equals(expected) => value == expected,
            Self::Exists(there) => *there,
            Self::Text(text) => value.as_str().is_some_and(|value| text.matches(value)),
            Self::AnythingBut(values, texts) => {
                let is_text = |text: &Text| value.as_str().is_some_and(|value| text.matches(value));
                !values.contains(value) && !texts.iter().any(is_text)
            }
            Self::Numeric(bounds) => {
                let is_within = |number: f64| bounds.iter().all(|(how, bound)| how.holds(number, *bound));
                value.as_f64().is_some_and(is_within)
            }
            Self::Cidr(network, bits) => value.as_str().is_some_and(|value| is_in(value, *network, *bits)),
        }
    }
}

impl Text {
    fn read(name: &str, argument: &Value) -> Option<Self> {
        let ignoring_case = argument.as_object().filter(|members| members.len() == 1);
        let ignoring_case = ignoring_case.and_then(|members| members.get("equals-ignore-case")?.as_str());
        let text = argument.as_str();
        match (name, text, ignoring_case) {
            ("prefix", Some(text), _) => Some(Self::Prefix(text.to_owned())),
            ("prefix", None, Some(text)) => Some(Self::PrefixIgnoringCase(text.to_lowercase())),
            ("suffix", Some(text), _) => Some(Self::Suffix(text.to_owned())),
            ("suffix", None, Some(text)) => Some(Self::SuffixIgnoringCase(text.to_lowercase())),
            ("equals-ignore-case", Some(text), _) => Some(Self::EqualsIgnoringCase(text.to_lowercase())),
            ("wildcard", Some(text), _) => pieces(text).map(Self::Wildcard),
            _ => None,
        }
    }

    fn matches(&self, value: &str) -> bool {
        match self {
            Self::Prefix(text) => value.starts_with(text),
            Self::PrefixIgnoringCase(text) => value.to_lowercase().starts_with(text),
            Self::Suffix(text) => value.ends_with(text),
            Self::SuffixIgnoringCase(text) => value.to_lowercase().ends_with(text),
            Self::EqualsIgnoringCase(text) => value.to_lowercase() == *text,
            Self::Wildcard(pieces) => fits(pieces, value),
        }
    }
}

/// `anything-but` with a value, a list of them, or a rule for text with one or a list of texts.
fn anything_but(argument: &Value) -> Option<Rule> {
    let is_plain = |value: &Value| value.is_string() || value.is_number();
    match argument {
        Value::Array(values) if !values.is_empty() && values.iter().all(is_plain) => {
            Some(Rule::AnythingBut(values.clone(), Vec::new()))
        }
        Value::Object(members) => {
            let mut members = members.iter();
            let (Some((name, argument)), None) = (members.next(), members.next()) else { return None };
            let arguments = argument.as_array().map_or_else(|| vec![argument], |list| list.iter().collect());
            let texts = arguments.into_iter().map(|argument| Text::read(name, argument)).collect::<Option<Vec<_>>>()?;
            (!texts.is_empty()).then_some(Rule::AnythingBut(Vec::new(), texts))
        }
        value => is_plain(value).then(|| Rule::AnythingBut(vec![value.clone()], Vec::new())),
    }
}

/// `[">", 0, "<=", 5]`: a bound, or a lower and an upper one.
fn numeric(argument: &Value) -> Option<Vec<(Comparison, f64)>> {
    let parts = argument.as_array().filter(|parts| matches!(parts.len(), 2 | 4))?;
    let bounds = parts.chunks(2).map(|pair| {
        let number = pair[1].as_f64().filter(|number| number.abs() <= MAX_NUMBER)?;
        Some((Comparison::read(pair[0].as_str()?)?, number))
    });
    let bounds: Vec<(Comparison, f64)> = bounds.collect::<Option<_>>()?;
    let is_range = |lower: (Comparison, f64), upper: (Comparison, f64)| {
        matches!(lower.0, Comparison::Greater | Comparison::AtLeast)
            && matches!(upper.0, Comparison::Less | Comparison::AtMost)
            && lower.1 < upper.1
    };
    match bounds.as_slice() {
        [lower, upper] if !is_range(*lower, *upper) => None,
        _ => Some(bounds),
    }
}

impl Comparison {
    fn read(sign: &str) -> Option<Self> {
        Some(match sign {
            "=" => Self::Equal,
            "<" => Self::Less,
            "<=" => Self::AtMost,
            ">" => Self::Greater,
            ">=" => Self::AtLeast,
            _ => return None,
        })
    }

    fn holds(self, number: f64, bound: f64) -> bool {
        let order = number.partial_cmp(&bound);
        match self {
            Self::Equal => order == Some(Ordering::Equal),
            Self::Less => order == Some(Ordering::Less),
            Self::AtMost => matches!(order, Some(Ordering::Less | Ordering::Equal)),
            Self::Greater => order == Some(Ordering::Greater),
            Self::AtLeast => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        }
    }
}

/// What stands between the asterisks; a backslash takes their meaning from them. Two in a row are refused.
fn pieces(pattern: &str) -> Option<Vec<String>> {
    let mut pieces = vec![String::new()];
    let mut letters = pattern.chars().peekable();
    while let Some(letter) = letters.next() {
        let literal = match letter {
            '*' if letters.peek() == Some(&'*') => return None,
            '*' => {
                pieces.push(String::new());
                continue;
            }
            '\\' => letters.next().filter(|letter| matches!(letter, '*' | '\\'))?,
            letter => letter,
        };
        pieces.last_mut()?.push(literal);
    }
    Some(pieces)
}

/// Whether `value` has the pieces in their order, the first and the last at its ends.
fn fits(pieces: &[String], value: &str) -> bool {
    let Some((first, rest)) = pieces.split_first() else { return false };
    let Some((last, middle)) = rest.split_last() else { return value == first };
    let Some(mut value) = value.strip_prefix(first.as_str()).and_then(|value| value.strip_suffix(last.as_str())) else {
        return false;
    };
    middle.iter().all(|piece| {
        let found = value.split_once(piece.as_str());
        found.inspect(|(_, after)| value = after).is_some()
    })
}

/// How many bits an address has.
fn width(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn is_in(address: &str, network: IpAddr, bits: u8) -> bool {
    let number = |address: IpAddr| match address {
        IpAddr::V4(address) => u128::from(u32::from(address)),
        IpAddr::V6(address) => u128::from(address),
    };
    let Ok(address) = address.parse::<IpAddr>() else { return false };
    let shared = |address: IpAddr| number(address).checked_shr(u32::from(width(address) - bits)).unwrap_or_default();
    address.is_ipv4() == network.is_ipv4() && shared(address) == shared(network)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_rule_says_what_it_allows() {
        for (rule, value, expected) in [
            (json!("a"), json!("a"), true),
            (json!(null), json!(null), true),
            (json!(true), json!("true"), false),
            (json!({"prefix": "us-"}), json!("us-east-1"), true),
            (json!({"prefix": {"equals-ignore-case": "US-"}}), json!("us-east-1"), true),
            (json!({"suffix": ".png"}), json!("a.PNG"), false),
            (json!({"suffix": {"equals-ignore-case": ".png"}}), json!("a.PNG"), true),
            (json!({"equals-ignore-case": "Insert"}), json!("INSERT"), true),
            (json!({"anything-but": "a"}), json!("b"), true),
            (json!({"anything-but": ["a", 1]}), json!(1), false),
            (json!({"anything-but": {"prefix": "a"}}), json!("ab"), false),
            (json!({"anything-but": {"prefix": ["a", "b"]}}), json!("ca"), true),
            (json!({"anything-but": {"suffix": "b"}}), json!("ab"), false),
            (json!({"anything-but": {"equals-ignore-case": ["A", "B"]}}), json!("b"), false),
            (json!({"anything-but": {"wildcard": "*x*"}}), json!("axb"), false),
            (json!({"numeric": ["=", 5]}), json!(5.0), true),
            (json!({"numeric": [">", 0, "<=", 5]}), json!(5), true),
            (json!({"numeric": [">", 0, "<", 5]}), json!(5), false),
            (json!({"numeric": [">=", 5]}), json!("5"), false),
            (json!({"cidr": "10.0.0.0/24"}), json!("10.0.0.255"), true),
            (json!({"cidr": "10.0.0.0/24"}), json!("10.0.1.0"), false),
            (json!({"cidr": "0.0.0.0/0"}), json!("1.2.3.4"), true),
            (json!({"cidr": "2001:db8::/32"}), json!("2001:db8::1"), true),
            (json!({"cidr": "2001:db8::/32"}), json!("10.0.0.1"), false),
            (json!({"wildcard": "a*c"}), json!("abbc"), true),
            (json!({"wildcard": "a*c"}), json!("abbcd"), false),
            (json!({"wildcard": "*b*d*"}), json!("abcd"), true),
            (json!({"wildcard": "ab*ba"}), json!("aba"), false),
            (json!({"wildcard": r"a\*c"}), json!("a*c"), true),
            (json!({"wildcard": r"a\*c"}), json!("abc"), false),
        ] {
            assert_eq!(Rule::read(&rule).expect("a rule").holds(&[&value]), expected, "{rule} of {value}");
        }
        assert!(Rule::Exists(false).holds(&[]));
        assert!(!Rule::AnythingBut(vec![json!("a")], Vec::new()).holds(&[]), "what is not there is not anything");
    }

    #[test]
    fn what_is_no_rule_is_refused() {
        for rule in [
            json!(["a"]),
            json!({}),
            json!({"exists": "yes"}),
            json!({"prefix": 1}),
            json!({"prefix": "a", "suffix": "b"}),
            json!({"numeric": [">", "0"]}),
            json!({"numeric": ["<", 5, ">", 0]}),
            json!({"numeric": [">", 5, "<", 0]}),
            json!({"numeric": [">", 6e9]}),
            json!({"cidr": "10.0.0.0"}),
            json!({"cidr": "10.0.0.0/33"}),
            json!({"wildcard": "a**b"}),
            json!({"wildcard": r"a\b"}),
            json!({"anything-but": []}),
            json!({"anything-but": null}),
        ] {
            assert_eq!(Rule::read(&rule), None, "{rule}");
        }
    }
}
