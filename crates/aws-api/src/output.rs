//! What an operation answers.

use serde_json::{Map, Value};

/// The members of an answer. Large ones may have been written as JSON already, in the wire's form, so
/// that nobody has to build them as values first.
#[derive(Clone, Debug, Default)]
pub struct Output {
    members: Value,
    written: Vec<(&'static str, Vec<u8>)>,
}

impl From<Value> for Output {
    fn from(members: Value) -> Self {
        Self { members, written: Vec::new() }
    }
}

impl Output {
    /// A member that was not written yet.
    pub fn member(&self, name: &str) -> Option<&Value> {
        self.members.get(name)
    }

    /// Adds a member that is `json`.
    #[must_use]
    pub fn with_written(mut self, name: &'static str, json: Vec<u8>) -> Self {
        self.written.push((name, json));
        self
    }

    /// The answer as a value.
    pub fn into_value(self) -> Value {
        if self.written.is_empty() {
            return self.members;
        }
        // Who wrote a member wrote JSON.
        let read = |json: &[u8]| serde_json::from_slice(json).unwrap_or_default();
        let mut members: Map<_, _> = self.written.iter().map(|(name, json)| ((*name).to_owned(), read(json))).collect();
        if let Value::Object(others) = self.members {
            members.extend(others);
        }
        Value::Object(members)
    }

    /// The answer as JSON; nothing if it has no members.
    pub(crate) fn into_json(self) -> Vec<u8> {
        // A JSON value always serialises.
        let others = || serde_json::to_vec(&self.members).unwrap_or_default();
        if self.written.is_empty() {
            return if self.members.is_null() { Vec::new() } else { others() };
        }
        let mut json = Vec::with_capacity(self.written.iter().map(|(_, json)| json.len() + 32).sum::<usize>() + 256);
        for (name, member) in &self.written {
            json.push(if json.is_empty() { b'{' } else { b',' });
            json.push(b'"');
            json.extend_from_slice(name.as_bytes());
            json.extend_from_slice(b"\":");
            json.extend_from_slice(member);
        }
        match self.members.as_object().filter(|members| !members.is_empty()) {
            Some(_) => {
                json.push(b',');
                json.extend_from_slice(&others()[1..]);
            }
            None => json.push(b'}'),
        }
        json
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn written_members_come_first_and_all_are_there() {
        for (members, whole) in [
            (json!({"Count": 1}), r#"{"Items":[{"id":{"N":"1"}}],"Last":null,"Count":1}"#),
            (json!({}), r#"{"Items":[{"id":{"N":"1"}}],"Last":null}"#),
            (Value::Null, r#"{"Items":[{"id":{"N":"1"}}],"Last":null}"#),
        ] {
            let output = Output::from(members);
            let output = output.with_written("Items", br#"[{"id":{"N":"1"}}]"#.to_vec());
            let output = output.with_written("Last", b"null".to_vec());
            assert_eq!(String::from_utf8(output.clone().into_json()).unwrap(), whole);
            assert_eq!(output.into_value().to_string(), whole);
        }
    }

    #[test]
    fn an_answer_without_members_has_no_body() {
        assert!(Output::default().into_json().is_empty());
        assert_eq!(Output::from(json!({})).into_json(), b"{}");
    }
}
