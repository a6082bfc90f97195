use serde_json::{Value, json};

use super::{execute, indexed_songs, items, put, refusal, run, texts};
use crate::tests::Client;

/// Songs 1 to 3 of artists `o` and `p`.
async fn two_artists(client: &Client) {
    client.songs().await;
    for artist in ["o", "p"] {
        for title in ["1", "2", "3"] {
            put(client, artist, title, json!({})).await;
        }
    }
}

#[test]
fn columns_are_called_by_the_last_name_of_their_path() {
    run(|client| async move {
        client.songs().await;
        let more = json!({
            "m": {"M": {"k": {"L": [{"S": "c"}, {"S": "d"}]}, "s": {"S": "deep"}}}, "other": {"S": "x"},
        });
        put(&client, "Nina", "1", more).await;
        let select = |columns: &str| format!("SELECT {columns} FROM songs WHERE artist = 'Nina' AND title = '1'");
        assert_eq!(
            items(&client, &select("m.s, m.k[0], m.k[-0], absent, \"title\"")).await,
            [json!({"s": {"S": "deep"}, "k[0]": {"S": "c"}, "title": {"S": "1"}})]
        );
        assert_eq!(items(&client, &select("*")).await[0].as_object().unwrap().len(), 4);
    });
}

#[test]
fn a_condition_on_the_whole_key_or_part_of_it_spares_reading_the_rest() {
    run(|client| async move {
        two_artists(&client).await;
        put(&client, "o", "4", json!({"big": {"S": "x".repeat(9000)}})).await;
        for (condition, count, units) in [
            ("artist = 'o' AND title = '1'", 1, 0.5),
            ("artist = 'o' AND begins_with(title, '1')", 1, 0.5),
            ("'3' >= title AND artist = 'o'", 3, 0.5),
            ("artist = 'o'", 4, 1.5),
            ("artist = 'o' AND title <> '4'", 3, 1.5),
            ("title = '1'", 2, 1.5),
            ("artist = 'o' OR title = '1'", 5, 1.5),
            ("artist IN ['o', 'p'] AND title = '1'", 2, 1.0),
        ] {
            let answer = client
                .ok(
                    "ExecuteStatement",
                    json!({
                        "Statement": format!("SELECT * FROM songs WHERE {condition}"), "ReturnConsumedCapacity": "TOTAL",
                    }),
                )
                .await;
            assert_eq!(answer["Items"].as_array().unwrap().len(), count, "{condition}");
            assert_eq!(
                answer["ConsumedCapacity"],
                json!({"CapacityUnits": units, "TableName": "songs"}),
                "{condition}"
            );
        }
    });
}

#[test]
fn conditions_say_what_conditions_of_expressions_say() {
    run(|client| async move {
        client.songs().await;
        let more = json!({
            "s": {"S": "it's here"}, "n": {"N": "5"}, "tags": {"SS": ["a", "b"]}, "nil": {"NULL": true},
            "yes": {"BOOL": true}, "m": {"M": {"sub": {"S": "x"}}}, "l": {"L": [{"S": "a"}]},
        });
        put(&client, "Nina", "1", more).await;
        for holds in [
            "s = 'it''s here'",
            "n <> 6",
            "n != 6",
            "n >= 5 AND n <= 5.0",
            "n BETWEEN 4 AND 6",
            "n NOT BETWEEN 6 AND 7",
            "n IN [4, 5]",
            "n IN (5)",
            "NOT n IN [4]",
            "n NOT IN <<4>>",
            "contains(tags, 'a')",
            "tags = <<'b', 'a'>>",
            "size(s) = 9",
            "attribute_type(tags, 'SS')",
            "ATTRIBUTE_EXISTS(m.sub)",
            "attribute_not_exists(m.nope)",
            "l[0] = 'a'",
            "\"m\".sub = 'x'",
            "m = {'sub': 'x'}",
            "l = ['a']",
            "absent IS MISSING",
            "s IS NOT MISSING",
            "nil IS NULL",
            "s IS NOT NULL",
            "yes IS BOOL",
            "s IS STRING",
            "n IS DOUBLE PRECISION",
            "yes = true",
            "nil = null",
            "NOT (n = 5 AND s = 'x')",
            "n = 4 OR n = 5 AND s <> 'x'",
            "n > -/* sign */ -1",
            "n = - - 5 -- a note",
            "n = .5e1",
            "n = 50E-1",
            "n = 0005.0",
            // What a condition says can be compared.
            "attribute_exists(nope) = false",
            "true = attribute_exists(n)",
            "attribute_exists(n) <> 1",
            "(n BETWEEN 0 AND 5) = true",
            "(n = 6 OR s = 'x') = false",
            "attribute_exists(nope) IN [true, false]",
            "attribute_exists(n) = attribute_exists(s)",
            "attribute_exists(n) = yes",
        ] {
            let select =
                |holds: &str| format!("select title from songs where artist='Nina' and title='1' and {holds};");
            let found = if holds.contains("--") {
                items(&client, &format!("SELECT * FROM songs WHERE artist = 'Nina' AND {holds}\n")).await
            } else {
                items(&client, &select(holds)).await
            };
            assert_eq!(found.len(), 1, "{holds}");
        }
        for fails in
            ["attribute_exists(n) = 1", "absent IS NULL", "s IS BOOL", "NOT attribute_exists(n) = true", "n > 'a'"]
        {
            let found = items(&client, &format!("SELECT * FROM songs WHERE artist = 'Nina' AND {fails}")).await;
            assert_eq!(found.len(), 0, "{fails}");
        }
    });
}

#[test]
fn alternatives_on_the_sort_key_are_read_each_once() {
    run(|client| async move {
        two_artists(&client).await;
        for (condition, titles) in [
            ("(title = '1' OR title = '2')", vec!["1", "2"]),
            ("title IN ['3', '1']", vec!["1", "3"]),
            ("(title < '1' OR title > '1' OR title = '1')", vec!["1", "2", "3"]),
            ("NOT title = '1'", vec!["2", "3"]),
            ("title > '1' AND title <> '3'", vec!["2"]),
            ("title = '1' AND title > '0'", vec!["1"]),
            ("NOT title = '1' OR artist = 'o' AND title = '2'", vec!["2", "3"]),
            ("NOT begins_with(title, 'x') OR artist = 'o'", vec!["1", "2", "3"]),
        ] {
            let statement = format!("SELECT title FROM songs WHERE artist = 'o' AND {condition}");
            assert_eq!(texts(&client, &statement, "title").await, titles, "{condition}");
        }
        for condition in [
            "artist IN ['o', 'o']",
            "artist = 'o' OR artist = 'o'",
            "artist = 'o' AND (title > '0' OR title < '5')",
            "artist = 'o' AND (title = '1' OR flag = 'x')",
            "(artist = 'o' AND flag = 'x') OR (artist = 'o' AND flag = 'y')",
            "artist = 'o' AND flag <> 'x' OR artist = 'o' AND title = '2'",
        ] {
            assert_eq!(
                refusal(&client, &format!("SELECT * FROM songs WHERE {condition}")).await,
                "Overlapping conditions with range keys are not supported in where clause",
                "{condition}"
            );
        }
    });
}

#[test]
fn a_statement_is_at_most_fifty_queries() {
    run(|client| async move {
        two_artists(&client).await;
        let values = |count: usize| (0..count).map(|value| format!("'v{value}'")).collect::<Vec<_>>().join(", ");
        for condition in [
            format!("artist IN [{}]", values(51)),
            format!("artist = 'o' AND title IN [{}]", values(51)),
            format!("artist IN [{}] AND title IN ['1', '2']", values(26)),
        ] {
            assert_eq!(
                refusal(&client, &format!("SELECT * FROM songs WHERE {condition}")).await,
                "Too many decomposed read operations for a given query."
            );
        }
        execute(&client, &format!("SELECT * FROM songs WHERE artist IN [{}] AND a IN [{}]", values(50), values(100)))
            .await;
        execute(&client, &format!("SELECT * FROM songs WHERE artist IN [{}] OR flag = 'x'", values(51))).await;
        assert_eq!(
            refusal(&client, &format!("SELECT * FROM songs WHERE artist = 'o' AND a IN [{}]", values(101))).await,
            "The IN operator is provided with too many operands; number of operands: 101"
        );
    });
}

#[test]
fn an_order_is_that_of_the_keys() {
    run(|client| async move {
        two_artists(&client).await;
        for (rest, order) in [
            ("artist = 'o'", "o1 o2 o3"),
            ("artist = 'o' ORDER BY title DESC", "o3 o2 o1"),
            ("artist = 'o' ORDER BY title", "o1 o2 o3"),
            // An order that is silent about the sort key reads it backwards.
            ("artist = 'o' ORDER BY artist ASC", "o3 o2 o1"),
            ("artist IN ['o', 'p'] ORDER BY artist DESC, title ASC", "p1 p2 p3 o1 o2 o3"),
            ("artist = 'o' AND title IN ['3', '1'] ORDER BY title DESC", "o3 o1"),
        ] {
            let found = items(&client, &format!("SELECT * FROM songs WHERE {rest}")).await;
            let text = |item: &Value, name: &str| item[name]["S"].as_str().unwrap().to_owned();
            let found: Vec<String> = found.iter().map(|item| text(item, "artist") + &text(item, "title")).collect();
            assert_eq!(found.join(" "), order, "{rest}");
        }
        for (rest, words) in [
            ("ORDER BY title", "Must have WHERE clause in the statement when using ORDER BY clause."),
            (
                "WHERE artist = 'o' ORDER BY total DESC",
                "Attribute total in ORDER BY clause must be part of the primary key",
            ),
            (
                "WHERE artist > 'a' ORDER BY title",
                "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause.",
            ),
            (
                "WHERE artist IN ['o', 'p'] ORDER BY title DESC",
                "Must have hash key in ORDER BY clause when more than one hash key condition specified in WHERE clause.",
            ),
        ] {
            assert_eq!(refusal(&client, &format!("SELECT * FROM songs {rest}")).await, words);
        }
    });
}

#[test]
fn a_token_leads_on_in_the_same_statement_only() {
    run(|client| async move {
        two_artists(&client).await;
        for condition in ["WHERE artist IN ['o', 'p'] ORDER BY artist DESC", "WHERE title > '0'", ""] {
            let statement = format!("SELECT * FROM songs {condition}");
            let whole = items(&client, &statement).await;
            let (mut met, mut token) = (Vec::new(), json!(null));
            loop {
                let mut input = json!({"Statement": statement, "Limit": 2});
                if token.is_string() {
                    input["NextToken"] = token;
                }
                let page = client.ok("ExecuteStatement", input).await;
                met.extend(page["Items"].as_array().unwrap().clone());
                token = page["NextToken"].clone();
                assert_eq!(page["LastEvaluatedKey"].is_null(), token.is_null());
                if token.is_null() {
                    break;
                }
            }
            assert_eq!(met, whole, "{condition}");
        }
        let page = |artist: &str, token: Value| {
            json!({
                "Statement": "SELECT * FROM songs WHERE artist = ?", "Parameters": [{"S": artist}], "Limit": 1,
                "NextToken": token,
            })
        };
        let token = client.ok("ExecuteStatement", page("o", Value::Null)).await["NextToken"].clone();
        assert_eq!(
            client.refused("ExecuteStatement", page("p", token.clone())).await,
            "NextToken does not match request"
        );
        assert_eq!(client.refused("ExecuteStatement", page("o", json!("nonsense"))).await, "Invalid NextToken");
        let mut rest = page("o", token);
        rest["Limit"] = json!(100);
        assert_eq!(client.ok("ExecuteStatement", rest).await["Items"].as_array().unwrap().len(), 2);
        // Whoever names one item needs no token.
        let one = json!({"Statement": "SELECT * FROM songs WHERE artist = 'o' AND title = '1'", "Limit": 1});
        assert!(client.ok("ExecuteStatement", one).await.get("NextToken").is_none());
    });
}

#[test]
fn a_page_ends_at_a_megabyte_even_between_queries() {
    run(|client| async move {
        client.songs().await;
        for artist in ["a", "b", "c"] {
            for title in ["1", "2"] {
                put(&client, artist, title, json!({"big": {"S": "x".repeat(300_000)}})).await;
            }
        }
        let statement = "SELECT title FROM songs WHERE artist IN ['a', 'b', 'c'] ORDER BY artist ASC, title ASC";
        let page = execute(&client, statement).await;
        assert_eq!(page["Items"].as_array().unwrap().len(), 4);
        let rest = json!({"Statement": statement, "NextToken": page["NextToken"]});
        let rest = client.ok("ExecuteStatement", rest).await;
        assert_eq!(rest["Items"], json!([{"title": {"S": "1"}}, {"title": {"S": "2"}}]));
    });
}

#[test]
fn an_index_is_read_for_what_it_holds() {
    run(|client| async move {
        client.ok("CreateTable", indexed_songs()).await;
        let more = |year: &str, free: &str| json!({"genre": {"S": "y"}, "year": {"S": year}, "held": {"S": "h"}, "free": {"S": free}});
        put(&client, "o", "1", more("60", "f1")).await;
        put(&client, "o", "2", more("61", "f2")).await;
        put(&client, "o", "3", json!({})).await;
        for (statement, titles) in [
            ("FROM songs.\"by-genre\"", vec!["1", "2"]),
            ("FROM songs.\"by-genre\" WHERE genre = 'y' AND held = 'h'", vec!["1", "2"]),
            ("FROM songs.\"by-genre\" WHERE title = '2'", vec!["2"]),
            // A scan of an index does not see what the index does not hold.
            ("FROM songs.\"by-genre\" WHERE free = 'f1'", vec![]),
            ("FROM songs.\"by-genre\" WHERE NOT free = 'f1'", vec!["1", "2"]),
            ("FROM songs WHERE free = 'f1'", vec!["1"]),
            ("FROM songs.\"by-year\" WHERE artist = 'o' AND \"year\" > '60'", vec!["2"]),
            (
                "FROM songs.\"by-genre\" WHERE (genre = 'y' AND held = 'h') OR (genre = 'z' AND aa = '1')",
                vec!["1", "2"],
            ),
            ("FROM songs.\"by-genre\" WHERE genre = 'y' AND (genre = 'z' OR zz = '1')", vec![]),
            ("FROM songs.\"by-genre\" WHERE (genre = 'y' AND zz = '1') OR aa = '1'", vec![]),
        ] {
            let mut found = texts(&client, &format!("SELECT * {statement}"), "title").await;
            found.sort();
            assert_eq!(found, titles, "{statement}");
        }
        let held = items(&client, "SELECT * FROM songs.\"by-genre\" WHERE genre = 'y'").await;
        assert_eq!(held[0].get("free"), None);
        // A local index fetches columns from the table, item by item.
        let fetched = json!({
            "Statement": "SELECT free FROM songs.\"by-year\" WHERE artist = 'o'", "ReturnConsumedCapacity": "INDEXES",
        });
        assert_eq!(
            client.ok("ExecuteStatement", fetched).await,
            json!({
                "Items": [{"free": {"S": "f1"}}, {"free": {"S": "f2"}}],
                "ConsumedCapacity": {
                    "CapacityUnits": 1.5, "TableName": "songs", "Table": {"CapacityUnits": 1.0},
                    "LocalSecondaryIndexes": {"by-year": {"CapacityUnits": 0.5}},
                },
            })
        );
    });
}

#[test]
fn an_index_is_not_asked_for_what_it_does_not_hold() {
    run(|client| async move {
        client.ok("CreateTable", indexed_songs()).await;
        let unheld = |names: &str| {
            format!(
                "One or more parameter values were invalid: Secondary index by-genre does not project one or more \
                 filter attributes: [{names}]"
            )
        };
        for (condition, names) in [
            ("genre = 'y' AND free = 'x'", "free"),
            ("genre = 'y' AND free IS MISSING", "free"),
            ("genre IN ['x', 'y'] AND free = 'x'", "free"),
            ("genre = 'y' AND NOT (free = 'x' OR held = 'x')", "free"),
            ("genre = 'y' AND b = '1' AND (a = '2' OR held = '3')", "a, b"),
            ("genre = 'y' AND (zz = '1' OR aa = '2' OR mm = '3')", "zz, aa, mm"),
            ("(genre = 'b' AND u1 = '1') OR (genre = 'q' AND u2 = '1')", "u2"),
            ("(genre = 'q' AND u1 = '1') OR (genre = 'b' AND u2 = '1')", "u1"),
        ] {
            let statement = format!("SELECT artist FROM songs.\"by-genre\" WHERE {condition}");
            assert_eq!(refusal(&client, &statement).await, unheld(names), "{condition}");
        }
        let multi = "PartiQL statements cannot be executed on tables with multi-attribute HASH keys or multi-attribute \
                     RANGE keys.";
        for (statement, words) in [
            (
                "SELECT zdrop, adrop FROM songs.\"by-genre\"",
                "One or more parameter values were invalid: Global secondary index by-genre does not project [zdrop, \
                 adrop]",
            ),
            ("SELECT * FROM songs.\"nowhere\"", "The table does not have the specified index"),
            ("SELECT * FROM songs.\"by-label\"", multi),
            ("SELECT * FROM songs.\"by-label\" WHERE label = 5 ORDER BY \"year\" DESC", multi),
            (
                "SELECT title FROM songs.\"by-year\" WHERE artist = 'o' AND free = 'x'",
                "One or more parameter values were invalid: Secondary index by-year does not project one or more filter \
                 attributes: [free]",
            ),
        ] {
            assert_eq!(refusal(&client, statement).await, words, "{statement}");
        }
        let consistent = |from: &str| json!({"Statement": format!("SELECT * FROM {from}"), "ConsistentRead": true});
        assert_eq!(
            client.refused("ExecuteStatement", consistent("songs.\"by-genre\"")).await,
            "Strongly consistent read is not supported on Global Secondary Indexes"
        );
        client.ok("ExecuteStatement", consistent("songs.\"by-year\"")).await;
    });
}
