//! What all parts of a statement have in common: moving over tokens, paths, operands.

use super::{
    keywords::is_reserved,
    lexer::{Kind, Place, Token, tokens},
    not_well_formed,
};
use crate::{
    expression::{ConditionNotes, Path, Segment, Term},
    value::AttributeValue,
};

/// How deep parentheses and calls may stand in each other, so that no statement can exhaust the stack.
const MAX_DEPTH: usize = 100;

/// Words that join operands.
const OPERATORS: [&str; 7] = ["AND", "OR", "NOT", "IS", "IN", "LIKE", "BETWEEN"];

/// A call before it is known what it may do where it stands.
pub struct Call {
    /// In lower case.
    pub name: String,
    /// Where the name stands.
    pub place: Place,
    pub arguments: Vec<Term>,
    /// Where the arguments begin.
    pub places: Vec<Place>,
}

/// A place in the tokens of a statement.
pub struct Parser<'a> {
    tokens: Vec<Token>,
    position: usize,
    parameters: &'a [AttributeValue],
    used: usize,
    /// The first thing that is wrong with the meaning of the statement; its form goes first.
    problem: Option<String>,
    depth: usize,
}

impl<'a> Parser<'a> {
    /// The beginning of `statement`.
    pub fn new(statement: &str, parameters: &'a [AttributeValue]) -> Result<Self, String> {
        Ok(Self { tokens: tokens(statement)?, position: 0, parameters, used: 0, problem: None, depth: 0 })
    }

    /// The token at this place.
    pub fn token(&self) -> &Token {
        &self.tokens[self.position.min(self.tokens.len() - 1)]
    }

    /// The token after it.
    pub fn next_token(&self) -> &Token {
        &self.tokens[(self.position + 1).min(self.tokens.len() - 1)]
    }

    /// Moves on and gives the token that was passed.
    pub fn advance(&mut self) -> Token {
        let token = self.token().clone();
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
    pub fn expect(&mut self, sign: &str) -> Result<(), String> {
        if self.accept(sign) { Ok(()) } else { Err(self.unexpected()) }
    }

    /// Passes the keyword, which must stand here.
    pub fn expect_word(&mut self, keyword: &str) -> Result<(), String> {
        if self.accept_word(keyword) { Ok(()) } else { Err(self.unexpected()) }
    }

    /// Ends the statement: nothing may be left over, and nothing may be wrong with it.
    pub fn finish(mut self) -> Result<(), String> {
        self.accept(";");
        if self.token().kind != Kind::End {
            return Err(not_well_formed("Unexpected token after expression"));
        }
        if self.used != self.parameters.len() {
            self.note("Number of parameters in request and statement don't match.");
        }
        self.problem.map_or(Ok(()), Err)
    }

    /// Notes what is wrong with the statement's meaning, unless something is known to be.
    pub fn note(&mut self, message: impl Into<String>) {
        self.problem.get_or_insert_with(|| message.into());
    }

    /// What is wrong where an operand should begin.
    pub fn unexpected(&self) -> String {
        let token = self.token();
        let detail = match token.kind {
            Kind::Word if OPERATORS.iter().any(|word| token.is_word(word)) => "Unexpected operator",
            Kind::Word if is_reserved(&token.text) => "Unexpected keyword",
            _ => "Unexpected term",
        };
        not_well_formed(detail)
    }

    /// Refuses to go on where an operator has no right side.
    pub fn check_right_side(&self) -> Result<(), String> {
        if self.token().kind == Kind::End {
            return Err(not_well_formed("Missing right-hand side expression of infix operator"));
        }
        Ok(())
    }

    /// Goes one level deeper, within reason.
    pub fn enter(&mut self) -> Result<(), String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err(not_well_formed("")) } else { Ok(()) }
    }

    /// Comes back from one level deeper.
    pub fn leave(&mut self) {
        self.depth -= 1;
    }

    /// The value of the parameter whose mark has just been passed.
    pub fn parameter(&mut self) -> AttributeValue {
        self.used += 1;
        self.parameters.get(self.used - 1).cloned().unwrap_or(AttributeValue::Null)
    }

    /// A name, in quotes or not.
    pub fn name(&mut self) -> Result<String, String> {
        let token = self.token();
        match token.kind {
            Kind::Quoted => Ok(self.advance().text),
            Kind::Word if !is_reserved(&token.text) => Ok(self.advance().text),
            _ => Err(self.unexpected()),
        }
    }

    /// A document path.
    pub fn path(&mut self) -> Result<Path, String> {
        let mut segments = vec![Segment::Name(self.name()?)];
        loop {
            if self.accept(".") {
                let name = self.name().map_err(|_| not_well_formed("Invalid path dot component"))?;
                segments.push(Segment::Name(name));
            } else if self.accept("[") {
                segments.push(self.index()?);
                self.expect("]")?;
            } else {
                return Ok(Path(segments));
            }
        }
    }

    fn index(&mut self) -> Result<Segment, String> {
        if self.token().kind == Kind::Text {
            return Ok(Segment::Name(self.advance().text));
        }
        let negative = self.accept("-");
        let token = self.token().clone();
        if token.kind != Kind::Number || !token.text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(self.unexpected());
        }
        self.advance();
        let index = token.text.parse::<i32>().ok().and_then(|index| usize::try_from(index).ok());
        match index {
            Some(index) if !negative || index == 0 => Ok(Segment::Index(index)),
            _ => {
                let (sign, text, place) = (if negative { "-" } else { "" }, &token.text, token.place);
                self.note(format!("List index is not within the allowable range; index: [{sign}{text}] at {place}"));
                Ok(Segment::Index(0))
            }
        }
    }

    /// Whether a call begins here.
    pub fn at_call(&self) -> bool {
        let token = self.token();
        let is_operator = OPERATORS.iter().any(|word| token.is_word(word));
        token.kind == Kind::Word && !is_operator && self.next_token().is("(")
    }

    /// A call with operands.
    pub fn call(&mut self, notes: &mut ConditionNotes) -> Result<Call, String> {
        let Token { text, place, .. } = self.advance();
        self.expect("(")?;
        self.enter()?;
        let (mut arguments, mut places) = (Vec::new(), Vec::new());
        while !self.token().is(")") {
            places.push(self.token().place);
            arguments.push(self.operand(notes)?);
            if !self.accept(",") {
                break;
            }
        }
        self.expect(")")?;
        self.leave();
        Ok(Call { name: text.to_ascii_lowercase(), place, arguments, places })
    }
}
