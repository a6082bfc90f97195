//! Expression parameters of a request: read, checked against each other, parsed.

use kernel::AwsError;
use serde_json::{Map, Value};

use super::{legacy, wording::Layer};
use crate::{
    api::Input,
    expression::{
        Condition, KeyConditions, Placeholders, Projection, Update, parse_condition, parse_projection, parse_update,
    },
    value::{Item, parse_value},
};

/// The parameters of an operation that hold expressions, and the older ones that these replace.
pub struct Parameters {
    /// E.g. `ConditionExpression`.
    pub expressions: &'static [&'static str],
    /// E.g. `Expected`.
    pub legacy: &'static [&'static str],
}

impl Parameters {
    /// Of an operation.
    pub fn of(operation: &str) -> Self {
        match operation {
            "PutItem" | "DeleteItem" => {
                Self { expressions: &["ConditionExpression"], legacy: &["Expected", "ConditionalOperator"] }
            }
            "UpdateItem" => Self {
                expressions: &["UpdateExpression", "ConditionExpression"],
                legacy: &["AttributeUpdates", "Expected", "ConditionalOperator"],
            },
            "GetItem" | "BatchGetItem" => Self { expressions: &["ProjectionExpression"], legacy: &["AttributesToGet"] },
            "Query" => Self {
                expressions: &["ProjectionExpression", "FilterExpression", "KeyConditionExpression"],
                legacy: &["AttributesToGet", "QueryFilter", "ConditionalOperator", "KeyConditions"],
            },
            "Scan" => Self {
                expressions: &["ProjectionExpression", "FilterExpression"],
                legacy: &["AttributesToGet", "ScanFilter", "ConditionalOperator"],
            },
            "SearchVectors" => {
                Self { expressions: &["SearchConditionExpression", "ProjectionExpression"], legacy: &[] }
            }
            "TransactGet" => Self { expressions: &["ProjectionExpression"], legacy: &[] },
            "TransactUpdate" => Self { expressions: &["UpdateExpression", "ConditionExpression"], legacy: &[] },
            _ => Self { expressions: &["ConditionExpression"], legacy: &[] },
        }
    }
}

/// What a request says about items, parsed.
#[derive(Default)]
pub struct Expressions {
    /// `ConditionExpression`, `SearchConditionExpression` or `Expected`.
    pub condition: Option<Condition>,
    /// `FilterExpression`, `QueryFilter` or `ScanFilter`.
    pub filter: Option<Condition>,
    /// `KeyConditionExpression` or `KeyConditions`.
    pub key: Option<KeyConditions>,
    /// `ProjectionExpression` or `AttributesToGet`.
    pub projection: Option<Projection>,
    /// `UpdateExpression` or `AttributeUpdates`.
    pub update: Option<Update>,
}

/// Checks that expressions and legacy parameters are not mixed, and that placeholders have a use.
pub fn check_mixing(input: Input<'_>, parameters: &Parameters, layer: Layer) -> Result<(), AwsError> {
    let given = |names: &[&'static str]| names.iter().copied().filter(|name| input.has(name)).collect::<Vec<_>>();
    let expressions = given(parameters.expressions);
    let mut legacy = given(parameters.legacy);
    if !input.has("KeyConditionExpression") {
        // KeyConditions may stand beside the other expressions.
        legacy.retain(|name| *name != "KeyConditions");
    }
    if !expressions.is_empty() && !legacy.is_empty() {
        return Err(layer.refuse(format_args!(
            "Can not use both expression and non-expression parameters in the same request: Non-expression \
             parameters: {{{}}} Expression parameters: {{{}}}",
            legacy.join(", "),
            expressions.join(", ")
        )));
    }
    if input.has("ExpressionAttributeNames") && expressions.is_empty() {
        return Err(layer.refuse("ExpressionAttributeNames can only be specified when using expressions"));
    }
    let with_values: Vec<&str> =
        parameters.expressions.iter().copied().filter(|name| *name != "ProjectionExpression").collect();
    if input.has("ExpressionAttributeValues") && !with_values.iter().any(|name| input.has(name)) {
        return Err(layer.refuse_values_without(&with_values));
    }
    Ok(())
}

/// Reads all expressions of a request, or the legacy parameters in their place.
pub fn read(input: Input<'_>, layer: Layer) -> Result<Expressions, AwsError> {
    let mut legacy = legacy::read(input, layer)?;
    legacy.key = legacy::read_key(input, layer)?;
    complete(legacy, input, layer)
}

/// Reads all expressions of a request beside the legacy parameters, which have been read, and refuses
/// placeholders that none of them uses.
pub fn complete(mut found: Expressions, input: Input<'_>, layer: Layer) -> Result<Expressions, AwsError> {
    let placeholders = placeholders(input, layer)?;
    let update = parse(input, "UpdateExpression", layer, |text| parse_update(text, &placeholders))?;
    let condition = parse(input, "ConditionExpression", layer, |text| parse_condition(text, &placeholders))?;
    let search = parse(input, "SearchConditionExpression", layer, |text| parse_condition(text, &placeholders))?;
    let key = parse(input, "KeyConditionExpression", layer, |text| parse_condition(text, &placeholders))?;
    let filter = parse(input, "FilterExpression", layer, |text| parse_condition(text, &placeholders))?;
    let projection = parse(input, "ProjectionExpression", layer, |text| parse_projection(text, &placeholders))?;
    placeholders.check_all_used().map_err(|message| layer.refuse(message))?;
    let key = key.map(KeyConditions::of).transpose().map_err(|message| layer.refuse(message))?;
    found.update = update.or(found.update);
    found.condition = condition.or(search).or(found.condition);
    found.key = key.or(found.key);
    found.filter = filter.or(found.filter);
    found.projection = projection.or(found.projection);
    Ok(found)
}

fn parse<T>(
    input: Input<'_>,
    parameter: &str,
    layer: Layer,
    read: impl FnOnce(&str) -> Result<T, String>,
) -> Result<Option<T>, AwsError> {
    let Some(text) = input.text(parameter) else { return Ok(None) };
    read(text).map(Some).map_err(|message| layer.refuse(format_args!("Invalid {parameter}: {message}")))
}

/// Reads `ExpressionAttributeNames` and `ExpressionAttributeValues`.
fn placeholders(input: Input<'_>, layer: Layer) -> Result<Placeholders, AwsError> {
    let names = input.object("ExpressionAttributeNames").cloned();
    let names = checked("ExpressionAttributeNames", names, '#', layer)?;
    let values = input.object("ExpressionAttributeValues").cloned();
    let mut parsed = Item::new();
    for (placeholder, value) in checked("ExpressionAttributeValues", values, ':', layer)? {
        let value = parse_value(&value).map_err(|error| layer.refuse_placeholder(&error, &placeholder))?;
        parsed.insert(placeholder, value);
    }
    Ok(Placeholders::new(names, parsed))
}

fn checked(
    parameter: &str,
    given: Option<Map<String, Value>>,
    sign: char,
    layer: Layer,
) -> Result<Map<String, Value>, AwsError> {
    let Some(given) = given else { return Ok(Map::new()) };
    if given.is_empty() {
        return Err(layer.refuse(format_args!("{parameter} must not be empty")));
    }
    let well_formed = |key: &String| {
        key.strip_prefix(sign).is_some_and(|name| {
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        })
    };
    match given.keys().find(|key| !well_formed(key)) {
        Some(key) => Err(layer.refuse(format_args!("{parameter} contains invalid key: Syntax error; key: \"{key}\""))),
        None => Ok(given),
    }
}
