//! Amazon `DynamoDB`: tables, their description, and their items.

use super::{list_at, text_at, texts_at};
use crate::client::{Client, Failure};
use serde_json::{Map, Value, json};

/// Pages that are looked through for items with a time to live.
const EXPIRY_PAGES: usize = 8;
const TARGET: &str = "DynamoDB_20120810";

/// An attribute of a key.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Key {
    pub name: String,
    /// `S`, `N` or `B`.
    pub kind: String,
    pub is_partition: bool,
}

/// A table as `DescribeTable` tells it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    pub name: String,
    pub arn: String,
    pub status: String,
    /// The partition key and, when there is one, the sort key.
    pub keys: Vec<Key>,
    pub indexes: Vec<Index>,
    pub billing: Billing,
    pub item_count: u64,
    pub bytes: u64,
    pub is_protected: bool,
    /// The ARN of the latest stream.
    pub stream: String,
    /// What the stream's records hold; empty when the stream is off.
    pub stream_view: String,
    /// The regions of its other replicas; empty for a table that has none.
    pub regions: Vec<String>,
}

impl Table {
    /// The key attributes of the table, or of one of its indexes.
    pub fn keys_of(&self, index: &str) -> &[Key] {
        self.indexes.iter().find(|known| known.name == index).map_or(&self.keys, |index| &index.keys)
    }
}

/// How a table's or an index's requests are paid for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Billing {
    pub is_on_demand: bool,
    pub read_units: u64,
    pub write_units: u64,
}

/// A secondary index.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Index {
    pub name: String,
    pub is_local: bool,
    /// A local index has none of its own.
    pub status: String,
    pub is_backfilling: bool,
    pub keys: Vec<Key>,
    /// `ALL`, `KEYS_ONLY`, or the names of what is included.
    pub projection: String,
    pub item_count: u64,
    pub bytes: u64,
    pub read_units: u64,
    pub write_units: u64,
}

/// A call that reads, as it is sent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Read {
    pub operation: &'static str,
    pub body: Value,
}

/// One page of what was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    pub items: Vec<Value>,
    /// Where the next page begins, as its request has to say it.
    pub next: Option<Value>,
    /// How many items were looked at before the filter.
    pub scanned: u64,
    pub cost: Cost,
}

/// The capacity that a call took.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cost {
    pub units: f64,
    /// What of it went to each index; the rest went to the table.
    pub indexes: Vec<(String, f64)>,
}

/// The time to live of a table's items.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TimeToLive {
    pub status: String,
    pub attribute: String,
}

/// An item that goes by itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Expiring {
    pub key: Value,
    /// Seconds of the virtual clock.
    pub at: f64,
}

/// The names of all tables.
pub async fn tables(client: &Client) -> Result<Vec<String>, Failure> {
    let answer = call(client, "ListTables", json!({})).await?;
    Ok(texts_at(&answer, "/TableNames"))
}

/// One table.
pub async fn table(client: &Client, name: &str) -> Result<Table, Failure> {
    let answer = call(client, "DescribeTable", json!({ "TableName": name })).await?;
    Ok(read_table(&answer["Table"]))
}

fn read_table(table: &Value) -> Table {
    let indexes = |pointer: &str, is_local: bool| {
        list_at(table, pointer).iter().map(|index| read_index(table, index, is_local)).collect::<Vec<_>>()
    };
    let mut all = indexes("/LocalSecondaryIndexes", true);
    all.extend(indexes("/GlobalSecondaryIndexes", false));
    Table {
        name: text_at(table, "/TableName"),
        arn: text_at(table, "/TableArn"),
        status: text_at(table, "/TableStatus"),
        keys: read_keys(table, table),
        indexes: all,
        billing: Billing {
            is_on_demand: text_at(table, "/BillingModeSummary/BillingMode") == "PAY_PER_REQUEST",
            read_units: count_at(table, "/ProvisionedThroughput/ReadCapacityUnits"),
            write_units: count_at(table, "/ProvisionedThroughput/WriteCapacityUnits"),
        },
        item_count: count_at(table, "/ItemCount"),
        bytes: count_at(table, "/TableSizeBytes"),
        is_protected: table["DeletionProtectionEnabled"] == json!(true),
        stream: text_at(table, "/LatestStreamArn"),
        stream_view: text_at(table, "/StreamSpecification/StreamViewType"),
        regions: list_at(table, "/Replicas").iter().map(|replica| text_at(replica, "/RegionName")).collect(),
    }
}

fn read_keys(table: &Value, owner: &Value) -> Vec<Key> {
    let kind_of = |name: &str| {
        let definitions = list_at(table, "/AttributeDefinitions");
        let definition = definitions.iter().find(|definition| definition["AttributeName"] == json!(name));
        definition.map_or_else(String::new, |definition| text_at(definition, "/AttributeType"))
    };
    let read = |key: &Value| {
        let name = text_at(key, "/AttributeName");
        Key { kind: kind_of(&name), is_partition: key["KeyType"] == json!("HASH"), name }
    };
    list_at(owner, "/KeySchema").iter().map(read).collect()
}

fn read_index(table: &Value, index: &Value, is_local: bool) -> Index {
    let projection = match text_at(index, "/Projection/ProjectionType").as_str() {
        "INCLUDE" => texts_at(index, "/Projection/NonKeyAttributes").join(", "),
        other => other.to_owned(),
    };
    Index {
        name: text_at(index, "/IndexName"),
        is_local,
        status: text_at(index, "/IndexStatus"),
        is_backfilling: index["Backfilling"] == json!(true),
        keys: read_keys(table, index),
        projection,
        item_count: count_at(index, "/ItemCount"),
        bytes: count_at(index, "/IndexSizeBytes"),
        read_units: count_at(index, "/ProvisionedThroughput/ReadCapacityUnits"),
        write_units: count_at(index, "/ProvisionedThroughput/WriteCapacityUnits"),
    }
}

fn count_at(value: &Value, pointer: &str) -> u64 {
    value.pointer(pointer).and_then(Value::as_u64).unwrap_or_default()
}

/// Runs a `Query` or a `Scan`.
pub async fn read(client: &Client, read: &Read) -> Result<Page, Failure> {
    let answer = call(client, read.operation, read.body.clone()).await?;
    Ok(read_page(&answer, "LastEvaluatedKey"))
}

/// Runs a `PartiQL` statement, or the next page of one.
pub async fn execute(client: &Client, statement: &str, next: Option<Value>) -> Result<Page, Failure> {
    let mut body = json!({ "Statement": statement, "ReturnConsumedCapacity": "INDEXES" });
    if let Some(next) = next {
        body["NextToken"] = next;
    }
    let answer = call(client, "ExecuteStatement", body).await?;
    Ok(read_page(&answer, "NextToken"))
}

fn read_page(answer: &Value, next: &str) -> Page {
    Page {
        items: list_at(answer, "/Items").to_vec(),
        next: answer.get(next).filter(|next| !next.is_null()).cloned(),
        scanned: count_at(answer, "/ScannedCount"),
        cost: read_cost(answer),
    }
}

fn read_cost(answer: &Value) -> Cost {
    let units_at = |value: &Value| value.get("CapacityUnits").and_then(Value::as_f64).unwrap_or_default();
    let consumed = &answer["ConsumedCapacity"];
    let indexes = ["LocalSecondaryIndexes", "GlobalSecondaryIndexes"];
    let indexes = indexes.iter().filter_map(|kind| consumed.get(kind)?.as_object()).flatten();
    Cost {
        units: units_at(consumed),
        indexes: indexes.map(|(name, capacity)| (name.clone(), units_at(capacity))).collect(),
    }
}

/// The whole item that has a key.
pub async fn get(client: &Client, table: &str, key: &Value) -> Result<Option<Value>, Failure> {
    let body = json!({ "TableName": table, "Key": key, "ConsistentRead": true });
    let answer = call(client, "GetItem", body).await?;
    Ok(answer.get("Item").filter(|item| item.is_object()).cloned())
}

/// Writes an item where none has its key; over one that has it, only when that is wanted.
pub async fn put(client: &Client, table: &Table, item: &Value, replace: bool) -> Result<Cost, Failure> {
    let mut body = json!({ "TableName": table.name, "Item": item, "ReturnConsumedCapacity": "INDEXES" });
    if let Some(key) = table.keys.first().filter(|_| !replace) {
        body["ConditionExpression"] = json!("attribute_not_exists(#key)");
        body["ExpressionAttributeNames"] = json!({ "#key": key.name });
    }
    call(client, "PutItem", body).await.map(|answer| read_cost(&answer))
}

/// Writes what differs between two versions of an item, and leaves the rest as somebody else may have
/// written it meanwhile. Nothing is sent when nothing differs.
pub async fn update(client: &Client, table: &Table, old: &Value, new: &Value) -> Result<Cost, Failure> {
    match changes(table, old, new) {
        Some(body) => call(client, "UpdateItem", body).await.map(|answer| read_cost(&answer)),
        None => Ok(Cost::default()),
    }
}

fn changes(table: &Table, old: &Value, new: &Value) -> Option<Value> {
    let (old_item, new_item) = (old.as_object()?, new.as_object()?);
    let is_key = |name: &String| table.keys.iter().any(|key| key.name == *name);
    let mut names = Map::new();
    let mut values = Map::new();
    let mut set = Vec::new();
    for (name, value) in new_item.iter().filter(|(name, value)| !is_key(name) && old_item.get(*name) != Some(value)) {
        let number = set.len();
        names.insert(format!("#s{number}"), json!(name));
        values.insert(format!(":s{number}"), value.clone());
        set.push(format!("#s{number} = :s{number}"));
    }
    let mut remove = Vec::new();
    for name in old_item.keys().filter(|name| !new_item.contains_key(*name) && !is_key(name)) {
        let placeholder = format!("#r{}", remove.len());
        names.insert(placeholder.clone(), json!(name));
        remove.push(placeholder);
    }
    let clause = |verb: &str, parts: &[String]| (!parts.is_empty()).then(|| format!("{verb} {}", parts.join(", ")));
    let clauses: Vec<String> = [clause("SET", &set), clause("REMOVE", &remove)].into_iter().flatten().collect();
    if clauses.is_empty() {
        return None;
    }
    names.insert("#key".to_owned(), json!(table.keys.first()?.name));
    let mut body = json!({
        "TableName": table.name,
        "Key": key_of(table, old),
        "UpdateExpression": clauses.join(" "),
        // An item that was deleted meanwhile does not come back as half an item.
        "ConditionExpression": "attribute_exists(#key)",
        "ExpressionAttributeNames": names,
        "ReturnConsumedCapacity": "INDEXES",
    });
    if !values.is_empty() {
        body["ExpressionAttributeValues"] = values.into();
    }
    Some(body)
}

/// Deletes the item that has a key.
pub async fn delete(client: &Client, table: &str, key: &Value) -> Result<Cost, Failure> {
    let body = json!({ "TableName": table, "Key": key, "ReturnConsumedCapacity": "INDEXES" });
    call(client, "DeleteItem", body).await.map(|answer| read_cost(&answer))
}

/// The key of an item, or as much of it as the item holds.
pub fn key_of(table: &Table, item: &Value) -> Value {
    let part = |key: &Key| Some((key.name.clone(), item.get(&key.name)?.clone()));
    table.keys.iter().filter_map(part).collect::<Map<_, _>>().into()
}

/// Whether an item holds its whole key: a projection may have left it out.
pub fn has_key(table: &Table, item: &Value) -> bool {
    !table.keys.is_empty() && table.keys.iter().all(|key| item.get(&key.name).is_some())
}

/// Whether a table's items have a time to live, and which attribute tells it.
pub async fn time_to_live(client: &Client, table: &str) -> Result<TimeToLive, Failure> {
    let answer = call(client, "DescribeTimeToLive", json!({ "TableName": table })).await?;
    Ok(TimeToLive {
        status: text_at(&answer, "/TimeToLiveDescription/TimeToLiveStatus"),
        attribute: text_at(&answer, "/TimeToLiveDescription/AttributeName"),
    })
}

/// The items that have a time to live, the next one first.
pub async fn expiring(client: &Client, table: &Table, attribute: &str) -> Result<Vec<Expiring>, Failure> {
    let mut body = json!({
        "TableName": table.name,
        "FilterExpression": "attribute_type(#ttl, :number)",
        "ExpressionAttributeNames": { "#ttl": attribute },
        "ExpressionAttributeValues": { ":number": { "S": "N" } },
    });
    let mut found = Vec::new();
    for _ in 0..EXPIRY_PAGES {
        let answer = call(client, "Scan", body.clone()).await?;
        found.extend(list_at(&answer, "/Items").iter().filter_map(|item| {
            let at = item.get(attribute)?.get("N")?.as_str()?.parse().ok()?;
            Some(Expiring { key: key_of(table, item), at })
        }));
        match answer.get("LastEvaluatedKey") {
            Some(next) if next.is_object() => body["ExclusiveStartKey"] = next.clone(),
            _ => break,
        }
    }
    found.sort_by(|a, b| a.at.total_cmp(&b.at));
    Ok(found)
}

/// Some items of a table, in no order that means anything.
pub async fn sample(client: &Client, table: &str, limit: usize) -> Result<Vec<Value>, Failure> {
    let answer = call(client, "Scan", json!({ "TableName": table, "Limit": limit })).await?;
    Ok(list_at(&answer, "/Items").to_vec())
}

/// Reads one item, from the table or through a cluster's endpoint: the items of the answer, and its cost.
pub async fn read_at(
    client: &Client,
    endpoint: Option<&str>,
    operation: &str,
    table: &Table,
    key: &Value,
) -> Result<(Vec<Value>, Cost), Failure> {
    let mut body = json!({ "TableName": table.name, "ReturnConsumedCapacity": "TOTAL" });
    if operation == "GetItem" {
        body["Key"] = key.clone();
    } else if let Some(partition) = table.keys.first() {
        body["KeyConditionExpression"] = json!("#key = :value");
        body["ExpressionAttributeNames"] = json!({ "#key": partition.name });
        body["ExpressionAttributeValues"] = json!({ ":value": key[&partition.name] });
    }
    let host = endpoint.map_or_else(|| client.host("dynamodb"), str::to_owned);
    let answer = client.json_at(&host, &format!("{TARGET}.{operation}"), "1.0", body).await?;
    let item = answer.get("Item").filter(|item| item.is_object()).cloned();
    let items = list_at(&answer, "/Items").iter().cloned().chain(item);
    Ok((items.collect(), read_cost(&answer)))
}

async fn call(client: &Client, operation: &str, body: Value) -> Result<Value, Failure> {
    client.json("dynamodb", &format!("{TARGET}.{operation}"), "1.0", body).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let key = |name: &str, kind: &str, is_partition| Key { name: name.into(), kind: kind.into(), is_partition };
        Table { name: "t".into(), keys: vec![key("pk", "S", true), key("sk", "N", false)], ..Table::default() }
    }

    #[test]
    fn a_key_holds_the_key_attributes_only() {
        let item = json!({"pk": {"S": "a"}, "title": {"S": "b"}, "sk": {"N": "1"}});
        assert_eq!(key_of(&table(), &item), json!({"pk": {"S": "a"}, "sk": {"N": "1"}}));
        assert!(has_key(&table(), &item));
        assert!(!has_key(&table(), &json!({"pk": {"S": "a"}})));
    }

    #[test]
    fn an_update_names_only_what_differs() {
        let old = json!({"pk": {"S": "a"}, "sk": {"N": "1"}, "kept": {"S": "x"}, "gone": {"S": "y"}, "n": {"N": "1"}});
        let new = json!({"pk": {"S": "a"}, "sk": {"N": "1"}, "kept": {"S": "x"}, "n": {"N": "2"}});
        let body = changes(&table(), &old, &new).expect("something differs");
        assert_eq!(body["UpdateExpression"], "SET #s0 = :s0 REMOVE #r0");
        assert_eq!(body["ExpressionAttributeNames"], json!({"#s0": "n", "#r0": "gone", "#key": "pk"}));
        assert_eq!(body["ExpressionAttributeValues"], json!({":s0": {"N": "2"}}));
        assert_eq!(changes(&table(), &old, &old), None);
    }

    #[test]
    fn a_description_tells_keys_with_their_types_and_indexes_with_theirs() {
        let described = json!({
            "TableName": "orders", "TableStatus": "ACTIVE", "ItemCount": 2,
            "AttributeDefinitions": [
                {"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "at", "AttributeType": "N"},
            ],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
            "GlobalSecondaryIndexes": [{
                "IndexName": "ByTime", "IndexStatus": "CREATING", "Backfilling": true,
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["a", "b"]},
            }],
        });
        let table = read_table(&described);
        assert!(table.billing.is_on_demand);
        let at = Key { name: "at".into(), kind: "N".into(), is_partition: false };
        assert_eq!(table.keys_of("ByTime").last(), Some(&at));
        assert_eq!(table.keys_of("").len(), 1);
        assert_eq!((table.indexes[0].projection.as_str(), table.indexes[0].is_backfilling), ("a, b", true));
    }

    #[test]
    fn the_cost_of_a_call_is_told_by_index() {
        let answer = json!({"ConsumedCapacity": {
            "CapacityUnits": 3.0, "Table": {"CapacityUnits": 1.0},
            "GlobalSecondaryIndexes": {"ByTime": {"CapacityUnits": 2.0}},
        }});
        assert_eq!(read_cost(&answer), Cost { units: 3.0, indexes: vec![("ByTime".into(), 2.0)] });
    }
}
