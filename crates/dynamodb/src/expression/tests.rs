use serde_json::{Map, Value, json};

use super::{
    Condition, KeyConditions, Placeholders, UpdateError, apply, holds, parse_condition, parse_projection, parse_update,
};
use crate::value::{Item, item_to_json, parse_item};

fn item(json: &Value) -> Item {
    parse_item(json).unwrap()
}

/// `:n` = 5, `:s` = "he", `:list` = [], `:set` = {"a"}, `:flag` = true, `:type` = "SS", `#a` = `a.b`
fn placeholders() -> Placeholders {
    let names = json!({"#a": "a.b", "#status": "status"});
    let values = json!({
        ":n": {"N": "5"}, ":m": {"N": "7"}, ":s": {"S": "he"}, ":list": {"L": []}, ":set": {"SS": ["a"]},
        ":flag": {"BOOL": true}, ":type": {"S": "SS"},
    });
    Placeholders::new(names.as_object().unwrap().clone(), item(&values))
}

fn condition(text: &str) -> Result<Condition, String> {
    parse_condition(text, &placeholders())
}

#[test]
fn conditions_hold_or_not() {
    let item = item(&json!({
        "n": {"N": "5.0"}, "s": {"S": "hello"}, "tags": {"SS": ["a", "b"]}, "elements": {"L": [{"S": "he"}, {"N": "1"}]},
        "inside": {"M": {"deep": {"BOOL": true}}}, "a.b": {"N": "1"},
    }));
    for (text, expected) in [
        ("n = :n", true),
        ("n <> :n", false),
        ("n = :s", false),
        ("n < :s", false),
        ("absent = :n", false),
        ("absent <> :n", true),
        ("absent < :n", false),
        (":n <= n AND n >= :n AND n < :m", true),
        ("n BETWEEN :n AND :m", true),
        ("absent BETWEEN :n AND :m", false),
        ("n IN (:s, :m, :n)", true),
        ("n IN (:s)", false),
        ("begins_with(s, :s) AND contains(s, :s)", true),
        ("contains(elements, :s)", true),
        ("contains(tags, :s)", false),
        ("attribute_type(tags, :type)", true),
        ("size(s) = :n AND size(tags) < size(s)", true),
        ("size(n) = :n", false),
        ("attribute_exists(elements[1]) AND attribute_not_exists(elements[2])", true),
        ("inside.deep = :flag", true),
        ("#a < :n", true),
        ("NOT n = :n OR n = :n AND NOT absent = :n", true),
        ("(NOT (n = :n)) OR (s = :s)", false),
        ("(n) = :n", true),
    ] {
        assert_eq!(holds(&condition(text).unwrap(), &item), expected, "{text}");
    }
}

#[test]
fn a_wrong_condition_is_refused_in_awss_words() {
    for (text, words) in [
        ("", "The expression can not be empty;"),
        ("n", "Syntax error; token: \"<EOF>\", near: \"n\""),
        ("n = = m", "Syntax error; token: \"=\", near: \"= = m\""),
        ("n = :n m", "Syntax error; token: \"m\", near: \":n m\""),
        ("n = 5", "Syntax error; token: \"5\", near: \"= 5\""),
        ("n BETWEEN :n OR :m", "Syntax error; token: \"OR\", near: \":n OR :m\""),
        ("and = :n", "Syntax error; token: \"and\", near: \"and =\""),
        ("((n = :n))", "The expression has redundant parentheses;"),
        ("((n)) = :n", "The expression has redundant parentheses;"),
        ("nope(n)", "Invalid function name; function: nope"),
        ("size(n)", "The function is not allowed to be used this way in an expression; function: size"),
        (
            "attribute_exists(n) = :flag",
            "The function is not allowed to be used this way in an expression; function: attribute_exists",
        ),
        ("status = :n", "Attribute name is a reserved keyword; reserved keyword: status"),
        ("#nope = :n", "An expression attribute name used in the document path is not defined; attribute name: #nope"),
        ("n = :nope", "An expression attribute value used in expression is not defined; attribute value: :nope"),
        (
            "contains(n)",
            "Incorrect number of operands for operator or function; operator or function: contains, number of \
             operands: 1",
        ),
        (
            "n = n",
            "The first operand must be distinct from the remaining operands for this operator or function; operator: \
             =, first operand: [n]",
        ),
        ("n < :flag", "Incorrect operand type for operator or function; operator or function: <, operand type: BOOL"),
        (
            "n BETWEEN :m AND :n",
            "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound \
             operand: AttributeValue: {N:7}, upper bound operand: AttributeValue: {N:5}",
        ),
        (
            "attribute_type(n, :s)",
            "Invalid attribute type name found; type: he, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}",
        ),
        (
            "attribute_exists(:n)",
            "Operator or function requires a document path; operator or function: attribute_exists",
        ),
    ] {
        assert_eq!(condition(text).unwrap_err(), words, "{text}");
    }
}

#[test]
fn a_condition_of_thousands_of_levels_is_refused_and_not_followed() {
    let deep = format!("{}n = :n{}", "(".repeat(2000), ")".repeat(2000));
    assert_eq!(condition(&deep).unwrap_err(), "The expression has redundant parentheses;");
    let negated = format!("{}n = :n", "NOT ".repeat(1000));
    assert!(condition(&negated).is_err());
    let calls = format!("{}n{} = :n", "size(".repeat(700), ")".repeat(700));
    assert!(condition(&calls).is_err());
    let long = "n = :n OR ".repeat(500);
    assert_eq!(
        condition(&long).unwrap_err(),
        "Expression size has exceeded the maximum allowed size; expression size: 5000"
    );
}

#[test]
fn projections_give_parts_and_no_more() {
    let item = item(&json!({
        "a": {"S": "a"}, "m": {"M": {"x": {"N": "1"}, "y": {"N": "2"}}},
        "l": {"L": [{"S": "0"}, {"S": "1"}, {"M": {"z": {"S": "2"}}}]},
    }));
    for (text, part) in [
        ("a, absent", json!({"a": {"S": "a"}})),
        ("m.y, m.nope", json!({"m": {"M": {"y": {"N": "2"}}}})),
        ("l[2].z, l[0]", json!({"l": {"L": [{"S": "0"}, {"M": {"z": {"S": "2"}}}]}})),
        ("l[9], a.b", json!({})),
    ] {
        let projection = parse_projection(text, &placeholders()).unwrap();
        assert_eq!(item_to_json(&projection.apply(&item)), part, "{text}");
    }
    assert_eq!(
        parse_projection("m.x, m", &placeholders()).unwrap_err(),
        "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [m, x], path \
         two: [m]"
    );
}

#[test]
fn updates_change_what_they_name() {
    let before = item(&json!({
        "n": {"N": "1"}, "tags": {"SS": ["a", "b"]}, "l": {"L": [{"N": "0"}, {"N": "1"}, {"N": "2"}]}, "m": {"M": {}},
    }));
    for (text, changed) in [
        ("SET n = n - :n", json!({"n": {"N": "-4"}})),
        ("SET n = (n + :n)", json!({"n": {"N": "6"}})),
        ("SET m.x = if_not_exists(m.x, n)", json!({"m": {"M": {"x": {"N": "1"}}}})),
        ("SET l[7] = :s, l[0] = :m", json!({"l": {"L": [{"N": "7"}, {"N": "1"}, {"N": "2"}, {"S": "he"}]}})),
        ("REMOVE l[0], l[2]", json!({"l": {"L": [{"N": "1"}]}})),
        ("ADD n :n, fresh :m", json!({"n": {"N": "6"}, "fresh": {"N": "7"}})),
        ("DELETE tags :set", json!({"tags": {"SS": ["b"]}})),
        ("set l = list_append(:list, l) remove l2", json!({})),
    ] {
        let after = apply(&parse_update(text, &placeholders()).unwrap(), &before).unwrap();
        let mut expected = item_to_json(&before).as_object().cloned().unwrap_or_else(Map::new);
        expected.extend(changed.as_object().unwrap().clone());
        assert_eq!(item_to_json(&after), Value::Object(expected), "{text}");
    }
    for (text, error) in [
        ("SET n = absent", UpdateError::MissingAttribute),
        ("SET n = tags + :n", UpdateError::WrongType),
        ("ADD tags :n", UpdateError::WrongType),
        ("SET absent.x = :n", UpdateError::InvalidPath),
        ("REMOVE n.x", UpdateError::InvalidPath),
    ] {
        assert_eq!(apply(&parse_update(text, &placeholders()).unwrap(), &before), Err(error), "{text}");
    }
}

#[test]
fn a_key_condition_is_what_an_index_can_look_up() {
    for (text, words) in [
        ("a = :n OR b = :n", "Invalid operator used in KeyConditionExpression: OR"),
        ("contains(a, :s)", "Invalid operator used in KeyConditionExpression: contains"),
        ("a <> :n", "Invalid operator used in KeyConditionExpression: <>"),
        ("a = b", "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition"),
        (
            "a.b = :n",
            "Invalid KeyConditionExpression: KeyConditionExpressions cannot have conditions on nested attributes",
        ),
        (
            "a = :n AND a < :m",
            "Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key",
        ),
        (
            ":n BETWEEN a AND b",
            "Invalid condition in KeyConditionExpression: BETWEEN operator must have the key attribute as its first operand",
        ),
    ] {
        assert_eq!(KeyConditions::of(condition(text).unwrap()).unwrap_err(), words, "{text}");
    }
}
