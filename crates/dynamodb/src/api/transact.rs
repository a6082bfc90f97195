//! TransactGetItems, TransactWriteItems.

use std::collections::{BTreeMap, BTreeSet};

use aws_api::Call;
use kernel::{AwsError, Batch};
use serde_json::{Map, Value, json};

use super::{
    Input,
    collections::collection_metrics,
    holds::CONFLICT,
    put_some,
    query::Shape,
    write::{Action, CONDITION_FAILED, DUPLICATE, Failure, Plan, Request, table_of},
};
use crate::{
    DynamoDb,
    rules::{
        capacity::{Consistency, Consumed},
        expressions::{self, Parameters},
        item,
        throttling::Throttle,
        wording::Layer,
    },
    state::{
        Region, Write,
        meter::{Charge, Kind},
    },
    value::{Item, Packed, item_size, item_to_json, parse_item},
};

/// Bytes of all items of a transaction.
const MAX_SIZE: usize = 4 * 1024 * 1024;

/// The items that a transaction is about: their tables, and their places there.
type Touched = Vec<(String, Vec<u8>)>;

/// One action's reason in a cancelled transaction.
pub type Reason = Option<(&'static str, String, Option<Value>)>;

impl DynamoDb {
    /// TransactGetItems
    pub fn transact_get_items(&self, call: &Call) -> Result<Value, AwsError> {
        let (input, layer) = (Input(&call.input), Layer::of(call.operation, &call.scope.region));
        let mut gets = Vec::new();
        for get in input.list("TransactItems").unwrap_or_default() {
            gets.push(Get::read(Input(get).structure("Get"), layer)?);
        }
        self.get_all(call, &gets)
    }

    /// Does all reads of a transaction, or none.
    pub fn get_all(&self, call: &Call, gets: &[Get<'_>]) -> Result<Value, AwsError> {
        let mut state = self.state.borrow_mut();
        let region = state.region(&call.scope);
        let mut places = BTreeSet::new();
        let mut is_distinct = true;
        let mut reasons: Vec<Reason> = Vec::new();
        let mut responses = Vec::new();
        let mut reads = Vec::new();
        for get in gets {
            let table = table_of(region, &get.table)?;
            item::check_filled(&table.definition.keys, &get.key)?;
            if let Err(error) = item::check_key(&table.definition.keys, &get.key) {
                reasons.push(Some(("ValidationError", error.message, None)));
                continue;
            }
            let place = table.definition.keys.encode(&get.key).unwrap_or_default();
            reasons.push(conflict(self.is_held(&call.scope, &get.table, &place)));
            let found = table.get(&place);
            is_distinct &= places.insert((&get.table, place.clone()));
            let size = found.map_or(0, Packed::size);
            reads.push((&table.definition, Consumed::read(size, Consistency::Transactional), place));
            let item = found.map(|item| get.shape.of(&item.item()));
            responses.push(item.map_or_else(|| json!({}), |item| json!({"Item": item})));
        }
        check_reasons(reasons)?;
        if !is_distinct {
            return Err(several_operations());
        }
        let charges = reads.iter().map(|(table, units, place)| Charge { table, kind: Kind::Read, units, place });
        self.pay_all(call, &charges.collect::<Vec<_>>()).or_else(throttled)?;
        let mut consumed: BTreeMap<&str, Consumed> = BTreeMap::new();
        for (get, (_, units, _)) in gets.iter().zip(reads) {
            consumed.entry(&get.table).or_default().add(units);
        }
        let input = Input(&call.input);
        let mut answer = Map::from_iter([("Responses".to_owned(), Value::Array(responses))]);
        put_some(&mut answer, "ConsumedCapacity", reports(&consumed, input, "ReadCapacityUnits"));
        Ok(Value::Object(answer))
    }

    /// TransactWriteItems
    pub async fn transact_write_items(&self, call: &Call) -> Result<Value, AwsError> {
        let (input, layer) = (Input(&call.input), Layer::of(call.operation, &call.scope.region));
        let mut requests = Vec::new();
        for action in input.list("TransactItems").unwrap_or_default() {
            requests.push(read_action(Input(action), layer)?);
        }
        self.transact(call, &requests).await
    }

    /// Does all writes of a transaction, or none.
    pub async fn transact(&self, call: &Call, requests: &[Request]) -> Result<Value, AwsError> {
        let repeated = self.is_repeated(call)?;
        let mut batch = Batch::default();
        let (answer, items) = self.write_transaction(call, requests, repeated, &mut batch)?;
        if repeated {
            return Ok(answer);
        }
        self.remember_token(call, &mut batch);
        let hold = self.hold(call, items);
        let kept = self.commit(batch).await;
        if kept.is_err() {
            self.forget_token(call);
        }
        drop(hold);
        kept?;
        self.watch_expiry();
        Ok(answer)
    }

    /// Stages all writes of a transaction; the answer to it, and the items that it is about.
    fn write_transaction(
        &self,
        call: &Call,
        requests: &[Request],
        repeated: bool,
        batch: &mut Batch,
    ) -> Result<(Value, Touched), AwsError> {
        let input = Input(&call.input);
        let mut state = self.state.borrow_mut();
        let region = state.region(&call.scope);
        let is_held = |table: &str, place: &[u8]| self.is_held(&call.scope, table, place);
        let plans = if repeated { Vec::new() } else { plan_all(region, requests, &is_held)? };
        let items = requests.iter().zip(&plans).map(|(request, plan)| (request.table.clone(), plan.key.clone()));
        let items = items.collect();
        self.check_collections(region, requests, &plans)?;
        self.pay_plans(call, region, requests, &plans)?;
        let mut consumed: BTreeMap<&str, Consumed> = BTreeMap::new();
        let mut metrics: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
        for (request, plan) in requests.iter().zip(plans) {
            if let Some(metric) = collection_metrics(table_of(region, &request.table)?, request, &plan) {
                metrics.entry(&request.table).or_default().push(metric);
            }
            consumed.entry(&request.table).or_default().add(plan.consumed);
            let write = Write { key: plan.key, new: plan.new, at: self.now(), by_time_to_live: false };
            region.write(&request.table, write, batch);
        }
        let kind = if repeated {
            repeated_reads(region, requests, &mut consumed)?;
            for (table, consumed) in &consumed {
                self.charge(&table_of(region, table)?.definition, Kind::Read, consumed, &[])?;
            }
            "ReadCapacityUnits"
        } else {
            "WriteCapacityUnits"
        };
        let mut answer = Map::new();
        put_some(&mut answer, "ConsumedCapacity", reports(&consumed, input, kind));
        if input.text("ReturnItemCollectionMetrics") == Some("SIZE") {
            put_some(&mut answer, "ItemCollectionMetrics", Some(json!(metrics)));
        }
        Ok((Value::Object(answer), items))
    }
}

impl DynamoDb {
    /// Pays for all writes of a transaction, or cancels it.
    fn pay_plans(&self, call: &Call, region: &Region, requests: &[Request], plans: &[Plan]) -> Result<(), AwsError> {
        let mut charges = Vec::new();
        for (request, plan) in requests.iter().zip(plans) {
            let table = &table_of(region, &request.table)?.definition;
            charges.push(Charge { table, kind: Kind::Write, units: &plan.consumed, place: &plan.key });
        }
        self.pay_all(call, &charges).or_else(throttled)
    }
}

/// Cancels a transaction because of throttles.
fn throttled(throttles: Vec<Option<Throttle>>) -> Result<(), AwsError> {
    let reasons = throttles.into_iter().map(|throttle| {
        let (code, message) = throttle?.cancellation();
        Some((code, message, None))
    });
    check_reasons(reasons.collect())
}

/// One read of a transaction.
pub struct Get<'a> {
    /// The table's name.
    pub table: String,
    /// The item's key.
    pub key: Item,
    /// What is wanted of the item.
    pub shape: Shape<'a>,
}

impl Get<'_> {
    fn read(input: Input<'_>, layer: Layer) -> Result<Self, AwsError> {
        expressions::check_mixing(input, &Parameters::of("TransactGet"), layer)?;
        let key = parse_item(input.get("Key").unwrap_or(&Value::Null)).map_err(|error| layer.refuse_value(&error))?;
        let projection = expressions::read(input, layer)?.projection;
        Ok(Self { table: input.table_name().to_owned(), key, shape: Shape::Parts(projection) })
    }
}

fn read_action(action: Input<'_>, layer: Layer) -> Result<Request, AwsError> {
    let kinds = ["ConditionCheck", "Put", "Update", "Delete"];
    let mut given = kinds.into_iter().filter_map(|kind| Some((kind, Input(action.get(kind)?))));
    let (Some((kind, input)), None) = (given.next(), given.next()) else {
        return Err(AwsError::validation("TransactItems can only contain one of Check, Put, Update or Delete"));
    };
    let parameters = Parameters::of(if kind == "Update" { "TransactUpdate" } else { "TransactWrite" });
    expressions::check_mixing(input, &parameters, layer)?;
    Request::read(input, kind, layer)
}

/// Plans every write, or cancels the transaction with the reasons of all.
fn plan_all(
    region: &Region,
    requests: &[Request],
    is_held: &dyn Fn(&str, &[u8]) -> bool,
) -> Result<Vec<Plan>, AwsError> {
    for request in requests {
        table_of(region, &request.table)?;
    }
    let mut places = BTreeSet::new();
    let mut plans = Vec::new();
    let mut reasons: Vec<Reason> = Vec::new();
    for request in requests {
        let table = table_of(region, &request.table)?;
        let subject = match &request.action {
            Action::Put(item) | Action::Update(item, _) | Action::Delete(item) | Action::Check(item) => item,
        };
        item::check_filled(&table.definition.keys, subject)?;
        if let Some(place) = table.definition.keys.encode(subject) {
            let held = is_held(&request.table, &place);
            if !places.insert((&request.table, place)) {
                return Err(several_operations());
            }
            if held {
                reasons.push(conflict(true));
                continue;
            }
        }
        match request.plan(table) {
            Ok(mut plan) => {
                // Only the table's own part of a transaction costs twice.
                plan.consumed.table *= 2.0;
                plans.push(plan);
                reasons.push(None);
            }
            Err(Failure::Refused(error)) => reasons.push(Some(("ValidationError", error.message, None))),
            Err(Failure::Duplicate) => reasons.push(Some(("DuplicateItem", DUPLICATE.to_owned(), None))),
            Err(Failure::Condition(old)) => {
                let old = old.map(|item| item_to_json(&item.item()));
                reasons.push(Some(("ConditionalCheckFailed", CONDITION_FAILED.to_owned(), old)));
            }
        }
    }
    check_reasons(reasons)?;
    let size = |plan: &Plan| plan.new.as_ref().or(plan.old.as_ref()).map_or(0, Packed::size);
    if plans.iter().map(size).sum::<usize>() > MAX_SIZE {
        return Err(AwsError::validation("Transaction request size exceeds the maximum allowed size of 4 MB"));
    }
    Ok(plans)
}

/// A repeated transaction changes nothing and costs what reading its items costs.
fn repeated_reads<'a>(
    region: &Region,
    requests: &'a [Request],
    consumed: &mut BTreeMap<&'a str, Consumed>,
) -> Result<(), AwsError> {
    for request in requests {
        let table = table_of(region, &request.table)?;
        let subject = match &request.action {
            Action::Put(item) | Action::Update(item, _) | Action::Delete(item) | Action::Check(item) => item,
        };
        let there = table.definition.keys.encode(subject).and_then(|place| table.get(&place));
        let size = there.map_or(0, Packed::size).max(item_size(subject));
        consumed.entry(&request.table).or_default().add(Consumed::read(size, Consistency::Transactional));
    }
    Ok(())
}

/// The reason of an action, if another transaction holds its item.
fn conflict(held: bool) -> Reason {
    held.then(|| ("TransactionConflict", CONFLICT.to_owned(), None))
}

fn several_operations() -> AwsError {
    AwsError::validation("Transaction request cannot include multiple operations on one item")
}

/// Cancels a transaction unless there is no reason for that.
pub fn check_reasons(reasons: Vec<Reason>) -> Result<(), AwsError> {
    if reasons.iter().all(Option::is_none) {
        return Ok(());
    }
    let codes: Vec<&str> = reasons.iter().map(|reason| reason.as_ref().map_or("None", |(code, ..)| code)).collect();
    let message =
        format!("Transaction cancelled, please refer cancellation reasons for specific reasons [{}]", codes.join(", "));
    let reasons = reasons.into_iter().map(|reason| match reason {
        None => json!({"Code": "None"}),
        Some((code, message, None)) => json!({"Code": code, "Message": message}),
        Some((code, message, Some(item))) => json!({"Code": code, "Message": message, "Item": item}),
    });
    let reasons: Value = reasons.collect();
    Err(AwsError::new("TransactionCanceledException", message).with_member("CancellationReasons", reasons))
}

fn reports(consumed: &BTreeMap<&str, Consumed>, input: Input<'_>, kind: &str) -> Option<Value> {
    let wanted = input.text("ReturnConsumedCapacity");
    let reports: Vec<Value> =
        consumed.iter().filter_map(|(table, consumed)| consumed.report_with(table, wanted, Some(kind))).collect();
    (!reports.is_empty()).then_some(Value::Array(reports))
}
