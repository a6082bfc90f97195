use serde_json::{Value, json};

use super::{Client, run, song};

async fn with_numbers(client: &Client) {
    client
        .ok(
            "CreateTable",
            json!({
                "TableName": "readings",
                "AttributeDefinitions": [
                    {"AttributeName": "sensor", "AttributeType": "S"},
                    {"AttributeName": "at", "AttributeType": "N"},
                    {"AttributeName": "kind", "AttributeType": "S"},
                ],
                "KeySchema": [
                    {"AttributeName": "sensor", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"},
                ],
                "LocalSecondaryIndexes": [{
                    "IndexName": "by-kind",
                    "KeySchema": [
                        {"AttributeName": "sensor", "KeyType": "HASH"}, {"AttributeName": "kind", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                }],
                "BillingMode": "PAY_PER_REQUEST",
            }),
        )
        .await;
    for at in [-10, -1, 0, 2, 10, 100] {
        let kind = if at < 0 { "cold" } else { "warm" };
        let item = json!({"sensor": {"S": "a"}, "at": {"N": at.to_string()}, "kind": {"S": kind}, "v": {"S": "x"}});
        client.ok("PutItem", json!({"TableName": "readings", "Item": item})).await;
    }
}

fn query(condition: &str, values: &[(&str, &str)]) -> Value {
    let mut input = json!({
        "TableName": "readings", "KeyConditionExpression": format!("sensor = :s AND {condition}"),
        "ExpressionAttributeNames": {"#at": "at"},
        "ExpressionAttributeValues": {":s": {"S": "a"}},
    });
    for (name, number) in values {
        input["ExpressionAttributeValues"][*name] = json!({"N": number});
    }
    input
}

fn ats(answer: &Value) -> Vec<i64> {
    let items = answer["Items"].as_array().unwrap().iter();
    items.map(|item| item["at"]["N"].as_str().unwrap().parse().unwrap()).collect()
}

#[test]
fn sort_keys_are_found_by_every_comparison_in_the_order_of_numbers() {
    run(|client| async move {
        with_numbers(&client).await;
        for (condition, values, found) in [
            ("#at = :a", &[(":a", "2.0")][..], &[2][..]),
            ("#at < :a", &[(":a", "0")], &[-10, -1]),
            ("#at <= :a", &[(":a", "0")], &[-10, -1, 0]),
            ("#at > :a", &[(":a", "2")], &[10, 100]),
            (":a <= #at", &[(":a", "2")], &[2, 10, 100]),
            ("#at BETWEEN :a AND :b", &[(":a", "-1"), (":b", "10")], &[-1, 0, 2, 10]),
        ] {
            let answer = client.ok("Query", query(condition, values)).await;
            assert_eq!(ats(&answer), found, "{condition}");
        }
        let mut backward = query("#at >= :a", &[(":a", "0")]);
        backward["ScanIndexForward"] = json!(false);
        assert_eq!(ats(&client.ok("Query", backward).await), [100, 10, 2, 0]);
    });
}

#[test]
fn pages_follow_each_other_in_both_directions_and_in_indexes() {
    run(|client| async move {
        with_numbers(&client).await;
        for (index, forward, expected) in [
            (None, true, [-10, -1, 0, 2, 10, 100]),
            (None, false, [100, 10, 2, 0, -1, -10]),
            (Some("by-kind"), true, [-10, -1, 0, 2, 10, 100]),
        ] {
            let mut found = Vec::new();
            let mut input = json!({
                "TableName": "readings", "KeyConditionExpression": "sensor = :s", "Limit": 4,
                "ExpressionAttributeValues": {":s": {"S": "a"}}, "ScanIndexForward": forward,
            });
            if let Some(index) = index {
                input["IndexName"] = json!(index);
            }
            loop {
                let answer = client.ok("Query", input.clone()).await;
                found.extend(ats(&answer));
                match answer.get("LastEvaluatedKey") {
                    Some(key) => input["ExclusiveStartKey"] = key.clone(),
                    None => break,
                }
            }
            assert_eq!(found, expected, "{index:?} {forward}");
        }
    });
}

#[test]
fn a_local_index_fetches_what_it_does_not_hold() {
    run(|client| async move {
        with_numbers(&client).await;
        let mut input = json!({
            "TableName": "readings", "IndexName": "by-kind", "KeyConditionExpression": "sensor = :s AND kind = :k",
            "ExpressionAttributeValues": {":s": {"S": "a"}, ":k": {"S": "cold"}},
        });
        let held = client.ok("Query", input.clone()).await;
        assert_eq!(held["Items"][0].get("v"), None);
        input["Select"] = json!("ALL_ATTRIBUTES");
        assert_eq!(client.ok("Query", input).await["Items"][0]["v"], json!({"S": "x"}));
    });
}

#[test]
fn texts_are_found_by_their_beginning() {
    run(|client| async move {
        client.songs().await;
        for title in ["Sin", "Sinnerman", "Siren", "T"] {
            client.put(song("Nina", title)).await;
        }
        let answer = client
            .ok(
                "Query",
                json!({
                    "TableName": "songs", "KeyConditionExpression": "artist = :a AND begins_with(title, :t)",
                    "ExpressionAttributeValues": {":a": {"S": "Nina"}, ":t": {"S": "Sin"}},
                }),
            )
            .await;
        assert_eq!(answer["Items"], json!([song("Nina", "Sin"), song("Nina", "Sinnerman")]));
    });
}

#[test]
fn the_segments_of_a_scan_are_the_whole_once() {
    run(|client| async move {
        client.songs().await;
        for number in 0..50 {
            client.put(song(&format!("artist {number}"), "one")).await;
        }
        let mut count = 0;
        for segment in 0..4 {
            let input = json!({"TableName": "songs", "Segment": segment, "TotalSegments": 4, "Select": "COUNT"});
            let answer = client.ok("Scan", input).await;
            assert!(answer["Count"].as_u64().unwrap() > 2, "segments are about equal");
            count += answer["Count"].as_u64().unwrap();
        }
        assert_eq!(count, 50);
    });
}

#[test]
fn a_query_that_no_index_can_answer_is_refused_in_awss_words() {
    run(|client| async move {
        with_numbers(&client).await;
        let with = |condition: &str, extra: Value| {
            let mut input = json!({
                "TableName": "readings", "KeyConditionExpression": condition, "ExpressionAttributeValues": {},
            });
            for (name, value) in [(":s", json!({"S": "a"})), (":n", json!({"N": "1"})), (":b", json!({"BOOL": true}))] {
                if condition.contains(name) {
                    input["ExpressionAttributeValues"][name] = value;
                }
            }
            input.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
            input
        };
        let at = json!({"ExpressionAttributeNames": {"#at": "at"}});
        for (condition, extra, words) in [
            ("#at = :n", at.clone(), "Query condition missed key schema element: sensor"),
            ("sensor > :s", json!({}), "Query key condition not supported"),
            (
                "sensor = :s AND #at = :s",
                at.clone(),
                "One or more parameter values were invalid: Condition parameter type does not match schema type",
            ),
            (
                "sensor = :s AND #at < :b",
                at.clone(),
                "Invalid KeyConditionExpression: Incorrect operand type for operator or function; operator or function: \
                 <, operand type: BOOL",
            ),
            ("sensor = :s OR #at = :n", at.clone(), "Invalid operator used in KeyConditionExpression: OR"),
            (
                "sensor = :s AND #at > :n AND #at < :n",
                at.clone(),
                "Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key",
            ),
            (
                "sensor = :s",
                json!({"FilterExpression": "sensor = :s"}),
                "Filter Expression can only contain non-primary key attributes: Primary key attribute: sensor",
            ),
            ("sensor = :s", json!({"IndexName": "nope"}), "The table does not have the specified index: nope"),
        ] {
            assert_eq!(client.refused("Query", with(condition, extra)).await, words, "{condition}");
        }
    });
}
