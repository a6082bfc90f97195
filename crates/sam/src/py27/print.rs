//! `str(value)`, as Python 2.7 printed it.

use std::fmt::Write;

use super::{Dict, Py, Text};

impl Py {
    /// What `str()` gives for anything but text, and `repr()` for text.
    pub(crate) fn print(&self) -> String {
        let mut out = String::new();
        self.print_to(&mut out);
        out
    }

    fn print_to(&self, out: &mut String) {
        match self {
            Self::None => out.push_str("None"),
            Self::Bool(true) => out.push_str("True"),
            Self::Bool(false) => out.push_str("False"),
            Self::Number(number) => out.push_str(&print_number(number)),
            Self::Text(text) => text.print_to(out),
            Self::List(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    out.push_str(if index > 0 { ", " } else { "" });
                    item.print_to(out);
                }
                out.push(']');
            }
            Self::Dict(dict) => dict.print_to(out),
        }
    }
}

impl Dict {
    fn print_to(&self, out: &mut String) {
        out.push('{');
        for (index, (key, value)) in self.iter().enumerate() {
            out.push_str(if index > 0 { ", " } else { "" });
            key.print_to(out);
            out.push_str(": ");
            value.print_to(out);
        }
        out.push('}');
    }
}

impl Text {
    fn print_to(&self, out: &mut String) {
        let quote = if self.text.contains('\'') && !self.text.contains('"') { '"' } else { '\'' };
        if self.unicode {
            out.push('u');
        }
        out.push(quote);
        for character in self.text.chars() {
            match character {
                '\\' => out.push_str("\\\\"),
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                c if c == quote => {
                    out.push('\\');
                    out.push(c);
                }
                ' '..='~' => out.push(character),
                // A `str` is printed by the Python of today, which shows printable characters.
                c if !self.unicode && c >= '\u{a1}' => out.push(c),
                c => escape(c, out),
            }
        }
        out.push(quote);
    }
}

fn escape(character: char, out: &mut String) {
    let code = u32::from(character);
    // Writing to a String cannot fail.
    let _ = match code {
        0..=0xff => write!(out, "\\x{code:02x}"),
        0x100..=0xffff => write!(out, "\\u{code:04x}"),
        _ => write!(out, "\\U{code:08x}"),
    };
}

/// Whole numbers as they are, beyond a machine word with an `L`; floats always with a dot.
fn print_number(number: &serde_json::Number) -> String {
    match number.as_u64() {
        Some(big) if i64::try_from(big).is_err() => format!("{big}L"),
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn text_of_the_template_is_marked() {
        let template = Py::from_template(&json!({"a": ["it's", 1, 2.0, true, null, "\u{e9}\\"]}));
        assert_eq!(template.print(), r#"{u'a': [u"it's", 1, 2.0, True, None, u'\xe9\\']}"#);
        let literal = Py::literal(&json!({"Ref": "AWS::StackName"}));
        assert_eq!(literal.print(), "{'Ref': 'AWS::StackName'}");
    }
}
