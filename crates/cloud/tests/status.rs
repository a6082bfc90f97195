//! The status table in ARCHITECTURE.md says what there is, no more and no less.
#![allow(clippy::unwrap_used, reason = "a test says so by failing")]

mod support;

use std::collections::BTreeSet;

use kernel::{AwsError, Scope, testing};
use serde_json::{Value, json};
use support::open;

const ARCHITECTURE: &str = include_str!("../../../ARCHITECTURE.md");

/// API and operations of each row of the table.
fn listed() -> Vec<(&'static str, BTreeSet<&'static str>)> {
    let rows = ARCHITECTURE.lines().filter_map(|line| line.strip_prefix("| `"));
    let rows = rows.filter_map(|row| {
        let (api, rest) = row.split_once("` | ")?;
        aws_api::api(api)?;
        let operations = rest.split_once(" | ")?.1.trim_end_matches(" |");
        Some((api, operations.split(", ").collect()))
    });
    rows.collect()
}

fn is_unknown(error: &AwsError) -> bool {
    matches!(error.code.as_str(), "UnknownOperationException" | "InvalidAction" | "NotImplemented")
}

/// The least input that the validator lets through, so that the operation itself is asked.
fn least_input(api: &aws_api::Api, shape: &str, depth: usize) -> Value {
    use aws_api::Shape;
    match api.shape(shape) {
        Shape::Structure { members, .. } if depth < 8 => {
            let required = members.iter().filter(|member| member.required);
            required.map(|member| (member.name.to_owned(), least_input(api, member.shape, depth + 1))).collect()
        }
        Shape::List { member, size, .. } if size.min > Some(0.0) => json!([least_input(api, member, depth + 1)]),
        Shape::List { .. } => json!([]),
        Shape::String { values, length, .. } => match values.first() {
            Some(value) => json!(value),
            None => json!("a".repeat(length.min.unwrap_or(1.0).max(1.0) as usize)),
        },
        Shape::Integer(range) | Shape::Float(range) => json!(range.min.unwrap_or(1.0) as i64),
        Shape::Boolean => json!(false),
        Shape::Blob(_) => json!("e30="),
        Shape::Timestamp { .. } => json!(0),
        Shape::Structure { .. } | Shape::Map { .. } | Shape::Document => json!({}),
    }
}

#[test]
fn every_listed_operation_is_there_and_no_other_succeeds() {
    testing::run(|kernel| async move {
        open(&kernel).await;
        for (name, listed) in listed() {
            let api = aws_api::api(name).unwrap();
            for operation in api.operations.values() {
                let input = operation.input.map_or(json!({}), |shape| least_input(api, shape, 0));
                let result = aws_api::invoke(&kernel, Scope::root(&kernel), name, operation.name, input).await;
                let operation = operation.name;
                if listed.contains(operation) {
                    assert!(!result.as_ref().is_err_and(is_unknown), "{name} {operation} is listed but not there");
                } else {
                    assert!(result.is_err(), "{name} {operation} is there but not listed");
                }
            }
            let strangers: Vec<_> =
                listed.iter().filter(|operation| !api.operations.contains_key(**operation)).collect();
            assert!(strangers.is_empty(), "{name} has no {strangers:?}");
        }
    });
}

#[test]
fn the_listed_resource_types_are_those_on_offer() {
    testing::run(|kernel| async move {
        open(&kernel).await;
        let section = ARCHITECTURE.split_once("Resource types of templates:").unwrap().1;
        let section = section.split_once("\n\n").unwrap().0;
        let listed: Vec<&str> =
            section.split(['`', ',', '.', '\n', ' ']).filter(|word| word.starts_with("AWS::")).collect();
        assert_eq!(listed, kernel.resource_types.names());
    });
}
