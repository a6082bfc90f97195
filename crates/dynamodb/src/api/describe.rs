//! Tables as the wire describes them.

use serde_json::{Map, Value, json};

use super::put_some;
use crate::{
    replicas,
    rules::throughput::warm,
    state::{Billing, ChangeKind, Region, Table, TableDefinition, ThroughputHistory},
};

/// A global index that is not just there.
#[derive(Clone, Copy)]
pub struct Changing<'a> {
    /// Its name.
    pub index: &'a str,
    /// `IndexStatus`
    pub status: &'a str,
    /// Whether it is being filled, if it is being made.
    pub backfilling: bool,
}

/// `TableDescription` at the moment `now`.
pub fn at(region: &Region, table: &Table, now: u64) -> Value {
    let definition = &table.definition;
    let changing = definition.change_at(now).and_then(|change| {
        let (index, status) = match &change.kind {
            ChangeKind::IndexCreate(index) => (index, "CREATING"),
            ChangeKind::IndexUpdate(index) => (index, "UPDATING"),
            ChangeKind::IndexDelete(index) => (index, "DELETING"),
            _ => return None,
        };
        Some(Changing { index, status, backfilling: change.is_backfilling(now) })
    });
    self::table(region, table, definition.status_at(now), changing, now)
}

/// `TableDescription`; `status` is the table's, and `now` says which day is today.
pub fn table(region: &Region, table: &Table, status: &str, changing: Option<Changing<'_>>, now: u64) -> Value {
    let definition = &table.definition;
    let attributes = definition.attributes.iter();
    let mut answer = Map::new();
    let mut put = |name: &str, value: Value| answer.insert(name.to_owned(), value);
    put(
        "AttributeDefinitions",
        attributes.map(|key| json!({"AttributeName": key.name, "AttributeType": key.kind.name()})).collect(),
    );
    put("TableName", json!(definition.name));
    put("KeySchema", definition.keys.to_json());
    put("TableStatus", json!(status));
    put("CreationDateTime", seconds(definition.created_at));
    put("ProvisionedThroughput", throughput(definition.billing.throughput, &definition.billing.history, now));
    put("TableSizeBytes", json!(table.size));
    put("ItemCount", json!(table.len()));
    put("TableArn", json!(definition.arn));
    put("TableId", json!(definition.uuid));
    put("DeletionProtectionEnabled", json!(definition.deletion_protection));
    put(
        "WarmThroughput",
        warm_throughput(definition.billing.on_demand, definition.billing.throughput, &definition.billing.history),
    );
    put_some(&mut answer, "BillingModeSummary", billing(&definition.billing));
    put_some(&mut answer, "OnDemandThroughput", definition.on_demand_throughput.clone());
    put_some(&mut answer, "TableClassSummary", definition.class.as_ref().map(|class| json!({"TableClass": class})));
    put_some(&mut answer, "SSEDescription", definition.encryption.as_ref().map(|asked| encryption(definition, asked)));
    for (name, local) in [("LocalSecondaryIndexes", true), ("GlobalSecondaryIndexes", false)] {
        let found: Vec<Value> = indexes(table, local, changing, now);
        put_some(&mut answer, name, (!found.is_empty()).then_some(Value::Array(found)));
    }
    let vectors = vector_indexes(table, changing);
    put_some(&mut answer, "VectorIndexes", (!vectors.is_empty()).then_some(Value::Array(vectors)));
    if let Some(stream) = definition.stream_arn.as_ref().and_then(|arn| region.streams.get(arn)) {
        put_some(&mut answer, "LatestStreamArn", Some(json!(stream.definition.arn)));
        put_some(&mut answer, "LatestStreamLabel", Some(json!(stream.definition.label)));
        let view = stream.definition.view.name();
        let specification = stream.is_open().then(|| json!({"StreamEnabled": true, "StreamViewType": view}));
        put_some(&mut answer, "StreamSpecification", specification);
    }
    if let Some(group) = &definition.keeping.group {
        answer.extend(replicas::described(group, &definition.billing));
    }
    Value::Object(answer)
}

/// A moment as the wire writes it.
pub fn seconds(millis: u64) -> Value {
    json!(millis as f64 / 1000.0)
}

fn billing(billing: &Billing) -> Option<Value> {
    if !billing.named {
        return None;
    }
    let mode = if billing.on_demand { "PAY_PER_REQUEST" } else { "PROVISIONED" };
    let mut summary = Map::from_iter([("BillingMode".to_owned(), json!(mode))]);
    put_some(&mut summary, "LastUpdateToPayPerRequestDateTime", billing.on_demand_since.map(seconds));
    Some(Value::Object(summary))
}

fn throughput((read, write): (u64, u64), history: &ThroughputHistory, now: u64) -> Value {
    let mut answer = Map::new();
    answer.insert("NumberOfDecreasesToday".to_owned(), json!(history.decreases_on_day_of(now)));
    answer.insert("ReadCapacityUnits".to_owned(), json!(read));
    answer.insert("WriteCapacityUnits".to_owned(), json!(write));
    // A change that is still under way has begun at least.
    let moment = |at: Option<u64>| at.map(|at| seconds(at.min(now)));
    put_some(&mut answer, "LastIncreaseDateTime", moment(history.increased_at));
    put_some(&mut answer, "LastDecreaseDateTime", moment(history.decreased_at));
    Value::Object(answer)
}

/// `WarmThroughput`
pub fn warm_throughput(on_demand: bool, units: (u64, u64), history: &ThroughputHistory) -> Value {
    let (read, write) = warm(on_demand, units, history);
    json!({"ReadUnitsPerSecond": read, "WriteUnitsPerSecond": write, "Status": "ACTIVE"})
}

/// `SSEDescription`; a key is always told by its ARN, and AWS's own key where none was named.
fn encryption(table: &TableDefinition, specification: &Value) -> Value {
    let key = specification.get("KMSMasterKeyId").and_then(Value::as_str).unwrap_or("alias/aws/dynamodb");
    let key = if key.starts_with("arn:") {
        key.to_owned()
    } else {
        let place = table.arn.replacen(":dynamodb:", ":kms:", 1);
        let place = place.split(":table/").next().unwrap_or_default();
        if key.starts_with("alias/") { format!("{place}:{key}") } else { format!("{place}:key/{key}") }
    };
    json!({"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": key})
}

fn indexes(table: &Table, local: bool, changing: Option<Changing<'_>>, now: u64) -> Vec<Value> {
    let definition = &table.definition;
    let described = definition.indexes.iter().enumerate().filter(|(_, index)| index.local == local);
    described
        .map(|(position, index)| {
            let (count, size) = table.index_figures(position);
            let mut answer = json!({
                "IndexName": index.name,
                "KeySchema": index.keys.to_json(),
                "Projection": index.projection.to_json(),
                "IndexSizeBytes": size,
                "ItemCount": count,
                "IndexArn": format!("{}/index/{}", definition.arn, index.name),
            });
            if !local {
                let changing = changing.filter(|changing| changing.index == index.name);
                answer["IndexStatus"] = json!(changing.map_or("ACTIVE", |changing| changing.status));
                // Only an index that is made for a table with items says whether it is being filled.
                if let Some(changing) = changing.filter(|changing| changing.status == "CREATING") {
                    answer["Backfilling"] = json!(changing.backfilling);
                }
                answer["ProvisionedThroughput"] = throughput(index.throughput, &index.history, now);
                answer["WarmThroughput"] =
                    warm_throughput(definition.billing.on_demand, index.throughput, &index.history);
                if let Some(maxima) = &index.on_demand_throughput {
                    answer["OnDemandThroughput"] = maxima.clone();
                }
            }
            answer
        })
        .collect()
}

fn vector_indexes(table: &Table, changing: Option<Changing<'_>>) -> Vec<Value> {
    let definition = &table.definition;
    let described = definition.vectors.iter().enumerate().map(|(position, index)| {
        let mut answer = index.to_json();
        let (count, size) = table.vector_figures(position);
        let changing = changing.filter(|changing| changing.index == index.name);
        answer.insert("IndexStatus".to_owned(), json!(changing.map_or("ACTIVE", |changing| changing.status)));
        let filled = changing.filter(|changing| changing.status == "CREATING");
        put_some(&mut answer, "Backfilling", filled.map(|changing| json!(changing.backfilling)));
        answer.insert("IndexSizeBytes".to_owned(), json!(size));
        answer.insert("ItemCount".to_owned(), json!(count));
        answer.insert("IndexArn".to_owned(), json!(format!("{}/index/{}", definition.arn, index.name)));
        Value::Object(answer)
    });
    described.collect()
}

/// The indexes and the encryption of a table as its backup describes them: only what was chosen.
pub fn features(table: &Table) -> Map<String, Value> {
    const CHOSEN: [&str; 4] = ["IndexName", "KeySchema", "Projection", "ProvisionedThroughput"];
    let mut answer = Map::new();
    for (name, local) in [("LocalSecondaryIndexes", true), ("GlobalSecondaryIndexes", false)] {
        let mut found = indexes(table, local, None, 0);
        for index in found.iter_mut().filter_map(Value::as_object_mut) {
            index.retain(|member, _| CHOSEN.contains(&member.as_str()));
            if let Some(throughput) = index.get_mut("ProvisionedThroughput").and_then(Value::as_object_mut) {
                throughput.retain(|member, _| member.ends_with("CapacityUnits"));
            }
        }
        put_some(&mut answer, name, (!found.is_empty()).then_some(Value::Array(found)));
    }
    let vectors: Vec<Value> = table.definition.vectors.iter().map(|index| Value::Object(index.to_json())).collect();
    put_some(&mut answer, "VectorIndexes", (!vectors.is_empty()).then_some(Value::Array(vectors)));
    put_some(
        &mut answer,
        "SSEDescription",
        table.definition.encryption.as_ref().map(|asked| encryption(&table.definition, asked)),
    );
    answer
}

/// A moment as messages write it, with milliseconds.
pub fn iso8601(millis: u64) -> String {
    formatted(millis, "%Y-%m-%dT%H:%M:%S.%3fZ")
}

/// A moment as messages write it, in whole seconds.
pub fn iso8601_seconds(millis: u64) -> String {
    formatted(millis, "%Y-%m-%dT%H:%M:%SZ")
}

/// A moment in a form of its own.
pub fn formatted(millis: u64, format: &str) -> String {
    let moment = i64::try_from(millis).ok().and_then(|millis| jiff::Timestamp::from_millisecond(millis).ok());
    moment.map(|moment| moment.strftime(format).to_string()).unwrap_or_default()
}
