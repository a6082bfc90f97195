use serde_json::{Value, json};

use super::{run, song};

fn nina(more: Value) -> Value {
    let mut item = song("Nina", "Sinnerman");
    item.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    item
}

#[test]
fn an_item_that_was_put_is_got_whole_or_in_part() {
    run(|client| async move {
        client.songs().await;
        let item = nina(json!({"plays": {"N": "10.50"}, "tags": {"M": {"mood": {"S": "dark"}, "era": {"S": "60s"}}}}));
        client.put(item).await;
        let get = json!({"TableName": "songs", "Key": song("Nina", "Sinnerman")});
        let whole = client.ok("GetItem", get.clone()).await;
        assert_eq!(whole["Item"]["plays"], json!({"N": "10.5"}));
        let mut part = get.clone();
        part["ProjectionExpression"] = json!("plays, tags.#m");
        part["ExpressionAttributeNames"] = json!({"#m": "mood"});
        part["ReturnConsumedCapacity"] = json!("TOTAL");
        assert_eq!(
            client.ok("GetItem", part).await,
            json!({
                "Item": {"plays": {"N": "10.5"}, "tags": {"M": {"mood": {"S": "dark"}}}},
                "ConsumedCapacity": {"CapacityUnits": 0.5, "TableName": "songs"},
            })
        );
        let missing = json!({"TableName": "songs", "Key": song("Nina", "Feeling Good")});
        assert_eq!(client.ok("GetItem", missing).await, json!({}));
    });
}

#[test]
fn an_update_sees_the_item_as_it_was() {
    run(|client| async move {
        client.songs().await;
        client.put(nina(json!({"a": {"N": "1"}, "b": {"N": "2"}, "l": {"L": [{"S": "x"}, {"S": "y"}]}}))).await;
        let update = |expression: &str, values: Value| {
            let mut input = json!({
                "TableName": "songs", "Key": song("Nina", "Sinnerman"), "UpdateExpression": expression,
                "ReturnValues": "UPDATED_NEW",
            });
            if !values.is_null() {
                input["ExpressionAttributeValues"] = values;
            }
            input
        };
        for (expression, values, new) in [
            ("SET a = b, b = a", Value::Null, json!({"a": {"N": "2"}, "b": {"N": "1"}})),
            ("SET a = a + :n", json!({":n": {"N": "0.5"}}), json!({"a": {"N": "2.5"}})),
            ("ADD b :n", json!({":n": {"N": "-3"}}), json!({"b": {"N": "-2"}})),
            ("SET c = if_not_exists(c, :n)", json!({":n": {"N": "7"}}), json!({"c": {"N": "7"}})),
            (
                "SET l = list_append(l, :more) REMOVE c",
                json!({":more": {"L": [{"S": "z"}]}}),
                json!({"l": {"L": [{"S": "x"}, {"S": "y"}, {"S": "z"}]}}),
            ),
            ("REMOVE l[0], l[1] SET l[2] = :w", json!({":w": {"S": "w"}}), Value::Null),
            ("ADD s :s", json!({":s": {"SS": ["b", "a"]}}), json!({"s": {"SS": ["a", "b"]}})),
            ("DELETE s :s", json!({":s": {"SS": ["a", "b"]}}), Value::Null),
        ] {
            let answer = client.ok("UpdateItem", update(expression, values)).await;
            if !new.is_null() {
                assert_eq!(answer["Attributes"], new, "{expression}");
            }
        }
        let item = client.ok("GetItem", json!({"TableName": "songs", "Key": song("Nina", "Sinnerman")})).await;
        assert_eq!(item["Item"]["l"], json!({"L": [{"S": "w"}]}));
        assert_eq!(item["Item"].get("s"), None);
    });
}

#[test]
fn a_condition_that_fails_tells_the_item_if_asked_to() {
    run(|client| async move {
        client.songs().await;
        client.put(nina(json!({"plays": {"N": "1"}}))).await;
        let put = json!({
            "TableName": "songs", "Item": song("Nina", "Sinnerman"),
            "ConditionExpression": "attribute_not_exists(artist) OR plays > :p",
            "ExpressionAttributeValues": {":p": {"N": "5"}},
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        });
        let error = client.call("PutItem", put).await.unwrap_err();
        assert_eq!(error.to_string(), "ConditionalCheckFailedException: The conditional request failed");
        assert_eq!(error.members["Item"]["plays"], json!({"N": "1"}));
    });
}

#[test]
fn a_wrong_request_is_refused_in_awss_words() {
    run(|client| async move {
        client.songs().await;
        let update = |expression: &str| {
            json!({
                "TableName": "songs", "Key": song("Nina", "Sinnerman"), "UpdateExpression": expression,
                "ExpressionAttributeValues": {":v": {"S": "v"}},
            })
        };
        for (expression, words) in [
            (
                "INVALID SYNTAX HERE",
                "Invalid UpdateExpression: Syntax error; token: \"INVALID\", near: \"INVALID SYNTAX\"",
            ),
            ("", "Invalid UpdateExpression: The expression can not be empty;"),
            ("SET a =", "Invalid UpdateExpression: Syntax error; token: \"<EOF>\", near: \"=\""),
            (
                "SET status = :v",
                "Invalid UpdateExpression: Attribute name is a reserved keyword; reserved keyword: status",
            ),
            (
                "SET a = :w",
                "Invalid UpdateExpression: An expression attribute value used in expression is not defined; attribute \
                 value: :w",
            ),
            (
                "SET a = :v, a.b = :v",
                "Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of \
                 these paths; path one: [a], path two: [a, b]",
            ),
            (
                "SET a = a + :v",
                "Invalid UpdateExpression: Incorrect operand type for operator or function; operator or function: +, \
                 operand type: S",
            ),
            (
                "DELETE a :v",
                "Invalid UpdateExpression: Incorrect operand type for operator or function; operator: DELETE, operand \
                 type: STRING",
            ),
            ("REMOVE a", "Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}"),
        ] {
            let words = format!("1 validation error detected: {words}");
            assert_eq!(client.refused("UpdateItem", update(expression)).await, words, "{expression}");
        }
        assert_eq!(
            client.refused("UpdateItem", update("SET title = :v")).await,
            "One or more parameter values were invalid: Cannot update attribute title. This attribute is part of the \
             key"
        );
        assert_eq!(
            client.refused("GetItem", json!({"TableName": "songs", "Key": {"artist": {"S": "Nina"}}})).await,
            "The provided key element does not match the schema"
        );
    });
}
