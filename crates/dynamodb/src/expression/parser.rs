//! What all expressions have in common: moving over tokens, paths, function calls.

use super::{
    Condition, Path, Placeholders, Segment,
    lexer::{Kind, Token, tokens},
};
use crate::value::AttributeValue;

/// AWS allows 4 KB of expression, as it was sent.
pub const MAX_LENGTH: usize = 4096;

/// How deep parentheses and functions may stand in each other, so that no expression can exhaust the
/// stack. So many are all but certainly redundant.
const MAX_DEPTH: usize = 100;

/// DynamoDB's 573 reserved words, from "Reserved words in DynamoDB", sorted.
const RESERVED_WORDS: &str = include_str!("reserved_words.txt");

/// A syntax error's words.
pub type Refusal = String;

/// An operand before it is known whether it may stand where it stands.
#[derive(Clone, Debug)]
pub enum Term {
    /// A document path.
    Path(Path),
    /// A literal.
    Value(AttributeValue),
    /// A function call.
    Call { name: String, arguments: Vec<Term> },
    /// Whether a condition holds: only PartiQL compares with that.
    Truth(Condition),
    /// A placeholder that is not defined; the problem has been noted.
    Undefined,
}

impl Term {
    /// The literal's type.
    pub fn literal_type(&self) -> Option<&'static str> {
        match self {
            Self::Value(value) => Some(value.type_name()),
            _ => None,
        }
    }
}

/// What a grammar wants to hear of while operands are read.
pub trait Listener {
    /// A path holds a reserved word.
    fn reserved(&mut self, message: String);
    /// `#name` is not defined.
    fn undefined_name(&mut self, message: String);
    /// `:value` is not defined.
    fn undefined_value(&mut self, message: String);
    /// An operand stands in more than one pair of parentheses.
    fn redundant_parentheses(&mut self) {}
    /// A call has been read.
    fn called(&mut self, name: &str, arguments: &[Term]);
}

/// A place in the tokens of an expression.
pub struct Parser<'a> {
    text: &'a str,
    tokens: Vec<Token<'a>>,
    position: usize,
    placeholders: &'a Placeholders,
    /// Words that are part of the grammar and so can never be names.
    keywords: &'static [&'static str],
    depth: usize,
}

impl<'a> Parser<'a> {
    /// The beginning of `text`, if that is neither empty nor too long.
    pub fn new(
        text: &'a str,
        placeholders: &'a Placeholders,
        keywords: &'static [&'static str],
    ) -> Result<Self, Refusal> {
        if text.is_empty() {
            return Err("The expression can not be empty;".to_owned());
        }
        if text.len() > MAX_LENGTH {
            let length = text.len();
            return Err(format!("Expression size has exceeded the maximum allowed size; expression size: {length}"));
        }
        Ok(Self { text, tokens: tokens(text), position: 0, placeholders, keywords, depth: 0 })
    }

    /// The token at this place.
    pub fn token(&self) -> Token<'a> {
        self.tokens[self.position.min(self.tokens.len() - 1)]
    }

    fn next_token(&self) -> Token<'a> {
        self.tokens[(self.position + 1).min(self.tokens.len() - 1)]
    }

    /// Moves on and gives the token that was passed.
    pub fn advance(&mut self) -> Token<'a> {
        let token = self.token();
        self.position += 1;
        token
    }

    /// Passes `sign` if it stands here.
    pub fn accept(&mut self, sign: &str) -> bool {
        let found = self.token().is(sign);
        self.position += usize::from(found);
        found
    }

    /// Passes the keyword if it stands here.
    pub fn accept_word(&mut self, keyword: &str) -> bool {
        let found = self.token().is_word(keyword);
        self.position += usize::from(found);
        found
    }

    /// Passes `sign`, which must stand here.
    pub fn expect(&mut self, sign: &str) -> Result<(), Refusal> {
        if self.accept(sign) { Ok(()) } else { Err(self.unexpected()) }
    }

    /// Refuses anything but the end.
    pub fn expect_end(&self) -> Result<(), Refusal> {
        if self.token().kind == Kind::End { Ok(()) } else { Err(self.unexpected()) }
    }

    /// The syntax error at this place: the token, and the text from the one before it to the one after.
    pub fn unexpected(&self) -> Refusal {
        let at = self.position.min(self.tokens.len() - 1);
        let token = self.tokens[at];
        let start = self.tokens[at.saturating_sub(1)].start;
        let end = self.next_token().end();
        let shown = if token.kind == Kind::End { "<EOF>" } else { token.text };
        format!("Syntax error; token: \"{shown}\", near: \"{}\"", self.text[start..end].trim_end())
    }

    /// Goes one level deeper, within reason.
    pub fn enter(&mut self) -> Result<(), Refusal> {
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err("The expression has redundant parentheses;".to_owned()) } else { Ok(()) }
    }

    /// Comes back from one level deeper.
    pub fn leave(&mut self) {
        self.depth -= 1;
    }

    /// Whether a function call begins here.
    fn at_call(&self) -> bool {
        self.token().kind == Kind::Word && self.next_token().is("(")
    }

    /// Reads a path, a value or a call, without parentheses around it.
    pub fn term(&mut self, listener: &mut dyn Listener) -> Result<Term, Refusal> {
        match self.token().kind {
            Kind::Value => {
                let placeholder = self.advance().text;
                match self.placeholders.value(placeholder) {
                    Ok(value) => Ok(Term::Value(value)),
                    Err(message) => {
                        listener.undefined_value(message);
                        Ok(Term::Undefined)
                    }
                }
            }
            Kind::Word if self.at_call() => self.call(listener),
            _ => Ok(self.path(listener)?.map_or(Term::Undefined, Term::Path)),
        }
    }

    /// Reads a path, a value or a call, perhaps in parentheses.
    pub fn operand(&mut self, listener: &mut dyn Listener) -> Result<Term, Refusal> {
        if !self.accept("(") {
            return self.term(listener);
        }
        self.enter()?;
        if self.token().is("(") {
            listener.redundant_parentheses();
        }
        let inner = self.operand(listener)?;
        self.expect(")")?;
        self.leave();
        match inner {
            // A path may go on behind its parentheses.
            Term::Path(Path(begun)) => {
                let begun = begun.into_iter().map(Some).collect();
                Ok(self.steps(begun, listener)?.map_or(Term::Undefined, Term::Path))
            }
            other => Ok(other),
        }
    }

    /// Reads operands in parentheses.
    pub fn arguments(&mut self, listener: &mut dyn Listener) -> Result<Vec<Term>, Refusal> {
        self.expect("(")?;
        self.enter()?;
        let mut arguments = vec![self.operand(listener)?];
        while self.accept(",") {
            arguments.push(self.operand(listener)?);
        }
        self.expect(")")?;
        self.leave();
        Ok(arguments)
    }

    fn call(&mut self, listener: &mut dyn Listener) -> Result<Term, Refusal> {
        let name = self.advance().text.to_owned();
        let arguments = self.arguments(listener)?;
        listener.called(&name, &arguments);
        Ok(Term::Call { name, arguments })
    }

    /// Reads a path; `None` if a placeholder in it is not defined.
    pub fn path(&mut self, listener: &mut dyn Listener) -> Result<Option<Path>, Refusal> {
        let first = self.name(listener)?;
        self.steps(vec![first], listener)
    }

    fn steps(
        &mut self,
        mut segments: Vec<Option<Segment>>,
        listener: &mut dyn Listener,
    ) -> Result<Option<Path>, Refusal> {
        loop {
            if self.accept(".") {
                segments.push(self.name(listener)?);
            } else if self.accept("[") {
                if self.token().kind != Kind::Number {
                    return Err(self.unexpected());
                }
                // No list is that long, so an index beyond the machine's words finds nothing either way.
                segments.push(Some(Segment::Index(self.advance().text.parse().unwrap_or(usize::MAX))));
                self.expect("]")?;
            } else {
                return Ok(segments.into_iter().collect::<Option<Vec<_>>>().map(Path));
            }
        }
    }

    fn name(&mut self, listener: &mut dyn Listener) -> Result<Option<Segment>, Refusal> {
        let token = self.token();
        match token.kind {
            Kind::Word if self.keywords.iter().any(|keyword| token.is_word(keyword)) => Err(self.unexpected()),
            Kind::Word => {
                if is_reserved(token.text) {
                    let word = token.text;
                    listener.reserved(format!("Attribute name is a reserved keyword; reserved keyword: {word}"));
                }
                self.advance();
                Ok(Some(Segment::Name(token.text.to_owned())))
            }
            Kind::Name => {
                self.advance();
                Ok(match self.placeholders.name(token.text) {
                    Ok(name) => Some(Segment::Name(name)),
                    Err(message) => {
                        listener.undefined_name(message);
                        None
                    }
                })
            }
            _ => Err(self.unexpected()),
        }
    }
}

fn is_reserved(word: &str) -> bool {
    let word = word.to_ascii_uppercase();
    let words: &[&str] = reserved_words();
    words.binary_search(&word.as_str()).is_ok()
}

fn reserved_words() -> &'static [&'static str] {
    static WORDS: std::sync::OnceLock<Vec<&'static str>> = std::sync::OnceLock::new();
    WORDS.get_or_init(|| RESERVED_WORDS.lines().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_words_are_found_in_any_case() {
        assert_eq!(reserved_words().len(), 573);
        assert!(reserved_words().is_sorted());
        assert!(is_reserved("status") && is_reserved("Year") && !is_reserved("pk"));
    }
}
