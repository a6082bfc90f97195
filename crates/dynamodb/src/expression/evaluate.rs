//! Whether a condition holds for an item.

use std::{borrow::Cow, cmp::Ordering};

use super::{Comparator, Condition, Operand};
use crate::value::{AttributeValue, Decimal, Item};

/// Whether `condition` holds for `item`; a missing item is an empty one.
pub fn holds(condition: &Condition, item: &Item) -> bool {
    match condition {
        Condition::And(parts) => parts.iter().all(|part| holds(part, item)),
        Condition::Or(parts) => parts.iter().any(|part| holds(part, item)),
        Condition::Not(inner) => !holds(inner, item),
        Condition::Compare(comparator, left, right) => {
            compares(*comparator, value_of(left, item).as_deref(), value_of(right, item).as_deref())
        }
        Condition::Between(value, low, high) => {
            let value = value_of(value, item);
            compares(Comparator::GreaterOrEqual, value.as_deref(), value_of(low, item).as_deref())
                && compares(Comparator::LessOrEqual, value.as_deref(), value_of(high, item).as_deref())
        }
        Condition::In(value, candidates) => {
            let value = value_of(value, item);
            value.is_some() && candidates.iter().any(|candidate| value_of(candidate, item) == value)
        }
        Condition::Exists(path) => path.find(item).is_some(),
        Condition::NotExists(path) => path.find(item).is_none(),
        Condition::HasType(value, kind) => value_of(value, item).is_some_and(|value| value.type_name() == kind),
        Condition::BeginsWith(value, prefix) => match (value_of(value, item), value_of(prefix, item)) {
            (Some(value), Some(prefix)) => begins_with(&value, &prefix),
            _ => false,
        },
        Condition::Contains(value, member) => match (value_of(value, item), value_of(member, item)) {
            (Some(value), Some(member)) => contains(&value, &member),
            _ => false,
        },
    }
}

/// The order of two values of one type that has an order.
pub fn compare(left: &AttributeValue, right: &AttributeValue) -> Option<Ordering> {
    match (left, right) {
        (AttributeValue::S(left), AttributeValue::S(right)) => Some(left.as_bytes().cmp(right.as_bytes())),
        (AttributeValue::N(left), AttributeValue::N(right)) => Some(left.cmp(right)),
        (AttributeValue::B(left), AttributeValue::B(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

/// Whether a text holds a part, or a set or a list a member.
pub fn contains(value: &AttributeValue, member: &AttributeValue) -> bool {
    match (value, member) {
        (AttributeValue::S(text), AttributeValue::S(part)) => text.contains(part.as_str()),
        (AttributeValue::B(bytes), AttributeValue::B(part)) => {
            part.is_empty() || bytes.windows(part.len()).any(|window| window == part.as_slice())
        }
        (AttributeValue::Ss(members), AttributeValue::S(member)) => members.binary_search(member).is_ok(),
        (AttributeValue::Ns(members), AttributeValue::N(member)) => members.binary_search(member).is_ok(),
        (AttributeValue::Bs(members), AttributeValue::B(member)) => members.binary_search(member).is_ok(),
        (AttributeValue::L(values), member) => values.contains(member),
        _ => false,
    }
}

/// Whether `left` stands to `right` as `comparator` says. What is missing differs from everything and
/// compares with nothing.
pub fn compares(comparator: Comparator, left: Option<&AttributeValue>, right: Option<&AttributeValue>) -> bool {
    let (Some(left), Some(right)) = (left, right) else {
        return comparator == Comparator::NotEqual;
    };
    let order = || compare(left, right);
    match comparator {
        Comparator::Equal => left == right,
        Comparator::NotEqual => left != right,
        Comparator::Less => order().is_some_and(Ordering::is_lt),
        Comparator::LessOrEqual => order().is_some_and(Ordering::is_le),
        Comparator::Greater => order().is_some_and(Ordering::is_gt),
        Comparator::GreaterOrEqual => order().is_some_and(Ordering::is_ge),
    }
}

/// Whether a text or bytes begin with others.
pub fn begins_with(value: &AttributeValue, prefix: &AttributeValue) -> bool {
    match (value, prefix) {
        (AttributeValue::S(text), AttributeValue::S(prefix)) => text.starts_with(prefix.as_str()),
        (AttributeValue::B(bytes), AttributeValue::B(prefix)) => bytes.starts_with(prefix),
        _ => false,
    }
}

fn value_of<'a>(operand: &'a Operand, item: &'a Item) -> Option<Cow<'a, AttributeValue>> {
    match operand {
        Operand::Path(path) => path.find(item).map(Cow::Borrowed),
        Operand::Value(value) => Some(Cow::Borrowed(value)),
        Operand::Truth(condition) => Some(Cow::Owned(AttributeValue::Bool(holds(condition, item)))),
        Operand::Size(inner) => {
            let size = count(&*value_of(inner, item)?)?;
            Decimal::parse(&size.to_string()).ok().map(AttributeValue::N).map(Cow::Owned)
        }
    }
}

/// What `size` counts: characters, bytes, members.
fn count(value: &AttributeValue) -> Option<usize> {
    match value {
        AttributeValue::S(text) => Some(text.chars().count()),
        AttributeValue::B(bytes) => Some(bytes.len()),
        AttributeValue::L(values) => Some(values.len()),
        AttributeValue::M(members) => Some(members.len()),
        AttributeValue::Ss(members) => Some(members.len()),
        AttributeValue::Ns(members) => Some(members.len()),
        AttributeValue::Bs(members) => Some(members.len()),
        AttributeValue::N(_) | AttributeValue::Bool(_) | AttributeValue::Null => None,
    }
}
