//! Sequences of operations on one table, each compared with the model; in the end the indexes, the
//! stream and what is found after a new start as well.

use std::{collections::BTreeSet, rc::Rc};

use kernel::{Kernel, MemoryBackend, testing};
use serde_json::{Map, Value, json};

use super::{
    Chance,
    damage::{self, send},
    model::{Action, Item, Key, Model, Placeholders, Test, Write, key_json, key_of, number},
    seeds,
};
use crate::{DynamoDb, tests::Client};

const EPISODES: u64 = 20;
const STEPS: usize = 120;

#[test]
fn sequences_of_operations_agree_with_the_model() {
    for seed in seeds(EPISODES) {
        let backend = Rc::new(MemoryBackend::default());
        let model = Rc::new(std::cell::RefCell::new(Model::new()));
        let kept = model.clone();
        testing::run_on(backend.clone(), move |kernel| async move {
            let mut episode = Episode::begin(kernel, seed).await;
            for step in 0..STEPS {
                episode.step = step;
                episode.turn().await;
            }
            episode.check_all().await;
            episode.check_stream().await;
            *kept.borrow_mut() = episode.model;
        });
        testing::run_on(backend, move |kernel| async move {
            DynamoDb::open(&kernel).await.unwrap();
            let model = model.borrow().clone();
            let mut again =
                Episode { client: Client(Rc::new(kernel)), chance: Chance::new(seed), model, seed, step: STEPS };
            again.check_all().await;
        });
    }
}

struct Episode {
    client: Client,
    chance: Chance,
    model: Model,
    seed: u64,
    step: usize,
}

impl Episode {
    async fn begin(kernel: Kernel, seed: u64) -> Self {
        DynamoDb::open(&kernel).await.unwrap();
        let client = Client(Rc::new(kernel));
        let index = |name: &str, hash: &str, range: &str| {
            json!({
                "IndexName": name, "Projection": {"ProjectionType": "ALL"},
                "KeySchema": [{"AttributeName": hash, "KeyType": "HASH"}, {"AttributeName": range, "KeyType": "RANGE"}],
            })
        };
        let attribute = |name: &str, kind: &str| json!({"AttributeName": name, "AttributeType": kind});
        let attributes = [("pk", "S"), ("sk", "N"), ("group", "S"), ("n", "N")];
        client
            .ok(
                "CreateTable",
                json!({
                    "TableName": "fuzzed", "BillingMode": "PAY_PER_REQUEST",
                    "AttributeDefinitions": attributes.map(|(name, kind)| attribute(name, kind)),
                    "KeySchema": index("", "pk", "sk")["KeySchema"],
                    "GlobalSecondaryIndexes": [index("by-group", "group", "sk")],
                    "LocalSecondaryIndexes": [index("by-n", "pk", "n")],
                    "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"},
                }),
            )
            .await;
        // Tables may take a moment until they are ready.
        client.0.clock.sleep(std::time::Duration::from_secs(120)).await;
        Self { client, chance: Chance::new(seed), model: Model::new(), seed, step: 0 }
    }

    fn at(&self, operation: &str, input: &Value) -> String {
        format!("SAMLET_FUZZ_SEED={}, step {}: {operation} {input}", self.seed, self.step)
    }

    async fn send(&self, operation: &str, input: &Value) -> Result<Value, Value> {
        send(&self.client, operation, input.to_string().as_bytes()).await
    }

    async fn ok(&self, operation: &str, input: &Value) -> Value {
        self.send(operation, input).await.unwrap_or_else(|error| panic!("{}\n{error}", self.at(operation, input)))
    }

    fn key(&mut self) -> Key {
        (self.chance.pick(&["a", "b", "c"]).to_owned(), self.chance.around_zero(6))
    }

    fn keys(&mut self, most: usize) -> Vec<Key> {
        let wanted = 1 + self.chance.below(most);
        let keys: BTreeSet<Key> = (0..wanted).map(|_| self.key()).collect();
        keys.into_iter().collect()
    }

    async fn turn(&mut self) {
        match self.chance.below(14) {
            0..=4 => self.write().await,
            5 => self.get().await,
            6 | 7 => self.query().await,
            8 => self.scan().await,
            9 => self.batch().await,
            10 | 11 => self.transact().await,
            _ => self.damaged().await,
        }
    }

    async fn write(&mut self) {
        let key = self.key();
        let write = Write::random(&mut self.chance, key);
        let (operation, mut input) = (format!("{}Item", write.name()), write.input());
        let whole = if matches!(write.action, Action::Update(_)) { "ALL_NEW" } else { "ALL_OLD" };
        input["ReturnValues"] = json!(whole);
        input["ReturnValuesOnConditionCheckFailure"] = json!("ALL_OLD");
        let old = self.model.get(&write.key).cloned();
        let (found, at) = (self.send(&operation, &input).await, self.at(&operation, &input));
        if write.is_met(&self.model) {
            write.apply(&mut self.model);
            let told = if whole == "ALL_NEW" { self.model.get(&write.key).cloned() } else { old };
            let expected = told.map_or(json!({}), |item| json!({"Attributes": item}));
            assert_eq!(found, Ok(expected), "{at}");
        } else {
            let error = found.expect_err(&at);
            assert_eq!(error["message"], "The conditional request failed", "{at}");
            assert_eq!(error.get("Item"), old.map(Value::Object).as_ref(), "{at}");
        }
    }

    async fn get(&mut self) {
        let key = self.key();
        let input = json!({"TableName": "fuzzed", "Key": key_json(&key), "ConsistentRead": true});
        let expected = self.model.get(&key).map_or(json!({}), |item| json!({"Item": item}));
        assert_eq!(self.ok("GetItem", &input).await, expected, "{}", self.at("GetItem", &input));
    }

    async fn query(&mut self) {
        let (pk, bound) = self.key();
        let mut placeholders = Placeholders::default();
        let filter = self.chance.once_in(2).then(|| Test::random(&mut self.chance, 2));
        let mut input = json!({"TableName": "fuzzed", "ScanIndexForward": self.chance.once_in(2)});
        if let Some(filter) = &filter {
            input["FilterExpression"] = json!(filter.write(&mut placeholders));
        }
        placeholders.add_to(&mut input);
        let high = bound + self.chance.below(5).cast_signed() as i64;
        let sign = self.chance.pick(&["=", "<", "<=", ">", ">=", "BETWEEN", ""]);
        let condition = match sign {
            "" => String::new(),
            "BETWEEN" => "AND sk BETWEEN :low AND :high".to_owned(),
            sign => format!("AND sk {sign} :low"),
        };
        input["KeyConditionExpression"] = json!(format!("pk = :pk {condition}"));
        input["ExpressionAttributeValues"][":pk"] = json!({"S": pk});
        if !sign.is_empty() {
            input["ExpressionAttributeValues"][":low"] = json!({"N": bound.to_string()});
        }
        if sign == "BETWEEN" {
            input["ExpressionAttributeValues"][":high"] = json!({"N": high.to_string()});
        }
        let within = |sk: i64| match sign {
            "" => true,
            "=" => sk == bound,
            "<" => sk < bound,
            "<=" => sk <= bound,
            ">" => sk > bound,
            ">=" => sk >= bound,
            _ => (bound..=high).contains(&sk),
        };
        let area: Vec<&Item> =
            self.model.iter().filter(|((p, s), _)| *p == pk && within(*s)).map(|(_, item)| item).collect();
        let scanned = area.len();
        let passes = |item: &&Item| filter.as_ref().is_none_or(|filter| filter.holds(item));
        let mut expected: Vec<Item> = area.into_iter().filter(passes).cloned().collect();
        if input["ScanIndexForward"] == false {
            expected.reverse();
        }
        let found = self.pages("Query", input.clone()).await;
        assert_eq!(found, (expected, scanned), "{}", self.at("Query", &input));
    }

    async fn scan(&mut self) {
        let mut input = json!({"TableName": "fuzzed"});
        let mut placeholders = Placeholders::default();
        let filter = self.chance.once_in(2).then(|| Test::random(&mut self.chance, 3));
        if let Some(filter) = &filter {
            input["FilterExpression"] = json!(filter.write(&mut placeholders));
        }
        placeholders.add_to(&mut input);
        let segments = 1 + self.chance.below(4);
        let (mut found, mut scanned) = (Model::new(), 0);
        for segment in 0..segments {
            let mut input = input.clone();
            input["Segment"] = json!(segment);
            input["TotalSegments"] = json!(segments);
            let (items, count) = self.pages("Scan", input.clone()).await;
            scanned += count;
            for item in items {
                assert_eq!(found.insert(key_of(&item), item), None, "{}", self.at("Scan", &input));
            }
        }
        let passes = |item: &Item| filter.as_ref().is_none_or(|filter| filter.holds(item));
        let expected: Model =
            self.model.iter().filter(|(_, item)| passes(item)).map(|(key, item)| (key.clone(), item.clone())).collect();
        assert_eq!((found, scanned), (expected, self.model.len()), "{}", self.at("Scan", &input));
    }

    /// All pages of a Query or Scan, and how many items were looked at.
    async fn pages(&mut self, operation: &str, mut input: Value) -> (Vec<Item>, usize) {
        if self.chance.once_in(2) {
            input["Limit"] = json!(1 + self.chance.below(5));
        }
        let (mut items, mut scanned) = (Vec::new(), 0);
        loop {
            let page = self.ok(operation, &input).await;
            let found: Vec<Item> = serde_json::from_value(page["Items"].clone()).unwrap();
            assert_eq!(page["Count"], json!(found.len()), "{}", self.at(operation, &input));
            scanned += page["ScannedCount"].as_u64().unwrap() as usize;
            items.extend(found);
            match page.get("LastEvaluatedKey") {
                Some(key) => input["ExclusiveStartKey"] = key.clone(),
                None => return (items, scanned),
            }
        }
    }

    async fn batch(&mut self) {
        let keys = self.keys(25);
        if self.chance.once_in(2) {
            let input = json!({"RequestItems": {"fuzzed": {"Keys": keys.iter().map(key_json).collect::<Vec<_>>()}}});
            let answer = self.ok("BatchGetItem", &input).await;
            let found: Vec<Item> = serde_json::from_value(answer["Responses"]["fuzzed"].clone()).unwrap();
            let found: Model = found.into_iter().map(|item| (key_of(&item), item)).collect();
            let there = keys.into_iter().filter_map(|key| self.model.get(&key).cloned().map(|item| (key, item)));
            assert_eq!(found, there.collect(), "{}", self.at("BatchGetItem", &input));
            return;
        }
        let mut requests = Vec::new();
        for key in keys {
            let mut write = Write { condition: None, ..Write::random(&mut self.chance, key) };
            if matches!(write.action, Action::Update(_)) {
                write.action = Action::Delete;
            }
            requests.push(match &write.action {
                Action::Put(item) => json!({"PutRequest": {"Item": item}}),
                _ => json!({"DeleteRequest": {"Key": key_json(&write.key)}}),
            });
            write.apply(&mut self.model);
        }
        let input = json!({"RequestItems": {"fuzzed": requests}});
        let answer = self.ok("BatchWriteItem", &input).await;
        assert_eq!(answer, json!({"UnprocessedItems": {}}), "{}", self.at("BatchWriteItem", &input));
    }

    async fn transact(&mut self) {
        let mut writes = Vec::new();
        for key in self.keys(8) {
            let mut write = Write::random(&mut self.chance, key);
            if write.condition.is_some() && self.chance.once_in(4) {
                write.action = Action::Check;
            }
            // A transaction's update must have an expression.
            if matches!(&write.action, Action::Update(changes) if changes.is_empty()) {
                write.action = Action::Delete;
            }
            writes.push(write);
        }
        let actions: Vec<Value> = writes
            .iter()
            .map(|write| Value::Object(Map::from_iter([(write.name().to_owned(), write.input())])))
            .collect();
        let input = json!({"TransactItems": actions});
        let (found, at) = (self.send("TransactWriteItems", &input).await, self.at("TransactWriteItems", &input));
        let met: Vec<bool> = writes.iter().map(|write| write.is_met(&self.model)).collect();
        if met.iter().all(|met| *met) {
            assert_eq!(found, Ok(json!({})), "{at}");
            for write in &writes {
                write.apply(&mut self.model);
            }
        } else {
            let error = found.expect_err(&at);
            let codes: Vec<bool> = error["CancellationReasons"]
                .as_array()
                .unwrap_or_else(|| panic!("{at}\n{error}"))
                .iter()
                .map(|one| one["Code"] == "None")
                .collect();
            assert_eq!(codes, met, "{at}");
        }
        let keys = self.keys(8);
        let gets: Vec<Value> =
            keys.iter().map(|key| json!({"Get": {"TableName": "fuzzed", "Key": key_json(key)}})).collect();
        let input = json!({"TransactItems": gets});
        let expected: Vec<Value> =
            keys.iter().map(|key| self.model.get(key).map_or(json!({}), |item| json!({"Item": item}))).collect();
        let found = self.ok("TransactGetItems", &input).await;
        assert_eq!(found, json!({"Responses": expected}), "{}", self.at("TransactGetItems", &input));
    }

    /// A request that is nearly right: refused, it changes nothing; whatever it was, nothing breaks.
    async fn damaged(&mut self) {
        let key = self.key();
        let (operation, input) = damage::nearly_valid(&mut self.chance, &key);
        let body = damage::spoil(&mut self.chance, &input);
        let result = send(&self.client, operation, &body).await;
        if result.is_ok() && !matches!(operation, "GetItem" | "Query" | "Scan" | "BatchGetItem") {
            // It may have changed items in a way that is not worth telling: the table is asked.
            let (items, _) = self.pages("Scan", json!({"TableName": "fuzzed"})).await;
            self.model = items.into_iter().map(|item| (key_of(&item), item)).collect();
        } else {
            self.check_table().await;
        }
    }

    async fn check_table(&mut self) {
        let (items, _) = self.pages("Scan", json!({"TableName": "fuzzed"})).await;
        let found: Model = items.into_iter().map(|item| (key_of(&item), item)).collect();
        assert_eq!(found, self.model, "{}", self.at("check", &Value::Null));
    }

    async fn check_all(&mut self) {
        self.check_table().await;
        // What global indexes show may lag behind.
        self.client.0.clock.sleep(std::time::Duration::from_secs(60)).await;
        for (index, attribute) in [("by-group", "group"), ("by-n", "n")] {
            let (items, _) = self.pages("Scan", json!({"TableName": "fuzzed", "IndexName": index})).await;
            let found: Model = items.into_iter().map(|item| (key_of(&item), item)).collect();
            let held = self.model.iter().filter(|(_, item)| item.contains_key(attribute));
            let held: Model = held.map(|(key, item)| (key.clone(), item.clone())).collect();
            assert_eq!(found, held, "{}", self.at(index, &Value::Null));
        }
        for pk in ["a", "b", "c"] {
            let input = json!({
                "TableName": "fuzzed", "IndexName": "by-n", "KeyConditionExpression": "pk = :p",
                "ExpressionAttributeValues": {":p": {"S": pk}},
            });
            let (items, _) = self.pages("Query", input.clone()).await;
            let order: Vec<i64> = items.iter().filter_map(|item| number(&item["n"])).collect();
            assert!(order.is_sorted(), "{}", self.at("Query", &input));
        }
    }

    /// The stream tells how the table came to be what it is.
    async fn check_stream(&self) {
        let arn = self.ok("DescribeTable", &json!({"TableName": "fuzzed"})).await["Table"]["LatestStreamArn"].clone();
        let stream = self.client.ok("DescribeStream", json!({"StreamArn": arn})).await;
        let mut records = Vec::new();
        for shard in stream["StreamDescription"]["Shards"].as_array().unwrap() {
            let at = json!({"StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"});
            let mut iterator = self.client.ok("GetShardIterator", at).await["ShardIterator"].clone();
            loop {
                let page = self.client.ok("GetRecords", json!({"ShardIterator": iterator})).await;
                let found = page["Records"].as_array().unwrap();
                records.extend(found.iter().cloned());
                match page.get("NextShardIterator") {
                    Some(next) if !found.is_empty() => iterator = next.clone(),
                    _ => break,
                }
            }
        }
        records.sort_by_key(|record| {
            let number = record["dynamodb"]["SequenceNumber"].as_str().unwrap();
            (number.len(), number.to_owned())
        });
        let mut replayed = Model::new();
        for record in records {
            let change = &record["dynamodb"];
            let image = |name: &str| change.get(name).map(|image| image.as_object().unwrap().clone());
            let key = key_of(change["Keys"].as_object().unwrap());
            let (old, new) = (image("OldImage"), image("NewImage"));
            assert_ne!(old, new, "{}", self.at("no change", &record));
            let before = match new {
                Some(new) => replayed.insert(key, new),
                None => replayed.remove(&key),
            };
            assert_eq!(before, old, "{}", self.at("GetRecords", &record));
        }
        assert_eq!(replayed, self.model, "{}", self.at("stream", &Value::Null));
    }
}
