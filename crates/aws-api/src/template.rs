//! From the properties of a template's resource to an operation's input.

use serde_json::{Value, json};

use crate::{Api, Shape, api};

/// The members of `properties` that `operation` takes, typed as it takes them: templates may write
/// numbers and truth values as text, and text as numbers. Members that are null are left out.
#[must_use]
pub fn from_template(service: &str, operation: &str, properties: &Value) -> Value {
    let table = api(service).and_then(|api| Some((api, api.operations.get(operation)?.input?)));
    table.map_or_else(|| json!({}), |(api, shape)| typed(api, shape, properties))
}

fn typed(api: &Api, shape: &str, value: &Value) -> Value {
    match (api.shape(shape), value) {
        (Shape::Structure { members, .. }, Value::Object(fields)) => {
            let known = members.iter().filter_map(|member| {
                let field = fields.get(member.name).filter(|field| !field.is_null())?;
                Some((member.name.to_owned(), typed(api, member.shape, field)))
            });
            Value::Object(known.collect())
        }
        (Shape::List { member, .. }, Value::Array(items)) => {
            items.iter().map(|item| typed(api, member, item)).collect()
        }
        (Shape::Map { value: shape, .. }, Value::Object(fields)) => {
            Value::Object(fields.iter().map(|(name, field)| (name.clone(), typed(api, shape, field))).collect())
        }
        (Shape::Integer(_), Value::String(text)) => text.parse::<i64>().map_or_else(|_| value.clone(), Value::from),
        (Shape::Float(_) | Shape::Timestamp { .. }, Value::String(text)) => {
            text.parse::<f64>().map_or_else(|_| value.clone(), Value::from)
        }
        (Shape::Boolean, Value::String(text)) => text.parse::<bool>().map_or_else(|_| value.clone(), Value::from),
        (Shape::String { .. }, Value::Number(_) | Value::Bool(_)) => json!(value.to_string()),
        _ => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_become_what_the_operation_takes_and_unknown_members_are_left_out() {
        let properties = json!({
            "Timeout": "10", "MemorySize": 128, "Publish": "true", "UnknownThing": 1,
            "Environment": {"Variables": {"N": 1, "B": true, "S": "s"}},
        });
        assert_eq!(
            from_template("lambda", "CreateFunction", &properties),
            json!({
                "Timeout": 10, "MemorySize": 128, "Publish": true,
                "Environment": {"Variables": {"N": "1", "B": "true", "S": "s"}},
            })
            .as_object()
            .map(|members| {
                // The order is that of the table.
                let order = ["Timeout", "MemorySize", "Publish", "Environment"];
                Value::Object(order.iter().map(|name| ((*name).to_owned(), members[*name].clone())).collect())
            })
            .unwrap()
        );
    }
}
