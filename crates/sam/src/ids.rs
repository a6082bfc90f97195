//! Logical ids that change when, and only when, what they stand for changes.

use std::fmt::Write;

use serde_json::Value;
use sha1::{Digest, Sha1};

const LENGTH: usize = 10;

/// The suffix for a text; none for an empty one.
pub(crate) fn suffix_of_text(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    sha1_hex(text)[..LENGTH].to_owned()
}

/// The suffix for a value; none for an empty one.
pub(crate) fn suffix_of(value: &Value) -> String {
    match value {
        Value::String(text) => suffix_of_text(text),
        value if crate::values::truthy(value) => suffix_of_text(&compact_json(value)),
        _ => String::new(),
    }
}

/// The whole SHA-1, in hexadecimal.
pub(crate) fn sha1_hex(text: &str) -> String {
    let digits = b"0123456789abcdef";
    let digest = Sha1::digest(text.as_bytes());
    let figures = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    figures.map(|figure| char::from(digits[usize::from(figure)])).collect()
}

/// JSON as Python's `json.dumps(value, separators=(",", ":"), sort_keys=True)` writes it.
fn compact_json(value: &Value) -> String {
    let mut out = String::new();
    write_json(value, &mut out, &Style { item: ",", member: ":", sorted: true });
    out
}

/// JSON as Python's `json.dumps(value)` writes it.
pub(crate) fn spaced_json(value: &Value) -> String {
    let mut out = String::new();
    write_json(value, &mut out, &Style { item: ", ", member: ": ", sorted: false });
    out
}

/// JSON as Python's `json.dumps(value, sort_keys=True, indent=4, separators=(",", ": "))` writes it.
pub(crate) fn indented_json(value: &Value) -> String {
    let mut out = String::new();
    write_indented(value, 0, &mut out);
    out
}

fn write_indented(value: &Value, depth: usize, out: &mut String) {
    let line = |out: &mut String, depth: usize| {
        out.push('\n');
        out.extend(std::iter::repeat_n("    ", depth));
    };
    match value {
        Value::Array(items) if !items.is_empty() => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                line(out, depth + 1);
                write_indented(item, depth + 1, out);
            }
            line(out, depth);
            out.push(']');
        }
        Value::Object(map) if !map.is_empty() => {
            let mut members: Vec<_> = map.iter().collect();
            members.sort_by_key(|(key, _)| *key);
            out.push('{');
            for (index, (key, value)) in members.into_iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                line(out, depth + 1);
                write_text(key, out);
                out.push_str(": ");
                write_indented(value, depth + 1, out);
            }
            line(out, depth);
            out.push('}');
        }
        other => write_json(other, out, &Style { item: ",", member: ": ", sorted: true }),
    }
}

struct Style {
    item: &'static str,
    member: &'static str,
    sorted: bool,
}

fn write_json(value: &Value, out: &mut String, style: &Style) {
    match value {
        Value::String(text) => write_text(text, out),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index > 0 { style.item } else { "" });
                write_json(item, out, style);
            }
            out.push(']');
        }
        Value::Object(map) => {
            let mut members: Vec<_> = map.iter().collect();
            if style.sorted {
                members.sort_by_key(|(key, _)| *key);
            }
            out.push('{');
            for (index, (key, value)) in members.into_iter().enumerate() {
                out.push_str(if index > 0 { style.item } else { "" });
                write_text(key, out);
                out.push_str(style.member);
                write_json(value, out, style);
            }
            out.push('}');
        }
        other => out.push_str(&other.to_string()),
    }
}

/// Python escapes everything beyond ASCII, as UTF-16.
fn write_text(text: &str, out: &mut String) {
    for character in Value::String(text.to_owned()).to_string().chars() {
        if character.is_ascii() && character != '\u{7f}' {
            out.push(character);
        } else {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn suffixes_are_the_start_of_a_hash() {
        assert_eq!(suffix_of_text("abc"), "a9993e3647");
        assert_eq!(suffix_of(&json!({})), "");
        assert_eq!(suffix_of(&json!({"b": 1, "a": "é"})), suffix_of_text("{\"a\":\"\\u00e9\",\"b\":1}"));
    }
}
