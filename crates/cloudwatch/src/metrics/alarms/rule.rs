//! Rules of composite alarms: `ALARM("a") AND NOT (OK(b) OR INSUFFICIENT_DATA("c"))`.

use super::State;

/// A rule.
#[derive(Clone, Debug, PartialEq)]
pub enum CompositeRule {
    Always(bool),
    /// An alarm, by name or ARN, is in a state.
    Is(State, String),
    Not(Box<CompositeRule>),
    And(Vec<CompositeRule>),
    Or(Vec<CompositeRule>),
}

/// How deep rules may stand in each other.
const MOST_DEPTH: usize = 64;

impl CompositeRule {
    /// Reads a rule; the error is a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parser = Parser { rest: text.trim_start(), depth: 0 };
        let rule = parser.or()?;
        if parser.rest.is_empty() { Ok(rule) } else { Err(format!("unexpected {}", parser.rest)) }
    }

    /// Whether the rule is true, if `state` tells the states of alarms; an alarm that is gone has none.
    pub fn is_true(&self, state: &dyn Fn(&str) -> Option<State>) -> bool {
        match self {
            Self::Always(value) => *value,
            Self::Is(wanted, alarm) => state(alarm) == Some(*wanted),
            Self::Not(inner) => !inner.is_true(state),
            Self::And(rules) => rules.iter().all(|rule| rule.is_true(state)),
            Self::Or(rules) => rules.iter().any(|rule| rule.is_true(state)),
        }
    }

    /// The alarms that the rule names.
    pub fn alarms(&self) -> Vec<&str> {
        match self {
            Self::Always(_) => Vec::new(),
            Self::Is(_, alarm) => vec![alarm],
            Self::Not(inner) => inner.alarms(),
            Self::And(rules) | Self::Or(rules) => rules.iter().flat_map(Self::alarms).collect(),
        }
    }
}

struct Parser<'a> {
    rest: &'a str,
    depth: usize,
}

impl Parser<'_> {
    fn take(&mut self, word: &str) -> bool {
        let Some(after) = self.rest.strip_prefix(word) else { return false };
        let is_word = word.ends_with(|letter: char| letter.is_ascii_alphabetic());
        if is_word && after.starts_with(|letter: char| letter.is_ascii_alphanumeric() || letter == '_') {
            return false;
        }
        self.rest = after.trim_start();
        true
    }

    fn or(&mut self) -> Result<CompositeRule, String> {
        self.depth += 1;
        if self.depth > MOST_DEPTH {
            return Err("the rule is nested too deeply".to_owned());
        }
        let mut rules = vec![self.and()?];
        while self.take("OR") {
            rules.push(self.and()?);
        }
        self.depth -= 1;
        Ok(if rules.len() == 1 { rules.remove(0) } else { CompositeRule::Or(rules) })
    }

    fn and(&mut self) -> Result<CompositeRule, String> {
        let mut rules = vec![self.single()?];
        while self.take("AND") {
            rules.push(self.single()?);
        }
        Ok(if rules.len() == 1 { rules.remove(0) } else { CompositeRule::And(rules) })
    }

    fn single(&mut self) -> Result<CompositeRule, String> {
        if self.take("NOT") {
            self.depth += 1;
            if self.depth > MOST_DEPTH {
                return Err("the rule is nested too deeply".to_owned());
            }
            return Ok(CompositeRule::Not(Box::new(self.single()?)));
        }
        if self.take("(") {
            let inside = self.or()?;
            return if self.take(")") { Ok(inside) } else { Err("a parenthesis is not closed".to_owned()) };
        }
        if self.take("TRUE") {
            return Ok(CompositeRule::Always(true));
        }
        if self.take("FALSE") {
            return Ok(CompositeRule::Always(false));
        }
        for state in [State::Ok, State::Alarm, State::InsufficientData] {
            if self.take(state.name()) {
                return self.alarm().map(|alarm| CompositeRule::Is(state, alarm));
            }
        }
        Err(format!("unexpected {}", self.rest))
    }

    fn alarm(&mut self) -> Result<String, String> {
        if !self.take("(") {
            return Err("a state wants the name of an alarm".to_owned());
        }
        let quote = ['"', '\''].into_iter().find(|quote| self.rest.starts_with(*quote));
        let (name, after) = if let Some(quote) = quote {
            self.rest[1..].split_once(quote).ok_or("a name does not end")?
        } else {
            let end = self.rest.find(')').ok_or("a parenthesis is not closed")?;
            self.rest.split_at(end)
        };
        let name = name.trim().to_owned();
        self.rest = after.trim_start();
        if name.is_empty() || !self.take(")") {
            return Err("the name of an alarm is missing or not closed".to_owned());
        }
        Ok(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read_and_judged() {
        let state = |name: &str| match name {
            "a" => Some(State::Alarm),
            "b" => Some(State::Ok),
            _ => None,
        };
        for (text, expected) in [
            ("ALARM(a)", true),
            ("ALARM(\"a\") AND OK('b')", true),
            ("NOT ALARM(a) OR ALARM(b)", false),
            ("(ALARM(a) OR ALARM(b)) AND NOT INSUFFICIENT_DATA(c)", true),
            ("FALSE OR (TRUE AND ALARM(c))", false),
        ] {
            assert_eq!(CompositeRule::parse(text).unwrap().is_true(&state), expected, "{text}");
        }
        for text in ["", "ALARM", "ALARM()", "ALARM(a", "ALARM(a) AND", "ALARM(a) b", "OKAY(a)"] {
            assert!(CompositeRule::parse(text).is_err(), "{text}");
        }
        let rule = CompositeRule::parse("ALARM(a) AND NOT OK(b)").unwrap();
        assert_eq!(rule.alarms(), ["a", "b"]);
    }
}
