//! Whether a request's body fits its model: JSON Schema draft 4, as far as models of API Gateway use it.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html>

use std::collections::BTreeMap;

use regex_lite::Regex;
use serde_json::Value;

/// The models of an API by name.
pub type Models = BTreeMap<String, Value>;

/// How many references may lead to each other before a schema counts as endless.
const DEPTH: usize = 64;

/// Whether `value` fits `schema`.
pub fn fits(models: &Models, schema: &Value, value: &Value) -> bool {
    Check { models, root: schema }.fits(schema, value, DEPTH)
}

struct Check<'a> {
    models: &'a Models,
    root: &'a Value,
}

impl Check<'_> {
    fn fits(&self, schema: &Value, value: &Value, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        if let Some(reference) = schema["$ref"].as_str() {
            return self.target(reference).is_some_and(|schema| self.fits(schema, value, depth));
        }
        has_type(&schema["type"], value)
            && (schema["enum"].is_null() || list(&schema["enum"]).contains(value))
            && self.combined(schema, value, depth)
            && match value {
                Value::Object(_) => self.object(schema, value, depth),
                Value::Array(items) => self.array(schema, items, depth),
                Value::String(text) => string(schema, text),
                Value::Number(_) => number(schema, value),
                _ => true,
            }
    }

    /// A definition of the schema itself, or another model of the API.
    fn target(&self, reference: &str) -> Option<&Value> {
        let name = reference.rsplit('/').next()?;
        let own = reference.strip_prefix('#').and_then(|pointer| self.root.pointer(pointer));
        own.or_else(|| self.models.get(name))
    }

    fn combined(&self, schema: &Value, value: &Value, depth: usize) -> bool {
        let fitting = |name: &str| list(&schema[name]).iter().filter(|one| self.fits(one, value, depth)).count();
        let has = |name: &str| schema[name].is_array();
        fitting("allOf") == list(&schema["allOf"]).len()
            && (!has("anyOf") || fitting("anyOf") > 0)
            && (!has("oneOf") || fitting("oneOf") == 1)
            && (schema["not"].is_null() || !self.fits(&schema["not"], value, depth))
    }

    fn object(&self, schema: &Value, value: &Value, depth: usize) -> bool {
        let Some(fields) = value.as_object() else { return true };
        let required = list(&schema["required"]).iter().filter_map(Value::as_str);
        let known = &schema["properties"];
        let patterns = || schema["patternProperties"].as_object().into_iter().flatten();
        let others = &schema["additionalProperties"];
        required.into_iter().all(|name| fields.contains_key(name))
            && size(schema, "minProperties", "maxProperties", fields.len())
            && fields.iter().all(|(name, field)| {
                let named = known.get(name);
                let mut by_pattern =
                    patterns().filter(|(text, _)| matches(text, name)).map(|(_, schema)| schema).peekable();
                let stray = named.is_none() && by_pattern.peek().is_none();
                named.is_none_or(|schema| self.fits(schema, field, depth))
                    && by_pattern.all(|schema| self.fits(schema, field, depth))
                    && (!stray
                        || match others {
                            Value::Bool(allowed) => *allowed,
                            Value::Object(_) => self.fits(others, field, depth),
                            _ => true,
                        })
            })
    }

    fn array(&self, schema: &Value, items: &[Value], depth: usize) -> bool {
        let each = match &schema["items"] {
            Value::Array(schemas) => items.iter().zip(schemas).all(|(item, schema)| self.fits(schema, item, depth)),
            Value::Object(_) => items.iter().all(|item| self.fits(&schema["items"], item, depth)),
            _ => true,
        };
        let unique = schema["uniqueItems"] != Value::Bool(true)
            || items.iter().enumerate().all(|(place, item)| !items[..place].contains(item));
        each && unique && size(schema, "minItems", "maxItems", items.len())
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn has_type(wanted: &Value, value: &Value) -> bool {
    let is = |name: &str| match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        _ => true,
    };
    match wanted {
        Value::String(name) => is(name),
        Value::Array(names) => names.iter().filter_map(Value::as_str).any(is),
        _ => true,
    }
}

fn size(schema: &Value, least: &str, most: &str, size: usize) -> bool {
    let size = size as u64;
    schema[least].as_u64().is_none_or(|least| size >= least) && schema[most].as_u64().is_none_or(|most| size <= most)
}

fn matches(pattern: &str, text: &str) -> bool {
    Regex::new(pattern).is_ok_and(|regex| regex.is_match(text))
}

fn string(schema: &Value, text: &str) -> bool {
    size(schema, "minLength", "maxLength", text.chars().count())
        && schema["pattern"].as_str().is_none_or(|pattern| matches(pattern, text))
}

fn number(schema: &Value, value: &Value) -> bool {
    let Some(number) = value.as_f64() else { return true };
    let strict = |name: &str| schema[name] == Value::Bool(true);
    let above = |least: f64| if strict("exclusiveMinimum") { number > least } else { number >= least };
    let below = |most: f64| if strict("exclusiveMaximum") { number < most } else { number <= most };
    let is_multiple = |step: f64| step == 0.0 || (number / step - (number / step).round()).abs() < 1e-9;
    schema["minimum"].as_f64().is_none_or(above)
        && schema["maximum"].as_f64().is_none_or(below)
        && schema["multipleOf"].as_f64().is_none_or(is_multiple)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn bodies_and_models() {
        let pet = json!({
            "type": "object", "required": ["name"], "additionalProperties": false,
            "properties": {
                "name": {"type": "string", "minLength": 1, "pattern": "^[A-Z]"},
                "kind": {"enum": ["cat", "dog"]},
                "age": {"type": "integer", "minimum": 0, "maximum": 40, "exclusiveMaximum": true},
                "friends": {"type": "array", "items": {"$ref": "#/definitions/Pet"}, "maxItems": 1},
                "owner": {"oneOf": [{"type": "string"}, {"type": "null"}]},
            },
        });
        let models = Models::from([("Pet".to_owned(), pet.clone())]);
        let cases = [
            (json!({"name": "Tom", "kind": "cat", "age": 3, "friends": [{"name": "Rex"}], "owner": null}), true),
            (json!({}), false),
            (json!([]), false),
            (json!({"name": "tom"}), false),
            (json!({"name": "Tom", "kind": "fish"}), false),
            (json!({"name": "Tom", "age": 40}), false),
            (json!({"name": "Tom", "age": 1.5}), false),
            (json!({"name": "Tom", "friends": [{}]}), false),
            (json!({"name": "Tom", "other": 1}), false),
            (json!({"name": "Tom", "owner": 7}), false),
        ];
        for (body, expected) in cases {
            assert_eq!(fits(&models, &pet, &body), expected, "{body}");
        }
    }

    #[test]
    fn a_schema_that_only_refers_to_itself_fits_nothing() {
        let models = Models::from([("Loop".to_owned(), json!({"$ref": "#/definitions/Loop"}))]);
        assert!(!fits(&models, &json!({"$ref": "#/definitions/Loop"}), &json!(1)));
    }
}
