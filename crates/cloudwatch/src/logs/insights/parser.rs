//! Reads queries.

use regex_lite::Regex;

use super::{
    aggregate::{AGGREGATES, Aggregate, Stats},
    commands::{Column, Command, Parse, Way},
    expression::{Expression, Matcher, Operator},
    functions::FUNCTIONS,
    row::Value,
    tokens::{Kind, Token, split},
};

/// How deep expressions may stand in each other.
const MOST_DEPTH: usize = 64;

/// The most rows that a query may ask for.
const MOST_ROWS: f64 = 10_000.0;

/// Reads a query; the error is a sentence.
pub fn parse(text: &str) -> Result<Vec<Command>, String> {
    let tokens = split(text)?;
    let mut commands = Vec::new();
    for tokens in tokens.split(|token| token.kind == Kind::Sign("|")) {
        let mut parser = Parser { text, tokens, at: 0, depth: 0 };
        commands.push(parser.command()?);
        if let Some(token) = parser.tokens.get(parser.at) {
            return Err(parser.unexpected(Some(token)));
        }
    }
    Ok(commands)
}

struct Parser<'a> {
    text: &'a str,
    tokens: &'a [Token],
    at: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn unexpected(&self, token: Option<&Token>) -> String {
        match token {
            Some(token) => {
                format!("unexpected symbol found {} at position {}", &self.text[token.start..token.end], token.start)
            }
            None => "unexpected end of a command".to_owned(),
        }
    }

    fn peek(&self) -> Option<&'a Kind> {
        self.tokens.get(self.at).map(|token| &token.kind)
    }

    fn next(&mut self) -> Result<&'a Kind, String> {
        let token = self.tokens.get(self.at).ok_or_else(|| self.unexpected(None))?;
        self.at += 1;
        Ok(&token.kind)
    }

    fn take(&mut self, sign: &str) -> bool {
        let is_next = matches!(self.peek(), Some(Kind::Sign(found)) if *found == sign);
        self.at += usize::from(is_next);
        is_next
    }

    fn word(&mut self, word: &str) -> bool {
        let is_next = matches!(self.peek(), Some(Kind::Name(found)) if found.eq_ignore_ascii_case(word));
        self.at += usize::from(is_next);
        is_next
    }

    fn name(&mut self) -> Result<String, String> {
        match self.next()? {
            Kind::Name(name) => Ok(name.clone()),
            _ => Err(self.unexpected(self.tokens.get(self.at - 1))),
        }
    }

    fn list<T>(&mut self, mut one: impl FnMut(&mut Self) -> Result<T, String>) -> Result<Vec<T>, String> {
        let mut items = vec![one(self)?];
        while self.take(",") {
            items.push(one(self)?);
        }
        Ok(items)
    }

    fn command(&mut self) -> Result<Command, String> {
        let name = self.name()?.to_ascii_lowercase();
        Ok(match name.as_str() {
            "fields" => Command::Fields(self.list(Self::column)?),
            "display" => Command::Display(self.list(Self::name)?),
            "filter" | "where" => Command::Filter(self.expression()?),
            "parse" => Command::Parse(self.parse()?),
            "stats" => Command::Stats(self.stats()?),
            "sort" | "order" => {
                self.word("by");
                Command::Sort(self.list(Self::sort_key)?)
            }
            "limit" | "head" => match self.next()? {
                Kind::Number(number, unit) if unit.is_empty() && *number <= MOST_ROWS => {
                    Command::Limit(*number as usize)
                }
                _ => return Err(self.unexpected(self.tokens.get(self.at - 1))),
            },
            "dedup" => Command::Dedup(self.list(Self::name)?),
            _ => return Err(self.unexpected(self.tokens.first())),
        })
    }

    fn column(&mut self) -> Result<Column, String> {
        let start = self.at;
        let expression = self.expression()?;
        let name = self.named(start)?;
        Ok(Column { name, expression })
    }

    /// The name after `as`, else what was written since the token `start`.
    fn named(&mut self, start: usize) -> Result<String, String> {
        let (first, last) = (&self.tokens[start], &self.tokens[self.at - 1]);
        let written = match (&first.kind, start + 1 == self.at) {
            (Kind::Name(name), true) => name.clone(),
            _ => self.text[first.start..last.end].to_owned(),
        };
        if self.word("as") { self.name() } else { Ok(written) }
    }

    fn sort_key(&mut self) -> Result<(Expression, bool), String> {
        let start = self.at;
        let expression = self.expression()?;
        // What `stats` has computed is named by how it was written.
        let key = match expression {
            Expression::Field(name) => Expression::Field(name),
            Expression::Call(name, arguments)
                if FUNCTIONS.iter().any(|(known, ..)| *known == name) && name != "bin" =>
            {
                Expression::Call(name, arguments)
            }
            _ => {
                let (first, last) = (&self.tokens[start], &self.tokens[self.at - 1]);
                Expression::Field(self.text[first.start..last.end].to_owned())
            }
        };
        let falls = self.word("desc");
        if !falls {
            self.word("asc");
        }
        Ok((key, falls))
    }

    fn parse(&mut self) -> Result<Parse, String> {
        let field = match self.peek() {
            Some(Kind::Name(_)) => Expression::Field(self.name()?),
            _ => Expression::Field("@message".to_owned()),
        };
        match self.next()? {
            Kind::Expression(expression) => {
                let regex = Regex::new(expression).map_err(|error| error.to_string())?;
                if regex.capture_names().flatten().next().is_none() {
                    return Err("an expression of parse names no groups".to_owned());
                }
                Ok(Parse { field, way: Way::Groups(regex) })
            }
            Kind::Text(pattern) => {
                let parts: Vec<String> = pattern.split('*').map(str::to_owned).collect();
                if !self.word("as") {
                    return Err(self.unexpected(self.tokens.get(self.at)));
                }
                let names = self.list(Self::name)?;
                if names.len() + 1 != parts.len() {
                    return Err("parse wants a name for each asterisk".to_owned());
                }
                Ok(Parse { field, way: Way::Parts(parts, names) })
            }
            _ => Err(self.unexpected(self.tokens.get(self.at - 1))),
        }
    }

    fn stats(&mut self) -> Result<Stats, String> {
        let aggregates = self.list(Self::aggregate)?;
        let by = if self.word("by") { self.list(Self::column)? } else { Vec::new() };
        Ok(Stats { aggregates, by })
    }

    fn aggregate(&mut self) -> Result<Aggregate, String> {
        let start = self.at;
        let function = self.name()?.to_ascii_lowercase();
        if !AGGREGATES.contains(&function.as_str()) || !self.take("(") {
            return Err(self.unexpected(self.tokens.get(start)));
        }
        let is_all = function == "count" && (self.take("*") || matches!(self.peek(), Some(Kind::Sign(")"))));
        let argument = if is_all { None } else { Some(self.expression()?) };
        let mut percent = 50.0;
        if function == "pct" {
            let is_there = self.take(",");
            match self.next()? {
                Kind::Number(number, _) if is_there => percent = *number,
                _ => return Err(self.unexpected(self.tokens.get(self.at - 1))),
            }
        }
        if !self.take(")") {
            return Err(self.unexpected(self.tokens.get(self.at)));
        }
        let name = self.named(start)?;
        Ok(Aggregate { name, function, argument, percent })
    }

    fn expression(&mut self) -> Result<Expression, String> {
        self.binary(0)
    }

    fn binary(&mut self, least: u8) -> Result<Expression, String> {
        self.depth += 1;
        if self.depth > MOST_DEPTH {
            return Err("the query is nested too deeply".to_owned());
        }
        let mut left = self.unary()?;
        loop {
            if least < COMPARISON
                && let Some(compared) = self.suffix()?
            {
                left = compared.onto(left);
                continue;
            }
            let Some((operator, precedence)) = self.peek().and_then(operator) else { break };
            if precedence <= least {
                break;
            }
            self.at += 1;
            let right = self.binary(precedence)?;
            left = Expression::Binary(operator, Box::new(left), Box::new(right));
        }
        self.depth -= 1;
        Ok(left)
    }

    /// `like …`, `in […]`, with `not` or without.
    fn suffix(&mut self) -> Result<Option<Suffix>, String> {
        let start = self.at;
        let wanted = !self.word("not");
        if self.take("=~") || self.word("like") {
            let matcher = match self.next()? {
                Kind::Text(text) => Matcher::Part(text.clone()),
                Kind::Expression(text) => Matcher::Expression(Regex::new(text).map_err(|error| error.to_string())?),
                _ => return Err(self.unexpected(self.tokens.get(self.at - 1))),
            };
            return Ok(Some(Suffix::Like(matcher, wanted)));
        }
        if self.word("in") {
            if !self.take("[") {
                return Err(self.unexpected(self.tokens.get(self.at)));
            }
            let list = self.list(Self::expression)?;
            if !self.take("]") {
                return Err(self.unexpected(self.tokens.get(self.at)));
            }
            return Ok(Some(Suffix::In(list, wanted)));
        }
        self.at = start;
        Ok(None)
    }

    fn unary(&mut self) -> Result<Expression, String> {
        if self.word("not") {
            return Ok(Expression::Not(Box::new(self.binary(NOT)?)));
        }
        let start = self.at;
        match self.next()? {
            Kind::Sign("-") => Ok(Expression::Negative(Box::new(self.binary(NEGATIVE)?))),
            Kind::Sign("(") => {
                let inside = self.expression()?;
                if self.take(")") { Ok(inside) } else { Err(self.unexpected(self.tokens.get(self.at))) }
            }
            Kind::Number(number, unit) => match period(unit) {
                None if unit.is_empty() => Ok(Expression::Constant(Value::Number(*number))),
                Some(millis) => Ok(Expression::Period(number * millis)),
                None => Err(self.unexpected(self.tokens.get(start))),
            },
            Kind::Text(text) => Ok(Expression::Constant(Value::Text(text.clone()))),
            Kind::Name(name) if self.take("(") => self.call(&name.to_ascii_lowercase(), start),
            Kind::Name(name) => Ok(Expression::Field(name.clone())),
            _ => Err(self.unexpected(self.tokens.get(start))),
        }
    }

    fn call(&mut self, name: &str, start: usize) -> Result<Expression, String> {
        let mut arguments = Vec::new();
        let mut is_closed = self.take(")");
        if !is_closed {
            // `count(*)` has none.
            if !(AGGREGATES.contains(&name) && self.take("*")) {
                arguments = self.list(Self::expression)?;
            }
            is_closed = self.take(")");
        }
        let known = FUNCTIONS.iter().find(|(known, ..)| *known == name);
        let fits = known.is_some_and(|(_, least, most)| (*least..=*most).contains(&arguments.len()));
        // Sorting by what `stats` has computed names its functions.
        let is_computed = AGGREGATES.contains(&name);
        if !is_closed || !(fits || is_computed) {
            return Err(self.unexpected(self.tokens.get(start)));
        }
        Ok(Expression::Call(name.to_owned(), arguments))
    }
}

enum Suffix {
    Like(Matcher, bool),
    In(Vec<Expression>, bool),
}

impl Suffix {
    fn onto(self, left: Expression) -> Expression {
        match self {
            Self::Like(matcher, wanted) => Expression::Like(Box::new(left), matcher, wanted),
            Self::In(list, wanted) => Expression::In(Box::new(left), list, wanted),
        }
    }
}

const NOT: u8 = 2;
const COMPARISON: u8 = 3;
const NEGATIVE: u8 = 5;

fn operator(kind: &Kind) -> Option<(Operator, u8)> {
    let text = match kind {
        Kind::Name(name) if name.eq_ignore_ascii_case("or") => "or",
        Kind::Name(name) if name.eq_ignore_ascii_case("and") => "and",
        Kind::Sign(sign) => sign,
        _ => return None,
    };
    Some(match text {
        "or" => (Operator::Or, 1),
        "and" => (Operator::And, NOT),
        "=" => (Operator::Equal, COMPARISON),
        "!=" => (Operator::NotEqual, COMPARISON),
        "<" => (Operator::Less, COMPARISON),
        "<=" => (Operator::LessOrEqual, COMPARISON),
        ">" => (Operator::Greater, COMPARISON),
        ">=" => (Operator::GreaterOrEqual, COMPARISON),
        "+" => (Operator::Add, 4),
        "-" => (Operator::Subtract, 4),
        "*" => (Operator::Multiply, NEGATIVE),
        "/" => (Operator::Divide, NEGATIVE),
        "%" => (Operator::Remainder, NEGATIVE),
        "^" => (Operator::Power, 6),
        _ => return None,
    })
}

/// The milliseconds of a unit of time.
fn period(unit: &str) -> Option<f64> {
    Some(match unit {
        "ms" | "msec" | "millisecond" | "milliseconds" => 1.0,
        "s" | "sec" | "second" | "seconds" => 1000.0,
        "m" | "min" | "minute" | "minutes" => 60_000.0,
        "h" | "hr" | "hour" | "hours" => 3_600_000.0,
        "d" | "day" | "days" => 86_400_000.0,
        "w" | "week" | "weeks" => 604_800_000.0,
        "mo" | "mon" | "month" | "months" => 2_592_000_000.0,
        _ => return None,
    })
}
