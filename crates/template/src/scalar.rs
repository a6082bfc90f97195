//! Plain scalars as YAML 1.1 types them, which is what CloudFormation reads.
//!
//! Dates stay text: `Version: 2012-10-17` is a policy's version and never a day.

use serde_json::{Number, Value};

/// The value of an unquoted scalar.
pub(crate) fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Value::Bool(true),
        "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Value::Bool(false),
        _ => number(text).map_or_else(|| Value::String(text.to_owned()), Value::Number),
    }
}

fn number(text: &str) -> Option<Number> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    integer(negative, digits).or_else(|| float(negative, digits))
}

fn integer(negative: bool, digits: &str) -> Option<Number> {
    let clean: String = digits.chars().filter(|&c| c != '_').collect();
    let magnitude = if let Some(binary) = clean.strip_prefix("0b") {
        u64::from_str_radix(binary, 2).ok()?
    } else if let Some(hex) = clean.strip_prefix("0x") {
        u64::from_str_radix(hex, 16).ok()?
    } else if clean.contains(':') {
        sexagesimal(&clean)?
    } else if clean.len() > 1 && clean.starts_with('0') {
        u64::from_str_radix(&clean, 8).ok()?
    } else if clean.bytes().all(|b| b.is_ascii_digit()) {
        clean.parse().ok()?
    } else {
        return None;
    };
    if negative {
        let value = i64::try_from(magnitude).ok()?.checked_neg()?;
        Some(value.into())
    } else {
        Some(magnitude.into())
    }
}

/// `12:30` is 750: base 60, the first figure without a leading zero.
fn sexagesimal(text: &str) -> Option<u64> {
    let mut figures = text.split(':');
    let first = figures.next()?;
    if first.starts_with('0') {
        return None;
    }
    figures.try_fold(first.parse::<u64>().ok()?, |sum, figure| {
        let value: u64 = figure.parse().ok().filter(|&v| v < 60)?;
        (figure.len() <= 2).then_some(())?;
        sum.checked_mul(60)?.checked_add(value)
    })
}

/// A float has a dot, and its exponent a sign: `1e3` is text in YAML 1.1.
fn float(negative: bool, digits: &str) -> Option<Number> {
    let clean: String = digits.chars().filter(|&c| c != '_').collect();
    let (mantissa, exponent) = match clean.find(['e', 'E']) {
        Some(at) => (&clean[..at], Some(&clean[at + 1..])),
        None => (clean.as_str(), None),
    };
    let (whole, fraction) = mantissa.split_once('.')?;
    let digits_only = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if !digits_only(whole) || !digits_only(fraction) || (whole.is_empty() && fraction.is_empty()) {
        return None;
    }
    if let Some(exponent) = exponent {
        let unsigned = exponent.strip_prefix(['+', '-'])?;
        if unsigned.is_empty() || !digits_only(unsigned) {
            return None;
        }
    }
    let value: f64 = clean.parse().ok()?;
    Number::from_f64(if negative { -value } else { value })
}
