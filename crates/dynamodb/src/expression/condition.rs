//! Conditions and filters.

use super::{
    Path, Placeholders,
    evaluate::compare,
    parser::{Listener, Parser, Refusal, Term},
    problems::Problems,
};
use crate::value::AttributeValue;

/// AWS allows 300 operators and functions in an expression, and 100 operands of `IN`.
const MAX_OPERATORS: usize = 300;
const MAX_IN: usize = 100;

const KEYWORDS: [&str; 5] = ["AND", "OR", "NOT", "BETWEEN", "IN"];

/// A comparison's sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparator {
    /// `=`
    Equal,
    /// `<>`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Comparator {
    /// All, with their signs.
    pub const ALL: [(&'static str, Self); 6] = [
        ("=", Self::Equal),
        ("<>", Self::NotEqual),
        ("<", Self::Less),
        ("<=", Self::LessOrEqual),
        (">", Self::Greater),
        (">=", Self::GreaterOrEqual),
    ];

    /// The sign that says the same with its sides exchanged.
    #[must_use]
    pub fn mirrored(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
            same => same,
        }
    }
}

/// What is compared.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// What stands at a path of the item.
    Path(Path),
    /// A literal.
    Value(AttributeValue),
    /// `size(operand)`
    Size(Box<Operand>),
    /// Whether a condition holds, as a value.
    Truth(Box<Condition>),
}

/// A condition on an item.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// All of them.
    And(Vec<Condition>),
    /// Any of them.
    Or(Vec<Condition>),
    /// Not that.
    Not(Box<Condition>),
    /// `left sign right`
    Compare(Comparator, Operand, Operand),
    /// `operand BETWEEN low AND high`
    Between(Operand, Operand, Operand),
    /// `operand IN (…)`
    In(Operand, Vec<Operand>),
    /// `attribute_exists(path)`
    Exists(Path),
    /// `attribute_not_exists(path)`
    NotExists(Path),
    /// `attribute_type(operand, type)`
    HasType(Operand, String),
    /// `begins_with(operand, prefix)`
    BeginsWith(Operand, Operand),
    /// `contains(operand, member)`
    Contains(Operand, Operand),
}

/// The order in which AWS reports the problems of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Operators,
    Parentheses,
    UnknownFunction,
    MisusedFunction,
    Reserved,
    /// The first clause that has one of the problems of clauses.
    Clause,
}

/// The order among the problems of one clause: a comparison, or a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum ClauseRank {
    Undefined,
    OperandCount,
    Distinct,
    OperandType,
}

/// Reads a condition.
pub fn parse_condition(text: &str, placeholders: &Placeholders) -> Result<Condition, Refusal> {
    let mut reader = Reader { parser: Parser::new(text, placeholders, &KEYWORDS)?, notes: Notes::new() };
    let parsed = reader.any_of()?;
    reader.parser.expect_end()?;
    let condition = reader.as_condition(parsed)?;
    reader.notes.into_result()?;
    // Without problems every operand is defined.
    condition.ok_or_else(|| "Syntax error;".to_owned())
}

/// A part of a condition: already one, or an operand that may become a side of one.
enum Part {
    /// `None` if a problem has been noted in it.
    Condition(Option<Condition>),
    Term(Term),
}

struct Parsed {
    part: Part,
    in_parentheses: bool,
}

struct Reader<'a> {
    parser: Parser<'a>,
    notes: Notes,
}

impl Reader<'_> {
    fn any_of(&mut self) -> Result<Parsed, Refusal> {
        self.chain("OR", Condition::Or, Self::all_of)
    }

    fn all_of(&mut self) -> Result<Parsed, Refusal> {
        self.chain("AND", Condition::And, Self::negation)
    }

    /// Conditions joined by `keyword`.
    fn chain(
        &mut self,
        keyword: &str,
        join: fn(Vec<Condition>) -> Condition,
        next: fn(&mut Self) -> Result<Parsed, Refusal>,
    ) -> Result<Parsed, Refusal> {
        let first = next(self)?;
        if !self.parser.token().is_word(keyword) {
            return Ok(first);
        }
        let mut parts = vec![self.as_condition(first)?];
        while self.parser.accept_word(keyword) {
            self.notes.count_operator();
            let part = next(self)?;
            parts.push(self.as_condition(part)?);
        }
        let joined = parts.into_iter().collect::<Option<Vec<_>>>().map(join);
        Ok(Parsed { part: Part::Condition(joined), in_parentheses: false })
    }

    fn negation(&mut self) -> Result<Parsed, Refusal> {
        let mut negations = 0;
        while self.parser.accept_word("NOT") {
            self.notes.count_operator();
            negations += 1;
        }
        let inner = self.comparison()?;
        if negations == 0 {
            return Ok(inner);
        }
        let inner = self.as_condition(inner)?;
        let negated =
            if negations % 2 == 0 { inner } else { inner.map(|condition| Condition::Not(Box::new(condition))) };
        Ok(Parsed { part: Part::Condition(negated), in_parentheses: false })
    }

    fn comparison(&mut self) -> Result<Parsed, Refusal> {
        let parsed = self.primary()?;
        let Part::Term(left) = &parsed.part else { return Ok(parsed) };
        let token = self.parser.token();
        let sign = Comparator::ALL.into_iter().find(|(sign, _)| token.is(sign));
        let condition = if let Some((sign, comparator)) = sign {
            self.parser.advance();
            let right = self.parser.operand(&mut self.notes)?;
            self.notes.comparison(sign, comparator, left, &right)
        } else if self.parser.accept_word("BETWEEN") {
            let low = self.parser.operand(&mut self.notes)?;
            if !self.parser.accept_word("AND") {
                return Err(self.parser.unexpected());
            }
            let high = self.parser.operand(&mut self.notes)?;
            self.notes.between(left, &low, &high)
        } else if self.parser.accept_word("IN") {
            let candidates = self.parser.arguments(&mut self.notes)?;
            self.notes.within(left, &candidates)
        } else {
            return Ok(parsed);
        };
        self.notes.end_clause();
        Ok(Parsed { part: Part::Condition(condition), in_parentheses: false })
    }

    fn primary(&mut self) -> Result<Parsed, Refusal> {
        if !self.parser.accept("(") {
            let term = self.parser.term(&mut self.notes)?;
            return Ok(Parsed { part: Part::Term(term), in_parentheses: false });
        }
        self.parser.enter()?;
        let inner = self.any_of()?;
        self.parser.expect(")")?;
        self.parser.leave();
        if inner.in_parentheses {
            self.notes.redundant_parentheses();
        }
        Ok(Parsed { in_parentheses: true, ..inner })
    }

    /// Takes a part for a condition, which an operand by itself is not.
    fn as_condition(&mut self, parsed: Parsed) -> Result<Option<Condition>, Refusal> {
        match parsed.part {
            Part::Condition(condition) => Ok(condition),
            Part::Term(Term::Call { name, arguments }) => {
                let condition = self.notes.function(&name, &arguments);
                self.notes.end_clause();
                Ok(condition)
            }
            Part::Term(_) => Err(self.parser.unexpected()),
        }
    }
}

/// The problems of a condition, and what is put together while they are looked for.
pub struct Notes {
    problems: Problems<Rank>,
    clause: Problems<ClauseRank>,
    operators: usize,
}

impl Notes {
    /// Without problems.
    pub fn new() -> Self {
        Self { problems: Problems::new(), clause: Problems::new(), operators: 0 }
    }

    /// Ends a clause: what is wrong with it counts, unless an earlier one was wrong already.
    pub fn end_clause(&mut self) {
        let clause = std::mem::replace(&mut self.clause, Problems::new());
        if let Err(message) = clause.into_result() {
            self.problems.note(Rank::Clause, message);
        }
    }

    /// The problem to report.
    pub fn into_result(self) -> Result<(), Refusal> {
        self.problems.into_result()
    }

    /// Counts an operator or a function.
    pub fn count_operator(&mut self) {
        self.operators += 1;
        if self.operators > MAX_OPERATORS {
            let count = self.operators;
            self.problems
                .note(Rank::Operators, format!("The expression contains too many operators; operator count: {count}"));
        }
    }

    /// A term as a side of a comparison or an argument: of functions only `size` gives a value.
    fn operand(&mut self, term: &Term) -> Option<Operand> {
        match term {
            Term::Path(path) => Some(Operand::Path(path.clone())),
            Term::Value(value) => Some(Operand::Value(value.clone())),
            Term::Call { name, arguments } if name == "size" => {
                Some(Operand::Size(Box::new(self.operand(arguments.first()?)?)))
            }
            Term::Call { name, .. } => {
                self.misused(name);
                None
            }
            Term::Truth(condition) => Some(Operand::Truth(Box::new(condition.clone()))),
            Term::Undefined => None,
        }
    }

    fn misused(&mut self, name: &str) {
        let message = format!("The function is not allowed to be used this way in an expression; function: {name}");
        self.problems.note(Rank::MisusedFunction, message);
    }

    /// `left sign right`
    pub fn comparison(&mut self, sign: &str, comparator: Comparator, left: &Term, right: &Term) -> Option<Condition> {
        self.count_operator();
        let (first, second) = (self.operand(left), self.operand(right));
        self.distinct(sign, left, right);
        if !matches!(comparator, Comparator::Equal | Comparator::NotEqual) {
            self.ordered(sign, &[left, right]);
        }
        Some(Condition::Compare(comparator, first?, second?))
    }

    /// `value BETWEEN low AND high`
    pub fn between(&mut self, value: &Term, low: &Term, high: &Term) -> Option<Condition> {
        self.count_operator();
        let operands = (self.operand(value), self.operand(low), self.operand(high));
        self.ordered("BETWEEN", &[value, low, high]);
        if let (Term::Value(low), Term::Value(high)) = (low, high) {
            self.bounds(low, high);
        }
        Some(Condition::Between(operands.0?, operands.1?, operands.2?))
    }

    fn bounds(&mut self, low: &AttributeValue, high: &AttributeValue) {
        let fault = if low.type_name() != high.type_name() {
            "same data type for lower and upper bounds"
        } else if compare(low, high).is_some_and(std::cmp::Ordering::is_gt) {
            "upper bound to be greater than or equal to lower bound"
        } else {
            return;
        };
        let (low, high) = (in_words(low), in_words(high));
        self.clause.note(
            ClauseRank::OperandType,
            format!(
                "The BETWEEN operator requires {fault}; lower bound operand: AttributeValue: {low}, upper bound \
                 operand: AttributeValue: {high}"
            ),
        );
    }

    /// `value IN (candidates)`
    pub fn within(&mut self, value: &Term, candidates: &[Term]) -> Option<Condition> {
        self.count_operator();
        if candidates.len() > MAX_IN {
            self.operand_count("IN", candidates.len() + 1);
        }
        let value = self.operand(value);
        let candidates: Vec<_> = candidates.iter().map(|candidate| self.operand(candidate)).collect();
        Some(Condition::In(value?, candidates.into_iter().collect::<Option<_>>()?))
    }

    /// A call as a condition.
    pub fn function(&mut self, name: &str, arguments: &[Term]) -> Option<Condition> {
        match (name, arguments) {
            ("size", _) => {
                self.misused(name);
                None
            }
            ("attribute_exists", [Term::Path(path)]) => Some(Condition::Exists(path.clone())),
            ("attribute_not_exists", [Term::Path(path)]) => Some(Condition::NotExists(path.clone())),
            ("attribute_type", [value, Term::Value(AttributeValue::S(kind))]) => {
                Some(Condition::HasType(self.operand(value)?, kind.clone()))
            }
            ("begins_with", [value, prefix]) => {
                Some(Condition::BeginsWith(self.operand(value)?, self.operand(prefix)?))
            }
            ("contains", [value, member]) => Some(Condition::Contains(self.operand(value)?, self.operand(member)?)),
            _ => None,
        }
    }

    fn operand_count(&mut self, name: &str, count: usize) {
        self.clause.note(
            ClauseRank::OperandCount,
            format!(
                "Incorrect number of operands for operator or function; operator or function: {name}, number of \
                 operands: {count}"
            ),
        );
    }

    fn operand_type(&mut self, name: &str, kind: &str) {
        self.clause.note(
            ClauseRank::OperandType,
            format!(
                "Incorrect operand type for operator or function; operator or function: {name}, operand type: {kind}"
            ),
        );
    }

    /// Only texts, numbers and bytes have an order.
    fn ordered(&mut self, name: &str, terms: &[&Term]) {
        for kind in terms.iter().filter_map(|term| term.literal_type()) {
            if !matches!(kind, "S" | "N" | "B") {
                self.operand_type(name, kind);
            }
        }
    }

    fn distinct(&mut self, name: &str, left: &Term, right: &Term) {
        if let (Term::Path(left), Term::Path(right)) = (left, right)
            && left == right
        {
            let first = left.in_words();
            self.clause.note(
                ClauseRank::Distinct,
                format!(
                    "The first operand must be distinct from the remaining operands for this operator or function; \
                     operator: {name}, first operand: {first}"
                ),
            );
        }
    }

    /// The types that a function's arguments must have.
    fn argument_types(&mut self, name: &str, arguments: &[Term]) {
        match name {
            "attribute_exists" | "attribute_not_exists" if !matches!(arguments[0], Term::Path(_) | Term::Undefined) => {
                self.clause.note(
                    ClauseRank::OperandType,
                    format!("Operator or function requires a document path; operator or function: {name}"),
                );
            }
            "attribute_type" => self.type_argument(&arguments[1]),
            "begins_with" => {
                for kind in arguments.iter().filter_map(known_type) {
                    if !matches!(kind, "S" | "B") {
                        self.operand_type(name, kind);
                    }
                }
            }
            "size" => {
                if let Some(kind @ ("N" | "BOOL" | "NULL")) = known_type(&arguments[0]) {
                    self.operand_type(name, kind);
                }
            }
            _ => {}
        }
    }

    fn type_argument(&mut self, argument: &Term) {
        const TYPES: [&str; 10] = ["S", "N", "B", "NULL", "SS", "BOOL", "L", "BS", "NS", "M"];
        match argument {
            Term::Value(AttributeValue::S(kind)) if TYPES.contains(&kind.as_str()) => {}
            Term::Value(AttributeValue::S(kind)) => self.clause.note(
                ClauseRank::OperandType,
                format!(
                    "Invalid attribute type name found; type: {kind}, valid types: {{B,NULL,SS,BOOL,L,BS,N,NS,S,M}}"
                ),
            ),
            Term::Undefined => {}
            other => {
                self.operand_type("attribute_type", known_type(other).unwrap_or("{NS,SS,L,BS,N,M,B,BOOL,NULL,S}"));
            }
        }
    }
}

impl Listener for Notes {
    fn reserved(&mut self, message: String) {
        self.problems.note(Rank::Reserved, message);
    }

    fn undefined_name(&mut self, message: String) {
        self.clause.note(ClauseRank::Undefined, message);
    }

    fn undefined_value(&mut self, message: String) {
        self.clause.note(ClauseRank::Undefined, message);
    }

    fn redundant_parentheses(&mut self) {
        self.problems.note(Rank::Parentheses, "The expression has redundant parentheses;");
    }

    fn called(&mut self, name: &str, arguments: &[Term]) {
        let expected = match name {
            "attribute_exists" | "attribute_not_exists" | "size" => 1,
            "attribute_type" | "begins_with" | "contains" => 2,
            _ => {
                self.problems.note(Rank::UnknownFunction, format!("Invalid function name; function: {name}"));
                return;
            }
        };
        self.count_operator();
        if arguments.len() != expected {
            self.operand_count(name, arguments.len());
            return;
        }
        if let [left, right] = arguments {
            self.distinct(name, left, right);
        }
        self.argument_types(name, arguments);
    }
}

/// The type of an argument that has the same one whatever the item is: a literal's, or that of a size.
fn known_type(argument: &Term) -> Option<&'static str> {
    match argument {
        Term::Call { name, .. } if name == "size" => Some("N"),
        other => other.literal_type(),
    }
}

/// A literal as error messages write it: `{S:text}`.
fn in_words(value: &AttributeValue) -> String {
    let json = value.to_json();
    let inner = json.get(value.type_name()).cloned().unwrap_or_default();
    let text = inner.as_str().map_or_else(|| inner.to_string(), str::to_owned);
    format!("{{{}:{text}}}", value.type_name())
}
