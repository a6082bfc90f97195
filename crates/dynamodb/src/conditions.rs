//! What policies can ask about a call: `dynamodb:LeadingKeys`, `dynamodb:Attributes` and their like.
//!
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html>

mod statements;

use std::collections::BTreeSet;

use aws_api::Call;
use kernel::{Access, Caller};
use serde_json::{Value, json};

use crate::{
    DynamoDb,
    api::{Input, table_name},
    expression::{Comparator, KeyTest, Projection, Update},
    rules::{expressions, read, wording::Layer},
    value::{Item, item_to_json},
};

/// What the requests for one access are about.
#[derive(Default)]
struct Facts {
    leading: BTreeSet<String>,
    attributes: BTreeSet<String>,
}

impl DynamoDb {
    /// Adds to `needed`, which a call needs, what policies may want to know of it. Root needs no policy.
    pub fn describe_to_policies(&self, call: &Call, needed: &mut [Access]) {
        if matches!(call.scope.caller, Caller::Root { .. }) {
            return;
        }
        let input = Input(&call.input);
        match call.operation {
            "PutItem" | "GetItem" | "UpdateItem" | "DeleteItem" | "Query" | "Scan" => {
                for access in needed {
                    let mut facts = Facts::default();
                    self.gather(call, input.table_name(), input, &mut facts);
                    facts.tell(access);
                    tell_parameters(access, call.operation, input, input);
                }
            }
            "BatchGetItem" | "BatchWriteItem" => {
                let requested = input.object("RequestItems").into_iter().flatten();
                for (access, (name, requests)) in needed.iter_mut().zip(requested) {
                    let mut facts = Facts::default();
                    for request in batched(requests) {
                        self.gather(call, table_name(name), Input(&request), &mut facts);
                    }
                    facts.tell(access);
                    tell_parameters(access, call.operation, input, Input(requests));
                }
            }
            "TransactGetItems" | "TransactWriteItems" => {
                for access in needed {
                    self.describe_transacted(call, access);
                }
            }
            "ExecuteStatement" => self.describe_statements(call, &[input], needed),
            "ExecuteTransaction" => {
                let members = input.list("TransactStatements").unwrap_or_default().iter().map(Input);
                self.describe_statements(call, &members.collect::<Vec<_>>(), needed);
            }
            _ => {}
        }
    }

    /// An access of a transaction stands for all of its actions of one kind on one table.
    fn describe_transacted(&self, call: &Call, access: &mut Access) {
        let input = Input(&call.input);
        let mut facts = Facts::default();
        let actions = input.list("TransactItems").unwrap_or_default().iter().filter_map(Value::as_object);
        for (kind, action) in actions.flat_map(|action| action.iter()) {
            let action = Input(action);
            let name = action.table_name();
            let is_meant = access.resource.ends_with(&format!(":table/{name}"))
                && access.action.trim_start_matches("dynamodb:").trim_end_matches("Item")
                    == kind.trim_end_matches("Item");
            if is_meant {
                self.gather(call, name, action, &mut facts);
            }
        }
        facts.tell(access);
        access.context.insert("dynamodb:EnclosingOperation".to_owned(), json!(call.operation));
        tell_parameters(access, call.operation, input, input);
    }

    fn gather(&self, call: &Call, table: &str, request: Input<'_>, facts: &mut Facts) {
        let hash = self.partition_attribute(call, table, request.text("IndexName"));
        for parameter in ["Item", "Key"] {
            let value = hash.as_ref().and_then(|hash| request.object(parameter)?.get(hash));
            facts.leading.extend(value.and_then(text_of));
        }
        for parameter in ["Item", "Key", "AttributeUpdates", "Expected", "KeyConditions", "QueryFilter", "ScanFilter"] {
            facts.attributes.extend(request.object(parameter).into_iter().flat_map(|named| named.keys().cloned()));
        }
        // What cannot be read is refused before it does anything.
        let Ok(read) = expressions::read(request, Layer::of(call.operation, &call.scope.region)) else { return };
        facts.attributes.extend(read.projection.iter().flat_map(Projection::attributes).map(str::to_owned));
        facts.attributes.extend(read.update.iter().flat_map(Update::paths).map(|path| path.head().to_owned()));
        for condition in read.condition.iter().chain(&read.filter) {
            facts.attributes.extend(read::paths(condition).into_iter().map(|path| path.head().to_owned()));
        }
        for condition in read.key.iter().flat_map(|key| &key.0) {
            facts.attributes.insert(condition.attribute.clone());
            if let KeyTest::Compare(Comparator::Equal, value) = &condition.test
                && hash.as_ref() == Some(&condition.attribute)
            {
                let item = item_to_json(&Item::from_iter([(condition.attribute.clone(), value.clone())]));
                facts.leading.extend(item.get(&condition.attribute).and_then(text_of));
            }
        }
    }

    /// The attribute that decides on the partition in a table or one of its indexes.
    fn partition_attribute(&self, call: &Call, table: &str, index: Option<&str>) -> Option<String> {
        let mut state = self.state.borrow_mut();
        let definition = &state.region(&call.scope).tables.get(table)?.definition;
        let keys = match index {
            Some(index) => &definition.index(index)?.keys,
            None => &definition.keys,
        };
        keys.hash.first().map(|key| key.name.clone())
    }
}

impl Facts {
    fn tell(self, access: &mut Access) {
        for (key, values) in [("dynamodb:LeadingKeys", self.leading), ("dynamodb:Attributes", self.attributes)] {
            if !values.is_empty() {
                access.context.insert(key.to_owned(), json!(values));
            }
        }
    }
}

/// Adds what single parameters say, or stand for when they are absent.
fn tell_parameters(access: &mut Access, operation: &str, call: Input<'_>, request: Input<'_>) {
    let mut tell = |key: &str, value: &str| drop(access.context.insert(format!("dynamodb:{key}"), json!(value)));
    tell("ReturnConsumedCapacity", call.text("ReturnConsumedCapacity").unwrap_or("NONE"));
    match operation {
        "PutItem" | "UpdateItem" | "DeleteItem" => tell("ReturnValues", call.text("ReturnValues").unwrap_or("NONE")),
        "GetItem" | "Query" | "Scan" | "BatchGetItem" => {
            let is_partial = request.has("ProjectionExpression") || request.has("AttributesToGet");
            let meant = match (is_partial, request.has("IndexName")) {
                (true, _) => "SPECIFIC_ATTRIBUTES",
                (false, true) => "ALL_PROJECTED_ATTRIBUTES",
                (false, false) => "ALL_ATTRIBUTES",
            };
            tell("Select", request.text("Select").unwrap_or(meant));
        }
        _ => {}
    }
}

/// The requests of a batch for one table, each as if it were alone.
fn batched(requests: &Value) -> Vec<Value> {
    if let Some(writes) = requests.as_array() {
        let writes = writes.iter().filter_map(Value::as_object).flat_map(|write| write.values());
        return writes.cloned().collect();
    }
    let keys = Input(requests).list("Keys").unwrap_or_default().iter();
    keys.map(|key| {
        let mut request = requests.clone();
        request["Key"] = key.clone();
        request
    })
    .collect()
}

/// A key value as policies write it.
fn text_of(value: &Value) -> Option<String> {
    ["S", "N", "B"].into_iter().find_map(|kind| Some(value.get(kind)?.as_str()?.to_owned()))
}

#[cfg(test)]
mod tests {
    use aws_api::Operations;
    use kernel::{Scope, testing};

    use super::*;

    const TABLE: [&str; 1] = ["songs"];

    /// What policies learn of a call on a table with the key `artist`, `title` and an index by genre.
    fn context(operation: &'static str, input: Value, check: impl FnOnce(Vec<Access>) + 'static) {
        testing::run(move |kernel| async move {
            let room = DynamoDb::open(&kernel).await.unwrap();
            let attribute = |name: &str| json!({"AttributeName": name, "AttributeType": "S"});
            let create = json!({
                "TableName": TABLE[0], "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [attribute("artist"), attribute("genre")],
                "KeySchema": [{"AttributeName": "artist", "KeyType": "HASH"}],
                "GlobalSecondaryIndexes": [{
                    "IndexName": "by-genre", "KeySchema": [{"AttributeName": "genre", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "ALL"},
                }],
            });
            aws_api::invoke(&kernel, Scope::root(&kernel), "dynamodb", "CreateTable", create).await.unwrap();
            let caller = Caller::RoleSession {
                role_arn: "arn:aws:iam::123456789012:role/reader".to_owned(),
                session_name: "s".to_owned(),
                session_policy: None,
            };
            let scope = Scope::new(&kernel, "us-east-1", caller);
            check(room.access(&Call { operation, input, scope, read: None }));
        });
    }

    fn told(access: &Access, key: &str) -> Value {
        access.context.get(&format!("dynamodb:{key}")).cloned().unwrap_or_default()
    }

    #[test]
    fn a_write_tells_its_key_and_every_attribute_that_it_names() {
        let input = json!({
            "TableName": "songs", "Key": {"artist": {"S": "Nina"}}, "UpdateExpression": "SET #p = :p, info.a = :p",
            "ConditionExpression": "size(stars) > :p", "ReturnValues": "ALL_NEW",
            "ExpressionAttributeNames": {"#p": "plays"}, "ExpressionAttributeValues": {":p": {"N": "1"}},
        });
        context("UpdateItem", input, |needed| {
            assert_eq!(told(&needed[0], "LeadingKeys"), json!(["Nina"]));
            assert_eq!(told(&needed[0], "Attributes"), json!(["artist", "info", "plays", "stars"]));
            assert_eq!(told(&needed[0], "ReturnValues"), "ALL_NEW");
        });
    }

    #[test]
    fn a_query_tells_the_partition_of_what_it_reads() {
        let input = json!({
            "TableName": "songs", "IndexName": "by-genre", "KeyConditionExpression": "genre = :g",
            "ProjectionExpression": "title", "ExpressionAttributeValues": {":g": {"S": "jazz"}},
        });
        context("Query", input, |needed| {
            assert_eq!(told(&needed[0], "LeadingKeys"), json!(["jazz"]));
            assert_eq!(told(&needed[0], "Attributes"), json!(["genre", "title"]));
            assert_eq!(told(&needed[0], "Select"), "SPECIFIC_ATTRIBUTES");
        });
        context("Scan", json!({"TableName": "songs"}), |needed| {
            assert_eq!(told(&needed[0], "LeadingKeys"), Value::Null);
            assert_eq!(told(&needed[0], "Select"), "ALL_ATTRIBUTES");
        });
    }

    #[test]
    fn a_batch_tells_all_its_keys() {
        let key = |artist: &str| json!({"artist": {"S": artist}});
        let keys = json!({"RequestItems": {"songs": {"Keys": [key("Nina"), key("Ella")]}}});
        context("BatchGetItem", keys, |needed| assert_eq!(told(&needed[0], "LeadingKeys"), json!(["Ella", "Nina"])));
        let writes = json!([{"PutRequest": {"Item": key("Nina")}}, {"DeleteRequest": {"Key": key("Ella")}}]);
        context("BatchWriteItem", json!({"RequestItems": {"songs": writes}}), |needed| {
            assert_eq!(told(&needed[0], "LeadingKeys"), json!(["Ella", "Nina"]));
        });
    }

    #[test]
    fn each_kind_of_a_transactions_actions_tells_its_own_keys() {
        let on = |artist: &str| json!({"TableName": "songs", "Key": {"artist": {"S": artist}}});
        let mut put = on("Nina");
        put["Item"] = json!({"artist": {"S": "Nina"}});
        let input = json!({"TransactItems": [{"Put": put}, {"Delete": on("Ella")}, {"ConditionCheck": on("Etta")}]});
        context("TransactWriteItems", input, |needed| {
            let told: Vec<_> = needed.iter().map(|access| (&*access.action, told(access, "LeadingKeys"))).collect();
            assert_eq!(
                told,
                [
                    ("dynamodb:ConditionCheckItem", json!(["Etta"])),
                    ("dynamodb:DeleteItem", json!(["Ella"])),
                    ("dynamodb:PutItem", json!(["Nina"])),
                ]
            );
            assert_eq!(needed[0].context["dynamodb:EnclosingOperation"], "TransactWriteItems");
        });
    }

    #[test]
    fn a_statement_tells_what_it_would_tell_as_a_query() {
        let statement = "SELECT title FROM songs WHERE artist IN ['Nina', 'Ella'] AND plays > 3";
        context("ExecuteStatement", json!({"Statement": statement}), |needed| {
            assert_eq!(needed[0].action, "dynamodb:PartiQLSelect");
            assert_eq!(told(&needed[0], "LeadingKeys"), json!(["Ella", "Nina"]));
            assert_eq!(told(&needed[0], "Attributes"), json!(["artist", "plays", "title"]));
            assert_eq!(told(&needed[0], "FullTableScan"), "false");
            assert_eq!(told(&needed[0], "Select"), "SPECIFIC_ATTRIBUTES");
            assert_eq!(told(&needed[0], "EnclosingOperation"), Value::Null);
        });
        let scan = "SELECT * FROM songs WHERE plays > 3 OR artist = 'Nina'";
        context("ExecuteStatement", json!({"Statement": scan}), |needed| {
            assert_eq!(told(&needed[0], "FullTableScan"), "true");
            assert_eq!(told(&needed[0], "LeadingKeys"), Value::Null);
        });
        let of_index = "SELECT * FROM songs.\"by-genre\" WHERE genre = ?";
        let input = json!({"Statement": of_index, "Parameters": [{"S": "jazz"}]});
        context("ExecuteStatement", input, |needed| assert_eq!(told(&needed[0], "LeadingKeys"), json!(["jazz"])));
    }

    #[test]
    fn each_statement_of_a_transaction_tells_its_own_keys() {
        let statements = [
            "INSERT INTO songs VALUE {'artist': 'Nina', 'plays': 1}",
            "UPDATE songs SET plays = 2 WHERE artist = 'Ella' RETURNING ALL NEW *",
            "DELETE FROM songs WHERE artist = 'Etta'",
        ];
        let members: Value = statements.iter().map(|statement| json!({"Statement": statement})).collect();
        context("ExecuteTransaction", json!({"TransactStatements": members}), |needed| {
            let leading: Vec<_> = needed.iter().map(|access| told(access, "LeadingKeys")).collect();
            assert_eq!(leading, [json!(["Nina"]), json!(["Ella"]), json!(["Etta"])]);
            assert_eq!(told(&needed[0], "Attributes"), json!(["artist", "plays"]));
            assert_eq!(told(&needed[1], "ReturnValues"), "ALL_NEW");
            assert_eq!(told(&needed[2], "ReturnValues"), "NONE");
            assert_eq!(told(&needed[2], "EnclosingOperation"), "ExecuteTransaction");
        });
    }
}
