//! Values written out in a statement.

use std::{collections::BTreeSet, fmt::Write};

use super::{
    lexer::{Kind, Token},
    parser::Parser,
};
use crate::{
    rules::{INVALID_VALUES, wording::Layer},
    value::{AttributeValue, Decimal, Item, MAX_DEPTH, ValueError},
};

/// Where errors say that a literal begins.
const ROOT: &str = "root";

impl Parser<'_> {
    /// A value: a literal, or a parameter.
    pub fn literal(&mut self) -> Result<AttributeValue, String> {
        self.literal_at(&mut ROOT.to_owned(), 0)
    }

    /// The attributes of a whole item, in braces.
    pub fn item(&mut self) -> Result<Item, String> {
        if self.accept("?") {
            return match self.parameter() {
                AttributeValue::M(item) => Ok(item),
                _ => Err(self.unexpected()),
            };
        }
        // Each attribute is a root of its own.
        self.members(|parser, _| parser.literal())
    }

    fn literal_at(&mut self, path: &mut String, depth: usize) -> Result<AttributeValue, String> {
        if depth == MAX_DEPTH {
            return Err(format!("Nesting Levels have exceeded supported limits under {path}"));
        }
        let Token { kind, text, place } = self.token().clone();
        match (kind, text.as_str()) {
            (Kind::Sign, "?") => {
                self.advance();
                if depth > 0 {
                    self.note(format!("Unsupported data type: Parameter under key {path} at {place}"));
                }
                Ok(self.parameter())
            }
            (Kind::Text, _) => Ok(AttributeValue::S(self.advance().text)),
            (Kind::Number, _) | (Kind::Sign, "+" | "-") => self.number(path),
            (Kind::Sign, "[") => self.list(path, depth),
            (Kind::Sign, "{") => self
                .members(|parser, name| {
                    let length = path.len();
                    path.push('.');
                    path.push_str(name);
                    let value = parser.literal_at(path, depth + 1);
                    path.truncate(length);
                    value
                })
                .map(AttributeValue::M),
            (Kind::Sign, "<<") => self.bag(path, depth),
            (Kind::Word, _) => self.word(path),
            _ => Err(self.unexpected()),
        }
    }

    fn word(&mut self, path: &str) -> Result<AttributeValue, String> {
        for (word, value) in [
            ("TRUE", AttributeValue::Bool(true)),
            ("FALSE", AttributeValue::Bool(false)),
            ("NULL", AttributeValue::Null),
        ] {
            if self.accept_word(word) {
                return Ok(value);
            }
        }
        if !self.at_call() {
            return Err(self.unexpected());
        }
        let call = self.call(&mut crate::expression::ConditionNotes::new())?;
        self.note(format!("Unsupported data type: {} under key {path} at {}", call.name, call.place));
        Ok(AttributeValue::Null)
    }

    /// A number as it is written, its signs worked out.
    fn number_text(&mut self) -> Result<String, String> {
        let mut negative = false;
        loop {
            if self.accept("-") {
                negative = !negative;
            } else if !self.accept("+") {
                break;
            }
        }
        if self.token().kind != Kind::Number {
            return Err(self.unexpected());
        }
        let text = self.advance().text;
        Ok(if negative { format!("-{text}") } else { text })
    }

    fn number(&mut self, path: &str) -> Result<AttributeValue, String> {
        let text = self.number_text()?;
        Ok(AttributeValue::N(self.decimal(&text, path)))
    }

    fn decimal(&mut self, text: &str, path: &str) -> Decimal {
        Decimal::parse(text).unwrap_or_else(|error| {
            let words = Layer::Older.refuse_value(&ValueError::Number(error)).message;
            self.note(format!("{words} under {path}"));
            Decimal::ZERO
        })
    }

    fn list(&mut self, path: &mut String, depth: usize) -> Result<AttributeValue, String> {
        self.expect("[")?;
        let mut values = Vec::new();
        while !self.token().is("]") {
            let length = path.len();
            // Writing to a String cannot fail.
            let _ = write!(path, "[{}]", values.len());
            values.push(self.literal_at(path, depth + 1)?);
            path.truncate(length);
            if !self.accept(",") {
                break;
            }
        }
        self.expect("]")?;
        Ok(AttributeValue::L(values))
    }

    /// Names and values in braces.
    fn members(
        &mut self,
        mut value: impl FnMut(&mut Self, &str) -> Result<AttributeValue, String>,
    ) -> Result<Item, String> {
        self.expect("{")?;
        let mut members = Item::new();
        while !self.token().is("}") {
            if self.token().kind != Kind::Text {
                return Err(self.unexpected());
            }
            let name = self.advance().text;
            self.expect(":")?;
            let value = value(self, &name)?;
            members.insert(name, value);
            if !self.accept(",") {
                break;
            }
        }
        self.expect("}")?;
        Ok(members)
    }

    /// A set: texts or numbers in double angle brackets.
    fn bag(&mut self, path: &mut String, depth: usize) -> Result<AttributeValue, String> {
        self.expect("<<")?;
        let (mut texts, mut numbers, mut others) = (Vec::new(), Vec::new(), false);
        while !self.token().is(">>") {
            match self.token().kind {
                Kind::Text => texts.push(self.advance().text),
                Kind::Number => numbers.push(self.number_text()?),
                Kind::Sign if self.token().is("-") || self.token().is("+") => numbers.push(self.number_text()?),
                _ => {
                    self.literal_at(path, depth + 1)?;
                    others = true;
                }
            }
            if !self.accept(",") {
                break;
            }
        }
        self.expect(">>")?;
        if others || !texts.is_empty() && !numbers.is_empty() {
            self.note("Unsupported data type in Bag. DynamoDB only supports either numbers or strings in bags");
        } else if texts.is_empty() && numbers.is_empty() {
            self.note("Empty bags are not supported");
        } else if numbers.is_empty() {
            let members: BTreeSet<String> = texts.iter().cloned().collect();
            if members.len() < texts.len() {
                let listed = texts.join(", ");
                self.note(format!("{INVALID_VALUES}Input collection [{listed}] contains duplicates."));
            }
            return Ok(AttributeValue::Ss(members.into_iter().collect()));
        } else {
            let members: BTreeSet<Decimal> = numbers.iter().map(|number| self.decimal(number, path)).collect();
            if members.len() < numbers.len() {
                let listed = numbers.join(", ");
                self.note(format!("{INVALID_VALUES}Input collection [{listed}] contains duplicates! under {path}"));
            }
            return Ok(AttributeValue::Ns(members.into_iter().collect()));
        }
        Ok(AttributeValue::Null)
    }
}
