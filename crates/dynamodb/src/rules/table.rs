//! Whether a table may be made as it is asked for.

use std::collections::BTreeSet;

use kernel::AwsError;
use serde_json::Value;

use super::{invalid_values, throughput, vectors};
use crate::{
    api::Input,
    state::{
        Billing, IndexDefinition, IndexProjection, KeyAttribute, KeyKind, KeySchema, Switches, ThroughputHistory,
        VectorIndex,
    },
};

/// Indexes that a table may have, and attributes that they may include together and each.
const MAX_LOCAL: usize = 5;
const MAX_GLOBAL: usize = 20;
const MAX_INCLUDED: usize = 100;

/// Units that may be provisioned at all.
const MAX_UNITS: u64 = 1_000_000_000_000;

/// The shape of a table: what CreateTable checks and DescribeTable tells.
pub struct Shape {
    /// The types of all key attributes.
    pub attributes: Vec<KeyAttribute>,
    /// The table's key.
    pub keys: KeySchema,
    /// Its indexes.
    pub indexes: Vec<IndexDefinition>,
    /// Its vector indexes.
    pub vectors: Vec<VectorIndex>,
    /// How it is paid for.
    pub billing: Billing,
}

/// Reads and checks the input of CreateTable.
pub fn read(input: Input<'_>, region: &str, now: u64) -> Result<Shape, AwsError> {
    let billing = billing(input, now)?;
    let attributes = attributes(input);
    let elements = input.list("KeySchema").unwrap_or_default();
    if elements.len() > attributes.len() {
        return Err(AwsError::validation("Invalid KeySchema: Some index key attribute have no definition"));
    }
    let keys = key_schema(elements, &attributes, 1)?;
    let local = input.list("LocalSecondaryIndexes");
    let global = input.list("GlobalSecondaryIndexes");
    let has_indexes = local.is_some() || global.is_some() || input.has("VectorIndexes");
    if !has_indexes && attributes.len() != keys.attributes().count() {
        return Err(invalid_values(
            "Number of attributes in KeySchema does not exactly match number of attributes defined in \
             AttributeDefinitions",
        ));
    }
    let mut indexes = Vec::new();
    if let Some(local) = local {
        local_indexes(local, &keys, &attributes, &mut indexes)?;
    }
    if let Some(global) = global {
        global_indexes(global, region, &billing, &attributes, &mut indexes)?;
    }
    check_included(&indexes)?;
    let vectors = vectors::read(input, billing.on_demand, &attributes, &indexes)?;
    check_all_used(&attributes, &keys, &indexes, &vectors)?;
    Ok(Shape { attributes, keys, indexes, vectors, billing })
}

/// `AttributeDefinitions`
pub fn attributes(input: Input<'_>) -> Vec<KeyAttribute> {
    let definitions = input.list("AttributeDefinitions").unwrap_or_default().iter().map(Input);
    definitions
        .map(|definition| KeyAttribute {
            name: definition.text("AttributeName").unwrap_or_default().to_owned(),
            kind: match definition.text("AttributeType") {
                Some("N") => KeyKind::N,
                Some("B") => KeyKind::B,
                _ => KeyKind::S,
            },
        })
        .collect()
}

/// `BillingMode` and `ProvisionedThroughput`
fn billing(input: Input<'_>, now: u64) -> Result<Billing, AwsError> {
    let mode = input.text("BillingMode");
    let on_demand = mode == Some("PAY_PER_REQUEST");
    let units = input.get("ProvisionedThroughput").map(|units| units_of(Input(units)));
    let throughput = match units {
        Some(_) if on_demand => {
            return Err(invalid_values(
                "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
            ));
        }
        None if !on_demand => {
            return Err(invalid_values(
                "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED",
            ));
        }
        Some(units) => units,
        None => (0, 0),
    };
    check_units(throughput)?;
    let mut billing = Billing {
        on_demand,
        named: on_demand,
        throughput,
        on_demand_since: on_demand.then_some(now),
        history: ThroughputHistory::default(),
        switches: Switches::default(),
    };
    billing.history.warm = throughput::initial_warm(input, None, &billing, billing.throughput)?;
    Ok(billing)
}

/// `ReadCapacityUnits` and `WriteCapacityUnits`
pub fn units_of(throughput: Input<'_>) -> (u64, u64) {
    let units = |name| throughput.number(name).unwrap_or_default();
    (units("ReadCapacityUnits"), units("WriteCapacityUnits"))
}

/// Refuses more units than there can be.
pub fn check_units((read, write): (u64, u64)) -> Result<(), AwsError> {
    for (name, units) in [("ReadCapacityUnits", read), ("WriteCapacityUnits", write)] {
        if units > MAX_UNITS {
            return Err(AwsError::validation(format!("Given value {units} for {name} is out of bounds")));
        }
    }
    Ok(())
}

/// `KeySchema`; each half may have up to `most` attributes.
fn key_schema(elements: &[Value], definitions: &[KeyAttribute], most: usize) -> Result<KeySchema, AwsError> {
    let element = |value: &Value| {
        let element = Input(value);
        let text = |name| element.text(name).unwrap_or_default().to_owned();
        (text("AttributeName"), text("KeyType"))
    };
    let elements: Vec<(String, String)> = elements.iter().map(element).collect();
    let names = |names: Vec<&str>| names.join(", ");
    if elements.iter().any(|(name, _)| !definitions.iter().any(|definition| definition.name == *name)) {
        return Err(invalid_values(format_args!(
            "Some index key attributes are not defined in AttributeDefinitions. Keys: [{}], AttributeDefinitions: [{}]",
            names(elements.iter().map(|(name, _)| name.as_str()).collect()),
            names(definitions.iter().map(|definition| definition.name.as_str()).collect())
        )));
    }
    let distinct: BTreeSet<&str> = elements.iter().map(|(name, _)| name.as_str()).collect();
    if distinct.len() < elements.len() {
        return Err(AwsError::validation(
            "Both the Hash Key and the Range Key element in the KeySchema have the same name",
        ));
    }
    if elements.first().is_none_or(|(_, kind)| kind != "HASH") {
        return Err(AwsError::validation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type"));
    }
    let hash_count = elements.iter().take_while(|(_, kind)| kind == "HASH").count();
    if hash_count > most || elements[hash_count..].iter().any(|(_, kind)| kind != "RANGE") {
        return Err(AwsError::validation("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type"));
    }
    let attribute = |(name, _): &(String, String)| definitions.iter().find(|one| one.name == *name).cloned();
    Ok(KeySchema {
        hash: elements[..hash_count].iter().filter_map(attribute).collect(),
        range: elements[hash_count..].iter().filter_map(attribute).collect(),
    })
}

fn local_indexes(
    indexes: &[Value],
    table: &KeySchema,
    definitions: &[KeyAttribute],
    found: &mut Vec<IndexDefinition>,
) -> Result<(), AwsError> {
    if indexes.is_empty() {
        return Err(invalid_values("List of LocalSecondaryIndexes is empty"));
    }
    if table.range.is_empty() {
        return Err(invalid_values(
            "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex",
        ));
    }
    for index in indexes.iter().map(Input) {
        let name = index.text("IndexName").unwrap_or_default();
        let keys = key_schema(index.list("KeySchema").unwrap_or_default(), definitions, 1)?;
        if keys.range.is_empty() {
            return Err(invalid_values(format_args!("Index KeySchema does not have a range key for index: {name}")));
        }
        if keys.hash != table.hash {
            return Err(invalid_values(format_args!(
                "Index KeySchema does not have the same leading hash key as table KeySchema for index: {name}. index \
                 hash key: {}, table hash key: {}",
                keys.hash[0].name, table.hash[0].name
            )));
        }
        let projection = projection(index)?;
        check_name(name, found)?;
        found.push(IndexDefinition {
            name: name.to_owned(),
            local: true,
            keys,
            projection,
            throughput: (0, 0),
            history: ThroughputHistory::default(),
            on_demand_throughput: None,
        });
    }
    if found.len() > MAX_LOCAL {
        return Err(invalid_values(format_args!(
            "Number of LocalSecondaryIndexes exceeds per-table limit of {MAX_LOCAL}"
        )));
    }
    Ok(())
}

fn global_indexes(
    indexes: &[Value],
    region: &str,
    billing: &Billing,
    definitions: &[KeyAttribute],
    found: &mut Vec<IndexDefinition>,
) -> Result<(), AwsError> {
    if indexes.is_empty() {
        return Err(invalid_values("List of GlobalSecondaryIndexes is empty"));
    }
    for index in indexes.iter().map(Input) {
        found.push(global_index(index, region, billing, definitions, found)?);
    }
    if found.iter().filter(|index| !index.local).count() > MAX_GLOBAL {
        return Err(invalid_values(format_args!(
            "GlobalSecondaryIndex count exceeds the per-table limit of {MAX_GLOBAL}"
        )));
    }
    Ok(())
}

/// Reads and checks a global index that joins `others`.
pub fn global_index(
    index: Input<'_>,
    region: &str,
    billing: &Billing,
    definitions: &[KeyAttribute],
    others: &[IndexDefinition],
) -> Result<IndexDefinition, AwsError> {
    /// Attributes in each half of a global index's key.
    const MOST: usize = 4;
    let name = index.text("IndexName").unwrap_or_default();
    let keys = key_schema(index.list("KeySchema").unwrap_or_default(), definitions, MOST)?;
    let projection = projection(index)?;
    let throughput = index.get("ProvisionedThroughput").map(|units| units_of(Input(units)));
    if billing.on_demand && throughput.is_some() {
        return Err(invalid_values(format_args!(
            "ProvisionedThroughput should not be specified for index: {name} when BillingMode is PAY_PER_REQUEST"
        )));
    }
    if !billing.on_demand && throughput.is_none() {
        return Err(invalid_values(format_args!("ProvisionedThroughput must be specified for index: {name}")));
    }
    let throughput = throughput.unwrap_or_default();
    check_units(throughput)?;
    let warm = throughput::initial_warm(index, Some(name), billing, throughput)?;
    let history = ThroughputHistory::ready_for(warm);
    let on_demand_throughput = throughput::on_demand_maxima(index, Some(name), billing.on_demand, region, None)?;
    check_name(name, others)?;
    Ok(IndexDefinition {
        name: name.to_owned(),
        local: false,
        keys,
        projection,
        throughput,
        history,
        on_demand_throughput,
    })
}

fn check_name(name: &str, others: &[IndexDefinition]) -> Result<(), AwsError> {
    if others.iter().any(|other| other.name == name) {
        return Err(invalid_values(format_args!("Duplicate index name: {name}")));
    }
    Ok(())
}

/// `Projection` of an index.
pub fn projection(index: Input<'_>) -> Result<IndexProjection, AwsError> {
    let empty = Value::Null;
    let projection = Input(index.get("Projection").unwrap_or(&empty));
    let names = projection.list("NonKeyAttributes");
    match (projection.text("ProjectionType"), names) {
        (None, _) => Err(invalid_values("Unknown ProjectionType: null")),
        (Some("INCLUDE"), None) => {
            Err(invalid_values("ProjectionType is INCLUDE, but NonKeyAttributes is not specified"))
        }
        (Some("INCLUDE"), Some(names)) => {
            Ok(IndexProjection::Include(names.iter().filter_map(Value::as_str).map(str::to_owned).collect()))
        }
        (Some(kind), Some(_)) => {
            Err(invalid_values(format_args!("ProjectionType is {kind}, but NonKeyAttributes is specified")))
        }
        (Some("KEYS_ONLY"), None) => Ok(IndexProjection::KeysOnly),
        (Some(_), None) => Ok(IndexProjection::All),
    }
}

fn check_included(indexes: &[IndexDefinition]) -> Result<(), AwsError> {
    let included = indexes.iter().map(|index| match &index.projection {
        IndexProjection::Include(names) => names.len(),
        _ => 0,
    });
    if included.sum::<usize>() > MAX_INCLUDED {
        return Err(invalid_values(format_args!(
            "Number of projected attributes exceeds the per-table limit of {MAX_INCLUDED}"
        )));
    }
    Ok(())
}

fn check_all_used(
    attributes: &[KeyAttribute],
    keys: &KeySchema,
    indexes: &[IndexDefinition],
    vectors: &[VectorIndex],
) -> Result<(), AwsError> {
    let mut used: BTreeSet<&str> = keys.attributes().map(|key| key.name.as_str()).collect();
    used.extend(indexes.iter().flat_map(|index| index.keys.attributes()).map(|key| key.name.as_str()));
    used.extend(vectors::schema_names(vectors));
    if attributes.iter().any(|attribute| !used.contains(attribute.name.as_str())) {
        return Err(invalid_values(format_args!(
            "Some AttributeDefinitions are not used. AttributeDefinitions: [{}], keys used: [{}]",
            attributes.iter().map(|attribute| attribute.name.as_str()).collect::<Vec<_>>().join(", "),
            used.into_iter().collect::<Vec<_>>().join(", ")
        )));
    }
    Ok(())
}
