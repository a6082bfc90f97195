//! GetItem, BatchGetItem, Query, Scan: from the caches, or through them.

use aws_api::Call;
use kernel::AwsError;
use serde_json::{Map, Value, json};

use super::{
    Endpoint, capacity,
    keys::{ItemKey, key_of, plain, request_key, table_name},
    memory::Caches,
};

/// Keys that one BatchGetItem may have.
const MAX_KEYS: usize = 100;

impl Endpoint {
    /// GetItem
    pub async fn get_item(&self, call: &Call) -> Result<Value, AwsError> {
        let input = &call.input;
        if is_consistent(input) {
            return self.pass(call).await;
        }
        let table = input["TableName"].as_str().unwrap_or_default();
        let key = ItemKey::new(table, &input["Key"]).in_form_of(input);
        let memory = self.dax.memory.of(&self.cluster.arn);
        let load = match self.find_item(&mut memory.borrow_mut(), &key) {
            Ok(item) => return Ok(answer(item, table, input)),
            Err(load) => load,
        };
        let result = self.pass(call).await;
        // That there is no such item is worth remembering too.
        let read = result.as_ref().ok().map(|answer| answer.get("Item").cloned().unwrap_or(Value::Null));
        memory.borrow_mut().end_load(key, load, read, self.dax.now());
        result
    }

    /// An item that is known, null if it is known to be missing; or the number of the read that will
    /// tell.
    fn find_item(&self, caches: &mut Caches, key: &ItemKey) -> Result<Value, u64> {
        if let Some(item) = caches.items.get(key, self.oldest(self.parameters.record_ttl)) {
            caches.counts.item_hits += 1;
            return Ok(item.as_ref().clone());
        }
        caches.counts.item_misses += 1;
        Err(caches.begin_load(key))
    }

    /// The moment before which things must have come in to be too old; 0 if nothing ever is.
    fn oldest(&self, ttl: u64) -> u64 {
        if ttl == 0 { 0 } else { self.dax.now().saturating_sub(ttl) }
    }

    /// BatchGetItem: what is known is left out of the request, and added to its answer.
    pub async fn batch_get_item(&self, call: &Call) -> Result<Value, AwsError> {
        let requests = call.input["RequestItems"].as_object().cloned().unwrap_or_default();
        if !is_sound(&requests) {
            return self.pass(call).await;
        }
        let mut found = Map::new();
        let mut asked = Map::new();
        let mut loads = Vec::new();
        let memory = self.dax.memory.of(&self.cluster.arn);
        for (table, request) in &requests {
            let (known, rest) = self.look_up(&mut memory.borrow_mut(), table, request, &mut loads);
            found.insert(table.clone(), Value::Array(known));
            if let Some(rest) = rest {
                asked.insert(table.clone(), rest);
            }
        }
        let result = if asked.is_empty() {
            Ok(json!({"Responses": {}, "UnprocessedKeys": {}}))
        } else {
            let mut input = call.input.clone();
            input["RequestItems"] = Value::Object(asked);
            self.ask(call, call.operation, input).await
        };
        let mut caches = memory.borrow_mut();
        for load in loads {
            let item = result.as_ref().ok().and_then(|answer| load.outcome(answer));
            caches.end_load(load.key, load.number, item, self.dax.now());
        }
        Ok(joined(result?, found, &call.input))
    }

    /// The known items of one table, and what has to be asked for the others.
    fn look_up(
        &self,
        caches: &mut Caches,
        table: &str,
        request: &Value,
        loads: &mut Vec<Load>,
    ) -> (Vec<Value>, Option<Value>) {
        if is_consistent(request) {
            return (Vec::new(), Some(request.clone()));
        }
        let mut known = Vec::new();
        let mut unknown = Vec::new();
        for key in request["Keys"].as_array().into_iter().flatten() {
            let item_key = ItemKey::new(table, key).in_form_of(request);
            match self.find_item(caches, &item_key) {
                Ok(Value::Null) => {}
                Ok(item) => known.push(item),
                Err(number) => {
                    unknown.push(key.clone());
                    loads.push(Load { table: table.to_owned(), sent: key.clone(), key: item_key, number });
                }
            }
        }
        if unknown.is_empty() {
            return (known, None);
        }
        let mut rest = request.clone();
        rest["Keys"] = Value::Array(unknown);
        (known, Some(rest))
    }

    /// Query and Scan: an answer is known by its whole request.
    pub async fn query(&self, call: &Call) -> Result<Value, AwsError> {
        if is_consistent(&call.input) {
            return self.pass(call).await;
        }
        let wanted = call.input["ReturnConsumedCapacity"].as_str();
        let key = request_key(call.operation, &call.input);
        let memory = self.dax.memory.of(&self.cluster.arn);
        let ttl = self.parameters.query_ttl;
        if ttl > 0 {
            let mut caches = memory.borrow_mut();
            if let Some(known) = caches.queries.get(&key, self.oldest(ttl)) {
                caches.counts.query_hits += 1;
                let mut answer = known.as_ref().clone();
                let report = capacity::reduce(&answer["ConsumedCapacity"], wanted);
                set_report(&mut answer, report);
                return Ok(answer);
            }
        }
        memory.borrow_mut().counts.query_misses += 1;
        let mut input = call.input.clone();
        input["ReturnConsumedCapacity"] = json!("INDEXES");
        let mut answer = self.ask(call, call.operation, input).await?;
        let report = answer["ConsumedCapacity"].clone();
        if ttl > 0 {
            answer["ConsumedCapacity"] = capacity::zeroed(&report);
            memory.borrow_mut().queries.put(key, answer.clone().into(), self.dax.now());
        }
        set_report(&mut answer, capacity::reduce(&report, wanted));
        Ok(answer)
    }
}

/// An item that a BatchGetItem reads.
struct Load {
    table: String,
    sent: Value,
    key: ItemKey,
    number: u64,
}

impl Load {
    /// The item in the answer, null if it is missing; `None` if the answer does not tell: it was left
    /// unprocessed, or a projection has left out its key.
    fn outcome(&self, answer: &Value) -> Option<Value> {
        let names: Vec<String> = self.sent.as_object()?.keys().cloned().collect();
        let wanted = plain(&self.sent);
        let is_it = |item: &&Value| key_of(item, &names).is_some_and(|key| plain(&key) == wanted);
        let items = answer["Responses"][&self.table].as_array()?;
        if let Some(item) = items.iter().find(is_it) {
            return Some(item.clone());
        }
        let tells = items.iter().all(|item| key_of(item, &names).is_some());
        let unprocessed = answer["UnprocessedKeys"][&self.table]["Keys"].as_array();
        let is_left = unprocessed.is_some_and(|keys| keys.iter().any(|key| plain(key) == wanted));
        (tells && !is_left).then_some(Value::Null)
    }
}

fn is_consistent(request: &Value) -> bool {
    request["ConsistentRead"] == true
}

/// Whether DynamoDB would not refuse a batch for its keys: what is known must not hide that.
fn is_sound(requests: &Map<String, Value>) -> bool {
    let mut keys = Vec::new();
    for (table, request) in requests {
        keys.extend(request["Keys"].as_array().into_iter().flatten().map(|key| ItemKey::new(table, key)));
    }
    let count = keys.len();
    keys.sort_unstable();
    keys.dedup();
    count <= MAX_KEYS && keys.len() == count
}

/// GetItem's answer from the cache.
fn answer(item: Value, table: &str, input: &Value) -> Value {
    let mut answer = json!({});
    if !item.is_null() {
        answer["Item"] = item;
    }
    set_report(&mut answer, capacity::nothing(table_name(table), input["ReturnConsumedCapacity"].as_str()));
    answer
}

fn set_report(answer: &mut Value, report: Option<Value>) {
    if let Some(members) = answer.as_object_mut() {
        members.shift_remove("ConsumedCapacity");
        members.extend(report.map(|report| ("ConsumedCapacity".to_owned(), report)));
    }
}

/// An answer of DynamoDB, and what the cache had found.
fn joined(mut answer: Value, found: Map<String, Value>, input: &Value) -> Value {
    let wanted = input["ReturnConsumedCapacity"].as_str();
    let mut reports = answer["ConsumedCapacity"].as_array().cloned().unwrap_or_default();
    for (table, mut items) in found {
        let more = answer["Responses"][&table].as_array().cloned().unwrap_or_default();
        if let Some(items) = items.as_array_mut() {
            items.extend(more);
        }
        answer["Responses"][&table] = items;
        let name = table_name(&table);
        if reports.iter().all(|report| report["TableName"] != name) {
            reports.extend(capacity::nothing(name, wanted));
        }
    }
    if let Some(members) = answer.as_object_mut() {
        members.shift_remove("ConsumedCapacity");
        if !reports.is_empty() {
            members.insert("ConsumedCapacity".to_owned(), Value::Array(reports));
        }
    }
    answer
}
