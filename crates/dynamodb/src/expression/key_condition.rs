//! Key conditions: which part of a table or an index a Query reads.

use super::{Comparator, Condition, Operand, Path};
use crate::value::AttributeValue;

/// What a key attribute must be.
#[derive(Clone, Debug, PartialEq)]
pub enum KeyTest {
    /// Compared with a value.
    Compare(Comparator, AttributeValue),
    /// Between two values, both included.
    Between(AttributeValue, AttributeValue),
    /// Beginning with a value.
    BeginsWith(AttributeValue),
    /// Something that no index can look up (only the legacy parameters can say it).
    NotIndexable,
}

impl KeyTest {
    /// The values that the attribute is tested against.
    pub fn values(&self) -> Vec<&AttributeValue> {
        match self {
            Self::Compare(_, value) | Self::BeginsWith(value) => vec![value],
            Self::Between(low, high) => vec![low, high],
            Self::NotIndexable => vec![],
        }
    }
}

/// A test of one key attribute.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyCondition {
    /// The attribute's name.
    pub attribute: String,
    /// What it must be.
    pub test: KeyTest,
}

/// All tests of a Query.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KeyConditions(pub Vec<KeyCondition>);

impl KeyConditions {
    /// Takes a condition apart into tests of single attributes, refusing whatever an index cannot look
    /// up. The error is the whole message.
    pub fn of(condition: Condition) -> Result<Self, String> {
        let mut tests = Self::default();
        tests.collect(condition)?;
        Ok(tests)
    }

    /// The test of `attribute`.
    pub fn test(&self, attribute: &str) -> Option<&KeyTest> {
        self.0.iter().find(|condition| condition.attribute == attribute).map(|condition| &condition.test)
    }

    fn collect(&mut self, condition: Condition) -> Result<(), String> {
        match condition {
            Condition::And(parts) => parts.into_iter().try_for_each(|part| self.collect(part)),
            Condition::Compare(Comparator::NotEqual, ..) => Err(invalid_operator("<>")),
            Condition::Compare(comparator, left, right) => {
                let (attribute, value, comparator) = match (left, right) {
                    (Operand::Path(path), Operand::Path(_)) => {
                        check_whole(&path)?;
                        return Err(format!("{IN_CONDITION}Multiple attribute names used in one condition"));
                    }
                    (Operand::Path(path), value) => (path, value, comparator),
                    (value, Operand::Path(path)) => (path, value, comparator.mirrored()),
                    _ => return Err(format!("{IN_CONDITION}No key attribute specified")),
                };
                self.add(&attribute, KeyTest::Compare(comparator, literal(value)?))
            }
            Condition::Between(Operand::Path(path), low, high) => {
                self.add(&path, KeyTest::Between(literal(low)?, literal(high)?))
            }
            Condition::Between(..) => Err(first_operand("BETWEEN")),
            Condition::BeginsWith(Operand::Path(path), prefix) => {
                self.add(&path, KeyTest::BeginsWith(literal(prefix)?))
            }
            Condition::BeginsWith(..) => Err(first_operand("begins_with")),
            Condition::Or(_) => Err(invalid_operator("OR")),
            Condition::Not(_) => Err(invalid_operator("NOT")),
            Condition::In(..) => Err(invalid_operator("IN")),
            Condition::Exists(_) => Err(invalid_operator("attribute_exists")),
            Condition::NotExists(_) => Err(invalid_operator("attribute_not_exists")),
            Condition::HasType(..) => Err(invalid_operator("attribute_type")),
            Condition::Contains(..) => Err(invalid_operator("contains")),
        }
    }

    fn add(&mut self, path: &Path, test: KeyTest) -> Result<(), String> {
        check_whole(path)?;
        let attribute = path.head();
        if self.test(attribute).is_some() {
            return Err(format!("{INVALID}KeyConditionExpressions must only contain one condition per key"));
        }
        self.0.push(KeyCondition { attribute: attribute.to_owned(), test });
        Ok(())
    }
}

const INVALID: &str = "Invalid KeyConditionExpression: ";
const IN_CONDITION: &str = "Invalid condition in KeyConditionExpression: ";

fn check_whole(path: &Path) -> Result<(), String> {
    match path.as_attribute() {
        Some(_) => Ok(()),
        None => Err(format!("{INVALID}KeyConditionExpressions cannot have conditions on nested attributes")),
    }
}

fn invalid_operator(operator: &str) -> String {
    format!("Invalid operator used in KeyConditionExpression: {operator}")
}

fn first_operand(operator: &str) -> String {
    format!("{IN_CONDITION}{operator} operator must have the key attribute as its first operand")
}

fn literal(operand: Operand) -> Result<AttributeValue, String> {
    match operand {
        Operand::Value(value) => Ok(value),
        Operand::Path(_) => Err(format!("{IN_CONDITION}Multiple attribute names used in one condition")),
        Operand::Size(_) | Operand::Truth(_) => {
            Err(format!("{INVALID}KeyConditionExpressions cannot contain nested operations"))
        }
    }
}
