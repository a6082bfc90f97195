use serde_json::{Value, json};

use super::{execute, items, put, refusal, run, stored};

/// What an UPDATE of the song `Nina`, `1` is.
fn update(changes: &str) -> String {
    format!("UPDATE songs {changes} WHERE artist = 'Nina' AND title = '1'")
}

#[test]
fn an_insert_makes_a_new_item_of_all_types() {
    run(|client| async move {
        client.songs().await;
        let insert = "INSERT INTO \"songs\" value {'artist': 'Nina', 'title': '1', 'n': -1.5e-3, 'm': {'a': 'x', 'b': 4}, \
                      'l': [1, 'two', [true, null]], 'ns': <<1, 34, 4.5>>, 'ss': <<'b', 'a'>>, 'q': 'it''s'}";
        assert_eq!(execute(&client, insert).await, json!({"Items": []}));
        assert_eq!(
            stored(&client, "Nina", "1").await,
            json!({
                "artist": {"S": "Nina"}, "title": {"S": "1"}, "n": {"N": "-0.0015"},
                "m": {"M": {"a": {"S": "x"}, "b": {"N": "4"}}},
                "l": {"L": [{"N": "1"}, {"S": "two"}, {"L": [{"BOOL": true}, {"NULL": true}]}]},
                "ns": {"NS": ["1", "4.5", "34"]}, "ss": {"SS": ["a", "b"]}, "q": {"S": "it's"},
            })
        );
        let error = client.call("ExecuteStatement", json!({"Statement": insert})).await.unwrap_err();
        assert_eq!(error.to_string(), "DuplicateItemException: Duplicate primary key exists in table");
        let with_parameters = json!({
            "Statement": "INSERT INTO songs VALUE {'artist': ?, 'title': ?, 'b': ?}",
            "Parameters": [{"S": "Nina"}, {"S": "2"}, {"B": "AAE="}],
        });
        client.ok("ExecuteStatement", with_parameters).await;
        assert_eq!(stored(&client, "Nina", "2").await["b"], json!({"B": "AAE="}));
        assert_eq!(
            refusal(&client, "INSERT INTO songs VALUE {'artist': 'Nina'}").await,
            "One or more parameter values were invalid: Missing the key title in the item"
        );
    });
}

#[test]
fn an_update_changes_what_is_there_and_makes_nothing() {
    run(|client| async move {
        client.songs().await;
        let more = json!({
            "n": {"N": "5"}, "m": {"M": {"l": {"L": [{"N": "2020"}]}}}, "ss": {"SS": ["a", "b"]}, "gone": {"S": "x"},
            "l": {"L": [{"S": "a"}, {"S": "b"}]},
        });
        put(&client, "Nina", "1", more).await;
        for (changes, name, value) in [
            ("SET n=n-1", "n", json!({"N": "4"})),
            ("SET n = n - - 2, s = 'x'", "n", json!({"N": "6"})),
            ("SET m.l = list_append(m.l, [2016])", "m", json!({"M": {"l": {"L": [{"N": "2020"}, {"N": "2016"}]}}})),
            ("SET m.x = [1, <<'s'>>] REMOVE m.l", "m", json!({"M": {"x": {"L": [{"N": "1"}, {"SS": ["s"]}]}}})),
            ("SET ss = SET_ADD(ss, <<'c', 'a'>>)", "ss", json!({"SS": ["a", "b", "c"]})),
            ("SET ss = set_delete(ss, <<'c', 'zz'>>)", "ss", json!({"SS": ["a", "b"]})),
            ("SET fresh = set_add(fresh, <<1>>) SET more = 1", "fresh", json!({"NS": ["1"]})),
            ("SET fresh = set_delete(fresh, <<1>>)", "fresh", Value::Null),
            ("SET nothing = set_delete(nothing, <<1>>)", "nothing", Value::Null),
            ("REMOVE gone, l[0]", "l", json!({"L": [{"S": "b"}]})),
            ("SET \"gone\" = n", "gone", json!({"N": "6"})),
        ] {
            assert_eq!(execute(&client, &update(changes)).await, json!({"Items": []}), "{changes}");
            assert_eq!(stored(&client, "Nina", "1").await[name], value, "{changes}");
        }
        for statement in [
            "UPDATE songs SET n = 1 WHERE artist = 'Nina' AND title = '2'",
            "UPDATE songs SET n = 1 WHERE artist = 'Nina' AND title = '2' AND attribute_not_exists(artist)",
            "FROM songs WHERE artist = 'Nina' AND title = '2' REMOVE n",
            "UPDATE songs SET n = 1 WHERE (artist = 'Nina' AND title = '1') AND n = 7",
            "DELETE FROM songs WHERE artist = 'Nina' AND title = '1' AND n = 7",
        ] {
            let error = client.call("ExecuteStatement", json!({"Statement": statement})).await.unwrap_err();
            assert_eq!(
                error.to_string(),
                "ConditionalCheckFailedException: The conditional request failed",
                "{statement}"
            );
        }
        assert_eq!(stored(&client, "Nina", "2").await, Value::Null);
        assert_eq!(stored(&client, "Nina", "1").await["n"], json!({"N": "6"}));
        let told = json!({
            "Statement": "DELETE FROM songs WHERE artist = 'Nina' AND title = '1' AND n = ?", "Parameters": [{"N": "7"}],
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        });
        let error = client.call("ExecuteStatement", told).await.unwrap_err();
        assert_eq!(error.members["Item"]["n"], json!({"N": "6"}));
    });
}

#[test]
fn from_may_come_first() {
    run(|client| async move {
        client.songs().await;
        put(&client, "Nina", "1", json!({"a": {"N": "1"}, "b": {"N": "2"}})).await;
        let statement =
            "from songs where artist = 'Nina' and title = '1' and a = 1 set c = 2 remove a returning all new *";
        assert_eq!(
            items(&client, statement).await,
            [json!({"artist": {"S": "Nina"}, "title": {"S": "1"}, "b": {"N": "2"}, "c": {"N": "2"}})]
        );
    });
}

#[test]
fn returning_tells_all_or_what_was_modified() {
    run(|client| async move {
        client.songs().await;
        put(&client, "Nina", "1", json!({"a": {"N": "1"}, "l": {"L": [{"S": "x"}, {"S": "y"}, {"S": "z"}]}})).await;
        for (changes, returning, told) in [
            ("SET a = 2", "MODIFIED OLD", json!([{"a": {"N": "1"}}])),
            ("SET a = 3", "MODIFIED NEW", json!([{"a": {"N": "3"}}])),
            ("SET l[2] = 'c', l[0] = 'a'", "MODIFIED OLD", json!([{"l": {"L": [{"S": "x"}, {"S": "z"}]}}])),
            ("REMOVE l", "MODIFIED NEW", json!([])),
            ("SET a = 4", "ALL OLD", json!([{"artist": {"S": "Nina"}, "title": {"S": "1"}, "a": {"N": "3"}}])),
        ] {
            let answer = execute(&client, &format!("{} RETURNING {returning} *", update(changes))).await;
            assert_eq!(answer["Items"], told, "{changes} {returning}");
        }
        let delete = "DELETE FROM songs WHERE artist = 'Nina' AND title = '1' RETURNING ALL OLD *";
        assert_eq!(items(&client, delete).await[0]["a"], json!({"N": "4"}));
        assert_eq!(items(&client, delete).await.len(), 0);
        // Nothing is deleted whatever the condition is.
        assert_eq!(items(&client, "DELETE FROM songs WHERE artist = 'x' AND title = 'y' AND a = 1").await.len(), 0);
    });
}

#[test]
fn writes_cost_what_they_cost_otherwise_and_are_recorded() {
    run(|client| async move {
        let mut table = crate::tests::songs();
        table["StreamSpecification"] = json!({"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"});
        let stream = client.ok("CreateTable", table).await["TableDescription"]["LatestStreamArn"].clone();
        for (statement, units) in [
            ("INSERT INTO songs VALUE {'artist': 'Nina', 'title': '1', 'a': ?}".to_owned(), 3.0),
            (update("SET b = 1 REMOVE a SET c = ?"), 3.0),
            ("DELETE FROM songs WHERE artist = 'Nina' AND title = '1' AND c = ?".to_owned(), 3.0),
        ] {
            let input = json!({
                "Statement": statement, "Parameters": [{"S": "x".repeat(2500)}], "ReturnConsumedCapacity": "TOTAL",
            });
            let answer = client.ok("ExecuteStatement", input).await;
            assert_eq!(
                answer["ConsumedCapacity"],
                json!({"CapacityUnits": units, "TableName": "songs"}),
                "{statement}"
            );
        }
        let shard = client.ok("DescribeStream", json!({"StreamArn": stream})).await;
        let iterator = json!({
            "StreamArn": stream, "ShardId": shard["StreamDescription"]["Shards"][0]["ShardId"],
            "ShardIteratorType": "TRIM_HORIZON",
        });
        let iterator = client.ok("GetShardIterator", iterator).await["ShardIterator"].clone();
        let records = client.ok("GetRecords", json!({"ShardIterator": iterator})).await["Records"].clone();
        let names: Vec<&str> =
            records.as_array().unwrap().iter().map(|record| record["eventName"].as_str().unwrap()).collect();
        assert_eq!(names, ["INSERT", "MODIFY", "REMOVE"]);
    });
}
