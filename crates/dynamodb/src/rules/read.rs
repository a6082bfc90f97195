//! Which part of a table or an index a Query or a Scan reads, and what it may ask for.

use std::ops::{Bound, RangeBounds};

use kernel::AwsError;

use super::{INVALID_VALUES, invalid_values, item, wording::Layer};
use crate::{
    api::Input,
    expression::{Comparator, Condition, KeyConditions, KeyTest, Operand, Path, begins_with, compares},
    state::{IndexDefinition, KeyAttribute, KeySchema, Table},
    value::{AttributeValue, Item, ValueError, key, parse_item},
};

/// What is returned of each item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Select {
    /// Every attribute, even those that an index does not hold.
    All,
    /// What the table or the index holds, or what a projection names.
    Held,
    /// Nothing but the number of items.
    Count,
}

/// `Select`, with what it says about projections.
pub fn select(input: Input<'_>, layer: Layer) -> Result<Select, AwsError> {
    let projection = ["ProjectionExpression", "AttributesToGet"].into_iter().find(|name| input.has(name));
    let select = input.text("Select");
    match (select, projection) {
        (Some("COUNT"), Some(name)) => {
            Err(layer.refuse(format_args!("Cannot specify the {name} when choosing to get only the Count")))
        }
        (Some(all @ ("ALL_ATTRIBUTES" | "ALL_PROJECTED_ATTRIBUTES")), Some(name)) => {
            Err(layer.refuse(format_args!("Cannot specify the {name} when choosing to get {all}")))
        }
        (Some("SPECIFIC_ATTRIBUTES"), None) => Err(layer.refuse(
            "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES",
        )),
        (Some("ALL_PROJECTED_ATTRIBUTES"), None) if !input.has("IndexName") => Err(layer.refuse(format_args!(
            "{INVALID_VALUES}ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName"
        ))),
        (Some("COUNT"), None) => Ok(Select::Count),
        (Some("ALL_ATTRIBUTES"), None) => Ok(Select::All),
        _ => Ok(Select::Held),
    }
}

/// A stretch of a table or an index.
pub struct Area {
    /// Where it begins.
    pub from: Bound<Vec<u8>>,
    /// Where it ends.
    pub to: Bound<Vec<u8>>,
    /// Whether it is read from its beginning.
    pub forward: bool,
    /// What a start key must meet to lie in it.
    tests: Vec<(String, KeyTest)>,
}

impl Area {
    /// Where reading begins; nothing if it is the beginning or the end of all.
    pub fn place(&self) -> &[u8] {
        match if self.forward { &self.from } else { &self.to } {
            Bound::Included(place) | Bound::Excluded(place) => place,
            Bound::Unbounded => &[],
        }
    }

    /// Leaves out everything up to the item with the key `start`, in the direction of reading.
    pub fn begin_after(
        &mut self,
        table: &Table,
        index: Option<&IndexDefinition>,
        start: &Item,
        input: Input<'_>,
    ) -> Result<(), AwsError> {
        let keys = index.map_or(&table.definition.keys, |index| &index.keys);
        let is_hash = |name: &str| keys.hash.iter().any(|key| key.name == name);
        let meets = |hash: bool| {
            let mut tests = self.tests.iter().filter(|(name, _)| is_hash(name) == hash);
            tests.all(|(name, test)| start.get(name).is_some_and(|value| passes(test, value)))
        };
        let has_range_test = self.tests.iter().any(|(name, _)| !is_hash(name));
        if !meets(false) {
            return Err(AwsError::validation("The provided starting key does not match the range key predicate"));
        }
        if !meets(true) {
            return Err(AwsError::validation(if has_range_test {
                "The query can return at most one row and cannot be restarted"
            } else {
                "The provided starting key is outside query boundaries based on provided conditions"
            }));
        }
        let place = match index {
            Some(index) => table.index_place(index, start),
            None => table.definition.keys.encode(start),
        };
        // The key has been checked to be whole.
        let place = place.unwrap_or_default();
        let area = (self.from.as_ref(), self.to.as_ref());
        if self.tests.is_empty() && !RangeBounds::<Vec<u8>>::contains(&area, &place) {
            let number = |name| input.number(name).unwrap_or_default();
            let (total, segment) = (number("TotalSegments"), number("Segment"));
            return Err(AwsError::validation(format!(
                "{INVALID_START}: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. \
                 TotalSegments: {total} Segment: {segment}"
            )));
        }
        if self.forward {
            self.from = Bound::Excluded(place);
        } else {
            self.to = Bound::Excluded(place);
        }
        Ok(())
    }
}

/// The area of a Query of a table or an index with the key `keys`.
pub fn queried(keys: &KeySchema, conditions: &KeyConditions) -> Result<Area, AwsError> {
    let (count, most) = (conditions.0.len(), keys.attributes().count());
    if count > most && count > 2 {
        return Err(AwsError::validation(format!(
            "The number of query conditions ({count}) exceeds the number of key attributes defined in the schema \
             ({most})"
        )));
    }
    if most == 1 && count > 1 {
        return Err(AwsError::validation("Query key condition not supported"));
    }
    let mut hash = Vec::new();
    for attribute in &keys.hash {
        let test = test_of(attribute, conditions)?.ok_or_else(|| missed(attribute))?;
        match test {
            KeyTest::Compare(Comparator::Equal, value) => hash.push(value),
            _ => return Err(AwsError::validation("Query key condition not supported")),
        }
    }
    let mut prefix = key::partition(hash);
    let mut last: Option<&KeyTest> = None;
    let mut open: Option<&KeyAttribute> = None;
    for attribute in &keys.range {
        let test = test_of(attribute, conditions)?;
        if let (Some(_), Some(open)) = (test, open) {
            return Err(AwsError::validation(format!(
                "RANGE key attributes {} must have equality conditions specified in the query because a condition is \
                 present on key attribute {}",
                open.name, attribute.name
            )));
        }
        match test {
            Some(KeyTest::Compare(Comparator::Equal, value)) => key::encode(value, &mut prefix),
            other => {
                open = Some(attribute);
                last = other;
            }
        }
    }
    let known = conditions.0.iter().filter(|condition| keys.contains(&condition.attribute)).count();
    if let Some(open) = open.filter(|_| known < count) {
        return Err(missed(open));
    }
    let (from, to) = bounds(prefix, last);
    let tests = conditions.0.iter().map(|condition| (condition.attribute.clone(), condition.test.clone())).collect();
    Ok(Area { from, to, forward: true, tests })
}

fn missed(attribute: &KeyAttribute) -> AwsError {
    AwsError::validation(format!("Query condition missed key schema element: {}", attribute.name))
}

/// The test of a key attribute, if there is one and its values can be keys.
fn test_of<'a>(attribute: &KeyAttribute, conditions: &'a KeyConditions) -> Result<Option<&'a KeyTest>, AwsError> {
    let Some(test) = conditions.test(&attribute.name) else { return Ok(None) };
    if *test == KeyTest::NotIndexable {
        return Err(AwsError::validation("Attempted conditional constraint is not an indexable operation"));
    }
    for value in test.values() {
        if value.type_name() != attribute.kind.name() {
            return Err(invalid_values("Condition parameter type does not match schema type"));
        }
        let empty = match value {
            AttributeValue::S(text) => text.is_empty(),
            AttributeValue::B(bytes) => bytes.is_empty(),
            _ => false,
        };
        if empty && matches!(test, KeyTest::Compare(Comparator::Equal, _)) {
            return Err(item::empty_key(attribute));
        }
    }
    Ok(Some(test))
}

type Bounds = (Bound<Vec<u8>>, Bound<Vec<u8>>);

/// The stretch of the keys that begin with `prefix` and then pass `test`.
fn bounds(prefix: Vec<u8>, test: Option<&KeyTest>) -> Bounds {
    let start = |value: &AttributeValue| {
        let mut place = prefix.clone();
        key::encode(value, &mut place);
        place
    };
    let after = |place: Vec<u8>| key::successor(&place).map_or(Bound::Unbounded, Bound::Excluded);
    let from_after = |place: Vec<u8>| key::successor(&place).map_or(Bound::Excluded(place), Bound::Included);
    let first = Bound::Included(prefix.clone());
    let end = after(prefix.clone());
    match test {
        Some(KeyTest::Compare(Comparator::Less, value)) => (first, Bound::Excluded(start(value))),
        Some(KeyTest::Compare(Comparator::LessOrEqual, value)) => (first, after(start(value))),
        Some(KeyTest::Compare(Comparator::Greater, value)) => (from_after(start(value)), end),
        Some(KeyTest::Compare(Comparator::GreaterOrEqual, value)) => (Bound::Included(start(value)), end),
        Some(KeyTest::Between(low, high)) => (Bound::Included(start(low)), after(start(high))),
        Some(KeyTest::BeginsWith(value)) => {
            let mut begin = prefix.clone();
            key::encode_prefix(value, &mut begin);
            (Bound::Included(begin.clone()), after(begin))
        }
        _ => (first, end),
    }
}

/// Refuses a filter on attributes of the key that a Query reads by.
pub fn check_filter(keys: &KeySchema, filter: Option<&Condition>, parameter: &str) -> Result<(), AwsError> {
    let paths = filter.map(paths).unwrap_or_default();
    match keys.attributes().find(|attribute| paths.iter().any(|path| path.head() == attribute.name)) {
        Some(attribute) => Err(AwsError::validation(format!(
            "{parameter} can only contain non-primary key attributes: Primary key attribute: {}",
            attribute.name
        ))),
        None => Ok(()),
    }
}

/// Where `condition` looks, in its order.
pub fn paths(condition: &Condition) -> Vec<&Path> {
    let mut found = Vec::new();
    collect_paths(condition, &mut found);
    found
}

fn collect_paths<'a>(condition: &'a Condition, found: &mut Vec<&'a Path>) {
    match condition {
        Condition::And(parts) | Condition::Or(parts) => parts.iter().for_each(|part| collect_paths(part, found)),
        Condition::Not(inner) => collect_paths(inner, found),
        Condition::Compare(_, one, two) | Condition::BeginsWith(one, two) | Condition::Contains(one, two) => {
            operand_paths(one, found);
            operand_paths(two, found);
        }
        Condition::Between(one, two, three) => [one, two, three].into_iter().for_each(|one| operand_paths(one, found)),
        Condition::In(one, others) => {
            operand_paths(one, found);
            for other in others {
                operand_paths(other, found);
            }
        }
        Condition::Exists(at) | Condition::NotExists(at) => found.push(at),
        Condition::HasType(one, _) => operand_paths(one, found),
    }
}

fn operand_paths<'a>(operand: &'a Operand, found: &mut Vec<&'a Path>) {
    match operand {
        Operand::Path(path) => found.push(path),
        Operand::Size(inner) => operand_paths(inner, found),
        Operand::Truth(condition) => collect_paths(condition, found),
        Operand::Value(_) => {}
    }
}

/// Refuses segments that make no sense.
pub fn check_segments(input: Input<'_>) -> Result<(), AwsError> {
    match (input.number("Segment"), input.number("TotalSegments")) {
        (Some(_), None) => Err(AwsError::validation(
            "The TotalSegments parameter is required but was not present in the request when Segment parameter is \
             present",
        )),
        (None, Some(_)) => Err(AwsError::validation(
            "The Segment parameter is required but was not present in the request when parameter TotalSegments is \
             present",
        )),
        (Some(segment), Some(total)) if segment >= total => Err(AwsError::validation(format!(
            "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: {segment} is \
             not less than TotalSegments: {total}"
        ))),
        _ => Ok(()),
    }
}

const INVALID_START: &str = "The provided starting key is invalid";

/// How finely a Scan is cut into segments: by the first twelve bits of places.
const SLICES: u64 = 4096;

/// The area of a Scan: everything, or a segment of the places.
pub fn scanned(input: Input<'_>) -> Area {
    let mut area = Area { from: Bound::Unbounded, to: Bound::Unbounded, forward: true, tests: Vec::new() };
    if let (Some(segment), Some(total)) = (input.number("Segment"), input.number("TotalSegments")) {
        let edge = |segment: u64| (segment * SLICES).div_ceil(total);
        let bytes = |slice: u64| u16::try_from(slice << 4).ok().map(|edge| edge.to_be_bytes().to_vec());
        area.from = bytes(edge(segment)).map_or(Bound::Unbounded, Bound::Included);
        if edge(segment + 1) < SLICES {
            area.to = bytes(edge(segment + 1)).map_or(Bound::Unbounded, Bound::Excluded);
        }
    }
    area
}

/// `ExclusiveStartKey`
pub fn start_key(input: Input<'_>, layer: Layer) -> Result<Option<Item>, AwsError> {
    let Some(key) = input.get("ExclusiveStartKey") else { return Ok(None) };
    parse_item(key).map(Some).map_err(|error| {
        let refusal = layer.refuse_value(&error);
        // AWS says so of some faults only.
        let bare = matches!(error, ValueError::Number(_) | ValueError::Duplicates(..) | ValueError::EmptySet("NS"));
        if bare { refusal } else { AwsError::validation(format!("{INVALID_START}: {}", refusal.message)) }
    })
}

/// Refuses a start key that is not a key of the table and the index. A Query looks at each attribute of
/// its key once: what the start key says of it, and then what the `conditions` say.
pub fn check_start(
    operation: &str,
    table: &Table,
    index: Option<&IndexDefinition>,
    start: &Item,
    conditions: Option<&KeyConditions>,
) -> Result<(), AwsError> {
    let keys = &table.definition.keys;
    let queried = index.map_or(keys, |index| &index.keys);
    let mut names: Vec<&str> = keys.attributes().chain(queried.attributes()).map(|key| key.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    if start.len() != names.len() {
        return Err(AwsError::validation(if operation == "Scan" && index.is_none() {
            format!("{INVALID_START}: {}", item::SCHEMA_MISMATCH)
        } else {
            INVALID_START.to_owned()
        }));
    }
    if operation == "Query" || index.is_some() {
        for (attribute, is_hash) in item::halves(queried) {
            let name = &attribute.name;
            let value = start.get(name).ok_or_else(|| AwsError::validation(INVALID_START))?;
            item::check_part(attribute, Some(value), is_hash)?;
            if is_hash && conditions.is_some_and(|conditions| conditions.test(name).is_none()) {
                return Err(AwsError::validation(format!("Query condition missed key schema element: {name}")));
            }
        }
    }
    Ok(())
}

/// Refuses a start key that has not the key of its item.
pub fn check_start_item(keys: &KeySchema, start: &Item) -> Result<(), AwsError> {
    item::check_key(keys, &keys.of(start))
        .map_err(|error| AwsError::validation(format!("{INVALID_START}: {}", error.message)))
}

fn passes(test: &KeyTest, value: &AttributeValue) -> bool {
    match test {
        KeyTest::Compare(comparator, other) => compares(*comparator, Some(value), Some(other)),
        KeyTest::Between(low, high) => {
            compares(Comparator::GreaterOrEqual, Some(value), Some(low))
                && compares(Comparator::LessOrEqual, Some(value), Some(high))
        }
        KeyTest::BeginsWith(prefix) => begins_with(value, prefix),
        KeyTest::NotIndexable => false,
    }
}
