//! From a template's properties to an operation's input.

use aws_api::{Api, Shape, api};
use serde_json::{Map, Value, json};

/// The members of `properties` that `operation` takes, typed as it takes them: templates may write
/// numbers and truth values as text.
pub fn input(operation: &str, properties: &Value) -> Value {
    let table = api("lambda").and_then(|api| Some((api, api.operations.get(operation)?.input?)));
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
            let fields: Map<_, _> =
                fields.iter().map(|(name, field)| (name.clone(), typed(api, shape, field))).collect();
            Value::Object(fields)
        }
        (Shape::Integer(_), Value::String(text)) => text.parse::<i64>().map_or_else(|_| value.clone(), Value::from),
        (Shape::Float(_), Value::String(text)) => text.parse::<f64>().map_or_else(|_| value.clone(), Value::from),
        (Shape::Boolean, Value::String(text)) => text.parse::<bool>().map_or_else(|_| value.clone(), Value::from),
        (Shape::String { .. }, Value::Number(_) | Value::Bool(_)) => json!(value.to_string()),
        _ => value.clone(),
    }
}

/// Adds the default of each property that a template no longer has.
pub fn reset_removed(input: &mut Value, old: &Value, new: &Value, defaults: &[(&str, &str)]) {
    for (name, default) in defaults {
        if !old[*name].is_null() && new[*name].is_null() {
            // The defaults are constants of this crate, and JSON.
            input[*name] = serde_json::from_str(default).unwrap_or_default();
        }
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
            input("CreateFunction", &properties),
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

    #[test]
    fn what_a_template_no_longer_says_goes_back_to_its_default() {
        let mut input = json!({});
        reset_removed(&mut input, &json!({"A": 5, "B": 1}), &json!({"B": 2}), &[("A", "3"), ("B", "3")]);
        assert_eq!(input, json!({"A": 3}));
    }
}
