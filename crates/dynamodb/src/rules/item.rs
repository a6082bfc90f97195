//! Whether an item or a key fits its table.

use std::collections::BTreeMap;

use kernel::AwsError;

use super::{invalid_values, read, vectors};
use crate::{
    expression::{Condition, Path, Projection, Update},
    state::{IndexDefinition, KeyAttribute, KeyKind, KeySchema, TableDefinition},
    value::{AttributeValue, Item, value_size},
};

/// The greatest sizes of key values, in bytes.
const MAX_HASH: usize = 2048;
const MAX_RANGE: usize = 1024;

/// Why a key is refused when it is not even shaped like the schema.
pub const SCHEMA_MISMATCH: &str = "The provided key element does not match the schema";

/// Checks that a whole item has its key, and index keys of the right types.
pub fn check_item(table: &TableDefinition, item: &Item) -> Result<(), AwsError> {
    for (attribute, is_hash) in halves(&table.keys) {
        let name = &attribute.name;
        let Some(value) = item.get(name) else {
            return Err(invalid_values(format_args!("Missing the key {name} in the item")));
        };
        if value.type_name() != attribute.kind.name() {
            let (expected, actual) = (attribute.kind.name(), value.type_name());
            return Err(invalid_values(format_args!(
                "Type mismatch for key {name} expected: {expected} actual: {actual}"
            )));
        }
        check_key_value(attribute, value, is_hash)?;
    }
    check_index_keys(table, |name| item.get(name))?;
    vectors::check(table, item.iter().map(|(name, value)| (name.as_str(), value)), false)
}

/// Checks that the values that `get` has for index keys have the right types and are not empty.
pub fn check_index_keys<'a>(
    table: &TableDefinition,
    get: impl Fn(&str) -> Option<&'a AttributeValue>,
) -> Result<(), AwsError> {
    for index in &table.indexes {
        for (attribute, is_hash) in halves(&index.keys) {
            let name = &attribute.name;
            let Some(value) = get(name).filter(|_| !table.keys.contains(name)) else { continue };
            if attribute.kind.name() != value.type_name() {
                return Err(index_key_mismatch(index, attribute, value.type_name()));
            }
            if is_empty(value) {
                return Err(AwsError::validation(format!(
                    "One or more parameter values are not valid. A value specified for a secondary index key is not \
                     supported. The AttributeValue for a key attribute cannot contain an empty {} value. IndexName: \
                     {}, IndexKey: {name}",
                    in_words(attribute.kind),
                    index.name
                )));
            }
            check_size(value, is_hash)?;
        }
    }
    Ok(())
}

fn index_key_mismatch(index: &IndexDefinition, key: &KeyAttribute, actual: &str) -> AwsError {
    let (name, expected, index) = (&key.name, key.kind.name(), &index.name);
    invalid_values(format_args!(
        "Type mismatch for Index Key {name} Expected: {expected} Actual: {actual} IndexName: {index}"
    ))
}

/// Checks that no key attribute of `item` is empty, whatever else is wrong with it.
pub fn check_filled(schema: &KeySchema, item: &Item) -> Result<(), AwsError> {
    for attribute in schema.attributes() {
        if item.get(&attribute.name).is_some_and(|value| value.type_name() == attribute.kind.name() && is_empty(value))
        {
            return Err(empty_key(attribute));
        }
    }
    Ok(())
}

/// Checks that `key` is exactly a key of the schema.
pub fn check_key(schema: &KeySchema, key: &Item) -> Result<(), AwsError> {
    if key.len() != schema.attributes().count() {
        return Err(AwsError::validation(SCHEMA_MISMATCH));
    }
    halves(schema).try_for_each(|(attribute, is_hash)| check_part(attribute, key.get(&attribute.name), is_hash))
}

/// Checks one attribute of a key.
pub fn check_part(attribute: &KeyAttribute, value: Option<&AttributeValue>, is_hash: bool) -> Result<(), AwsError> {
    match value {
        Some(value) if value.type_name() == attribute.kind.name() => check_key_value(attribute, value, is_hash),
        _ => Err(AwsError::validation(SCHEMA_MISMATCH)),
    }
}

/// Checks that an update leaves the key alone and gives index keys the right types.
pub fn check_update(table: &TableDefinition, update: &Update) -> Result<(), AwsError> {
    for attribute in table.keys.attributes() {
        let name = &attribute.name;
        if update.paths().any(|path| path.head() == name) {
            return Err(invalid_values(format_args!(
                "Cannot update attribute {name}. This attribute is part of the key"
            )));
        }
    }
    if table.indexes.is_empty() {
        return check_no_nesting(table, update.sources().into_iter());
    }
    let literals: BTreeMap<&str, &AttributeValue> = update.literals().collect();
    check_index_keys(table, |name| literals.get(name).copied())?;
    for name in update.sums() {
        for index in &table.indexes {
            if let Some(key) = index.keys.attributes().find(|key| key.name == name && key.kind != KeyKind::N) {
                return Err(index_key_mismatch(index, key, "N"));
            }
        }
    }
    check_no_nesting(table, update.paths().chain(update.sources()))
}

/// Checks that a filter does not look into key attributes.
pub fn check_filter(table: &TableDefinition, filter: Option<&Condition>) -> Result<(), AwsError> {
    check_no_nesting(table, filter.map(read::paths).unwrap_or_default().into_iter())
}

/// Checks that a projection does not look into key attributes.
pub fn check_projection(table: &TableDefinition, projection: &Projection) -> Result<(), AwsError> {
    check_heads(table, projection.nested_attributes())
}

fn check_no_nesting<'a>(table: &TableDefinition, paths: impl Iterator<Item = &'a Path>) -> Result<(), AwsError> {
    check_heads(table, paths.filter(|path| path.as_attribute().is_none()).map(Path::head))
}

fn check_heads<'a>(table: &TableDefinition, nested: impl Iterator<Item = &'a str>) -> Result<(), AwsError> {
    const SCALARS: &str =
        "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: ";
    for head in nested {
        if table.keys.contains(head) {
            return Err(AwsError::validation(format!("{SCALARS}Key: {head}")));
        }
        if table.indexes.iter().any(|index| index.keys.contains(head)) {
            return Err(AwsError::validation(format!("{SCALARS}IndexKey: {head}")));
        }
    }
    Ok(())
}

/// The attributes of a key, each with whether it places items in partitions.
pub fn halves(schema: &KeySchema) -> impl Iterator<Item = (&KeyAttribute, bool)> {
    let hash = schema.hash.iter().map(|attribute| (attribute, true));
    hash.chain(schema.range.iter().map(|attribute| (attribute, false)))
}

fn check_key_value(attribute: &KeyAttribute, value: &AttributeValue, is_hash: bool) -> Result<(), AwsError> {
    if is_empty(value) { Err(empty_key(attribute)) } else { check_size(value, is_hash) }
}

/// The refusal of a key attribute that is empty.
pub fn empty_key(attribute: &KeyAttribute) -> AwsError {
    AwsError::validation(format!(
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty \
         {} value. Key: {}",
        in_words(attribute.kind),
        attribute.name
    ))
}

fn check_size(value: &AttributeValue, is_hash: bool) -> Result<(), AwsError> {
    match value_size(value) {
        size if is_hash && size > MAX_HASH => {
            Err(invalid_values(format_args!("Size of hashkey has exceeded the maximum size limit of{MAX_HASH} bytes")))
        }
        size if !is_hash && size > MAX_RANGE => Err(invalid_values(format_args!(
            "Aggregated size of all range keys has exceeded the size limit of {MAX_RANGE} bytes"
        ))),
        _ => Ok(()),
    }
}

fn is_empty(value: &AttributeValue) -> bool {
    match value {
        AttributeValue::S(text) => text.is_empty(),
        AttributeValue::B(bytes) => bytes.is_empty(),
        _ => false,
    }
}

fn in_words(kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::B => "binary",
        KeyKind::S | KeyKind::N => "string",
    }
}
