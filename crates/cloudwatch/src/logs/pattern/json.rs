//! Conditions on the members of JSON events.

use serde_json::Value;

use super::{
    condition::{Comparison, Operand},
    plain,
};

/// Conditions, joined.
#[derive(Debug)]
pub enum Conditions {
    And(Vec<Conditions>),
    Or(Vec<Conditions>),
    Compare(Selector, Comparison, Operand),
    Is(Selector, Value),
    Exists(Selector, bool),
}

/// Where a value is: `$.a.b[0].c`, `$.list[*]`, `$.['a.b']`.
#[derive(Debug)]
pub struct Selector {
    /// As it was written.
    pub text: String,
    steps: Vec<Step>,
}

#[derive(Debug)]
enum Step {
    Member(String),
    Element(usize),
    Each,
}

/// How deep conditions may stand in each other.
const MOST_DEPTH: usize = 32;

impl Conditions {
    /// Reads what stands between the braces.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parser = Parser { rest: text.trim_start(), depth: 0 };
        let conditions = parser.or()?;
        parser.rest.is_empty().then_some(conditions)
    }

    /// Whether an event keeps them.
    pub fn matches(&self, event: &Value) -> bool {
        match self {
            Self::And(all) => all.iter().all(|one| one.matches(event)),
            Self::Or(any) => any.iter().any(|one| one.matches(event)),
            Self::Compare(selector, comparison, operand) => {
                let is_scalar = |value: &&&Value| !value.is_object() && !value.is_array() && !value.is_null();
                selector.all(event).iter().filter(is_scalar).any(|value| operand.compares(*comparison, &plain(value)))
            }
            Self::Is(selector, wanted) => selector.all(event).contains(&wanted),
            Self::Exists(selector, wanted) => selector.all(event).is_empty() != *wanted,
        }
    }

    /// The selectors in them, in order.
    pub fn selectors(&self) -> Vec<&Selector> {
        match self {
            Self::And(all) | Self::Or(all) => all.iter().flat_map(Self::selectors).collect(),
            Self::Compare(selector, ..) | Self::Is(selector, _) | Self::Exists(selector, _) => vec![selector],
        }
    }
}

impl Selector {
    /// Reads a selector that is all of `text`.
    pub fn parse(text: &str) -> Option<Self> {
        let (selector, rest) = Self::take(text)?;
        rest.is_empty().then_some(selector)
    }

    /// Takes a selector from the beginning of `text`.
    fn take(text: &str) -> Option<(Self, &str)> {
        let mut rest = text.strip_prefix('$')?;
        let mut steps = Vec::new();
        loop {
            if let Some(inside) = rest.strip_prefix(".[").or_else(|| rest.strip_prefix('[')) {
                let (inside, after) = inside.split_once(']')?;
                let quoted = ['\'', '"'].into_iter().find_map(|quote| inside.strip_prefix(quote)?.strip_suffix(quote));
                steps.push(match quoted {
                    Some(name) => Step::Member(name.to_owned()),
                    None if inside == "*" => Step::Each,
                    None => Step::Element(inside.parse().ok()?),
                });
                rest = after;
            } else if let Some(after) = rest.strip_prefix('.') {
                let is_part = |letter: char| letter.is_alphanumeric() || "_-:@/#".contains(letter);
                let end = after.find(|letter: char| !is_part(letter)).unwrap_or(after.len());
                if end == 0 {
                    // `$.*` is every member.
                    rest = after.strip_prefix('*')?;
                    steps.push(Step::Each);
                    continue;
                }
                steps.push(Step::Member(after[..end].to_owned()));
                rest = &after[end..];
            } else {
                break;
            }
        }
        let length = text.len() - rest.len();
        (!steps.is_empty()).then(|| (Self { text: text[..length].to_owned(), steps }, rest))
    }

    /// The values that it finds.
    pub fn all<'a>(&self, event: &'a Value) -> Vec<&'a Value> {
        let mut found = vec![event];
        for step in &self.steps {
            found = found
                .into_iter()
                .flat_map(|value| -> Vec<&Value> {
                    match step {
                        Step::Member(name) => value.get(name).into_iter().collect(),
                        Step::Element(index) => value.get(index).into_iter().collect(),
                        Step::Each => match value {
                            Value::Array(items) => items.iter().collect(),
                            Value::Object(fields) => fields.values().collect(),
                            _ => Vec::new(),
                        },
                    }
                })
                .collect();
        }
        found
    }

    /// The first value that it finds.
    pub fn first<'a>(&self, event: &'a Value) -> Option<&'a Value> {
        self.all(event).into_iter().next()
    }
}

struct Parser<'a> {
    rest: &'a str,
    depth: usize,
}

impl Parser<'_> {
    fn take(&mut self, sign: &str) -> bool {
        let Some(after) = self.rest.strip_prefix(sign) else { return false };
        self.rest = after.trim_start();
        true
    }

    fn or(&mut self) -> Option<Conditions> {
        self.depth += 1;
        if self.depth > MOST_DEPTH {
            return None;
        }
        let mut any = vec![self.and()?];
        while self.take("||") {
            any.push(self.and()?);
        }
        self.depth -= 1;
        Some(if any.len() == 1 { any.remove(0) } else { Conditions::Or(any) })
    }

    fn and(&mut self) -> Option<Conditions> {
        let mut all = vec![self.single()?];
        while self.take("&&") {
            all.push(self.single()?);
        }
        Some(if all.len() == 1 { all.remove(0) } else { Conditions::And(all) })
    }

    fn single(&mut self) -> Option<Conditions> {
        if self.take("(") {
            let inside = self.or()?;
            return self.take(")").then_some(inside);
        }
        let (selector, rest) = Selector::take(self.rest)?;
        self.rest = rest.trim_start();
        if self.take("NOT EXISTS") {
            return Some(Conditions::Exists(selector, false));
        }
        if self.take("EXISTS") {
            return Some(Conditions::Exists(selector, true));
        }
        for (words, value) in
            [("IS TRUE", Value::Bool(true)), ("IS FALSE", Value::Bool(false)), ("IS NULL", Value::Null)]
        {
            if self.take(words) {
                return Some(Conditions::Is(selector, value));
            }
        }
        let (comparison, rest) = Comparison::take(self.rest)?;
        let (operand, rest) = Operand::take(rest.trim_start(), &[')', '&', '|', '}'])?;
        self.rest = rest.trim_start();
        Some(Conditions::Compare(selector, comparison, operand))
    }
}
