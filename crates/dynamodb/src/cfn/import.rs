//! Tables that a template fills with objects of S3.

use kernel::{AwsError, ResourceContext};
use serde_json::{Map, Value, json};

use super::{POLL, copy, encryption, index_to_make, indexes, invoke};

/// Properties that an import makes a table with. The others are set when it is there.
const MADE_WITH: [&str; 5] =
    ["AttributeDefinitions", "BillingMode", "KeySchema", "OnDemandThroughput", "ProvisionedThroughput"];

/// What says where the items are, and how they are written.
const SOURCE: [&str; 4] = ["InputCompressionType", "InputFormat", "InputFormatOptions", "S3BucketSource"];

/// Makes the table `name` of what `source` says, and waits until it is filled. The properties that it has
/// then.
pub async fn import(
    context: &ResourceContext,
    name: &str,
    properties: &Value,
    source: &Value,
) -> Result<Value, AwsError> {
    if properties.get("LocalSecondaryIndexes").is_some() {
        return Err(AwsError::validation("A table that is imported cannot have LocalSecondaryIndexes."));
    }
    let mut made = Map::new();
    copy(properties, &MADE_WITH, &mut made);
    if !indexes(properties).is_empty() {
        made.insert("GlobalSecondaryIndexes".to_owned(), indexes(properties).iter().map(index_to_make).collect());
    }
    let mut parameters = made.clone();
    parameters.insert("TableName".to_owned(), json!(name));
    if let Some(encryption) = encryption(properties) {
        parameters.insert("SSESpecification".to_owned(), encryption);
        made.insert("SSESpecification".to_owned(), properties["SSESpecification"].clone());
    }
    let mut input = Map::from_iter([("TableCreationParameters".to_owned(), Value::Object(parameters))]);
    copy(source, &SOURCE, &mut input);
    let mut told = invoke(context, "ImportTable", Value::Object(input)).await?["ImportTableDescription"].take();
    while told["ImportStatus"] == "IN_PROGRESS" {
        context.kernel.clock.sleep(POLL).await;
        let answer = invoke(context, "DescribeImport", json!({"ImportArn": told["ImportArn"]})).await?;
        told = answer["ImportTableDescription"].clone();
    }
    if told["ImportStatus"] != "COMPLETED" {
        let why = told["FailureMessage"].as_str().unwrap_or_default();
        return Err(AwsError::validation(format!("The import of table {name} failed: {why}")));
    }
    Ok(Value::Object(made))
}
