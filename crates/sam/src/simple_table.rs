//! `AWS::Serverless::SimpleTable`: a table with a single primary key.

use serde_json::json;

use crate::Problem;
use crate::properties::{Property, Shape, check, optional, passed};
use crate::resource::{Resource, Source};
use crate::values::{given, printed, tag_list};

const PROPERTIES: [Property; 6] = [
    passed("PointInTimeRecoverySpecification"),
    optional("PrimaryKey", Shape::MapOfText),
    optional("ProvisionedThroughput", Shape::MapOfWholeOrMap),
    optional("TableName", Shape::TextOrMap),
    optional("Tags", Shape::Map),
    optional("SSESpecification", Shape::Map),
];

pub(crate) fn translate(source: &Source) -> Result<Resource, Problem> {
    check(&source.id, "AWS::Serverless::SimpleTable", &PROPERTIES, &source.properties)?;
    let (name, kind) = primary_key(source)?;
    let mut table = Resource::new(&source.id, "AWS::DynamoDB::Table", &source.attributes)
        .depends_on(source.depends_on.clone())
        .with("AttributeDefinitions", json!([{ "AttributeName": name, "AttributeType": kind }]))
        .with("KeySchema", json!([{ "AttributeName": name, "KeyType": "HASH" }]))
        .with_given("PointInTimeRecoverySpecification", source.set("PointInTimeRecoverySpecification"));
    match source.set("ProvisionedThroughput") {
        Some(throughput) => table.put("ProvisionedThroughput", throughput.clone()),
        None => table.put("BillingMode", "PAY_PER_REQUEST"),
    }
    for property in ["SSESpecification", "TableName"] {
        if let Some(value) = source.set(property) {
            table.put(property, value.clone());
        }
    }
    if let Some(tags) = source.set("Tags").and_then(|tags| tags.as_object()) {
        table.put("Tags", tag_list(tags));
    }
    Ok(table)
}

fn primary_key(source: &Source) -> Result<(serde_json::Value, &'static str), Problem> {
    let Some(key) = source.set("PrimaryKey").and_then(|key| key.as_object()) else {
        return Ok((json!("id"), "S"));
    };
    let member = |name: &str| {
        given(key, name)
            .ok_or_else(|| Problem::resource(&source.id, format!("Property 'PrimaryKey.{name}' is required.")))
    };
    let name = member("Name")?;
    let kind = member("Type")?;
    let kind = match kind.as_str() {
        Some("String") => "S",
        Some("Number") => "N",
        Some("Binary") => "B",
        _ => return source.problem(format!("Invalid 'Type' \"{}\".", printed(kind))),
    };
    Ok((name.clone(), kind))
}
