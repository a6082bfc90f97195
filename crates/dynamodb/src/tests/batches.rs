use serde_json::json;

use super::{run, song};

#[test]
fn a_batch_writes_and_a_batch_reads() {
    run(|client| async move {
        client.songs().await;
        let writes = json!({"RequestItems": {"songs": [
            {"PutRequest": {"Item": song("Nina", "One")}},
            {"PutRequest": {"Item": song("Nina", "Two")}},
            {"DeleteRequest": {"Key": song("Nina", "Three")}},
        ]}});
        assert_eq!(client.ok("BatchWriteItem", writes).await, json!({"UnprocessedItems": {}}));
        let keys = json!({"RequestItems": {"songs": {"Keys": [song("Nina", "One"), song("Nina", "Three")]}}});
        let answer = client.ok("BatchGetItem", keys).await;
        assert_eq!(answer, json!({"Responses": {"songs": [song("Nina", "One")]}, "UnprocessedKeys": {}}));
        let twice = json!({"RequestItems": {"songs": [
            {"PutRequest": {"Item": song("Nina", "One")}}, {"DeleteRequest": {"Key": song("Nina", "One")}},
        ]}});
        assert_eq!(client.refused("BatchWriteItem", twice).await, "Provided list of item keys contains duplicates");
    });
}

#[test]
fn a_transaction_is_done_wholly_or_not_at_all() {
    run(|client| async move {
        client.songs().await;
        client.put(song("Nina", "One")).await;
        let write = json!({"TransactItems": [
            {"Put": {"TableName": "songs", "Item": song("Nina", "Two")}},
            {"Put": {
                "TableName": "songs", "Item": song("Nina", "One"), "ConditionExpression": "attribute_not_exists(title)",
            }},
        ]});
        let error = client.call("TransactWriteItems", write).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific \
             reasons [None, ConditionalCheckFailed]"
        );
        assert_eq!(error.members["CancellationReasons"][0], json!({"Code": "None"}));
        let get = json!({"TransactItems": [
            {"Get": {"TableName": "songs", "Key": song("Nina", "One")}},
            {"Get": {"TableName": "songs", "Key": song("Nina", "Two")}},
        ]});
        let answer = client.ok("TransactGetItems", get).await;
        assert_eq!(answer, json!({"Responses": [{"Item": song("Nina", "One")}, {}]}));
    });
}

#[test]
fn a_token_makes_a_transaction_happen_once() {
    run(|client| async move {
        client.songs().await;
        let write = |amount: &str| {
            json!({"ClientRequestToken": "token", "TransactItems": [{"Update": {
                "TableName": "songs", "Key": song("Nina", "One"), "UpdateExpression": "ADD plays :n",
                "ExpressionAttributeValues": {":n": {"N": amount}},
            }}]})
        };
        client.ok("TransactWriteItems", write("1")).await;
        client.ok("TransactWriteItems", write("1")).await;
        let get = json!({"TableName": "songs", "Key": song("Nina", "One")});
        assert_eq!(client.ok("GetItem", get).await["Item"]["plays"], json!({"N": "1"}));
        let other = client.call("TransactWriteItems", write("2")).await.unwrap_err();
        assert_eq!(other.code, "IdempotentParameterMismatchException");
    });
}
