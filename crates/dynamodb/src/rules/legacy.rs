//! The parameters that were there before expressions, read into the same trees.

use kernel::AwsError;
use serde_json::Value;

use super::{INVALID_VALUES, expressions::Expressions, wording::Layer};
use crate::{
    api::Input,
    expression::{
        Comparator, Condition, KeyCondition, KeyConditions, KeyTest, Operand, Path, Projection, Segment, Update,
        compare,
    },
    value::{AttributeValue, parse_value},
};

/// What the legacy parameters of a request say, but for `KeyConditions`, which AWS looks at later.
pub fn read(input: Input<'_>, layer: Layer) -> Result<Expressions, AwsError> {
    let mut found = Expressions::default();
    let reader = Reader { layer, operator: input.text("ConditionalOperator") };
    // Of a Query AWS looks at the filter first, of a Scan at the attributes.
    found.filter = reader.filter(input, "QueryFilter")?;
    if let Some(names) = input.list("AttributesToGet") {
        found.projection = Some(reader.attributes_to_get(names)?);
    }
    found.filter = reader.filter(input, "ScanFilter")?.or(found.filter);
    if let Some(updates) = input.object("AttributeUpdates") {
        let mut update = Update::default();
        for (name, change) in updates {
            reader.update(&mut update, name, Input(change))?;
        }
        found.update = Some(update);
    }
    if let Some(expected) = input.object("Expected").filter(|expected| !expected.is_empty()) {
        let parts = expected.iter().map(|(name, condition)| reader.expected(name, Input(condition)));
        found.condition = Some(reader.join(parts.collect::<Result<_, _>>()?)?);
    }
    if input.has("ConditionalOperator") && found.filter.is_none() && found.condition.is_none() {
        return Err(layer.refuse("ConditionalOperator cannot be used without Filter or Expected"));
    }
    Ok(found)
}

/// `KeyConditions`
pub fn read_key(input: Input<'_>, layer: Layer) -> Result<Option<KeyConditions>, AwsError> {
    let Some(conditions) = input.object("KeyConditions") else { return Ok(None) };
    let reader = Reader { layer, operator: None };
    let tests = conditions.iter().map(|(name, condition)| reader.key_condition(name, Input(condition)));
    let tests: Vec<KeyCondition> = tests.collect::<Result<_, _>>()?;
    if !matches!(tests.len(), 1 | 2) {
        return Err(AwsError::validation("Conditions can be of length 1 or 2 only"));
    }
    Ok(Some(KeyConditions(tests)))
}

struct Reader<'a> {
    layer: Layer,
    operator: Option<&'a str>,
}

impl Reader<'_> {
    fn refuse(&self, message: impl std::fmt::Display) -> AwsError {
        self.layer.refuse(format_args!("{INVALID_VALUES}{message}"))
    }

    fn filter(&self, input: Input<'_>, parameter: &str) -> Result<Option<Condition>, AwsError> {
        let Some(conditions) = input.object(parameter).filter(|conditions| !conditions.is_empty()) else {
            return Ok(None);
        };
        let parts = conditions.iter().map(|(name, condition)| self.condition(name, Input(condition)));
        self.join(parts.collect::<Result<_, _>>()?).map(Some)
    }

    fn join(&self, mut parts: Vec<Condition>) -> Result<Condition, AwsError> {
        if self.operator.is_some() && parts.len() < 2 {
            return Err(self
                .layer
                .refuse("ConditionalOperator can only be used when Filter or Expected has two or more elements"));
        }
        Ok(match parts.pop() {
            Some(only) if parts.is_empty() => only,
            Some(last) => {
                parts.push(last);
                if self.operator == Some("OR") { Condition::Or(parts) } else { Condition::And(parts) }
            }
            None => Condition::And(parts),
        })
    }

    fn attributes_to_get(&self, names: &[Value]) -> Result<Projection, AwsError> {
        let names: Vec<&str> = names.iter().filter_map(Value::as_str).collect();
        for (index, name) in names.iter().enumerate() {
            if names[..index].contains(name) {
                return Err(self.refuse(format_args!("Duplicate value in attribute name: {name}")));
            }
        }
        Ok(Projection::of_attributes(names))
    }

    fn values(&self, condition: Input<'_>) -> Result<Vec<AttributeValue>, AwsError> {
        let values = condition.list("AttributeValueList").unwrap_or_default().iter().map(parse_value);
        values.collect::<Result<_, _>>().map_err(|error| self.layer.refuse_value(&error))
    }

    /// The arguments of `operator`, as many as it takes and of types that it takes.
    fn arguments(&self, operator: &str, values: &[AttributeValue]) -> Result<(), AwsError> {
        let fits = match operator {
            "NULL" | "NOT_NULL" => values.is_empty(),
            "BETWEEN" => values.len() == 2,
            "IN" => !values.is_empty(),
            _ => values.len() == 1,
        };
        if !fits {
            return Err(
                self.refuse(format_args!("Invalid number of argument(s) for the {operator} ComparisonOperator"))
            );
        }
        if values.windows(2).any(|pair| pair[0].type_name() != pair[1].type_name()) {
            return Err(self.refuse("AttributeValues inside AttributeValueList must be of same type"));
        }
        let allowed: &[&str] = match operator {
            "EQ" | "NE" => &["S", "N", "B", "SS", "NS", "BS", "L", "M", "BOOL", "NULL"],
            "BEGINS_WITH" => &["S", "B"],
            _ => &["S", "N", "B"],
        };
        if let Some(value) = values.iter().find(|value| !allowed.contains(&value.type_name())) {
            let kind = value.type_name();
            return Err(
                self.refuse(format_args!("ComparisonOperator {operator} is not valid for {kind} AttributeValue type"))
            );
        }
        if let ("BETWEEN", [low, high]) = (operator, values)
            && compare(low, high).is_some_and(std::cmp::Ordering::is_gt)
        {
            return Err(self.layer.refuse(
                "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound",
            ));
        }
        Ok(())
    }

    fn condition(&self, name: &str, condition: Input<'_>) -> Result<Condition, AwsError> {
        let operator = condition.text("ComparisonOperator").unwrap_or_default();
        let values = self.values(condition)?;
        self.arguments(operator, &values)?;
        Ok(tested(name, operator, values))
    }

    fn expected(&self, name: &str, condition: Input<'_>) -> Result<Condition, AwsError> {
        let (value, list) = (condition.get("Value"), condition.list("AttributeValueList"));
        if value.is_some() && list.is_some() {
            return Err(
                self.refuse(format_args!("Value and AttributeValueList cannot be used together for Attribute: {name}"))
            );
        }
        let values = match value {
            Some(value) => vec![parse_value(value).map_err(|error| self.layer.refuse_value(&error))?],
            None => self.values(condition)?,
        };
        if let Some(operator) = condition.text("ComparisonOperator") {
            if condition.has("Exists") {
                return Err(self.refuse(format_args!(
                    "Exists and ComparisonOperator cannot be used together for Attribute: {name}"
                )));
            }
            if !matches!(operator, "NULL" | "NOT_NULL") && value.is_none() && list.is_none() {
                return Err(self.refuse(format_args!(
                    "Value or AttributeValueList must be used with ComparisonOperator: {operator} for Attribute: {name}"
                )));
            }
            self.arguments(operator, &values)?;
            return Ok(tested(name, operator, values));
        }
        if list.is_some() {
            return Err(self.refuse(format_args!(
                "AttributeValueList can only be used with a ComparisonOperator for Attribute: {name}"
            )));
        }
        let exists = condition.get("Exists").and_then(Value::as_bool);
        match (exists, values.is_empty()) {
            (Some(false), true) => Ok(Condition::NotExists(attribute(name))),
            (Some(false), false) => {
                Err(self.refuse(format_args!("Value cannot be used when Exists is false for Attribute: {name}")))
            }
            (_, true) => {
                let exists = exists.map_or("null".to_owned(), |exists| exists.to_string());
                Err(self.refuse(format_args!("Value must be provided when Exists is {exists} for Attribute: {name}")))
            }
            (_, false) => Ok(tested(name, "EQ", values)),
        }
    }

    fn update(&self, update: &mut Update, name: &str, change: Input<'_>) -> Result<(), AwsError> {
        let action = change.text("Action").unwrap_or("PUT");
        let Some(value) = change.get("Value") else {
            if action != "DELETE" {
                return Err(self.refuse("Only DELETE action is allowed when no attribute value is specified"));
            }
            update.remove(name);
            return Ok(());
        };
        let value = parse_value(value).map_err(|error| self.layer.refuse_value(&error))?;
        let kind = value.type_name();
        match action {
            "DELETE" if !matches!(kind, "SS" | "NS" | "BS") => {
                Err(self.refuse(format_args!("DELETE action with value is not supported for the type {kind}")))
            }
            "ADD" if !matches!(kind, "N" | "SS" | "NS" | "BS" | "L") => {
                Err(self.refuse(format_args!("ADD action is not supported for the type {kind}")))
            }
            "DELETE" => {
                update.delete(name, value);
                Ok(())
            }
            "ADD" => {
                update.add(name, value);
                Ok(())
            }
            _ => {
                update.put(name, value);
                Ok(())
            }
        }
    }

    fn key_condition(&self, name: &str, condition: Input<'_>) -> Result<KeyCondition, AwsError> {
        let operator = condition.text("ComparisonOperator").unwrap_or_default();
        let values = self.values(condition)?;
        self.arguments(operator, &values)?;
        let test = match (comparator(operator), operator, values.as_slice()) {
            (Some(comparator), _, [value]) if comparator != Comparator::NotEqual => {
                KeyTest::Compare(comparator, value.clone())
            }
            (_, "BEGINS_WITH", [value]) => KeyTest::BeginsWith(value.clone()),
            (_, "BETWEEN", [low, high]) => KeyTest::Between(low.clone(), high.clone()),
            _ => KeyTest::NotIndexable,
        };
        Ok(KeyCondition { attribute: name.to_owned(), test })
    }
}

fn attribute(name: &str) -> Path {
    Path(vec![Segment::Name(name.to_owned())])
}

fn comparator(operator: &str) -> Option<Comparator> {
    Some(match operator {
        "EQ" => Comparator::Equal,
        "NE" => Comparator::NotEqual,
        "LT" => Comparator::Less,
        "LE" => Comparator::LessOrEqual,
        "GT" => Comparator::Greater,
        "GE" => Comparator::GreaterOrEqual,
        _ => return None,
    })
}

/// The condition that a legacy operator makes with arguments that fit it.
fn tested(name: &str, operator: &str, values: Vec<AttributeValue>) -> Condition {
    let path = attribute(name);
    let operand = Operand::Path(path.clone());
    let mut arguments = values.into_iter().map(Operand::Value);
    if operator == "IN" {
        return Condition::In(operand, arguments.collect());
    }
    match (operator, comparator(operator), arguments.next(), arguments.next()) {
        ("NULL", ..) => Condition::NotExists(path),
        (_, Some(comparator), Some(value), _) => Condition::Compare(comparator, operand, value),
        ("BETWEEN", _, Some(low), Some(high)) => Condition::Between(operand, low, high),
        ("BEGINS_WITH", _, Some(value), _) => Condition::BeginsWith(operand, value),
        ("CONTAINS", _, Some(value), _) => Condition::Contains(operand, value),
        ("NOT_CONTAINS", _, Some(value), _) => {
            Condition::And(vec![Condition::Exists(path), Condition::Not(Box::new(Condition::Contains(operand, value)))])
        }
        _ => Condition::Exists(path),
    }
}
