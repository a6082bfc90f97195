//! PutItem, GetItem, UpdateItem, DeleteItem.

use std::borrow::Cow;

use aws_api::{Call, Output};
use kernel::{AwsError, Batch};
use serde_json::{Map, Value};

use super::{
    Input,
    collections::collection_metrics,
    plain::Plain,
    put_some,
    query::Shape,
    write::{Action, Plan, Request, table_of},
};
use crate::{
    DynamoDb,
    expression::Projection,
    rules::{
        capacity::{Consistency, Consumed},
        expressions::{self, Parameters},
        item,
        wording::Layer,
    },
    state::{Table, Write, meter::Kind},
    value::{Item, Packed, item_to_json, parse_item},
};

impl DynamoDb {
    /// PutItem
    pub async fn put_item(&self, call: &Call) -> Result<Value, AwsError> {
        self.write_item(call, "Put").await
    }

    /// UpdateItem
    pub async fn update_item(&self, call: &Call) -> Result<Value, AwsError> {
        self.write_item(call, "Update").await
    }

    /// DeleteItem
    pub async fn delete_item(&self, call: &Call) -> Result<Value, AwsError> {
        self.write_item(call, "Delete").await
    }

    /// GetItem
    pub fn get_item(&self, call: &Call) -> Result<Output, AwsError> {
        let (input, layer) = (Input(&call.input), Layer::of(call.operation, &call.scope.region));
        let (key, projection) = if let Some(Plain::Key(key)) = Plain::of(call) {
            (Cow::Borrowed(key), None)
        } else {
            expressions::check_mixing(input, &Parameters::of(call.operation), layer)?;
            let key = parse_item(input.get("Key").unwrap_or(&Value::Null));
            let key = key.map_err(|error| layer.refuse_value(&error))?;
            (Cow::Owned(key), expressions::read(input, layer)?.projection)
        };
        let mut state = self.state.borrow_mut();
        let table = table_of(state.region(&call.scope), input.table_name())?;
        item::check_key(&table.definition.keys, &key)?;
        if let Some(projection) = &projection {
            item::check_projection(&table.definition, projection)?;
        }
        let place = table.definition.keys.encode(&key).unwrap_or_default();
        let found = match self.seen_moment(false, input.flag("ConsistentRead")) {
            Some(moment) => table.get_at(&place, moment),
            None => table.get(&place),
        };
        let consistency = Consistency::of(input.flag("ConsistentRead"));
        let consumed = Consumed::read(found.map_or(0, Packed::size), consistency);
        self.charge(&table.definition, Kind::Read, &consumed, &place)?;
        let mut answer = Map::new();
        let report = consumed.report(&table.definition.name, input.text("ReturnConsumedCapacity"));
        put_some(&mut answer, "ConsumedCapacity", report);
        let answer = Output::from(Value::Object(answer));
        Ok(match found {
            Some(item) => {
                let mut told = Vec::new();
                Shape::Parts(projection).write(item, &mut told);
                answer.with_written("Item", told)
            }
            None => answer,
        })
    }

    async fn write_item(&self, call: &Call, kind: &str) -> Result<Value, AwsError> {
        let (input, layer) = (Input(&call.input), Layer::of(call.operation, &call.scope.region));
        if let Some(Plain::Writes(requests)) = Plain::of(call)
            && let [request] = &requests[..]
        {
            return self.carry_out(call, request, |table, plan| answer(input, table, request, plan, "NONE")).await;
        }
        expressions::check_mixing(input, &Parameters::of(call.operation), layer)?;
        let returned = input.text("ReturnValues").unwrap_or("NONE");
        if kind != "Update" && !matches!(returned, "NONE" | "ALL_OLD") {
            return Err(layer.refuse("ReturnValues can only be ALL_OLD or NONE"));
        }
        let request = Request::read(input, kind, layer)?;
        self.carry_out(call, &request, |table, plan| answer(input, table, &request, plan, returned)).await
    }

    /// Does a write, and gives the answer that `answer` makes of it.
    pub async fn carry_out(
        &self,
        call: &Call,
        request: &Request,
        answer: impl FnOnce(&Table, &Plan) -> Value,
    ) -> Result<Value, AwsError> {
        let mut batch = Batch::default();
        let answer = {
            let mut state = self.state.borrow_mut();
            let region = state.region(&call.scope);
            let table = table_of(region, &request.table)?;
            let place = table.definition.keys.encode(request.subject());
            self.check_free(&call.scope, &request.table, place)?;
            let plan = self.planned(request, table)?;
            let answer = answer(table, &plan);
            let write = Write { key: plan.key, new: plan.new, at: self.now(), by_time_to_live: false };
            region.write(&request.table, write, &mut batch);
            answer
        };
        self.commit(batch).await?;
        self.watch_expiry();
        Ok(answer)
    }
}

fn answer(input: Input<'_>, table: &Table, request: &Request, plan: &Plan, returned: &str) -> Value {
    let mut answer = Map::new();
    put_some(&mut answer, "Attributes", attributes(request, plan, returned).map(|item| item_to_json(&item)));
    let report = plan.consumed.report(&table.definition.name, input.text("ReturnConsumedCapacity"));
    put_some(&mut answer, "ConsumedCapacity", report);
    if input.text("ReturnItemCollectionMetrics") == Some("SIZE") {
        put_some(&mut answer, "ItemCollectionMetrics", collection_metrics(table, request, plan));
    }
    Value::Object(answer)
}

/// What `ReturnValues` asks for.
pub fn attributes(request: &Request, plan: &Plan, returned: &str) -> Option<Item> {
    let touched = |item: &Option<Packed>| {
        let Action::Update(_, update) = &request.action else { return None };
        let part = Projection::of(update.paths()).apply(&item.as_ref()?.item());
        (!part.is_empty()).then_some(part)
    };
    match returned {
        "ALL_OLD" => plan.old.as_ref().map(Packed::item),
        "ALL_NEW" => plan.new.as_ref().map(Packed::item),
        "UPDATED_OLD" => touched(&plan.old),
        "UPDATED_NEW" => touched(&plan.new),
        _ => None,
    }
}
