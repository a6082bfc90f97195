//! A reader of Ion's text form, as far as items need it.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};

use super::{KEYWORDS, SETS, VERSION, is_in_name, starts_name};
use crate::{transfers::lines::Record, value::MAX_DEPTH};

/// How deep values may stand in each other: the levels of an item, and those around it.
const DEEPEST: usize = MAX_DEPTH + 4;

/// Members of a record that hold attribute values.
const ATTRIBUTES: [&str; 2] = ["Item", "ExpressionAttributeValues"];

/// The records of a text. What cannot be read is skipped up to the next line that may begin a record.
pub fn records(text: &str) -> impl Iterator<Item = Record<'_>> {
    let mut reader = Reader { text, at: 0 };
    let (mut line, mut counted) = (0, 0);
    let spelled = std::iter::from_fn(move || {
        if !reader.has_more() {
            return None;
        }
        let start = reader.at;
        line += text[counted..start].matches('\n').count();
        counted = start;
        let values = match reader.value(0) {
            Ok((_, Ion::List(values))) => values.into_iter().map(|(_, value)| record(value)).collect(),
            Ok((_, value)) => vec![record(value)],
            Err(problem) => {
                reader.at = start;
                reader.skip_record();
                vec![Err(problem)]
            }
        };
        Some((line, &text[start..reader.at], values))
    });
    spelled.flat_map(|(line, text, values)| values.into_iter().map(move |value| Record { line, text, value }))
}

/// A value, as far as DynamoDB has a counterpart.
enum Ion<'a> {
    Null,
    Bool(bool),
    /// In the notation that DynamoDB reads.
    Decimal(String),
    Text(String),
    /// In base64.
    Blob(&'a str),
    /// Values with their annotations.
    List(Vec<Annotated<'a>>),
    Struct(Vec<(String, Annotated<'a>)>),
    /// The name of a type that has no counterpart.
    Other(&'static str),
}

type Annotated<'a> = (Option<String>, Ion<'a>);

/// A record: a structure with an item.
fn record(value: Ion<'_>) -> Result<Value, String> {
    let Ion::Struct(members) = value else { return Err("The value is not a struct".to_owned()) };
    let mut record = Map::new();
    for (name, (_, value)) in members {
        let value = match value {
            Ion::Struct(members) if ATTRIBUTES.contains(&name.as_str()) => attributes(members)?,
            Ion::Struct(members) => {
                let texts = members.into_iter().map(|(name, (_, value))| match value {
                    Ion::Text(text) => Ok((name, json!(text))),
                    _ => Err(format!("{name} is not a string")),
                });
                Value::Object(texts.collect::<Result<_, _>>()?)
            }
            Ion::Text(text) if !ATTRIBUTES.contains(&name.as_str()) => json!(text),
            _ => return Err(format!("{name} is not what belongs there")),
        };
        record.insert(name, value);
    }
    if record.contains_key("Item") { Ok(Value::Object(record)) } else { Err("The struct has no Item".to_owned()) }
}

fn attributes(members: Vec<(String, Annotated<'_>)>) -> Result<Value, String> {
    let values = members.into_iter().map(|(name, value)| Ok((name, attribute(value)?)));
    values.collect::<Result<_, String>>().map(Value::Object)
}

/// A value as DynamoDB JSON.
fn attribute((annotation, value): Annotated<'_>) -> Result<Value, String> {
    if let Some(annotation) = annotation {
        let set = SETS.iter().find(|(known, _)| *known == annotation);
        return match (set, value) {
            (Some((_, kind)), Ion::List(members)) => {
                let members = members.into_iter().map(|(_, member)| member_of(kind, member));
                Ok(json!({*kind: members.collect::<Result<Vec<_>, _>>()?}))
            }
            _ => Err(format!("The annotation {annotation} is unknown, or not before a list")),
        };
    }
    Ok(match value {
        Ion::Null => json!({"NULL": true}),
        Ion::Bool(value) => json!({"BOOL": value}),
        Ion::Decimal(number) => json!({"N": number}),
        Ion::Text(text) => json!({"S": text}),
        Ion::Blob(bytes) => json!({"B": bytes}),
        Ion::List(values) => json!({"L": values.into_iter().map(attribute).collect::<Result<Vec<_>, _>>()?}),
        Ion::Struct(members) => json!({"M": attributes(members)?}),
        Ion::Other(kind) => return Err(format!("DynamoDB has no type for an Ion {kind}")),
    })
}

fn member_of(kind: &str, member: Ion<'_>) -> Result<String, String> {
    match (kind, member) {
        ("SS", Ion::Text(text)) | ("NS", Ion::Decimal(text)) => Ok(text),
        ("BS", Ion::Blob(bytes)) => Ok(bytes.to_owned()),
        _ => Err(format!("A member does not belong into a set of type {kind}")),
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    /// Whether there is a value at the top, before which version markers may stand.
    fn has_more(&mut self) -> bool {
        self.skip_space();
        while self.rest().starts_with(VERSION)
            && !self.rest().as_bytes().get(VERSION.len()).copied().is_some_and(is_in_name)
        {
            self.at += VERSION.len();
            self.skip_space();
        }
        !self.rest().is_empty()
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Goes behind `token` if it comes next.
    fn take(&mut self, token: &str) -> bool {
        let is_there = self.rest().starts_with(token);
        if is_there {
            self.at += token.len();
        }
        is_there
    }

    fn expect(&mut self, token: &str) -> Result<(), String> {
        if self.take(token) { Ok(()) } else { Err(self.problem(&format!("{token} is missing"))) }
    }

    fn problem(&self, what: &str) -> String {
        let line = self.text[..self.at].matches('\n').count() + 1;
        format!("The Ion text cannot be read in line {line}: {what}")
    }

    fn skip_line(&mut self) {
        self.at += self.rest().find('\n').map_or(self.rest().len(), |end| end + 1);
    }

    /// Goes to the next line that begins with a struct, a list or a version marker.
    fn skip_record(&mut self) {
        self.skip_line();
        while !self.rest().is_empty() && !self.rest().starts_with(['{', '[']) && !self.rest().starts_with(VERSION) {
            self.skip_line();
        }
    }

    /// Goes behind white space and comments.
    fn skip_space(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start_matches([' ', '\t', '\n', '\r', '\u{b}', '\u{c}']);
            self.at += rest.len() - trimmed.len();
            if trimmed.starts_with("//") {
                self.skip_line();
            } else if trimmed.starts_with("/*") {
                self.at += trimmed.find("*/").map_or(trimmed.len(), |end| end + 2);
            } else {
                return;
            }
        }
    }

    /// A value with its annotation.
    fn value(&mut self, depth: usize) -> Result<Annotated<'a>, String> {
        if depth == DEEPEST {
            return Err(self.problem("values stand too deep in each other"));
        }
        self.skip_space();
        match self.peek() {
            Some(b'{') if self.take("{{") => Ok((None, self.blob()?)),
            Some(b'{') => Ok((None, self.structure(depth)?)),
            Some(b'[') => Ok((None, self.list(depth)?)),
            Some(b'(') => Err(self.problem("DynamoDB has no type for an Ion sexp")),
            Some(b'"') => Ok((None, Ion::Text(self.quoted('"')?))),
            Some(b'\'') if self.rest().starts_with("'''") => Ok((None, Ion::Text(self.long_string()?))),
            Some(byte) if byte == b'\'' || starts_name(byte) => self.word(depth),
            Some(byte) if byte.is_ascii_digit() || matches!(byte, b'-' | b'+') => Ok((None, self.number())),
            _ => Err(self.problem("a value is missing")),
        }
    }

    /// What begins with a name: a keyword, a symbol, or a value with an annotation.
    fn word(&mut self, depth: usize) -> Result<Annotated<'a>, String> {
        let is_quoted = self.peek() == Some(b'\'');
        let name = self.name()?;
        self.skip_space();
        if self.take("::") {
            let (_, value) = self.value(depth + 1)?;
            return Ok((Some(name), value));
        }
        let value = match name.as_str() {
            "null" if !is_quoted => {
                // `null.string` is null, too.
                if self.take(".") {
                    self.name()?;
                }
                Ion::Null
            }
            "true" | "false" if !is_quoted => Ion::Bool(name == "true"),
            "nan" if !is_quoted => Ion::Other("float"),
            _ => Ion::Other("symbol"),
        };
        Ok((None, value))
    }

    /// A name, with quotes or without.
    fn name(&mut self) -> Result<String, String> {
        if self.peek() == Some(b'\'') {
            return self.quoted('\'');
        }
        let end = self.rest().bytes().position(|byte| !is_in_name(byte)).unwrap_or(self.rest().len());
        let name = &self.rest()[..end];
        if !name.bytes().next().is_some_and(starts_name) {
            return Err(self.problem("a name is missing"));
        }
        self.at += end;
        Ok(name.to_owned())
    }

    /// The name of a member: a symbol or a string.
    fn member_name(&mut self) -> Result<String, String> {
        match self.peek() {
            Some(b'"') => self.quoted('"'),
            Some(b'\'') if self.rest().starts_with("'''") => self.long_string(),
            Some(b'\'') => self.name(),
            _ => {
                let name = self.name()?;
                if KEYWORDS.contains(&name.as_str()) { Err(self.problem("a name is missing")) } else { Ok(name) }
            }
        }
    }

    fn structure(&mut self, depth: usize) -> Result<Ion<'a>, String> {
        self.expect("{")?;
        let mut members = Vec::new();
        loop {
            self.skip_space();
            if self.take("}") {
                return Ok(Ion::Struct(members));
            }
            let name = self.member_name()?;
            self.skip_space();
            self.expect(":")?;
            members.push((name, self.value(depth + 1)?));
            self.skip_space();
            if !self.take(",") {
                self.expect("}")?;
                return Ok(Ion::Struct(members));
            }
        }
    }

    fn list(&mut self, depth: usize) -> Result<Ion<'a>, String> {
        self.expect("[")?;
        let mut values = Vec::new();
        loop {
            self.skip_space();
            if self.take("]") {
                return Ok(Ion::List(values));
            }
            values.push(self.value(depth + 1)?);
            self.skip_space();
            if !self.take(",") {
                self.expect("]")?;
                return Ok(Ion::List(values));
            }
        }
    }

    /// The rest of `{{base64}}`.
    fn blob(&mut self) -> Result<Ion<'a>, String> {
        let end = self.rest().find("}}").ok_or_else(|| self.problem("a blob does not end"))?;
        let bytes = self.rest()[..end].trim();
        if STANDARD.decode(bytes).is_err() {
            return Err(self.problem("a blob is not base64"));
        }
        self.at += end + 2;
        Ok(Ion::Blob(bytes))
    }

    /// A decimal; other numbers have no counterpart.
    fn number(&mut self) -> Ion<'a> {
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+' | b'_' | b':');
        let end = self.rest().bytes().position(|byte| !is_part(byte)).unwrap_or(self.rest().len());
        let text = &self.rest()[..end];
        self.at += end;
        let (digits, exponent) = text.split_once(['d', 'D']).unwrap_or((text, ""));
        let has_exponent = digits.len() < text.len();
        let plain = digits.strip_prefix('-').unwrap_or(digits);
        let is_plain = plain.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'_'));
        if !(is_plain && (has_exponent || plain.contains('.'))) {
            let kind = match plain {
                plain if plain.contains([':', 'T', '-']) => "timestamp",
                plain if plain.contains(['e', 'E']) || plain.contains("inf") => "float",
                _ => "int (a decimal ends in a point: 1.)",
            };
            return Ion::Other(kind);
        }
        let digits = digits.replace('_', "");
        let digits = digits.strip_suffix('.').unwrap_or(&digits);
        let exponent = if has_exponent { format!("e{exponent}") } else { String::new() };
        Ion::Decimal(format!("{digits}{exponent}"))
    }

    /// Strings in three quotes, which are one when they follow each other.
    fn long_string(&mut self) -> Result<String, String> {
        let mut text = String::new();
        while self.take("'''") {
            while !self.take("'''") {
                self.letter(&mut text)?;
            }
            self.skip_space();
        }
        Ok(text)
    }

    /// What stands between two quotes, in one line.
    fn quoted(&mut self, quote: char) -> Result<String, String> {
        let mut text = String::new();
        self.at += 1;
        loop {
            match self.peek() {
                Some(byte) if byte == quote as u8 => {
                    self.at += 1;
                    return Ok(text);
                }
                None | Some(b'\n' | b'\r') => return Err(self.problem("a string does not end")),
                Some(_) => self.letter(&mut text)?,
            }
        }
    }

    /// One letter of a string, which may be escaped.
    fn letter(&mut self, text: &mut String) -> Result<(), String> {
        let letter = self.rest().chars().next().ok_or_else(|| self.problem("a string does not end"))?;
        self.at += letter.len_utf8();
        if letter != '\\' {
            text.push(letter);
            return Ok(());
        }
        let escape = self.rest().chars().next().ok_or_else(|| self.problem("a string does not end"))?;
        self.at += escape.len_utf8();
        let letter = match escape {
            '0' => '\0',
            'a' => '\u{7}',
            'b' => '\u{8}',
            't' => '\t',
            'n' => '\n',
            'f' => '\u{c}',
            'r' => '\r',
            'v' => '\u{b}',
            '"' | '\'' | '?' | '\\' | '/' => escape,
            // The end of a line is left out.
            '\n' => return Ok(()),
            'x' => self.code_point(2)?,
            'u' => self.code_point(4)?,
            'U' => self.code_point(8)?,
            _ => return Err(self.problem("an escape is unknown")),
        };
        text.push(letter);
        Ok(())
    }

    /// The letter whose number stands in so many hexadecimal digits; a pair of surrogates is one letter.
    fn code_point(&mut self, digits: usize) -> Result<char, String> {
        let high = self.hexadecimal(digits)?;
        let number = if (0xd800..0xdc00).contains(&high) && self.take("\\u") {
            let low = self.hexadecimal(4)?;
            0x10000 + ((high - 0xd800) << 10) + low.wrapping_sub(0xdc00)
        } else {
            high
        };
        char::from_u32(number).ok_or_else(|| self.problem("an escape is no letter"))
    }

    fn hexadecimal(&mut self, digits: usize) -> Result<u32, String> {
        let text = self.rest().get(..digits).ok_or_else(|| self.problem("an escape is too short"))?;
        let number = u32::from_str_radix(text, 16).map_err(|_| self.problem("an escape is not hexadecimal"))?;
        self.at += digits;
        Ok(number)
    }
}
