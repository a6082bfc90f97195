//! Requests that brought other emulators down.

use serde_json::{Value, json};

use super::damage::send;
use crate::tests::run;

fn filtered(filter: &str) -> Value {
    json!({"TableName": "songs", "FilterExpression": filter})
}

#[test]
fn what_killed_others_is_answered() {
    run(|client| async move {
        client.songs().await;
        let nested = |depth: usize| format!("{}artist = artist{}", "(".repeat(depth), ")".repeat(depth));
        let deep = "[".repeat(100_000);
        let maps = format!(r#"{{"TableName":"songs","Item":{}{}"#, r#"{"M":{"a":"#.repeat(5000), "}}".repeat(5000));
        let wrong = json!({"RequestItems": {"songs": "x"}}).to_string();
        let untagged =
            json!({"ResourceArn": "arn:aws:dynamodb:us-east-1:123456789012:table/songs", "Tags": [{"Key": "k"}]});
        for (operation, body) in [
            ("Scan", filtered("artist = title").to_string()),
            ("Scan", filtered(&nested(2000)).to_string()),
            ("Scan", filtered(&"NOT ".repeat(1000)).to_string()),
            ("Scan", filtered(&format!("a{}", "[0]".repeat(1300))).to_string()),
            ("Scan", filtered(&format!("a{} = b", ".a".repeat(2000))).to_string()),
            ("Scan", filtered(&"size(".repeat(800)).to_string()),
            ("BatchWriteItem", wrong),
            ("BatchWriteItem", json!({"RequestItems": {"songs": [1]}}).to_string()),
            ("PutItem", "[]".to_owned()),
            ("PutItem", "\"text\"".to_owned()),
            ("PutItem", "null".to_owned()),
            ("PutItem", deep),
            ("PutItem", maps),
            ("TagResource", untagged.to_string()),
        ] {
            // Whatever it says, it is an answer or the client's own fault.
            let _ = send(&client, operation, body.as_bytes()).await;
        }
        assert_eq!(send(&client, "Scan", filtered("artist = title").to_string().as_bytes()).await.unwrap()["Count"], 0);
    });
}
