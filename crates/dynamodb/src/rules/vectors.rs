//! What AWS refuses of vector indexes, and of items in tables that have some. The words are those that
//! AWS gave in August and October 2026.

use kernel::AwsError;

use super::{invalid_values, table};
use crate::{
    api::Input,
    state::{IndexDefinition, KeyAttribute, SearchElement, TableDefinition, VectorIndex},
    value::{AttributeValue, Distance, VectorError, parse_vector, value_size},
};

/// Vector indexes of a table, their dimensions, and filters of each.
const MAX_INDEXES: usize = 5;
const MAX_DIMENSIONS: u64 = 4096;
const MAX_FILTERS: usize = 18;

/// Vector indexes go with tables on demand.
pub fn only_on_demand() -> AwsError {
    invalid_values("Vector indexes are only supported for PAY_PER_REQUEST tables")
}

/// `VectorIndexes` of CreateTable, for a table with these other indexes.
pub fn read(
    input: Input<'_>,
    on_demand: bool,
    definitions: &[KeyAttribute],
    others: &[IndexDefinition],
) -> Result<Vec<VectorIndex>, AwsError> {
    let Some(wanted) = input.list("VectorIndexes") else { return Ok(Vec::new()) };
    if !on_demand {
        return Err(only_on_demand());
    }
    if wanted.is_empty() {
        return Err(invalid_values("List of VectorIndexes is empty"));
    }
    let mut found: Vec<VectorIndex> = Vec::new();
    for wanted in wanted.iter().map(Input) {
        let index = index(wanted, definitions)?;
        let taken = others.iter().map(|other| &other.name).chain(found.iter().map(|other| &other.name));
        if taken.into_iter().any(|other| *other == index.name) {
            return Err(invalid_values(format_args!("Duplicate index name: {}", index.name)));
        }
        found.push(index);
    }
    check_all(&found, definitions)?;
    Ok(found)
}

/// Reads and checks a vector index by itself.
fn index(index: Input<'_>, definitions: &[KeyAttribute]) -> Result<VectorIndex, AwsError> {
    let dimensions = index.get("Dimensions").and_then(serde_json::Value::as_f64).unwrap_or_default() as u64;
    if !(1..=MAX_DIMENSIONS).contains(&dimensions) {
        return Err(invalid_values(format_args!(
            "Number of dimensions must be between 1 and {MAX_DIMENSIONS} inclusive."
        )));
    }
    let mut schema = Vec::new();
    for element in index.list("SearchSchema").unwrap_or_default().iter().map(Input) {
        let name = element.text("AttributeName").unwrap_or_default();
        let attribute = definitions
            .iter()
            .find(|definition| definition.name == name)
            .cloned()
            .ok_or_else(|| invalid_values("One element in SearchSchema is not defined in attribute definitions"))?;
        schema.push(SearchElement { attribute, partitions: element.text("SearchSchemaElementType") == Some("HASH") });
    }
    let partitions = schema.iter().filter(|element| element.partitions).count();
    if partitions > 1 {
        return Err(invalid_values("SearchSchema must not contain more than one HASH element"));
    }
    if schema.len() - partitions > MAX_FILTERS {
        return Err(invalid_values(format_args!(
            "Number of INLINE_FILTER elements in SearchSchema exceeds the per-index limit of {MAX_FILTERS}"
        )));
    }
    Ok(VectorIndex {
        name: index.text("IndexName").unwrap_or_default().to_owned(),
        attribute: index.structure("VectorAttribute").text("AttributeName").unwrap_or_default().to_owned(),
        // Checked above to be small.
        dimensions: dimensions as usize,
        distance: Distance::parse(index.text("DistanceFunction").unwrap_or_default()),
        schema,
        projection: table::projection(index)?,
    })
}

/// Checks the vector indexes of a table against each other.
fn check_all(indexes: &[VectorIndex], definitions: &[KeyAttribute]) -> Result<(), AwsError> {
    if indexes.len() > MAX_INDEXES {
        return Err(invalid_values(format_args!("VectorIndex count exceeds the per-table limit of {MAX_INDEXES}")));
    }
    for (position, index) in indexes.iter().enumerate() {
        let attribute = &index.attribute;
        let differs = |other: &VectorIndex| other.attribute == *attribute && other.dimensions != index.dimensions;
        if indexes[..position].iter().any(differs) {
            return Err(invalid_values(format_args!(
                "Conflicting attribute definition for '{attribute}'. All VectorIndexes on the same vector attribute \
                 must use the same dimensions."
            )));
        }
        if definitions.iter().any(|definition| definition.name == *attribute) {
            return Err(invalid_values(format_args!(
                "Conflicting attribute definition for '{attribute}'. An attribute cannot be defined in \
                 AttributeDefinitions when used as a VectorAttribute."
            )));
        }
    }
    Ok(())
}

/// What UpdateTable does to vector indexes: at most one is made or removed.
#[derive(Default)]
pub struct Changes {
    /// The new one.
    pub created: Option<VectorIndex>,
    /// The name of the one that goes.
    pub deleted: Option<String>,
}

/// `VectorIndexUpdates`; what it needs of `table` is as the other parts of the request leave it. The
/// attributes of a search schema have to be defined in the request itself.
pub fn changes(input: Input<'_>, table: &TableDefinition) -> Result<Changes, AwsError> {
    let mut changes = Changes::default();
    let updates = input.list("VectorIndexUpdates").unwrap_or_default();
    if updates.is_empty() && input.has("VectorIndexUpdates") {
        return Err(invalid_values("List of VectorIndexUpdates is empty"));
    }
    if updates.len() > 1 {
        return Err(only_one());
    }
    let Some(update) = updates.first().map(Input) else { return Ok(changes) };
    if let Some(wanted) = update.get("Create") {
        if !table.billing.on_demand {
            return Err(only_on_demand());
        }
        let wanted = Input(wanted);
        let name = wanted.text("IndexName").unwrap_or_default();
        if table.index(name).is_some() || table.vector_index(name).is_some() {
            return Err(AwsError::validation("Attempting to create an index which already exists"));
        }
        let given = table::attributes(input);
        let index = index(wanted, &given)?;
        let all: Vec<VectorIndex> = table.vectors.iter().chain([&index]).cloned().collect();
        let definitions: Vec<KeyAttribute> = table.attributes.iter().chain(&given).cloned().collect();
        check_all(&all, &definitions)?;
        changes.created = Some(index);
    } else if let Some(gone) = update.get("Delete") {
        let name = Input(gone).text("IndexName").unwrap_or_default();
        if table.vector_index(name).is_none() {
            let message = format!("Requested resource not found: Index {name} for table {}", table.name);
            return Err(AwsError::new("ResourceNotFoundException", message));
        }
        changes.deleted = Some(name.to_owned());
    } else {
        return Err(invalid_values("One of VectorIndexUpdate.Create, VectorIndexUpdate.Delete must not be null"));
    }
    Ok(changes)
}

/// The refusal of a second index that would be made or removed at the same time.
pub fn only_one() -> AwsError {
    AwsError::new(
        "LimitExceededException",
        "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table",
    )
}

/// Checks those of `attributes` that vector indexes read: what is there must be fit, what is not there
/// leaves the item out of the index. `is_update` is whether an expression has computed them.
pub fn check<'a>(
    table: &TableDefinition,
    attributes: impl Iterator<Item = (&'a str, &'a AttributeValue)>,
    is_update: bool,
) -> Result<(), AwsError> {
    if table.vectors.is_empty() {
        return Ok(());
    }
    for (name, value) in attributes {
        for index in &table.vectors {
            if index.attribute == name {
                parse_vector(value, index.dimensions).map_err(|error| unfit(&error, index))?;
            }
            let Some(element) = index.element(name) else { continue };
            let (expected, actual) = (element.attribute.kind.name(), value.type_name());
            if expected != actual {
                return Err(AwsError::validation(format!(
                    "One or more parameter values were invalid. Attribute '{name}' type mismatch. Expected: \
                     {expected}, Actual: {actual}. IndexName: {}",
                    index.name
                )));
            }
            if element.partitions && value_size(value) == 0 {
                return Err(empty(actual, name, &index.name, is_update));
            }
        }
    }
    Ok(())
}

/// AWS's points and colons differ from sentence to sentence, as they do here.
fn unfit(error: &VectorError, index: &VectorIndex) -> AwsError {
    let VectorIndex { name, attribute, dimensions, .. } = index;
    let words = match error {
        VectorError::NotAList => format!(
            "Invalid type for parameter {attribute}, Expected: 32-bit floating point number list IndexName: {name}"
        ),
        VectorError::Size(actual) => format!(
            "Invalid size for parameter {attribute}, Expected: {dimensions}, Actual: {actual} IndexName: {name}"
        ),
        VectorError::Element(place, actual) => format!(
            "Invalid type for parameter {attribute}[{place}], Expected: 32-bit floating point number, Actual: \
             {actual}. IndexName: {name}"
        ),
        VectorError::Range(place, number) => format!(
            "Invalid value for parameter {attribute}[{place}], Value: {number} is outside valid range [-3.4028235E38, \
             3.4028235E38]. IndexName: {name}"
        ),
    };
    AwsError::validation(format!("One or more parameter values were invalid. {words}"))
}

fn empty(kind: &str, attribute: &str, index: &str, is_update: bool) -> AwsError {
    let kind = if kind == "B" { "binary" } else { "string" };
    AwsError::validation(if is_update {
        format!(
            "One or more parameter values are not valid. The update expression attempted to update a secondary index \
             key to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty \
             {kind} value."
        )
    } else {
        format!(
            "One or more parameter values are not valid. A value specified for a secondary index key is not \
             supported. The AttributeValue for a key attribute cannot contain an empty {kind} value. IndexName: \
             {index}, IndexKey: {attribute}"
        )
    })
}

/// The names of attributes that vector indexes have in their search schemas.
pub fn schema_names(indexes: &[VectorIndex]) -> impl Iterator<Item = &str> {
    indexes.iter().flat_map(|index| &index.schema).map(|element| element.attribute.name.as_str())
}

/// The vector indexes of a restored table: those of the source, or those of them that the override names,
/// perhaps with other names.
pub fn restored(input: Input<'_>, source: &TableDefinition, on_demand: bool) -> Result<Vec<VectorIndex>, AwsError> {
    let restored = match input.list("VectorIndexOverride") {
        None => source.vectors.clone(),
        Some(wanted) => {
            let mut found = Vec::new();
            for wanted in wanted.iter().map(Input) {
                let wanted = index(wanted, &source.attributes)?;
                let same =
                    |known: &&VectorIndex| VectorIndex { name: wanted.name.clone(), ..(*known).clone() } == wanted;
                if !source.vectors.iter().any(|known| same(&known)) {
                    return Err(super::invalid_request(format_args!(
                        "Index {} does not match a secondary index that existed in the source table and cannot be \
                         created during the restore operation",
                        wanted.name
                    )));
                }
                found.push(wanted);
            }
            found
        }
    };
    if !restored.is_empty() && !on_demand { Err(only_on_demand()) } else { Ok(restored) }
}
