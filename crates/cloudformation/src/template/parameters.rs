//! Parameters: what a template declares, what a stack is given, and whether that fits.

use kernel::AwsError;
use regex_lite::Regex;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{invalid, section};

/// A parameter as a request gives it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Given {
    parameter_key: String,
    parameter_value: Option<String>,
    use_previous_value: bool,
}

/// A parameter of a stack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Parameter {
    name: String,
    value: String,
    is_list: bool,
    no_echo: bool,
}

/// The parameters of a stack, with their values.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Parameters(Vec<Parameter>);

impl Parameters {
    /// What `Ref` gives.
    pub(crate) fn get(&self, name: &str) -> Option<Value> {
        let parameter = self.0.iter().find(|parameter| parameter.name == name)?;
        Some(if parameter.is_list {
            parameter.value.split(',').map(str::trim).collect()
        } else {
            Value::String(parameter.value.clone())
        })
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|parameter| parameter.name == name).map(|parameter| parameter.value.as_str())
    }

    /// The values as the SAM transform takes them.
    pub(crate) fn for_transform(&self) -> Map<String, Value> {
        self.0.iter().filter_map(|parameter| Some((parameter.name.clone(), self.get(&parameter.name)?))).collect()
    }

    /// As they are shown: what must not be echoed is four asterisks.
    pub(crate) fn shown(&self) -> Vec<(&str, &str)> {
        let shown = |parameter: &'_ Parameter| if parameter.no_echo { "****" } else { "" };
        self.0
            .iter()
            .map(|parameter| {
                let mask = shown(parameter);
                (parameter.name.as_str(), if mask.is_empty() { parameter.value.as_str() } else { mask })
            })
            .collect()
    }
}

/// Whether a template may declare a parameter of this type.
pub(crate) fn is_known_type(kind: &str) -> bool {
    let aws = |kind: &str| kind.starts_with("AWS::");
    let listed = kind.strip_prefix("List<").and_then(|kind| kind.strip_suffix('>'));
    matches!(kind, "String" | "Number" | "CommaDelimitedList")
        || aws(kind)
        || listed.is_some_and(|kind| matches!(kind, "String" | "Number") || aws(kind))
}

/// The values for a template's parameters: those given, those of the stack before, or defaults.
pub(crate) fn resolve(
    template: &Value,
    given: &[Given],
    previous: Option<&Parameters>,
) -> Result<Parameters, AwsError> {
    let declared = |name: &str| template.get("Parameters").and_then(|all| all.get(name)).is_some();
    let unknown: Vec<&str> =
        given.iter().map(|given| given.parameter_key.as_str()).filter(|name| !declared(name)).collect();
    if !unknown.is_empty() {
        return Err(invalid(format!("Parameters: [{}] do not exist in the template", unknown.join(", "))));
    }
    let mut missing = Vec::new();
    let mut resolved = Vec::new();
    for (name, definition) in section(template, "Parameters") {
        let given = given.iter().find(|given| given.parameter_key == *name);
        let before = given.filter(|given| given.use_previous_value).and_then(|_| previous?.text(name));
        let value = given.and_then(|given| given.parameter_value.as_deref()).or(before).map(str::to_owned);
        let Some(value) = value.or_else(|| definition.get("Default").map(text_of)) else {
            missing.push(name.as_str());
            continue;
        };
        check(name, definition, &value)?;
        let kind = definition["Type"].as_str().unwrap_or_default();
        resolved.push(Parameter {
            name: name.clone(),
            value,
            is_list: kind == "CommaDelimitedList" || kind.starts_with("List<"),
            no_echo: definition.get("NoEcho").map(text_of).is_some_and(|flag| flag.eq_ignore_ascii_case("true")),
        });
    }
    if !missing.is_empty() {
        return Err(invalid(format!("Parameters: [{}] must have values", missing.join(", "))));
    }
    Ok(Parameters(resolved))
}

/// A scalar as the text that CloudFormation makes of it.
pub(crate) fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(text_of).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

fn check(name: &str, definition: &Value, value: &str) -> Result<(), AwsError> {
    let kind = definition["Type"].as_str().unwrap_or_default();
    if kind.contains("AWS::SSM::") {
        return Err(invalid(format!("Parameter {name}: the type {kind} is not supported yet")));
    }
    let is_list = kind == "CommaDelimitedList" || kind.starts_with("List<");
    let items: Vec<&str> = if is_list { value.split(',').map(str::trim).collect() } else { vec![value] };
    let described = definition.get("ConstraintDescription").and_then(Value::as_str);
    let fail = |sentence: String| match described {
        Some(text) => Err(invalid(format!("Parameter {name} failed to satisfy constraint: {text}"))),
        None => Err(invalid(sentence)),
    };
    if let Some(Value::Array(allowed)) = definition.get("AllowedValues") {
        let is_allowed = |item: &&str| allowed.iter().any(|value| text_of(value) == **item);
        if !items.iter().all(is_allowed) {
            return fail(format!("Parameter '{name}' must be one of AllowedValues"));
        }
    }
    for item in items {
        if kind.contains("Number") {
            let Ok(number) = item.trim().parse::<f64>() else {
                return Err(invalid(format!("Parameter '{name}' must be a number.")));
            };
            let bound = |key: &str| definition.get(key).map(text_of).and_then(|text| text.parse::<f64>().ok());
            if let Some(least) = bound("MinValue").filter(|least| number < *least) {
                return fail(format!("Parameter '{name}' must be a number not less than {least}"));
            }
            if let Some(most) = bound("MaxValue").filter(|most| number > *most) {
                return fail(format!("Parameter '{name}' must be a number not greater than {most}"));
            }
        }
        let length = item.chars().count();
        let bound = |key: &str| definition.get(key).map(text_of).and_then(|text| text.parse::<usize>().ok());
        if let Some(least) = bound("MinLength").filter(|least| length < *least) {
            return fail(format!("Parameter '{name}' must contain at least {least} characters"));
        }
        if let Some(most) = bound("MaxLength").filter(|most| length > *most) {
            return fail(format!("Parameter '{name}' must contain at most {most} characters"));
        }
        if let Some(pattern) = definition.get("AllowedPattern").and_then(Value::as_str) {
            // A pattern that only Java understands cannot be checked here and refuses nothing.
            if Regex::new(&format!("^(?:{pattern})$")).is_ok_and(|regex| !regex.is_match(item)) {
                return fail(format!("Parameter '{name}' must match pattern {pattern}"));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn given(name: &str, value: &str) -> Given {
        Given { parameter_key: name.to_owned(), parameter_value: Some(value.to_owned()), use_previous_value: false }
    }

    fn message(parameters: &Value, given: &[Given]) -> String {
        let template = json!({ "Parameters": parameters });
        resolve(&template, given, None).map_or_else(|error| error.message, |_| String::new())
    }

    #[test]
    fn values_are_checked_in_the_words_of_aws() {
        let text = json!({"A": {"Type": "String"}});
        assert_eq!(message(&text, &[]), "Parameters: [A] must have values");
        assert_eq!(message(&text, &[given("A", "x"), given("B", "y")]), "Parameters: [B] do not exist in the template");
        let number = json!({"V": {"Type": "Number"}});
        assert_eq!(message(&number, &[given("V", "x")]), "Parameter 'V' must be a number.");
        let choice = json!({"X": {"Type": "String", "AllowedValues": ["a", 1]}});
        assert_eq!(message(&choice, &[given("X", "b")]), "Parameter 'X' must be one of AllowedValues");
        assert_eq!(message(&choice, &[given("X", "1")]), "");
    }

    #[test]
    fn lists_are_trimmed_and_secrets_masked() {
        let template = json!({"Parameters": {
            "L": {"Type": "CommaDelimitedList", "Default": "a, b"},
            "S": {"Type": "String", "NoEcho": true, "Default": "secret"},
        }});
        let parameters = resolve(&template, &[], None).unwrap();
        assert_eq!(parameters.get("L"), Some(json!(["a", "b"])));
        assert_eq!(parameters.shown(), [("L", "a, b"), ("S", "****")]);
    }
}
