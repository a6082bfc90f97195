use std::time::Duration;

use serde_json::{Value, json};

use super::{put, refusal, refusal_with, run};
use crate::{Pace, tests::run_paced};

const NOT_WELL_FORMED: &str = "Statement wasn't well formed, can't be processed: ";

#[test]
fn a_statement_without_form_is_not_processed() {
    run(|client| async move {
        client.songs().await;
        for (statement, detail) in [
            ("SLECT * FROM songs", "Expected data manipulation"),
            ("UPDATE my-songs SET a = 1", "Expected data manipulation"),
            ("SELECT * FROM songs WHERE artist = 'x' foo", "Unexpected token after expression"),
            ("SELECT * FROM songs WHERE artist = 1 e5", "Unexpected token after expression"),
            ("SELECT * FROM songs WHERE artist = 'x')", "Unexpected token after expression"),
            ("INSERT INTO songs VALUE {'artist': 'x'} foo", "Unexpected token after expression"),
            ("INSERT INTO songs t VALUE {'artist': 'x'}", "Unexpected token after expression"),
            ("UPDATE songs SET a = 9 WHERE artist = 'x' foo", "Unexpected token after expression"),
            ("DELETE FROM songs WHERE artist = 'x' ORDER BY artist", "Unexpected token after expression"),
            ("SELECT * FROM songs ORDER BY artist WHERE artist = 'x'", "Unexpected token after expression"),
            ("FROM songs SET c = 1 WHERE artist = 'x'", "Unexpected token after expression"),
            ("SELECT * FROM songs WHERE", "Unexpected term"),
            ("SELECT * FROM nowhere WHERE  ;", "Unexpected term"),
            ("UPDATE songs SET a = 1 WHERE", "Unexpected term"),
            ("SELECT * FROM songs WHERE NOT", "Unexpected term"),
            ("SELECT * FROM songs WHERE (", "Unexpected term"),
            ("SELECT * FROM", "Unexpected term"),
            ("SELECT * FROM songs WHERE a = 'x' AND", "Missing right-hand side expression of infix operator"),
            ("SELECT * FROM songs WHERE a = 'x' OR", "Missing right-hand side expression of infix operator"),
            ("SELECT * FROM songs WHERE ORDER BY artist", "Unexpected keyword"),
            ("SELECT * FROM songs WHERE IS NULL", "Unexpected operator"),
            ("SELECT * FROM songs WHERE artist = LIKE", "Unexpected operator"),
            ("SELECT * FROM songs WHERE a IS FOO", "Expected type name"),
            ("SELECT * FROM songs WHERE attribute_exists(m.inner)", "Invalid path dot component"),
            ("UPDATE songs SET m.inner = set_add(m.inner, <<'y'>>) WHERE a = 1", "Invalid path dot component"),
            ("DELETE FROM", "Expected identifier for simple path"),
            ("DELETE FROM;", "Expected identifier for simple path"),
            ("DELETE FROM WHERE artist = 'x'", "Expected identifier for simple path"),
            // Of what it cannot even take apart AWS says no more.
            ("SELECT * FROM songs WHERE a = 1e2147483648", ""),
            ("SELECT * FROM songs WHERE a = 1e99999999999", ""),
            ("SELECT * FROM songs WHERE a = 1.5e-2147483647", ""),
            ("SELECT * FROM songs WHERE a = 1 # note", ""),
            ("SELECT * FROM songs WHERE a = 1 /* note", ""),
            ("SELECT * FROM \"songs", ""),
            ("SELECT * FROM songs WHERE a = 'oops", ""),
        ] {
            assert_eq!(refusal(&client, statement).await, format!("{NOT_WELL_FORMED}{detail}"), "{statement}");
        }
        // However deep parentheses stand in each other.
        refusal(&client, &format!("SELECT * FROM songs WHERE {}", "(".repeat(8000))).await;
        refusal(&client, &format!("UPDATE songs SET a = {}", "[".repeat(8000))).await;
    });
}

#[test]
fn a_statement_may_mean_what_is_not_supported() {
    run(|client| async move {
        client.songs().await;
        for (statement, words) in [
            ("x IS INT4", "Unsupported operation: IsType"),
            ("x IS DOUBLE PRECISION", "Unsupported operation: IsType"),
            ("SELECT * FROM songs t WHERE artist = 'x'", "Aliasing is not supported"),
            ("SELECT * FROM songs AS t WHERE artist = 'x'", "Aliasing is not supported"),
            ("UPDATE songs t SET a = 3 WHERE artist = 'x'", "Aliasing is not supported"),
            ("DELETE FROM songs t WHERE artist = 'x'", "Aliasing is not supported"),
            ("SELECT COUNT(*) FROM nowhere", "Unexpected path component at 1:8:5"),
            ("SELECT attribute_exists(ss) FROM songs", "Unexpected path component at 1:8:16"),
            ("SELECT * FROM songs\nWHERE EXISTS(ss)", "Unrecognized function: exists at 2:7:6"),
            ("SELECT * FROM songs WHERE set_add(s, <<'x'>>) = s", "Unrecognized function: set_add at 1:27:7"),
            ("SELECT * FROM songs.a.b", "A path may contain at most 2 components in the FROM clause"),
            ("SELECT * FROM \"\" WHERE artist = 'x'", "Path component cannot be an empty string"),
            ("SELECT * FROM songs.\"\"", "Path component cannot be an empty string"),
            ("INSERT INTO songs.i VALUE {'artist': 'x'}", "FROM clause may only contain a single table name"),
            ("UPDATE nowhere.i SET a = 1 WHERE artist = 'x'", "This operation is not supported on an index"),
            ("DELETE FROM songs.i WHERE artist = 'x'", "This operation is not supported on an index"),
            (
                "DELETE FROM songs WHERE artist = 'x' RETURNING MODIFIED OLD *",
                "Invalid returning clause: RETURNING MODIFIED OLD *. Only RETURNING ALL OLD * is allowed in DELETE \
                 statements.",
            ),
            ("SELECT l[-1] FROM songs", "List index is not within the allowable range; index: [-1] at 1:11:1"),
            (
                "SELECT l[2147483648] FROM songs",
                "List index is not within the allowable range; index: [2147483648] at 1:10:10",
            ),
            (
                "EXISTS(SELECT * FROM songs WHERE artist = 'x' AND title = 'y' AND a IS MISSING)",
                "EXISTS can only be used in ExecuteTransaction write requests.",
            ),
        ] {
            assert_eq!(refusal(&client, statement).await, words, "{statement}");
        }
    });
}

#[test]
fn operands_have_their_types() {
    run(|client| async move {
        client.songs().await;
        let types = "Incorrect operand type for operator or function; operator or function: ";
        let count = "Incorrect number of operands for operator or function; operator or function: ";
        for (condition, words) in [
            ("a < true".to_owned(), format!("{types}<, operand type: BOOL")),
            ("a >= [1]".to_owned(), format!("{types}>=, operand type: L")),
            ("a BETWEEN null AND 1".to_owned(), format!("{types}BETWEEN, operand type: NULL")),
            ("attribute_exists(a) > false".to_owned(), format!("{types}>, operand type: BOOL")),
            ("attribute_type(a, 1)".to_owned(), format!("{types}attribute_type, operand type: N")),
            ("attribute_exists()".to_owned(), format!("{count}attribute_exists, number of operands: 0")),
            ("attribute_exists(a, b)".to_owned(), format!("{count}attribute_exists, number of operands: 2")),
            (
                "attribute_exists('a')".to_owned(),
                "Operator or function requires a document path; operator or function: attribute_exists".to_owned(),
            ),
            (
                "attribute_type(a, 'X')".to_owned(),
                "Invalid attribute type name found; type: X, valid types: {N,BS,L,B,NULL,M,S,SS,NS,BOOL}".to_owned(),
            ),
            (
                "artist = 1".to_owned(),
                "Key attribute's data type should match its data type in table's schema: Key artist".to_owned(),
            ),
            (
                "artist = 'x' AND title IN ['1', 2]".to_owned(),
                "Key attribute's data type should match its data type in table's schema: Key title".to_owned(),
            ),
        ] {
            assert_eq!(refusal(&client, &format!("SELECT * FROM songs WHERE {condition}")).await, words, "{condition}");
        }
    });
}

#[test]
fn literals_say_where_they_are_wrong() {
    run(|client| async move {
        client.songs().await;
        let overflow =
            "Number overflow. Attempting to store a number with magnitude larger than supported range under ";
        let set = "One or more parameter values were invalid: Input collection ";
        for (literal, words) in [
            ("1e126".to_owned(), format!("{overflow}root")),
            ("{'x': 1e126}".to_owned(), format!("{overflow}root.x")),
            ("[1, {'y': [1e126]}]".to_owned(), format!("{overflow}root[1].y[0]")),
            (
                "123456789012345678901234567890123456789".to_owned(),
                "Attempting to store more than 38 significant digits in a Number under root".to_owned(),
            ),
            ("<<>>".to_owned(), "Empty bags are not supported".to_owned()),
            (
                "<<1, 'a'>>".to_owned(),
                "Unsupported data type in Bag. DynamoDB only supports either numbers or strings in bags".to_owned(),
            ),
            ("<<'a', 'a'>>".to_owned(), format!("{set}[a, a] contains duplicates.")),
            ("<<2, 2.0>>".to_owned(), format!("{set}[2, 2.0] contains duplicates! under root")),
            ("[?]".to_owned(), "Unsupported data type: Parameter under key root[0] at 1:68:1".to_owned()),
            (
                "{'f': set_add(<<'a'>>, <<'b'>>)}".to_owned(),
                "Unsupported data type: set_add under key root.f at 1:73:7".to_owned(),
            ),
            (
                format!("{}1{}", "{'a':".repeat(32), "}".repeat(32)),
                format!("Nesting Levels have exceeded supported limits under root{}", ".a".repeat(32)),
            ),
            (
                format!("{{'a':{}1{}}}", "[".repeat(31), "]".repeat(31)),
                format!("Nesting Levels have exceeded supported limits under root.a{}", "[0]".repeat(31)),
            ),
        ] {
            let statement = format!("INSERT INTO \"songs\" VALUE {{'artist': 'Nina', 'title': 'One', 'x': {literal}}}");
            let parameters = if literal == "[?]" { json!([{"S": "v"}]) } else { Value::Null };
            assert_eq!(refusal_with(&client, &statement, parameters).await, words, "{literal}");
        }
        let deep = format!("{}1{}", "{'a':".repeat(31), "}".repeat(31));
        super::execute(&client, &format!("INSERT INTO songs VALUE {{'artist': 'x', 'title': 'y', 'd': {deep}}}")).await;
    });
}

#[test]
fn parameters_are_looked_at_before_the_statement() {
    run(|client| async move {
        client.songs().await;
        let invalid = "One or more parameter values were invalid: ";
        let cannot = "The parameter cannot be converted to a numeric value";
        let deep = |leaf: Value| (0..40).fold(leaf, |inner, _| json!({"M": {"n": inner}}));
        let too_deep = "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond \
                        supported limit";
        for (parameters, words) in [
            (json!([{"SS": ["a", "a"]}]), format!("{invalid}Input collection [a, a] contains duplicates.")),
            (json!([{"NULL": false}]), format!("{invalid}Null attribute value types must have the value of true")),
            (json!([{"SS": []}]), format!("{invalid}An string set  may not be empty")),
            (json!([{"N": ""}]), cannot.to_owned()),
            (json!([{"N": "abc"}]), format!("{cannot}: abc")),
            (json!([{"N": "1e2147483648"}]), format!("{cannot}: 1e2147483648")),
            (json!([{"N": "1e-2147483648"}]), format!("{cannot}: 1e-2147483648")),
            (json!([{"L": [{"N": "1"}, {"N": "-1e99999999999"}]}]), format!("{cannot}: -1e99999999999")),
            (json!([{"NS": ["1", "1e99999999999"]}]), format!("{cannot}: 1e99999999999")),
            (
                json!([{"N": "1e2147483647"}]),
                "Number underflow. Attempting to store a number with magnitude smaller than supported range".to_owned(),
            ),
            (json!([deep(json!({"N": "abc"}))]), too_deep.to_owned()),
            (json!([{"N": "abc"}, deep(json!({"S": "leaf"}))]), format!("{cannot}: abc")),
        ] {
            assert_eq!(
                refusal_with(&client, "UPDATE songs SET WHERE", parameters.clone()).await,
                words,
                "{parameters}"
            );
        }
        for (statement, parameters) in [
            ("SELECT * FROM songs WHERE artist = ?", Value::Null),
            ("SELECT * FROM songs WHERE artist = ?", json!([{"S": "a"}, {"S": "b"}])),
        ] {
            assert_eq!(
                refusal_with(&client, statement, parameters).await,
                "Number of parameters in request and statement don't match."
            );
        }
    });
}

#[test]
fn a_write_names_one_item() {
    run(|client| async move {
        client.songs().await;
        put(&client, "Nina", "1", json!({"ss": {"SS": ["a"]}, "s": {"S": "x"}})).await;
        let no_key = "Where clause does not contain a mandatory equality on all key attributes";
        let at = |statement: &str, token: &str| statement.find(token).unwrap() + 1;
        let misused = "UPDATE songs SET t = set_add(ss, <<'x'>>) WHERE artist = 'Nina' AND title = '1'";
        let not_a_set = "UPDATE songs\nSET ss = set_delete(\"ss\", 'a') WHERE artist = 'Nina' AND title = '1'";
        for (statement, words) in [
            ("FROM songs SET c = 1", no_key.to_owned()),
            ("DELETE FROM songs WHERE artist = 'Nina'", no_key.to_owned()),
            ("UPDATE songs SET a = 1 WHERE artist = 'Nina' AND title = '1' OR a = 2", no_key.to_owned()),
            (
                "DELETE FROM songs WHERE artist = 'Nina' AND title = '1' AND artist = 'Bob'",
                "Multiple conditions on same key artist. Only single item Update/Insert/Delete are supported"
                    .to_owned(),
            ),
            (
                "UPDATE songs SET title = '2' WHERE artist = 'Nina' AND title = '1'",
                "One or more parameter values were invalid: Cannot update attribute title. This attribute is part of \
                 the key"
                    .to_owned(),
            ),
            (
                "UPDATE songs SET n = 'a' + 1 WHERE artist = 'Nina' AND title = '1' AND nope = 'x'",
                "Incorrect operand type for operator or function; operator or function: +, operand type: S".to_owned(),
            ),
            (
                misused,
                format!(
                    "The first argument to SET_ADD must equal the assignment value at 1:{}:7",
                    at(misused, "set_add")
                ),
            ),
            (not_a_set, "The second argument to SET_DELETE must be a value with type SET at 2:21:4".to_owned()),
            (
                "UPDATE songs SET ss = set_add(ss) WHERE artist = 'Nina' AND title = '1'",
                "SET_ADD must have exactly two arguments at 1:23:7".to_owned(),
            ),
            (
                "UPDATE songs SET s = set_add(s, <<'x'>>) WHERE artist = 'Nina' AND title = '1'",
                "An operand in the update expression has an incorrect data type".to_owned(),
            ),
            (
                "UPDATE songs SET l = list_append(l, [1]) WHERE artist = 'Nina' AND title = '1'",
                "The provided expression refers to an attribute that does not exist in the item".to_owned(),
            ),
        ] {
            assert_eq!(refusal(&client, statement).await, words, "{statement}");
        }
        // The same key twice is still one item.
        let twice = "UPDATE songs SET a = 2 WHERE artist = 'Nina' AND title = '1' AND 'Nina' = artist";
        super::execute(&client, twice).await;
    });
}

#[test]
fn a_write_leaves_no_item_too_deep() {
    run(|client| async move {
        client.songs().await;
        put(&client, "Nina", "1", json!({"m": {"M": {}}})).await;
        let deep = (0..31).fold(json!({"S": "x"}), |inner, _| json!({"M": {"a": inner}}));
        let statement = "UPDATE songs SET m.deep = ? WHERE artist = 'Nina' AND title = '1'";
        assert_eq!(
            refusal_with(&client, statement, json!([deep])).await,
            "Nesting Levels have exceeded supported limits"
        );
    });
}

#[test]
fn a_table_that_is_not_there_is_not_found() {
    run(|client| async move {
        for statement in [
            "SELECT * FROM nowhere WHERE a = 'x'",
            "SELECT * FROM nowhere.i",
            "FROM nowhere WHERE a = 'x' SET c = 1",
            "INSERT INTO nowhere VALUE {'a': 1}",
        ] {
            let error = client.call("ExecuteStatement", json!({"Statement": statement})).await.unwrap_err();
            assert_eq!(error.to_string(), "ResourceNotFoundException: Requested resource not found", "{statement}");
        }
    });
}

#[test]
fn a_table_that_is_being_made_is_not_there_for_statements() {
    let slow = Pace { table_ms: 9000, ..Pace::default() };
    run_paced(slow, |client| async move {
        client.songs().await;
        let statement = "SELECT * FROM songs WHERE artist = 'Nina' AND title = 'One'";
        assert_eq!(
            client.refused("ExecuteStatement", json!({"Statement": statement})).await,
            "Requested resource not found"
        );
        let batch = client.ok("BatchExecuteStatement", json!({"Statements": [{"Statement": statement}]})).await;
        assert_eq!(batch["Responses"][0]["Error"]["Code"], "ResourceNotFound");
        let transaction = json!({"TransactStatements": [{"Statement": statement}]});
        let message = client.refused("ExecuteTransaction", transaction.clone()).await;
        assert!(message.ends_with("[ResourceNotFound]"), "{message}");
        client.0.clock.sleep(Duration::from_secs(9)).await;
        client.ok("ExecuteTransaction", transaction).await;
    });
}
