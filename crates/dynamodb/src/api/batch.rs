//! BatchGetItem, BatchWriteItem.

use std::collections::{BTreeMap, BTreeSet};

use aws_api::{Call, Output};
use kernel::{AwsError, Batch};
use serde_json::{Map, Value, json};

use super::{
    Input,
    collections::{Growth, collection_metrics},
    plain::Plain,
    put_some,
    query::Shape,
    table_name,
    write::{Action, Failure, Plan, Request, table_of},
    written::{self, List},
};
use crate::{
    DynamoDb,
    rules::{
        MAX_ITEM_SIZE,
        capacity::{Consistency, Consumed},
        expressions::{self, Parameters},
        item,
        throttling::Throttle,
        wording::Layer,
    },
    state::{Table, Write, meter::Kind},
    value::{Item, Packed, item_to_json, parse_item},
};

/// Keys in one BatchGetItem, and writes in one BatchWriteItem.
const MAX_KEYS: usize = 100;
const MAX_WRITES: usize = 25;
/// Bytes in one answer of BatchGetItem.
const MAX_ANSWER: usize = 16 * 1024 * 1024;
/// Bytes that are read of a partition, of which a table of this size has one: a megabyte and what an
/// item may add to it. (The last three bytes were found missing by measurement.)
const MAX_OF_PARTITION: usize = 1024 * 1024 + MAX_ITEM_SIZE - 3;

/// Refuses the same item twice.
pub fn duplicates() -> AwsError {
    AwsError::validation("Provided list of item keys contains duplicates")
}

fn has_duplicates(keys: &[Item]) -> bool {
    keys.iter().enumerate().any(|(position, key)| keys[..position].contains(key))
}

impl DynamoDb {
    /// BatchGetItem
    pub fn batch_get_item(&self, call: &Call) -> Result<Output, AwsError> {
        let (input, layer) = (Input(&call.input), Layer::of(call.operation, &call.scope.region));
        let requested = Input(&call.input).object("RequestItems").into_iter().flatten();
        let keys = |request: &Value| Input(request).list("Keys").map_or(0, <[Value]>::len);
        if requested.clone().map(|(_, request)| keys(request)).sum::<usize>() > MAX_KEYS {
            return Err(AwsError::validation("Too many items requested for the BatchGetItem call"));
        }
        check_same_projections(requested.clone().map(|(_, request)| Input(request)))?;
        let mut reading = Reading::default();
        let wanted = input.text("ReturnConsumedCapacity");
        for (name, request) in requested {
            self.get_of_table(call, name, Input(request), layer, &mut reading)?;
        }
        if let Some(throttle) = reading.throttle.filter(|_| reading.paid == 0) {
            return Err(throttle.into_error());
        }
        let mut answer = Map::new();
        answer.insert("UnprocessedKeys".to_owned(), Value::Object(reading.unprocessed));
        let reports: Vec<Value> =
            reading.consumed.iter().filter_map(|(table, consumed)| consumed.report(table, wanted)).collect();
        put_some(&mut answer, "ConsumedCapacity", (!reports.is_empty()).then_some(Value::Array(reports)));
        Ok(Output::from(Value::Object(answer)).with_written("Responses", written::map(reading.found)))
    }

    fn get_of_table(
        &self,
        call: &Call,
        name: &str,
        request: Input<'_>,
        layer: Layer,
        reading: &mut Reading,
    ) -> Result<(), AwsError> {
        expressions::check_mixing(request, &Parameters::of(call.operation), layer)?;
        let keys = request.list("Keys").unwrap_or_default();
        let parsed = keys.iter().map(parse_item).collect::<Result<Vec<_>, _>>();
        let parsed = parsed.map_err(|error| layer.refuse_value(&error))?;
        let shape = Shape::Parts(expressions::read(request, layer)?.projection);
        let mut state = self.state.borrow_mut();
        // That a key stands there twice is noticed before any table is looked for, and paid for only then.
        let refused = |error| if has_duplicates(&parsed) { duplicates() } else { error };
        let table = table_of(state.region(&call.scope), table_name(name)).map_err(refused)?;
        if let Shape::Parts(Some(projection)) = &shape {
            item::check_projection(&table.definition, projection)?;
        }
        let mut places = BTreeSet::new();
        let mut items = List::default();
        let mut unprocessed = Vec::new();
        let mut of_table = 0;
        let consumed = reading.consumed.entry(table.definition.name.clone()).or_default();
        let consistency = Consistency::of(request.flag("ConsistentRead"));
        let moment = self.seen_moment(false, request.flag("ConsistentRead"));
        for (key, sent) in parsed.iter().zip(keys) {
            item::check_key(&table.definition.keys, key).map_err(refused)?;
            let place = table.definition.keys.encode(key).unwrap_or_default();
            let found = match moment {
                Some(moment) => table.get_at(&place, moment),
                None => table.get(&place),
            };
            if !places.insert(place.clone()) {
                return Err(duplicates());
            }
            let size = found.map_or(0, Packed::size);
            if reading.size + size > MAX_ANSWER || of_table + size > MAX_OF_PARTITION {
                // A key that is given back has cost its look.
                consumed.add(Consumed::read(0, consistency));
                reading.paid += 1;
                unprocessed.push(sent.clone());
                continue;
            }
            let units = Consumed::read(size, consistency);
            if let Err(throttle) = self.pay(&table.definition, Kind::Read, &units, &place) {
                reading.throttle.get_or_insert(throttle);
                unprocessed.push(sent.clone());
                continue;
            }
            reading.paid += 1;
            reading.size += size;
            of_table += size;
            consumed.add(units);
            if let Some(item) = found {
                shape.write(item, items.next());
            }
        }
        reading.found.push((name.to_owned(), items.end()));
        if !unprocessed.is_empty() {
            let mut rest = request.0.clone();
            rest["Keys"] = Value::Array(unprocessed);
            reading.unprocessed.insert(name.to_owned(), rest);
        }
        Ok(())
    }

    /// BatchWriteItem
    pub async fn batch_write_item(&self, call: &Call) -> Result<Value, AwsError> {
        if let Some(Plain::Writes(requests)) = Plain::of(call) {
            return self.write_batch(call, requests, |index| sent_again(&requests[index])).await;
        }
        let (input, layer) = (Input(&call.input), Layer::of(call.operation, &call.scope.region));
        let requested = input.object("RequestItems").into_iter().flatten();
        let writes = requested.clone().filter_map(|(_, writes)| writes.as_array());
        if writes.map(Vec::len).sum::<usize>() > MAX_WRITES {
            return Err(AwsError::validation("Too many items requested for the BatchWriteItem call"));
        }
        let mut requests = Vec::new();
        for (name, writes) in requested.clone() {
            for write in writes.as_array().into_iter().flatten() {
                requests.push(read_write(name, Input(write), layer)?);
            }
        }
        let sent =
            requested.flat_map(|(name, writes)| writes.as_array().into_iter().flatten().map(move |one| (name, one)));
        let sent: Vec<(&String, &Value)> = sent.collect();
        self.write_batch(call, &requests, |index| (sent[index].0.clone(), sent[index].1.clone())).await
    }

    /// Does the writes of a batch; `sent` tells the table and the request of each.
    async fn write_batch(
        &self,
        call: &Call,
        requests: &[Request],
        sent: impl Fn(usize) -> (String, Value),
    ) -> Result<Value, AwsError> {
        let mut batch = Batch::default();
        let answer = self.write_all(call, sent, requests, &mut batch)?;
        self.commit(batch).await?;
        self.watch_expiry();
        Ok(answer)
    }

    /// Stages the writes of a batch; those that are throttled are given back as they were sent.
    fn write_all(
        &self,
        call: &Call,
        sent: impl Fn(usize) -> (String, Value),
        requests: &[Request],
        batch: &mut Batch,
    ) -> Result<Value, AwsError> {
        let input = Input(&call.input);
        let mut state = self.state.borrow_mut();
        let region = state.region(&call.scope);
        let mut places = BTreeSet::new();
        let mut plans: Vec<Plan> = Vec::new();
        let mut growth = Growth::default();
        for request in requests {
            let table = table_of(region, &request.table)?;
            check_key(table, request)?;
            let plan = request.plan(table).map_err(Failure::into_error)?;
            if !places.insert((request.table.clone(), plan.key.clone())) {
                return Err(duplicates());
            }
            self.check_collection(table, request, &plan, &mut growth)?;
            plans.push(plan);
        }
        let mut consumed: BTreeMap<&str, Consumed> = BTreeMap::new();
        let mut metrics: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
        let mut unprocessed: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        let mut throttled = None;
        for (index, (request, plan)) in requests.iter().zip(plans).enumerate() {
            let table = table_of(region, &request.table)?;
            if let Err(throttle) = self.pay(&table.definition, Kind::Write, &plan.consumed, &plan.key) {
                throttled.get_or_insert(throttle);
                let (name, write) = sent(index);
                unprocessed.entry(name).or_default().push(write);
                continue;
            }
            if let Some(metric) = collection_metrics(table, request, &plan) {
                metrics.entry(&request.table).or_default().push(metric);
            }
            consumed.entry(&request.table).or_default().add(plan.consumed);
            let write = Write { key: plan.key, new: plan.new, at: self.now(), by_time_to_live: false };
            region.write(&request.table, write, batch);
        }
        if let Some(throttle) = throttled.filter(|_| consumed.is_empty()) {
            return Err(throttle.into_error());
        }
        let mut answer = Map::from_iter([("UnprocessedItems".to_owned(), json!(unprocessed))]);
        let wanted = input.text("ReturnConsumedCapacity");
        let reports: Vec<Value> =
            consumed.iter().filter_map(|(table, consumed)| consumed.report(table, wanted)).collect();
        put_some(&mut answer, "ConsumedCapacity", (!reports.is_empty()).then_some(Value::Array(reports)));
        if input.text("ReturnItemCollectionMetrics") == Some("SIZE") {
            put_some(&mut answer, "ItemCollectionMetrics", Some(json!(metrics)));
        }
        Ok(Value::Object(answer))
    }
}

/// Refuses expressions for one table beside legacy parameters for another.
fn check_same_projections<'a>(requests: impl Iterator<Item = Input<'a>> + Clone) -> Result<(), AwsError> {
    let given = |name| requests.clone().any(|request: Input<'_>| request.has(name));
    if given("ProjectionExpression") && given("AttributesToGet") {
        return Err(AwsError::validation(
            "Can not use both expression and non-expression parameters in the same request: Non-expression \
             parameters: {AttributesToGet} Expression parameters: {ProjectionExpression}",
        ));
    }
    Ok(())
}

/// What BatchGetItem has gathered.
#[derive(Default)]
struct Reading {
    /// The items of each table, written.
    found: Vec<(String, Vec<u8>)>,
    unprocessed: Map<String, Value>,
    consumed: BTreeMap<String, Consumed>,
    size: usize,
    /// How many keys were admitted, and why one was not.
    paid: usize,
    throttle: Option<Throttle>,
}

/// A batch refuses an item whose key is amiss as it would the key alone.
fn check_key(table: &Table, request: &Request) -> Result<(), AwsError> {
    let keys = &table.definition.keys;
    match &request.action {
        Action::Put(item) => item::check_key(keys, &keys.of(item)),
        _ => Ok(()),
    }
}

/// The table and the request of a write that is given back.
fn sent_again(request: &Request) -> (String, Value) {
    let (kind, member) = match &request.action {
        Action::Put(_) => ("PutRequest", "Item"),
        _ => ("DeleteRequest", "Key"),
    };
    (request.table.clone(), json!({kind: {member: item_to_json(request.subject())}}))
}

fn read_write(table: &str, write: Input<'_>, layer: Layer) -> Result<Request, AwsError> {
    let (request, kind) = match (write.get("PutRequest"), write.get("DeleteRequest")) {
        (Some(put), None) => (put, "Put"),
        (None, Some(delete)) => (delete, "Delete"),
        // Of a request that asks for nothing DynamoDB says the same as of one that asks for two things.
        _ => {
            return Err(AwsError::validation(
                "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported \
                 datatypes",
            ));
        }
    };
    let request = Request::read(Input(request), kind, layer)?;
    Ok(Request { table: table_name(table).to_owned(), ..request })
}
