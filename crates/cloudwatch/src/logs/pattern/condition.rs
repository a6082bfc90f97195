//! What a single value must be.

use regex_lite::Regex;

/// How a value is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    /// Takes a comparison from the beginning of `text`.
    pub fn take(text: &str) -> Option<(Self, &str)> {
        let signs = [
            ("!=", Self::NotEqual),
            (">=", Self::GreaterOrEqual),
            ("<=", Self::LessOrEqual),
            (">", Self::Greater),
            ("<", Self::Less),
            ("=", Self::Equal),
        ];
        signs.into_iter().find_map(|(sign, comparison)| Some((comparison, text.strip_prefix(sign)?)))
    }
}

/// What a value is compared with.
#[derive(Debug)]
pub enum Operand {
    Number(f64),
    /// Parts between wildcards.
    Text(Vec<String>),
    Expression(Regex),
}

impl Operand {
    /// Takes an operand from the beginning of `text`, which ends before one of `ends` if it is not quoted.
    pub fn take<'a>(text: &'a str, ends: &[char]) -> Option<(Self, &'a str)> {
        if let Some(quoted) = text.strip_prefix('"') {
            let (inside, rest) = quoted.split_once('"')?;
            return Some((Self::Text(parts(inside)), rest));
        }
        if let Some(expression) = text.strip_prefix('%') {
            let (inside, rest) = expression.split_once('%')?;
            return Some((Self::Expression(Regex::new(inside).ok()?), rest));
        }
        let end = text.find(|letter: char| letter.is_whitespace() || ends.contains(&letter)).unwrap_or(text.len());
        let (word, rest) = text.split_at(end);
        let operand = match word.parse::<f64>() {
            _ if word.is_empty() => return None,
            Ok(number) if number.is_finite() => Self::Number(number),
            _ => Self::Text(parts(word)),
        };
        Some((operand, rest))
    }

    /// Whether `value`, which is a number if it can be read as one, compares so with this.
    pub fn compares(&self, comparison: Comparison, value: &str) -> bool {
        let is_equal = match self {
            Self::Number(number) => {
                let Ok(found) = value.trim().parse::<f64>() else { return comparison == Comparison::NotEqual };
                match comparison {
                    Comparison::Less => return found < *number,
                    Comparison::LessOrEqual => return found <= *number,
                    Comparison::Greater => return found > *number,
                    Comparison::GreaterOrEqual => return found >= *number,
                    Comparison::Equal | Comparison::NotEqual => found.total_cmp(number).is_eq(),
                }
            }
            Self::Text(parts) => fits(parts, value),
            Self::Expression(regex) => regex.is_match(value),
        };
        match comparison {
            Comparison::Equal => is_equal,
            Comparison::NotEqual => !is_equal,
            _ => false,
        }
    }
}

fn parts(text: &str) -> Vec<String> {
    text.split('*').map(str::to_owned).collect()
}

/// Whether a text consists of the parts, with anything between them.
fn fits(parts: &[String], text: &str) -> bool {
    let [first, middle @ .., last] = parts else { return parts.first().is_some_and(|only| only == text) };
    let Some(mut rest) = text.strip_prefix(first.as_str()) else { return false };
    for part in middle {
        let Some(at) = rest.find(part.as_str()) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last.as_str())
}
