//! PutItem, UpdateItem, DeleteItem, BatchWriteItem, TransactWriteItems: to the table first, then through
//! the item cache. What is not written leaves the cache as it is.

use std::rc::Rc;

use aws_api::Call;
use kernel::AwsError;
use serde_json::{Value, json};

use super::{
    Endpoint,
    keys::{ItemKey, key_of, plain, table_name},
};

/// How long the names of a table's key attributes are believed, in milliseconds.
const SCHEMA_LIFE: u64 = 60_000;

impl Endpoint {
    /// PutItem, UpdateItem, DeleteItem
    pub async fn write_item(&self, call: &Call) -> Result<Value, AwsError> {
        let table = call.input["TableName"].as_str().unwrap_or_default();
        match call.operation {
            "PutItem" => {
                let item = &call.input["Item"];
                let key = self.key_in(call, table, item).await;
                let answer = self.pass(call).await?;
                self.remember(table, key, Some(plain(item)));
                Ok(answer)
            }
            "UpdateItem" => self.update_item(call, table).await,
            _ => {
                let answer = self.pass(call).await?;
                self.remember(table, Some(call.input["Key"].clone()), None);
                Ok(answer)
            }
        }
    }

    /// UpdateItem tells the item that it made, unless it is asked to tell something else: then the item
    /// cache only forgets it.
    async fn update_item(&self, call: &Call, table: &str) -> Result<Value, AwsError> {
        let returned = call.input["ReturnValues"].as_str().unwrap_or("NONE");
        let mut input = call.input.clone();
        if returned == "NONE" {
            input["ReturnValues"] = json!("ALL_NEW");
        }
        let mut answer = self.ask(call, call.operation, input).await?;
        let tells = matches!(returned, "NONE" | "ALL_NEW");
        let item = answer.get("Attributes").filter(|_| tells).cloned();
        self.remember(table, Some(call.input["Key"].clone()), item);
        if returned == "NONE"
            && let Some(members) = answer.as_object_mut()
        {
            members.shift_remove("Attributes");
        }
        Ok(answer)
    }

    /// BatchWriteItem
    pub async fn batch_write_item(&self, call: &Call) -> Result<Value, AwsError> {
        let requests = call.input["RequestItems"].as_object().into_iter().flatten();
        let writes = requests.flat_map(|(table, writes)| {
            writes.as_array().into_iter().flatten().map(move |write| (table.as_str(), write))
        });
        let mut written = Vec::new();
        for (table, write) in writes {
            if let Some(item) = write["PutRequest"].get("Item") {
                written.push((table, write, self.key_in(call, table, item).await, Some(plain(item))));
            } else if let Some(key) = write["DeleteRequest"].get("Key") {
                written.push((table, write, Some(key.clone()), None));
            }
        }
        let answer = self.pass(call).await?;
        for (table, write, key, item) in written {
            let left = answer["UnprocessedItems"][table].as_array();
            if !left.is_some_and(|left| left.contains(write)) {
                self.remember(table, key, item);
            }
        }
        Ok(answer)
    }

    /// TransactWriteItems: when it is done, the items are read in the background by a transaction of their
    /// own, which costs what it costs, and so come into the cache.
    pub async fn transact_write_items(&self, call: &Call) -> Result<Value, AwsError> {
        let mut keys = Vec::new();
        for action in call.input["TransactItems"].as_array().into_iter().flatten() {
            for (kind, action) in action.as_object().into_iter().flatten() {
                let table = action["TableName"].as_str().unwrap_or_default();
                let key = match kind.as_str() {
                    "Put" => self.key_in(call, table, &action["Item"]).await,
                    "Update" | "Delete" => Some(action["Key"].clone()),
                    _ => continue,
                };
                keys.push((table.to_owned(), key));
            }
        }
        let answer = self.pass(call).await?;
        for (table, key) in &keys {
            self.remember(table, key.clone(), None);
        }
        let keys = keys.into_iter().filter_map(|(table, key)| Some((table, key?))).collect();
        let (me, call) = (self.clone(), call.clone());
        self.dax.kernel.tasks.spawn(async move { me.refresh(&call, keys).await });
        Ok(answer)
    }

    async fn refresh(&self, call: &Call, keys: Vec<(String, Value)>) {
        if keys.is_empty() {
            return;
        }
        let memory = self.dax.memory.of(&self.cluster.arn);
        let gets = keys.iter().map(|(table, key)| json!({"Get": {"TableName": table, "Key": key}}));
        let input = json!({"TransactItems": gets.collect::<Value>()});
        let keys: Vec<ItemKey> = keys.iter().map(|(table, key)| ItemKey::new(table, key)).collect();
        let loads: Vec<u64> = keys.iter().map(|key| memory.borrow_mut().begin_load(key)).collect();
        // Nobody waits for it: what cannot be read now is read when it is asked for.
        let read = self.ask(call, "TransactGetItems", input).await.ok();
        let items = read.as_ref().and_then(|answer| answer["Responses"].as_array());
        for (position, (key, load)) in keys.into_iter().zip(loads).enumerate() {
            let item = items.and_then(|items| items.get(position)).map(|response| response["Item"].clone());
            memory.borrow_mut().end_load(key, load, item, self.dax.now());
        }
    }

    /// Takes in what an item of `table` has become. Where the cluster's role may not ask for the table's
    /// key, any item may be meant.
    fn remember(&self, table: &str, key: Option<Value>, item: Option<Value>) {
        let memory = self.dax.memory.of(&self.cluster.arn);
        match key {
            Some(key) => memory.borrow_mut().write(&ItemKey::new(table, &key), item, self.dax.now()),
            None => memory.borrow_mut().forget_table(table_name(table)),
        }
    }

    /// The key in `item`, for which the names of the table's key attributes have to be known.
    async fn key_in(&self, call: &Call, table: &str, item: &Value) -> Option<Value> {
        let names = self.key_names(call, table).await?;
        key_of(item, &names)
    }

    async fn key_names(&self, call: &Call, table: &str) -> Option<Rc<Vec<String>>> {
        let memory = self.dax.memory.of(&self.cluster.arn);
        let (name, now) = (table_name(table).to_owned(), self.dax.now());
        let known =
            memory.borrow().schemas.get(&name).filter(|(until, _)| *until > now).map(|(_, names)| names.clone());
        if known.is_some() {
            return known;
        }
        let answer = self.ask(call, "DescribeTable", json!({"TableName": table})).await.ok()?;
        let schema = answer["Table"]["KeySchema"].as_array()?.iter();
        let names: Vec<String> = schema.filter_map(|key| key["AttributeName"].as_str()).map(str::to_owned).collect();
        let names = Rc::new(names);
        memory.borrow_mut().schemas.insert(name, (now + SCHEMA_LIFE, names.clone()));
        Some(names)
    }
}
