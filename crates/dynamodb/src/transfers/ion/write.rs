use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::{KEYWORDS, SETS, VERSION, is_in_name, starts_name};

/// How many digits a small number may have behind `0.` before it is written with an exponent.
const MAX_ZEROS: usize = 6;

/// A line of an export: members, each of which holds attribute values. Where it is told when they were
/// `written`, in microseconds, they are those of a `Record`.
pub fn record(written: Option<u64>, members: &[(&str, Value)]) -> String {
    let mut line = format!("{VERSION} {{");
    if let Some(moment) = written {
        // Writing to a String cannot fail.
        let _ = write!(line, "Record:{{Metadata:{{WriteTimestampMicros:{moment}.}},");
    }
    for (index, (name, values)) in members.iter().enumerate() {
        if index > 0 {
            line.push(',');
        }
        line.push_str(name);
        line.push(':');
        write_struct(values.as_object(), &mut line);
    }
    line.push_str(if written.is_some() { "}}" } else { "}" });
    line
}

fn write_struct(members: Option<&Map<String, Value>>, out: &mut String) {
    let mut is_first = true;
    out.push('{');
    for (name, value) in members.into_iter().flatten() {
        if !std::mem::take(&mut is_first) {
            out.push(',');
        }
        write_name(name, out);
        out.push(':');
        write_value(value, out);
    }
    out.push('}');
}

/// Writes an attribute value, `{"S": "text"}`.
fn write_value(value: &Value, out: &mut String) {
    let Some((kind, value)) = value.as_object().and_then(|typed| typed.iter().next()) else { return };
    match (kind.as_str(), value) {
        ("S", Value::String(text)) => write_text(text, '"', out),
        ("N", Value::String(number)) => write_number(number, out),
        ("B", Value::String(bytes)) => write_blob(bytes, out),
        ("BOOL", Value::Bool(value)) => out.push_str(if *value { "true" } else { "false" }),
        ("M", Value::Object(members)) => write_struct(Some(members), out),
        ("L", Value::Array(values)) => write_list(values, write_value, out),
        (set, Value::Array(members)) => {
            let annotation = SETS.iter().find(|(_, kind)| *kind == set).map_or("", |(annotation, _)| annotation);
            out.push_str(annotation);
            out.push_str("::");
            let write_member = |member: &Value, out: &mut String| match (set, member.as_str().unwrap_or_default()) {
                ("NS", number) => write_number(number, out),
                ("BS", bytes) => write_blob(bytes, out),
                (_, text) => write_text(text, '"', out),
            };
            write_list(members, write_member, out);
        }
        _ => out.push_str("null"),
    }
}

fn write_list(values: &[Value], write: impl Fn(&Value, &mut String), out: &mut String) {
    out.push('[');
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write(value, out);
    }
    out.push(']');
}

fn write_blob(base64: &str, out: &mut String) {
    out.push_str("{{");
    out.push_str(base64);
    out.push_str("}}");
}

fn write_name(name: &str, out: &mut String) {
    let is_plain = name.bytes().next().is_some_and(starts_name) && name.bytes().all(is_in_name);
    // `$10` is the tenth name of a table of names.
    let is_number = name.strip_prefix('$').is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
    if is_plain && !is_number && !KEYWORDS.contains(&name) {
        out.push_str(name);
    } else {
        write_text(name, '\'', out);
    }
}

fn write_text(text: &str, quote: char, out: &mut String) {
    out.push(quote);
    for letter in text.chars() {
        match letter {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\\' => out.push_str("\\\\"),
            letter if letter == quote => {
                out.push('\\');
                out.push(letter);
            }
            letter if letter.is_ascii_control() => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\x{:02x}", letter as u32);
            }
            letter => out.push(letter),
        }
    }
    out.push(quote);
}

/// Writes a plain number as an Ion decimal: with a point or an exponent, as few zeros as there can be.
fn write_number(number: &str, out: &mut String) {
    let digits = number.strip_prefix('-').unwrap_or(number);
    if digits.len() < number.len() {
        out.push('-');
    }
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let significant = whole.trim_end_matches('0');
    let zeros = fraction.len() - fraction.trim_start_matches('0').len();
    match (whole, fraction) {
        ("0", "") => out.push_str("0."),
        (_, "") if significant.len() < whole.len() => {
            out.push_str(significant);
            out.push('d');
            out.push_str(&(whole.len() - significant.len()).to_string());
        }
        ("0", _) if zeros >= MAX_ZEROS => {
            out.push_str(&fraction[zeros..]);
            out.push_str("d-");
            out.push_str(&fraction.len().to_string());
        }
        _ => {
            out.push_str(whole);
            out.push('.');
            out.push_str(fraction);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_decimals_with_few_zeros() {
        for (number, expected) in [
            ("0", "0."),
            ("103", "103."),
            ("-600", "-6d2"),
            ("1.5", "1.5"),
            ("0.001", "0.001"),
            ("0.000001", "0.000001"),
            ("0.0000001", "1d-7"),
            ("-0.00000012", "-12d-8"),
        ] {
            let mut out = String::new();
            write_number(number, &mut out);
            assert_eq!(out, expected, "{number}");
        }
    }
}
