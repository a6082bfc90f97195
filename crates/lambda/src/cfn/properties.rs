//! From a template's properties to an operation's input.

use serde_json::Value;

/// What `operation` takes of `properties`.
pub fn input(operation: &str, properties: &Value) -> Value {
    aws_api::from_template("lambda", operation, properties)
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
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_template_no_longer_says_goes_back_to_its_default() {
        let mut input = json!({});
        reset_removed(&mut input, &json!({"A": 5, "B": 1}), &json!({"B": 2}), &[("A", "3"), ("B", "3")]);
        assert_eq!(input, json!({"A": 3}));
    }
}
