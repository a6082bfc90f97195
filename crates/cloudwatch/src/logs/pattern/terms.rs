//! Plain terms, `"exact phrases"`, `?any`, `-not` and `%expressions%`.

use regex_lite::Regex;

/// What a message must and must not contain. Matching is case-sensitive, as in AWS.
#[derive(Debug, Default)]
pub struct Terms {
    all: Vec<Term>,
    any: Vec<Term>,
    none: Vec<Term>,
}

#[derive(Debug)]
enum Term {
    Text(String),
    Expression(Regex),
}

impl Term {
    fn is_in(&self, message: &str) -> bool {
        match self {
            Self::Text(text) => message.contains(text.as_str()),
            Self::Expression(regex) => regex.is_match(message),
        }
    }
}

impl Terms {
    /// Reads terms.
    pub fn parse(text: &str) -> Option<Self> {
        let mut terms = Self::default();
        let mut rest = text.trim_start();
        while let Some(first) = rest.chars().next() {
            let (kind, term) = match first {
                sign @ ('?' | '-') => (sign, &rest[1..]),
                _ => ('+', rest),
            };
            let (term, after) = read(term)?;
            let list = match kind {
                '?' => &mut terms.any,
                '-' => &mut terms.none,
                _ => &mut terms.all,
            };
            list.push(term);
            rest = after.trim_start();
        }
        Some(terms)
    }

    /// Whether `message` is one that the terms look for.
    pub fn matches(&self, message: &str) -> bool {
        let has = |term: &Term| term.is_in(message);
        // AWS ignores `?` terms beside terms without one.
        let any = !self.all.is_empty() || self.any.is_empty() || self.any.iter().any(has);
        self.all.iter().all(has) && any && !self.none.iter().any(has)
    }
}

/// One term, and what comes after it.
fn read(text: &str) -> Option<(Term, &str)> {
    if let Some(quoted) = text.strip_prefix('"') {
        let (term, after) = quoted.split_once('"')?;
        return Some((Term::Text(term.to_owned()), after));
    }
    if let Some(expression) = text.strip_prefix('%') {
        let (expression, after) = expression.split_once('%')?;
        return Some((Term::Expression(Regex::new(expression).ok()?), after));
    }
    let (term, after) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    Some((Term::Text(term.to_owned()), after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_all_wanted_unless_they_say_otherwise() {
        for (pattern, message, expected) in [
            ("", "anything", true),
            ("ERROR", "an ERROR here", true),
            ("ERROR", "an error here", false),
            ("ERROR timeout", "timeout ERROR", true),
            ("ERROR timeout", "ERROR", false),
            ("?ERROR ?WARN", "WARN: low", true),
            ("?ERROR ?WARN", "INFO: fine", false),
            ("ERROR -expected", "ERROR expected", false),
            ("\"Task timed out\"", "x Task timed out after 3.00 seconds", true),
            ("\"Task timed out\"", "Task has timed out", false),
            ("-\"not me\" me", "me", true),
            ("%E[RO]+R%", "an ERROR here", true),
        ] {
            assert_eq!(Terms::parse(pattern).unwrap().matches(message), expected, "{pattern} on {message}");
        }
    }
}
