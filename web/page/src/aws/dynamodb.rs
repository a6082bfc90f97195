//! Amazon `DynamoDB`: tables and items.

use super::{list_at, text_at};
use crate::client::{Client, Failure};
use serde_json::{Map, Value, json};

/// A table as `DescribeTable` tells it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    pub name: String,
    pub status: String,
    /// Names and types of the partition key and, when there is one, the sort key.
    pub keys: Vec<(String, String)>,
    pub stream: String,
}

/// One page of a scan.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    pub items: Vec<Value>,
    pub next: Option<Value>,
}

/// The names of all tables.
pub async fn tables(client: &Client) -> Result<Vec<String>, Failure> {
    let answer = call(client, "ListTables", json!({})).await?;
    Ok(super::texts_at(&answer, "/TableNames"))
}

/// One table.
pub async fn table(client: &Client, name: &str) -> Result<Table, Failure> {
    let answer = call(client, "DescribeTable", json!({ "TableName": name })).await?;
    let kind_of = |attribute: &str| {
        list_at(&answer, "/Table/AttributeDefinitions")
            .iter()
            .find(|definition| text_at(definition, "/AttributeName") == attribute)
            .map_or_else(String::new, |definition| text_at(definition, "/AttributeType"))
    };
    let keys = list_at(&answer, "/Table/KeySchema")
        .iter()
        .map(|key| text_at(key, "/AttributeName"))
        .map(|name| (name.clone(), kind_of(&name)))
        .collect();
    Ok(Table {
        name: name.to_owned(),
        status: text_at(&answer, "/Table/TableStatus"),
        keys,
        stream: text_at(&answer, "/Table/LatestStreamArn"),
    })
}

/// The next items of a table.
pub async fn scan(client: &Client, table: &str, limit: u32, start: Option<Value>) -> Result<Page, Failure> {
    let mut request = json!({ "TableName": table, "Limit": limit });
    if let Some(start) = start {
        request["ExclusiveStartKey"] = start;
    }
    let answer = call(client, "Scan", request).await?;
    Ok(Page {
        items: list_at(&answer, "/Items").to_vec(),
        next: answer.get("LastEvaluatedKey").filter(|key| key.is_object()).cloned(),
    })
}

/// Writes an item over whatever has its key.
pub async fn put(client: &Client, table: &str, item: &Value) -> Result<(), Failure> {
    call(client, "PutItem", json!({ "TableName": table, "Item": item })).await.map(drop)
}

/// Deletes the item that has a key.
pub async fn delete(client: &Client, table: &str, key: &Value) -> Result<(), Failure> {
    call(client, "DeleteItem", json!({ "TableName": table, "Key": key })).await.map(drop)
}

/// The key of an item.
pub fn key_of(table: &Table, item: &Value) -> Value {
    table
        .keys
        .iter()
        .filter_map(|(name, _)| Some((name.clone(), item.get(name)?.clone())))
        .collect::<Map<_, _>>()
        .into()
}

async fn call(client: &Client, operation: &str, body: Value) -> Result<Value, Failure> {
    client.json("dynamodb", &format!("DynamoDB_20120810.{operation}"), "1.0", body).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_holds_the_key_attributes_only() {
        let table = Table { keys: vec![("pk".into(), "S".into()), ("sk".into(), "N".into())], ..Table::default() };
        let item = json!({"pk": {"S": "a"}, "title": {"S": "b"}, "sk": {"N": "1"}});
        assert_eq!(key_of(&table, &item), json!({"pk": {"S": "a"}, "sk": {"N": "1"}}));
    }
}
