//! SearchVectors: the nearest vectors of an index, found by looking at all of them.

use aws_api::Call;
use kernel::AwsError;
use serde_json::{Map, Value, json};

use super::{Input, put_some, query::Shape, write::table_of};
use crate::{
    DynamoDb,
    expression::{Comparator, Condition, Operand, Path},
    rules::{
        expressions::{self, Parameters},
        item,
        wording::Layer,
    },
    state::{SearchElement, Table, VectorEntry, VectorIndex},
    value::{AttributeValue, Item, Packed, item_size, parse_value, to_f32},
};

/// The most results of a search.
const MAX_RESULTS: u64 = 100;

/// The fewest bytes that a search costs.
const MIN_BYTES: usize = 1024;

/// An item that was found, with its vector and how near it is.
struct Found<'a> {
    item: &'a Packed,
    vector: Box<[f32]>,
    score: f64,
}

/// What a search looked at.
struct Looked<'a> {
    /// The nearest, nearest first.
    nearest: Vec<Found<'a>>,
    /// How many vectors were compared.
    compared: usize,
}

impl DynamoDb {
    /// SearchVectors
    pub fn search_vectors(&self, call: &Call) -> Result<Value, AwsError> {
        let (input, layer) = (Input(&call.input), Layer::of(call.operation, &call.scope.region));
        let most = input.number("TopK").unwrap_or_default();
        if !(1..=MAX_RESULTS).contains(&most) {
            return Err(AwsError::validation(format!(
                "Provided TopK value '{most}' is out of valid range. The value must be between 1 and {MAX_RESULTS} \
                 inclusive"
            )));
        }
        expressions::check_mixing(input, &Parameters::of(call.operation), layer)?;
        let parts = expressions::read(input, layer)?;
        let mut wanted = Vec::new();
        if let Some(condition) = parts.condition {
            equalities(condition, &mut wanted)?;
        }
        let mut state = self.state.borrow_mut();
        let table = table_of(state.region(&call.scope), input.table_name())?;
        let name = input.text("IndexName").unwrap_or_default();
        let index = table
            .definition
            .vector_index(name)
            .ok_or_else(|| AwsError::validation(format!("The table does not have the specified index: {name}")))?;
        let query = search_vector(input, index)?;
        check_condition(&wanted, index)?;
        if let Some(projection) = &parts.projection {
            item::check_projection(&table.definition, projection)?;
        }
        let looked = look(table, index, &query, &wanted, self.seen_moment(true, false), most as usize);
        let keys = &table.definition.keys;
        let views: Vec<(Item, f64)> = looked
            .nearest
            .iter()
            .map(|found| (index.view(keys, &found.item.item(), &found.vector), found.score))
            .collect();
        Ok(answer(input, index, views, looked.compared, &Shape::Parts(parts.projection)))
    }
}

/// The conditions of a search: attributes and the values that they must have.
fn equalities(condition: Condition, found: &mut Vec<(Path, AttributeValue)>) -> Result<(), AwsError> {
    match condition {
        Condition::And(all) => all.into_iter().try_for_each(|condition| equalities(condition, found)),
        Condition::Compare(Comparator::Equal, Operand::Path(path), Operand::Value(value))
        | Condition::Compare(Comparator::Equal, Operand::Value(value), Operand::Path(path)) => {
            found.push((path, value));
            Ok(())
        }
        _ => Err(invalid("Invalid comparator used in SearchConditionExpression")),
    }
}

fn invalid(why: &str) -> AwsError {
    AwsError::validation(format!("Invalid SearchConditionExpression: {why}"))
}

/// `SearchVector`, which is a list by itself.
fn search_vector(input: Input<'_>, index: &VectorIndex) -> Result<Vec<f32>, AwsError> {
    let elements = input.list("SearchVector").unwrap_or_default();
    let number = |element: &Value| match parse_value(element) {
        Ok(AttributeValue::N(number)) => to_f32(number),
        _ => None,
    };
    let vector: Option<Vec<f32>> = elements.iter().map(number).collect();
    let vector = vector.ok_or_else(|| {
        AwsError::validation(
            "Search vector contains invalid values. All values in the search vector must be a 32-bit floating-point \
             number attribute",
        )
    })?;
    if vector.len() != index.dimensions {
        return Err(AwsError::validation(format!(
            "Input search vector dimension {} does not match vector index dimension {}",
            vector.len(),
            index.dimensions
        )));
    }
    Ok(vector)
}

fn check_condition(wanted: &[(Path, AttributeValue)], index: &VectorIndex) -> Result<(), AwsError> {
    if let Some((stranger, _)) = wanted.iter().find(|(path, _)| index.element(path.head()).is_none()) {
        return Err(AwsError::validation(format!(
            "SearchConditionExpression must not contain any attributes that is not in SearchSchema. Invalid attribute: \
             {}",
            stranger.head()
        )));
    }
    if wanted.iter().any(|(path, _)| path.as_attribute().is_none()) {
        return Err(invalid("SearchConditionExpression cannot have conditions on nested attributes"));
    }
    let repeats = |(position, (path, _)): (usize, &(Path, AttributeValue))| {
        wanted[..position].iter().any(|(other, _)| other.head() == path.head())
    };
    if wanted.iter().enumerate().any(repeats) {
        return Err(invalid("SearchConditionExpression must only contain one condition per attribute"));
    }
    let Some(partition) = index.partition() else { return Ok(()) };
    let name = &partition.name;
    let Some((_, value)) = wanted.iter().find(|(path, _)| path.head() == name) else {
        return Err(AwsError::validation(
            "SearchConditionExpression must be provided when SearchSchema has a HASH key",
        ));
    };
    let (declared, actual) = (partition.kind.name(), value.type_name());
    if declared != actual {
        return Err(AwsError::validation(format!(
            "Type of '{name}' attribute in SearchConditionExpression ({actual}) does not match type in search schema \
             ({declared})"
        )));
    }
    if matches!(value, AttributeValue::S(text) if text.is_empty()) {
        return Err(item::empty_key(partition));
    }
    Ok(())
}

/// Compares the vectors of all items that meet the conditions. What is equally near stands in the order of
/// the table.
fn look<'a>(
    table: &'a Table,
    index: &VectorIndex,
    query: &[f32],
    wanted: &[(Path, AttributeValue)],
    moment: Option<u64>,
    most: usize,
) -> Looked<'a> {
    // What is asked of each element of the search schema.
    let asked = |element: &SearchElement| {
        let of_element = |(path, _): &&(Path, AttributeValue)| path.head() == element.attribute.name;
        wanted.iter().find(of_element).map(|(_, value)| value)
    };
    let asked: Vec<(bool, Option<&AttributeValue>)> =
        index.schema.iter().map(|element| (element.partitions, asked(element))).collect();
    let meets = |entry: &VectorEntry, partition: bool| {
        let values = asked.iter().zip(&entry.searched).filter(|((partitions, _), _)| *partitions == partition);
        values.into_iter().all(|((_, wanted), value)| wanted.is_none_or(|wanted| value.as_ref() == Some(wanted)))
    };
    let mut looked = Looked { nearest: Vec::new(), compared: 0 };
    table.each_vector(index, moment, |item, entry| {
        // Other partitions are not even looked at.
        if !meets(entry, true) {
            return;
        }
        looked.compared += 1;
        if !meets(entry, false) {
            return;
        }
        let score = index.distance.score(query, &entry.vector);
        let place = looked.nearest.partition_point(|found| index.distance.order(found.score, score).is_le());
        if place < most {
            looked.nearest.insert(place, Found { item, vector: entry.vector.clone(), score });
            looked.nearest.truncate(most);
        }
    });
    looked
}

/// Results without their vectors, unless a projection names them.
fn answer(input: Input<'_>, index: &VectorIndex, views: Vec<(Item, f64)>, compared: usize, shape: &Shape<'_>) -> Value {
    let mut returned = 0;
    let results = views.into_iter().map(|(mut view, score)| {
        if matches!(shape, Shape::Parts(None)) {
            view.remove(&index.attribute);
        }
        returned += item_size(&view);
        json!({"Item": shape.of(&view), "Score": score})
    });
    let mut answer = Map::from_iter([("SearchResults".to_owned(), results.collect())]);
    let bytes = (compared * index.vector_size() + returned).max(MIN_BYTES);
    let asked = matches!(input.text("ReturnConsumedCapacity"), Some("TOTAL" | "INDEXES"));
    put_some(&mut answer, "ConsumedCapacity", asked.then(|| json!({"VectorSearchRequestBytes": bytes as f64})));
    Value::Object(answer)
}
