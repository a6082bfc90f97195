//! Conditions: what stands after `WHERE`.

use super::{
    lexer::Kind,
    not_well_formed,
    parser::{Call, Parser},
};
use crate::{
    expression::{Comparator, Condition, ConditionNotes, Listener, Operand, Term},
    value::AttributeValue,
};

/// Operands of `IN`.
const MAX_IN: usize = 100;

/// The names that PartiQL has for types, and DynamoDB's types that they stand for.
const TYPES: [(&str, &str); 32] = [
    ("BOOL", "BOOL"),
    ("BOOLEAN", "BOOL"),
    ("STRING", "S"),
    ("VARCHAR", "S"),
    ("CHAR", "S"),
    ("CHARACTER", "S"),
    ("SMALLINT", "N"),
    ("INT", "N"),
    ("INT2", "N"),
    ("INT4", "N"),
    ("INT8", "N"),
    ("INTEGER", "N"),
    ("INTEGER2", "N"),
    ("INTEGER4", "N"),
    ("INTEGER8", "N"),
    ("BIGINT", "N"),
    ("FLOAT", "N"),
    ("REAL", "N"),
    ("DOUBLE", "N"),
    ("DECIMAL", "N"),
    ("DEC", "N"),
    ("NUMERIC", "N"),
    ("BLOB", "B"),
    ("LIST", "L"),
    ("STRUCT", "M"),
    ("TUPLE", "M"),
    // Types of which DynamoDB has no values.
    ("SYMBOL", ""),
    ("CLOB", ""),
    ("SEXP", ""),
    ("BAG", ""),
    ("TIMESTAMP", ""),
    ("DATE", ""),
];

/// A part of a condition: already one, or an operand that may become a side of one.
enum Part {
    /// `None` if a problem has been noted in it.
    Condition(Option<Condition>),
    Term(Term),
}

impl Parser<'_> {
    /// A condition; `None` if there is a problem with it, which is then noted.
    pub fn condition(&mut self) -> Result<Option<Condition>, String> {
        let mut notes = ConditionNotes::new();
        let part = self.any_of(&mut notes)?;
        let condition = self.as_condition(part, &mut notes)?;
        if let Err(message) = notes.into_result() {
            self.note(message);
        }
        Ok(condition)
    }

    /// An operand: a path, a value, or a call.
    pub fn operand(&mut self, notes: &mut ConditionNotes) -> Result<Term, String> {
        let part = self.primary(notes)?;
        Ok(as_term(part))
    }

    fn any_of(&mut self, notes: &mut ConditionNotes) -> Result<Part, String> {
        self.chain("OR", Condition::Or, notes, Self::all_of)
    }

    fn all_of(&mut self, notes: &mut ConditionNotes) -> Result<Part, String> {
        self.chain("AND", Condition::And, notes, Self::negation)
    }

    /// Conditions joined by `keyword`.
    fn chain(
        &mut self,
        keyword: &str,
        join: fn(Vec<Condition>) -> Condition,
        notes: &mut ConditionNotes,
        next: fn(&mut Self, &mut ConditionNotes) -> Result<Part, String>,
    ) -> Result<Part, String> {
        let first = next(self, notes)?;
        if !self.token().is_word(keyword) {
            return Ok(first);
        }
        let mut parts = vec![self.as_condition(first, notes)?];
        while self.accept_word(keyword) {
            notes.count_operator();
            self.check_right_side()?;
            let part = next(self, notes)?;
            parts.push(self.as_condition(part, notes)?);
        }
        Ok(Part::Condition(parts.into_iter().collect::<Option<Vec<_>>>().map(join)))
    }

    fn negation(&mut self, notes: &mut ConditionNotes) -> Result<Part, String> {
        let mut negations = 0;
        while self.accept_word("NOT") {
            notes.count_operator();
            negations += 1;
        }
        let inner = self.comparison(notes)?;
        if negations == 0 {
            return Ok(inner);
        }
        let inner = self.as_condition(inner, notes)?;
        Ok(Part::Condition(if negations % 2 == 0 { inner } else { inner.map(not) }))
    }

    fn comparison(&mut self, notes: &mut ConditionNotes) -> Result<Part, String> {
        let part = self.primary(notes)?;
        let token = self.token().clone();
        let written = if token.is("!=") { "<>" } else { token.text.as_str() };
        let sign = Comparator::ALL.into_iter().find(|(sign, _)| token.kind == Kind::Sign && *sign == written);
        let condition = if let Some((sign, comparator)) = sign {
            self.advance();
            self.check_right_side()?;
            let right = self.operand(notes)?;
            notes.comparison(sign, comparator, &as_term(part), &right)
        } else if token.is_word("IS") {
            self.advance();
            self.type_test(&as_term(part), notes)?
        } else {
            let negated = token.is_word("NOT")
                && ["IN", "BETWEEN"].iter().any(|word| self.next_token().is_word(word))
                && self.accept_word("NOT");
            let condition = if self.accept_word("BETWEEN") {
                self.between(&as_term(part), notes)?
            } else if self.accept_word("IN") {
                self.within(&as_term(part), notes)?
            } else {
                return Ok(part);
            };
            if negated { condition.map(not) } else { condition }
        };
        notes.end_clause();
        Ok(Part::Condition(condition))
    }

    fn between(&mut self, value: &Term, notes: &mut ConditionNotes) -> Result<Option<Condition>, String> {
        self.check_right_side()?;
        let low = self.operand(notes)?;
        if !self.accept_word("AND") {
            return Err(not_well_formed("Expected AND after BETWEEN"));
        }
        self.check_right_side()?;
        let high = self.operand(notes)?;
        Ok(notes.between(value, &low, &high))
    }

    fn within(&mut self, value: &Term, notes: &mut ConditionNotes) -> Result<Option<Condition>, String> {
        self.check_right_side()?;
        let brackets = [("[", "]"), ("(", ")"), ("<<", ">>")];
        let Some((_, end)) = brackets.into_iter().find(|(begin, _)| self.token().is(begin)) else {
            return Err(self.unexpected());
        };
        self.advance();
        let mut candidates = Vec::new();
        while !self.token().is(end) {
            candidates.push(self.operand(notes)?);
            if !self.accept(",") {
                break;
            }
        }
        self.expect(end)?;
        if candidates.len() > MAX_IN {
            let count = candidates.len();
            self.note(format!("The IN operator is provided with too many operands; number of operands: {count}"));
            return Ok(None);
        }
        Ok(notes.within(value, &candidates))
    }

    /// What stands after `IS`.
    fn type_test(&mut self, value: &Term, notes: &mut ConditionNotes) -> Result<Option<Condition>, String> {
        notes.count_operator();
        let negated = self.accept_word("NOT");
        if self.accept_word("MISSING") {
            let name = if negated { "attribute_exists" } else { "attribute_not_exists" };
            let arguments = std::slice::from_ref(value);
            notes.called(name, arguments);
            return Ok(notes.function(name, arguments));
        }
        let kind = self.type_name()?;
        let operand = match value {
            Term::Path(path) => Operand::Path(path.clone()),
            Term::Value(value) => Operand::Value(value.clone()),
            Term::Call { .. } | Term::Truth(_) | Term::Undefined => return Ok(None),
        };
        let test = Condition::HasType(operand, kind.to_owned());
        Ok(Some(if negated { not(test) } else { test }))
    }

    /// A type's name, as the type of DynamoDB for which it stands.
    pub fn type_name(&mut self) -> Result<&'static str, String> {
        if self.accept_word("NULL") {
            return Ok("NULL");
        }
        let found = TYPES.into_iter().find(|(name, _)| self.token().is_word(name));
        let (name, kind) = found.ok_or_else(|| not_well_formed("Expected type name"))?;
        self.advance();
        match name {
            "DOUBLE" if !self.accept_word("PRECISION") => return Err(not_well_formed("Expected type name")),
            "CHARACTER" => {
                self.accept_word("VARYING");
            }
            _ => {}
        }
        Ok(kind)
    }

    fn primary(&mut self, notes: &mut ConditionNotes) -> Result<Part, String> {
        if self.accept("(") {
            self.enter()?;
            let inner = self.any_of(notes)?;
            self.expect(")")?;
            self.leave();
            return Ok(inner);
        }
        if self.at_call() {
            let call = self.call(notes)?;
            return Ok(self.called(call, notes));
        }
        let token = self.token();
        let is_value = token.kind == Kind::Word && ["TRUE", "FALSE", "NULL"].iter().any(|word| token.is_word(word));
        match token.kind {
            Kind::Word | Kind::Quoted if !is_value => Ok(Part::Term(Term::Path(self.path()?))),
            _ => Ok(Part::Term(Term::Value(self.literal()?))),
        }
    }

    /// A call of one of the functions that conditions know.
    fn called(&mut self, call: Call, notes: &mut ConditionNotes) -> Part {
        const FUNCTIONS: [&str; 6] =
            ["attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains", "size"];
        let Call { name, place, arguments, .. } = call;
        if !FUNCTIONS.contains(&name.as_str()) {
            self.note(format!("Unrecognized function: {name} at {place}"));
            return Part::Condition(None);
        }
        if let ("attribute_type", [_, Term::Value(AttributeValue::S(kind))]) = (name.as_str(), arguments.as_slice())
            && !["N", "BS", "L", "B", "NULL", "M", "S", "SS", "NS", "BOOL"].contains(&kind.as_str())
        {
            self.note(format!(
                "Invalid attribute type name found; type: {kind}, valid types: {{N,BS,L,B,NULL,M,S,SS,NS,BOOL}}"
            ));
        }
        notes.called(&name, &arguments);
        if name == "size" {
            return Part::Term(Term::Call { name, arguments });
        }
        let condition = notes.function(&name, &arguments);
        notes.end_clause();
        Part::Condition(condition)
    }

    /// Takes a part for a condition, which an operand by itself is not.
    fn as_condition(&mut self, part: Part, notes: &mut ConditionNotes) -> Result<Option<Condition>, String> {
        match part {
            Part::Condition(condition) => Ok(condition),
            Part::Term(Term::Call { name, arguments }) => {
                let condition = notes.function(&name, &arguments);
                notes.end_clause();
                Ok(condition)
            }
            Part::Term(_) => Err(self.unexpected()),
        }
    }
}

/// Takes a part for an operand: of a condition, whether it holds.
fn as_term(part: Part) -> Term {
    match part {
        Part::Term(term) => term,
        Part::Condition(Some(condition)) => Term::Truth(condition),
        Part::Condition(None) => Term::Undefined,
    }
}

fn not(condition: Condition) -> Condition {
    Condition::Not(Box::new(condition))
}
