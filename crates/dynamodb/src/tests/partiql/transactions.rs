use kernel::AwsError;
use serde_json::{Value, json};

use super::{put, run, stored};
use crate::tests::Client;

async fn transact(client: &Client, statements: &[&str]) -> Result<Value, AwsError> {
    let statements: Vec<Value> = statements.iter().map(|statement| json!({"Statement": statement})).collect();
    client.call("ExecuteTransaction", json!({"TransactStatements": statements})).await
}

async fn refused(client: &Client, statements: &[&str]) -> String {
    let error = transact(client, statements).await.unwrap_err();
    assert_eq!(error.code, "ValidationException", "{statements:?}: {}", error.message);
    error.message
}

/// Code and message of each reason for which a transaction is cancelled.
async fn reasons(client: &Client, statements: &[&str]) -> Vec<(String, String)> {
    let error = transact(client, statements).await.unwrap_err();
    assert_eq!(error.code, "TransactionCanceledException", "{statements:?}: {}", error.message);
    let text = |reason: &Value, name: &str| reason[name].as_str().unwrap_or_default().to_owned();
    let reasons = error.members["CancellationReasons"].as_array().unwrap().clone();
    reasons.iter().map(|reason| (text(reason, "Code"), text(reason, "Message"))).collect()
}

const SELECT: &str = "SELECT * FROM songs WHERE title = '1' AND artist = 'Nina'";
const UPDATE: &str = "UPDATE songs SET a = a + 1 WHERE artist = 'Nina' AND title = '1'";

#[test]
fn reads_give_an_item_each_and_writes_give_nothing() {
    run(|client| async move {
        client.songs().await;
        put(&client, "Nina", "1", json!({"a": {"N": "1"}, "m": {"M": {"k": {"S": "deep"}}}})).await;
        let column = "SELECT m.k FROM songs WHERE artist IN ['Nina'] AND title = '1'";
        let absent = "SELECT * FROM songs WHERE artist = 'Nina' AND title = '2'";
        let answer = transact(&client, &[column, absent]).await.unwrap();
        assert_eq!(answer, json!({"Responses": [{"Item": {"k": {"S": "deep"}}}, {}]}));
        let input = json!({
            "TransactStatements": [{"Statement": UPDATE}, {"Statement": "DELETE FROM songs WHERE artist = 'x' AND title = 'y'"}],
            "ReturnConsumedCapacity": "TOTAL", "ClientRequestToken": "once",
        });
        let units = |kind: &str| json!([{"CapacityUnits": 4.0, kind: 4.0, "TableName": "songs"}]);
        let answer = client.ok("ExecuteTransaction", input.clone()).await;
        assert_eq!(answer, json!({"Responses": [], "ConsumedCapacity": units("WriteCapacityUnits")}));
        // The same token a second time changes nothing.
        let answer = client.ok("ExecuteTransaction", input.clone()).await;
        assert_eq!(answer["ConsumedCapacity"], units("ReadCapacityUnits"));
        assert_eq!(stored(&client, "Nina", "1").await["a"], json!({"N": "2"}));
        let mut other = input;
        other["TransactStatements"] = json!([{"Statement": UPDATE}]);
        let error = client.call("ExecuteTransaction", other).await.unwrap_err();
        assert_eq!(error.code, "IdempotentParameterMismatchException");
    });
}

#[test]
fn exists_is_a_condition_of_the_others() {
    run(|client| async move {
        client.songs().await;
        put(&client, "Nina", "1", json!({"a": {"N": "1"}})).await;
        put(&client, "Nina", "2", json!({"b": {"N": "1"}})).await;
        let exists = |rest: &str| format!("EXISTS(SELECT * FROM songs WHERE artist = 'Nina' AND title = '2'{rest})");
        transact(&client, &[&exists(" AND a IS MISSING"), UPDATE]).await.unwrap();
        let none = || ("None".to_owned(), String::new());
        let failed = || ("ConditionalCheckFailed".to_owned(), "The conditional request failed".to_owned());
        assert_eq!(reasons(&client, &[&exists(" AND b IS MISSING"), UPDATE]).await, [failed(), none()]);
        assert_eq!(reasons(&client, &[&exists(" AND artist = 'Bob' AND b = 1"), UPDATE]).await, [failed(), none()]);
        assert_eq!(stored(&client, "Nina", "1").await["a"], json!({"N": "2"}));
        let no_condition = "Validation failed in TransactStatements[0]: EXISTS() must contain a single item read with \
                            additional condition";
        assert_eq!(refused(&client, &[&exists(""), UPDATE]).await, no_condition);
        let by_in = "EXISTS(SELECT * FROM songs WHERE artist IN ['Nina'] AND title = '2' AND b = 1)";
        assert_eq!(refused(&client, &[by_in, UPDATE]).await, no_condition);
    });
}

#[test]
fn one_failure_cancels_all() {
    run(|client| async move {
        client.songs().await;
        put(&client, "Nina", "1", json!({"a": {"N": "1"}})).await;
        let reason = |code: &str, message: &str| (code.to_owned(), message.to_owned());
        let none = || reason("None", "");
        let mismatch = || reason("ValidationError", "The provided key element does not match the schema");
        let missing = || reason("ResourceNotFound", "Requested resource not found");
        let insert = "INSERT INTO songs VALUE {'artist': 'Nina', 'title': '1'}";
        let other = "INSERT INTO songs VALUE {'artist': 'Nina', 'title': '2'}";
        let absent = "UPDATE songs SET a = 1 WHERE artist = 'Nina' AND title = '9'";
        for (statements, expected) in [
            (vec![insert, other], vec![reason("DuplicateItem", "Duplicate primary key exists in table"), none()]),
            (vec![other, absent], vec![none(), reason("ConditionalCheckFailed", "The conditional request failed")]),
            (
                vec![
                    "UPDATE songs SET a = 1 WHERE artist = 'Nina'",
                    "UPDATE songs SET a = 1 WHERE artist IN ['Nina'] AND title = '1'",
                    UPDATE,
                ],
                vec![mismatch(), mismatch(), none()],
            ),
            (vec!["DELETE FROM songs WHERE artist = 'Nina' AND title = 1"], vec![mismatch()]),
            (
                vec!["INSERT INTO songs VALUE {'artist': 'Nina'}", "DELETE FROM nowhere WHERE a = 'x'"],
                vec![none(), missing()],
            ),
            (
                vec!["INSERT INTO songs VALUE {'artist': 'Nina'}"],
                vec![reason(
                    "ValidationError",
                    "One or more parameter values were invalid: Missing the key title in the item",
                )],
            ),
            (vec![SELECT, "SELECT * FROM nowhere.i WHERE a = 'x'"], vec![none(), missing()]),
            (
                vec![SELECT, SELECT, "SELECT * FROM songs WHERE artist = 1 AND title = '1'"],
                vec![none(), none(), mismatch()],
            ),
        ] {
            assert_eq!(reasons(&client, &statements).await, expected, "{statements:?}");
        }
        assert_eq!(stored(&client, "Nina", "2").await, Value::Null);
    });
}

#[test]
fn a_transaction_that_makes_no_sense_is_refused_as_a_whole() {
    run(|client| async move {
        client.songs().await;
        let key_only = "Select statements within ExecuteTransaction must specify the primary key in the where clause.";
        let again = "SELECT a FROM songs WHERE artist = 'Nina' AND title = '1'";
        let missing = "SELECT * FROM nowhere WHERE artist = 'Nina'";
        let returning = format!("{UPDATE} RETURNING ALL NEW *");
        for (statements, words) in [
            (vec![SELECT, again], "Transaction request cannot include multiple operations on one item".to_owned()),
            (vec![UPDATE, UPDATE], "Transaction request cannot include multiple operations on one item".to_owned()),
            (
                vec![SELECT, UPDATE],
                "ExecuteTransaction API does not support both read and write operations in the same request."
                    .to_owned(),
            ),
            (
                vec!["DELETE FROM nowhere WHERE a = 'x'", returning.as_str()],
                "Validation failed in TransactStatements[1]: RETURNING clause is not supported in ExecuteTransaction."
                    .to_owned(),
            ),
            (
                vec![missing, "SELECT * FROM songs.i WHERE artist = 'Nina' AND title = '1'"],
                "Validation failed in TransactStatements[1]: Reads on indices are not supported within transactions."
                    .to_owned(),
            ),
            (
                vec!["SELECT * FROM songs WHERE artist = 'Nina' AND title = '1' AND a = 1"],
                format!("Validation failed in TransactStatements[0]: {key_only}"),
            ),
            (
                vec!["SELECT * FROM songs WHERE artist IN ['x'] AND artist = 'Nina' AND title = '1'"],
                format!("Validation failed in TransactStatements[0]: {key_only}"),
            ),
            (
                vec!["SELECT * FROM songs WHERE artist IN ['x', 'x'] AND title = '1'"],
                "Validation failed in TransactStatements[0]: Overlapping conditions with range keys are not supported \
                 in where clause"
                    .to_owned(),
            ),
            (
                vec!["SELECT * FROM songs WHERE"],
                "Validation failed in TransactStatements[0]: Statement wasn't well formed, can't be processed: \
                 Unexpected term"
                    .to_owned(),
            ),
        ] {
            assert_eq!(refused(&client, &statements).await, words, "{statements:?}");
        }
        let parameter = json!({"TransactStatements": [
            {"Statement": UPDATE}, {"Statement": "SELECT", "Parameters": [{"N": "1e99999999999"}]},
        ]});
        assert_eq!(
            client.refused("ExecuteTransaction", parameter).await,
            "The parameter cannot be converted to a numeric value: 1e99999999999"
        );
    });
}
