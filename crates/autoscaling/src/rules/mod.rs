//! What AWS refuses, and in which words.

pub mod schedule;
pub mod tracking;

use kernel::AwsError;
use serde_json::Value;

use crate::state::Key;

/// The one service whose resources can be scaled here.
pub const NAMESPACE: &str = "dynamodb";

/// What a dimension scales.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Read units.
    Read,
    /// Write units.
    Write,
}

impl Kind {
    /// Of `dynamodb:table:ReadCapacityUnits` and its like.
    pub fn of(dimension: &str) -> Self {
        if dimension.ends_with(":ReadCapacityUnits") { Self::Read } else { Self::Write }
    }

    /// `ProvisionedThroughput`'s name for the units.
    pub fn member(self) -> &'static str {
        match self {
            Self::Read => "ReadCapacityUnits",
            Self::Write => "WriteCapacityUnits",
        }
    }

    /// The units in the words of activities.
    pub fn words(self) -> &'static str {
        match self {
            Self::Read => "read capacity units",
            Self::Write => "write capacity units",
        }
    }

    /// The metric by which they are tracked.
    pub fn metric(self) -> &'static str {
        match self {
            Self::Read => "DynamoDBReadCapacityUtilization",
            Self::Write => "DynamoDBWriteCapacityUtilization",
        }
    }
}

/// The target that an input names.
pub fn key(input: &Value) -> Result<Key, AwsError> {
    let text = |name: &str| input[name].as_str().unwrap_or_default();
    let (namespace, resource, dimension) = (text("ServiceNamespace"), text("ResourceId"), text("ScalableDimension"));
    if namespace != NAMESPACE {
        return Err(AwsError::validation(format!(
            "This cloud scales nothing of the service namespace {namespace}: only {NAMESPACE} is there"
        )));
    }
    let fits = match parts(resource) {
        Some((_, None)) => dimension.starts_with("dynamodb:table:"),
        Some((_, Some(_))) => dimension.starts_with("dynamodb:index:"),
        None => false,
    };
    if !fits {
        return Err(AwsError::validation("Unsupported service namespace, resource type or scalable dimension"));
    }
    Ok(Key { resource: resource.to_owned(), dimension: dimension.to_owned() })
}

/// The table and the index of `table/NAME` or `table/NAME/index/NAME`.
pub fn parts(resource: &str) -> Option<(&str, Option<&str>)> {
    let mut parts = resource.strip_prefix("table/")?.split('/');
    let table = parts.next().filter(|name| !name.is_empty())?;
    match (parts.next(), parts.next(), parts.next()) {
        (None, None, None) => Some((table, None)),
        (Some("index"), Some(index), None) if !index.is_empty() => Some((table, Some(index))),
        _ => None,
    }
}

/// `ObjectNotFoundException` for a `thing` of a target: `No KIND found for …`.
pub fn not_found(thing: &str, key: &Key, name: Option<(&str, &str)>) -> AwsError {
    let Key { resource, dimension } = key;
    let name = name.map(|(kind, name)| format!(", {kind} name: {name}")).unwrap_or_default();
    AwsError::new(
        "ObjectNotFoundException",
        format!(
            "No {thing} for service namespace: {NAMESPACE}, resource ID: {resource}, scalable dimension: \
             {dimension}{name}"
        ),
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_resource_and_its_dimension_fit_together() {
        for (resource, dimension, fits) in [
            ("table/songs", "dynamodb:table:ReadCapacityUnits", true),
            ("table/songs/index/by-title", "dynamodb:index:WriteCapacityUnits", true),
            ("table/songs", "dynamodb:index:WriteCapacityUnits", false),
            ("table/songs/index", "dynamodb:index:WriteCapacityUnits", false),
            ("songs", "dynamodb:table:ReadCapacityUnits", false),
        ] {
            let input = json!({"ServiceNamespace": "dynamodb", "ResourceId": resource, "ScalableDimension": dimension});
            assert_eq!(key(&input).is_ok(), fits, "{resource} {dimension}");
        }
    }
}
