//! The cases of tests/corpus/dynamodb: what AWS was seen to answer.

use std::{cell::RefCell, path::Path, rc::Rc};

use serde_json::{Map, Value};

use super::{Client, run};

/// A case's folder holds case.json: calls that are `given` (and succeed), then one call, and its
/// `answer` or `error`. `known_failure` says that the case is not met yet; it fails the day it is.
struct Case {
    name: String,
    content: Value,
}

#[expect(clippy::disallowed_methods, reason = "the cases are files")]
fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus/dynamodb");
    let mut cases: Vec<Case> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| Case {
            name: path.file_name().unwrap().to_string_lossy().into_owned(),
            content: serde_json::from_slice(&std::fs::read(path.join("case.json")).unwrap()).unwrap(),
        })
        .collect();
    cases.sort_by(|one, other| one.name.cmp(&other.name));
    cases
}

async fn outcome(client: &Client, content: &Value) -> Value {
    for call in content["given"].as_array().unwrap() {
        client.ok(call["operation"].as_str().unwrap(), call["input"].clone()).await;
    }
    let result = client.call(content["operation"].as_str().unwrap(), content["input"].clone()).await;
    let (kind, value) = match result {
        Ok(answer) => ("answer", answer),
        Err(error) => {
            let mut members = *error.members;
            members.insert("code".to_owned(), error.code.into());
            members.insert("message".to_owned(), error.message.into());
            ("error", Value::Object(members))
        }
    };
    Value::Object(Map::from_iter([(kind.to_owned(), value)]))
}

#[test]
fn every_case_is_answered_as_aws_answers_it() {
    let differing: Rc<RefCell<Vec<String>>> = Rc::default();
    for Case { name, content } in cases() {
        let told = differing.clone();
        run(move |client| async move {
            let kind = if content.get("error").is_some() { "error" } else { "answer" };
            let expected = Value::Object(Map::from_iter([(kind.to_owned(), content[kind].clone())]));
            let found = outcome(&client, &content).await;
            if content.get("known_failure").is_some() {
                assert_ne!(found, expected, "{name} is met now: remove its known_failure");
            } else if found != expected {
                told.borrow_mut().push(format!("{name}: {found}"));
            }
        });
    }
    let differing = differing.take();
    assert!(differing.is_empty(), "{} differ:\n{}", differing.len(), differing.join("\n"));
}
