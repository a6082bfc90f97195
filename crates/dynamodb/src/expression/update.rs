//! Updates: `SET … REMOVE … ADD … DELETE …`.

use std::collections::BTreeSet;

use super::{
    Path, Placeholders, Segment,
    parser::{Listener, MAX_LENGTH, Parser, Refusal, Term},
    path::Clash,
    problems::Problems,
};
use crate::value::{AttributeValue, Decimal, Item, NumberError};

const SECTIONS: [&str; 4] = ["SET", "REMOVE", "ADD", "DELETE"];

/// What is done at one path.
#[derive(Clone, Debug, PartialEq)]
enum Action {
    Set(Assigned),
    Remove,
    Add(AttributeValue),
    Delete(AttributeValue),
}

/// The right side of a `SET`.
#[derive(Clone, Debug, PartialEq)]
enum Assigned {
    Path(Path),
    Value(AttributeValue),
    Plus(Box<Assigned>, Box<Assigned>),
    Minus(Box<Assigned>, Box<Assigned>),
    IfNotExists(Path, Box<Assigned>),
    ListAppend(Box<Assigned>, Box<Assigned>),
}

/// A whole update: actions at paths that do not disturb each other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Update {
    actions: Vec<(Path, Action)>,
    /// Whether it stands in `AttributeUpdates`.
    is_legacy: bool,
}

/// Why an update cannot be applied to an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UpdateError {
    /// `SET a = b` without `b`.
    MissingAttribute,
    /// `1 + "text"` and the like.
    WrongType,
    /// The same of the legacy parameters.
    LegacyMismatch,
    /// `SET a.b = …` without a map `a`.
    InvalidPath,
    /// A sum that cannot be kept.
    Number(NumberError),
}

impl Update {
    /// The paths that the update changes.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.actions.iter().map(|(path, _)| path)
    }

    /// The literal that a whole attribute becomes, where that is known before any item is.
    pub fn literals(&self) -> impl Iterator<Item = (&str, &AttributeValue)> {
        self.actions.iter().filter_map(|(path, action)| match action {
            Action::Set(Assigned::Value(value)) | Action::Add(value) => Some((path.as_attribute()?, value)),
            _ => None,
        })
    }

    /// The whole attributes that become a sum, and so a number, whatever the item is.
    pub fn sums(&self) -> impl Iterator<Item = &str> {
        self.actions.iter().filter_map(|(path, action)| match action {
            Action::Set(Assigned::Plus(..) | Assigned::Minus(..)) => path.as_attribute(),
            _ => None,
        })
    }

    /// The paths from which new values are taken.
    pub fn sources(&self) -> Vec<&Path> {
        let mut found = Vec::new();
        for (_, action) in &self.actions {
            if let Action::Set(assigned) = action {
                assigned.collect_sources(&mut found);
            }
        }
        found
    }

    /// Sets a whole attribute (for the legacy parameters).
    pub fn put(&mut self, attribute: &str, value: AttributeValue) {
        self.push(attribute, Action::Set(Assigned::Value(value)));
    }

    /// Removes a whole attribute (for the legacy parameters).
    pub fn remove(&mut self, attribute: &str) {
        self.push(attribute, Action::Remove);
    }

    /// Adds to a number, a set or, as only the legacy parameters can, a list.
    pub fn add(&mut self, attribute: &str, value: AttributeValue) {
        self.push(attribute, Action::Add(value));
    }

    /// Takes members out of a set (for the legacy parameters).
    pub fn delete(&mut self, attribute: &str, value: AttributeValue) {
        self.push(attribute, Action::Delete(value));
    }

    fn push(&mut self, attribute: &str, action: Action) {
        self.actions.push((Path(vec![Segment::Name(attribute.to_owned())]), action));
        self.is_legacy = true;
    }
}

/// The order in which AWS reports the problems of an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Reserved,
    UnknownFunction,
    Section,
    UndefinedName,
    UndefinedValue,
    Overlap,
    Conflict,
    Operand,
    Function,
}

struct Notes(Problems<Rank>);

impl Listener for Notes {
    fn reserved(&mut self, message: String) {
        self.0.note(Rank::Reserved, message);
    }

    fn undefined_name(&mut self, message: String) {
        self.0.note(Rank::UndefinedName, message);
    }

    fn undefined_value(&mut self, message: String) {
        self.0.note(Rank::UndefinedValue, message);
    }

    fn called(&mut self, name: &str, arguments: &[Term]) {
        if !matches!(name, "if_not_exists" | "list_append") {
            self.0.note(Rank::UnknownFunction, format!("Invalid function name; function: {name}"));
            return;
        }
        if arguments.len() != 2 {
            let count = arguments.len();
            self.0.note(
                Rank::Function,
                format!(
                    "Incorrect number of operands for operator or function; operator or function: {name}, number of \
                     operands: {count}"
                ),
            );
            return;
        }
        if name == "list_append" {
            self.literals_are(name, "L", arguments);
        } else if !matches!(arguments[0], Term::Path(_) | Term::Undefined) {
            let message = format!("Operator or function requires a document path; operator or function: {name}");
            self.0.note(Rank::Function, message);
        }
    }
}

impl Notes {
    fn literals_are(&mut self, name: &str, expected: &str, operands: &[Term]) {
        for kind in operands.iter().filter_map(Term::literal_type).filter(|kind| *kind != expected) {
            self.0.note(
                Rank::Function,
                format!(
                    "Incorrect operand type for operator or function; operator or function: {name}, operand type: \
                     {kind}"
                ),
            );
        }
    }

    /// `left + right` or `left - right`, of which literals must be numbers.
    fn sum(&mut self, sign: &str, left: Option<Assigned>, left_term: Option<&Term>, right: &Term) -> Option<Assigned> {
        let operands: Vec<Term> = left_term.into_iter().chain([right]).cloned().collect();
        self.literals_are(sign, "N", &operands);
        let make = if sign == "+" { Assigned::Plus } else { Assigned::Minus };
        left.zip(as_assigned(right)).map(|(left, right)| make(Box::new(left), Box::new(right)))
    }

    /// `ADD` takes numbers and sets, `DELETE` sets.
    fn section_operand(&mut self, section: &str, value: &Term) {
        let kind = match value.literal_type() {
            Some("S") => "STRING",
            Some("N") if section == "DELETE" => "NUMBER",
            Some("B") => "BINARY",
            Some("NULL") => "NULL",
            Some("BOOL") => "BOOLEAN",
            Some("L") => "LIST",
            Some("M") => "MAP",
            _ => return,
        };
        self.0.note(
            Rank::Operand,
            format!("Incorrect operand type for operator or function; operator: {section}, operand type: {kind}"),
        );
    }
}

/// Reads an update.
pub fn parse_update(text: &str, placeholders: &Placeholders) -> Result<Update, Refusal> {
    if text.len() > MAX_LENGTH {
        // Of other expressions AWS tells the size too.
        return Err("Expression size has exceeded the maximum allowed size;".to_owned());
    }
    let mut reader = Reader {
        parser: Parser::new(text, placeholders, &SECTIONS)?,
        builder: UpdateBuilder::new(),
        sections: BTreeSet::new(),
    };
    loop {
        reader.section()?;
        if reader.parser.expect_end().is_ok() {
            break;
        }
    }
    reader.builder.finish()
}

struct Reader<'a> {
    parser: Parser<'a>,
    builder: UpdateBuilder,
    sections: BTreeSet<&'static str>,
}

impl Reader<'_> {
    fn section(&mut self) -> Result<(), Refusal> {
        let found = SECTIONS.into_iter().find(|word| self.parser.token().is_word(word));
        let section = found.ok_or_else(|| self.parser.unexpected())?;
        self.parser.advance();
        loop {
            let path = self.parser.path(&mut self.builder.notes)?;
            let action = self.action(section)?;
            if let Some(path) = path {
                // What has no action is refused in the end; its path may clash with others all the same.
                self.builder.act(path, action.unwrap_or(Action::Remove));
            }
            if !self.parser.accept(",") {
                break;
            }
        }
        if !self.sections.insert(section) {
            let message = format!("The \"{section}\" section can only be used once in an update expression;");
            self.builder.notes.0.note(Rank::Section, message);
        }
        Ok(())
    }

    fn action(&mut self, section: &str) -> Result<Option<Action>, Refusal> {
        match section {
            "SET" => {
                self.parser.expect("=")?;
                Ok(self.assigned()?.map(Action::Set))
            }
            "REMOVE" => Ok(Some(Action::Remove)),
            _ => {
                if self.parser.token().kind != super::lexer::Kind::Value {
                    return Err(self.parser.unexpected());
                }
                let value = self.parser.term(&mut self.builder.notes)?;
                self.builder.notes.section_operand(section, &value);
                let make = if section == "ADD" { Action::Add } else { Action::Delete };
                Ok(match value {
                    Term::Value(value) => Some(make(value)),
                    _ => None,
                })
            }
        }
    }

    fn assigned(&mut self) -> Result<Option<Assigned>, Refusal> {
        // A sum may stand in parentheses as a whole; then its first operand is read as one too.
        if self.parser.token().is("(") {
            self.parser.advance();
            self.parser.enter()?;
            let inner = self.assigned()?;
            self.parser.expect(")")?;
            self.parser.leave();
            return self.sum(inner, None);
        }
        let left = self.parser.term(&mut self.builder.notes)?;
        self.sum(as_assigned(&left), Some(&left))
    }

    /// What follows the first operand: nothing, or a sign and the second one.
    fn sum(&mut self, left: Option<Assigned>, left_term: Option<&Term>) -> Result<Option<Assigned>, Refusal> {
        let sign = self.parser.token();
        if !sign.is("+") && !sign.is("-") {
            return Ok(left);
        }
        self.parser.advance();
        let right = self.parser.operand(&mut self.builder.notes)?;
        Ok(self.builder.notes.sum(sign.text, left, left_term, &right))
    }
}

/// Puts an update together from terms, whatever language they were read from.
pub struct UpdateBuilder {
    notes: Notes,
    update: Update,
}

impl UpdateBuilder {
    /// An update that does nothing.
    pub fn new() -> Self {
        Self { notes: Notes(Problems::new()), update: Update::default() }
    }

    /// `path = left`, or `path = left sign right` with `+` or `-`.
    pub fn set(&mut self, path: Path, left: &Term, right: Option<(&str, &Term)>) {
        let assigned = match right {
            None => as_assigned(left),
            Some((sign, right)) => self.notes.sum(sign, as_assigned(left), Some(left), right),
        };
        if let Some(assigned) = assigned {
            self.act(path, Action::Set(assigned));
        }
    }

    /// Removes what stands at `path`.
    pub fn remove(&mut self, path: Path) {
        self.act(path, Action::Remove);
    }

    /// Adds the members of a set.
    pub fn add(&mut self, path: Path, members: AttributeValue) {
        self.act(path, Action::Add(members));
    }

    /// Takes members out of a set.
    pub fn delete(&mut self, path: Path, members: AttributeValue) {
        self.act(path, Action::Delete(members));
    }

    /// Checks a function's arguments.
    pub fn called(&mut self, name: &str, arguments: &[Term]) {
        self.notes.called(name, arguments);
    }

    /// The update, if nothing is wrong with it.
    pub fn finish(self) -> Result<Update, Refusal> {
        self.notes.0.into_result()?;
        Ok(self.update)
    }

    fn act(&mut self, path: Path, action: Action) {
        for other in self.update.paths() {
            if let Some(clash) = other.clash(&path) {
                let rank = if clash == Clash::Overlap { Rank::Overlap } else { Rank::Conflict };
                self.notes.0.note(rank, clash.in_words(other, &path));
            }
        }
        self.update.actions.push((path, action));
    }
}

/// A term as a value to assign; `None` where a problem has been noted.
fn as_assigned(term: &Term) -> Option<Assigned> {
    match term {
        Term::Path(path) => Some(Assigned::Path(path.clone())),
        Term::Value(value) => Some(Assigned::Value(value.clone())),
        Term::Call { name, arguments } => match (name.as_str(), arguments.as_slice()) {
            ("if_not_exists", [Term::Path(path), other]) => {
                Some(Assigned::IfNotExists(path.clone(), Box::new(as_assigned(other)?)))
            }
            ("list_append", [one, two]) => {
                Some(Assigned::ListAppend(Box::new(as_assigned(one)?), Box::new(as_assigned(two)?)))
            }
            _ => None,
        },
        Term::Truth(_) | Term::Undefined => None,
    }
}

/// The item after `update`. Right sides see the item as it was; `REMOVE` comes last and from the end,
/// so that the indexes of lists mean what they meant before.
pub fn apply(update: &Update, item: &Item) -> Result<Item, UpdateError> {
    applied(update, item).map_err(|error| match error {
        UpdateError::WrongType if update.is_legacy => UpdateError::LegacyMismatch,
        error => error,
    })
}

fn applied(update: &Update, item: &Item) -> Result<Item, UpdateError> {
    let mut result = item.clone();
    let mut writes: Vec<(&Path, AttributeValue)> = Vec::new();
    for (path, action) in &update.actions {
        match action {
            Action::Set(assigned) => writes.push((path, assigned.evaluate(item)?.clone())),
            Action::Add(value) => {
                let sum = match path.find(item) {
                    Some(existing) => added(existing, value)?,
                    None => value.clone(),
                };
                writes.push((path, sum));
            }
            Action::Delete(_) | Action::Remove => {}
        }
    }
    writes.sort_by(|one, two| one.0.cmp(two.0));
    for (path, value) in writes {
        place(&mut result, path, value)?;
    }
    let mut removed: Vec<&Path> = Vec::new();
    for (path, action) in &update.actions {
        match action {
            Action::Delete(members) => match path.find(item).map(|existing| without(existing, members)).transpose()? {
                Some(Some(rest)) => place(&mut result, path, rest)?,
                Some(None) => removed.push(path),
                None => check_parent(&result, path)?,
            },
            Action::Remove => removed.push(path),
            Action::Set(_) | Action::Add(_) => {}
        }
    }
    removed.sort();
    for path in removed.into_iter().rev() {
        remove(&mut result, path)?;
    }
    Ok(result)
}

impl Assigned {
    fn collect_sources<'a>(&'a self, found: &mut Vec<&'a Path>) {
        match self {
            Self::Path(path) => found.push(path),
            Self::Value(_) => {}
            Self::IfNotExists(path, other) => {
                found.push(path);
                other.collect_sources(found);
            }
            Self::Plus(one, two) | Self::Minus(one, two) | Self::ListAppend(one, two) => {
                one.collect_sources(found);
                two.collect_sources(found);
            }
        }
    }

    fn evaluate(&self, item: &Item) -> Result<AttributeValue, UpdateError> {
        match self {
            Self::Path(path) => path.find(item).cloned().ok_or(UpdateError::MissingAttribute),
            Self::Value(value) => Ok(value.clone()),
            Self::Plus(left, right) => arithmetic(Decimal::add, left.evaluate(item)?, right.evaluate(item)?),
            Self::Minus(left, right) => arithmetic(Decimal::subtract, left.evaluate(item)?, right.evaluate(item)?),
            Self::IfNotExists(path, other) => match path.find(item) {
                Some(value) => Ok(value.clone()),
                None => other.evaluate(item),
            },
            Self::ListAppend(one, two) => match (one.evaluate(item)?, two.evaluate(item)?) {
                (AttributeValue::L(mut one), AttributeValue::L(two)) => {
                    one.extend(two);
                    Ok(AttributeValue::L(one))
                }
                _ => Err(UpdateError::WrongType),
            },
        }
    }
}

type Arithmetic = fn(Decimal, Decimal) -> Result<Decimal, NumberError>;

fn arithmetic(
    operation: Arithmetic,
    left: AttributeValue,
    right: AttributeValue,
) -> Result<AttributeValue, UpdateError> {
    match (left, right) {
        (AttributeValue::N(left), AttributeValue::N(right)) => {
            operation(left, right).map(AttributeValue::N).map_err(UpdateError::Number)
        }
        _ => Err(UpdateError::WrongType),
    }
}

/// `existing` with `value` added to it.
fn added(existing: &AttributeValue, value: &AttributeValue) -> Result<AttributeValue, UpdateError> {
    match (existing, value) {
        (AttributeValue::N(existing), AttributeValue::N(value)) => {
            existing.add(*value).map(AttributeValue::N).map_err(UpdateError::Number)
        }
        (AttributeValue::Ss(existing), AttributeValue::Ss(more)) => Ok(AttributeValue::Ss(union(existing, more))),
        (AttributeValue::Ns(existing), AttributeValue::Ns(more)) => Ok(AttributeValue::Ns(union(existing, more))),
        (AttributeValue::Bs(existing), AttributeValue::Bs(more)) => Ok(AttributeValue::Bs(union(existing, more))),
        (AttributeValue::L(existing), AttributeValue::L(more)) => {
            Ok(AttributeValue::L(existing.iter().chain(more).cloned().collect()))
        }
        _ => Err(UpdateError::WrongType),
    }
}

fn union<T: Ord + Clone>(one: &[T], two: &[T]) -> Vec<T> {
    one.iter().chain(two).cloned().collect::<BTreeSet<T>>().into_iter().collect()
}

/// `existing` without `members`; `None` when nothing is left.
fn without(existing: &AttributeValue, members: &AttributeValue) -> Result<Option<AttributeValue>, UpdateError> {
    fn rest<T: Ord + Clone>(one: &[T], two: &[T]) -> Option<Vec<T>> {
        let left: Vec<T> = one.iter().filter(|member| two.binary_search(member).is_err()).cloned().collect();
        (!left.is_empty()).then_some(left)
    }
    match (existing, members) {
        (AttributeValue::Ss(one), AttributeValue::Ss(two)) => Ok(rest(one, two).map(AttributeValue::Ss)),
        (AttributeValue::Ns(one), AttributeValue::Ns(two)) => Ok(rest(one, two).map(AttributeValue::Ns)),
        (AttributeValue::Bs(one), AttributeValue::Bs(two)) => Ok(rest(one, two).map(AttributeValue::Bs)),
        _ => Err(UpdateError::WrongType),
    }
}

/// The container of the last step of `path`: the map or list in which it is a member.
enum Container<'a> {
    Map(&'a mut Item, &'a str),
    List(&'a mut Vec<AttributeValue>, usize),
}

fn container<'a>(item: &'a mut Item, path: &'a Path) -> Result<Container<'a>, UpdateError> {
    let Some((last, parents)) = path.0[1..].split_last() else {
        return Ok(Container::Map(item, path.head()));
    };
    let mut value = item.get_mut(path.head()).ok_or(UpdateError::InvalidPath)?;
    for segment in parents {
        value = match (segment, value) {
            (Segment::Name(name), AttributeValue::M(map)) => map.get_mut(name),
            (Segment::Index(index), AttributeValue::L(list)) => list.get_mut(*index),
            _ => None,
        }
        .ok_or(UpdateError::InvalidPath)?;
    }
    match (last, value) {
        (Segment::Name(name), AttributeValue::M(map)) => Ok(Container::Map(map, name)),
        (Segment::Index(index), AttributeValue::L(list)) => Ok(Container::List(list, *index)),
        _ => Err(UpdateError::InvalidPath),
    }
}

fn check_parent(item: &Item, path: &Path) -> Result<(), UpdateError> {
    let Some((_, parents)) = path.0.split_last() else { return Ok(()) };
    let fits = match path.0[parents.len()..] {
        _ if parents.is_empty() => true,
        [Segment::Name(_)] => matches!(Path(parents.to_vec()).find(item), Some(AttributeValue::M(_))),
        _ => matches!(Path(parents.to_vec()).find(item), Some(AttributeValue::L(_))),
    };
    if fits { Ok(()) } else { Err(UpdateError::InvalidPath) }
}

/// Puts `value` at `path`; beyond the end of a list it becomes the last element.
fn place(item: &mut Item, path: &Path, value: AttributeValue) -> Result<(), UpdateError> {
    match container(item, path)? {
        Container::Map(map, name) => {
            map.insert(name.to_owned(), value);
        }
        Container::List(list, index) => match list.get_mut(index) {
            Some(element) => *element = value,
            None => list.push(value),
        },
    }
    Ok(())
}

fn remove(item: &mut Item, path: &Path) -> Result<(), UpdateError> {
    match container(item, path)? {
        Container::Map(map, name) => {
            map.remove(name);
        }
        Container::List(list, index) if index < list.len() => {
            list.remove(index);
        }
        Container::List(..) => {}
    }
    Ok(())
}
