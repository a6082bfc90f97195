//! Which parts of a table or an index a SELECT reads.
//!
//! A condition that pins the partition key in every alternative is taken apart into queries; any other
//! one is a filter of a scan. The whole condition is the filter in both cases: the queries only spare
//! reading what cannot meet it.

use std::{cmp::Ordering, collections::BTreeSet, ops::Bound};

use kernel::AwsError;

use super::statement::{Order, Select};
use crate::{
    api::Input,
    expression::{Comparator, Condition, KeyCondition, KeyConditions, KeyTest, Operand, Path, compare},
    rules::{
        invalid_values,
        read::{self, Area},
    },
    state::{IndexDefinition, KeyAttribute, KeySchema},
    value::{AttributeValue, Item},
};

/// Queries into which one statement may be taken apart.
const MAX_READS: usize = 50;
/// Alternatives that are looked at for that: more have more than [`MAX_READS`] queries in them.
const MAX_ALTERNATIVES: usize = 1000;

/// One of the alternatives of a condition: all of these.
type Alternative<'a> = Vec<&'a Condition>;

/// One query.
struct Read<'a> {
    hash: &'a AttributeValue,
    area: Area,
    /// The alternative from which it comes.
    of: usize,
}

/// The stretches that a SELECT from the table with the key `table`, or from one of its indexes, reads one
/// after the other.
pub fn plan(select: &Select, table: &KeySchema, index: Option<&IndexDefinition>) -> Result<Vec<Area>, AwsError> {
    let keys = index.map_or(table, |index| &index.keys);
    check_order(&select.order, select.condition.as_ref(), keys)?;
    let alternatives = match &select.condition {
        Some(condition) => keyed_alternatives(condition, keys)?,
        None => None,
    };
    let Some(alternatives) = alternatives else {
        if !select.order.is_empty() {
            return Err(AwsError::validation(
                "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause.",
            ));
        }
        return Ok(vec![read::scanned(Input(&serde_json::Value::Null))]);
    };
    let mut reads = reads(&alternatives, keys)?;
    put_in_order(&mut reads, &select.order, keys)?;
    if let (Some(index), Some(first)) = (index, reads.first()) {
        check_projected(&alternatives[first.of], table, index)?;
    }
    Ok(reads.into_iter().map(|read| read.area).collect())
}

/// The key of the only item that `condition` can be about, if it is about nothing but that.
pub fn key_only(condition: &Condition, keys: &KeySchema) -> Option<Item> {
    let mut key = Item::new();
    for part in conjuncts(condition) {
        let (name, test) = keys.attributes().find_map(|key| Some((&key.name, tests(part, &key.name)?)))?;
        let [KeyTest::Compare(Comparator::Equal, value)] = test.as_slice() else { return None };
        if key.insert(name.clone(), value.clone()).is_some_and(|other| other != *value) {
            return None;
        }
    }
    (key.len() == keys.attributes().count()).then_some(key)
}

/// The values to one of which `condition` pins the partition key, if it does in every alternative.
pub fn pinned<'a>(condition: &'a Condition, keys: &KeySchema) -> Option<Vec<&'a AttributeValue>> {
    let hash = &keys.hash.first()?.name;
    let alternatives = keyed_alternatives(condition, keys).ok()??;
    Some(alternatives.iter().flat_map(|parts| hash_values(parts, hash)).collect())
}

/// The parts of which all must hold.
pub fn conjuncts(condition: &Condition) -> Vec<&Condition> {
    match condition {
        Condition::And(parts) => parts.iter().flat_map(conjuncts).collect(),
        other => vec![other],
    }
}

/// The value that `condition` demands of the attribute `name`, if that is all that it does.
pub fn equality<'a>(condition: &'a Condition, name: &str) -> Option<&'a AttributeValue> {
    match condition {
        Condition::Compare(Comparator::Equal, Operand::Path(path), Operand::Value(value))
        | Condition::Compare(Comparator::Equal, Operand::Value(value), Operand::Path(path)) => {
            (path.as_attribute() == Some(name)).then_some(value)
        }
        _ => None,
    }
}

/// The tests of the attribute `name` of which one must pass, if `condition` is nothing else and an index
/// can look them up.
fn tests(condition: &Condition, name: &str) -> Option<Vec<KeyTest>> {
    let is_it = |operand: &Operand| matches!(operand, Operand::Path(path) if path.as_attribute() == Some(name));
    match condition {
        Condition::Compare(Comparator::NotEqual, ..) => None,
        Condition::Compare(sign, left, Operand::Value(value)) if is_it(left) => {
            Some(vec![KeyTest::Compare(*sign, value.clone())])
        }
        Condition::Compare(sign, Operand::Value(value), right) if is_it(right) => {
            Some(vec![KeyTest::Compare(sign.mirrored(), value.clone())])
        }
        Condition::Between(value, Operand::Value(low), Operand::Value(high)) if is_it(value) => {
            Some(vec![KeyTest::Between(low.clone(), high.clone())])
        }
        Condition::BeginsWith(value, Operand::Value(prefix)) if is_it(value) => {
            Some(vec![KeyTest::BeginsWith(prefix.clone())])
        }
        Condition::In(value, candidates) if is_it(value) => {
            let equal = |candidate: &Operand| match candidate {
                Operand::Value(value) => Some(KeyTest::Compare(Comparator::Equal, value.clone())),
                _ => None,
            };
            candidates.iter().map(equal).collect()
        }
        _ => None,
    }
}

/// The alternatives of `condition`, if each of them pins the partition key to values.
fn keyed_alternatives<'a>(
    condition: &'a Condition,
    keys: &KeySchema,
) -> Result<Option<Vec<Alternative<'a>>>, AwsError> {
    let Some(hash) = keys.hash.first().map(|key| key.name.as_str()) else { return Ok(None) };
    let names: Vec<&str> = keys.attributes().map(|key| key.name.as_str()).collect();
    if !may_pin(condition, hash) {
        return Ok(None);
    }
    let alternatives = expand(condition, &names).ok_or_else(too_many)?;
    let pinned = alternatives.iter().all(|parts| !hash_values(parts, hash).is_empty());
    Ok(pinned.then_some(alternatives))
}

/// Whether every alternative of `condition` pins the attribute, found without listing them.
fn may_pin(condition: &Condition, hash: &str) -> bool {
    match condition {
        Condition::And(parts) => parts.iter().any(|part| may_pin(part, hash)),
        Condition::Or(parts) => parts.iter().all(|part| may_pin(part, hash)),
        other => pinned_values(other, hash).is_some(),
    }
}

/// The values to which `condition` pins the attribute.
fn pinned_values<'a>(condition: &'a Condition, name: &str) -> Option<Vec<&'a AttributeValue>> {
    match condition {
        Condition::In(Operand::Path(path), candidates) if path.as_attribute() == Some(name) => {
            let value = |candidate: &'a Operand| match candidate {
                Operand::Value(value) => Some(value),
                _ => None,
            };
            candidates.iter().map(value).collect()
        }
        other => equality(other, name).map(|value| vec![value]),
    }
}

/// The values to which all of `parts` together pin the partition key; none if they contradict each
/// other, or pin nothing.
fn hash_values<'a>(parts: &[&'a Condition], hash: &str) -> Vec<&'a AttributeValue> {
    let mut pins = parts.iter().filter_map(|part| pinned_values(part, hash));
    let Some(first) = pins.next() else { return Vec::new() };
    pins.fold(first, |left, right| left.into_iter().filter(|value| right.contains(value)).collect())
}

/// Multiplies out what concerns the keys; other alternatives are left to the filter.
fn expand<'a>(condition: &'a Condition, keys: &[&str]) -> Option<Vec<Alternative<'a>>> {
    match condition {
        Condition::And(parts) => {
            let mut product: Vec<Alternative<'a>> = vec![Vec::new()];
            for part in parts {
                let factors = expand(part, keys)?;
                if product.len() * factors.len() > MAX_ALTERNATIVES {
                    return None;
                }
                product = product
                    .iter()
                    .flat_map(|left| factors.iter().map(move |right| [left.as_slice(), right].concat()))
                    .collect();
            }
            Some(product)
        }
        Condition::Or(parts) if parts.iter().any(|part| concerns(part, keys)) => {
            let alternatives = parts.iter().map(|part| expand(part, keys)).collect::<Option<Vec<_>>>()?.concat();
            (alternatives.len() <= MAX_ALTERNATIVES).then_some(alternatives)
        }
        other => Some(vec![vec![other]]),
    }
}

/// Whether there is a test of a key in `condition` that an index can look up.
fn concerns(condition: &Condition, keys: &[&str]) -> bool {
    match condition {
        Condition::And(parts) | Condition::Or(parts) => parts.iter().any(|part| concerns(part, keys)),
        other => keys.iter().any(|key| tests(other, key).is_some()),
    }
}

/// Whether a part says what the sort key must not be.
fn excludes(condition: &Condition, range: &str) -> bool {
    let negative = matches!(condition, Condition::Not(_) | Condition::Compare(Comparator::NotEqual, ..));
    negative && read::paths(condition).iter().any(|path| path.head() == range)
}

/// The queries of all alternatives, refused if they overlap. What excludes sort keys overlaps with all
/// of its partition, and then that is read once.
fn reads<'a>(alternatives: &[Alternative<'a>], keys: &KeySchema) -> Result<Vec<Read<'a>>, AwsError> {
    let Some(hash) = keys.hash.first() else { return Ok(Vec::new()) };
    let range = keys.range.first();
    let mut reads = Vec::new();
    let mut whole: Vec<&AttributeValue> = Vec::new();
    for (of, parts) in alternatives.iter().enumerate() {
        let stretches = match range {
            Some(range) => range_tests(parts, range)?,
            None => vec![None],
        };
        for value in hash_values(parts, &hash.name) {
            check_kind(hash, value)?;
            if range.is_some_and(|range| parts.iter().any(|part| excludes(part, &range.name))) {
                whole.push(value);
            }
            for test in &stretches {
                if reads.len() == MAX_READS {
                    return Err(too_many());
                }
                reads.push(Read { hash: value, area: area(keys, value, test.clone())?, of });
            }
        }
    }
    for value in whole {
        let of = reads.iter().find(|read| read.hash == value).map_or(0, |read| read.of);
        let several = reads.iter().filter(|read| read.hash == value).count() > 1;
        if several {
            reads.retain(|read| read.hash != value);
            reads.push(Read { hash: value, area: area(keys, value, None)?, of });
        }
    }
    for (position, one) in reads.iter().enumerate() {
        if reads[position + 1..].iter().any(|other| overlap(&one.area, &other.area)) {
            return Err(AwsError::validation(
                "Overlapping conditions with range keys are not supported in where clause",
            ));
        }
    }
    Ok(reads)
}

/// The tests of the sort key, each of which is a stretch to be read; `None` is all of the partition.
fn range_tests(parts: &[&Condition], range: &KeyAttribute) -> Result<Vec<Option<KeyTest>>, AwsError> {
    let found: Vec<Vec<KeyTest>> = parts.iter().filter_map(|part| tests(part, &range.name)).collect();
    for value in found.iter().flatten().flat_map(KeyTest::values) {
        check_kind(range, value)?;
    }
    let is_equal = |tests: &&Vec<KeyTest>| matches!(tests.first(), Some(KeyTest::Compare(Comparator::Equal, _)));
    let best = found.iter().find(is_equal).or(found.first());
    Ok(best.map_or_else(|| vec![None], |tests| tests.iter().cloned().map(Some).collect()))
}

fn check_kind(key: &KeyAttribute, value: &AttributeValue) -> Result<(), AwsError> {
    if value.type_name() == key.kind.name() {
        return Ok(());
    }
    Err(AwsError::validation(format!(
        "Key attribute's data type should match its data type in table's schema: Key {}",
        key.name
    )))
}

fn area(keys: &KeySchema, hash: &AttributeValue, range: Option<KeyTest>) -> Result<Area, AwsError> {
    let condition = |key: &KeyAttribute, test: KeyTest| KeyCondition { attribute: key.name.clone(), test };
    let equal = KeyTest::Compare(Comparator::Equal, hash.clone());
    let mut conditions: Vec<KeyCondition> = keys.hash.iter().map(|key| condition(key, equal.clone())).collect();
    conditions.extend(keys.range.first().zip(range).map(|(key, test)| condition(key, test)));
    read::queried(keys, &KeyConditions(conditions))
}

fn overlap(one: &Area, other: &Area) -> bool {
    let before = |end: &Bound<Vec<u8>>, begin: &Bound<Vec<u8>>| match (end, begin) {
        (Bound::Included(end), Bound::Included(begin)) => end < begin,
        (Bound::Included(end) | Bound::Excluded(end), Bound::Included(begin) | Bound::Excluded(begin)) => end <= begin,
        _ => false,
    };
    !before(&one.to, &other.from) && !before(&other.to, &one.from)
}

fn too_many() -> AwsError {
    AwsError::validation("Too many decomposed read operations for a given query.")
}

fn check_order(order: &[Order], condition: Option<&Condition>, keys: &KeySchema) -> Result<(), AwsError> {
    if order.is_empty() {
        return Ok(());
    }
    if condition.is_none() {
        return Err(AwsError::validation("Must have WHERE clause in the statement when using ORDER BY clause."));
    }
    match order.iter().find(|order| !keys.contains(&order.attribute)) {
        None => Ok(()),
        Some(Order { attribute, .. }) => Err(AwsError::validation(format!(
            "Attribute {attribute} in ORDER BY clause must be part of the primary key"
        ))),
    }
}

/// Puts queries in the order that is asked for. Without one, partitions come as Java's hash maps list
/// them and are read forwards; an order that does not name the sort key reads it backwards. (Both were
/// found by measurement.)
fn put_in_order(reads: &mut [Read<'_>], order: &[Order], keys: &KeySchema) -> Result<(), AwsError> {
    let by = |half: &[KeyAttribute]| order.iter().find(|order| half.iter().any(|key| key.name == order.attribute));
    let (by_hash, by_range) = (by(&keys.hash), by(&keys.range));
    let several = reads.iter().any(|read| read.hash != reads[0].hash);
    if several && by_hash.is_none() && !order.is_empty() {
        return Err(AwsError::validation(
            "Must have hash key in ORDER BY clause when more than one hash key condition specified in WHERE clause.",
        ));
    }
    let forward = if order.is_empty() { true } else { by_range.is_some_and(|order| !order.descending) };
    let turned = |order: Ordering, descending: bool| if descending { order.reverse() } else { order };
    reads.sort_by(|one, other| turned(begin(&one.area).cmp(begin(&other.area)), !forward));
    if let Some(by) = by_hash {
        let compared = |one: &Read<'_>, other: &Read<'_>| compare(one.hash, other.hash).unwrap_or(Ordering::Equal);
        reads.sort_by(|one, other| turned(compared(one, other), by.descending));
    } else {
        let count = reads.iter().map(|read| hash_text(read.hash)).collect::<BTreeSet<_>>().len();
        reads.sort_by_cached_key(|read| {
            let text = hash_text(read.hash);
            (bucket(&text, count), text)
        });
    }
    for read in reads {
        read.area.forward = forward;
    }
    Ok(())
}

fn begin(area: &Area) -> &[u8] {
    match &area.from {
        Bound::Included(begin) | Bound::Excluded(begin) => begin,
        Bound::Unbounded => &[],
    }
}

fn hash_text(value: &AttributeValue) -> String {
    match value {
        AttributeValue::S(text) => text.clone(),
        AttributeValue::N(number) => number.to_string(),
        other => other.to_json().to_string(),
    }
}

/// Where `text` comes in a Java hash map of `count` texts.
fn bucket(text: &str, count: usize) -> u32 {
    let mut capacity: u32 = 16;
    while count > capacity as usize * 3 / 4 {
        capacity *= 2;
    }
    let hash = text.encode_utf16().fold(0_u32, |hash, unit| hash.wrapping_mul(31).wrapping_add(u32::from(unit)));
    (hash ^ (hash >> 16)) & (capacity - 1)
}

/// Refuses a filter on attributes that the index does not hold. AWS looks at what is read first only.
fn check_projected(parts: &[&Condition], table: &KeySchema, index: &IndexDefinition) -> Result<(), AwsError> {
    let mut missing: Vec<&str> = Vec::new();
    for head in parts.iter().flat_map(|part| read::paths(part)).map(Path::head) {
        if !index.projects(table, head) && !missing.contains(&head) {
            missing.push(head);
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let count = missing.len();
    missing.sort_by_key(|name| bucket(name, count));
    Err(invalid_values(format_args!(
        "Secondary index {} does not project one or more filter attributes: [{}]",
        index.name,
        missing.join(", ")
    )))
}
