//! Whole templates: `tests/corpus/sam/CASE/template.yaml` becomes `expected.json`.
//!
//! What is expected was made by AWS's own translator (aws-sam-translator 1.110.0) in us-east-1. The
//! order of lists does not count, as in the translator's own tests.

#![allow(clippy::disallowed_methods, reason = "the cases are files")]

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

fn sorted(value: Value) -> Value {
    match value {
        Value::Array(items) => {
            let mut items: Vec<Value> = items.into_iter().map(sorted).collect();
            items.sort_by_cached_key(ToString::to_string);
            Value::Array(items)
        }
        Value::Object(map) => {
            let mut members: Vec<_> = map.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            members.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(members.into_iter().collect())
        }
        other => other,
    }
}

#[test]
fn templates_are_translated_as_aws_does() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus/sam");
    let mut failed = Vec::new();
    for case in fs::read_dir(corpus).expect("the corpus") {
        let folder = case.expect("a case").path();
        let read = |name: &str| fs::read_to_string(folder.join(name)).expect("a file of the case");
        let source = template::parse(&read("template.yaml")).expect("well-formed").value;
        let expected: Value = serde_json::from_str(&read("expected.json")).expect("JSON");
        let actual = sam::transform(source, &sam::Options::default())
            .unwrap_or_else(|problems| json!({ "errorMessage": sam::document_error(&problems) }));
        if sorted(actual.clone()) != sorted(expected) {
            failed.push(format!("{}: {actual}", folder.display()));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
