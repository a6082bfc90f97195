//! The commands of queries.

use std::cmp::Ordering;

use regex_lite::Regex;

use super::{
    aggregate::Stats,
    expression::{Expression, compare},
    row::{Row, Value},
};

/// One step of a query.
#[derive(Debug)]
pub enum Command {
    Fields(Vec<Column>),
    Display(Vec<String>),
    Filter(Expression),
    Parse(Parse),
    Stats(Stats),
    Sort(Vec<(Expression, bool)>),
    Limit(usize),
    Dedup(Vec<String>),
}

/// An expression with the name of its value.
#[derive(Debug)]
pub struct Column {
    pub name: String,
    pub expression: Expression,
}

/// `parse`: takes fields out of another one.
#[derive(Debug)]
pub struct Parse {
    pub field: Expression,
    pub way: Way,
}

/// How `parse` finds what it takes.
#[derive(Debug)]
pub enum Way {
    /// What stands between these parts, with a name for each gap.
    Parts(Vec<String>, Vec<String>),
    /// The named groups of an expression.
    Groups(Regex),
}

impl Parse {
    /// Sets the fields of a row in which they are found.
    pub fn apply(&self, row: &mut Row) {
        let text = self.field.value(row).text();
        match &self.way {
            Way::Parts(parts, names) => {
                let Some(values) = gaps(&text, parts) else { return };
                for (name, value) in names.iter().zip(values) {
                    row.set(name, Value::Text(value));
                }
            }
            Way::Groups(regex) => {
                let Some(found) = regex.captures(&text) else { return };
                for name in regex.capture_names().flatten() {
                    if let Some(value) = found.name(name) {
                        row.set(name, Value::Text(value.as_str().to_owned()));
                    }
                }
            }
        }
    }

    /// The names of the fields that it sets.
    pub fn names(&self) -> Vec<String> {
        match &self.way {
            Way::Parts(_, names) => names.clone(),
            Way::Groups(regex) => regex.capture_names().flatten().map(str::to_owned).collect(),
        }
    }
}

/// What stands between the parts, of which the first may come anywhere in the text.
fn gaps(text: &str, parts: &[String]) -> Option<Vec<String>> {
    let (first, others) = parts.split_first()?;
    let mut rest = &text[text.find(first.as_str())? + first.len()..];
    let mut found = Vec::new();
    for (index, part) in others.iter().enumerate() {
        // A gap at the end takes all that is left.
        let end = if part.is_empty() && index + 1 == others.len() { rest.len() } else { rest.find(part.as_str())? };
        found.push(rest[..end].to_owned());
        rest = &rest[end + part.len()..];
    }
    Some(found)
}

/// Sorts rows by keys, each rising or falling; rows without a value come last.
pub fn sort(rows: &mut [Row], keys: &[(Expression, bool)]) {
    rows.sort_by(|a, b| {
        let orders = keys.iter().map(|(key, falls)| {
            let (a, b) = (key.value(a), key.value(b));
            match compare(&a, &b) {
                Some(order) if *falls => order.reverse(),
                Some(order) => order,
                None => (a == Value::Nothing).cmp(&(b == Value::Nothing)),
            }
        });
        orders.fold(Ordering::Equal, Ordering::then)
    });
}
