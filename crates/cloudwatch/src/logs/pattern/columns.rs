//! Conditions on the columns of space-delimited events.

use super::condition::{Comparison, Operand};

/// Columns, with those before and after `...`, if that is there.
#[derive(Debug)]
pub struct Columns {
    before: Vec<Column>,
    after: Option<Vec<Column>>,
}

#[derive(Debug)]
struct Column {
    name: String,
    /// One of these lists of conditions must be kept whole; none means that there are no conditions.
    any: Vec<Vec<(Comparison, Operand)>>,
}

impl Columns {
    /// Reads what stands between the brackets.
    pub fn parse(text: &str) -> Option<Self> {
        let mut columns = Self { before: Vec::new(), after: None };
        for part in split(text) {
            let part = part.trim();
            if part == "..." {
                if columns.after.is_some() {
                    return None;
                }
                columns.after = Some(Vec::new());
                continue;
            }
            let column = Column::parse(part)?;
            columns.after.as_mut().unwrap_or(&mut columns.before).push(column);
        }
        Some(columns)
    }

    /// Whether a message has these columns and keeps their conditions.
    pub fn matches(&self, message: &str) -> bool {
        let fields = fields(message);
        self.placed(&fields).is_some_and(|placed| placed.iter().all(|(column, field)| column.takes(field)))
    }

    /// The value of a column.
    pub fn value(&self, message: &str, name: &str) -> Option<String> {
        self.values(message).into_iter().find(|(found, _)| found == name).map(|(_, value)| value)
    }

    /// The values of all columns with a name.
    pub fn values(&self, message: &str) -> Vec<(String, String)> {
        let fields = fields(message);
        let placed = self.placed(&fields).unwrap_or_default();
        let named = placed.into_iter().filter(|(column, _)| !column.name.is_empty());
        named.map(|(column, field)| (column.name.clone(), field.to_owned())).collect()
    }

    /// Each column with its field, if there are as many as are wanted.
    fn placed<'a>(&'a self, fields: &[&'a str]) -> Option<Vec<(&'a Column, &'a str)>> {
        let after = self.after.as_deref().unwrap_or_default();
        let wanted = self.before.len() + after.len();
        let fits = if self.after.is_some() { fields.len() >= wanted } else { fields.len() == wanted };
        if !fits {
            return None;
        }
        let first = self.before.iter().zip(fields.iter().copied());
        let last = after.iter().zip(fields[fields.len() - after.len()..].iter().copied());
        Some(first.chain(last).collect())
    }
}

impl Column {
    fn parse(text: &str) -> Option<Self> {
        let end = text.find(|letter: char| letter.is_whitespace() || "=!<>".contains(letter)).unwrap_or(text.len());
        let (name, mut rest) = text.split_at(end);
        let is_name = name.chars().all(|letter| letter.is_alphanumeric() || "_-.".contains(letter));
        if !is_name {
            return None;
        }
        rest = rest.trim_start();
        if rest.is_empty() {
            return Some(Self { name: name.to_owned(), any: Vec::new() });
        }
        if name.is_empty() {
            return None;
        }
        let mut any = vec![Vec::new()];
        loop {
            let (comparison, after) = Comparison::take(rest)?;
            let (operand, after) = Operand::take(after.trim_start(), &['&', '|', ','])?;
            any.last_mut()?.push((comparison, operand));
            rest = after.trim_start();
            if rest.is_empty() {
                return Some(Self { name: name.to_owned(), any });
            }
            // Conditions of a column repeat its name.
            let is_or = rest.starts_with("||");
            rest = rest.strip_prefix("||").or_else(|| rest.strip_prefix("&&"))?.trim_start();
            rest = rest.strip_prefix(name).unwrap_or(rest).trim_start();
            if is_or {
                any.push(Vec::new());
            }
        }
    }

    fn takes(&self, field: &str) -> bool {
        let is_kept = |all: &Vec<(Comparison, Operand)>| {
            all.iter().all(|(comparison, operand)| operand.compares(*comparison, field))
        };
        self.any.is_empty() || self.any.iter().any(is_kept)
    }
}

/// The parts between commas that are not quoted.
fn split(text: &str) -> Vec<&str> {
    let mut is_quoted = false;
    let parts = text.split(move |letter: char| {
        is_quoted ^= letter == '"';
        letter == ',' && !is_quoted
    });
    parts.collect()
}

/// The fields of a message: words, and what stands in quotes or brackets.
fn fields(message: &str) -> Vec<&str> {
    let mut fields = Vec::new();
    let mut rest = message.trim_start();
    while let Some(first) = rest.chars().next() {
        let close = match first {
            '"' => Some('"'),
            '[' => Some(']'),
            _ => None,
        };
        let enclosed = close.and_then(|close| rest[1..].split_once(close));
        let (field, after) = match enclosed {
            Some(found) => found,
            None => rest.split_once(char::is_whitespace).unwrap_or((rest, "")),
        };
        fields.push(field);
        rest = after.trim_start();
    }
    fields
}
